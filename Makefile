# What a contributor and CI run. Needs make and Python 3.11 or newer; uses uv where it is installed.
#   make install      the suite itself, in .venv          make test    the tests (not the slow ones)
#   make smoke        a whole small run, offline          make check   lint, types and tests
#   make chess        the same on chess and two invented variants of it
# Another Python: make PYTHON=python3.12 install

.SUFFIXES:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := install
.PHONY: install develop smoke chess test test-slow lint format types check bench constraints clean

PYTHON ?= python3
UV     := $(shell command -v uv 2>/dev/null)
BIN    := .venv/bin
INPUTS := pyproject.toml setup.py constraints.txt
CORES  ?= 2

ifdef UV
  ADD := $(UV) pip install --quiet --python $(BIN)/python
else
  ADD := $(BIN)/python -m pip install --quiet --disable-pip-version-check
endif

# The stamps are newer than what they were installed from, so that a second `make install` does nothing.
install: .venv/core.stamp

develop: .venv/develop.stamp

$(BIN)/python:
ifdef UV
	$(UV) venv --quiet --allow-existing --python '$(if $(filter file,$(origin PYTHON)),>=3.11,$(PYTHON))' .venv
else
	@command -v $(PYTHON) >/dev/null || { echo "There is no '$(PYTHON)' here: install Python 3.11 or newer, or name yours: make PYTHON=/path/to/python install" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "quickstudy needs Python 3.11 or newer, and '$(PYTHON)' is $$($(PYTHON) -c 'import platform; print(platform.python_version())'): install a newer one, or name yours: make PYTHON=python3.12 install" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "'$(PYTHON)' cannot make virtual environments: install its venv module (Debian and Ubuntu: apt-get install python3-venv) or uv" >&2; exit 1; }
	$(PYTHON) -m venv .venv
endif

.venv/core.stamp: $(INPUTS) | $(BIN)/python
	$(ADD) -c constraints.txt -e .
	@touch $@

.venv/develop.stamp: $(INPUTS) | $(BIN)/python
	$(ADD) -c constraints.txt -e '.[dev,oracle]'
	@touch .venv/core.stamp $@

smoke: install
	$(BIN)/quickstudy run smoke

chess: install
	$(BIN)/quickstudy run chess

# pytest itself fails (exit 5) where it ran no test.
test: develop
	$(BIN)/python -m pytest -n $(CORES) -m 'not slow' $(ARGS)

test-slow: develop
	$(BIN)/python -m pytest -n $(CORES) -m slow $(ARGS)

lint: develop
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports --no-logo

format: develop
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

types: develop
	$(BIN)/mypy
	$(BIN)/mypy -p tests

check: lint types test

bench: develop
	$(BIN)/python -m quickstudy.benchmarks.speed --quick

constraints:
	rm -rf .venv/fresh
	$(PYTHON) -m venv .venv/fresh
	.venv/fresh/bin/python -m pip install --quiet '.[dev,oracle]'
	{ sed -n '/^#/p' constraints.txt; .venv/fresh/bin/python -m pip freeze --all | grep -viE '^(quickstudy|pip) ?[@=]' | sort -f; } > .venv/constraints.txt
	mv .venv/constraints.txt constraints.txt
	rm -rf .venv/fresh

# Keeps .venv (to start anew: rm -rf .venv) and runs.
clean:
	rm -rf build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .grimp_cache .hypothesis
	find benchmarks reports scorers tasks tests -name __pycache__ -type d -prune -exec rm -rf {} +
