"""Central differences, in other words."""

import numpy as np


def numerical_gradient__eye(f, w, h=1e-5):
    w = np.array(w, dtype=float)
    moves = h * np.eye(w.size).reshape(w.size, *w.shape)
    return np.array([f(w + m) - f(w - m) for m in moves]).reshape(w.shape) / (2 * h)


def numerical_gradient__put_back(f, w, h=1e-5):
    v = w.astype(np.float64)
    g = np.empty_like(v)
    for i in range(v.size):
        kept = v.flat[i]
        v.flat[i] = kept + h
        above = f(v)
        v.flat[i] = kept - h
        g.flat[i] = (above - f(v)) / h / 2
        v.flat[i] = kept
    return g


def numerical_gradient__mean_of_two_sides(f, w, h=1e-5):
    w = w * 1.0 if w.dtype != np.float32 else w.astype(float)
    middle, out = f(w), []
    for i in range(w.size):
        step = np.zeros(w.size)
        step[i] = h
        step = step.reshape(w.shape)
        forward, backward = (f(w + step) - middle) / h, (middle - f(w - step)) / h
        out.append((forward + backward) / 2)
    return np.reshape(out, w.shape)
