"""Verification: what the logs of a run hold is done again with the recorded answers. Begin at `findings.py`."""
