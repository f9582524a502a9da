"""One module of accepted answers for each exercise on choosing a loss."""
