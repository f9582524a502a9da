"""Exercise: the CTC loss of one sequence, by the forward sum in log space."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.answers import strided
from autograde.exercise import Exercise, Misconception, Probe
from autograde.regimes import targets


def ctc_forward(labels, log_probs, blank=0):
    return lossref.ctc(labels[None], log_probs[None], blank=blank)


def frames(rng, count, classes, spread=1.0):
    """Log-probabilities of every class in every frame."""
    z = spread * targets(rng, (count, classes))
    return z - np.log(np.sum(np.exp(z - z.max()), axis=1, keepdims=True)) - z.max()


def spell(*labels):
    return np.array(labels, dtype=np.int64)


def probes(rng: np.random.Generator) -> list[Probe]:
    a, b, c = (int(k) for k in rng.permutation([1, 2, 3]))
    shut = frames(rng, 4, 3)
    shut[:, 1:] -= np.log(np.exp(shut[:, 1:]).sum(axis=1, keepdims=True))
    shut[:, 0] = -np.inf
    # A fourth label takes nearly everything, so that each of the others has about exp(-30).
    unlikely = frames(rng, 60, 5) - 30.0
    unlikely[:, 4] = np.log1p(-np.exp(unlikely[:, :4]).sum(axis=1))

    def ask(aspect, regime, labels, log_probs, **kwargs):
        return Probe("ctc_forward", aspect, regime, (labels, log_probs), kwargs)

    return [
        ask("value", "one label, two frames", spell(a), frames(rng, 2, 4)),
        ask("value", "two labels, four frames", spell(a, b), frames(rng, 4, 4)),
        ask("value", "three labels, five frames", spell(c, a, b), frames(rng, 5, 4)),
        ask("value", "as many frames as labels", spell(b, a), frames(rng, 2, 4)),
        ask("repeats", "a doubled label", spell(a, a), frames(rng, 4, 4)),
        ask("repeats", "a label that comes back", spell(a, b, a), frames(rng, 5, 4)),
        ask("repeats", "a doubled label among others", spell(b, a, a, c), frames(rng, 7, 4)),
        ask("repeats", "a doubled label without room", spell(a, a), frames(rng, 2, 4)),
        ask("repeats", "more labels than frames", spell(a, b, c), frames(rng, 2, 4)),
        ask("edges", "the last class is the blank", spell(0, 2), frames(rng, 4, 4), blank=3),
        ask("edges", "no label at all", spell(), frames(rng, 3, 3)),
        ask("edges", "a single frame", spell(b), frames(rng, 1, 4)),
        ask("edges", "a blank of probability 0", spell(1, 2), shut),
        ask(
            "edges",
            "single precision (dtype float32)",
            spell(a, b),
            frames(rng, 5, 4).astype(np.float32),
        ),
        ask("edges", "an array that is not contiguous", spell(b, c), strided(frames(rng, 4, 4))),
        ask("stability", "sixty frames of probabilities near exp(-30)", spell(a, b, b), unlikely),
    ]


# -- wrong answers -------------------------------------------------------------


def skips_between_equals(labels, log_probs, blank=0):
    path = np.full(2 * len(labels) + 1, blank)
    path[1::2] = labels
    a = np.full(len(path), -np.inf)
    a[:2] = log_probs[0, path[:2]]
    for t in range(1, len(log_probs)):
        old = a.copy()
        for s in range(len(path)):
            ways = old[s : s + 1] if s == 0 else old[s - 1 : s + 1]
            if s > 2 and s % 2 == 1:
                ways = old[s - 2 : s + 1]
            a[s] = np.logaddexp.reduce(ways) + log_probs[t, path[s]]
    return -np.logaddexp.reduce(a[-2:])


def never_skips(labels, log_probs, blank=0):
    path = np.full(2 * len(labels) + 1, blank)
    path[1::2] = labels
    a = np.full(len(path), -np.inf)
    a[:2] = log_probs[0, path[:2]]
    for t in range(1, len(log_probs)):
        old = a.copy()
        for s in range(len(path)):
            ways = old[s : s + 1] if s == 0 else old[s - 1 : s + 1]
            a[s] = np.logaddexp.reduce(ways) + log_probs[t, path[s]]
    return -np.logaddexp.reduce(a[-2:])


def skips_blanks_and_labels(labels, log_probs, blank=0):
    path = np.full(2 * len(labels) + 1, blank)
    path[1::2] = labels
    a = np.full(len(path), -np.inf)
    a[:2] = log_probs[0, path[:2]]
    for t in range(1, len(log_probs)):
        old = a.copy()
        for s in range(len(path)):
            ways = old[max(s - 2, 0) : s + 1]
            a[s] = np.logaddexp.reduce(ways) + log_probs[t, path[s]]
    return -np.logaddexp.reduce(a[-2:])


def ends_in_a_blank(labels, log_probs, blank=0):
    path = np.full(2 * len(labels) + 1, blank)
    path[1::2] = labels
    a = np.full(len(path), -np.inf)
    a[:2] = log_probs[0, path[:2]]
    for t in range(1, len(log_probs)):
        old = a.copy()
        for s in range(len(path)):
            ways = old[s : s + 1] if s == 0 else old[s - 1 : s + 1]
            if s > 2 and s % 2 == 1 and path[s] != path[s - 2]:
                ways = old[s - 2 : s + 1]
            a[s] = np.logaddexp.reduce(ways) + log_probs[t, path[s]]
    return -a[-1]


def starts_in_a_blank(labels, log_probs, blank=0):
    path = np.full(2 * len(labels) + 1, blank)
    path[1::2] = labels
    a = np.full(len(path), -np.inf)
    a[0] = log_probs[0, blank]
    for t in range(1, len(log_probs)):
        old = a.copy()
        for s in range(len(path)):
            ways = old[s : s + 1] if s == 0 else old[s - 1 : s + 1]
            if s > 2 and s % 2 == 1 and path[s] != path[s - 2]:
                ways = old[s - 2 : s + 1]
            a[s] = np.logaddexp.reduce(ways) + log_probs[t, path[s]]
    return -np.logaddexp.reduce(a[-2:])


def best_alignment(labels, log_probs, blank=0):
    path = np.full(2 * len(labels) + 1, blank)
    path[1::2] = labels
    a = np.full(len(path), -np.inf)
    a[:2] = log_probs[0, path[:2]]
    for t in range(1, len(log_probs)):
        old = a.copy()
        for s in range(len(path)):
            ways = old[s : s + 1] if s == 0 else old[s - 1 : s + 1]
            if s > 2 and s % 2 == 1 and path[s] != path[s - 2]:
                ways = old[s - 2 : s + 1]
            a[s] = np.max(ways) + log_probs[t, path[s]]
    return -np.max(a[-2:])


def in_probabilities(labels, log_probs, blank=0):
    p = np.exp(log_probs.astype(np.float64))
    path = np.full(2 * len(labels) + 1, blank)
    path[1::2] = labels
    a = np.zeros(len(path))
    a[:2] = p[0, path[:2]]
    for t in range(1, len(p)):
        old = a.copy()
        for s in range(len(path)):
            a[s] = old[s] + (old[s - 1] if s else 0.0)
            if s > 2 and s % 2 == 1 and path[s] != path[s - 2]:
                a[s] += old[s - 2]
            a[s] *= p[t, path[s]]
    return -np.log(np.sum(a[-2:]))


def no_blanks(labels, log_probs, blank=0):
    if len(labels) == 0:
        return -np.sum(log_probs[:, blank])
    a = np.full(len(labels), -np.inf)
    a[0] = log_probs[0, labels[0]]
    for t in range(1, len(log_probs)):
        old = a.copy()
        for s in range(len(labels)):
            ways = old[s : s + 1] if s == 0 else old[s - 1 : s + 1]
            a[s] = np.logaddexp.reduce(ways) + log_probs[t, labels[s]]
    return -a[-1]


def blank_is_0(labels, log_probs, blank=0):
    path = np.zeros(2 * len(labels) + 1, dtype=int)
    path[1::2] = labels
    a = np.full(len(path), -np.inf)
    a[:2] = log_probs[0, path[:2]]
    for t in range(1, len(log_probs)):
        old = a.copy()
        for s in range(len(path)):
            ways = old[s : s + 1] if s == 0 else old[s - 1 : s + 1]
            if s > 2 and s % 2 == 1 and path[s] != path[s - 2]:
                ways = old[s - 2 : s + 1]
            a[s] = np.logaddexp.reduce(ways) + log_probs[t, path[s]]
    return -np.logaddexp.reduce(a[-2:])


def per_label(labels, log_probs, blank=0):
    path = np.full(2 * len(labels) + 1, blank)
    path[1::2] = labels
    a = np.full(len(path), -np.inf)
    a[:2] = log_probs[0, path[:2]]
    for t in range(1, len(log_probs)):
        old = a.copy()
        for s in range(len(path)):
            ways = old[s : s + 1] if s == 0 else old[s - 1 : s + 1]
            if s > 2 and s % 2 == 1 and path[s] != path[s - 2]:
                ways = old[s - 2 : s + 1]
            a[s] = np.logaddexp.reduce(ways) + log_probs[t, path[s]]
    return -np.logaddexp.reduce(a[-2:]) / max(len(labels), 1)


def likelihood(labels, log_probs, blank=0):
    path = np.full(2 * len(labels) + 1, blank)
    path[1::2] = labels
    a = np.full(len(path), -np.inf)
    a[:2] = log_probs[0, path[:2]]
    for t in range(1, len(log_probs)):
        old = a.copy()
        for s in range(len(path)):
            ways = old[s : s + 1] if s == 0 else old[s - 1 : s + 1]
            if s > 2 and s % 2 == 1 and path[s] != path[s - 2]:
                ways = old[s - 2 : s + 1]
            a[s] = np.logaddexp.reduce(ways) + log_probs[t, path[s]]
    return np.logaddexp.reduce(a[-2:])


def wraps_around(labels, log_probs, blank=0):
    path = np.full(2 * len(labels) + 1, blank)
    path[1::2] = labels
    a = np.full(len(path), -np.inf)
    a[:2] = log_probs[0, path[:2]]
    for t in range(1, len(log_probs)):
        jump = (path != blank) & (path != np.roll(path, 2))
        leap = np.where(jump, np.roll(a, 2), -np.inf)
        a = np.logaddexp(np.logaddexp(a, np.roll(a, 1)), leap) + log_probs[t, path]
    return -np.logaddexp.reduce(a[-2:])


HALF = float(np.log(0.5))
#: Two classes, the blank and one label, each as likely as the other in every frame.
TWO = ([1], [[HALF, HALF]] * 2)
TWICE = ([1, 1], [[HALF, HALF]] * 3)
THIRD = float(np.log(1 / 3))
AB = ([1, 2], [[THIRD] * 3] * 3)

EXERCISE = Exercise(
    slug="ctc_forward",
    title="CTC, forwards",
    chapter="choosing",
    page="choosing/ctc",
    functions={"ctc_forward": ctc_forward},
    points={"value": 3, "repeats": 2, "edges": 1, "stability": 2},
    probes=probes,
    hints=(
        "Do not list the alignments: there are too many. Ask instead, frame by frame, how likely it "
        "is to have spelled so much of the labels by now.",
        "Write a blank before, between and after the labels: 2 L + 1 states. From a state one may "
        "stay, go one on, or jump over a blank. Sum over the ways in, then add the frame.",
        "The line that people get wrong is the jump: only over a blank that stands between two "
        "labels that differ. And a path may begin in two states and end in two.",
    ),
    misconceptions=(
        Misconception(
            "ctc_forward/double-jump",
            "A doubled label needs no blank",
            "ctc_forward",
            skips_between_equals,
            "For the labels 1 1 in three frames, all eight paths equally likely, you return {got}, "
            "minus the logarithm of a probability. Which paths are read as 1 1?",
            "The jump over the blank is allowed between equal labels.",
            "definition",
            TWICE,
        ),
        Misconception(
            "ctc_forward/no-jump",
            "A blank stands between any two labels",
            "ctc_forward",
            never_skips,
            "For the labels 1 2 in three frames of three equally likely classes you return {got}. How "
            "is the path 1 1 2 read?",
            "Only staying and going one on.",
            "definition",
            AB,
        ),
        Misconception(
            "ctc_forward/any-jump",
            "Labels are jumped over",
            "ctc_forward",
            skips_blanks_and_labels,
            "For the labels 1 2 in three frames of three equally likely classes you return {got}. How "
            "is a path of blanks alone read, and where does it end with you?",
            "The jump is allowed from blank to blank, over the label.",
            "derivation",
            AB,
        ),
        Misconception(
            "ctc_forward/ends-in-blank",
            "A path has to end in a blank",
            "ctc_forward",
            ends_in_a_blank,
            "For the label 1 in two frames, four paths equally likely, you return {got}. How is the "
            "path of a blank and then a 1 read?",
            "Only the last state is counted.",
            "by-hand",
            TWO,
        ),
        Misconception(
            "ctc_forward/starts-in-blank",
            "A path has to begin in a blank",
            "ctc_forward",
            starts_in_a_blank,
            "For the label 1 in two frames, four paths equally likely, you return {got}. How is the "
            "path of a 1 and then a blank read?",
            "Only the first state is open in the first frame.",
            "by-hand",
            TWO,
        ),
        Misconception(
            "ctc_forward/best-path",
            "One alignment is counted",
            "ctc_forward",
            best_alignment,
            "For the label 1 in two frames, four paths equally likely, you return {got}. How many of "
            "the four are read as 1?",
            "max for logsumexp: the Viterbi score.",
            "definition",
            TWO,
        ),
        Misconception(
            "ctc_forward/underflow",
            "Probabilities are multiplied until they vanish",
            "ctc_forward",
            in_probabilities,
            "For sixty frames in which every label has a probability of exp(-30), the product is "
            "exp(-1800). Which number is that in float64, and what is its logarithm?",
            "The sum of products as it is spelled: -log(0) is infinity.",
            "what-goes-wrong",
        ),
        Misconception(
            "ctc_forward/no-blanks",
            "There are no blanks",
            "ctc_forward",
            no_blanks,
            "For the label 1 in two frames, four paths equally likely, you return {got}. How is the "
            "path of a 1 and then a blank read?",
            "States are the labels alone.",
            "definition",
            TWO,
        ),
        Misconception(
            "ctc_forward/blank-0",
            "The blank is always class 0",
            "ctc_forward",
            blank_is_0,
            "For the label 0 in two frames of probabilities 0.7, 0.2 and 0.1, with blank = 2, you return "
            "{got}. Which class stands for nothing here?",
            "The argument is ignored.",
            "definition",
            ([0], [[float(np.log(v)) for v in (0.7, 0.2, 0.1)]] * 2, 2),
        ),
        Misconception(
            "ctc_forward/per-label",
            "It is divided by the number of labels",
            "ctc_forward",
            per_label,
            "For the labels 1 2 in three frames of three equally likely classes you return {got}. "
            "Minus the logarithm of which probability is that?",
            "What torch's reduction='mean' does before it averages.",
            "what-goes-wrong",
            AB,
        ),
        Misconception(
            "ctc_forward/sign",
            "The minus is missing",
            "ctc_forward",
            likelihood,
            "For the label 1 in two frames you return {got}. Does training make a loss larger or "
            "smaller, and which should happen to the probability?",
            "log P for -log P.",
            "definition",
            TWO,
        ),
        Misconception(
            "ctc_forward/wraps",
            "The last state leads to the first",
            "ctc_forward",
            wraps_around,
            "For the label 1 in three frames you return {got}. From which states can a path come into "
            "the first blank?",
            "np.roll brings the end of the array to its front.",
            "derivation",
            ([1], [[HALF, HALF]] * 3),
        ),
    ),
    success=(
        "Every alignment is counted and none is listed, doubled labels get their blank, and sixty "
        "frames of tiny probabilities keep all their digits."
    ),
)
