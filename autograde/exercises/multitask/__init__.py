"""Exercises of the chapter on several tasks."""
