"""What is learnt: games, opponents, examples, regimes, learners and the Inspect tasks."""
