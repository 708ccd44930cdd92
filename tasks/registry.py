"""What Inspect finds under the name `quickstudy`: tasks, scorers and the embedded learners."""

from __future__ import annotations

from inspect_ai.model import ModelAPI, modelapi

from quickstudy.scorers.metrics import match_score as match_score
from quickstudy.scorers.probe_metrics import sitting_score as sitting_score
from quickstudy.scorers.replay_metrics import replay_score as replay_score
from quickstudy.scorers.report_metrics import report_score as report_score
from quickstudy.scorers.stage_metrics import stage_score as stage_score
from quickstudy.tasks.board_games import board_game as board_game
from quickstudy.tasks.board_probes import board_probe as board_probe
from quickstudy.tasks.board_replay import board_replay as board_replay
from quickstudy.tasks.board_report import board_report as board_report
from quickstudy.tasks.chess_games import chess_game as chess_game
from quickstudy.tasks.chess_memory import chess_memory as chess_memory
from quickstudy.tasks.chess_probes import chess_probe as chess_probe
from quickstudy.tasks.chess_replay import chess_replay as chess_replay
from quickstudy.tasks.memory import memory as memory
from quickstudy.tasks.reading import reading as reading


@modelapi(name="quickstudy")
def quickstudy_api() -> type[ModelAPI]:
    """The embedded learners, as `quickstudy/<learner>`."""
    from quickstudy.tasks.learners.provider import LearnerAPI

    return LearnerAPI
