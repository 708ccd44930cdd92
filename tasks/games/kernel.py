"""The game engine: legal moves, applying them, playouts and search for any game, compiled by numba.

All compiled code of the project is in this one file, because numba's cache does not notice changes in other
files.

`g` is the packed record of a game (`tables.build_tables`). A state is `uint64[12]`:

    0, 1   cells of X's and of O's pieces (bit i is cell i)
    2, 3   low and high bit of the kind of the piece on each cell
    4      burnt cells
    5      player to act (0 X, 1 O)
    6      plies played
    7      result (0 running, 1 X won, 2 O won, 3 draw)
    8, 9   pieces captured by X and by O
    10     cell where the previous action ended + 1 (bits 0-7; 0 none), passes in a row (bits 8-15),
           pieces placed by X (bits 16-31) and by O (bits 32-47), points of X (bits 48-55) and of O (bits 56-63)
    11     actions left in this turn

A move is an int32, `from | to << 6 | type << 12 | jumped << 16`; types 0 placement, 1 quiet move, 2 capture
by replacement, 3 capture by a jump, 5 pass, 6 swap. The result of a state is always definite: `apply` also settles
what happens to a player without a legal action (when that is a pass, the pass is the only legal move).

Everything is integer arithmetic except the UCT formula, which uses float64 operations that IEEE 754 defines
exactly and logarithms from a table, so the same seed gives the same moves on every machine. The public
functions at the end of the file accept plain Python integers.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic
from numpy.typing import NDArray

State = NDArray[np.uint64]
Moves = NDArray[np.int32]
F = TypeVar("F", bound=Callable[..., Any])

# Most moves a position can have: p pieces reach p * (64 - p) <= 1024 cells without jumping; every jump needs
# its own pair of adjacent piece and enemy (<= 8 * 32); at most 64 placements.
MAXMOVES = 1408
MAXPATTERNS, MAXPATTERNCELLS, MAXGROUPS, MAXOPS = 640, 4096, 512, 64
MAXNODES, TABLEBITS, MAXDEPTH, MAXPATH = 400_000, 18, 94, 254
RANDOM, MCTS, ALPHABETA, GREEDY = 0, 1, 2, 3
PLACED, QUIET, CAPTURE, JUMP, VAULT, PASS, SWAPPED = 0, 1, 2, 3, 4, 5, 6
# Bits of `g.judged`, in the order of `rules.ENDINGS`.
BY_ROYAL, BY_PATTERN, BY_CONNECT, BY_FAR, BY_ELIMINATE, BY_CAPTURES, BY_UNIFY = 1, 6, 8, 16, 32, 64, 128
EXPLORATION = 0.8
WIN = 1_000_000
MAXSCORE = 400_000

# Slots of the parameter array `g.P`; the meaning of each is where tables.py fills it.
(
    PLACE, HAND, MIXED, EFFECT, FLANK_LENGTH, PATTERN, CONNECT, FAR, ELIMINATE, CAPTURES, UNIFY, ROYAL,
    STALEMATE, SCORE, CAP, CONTACT, DOUBLE, BURN, MUST_CAPTURE, MOVING, SLIDING, JUMPING, DIRECTIONS, KINDS,
    UNIFORM, PLAIN, UP, PATTERNS, SPREAD_BY_SHIFT, PICK_BY_SHIFT, CONNECTED_START, CLONING,
    W_MATERIAL, W_PATTERN, W_PROGRESS, W_CONNECT, W_CAPTURES, W_UNIFY, W_MOBILITY, W_PROMOTED, W_POINTS,
    PROMOTING, POINTS, SWAP, RHYTHM, PARAMETERS,
) = range(46)  # fmt: skip

GAME = np.dtype(
    [
        ("P", "i4", PARAMETERS),
        ("full", "u8"),  # all cells
        ("start", "u8", 12),  # state at the start
        ("relevant", "u8"),  # bits of state[10] that matter for what can still happen
        ("near", "u8", 64),  # adjacent cells
        ("beside", "i1", (64, 8)),  # adjacent cell in each direction, or -1
        ("ray", "u8", (64, 8)),  # cells in each direction (boards with plain edges)
        ("ascending", "i4", 8),  # whether cell indices rise along a direction
        ("group_start", "i4", 9),  # groups of each direction: cells whose neighbour is the same rotation away
        ("group_turn", "i8", MAXGROUPS),
        ("group_mask", "u8", MAXGROUPS),
        ("ops", "i4", 2),  # number of move operations of each player
        ("op_kind", "i1", (2, MAXOPS)),
        ("op_type", "i1", (2, MAXOPS)),
        ("op_turn", "i8", (2, MAXOPS)),  # rotation from the first cell to the (jumped or) last cell
        ("op_over", "i8", (2, MAXOPS)),  # rotation from the jumped to the last cell
        ("op_mask", "u8", (2, MAXOPS)),  # cells from which the operation stays on the board
        ("quiet", "u8", (2, 4, 64)),  # targets of steps and leaps of each player, kind and cell
        ("capture", "u8", (2, 4, 64)),  # targets of captures by one step or leap
        ("copy", "u8", (2, 4, 64)),  # targets of steps that leave a copy
        ("slide", "i4", (2, 4)),  # direction bits
        ("slide_capture", "i4", (2, 4)),
        ("jump", "i4", (2, 4)),
        ("vault", "i4", (2, 4)),
        ("side", "u8", (2, 2)),  # sides to connect
        ("far", "u8", 2),  # far rank
        ("judged", "i4", 2),  # endings that are judged when each player has acted, as bits
        ("promotes", "i4", 4),  # kind that each kind becomes on its far rank + 1, or 0
        ("progress", "i2", (2, 64)),  # value of a cell in a race
        ("potential", "i4", 8),  # value of n own pieces in an open pattern
        ("pattern", "u8", MAXPATTERNS),
        ("cell_start", "i4", 66),  # patterns that contain each cell, as masks
        ("cell_pattern", "u8", MAXPATTERNCELLS),
    ],
    align=True,
)

U: Any = np.uint64
I: Any = np.int64  # noqa: E741  short, as it is everywhere
ONE, NONE = U(1), U(0)
LOG = np.load(Path(__file__).with_name("log_table.npy"))
LN2 = float(LOG[2])


# For the whole process, as numba knows no such option of a function: the loops here are too short to gain anything
# from vectors, which only take time to compile.
numba.config.LOOP_VECTORIZE = 0
OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "boundscheck": False}


def compiled(function: F) -> F:
    """Compile lazily for callers in Python, cached on disk, without the GIL and without fast-math."""
    return cast("F", njit(cache=True, **OPTIONS)(function))


def part(function: F) -> F:
    """Compile for use inside other compiled functions only, whose cached code contains it."""
    return cast("F", njit(no_cpython_wrapper=True, no_cfunc_wrapper=True, **OPTIONS)(function))


def inlined(function: F) -> F:
    """Compile into every caller: what random games spend their time in is 30 % faster so."""
    return cast("F", njit(no_cpython_wrapper=True, no_cfunc_wrapper=True, forceinline=True, **OPTIONS)(function))


def compiled_inline(function: F) -> F:
    """Compile into every caller and for callers in Python."""
    return cast("F", njit(cache=True, forceinline=True, **OPTIONS)(function))


def merged(function: F) -> F:
    """Compile as a piece of its only caller: a function of its own would be optimized twice.

    For short functions only: numba takes time that is quadratic in the length.
    """
    return cast("F", njit(inline="always", **OPTIONS)(function))


@intrinsic
def lowest(context: Any, x: Any) -> Any:
    """Index of the lowest set bit of a uint64 (undefined for 0)."""

    def generate_code(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(types.uint64), generate_code


@intrinsic
def highest(context: Any, x: Any) -> Any:
    """Index of the highest set bit of a uint64 (undefined for 0)."""

    def generate_code(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        zeros = builder.ctlz(arguments[0], ir.Constant(ir.IntType(1), 1))
        return builder.sub(ir.Constant(ir.IntType(64), 63), zeros)

    return types.int64(types.uint64), generate_code


@intrinsic
def count(context: Any, x: Any) -> Any:
    """Number of set bits of a uint64."""

    def generate_code(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.ctpop(arguments[0])

    return types.int64(types.uint64), generate_code


# Processors that deposit bits in microcode, one after the other.
SLOW_DEPOSIT = ("bdver4", "znver1", "znver2")


@intrinsic
def select(context: Any, x: Any, k: Any) -> Any:
    """Index of the k-th set bit (from 0) of a uint64 that has more than k."""

    def generate_code(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        b, k = arguments
        word = ir.IntType(64)
        one = ir.Constant(word, 1)
        _triple, processor, features = context.codegen().magic_tuple()
        if "+bmi2" in features.split(",") and processor not in SLOW_DEPOSIT:
            deposit = cgutils.get_or_insert_function(
                builder.module, ir.FunctionType(word, [word, word]), "llvm.x86.bmi.pdep.64"
            )
            found = builder.call(deposit, [builder.shl(one, k), b])
        else:
            rest = cgutils.alloca_once_value(builder, b)
            with cgutils.for_range(builder, k):
                value = builder.load(rest)
                builder.store(builder.and_(value, builder.sub(value, one)), rest)
            found = builder.load(rest)
        return builder.cttz(found, ir.Constant(ir.IntType(1), 1))

    return types.int64(types.uint64, types.int64), generate_code


# ------------------------------------------------------------------------------------------- bits and numbers


@part
def bit(cell: Any) -> Any:
    """The bitboard of one cell."""
    return ONE << U(cell)


@part
def turned(b: Any, turn: Any) -> Any:
    """Rotate left by 1..63."""
    return (b << U(turn)) | (b >> U(64 - turn))


@inlined
def advanced(x: Any) -> Any:
    """The next state of a random generator (xorshift64*)."""
    x ^= x >> U(12)
    x ^= x << U(25)
    return x ^ (x >> U(27))


@inlined
def below(x: Any, n: Any) -> Any:
    """A random integer below n from the state of a random generator (its upper half)."""
    return I((((x * U(2685821657736338717)) >> U(32)) * U(n)) >> U(32))


@compiled_inline
def draw(rng: Any, n: Any) -> Any:
    """A random integer below n."""
    rng[0] = advanced(rng[0])
    return below(rng[0], n)


@part
def logarithm(k: Any) -> Any:
    """Natural logarithm of an integer from 1, to 4 digits or better above 4095."""
    halvings = 0
    while k > 4095:
        k >>= 1
        halvings += 1
    return LOG[k] + halvings * LN2


@inlined
def copy_state(target: Any, source: Any) -> None:
    """Copy a state."""
    for i in range(12):
        target[i] = source[i]


# --------------------------------------------------------------------------------------------------- geometry


@part
def shifted(g: Any, direction: Any, b: Any) -> Any:
    """Cells one step in a direction from the cells of b."""
    found = NONE
    for i in range(g.group_start[direction], g.group_start[direction + 1]):
        found |= turned(b & g.group_mask[i], g.group_turn[i])
    return found


@part
def spread(g: Any, b: Any) -> Any:
    """Cells adjacent to at least one cell of b."""
    found = NONE
    if g.P[SPREAD_BY_SHIFT] != 0:
        for i in range(g.group_start[g.P[DIRECTIONS]]):
            found |= turned(b & g.group_mask[i], g.group_turn[i])
        return found
    while b:
        found |= g.near[lowest(b)]
        b &= b - ONE
    return found


@part
def flood(g: Any, seed: Any, own: Any) -> Any:
    """All cells of `own` joined with the cells of `seed`."""
    seen = seed
    edge = seed
    while edge:
        cell = lowest(edge)
        edge &= edge - ONE
        new = g.near[cell] & own & ~seen
        seen |= new
        edge |= new
    return seen


@part
def flanked(g: Any, cell: Any, own: Any, enemy: Any) -> Any:
    """Enemy cells flanked between `cell` and another own piece."""
    found = NONE
    longest = I(g.P[FLANK_LENGTH])
    if not g.near[cell] & enemy:
        return found
    if g.P[PLAIN] != 0:
        for d in range(g.P[DIRECTIONS]):
            ray = g.ray[cell, d]
            stop = ray & ~enemy
            if stop:
                end = lowest(stop) if g.ascending[d] != 0 else highest(stop)
                if (own >> U(end)) & ONE:
                    line = ray ^ g.ray[end, d] ^ bit(end)
                    if count(line) <= longest:
                        found |= line
        return found
    for d in range(g.P[DIRECTIONS]):
        end = I(g.beside[cell, d])
        line = NONE
        length = 0
        while end >= 0 and (enemy >> U(end)) & ONE and length <= longest:
            line |= bit(end)
            length += 1
            end = I(g.beside[end, d])
        if 0 < length <= longest and end >= 0 and end != cell and (own >> U(end)) & ONE:
            found |= line
    return found


@part
def flanking_cells(g: Any, own: Any, enemy: Any, empty: Any) -> Any:
    """Empty cells from which a flank results."""
    found = NONE
    if g.P[UNIFORM] != 0:
        longest = g.P[FLANK_LENGTH]
        for d in range(g.P[DIRECTIONS]):
            mask = g.group_mask[d]
            turn = g.group_turn[d]
            line = turned(own & mask, turn) & enemy
            if line:
                lines = line
                for _ in range(1, longest):
                    line = turned(line & mask, turn) & enemy
                    if not line:
                        break
                    lines |= line
                found |= turned(lines & mask, turn)
        return found & empty
    b = empty & spread(g, enemy)
    while b:
        cell = lowest(b)
        b &= b - ONE
        if flanked(g, cell, own, enemy):
            found |= bit(cell)
    return found


@part
def slide_targets(g: Any, cell: Any, quiet: Any, capture: Any, empty: Any, enemy: Any) -> Any:
    """Cells that sliding reaches (empty and enemy ones); the arguments are direction bits."""
    found = NONE
    for d in range(g.P[DIRECTIONS]):
        if ((quiet | capture) >> d) & 1:
            if g.P[PLAIN] != 0:
                line = g.ray[cell, d]
                stop = line & ~empty
                target = NONE
                if stop:
                    end = lowest(stop) if g.ascending[d] != 0 else highest(stop)
                    target = bit(end)
                    line ^= g.ray[end, d] ^ target
            else:
                line = NONE
                target = NONE
                end = I(g.beside[cell, d])
                # A line across joined edges comes back to the piece itself, whose cell is not empty.
                while end >= 0 and (empty >> U(end)) & ONE:
                    line |= bit(end)
                    end = I(g.beside[end, d])
                if end >= 0:
                    target = bit(end)
            if (quiet >> d) & 1:
                found |= line
            if (capture >> d) & 1:
                found |= target & enemy
    return found


# ------------------------------------------------------------------------------------------------ legal moves


@part
def kind_of(low: Any, high: Any, cell: Any) -> Any:
    """Kind of the piece on a cell."""
    return I(((low >> U(cell)) & ONE) | (((high >> U(cell)) & ONE) << ONE))


@part
def kind_cells(low: Any, high: Any, kind: Any) -> Any:
    """Cells whose kind bits say `kind` (empty cells count as kind 0)."""
    return (low if kind & 1 else ~low) & (high if kind & 2 else ~high)


@inlined
def has_hand(g: Any, p: Any, ply: Any, memory: Any) -> Any:
    """Whether the player to act is able to place by hand; `memory` is a state's word 10."""
    if g.P[PLACE] == 0 or (g.P[RHYTHM] != 0 and (ply + 1) % I(g.P[RHYTHM]) == 0):
        return False
    return g.P[HAND] == 0 or I((memory >> U(16 + 16 * p)) & U(0xFFFF)) < g.P[HAND]


