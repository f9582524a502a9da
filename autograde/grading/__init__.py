"""Grading a class: the sandbox, the gradebook, feedback and reports. Needs nbgrader."""
