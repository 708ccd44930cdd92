"""Screening: whether a new game is long enough, even, decisive, deep and learnable."""
