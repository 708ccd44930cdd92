"""Chains: courses of study stages that hand on notes or games, and play stages of fresh instances that have them."""
