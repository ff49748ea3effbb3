# make run        the site on http://127.0.0.1:8000/ (also PORT=8001, HOST=…, SERVER=uvicorn)
# make test       every check and test
.DEFAULT_GOAL := run
.PHONY: run test lint format lock css clean

python := .venv/bin/python

run:
	@bin/venv requirements.txt
	@exec $(python) manage.py serve $(if $(HOST),--host $(HOST)) $(if $(PORT),--port $(PORT)) \
		$(if $(SERVER),--server $(SERVER))

test: lint
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
		DATA_DIR="$$folder" $(python) -m pytest -n auto -q $(ARGS)

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

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
