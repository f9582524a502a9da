"""Formulas that keep their accuracy everywhere, each with where it comes from.

Naive forms of these cancel near zero or overflow far from it. All work in place on scratch
arrays of a block, in the precision of the block.

Notation: for an error of size a and a scale c, both > 0,

    small = min(a, c)    big = max(a, c)    m = small / big    g = c / big

so that r = a / c is m where a <= c and 1 / m where a > c, and g = min(1, 1 / r). Nothing in it
overflows, and no branch is taken per element, which would be 3 to 5 times slower in NumPy
than minimum and maximum. The scaling is that of hypot: C. B. Moler and D. Morrison,
"Replacing square roots by Pythagorean sums", IBM J. Res. Dev. 27 (1983), 577-581.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lossref._blocks import Block


class Split(NamedTuple):
    small: np.ndarray
    big: np.ndarray
    m: np.ndarray
    g: np.ndarray


def split(block: Block, size: np.ndarray, scale: float) -> Split:
    """``size`` >= 0 against ``scale`` > 0, as in the notation above."""
    small = np.minimum(size, scale, out=block.new())
    big = np.maximum(size, scale, out=block.new())
    m = np.divide(small, big, out=block.new())
    g = np.divide(scale, big, out=block.new())
    return Split(small, big, m, g)


def root(block: Block, s: Split) -> np.ndarray:
    """sqrt(1 + m^2); sqrt(1 + r^2) is this divided by g."""
    out = np.multiply(s.m, s.m, out=block.new())
    out += 1.0
    return np.sqrt(out, out=out)


def psi(block: Block, s: Split, scale: float) -> np.ndarray:
    """log(1 + r^2) / min(r^2, 1): 1 at r = 0, and never 0/0, inf/inf or cancelling.

    Where r <= 1 it is log1p(u) / u with u = m^2, and where r > 1 it is log1p(u) - 2 log m;
    log1p as in W. Kahan's "How futile are mindless assessments of roundoff?" (2006).
    """
    u = np.multiply(s.m, s.m, out=block.new())
    np.maximum(u, np.finfo(u.dtype).tiny, out=u)
    out = np.log1p(u, out=block.new())
    out /= u
    out *= s.g
    out *= s.g
    minus_log_g = np.log(s.g, out=u)
    np.negative(minus_log_g, out=minus_log_g)
    lost = s.g < np.finfo(u.dtype).tiny  # a / c is not a float any more; its logarithm is
    if lost.any():
        minus_log_g[lost] = np.log(s.big[lost]) - np.log(scale)
    minus_log_g *= 2.0
    out += minus_log_g
    return out


def omega(block: Block, v: np.ndarray) -> np.ndarray:
    """(1 - exp(-v)) / min(v, 1) for v >= 0: 1 at v = 0, 1 at infinity. Overwrites ``v``.

    expm1 keeps what 1 - exp(-v) cancels: N. J. Higham, "Accuracy and Stability of Numerical
    Algorithms", 2nd ed. (2002), section 1.14.1.
    """
    np.maximum(v, np.finfo(v.dtype).tiny, out=v)
    out = np.negative(v, out=block.new())
    np.expm1(out, out=out)
    np.negative(out, out=out)
    np.minimum(v, 1.0, out=v)
    out /= v
    return out


def expm1_ratio(block: Block, t: np.ndarray) -> np.ndarray:
    """expm1(t) / t, 1 at t = 0. Overwrites ``t``."""
    tiny = np.finfo(t.dtype).tiny
    t += (np.abs(t) < tiny) * tiny  # from here t is never 0, and 1 is still 1 to all digits
    out = np.expm1(t, out=block.new())
    out /= t
    return out


def logcosh(block: Block, size: np.ndarray) -> np.ndarray:
    """log(cosh(a)) for a >= 0, as log1p(2 sinh(a/2)^2) up to 20 and a - log 2 beyond.

    The half-angle identity cosh a = 1 + 2 sinh(a/2)^2 (Abramowitz and Stegun 4.5.28 and
    4.5.31) leaves nothing to cancel. At 20 the two forms agree to 4e-18, which is below half
    a unit in the last place of either.
    """
    near = np.minimum(size, 20.0, out=block.new())
    out = np.multiply(near, 0.5, out=block.new())
    np.sinh(out, out=out)
    out *= out
    out *= 2.0
    np.log1p(out, out=out)
    np.subtract(size, near, out=near)
    out += near
    return out


def log1p_difference(block: Block, a: np.ndarray, b: np.ndarray, error: np.ndarray) -> np.ndarray:
    """log(1 + b) - log(1 + a) with its sign, where ``error`` = b - a.

    As sign(b - a) log1p(|b - a| / (1 + min(a, b))): the argument is never negative, and
    log1p is well conditioned there, so close and distant pairs both keep their digits.
    """
    low = np.minimum(a, b, out=block.new())
    low += 1.0
    out = np.abs(error, out=block.new())
    out /= low
    np.log1p(out, out=out)
    lost = np.isinf(out)
    if lost.any():  # |b - a| / (1 + min) is not a float, though its logarithm is
        out[lost] = np.log1p(np.maximum(a[lost], b[lost])) - np.log(low[lost])
    return np.copysign(out, error, out=out)
