"""NT-Xent, in other words."""

import math

import numpy as np


def nt_xent__shift(embeddings, temperature=0.5):
    n = len(embeddings)
    if temperature <= 0 or n % 2 == 1:
        raise ValueError("temperature or rows")
    u = embeddings / np.linalg.norm(embeddings, axis=1)[:, None]
    z = u @ u.T / temperature - np.diag(np.full(n, np.inf))
    top = z.max(axis=1)
    own = z[np.arange(n), np.roll(np.arange(n), n // 2)]
    return np.mean(top - own + np.log(np.exp(z - top[:, None]).sum(axis=1)))


def nt_xent__loop(embeddings, temperature=0.5):
    n = len(embeddings)
    if temperature <= 0 or n % 2 == 1:
        raise ValueError("temperature or rows")
    u = [x / math.hypot(*x) for x in embeddings.astype(float)]
    total = 0.0
    for i in range(n):
        s = {j: float(u[i] @ u[j]) / temperature for j in range(n) if j != i}
        top = max(s.values())
        total += top + math.log(sum(math.exp(v - top) for v in s.values()))
        total -= s[(i + n // 2) % n]
    return total / n


def nt_xent__deleted_diagonal(embeddings, temperature=0.5):
    n = len(embeddings)
    if temperature <= 0 or n % 2 == 1:
        raise ValueError("temperature or rows")
    u = embeddings / np.sqrt((embeddings**2).sum(axis=1, keepdims=True))
    s = u @ u.T
    others = s[~np.eye(n, dtype=bool)].reshape(n, n - 1)
    own = (u * np.roll(u, n // 2, axis=0)).sum(axis=1, keepdims=True)
    return np.logaddexp.reduce((others - own) / temperature, axis=1).mean()
