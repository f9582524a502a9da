# Lossbook. `make start` for a reader or an instructor, `make test` for a maintainer.
# Needs Python 3.11+, make and git. Node comes as a wheel.
# For grading on Linux also: apt install bubblewrap. For the browser tests: apt install chromium.

PYTHON ?= python3
PORT ?= 8000
COURSE ?= _course
VENV := .venv
BIN := $(CURDIR)/$(VENV)/bin
PY := $(BIN)/python
export PATH := $(BIN):$(PATH)
# The oracle of the tests; pip picks the CPU build where one is offered.
TORCH := torch==2.13.0

BOOK := $(shell find book lossref autograde solutions statements -type f -not -name '*.pyc' -not -path '*/__pycache__/*' 2>/dev/null)
WEB := $(wildcard web/src/*) web/build.mjs

.PHONY: start serve book offline pdf course grade report test coverage mutation lint lighthouse bench doctor web dev lock clean help

help:
	@echo "make start   install, build the book, grade a demo class, serve it at http://localhost:$(PORT)/"
	@echo "make book    build the site into _build/html"
	@echo "make offline the site as one zip file   make pdf      the book on paper"
	@echo "make course  make the demo course in $(COURSE)"
	@echo "make grade   grade it and write the report"
	@echo "make test    the whole test suite      make lint    ruff"
	@echo "make lighthouse  what Lighthouse says of every page (a quarter of an hour)"
	@echo "make coverage  that the tests of lossref reach all of it"
	@echo "make bench   speed, as ratios          make clean   remove _build (never a gradebook)"

start: book report
	@echo
	@echo "The book:               http://localhost:$(PORT)/"
	@echo "The instructor's report: http://localhost:$(PORT)/report/"
	@echo "Stop with Ctrl-C."
	@$(PY) -m lossbook.serve _build/html $(PORT)

serve:
	@$(PY) -m lossbook.serve _build/html $(PORT)

# -- environment ------------------------------------------------------------

$(VENV)/.installed: requirements.txt pyproject.toml
	@echo "==> Installing the pinned requirements into $(VENV) (about a minute)"
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	@$(PY) -m pip install --quiet --no-compile --disable-pip-version-check -r requirements.txt
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.installed
	@echo "==> Installing what the tests need"
	@$(PY) -m pip install --quiet --no-compile --disable-pip-version-check -r requirements-dev.txt
	@$(PY) -m pip install --quiet --no-compile --disable-pip-version-check $(TORCH)
	@touch $@

dev: $(VENV)/.dev web/node_modules/.dev

web/node_modules/.installed: web/package.json web/package-lock.json $(VENV)/.installed
	@echo "==> Installing the page's packages"
	@cd web && npm ci --silent --no-audit --no-fund $(if $(wildcard web/node_modules/.dev),,--omit=dev)
	@touch $@ $(wildcard web/node_modules/.dev)

# Also what the tests need: Pyodide, axe, Lighthouse.
web/node_modules/.dev: web/package.json web/package-lock.json $(VENV)/.installed
	@echo "==> Installing the page's packages and those of its tests"
	@cd web && npm ci --silent --no-audit --no-fund
	@touch web/node_modules/.installed $@

_build/web/.built: $(WEB) web/node_modules/.installed
	@echo "==> Bundling the exercise panel"
	@cd web && node build.mjs
	@touch $@

web: _build/web/.built

# -- the book ---------------------------------------------------------------

_build/html/.built: _config.yml _toc.yml $(BOOK) _build/web/.built
	@echo "==> Building the book (a few minutes the first time: every page is executed)"
	@$(PY) -m lossbook.build book --config _config.yml --toc $(CURDIR)/_toc.yml \
		--path-output . -W -n --keep-going > _build/book.log 2>&1 \
		|| { grep -aE 'WARNING|ERROR|Error' _build/book.log | grep -av IPKernelApp | head -40; echo "The whole log: _build/book.log"; exit 1; }
	@touch $@

book: _build/html/.built

offline: book
	@$(PY) -m lossbook.offline _build/html _build/lossbook-offline.zip

pdf: book $(VENV)/.dev
	@$(PY) -m lossbook.pdf _build/html _build/lossbook.pdf

# -- the demo course --------------------------------------------------------

$(COURSE)/.made: $(VENV)/.installed
	@echo "==> Making a demo course with a class of 24 in $(COURSE)"
	@$(PY) -m autograde demo $(COURSE)
	@touch $@

course: $(COURSE)/.made

grade: $(COURSE)/.made
	@if command -v bwrap > /dev/null || [ "$$(uname)" != Linux ]; then \
		echo "==> Grading"; $(PY) -m autograde grade $(COURSE) && $(PY) -m autograde feedback $(COURSE); \
	else echo "==> Not graded: bubblewrap is missing. Install it with: apt install bubblewrap"; fi

report: grade
	@if [ -d $(COURSE)/autograded ]; then \
		mkdir -p _build/html && $(PY) -m autograde report $(COURSE) --out _build/html/report; fi

# -- upkeep -----------------------------------------------------------------

doctor: $(VENV)/.installed
	@$(PY) -m autograde doctor

# The doctor works beside the tests: one process would leave a processor idle meanwhile.
test: $(VENV)/.dev web/node_modules/.dev _build/html/.built
	@$(PY) -m autograde doctor > _build/doctor.log 2>&1 & doctor=$$!; \
	$(PY) -m pytest -n 2 --dist loadfile --no-loadscope-reorder -q --durations=25 \
		--durations-min=20 $(TESTS); tests=$$?; \
	wait $$doctor; found=$$?; cat _build/doctor.log; exit $$((tests || found))

coverage: $(VENV)/.dev
	@mkdir -p _build
	@$(PY) -m coverage run --branch --source=lossref --data-file=_build/.coverage -m pytest -q tests/lossref \
		--ignore=tests/lossref/test_memory.py --ignore=tests/lossref/test_wheel.py
	@$(PY) -m coverage report --data-file=_build/.coverage --show-missing --skip-covered --fail-under=100

lint: $(VENV)/.dev
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

lighthouse: dev _build/html/.built
	@$(PY) bench/bench_lighthouse.py --all --write

bench: dev _build/html/.built
	@for file in bench/bench_*.py; do echo "==> $$file"; $(PY) $$file || exit 1; done

mutation: $(VENV)/.dev
	@$(PY) -m pip install --quiet cosmic-ray==8.7.0
	@nice $(PY) bench/mutate.py --write

lock: $(VENV)/.dev
	@$(PY) -m pip install --quiet uv
	@for name in requirements requirements-dev; do \
		$(BIN)/uv pip compile -q --no-header --no-annotate $$name.in -o $$name.txt --python-version 3.11; done

clean:
	@rm -rf _build .pytest_cache .ruff_cache .hypothesis
	@echo "Removed _build. Courses and gradebooks were not touched."
