# The two commands of the README; each sets up what it needs in .venv.
PYTHON ?= python3
VENV := .venv

.PHONY: serve test clean

serve: $(VENV)/serve.stamp
	$(VENV)/bin/ldpub serve .

test: $(VENV)/test.stamp
	$(VENV)/bin/ruff check src tests
	$(VENV)/bin/ruff format --check src tests
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(VENV)/bin/pytest -n 2 --cov --cov-report=term --cov-fail-under=85

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
