# Everything runs in .venv, which is made from requirements-dev.txt: exact versions, held to their hashes.
PYTHON ?= python3
BIN := .venv/bin
VENV := .venv/complete
KERBEROS := .venv/kerberos

.PHONY: demo fake-host fake-vmm test check style types imports pictures-current pictures bench soak faults kerberos \
	wheelhouse wheelhouse-windows zipapp dev lock

demo: $(VENV)
	$(BIN)/hvtui --demo

fake-host: $(VENV)
	$(BIN)/python -m tests.winrm.fake_host

fake-vmm: $(VENV)
	$(BIN)/python -m tests.winrm.fake_host --vmm

test: $(VENV)
	$(BIN)/python -m pytest -n auto --dist worksteal -q -m "not rare"

check: $(VENV)
	$(MAKE) --jobs=2 --output-sync style types imports pictures-current
	$(MAKE) test

style: $(VENV)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)
	$(BIN)/mypy

imports: $(VENV)
	$(BIN)/lint-imports

pictures-current: $(VENV)
	$(BIN)/python -m screenshots.take --check

pictures: $(VENV)
	$(BIN)/python -m screenshots.take

bench: $(VENV)
	$(BIN)/python -m benchmarks.startup
	$(BIN)/python -m benchmarks.keys
	$(BIN)/python -m benchmarks.wire
	$(BIN)/python -m benchmarks.winrm

soak: $(VENV)
	$(BIN)/python -m benchmarks.soak

# Every verb, kind of message, fault and transport, and every kind of certificate; `make test` has a part of them.
faults: $(VENV)
	HVTUI_ALL_FAULTS=1 $(BIN)/python -m pytest -n auto -q tests/winrm/test_matrix.py tests/winrm/test_contract.py
	$(BIN)/python -m pytest -n auto -q -m rare

# With a KDC of its own; `make test` has these tests too, once this was made. What it needs: CONTRIBUTING.md.
kerberos: $(KERBEROS)
	$(BIN)/python -m pytest -q tests/winrm -m kerberos

# Compiled, so it is not in the locked environment.
$(KERBEROS): $(VENV)
	$(BIN)/python -m pip install --quiet 'pywinrm[kerberos]'
	touch $@

# For a machine without a package index: with this system and this Python, or Windows (x64).
wheelhouse: $(VENV)
	$(BIN)/python -m distribution.wheelhouse dist/wheelhouse this

wheelhouse-windows: $(VENV)
	$(BIN)/python -m distribution.wheelhouse dist/wheelhouse-windows windows

zipapp: $(VENV)
	$(BIN)/python -m distribution.single_file dist/hvtui.pyz

dev: $(VENV)
	@echo 'Ready: . .venv/bin/activate'

$(VENV): requirements-dev.txt pyproject.toml
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	touch $@

# Needs uv on PATH. What is packed (requirements.txt) has the versions that were tested (requirements-dev.txt).
COMPILE := uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --upgrade \
	--no-emit-index-url --no-annotate --no-header --quiet
lock:
	$(COMPILE) --group dev -o requirements-dev.txt
	$(COMPILE) --constraint requirements-dev.txt -o requirements.txt
