# The door: each target makes sure that the packages it needs are there, then
# has meson and ninja do the work. `make help` lists them.
#
#	MESON_FLAGS	more options for a build directory that is yet to be made
#	TESTS		for check and its kin: arguments of `meson test`, such
#			as the name of one test program, or --suite ipc
#	PREFIX, DESTDIR	for install
#	CLANG_TARGETS	for clang and lint: programs, or all, as it is
#	TIDY		for lint: how the paths begin that clang-tidy and cppcheck look at, such as
#			src/; all of them
#	TIDY_NODES	for lint: how far its analyzer follows one function
#	FUZZ_SECONDS	for fuzz: how long each harness runs
#	TORTURE_SECONDS	for torture: how long
#	SOAK_MESSAGES	for soak: how many
#	SOAK_TRANSFERS	for soak-memory: how many
#	MODEL		for model: full, for the long runs too; or names of scenarios
#
# Each kind of build has a directory of its own: build, build-clang, ...

MESON_FLAGS ?=
TESTS ?=
PREFIX ?= /usr/local
CLANG_TARGETS ?= all
TIDY ?=
TIDY_NODES ?= 225000
FUZZ_SECONDS ?= 60
TORTURE_SECONDS ?= 600
SOAK_MESSAGES ?= 3000000
SOAK_TRANSFERS ?= 1000000
MODEL ?=

.NOTPARALLEL:
.SILENT:
.PHONY: build check conformance demo bench torture soak soak-memory install deb sanitize \
	tsan release-check clang configure-clang lint lint-format lint-headers \
	lint-analyzer lint-cppcheck lint-tidy fuzz coverage valgrind model format \
	clean help setup setup-deb setup-dev

build: ## build the library and the programs, in build/ (the default)
build: setup
	$(call configure,build)
	$(call ninja,build,programs)

check: ## build everything, and run the tests
check: setup
	$(call configure,build)
	$(call check,build)

conformance: ## run the conformance suite, and write docs/conformance.md
conformance: setup
	$(call configure,build)
	$(call ninja,build,all)
	tools/conformance report build

demo: ## build, and show what it can do
demo: setup
	echo "Building Mach ports for Linux ..."
	$(call configure,build)
	$(call ninja,build,programs)
	$(in-build-tree) demo/run

bench: ## build, and measure
bench: setup
	echo "Building Mach ports for Linux ..."
	$(call configure,build)
	$(call ninja,build,programs)
	$(in-build-tree) bench/run

torture: ## kill processes anywhere for TORTURE_SECONDS, 600; nothing may be lost
torture: setup
	$(call configure,build)
	$(call ninja,build,tests/torture/torture src/machportd/machportd)
	$(in-build-tree) build/tests/torture/torture --seconds=$(TORTURE_SECONDS)

soak: ## send SOAK_MESSAGES, 3,000,000, through a full queue: no lost wake-up
soak: setup
	$(call configure,build)
	$(call ninja,build,tests/torture/soak src/machportd/machportd)
	$(in-build-tree) build/tests/torture/soak $(SOAK_MESSAGES)

soak-memory: ## send memory SOAK_TRANSFERS times, 1,000,000: nothing stays behind
soak-memory: setup
	$(call configure,build)
	$(call ninja,build,tests/torture/soak_memory src/machportd/machportd)
	$(in-build-tree) build/tests/torture/soak_memory $(SOAK_TRANSFERS)

install: ## install into PREFIX, which is /usr/local; DESTDIR is honoured
install: setup
	$(call configure,build)
	$(call use-prefix,build)
	$(call ninja,build,programs)
	meson install -C build --no-rebuild >build/install.log 2>&1 || \
		{ cat build/install.log; exit 1; }
	if [ -z '$(DESTDIR)' ] && [ "$$(id -u)" = 0 ]; then ldconfig; fi
	echo 'Installed in $(DESTDIR)$(PREFIX).'

deb: ## build Debian packages, in build-deb/
deb: setup-deb
	tools/deb build-deb

sanitize: ## the tests with ASan and UBSan
sanitize: setup
	$(call configure,build-sanitize,-Db_sanitize=address$(,)undefined)
	$(call ninja,build-sanitize,programs)
	$(no-aslr) tools/check build-sanitize -t 4 $(TESTS)

# The programs, which tests run, and what meson builds since these tests need it.
tsan: ## the tests of what has threads, with TSan
tsan: setup
	$(call configure,build-tsan,-Doptimize_tests=false -Db_sanitize=thread)
	$(call ninja,build-tsan,programs)
	$(no-aslr) tools/check build-tsan -t 4 --suite tsan $(TESTS)

