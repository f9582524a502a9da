"""Connectionist temporal classification: minus the log-probability of a label sequence, whatever its alignment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lossref import _check, _plain, reduce
from lossref._spec import EXTENDED, Argument, FunctionSpec, Name
from lossref.stable import log_softmax

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def ctc(
    labels: ArrayLike,
    logits: ArrayLike,
    *,
    label_lengths: ArrayLike | None = None,
    input_lengths: ArrayLike | None = None,
    blank: int = 0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Minus the log of the probability that the frames spell the labels, summed over alignments.

    Use it where a label sequence is known but not which frame belongs to which label, as in
    speech. Not where the order may differ, nor where there may be more labels than frames: then
    no alignment exists, and the loss is infinite.

    Formula:
        l = -log(sum over paths of prod over t of P_(t, path_t)), with P_t = softmax(z_t), over the
        paths that give the labels when repeats are merged and then blanks dropped

    Parameters:
        labels: Array (..., L): integer classes from 0, never the blank; anything beyond
            label_lengths.
        logits: Array (..., T, C): one row of logits per frame, -inf allowed; anything beyond
            input_lengths. NaN is passed on.
        label_lengths: Whole numbers of the leading axes, in 0..L, or None: all are L.
        input_lengths: Whole numbers of the leading axes, in 0..T, or None: all are T.
        blank: The class that stands for nothing.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sequence.
        sample_weight: Weights w >= 0 that broadcast to the leading axes; 1 if not given. A
            sequence of weight 0 gives 0 even where its loss is infinite.

    Returns:
        A float, summed in float64; for "none" an array of the leading axes.

    Raises:
        ValueError: If the shapes do not fit, a label is the blank or no class, a length is out of
            range, a weight is negative, or there is nothing to average.
        TypeError: If labels or lengths are not integers, or logits not real numbers.

    Not to be confused with:
        torch's ctc_loss, which takes log-probabilities with the frames first, and whose mean
        divides every sequence by the number of its labels first.

    Source:
        Graves et al. (2006), equations 3 to 8; in logarithms throughout.

    Examples:
        >>> ctc([[1]], [[[0.0, 0.0], [0.0, 0.0]]])  # -1, 1- and 11 of four paths: -log(3 / 4)
        0.2876820724517809
        >>> ctc([[1, 1]], [[[0.0, 0.0], [0.0, 0.0]]])  # 1-1 needs three frames
        inf
    """
    return _Ctc(labels, logits, label_lengths, input_lengths, blank, reduction, sample_weight).value


