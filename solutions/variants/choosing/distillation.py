"""Distillation, in other words."""

import math

import numpy as np


def _checked(temperature):
    if temperature <= 0:
        raise ValueError("temperature")


def _logs(x, temperature):
    x = x / temperature
    return x - np.logaddexp.reduce(x, axis=1)[:, None]


def distillation__logs(teacher_logits, logits, temperature=2.0):
    _checked(temperature)
    p, q = _logs(teacher_logits, temperature), _logs(logits, temperature)
    return temperature * temperature * np.einsum("ij,ij->", np.exp(p), p - q) / len(p)


def distillation_grad__logs(teacher_logits, logits, temperature=2.0):
    _checked(temperature)
    p, q = _logs(teacher_logits, temperature), _logs(logits, temperature)
    return temperature * (np.exp(q) - np.exp(p)) / len(p)


def _shares(row, temperature):
    top = max(row)
    parts = [math.exp((v - top) / temperature) for v in row]
    whole = math.fsum(parts)
    return [v / whole for v in parts], top / temperature + math.log(whole)


def distillation__loop(teacher_logits, logits, temperature=2.0):
    _checked(temperature)
    total = 0.0
    for t, z in zip(teacher_logits.tolist(), logits.tolist(), strict=True):
        (p, log_p), (_, log_q) = _shares(t, temperature), _shares(z, temperature)
        total += math.fsum(
            w * ((a - b) / temperature - log_p + log_q) for w, a, b in zip(p, t, z, strict=True)
        )
    return temperature**2 * total / len(logits)


def distillation_grad__loop(teacher_logits, logits, temperature=2.0):
    _checked(temperature)
    rows = []
    for t, z in zip(teacher_logits.tolist(), logits.tolist(), strict=True):
        p, q = _shares(t, temperature)[0], _shares(z, temperature)[0]
        rows.append([temperature * (b - a) / len(logits) for a, b in zip(p, q, strict=True)])
    return np.array(rows)


def distillation__difference(teacher_logits, logits, temperature=2.0):
    """Cross-entropy less entropy, both against the log-sum-exp of the difference."""
    _checked(temperature)
    t, z = (x.astype(np.longdouble) / temperature for x in (teacher_logits, logits))
    t, z = t - t.max(axis=1, keepdims=True), z - z.max(axis=1, keepdims=True)
    e = np.exp(t)
    p = e / e.sum(axis=1, keepdims=True)
    gap = np.log(np.exp(z).sum(axis=1)) - np.log(e.sum(axis=1))
    return float(temperature**2 * np.mean((p * (t - z)).sum(axis=1) + gap))


def distillation_grad__difference(teacher_logits, logits, temperature=2.0):
    _checked(temperature)
    t, z = (x.astype(np.longdouble) / temperature for x in (teacher_logits, logits))
    e, f = np.exp(t - t.max(axis=1, keepdims=True)), np.exp(z - z.max(axis=1, keepdims=True))
    step = f / f.sum(axis=1, keepdims=True) - e / e.sum(axis=1, keepdims=True)
    return np.asarray(step * (temperature / len(z)), dtype=float)
