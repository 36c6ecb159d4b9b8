# Needs Python 3.11 or newer, make and a package index; nothing else. `make help` lists the targets.

VENV := .venv
RUN := $(VENV)/bin
MEMBERS := $(wildcard packages/* services/*)
INSTALLED := $(VENV)/.installed
PYTEST := $(RUN)/python -m pytest
# A module's servers start once, and modules begin in the order of their folders: the longest first.
AT_ONCE := -n 2 --dist loadfile --no-loadscope-reorder
SERVICE ?=
TARGET ?= databases
ROWS ?= 200000
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help install up down status logs psql demo seed test test-long check acceptance lint types quick \
	format openapi clients performance bench-move bench-api rehearse faults lock clean

help: ## Show the targets
	@grep -E '^[a-z-]+:.*## ' Makefile | sed 's/:.*## /|/' | awk -F'|' '{printf "  make %-12s %s\n", $$1, $$2}'

install: $(INSTALLED) ## Create the environment in .venv

$(INSTALLED): requirements.lock $(addsuffix /pyproject.toml,$(MEMBERS))
	@infra/install $(VENV) $(MEMBERS)
	@touch $(INSTALLED)

up: $(INSTALLED) ## Start the database and all services (ARGS=--detach to return when ready)
	@$(RUN)/outgrow-dev up $(ARGS)

down: $(INSTALLED) ## Stop what `make up ARGS=--detach` started
	@$(RUN)/outgrow-dev down $(ARGS)

status: $(INSTALLED) ## Show what runs and where each service lives
	@$(RUN)/outgrow-dev status $(ARGS)

logs: $(INSTALLED) ## Show the logs (SERVICE=name for one, ARGS=-f to follow)
	@$(RUN)/outgrow-dev logs $(SERVICE) $(ARGS)

psql: $(INSTALLED) ## Open psql at a service's home (SERVICE=name)
	@$(RUN)/shared-db psql $(or $(SERVICE),$(error Name the service: make psql SERVICE=name)) $(ARGS)

demo: $(INSTALLED) ## Walk through the API against the running services, step by step
	@$(RUN)/python tests/journey/demo.py $(ARGS)

seed: $(INSTALLED) ## Fill the running services with users and payments (USERS=20 PAYMENTS=5)
	@$(RUN)/python tests/journey/seed.py $(ARGS)

test: $(INSTALLED) ## Run the tests
	@$(PYTEST) $(AT_ONCE) -m "not long" $(ARGS)

test-long: $(INSTALLED) ## Run the tests that `make test` leaves out: moves under faults, documents of APIs
	@$(PYTEST) $(AT_ONCE) -m long $(ARGS)

check: lint types quick ## Lint, types and the quick tests: the daily loop

lint: $(INSTALLED)
	@$(RUN)/ruff check -q .
	@$(RUN)/ruff format -q --check .
	@$(RUN)/lint-imports --cache-dir .import_linter_cache | tail -n 1

types: $(INSTALLED)
	@infra/types $(RUN)/mypy

quick: $(INSTALLED)
	@$(PYTEST) $(AT_ONCE) -q -m "not slow" packages services

acceptance: $(INSTALLED) ## Everything long: other Pythons, members alone, faults, performance
	@$(RUN)/tox run-parallel --parallel 1 --skip-missing-interpreters true $(ARGS)
	@EXAMPLES=60 $(MAKE) --no-print-directory test-long ARGS=tests/api
	@$(MAKE) --no-print-directory faults ARGS=
	@$(MAKE) --no-print-directory rehearse TARGET=databases
	@$(MAKE) --no-print-directory rehearse TARGET=servers
	@$(MAKE) --no-print-directory performance bench-move bench-api

format: $(INSTALLED) ## Format the code and fix what can be fixed
	@$(RUN)/ruff check -q --fix .
	@$(RUN)/ruff format -q .

openapi: $(INSTALLED) ## Write openapi.json of every service
	@$(RUN)/python -m service_kit.openapi

clients: $(INSTALLED) ## Generate typed clients in Python and TypeScript into build/clients (ARGS=--only python)
	@$(RUN)/python infra/clients/generate.py $(ARGS)

rehearse: $(INSTALLED) ## Rehearse the split under traffic (TARGET=databases or servers, ROWS=200000)
	@$(RUN)/python -m rehearsal --target $(TARGET) --payments $(ROWS) $(ARGS)

faults: $(INSTALLED) ## Every fault in every phase of a move, into docs/reliability.md (ARGS=--again for all)
	@PYTHONPATH=$(CURDIR)/packages/shared_db/tests/samples $(RUN)/python -m move_faults $(ARGS)

performance: $(INSTALLED) ## Measure memory and start-up of the services, into build/performance.json
	@PYTHONPATH=$(CURDIR):$(CURDIR)/packages/shared_db/tests/samples $(RUN)/python tests/performance/processes.py

bench-move: $(INSTALLED) ## Measure copies beside other tools, verification and cuts, into build/bench/move.json
	@$(RUN)/python -m tests.performance.move $(ARGS)

bench-api: $(INSTALLED) ## Measure the services' hot paths beside a floor and a peer, into build/bench/api.json
	@PYTHONPATH=$(CURDIR):$(CURDIR)/packages/shared_db/tests/samples $(RUN)/python -m tests.performance.api $(ARGS)

lock: ## Write requirements.lock and one lock per service
	@test -x $(RUN)/uv || $(MAKE) --no-print-directory install
	@infra/lock $(RUN)/uv $(MEMBERS)

clean: ## Remove the environment and caches; data in .data stays
	@rm -rf $(VENV) build .tox .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
