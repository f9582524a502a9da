"""Speed of lossref beside torch: one thread each, thread time, median of interleaved rounds.

    python bench/bench_lossref.py [rounds]

A ratio below 1 means that lossref is faster. torch's gradient includes its graph.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import statistics
import sys
import time
from collections.abc import Callable

import numpy as np
import torch
import torch.nn.functional as F

import lossref

torch.set_num_threads(1)
RNG = np.random.default_rng(0)
N = 1_000_000


def info_nce(queries: torch.Tensor, keys: torch.Tensor) -> torch.Tensor:
    s = F.normalize(queries) @ F.normalize(keys).T / 0.07
    return F.cross_entropy(s, torch.arange(len(s)))


def box_iou(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """As torchvision has it: corners of all pairs in arrays of three axes."""
    low = torch.max(a[:, None, :2], b[:, :2])
    size = (torch.min(a[:, None, 2:], b[:, 2:]) - low).clamp(min=0)
    meet = size[..., 0] * size[..., 1]
    areas = [(x[:, 2] - x[:, 0]) * (x[:, 3] - x[:, 1]) for x in (a, b)]
    return meet / (areas[0][:, None] + areas[1] - meet)


def boxes(n: int, dtype: type) -> np.ndarray:
    low = RNG.uniform(0, 900, (n, 2))
    return np.hstack((low, low + RNG.uniform(1, 100, (n, 2)))).astype(dtype)


def cases(dtype: type) -> dict[str, tuple]:
    """Name to (the function of torch, labels or truth, prediction)."""
    y, p = RNG.normal(size=(2, N)).astype(dtype)
    hard = RNG.integers(0, 2, N).astype(dtype)
    z, labels = RNG.normal(size=(8192, 1000)).astype(dtype), RNG.integers(0, 1000, 8192)
    return {
        "mse": (lambda p, y: F.mse_loss(p, y), y, p),
        "huber": (lambda p, y: F.huber_loss(p, y), y, p),
        "bce_with_logits": (lambda p, y: F.binary_cross_entropy_with_logits(p, y), hard, p),
        "softmax_cross_entropy": (lambda p, y: F.cross_entropy(p, y), labels, z),
        "info_nce": (lambda k, q: info_nce(q, k), *RNG.normal(size=(2, 1024, 128)).astype(dtype)),
        "pairwise_iou": (lambda b, a: box_iou(a, b), boxes(2000, dtype), boxes(2000, dtype)),
    }


def clock(function: Callable[[], object]) -> float:
    start = time.thread_time()
    function()
    return (time.thread_time() - start) * 1e3


def pairs(slug: str, theirs: Callable, y: np.ndarray, p: np.ndarray) -> tuple:
    """What is timed: its name, ours, torch's."""
    ty, tp = torch.from_numpy(y), torch.from_numpy(p)
    if slug == "pairwise_iou":  # no loss: a matrix, without a gradient
        return (("value", lambda: lossref.pairwise_iou(y, p), lambda: theirs(tp, ty)),)
    spec, leaf = lossref.spec(slug), tp.clone().requires_grad_()
    truth = ty.clone().requires_grad_() if slug == "info_nce" else ty

    def backward() -> None:
        leaf.grad = truth.grad = None
        theirs(leaf, truth).backward()

    return (
        ("value", lambda: spec.loss(y, p), lambda: theirs(tp, ty)),
        ("value+grad", lambda: spec.value_and_grad(y, p), backward),
    )


def main(rounds: int = 7) -> None:
    print(f"{'loss':<24}{'dtype':<9}{'what':<12}{'lossref ms':>11}{'torch ms':>10}{'ratio':>8}")
    for dtype in (np.float32, np.float64):
        for slug, case in cases(dtype).items():
            for what, ours, other in pairs(slug, *case):
                ours(), other()
                times = [(clock(ours), clock(other)) for _ in range(rounds)]
                a, b = (statistics.median(t) for t in zip(*times, strict=True))
                name = np.dtype(dtype).name
                print(f"{slug:<24}{name:<9}{what:<12}{a:>11.2f}{b:>10.2f}{a / b:>8.2f}")


if __name__ == "__main__":
    main(*(int(a) for a in sys.argv[1:2]))
