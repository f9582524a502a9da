"""Exercises of the chapter on regularization."""
