"""One module of accepted answers for each regression exercise."""
