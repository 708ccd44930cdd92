"""The rules in English, generated from the spec: one sentence for each atom and topology, and no advice.

The text is complete (`learners/reader.py`, written against the text alone, recovers the same `Rules` from it) and
speaks only of atoms that the game has.
"""

from __future__ import annotations

from collections.abc import Sequence

from quickstudy.tasks.games.board import Board
from quickstudy.tasks.games.patterns import patterns
from quickstudy.tasks.games.rules import Kind, Rules

SQUARE_DIRECTIONS = (
    "Directions: N is the next higher rank, E the next file (a to b), S and W the opposite; NE, SE, SW and NW are "
    "diagonal. A cell is adjacent to the cells one step away in these eight directions."
)
HEX_DIRECTIONS = (
    "Directions: E is the next file on the same rank, NE the same file on the next higher rank, NW the previous file "
    "on the next higher rank; W, SW and SE are their opposites. A cell is adjacent to the cells one step away in these "
    "six directions."
)
AXES = {"all": "N-S, E-W, NE-SW or NW-SE", "orthogonal": "N-S or E-W", "diagonal": "NE-SW or NW-SE"}
LEAPS = {
    "knight": "two cells N, E, S or W and then one cell to the side",
    "camel": "three cells N, E, S or W and then one cell to the side",
}
# What a text with other names of files and ranks says instead, and where it names them.
HIGHER, UPWARDS = "the next higher rank", "the next rank upwards"
REMOVED = "captured or removed after an action; pieces that changed owner do not count"


def write_rules(rules: Rules) -> str:
    """The complete rules in English, as a model reads them: one sentence or list item on a line."""
    sections = [
        [f"{rules.name} is a game for two players, X and O. X begins."],
        ["Board", *_board(rules.board), *_groups(rules), *_setup(rules)],
        ["Actions", *_actions(rules), *_placing(rules), *_moving(rules), *_effects(rules)],
        ["End of the game", *_endings(rules)],
        ["How moves are written", *_notation(rules)],
    ]
    return "\n\n".join("\n".join([f"{part[0]}:" if i else part[0], *part[1:]]) for i, part in enumerate(sections))


def write_names(files: Sequence[str], ranks: Sequence[str]) -> str:
    """The sentence that names files and ranks where they have no names in the order of the alphabet and of numbers."""
    return (
        f"The files are named {', '.join(files)} from left to right, the ranks {', '.join(ranks)} from bottom to top."
    )


