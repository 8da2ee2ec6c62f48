# The commands to know: make run, make check, make test, make bench, make eval, make pictures.
# Each sets up what is missing by itself, says what and why, and is silent when nothing is.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run test check bench eval pictures clean
BIN := .venv/bin

help:
	@echo "make run       start Foveal (without a display: a demonstration on a virtual screen, see out/demo)"
	@echo "make test      run every test, on a virtual screen where one is needed"
	@echo "make check     formatting, lint, types, import contracts"
	@echo "make bench     measure the time budgets"
	@echo "make eval      is the embedded model worse than recorded? (tests/watch)"
	@echo "make pictures  make the pictures of the README anew"

run:
	@packaging/run.sh

test:
	@packaging/setup.sh test
	@$(BIN)/python -m pytest $(PYTEST_ARGS)

check:
	@packaging/setup.sh test
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench:
	@packaging/setup.sh test
	@$(BIN)/python -m tests.benchmarks

# DATA="FOLDER FOLDER" BASELINE=FILE watches collected folders with their own record; EVAL_ARGS="--renew --keep 0.04"
# records anew.
DATA ?= tests/watch/questions.jsonl
BASELINE ?= tests/watch/baseline.jsonl
eval:
	@packaging/setup.sh test
	@$(BIN)/python -m app eval watch --data $(DATA) --baseline $(BASELINE) $(EVAL_ARGS)

pictures:
	@packaging/setup.sh test
	@$(BIN)/python packaging/pictures.py $(PICTURES)

clean:
	rm -rf .venv out build dist *.egg-info
