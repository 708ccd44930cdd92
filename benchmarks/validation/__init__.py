"""Simulations that measure whether the statistics keep what they promise: one module for each subject."""
