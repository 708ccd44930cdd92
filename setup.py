"""Map the four root folders to `quickstudy.*` and find their subfolders, so that none is listed by hand."""

from setuptools import find_namespace_packages, setup

ROOTS = ("benchmarks", "reports", "scorers", "tasks")
FOUND = {root: find_namespace_packages(root, exclude=["*__pycache__*"]) for root in ROOTS}  # data folders too

setup(
    packages=[f"quickstudy.{name}" for r in ROOTS for name in (r, *(f"{r}.{sub}" for sub in FOUND[r]))],
    package_dir={f"quickstudy.{root}": root for root in ROOTS},
)
