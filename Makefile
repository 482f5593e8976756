# Every target makes its own environment in .venv; it is made anew only when the lock or pyproject.toml changed.
# What a bare machine needs: python3 (3.11 to 3.13) with its venv module, and make. uv is used where present.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

# What was compiled once is kept, whatever the caller's settings: else each process and worker compiles it again.
export PYTHONDONTWRITEBYTECODE :=

PYTHON ?= python3
SYNTHETIC := cohorts/synthetic
COHORT ?= $(SYNTHETIC)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed-from-lock
UV := $(shell command -v uv)
# A file stays with one worker: what its tests share is made once, and the cells of a notebook follow each other.
SIDE_BY_SIDE := $(BIN)/python -m pytest --numprocesses auto --dist loadfile

.PHONY: help report test quick test-long lint bench coverage truth references lab lock clean

help:  ## Show the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

report: $(STAMP) $(if $(filter $(SYNTHETIC),$(COHORT)),$(SYNTHETIC)/extract.yaml)  ## All reports of COHORT, as HTML in reports/ (default: 2,000 synthetic patients)
	$(BIN)/postgraft report "$(COHORT)" --jobs 2

$(SYNTHETIC)/extract.yaml: $(STAMP) $(wildcard src/postgraft/synthetic/*.py src/postgraft/synthetic/data/*)
	rm -rf $(SYNTHETIC)
	$(BIN)/postgraft synth $(SYNTHETIC) --patients 2000 --seed 20230721

test: $(STAMP)  ## All tests but the long ones, the notebooks too
	$(SIDE_BY_SIDE)

quick: $(STAMP)  ## The tests of single parts, for every step of work
	$(SIDE_BY_SIDE) tests/unit tests/spec tests/architecture -m "not long and not slow"

test-long: $(STAMP)  ## Long runs of what the tests keep a share of (docs/development.md)
	$(SIDE_BY_SIDE) -m long
	$(BIN)/python tests/generative/run_many.py --patients 4000 --jobs 2 --seed 0
	$(BIN)/python tests/generative/run_soundness.py --patients 1000 --jobs 2 --seed 0
	$(BIN)/python tests/fuzz/run_fuzz.py --cases 4000 --jobs 2 --seed 0

lint: $(STAMP)  ## Format, lint and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: $(STAMP)  ## The benchmarks: time and memory on large synthetic cohorts, and of what-ifs
	$(BIN)/python benchmarks/run.py
	$(BIN)/python benchmarks/whatif.py
	$(BIN)/python benchmarks/explorer.py

coverage: $(STAMP)  ## How often the stated intervals hold what they should (docs/coverage.md, docs/forecast.md)
	$(BIN)/python benchmarks/coverage.py
	$(BIN)/python benchmarks/coverage_cohort.py
	$(BIN)/python benchmarks/coverage_forecast.py

truth: $(STAMP)  ## Planted against computed cytopenias of a synthetic cohort (docs/validation.md)
	$(BIN)/python benchmarks/planted_truth.py --patients 5000 --seed 1

references: $(STAMP)  ## What the notebooks print, written anew for the comparison in the tests
	$(BIN)/python tools/references.py

lab: $(STAMP)  ## JupyterLab with the notebooks
	JUPYTER_PREFER_ENV_PATH=1 $(BIN)/jupyter lab $(if $(filter 0,$(shell id -u)),--allow-root) notebooks

lock: $(STAMP)  ## Pin the dependencies anew and rewrite environment.yml (needs uv)
	$(or $(UV),$(error make lock needs uv)) pip compile pyproject.toml --quiet --universal --python-version 3.11 --fork-strategy fewest --extra test --extra examples --extra bench --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" --output-file requirements.lock
	$(BIN)/python tools/environment.py

clean:  ## Remove the environment, the reports (not what was told of a cohort) and every cache
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find reports -mindepth 1 -maxdepth 1 ! -name README.md ! -name released -exec rm -rf {} +
	find src tests tools benchmarks -type d -name __pycache__ -prune -exec rm -rf {} +

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(None if (3, 11) <= v <= (3, 13) else f"postgraft needs Python 3.11 to 3.13, {sys.executable} is {v[0]}.{v[1]}: make PYTHON=python3.12 ...")'
	@echo 'Setting up $(VENV) from requirements.lock; from nothing this takes a minute or two.'
ifneq ($(UV),)
	@$(BIN)/python -c '' 2>/dev/null || uv venv --quiet --clear --python "$(PYTHON)" $(VENV)
	uv pip install --quiet --python $(BIN)/python -r requirements.lock
	uv pip install --quiet --python $(BIN)/python --no-deps -e .
else
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
endif
	@touch $@
