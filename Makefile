# SafeGrid needs Python ≥ 3.11 and make; everything else it brings into .venv and pwa/node_modules.
.POSIX:
.DEFAULT_GOAL := help
PY := .venv/bin/python
NPM := PATH="$$(.ci/node):$$PATH" npm --prefix pwa --loglevel=error
STAMPS := var/stamps
# Hundreds of processes are started here: none should compile every module anew.
unexport PYTHONDONTWRITEBYTECODE
# One more at a time than the smallest machine has cores: whoever waits for a browser, a process or a
# lock leaves one idle. Whole files, the longest first (tests/order.py); in the browser test by test,
# each worker has a county of its own. What breaks things must not starve: one less.
AT_ONCE := -n 3
BY_FILE := --dist loadfile --no-loadscope-reorder
FILES := $(AT_ONCE) $(BY_FILE)
FAULTS := -n 2 $(BY_FILE)
# Whoever asks for hours need not be shown after five minutes where they are spent.
LONG := -o faulthandler_timeout=0
SCENES := $(AT_ONCE) --dist load --maxschedchunk 1
# Tests of generated files and of the shape of the code: `make check` runs them, and who has just
# done that (CHECKED=1: .ci/run) need not again.
SHAPE := tests/test_contract.py tests/test_architecture.py
REST := --ignore tests/e2e --ignore tests/faults $(if $(CHECKED),$(SHAPE:%=--ignore %))
PWA_SOURCES := $(shell find pwa/src pwa/public pwa/*.html pwa/*.ts pwa/pack.mjs pwa/package.json -type f 2>/dev/null)

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

run: python-run $(STAMPS)/pages ## the demo county on http://127.0.0.1:8000, with everything it needs
	@$(PY) -m app.cli run $(if $(PORT),--port $(PORT)) $(if $(SEED),--seed $(SEED))

test: python-dev $(STAMPS)/pages ## every test: vitest, pytest, real Chromium
	@.ci/chromium
	@$(NPM) test
	@PATH="$$(.ci/node):$$PATH" $(PY) -m pytest $(FILES) $(REST)
	@$(PY) -m pytest $(SCENES) tests/e2e

deep: ## every test with nothing left out of the matrix, the migrations, the files; before a release
	@SAFEGRID_TEST_DEPTH=deep $(MAKE) --no-print-directory test

check: python-dev ## linters, types, generated files
	@$(MAKE) --no-print-directory -j 2 --output-sync=target check-python check-pages check-around check-lint check-contract

check-python:
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy

check-lint: $(STAMPS)/modules
	@$(NPM) run lint

check-pages: $(STAMPS)/modules
	@$(NPM) run types:pages

check-around: $(STAMPS)/modules
	@$(NPM) run types:around

check-contract: $(STAMPS)/modules
	@PATH="$$(.ci/node):$$PATH" $(PY) -m pytest -q $(SHAPE)

e2e: python-dev $(STAMPS)/pages ## only the tests in a real Chromium
	@.ci/chromium
	@$(PY) -m pytest $(SCENES) tests/e2e

pictures: python-dev $(STAMPS)/pages ## walk through it once more and take the guide's pictures anew
	@.ci/chromium
	@GUIDE_PICTURES=1 $(PY) -m pytest $(SCENES) tests/e2e
	@$(PY) -m tests.e2e.gallery

tamper: python-dev ## rewrite history 10,000 times (N=…, SEED=…); every time must be found; for make proof
	@SAFEGRID_TAMPERINGS=$(if $(N),$(N),10000) $(if $(SEED),SAFEGRID_SEED=$(SEED)) \
		SAFEGRID_TAMPER_MINUTES=$(MINUTES) $(PY) -m pytest $(LONG) -q -s tests/services/test_tampering.py

fuzz: python-dev ## call every operation of the API with right and wrong forms (N=… cases each, SEED=…); for make proof
	@SAFEGRID_FUZZ_EXAMPLES=$(or $(N),8) SAFEGRID_SEED=$(or $(SEED),1) $(PY) -m pytest -q tests/api/test_fuzz.py

bench: python-dev $(STAMPS)/pages ## measure; writes docs/figures.md (PART="accept herd", SCALE=1m)
	@.ci/chromium
	@$(PY) -m tests.bench $(PART) $(if $(SCALE),--size $(SCALE))

faults: python-dev $(STAMPS)/pages ## the promise under faults, every layer, in the size of a commit
	@.ci/chromium
	@PATH="$$(.ci/node):$$PATH" FAULTS_SEED=$(SEED) $(PY) -m pytest $(FAULTS) $(or $(ONLY),tests/faults)

faults-long: python-dev $(STAMPS)/pages ## N times that size (10), SEED=… to repeat, ONLY=tests/faults/… for one layer, MINUTES=… at most; L1 goes on where it stopped, ANEW=1 from its first schedule
	@.ci/chromium
	@PATH="$$(.ci/node):$$PATH" FAULTS_SEED=$(SEED) FAULTS_N=$(or $(N),10) FAULTS_MINUTES=$(MINUTES) FAULTS_ANEW=$(ANEW) $(PY) -m pytest $(LONG) $(FAULTS) $(or $(ONLY),tests/faults)

proof: python-dev ## write docs/proof.md from what make faults and make faults-long have measured
	@$(PY) -m tests.faults.report

contract: python-dev $(STAMPS)/modules ## write what is generated from the code: api.d.ts, flow.json, README's diagram
	@$(PY) -m app.cli export-contract var/openapi.json
	@$(NPM) run --silent contract -- ../var/openapi.json

migrations-under-load: python-dev ## every migration up, down, up on 1,000,000 cases under 50 writes a second
	@$(PY) -m tests.bench.migrations

sbom: ## the bill of materials (CycloneDX) of server and pages: var/supply/*.cdx.json
	@.ci/supply sbom

audit: ## known vulnerabilities of every locked package; needs the advisory services, fails without them
	@.ci/supply audit

lock: python-dev ## resolve the Python packages anew (UPGRADE=--upgrade for newer ones)
	@UPGRADE="$(UPGRADE)" .ci/lock

clean: ## remove what can be made again; data in var/ stays
	rm -rf .venv pwa/node_modules pwa/dist $(STAMPS) var/drawn .mypy_cache .ruff_cache .pytest_cache .hypothesis

reset: ## forget the demo county; the next run tells it anew
	@$(PY) -c 'from pathlib import Path; from app import embedded; embedded.remove(Path("var/postgres"))'
	rm -rf var/objects var/demo-accounts.txt

python-run:
	@.ci/python run

python-dev:
	@.ci/python dev

$(STAMPS)/modules: pwa/package-lock.json
	@.ci/python run
	@echo "Installing the pages' packages …"
	@$(NPM) ci
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/pages: $(STAMPS)/modules $(PWA_SOURCES)
	@echo "Building the pages …"
	@$(NPM) run build >$(STAMPS)/build.log 2>&1 || { cat $(STAMPS)/build.log; exit 1; }
	@touch $@

.PHONY: help run test check check-python check-lint check-pages check-around check-contract sbom audit e2e pictures migrations-under-load tamper fuzz bench faults faults-long proof contract lock clean reset python-run python-dev
