"""Exercises of the chapter on metric learning."""
