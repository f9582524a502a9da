"""Exercises on loss functions, and the judge that checks them.

``from autograde import check`` is light: NumPy and lossref only. Grading a class is
in ``autograde.grading`` and needs nbgrader.
"""

from autograde.check import WrongAnswer, check, verify
from autograde.personal import constants, learner

__all__ = ["WrongAnswer", "check", "constants", "learner", "verify"]
