"""The definition of an invented variant as Fairy-Stockfish reads it (`load variants.ini`)."""

from __future__ import annotations

from quickstudy.tasks.chess_variants.spec import (
    CHESS_PAWN,
    FILES,
    KING,
    MOVES_WITHOUT_PROGRESS,
    PAWN,
    REPETITIONS,
    VariantSpec,
)


def write_definition(spec: VariantSpec) -> str:
    """The section of a spec; its heading is the name of the variant, in lower case, that the engine is told."""
    king, pawn, last, first = spec.kinds[KING], spec.kinds[PAWN], spec.ranks, 1
    others = [piece for piece in spec.pieces if piece.letter not in (KING, PAWN)]
    own_pawn = pawn.betza != CHESS_PAWN  # only the engine's own pawn can step twice
    custom = [*others, pawn] if own_pawn else others
    lines = [
        f"[{spec.name.lower()}:chess]",
        f"maxRank = {spec.ranks}",
        f"maxFile = {FILES[spec.files - 1]}",
        *(f"{piece} = -" for piece in ("knight", "bishop", "rook", "queen")),
        f"king = k:{king.betza}",
        *(f"customPiece{i} = {piece.letter.lower()}:{piece.betza}" for i, piece in enumerate(custom, 1)),
        f"promotionPieceTypes = {spec.promotions.lower()}",
        f"promotionRegionWhite = *{last}",
        f"promotionRegionBlack = *{first}",
        "castling = false",
        f"doubleStep = {str(spec.double_step).lower()}",
        f"stalemateValue = {spec.stalemate}",
        f"nMoveRule = {MOVES_WITHOUT_PROGRESS}",
        f"nFoldRule = {REPETITIONS}",
        f"startFen = {spec.start_fen}",
    ]
    if own_pawn:
        lines += ["pawn = -", f"promotionPawnTypes = {PAWN.lower()}", f"nMoveRuleTypes = {PAWN.lower()}"]
    if spec.double_step:
        lines += ["doubleStepRegionWhite = *2", f"doubleStepRegionBlack = *{spec.ranks - 1}"]
    if spec.race:
        lines += [f"flagPiece = {KING.lower()}", f"flagRegionWhite = *{last}", f"flagRegionBlack = *{first}"]
    if spec.checks:
        lines.append("checkCounting = true")
    return "\n".join(lines) + "\n"