release-check: ## the tests as -O3 -DNDEBUG
release-check: setup
	$(call configure,build-release,--buildtype=release -Db_ndebug=true)
	$(call ninja,build-release,programs)
	tools/check build-release $(TESTS)

# What clang warns of does not need its optimiser.
clang: ## build everything with clang; a warning is an error
clang: configure-clang
	$(call ninja,build-clang,$(CLANG_TARGETS))

configure-clang: setup-dev
	CC='$(ccache) clang'; CXX='$(ccache) clang++'; export CC CXX; \
		$(call configure,build-clang,--werror -Dcompare=auto -Doptimization=0)

lint: ## clang-format, gcc's analyser, clang-tidy, cppcheck, headers as C99 and C++
lint: lint-format lint-headers lint-analyzer lint-cppcheck lint-tidy

lint-format: setup-dev
	clang-format --dry-run -Werror $(c-files)
	if grep -n '#include ".*\.\./' $(c-files); then \
		echo "lint: a part is not to reach into another's folder"; exit 1; \
	fi

lint-headers: setup-dev
	for header in $$(cd include && find * -name '*.h'); do \
		clang -std=c99 $(header-flags) -DONLY="<$$header>" \
			tests/include/c99_test.c && \
		clang++ -std=c++17 $(header-flags) -DONLY="<$$header>" \
			tests/include/cxx_test.cc || exit 1; \
	done

lint-analyzer: setup-dev
	$(call configure,build-analyzer,-Danalyzer=true --werror)
	$(call ninja,build-analyzer,programs)

# What cppcheck looks at: as TIDY, and files that mig has written.
define cppcheck_files
import json, os, sys
os.chdir(sys.argv[1])
commands = json.load(open("compile_commands.json"))
there = [c for c in commands
         if os.path.exists(c["file"]) and c["file"].startswith("../" + sys.argv[2])]
json.dump(there, open("cppcheck/compile_commands.json", "w"))
endef
export cppcheck_files

# These two want clang's flags, and the headers that mig writes; not what else it
# writes, in the build directory.
lint-cppcheck: clang
	mkdir -p build-clang/cppcheck
	python3 -c "$$cppcheck_files" build-clang "$(TIDY)"
	cppcheck --quiet --project=build-clang/cppcheck/compile_commands.json \
		-i'$(CURDIR)/build-clang' \
		--cppcheck-build-dir=build-clang/cppcheck -j 2 $(cppcheck-flags)

lint-tidy: clang
	cd build-clang && sed -n 's|.*"file": "\(\.\./$(TIDY).*\.c\)".*|\1|p' \
		compile_commands.json | sort -u | \
		xargs -P 2 -n 1 clang-tidy --quiet -p . $(tidy-flags) 2>tidy.log || \
		{ grep 'error:' tidy.log; exit 1; }

fuzz: ## run each fuzz harness for FUZZ_SECONDS, which is 60
fuzz: setup-dev
	CC='$(ccache) clang'; export CC; \
		$(call configure,build-fuzz,-Dfuzz=true -Dtests=false -Dbench=false \
		-Ddemo=false -Db_sanitize=address$(,)undefined -Db_lundef=false)
	$(call ninja,build-fuzz,fuzz-programs)
	$(fuzz-all)

# meson builds what these tests need. Random operations are to reach nothing that
# the other tests do not: a seed and a step, so that each run is the same.
coverage: ## what the unit tests leave out of ipc, lane and wire; HTML in build-coverage/report
coverage: TESTS = --suite wire --suite lane --suite ipc --suite kern
coverage: setup-dev
	$(call configure,build-coverage,-Db_coverage=true -Doptimization=0)
	find build-coverage -name '*.gcda' -delete
	mkdir -p build-coverage/report
	SEED=1 STEPS=1 tools/check build-coverage $(TESTS)
	gcovr --root . --filter src/ --html-details \
		build-coverage/report/index.html build-coverage/src
	tools/coverage build-coverage

valgrind: ## the tests of wire, ipc and kern under valgrind
valgrind: TESTS = --suite wire --suite ipc --suite kern
valgrind: setup-dev
	$(call configure,build)
	$(call check,build,-t 20 --wrapper '$(memcheck)')

model: ## walk through the models of lanes, and their mutants; MODEL=full: the long runs too
model: setup-dev
	tools/model $(MODEL)

format: ## rewrite the sources with clang-format
format: setup-dev
	clang-format -i $(c-files)

clean: ## remove all that was built
	rm -rf build build-sanitize build-tsan build-release build-clang \
		build-analyzer build-fuzz build-coverage build-deb build-model \
		build-compare

help: ## list these
	sed -n 's/^\([a-z-]*\): ## /\1\t/p' Makefile | \
		while IFS='	' read -r target what; do \
		printf '  make %-14s %s\n' "$$target" "$$what"; done

