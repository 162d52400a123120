# The commands of the README; serve and test set up what they need in .venv.
PYTHON ?= python3
VENV := .venv

.PHONY: serve test editor clean

serve: $(VENV)/serve.stamp
	$(VENV)/bin/ldpub serve .

test: $(VENV)/test.stamp
	$(VENV)/bin/ruff check src tests
	$(VENV)/bin/ruff format --check src tests
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(VENV)/bin/pytest -n 2 --cov --cov-report=term --cov-fail-under=93

# The script of the page /sparql, from its sources and the packages of its lock file; needs Node.js and npm.
editor:
	cd src/ldpub/serve/editor && npm ci --no-audit --no-fund && npm run build

clean:
	rm -rf $(VENV) releases

$(VENV)/serve.stamp: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --editable '.[fast]'
	touch $@

$(VENV)/test.stamp: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --editable '.[fast,test]'
	touch $@
