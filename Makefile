# make alone lists what there is.
.DEFAULT_GOAL := help
SHELL := /bin/bash

TOOLS    := .tools
GOLANGCI := $(TOOLS)/golangci-lint
GOLANGCI_VERSION := v2.15.0
GO_TEST_FLAGS ?=
# The race detector makes a test five to ten times as slow. It is off in what drives the
# whole product from outside, but for what several do TOGETHER, and in what looks at pages
# or counts over hundreds of forms or surveys.
# With it the compiler checks each use of a pointer; in SQLite, which was translated from
# C, that is a quarter of all the time, and tells nothing about code of ours.
RACE      := -race -gcflags='modernc.org/...=-d=checkptr=0'
RACED     := ./handlers/... ./static/... ./storage/... ./surveys/...
TOGETHER  := Crash|TwoInstances
COUNTING  := Corpus|InjectedFault|HostileFile|FormsOfOthers|FormsByOthers|PagesAreMadeOfReleases|AttackerOfThePages|TownsThatDiffer|FromThePages|NoAnswerOf|NoAnswerIsPinned
LOOKING   := LookRight|NarrowPhone|EveryPageFits|EveryPageHolds
# Property tests draw the same each time here, so that what is green stays green; go test
# by itself draws anew, and finds what this does not.
test: export RAPID_SEED := $(or $(RAPID_SEED),20261126)
LISTEN ?= 127.0.0.1:8080

.PHONY: help
help: ## list what there is
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: tools
tools: ## install what the tests need, or name it without root
	@docs/tools.sh

.PHONY: test
test: tools ## everything: unit, both databases, crash test, browser
	go test $(RACE) -timeout 30m -skip '$(COUNTING)|$(LOOKING)' $(GO_TEST_FLAGS) $(RACED)
	go test $(RACE) -timeout 30m -run '$(TOGETHER)' $(GO_TEST_FLAGS) ./cmd/weerklank
	@$(MAKE) --no-print-directory -j2 --output-sync=target driven looked

# The first waits for a browser and for disks, the second counts: together they take no longer.
.PHONY: driven looked
driven:
	go test -timeout 30m -parallel 4 -skip '$(TOGETHER)' $(GO_TEST_FLAGS) ./cmd/...
looked:
	go test -timeout 30m -run '$(COUNTING)|$(LOOKING)' $(GO_TEST_FLAGS) $(RACED)

.PHONY: lint
lint: $(GOLANGCI) ## format, vet and lint
	@test -z "$$(gofmt -l . | tee /dev/stderr)" || { echo 'gofmt -w the files above'; exit 1; }
	go vet ./...
	$(GOLANGCI) run

$(GOLANGCI):
	GOBIN=$(CURDIR)/$(TOOLS) go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_VERSION)

.PHONY: run
run: ## serve the demo municipality on LISTEN
	go run ./cmd/weerklank demo --listen $(LISTEN)

.PHONY: shots
shots: tools ## screenshots of every page at 320, 768 and 1280 px, into a temporary folder
	go test -count=1 -v -run TestEveryPageThatLinksReachIsSound ./cmd/weerklank -shots

.PHONY: picture
picture: tools ## the picture of the README, from the running product
	go test -count=1 -run TestPictureOfTheReadme ./cmd/weerklank -picture $(CURDIR)/docs/weerklank.png

.PHONY: bench
bench: ## the measurements of docs/performance.md
	go run ./cmd/weerklank bench submit
	go run ./cmd/weerklank bench results
	go run ./cmd/weerklank bench mix
	go test -run '^$$' -bench . -benchmem ./...

.PHONY: attack
attack: ## the attacker of the guard, for long: 20,000 random populations of each kind, 1,000 for the bounds, 166 surveys through their pages
	go test -count=1 -timeout 2h -run 'Derives|Attacker|Betrays|Pinned|Waits' ./surveys/disclosure -rapid.checks=20000 -populations 1000

.PHONY: linkage
linkage: ## the linkage attack on 200 surveys of each database, and the chance to which it is held
	@set -o pipefail; go test -count=1 -v -timeout 1h -run 'LinksAPerson|LinkageAttack' ./cmd/weerklank -linkage.surveys 200 \
		| sed -n 's/.*measure: //p; /^ *--- FAIL/p; /^FAIL/p; /_test.go.*\(blind\|link\|proves\)/p'

.PHONY: corpus
corpus: ## the measures over forms and cases by others, in ../shared/corpus or WEERKLANK_CORPUS
	@set -o pipefail; go test -count=1 -v -run 'Corpus|LimeSurvey|Others|InjectedFault' ./cmd/weerklank ./surveys/interchange ./surveys/questionnaire/... \
		| sed -n 's/.*measure: //p; /^ *--- FAIL/p; /^FAIL/p; /the corpus is not here/p; /_test.go.*\(REFUSED\|ACCEPTED\|ROW\)/p'

.PHONY: corpus-pages
corpus-pages: ## a hundred simulated respondents fill in each form of the corpus on its real pages
	@set -o pipefail; go test -count=1 -v -timeout 30m -run FormsOfOthers ./handlers/respond -respondents 100 \
		| sed -n 's/.*measure: //p; /^ *--- FAIL/p; /^FAIL/p; /the corpus is not here/p'
