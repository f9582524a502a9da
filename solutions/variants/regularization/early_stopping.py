"""Early stopping, in other words."""

import math


def early_stopping__counter(losses, patience, min_delta=0.0):
    if patience < 1:
        raise ValueError("patience")
    lowest, best, waited = math.inf, 0, 0
    for epoch, loss in enumerate(losses.tolist()):
        if loss < lowest - min_delta:
            lowest, best, waited = loss, epoch, 0
            continue
        waited += 1
        if waited == patience:
            return epoch, best
    return len(losses) - 1, best


def early_stopping__jumps(losses, patience, min_delta=0.0):
    if not patience >= 1:
        raise ValueError("patience must be at least one epoch")
    best = 0
    while True:
        window = losses[best + 1 : best + 1 + patience]
        better = [i for i, loss in enumerate(window) if loss < losses[best] - min_delta]
        if not better:
            return best + len(window), best
        best += 1 + better[0]


def early_stopping__deadline(losses, patience, min_delta=0.0):
    if patience <= 0:
        raise ValueError(patience)
    best, deadline, epoch = 0, patience, 0
    while epoch < min(deadline, len(losses) - 1):
        epoch += 1
        if losses[best] - losses[epoch] > min_delta:
            best, deadline = epoch, epoch + patience
    return [epoch, best]
