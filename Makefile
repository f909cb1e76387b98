# Everything that a checkout can do; each target sets up what it needs.
#   make demo   the main job, against a private emulator
#   make test   every check
#   make docs   the documentation, into build/docs/site
PYTHON ?= python3.11
BIN := .venv/bin
PYENV_ROOT ?= $(HOME)/.pyenv

# The first interpreter of a version that answers, or nothing.
interpreter = $(firstword $(shell for p in python$(1) $(wildcard $(PYENV_ROOT)/versions/$(1).*/bin/python$(1)); do \
	"$$p" -c "" 2>/dev/null && command -v "$$p"; done))

.PHONY: demo test lint types layers docs unit other-pythons bench clean

demo: .venv/.cli
	$(BIN)/asyncsdk demo

test: lint types layers docs unit other-pythons

lint: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/.dev
	$(BIN)/mypy
	$(BIN)/pyright

layers: .venv/.dev
	$(BIN)/lint-imports --no-logo

docs: .venv/.docs
	$(BIN)/python docs/site/build.py

unit: .venv/.dev
	$(BIN)/pytest -q -n 4 --dist worksteal --cov --cov-report=
	$(BIN)/coverage report --omit 'asyncsdk/emulator/*,asyncsdk/cli/*,asyncsdk/api/*,asyncsdk/models/*' --fail-under 95 --format total

# Side by side: each waits more than it works. What starts processes, the command line, the emulator's contract,
# documents, type checkers and what takes long are left to the first interpreter.
CORE := tests/api tests/auth tests/cancellation tests/client tests/decoding tests/files tests/http tests/jobs \
	tests/limits tests/pagination tests/redaction tests/routing tests/transport tests/webhooks \
	tests/test_errors.py tests/test_linear_time.py tests/test_public_names.py
other-pythons: .venv/.dev
	@$(MAKE) --no-print-directory -j 2 python-3.12 python-3.13

python-%: FORCE
	@if [ -n "$(call interpreter,$*)" ]; then \
		test -f .venv-$*/.dev || { "$(call interpreter,$*)" -m venv .venv-$* && \
			.venv-$*/bin/pip install -qq --disable-pip-version-check -e ".[dev]" && touch .venv-$*/.dev; }; \
		.venv-$*/bin/pytest -q -n 2 --dist worksteal $(CORE) && echo "python$*: passed"; \
	else echo "python$*: not on this machine, left out"; fi

.venv/.cli: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install -qq --disable-pip-version-check -e ".[cli]"
	@touch $@

.venv/.dev: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install -qq --disable-pip-version-check -e ".[dev]"
	@touch $@ .venv/.cli

.venv/.docs: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install -qq --disable-pip-version-check -e ".[docs]"
	@touch $@

bench: .venv/.dev
	for program in typed_call import_time limiter pending_jobs poll_schedule upload bulk_upsert \
		bulk_strategies downloads; do \
		$(BIN)/python -m benchmarks.$$program || exit 1; done

clean:
	rm -rf build .venv .venv-* .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage*

FORCE:
