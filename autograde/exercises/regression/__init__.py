"""Exercises of the regression chapter."""