@inlined
def placement_cells(g: Any, own: Any, enemy: Any, empty: Any) -> Any:
    """Cells where the player to act may place a piece, before `contact`."""
    place = g.P[PLACE]
    if place == 2:
        return empty & ~shifted(g, g.P[UP], empty)
    if place == 3:
        return empty & spread(g, own | enemy) if own | enemy else empty
    if place == 4:
        return empty & spread(g, own) if own else empty
    if place == 5:
        return empty & ~spread(g, own)
    if place == 6:
        return flanking_cells(g, own, enemy, empty)
    return empty


@inlined
def placements(g: Any, own: Any, enemy: Any, empty: Any, memory: Any) -> Any:
    """Cells where the player to act may place a piece."""
    cells = placement_cells(g, own, enemy, empty)
    if g.P[CONTACT] != 0:
        previous = I(memory & U(0xFF))
        if previous > 0:
            near = g.near[previous - 1]
            allowed = cells & (~near if g.P[CONTACT] == 1 else near)
            if allowed:
                return allowed
    return cells


@part
def piece_targets(g: Any, p: Any, kind: Any, cell: Any, enemy: Any, empty: Any, burnt: Any) -> Any:
    """What one piece reaches: (cells without jumping over an enemy that is taken, directions of such jumps)."""
    targets = (g.quiet[p, kind, cell] & empty) | (g.capture[p, kind, cell] & enemy)
    jumps = 0
    if g.P[SLIDING] != 0:
        quiet = I(g.slide[p, kind])
        capture = I(g.slide_capture[p, kind])
        if quiet | capture:
            targets |= slide_targets(g, cell, quiet, capture, empty, enemy)
    if g.P[JUMPING] != 0:
        jump = I(g.jump[p, kind])
        vault = I(g.vault[p, kind])
        if jump | vault:
            for d in range(g.P[DIRECTIONS]):
                if ((jump | vault) >> d) & 1:
                    over = I(g.beside[cell, d])
                    if over >= 0 and not ((empty | burnt) >> U(over)) & ONE:
                        end = I(g.beside[over, d])
                        if end >= 0 and (empty >> U(end)) & ONE:
                            if (vault >> d) & 1:
                                targets |= bit(end)
                            if (jump >> d) & 1 and (enemy >> U(over)) & ONE:
                                jumps |= 1 << d
    return targets, jumps