def join_words(words: list[str], last: str = "or") -> str:
    """`a`, `a or b`, `a, b or c`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"


def _a(noun: str) -> str:
    """The noun with its article: `a man`, `an archer`."""
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


def _board(board: Board) -> list[str]:
    files, ranks = f"a to {chr(96 + board.files)}", f"1 to {board.ranks}"
    if board.shape == "square":
        lines = [f"The board has square cells: files {files} from left to right, ranks {ranks} from bottom to top."]
    elif board.shape == "rhombus":
        lines = [f"The board is a rhombus of hexagonal cells: files {files}, ranks {ranks} from bottom to top."]
    else:
        rows = [[name for name in _outline(board) if int(name[1:]) == rank + 1] for rank in range(board.ranks)]
        spans = ", ".join(f"{row[0]} to {row[-1]}" for row in rows)
        lines = [f"The board is a hexagon of hexagonal cells with {board.ranks} ranks, from bottom to top: {spans}."]
    lines.append(SQUARE_DIRECTIONS if board.shape == "square" else HEX_DIRECTIONS)
    if board.edges == "cylinder":
        lines.append(f"The left and right edges are joined: file a lies to the E of file {chr(96 + board.files)}.")
    if board.edges == "torus":
        lines.append(
            f"Opposite edges are joined: file a lies to the E of file {chr(96 + board.files)}, and rank 1 follows "
            f"rank {board.ranks}, so the board has no edge."
        )
    if board.holes:
        holes = "a hole" if len(board.holes) == 1 else "holes"
        lines.append(f"There is no cell at {join_words(list(board.holes))}: the board has {holes} there.")
    return lines


def _groups(rules: Rules) -> list[str]:
    if rules.effect == "surround" or rules.connect != "none" or rules.unify:
        return ["A group is a largest set of pieces of one player that are joined through adjacent cells."]
    return []


def _outline(board: Board) -> list[str]:
    return list(Board(board.shape, board.width, board.height).names)


def _setup(rules: Rules) -> list[str]:
    if not rules.setup_x and not rules.setup_o:
        return ["The board is empty at the start."]
    lines = []
    for player, setup in (("X", rules.setup_x), ("O", rules.setup_o)):
        pieces = [f"{kind.name} {' '.join(cells)}" for kind, cells in zip(rules.kinds, setup, strict=False) if cells]
        lines.append(f"{player} starts with: {'; '.join(pieces) or 'nothing'}.")
    return lines


def _actions(rules: Rules) -> list[str]:
    turn = (
        "X's first turn is one action; after that every turn is two actions" if rules.double else "a turn is one action"
    )
    first = _a(rules.kinds[0].name)
    lines = [f"The players take turns; {turn}."]
    if rules.place == "none":
        lines.append("An action is to move one of your pieces.")
        return lines
    pieces = "1 piece" if rules.hand == 1 else f"{rules.hand} pieces"
    if not rules.moving:
        lines.append(f"An action is to place {first}.")
    elif rules.mixed:
        lines.append(f"An action is either to place {first} or to move one of your pieces.")
    elif rules.rhythm:
        always = "; once you have placed all of yours, it is always a move" if rules.hand else ""
        lines.append(
            f"An action is to place {first}, but the action at every {rules.rhythm}th ply of the game is to move one of "
            f"your pieces{always}. Plies are the actions and passes of both players, counted from 1.".replace(
                "3th", "3rd"
            )
        )
    else:
        lines.append(
            f"An action is to place {first}; once you have placed all of yours, it is to move one of your pieces."
        )
    lines.append(
        f"Each player has {pieces} to place in the whole game."
        if rules.hand
        else "There is no limit on the pieces a player may place."
    )
    if rules.swap:
        counts = " and counts as placed by O" if rules.hand else ""
        lines.append(
            f"O's first action may be a swap instead: the piece that X has placed becomes O's{counts}, where it stands, "
            "and it is X's turn again. A swap has no other effects, and no ending is checked after it."
        )
    return lines


def _placing(rules: Rules) -> list[str]:
    first = _a(rules.kinds[0].name).capitalize()
    down = "S" if rules.board.shape == "square" else "SW"
    where = {
        "none": "",
        "any": "on any empty cell",
        "drop": f"only on an empty cell whose neighbour to the {down} is not an empty cell (occupied, burnt or missing)",
        "touch": "only on an empty cell adjacent to a piece of either player; while the board has no pieces, on any empty cell",
        "touch_own": "only on an empty cell adjacent to a piece of your own; while you have no pieces on the board, on any empty cell",
        "apart_own": "only on an empty cell that is not adjacent to a piece of your own",
        "flank": "only on an empty cell from which it flanks at least one enemy piece",
    }[rules.place]
    lines = [f"{first} may be placed {where}."] if where else []
    after = "a pass or a swap" if rules.swap else "a pass"
    rest = f"This does not apply to the first action of the game or right after {after}."
    if rules.contact == "ban":
        lines.append(
            "A piece may not be placed adjacent to the cell where the previous action (of either player) ended, unless "
            f"that would leave no placement at all. {rest}"
        )
    if rules.contact == "must":
        lines.append(
            "A piece must be placed adjacent to the cell where the previous action (of either player) ended, if any "
            f"allowed placement is adjacent to it. {rest}"
        )
    return lines


def _moving(rules: Rules) -> list[str]:
    lines = []
    directed = any(
        (kind.step, kind.capture, kind.slide, kind.slide_capture, kind.jump, kind.vault) != ((),) * 6
        for kind in rules.kinds
    )
    if directed:
        pairs = (
            "N and S, E and W, NE and SW, NW and SE"
            if rules.board.shape == "square"
            else "E and W, NE and SW, NW and SE"
        )
        lines.append(f"The directions of moves below are X's. For O they are the opposite ones: {pairs} change places.")
    for kind in rules.kinds:
        lines += _kind(rules, kind)
    if rules.must_capture:
        other = "neither other moves nor placing are" if rules.mixed else "other moves are not"
        when = "At a ply for moving, if" if rules.rhythm else "If"
        lines.append(
            f"{when} one of your moves captures a piece, you must make a capturing move; {other} allowed then."
        )
    if rules.burn:
        lines.append("A cell that a piece leaves is burnt: it is shown as # and never counts as empty again.")
    return lines


def _kind(rules: Rules, kind: Kind) -> list[str]:
    name, lines = _a(kind.name).capitalize(), []
    if kind.step:
        copy = " When it steps it also stays where it was, so you gain a piece." if kind.clone else ""
        lines.append(f"{name} may step to an adjacent empty cell: {', '.join(kind.step)}.{copy}")
    if kind.capture:
        lines.append(f"{name} may capture an enemy piece on an adjacent cell: {', '.join(kind.capture)}.")
    if kind.slide:
        lines.append(f"{name} may slide any distance in a straight line over empty cells: {', '.join(kind.slide)}.")
    if kind.slide_capture:
        lines.append(
            f"{name} may capture the first piece in a straight line, at any distance over empty cells, if it is an enemy: "
            f"{', '.join(kind.slide_capture)}."
        )
    if kind.jump:
        lines.append(
            f"{name} may jump over an adjacent enemy piece to the empty cell straight behind it, which captures the "
            f"piece jumped over: {', '.join(kind.jump)}."
        )
    if kind.vault:
        lines.append(
            f"{name} may vault over an adjacent piece of either player to the empty cell straight behind it, which "
            f"captures nothing: {', '.join(kind.vault)}."
        )
    if kind.leap:
        lines.append(f"{name} may leap, over anything, to an empty cell {_leap(rules.board, kind.leap)}.")
    if kind.leap_capture:
        lines.append(
            f"{name} may leap, over anything, and capture an enemy piece {_leap(rules.board, kind.leap_capture)}."
        )
    if not kind.moves and (rules.moving or len(rules.kinds) > 1):
        lines.append(f"{name} never moves.")
    if kind.capture or kind.slide_capture or kind.leap_capture:
        lines.append(f"{name} that captures takes the cell of the captured piece, which is removed.")
    if kind.promotes:
        lines.append(
            f"{name} whose move ends on its far rank (rank {rules.board.ranks} for X, rank 1 for O), wherever it started, "
            f"becomes {_a(kind.promotes)} there, before the effects of the action."
        )
    return lines


def _leap(board: Board, leap: str) -> str:
    if leap == "ring":
        holes = " (holes do not change distances)" if board.holes else ""
        return f"exactly two steps away{holes}"
    return LEAPS[leap]


def _effects(rules: Rules) -> list[str]:
    line = (
        "An enemy piece on the next cell is flanked if the cell after it holds"
        if rules.flank_length == 1
        else "Enemy pieces on the next cells in unbroken line are flanked if there are "
        f"1 to {rules.flank_length} of them and the cell after the last one holds"
    )
    flank = (
        f"Flanking: from the cell where an action ended, look along each direction. {line} another piece of the player "
        "who acted."
    )
    return {
        "none": [],
        "flank_remove": [flank, "After each action all flanked pieces are removed."],
        "flank_flip": [flank, "After each action all flanked pieces change owner and keep their kind."],
        "infect": [
            "After each action all enemy pieces adjacent to the cell where it ended change owner and keep their kind."
        ],
        "surround": [
            "After each action every enemy group adjacent to the cell where it ended is removed if no empty cell is "
            "adjacent to the group; all groups are judged before any is removed."
        ],
    }[rules.effect]


def _endings(rules: Rules) -> list[str]:
    checks = _checks(rules)
    lines = []
    if checks:
        lines.append(
            "After each action, with its effects done, these are checked in order for the player who acted (you):"
        )
        lines += [f"{i}. {check}" for i, check in enumerate(checks, 1)]
        lines.append(
            "The first that ends the game counts; a point alone does not end it."
            if rules.points
            else "The first that holds ends the game."
        )
    lines.append(
        {
            "pass": "A player to act who has no legal action passes, and the turn is over. Two passes in a row end the game, "
            "and it is scored.",
            "lose": "A player to act who has no legal action loses.",
            "win": "A player to act who has no legal action wins.",
            "draw": "If the player to act has no legal action, the game is a draw.",
            "count": "If the player to act has no legal action, the game ends and is scored.",
        }[rules.stalemate]
    )
    lines.append(
        f"After {rules.cap} plies (actions and passes of both players together) the game ends and is scored, whether or not "
        "the next player could act."
    )
    lines.append(
        {
            "draw": "A game that is scored is a draw.",
            "most": "When a game is scored, the player with more pieces on the board wins; equal numbers are a draw.",
            "fewest": "When a game is scored, the player with fewer pieces on the board wins; equal numbers are a draw.",
            "captures": f"When a game is scored, the player who has removed more enemy pieces since the start ({REMOVED}) "
            "wins; equal numbers are a draw.",
            "points": "When a game is scored, the player with more points wins; equal numbers are a draw.",
        }[rules.score]
    )
    return lines


def _checks(rules: Rules) -> list[str]:
    """The endings as sentences, in order; those of one player alone say so."""
    sentences = {name: _check(rules, name) for name in rules.endings}
    for player, names in (("X", rules.only_x), ("O", rules.only_o)):
        for name in names:
            sentences[name] = f"Only for {player}: {sentences[name]}"
    return list(sentences.values())


def _check(rules: Rules, ending: str) -> str:
    board = rules.board
    result = "you lose" if rules.misere else "you win"
    changed = "at least one of whose cells became yours in this action"
    scored = f"you score one point, however many there are, and with {rules.points} points you win"
    scored = scored if rules.points else result
    royal = next((kind.name for kind in rules.kinds if kind.royal), "")
    if ending == "royal":
        return f"Your opponent has no {royal} left: you win."
    if ending == "line":
        axes = AXES[rules.axes] if board.shape == "square" else "E-W, NE-SW or NW-SE"
        return (
            f"{rules.line} of your pieces stand on successive cells of a straight line ({axes}), {changed}: {scored}."
        )
    if ending == "shape":
        example = " ".join(board.names[cell] for cell in patterns(rules)[0])
        return (
            f"Your pieces cover {_a(rules.shape)}, that is a set of cells like {example}, anywhere, turned or mirrored in any "
            f"way, {changed}: {scored}."
        )
    if ending == "connect":
        sides = {side: " ".join(board.names[cell] for cell in cells) for side, cells in board.sides.items()}
        if rules.connect == "own_sides":
            return (
                f"One group of your pieces has a cell on each of your two sides: {result}. X's sides are "
                f"{sides['bottom']} and {sides['top']}; O's sides are {sides['left']} and {sides['right']}."
            )
        return (
            f"One group of your pieces has a cell on each of the two sides: {result}. For both players the sides are "
            f"{sides['bottom']} and {sides['top']}."
        )
    if ending == "far":
        return f"One of your pieces is on the far rank (rank {board.ranks} for X, rank 1 for O): {result}."
    if ending == "eliminate" and rules.eliminate == 1:
        return "Your opponent has no pieces left on the board: you win."
    if ending == "eliminate":
        return f"Your opponent has fewer than {rules.eliminate} pieces left on the board: you win."
    if ending == "captures":
        return f"You have removed {rules.captures} or more enemy pieces since the start ({REMOVED}): you win."
    return "All your pieces form one group (a single piece does): you win."


def _notation(rules: Rules) -> list[str]:
    lines = []
    if rules.place != "none":
        lines.append(f"A placement is written as its cell, like {_sample(rules.board, 'c3')}.")
    if rules.moving:
        move = _sample(rules.board, "c2", "c3").replace(" ", "-")
        lines.append(f"A move is written with - between the cell it starts from and the cell it ends on, like {move}.")
    if any(kind.captures for kind in rules.kinds):
        move = _sample(rules.board, "c2", "d3").replace(" ", "x")
        lines.append(
            f"A move that captures is written with x instead of -, like {move}; the second cell is where the piece ends."
        )
    if rules.swap:
        lines.append("A swap is written as swap.")
    if rules.stalemate == "pass":
        lines.append("A pass is made automatically and shown as pass.")
    return lines


def _sample(board: Board, *cells: str) -> str:
    """Cells for an example of notation: those given, or the first of a board that lacks one of them."""
    return " ".join(cells if set(cells) <= set(board.names) else board.names[: len(cells)])
