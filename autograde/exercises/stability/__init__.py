"""Exercises of the chapter on numerical stability."""
