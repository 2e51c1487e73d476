"""What is run to learn something, apart from what users run: all methods, the papers' claims, noise."""
