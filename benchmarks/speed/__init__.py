"""Speed of the game engine, side by side with OpenSpiel's."""
