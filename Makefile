# The commands for developers. `make` lists them.
SHELL       := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# The packages to test and to lint: make test PKG=./pkg/order/...
PKG ?= ./...

BIN    := bin
WITHPG := $(BIN)/withpg --
# Its last lines are the summary: the number of tests, and each failed test with its output. It fails if no test ran.
GOTESTSUM := $(BIN)/gotestsum --format=pkgname --format-hide-empty-pkg \
	'--post-run-command=bash -c "[ $$((TESTS_TOTAL - TESTS_SKIPPED)) -gt 0 ] || { echo No test ran. >&2; exit 1; }"'
GOTEST := $(GOTESTSUM) --

# The service has no C, and its image is built without. With the same setting everywhere, each package is compiled once. Only the race
# detector needs C.
export CGO_ENABLED := 0

# Each test has a database of its own: 300 files, made and deleted again. On a disk that takes up to 15 times the processor time of
# memory, so the files of the tests' servers are in memory where 4 GB of it are free. Elsewhere they are in /tmp.
test quick test-race test-serial test-long: export TEST_DATABASE_DIR ?= $(shell \
	[ "$$(df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 { print $$4 }')" -ge 4000000 ] 2>/dev/null && echo /dev/shm)

# Only `make quick` skips a database and makes the long tests small.
unexport TEST_DATABASES TEST_SIZE

