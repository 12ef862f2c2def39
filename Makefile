# Everything is set up by the targets themselves: a clean clone needs nothing by hand.
#   make demo     make test     make help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

# Debian packages that pip cannot give. chromium opens the HTML report the way a reader would; PostgreSQL (15 or later)
# and H2 carry out the Db2 scripts in place of a Db2; H2 and Spark need Java, and H2's functions of ours its compiler.
ENGINES := chromium fonts-dejavu-core postgresql libh2-java default-jdk-headless

.DEFAULT_GOAL := help
.PHONY: help demo test engines format sql vet fit lock coverage clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /\1 - /p' Makefile

demo: $(VENV)/.installed-run ## set up, then run the whole example on synthetic data for all of Wales
	@$(BIN)/cohort demo

# pytest comes last, so that its summary (with every skip counted) is the last thing on the screen. Its tests share
# nothing, so they run on all cores.
test: $(VENV)/.installed-test ## set up, then run every check: format, lint, types, layers, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n auto --dist loadgroup

engines: ## install the Debian packages that some tests need
	@command -v apt-get >/dev/null || { \
	  echo "make engines needs apt-get (Debian or Ubuntu). On other systems install by hand: $(ENGINES)." >&2; \
	  echo "Without them make test still runs; the tests that need them are skipped and counted." >&2; exit 1; }
	@if [ "$$(id -u)" = 0 ]; then as_root=""; else as_root="sudo"; fi; \
	  $$as_root apt-get update -qq \
	  && $$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(ENGINES)

format: $(VENV)/.installed-test ## rewrite the code in the project's format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

sql: $(VENV)/.installed-run ## write the committed SQL of every study in specs/, and its differences, afresh
	@for spec in $$(ls specs/*.yaml | grep -v "\.cases\.yaml"); do \
	  folder="sql/$$(basename "$$spec" .yaml)"; \
	  for dialect in db2 duckdb spark; do \
	    $(BIN)/cohort sql "$$spec" --dialect $$dialect --out "$$folder/$$dialect.sql" || exit 1; \
	  done; \
	  $(BIN)/cohort sql "$$spec" --dialect db2 --compare duckdb --out "$$folder/differences.md" || exit 1; \
	  $(BIN)/cohort profile "$$spec" --sql db2 --out "$$folder/quality/db2.sql" || exit 1; \
	done

vet: $(VENV)/.installed-test ## put every committed Db2 script through the gate, and write the vetting records afresh
	@for spec in $$(ls specs/*.yaml | grep -v "\.cases\.yaml"); do \
	  folder="sql/$$(basename "$$spec" .yaml)"; \
	  $(BIN)/cohort sql vet "$$spec" --script "$$folder/db2.sql" --out "$$folder" --strict || exit 1; \
	done

fit: $(VENV)/.installed-run ## write the fit of the synthetic data to published figures afresh
	$(BIN)/cohort synth --out data/synthetic_wales --fit synthetic

lock: ## resolve every dependency afresh and rewrite constraints.txt
	PYTHON="$(PYTHON)" sh scripts/lock.sh

coverage: $(VENV)/.installed-test ## run the tests and list the lines that none of them reaches
	$(BIN)/pytest --cov --cov-report=term-missing:skip-covered

clean: ## remove the virtual environment, caches and builds (results/ and data/ stay)
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp is older than the files it depends on only after they changed, so a second run installs nothing.
# The version is read from the package, and an editable install keeps a copy of it: hence version.py.
INSTALLED_FROM := pyproject.toml constraints.txt src/cohort/version.py

$(VENV)/.installed-run: $(INSTALLED_FROM) | $(BIN)/python
	$(PIP) install --quiet --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.installed-test: $(INSTALLED_FROM) | $(BIN)/python
	$(PIP) install --quiet --constraint constraints.txt --editable '.[test]'
	@touch $@ $(VENV)/.installed-run

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || { \
	  echo "Carfan needs Python 3.11 or newer; '$(PYTHON)' was not found. Name one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Carfan needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) -V 2>&1 | head -n 1). Name a newer one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  echo "The virtual environment could not be made. On Debian and Ubuntu the package python3-venv is needed." >&2; exit 1; }
