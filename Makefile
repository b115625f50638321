# Every task of the project has one door, here. `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PORT ?= 8000
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO := DJANGO_SETTINGS_MODULE=datacites.settings.demo PORT=$(PORT) $(BIN)/python manage.py
export PYTHONDONTWRITEBYTECODE ?= 1

help: ## list what can be done
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

demo: .make/base ## set everything up and serve the site at http://127.0.0.1:8000 (PORT= changes the port)
	@$(DEMO) demo --port $(PORT)

run: demo ## the same

install: .make/dev ## set up the development environment

lock: .make/dev ## renew requirements/*.txt after a change of pyproject.toml
	scripts/lock

format: .make/dev ## put code and templates in order
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format --quiet .

check: .make/dev ## style, types, templates, import law, migrations, production settings
	scripts/check

test: .make/dev ## the whole suite on SQLite, PostgreSQL, Tantivy, Elasticsearch, SMTP and Chromium
	scripts/test

bench: .make/dev ## measure, and print what docs/figures.md quotes
	$(BIN)/python bench/run.py

clean: ## forget the demo's database, media and index
	rm -rf var

.make/base: requirements/base.txt pyproject.toml
	@scripts/environment base

.make/dev: requirements/dev.txt pyproject.toml
	@scripts/environment dev

.PHONY: help demo run install lock format check test bench clean
