"""Games that are refused because of how they begin: nobody can begin, or no choice matters."""

from __future__ import annotations

from quickstudy.tasks.games.notation import PASS
from quickstudy.tasks.games.rule_checks import RulesError
from quickstudy.tasks.games.rules import Rules
from quickstudy.tasks.games.tables import build_tables


def check_start(rules: Rules) -> None:
    """Refuse with `RulesError` a game in which X cannot act at first, or whose first action ends it whatever it is."""
    from quickstudy.tasks.games.kernel import apply, is_over, legal_moves, start_state

    tables = build_tables(rules)
    moves = [] if is_over(start_state(tables)) else [int(move) for move in legal_moves(tables, start_state(tables))]
    if [move for move in moves if (move >> 12) & 7 != PASS] == []:
        raise RulesError("the start: X has no legal action in the first position")
    for move in moves:
        state = start_state(tables)
        apply(tables, state, move)
        if not is_over(state):
            return
    raise RulesError("the start: the first action ends the game, whatever it is")
