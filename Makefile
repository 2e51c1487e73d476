# make quickstart: a corpus from nothing but Python.   make test: everything that is checked.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
OUT ?= quickstart

.PHONY: quickstart test bench clean

quickstart: $(VENV)/base
	$(BIN)/posemill generate manifests/quickstart.yaml $(OUT)/corpus
	$(BIN)/posemill verify $(OUT)/corpus
	$(BIN)/posemill preview $(OUT)/corpus $(OUT)/sheet.png
	@echo
	@echo "The corpus:         $(OUT)/corpus    (what is in it: $(BIN)/posemill info $(OUT)/corpus)"
	@echo "Its contact sheet:  $(OUT)/sheet.png"
	@echo "Its recipe:         manifests/quickstart.yaml    (copy it, change it: README.md)"

test: $(VENV)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest

bench: $(VENV)/dev
	$(BIN)/posemill bench

clean:
	rm -rf $(VENV) $(OUT) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/base: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet -c constraints.txt -e .
	@touch $@

$(VENV)/dev: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[dev]'
	@touch $@ $(VENV)/base
