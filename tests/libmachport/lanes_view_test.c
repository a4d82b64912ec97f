/* The other side's memory is read where it was, whatever becomes of it. */
#include "lanes_view.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

#include "lane_memory.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

#define BYTES ((size_t)0x8000)

/* Map a file of @bytes that begins with @value. */
static const uint8_t *
view_file(struct lanes_view *view, uint8_t value, size_t bytes)
{
	const uint8_t *seen;
	void *mine;
	int file;

	assert_int_equal(lane_memory_new("view-test", bytes, &mine, &file), 0);
	memset(mine, value, bytes);
	seen = lanes_view_map(view, file, bytes);
	assert_int_equal(close(file), 0);
	lane_memory_unmap(mine, bytes);
	return seen;
}

static void
end_view(struct lanes_view *view)
{
	assert_int_equal(munmap(view->place, view->bytes), 0);
}

static bool
is_mapped(void *memory)
{
	return msync(memory, BYTES, MS_ASYNC) == 0;
}

TEST(it_shows_what_the_other_side_has_written)
{
	struct lanes_view view = {0};
	const uint8_t *seen = view_file(&view, 7, BYTES);

	assert_int_equal(seen[0], 7);
	assert_int_equal(seen[BYTES - 1], 7);
	end_view(&view);
}

TEST(what_is_let_go_of_reads_as_zeroes)
{
	struct lanes_view view = {0};
	const uint8_t *seen = view_file(&view, 7, BYTES);

	lanes_view_unmap(&view);
	assert_int_equal(seen[0], 0);
	assert_int_equal(seen[BYTES - 1], 0);
	end_view(&view);
}

TEST(the_next_is_in_the_same_place)
{
	struct lanes_view view = {0};
	const uint8_t *seen = view_file(&view, 7, BYTES);

	lanes_view_unmap(&view);
	assert_ptr_equal(view_file(&view, 8, LANES_VIEW_USUAL), seen);
	assert_int_equal(seen[0], 8);
	assert_int_equal(seen[LANES_VIEW_USUAL - 1], 8);
	end_view(&view);
}

TEST(of_a_smaller_one_the_rest_reads_as_zeroes)
{
	struct lanes_view view = {0};
	const uint8_t *seen = view_file(&view, 7, LANES_VIEW_USUAL);

	lanes_view_unmap(&view);
	(void)view_file(&view, 8, BYTES);
	assert_int_equal(seen[BYTES], 0);
	end_view(&view);
}

TEST(nothing_is_mapped_of_what_is_no_file_or_too_large)
{
	struct lanes_view view = {0};

	assert_null(lanes_view_map(&view, -1, BYTES));
	assert_null(lanes_view_map(&view, -1, LANES_VIEW_MOST + 1));
	assert_non_null(view_file(&view, 7, BYTES));
	end_view(&view);
}

TEST(without_a_view_there_is_nothing_to_let_go_of)
{
	struct lanes_view view = {0};

	lanes_view_unmap(&view);
	assert_null(view.place);
}

static bool
start_filter(struct sock_filter *filter, unsigned short length)
{
	const struct sock_fprog program = {.len = length, .filter = filter};

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

/* From now on Linux maps nothing. */
static bool
refuse_mappings(void)
{
	struct sock_filter filter[] = {
	    BPF_STMT(
	        BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mmap, 0, 1),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOMEM),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};

	return start_filter(filter, sizeof(filter) / sizeof(filter[0]));
}

