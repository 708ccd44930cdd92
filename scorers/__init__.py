"""What is concluded: outcomes, ratings, matching and the Inspect wrappers; statistics on plain tables."""
