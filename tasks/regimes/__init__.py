"""How experience reaches the player beside examples: artefacts that a study stage hands to a fresh instance."""
