"""Speed side by side: of the game engine and OpenSpiel's, of the harness and a bare loop of Inspect's calls."""