# The files that `make generate` writes. In the guides it writes only the tables.
GENERATED := openapi.yaml README.md docs/*.md

# $(call need,PROGRAM,HOW TO GET IT) stops a target if a program is missing, and says what to install.
need = command -v $(1) >/dev/null || { echo "make $@ needs $(1): $(2)" >&2; exit 1; }

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-17s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

##@ Build and run

.PHONY: build
build: ## Build bin/orderdesk
	go build -o $(BIN)/orderdesk ./cmd/orderdesk

.PHONY: demo
demo: build ## Run a demo company on SQLite, with tokens to try it
	$(BIN)/orderdesk demo

.PHONY: demo-tour
demo-tour: build ## Walk the page that the service comes from, in curl against a fresh demo, and check every answer
	$(DEMO) go test ./pkg/testkit/guides -run '^TestGuides$$/^tour$$' -count=1 -v

##@ Test

.PHONY: test
test: $(BIN)/gotestsum withpg ## Run the tests, on SQLite and on a throw-away PostgreSQL (or on TEST_DATABASE_URL)
	$(WITHPG) $(GOTEST) -timeout=15m $(PKG)

# One package more at once than there are processors.
ONE_MORE := -p=$$((1 + $$(getconf _NPROCESSORS_ONLN)))

# Linking without debug information saves a third of the time of linking. The packages with the longest tests begin, so that none
# of them runs alone at the end. Many tests wait for a worker, a deadline or another process, so more of them, and one package
# more, run at once than there are processors.
.PHONY: quick
quick: $(BIN)/gotestsum ## Run all tests on SQLite alone, the long ones on less data, in less than two minutes; needs Go and nothing else
	@echo "On SQLite only. Tests that need PostgreSQL are skipped, and long tests use less data. make test runs everything in full."
	TEST_DATABASES=sqlite TEST_SIZE=small $(GOTESTSUM) --hide-summary=skipped -- -ldflags=-w -timeout=15m \
		$(ONE_MORE) -parallel=$$((2 * $$(getconf _NPROCESSORS_ONLN))) \
		$(if $(filter ./...,$(PKG)),./cmd/orderdesk ./api ./pkg/store) $(PKG)

# Packages without concurrency. The race detector would find nothing in them, and the tests would take ten times as long. bench/meter
# measures processor time, which the race detector multiplies.
SERIAL := ./bench/meter ./cmd/openapi ./pkg/testkit/guides ./pkg/billing ./pkg/company ./pkg/config ./pkg/document ./pkg/email ./pkg/fault ./pkg/hook ./pkg/money \
	./pkg/order ./pkg/testkit ./pkg/testkit/faults ./pkg/testkit/tradedata ./pkg/webhook

# Dependencies that access much memory: SQLite as Go code, compression, PDF and YAML. The race detector ignores them. With kin-openapi
# or other users of sync.Map among them, the detector reports races that do not exist: the program has one copy of that generic code,
# and it may be the one of such a package.
UNRACED := $(foreach p,modernc.org/sqlite/lib modernc.org/libc/... modernc.org/memory compress/... go.yaml.in/yaml/...,-gcflags=$(p)=-race=false)

# The linters run go vet's checks, and nobody debugs these binaries.
QUICK := -vet=off -ldflags=-w $(ONE_MORE)

# The packages with the longest tests begin, as in quick.
.PHONY: test-race
test-race: $(BIN)/gotestsum withpg ## Run the tests under the race detector, except those that test-serial and test-long run
	@$(call need,gcc,the race detector is linked with it (Debian: apt-get install gcc libc6-dev))
	CGO_ENABLED=1 $(WITHPG) $(GOTEST) -race $(UNRACED) $(QUICK) -short -timeout=20m \
		$(if $(filter ./...,$(PKG)),./api ./pkg/store ./pkg/desk ./cmd/orderdesk) $$(go list $(PKG) | grep -vxFf <(go list $(SERIAL)))

.PHONY: compile-race
compile-race: ## Compile every package as test-race needs it
	CGO_ENABLED=1 go build -race $(UNRACED) $(PKG)

.PHONY: test-serial
test-serial: $(BIN)/gotestsum withpg ## Run the tests of the packages without concurrency
	$(WITHPG) $(GOTEST) $(QUICK) -timeout=15m $(SERIAL)

# testkit.Long marks them and checks their names. Packages without one are not compiled: that would link 40 programs for nothing.
LONG = $$(git grep --untracked -l '^func TestLong_' -- '*_test.go' | sed 's|^\(.*\)/.*|./\1|' | sort -u)

.PHONY: test-long
test-long: $(BIN)/gotestsum withpg ## Run the long tests, which test-race skips
	$(WITHPG) $(GOTEST) $(QUICK) -run '^TestLong_' -timeout=15m $(if $(filter ./...,$(PKG)),$(LONG),$(PKG))

.PHONY: sabotage
sabotage: withpg ## Remove each guard in turn and check that its test fails (ONLY=word: only guards with this word in their name)
	$(WITHPG) go run ./pkg/testkit/sabotage "$(ONLY)"

# The journals and logs of a run are in bin/faults. FAULT=kill,disk-full runs some of the faults, SEED=7 repeats a load.
FAULTS = go run ./pkg/testkit/faults -fault "$(FAULT)" -seed "$${SEED:-0}"

.PHONY: faults
faults: ## Run the service through every fault of production under load; prints the table of docs/reliability.md (FAULT=, SEED=)
	@$(FAULTS)

.PHONY: faults-twins
faults-twins: ## Run each fault again without the guard that it needs: each must be red (FAULT=, SEED=)
	@$(FAULTS) -twins

.PHONY: break-statements
break-statements: $(BIN)/gotestsum withpg ## Break every write at each of its statements, both ways, on both databases
	EVERY_WRITE=1 $(WITHPG) $(GOTEST) -run '^Test(BrokenAtEachStatement|PanicsRollBack|UnknownOutcomeIsRepeated)$$' -count=1 -timeout=30m ./pkg/desk

.PHONY: poolers
poolers: $(BIN)/gotestsum withpg ## Run the service through a real PgBouncer, in each of its modes
	@PATH="$$PATH:/usr/sbin"; $(call need,pgbouncer,install PgBouncer (Debian: apt-get install pgbouncer))
	POOLERS=1 $(WITHPG) $(GOTEST) -run '^TestPgBouncer' -count=1 -timeout=10m ./cmd/orderdesk

# Only PostgreSQL's programs are needed, which pgtest finds. No server has to run.
.PHONY: withpg
withpg:
	@go build -o $(BIN)/withpg ./pkg/testkit/pgtest/cmd/withpg

# FUZZTIME=5m make fuzz runs each for 5 minutes.
.PHONY: fuzz
fuzz: ## Fuzz the parsers of bodies, queries, cursors and money, each for FUZZTIME (30s)
	@git ls-files '*_test.go' | xargs grep -lE '^func Fuzz' | while read -r file; do \
		grep -oE '^func Fuzz[A-Za-z]+' "$$file" | cut -c6- | while read -r name; do \
			echo "$$name"; go test "./$$(dirname "$$file")" -run '^$$' -fuzz "^$$name\$$" -fuzztime "$${FUZZTIME:-30s}" </dev/null; done; done

# CONTRACT_CASES=1000 CONTRACT_SEED=7 make fuzz-contract sends fewer requests, and always the same ones.
.PHONY: fuzz-contract
fuzz-contract: ## Send 20,000 requests made from the API document to a service on SQLite; prints seed and counts
	CONTRACT_CASES=$${CONTRACT_CASES:-20000} go test ./pkg/testkit/contract/fuzz -run '^TestContractFuzz$$' -count=1 -v -timeout=15m -rapid.seed=$${CONTRACT_SEED:-0}

.PHONY: contract-coverage
contract-coverage: ## Report the documented answers (operation x status) that no test of the API gets
	@rm -f $(BIN)/contract-coverage
	CONTRACT_COVERAGE=$(CURDIR)/$(BIN)/contract-coverage go test ./api ./cmd/openapi/record ./pkg/testkit/contract/... -count=1 -timeout=10m
	go run ./pkg/testkit/contract/cmd/coverage $(BIN)/contract-coverage

# It seeds both databases first. A million orders take half an hour, and 15 GB in the temporary directory.
.PHONY: list-figures
list-figures: withpg ## Measure the lists of orders, lines, payments and invoices at a million orders on both databases (ORDERS=100000: fewer)
	$(WITHPG) go run ./pkg/testkit/listfigures -orders $${ORDERS:-1000000}

BENCH = go run ./bench

.PHONY: bench
bench: ## Measure orderdesk beside the least that a Go service must do, at a million orders, in 20 minutes (BENCH_FLAGS="-ops list")
	@$(BENCH) $(BENCH_FLAGS)

.PHONY: bench-quick
bench-quick: ## The same with 50,000 orders and shorter runs, in 3 minutes (BENCH_FLAGS="-ops list -tables floor")
	@$(BENCH) -quick $(BENCH_FLAGS)

# 10 million orders take 63 GB and most of the time. DATA=DIR keeps the databases, so that they are filled once and measured again.
.PHONY: growth
growth: ## Measure how the work of a request grows from 10,000 orders to 10 million, and draw docs/growth.svg (SIZES=, DATA=)
	@$(BENCH) -tables growth -sizes $${SIZES:-10000,1000000,10000000} -data "$(DATA)" -conns 4 -seconds 2 -svg docs/growth.svg $(BENCH_FLAGS)

##@ Check

.PHONY: check
check: fmt-check lint generate-check test-serial test-long test-race ## All that a change must pass before it is merged

.PHONY: fmt
fmt: $(BIN)/golangci-lint ## Format the code
	$(BIN)/golangci-lint fmt

.PHONY: fmt-check
fmt-check: $(BIN)/golangci-lint
	$(BIN)/golangci-lint fmt --diff

.PHONY: lint
lint: $(BIN)/golangci-lint ## Run the linters and go vet's checks; they also check which package may import which
	$(BIN)/golangci-lint run $(PKG)

# Without a way out, fetch https://vuln.go.dev/vulndb.zip elsewhere, unzip it and name it: make vuln VULNDB=file:///srv/vulndb
VULNDB ?= https://vuln.go.dev

.PHONY: vuln
vuln: ## Look for known vulnerabilities in the dependencies (VULNDB=file:///DIR: a copy of vuln.go.dev)
	go run -C tools golang.org/x/vuln/cmd/govulncheck -db $(VULNDB) -C .. ./...

.PHONY: licences
licences: ## List the modules of the program with their licences; fails on one that is not permitted
	@go run ./pkg/testkit/supply licences

.PHONY: sbom
sbom: ## Write the software bill of materials (CycloneDX) to bin/orderdesk.cdx.json
	@mkdir -p $(BIN)
	go run ./pkg/testkit/supply sbom >$(BIN)/orderdesk.cdx.json

# The flags of the Dockerfile. The second build shares nothing with the first: it has another folder and an empty cache.
RELEASE = CGO_ENABLED=0 go build -trimpath -buildvcs=false -tags timetzdata -ldflags "-s -w"

.PHONY: reproducible
reproducible: ## Build the program twice, in two folders and without a shared cache, and compare the hashes
	@dir=$$(mktemp -d); trap 'chmod -R u+w "$$dir"; rm -rf "$$dir"' EXIT; mkdir "$$dir/one" "$$dir/two" "$$dir/two/folder"; \
	git ls-files -z --cached --others --exclude-standard | tar --null -T - --ignore-failed-read -cf "$$dir/source.tar"; \
	tar -xf "$$dir/source.tar" -C "$$dir/one"; tar -xf "$$dir/source.tar" -C "$$dir/two/folder"; \
	(cd "$$dir/one" && $(RELEASE) -o "$$dir/first" ./cmd/orderdesk); \
	(cd "$$dir/two/folder" && GOCACHE="$$dir/cache" $(RELEASE) -o "$$dir/second" ./cmd/orderdesk); \
	(cd "$$dir" && sha256sum first second); cmp "$$dir/first" "$$dir/second"

.PHONY: amplification
amplification: ## Measure the CPU time that a useless body, and a file without a token, cost
	go test ./api -run '^$$' -bench '^BenchmarkAmplification$$' -benchtime 20x

##@ Generate

# It needs only Go. make clients generates the clients and needs Node too.
.PHONY: generate
generate: ## Generate the API document and the tables in the guides
	go run ./cmd/openapi

# The recorder checks the answers against the API document, so a new operation must be generated first.
.PHONY: examples
examples: generate withpg ## Record the examples of the API document again, also for a new operation
	$(WITHPG) go test ./cmd/openapi/record -run '^(TestExamples|TestProblemExamples)$$' -update -count=1
	go run ./cmd/openapi

# It compares with git's index, so staged files count as up to date.
.PHONY: generate-check
generate-check: generate
	@git ls-files --error-unmatch $(GENERATED) >/dev/null && git diff --stat --exit-code -- $(GENERATED) || \
		{ echo "The document or a guide was not up to date: git add what make generate has written." >&2; exit 1; }

##@ The API document, with tools of Node (pkg/testkit/lint/package.json pins them)

LINT := pkg/testkit/lint/node_modules/.package-lock.json
TS   := docs/clients/ts/node_modules/.package-lock.json
GEN  := pkg/testkit/generators/node_modules/.package-lock.json
PW   := pkg/testkit/browser/node_modules/.package-lock.json
APP  := pkg/console/app/node_modules/.package-lock.json

$(LINT) $(TS) $(PW) $(APP): %/node_modules/.package-lock.json: %/package.json %/package-lock.json | node
	npm ci --prefix $* --no-fund --no-audit --ignore-scripts
	@touch $@

# The versions are pinned in package.json. What these generators depend on is for them to say, as it is for their users.
$(GEN): pkg/testkit/generators/package.json | node
	npm install --prefix pkg/testkit/generators --no-package-lock --no-fund --no-audit --ignore-scripts
	@touch $@

# With an older Node the tools fail without saying why.
.PHONY: node
node:
	@node -e 'process.exit(process.versions.node.split(".")[0] < 20 ? 1 : 0)' 2>/dev/null && command -v npm >/dev/null || { echo \
		"This needs npm and Node 20 or later (https://nodejs.org; Debian: apt-get install nodejs npm). Node here: $$(node --version 2>/dev/null || echo none)." >&2; exit 1; }

.PHONY: lint-openapi
lint-openapi: $(LINT) ## Lint openapi.yaml by Redocly, Spectral and OWASP's rules; its score must be 90 or more
	cd pkg/testkit/lint && npx redocly lint --config redocly.yaml ../../../openapi.yaml
	cd pkg/testkit/lint && npx spectral lint --fail-severity=hint -r spectral.yaml ../../../openapi.yaml
	cd pkg/testkit/lint && node score.mjs

##@ Clients, and the page in a browser

OAPI := $(BIN)/oapi-codegen
DEMO := docs/clients/withdemo.sh $(BIN)/orderdesk

# The checks that need Node and a browser. The Go tests (make check) need neither.
.PHONY: check-clients
check-clients: lint-openapi clients-check check-compat test-clients test-browser console-check test-console ## All checks of the API document, the clients, the docs page and the console; needs Node and Chromium

.PHONY: clients
clients: $(TS) $(OAPI) ## Generate the TypeScript and Go clients from openapi.yaml
	cd docs/clients/ts && npm run --silent generate
	$(OAPI) -config docs/clients/go/oapi-codegen.yaml openapi.yaml

.PHONY: clients-check
clients-check: clients
	@git diff --stat --exit-code -- docs/clients || \
		{ echo "The clients were not up to date: git add what make clients has written." >&2; exit 1; }

.PHONY: test-clients
test-clients: build $(TS) ## Compile both clients strictly and walk each through a running demo
	npm --prefix docs/clients/ts run --silent build
	npm --prefix docs/clients/ts run --silent test
	cd docs/clients/go && go vet ./...
	$(DEMO) npm --prefix docs/clients/ts run --silent tour
	$(DEMO) go test -C docs/clients/go -vet=off -count=1 -v ./...

.PHONY: test-browser
test-browser: build $(PW) ## Use the docs page in a headless Chromium: authorise, list web orders, confirm one
	$(DEMO) node pkg/testkit/browser/test.mjs

##@ The console, whose build is committed, so that go build needs no Node

.PHONY: console
console: $(APP) ## Build the console: pkg/console/app into pkg/console/dist
	cd pkg/console/app && npx tsc -p . && node build.mjs

# It compares with git's index, so staged files count as up to date.
.PHONY: console-check
console-check: console
	@git ls-files --error-unmatch $(addprefix pkg/console/dist/,console.css console.js icon.svg index.html licenses.txt) >/dev/null && \
		git diff --stat --exit-code -- pkg/console/dist || \
		{ echo "The console was not up to date: git add what make console has written." >&2; exit 1; }

.PHONY: test-console
test-console: build $(APP) ## Use the console in a headless Chromium, sentence by sentence of the page that it comes from
	$(DEMO) node pkg/console/app/test.mjs

# A picture depends on the fonts of its machine, so no check compares it.
.PHONY: picture
picture: build $(APP) ## Take the README's picture of the Order Summary, docs/order-summary.png
	PICTURE=1 $(DEMO) node pkg/console/app/test.mjs

# CI does not run it: the first build of what ogen's client imports takes a minute.
.PHONY: check-generators
check-generators: $(GEN) $(OAPI) ## Make a client by each of five generators and compile it strictly
	pkg/testkit/generators/check.sh

.PHONY: check-compat
check-compat: ## Look for changes since the last version tag that would break a client
	docs/clients/compat.sh

##@ Tools, at the versions that tools/go.mod pins

$(BIN)/golangci-lint: tools/go.mod tools/go.sum
	@echo "Building golangci-lint, which takes a few minutes the first time"
	go build -C tools -o ../$@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint
	@touch $@

$(BIN)/gotestsum: tools/go.mod tools/go.sum
	go build -C tools -o ../$@ gotest.tools/gotestsum
	@touch $@

$(OAPI): docs/clients/tools/go.mod docs/clients/tools/go.sum
	go build -C docs/clients/tools -o ../../../$@ github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen
	@touch $@

$(BIN)/oasdiff: docs/clients/tools/go.mod docs/clients/tools/go.sum
	go build -C docs/clients/tools -o ../../../$@ github.com/oasdiff/oasdiff
	@touch $@
