# make run · make test · make check · make parity · make published · make bench · make bench-page · make clean
#
# Everything lives in .venv, which is made on first use. Another interpreter: make run PYTHON=python3.13
# Options for the lab: make run ARGS="--port 8001 --no-browser"

PYTHON ?= python3
ARGS ?=
PYTEST_ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

# The playwright package brings a Node of its own: the same everywhere, and nothing to install.
NODE = $(shell $(BIN)/python -c "import pathlib, playwright; print(pathlib.Path(playwright.__file__).parent / 'driver/node')")
NODE_TESTS = $(NODE) --test --disable-warning=MODULE_TYPELESS_PACKAGE_JSON $(shell find tests/js -name '*.test.js')

.PHONY: run test check parity published bench bench-page clean browser

run: $(VENV)/run.stamp
	@$(BIN)/unrolled $(ARGS)

test: $(VENV)/test.stamp browser
	$(NODE_TESTS)
	$(BIN)/python -m pytest --numprocesses 4 --dist worksteal --durations 10 $(PYTEST_ARGS)

check: $(VENV)/test.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(NODE_TESTS)

# The stored reference numbers are what PyTorch says today, and the engine agrees with it live.
parity: $(VENV)/test.stamp $(VENV)/parity.stamp
	$(BIN)/python -m tests.parity.make_reference --check
	$(BIN)/python -m pytest tests/parity

# What papers report, measured here: a table of expected against measured, in some minutes.
published: $(VENV)/run.stamp
	$(BIN)/python -m tests.published $(ARGS)

bench: $(VENV)/run.stamp $(VENV)/bench.stamp
	$(BIN)/python -m tests.bench $(ARGS)

# The page in Chromium: frames a second, long tasks, answers to changes, ten minutes of memory.
bench-page: $(VENV)/test.stamp browser
	$(BIN)/python -m tests.bench.page $(ARGS)

clean:
	rm -rf $(VENV) build dist .hypothesis .mypy_cache .pytest_cache .ruff_cache
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