@part
def piece_moves(g: Any, p: Any, kind: Any, cell: Any, enemy: Any, empty: Any, burnt: Any, moves: Any, n: Any) -> Any:
    """Append the moves of one piece to `moves`, jumps first, captures last; return the new number of moves."""
    targets, jumps = piece_targets(g, p, kind, cell, enemy, empty, burnt)
    b = U(jumps)
    while b:
        over = I(g.beside[cell, lowest(b)])
        moves[n] = cell | (I(g.beside[over, lowest(b)]) << 6) | (JUMP << 12) | (over << 16)
        n += 1
        b &= b - ONE
    b = targets & empty
    while b:
        moves[n] = cell | (lowest(b) << 6) | (QUIET << 12)
        n += 1
        b &= b - ONE
    b = targets & enemy
    while b:
        moves[n] = cell | (lowest(b) << 6) | (CAPTURE << 12)
        n += 1
        b &= b - ONE
    return n


@compiled
def _generate(g: Any, s: Any, moves: Any) -> Any:
    """See `generate`."""
    if s[7] != NONE:
        return 0
    p = I(s[5])
    own = s[p]
    enemy = s[1 - p]
    empty = g.full & ~(own | enemy | s[4])
    n = 0
    hand = has_hand(g, p, I(s[6]), s[10])
    if hand:
        b = placements(g, own, enemy, empty, s[10])
        while b:
            cell = lowest(b)
            b &= b - ONE
            moves[n] = cell | (cell << 6)
            n += 1
    if g.P[MOVING] != 0 and (not hand or g.P[MIXED] != 0):
        b = own
        while b:
            cell = lowest(b)
            b &= b - ONE
            n = piece_moves(g, p, kind_of(s[2], s[3], cell), cell, enemy, empty, s[4], moves, n)
        if g.P[MUST_CAPTURE] != 0:
            kept = 0
            for i in range(n):
                kind = (moves[i] >> 12) & 7
                if kind == CAPTURE or kind == JUMP:
                    move = moves[i]
                    moves[i] = moves[kept]
                    moves[kept] = move
                    kept += 1
            if kept > 0:
                n = kept
    if g.P[SWAP] != 0 and s[6] == ONE:
        moves[n] = SWAPPED << 12
        n += 1
    if n == 0:
        moves[0] = PASS << 12
        n = 1
    return n


@part
def operation(g: Any, p: Any, i: Any, own: Any, enemy: Any, empty: Any, low: Any, high: Any) -> Any:
    """Cells that one move operation (kind, type and shift) of a player reaches."""
    b = own & g.op_mask[p, i]
    if g.P[KINDS] > 1:
        b &= kind_cells(low, high, I(g.op_kind[p, i]))
    kind = g.op_type[p, i]
    b = turned(b, g.op_turn[p, i])
    if kind <= CAPTURE:
        return b & (empty if kind == QUIET else enemy)
    return turned(b & (enemy if kind == JUMP else own | enemy), g.op_over[p, i]) & empty


@merged
def has_action(g: Any, s: Any) -> Any:
    """Whether the player to act has a legal action (`must_capture` and `contact` always leave one)."""
    p = I(s[5])
    own = s[p]
    enemy = s[1 - p]
    empty = g.full & ~(own | enemy | s[4])
    hand = has_hand(g, p, I(s[6]), s[10])
    if hand and placement_cells(g, own, enemy, empty):
        return True
    if g.P[SWAP] != 0 and s[6] == ONE:
        return True
    if g.P[MOVING] != 0 and (not hand or g.P[MIXED] != 0):
        if g.P[PICK_BY_SHIFT] != 0:
            for i in range(I(g.ops[p])):
                if operation(g, p, i, own, enemy, empty, s[2], s[3]):
                    return True
            return False
        b = own
        while b:
            cell = lowest(b)
            b &= b - ONE
            targets, jumps = piece_targets(g, p, kind_of(s[2], s[3], cell), cell, enemy, empty, s[4])
            if targets or jumps:
                return True
    return False


@inlined
def count_operations(
    g: Any, p: Any, own: Any, enemy: Any, low: Any, high: Any, empty: Any, capturing: Any, moves: Any, n: Any
) -> Any:
    """Add the number of moves of each move operation to n, each sum written to `moves`: (n, captures).

    With `capturing`, other moves do not count.
    """
    captures = 0
    for i in range(I(g.ops[p])):
        size = count(operation(g, p, i, own, enemy, empty, low, high))
        if g.op_type[p, i] == CAPTURE or g.op_type[p, i] == JUMP:
            captures += size
        elif capturing:
            size = 0
        n += size
        moves[i] = n
    return n, captures


@part
def count_piece_moves(
    g: Any, p: Any, own: Any, enemy: Any, low: Any, high: Any, burnt: Any, capturing: Any, moves: Any, n: Any
) -> Any:
    """As `count_operations` for each piece."""
    empty = g.full & ~(own | enemy | burnt)
    captures = 0
    i = 0
    b = own
    while b:
        cell = lowest(b)
        b &= b - ONE
        targets, jumps = piece_targets(g, p, kind_of(low, high, cell), cell, enemy, empty, burnt)
        size = count(targets & enemy) + count(U(jumps))
        captures += size
        if not capturing:
            size += count(targets & empty)
        n += size
        moves[i] = n
        i += 1
    return n, captures


