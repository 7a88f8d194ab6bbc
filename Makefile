# `make` alone says what there is. Everything works from a fresh clone; nothing is installed outside .venv but
# the Debian packages that `make test` needs.

VENV    := .venv
BIN     := $(VENV)/bin
PIP     := $(BIN)/python -m pip -qq --disable-pip-version-check --no-input
DEV     := deploy/dev
SERVICES := $(notdir $(patsubst %/service.py,%,$(wildcard services/*/service.py)))
ASK     := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))

# The first Python on the PATH that the programme supports; `make PYTHON=/path/to/python run` decides instead.
PYTHON  ?= $(firstword $(foreach name,python3 python3.13 python3.12 python3.11,\
             $(shell $(name) -c '$(ASK)' >/dev/null 2>&1 && command -v $(name))))

.DEFAULT_GOAL := help
.PHONY: help run test check suites suite-alone suite-together suite-postgres faults bench golden docs lock screenshots clean

help:  ## print this list
	@echo "Bình An – make TARGET:"
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/.runtime  ## start the four consoles with the demo ward: one process, SQLite in var/
	@$(BIN)/binhan run

test: $(VENV)/.tests  ## every check and test, on SQLite, then on PostgreSQL and RabbitMQ
	@$(MAKE) --no-print-directory check
	$(BIN)/python $(DEV) install
	$(BIN)/python $(DEV) run -- $(MAKE) --no-print-directory suites

check: $(VENV)/.tests  ## style, types, who may import whom, the law files, generated documents
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	MYPYPATH=$(DEV) $(BIN)/mypy $(DEV)
	$(BIN)/lint-imports
	$(BIN)/binhan law check
	$(BIN)/python -m contracts.documents --check
	$(BIN)/python -m services.reporting.indicators.documents --check
	$(BIN)/python -m services.registry.permissions.document --check

# The runs share nothing but the processors, so they go side by side; each prints when it is done.
suites: $(VENV)/.tests tests/tools/node_modules
	@$(MAKE) --no-print-directory --jobs=3 --output-sync=target suite-alone suite-postgres suite-together

# What belongs to one service is tested where the others are absent; the rest, with all of them there.
suite-alone:
	$(BIN)/python -m tests.architecture.alone

suite-together:
	$(BIN)/pytest --database=sqlite -m "not broker" $(SERVICES:%=--ignore=tests/%)

suite-postgres:
	$(BIN)/pytest --database=postgres -m "not browser and not once"

faults: $(VENV)/.tests  ## kill, restart, duplicate, delay: nothing lost, nothing doubled (5 to 8 minutes)
	$(BIN)/python $(DEV) install
	$(BIN)/python -m tests.faults

bench: $(VENV)/.bench  ## one table of ratios, measured side by side with the peers
	$(BIN)/python $(DEV) run -- $(BIN)/python -m tests.bench

golden: $(VENV)/.tests  ## write the stored schemas of the events anew
	$(BIN)/python -m contracts.golden

docs: $(VENV)/.tests  ## write the generated documents anew
	$(BIN)/python -m contracts.documents
	$(BIN)/python -m services.reporting.indicators.documents
	$(BIN)/python -m services.registry.permissions.document

screenshots: $(VENV)/.tests  ## pictures of the four consoles, 1280 and 390 pixels wide, in var/screenshots
	$(BIN)/python $(DEV) install
	$(BIN)/python -m tests.browser.screenshots

COMPILE := $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
           --no-header --no-annotate --no-emit-index-url --no-emit-find-links --upgrade

lock: $(VENV)/.tests  ## resolve the dependencies of pyproject.toml anew
	$(COMPILE) --group build -o requirements.lock
	$(COMPILE) --group build --group test -c requirements.lock -o requirements-test.lock
	$(COMPILE) --group build --group test --group bench -c requirements-test.lock -o requirements-bench.lock

clean:  ## remove what was installed and built; keeps var/, the data
	-test ! -d .test-services || $(PYTHON) $(DEV) down
	rm -rf $(VENV) build *.egg-info .test-services tests/tools/node_modules
	rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Installed once, and again when the list of packages changes.

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Bình An needs Python 3.11, 3.12 or 3.13; none was found on the PATH." \
	    "Install one, or name it: make PYTHON=/path/to/python3.11 run" >&2; exit 1; }
	@$(PYTHON) -c '$(ASK)' || { echo "Bình An needs Python 3.11, 3.12 or 3.13;" \
	    "$(PYTHON) is `$(PYTHON) --version 2>&1`." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "Python's venv module is incomplete:" \
	    "on Debian, install the package python3-venv." >&2; exit 1; }

$(VENV)/.runtime: requirements.lock pyproject.toml | $(BIN)/python
	@echo "installing into $(VENV) …"
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.tests: requirements-test.lock $(VENV)/.runtime
	@echo "installing what the tests need …"
	@$(PIP) install --require-hashes -r requirements-test.lock
	@touch $@

$(VENV)/.bench: requirements-bench.lock $(VENV)/.tests
	@$(PIP) install --require-hashes -r requirements-bench.lock
	@touch $@

tests/tools/node_modules: tests/tools/package-lock.json
	npm ci --prefix tests/tools --no-audit --no-fund --ignore-scripts
	@touch $@
