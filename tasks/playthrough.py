"""A game played out as text, for people to read and for tests to compare: boards, legal moves, moves and the result.

Players are two cheap levels that err, so that captures and other twists show. The text follows from the rules and the
engine alone; a long game is told in full at its beginning and its end, with the moves alone in between.
"""

from __future__ import annotations

import textwrap
from pathlib import Path

from quickstudy.tasks.games.game import Game
from quickstudy.tasks.games.notation import RESULTS, State, draw_board, format_move
from quickstudy.tasks.opponents.ladder import file_beside
from quickstudy.tasks.opponents.levels import Level, choose_move

# Not looked up among the levels of ladders, so that a playthrough outlives their changes.
PLAYERS = (Level("alphabeta-300-e25", "alphabeta", 300, 250), Level("mcts-30", "mcts", 30))
SEED = 0
MOST_BYTES = 15_000
_WIDTH = 100


def playthrough_file(game: Game) -> Path:
    """Where a game's playthrough lies: `playthrough.txt` in a catalogue folder, `<stem>.playthrough.txt` elsewhere."""
    return file_beside(game, "playthrough").with_suffix(".txt")


def write_playthrough(game: Game) -> str:
    """One game as text of at most `MOST_BYTES` bytes, the same on every machine.

    For each ply: number, player to act, counts that matter, board, legal moves in alphabetical order and the move
    played. Where this is too long, plies in the middle have their moves alone.
    """
    from quickstudy.tasks.games.kernel import apply, is_over, legal_moves, result_of

    rules, state = game.rules, game.start()
    moves: list[str] = []
    blocks: list[str] = []
    while not is_over(state):
        player = int(state[5])
        legal = sorted(format_move(rules, int(move)) for move in legal_moves(game.tables, state))
        move = choose_move(game, state, PLAYERS[player], SEED)
        moves.append(format_move(rules, move))
        blocks.append(
            f"Ply {len(moves)}, {'XO'[player]} to act{_counts(game, state)}\n{draw_board(rules, state)}\n"
            f"{_wrap(f'Legal ({len(legal)}):', legal)}\nPlayed: {moves[-1]}\n"
        )
        apply(game.tables, state, move)
    head = (
        f"A game of {rules.name}: X is {PLAYERS[0].name}, O is {PLAYERS[1].name}, seed {SEED}.\nRules: {rules.hash}\n"
        f"Plies: {len(moves)}\n"
    )
    end = f"End{_counts(game, state)}\n{draw_board(rules, state)}\nResult: {RESULTS[result_of(state)]}\n"
    return "\n".join([head, *_shorten(blocks, moves, MOST_BYTES - len(head) - len(end) - 2), end])


def _shorten(blocks: list[str], moves: list[str], most: int) -> list[str]:
    """The blocks of the first and the last plies, and between them, where all are too long, a list of moves."""
    sizes = [len(block.encode()) + 1 for block in blocks]
    first, last = 0, len(blocks)  # the plies from `first` to before `last` are left out
    total = len(_list_moves(moves, 0, len(moves)).encode()) + 1
    while first < last:
        ply = first if first <= len(blocks) - last else last - 1
        if total + sizes[ply] > most:
            return [*blocks[:first], _list_moves(moves, first, last), *blocks[last:]]
        total += sizes[ply]
        first, last = (first + 1, last) if ply == first else (first, last - 1)
    return blocks


def _list_moves(moves: list[str], first: int, last: int) -> str:
    return _wrap(f"Plies {first + 1} to {last}:", moves[first:last]) + "\n"


def _counts(game: Game, state: State) -> str:
    """What the rules count beside pieces: points, and pieces removed."""
    rules, packed, found = game.rules, int(state[10]), ""
    if rules.points:
        found += f"; points: X {packed >> 48 & 0xFF}, O {packed >> 56}"
    if rules.captures or rules.score == "captures":
        found += f"; removed: by X {int(state[8])}, by O {int(state[9])}"
    return found


def _wrap(head: str, words: list[str]) -> str:
    return textwrap.fill(
        f"{head} {' '.join(words)}", _WIDTH, subsequent_indent="  ", break_on_hyphens=False, break_long_words=False
    )
