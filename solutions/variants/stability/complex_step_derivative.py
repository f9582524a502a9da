"""The complex step, in other words."""

import numpy as np


def complex_step_derivative__imag(f, x, h=1e-20):
    return np.imag(f(x + 1j * h)) / h


def complex_step_derivative__quotient(f, x, h=1e-20):
    z = np.empty(x.shape, dtype=complex)
    z.real, z.imag = x, h
    return f(z).imag / h


def complex_step_derivative__places(f, x, h=1e-20):
    flat = [complex(f(np.array(complex(v, h)))).imag / h for v in np.ravel(x).tolist()]
    return np.reshape(flat, np.shape(x))


def complex_step_derivative__downwards(f, x, h=1e-20):
    return -np.imag(f(x - 1j * h)) / h
