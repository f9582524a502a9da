"""Exercises of the chapter on choosing a loss."""
