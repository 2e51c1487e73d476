# make quickstart: a corpus from nothing but Python.   make test: everything that is checked.
# make docs: the pages of docs/ with the reference, in build/site.   make results: the figures on them, measured anew.
# make h36m MODEL=out/model.pt DATA_3D=... DATA_2D=... CAMERAS=...: the papers' protocols, for those who have the files.
# make rigs: one known motion through 1,000 random skeletons, and how many are read right: docs/results/rigs.json.
# make files: one known recording in every 2D format, one known motion as programs write it: docs/results/files_*.json.
# make coverage: how much of the space of work postures the motion that ships covers: docs/results/postures.json, a chart.
# make library: every task page that ships, solved and checked: docs/results/postures.json.   make gallery: their pictures.
# make postures-pay HELD_OUT=recordings: a lifter with and without authored tasks and explored postures.
# make methods: every lifter trained on one corpus and scored, on recordings as well: METHODS/methods.md.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
OUT ?= quickstart
METHODS ?= methods
CORPUS ?= $(METHODS)/corpus
BENCHMARKS ?= $(wildcard ../shared/benchmarks/*.npz)

.PHONY: quickstart test bench rigs files coverage library gallery postures-pay methods claims h36m docs results clean

quickstart: $(VENV)/base
	$(BIN)/posemill generate manifests/quickstart.yaml $(OUT)/corpus
	$(BIN)/posemill verify $(OUT)/corpus
	$(BIN)/posemill preview $(OUT)/corpus $(OUT)/sheet.png
	@echo
	@echo "The corpus:         $(OUT)/corpus    (what is in it: $(BIN)/posemill info $(OUT)/corpus)"
	@echo "Its contact sheet:  $(OUT)/sheet.png"
	@echo "Its recipe:         manifests/quickstart.yaml    (copy it, change it: docs/recipes.md)"

test: $(VENV)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -n auto --dist loadfile

bench: $(VENV)/dev
	$(BIN)/posemill bench

rigs: $(VENV)/dev
	$(BIN)/python -m benchmarks.rigs docs/results/rigs.json

files: $(VENV)/dev
	$(BIN)/python -m benchmarks.motion_files docs/results/files_motion.json
	$(BIN)/python -m benchmarks.keypoint_files docs/results/files_2d.json
	$(BIN)/python docs/fill.py

coverage: $(VENV)/dev
	$(BIN)/python -m benchmarks.coverage docs/results/postures.json docs/coverage.svg
	$(BIN)/python docs/fill.py

library: $(VENV)/dev
	$(BIN)/python -m benchmarks.library docs/results/postures.json
	$(BIN)/python docs/fill.py

gallery: $(VENV)/dev
	$(BIN)/python -m docs.gallery

# of recordings that do not ship, in HELD_OUT
postures-pay: $(VENV)/dev
	$(BIN)/python -m lifter.studies.postures_pay $(METHODS)/postures_pay --held-out $(HELD_OUT) \
		$(addprefix --benchmark ,$(BENCHMARKS)) --result docs/results/postures_pay.json $(ARGUMENTS)

# with another corpus: make methods CORPUS=my/corpus; stopped, the same command goes on
methods: $(VENV)/dev
	[ "$(CORPUS)" != "$(METHODS)/corpus" ] || $(BIN)/posemill generate manifests/lifter.yaml $(CORPUS)
	$(BIN)/python -m lifter.studies.methods $(CORPUS) $(METHODS) $(addprefix --benchmark ,$(BENCHMARKS)) $(ARGUMENTS)

claims: $(VENV)/dev
	$(BIN)/python -m lifter.studies.claims $(CORPUS) $(METHODS)/claims $(ARGUMENTS)

h36m: $(VENV)/dev
	mkdir -p $(METHODS)
	$(BIN)/posemill import videopose $(DATA_3D) $(DATA_2D) --cameras $(CAMERAS) --subjects S9,S11 \
		--benchmark $(METHODS)/h36m.npz
	$(BIN)/posemill evaluate $(MODEL) $(METHODS)/h36m.npz

docs: $(VENV)/dev
	$(BIN)/python docs/fill.py --check
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet
	@echo "The pages: build/site/index.html"

# measures this machine; of the methods it takes what `make methods` has left in METHODS
results: $(VENV)/dev
	$(BIN)/python docs/record.py --methods $(METHODS)
	$(BIN)/python docs/fill.py

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
