"""The titles of a prompt's sections, the same in all wordings."""

from __future__ import annotations

ANSWER_TITLE = "## Answer format"
RULES_TITLE = "## Rules"
EXAMPLES_TITLE = "## Example games"
POSITIONS_TITLE = "## Example positions"
NOTES_TITLE = "## Notes"
STUDIED_TITLE = "## Games"
POSITION_TITLE = "## Position"
REVIEWS_TITLE = "## Reviews"
LANGUAGE_TITLE = "## Questions"
CLAIMS_TITLE = "## Claims"
ANSWERS_TITLE = "## Answers"
TASK_TITLE = "## Task"
CUES_TITLE = "## Cues"