setup:
	tools/setup

setup-deb:
	tools/setup deb

setup-dev:
	tools/setup dev

# $(call configure,DIRECTORY,OPTIONS): make a build directory, once; from then on
# ninja keeps it up to date.
define configure
if [ ! -f $(1)/build.ninja ]; then \
	rm -rf $(1); mkdir $(1); \
	meson setup $(2) $(MESON_FLAGS) $(1) >$(1)/configure.log 2>&1 || \
		{ grep -A 5 ERROR $(1)/configure.log; exit 1; }; \
fi
endef

# $(call use-prefix,DIRECTORY): have it install into PREFIX.
define use-prefix
meson configure $(1) -Dprefix='$(abspath $(PREFIX))' >$(1)/configure.log 2>&1 || \
	{ grep -A 5 ERROR $(1)/configure.log; exit 1; }
endef

# $(call ninja,DIRECTORY,TARGETS): for a person, ninja's line of progress; else
# nothing but warnings and errors, all of them, without what meson says before.
define ninja
if [ -t 1 ]; then \
	ninja -C $(1) $(2); \
else \
	failed=; \
	ninja --quiet -k 0 -C $(1) $(2) >$(1)/ninja.log 2>&1 || failed=1; \
	sed -n '/^FAILED: \|: In function \|: warning: \|: error: \|: fatal error: \|ERROR: /,$$p' \
		$(1)/ninja.log; \
	[ -z "$$failed" ]; \
fi
endef

# $(call check,DIRECTORY,ARGUMENTS,WRAPPER)
define check
$(call ninja,$(1),all)
$(3) tools/check $(1) $(2) $(TESTS)
endef

# What a script needs to run what was built, in place of what is installed.
in-build-tree = PATH="$(CURDIR)/build/src/machport:$(CURDIR)/build/src/machportd:$$PATH" \
	MACHPORT_KERNEL="$(CURDIR)/build/src/machportd/machportd" \
	MACHPORT_BUILD="$(CURDIR)/build" MACHPORT_SOURCE="$(CURDIR)"

# The harnesses run side by side. What they find that is new goes to the build
# directory; what is worth keeping is copied to tests/fuzz/corpus by hand.
define fuzz-all
cd build-fuzz || exit 1; \
rm -f *.status; \
for name in $(harnesses); do \
	mkdir -p found/$$name; \
	{ $(no-aslr) tests/fuzz/$$name -max_total_time=$(FUZZ_SECONDS) -timeout=10 \
		-rss_limit_mb=4096 -print_final_stats=1 -artifact_prefix=$$name- \
		$$(ls ../tests/fuzz/$$name.dict 2>/dev/null | sed 's/^/-dict=/') \
		found/$$name $$(ls -d ../tests/fuzz/corpus/$$name 2>/dev/null) \
		>$$name.log 2>&1; \
	echo $$? >$$name.status; } & \
done; \
wait; \
failed=; \
for name in $(harnesses); do \
	if [ "$$(cat $$name.status)" = 0 ]; then \
		echo "$$name: $$(sed -n 's/^stat::number_of_executed_units: *//p' \
			$$name.log) inputs, nothing found"; \
	else \
		tail -n 100 $$name.log; \
		echo "$$name: FAILED; the input is build-fuzz/$$name-*"; \
		failed=1; \
	fi; \
done; \
[ -z "$$failed" ]
endef

# Sanitizers map fixed addresses, which a kernel that randomises a lot may have
# taken already.
no-aslr := $(shell setarch -R true 2>/dev/null && echo setarch -R)

# meson finds it for the compiler that is the default, not for one that is named.
ccache := $(shell command -v ccache)

harnesses = $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/*_fuzz.c))
memcheck = valgrind -q --error-exitcode=99 --leak-check=full
c-files = $(shell find include src tests demo bench examples \
	\( -name '*.[ch]' -o -name '*.cc' \) 2>/dev/null)
# cppcheck does not know what compilers define. ctuuninitvar takes the address of
# what is to be filled in for a use of it.
cppcheck-flags = --enable=warning,performance,portability --inline-suppr \
	--suppress=ctuuninitvar --error-exitcode=1 --platform=unix64 -D__LP64__=1 -D__BYTE_ORDER__=1234 \
	-D__ORDER_LITTLE_ENDIAN__=1234
tidy-flags = $(foreach flag,-Xclang -analyzer-config -Xclang max-nodes=$(TIDY_NODES),\
	--extra-arg=$(flag))
header-flags = -fsyntax-only -Wall -Wextra -Wpedantic -Werror -Iinclude

, := ,
