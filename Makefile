# Every target works from a fresh clone: it sets up .venv once and is quick when that is done.
# Needs Python 3.11 or newer, make (3.81 or newer) and git.

.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP = $(BIN)/python -m pip install -q --disable-pip-version-check

# What a user passes is data, never make or shell text: taken unexpanded, handed over in the environment.
override TAPE := $(value TAPE)
override PAYMENTS := $(value PAYMENTS)
override AS_OF := $(value AS_OF)
override OBSERVED_THROUGH := $(value OBSERVED_THROUGH)
override ASSUMPTIONS := $(value ASSUMPTIONS)
override MODEL := $(value MODEL)
override OUT := $(value OUT)
override RESOLUTIONS := $(value RESOLUTIONS)
override CONFIG := $(value CONFIG)
override TUNE := $(value TUNE)
override OLD := $(value OLD)
override NEW := $(value NEW)
override SELLER := $(value SELLER)
override SHEET := $(value SHEET)
override MAPPING := $(value MAPPING)
override LOAN := $(value LOAN)
override HTML := $(value HTML)
override VERSION := $(value VERSION)
override FORCE := $(value FORCE)
override WHY := $(value WHY)
export TAPE PAYMENTS AS_OF OBSERVED_THROUGH ASSUMPTIONS MODEL OUT RESOLUTIONS CONFIG TUNE OLD NEW SELLER SHEET MAPPING LOAN HTML VERSION FORCE WHY
# Relative paths count from where the user stands, also under make -C.
override NOTEBID_CWD := $(value PWD)
export NOTEBID_CWD

.PHONY: help score map diff explain train promote rollback sync ui test test-slow test-all lint format docs lock clean

help: ## List the targets
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile
	@echo
	@echo "  make score TAPE=tape.xlsx PAYMENTS=payments.csv AS_OF=2026-06-30 SHEET=Tape MAPPING=mappings/acme.toml ASSUMPTIONS=my.toml MODEL=... OUT=folder"
	@echo "  make map TAPE=tape.xlsx SELLER=acme SHEET=Tape MAPPING=mappings/acme.toml AS_OF=2026-06-30"
	@echo "  make diff OLD=may.xlsx NEW=june.xlsx ASSUMPTIONS=my.toml MODEL=... OUT=folder"
	@echo "  make explain LOAN=1001 TAPE=tape.xlsx PAYMENTS=payments.csv SELLER=acme MODEL=... HTML=why.html"
	@echo "  make train RESOLUTIONS=resolutions.xlsx PAYMENTS=payments.csv SHEET=Notes MAPPING=mappings/own.toml OBSERVED_THROUGH=2026-06-30 CONFIG=my.toml TUNE=10"
	@echo "  make promote VERSION=3 FORCE=yes WHY='the reason'"
	@echo "  make rollback WHY='the reason'"

score: $(VENV)/.runtime ## Bid a tape (TAPE=...); without one, the example tape
	@set --; \
	if [ -n "$$PAYMENTS" ]; then set -- "$$@" "--payments=$$PAYMENTS"; fi; \
	if [ -n "$$AS_OF" ]; then set -- "$$@" "--as-of=$$AS_OF"; fi; \
	if [ -n "$$ASSUMPTIONS" ]; then set -- "$$@" "--assumptions=$$ASSUMPTIONS"; fi; \
	if [ -n "$$MODEL" ]; then set -- "$$@" "--model=$$MODEL"; fi; \
	if [ -n "$$SHEET" ]; then set -- "$$@" "--sheet=$$SHEET"; fi; \
	if [ -n "$$MAPPING" ]; then set -- "$$@" "--mapping=$$MAPPING"; fi; \
	if [ -n "$$OUT" ]; then set -- "$$@" "--out=$$OUT"; fi; \
	if [ -n "$$TAPE" ]; then set -- "$$@" -- "$$TAPE"; fi; \
	$(BIN)/python -m cli score "$$@"

