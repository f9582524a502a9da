"""Counting mistakes, in other words."""

import numpy as np


def zero_one_loss__loop(y_true, score):
    pairs = list(zip(np.ravel(y_true).tolist(), np.ravel(score).tolist()))
    return sum((1 if s > 0 else -1) != y for y, s in pairs) / len(pairs)


def best_zero_one_loss__loop(y_true, score):
    thresholds = [min(score) - 1, *score]
    return min(zero_one_loss__loop(y_true, score - t) for t in thresholds)


def zero_one_loss__two_kinds(y_true, score):
    missed = np.count_nonzero((y_true == 1) & (score <= 0))
    alarmed = np.count_nonzero((y_true == -1) & (score > 0))
    return (missed + alarmed) / y_true.size


def best_zero_one_loss__two_kinds(y_true, score):
    ends = np.unique(score)
    cuts = np.concatenate([[ends[0] - 1], (ends[1:] + ends[:-1]) / 2, [ends[-1] + 1]])
    return min(
        (np.sum(score[y_true > 0] <= c) + np.sum(score[y_true < 0] > c)) / score.size for c in cuts
    )


def zero_one_loss__sorted(y_true, score):
    return 1.0 - np.mean((score > 0) == (y_true > 0))


def best_zero_one_loss__sorted(y_true, score):
    order = np.argsort(score, kind="stable")
    y, s = y_true[order], score[order]
    mistakes = np.sum(y < 0) + np.concatenate([[0], np.cumsum(y)])
    allowed = np.concatenate([[True], s[1:] > s[:-1], [True]])
    return mistakes[allowed].min() / y.size
