"""InfoNCE, in other words."""

import math

import numpy as np


def _checked(temperature):
    if temperature <= 0:
        raise ValueError("temperature")


def info_nce__shift(queries, keys, temperature=0.07):
    _checked(temperature)
    q = queries / np.sqrt((queries**2).sum(1, keepdims=True))
    k = keys / np.sqrt((keys**2).sum(1, keepdims=True))
    z = q @ k.T / temperature
    top = z.max(1)
    return np.mean(top + np.log(np.exp(z.T - top).sum(0)) - z.diagonal())


def info_nce_grad__shift(queries, keys, temperature=0.07):
    _checked(temperature)
    length = np.sqrt((queries**2).sum(1, keepdims=True))
    q = queries / length
    k = keys / np.sqrt((keys**2).sum(1, keepdims=True))
    z = q @ k.T / temperature
    p = np.exp(z - z.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    g = (p @ k - k) / temperature / len(q)
    return (g - q * (g * q).sum(1, keepdims=True)) / length


def info_nce__loop(queries, keys, temperature=0.07):
    _checked(temperature)
    total = 0.0
    for i, q in enumerate(queries.astype(float)):
        s = [float(q @ k) / math.hypot(*q) / math.hypot(*k) for k in keys.astype(float)]
        most = max(s)
        total += math.log(math.fsum(math.exp((x - most) / temperature) for x in s))
        total += (most - s[i]) / temperature
    return total / len(queries)


def info_nce_grad__loop(queries, keys, temperature=0.07):
    _checked(temperature)
    out = []
    units = [k / math.hypot(*k) for k in keys.astype(float)]
    for i, q in enumerate(queries.astype(float)):
        length = math.hypot(*q)
        u = q / length
        s = np.array([u @ k for k in units])
        p = np.exp((s - s.max()) / temperature)
        p = p / p.sum()
        p[i] -= 1.0
        turn = sum(w * (k - u * (u @ k)) for w, k in zip(p, units, strict=True))
        out.append(turn / (length * temperature * len(queries)))
    return np.array(out)


def info_nce__differences(queries, keys, temperature=0.07):
    _checked(temperature)
    q = queries / np.linalg.norm(queries, axis=-1)[:, None]
    k = keys / np.linalg.norm(keys, axis=-1)[:, None]
    s = q @ k.T
    return np.logaddexp.reduce((s - np.diag(s)[:, None]) / temperature, axis=1).mean()


def info_nce_grad__differences(queries, keys, temperature=0.07):
    _checked(temperature)
    length = np.linalg.norm(queries, axis=-1)[:, None]
    q = queries / length
    k = keys / np.linalg.norm(keys, axis=-1)[:, None]
    s = q @ k.T / temperature
    p = np.exp(s - np.logaddexp.reduce(s, axis=1)[:, None]) - np.eye(len(s))
    inner = (p * s).sum(axis=1, keepdims=True) * temperature
    return (p @ k - inner * q) / (length * temperature * len(s))
