# run, test, check, bench: each sets up what it needs first. `make lock` pins the requirements anew.

PORT ?= 8000
export PORT

FIND_PYTHON = for python in python3 python3.11 python3.12 python3.13; do \
	"$$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
	2>/dev/null && echo "$$python" && break; done
PYTHON := $(shell $(FIND_PYTHON))
BIN = .venv/bin
# The static checks read the settings; they start nothing and connect to nothing.
EXAMPLE = SECRET_KEY=only-for-checks-of-the-source-but-long-enough-for-the-checks-of-Django \
	SITE_URL=https://portal.example ALLOWED_HOSTS=portal.example DEMONSTRATION=false DEBUG=false \
	DATABASE_URL=postgres://portal@127.0.0.1:1/portal REDIS_URL=redis://127.0.0.1:1/0

.PHONY: run test check bench lock format messages python setup setup-tests

run: setup
	@exec $(BIN)/python manage.py serve

# Arguments for pytest go into ARGS: make test ARGS="tests/test_home.py -n0"
# The coverage asked for is reached without the journeys, which tracing only slows.
SPREAD = -n 2 --dist loadfile
test: setup-tests
ifdef ARGS
	$(BIN)/python -m pytest $(ARGS)
else
	$(BIN)/python -m pytest $(SPREAD) -m 'not e2e and not faults' --cov --cov-report=term
	$(BIN)/python -m pytest $(SPREAD) -m 'e2e or faults'
endif

check: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(EXAMPLE) $(BIN)/mypy .
	$(BIN)/djade --check --target-version 5.2 $$(find templates -name '*.html')
	$(BIN)/lint-imports
	$(EXAMPLE) $(BIN)/python manage.py makemigrations --check --dry-run
	$(EXAMPLE) $(BIN)/python manage.py check --deploy --fail-level WARNING

bench: setup
	$(BIN)/python -m tests.bench

# The versions of pyproject.toml, each package with the hashes of its files.
lock: setup
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url \
		--no-emit-find-links --no-header -o requirements.txt pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url \
		--no-emit-find-links --no-header -c requirements.txt -o requirements-dev.txt --group dev

format: setup
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	$(BIN)/djade --target-version 5.2 $$(find templates -name '*.html')

setup: python
	@$(PYTHON) -I wpsnetwork/setup_machine.py

setup-tests: python
	@$(PYTHON) -I wpsnetwork/setup_machine.py --tests

# The words of pages and mails, for translators; needs GNU gettext.
messages: setup
	$(EXAMPLE) $(BIN)/python manage.py makemessages --locale en_GB --no-obsolete --add-location file \
		--ignore '.venv/*' --ignore 'var/*' --ignore 'tests/*'

python:
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 is needed: install one," \
		"e.g. by \`sudo apt-get install python3 python3-venv\`." >&2; exit 1; }