map: $(VENV)/.runtime ## Show what each column of a tape (TAPE=... or RESOLUTIONS=...) is taken for, and write it down to review
	@if [ -n "$$TAPE" ] && [ -n "$$RESOLUTIONS" ]; then echo "make map: give TAPE= or RESOLUTIONS=, not both" >&2; exit 2; fi; \
	set --; \
	if [ -n "$$PAYMENTS" ]; then set -- "$$@" "--payments=$$PAYMENTS"; fi; \
	if [ -n "$$AS_OF" ]; then set -- "$$@" "--as-of=$$AS_OF"; fi; \
	if [ -n "$$SELLER" ]; then set -- "$$@" "--seller=$$SELLER"; fi; \
	if [ -n "$$SHEET" ]; then set -- "$$@" "--sheet=$$SHEET"; fi; \
	if [ -n "$$MAPPING" ]; then set -- "$$@" "--mapping=$$MAPPING"; fi; \
	if [ -n "$$OUT" ]; then set -- "$$@" "--out=$$OUT"; fi; \
	if [ -n "$$OBSERVED_THROUGH" ]; then set -- "$$@" "--observed-through=$$OBSERVED_THROUGH"; fi; \
	if [ -n "$$RESOLUTIONS" ]; then set -- "$$@" --resolutions; fi; \
	$(BIN)/python -m cli map "$$@" -- "$${RESOLUTIONS:-$$TAPE}"

diff: $(VENV)/.runtime ## Compare a tape that was sent again (NEW=...) with the last one (OLD=...)
	@set --; \
	if [ -n "$$ASSUMPTIONS" ]; then set -- "$$@" "--assumptions=$$ASSUMPTIONS"; fi; \
	if [ -n "$$MODEL" ]; then set -- "$$@" "--model=$$MODEL"; fi; \
	if [ -n "$$OUT" ]; then set -- "$$@" "--out=$$OUT"; fi; \
	$(BIN)/python -m cli diff "$$@" -- "$$OLD" "$$NEW"

explain: $(VENV)/.runtime ## Say why a note (LOAN=...) has its odds, and what became of notes like it
	@set --; \
	if [ -n "$$TAPE" ]; then set -- "$$@" "--tape=$$TAPE"; fi; \
	if [ -n "$$PAYMENTS" ]; then set -- "$$@" "--payments=$$PAYMENTS"; fi; \
	if [ -n "$$AS_OF" ]; then set -- "$$@" "--as-of=$$AS_OF"; fi; \
	if [ -n "$$SELLER" ]; then set -- "$$@" "--seller=$$SELLER"; fi; \
	if [ -n "$$ASSUMPTIONS" ]; then set -- "$$@" "--assumptions=$$ASSUMPTIONS"; fi; \
	if [ -n "$$MODEL" ]; then set -- "$$@" "--model=$$MODEL"; fi; \
	if [ -n "$$SHEET" ]; then set -- "$$@" "--sheet=$$SHEET"; fi; \
	if [ -n "$$MAPPING" ]; then set -- "$$@" "--mapping=$$MAPPING"; fi; \
	if [ -n "$$HTML" ]; then set -- "$$@" "--html=$$HTML"; fi; \
	$(BIN)/python -m cli explain "$$@" -- "$$LOAN"

train: $(VENV)/.runtime ## Train on your resolutions (RESOLUTIONS=...), or the made example data; TUNE=MINUTES looks for better settings first
	@set --; \
	if [ -n "$$PAYMENTS" ]; then set -- "$$@" "--payments=$$PAYMENTS"; fi; \
	if [ -n "$$AS_OF" ]; then set -- "$$@" "--as-of=$$AS_OF"; fi; \
	if [ -n "$$SHEET" ]; then set -- "$$@" "--sheet=$$SHEET"; fi; \
	if [ -n "$$MAPPING" ]; then set -- "$$@" "--mapping=$$MAPPING"; fi; \
	if [ -n "$$OBSERVED_THROUGH" ]; then set -- "$$@" "--observed-through=$$OBSERVED_THROUGH"; fi; \
	if [ -n "$$CONFIG" ]; then set -- "$$@" "--config=$$CONFIG"; fi; \
	if [ -n "$$TUNE" ]; then set -- "$$@" "--tune=$$TUNE"; fi; \
	if [ -n "$$RESOLUTIONS" ]; then set -- "$$@" -- "$$RESOLUTIONS"; fi; \
	$(BIN)/python -m cli train "$$@"

