"""Example games: independent seeded streams of games between strong levels."""