@part
def piece_move(g: Any, p: Any, kind: Any, cell: Any, enemy: Any, empty: Any, burnt: Any, capturing: Any, k: Any) -> Any:
    """The k-th move of a piece, in the order of `piece_moves`: (kind, start, to, over)."""
    targets, jumps = piece_targets(g, p, kind, cell, enemy, empty, burnt)
    jumping = count(U(jumps))
    if k < jumping:
        direction = select(U(jumps), k)
        over = I(g.beside[cell, direction])
        return JUMP, cell, I(g.beside[over, direction]), over
    k -= jumping
    quiet = NONE if capturing else targets & empty
    if k < count(quiet):
        return QUIET, cell, select(quiet, k), 0
    return CAPTURE, cell, select(targets & enemy, k - count(quiet)), 0


@inlined
def chosen(
    g: Any, p: Any, own: Any, enemy: Any, low: Any, high: Any, burnt: Any, ply: Any, memory: Any, x: Any, moves: Any
) -> Any:
    """A uniformly random legal move without listing the moves: (kind, start, to, over, state of the generator).

    It is the move that `below(x, n)` picks from the n placements and, after these, the targets of each move
    operation, or the moves of each piece where no operations describe them. Not for states where a swap is legal.
    """
    empty = g.full & ~(own | enemy | burnt)
    hand = has_hand(g, p, ply, memory)
    cells = placements(g, own, enemy, empty, memory) if hand else NONE
    placing = count(cells)
    n = placing
    capturing = False
    shifting = g.P[PICK_BY_SHIFT] != 0
    moving = g.P[MOVING] != 0 and (not hand or g.P[MIXED] != 0)
    if moving:
        if shifting:
            n, captures = count_operations(g, p, own, enemy, low, high, empty, False, moves, n)
        else:
            n, captures = count_piece_moves(g, p, own, enemy, low, high, burnt, False, moves, n)
        if g.P[MUST_CAPTURE] != 0 and captures > 0:
            capturing = True
            placing = 0
            if shifting:
                n, captures = count_operations(g, p, own, enemy, low, high, empty, True, moves, 0)
            else:
                n, captures = count_piece_moves(g, p, own, enemy, low, high, burnt, True, moves, 0)
    if n == 0:
        # A pass is drawn only where moves used to be listed: the same seed must go on giving the same games.
        return PASS, 0, 0, 0, advanced(x) if moving and not shifting else x
    x = advanced(x)
    k = below(x, n)
    if k < placing:
        cell = select(cells, k)
        return PLACED, cell, cell, 0, x
    # Counting the operations whose moves come before is faster than a search that ends at some operation.
    i = 0
    before = placing
    for j in range(I(g.ops[p]) if shifting else count(own)):
        if moves[j] <= k:
            i += 1
            before = I(moves[j])
    k -= before
    if not shifting:
        cell = select(own, i)
        kind, start, to, over = piece_move(g, p, kind_of(low, high, cell), cell, enemy, empty, burnt, capturing, k)
        return kind, start, to, over, x
    kind = I(g.op_type[p, i])
    to = select(operation(g, p, i, own, enemy, empty, low, high), k)
    if kind == JUMP or kind == VAULT:
        over = (to - g.op_over[p, i]) & 63
        start = (over - g.op_turn[p, i]) & 63
        if kind == JUMP:
            return kind, start, to, over, x
        return QUIET, start, to, 0, x
    return kind, (to - g.op_turn[p, i]) & 63, to, 0, x


@compiled_inline
def pick(g: Any, s: Any, moves: Any, rng: Any) -> Any:
    """A uniformly random legal move of a running game; avoids to list the moves where that is possible."""
    if g.P[SWAP] != 0 and s[6] == ONE:
        return I(moves[draw(rng, _generate(g, s, moves))])
    p = I(s[5])
    kind, start, to, over, rng[0] = chosen(g, p, s[p], s[1 - p], s[2], s[3], s[4], I(s[6]), s[10], rng[0], moves)
    return start | (to << 6) | (kind << 12) | (over << 16)


# -------------------------------------------------------------------------------------------- applying a move


@inlined
def score_game(g: Any, s: Any) -> None:
    """End the game by counting."""
    x = count(s[0])
    o = count(s[1])
    if g.P[SCORE] == 3:
        x = I(s[8])
        o = I(s[9])
    elif g.P[SCORE] == 4:
        x = I((s[10] >> U(48)) & U(0xFF))
        o = I(s[10] >> U(56))
    if g.P[SCORE] == 0 or x == o:
        s[7] = U(3)
    elif (x > o) == (g.P[SCORE] != 2):
        s[7] = U(1)
    else:
        s[7] = U(2)


@inlined
def end_without_action(g: Any, s: Any) -> None:
    """End a game whose player to act has no legal action (not for games where that is a pass)."""
    if g.P[STALEMATE] == 1:
        s[7] = U(2) - s[5]
    elif g.P[STALEMATE] == 2:
        s[7] = s[5] + ONE
    elif g.P[STALEMATE] == 3:
        s[7] = U(3)
    else:
        score_game(g, s)


@compiled_inline
def settle(g: Any, s: Any) -> None:
    """Set the result of a running game whose player to act has no legal action (unless that is a pass)."""
    if g.P[STALEMATE] != 0 and s[7] == NONE and not has_action(g, s):
        end_without_action(g, s)


@inlined
def completes_pattern(g: Any, own: Any, changed: Any) -> Any:
    """Whether a pattern with a changed cell is all own."""
    while changed:
        cell = lowest(changed)
        changed &= changed - ONE
        for i in range(g.cell_start[cell], g.cell_start[cell + 1]):
            if not g.cell_pattern[i] & ~own:
                return True
    return False


@part
def connects(g: Any, p: Any, own: Any, changed: Any, to: Any) -> Any:
    """Whether an own group joins both sides; looks at changed groups (others were judged before)."""
    one = g.side[p, 0]
    two = g.side[p, 1]
    if not own & one or not own & two:
        return False
    if g.P[CONNECTED_START] != 0:
        changed = own
    elif changed == bit(to) and not changed & (one | two):
        # A cell off the sides whose own neighbours already form one cluster joins no two groups.
        near = g.near[to] & own
        if not near:
            return False
        cluster = near & (~near + ONE)
        new = cluster
        while new:
            new = g.near[lowest(new)] & near & ~cluster | (new & (new - ONE))
            cluster |= new
        if cluster == near:
            return False
    while changed:
        group = flood(g, changed & (~changed + ONE), own)
        if group & one and group & two:
            return True
        changed &= ~group
    return False


@part
def surrounded(g: Any, to: Any, own: Any, enemy: Any, burnt: Any) -> Any:
    """Cells of enemy groups next to a cell that have no adjacent empty cell."""
    found = NONE
    empty = g.full & ~(own | enemy | burnt)
    b = g.near[to] & enemy
    while b:
        group = flood(g, b & (~b + ONE), enemy)
        b &= ~group
        if not spread(g, group) & empty:
            found |= group
    return found


@inlined
def judge(
    g: Any, p: Any, own: Any, enemy: Any, low: Any, high: Any, taken: Any, memory: Any, changed: Any, to: Any
) -> Any:
    """Endings for the player who acted, in order: (1 won, -1 lost, 0 none; `memory` with a point scored)."""
    judged = I(g.judged[p])
    if judged & BY_ROYAL and not enemy & kind_cells(low, high, I(g.P[ROYAL]) - 1):
        return 1, memory
    if judged & BY_PATTERN and completes_pattern(g, own, changed):
        if g.P[POINTS] == 0:
            return I(g.P[PATTERN]), memory
        shift = U(48 + 8 * p)
        memory += ONE << shift
        if I((memory >> shift) & U(0xFF)) >= I(g.P[POINTS]):
            return 1, memory
    if judged & BY_CONNECT and connects(g, p, own, changed, to):
        return I(g.P[CONNECT]), memory
    if judged & BY_FAR and own & g.far[p]:
        return I(g.P[FAR]), memory
    if judged & BY_ELIMINATE and count(enemy) < g.P[ELIMINATE]:
        return 1, memory
    if judged & BY_CAPTURES and I(taken) >= g.P[CAPTURES]:
        return 1, memory
    if judged & BY_UNIFY and flood(g, own & (~own + ONE), own) == own:
        return 1, memory
    return 0, memory


