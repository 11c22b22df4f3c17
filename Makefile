# The doors to everything. `make help` lists them.

PORT ?= 8000
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HOLES := .holes
PYTEST := $(BIN)/python -m pytest
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes
TRANSLATIONS := $(VENV)/.translations
COMPILE := $(BIN)/uv pip compile pyproject.toml --quiet --generate-hashes --no-strip-extras --no-emit-index-url \
	--no-header --python-version 3.11
CODE := marketplace config.py encryption.py wsgi.py benchmarks deploy migrations tests

# What was compiled once is kept: else each process that is started compiles a thousand files anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
ifndef SIDE_BY_SIDE
.NOTPARALLEL:
endif
.PHONY: help run test check bench source style types contracts words quick pages sqlite postgresql browser \
	printing machine install install-dev format lock known-holes clean

help: ## lists what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

run: $(VENV)/.runtime printing $(TRANSLATIONS) ## the marketplace on http://127.0.0.1:8000 (PORT=…), with demonstration data
	@exec $(BIN)/python -m deploy.run --port $(PORT)

test: install-dev printing machine source sqlite postgresql browser ## everything, on SQLite and PostgreSQL and in a browser

check: install-dev printing source quick ## the quick loop

bench: install-dev $(TRANSLATIONS) ## measures, and writes benchmarks/results/*.json
	$(BIN)/python -m benchmarks
	$(BIN)/python -m benchmarks search
	$(BIN)/python -m benchmarks office

# Types take one core as long as all others together take another.
source:
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=target SIDE_BY_SIDE=yes types style contracts words

style:
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/djlint --quiet --lint templates

types:
	$(BIN)/mypy

contracts:
	$(BIN)/lint-imports --no-logo

words: $(TRANSLATIONS)
	$(PYTEST) -q -p no:randomly tests/structure/test_words.py

quick: $(TRANSLATIONS)
	$(PYTEST) -q -n 2 -m "not slow" --ignore tests/structure/test_words.py

pages: $(TRANSLATIONS) ## every page and paper, for whoever works at templates
	$(PYTEST) -q -n 2 tests/pages tests/documents

sqlite: $(TRANSLATIONS)
	$(PYTEST) -q -n 2 -m "not machines" --ignore tests/browser --database sqlite

postgresql: $(TRANSLATIONS)
	$(PYTEST) -q -n 2 -m "not one_database" --ignore tests/browser --database postgresql

browser: $(TRANSLATIONS)
	$(PYTEST) -q -n 2 tests/browser

printing:
	@PYTHON=$(PYTHON) deploy/ensure.sh printing

machine:
	@deploy/ensure.sh browsers

install: $(VENV)/.runtime $(TRANSLATIONS) ## the virtual environment with what the marketplace needs

install-dev: $(VENV)/.development ## … and what its developers need

format: $(VENV)/.development ## brings everything into the one style
	$(BIN)/ruff check --fix-only --quiet $(CODE)
	$(BIN)/ruff format $(CODE)

lock: $(VENV)/.development ## pins the newest versions that pyproject.toml allows
	$(COMPILE) --upgrade --output-file requirements.txt
	$(COMPILE) --upgrade --constraint requirements.txt --extra dev --output-file requirements-dev.txt
	$(subst pyproject.toml,--group holes,$(COMPILE)) --upgrade --constraint requirements-dev.txt \
		--output-file requirements-holes.txt

known-holes: $(HOLES)/.installed ## asks whether anything we use has a known hole; fails if so, and if nobody could say
	@$(HOLES)/bin/python -m deploy.known_holes

clean: ## removes everything that can be made again; keeps instance/ and its data
	rm -rf $(VENV) $(HOLES) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	rm -rf marketplace/translations/*/LC_MESSAGES .coverage
	find marketplace migrations tests benchmarks deploy -name __pycache__ -prune -exec rm -rf {} +

$(BIN)/python:
	@PYTHON=$(PYTHON) deploy/ensure.sh python
	@echo "Making the virtual environment …"
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements.txt | $(BIN)/python
	@echo "Installing the locked dependencies …"
	@$(PIP) --requirement requirements.txt
	@touch $@

$(VENV)/.development: requirements-dev.txt | $(BIN)/python
	@echo "Installing the locked dependencies for development …"
	@$(PIP) --requirement requirements-dev.txt
	@touch $@ $(VENV)/.runtime

# Apart from the others: a node that looks at itself needs none of what its developers need.
$(HOLES)/.installed: requirements-holes.txt
	@PYTHON=$(PYTHON) deploy/ensure.sh python
	@$(PYTHON) -m venv --clear $(HOLES)
	@$(HOLES)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement $<
	@touch $@

$(TRANSLATIONS): $(wildcard marketplace/translations/*/*.po) marketplace/translations/merge.py | $(VENV)/.runtime
	@$(BIN)/python -m marketplace.translations.merge >/dev/null
	@touch $@
