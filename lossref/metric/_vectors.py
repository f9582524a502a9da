"""Lengths, directions and angles of rows, at every scale, with the zero vector in mind.

Rows are scaled by a power of two before they are squared, so nothing overflows and no epsilon
is needed. The zero vector has no direction: its cosine with everything counts as 0, and its
gradient is 0.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


def exponents(x: np.ndarray) -> np.ndarray:
    """Per row, the power of two just above the largest element; 0 for a row of zeros."""
    top = np.abs(x).max(axis=-1, initial=0.0)
    return np.frexp(np.where(np.isfinite(top), top, 1.0))[1]


def norm(x: np.ndarray) -> np.ndarray:
    """The Euclidean length of each row."""
    e = exponents(x)
    scaled = np.ldexp(x, -e[..., None])
    return np.ldexp(np.sqrt((scaled * scaled).sum(axis=-1)), e)


def direction(x: np.ndarray, length: np.ndarray) -> np.ndarray:
    """Rows of length 1, but 0 where there is no direction."""
    out = x / length[..., None]
    out[length == 0] = 0
    return out


class Units(NamedTuple):
    """Rows of length 1 (or 0), and 1 over the length that they had (or 0)."""

    rows: np.ndarray
    inverse: np.ndarray

    def back(self, pull: np.ndarray) -> np.ndarray:
        """What arrives at the rows before they were made units."""
        along = np.einsum("ij,ij->i", self.rows, pull)[:, None]
        return (pull - self.rows * along) * self.inverse[:, None]


def units(x: np.ndarray) -> Units:
    """The directions of the rows, in the dtype of ``x``; lengths are summed in float64."""
    e = exponents(x)
    if np.abs(e).max(initial=0) > np.finfo(x.dtype).maxexp // 4:
        x = np.ldexp(x, -e[:, None])
    else:
        e = np.zeros_like(e)  # squares are far from both ends of the range
    wide = x.astype(np.float64, copy=False)
    length = np.sqrt(np.vecdot(wide, wide))
    rows = direction(x, length.astype(x.dtype))
    inverse = np.where(length == 0, 0, np.ldexp(1 / length, -e))
    return Units(rows, inverse.astype(x.dtype))


class Angle(NamedTuple):
    """The cosine between rows a and b, what is missing to 1, and its derivatives."""

    cosine: np.ndarray
    missing: np.ndarray
    by_a: np.ndarray
    by_b: np.ndarray


def angle(a: np.ndarray, b: np.ndarray) -> Angle:
    """For float64 rows; 1 - cosine is 2 sin(t / 2)^2, so nearly parallel rows keep digits.

    With r the part of b at right angles to a, the sine is |r| / |b|, and 1 - cosine is its
    square over 1 + cosine.
    """
    ea, eb = exponents(a), exponents(b)
    a, b = np.ldexp(a, -ea[:, None]), np.ldexp(b, -eb[:, None])
    aa, bb, ab = ((x * y).sum(axis=-1) for x, y in ((a, a), (b, b), (a, b)))
    na, nb = np.sqrt(aa), np.sqrt(bb)
    zero = (na == 0) | (nb == 0)
    cosine = np.where(zero, 0, np.clip(ab / na / nb, -1, 1))
    off_a, off_b = _at_right_angles(b, a, ab, aa), _at_right_angles(a, b, ab, bb)
    sine = np.sqrt((off_a * off_a).sum(axis=-1)) / nb
    missing = np.where(cosine > 0.5, sine * sine / (1 + cosine), 1 - cosine)
    by_a = np.ldexp(off_a / (na * nb)[:, None], -ea[:, None])
    by_b = np.ldexp(off_b / (na * nb)[:, None], -eb[:, None])
    by_a[zero] = by_b[zero] = 0
    return Angle(cosine, missing, by_a, by_b)


def _at_right_angles(b: np.ndarray, a: np.ndarray, ab: np.ndarray, aa: np.ndarray) -> np.ndarray:
    """b - k a with k = a.b / a.a, from exact products.

    b and k a may agree in all digits but the last: those are then made of what rounding the
    product k a has lost, which T. J. Dekker's splitting (1971) gives back.
    """
    k = (ab / aa)[:, None]
    product = k * a
    k_high, a_high = _high(k), _high(a)
    k_low, a_low = k - k_high, a - a_high
    lost = ((k_high * a_high - product) + k_high * a_low + k_low * a_high) + k_low * a_low
    r = (b - product) - lost
    return r - a * ((r * a).sum(axis=-1) / aa)[:, None]  # what rounding k has left along a


def _high(x: np.ndarray) -> np.ndarray:
    """The upper 26 bits of float64 numbers; products of two such are exact."""
    c = x * 134217729.0
    return c - (c - x)
