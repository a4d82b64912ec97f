#!/bin/sh
# The engine is pure: it asks nothing of the system but memory. Lists what the
# objects of libipc and libbase want from outside, and fails on anything that is
# not on the list below.
set -eu

build=${MACHPORT_BUILD:?is set by meson test}
ipc=$build/src/ipc/libipc.a
base=$build/src/base/libbase.a
# Of lane, what reads lanes for the engine.
drain="$build/src/lane/liblane.a.p/lane.c.o $build/src/lane/liblane.a.p/lane_drain.c.o"

# ipc: moving bytes about; and for ipc_check(), which must not disturb the
# counting of base_alloc.h, memory of its own. Only base may end the process.
pure='memcpy memset memmove memcmp bcmp strnlen __memcpy_chk __memset_chk __memmove_chk'
pure="$pure malloc calloc realloc reallocarray free qsort bsearch"
# base: the assertion that failed is printed, on stderr.
loud='abort fprintf fputs fputc fwrite __fprintf_chk stderr'
# What compilers add by themselves.
added='_GLOBAL_OFFSET_TABLE_ __stack_chk_fail __popcountdi2'

undefined() {
	nm --undefined-only --format=posix "$@" | awk 'NF > 1 { print $1 }' |
		sort -u
}

defined() {
	nm --defined-only --format=posix "$@" | awk 'NF > 1 { print $1 }' |
		sort -u
}

# Prints the symbols that @1.. may not have, given on stdin.
unexpected() {
	while read -r symbol; do
		case $symbol in
		__asan_* | __ubsan_* | __tsan_* | __sanitizer_* | __gcov_* | \
			__start_* | __stop_* | mangled_path | __llvm_*) continue ;;
		esac
		for allowed; do
			[ "$symbol" = "$allowed" ] && continue 2
		done
		printf '# %s\n' "$symbol"
	done
}

failures=0
count=0
check() { # sentence, symbols
	count=$((count + 1))
	if [ -z "$2" ]; then
		printf 'ok %d - %s\n' "$count" "$1"
	else
		printf '%s\nnot ok %d - %s\n' "$2" "$count" "$1"
		failures=1
	fi
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# shellcheck disable=SC2086 # two files
defined "$ipc" "$base" $drain >"$work/defined"
# shellcheck disable=SC2086
undefined "$ipc" $drain | comm -23 - "$work/defined" >"$work/ipc"
undefined "$base" | comm -23 - "$work/defined" >"$work/base"

[ -s "$work/defined" ] || { echo 'Bail out! no symbols'; exit 1; }
# shellcheck disable=SC2086 # lists of words
check the_engine_asks_for_memory_and_nothing_else \
	"$(unexpected $pure $added <"$work/ipc")"
# shellcheck disable=SC2086
check the_base_asks_for_memory_and_a_place_to_complain \
	"$(unexpected $pure $loud $added <"$work/base")"
printf '1..%d\n' "$count"
exit "$failures"
