"""Map the four root folders to `quickstudy.*` and find their subfolders, so that none is listed by hand."""

from pathlib import Path

from setuptools import find_namespace_packages, setup

ROOTS = ("benchmarks", "reports", "scorers", "tasks")
FOUND = {root: find_namespace_packages(root, exclude=["*__pycache__*"]) for root in ROOTS}  # data folders too

# Not in the root: found there, this metadata would hide from Inspect, run in a clone, that the package is installed.
METADATA = Path("build", "metadata")
METADATA.mkdir(parents=True, exist_ok=True)

setup(
    packages=[f"quickstudy.{name}" for r in ROOTS for name in (r, *(f"{r}.{sub}" for sub in FOUND[r]))],
    package_dir={f"quickstudy.{root}": root for root in ROOTS},
    options={"egg_info": {"egg_base": str(METADATA)}},
)
