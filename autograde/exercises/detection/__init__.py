"""Exercises of the chapter on detection and segmentation."""
