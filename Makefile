# Careguide. `make run` and `make test` are all that a fresh machine needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.DEFAULT_GOAL := help
.PHONY: help run refresh test test-encoders check lint types layers index doctor encoder tokens wheel wheel-test sbom licences eval bench bench-pack bench-refresh bench-ui crashes fuzz try clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-13s %s\n", $$1, $$2}'

$(VENV)/python.done:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "careguide needs Python 3.11 or later; this is " + sys.version.split()[0] + ". Name another with: make PYTHON=python3.12 run")'
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/run.done: $(VENV)/python.done pyproject.toml constraints.txt
	@echo "Installing the runtime dependencies into $(VENV) ..."
	$(PIP) --editable .
	@touch $@

$(VENV)/dev.done: $(VENV)/python.done pyproject.toml constraints.txt
	@echo "Installing the development dependencies into $(VENV) ..."
	$(PIP) --editable '.[dev]'
	@touch $@ $(VENV)/run.done

$(VENV)/encoders.done: $(VENV)/dev.done
	@echo "Installing torch and sentence-transformers into $(VENV) ..."
	$(PIP) --editable '.[dev,encoders]'
	@touch $@

run: $(VENV)/run.done ## Install, build the index unless a guidance pack answers, and open the terminal UI
	@$(BIN)/careguide index --unless-chosen
	@$(BIN)/careguide

$(VENV)/scrape.done: $(VENV)/run.done
	@echo "Installing what a refresh needs into $(VENV) ..."
	$(PIP) --editable '.[scrape]'
	@touch $@

refresh: $(VENV)/scrape.done ## Fetch official guidance into the corpus and build the index again
	$(BIN)/python scripts/refresh_corpus

# Tests of one file stay together while no core waits, so that what they share is made once. They start many processes: what is compiled is kept for the next one, even where the environment says otherwise.
test test-encoders: export PYTHONDONTWRITEBYTECODE =

test: $(VENV)/dev.done ## Install what development needs and run all tests
	$(BIN)/python -m pytest -n 2 --dist worksteal

test-encoders: $(VENV)/encoders.done ## The tests that need torch: training, other encoders, parity
	$(BIN)/python -m pytest tests/train tests/index/test_encode.py tests/index/test_parity.py tests/evals/test_transformer.py

check: lint types layers ## Lint, types and layers

lint: $(VENV)/dev.done ## Style and common mistakes
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/dev.done ## Types, strictly
	$(BIN)/mypy

layers: $(VENV)/dev.done ## Imports go down only
	$(BIN)/lint-imports

index: $(VENV)/run.done ## Build the index of the corpus
	$(BIN)/python scripts/build_index

doctor: $(VENV)/run.done ## Say what is installed, used and wrong
	$(BIN)/careguide doctor

tokens: $(VENV)/run.done ## Learn the token ranks again from the starter notes
	$(BIN)/python scripts/train_tokens

encoder: $(VENV)/encoders.done ## Train the embedded encoder again: make encoder PAIRS="FILE ..."
	$(BIN)/python scripts/train_encoder --pairs $(PAIRS) --corpus corpus --tokenizer assistant/data/encoder/tokenizer.json --out assistant/data/encoder

wheel: $(VENV)/dev.done ## Build the wheel into dist/
	rm -rf dist
	PIP_CONSTRAINT=constraints.txt $(BIN)/python -m build --wheel --outdir dist . >/dev/null
	@ls -l dist

wheel-test: wheel ## Install the wheel alone, in an empty environment outside this folder, and ask it a question
	$(BIN)/python scripts/try_wheel dist/*.whl

sbom: $(VENV)/dev.done ## List what an installed Careguide is made of as CycloneDX, into build/sbom.cdx.json
	rm -rf build/sbom
	$(PYTHON) -m venv --without-pip build/sbom
	PIP_CONSTRAINT=constraints.txt $(BIN)/python -m pip --python build/sbom install --quiet --disable-pip-version-check .
	$(BIN)/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible --of JSON --output-file build/sbom.cdx.json build/sbom
	@ls -l build/sbom.cdx.json

licences: $(VENV)/dev.done ## List the licences of what an installed Careguide brings in docs/LICENCES.md
	$(BIN)/python scripts/list_licences

eval: $(VENV)/dev.done ## Compare the figures of the project's own questions with their floors
	$(BIN)/python -m evals floors

bench: $(VENV)/run.done ## Measure speed and memory beside a named peer
	$(BIN)/python scripts/bench

bench-ui: $(VENV)/dev.done ## Measure the terminal UI: first paint, answers, keystrokes, a long page, memory, closing
	$(BIN)/python scripts/bench_ui

bench-pack: $(VENV)/run.done ## Measure packs: size, building, verifying, installing
	$(BIN)/python scripts/bench_pack

bench-refresh: $(VENV)/dev.done ## Measure a refresh over the imitated sites: time, requests, memory, kills, hostile pages
	$(BIN)/python scripts/bench_refresh

crashes: $(VENV)/dev.done ## Kill what writes, or fail its disk, at hundreds of system calls; needs strace
	$(BIN)/python scripts/try_crashes

$(VENV)/fuzz.done: $(VENV)/dev.done
	@echo "Installing atheris into $(VENV) ..."
	$(PIP) --editable '.[dev,fuzz]'
	@touch $@

MINUTES ?= 10
fuzz: $(VENV)/fuzz.done ## Fuzz what reads bytes of others, 10 minutes each: make fuzz MINUTES=1 TARGETS="pack receipt"
	$(BIN)/python scripts/fuzz --minutes $(MINUTES) $(TARGETS)

try: $(VENV)/dev.done ## Readers under refresh, flipped bits, load: what the tests try in small
	$(BIN)/python scripts/try_readers
	$(BIN)/python scripts/try_flips
	$(BIN)/python scripts/try_load

clean: ## Remove what was installed and built here
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis .fuzz .import_linter_cache
