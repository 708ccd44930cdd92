"""Games that are refused because of how they begin: nobody can begin, or no choice matters."""

from __future__ import annotations

from quickstudy.tasks.games import reference
from quickstudy.tasks.games.rule_checks import RulesError
from quickstudy.tasks.games.rules import Rules


def check_start(rules: Rules) -> None:
    """Refuse with `RulesError` a game in which X cannot act at first, or whose first action ends it whatever it is.

    Asks the slow interpreter, which answers before the engine would be loaded.
    """
    position = reference.start(rules)
    moves = reference.legal_moves(rules, position)
    if moves in ([], ["pass"]):
        raise RulesError("the start: X has no legal action in the first position")
    if all(reference.play(rules, position, move).result is not None for move in moves):
        raise RulesError("the start: the first action ends the game, whatever it is")
