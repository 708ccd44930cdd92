"""Invented and reference games: their rules, boards, kernel, wording and notation."""
