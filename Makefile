# Everything that a checkout can do; each target sets up what it needs. `make help` shows these lines.
#   make check  the inner loop: lint, types (mypy), layers and the fast tests, in a minute on two cores
#   make demo   the main job, against a private emulator
#   make test   every check
#   make browser  of these, the tests of the console and of the documentation in Chromium, where there is one
#   make coverage  the fast tests, and whether they reach what they must
#   make long   more of the tests that kill and freeze processes: all points, in a quarter of an hour
#   make docs   the documentation, into build/docs/site
#   make docs-serve  the same, served at http://127.0.0.1:8000 (DOCS_PORT=8000)
#   make bench  the benchmarks but those of many processes, their table and their plots, in 20 minutes
PYTHON ?= python3.11
BIN := .venv/bin
PYENV_ROOT ?= $(HOME)/.pyenv
PYTEST := pytest -q --dist worksteal
# Modules are compiled as they are used: pip would compile all of them, which takes longer than to fetch them.
PIP := pip install -qq --disable-pip-version-check --no-compile

# The tests in a browser are left out where there is no Chromium; with BROWSER=required that is red, as in CI.
BROWSER ?= optional

# Compiled modules are kept, even where the shell says otherwise: hundreds of processes of the tests load them.
unexport PYTHONDONTWRITEBYTECODE

# The first interpreter of a version that answers, or nothing.
interpreter = $(firstword $(shell for p in python$(1) $(wildcard $(PYENV_ROOT)/versions/$(1).*/bin/python$(1)); do \
	"$$p" -c "" 2>/dev/null && command -v "$$p"; done))

.PHONY: help demo check test long lint types mypy layers docs docs-serve fast coverage unit fast-tests slow-tests browser \
	browser-tests other-pythons failed-alone wheel test-wheel bench bench-table bench-plots bench-fleet bench-fleet-work clean

demo: .venv/.cli
	$(BIN)/asyncsdk demo

help:
	@sed -n 's/^#   \(make [a-z-]*\) */\1: /p' Makefile

check: .venv/.dev
	@$(MAKE) --no-print-directory -k -j 4 fast mypy lint layers

# One of them that is not on this machine is left out, and says so. 3.15 is tested by `make tests-on-3.15` alone until
# nanoarrow has a wheel for it: without one its installation takes a C++ compiler, and minutes.
# `make tests-on-3.14t` runs them without the GIL.
OTHERS := tests-on-3.12 tests-on-3.13 tests-on-3.14

# Three at a time, in this order: the slow tests take longest, but wait more than they work, so all the rest runs
# beside them.
test: .venv/.test
	@rm -rf $(TESTS)
	@$(MAKE) --no-print-directory -k -j 3 slow-tests types fast-tests lint layers docs browser-tests \
		$(OTHERS); \
		checked=$$?; $(MAKE) --no-print-directory failed-alone && exit $$checked
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
	@$(BIN)/python docs/site/serve.py $(DOCS_PORT)

fast: .venv/.dev
	$(BIN)/$(PYTEST) -n 3 -m "not slow"

# One run of tests, for $(call run-tests,NAME,FOLDER OF PROGRAMS,ARGUMENTS): what failed in it is run again at the end.
TESTS := build/tests
run-tests = mkdir -p $(TESTS) && \
	if $(2)/$(PYTEST) -o cache_dir=$(TESTS)/$(1) $(3); then echo "Tests $(1): passed"; \
	else echo "Tests $(1): failed"; echo $(2) > $(TESTS)/$(1).red; fi

unit: .venv/.dev
	@rm -rf $(TESTS)
	@$(MAKE) --no-print-directory -k -j 2 slow-tests fast-tests
	@$(MAKE) --no-print-directory failed-alone

browser: .venv/.browser
	@rm -rf $(TESTS)
	@$(MAKE) --no-print-directory browser-tests
	@$(MAKE) --no-print-directory failed-alone

# Both runs are red if fewer tests with a real Redis passed than they hold, so that these cannot be left out in silence.
WITH_REDIS := unset ASYNCSDK_WITHOUT_REDIS; export ASYNCSDK_REDIS_TESTS
fast-tests: .venv/.dev
	$(WITH_REDIS)=38; $(call run-tests,fast,$(BIN),-n 3 -m "not slow")

# It costs half of the time again, so it is no part of the checks before each change. The fast tests are enough to reach
# every line that is counted; what is done with Redis takes processes and time, so asyncsdk/redis and asyncsdk/fleet
# are not counted.
coverage: .venv/.dev
	$(BIN)/$(PYTEST) -n 3 -m "not slow" --cov --cov-report=
	$(BIN)/coverage report --fail-under 95 --format total

slow-tests: .venv/.dev
	$(WITH_REDIS)=100; $(call run-tests,slow,$(BIN),-n 5 -m "slow and not long and not browser")

