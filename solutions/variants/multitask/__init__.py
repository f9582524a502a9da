"""One module of accepted answers for each exercise on several tasks."""
