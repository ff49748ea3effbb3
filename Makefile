# make run        the site on http://127.0.0.1:8000/ (also PORT=8001, HOST=…, SERVER=uvicorn)
# make test       every check and test
# make faults     the faults in their long form, and their table (also FAULT_SEED=…, FAULT_TABLE=file to add to)
# make bench      what a delivery costs, beside what people would pick instead (also ARGS="fan-out --pairs 3")
.DEFAULT_GOAL := run
.PHONY: run test faults bench lint format lock css screenshots clean

python := .venv/bin/python

run:
	@bin/venv requirements.txt
	@exec $(python) manage.py serve $(if $(HOST),--host $(HOST)) $(if $(PORT),--port $(PORT)) \
		$(if $(SERVER),--server $(SERVER))

test: lint
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
		export DATA_DIR="$$folder" && \
		$(python) -m pytest -n auto -q -m "not alone and not slow" $(ARGS) && \
		{ $(python) -m pytest -q -m "alone and not slow" $(ARGS) || test $$? = 5; }  # 5: none among what was asked for

# Two rows side by side, as many as an ordinary small machine has cores; those that measure follow alone.
faults:
	@bin/venv requirements-dev.txt
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
		export DATA_DIR="$$folder/data" FAULTS_LONG=1 REQUIRE_ALL=1 FAULT_TABLE="$${FAULT_TABLE:-$$folder/table}" && \
		export FAULT_SEED="$${FAULT_SEED:-$$(od -An -N4 -tx4 /dev/urandom | tr -d ' ')}" && echo "FAULT_SEED=$$FAULT_SEED" && \
		failed=0; \
		$(python) -m pytest -q -n 2 -m "not alone" tests/faults $(ARGS) || test $$? = 5 || failed=1; \
		$(python) -m pytest -q -m alone tests/faults $(ARGS) || test $$? = 5 || failed=1; \
		$(python) -m tests.faults.table "$$FAULT_TABLE"; exit $$failed

bench:
	@bin/venv requirements-dev.txt
	$(python) -m bench $(ARGS)

lint:
	@bin/venv requirements-dev.txt
	$(python) -m ruff format --check --quiet
	$(python) -m ruff check --quiet
	$(python) -m djlint templates --lint --quiet
	$(python) -m mypy --no-error-summary .
	.venv/bin/lint-imports --no-logo
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && export DATA_DIR="$$folder" && set -x && \
		$(python) manage.py makemigrations --check --dry-run && \
		CHAT_URL=https://chat.example $(python) manage.py check --deploy --fail-level WARNING

format:
	@bin/venv requirements-dev.txt
	$(python) -m ruff check --fix --quiet
	$(python) -m ruff format --quiet

lock:
	@bin/venv requirements-dev.txt
	$(python) -m uv pip compile --quiet --universal --python-version 3.12 --generate-hashes \
		--no-emit-find-links requirements.in -o requirements.txt
	$(python) -m uv pip compile --quiet --universal --python-version 3.12 --generate-hashes \
		--no-emit-find-links requirements-dev.in -o requirements-dev.txt

css:
	@bin/venv requirements-dev.txt
	$(python) manage.py tailwind build

screenshots:
	@bin/venv requirements-dev.txt
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
		DATA_DIR="$$folder" SCREENSHOTS=1 $(python) -m pytest -q tests/e2e/test_states.py
	@! command -v mogrify >/dev/null || mogrify -strip -dither None -colors 256 docs/screenshots/*.png

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
