"""One module of accepted answers for each exercise on metric learning."""
