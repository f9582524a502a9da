"""Exercises of the chapter on what a loss is."""
