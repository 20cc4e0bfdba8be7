# Everything that can be done here, one line each: `make help`.
# Python 3.11 or newer is all that it needs; each target sets up what it uses.

PYTHON ?= python3
SIZE ?= small
ARGS ?=

BOOT := $(PYTHON) marketplace/local/boot.py
VENV := .venv/bin/python
RUNNER := $(VENV) -m marketplace.local.runner

# The site is a dozen Pythons, and the tests start more: what one compiled the others need not.
unexport PYTHONDONTWRITEBYTECODE
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.PHONY: help run stop reset backup restore demo manage test drills drills-vetting drills-money drills-hiring drills-faults scale-drill journeys faults mutants bench-queue bench-ledger bench-search bench-match bench-relevance bench-pages load check lock docs messages

help: ## List what can be done here
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

run: ## Start the whole site; Ctrl-C stops it (PORT=8001 picks another port)
	@$(BOOT)
	@exec $(RUNNER) up $(ARGS)

stop: ## Stop a site that runs in another terminal
	@$(BOOT)
	@exec $(RUNNER) stop

reset: ## Delete all data; the next `make run` begins anew
	@$(BOOT)
	@exec $(RUNNER) reset

backup: ## Keep everything of the site in one folder (TO=folder; else beside its data)
	@$(BOOT)
	@exec $(RUNNER) backup $(if $(TO),--to "$(TO)")

restore: ## Make an empty site into the one a backup was made of, FROM=folder
	@$(BOOT)
	@exec $(RUNNER) restore "$(FROM)"

demo: ## Load demo data, SIZE=small or full
	@$(BOOT)
	@exec $(RUNNER) manage seed_demo --size $(SIZE)

manage: ## Run one of Django's commands: make manage ARGS="shell"
	@$(BOOT)
	@exec $(RUNNER) manage $(ARGS)

test: ## Run the tests on a PostgreSQL of their own; ARGS go to pytest
	@$(BOOT)
	@exec $(VENV) -m pytest -n auto $(ARGS)

drills: ## Run every drill and check, plant every fault; the last line counts the checks (ARGS="A-03")
	@$(BOOT)
	@exec $(VENV) -m tests.checks $(ARGS)

drills-vetting: ## Try to cheat the vetting: credentials, uploads, blindness; the last line counts
	@$(BOOT)
	@LAST_LINE="vetting drills" exec $(VENV) -m pytest -m "" -p tests.last_line tests/drills_vetting $(ARGS)

drills-money: ## Try to lose money: long histories, every crash point; the last line counts
	@$(BOOT)
	@LAST_LINE="money drills" exec $(VENV) -m pytest -m "" -p tests.last_line tests/drills_money $(ARGS)

drills-hiring: ## Flood clients with notes, storm one job, kill what sends mails; the last line counts
	@$(BOOT)
	@LAST_LINE="hiring drills" exec $(VENV) -m pytest -m "" -p tests.last_line tests/drills_hiring $(ARGS)

drills-faults: ## Kill PostgreSQL, web, Valkey under sixteen people at work; the last line counts
	@$(BOOT)
	@LAST_LINE="fault drills" exec $(VENV) -m pytest -m "" -p tests.last_line tests/drills_faults $(ARGS)

scale-drill: ## The site as on several machines, and parts of it taken away; the last line counts
	@$(BOOT)
	@LAST_LINE="scale drill" exec $(VENV) -m pytest -m "" -p tests.last_line tests/drills_scale $(ARGS)

journeys: ## Walk the journeys of a client and an expert in a browser; counts pages, fields, clicks
	@$(BOOT)
	@LAST_LINE=journeys exec $(VENV) -m pytest -m journeys -p tests.last_line tests/browser $(ARGS)

faults: ## Run the tests of docs/faults.md ROUNDS times, each time in another order (20)
	@$(BOOT)
	@exec $(VENV) -m tests.drills_money $(or $(ROUNDS),20)

mutants: ## Take one guard of the money away at a time; each has to be missed by a test
	@$(BOOT)
	@exec $(VENV) -m tests.mutants $(ARGS)

bench-queue: ## Measure the reviewers' queue with 100 and with 10,000 open applications
	@$(BOOT)
	@exec $(VENV) -m bench.queue

bench-ledger: ## Measure postings per second beside TPC-B, with 2 and with 8 clients
	@$(BOOT)
	@exec $(VENV) -m bench.ledger

bench-search: ## Measure the search of experts beside tantivy, SIZE=10000, 100000 or 1000000
	@$(BOOT)
	@BENCH_SIZE=$(filter-out small full,$(SIZE)) exec $(VENV) -m bench.search

bench-match: ## Measure matching beside NumPy and the fan-out beside a bare insert, SIZE=10000, 100000 or 1000000
	@$(BOOT)
	@BENCH_SIZE=$(filter-out small full,$(SIZE)) exec $(VENV) -m bench.match

bench-relevance: ## Measure the order of matches beside BM25, on experts whose true skills are known
	@$(BOOT)
	@BENCH_SIZE=$(filter-out small full,$(SIZE)) exec $(VENV) -m bench.relevance

bench-pages: ## Measure public pages beside raw SQL and string joins, SIZE=10000, 100000 or 1000000
	@$(BOOT)
	@BENCH_SIZE=$(filter-out small full,$(SIZE)) exec $(VENV) -m bench.pages

load: ## Ask for one, three and ten times what the site can serve; the last line says what it still serves
	@$(BOOT)
	@exec $(VENV) -m bench.load

check: ## Lint, types, imports, templates, migrations, generated documents, lock file, containers
	@$(BOOT)
	@exec $(VENV) -m marketplace.local.check

lock: ## Write requirements.lock anew after a change in pyproject.toml
	@$(BOOT)
	@exec $(VENV) -m marketplace.local.lock --write

docs: ## Write the generated documents anew
	@$(BOOT)
	@exec $(VENV) -m marketplace.local.documents --write

messages: ## Bring the texts to translate up to date in locale/
	@$(BOOT)
	@exec $(VENV) -m marketplace.local.messages --write
