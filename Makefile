# make book, make test: everything else is for those who work on the repository.
PYTHON ?= python3
PROFILE ?= quick
BIN := .venv/bin

.PHONY: book test serve audit bench publish notebooks lock clean
.DELETE_ON_ERROR:

book: .venv/installed  ## every chapter executed where needed, _build/html/index.html built
	@$(BIN)/python -m infoplane.book.build $(PROFILE)

test: book  ## everything CI runs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo --no-cache
	$(BIN)/pytest tests src notebooks --nbval-lax

serve: book  ## look at the book on a local address
	$(BIN)/python -m http.server --bind 127.0.0.1 --directory _build/html 8000

audit: .venv/installed  ## recompute a random handful of published records and compare
	$(BIN)/python -m infoplane.book.published audit

bench: .venv/installed  ## speed and memory of the estimators on this machine
	for script in benchmarks/*.py; do $(BIN)/python $$script || exit 1; done

publish: .venv/installed  ## copy this machine's full-profile records into data/results
	$(BIN)/python -m infoplane.book.published publish

notebooks: .venv/installed  ## clean the notebooks; only check cells keep their output
	$(BIN)/python -m infoplane.book.tidy

lock:  ## resolve requirements.lock again from pyproject.toml (needs uv)
	uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --all-extras \
		--no-header pyproject.toml --output-file requirements.lock

clean:  ## remove everything built; published records and data stay
	rm -rf _build .pytest_cache .mypy_cache .ruff_cache .hypothesis

.venv/installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) or sys.version_info >= (3, 14))' \
		|| { echo "PYTHON=$(PYTHON) is $$($(PYTHON) --version 2>&1): 3.11, 3.12 or 3.13 is needed; set PYTHON=python3.12"; exit 2; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
