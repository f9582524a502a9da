"""One module of accepted answers for each exercise on classification losses."""
