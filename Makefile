# Everything runs in $(VENV); `make VENV=elsewhere` puts it elsewhere, `make PYTHON=python3.12` chooses the interpreter.
VENV ?= .venv
BIN := $(VENV)/bin
REPORT ?= report
SHELL := /bin/sh

# One thread per process: the parallelism is over claims and tests.
export OMP_NUM_THREADS ?= 1
export OPENBLAS_NUM_THREADS ?= 1
export MPLBACKEND ?= agg
export PIP_DISABLE_PIP_VERSION_CHECK ?= 1

INPUTS := pyproject.toml constraints.txt proofs_check/__init__.py

.DEFAULT_GOAL := help
.PHONY: help verify test lint bench clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# The first interpreter that runs, is new enough and can make an environment. A shim may exist and fail when run.
$(BIN)/python:
	@for candidate in "$(PYTHON)" python3.13 python3.12 python3.11 python3; do \
	  "$$candidate" -c 'import sys; raise SystemExit(sys.version_info < (3, 11))' >/dev/null 2>&1 || continue; \
	  echo "making $(VENV) with $$candidate"; \
	  "$$candidate" -m venv "$(VENV)" && exit 0; \
	  rm -rf "$(VENV)"; \
	done; \
	echo "no Python 3.11 or later with venv was found; install one, or name it: make PYTHON=/path/to/python" >&2; \
	exit 1

$(VENV)/.installed: $(INPUTS) | $(BIN)/python
	$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[sdp]'
	@touch $@

$(VENV)/.installed-dev: $(INPUTS) | $(BIN)/python
	$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[dev,sdp]'
	@touch $@ $(VENV)/.installed

verify: $(VENV)/.installed ## set up, verify the whole catalogue, write report/index.html and report/verdicts.json
	@mkdir -p "$(REPORT)"
	@$(BIN)/proofs-check verify --budget quick --html "$(REPORT)" --json "$(REPORT)/verdicts.json"

test: $(VENV)/.installed-dev ## the whole test suite
	HYPOTHESIS_PROFILE=ci $(BIN)/python -m pytest -n 2 --dist loadgroup

lint: $(VENV)/.installed-dev ## style, format and types
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m mypy

bench: $(VENV)/.installed-dev ## run the benchmarks, whose figures the documents quote
	@set -e; for script in calibration false_alarms kernel_accuracy kernel_speed; do echo "== $$script"; $(BIN)/python benchmarks/$$script.py; done

clean: ## remove the environment, the report, the stored results and all caches
	rm -rf "$(VENV)" "$(REPORT)" .proofs-check .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
