"""Answers. Nothing in this folder is released to learners."""