promote: $(VENV)/.runtime ## Make a version (VERSION=...) the champion by its gate, or against it (FORCE=yes WHY=...)
	@set --; \
	if [ -n "$$FORCE" ]; then set -- "$$@" --force; fi; \
	if [ -n "$$WHY" ]; then set -- "$$@" "--why=$$WHY"; fi; \
	if [ -n "$$VERSION" ]; then set -- "$$@" -- "$$VERSION"; fi; \
	$(BIN)/python -m cli promote "$$@"

rollback: $(VENV)/.runtime ## Go back to the champion before (WHY=...)
	@set --; \
	if [ -n "$$WHY" ]; then set -- "$$@" "--why=$$WHY"; fi; \
	$(BIN)/python -m cli rollback "$$@"

sync: $(VENV)/.runtime ## Log and register what the store could not take when it was trained
	@$(BIN)/python -m cli sync

ui: $(VENV)/.runtime ## Open the MLflow page on the project's own store (this machine only)
	@MLFLOW_DISABLE_TELEMETRY=true $(BIN)/python -m cli ui

test: $(VENV)/.dev ## Run the tests, without the slow ones
	@OMP_NUM_THREADS=1 $(BIN)/python -m pytest -q -n 2

test-slow: $(VENV)/.dev ## Run the slow tests alone
	@OMP_NUM_THREADS=1 $(BIN)/python -m pytest -q -n 2 -m slow

test-all: $(VENV)/.dev ## Run every test
	@OMP_NUM_THREADS=1 $(BIN)/python -m pytest -q -n 2 -m "slow or not slow"

lint: $(VENV)/.dev ## Check style, types, layers and the locks
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@! grep -nE 'https?://|file:' *.lock benchmarks/*.lock

format: $(VENV)/.dev ## Put the code into the project's form
	@$(BIN)/ruff check --fix-only .
	@$(BIN)/ruff format .

docs: $(VENV)/.dev ## Write the generated pages of docs/ anew
	@$(BIN)/python -m cli docs

lock: $(VENV)/.dev ## Resolve the locks anew from pyproject.toml
	@$(BIN)/uv pip compile pyproject.toml --group build $(LOCK_FLAGS) -o requirements.lock
	@$(BIN)/uv pip compile pyproject.toml --extra agency --group dev $(LOCK_FLAGS) -c requirements.lock -o dev.lock
	@$(BIN)/uv pip compile pyproject.toml benchmarks/bench.in --group build $(LOCK_FLAGS) -c requirements.lock -o benchmarks/bench.lock

clean: ## Remove what the targets made, your models and bids excepted
	@rm -rf $(VENV) .mypy_cache .ruff_cache .hypothesis .import_linter_cache

LOCK_FLAGS := --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url

# $(1): the lock.  uv installs in seconds; where it cannot be had, plain pip does the same in a minute or two.
define install
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "notebid needs Python 3.11 or newer; say which with PYTHON=/path/to/python3.11" >&2; exit 1; }
	@echo "notebid: setting up .venv from $(1) (once)" >&2
	@test -x $(BIN)/pip || $(PYTHON) -m venv --clear $(VENV) # pip comes last: without it the making was cut short
	@{ $(PIP) --require-hashes -r bootstrap.lock \
		&& $(BIN)/uv pip sync -q --system-certs --python $(BIN)/python --require-hashes $(1); } \
		|| $(PIP) --require-hashes -r $(1)
	@$(PIP) --no-deps --no-build-isolation -e .
endef

$(VENV)/.runtime: requirements.lock bootstrap.lock pyproject.toml
	$(call install,requirements.lock)
	@rm -f $(VENV)/.dev
	@touch $@

$(VENV)/.dev: dev.lock requirements.lock bootstrap.lock pyproject.toml
	$(call install,dev.lock)
	@touch $(VENV)/.runtime $@
