# `make` alone says what there is. Every target works from a fresh clone: what it needs is
# installed into .venv first, from requirements.lock.

BIN := .venv/bin
INSTALLED := .venv/.installed

.DEFAULT_GOAL := help
.PHONY: help setup demo test check proto bench bench-quality bench-scale lint format clean docs lock

help: ## Say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(INSTALLED) ## Install everything into .venv

demo: $(INSTALLED) ## Make a community, learn from it, show two people their lists
	$(BIN)/pln demo

test: $(INSTALLED) ## Run every test
	@# A worker that dies would else be waited for without end; and threads of one worker that
	@# spin while they wait would take their cores from the other. Bytecode is kept whatever the
	@# environment says: hundreds of processes load the same modules.
	OMP_WAIT_POLICY=PASSIVE OPENBLAS_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE= \
		$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder --max-worker-restart 0

check: lint ## Lint, types, the import law, the contract, the lock file
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/buf lint
	$(BIN)/buf breaking --against proto/baseline.binpb
	$(BIN)/python proto/generate.py --check
	$(BIN)/python .ci/check_lock.py requirements.lock

lint: $(INSTALLED) ## Lint and check the format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(INSTALLED) ## Mend what can be mended by itself
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

proto: $(INSTALLED) ## Make recommender/v1 from proto/
	$(BIN)/python proto/generate.py

docs: $(INSTALLED) ## Remake what docs/ and examples/ take from the program
	$(BIN)/python docs/make.py

bench: $(INSTALLED) ## Measure (takes half an hour; nothing here is a test)
	$(BIN)/python -m tests.bench

bench-quality: $(INSTALLED) ## Judge the lists on real networks, and write the README's table
	$(BIN)/python -m tests.bench.real

bench-scale: $(INSTALLED) ## Measure how it scales, up to a million people (two hours, 50 GB)
	$(BIN)/python -m tests.bench.scaling

lock: ## Remake requirements.lock; needs uv
	@command -v uv >/dev/null || { echo "make lock needs uv (pip install uv)" >&2; exit 1; }
	uv pip compile pyproject.toml --extra dev --python-version 3.11 --universal \
		--generate-hashes --no-emit-index-url --no-emit-find-links --no-header \
		-o requirements.lock

clean: ## Remove the demo's folder and what tools cache; .venv stays
	rm -rf demo build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

$(INSTALLED): requirements.lock pyproject.toml
	@python=$$(./.ci/find_python) && $$python -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--no-deps --no-build-isolation -e .
	@# What is compiled is compiled now, and not by whatever is run first.
	$(BIN)/python -c "import recommender.serving.wire"
	$(BIN)/pln demo --people 60 --out .venv/.compiled > /dev/null 2>&1
	@rm -r .venv/.compiled
	@touch $@
