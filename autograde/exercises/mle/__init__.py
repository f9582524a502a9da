"""Exercises of the chapter on likelihood."""