@inlined
def acted(
    g: Any,
    p: Any,
    own: Any,
    enemy: Any,
    low: Any,
    high: Any,
    burnt: Any,
    taken: Any,
    memory: Any,
    kind: Any,
    start: Any,
    to: Any,
    over: Any,
) -> Any:
    """The board after a placement or a move: (own, enemy, low, high, burnt, taken, memory, changed cells)."""
    end = bit(to)
    changed = end
    memory &= ~U(0xFFFF)
    if kind == PLACED:
        memory += ONE << U(16 + 16 * p)
    else:
        gone = NONE
        if kind == CAPTURE:
            enemy &= ~end
            taken += ONE
        elif kind == JUMP:
            gone = bit(over)
            enemy &= ~gone
            taken += ONE
        piece = kind_of(low, high, start)
        if g.P[CLONING] == 0 or kind != QUIET or not (g.copy[p, piece, start] >> U(to)) & ONE:
            gone |= bit(start)
            own &= ~bit(start)
            if g.P[BURN] != 0:
                burnt |= bit(start)
        if g.P[PROMOTING] != 0 and g.promotes[piece] != 0 and end & g.far[p]:
            piece = I(g.promotes[piece]) - 1
        if g.P[KINDS] > 1:
            low = low & ~(gone | end) | (end if piece & 1 else NONE)
            high = high & ~(gone | end) | (end if piece & 2 else NONE)
    own |= end
    effect = g.P[EFFECT]
    if effect != 0:
        if effect <= 2:
            hit = flanked(g, to, own, enemy)
        elif effect == 3:
            hit = g.near[to] & enemy
        else:
            hit = surrounded(g, to, own, enemy, burnt)
        if hit:
            enemy &= ~hit
            if effect == 2 or effect == 3:
                own |= hit
                changed |= hit
            else:
                taken += U(count(hit))
                low &= ~hit
                high &= ~hit
    return own, enemy, low, high, burnt, taken, memory | U(to + 1), changed


@compiled_inline
def _apply(g: Any, s: Any, move: Any) -> None:
    """See `apply`."""
    p = I(s[5])
    q = 1 - p
    kind = (move >> 12) & 7
    s[6] += ONE
    if kind == PASS:
        again = (s[10] >> U(8)) & U(0xFF)
        s[10] = s[10] & ~U(0xFFFF) | U(0x100)
        s[5] = U(q)
        s[11] = U(2) if g.P[DOUBLE] != 0 else ONE
        if again or s[6] >= U(g.P[CAP]):
            score_game(g, s)
        return
    if kind == SWAPPED:
        own = s[q]
        s[q] = s[p]
        s[p] = own
        placed = s[10] & ~U(0xFFFF)
        mine = (placed >> U(16)) & U(0xFFFF)
        s[10] = (((placed >> U(32)) & U(0xFFFF)) << U(16)) | (mine << U(32))
        s[5] = U(q)
        if s[6] >= U(g.P[CAP]):
            score_game(g, s)
        else:
            settle(g, s)
        return
    to = (move >> 6) & 63
    own, enemy, low, high, burnt, taken, memory, changed = acted(
        g, p, s[p], s[q], s[2], s[3], s[4], s[8 + p], s[10], kind, move & 63, to, (move >> 16) & 63
    )
    verdict, memory = judge(g, p, own, enemy, low, high, taken, memory, changed, to)
    s[p] = own
    s[q] = enemy
    s[2] = low
    s[3] = high
    s[4] = burnt
    s[8 + p] = taken
    s[10] = memory
    if s[11] > ONE:
        s[11] -= ONE
    else:
        s[5] = U(q)
        s[11] = U(2) if g.P[DOUBLE] != 0 else ONE
    if verdict != 0:
        s[7] = U(p + 1) if verdict > 0 else U(q + 1)
    elif s[6] >= U(g.P[CAP]):
        score_game(g, s)
    else:
        settle(g, s)


# ---------------------------------------------------------------------------------------- random games, perft


@compiled
def _playout(g: Any, s: Any, moves: Any, rng: Any) -> Any:
    """See `playout`. It does what `pick` and `_apply` do, but keeps the state out of memory."""
    plies = 0
    while s[7] == NONE and g.P[SWAP] != 0 and s[6] <= ONE:
        _apply(g, s, pick(g, s, moves, rng))
        plies += 1
    if s[7] != NONE:
        return plies
    p = I(s[5])
    own = s[p]
    enemy = s[1 - p]
    low = s[2]
    high = s[3]
    burnt = s[4]
    mine = s[8 + p]
    theirs = s[9 - p]
    memory = s[10]
    left = s[11]
    ply = I(s[6])
    first = ply
    x = rng[0]
    verdict = 0
    scored = False
    while True:
        kind, start, to, over, drawn = chosen(g, p, own, enemy, low, high, burnt, ply, memory, x, moves)
        if kind == PASS and g.P[STALEMATE] != 0:
            break
        x = drawn
        if kind == PASS:
            scored = (memory >> U(8)) & U(0xFF) != NONE
            memory = memory & ~U(0xFFFF) | U(0x100)
            left = ONE
        else:
            own, enemy, low, high, burnt, mine, memory, changed = acted(
                g, p, own, enemy, low, high, burnt, mine, memory, kind, start, to, over
            )
            verdict, memory = judge(g, p, own, enemy, low, high, mine, memory, changed, to)
        ply += 1
        if left > ONE:
            left -= ONE
        else:
            own, enemy = enemy, own
            mine, theirs = theirs, mine
            p = 1 - p
            left = U(2) if g.P[DOUBLE] != 0 else ONE
            verdict = -verdict
        if verdict != 0:
            break
        if scored or ply >= I(g.P[CAP]):
            scored = True
            break
    rng[0] = x
    s[p] = own
    s[1 - p] = enemy
    s[2] = low
    s[3] = high
    s[4] = burnt
    s[5] = U(p)
    s[6] = U(ply)
    s[8 + p] = mine
    s[9 - p] = theirs
    s[10] = memory
    s[11] = left
    if verdict != 0:
        s[7] = U(p + 1) if verdict > 0 else U(2 - p)
    elif scored:
        score_game(g, s)
    else:
        end_without_action(g, s)
    return plies + ply - first


@compiled
def _bench_playouts(g: Any, n: Any, rng: Any, out: Any) -> Any:
    """See `bench_playouts`."""
    s = np.empty(12, np.uint64)
    moves = np.empty(MAXMOVES, np.int32)
    plies = 0
    for _ in range(n):
        copy_state(s, g.start)
        plies += _playout(g, s, moves, rng)
        out[I(s[7])] += 1
    return plies


@compiled
def _perft(g: Any, s: Any, depth: Any) -> Any:
    """See `perft`, on an explicit stack."""
    if depth == 0:
        return 1
    states = np.empty((depth + 1, 12), np.uint64)
    moves = np.empty((depth, MAXMOVES), np.int32)
    sizes = np.zeros(depth, np.int64)
    index = np.zeros(depth, np.int64)
    copy_state(states[0], s)
    sizes[0] = _generate(g, states[0], moves[0])
    level = 0
    total = 0
    while level >= 0:
        if level == depth - 1:
            total += sizes[level]
            level -= 1
            continue
        i = index[level]
        if i >= sizes[level]:
            level -= 1
            continue
        index[level] = i + 1
        copy_state(states[level + 1], states[level])
        _apply(g, states[level + 1], I(moves[level, i]))
        level += 1
        sizes[level] = _generate(g, states[level], moves[level])
        index[level] = 0
    return total


# ----------------------------------------------------------------------------------------- Monte Carlo search


