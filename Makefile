# Two commands matter: make run, make test. Everything here may be run twice; what is done is skipped.

PYTHON ?= python3
PORT ?= 8000

BIN := .venv/bin
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check
RUN := .venv/run.stamp
TEST := .venv/test.stamp
ASSETS := storybank/web/static/vendor/lock
VECTORS := storybank/learning/vendor/vectors.npz

.PHONY: help setup run test test-setup check lint lock
.NOTPARALLEL:
# Else every process a test starts compiles the house anew.
unexport PYTHONDONTWRITEBYTECODE

help:
	@echo "make run     set up, load the invented stories, open http://127.0.0.1:$(PORT) (PORT= moves it)"
	@echo "make test    set up what the tests need, then every check and test"
	@echo "make check   the quick part: lint, types, floors, tests without browser or PostgreSQL"
	@echo "make setup   the set-up alone"
	@echo "make lock    pin the dependencies again after a change in requirements/*.in"

setup: $(RUN) $(ASSETS) $(VECTORS)
	@:

run: setup
	@$(BIN)/storybank init
	@$(BIN)/storybank demo
	@$(BIN)/storybank serve --port $(PORT)

test: test-setup lint
	$(BIN)/pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

check: setup lint
	$(BIN)/pytest -m "not browser and not postgres and not slow"

lint: $(TEST)
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

test-setup: setup $(TEST)
	@requirements/debian.sh

# A mirror or folder that one person's pip is set to must leave no trace in the locks.
COMPILE := env -u PIP_FIND_LINKS -u PIP_EXTRA_INDEX_URL PIP_CONFIG_FILE=/dev/null \
	CUSTOM_COMPILE_COMMAND="make lock" ../$(BIN)/pip-compile --quiet $(UPGRADE) \
	--generate-hashes --strip-extras --allow-unsafe --no-emit-options \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host

# make lock UPGRADE=--upgrade takes the newest of everything.
lock: $(TEST)
	cd requirements && $(COMPILE) --output-file run.txt run.in
	cd requirements && $(COMPILE) --output-file test.txt test.in

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	{ echo "Storybank needs Python 3.11 or later. Name one: make PYTHON=/path/to/python3 setup" >&2; exit 1; }
	@$(PYTHON) -m venv .venv || \
	{ rm -rf .venv; echo "Python cannot make a virtual environment here. On Debian: apt-get install python3-venv" >&2; exit 1; }

$(RUN): requirements/run.txt setup.cfg pyproject.toml | $(BIN)/python
	@echo "Installing what Storybank runs on (once; about half a minute)"
	@$(PIP) install --require-hashes -r requirements/run.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(TEST): requirements/test.txt $(RUN)
	@echo "Installing what the tests need (once)"
	@$(PIP) install --require-hashes -r requirements/test.txt
	@touch $@

$(ASSETS): requirements/assets.txt storybank/web/assets.py | $(RUN)
	@$(BIN)/python -P storybank/web/assets.py
	@touch $@

# Suggestions work without them too, so set-up goes on where they cannot be had.
$(VECTORS): requirements/language.txt storybank/learning/fetching.py | $(RUN)
	@$(BIN)/python -P storybank/learning/fetching.py
	@test ! -f $@ || touch $@
