"""Validation: the figures that the statistics must reach, measured by simulation."""
