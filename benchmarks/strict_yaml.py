"""YAML that says one thing: a key that occurs twice in a map is refused, as it is in JSON (see `tasks.strict_json`)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml


class StrictLoader(yaml.SafeLoader):
    """A safe loader that raises yaml.MarkedYAMLError, with the place, for a key that occurs twice in a map."""

    # here, and not where maps are built: there the keys of `<<` stand beside those that may override them
    def compose_mapping_node(self, anchor: Any) -> yaml.MappingNode:
        """The map that begins here."""
        node = super().compose_mapping_node(anchor)
        seen = set[tuple[str, str]]()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                if (key.tag, key.value) in seen:
                    raise yaml.MarkedYAMLError(
                        problem=f"the key {key.value[:40]!r} occurs twice in one map", problem_mark=key.start_mark
                    )
                seen.add((key.tag, key.value))
        return node


def read_yaml(path: Path) -> Any:
    """What a YAML file holds.

    Raises ValueError saying what is wrong, and where the text itself is wrong in which line; OSError.
    """
    text = path.read_text(encoding="utf-8")
    try:
        # a SafeLoader, which the linter does not see
        return yaml.load(text, Loader=StrictLoader)  # noqa: S506
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f" (line {mark.line + 1})" if mark is not None else ""
        raise ValueError(f"{' '.join(filter(None, [error.context, error.problem]))}{place}") from error
    except yaml.YAMLError as error:
        raise ValueError(" ".join(str(error).split())) from error
    except RecursionError:
        raise ValueError("lists or maps are nested too deep") from None
