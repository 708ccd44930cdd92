"""Names under which `gymnasium.make` finds the games of the catalogue."""

from __future__ import annotations

from gymnasium.envs.registration import register, registry

from quickstudy.tasks.games.game import list_games

NAMESPACE = "quickstudy"


def register_games() -> None:
    """Register each game of the catalogue, as `quickstudy/velun-v0`; no game is loaded before it is made."""
    for name in list_games():
        known = f"{NAMESPACE}/{name}-v0"
        if known not in registry:
            register(known, entry_point="quickstudy.tasks.environments.gymnasium_env:LevelEnv", kwargs={"game": name})
