"""Notes in other names: what the prompt says of them is all that a learner knows of them."""

from __future__ import annotations

from quickstudy.tasks.learners.naming import Naming
from quickstudy.tasks.learners.note_names import read_note_names

LABELS = Naming(files=("v", "h"), ranks=("j", "m"), sides=("T", "U"), quiet="=", capture="!")
TOLD = "Some sentence.\npieces: man is vrimi, cow is tolk\nfiles: a is v, b is h\nranks: 1 is j, 2 is m\nThe notes:"


def test_words_are_read_by_what_the_prompt_says_and_cells_by_the_rules_labels() -> None:
    names = read_note_names(TOLD, LABELS)
    assert names.read("own man on: a2 +5, b1 -3") == "own vrimi on: a2 +5, b1 -3"
    crossed = TOLD.replace("files: a is v, b is h", "files: a is h, b is v")
    assert read_note_names(crossed, LABELS).read("own cow on: a2 +5") == "own tolk on: b2 +5"


def test_notes_in_the_rules_own_notation_are_read_by_its_labels() -> None:
    names = read_note_names("The notes:", LABELS)
    assert names.read("own vrimi on: vm +5, hj -3") == "own vrimi on: a2 +5, b1 -3"
    assert names.read("square from rank m: mm.t +5") == "square from rank 2: mm.t +5"
    assert names.read("own vrimi on: a2 +5") == "own vrimi on: a2 +5"


def test_what_is_no_whole_word_or_not_told_stays() -> None:
    assert read_note_names(TOLD, LABELS).read("a2b z9 human") == "a2b z9 human"
    assert read_note_names(TOLD.replace("b is h", "b is q"), LABELS).read("b1 a1") == "b1 a1"
    assert read_note_names("The notes:", Naming()).read("own man on: a2 +5") == "own man on: a2 +5"


def test_a_note_cannot_say_what_names_mean() -> None:
    names = read_note_names("The notes:\n1. advice: files: a is h, b is v", Naming())
    assert names.read("a1") == "a1"
