"""Speed of lossref beside torch: one thread each, thread time, median of interleaved rounds.

    python bench/bench_lossref.py [rounds] [--write]

A ratio below 1 means that lossref is faster. torch's gradient includes its graph. With
--write the medians go into bench/lossref.json, beside what the ratios above 1 come from.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import json
import platform
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

import lossref

torch.set_num_threads(1)
RECORD = Path(__file__).with_name("lossref.json")
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


def passes() -> dict[str, float]:
    """Microseconds for 16384 numbers in the second-level cache: what no Python code can undercut."""
    found = {}
    for dtype in (np.float32, np.float64):
        x, y, out = (np.full(16_384, 0.5, dtype) for _ in range(3))
        a = torch.from_numpy(x)
        name = np.dtype(dtype).name
        for what, call in {
            "numpy exp": lambda: np.exp(x, out=out),  # noqa: B023
            "torch exp": lambda: torch.exp(a),  # noqa: B023
            "numpy log1p": lambda: np.log1p(x, out=out),  # noqa: B023
            "torch log1p": lambda: torch.log1p(a),  # noqa: B023
            "numpy subtract": lambda: np.subtract(x, y, out=out),  # noqa: B023
            "numpy clip": lambda: x.clip(0.1, 0.4, out=out),  # noqa: B023
            "numpy dot": lambda: np.dot(x, y),  # noqa: B023
        }.items():
            found[f"{what} {name}"] = min(clock(call) for _ in range(200)) * 1e3
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("rounds", nargs="?", type=int, default=7)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    rows = []
    print(f"{'loss':<24}{'dtype':<9}{'what':<12}{'lossref ms':>11}{'torch ms':>10}{'ratio':>8}")
    for dtype in (np.float32, np.float64):
        for slug, case in cases(dtype).items():
            for what, ours, other in pairs(slug, *case):
                ours(), other()
                times = [(clock(ours), clock(other)) for _ in range(given.rounds)]
                a, b = (statistics.median(t) for t in zip(*times, strict=True))
                low = [min(t) for t in zip(*times, strict=True)]
                name = np.dtype(dtype).name
                print(f"{slug:<24}{name:<9}{what:<12}{a:>11.2f}{b:>10.2f}{a / b:>8.2f}")
                rows.append(
                    {
                        "loss": slug, "dtype": name, "what": what, "lossref_ms": round(a, 2),
                        "torch_ms": round(b, 2), "ratio": round(a / b, 2),
                        "ratio_of_fastest": round(low[0] / low[1], 2),
                    }
                )  # fmt: skip
    if given.write:
        old = json.loads(RECORD.read_text()) if RECORD.exists() else {"note": []}
        record = {
            "numpy": np.__version__, "torch": torch.__version__, "python": platform.python_version(),
            "rounds": given.rounds, "note": old["note"], "microseconds_of_16384": {
                k: round(v, 1) for k, v in passes().items()
            }, "rows": rows,
        }  # fmt: skip
        RECORD.write_text(json.dumps(record, indent=1) + "\n")


if __name__ == "__main__":
    main()
