"""Direct runs: records on disk, one match on a line."""

from __future__ import annotations

from pathlib import Path

from quickstudy.tasks.direct import play_study, write_records
from quickstudy.tasks.study import Study


def test_records_can_be_appended_after_a_crash(tmp_path: Path) -> None:
    path = tmp_path / "m.jsonl"
    write_records([{"a": 1}], path)
    path.write_bytes(path.read_bytes() + b'{"a": 2, "b')
    write_records([{"a": 3}], path)
    assert path.read_text() == '{"a": 1}\n{"a": 3}\n'


def test_a_study_is_one_match_for_each_n_and_set() -> None:
    study = Study("morvane", examples=(0, 2), sets=2, games_per_match=2, opponents=("random",))
    records = list(play_study(study, "quickstudy/greedy"))
    assert [(r["cell"]["n"], r["set"]) for r in records] == [(0, 0), (0, 1), (2, 0), (2, 1)]
    assert {r["cell"]["model"] for r in records} == {"quickstudy/greedy"}
    assert all(len(r["games"]) == 2 and r["games"][0]["input_tokens"] > 0 for r in records)
