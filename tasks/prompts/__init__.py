"""Every word that a model reads, apart from the rules of a game (`games/wording.py`, `chess_variants/wording.py`)."""
