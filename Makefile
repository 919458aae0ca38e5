# make book, make test: everything else is for those who work on the repository.
PYTHON ?= python3
PROFILE ?= full
BIN := .venv/bin
SITE := _build/$(if $(filter full,$(PROFILE)),,$(PROFILE)/)html

.PHONY: book test check serve audit bench publish notebooks lock clean
.DELETE_ON_ERROR:

book: .venv/installed  ## the published edition, _build/html; of another PROFILE, _build/PROFILE/html
	@$(BIN)/python -m infoplane.book $(PROFILE)

test: .venv/installed  ## everything CI runs: the quick edition in _build/quick/html, then all tests
	@$(BIN)/python -m infoplane.book quick
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo --no-cache
	# a process a core, each with one thread, the pages (PROFILE: whose) first: they take longest
	PROFILE=quick OMP_NUM_THREADS=1 $(BIN)/pytest tests src notebooks --nbval-lax \
		-n auto --dist loadfile --no-loadscope-reorder

check: .venv/installed  ## in a minute: style, types, and the tests that a change reaches
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo --no-cache
	$(BIN)/python -m tests.reached

serve: book  ## look at the book on a local address
	$(BIN)/python -m http.server --bind 127.0.0.1 --directory $(SITE) 8000

audit: .venv/installed  ## recompute a random handful of published records and compare
	$(BIN)/python -m infoplane.book.published audit

bench: .venv/installed  ## speed and memory of the estimators (of the pages: benchmarks/pages.py)
	for script in $(filter-out benchmarks/pages.py,$(wildcard benchmarks/*.py)); do $(BIN)/python $$script || exit 1; done

publish: .venv/installed  ## copy this machine's full-profile records into data/results
	$(BIN)/python -m infoplane.book.published publish

notebooks: .venv/installed  ## clean the notebooks; only check cells keep their output
	$(BIN)/python -m infoplane.book.tidy

lock:  ## resolve requirements.lock again from pyproject.toml (needs uv)
	uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --all-extras \
		--no-header pyproject.toml --output-file requirements.lock

clean:  ## remove everything built; published records and data stay
	rm -rf _build .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find src -name '*.nb[ic]' -delete

.venv/installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) or sys.version_info >= (3, 14))' \
		|| { echo "PYTHON=$(PYTHON) is $$($(PYTHON) --version 2>&1): 3.11, 3.12 or 3.13 is needed; set PYTHON=python3.12"; exit 2; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
