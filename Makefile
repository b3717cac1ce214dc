# Everything starts here: `make serve` and `make test` set up what they need by themselves.
# Written for any make (GNU or BSD); the set-up itself is server/bootstrap.sh.

BIN = .venv/bin
# Empty means: what the settings say. Assigned here, so that a HOST of the login shell has no say.
HOST =
PORT =
ARGS =
BENCH = http reasoning
LOCK = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --custom-compile-command "make lock"
SECONDS = 600

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' Makefile

setup: ## make .venv, or bring it up to date (PYTHON=... chooses the interpreter)
	@PYTHON="$(PYTHON)" sh server/bootstrap.sh

build: setup ## build the graph; does nothing when the release is current
	@$(BIN)/bionrw build

serve: build ## build and serve the graph (HOST=... PORT=...)
	@exec $(BIN)/bionrw serve $(HOST:%=--host %) $(PORT:%=--port %)

check: setup ## look at the code: format, lint, types, layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: check ## run check, then all tests in two processes (ARGS=... goes to pytest)
	$(BIN)/python -m pytest --numprocesses 2 --dist loadgroup $(ARGS)

bench: setup ## measure the server beside others, and the rules (BENCH=http or reasoning; ARGS=--help)
	@sh server/bootstrap.sh bench
	@set -e; for name in $(BENCH); do \
		set --; [ $$name != http ] || set -- $(ARGS); \
		$(BIN)/python -m tests.bench.$$name "$$@"; \
	done

conformance: setup ## run the W3C's tests in ../shared and write the report that is served
	$(BIN)/python -m tests.conformance

soak: build ## send hostile requests, then a mixed load for ten minutes (SECONDS=...), and tell what became of it
	$(BIN)/python -m tests.hostile.soak --seconds $(SECONDS)

lock: ## write requirements.txt and requirements-bench.txt anew from pyproject.toml (needs uv)
	$(LOCK) --extra test --output-file requirements.txt pyproject.toml
	$(LOCK) --group bench --output-file requirements-bench.txt

clean: ## remove what was made: .venv, releases, caches
	rm -rf .venv .venv-bench var dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache

.PHONY: help setup build serve check test bench conformance soak lock clean
