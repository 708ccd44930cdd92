"""Opponents: engines at fixed settings, and the ladders that rate them."""
