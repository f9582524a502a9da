"""Exercises of the chapter on classification losses."""