@compiled
def _mcts(g: Any, start: Any, simulations: Any, rng: Any, moves: Any, s: Any, tree: Any) -> Any:
    """See `mcts`: UCT with proven results. W of a node is in half-points for the player who chose it.

    A node's `proof` is its game value once known (1 X wins, 2 O wins, 3 draw). Nodes are expanded at their
    second visit; when the tree is full, search goes on without expanding.
    """
    visits, points, move_of, first, size, proof, path, actor = tree
    limit = visits.shape[0]
    visits[0] = 0
    points[0] = 0
    size[0] = 0
    proof[0] = I(start[7])
    used = 1
    done = 0
    while done < simulations and proof[0] == 0:
        done += 1
        copy_state(s, start)
        node = 0
        depth = 0
        path[0] = 0
        actor[0] = I(s[5])
        while proof[node] == 0 and s[7] == NONE and depth < MAXPATH:
            if size[node] == 0:
                if visits[node] == 0 and node != 0:
                    break
                n = _generate(g, s, moves)
                if used + n > limit:
                    break
                first[node] = used
                size[node] = n
                for i in range(n):
                    visits[used + i] = 0
                    points[used + i] = 0
                    move_of[used + i] = moves[i]
                    size[used + i] = 0
                    proof[used + i] = 0
                used += n
            begin = first[node]
            n = I(size[node])
            log = logarithm(visits[node] + 1)
            best = -1
            best_value = -1.0
            child = begin + draw(rng, n)
            lost = 2 - I(s[5])
            for _ in range(n):
                if proof[child] != lost:
                    if visits[child] == 0:
                        best = child
                        break
                    inverse = 1.0 / visits[child]
                    value = 0.5 * points[child] * inverse + EXPLORATION * math.sqrt(log * inverse)
                    if value > best_value:
                        best_value = value
                        best = child
                child += 1
                if child == begin + n:
                    child = begin
            depth += 1
            actor[depth] = I(s[5])
            _apply(g, s, I(move_of[best]))
            node = best
            path[depth] = node
        if proof[node] == 0 and s[7] != NONE:
            proof[node] = I(s[7])
        if proof[node] != 0:
            result = I(proof[node])
        else:
            _playout(g, s, moves, rng)
            result = I(s[7])
        proven = proof[node] != 0
        for j in range(depth, -1, -1):
            x = path[j]
            visits[x] += 1
            if result == 3:
                points[x] += 1
            elif result - 1 == actor[j]:
                points[x] += 2
            if proven and j > 0:
                parent = path[j - 1]
                value = I(proof[x])
                if value != I(actor[j]) + 1:
                    # Not a win for the player who chose x: the parent is proven when all its children are.
                    value = 2 - I(actor[j])
                    for i in range(first[parent], first[parent] + size[parent]):
                        if proof[i] == 0:
                            proven = False
                            break
                        if proof[i] == 3:
                            value = 3
                if proven:
                    proof[parent] = value
    if size[0] == 0:
        return -1, 0.5, used
    mover = I(start[5]) + 1
    best = first[0]
    best_rank = -1
    for i in range(first[0], first[0] + size[0]):
        rank = I(visits[i])
        if proof[i] == mover:
            rank += 1 << 40
        elif proof[0] == 3 and proof[i] == 3:
            rank += 1 << 36
        elif proof[i] != 3 - mover:
            rank += 1 << 32
        if rank > best_rank:
            best_rank = rank
            best = i
    value = 0.5 * points[0] / visits[0]
    if proof[0] != 0:
        value = 0.5 if proof[0] == 3 else (1.0 if proof[0] == mover else 0.0)
    return I(move_of[best]), value, used


# ------------------------------------------------------------------------------------------------- evaluation


@part
def distance(g: Any, own: Any, empty: Any, one: Any, two: Any) -> Any:
    """Fewest empty cells that would have to be filled to join two sides (64 if impossible)."""
    reached = flood(g, own & one, own)
    for steps in range(64):
        if reached & two:
            return steps
        new = (spread(g, reached) | one) & empty & ~reached
        if not new:
            return 64
        reached |= new
        reached = flood(g, reached, reached | own)
    return 64


@part
def largest_share(g: Any, own: Any) -> Any:
    """Size of the largest group in 64ths of all pieces."""
    most = 0
    rest = own
    while rest:
        group = flood(g, rest & (~rest + ONE), own)
        rest &= ~group
        most = max(most, count(group))
    return most * 64 // max(1, count(own))


@compiled
def _evaluate(g: Any, s: Any) -> Any:
    """Static value of a running game for the player to act, within +-MAXSCORE."""
    p = I(s[5])
    q = 1 - p
    own = s[p]
    enemy = s[q]
    empty = g.full & ~(own | enemy | s[4])
    total = I(g.P[W_MATERIAL]) * (count(own) - count(enemy))
    if g.P[W_CAPTURES] != 0:
        total += I(g.P[W_CAPTURES]) * (I(s[8 + p]) - I(s[8 + q]))
    if g.P[W_PROMOTED] != 0:
        for kind in range(g.P[KINDS]):
            if g.promotes[kind] != 0:
                cells = kind_cells(s[2], s[3], I(g.promotes[kind]) - 1)
                total += I(g.P[W_PROMOTED]) * (count(own & cells) - count(enemy & cells))
    if g.P[W_POINTS] != 0:
        value = I((s[10] >> U(48)) & U(0xFF)) - I(s[10] >> U(56))
        total += I(g.P[W_POINTS]) * (value if p == 0 else -value)
    if g.P[W_PATTERN] != 0:
        value = 0
        mine = I(g.judged[p]) & BY_PATTERN
        theirs = I(g.judged[q]) & BY_PATTERN
        for i in range(g.P[PATTERNS]):
            mask = g.pattern[i]
            if mask & s[4]:
                continue
            a = own & mask
            b = enemy & mask
            if a:
                if not b and mine:
                    value += g.potential[count(a)]
            elif b and theirs:
                value -= g.potential[count(b)]
        total += I(g.P[W_PATTERN]) * value
    if g.P[W_PROGRESS] != 0:
        value = 0
        b = own
        while b:
            value += g.progress[p, lowest(b)]
            b &= b - ONE
        b = enemy
        while b:
            value -= g.progress[q, lowest(b)]
            b &= b - ONE
        total += I(g.P[W_PROGRESS]) * value
    if g.P[W_CONNECT] != 0:
        value = 0
        if I(g.judged[q]) & BY_CONNECT:
            value = distance(g, enemy, empty, g.side[q, 0], g.side[q, 1])
        if I(g.judged[p]) & BY_CONNECT:
            value -= distance(g, own, empty, g.side[p, 0], g.side[p, 1])
        total += I(g.P[W_CONNECT]) * value
    if g.P[W_UNIFY] != 0:
        value = 0
        if I(g.judged[p]) & BY_UNIFY:
            value = largest_share(g, own)
        if I(g.judged[q]) & BY_UNIFY:
            value -= largest_share(g, enemy)
        total += I(g.P[W_UNIFY]) * value
    if g.P[W_MOBILITY] != 0:
        total += I(g.P[W_MOBILITY]) * (count(spread(g, own) & empty) - count(spread(g, enemy) & empty))
    return max(-MAXSCORE, min(MAXSCORE, total))


# ------------------------------------------------------------------------------------------------- alpha-beta


@part
def key_of(g: Any, s: Any) -> Any:
    """Hash of all that decides the rest of a game, the ply (because of the cap) included."""
    h = U(0x9E3779B97F4A7C15)
    for i in range(7):
        h = (h ^ s[i]) * U(0xBF58476D1CE4E5B9)
        h ^= h >> U(29)
    h = (h ^ (s[10] & g.relevant) ^ (s[11] << U(60))) * U(0x94D049BB133111EB)
    h ^= h >> U(31)
    if g.P[CAPTURES] != 0 or g.P[SCORE] == 3:
        h = (h ^ s[8] ^ (s[9] << U(32))) * U(0xBF58476D1CE4E5B9)
        h ^= h >> U(29)
    return h


