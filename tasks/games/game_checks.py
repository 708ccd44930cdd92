"""Well-formed specs that are no games: nobody can begin, nobody can win, or the cap comes before the goals.

They are refused where a spec file is to be used. A `Rules` may still be one of them, as small positions of tests are
and drafts of the generator, which screening rejects.
"""

from __future__ import annotations

from quickstudy.tasks.games import reference
from quickstudy.tasks.games.patterns import patterns
from quickstudy.tasks.games.reach import constant, converting, fewest_joining, never_stuck
from quickstudy.tasks.games.rule_checks import refuse
from quickstudy.tasks.games.rules import Rules


def check_game(rules: Rules) -> None:
    """Refuse rules that are no game with `RulesError`; the message starts with the atom's name, or with `the start`."""
    check_prospects(rules)
    _check_start(rules)


def check_prospects(rules: Rules) -> None:
    """Refuse with `RulesError` what nobody can win, and goals that nobody can reach before the cap."""
    if constant(rules) and not rules.endings:
        fixed = rules.stalemate not in ("lose", "win")
        refuse(fixed, "score", "the numbers of pieces never change, and nothing else is a goal")
        refuse(never_stuck(rules), "stalemate", "a player can always move, and nothing else is a goal")
    _check_time(rules)


def _check_time(rules: Rules) -> None:
    """Refuse goals that nobody can reach before the cap: an action brings one piece, takes one and gives one point."""
    actions = rules.cap if rules.double else (rules.cap + 1) // 2
    why = f"the game is over after {rules.cap} plies, before anybody can"
    start = [sum(map(len, setup)) for setup in (rules.setup_x, rules.setup_o)]
    if not converting(rules):
        have = max(start) + actions
        if rules.line or rules.shape:
            needed = len(patterns(rules)[0])
            refuse(needed > have, "cap", f"{why} have the {needed} pieces of a {'line' if rules.line else 'shape'}")
        refuse(rules.connect != "none" and fewest_joining(rules) > have, "cap", f"{why} join the sides")
    refuse(rules.points > actions, "cap", f"{why} have {rules.points} points")
    if rules.effect == "none":
        refuse(rules.captures > actions, "cap", f"{why} remove {rules.captures} pieces")
        fewest = min(start) - rules.eliminate + 1
        refuse(rules.eliminate > 0 and fewest > actions, "cap", f"{why} remove {fewest} pieces")


def _check_start(rules: Rules) -> None:
    """Refuse games in which X cannot act at first, or whose first action ends them whatever it is.

    Asks the slow interpreter, which answers before the engine would be loaded.
    """
    position = reference.start(rules)
    moves = reference.legal_moves(rules, position)
    refuse(moves in ([], ["pass"]), "the start", "X has no legal action in the first position")
    over = all(reference.play(rules, position, move).result is not None for move in moves)
    refuse(over, "the start", "the first action ends the game, whatever it is")
