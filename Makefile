.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
ARGS ?=

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

run: .venv/base ## database, catalogue and tonight's script into out/, then the service at http://127.0.0.1:8000
	$(BIN)/amurlive run $(ARGS)

test: .venv/test ## everything the tests need, and the tests, on SQLite and PostgreSQL
	.ci/browser
	$(BIN)/python -m pytest -n 2 $(ARGS)

check: .venv/test ## ruff, mypy --strict, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/test ## measure, and write bench/RESULTS.md
	$(BIN)/python -m bench

format: .venv/test ## put the code in its usual form
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

lock: .venv/test ## pin requirements/*.txt again from requirements/*.in
	for set in base test; do $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-header --no-annotate \
	  requirements/$$set.in -o requirements/$$set.txt; done

.venv/uv:
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	touch $@

# Each stamp holds a set of packages; the test set is a superset of the base set.
.venv/base: requirements/base.txt pyproject.toml | .venv/uv
	$(BIN)/uv pip install --quiet --python $(BIN)/python -r requirements/base.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps -e .
	touch $@

.venv/test: requirements/test.txt .venv/base
	$(BIN)/uv pip install --quiet --python $(BIN)/python -r requirements/test.txt
	touch $@

.PHONY: help run test check bench format lock