@compiled
def _alphabeta(g: Any, start: Any, nodes: Any, search: Any) -> Any:
    """See `alphabeta`: iterative deepening of fail-soft alpha-beta, on an explicit stack.

    (A numba function that calls itself crashes when loaded from the cache, numba issue 6061.) A node's
    `horizon` tells whether its value rests on an evaluation; values that do not are stored as of unlimited depth.
    """
    table, states, moves, order, history, bounds, index, keys, generation = search
    table_key, table_age, table_value, table_move, table_depth = table
    alpha, beta, best, lowest_alpha = bounds
    child, sizes, best_move, left, horizon = index
    mask = U(table_key.shape[0] - 1)
    # Entries of earlier calls are told apart by their age, so no call sees what another one stored.
    generation[0] += 1
    age = generation[0]
    history[:] = 0
    visited = 0
    stopped = False
    score = 0
    reached = 0
    exact = 0
    choice = -1
    if _generate(g, start, moves[0]) > 0:
        choice = I(moves[0, 0])
    for depth in range(1, MAXDEPTH):
        if choice < 0:
            break
        copy_state(states[0], start)
        child[0] = 0
        root_move = -1
        ply = 0
        value = 0
        phase = 0
        alpha[0] = -5 * WIN
        beta[0] = 5 * WIN
        left[0] = depth
        while True:
            s = states[ply]
            p = I(s[5])
            if phase == 0:
                visited += 1
                if visited > nodes:
                    stopped = True
                    if child[0] > 0 and ply > 0:
                        root_move = best_move[0]
                    break
                horizon[ply] = 0
                phase = 2
                if s[7] == U(3):
                    value = 0
                elif s[7] != NONE:
                    value = WIN - ply if I(s[7]) - 1 == p else ply - WIN
                elif ply > 0 and (left[ply] <= 0 or ply >= MAXDEPTH):
                    horizon[ply] = 1
                    value = _evaluate(g, s)
                else:
                    key = key_of(g, s)
                    slot = I(key & mask)
                    known = -1
                    phase = 1
                    if table_age[slot] == age and table_key[slot] == key:
                        known = I(table_move[slot])
                        deep = I(table_depth[slot]) >> 2
                        if ply > 0 and deep >= left[ply]:
                            v = I(table_value[slot])
                            bound = table_depth[slot] & 3
                            if v > WIN // 2:
                                v -= ply
                            elif v < -WIN // 2:
                                v += ply
                            if bound == 0 or (bound == 1 and v >= beta[ply]) or (bound == 2 and v <= alpha[ply]):
                                value = v
                                phase = 2
                                if deep < 1000:
                                    horizon[ply] = 1
                    if phase == 1:
                        n = _generate(g, s, moves[ply])
                        keys[ply] = key
                        best[ply] = -10 * WIN
                        lowest_alpha[ply] = alpha[ply]
                        child[ply] = 0
                        sizes[ply] = n
                        best_move[ply] = -1
                        for i in range(n):
                            move = I(moves[ply, i])
                            kind = (move >> 12) & 7
                            if move == known:
                                order[ply, i] = 1 << 40
                            else:
                                order[ply, i] = history[p, move & 4095]
                                if kind == CAPTURE or kind == JUMP:
                                    order[ply, i] += 1 << 36
            if phase == 1:
                i = child[ply]
                n = sizes[ply]
                if i < n and alpha[ply] < beta[ply]:
                    j = i
                    for k in range(i + 1, n):
                        if order[ply, k] > order[ply, j]:
                            j = k
                    if j != i:
                        move = I(moves[ply, i])
                        moves[ply, i] = moves[ply, j]
                        moves[ply, j] = move
                        rank = order[ply, i]
                        order[ply, i] = order[ply, j]
                        order[ply, j] = rank
                    copy_state(states[ply + 1], s)
                    _apply(g, states[ply + 1], I(moves[ply, i]))
                    left[ply + 1] = left[ply] - 1
                    if I(states[ply + 1, 5]) == p:
                        alpha[ply + 1] = alpha[ply]
                        beta[ply + 1] = beta[ply]
                    else:
                        alpha[ply + 1] = -beta[ply]
                        beta[ply + 1] = -alpha[ply]
                    ply += 1
                    phase = 0
                    continue
                value = best[ply]
                if alpha[ply] >= beta[ply]:
                    history[p, best_move[ply] & 4095] += left[ply] * left[ply]
                if ply == 0:
                    root_move = best_move[0]
                v = value
                if v > WIN // 2:
                    v += ply
                elif v < -WIN // 2:
                    v -= ply
                slot = I(keys[ply] & mask)
                table_key[slot] = keys[ply]
                table_age[slot] = age
                table_value[slot] = v
                table_move[slot] = best_move[ply]
                bound = 1 if value >= beta[ply] else (2 if value <= lowest_alpha[ply] else 0)
                table_depth[slot] = ((left[ply] if horizon[ply] != 0 else 4000) << 2) | bound
                phase = 2
            if phase == 2:
                if ply == 0:
                    break
                if horizon[ply] != 0:
                    horizon[ply - 1] = 1
                ply -= 1
                if I(states[ply, 5]) != p:
                    value = -value
                i = child[ply]
                child[ply] = i + 1
                if value > best[ply]:
                    best[ply] = value
                    best_move[ply] = I(moves[ply, i])
                alpha[ply] = max(alpha[ply], value)
                phase = 1
        if root_move >= 0:
            choice = root_move
        if stopped:
            break
        score = value
        reached = depth
        if horizon[0] == 0 or value > WIN // 2 or value < -WIN // 2:
            exact = 1
            break
    return choice, score, reached, visited, exact


@compiled
def _greedy(g: Any, start: Any, rng: Any, moves: Any, s: Any) -> Any:
    """See `greedy`."""
    n = _generate(g, start, moves)
    p = start[5]
    best = -1
    best_value = -10 * WIN
    ties = 0
    for i in range(n):
        copy_state(s, start)
        _apply(g, s, I(moves[i]))
        if s[7] == NONE:
            value = _evaluate(g, s)
            if s[5] != p:
                value = -value
        elif s[7] == U(3):
            value = 0
        else:
            value = WIN if s[7] == p + ONE else -WIN
        if value > best_value:
            best_value = value
            ties = 1
            best = I(moves[i])
        elif value == best_value:
            ties += 1
            if draw(rng, ties) == 0:
                best = I(moves[i])
    return best


# ------------------------------------------------------------------------------------------- public functions


def new_workspace() -> tuple[Any, ...]:
    """Arrays for one thread's searches: (moves, state, tree, alpha-beta), about 15 MB.

    No result depends on what a workspace was used for before. After `mcts` the tree's first arrays hold visits
    and points; the children of the root are nodes `first[0]` to `first[0] + size[0]`.
    """
    tree = (
        *(np.zeros(MAXNODES, np.int32) for _ in range(4)),
        np.zeros(MAXNODES, np.int16),
        np.zeros(MAXNODES, np.int8),
        np.zeros(MAXPATH + 2, np.int32),
        np.zeros(MAXPATH + 2, np.int8),
    )
    table = (
        np.zeros(1 << TABLEBITS, np.uint64),
        np.zeros(1 << TABLEBITS, np.int64),
        *(np.zeros(1 << TABLEBITS, np.int32) for _ in range(3)),
    )
    levels = MAXDEPTH + 4
    search = (
        table,
        np.zeros((levels, 12), np.uint64),
        np.zeros((levels, MAXMOVES), np.int32),
        np.zeros((levels, MAXMOVES), np.int64),
        np.zeros((2, 4096), np.int64),
        tuple(np.zeros(levels, np.int64) for _ in range(4)),
        tuple(np.zeros(levels, np.int64) for _ in range(5)),
        np.zeros(levels, np.uint64),
        np.zeros(1, np.int64),
    )
    return np.zeros(MAXMOVES, np.int32), np.zeros(12, np.uint64), tree, search