# Tests share the machine with up to ten others, so one that waits may wait too long. What failed there must pass
# alone; where no test failed and a run is red all the same, it stays red.
failed-alone:
	@red=0; for run in $(TESTS)/*.red; do test -f "$$run" || continue; \
		echo "Tests failed while others ran beside them ($$(basename "$$run" .red)). Each is run again, alone:"; \
		"$$(cat "$$run")/pytest" -q -x -rA --show-capture no --last-failed --last-failed-no-failures none \
			-o cache_dir="$${run%.red}" || { red=1; continue; }; \
		echo "They passed alone. A test that is named here often has a fault: see CONTRIBUTING.md."; \
	done; exit $$red

# In one process, so that all share one browser; beside other tests, since a page mostly waits.
browser-tests: .venv/.browser docs
	$(if $(filter required,$(BROWSER)),export ASYNCSDK_BROWSER_TESTS=54;) \
		$(call run-tests,browser,$(BIN),-m browser tests/browser)

long: .venv/.dev
	$(BIN)/$(PYTEST) -n 4 -m long

# On other interpreters the fast tests, and the slow ones of what interpreters change: tasks that are cancelled, and
# processes. Side by side: each waits more than it works. Type checkers and documents are the first interpreter's; on
# one between the oldest and the newest ones, the core is enough.
CORE := tests/api tests/auth tests/cancellation tests/client tests/decoding tests/files tests/http tests/jobs \
	tests/limits tests/otel tests/pagination tests/redaction tests/routing tests/telemetry tests/testing \
	tests/transport tests/webhooks \
	tests/test_errors.py tests/test_linear_time.py tests/test_public_names.py tests/test_shared_task.py
REST := tests/bulk tests/cli tests/conformance tests/downloads tests/emulator tests/fleet tests/probe tests/queue \
	tests/redis tests/uploads
CHANGING := tests/cancellation tests/auth/test_store_processes.py tests/auth/test_sessions_on_stores.py \
	tests/limits/test_rate_across_processes.py
other-pythons:
	@rm -rf $(TESTS)
	@$(MAKE) --no-print-directory -j 2 $(OTHERS)
	@$(MAKE) --no-print-directory failed-alone

tests-on-3.12: REST :=

# Without the GIL (python3.14t): nanoarrow's wheel would switch it on again, and orjson and polars have no build.
EXTRA := test
tests-on-%t: EXTRA := test-free-threaded
tests-on-%t: export PYTHON_GIL := 0
tests-on-%: FORCE
	@if [ -n "$(call interpreter,$*)" ]; then \
		test -f .venv-$*/.test || { "$(call interpreter,$*)" -m venv .venv-$* && \
			.venv-$*/bin/$(PIP) -e ".[$(EXTRA)]" && touch .venv-$*/.test; } && \
		$(call run-tests,python-$*,.venv-$*/bin,-n 2 -m "not slow" $(CORE) $(REST)) && \
		$(call run-tests,python-$*-slow,.venv-$*/bin,-n 2 -m "slow and not long" $(CHANGING)); \
	else echo "python$*: not on this machine, left out"; fi

# The package as users get it: the wheel is built from the source distribution, and tested without the checkout.
WHEEL := .venv-wheel/bin
wheel: .venv-wheel/bin/python
	rm -rf dist
	$(WHEEL)/$(PIP) build
	$(WHEEL)/python -m build

test-wheel: .venv-wheel/bin/python
	rm -rf build/wheel && mkdir -p build/wheel
	cp -R tests docs examples README.md pyproject.toml build/wheel
	$(WHEEL)/$(PIP) "$$(echo dist/*.whl)[test]"
	cd build/wheel && ../../$(WHEEL)/$(PYTEST) -n 4 $(CORE) $(REST)

.venv-wheel/bin/python:
	$(PYTHON) -m venv .venv-wheel

.venv/.cli: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/$(PIP) -e ".[cli]"
	@touch $@

.venv/.dev: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/$(PIP) -e ".[dev,guides]"
	@touch $@ .venv/.cli

.venv/.bench: pyproject.toml .venv/.dev
	$(BIN)/$(PIP) -e ".[bench]"
	@touch $@

.venv/.test: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/$(PIP) -e ".[dev,guides,docs,browser]"
	@touch .venv/.cli .venv/.dev .venv/.docs .venv/.browser $@

.venv/.browser: pyproject.toml .venv/.dev
	$(BIN)/$(PIP) -e ".[browser]"
	@touch $@

.venv/.docs: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/$(PIP) -e ".[docs]"
	@touch $@

# All that belongs to the table but the two below, in 20 minutes on a machine that does nothing else; valgrind is needed.
# Then the table and the plots are made of what they found. Last come those that simulate, which noise does not touch.
bench: .venv/.bench
	for program in typed_call "typed_call --instructions" import_time pending_jobs "pending_jobs --large" upload \
		bulk_upsert downloads memory row_factory fast_tests limiter poll_schedule bulk_strategies; do \
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
