"""What is run: suites, the run and the command line."""
