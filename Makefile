# Everything that a checkout can do; each target sets up what it needs.
#   make check  the inner loop: lint, types (mypy), layers and the fast tests, in a minute on two cores
#   make demo   the main job, against a private emulator
#   make test   every check
#   make browser  of these, the tests of the console and of the documentation in Chromium, where there is one
#   make long   more of the tests that kill and freeze processes: all points, in a quarter of an hour
#   make docs   the documentation, into build/docs/site
#   make docs-serve  the same, served at http://127.0.0.1:8000 (DOCS_PORT=8000)
PYTHON ?= python3.11
BIN := .venv/bin
PYENV_ROOT ?= $(HOME)/.pyenv
PYTEST := pytest -q --dist worksteal

# The tests in a browser are left out where there is no Chromium; with BROWSER=required that is red, as in CI.
BROWSER ?= optional

# Compiled modules are kept, even where the shell says otherwise: hundreds of processes of the tests load them.
unexport PYTHONDONTWRITEBYTECODE

# The first interpreter of a version that answers, or nothing.
interpreter = $(firstword $(shell for p in python$(1) $(wildcard $(PYENV_ROOT)/versions/$(1).*/bin/python$(1)); do \
	"$$p" -c "" 2>/dev/null && command -v "$$p"; done))

.PHONY: demo check test long lint types mypy layers docs docs-serve fast unit browser failed-alone other-pythons wheel test-wheel bench bench-table bench-plots bench-fleet bench-fleet-work clean

demo: .venv/.cli
	$(BIN)/asyncsdk demo

check: .venv/.dev
	@$(MAKE) --no-print-directory -k -j 4 fast mypy lint layers

# Beside the tests, one after the other, what needs none.
test: .venv/.dev .venv/.docs .venv/.browser
	@$(MAKE) --no-print-directory -k -j 2 unit types lint layers docs browser
	@$(MAKE) --no-print-directory other-pythons
	@$(BIN)/python -m tests.support.chromium

lint: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/codespell
	@draft=$$($(BIN)/towncrier build --draft 2>&1) || { echo "$$draft"; exit 1; }

types: mypy
	$(BIN)/pyright

mypy: .venv/.dev
	$(BIN)/mypy
	$(BIN)/mypy examples/*.py

layers: .venv/.dev
	$(BIN)/lint-imports --no-logo

docs: .venv/.docs
	$(BIN)/python docs/site/build.py

# On this machine alone, until Ctrl-C.
DOCS_PORT ?= 8000
docs-serve: docs
	@echo "Look at http://127.0.0.1:$(DOCS_PORT)/index.html; Ctrl-C ends it."
	@$(BIN)/python -m http.server --bind 127.0.0.1 --directory build/docs/site $(DOCS_PORT)

fast: .venv/.dev
	$(BIN)/$(PYTEST) -n 3 -m "not slow"

# Coverage costs half of the time again; the fast tests are enough to reach every line that is counted. What is done
# with Redis takes processes and time, so asyncsdk/redis and asyncsdk/fleet are not. Both runs are red if fewer tests
# with a real Redis passed than they hold, so that these cannot be left out in silence.
FAST_CACHE := build/fast-tests
SLOW_CACHE := build/slow-tests
WITH_REDIS := env -u ASYNCSDK_WITHOUT_REDIS ASYNCSDK_REDIS_TESTS
unit: .venv/.dev
	rm -rf $(FAST_CACHE) $(SLOW_CACHE)
	$(WITH_REDIS)=38 $(BIN)/$(PYTEST) -n 3 -m "not slow" --cov --cov-report= -o cache_dir=$(FAST_CACHE) || \
		$(MAKE) --no-print-directory failed-alone CACHE=$(FAST_CACHE)
	$(BIN)/coverage report --omit 'asyncsdk/emulator/*,asyncsdk/cli/*,asyncsdk/api/*,asyncsdk/models/*,asyncsdk/redis/*,asyncsdk/fleet/*' \
		--fail-under 95 --format total
	$(WITH_REDIS)=100 $(BIN)/$(PYTEST) -n 5 -m "slow and not long and not browser" -o cache_dir=$(SLOW_CACHE) || \
		$(MAKE) --no-print-directory failed-alone CACHE=$(SLOW_CACHE)

# Tests share the machine with up to ten others, so one that waits may wait too long. What failed there must pass
# alone; where no test failed and the run is red all the same, it stays red. CACHE is the folder of that run.
failed-alone:
	@echo "These tests failed while others ran beside them. Each is run again, alone:"
	$(BIN)/pytest -q -x -rA --show-capture no --last-failed --last-failed-no-failures none -o cache_dir=$(CACHE)
	@echo "They passed alone. A test that is named here often has a fault: see CONTRIBUTING.md."

# In one process, so that all share one browser; beside other tests, since a page mostly waits.
BROWSER_CACHE := build/browser-tests
browser: .venv/.browser docs
	rm -rf $(BROWSER_CACHE)
	$(if $(filter required,$(BROWSER)),ASYNCSDK_BROWSER_TESTS=54) $(BIN)/$(PYTEST) -m browser tests/browser \
		-o cache_dir=$(BROWSER_CACHE) || $(MAKE) --no-print-directory failed-alone CACHE=$(BROWSER_CACHE)

long: .venv/.dev
	$(BIN)/$(PYTEST) -n 4 -m long

# On other interpreters the fast tests, and the slow ones of what interpreters change: tasks that are cancelled, and
# processes. Side by side: each waits more than it works. Type checkers and documents are the first interpreter's.
CORE := tests/api tests/auth tests/cancellation tests/client tests/decoding tests/files tests/http tests/jobs \
	tests/limits tests/otel tests/pagination tests/redaction tests/routing tests/telemetry tests/testing \
	tests/transport tests/webhooks \
	tests/test_errors.py tests/test_linear_time.py tests/test_public_names.py
REST := tests/bulk tests/cli tests/conformance tests/downloads tests/emulator tests/fleet tests/probe tests/queue \
	tests/redis tests/uploads
CHANGING := tests/cancellation tests/auth/test_store_processes.py tests/auth/test_sessions_on_stores.py \
	tests/limits/test_rate_across_processes.py
other-pythons: .venv/.dev
	@$(MAKE) --no-print-directory -j 2 python-3.12 python-3.13

python-%: FORCE
	@if [ -n "$(call interpreter,$*)" ]; then \
		test -f .venv-$*/.dev || { "$(call interpreter,$*)" -m venv .venv-$* && \
			.venv-$*/bin/pip install -qq --disable-pip-version-check -e ".[dev]" && touch .venv-$*/.dev; }; \
		rm -rf build/tests-$*; \
		{ .venv-$*/bin/$(PYTEST) -n 2 -m "not slow" $(CORE) $(REST) -o cache_dir=build/tests-$* || \
			$(MAKE) --no-print-directory failed-alone CACHE=build/tests-$* BIN=.venv-$*/bin; } && \
		{ .venv-$*/bin/$(PYTEST) -n 2 -m "slow and not long" $(CHANGING) -o cache_dir=build/tests-$* || \
			$(MAKE) --no-print-directory failed-alone CACHE=build/tests-$* BIN=.venv-$*/bin; } && \
			echo "python$*: passed"; \
	else echo "python$*: not on this machine, left out"; fi

