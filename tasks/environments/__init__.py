"""The games as environments for reinforcement learning: PettingZoo for both players, Gymnasium against a level.

Importing this package registers each game of the catalogue with Gymnasium, as `quickstudy/velun-v0`. It needs the
extra `rl`, and nothing else of the suite imports it.
"""

from importlib.util import find_spec

_MISSING = [name for name in ("gymnasium", "pettingzoo") if find_spec(name) is None]
if _MISSING:
    raise ModuleNotFoundError(
        f"the environments need {' and '.join(_MISSING)}: install the extra with `pip install 'quickstudy[rl]'`",
        name=_MISSING[0],
    )

from quickstudy.tasks.environments.registration import register_games  # noqa: E402  after the sentence above

register_games()
