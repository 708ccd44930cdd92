"""Chess and its variants: published ones by python-chess, invented ones by specs of our own."""