def ctc_grad(
    labels: ArrayLike,
    logits: ArrayLike,
    *,
    label_lengths: ArrayLike | None = None,
    input_lengths: ArrayLike | None = None,
    blank: int = 0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `ctc` with respect to logits.

    Use it to train; every sequence counts as it does in the value.

    Formula:
        dl/dz_tc = P_tc - (share of the probability in paths that are at c in frame t)
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `ctc`.

    Returns:
        An array of the shape of logits, in the dtype of the input: 0 beyond input_lengths, NaN
        where no alignment exists.

    Raises:
        ValueError, TypeError: As `ctc` does.

    Not to be confused with:
        The gradient with respect to log-probabilities, which lacks the P.

    Source:
        Graves et al. (2006), equation 16.

    Examples:
        >>> ctc_grad([[1]], [[[0.0, 0.0]]])
        array([[[ 0.5, -0.5]]])
    """
    return _Ctc(
        labels, logits, label_lengths, input_lengths, blank, reduction, sample_weight
    ).gradient()


def ctc_value_and_grad(
    labels: ArrayLike,
    logits: ArrayLike,
    *,
    label_lengths: ArrayLike | None = None,
    input_lengths: ArrayLike | None = None,
    blank: int = 0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `ctc` and `ctc_grad`, from one pass forwards and one backwards.

    Use it to train; it shares the work between the two. Not where only the value is needed.

    Formula:
        (ctc(...), ctc_grad(...))

    Parameters:
        As for `ctc`.

    Returns:
        A pair of what `ctc` and `ctc_grad` return.

    Raises:
        ValueError, TypeError: As `ctc` does.

    Not to be confused with:
        `ctc_grad`, which returns the gradient alone.

    Source:
        As for `ctc`.

    Examples:
        >>> value, gradient = ctc_value_and_grad([[1]], [[[0.0, 0.0]]])
        >>> value
        0.6931471805599453
    """
    run = _Ctc(labels, logits, label_lengths, input_lengths, blank, reduction, sample_weight)
    return run.value, run.gradient()


def ctc_min_frames(labels: ArrayLike, label_lengths: ArrayLike | None = None) -> Any:
    """How many frames a label sequence needs: one per label, and one between equal neighbours.

    Use it to drop what `ctc` could only call infinite. Not as a length to pad to: it leaves no
    choice of alignment.

    Formula:
        L + (number of i with label_i = label_(i + 1))

    Parameters:
        labels: Array (..., L): integer classes.
        label_lengths: Whole numbers of the leading axes, in 0..L, or None: all are L.

    Returns:
        An array of whole numbers of the leading axes.

    Raises:
        ValueError: If a length is out of range or of another shape.
        TypeError: If labels or lengths are not integers.

    Not to be confused with:
        The length of the sequence with a blank around every label, 2 L + 1.

    Source:
        Graves et al. (2006), section 4.1.

    Examples:
        >>> ctc_min_frames([[1, 1, 2], [1, 2, 3]])
        array([4, 3])
    """
    y = _whole("ctc_min_frames", "labels", labels)
    _plain.axes("ctc_min_frames", "labels", y, 1, "the labels of a sequence")
    lengths = _lengths("ctc_min_frames", "label_lengths", label_lengths, y.shape[:-1], y.shape[-1])
    within = np.arange(1, y.shape[-1]) < lengths[..., None]
    return lengths + ((y[..., 1:] == y[..., :-1]) & within).sum(axis=-1)


class _Ctc:
    """One call. States 0..2L of a sequence: blanks at even places, its labels at odd ones."""

    def __init__(self, labels, logits, label_lengths, input_lengths, blank, reduction, weight):
        z, y, self.dtype = _arrays(labels, logits)
        *lead, frames, classes = z.shape
        lead = tuple(lead)
        self.shape, n, width = z.shape, int(np.prod(lead)), y.shape[-1]
        blank = _plain.count("ctc", "blank", blank, 0)
        if blank >= classes:
            raise ValueError(
                f"ctc: blank must be in 0..{classes - 1}; got {blank}. "
                "Count it among the classes of the logits."
            )
        long = _lengths("ctc", "label_lengths", label_lengths, lead, width).reshape(n)
        self.frames = _lengths("ctc", "input_lengths", input_lengths, lead, frames).reshape(n)
        inside = np.arange(width) < long[:, None]
        y = np.where(inside, y.reshape(n, width), blank)
        _refuse_labels(y, inside, classes, blank, (*lead, width))
        self.plan = reduce.plan("ctc", reduction, weight, lead)

        heard = (np.arange(frames) < self.frames[:, None])[..., None]
        z = np.where(heard, z.reshape(n, frames, classes).astype(np.float64), 0)
        self.log_p = log_softmax(z) if z.size else z
        self.states = np.full((n, 2 * width + 1), blank)
        self.states[:, 1::2] = y
        #: Whether a path may skip the blank before this state: between two different labels.
        self.skips = np.zeros(self.states.shape, bool)
        self.skips[:, 3::2] = self.states[:, 3::2] != self.states[:, 1:-2:2]
        #: Whether a path may end here: in the last label or the blank after it.
        place = np.arange(2 * width + 1)
        self.ends = (place == 2 * long[:, None]) | (place == 2 * long[:, None] - 1)
        self.emit = np.take_along_axis(self.log_p, self.states[:, None, :], axis=-1)
        with np.errstate(divide="ignore", invalid="ignore"):
            self.alpha = self._forwards()
            self.log_z = self._log_z()
        self.value = self._reduced(np.maximum(-self.log_z, 0))  # rounding is no gain

    def _forwards(self):
        """log of the probability of all paths up to frame t that are then in state s."""
        n, frames, states = self.emit.shape
        alpha = np.full((n, frames, states), -np.inf)
        if frames:
            alpha[:, 0, :2] = self.emit[:, 0, :2]
        for t in range(1, frames):
            before = alpha[:, t - 1]
            alpha[:, t] = self.emit[:, t] + _log_sum(
                before, _shift(before, 1), np.where(self.skips, _shift(before, 2), -np.inf)
            )
        return alpha

    def _log_z(self):
        """log of the probability of the labels; a sequence without frames spells nothing."""
        n, frames, _ = self.emit.shape
        if not frames:
            return np.where(self.ends[:, 0], 0.0, -np.inf)
        last = self.alpha[np.arange(n), self.frames - 1]
        found = _log_sum(*np.where(self.ends, last, -np.inf).T) if n else np.zeros(0)
        return np.where(self.frames == 0, np.where(self.ends[:, 0], 0.0, -np.inf), found)

    def _backwards(self):
        """log of the probability of all that follows frame t when in state s."""
        n, frames, states = self.emit.shape
        beta = np.full((n, frames, states), -np.inf)
        ends = np.where(self.ends, 0.0, -np.inf)
        after = np.full((n, states), -np.inf)
        for t in range(frames - 1, -1, -1):
            skipped = _shift(np.where(self.skips, after, -np.inf), -2)
            going_on = _log_sum(after, _shift(after, -1), skipped)
            beta[:, t] = np.where((self.frames == t + 1)[:, None], ends, going_on)
            after = beta[:, t] + self.emit[:, t]
        return beta

    def gradient(self):
        n, frames, states = self.emit.shape
        with np.errstate(all="ignore"):
            path = np.exp(self.alpha + self._backwards() - self.log_z[:, None, None])
            slope = np.exp(self.log_p)
            rows = np.arange(n)
            for s in range(states):
                slope[rows, :, self.states[:, s]] -= path[:, :, s]
            # Every row sums to 0, so the class near 1 is minus the others: no cancellation.
            top = self.log_p.argmax(axis=-1)[..., None]
            np.put_along_axis(slope, top, 0, axis=-1)
            np.put_along_axis(slope, top, -slope.sum(axis=-1, keepdims=True), axis=-1)
        slope[np.arange(frames) >= self.frames[:, None]] = 0
        factors = np.full(n, 1.0) if self.plan.weights is None else self.plan.weights.reshape(n)
        factors = (factors / self.plan.denominator)[:, None, None]
        slope = np.where(factors == 0, 0, slope * factors)
        return slope.astype(self.dtype).reshape(self.shape)

    def _reduced(self, values):
        weights = self.plan.weights
        values = values.reshape(self.shape[:-2])
        if weights is not None:
            values = np.where(weights == 0, 0, values)
        if self.plan.collects:
            values = values if weights is None else values * weights
            return values.astype(self.dtype)[()]
        return self.plan.total(values)


def _arrays(labels, logits):
    z = _check._real_array("ctc", "logits", logits)
    _plain.axes("ctc", "logits", z, 2, "the frames and the classes")
    y = _whole("ctc", "labels", labels)
    if y.ndim != z.ndim - 1 or y.shape[:-1] != z.shape[:-2]:
        raise ValueError(
            f"ctc: labels must have shape {z.shape[:-2]} and one axis of labels more; got "
            f"{y.shape}. Pad the sequences to one length, and give label_lengths."
        )
    if z.shape[-1] == 0:
        raise ValueError(
            f"ctc: logits must have at least one class, the blank; got shape {z.shape}. "
            "Put the classes last."
        )
    return z, y, z.dtype if z.dtype.kind == "f" else np.dtype(np.float64)


def _whole(who, name, given):
    x = _check._real_array(who, name, given)
    if x.dtype.kind == "f" and x.size:
        raise TypeError(
            f"{who}: {name} must hold integers; got dtype {x.dtype}. Use {name}.astype(int)."
        )
    return x.astype(np.intp)


def _lengths(who, name, given, lead, most):
    if given is None:
        return np.full(lead, most)
    x = _whole(who, name, given)
    if x.shape != lead:
        raise ValueError(
            f"{who}: {name} must have shape {lead}, one length per sequence; got {x.shape}. "
            "Nothing is broadcast here: give every sequence its own."
        )
    good = (x >= 0) & (x <= most)
    if not good.all():
        where = _check._first_bad(good, 0, x.shape)
        raise ValueError(
            f"{who}: {name} must be in 0..{most}; got {_check._at(x, good, where)}. "
            "A length counts what there is before the padding."
        )
    return x


def _refuse_labels(y, inside, classes, blank, shape):
    good = (y >= 0) & (y < classes) & ((y != blank) | ~inside)
    if not good.all():
        where = _check._first_bad(good, 0, shape)
        raise ValueError(
            f"ctc: labels must be in 0..{classes - 1} and not the blank, {blank}; got "
            f"{_check._at(y, good, where)}. Use label_lengths to say where padding begins."
        )


def _shift(x, by):
    """Every row moved by that many places, -inf moving in."""
    out = np.full_like(x, -np.inf)
    if by > 0:
        out[:, by:] = x[:, :-by]
    else:
        out[:, :by] = x[:, -by:]
    return out


def _log_sum(*terms):
    """log of the sum of exponentials, elementwise, by log1p; -inf where all are."""
    return np.logaddexp.reduce(np.stack(terms), axis=0)


CTC = FunctionSpec(
    slug="ctc",
    title="Connectionist temporal classification",
    family="sequence",
    loss=ctc,
    grad=ctc_grad,
    value_and_grad=ctc_value_and_grad,
    page="choosing/ctc",
    kind="sequences",
    arguments=(Argument("labels", None, core=1), Argument("logits", EXTENDED, core=2, wrt=True)),
    formula="-log(sum(prod(softmax(logits[t])[path[t]] for t in range(T)) for path in alignments(labels)))",
    draw=lambda rng: (rng.integers(1, 4, (8, 3)), rng.normal(size=(8, 7, 4)) * 2),
    convex=False,
    sources=("graves2006",),
    names_elsewhere=(
        Name(
            "torch",
            "torch.nn.functional.ctc_loss",
            "takes log-probabilities, frames first; its mean divides by the number of labels first",
        ),
        Name(
            "optax", "optax.losses.ctc_loss", "about 100000 where no alignment exists, not infinity"
        ),
    ),
)