def new_rng(seed: int) -> NDArray[np.uint64]:
    """A random generator for `playout`, `mcts` and `greedy`: `uint64[1]`, seeded with any integer."""
    return np.array([mix(seed, 0) or 0x9E3779B97F4A7C15], np.uint64)


def mix(seed: int, ply: int) -> int:
    """A well mixed uint64 from a seed and a ply (splitmix64)."""
    word = (1 << 64) - 1
    z = (int(seed) + (int(ply) + 1) * 0x9E3779B97F4A7C15) & word
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 & word
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB & word
    return z ^ (z >> 31)


def start_state(g: Any) -> State:
    """The state at the start of a game."""
    return np.array(g["start"], dtype=np.uint64)


def generate(g: Any, s: State, moves: Moves) -> int:
    """Write the legal moves of a state to `moves` (int32[MAXMOVES]) and return their number (0: game over)."""
    return int(_generate(g, s, moves))


def legal_moves(g: Any, s: State) -> Moves:
    """The legal moves of a state, int32, in a fixed order; empty when the game is over."""
    moves = np.empty(MAXMOVES, np.int32)
    return moves[: _generate(g, s, moves)].copy()


def apply(g: Any, s: State, move: int) -> None:
    """Apply a legal move to a state in place. The move is not checked."""
    _apply(g, s, int(move))


def result_of(s: State) -> int:
    """Result of a state: 0 running, 1 X won, 2 O won, 3 draw."""
    return int(s[7])


def is_over(s: State) -> bool:
    """Whether the game is over."""
    return bool(s[7])


def playout(g: Any, s: State, moves: Moves, rng: NDArray[np.uint64]) -> int:
    """Play random moves to the end of the game, in place; returns the plies. `moves` is scratch space."""
    return int(_playout(g, s, moves, rng))


def bench_playouts(g: Any, n: int, rng: NDArray[np.uint64], out: NDArray[np.int64]) -> int:
    """Play n random games from the start; add their results to `out` (int64[4]); returns all plies."""
    return int(_bench_playouts(g, int(n), rng, out))


def perft(g: Any, s: State, depth: int) -> int:
    """Number of move sequences of a given length from a state (sequences that end earlier do not count)."""
    return int(_perft(g, s, int(depth)))


def evaluate(g: Any, s: State) -> int:
    """Static value of a running game for the player to act, in arbitrary units."""
    return int(_evaluate(g, s))


def mcts(
    g: Any, s: State, simulations: int, rng: NDArray[np.uint64], workspace: tuple[Any, ...]
) -> tuple[int, float, int]:
    """Search by Monte Carlo tree search (UCT with proven results).

    Returns the move (-1 when the game is over), the position's value for the player to act (0 to 1) and the
    nodes of the tree. Stops early when the value is proven.
    """
    move, value, nodes = _mcts(g, s, int(simulations), rng, *workspace[:3])
    return int(move), float(value), int(nodes)


def alphabeta(g: Any, s: State, nodes: int, workspace: tuple[Any, ...]) -> tuple[int, int, int, int, bool]:
    """Search by alpha-beta with iterative deepening until `nodes` nodes are visited.

    Returns the move (-1 when the game is over), the score of the last complete iteration for the player to act,
    its depth, the nodes, and whether the score is the proven value of the game (0 draw, about +-WIN won or lost).
    """
    move, score, depth, visited, exact = _alphabeta(g, s, int(nodes), workspace[3])
    return int(move), int(score), int(depth), int(visited), bool(exact)


def greedy(g: Any, s: State, rng: NDArray[np.uint64], workspace: tuple[Any, ...]) -> int:
    """The move after which the result or evaluation is best, ties at random (-1 when the game is over)."""
    return int(_greedy(g, s, rng, *workspace[:2]))


def choose(g: Any, s: State, kind: int, budget: int, epsilon: int, seed: int, workspace: tuple[Any, ...]) -> int:
    """The move of an opponent; a pure function of everything but the workspace.

    `kind`: RANDOM, MCTS (`budget` simulations), ALPHABETA (`budget` nodes) or GREEDY. With probability
    `epsilon` / 1000 the move is uniformly random instead. Returns -1 when the game is over.
    """
    moves, rng = workspace[0], new_rng(seed)
    n = int(_generate(g, s, moves))
    if n == 0:
        return -1
    if n == 1:
        return int(moves[0])
    if kind == RANDOM or (epsilon > 0 and draw(rng, 1000) < epsilon):
        return int(moves[draw(rng, n)])
    # This is Python, and so is `play_game`: compiled code that called the searches would contain all of them,
    # compiled once more, and no search could be left uncompiled until it is used.
    if kind == MCTS:
        return mcts(g, s, budget, rng, workspace)[0]
    if kind == ALPHABETA:
        return alphabeta(g, s, budget, workspace)[0]
    return greedy(g, s, rng, workspace)


def play_game(
    g: Any,
    ka: int,
    ba: int,
    ea: int,
    kb: int,
    bb: int,
    eb: int,
    opening_plies: int,
    game_seed: int,
    workspace: tuple[Any, ...],
    log: Moves,
) -> tuple[int, int]:
    """Play one game between engine a (X) and engine b (O), each a kind, budget and epsilon (see `choose`).

    The first `opening_plies` plies are uniformly random. The move at each ply is
    `choose(..., seed=mix(game_seed, ply))`. Moves are written to `log` as far as it reaches. Returns the result
    and the number of plies.
    """
    engines = ((ka, ba, ea), (kb, bb, eb))
    state, plies = start_state(g), 0
    while not state[7]:
        engine = engines[int(state[5])] if plies >= opening_plies else (RANDOM, 0, 0)
        move = choose(g, state, *engine, mix(game_seed, plies), workspace)
        if plies < len(log):
            log[plies] = move
        _apply(g, state, move)
        plies += 1
    return result_of(state), plies


@compiled
def _successors(g: Any, s: Any, moves: Any, after: Any) -> Any:
    n = _generate(g, s, moves)
    for i in range(min(n, after.shape[0])):
        copy_state(after[i], s)
        _apply(g, after[i], I(moves[i]))
    return n


def successors(g: Any, s: State) -> tuple[Moves, NDArray[np.uint64]]:
    """The legal moves (n,) int32 of a state and the states (n, 12) after each; empty when it is over."""
    moves, after = np.empty(MAXMOVES, np.int32), np.empty((128, 12), np.uint64)
    n = int(_successors(g, s, moves, after))
    if n > len(after):
        after = np.empty((n, 12), np.uint64)
        _successors(g, s, moves, after)
    return moves[:n].copy(), after[:n]


def move_values(
    g: Any, s: State, nodes: int, simulations: int, seed: int, workspace: tuple[Any, ...]
) -> tuple[Moves, NDArray[np.float64], NDArray[np.bool_]]:
    """The legal moves (n,) int32 of a state, the value of each for the player to act, and whether it is proven.

    Values (n,) float64 run from 0 (lost) to 1 (won); a draw is 0.5. `nodes` of alpha-beta are shared equally by all
    moves, `simulations` of MCTS by those that alpha-beta left open. A pure function of everything but the workspace.
    """
    moves, after = successors(g, s)
    values, exact = np.zeros(len(moves)), np.zeros(len(moves), np.bool_)
    for i, state in enumerate(after):
        if state[7] != NONE:
            score = 0 if state[7] == U(3) else WIN if result_of(state) - 1 == int(state[5]) else -WIN
            exact[i] = True
        else:
            _move, score, _depth, _visited, exact[i] = alphabeta(g, state, nodes // len(moves), workspace)
        values[i] = 0.5 * (1 + np.sign(score))
    unproven = np.flatnonzero(~exact).tolist()
    for i in unproven:
        rng, tree = new_rng(mix(seed, i)), workspace[2]
        _move, values[i], _nodes = mcts(g, after[i], max(simulations // len(unproven), 1), rng, workspace)
        exact[i] = tree[5][0] != 0
    turned = after[:, 5] != s[5]
    values[turned] = 1 - values[turned]
    return moves, values, exact
