"""What commands ask of the text of an option. Only click is imported at the top, as in the commands."""

from __future__ import annotations

import click


def refuse_empty(ctx: click.Context, option: click.Parameter, value: str | None) -> str | None:
    """The text of an option, None where it is not given; for an option's `callback`.

    An empty text is refused: it is what a script passes on whose variable is not set, and the command would go on as if
    the option had been left out. Raises click.BadParameter.
    """
    if value is not None and not value.strip():
        raise click.BadParameter("it is empty; give a value, or leave the option out", ctx, option)
    return value


def read_numbers(text: str | None) -> list[int]:
    """The numbers of examples of `--n`, as in 0,1,4,16; none where it is not given. Raises ValueError."""
    words = [] if text is None else [word.strip() for word in text.split(",")]
    for word in words:
        if not (word.isascii() and word.isdigit()):
            raise ValueError(f"--n: {word!r} is not a whole number; write for instance --n 0,1,4,16")
    return [int(word) for word in words]
