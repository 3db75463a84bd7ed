# Two commands matter: `make demo` shows the product on the examples, `make test` checks everything.
# Both set up all that they need in .venv, on a machine that has Python 3.11+ and git.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready

.PHONY: demo test tools applied lint types contract unit case bench docs lock clean help

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | sort

$(STAMP): requirements-dev.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	$(BIN)/python -m compileall -q -x /cases/ src/seatrial
	@touch $@

demo: $(STAMP) ## a copy of the examples before, the plan in short, apply, and after; HTML of both
	@SEATRIAL=$(CURDIR)/$(BIN)/seatrial examples/demo.sh

test: tools lint types contract unit ## everything that CI checks

# promtool and amtool come with Debian only: the packages are unpacked, nothing is installed or started.
# curl and jq, which scripts in pipelines need, are installed where they are missing and we may.
tools: $(STAMP)
	@test -x $(BIN)/promtool || ! command -v apt-get > /dev/null || ( \
	  tmp=$$(mktemp -d) && chmod 755 $$tmp && cd $$tmp && \
	  ( apt-get download -qq prometheus prometheus-alertmanager 2> /dev/null || \
	    ( apt-get update -qq && apt-get download -qq prometheus prometheus-alertmanager ) ) && \
	  for deb in *.deb; do dpkg -x $$deb out; done && \
	  cp out/usr/bin/promtool out/usr/bin/amtool $(CURDIR)/$(BIN)/; rm -rf $$tmp )
	@command -v curl > /dev/null && command -v jq > /dev/null || [ "$$(id -u)" != 0 ] || ! command -v apt-get > /dev/null || \
	  ( apt-get update -qq && apt-get install -y -qq --no-install-recommends curl jq > /dev/null )
	@$(BIN)/promtool --version > /dev/null 2>&1 || echo "promtool is not here: tests that need it are skipped"

lint: $(STAMP) ## style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMP) ## mypy, strict
	$(BIN)/mypy

contract: $(STAMP) ## the architecture, as an import contract
	$(BIN)/lint-imports

unit: $(STAMP) ## all tests
	$(BIN)/pytest -q -n auto

case: $(STAMP) ## one case: make case C=rollback/clean [ACCEPT=1]
	$(BIN)/pytest -q tests/test_cases.py -k "$(C)" $(if $(ACCEPT),--accept)

bench: $(STAMP) ## ratios against other tools, side by side
	$(BIN)/python benchmarks/run.py

applied: $(STAMP) ## renew examples/applied, what `apply` makes of the examples
	$(BIN)/python -m tests.applied --write

docs: $(STAMP) ## rewrite the generated pages
	$(BIN)/python -m tests.pages --write

lock: ## renew the locks (needs uv)
	uv pip compile -q --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-header --group dev pyproject.toml -o requirements-dev.lock

clean: ## remove what the targets made
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis seatrial-report.html seatrial-before.html seatrial-after.html
