# Every target makes its own environment in .venv; it is made anew only when a lock or pyproject.toml changed.
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
RUN := $(VENV)/.installed-from-run-lock
ALL := $(VENV)/.installed-from-lock
UV := $(shell command -v uv)
PIP := $(if $(UV),uv pip install --quiet --python $(BIN)/python,$(BIN)/python -m pip install --quiet --disable-pip-version-check)
COMPILE = $(or $(UV),$(error make lock needs uv)) pip compile pyproject.toml --quiet --universal --python-version 3.11 \
	--fork-strategy fewest --generate-hashes --no-emit-index-url --no-emit-find-links \
	--custom-compile-command "make lock" --extra build
# A file stays with one worker: what its tests share is made once, and the cells of a notebook follow each other.
SIDE_BY_SIDE := $(BIN)/python -m pytest --numprocesses auto --dist loadfile

.PHONY: help report test quick test-long lint bench coverage truth references rooms lab lock clean

help:  ## Show the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

report: $(RUN) $(if $(filter $(SYNTHETIC),$(COHORT)),$(SYNTHETIC)/extract.yaml)  ## All reports of COHORT, as HTML in reports/ (default: 2,000 synthetic patients)
	$(BIN)/postgraft report "$(COHORT)" --jobs 2

$(SYNTHETIC)/extract.yaml: $(RUN) $(wildcard src/postgraft/synthetic/*.py src/postgraft/synthetic/data/*)
	$(BIN)/python tools/clean.py cohort $(SYNTHETIC)
	$(BIN)/postgraft synth $(SYNTHETIC) --patients 2000 --seed 20230721

test: $(ALL)  ## All tests but the long ones, the notebooks too
	$(SIDE_BY_SIDE)

quick: $(ALL)  ## The tests of single parts, for every step of work
	$(SIDE_BY_SIDE) tests/unit tests/spec tests/architecture -m "not long and not slow"

test-long: $(ALL)  ## Long runs of what the tests keep a share of (docs/development.md)
	$(SIDE_BY_SIDE) -m long
	$(BIN)/python tests/generative/run_many.py --patients 4000 --jobs 2 --seed 0
	$(BIN)/python tests/generative/run_soundness.py --patients 1000 --jobs 2 --seed 0
	$(BIN)/python tests/fuzz/run_fuzz.py --cases 4000 --jobs 2 --seed 0

lint: $(ALL)  ## Format, lint and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: $(ALL)  ## The benchmarks: time and memory on large synthetic cohorts, and of what-ifs
	$(BIN)/python benchmarks/run.py
	$(BIN)/python benchmarks/whatif.py
	$(BIN)/python benchmarks/explorer.py
	$(BIN)/python benchmarks/sources.py

coverage: $(ALL)  ## How often the stated intervals hold what they should (docs/coverage.md, docs/forecast.md)
	$(BIN)/python benchmarks/coverage.py
	$(BIN)/python benchmarks/coverage_cohort.py
	$(BIN)/python benchmarks/coverage_forecast.py

truth: $(ALL)  ## Planted against computed cytopenias of a synthetic cohort (docs/validation.md)
	$(BIN)/python benchmarks/planted_truth.py --patients 5000 --seed 1

references: $(ALL)  ## What the notebooks print, written anew for the comparison in the tests
	$(BIN)/python tools/references.py

rooms: $(ALL)  ## The picture of the rooms, drawn anew from the imports (docs/rooms.svg)
	$(BIN)/python tools/rooms.py > docs/rooms.svg

lab: $(RUN)  ## JupyterLab with the notebooks
	JUPYTER_PREFER_ENV_PATH=1 $(BIN)/jupyter lab $(if $(filter 0,$(shell id -u)),--allow-root) notebooks

lock: $(ALL)  ## Pin the dependencies anew, with hashes, and rewrite environment.yml (needs uv)
	$(COMPILE) --extra test --extra examples --extra bench --extra sources --output-file requirements.lock
	$(COMPILE) --constraint requirements.lock --output-file requirements-run.lock
	$(BIN)/python tools/environment.py

clean:  ## Remove what was made here: environment, reports, caches
	$(PYTHON) -B tools/clean.py

# Every package is fetched by its hash; the project itself, and what builds it, come without asking for more.
define install
@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(None if (3, 11) <= v <= (3, 13) else f"postgraft needs Python 3.11 to 3.13, {sys.executable} is {v[0]}.{v[1]}: make PYTHON=python3.12 ...")'
@echo 'Setting up $(VENV) from $<; from nothing this takes a minute or two.'
@$(if $(UV),$(BIN)/python -c '' 2>/dev/null || uv venv --quiet --clear --python "$(PYTHON)" $(VENV),$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV))
@$(PIP) --require-hashes -r $<
@$(PIP) --no-deps --no-build-isolation -e .
@touch $@
endef

$(RUN): requirements-run.lock pyproject.toml
	$(install)

$(ALL): requirements.lock requirements-run.lock pyproject.toml
	$(install)
	@touch $(RUN)
