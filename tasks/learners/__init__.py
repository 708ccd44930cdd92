"""The embedded learners: players that learn from the text of their prompt alone."""
