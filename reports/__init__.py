"""What is published: tables, plots, the leaderboard, the site and verification."""
