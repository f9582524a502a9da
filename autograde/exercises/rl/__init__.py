"""Exercises on the losses of reinforcement learning and of preferences."""