TEST(what_cannot_be_let_go_of_is_still_read)
{
	int status;
	const pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		struct lanes_view view = {0};
		const uint8_t *seen = view_file(&view, 7, BYTES);

		if (!refuse_mappings())
			_exit(1);
		lanes_view_unmap(&view);
		_exit(seen[BYTES - 1] == 7 && !view.place ? 0 : 2);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

/* From now on Linux maps nothing in place of what is at @place. TSan does so elsewhere. */
static bool
refuse_to_replace(const void *place)
{
	struct sock_filter filter[] = {
	    BPF_STMT(
	        BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mmap, 0, 5),
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
	        offsetof(struct seccomp_data, args[0])),
	    BPF_JUMP(
	        BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)(uintptr_t)place, 0, 3),
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
	        offsetof(struct seccomp_data, args[3])),
	    BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, MAP_FIXED, 0, 1),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOMEM),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};

	return start_filter(filter, sizeof(filter) / sizeof(filter[0]));
}

/* As Linux leaves it that has no memory left when the old mapping is gone already. Returns what
 * is not as it should be. */
static int
look_at_hole(size_t bytes, void (*leave)(struct lanes_view *view))
{
	struct lanes_view view = {0};
	const uint8_t *seen = view_file(&view, 7, BYTES);

	if (munmap(view.place, bytes) != 0 || !refuse_to_replace(view.place))
		return 1;
	leave(&view);
	if (!is_mapped(view.place) || view.place != seen)
		return 2;
	return seen[0] != 0 || seen[BYTES - 1] != 0 ? 3 : 0;
}

static void
map_nothing(struct lanes_view *view)
{
	if (lanes_view_map(view, -1, BYTES))
		_exit(4);
}

static void
expect_no_hole(size_t bytes, void (*leave)(struct lanes_view *view))
{
	int status;
	const pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0)
		_exit(look_at_hole(bytes, leave));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

TEST(where_linux_has_left_a_hole_zeroes_are_read)
{
	expect_no_hole(LANES_VIEW_USUAL, lanes_view_unmap);
	expect_no_hole(BYTES, map_nothing);
}

TEST(a_child_inherits_neither_memory_nor_zeroes)
{
	struct lanes_view open = {0};
	struct lanes_view closed = {0};
	int status;
	pid_t child;

	(void)view_file(&open, 7, BYTES);
	(void)view_file(&closed, 8, BYTES);
	lanes_view_unmap(&closed);
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		_exit(is_mapped(open.place) || is_mapped(closed.place));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	end_view(&open);
	end_view(&closed);
}

/* Returns what is not as it should be. */
static int
look_as_child(struct lanes_view *view, struct lanes_view *taken)
{
	uint8_t *other = mmap(taken->place, BYTES, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	const uint8_t *place = view->place;

	if (other == MAP_FAILED)
		return 1;
	other[0] = 9;
	lanes_view_inherit(view);
	if (view->place != place || place[0] != 0 || place[BYTES - 1] != 0)
		return 2;
	if (view_file(view, 8, BYTES) != place || place[0] != 8)
		return 3;
	lanes_view_inherit(taken);
	return taken->place || other[0] != 9 ? 4 : 0;
}

TEST(a_child_may_read_zeroes_there_if_nothing_else_is)
{
	struct lanes_view view = {0};
	struct lanes_view taken = {0};
	int status;
	pid_t child;

	(void)view_file(&view, 7, BYTES);
	(void)view_file(&taken, 7, BYTES);
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		_exit(look_as_child(&view, &taken));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	end_view(&view);
	end_view(&taken);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(it_shows_what_the_other_side_has_written),
	    cmocka_unit_test(what_is_let_go_of_reads_as_zeroes),
	    cmocka_unit_test(the_next_is_in_the_same_place),
	    cmocka_unit_test(of_a_smaller_one_the_rest_reads_as_zeroes),
	    cmocka_unit_test(nothing_is_mapped_of_what_is_no_file_or_too_large),
	    cmocka_unit_test(without_a_view_there_is_nothing_to_let_go_of),
	    cmocka_unit_test(what_cannot_be_let_go_of_is_still_read),
	    cmocka_unit_test(where_linux_has_left_a_hole_zeroes_are_read),
	    cmocka_unit_test(a_child_inherits_neither_memory_nor_zeroes),
	    cmocka_unit_test(a_child_may_read_zeroes_there_if_nothing_else_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