# The package as users get it: the wheel is built from the source distribution, and tested without the checkout.
WHEEL := .venv-wheel/bin
wheel: .venv-wheel/bin/python
	rm -rf dist
	$(WHEEL)/pip install -qq --disable-pip-version-check build
	$(WHEEL)/python -m build

test-wheel: .venv-wheel/bin/python
	rm -rf build/wheel && mkdir -p build/wheel
	cp -R tests docs examples README.md pyproject.toml build/wheel
	$(WHEEL)/pip install -qq --disable-pip-version-check "$$(echo dist/*.whl)[dev]"
	cd build/wheel && ../../$(WHEEL)/$(PYTEST) -n 4 $(CORE) $(REST)

.venv-wheel/bin/python:
	$(PYTHON) -m venv .venv-wheel

.venv/.cli: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install -qq --disable-pip-version-check -e ".[cli]"
	@touch $@

.venv/.dev: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install -qq --disable-pip-version-check -e ".[dev,guides]"
	@touch $@ .venv/.cli

.venv/.bench: pyproject.toml .venv/.dev
	$(BIN)/pip install -qq --disable-pip-version-check -e ".[bench]"
	@touch $@

.venv/.browser: pyproject.toml .venv/.dev
	$(BIN)/pip install -qq --disable-pip-version-check -e ".[browser]"
	@touch $@

.venv/.docs: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install -qq --disable-pip-version-check -e ".[docs]"
	@touch $@

# All that belongs to the table but the two below, in 20 minutes on a machine that does nothing else; valgrind is needed.
# Then the table and the plots are made of what they found.
bench: .venv/.bench
	for program in typed_call "typed_call --instructions" import_time limiter pending_jobs "pending_jobs --large" \
		poll_schedule upload bulk_upsert bulk_strategies downloads memory row_factory fast_tests; do \
		$(BIN)/python -m benchmarks.$$program || exit 1; done
	@$(MAKE) --no-print-directory bench-table bench-plots

# From the results that are there, in a second.
bench-table: .venv/.dev
	$(BIN)/python -m benchmarks.summary

bench-plots: .venv/.dev
	$(BIN)/python -m benchmarks.plots

# Real processes and a real Redis, next to other limiters: a quarter of an hour, on a machine that does nothing else.
bench-fleet: .venv/.bench
	$(BIN)/python -m benchmarks.fleet

# The same of work that moves from a dead process to another: half an hour, on a machine that does nothing else.
bench-fleet-work: .venv/.dev
	$(BIN)/python -m benchmarks.fleet_work

clean:
	rm -rf build dist .venv .venv-* .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage*

FORCE:
