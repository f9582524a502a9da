"""One module of accepted answers for each exercise on what a loss is."""
