"""The command answers at once: nothing heavy is imported before it is needed."""

from __future__ import annotations

import subprocess
import sys

HEAVY = ("inspect_ai", "numpy", "scipy", "pandas", "matplotlib", "numba", "pyarrow")
PROGRAM = f"""
import sys
from quickstudy.benchmarks.cli import main
try:
    main(["--help"], prog_name="quickstudy")
finally:
    print("heavy:", [name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)
"""


def test_help_imports_no_heavy_library() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Usage: quickstudy ")
    assert done.stderr.splitlines()[-1] == "heavy: []"
