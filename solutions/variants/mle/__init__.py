"""Right answers on likelihood that are written differently from the solution."""
