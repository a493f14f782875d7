# The front door. Meson describes the build; `make help` says what there is.
SHELL := /bin/bash
ARGS ?=
SDK ?=
FUZZ_S ?= 60
BENCH ?=
BENCH_SIZE ?= full
SIZE ?= ci
NAMES ?=
SEED ?=

.DEFAULT_GOAL := all
.PHONY: all run test sdk safety check asan tsan coverage fuzz bench fmt lint docs clean help

all: build/build.ninja ## build the program: build/qund
	ninja -C build qund

run: ## install what is missing, build, start the demo, which prints a first call; ARGS="--listen 127.0.0.1:7781"
	tools/setup.sh build run
	@$(MAKE) --no-print-directory all
	build/qund --demo $(ARGS)

test: ## install what is missing, build, run every suite
	tools/setup.sh build test
	tools/build.sh build
	python3 tools/test.py build

sdk: ## the official SDKs against the program, as root; SDK="--languages python --cases calls"
	tools/setup.sh build test
	@$(MAKE) --no-print-directory all
	python3 tests/sdk/run.py $(SDK)

safety: ## crashes, power cuts, faults, attacks; SIZE=short|ci|long NAMES="crash authz" SEED=1
	tools/setup.sh build test safety
	tools/build.sh build-plants -Dplants=true
	python3 tests/safety/run.py --size $(SIZE) $(if $(SEED),--seed $(SEED)) $(NAMES)

check: ## what a reviewer should not have to look for: format, includes, headers, documents
	tools/build.sh build
	CC=clang tools/build.sh build-clang
	python3 tools/check.py

lint: ## clang-tidy and cppcheck
	CC=clang tools/build.sh build-clang
	python3 tools/lint.py

asan: ## every suite under AddressSanitizer and UndefinedBehaviorSanitizer
	tools/build.sh build-asan -Dbuildtype=debugoptimized -Db_sanitize=address,undefined
	python3 tools/test.py build-asan

tsan: ## every suite under ThreadSanitizer
	tools/build.sh build-tsan -Dbuildtype=debugoptimized -Db_sanitize=thread
	python3 tools/test.py build-tsan

coverage: ## how much of each folder the tests reach
	tools/coverage.sh

fuzz: ## each entry point for FUZZ_S=60 seconds (clang); findings stay in build-fuzz/
	CC=clang tools/build.sh build-fuzz -Dfuzz=true -Dbuildtype=debugoptimized \
		-Dplants=true -Db_sanitize=address,undefined
	tools/fuzz.sh $(FUZZ_S)

bench: ## size, start, memory and speed, measured; BENCH="limit reads" BENCH_SIZE=short
	tools/setup.sh build test bench
	tools/build.sh build
	python3 bench/run.py --size $(BENCH_SIZE) $(BENCH)

fmt: ## format every C file
	python3 tools/check.py --fix-format

docs: all ## write docs/reference/ from the tables
	ninja -C build src/api/qun-docs
	tools/docs.sh docs/reference

clean: ## remove all builds
	rm -rf build build-*

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' Makefile

build/build.ninja:
	@command -v meson >/dev/null || { echo "meson is missing: run tools/setup.sh"; exit 1; }
	meson setup build
