/* Memory entries of real files: what may be one, who gets it, and what that lets him
 * do. */
#include "entry_file.h"

#include <errno.h>
#include <fcntl.h>
#include <mach/vm_prot.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "closer.h"
#include "kernel.h"

#define PAGE ((size_t)4096)
#define BYTES (4 * PAGE)
#define FIXED (F_SEAL_SHRINK | F_SEAL_GROW)
#define READ_WRITE (VM_PROT_READ | VM_PROT_WRITE)

static struct wire_token token;
static int task;

static int
setup(void **state)
{
	(void)kernel_setup(state);
	task = raw_task(&token);
	return 0;
}

static int
teardown(void **state)
{
	(void)close(task);
	return kernel_teardown(state);
}

#define ENTRY_CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

/* What MEMORY_ENTRY_MAKE says of @file; the name in @name_out. */
static kern_return_t
make_range(int fd, int file, vm_prot_t protection, uint64_t offset,
    uint64_t bytes, mach_port_name_t *name_out)
{
	const struct wire_call_request request = {
	    .header = {.number = WIRE_MEMORY_ENTRY_MAKE, .files = 1},
	    .words = {(uint32_t)protection, WIRE_TWO_WORDS(offset),
	        WIRE_TWO_WORDS(bytes)},
	};
	struct {
		struct wire_header header;
		int32_t result;
		uint32_t name;
	} answer;

	raw_send_files(fd, &request,
	    sizeof(request.header) + 5 * sizeof(uint32_t), &file, 1);
	assert_true(raw_receive(fd, &answer, sizeof(answer)) >=
	    sizeof(struct wire_call_answer));
	*name_out = answer.name;
	return answer.result;
}

static kern_return_t
make(int file, vm_prot_t protection)
{
	mach_port_name_t name;

	return make_range(task, file, protection, 0, BYTES, &name);
}

static mach_port_name_t
make_well(int file, vm_prot_t protection)
{
	mach_port_name_t name;

	assert_int_equal(
	    make_range(task, file, protection, 0, BYTES, &name), KERN_SUCCESS);
	return name;
}

struct mapped {
	struct wire_header header;
	int32_t result;
	uint32_t protection;
	uint32_t offset[2];
	uint32_t bytes[2];
};

static kern_return_t
map_by(int fd, mach_port_name_t name, vm_prot_t protection,
    struct mapped *answer, int *file_out)
{
	const struct wire_call_request request = {
	    .header = {.number = WIRE_MEMORY_ENTRY_MAP},
	    .words = {name, (uint32_t)protection},
	};
	int files[RAW_FILES_MAX] = {-1, -1};
	unsigned count;

	raw_send(fd, &request, sizeof(request.header) + 2 * sizeof(uint32_t));
	assert_true(raw_receive_files(fd, answer, sizeof(*answer), files,
	                &count) >= sizeof(struct wire_call_answer));
	assert_int_equal(count, answer->result == KERN_SUCCESS);
	assert_int_equal(count, answer->header.files);
	*file_out = files[0];
	return answer->result;
}

/* Its file, as whoever has the entry gets it. */
static int
map_well(mach_port_name_t name)
{
	struct mapped answer;
	int file;

	assert_int_equal(
	    map_by(task, name, VM_PROT_READ, &answer, &file), KERN_SUCCESS);
	return file;
}

static void
expect_refused(int file, vm_prot_t protection, kern_return_t code)
{
	assert_int_equal(make(file, protection), code);
	(void)close(file);
	raw_works(task);
}

/* --- what may be one ------------------------------------------------------- */

TEST(an_entry_brings_its_file_to_who_maps_it)
{
	int file = memfd_with(NULL, BYTES, FIXED);
	mach_port_name_t name = make_well(file, READ_WRITE);
	struct mapped answer;
	char got[4] = "";
	int again;

	assert_int_equal(
	    map_by(task, name, READ_WRITE, &answer, &again), KERN_SUCCESS);
	assert_int_equal(answer.protection, READ_WRITE);
	assert_int_equal(wire_two_words(answer.offset), 0);
	assert_int_equal(wire_two_words(answer.bytes), BYTES);
	assert_int_equal(pwrite(file, "abc", 4, PAGE), 4);
	assert_int_equal(pread(again, got, 4, PAGE), 4);
	assert_string_equal(got, "abc");
	(void)close(file);
	(void)close(again);
}

TEST(an_entry_may_be_of_a_part_that_its_maker_names)
{
	int file = memfd_with(NULL, BYTES, FIXED);
	struct mapped answer;
	mach_port_name_t name;
	int again;

	assert_int_equal(
	    make_range(task, file, READ_WRITE, PAGE, 2 * PAGE, &name),
	    KERN_SUCCESS);
	assert_int_equal(
	    map_by(task, name, VM_PROT_READ, &answer, &again), KERN_SUCCESS);
	assert_int_equal(wire_two_words(answer.offset), PAGE);
	assert_int_equal(wire_two_words(answer.bytes), 2 * PAGE);
	(void)close(file);
	(void)close(again);
}

TEST(what_is_no_memory_is_no_entry)
{
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	expect_refused(ends[0], READ_WRITE, KERN_INVALID_ARGUMENT);
	expect_refused(ends[1], READ_WRITE, KERN_INVALID_ARGUMENT);
	expect_refused(open("/dev/zero", O_RDWR | O_CLOEXEC), READ_WRITE,
	    KERN_INVALID_ARGUMENT);
}

TEST(a_file_that_could_shrink_or_grow_is_no_entry)
{
	expect_refused(
	    memfd_with(NULL, BYTES, 0), READ_WRITE, KERN_INVALID_ARGUMENT);
	expect_refused(memfd_with(NULL, BYTES, F_SEAL_SHRINK), READ_WRITE,
	    KERN_INVALID_ARGUMENT);
	expect_refused(memfd_with(NULL, BYTES, F_SEAL_GROW), READ_WRITE,
	    KERN_INVALID_ARGUMENT);
}

TEST(huge_pages_of_hugetlbfs_are_no_entry)
{
	int file =
	    memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_HUGETLB);

	if (file < 0) {
		assert_int_equal(errno, ENOSYS); /* Linux was built without */
		return;
	}
	assert_int_equal(ftruncate(file, 2 << 20), 0);
	assert_int_equal(fcntl(file, F_ADD_SEALS, FIXED), 0);
	expect_refused(file, READ_WRITE, KERN_INVALID_ARGUMENT);
}

static void
expect_no_range(int file, uint64_t offset, uint64_t bytes)
{
	mach_port_name_t name;

	assert_int_equal(
	    make_range(task, file, READ_WRITE, offset, bytes, &name),
	    KERN_INVALID_ARGUMENT);
}

TEST(an_entry_does_not_reach_beyond_its_file)
{
	int file = memfd_with(NULL, BYTES, FIXED);

	expect_no_range(file, 0, BYTES + PAGE);
	expect_no_range(file, PAGE, BYTES);
	expect_no_range(file, BYTES, PAGE);
	expect_no_range(file, (uint64_t)0 - PAGE, 2 * PAGE);
	expect_no_range(file, PAGE, (uint64_t)0 - PAGE);
	expect_no_range(file, (uint64_t)1 << 63, (uint64_t)1 << 63);
	expect_no_range(file, 0, 0);
	expect_no_range(file, 1, PAGE);
	expect_no_range(file, 0, PAGE - 1);
	(void)close(file);
}

TEST(an_entry_can_at_least_be_read)
{
	expect_refused(memfd_with(NULL, BYTES, FIXED), VM_PROT_NONE,
	    KERN_INVALID_ARGUMENT);
	expect_refused(memfd_with(NULL, BYTES, FIXED), VM_PROT_WRITE,
	    KERN_INVALID_ARGUMENT);
	expect_refused(memfd_with(NULL, BYTES, FIXED), READ_WRITE | 0x100,
	    KERN_INVALID_ARGUMENT);
}

TEST(an_entry_that_is_not_to_be_written_cannot_be)
{
	expect_refused(
	    memfd_with(NULL, BYTES, FIXED), VM_PROT_READ, KERN_NOT_SUPPORTED);
	expect_refused(memfd_with(NULL, BYTES, FIXED | F_SEAL_FUTURE_WRITE),
	    READ_WRITE, KERN_PROTECTION_FAILURE);
	expect_refused(memfd_with(NULL, BYTES, FIXED | F_SEAL_WRITE),
	    READ_WRITE, KERN_PROTECTION_FAILURE);
}

/* Neither a mapping nor another opening of @file can be written. */
static void
expect_unwritable(int file)
{
	uint8_t *seen;
	char path[64];
	int again;

	seen = mmap(NULL, BYTES, PROT_READ, MAP_SHARED, file, 0);
	assert_ptr_not_equal(seen, MAP_FAILED);
	assert_int_equal(mprotect(seen, BYTES, PROT_READ | PROT_WRITE), -1);
	assert_int_equal(madvise(seen, BYTES, MADV_REMOVE), -1);
	assert_ptr_equal(
	    mmap(NULL, BYTES, PROT_WRITE, MAP_SHARED, file, 0), MAP_FAILED);
	assert_int_equal(pwrite(file, "x", 1, 0), -1);
	assert_int_equal(ftruncate(file, 0), -1);
	assert_int_equal(
	    fallocate(
	        file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, BYTES),
	    -1);
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	again = open(path, O_RDWR | O_CLOEXEC);
	assert_true(again >= 0);
	assert_int_equal(pwrite(again, "x", 1, 0), -1);
	assert_ptr_equal(
	    mmap(NULL, BYTES, PROT_WRITE, MAP_SHARED, again, 0), MAP_FAILED);
	(void)close(again);
	(void)munmap(seen, BYTES);
}

TEST(what_comes_of_a_read_only_entry_cannot_be_written)
{
	int file = memfd_with("abc", 3, 0);
	mach_port_name_t name;
	uint8_t *written;
	char got[3];
	int again;

	assert_int_equal(ftruncate(file, BYTES), 0);
	written = mmap(NULL, BYTES, PROT_WRITE, MAP_SHARED, file, 0);
	assert_ptr_not_equal(written, MAP_FAILED);
	assert_int_equal(
	    fcntl(file, F_ADD_SEALS, FIXED | F_SEAL_FUTURE_WRITE), 0);
	name = make_well(file, VM_PROT_READ);
	again = map_well(name);
	expect_unwritable(again);
	/* Its maker still does. */
	written[1] = 'x';
	assert_int_equal(pread(again, got, 3, 0), 3);
	assert_memory_equal(got, "axc", 3);
	(void)munmap(written, BYTES);
	(void)close(file);
	(void)close(again);
}

/* --- mapping and deriving -------------------------------------------------- */

TEST(an_entry_is_not_mapped_with_more_than_it_allows)
{
	int file = memfd_with(NULL, BYTES, FIXED | F_SEAL_FUTURE_WRITE);
	mach_port_name_t name = make_well(file, VM_PROT_READ);
	struct mapped answer;
	int again;

	assert_int_equal(map_by(task, name, READ_WRITE, &answer, &again),
	    KERN_PROTECTION_FAILURE);
	assert_int_equal(map_by(task, name, VM_PROT_EXECUTE, &answer, &again),
	    KERN_PROTECTION_FAILURE);
	assert_int_equal(map_by(task, name, 0x100, &answer, &again),
	    KERN_PROTECTION_FAILURE);
	(void)close(file);
}

TEST(what_is_no_entry_is_not_mapped)
{
	const mach_port_name_t names[] = {
	    SELF, MACH_PORT_NULL, MACH_PORT_DEAD, 0x7703, raw_port(task)};
	struct mapped answer;
	uint32_t name;
	int file;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_int_equal(
		    map_by(task, names[i], VM_PROT_READ, &answer, &file),
		    KERN_INVALID_OBJECT);
		assert_int_equal(RAW_CALL(task, WIRE_MEMORY_ENTRY_DERIVE, &name,
		                     1, names[i], VM_PROT_READ),
		    KERN_INVALID_ARGUMENT);
	}
}

TEST(a_derived_entry_never_gains_rights)
{
	int file = memfd_with(NULL, BYTES, FIXED | F_SEAL_FUTURE_WRITE);
	mach_port_name_t parent = make_well(file, VM_PROT_READ);
	mach_port_name_t name;

	assert_int_equal(RAW_CALL(task, WIRE_MEMORY_ENTRY_DERIVE, &name, 1,
	                     parent, READ_WRITE),
	    KERN_PROTECTION_FAILURE);
	assert_int_equal(RAW_CALL(task, WIRE_MEMORY_ENTRY_DERIVE, &name, 1,
	                     parent, VM_PROT_READ | VM_PROT_EXECUTE),
	    KERN_PROTECTION_FAILURE);
	assert_int_equal(RAW_CALL(task, WIRE_MEMORY_ENTRY_DERIVE, &name, 1,
	                     parent, VM_PROT_READ | 0x100),
	    KERN_INVALID_ARGUMENT);
	assert_int_equal(RAW_CALL(task, WIRE_MEMORY_ENTRY_DERIVE, &name, 1,
	                     parent, VM_PROT_READ),
	    KERN_SUCCESS);
	(void)close(file);
	(void)close(map_well(name));
}

TEST(a_derived_entry_loses_the_right_to_write_when_its_file_has_lost_it)
{
	int file = memfd_with(NULL, BYTES, FIXED);
	mach_port_name_t parent = make_well(file, READ_WRITE);
	mach_port_name_t name;

	assert_int_equal(RAW_CALL(task, WIRE_MEMORY_ENTRY_DERIVE, &name, 1,
	                     parent, VM_PROT_READ),
	    KERN_NOT_SUPPORTED);
	assert_int_equal(fcntl(file, F_ADD_SEALS, F_SEAL_FUTURE_WRITE), 0);
	assert_int_equal(RAW_CALL(task, WIRE_MEMORY_ENTRY_DERIVE, &name, 1,
	                     parent, VM_PROT_READ),
	    KERN_SUCCESS);
	(void)close(file);
}

/* --- what goes ------------------------------------------------------------- */

static void
deallocate(mach_port_name_t name)
{
	assert_int_equal(
	    RAW_CALL(task, WIRE_PORT_DEALLOCATE, NULL, 0, SELF, name),
	    KERN_SUCCESS);
}

TEST(a_file_goes_with_its_last_entry)
{
	const unsigned before = kernel_descriptors();
	int file = memfd_with(NULL, BYTES, FIXED | F_SEAL_FUTURE_WRITE);
	mach_port_name_t parent = make_well(file, VM_PROT_READ);
	mach_port_name_t child;

	assert_int_equal(RAW_CALL(task, WIRE_MEMORY_ENTRY_DERIVE, &child, 1,
	                     parent, VM_PROT_READ),
	    KERN_SUCCESS);
	assert_int_equal(kernel_descriptors(), before + 1);
	deallocate(parent);
	(void)close(map_well(child));
	assert_int_equal(kernel_descriptors(), before + 1);
	deallocate(child);
	assert_int_equal(kernel_descriptors(), before);
	(void)close(file);
}

TEST(a_refused_file_is_closed)
{
	const unsigned before = kernel_descriptors();
	int file = memfd_with(NULL, BYTES, FIXED);

	assert_int_equal(make(file, VM_PROT_READ), KERN_NOT_SUPPORTED);
	expect_no_range(file, PAGE, BYTES);
	assert_int_equal(kernel_descriptors(), before);
	(void)close(file);
}

static void
expect_closed_for(uint16_t number, uint16_t said, const int *files,
    unsigned file_count, size_t words)
{
	const struct wire_call_request request = {
	    .header = {.number = number, .files = said},
	    .words = {VM_PROT_READ},
	};
	int fd = raw_thread(&token, 7);

	raw_send_files(fd, &request,
	    sizeof(request.header) + words * sizeof(uint32_t), files,
	    file_count);
	assert_true(raw_is_closed(fd));
	(void)close(fd);
}

TEST(a_request_brings_as_many_files_as_it_says_and_has_to)
{
	int file = memfd_with(NULL, BYTES, FIXED);
	const int files[2] = {file, file};

	expect_closed_for(WIRE_MEMORY_ENTRY_MAKE, 1, files, 0, 5);
	expect_closed_for(WIRE_MEMORY_ENTRY_MAKE, 1, files, 2, 5);
	expect_closed_for(WIRE_MEMORY_ENTRY_MAKE, 2, files, 2, 5);
	expect_closed_for(WIRE_MEMORY_ENTRY_MAKE, 0, files, 0, 5);
	expect_closed_for(WIRE_MEMORY_ENTRY_MAKE, 0, files, 1, 5);
	expect_closed_for(WIRE_MEMORY_ENTRY_MAKE, 1, files, 1, 4);
	expect_closed_for(WIRE_MEMORY_ENTRY_MAP, 1, files, 1, 2);
	expect_closed_for(WIRE_MEMORY_ENTRY_MAP, 0, files, 1, 2);
	(void)close(file);
	raw_works(task);
}

TEST(a_file_beyond_the_budget_is_refused_and_told)
{
	/* As large as no machine is. */
	int file = memfd_with(NULL, (size_t)1 << 50, FIXED);
	mach_port_name_t name;

	assert_int_equal(make_range(task, file, READ_WRITE, 0, BYTES, &name),
	    KERN_RESOURCE_SHORTAGE);
	(void)close(file);
	raw_works(task);
}

TEST(a_file_for_which_the_kernel_has_no_descriptor_is_a_shortage)
{
	int file = memfd_with(NULL, BYTES, FIXED);
	struct rlimit before;
	struct rlimit none;

	assert_int_equal(prlimit(kernel_pid, RLIMIT_NOFILE, NULL, &before), 0);
	none = (struct rlimit){3, before.rlim_max};
	assert_int_equal(prlimit(kernel_pid, RLIMIT_NOFILE, &none, NULL), 0);
	assert_int_equal(make(file, READ_WRITE), KERN_RESOURCE_SHORTAGE);
	assert_int_equal(prlimit(kernel_pid, RLIMIT_NOFILE, &before, NULL), 0);
	assert_int_equal(make(file, READ_WRITE), KERN_SUCCESS);
	(void)close(file);
}

static void
charge_files(void *argument)
{
	int file = memfd_with(NULL, BYTES, 0);
	struct kern_file *entry;
	struct budget budget;
	struct user *user;

	(void)argument;
	assert_true(closer_init(1000));
	ipc_init(PAGE);
	budget_init(&budget, &budget_defaults, 1000);
	user = user_get(&budget, 77);
	assert_int_equal(fallocate(file, FALLOC_FL_KEEP_SIZE, 0, 512 << 10), 0);
	assert_int_equal(fcntl(file, F_ADD_SEALS, FIXED), 0);
	assert_int_equal(
	    entry_file_new(user, user->account, file, &entry), KERN_SUCCESS);
	assert_int_equal(entry->bytes, BYTES);
	assert_true(user->account->used.file_bytes >= 512 << 10);
	assert_int_equal(user->used[USER_FILES], 1);
	entry_file_free(entry);
	assert_int_equal(user->account->used.file_bytes, 0);
	/* One of our own is charged so, too. */
	assert_int_equal(entry_file_create(user, user->account, BYTES, &entry),
	    KERN_SUCCESS);
	assert_int_equal(user->account->used.file_bytes, BYTES);
	assert_true(entry_file_is_writable(entry));
	entry_file_free(entry);
	assert_int_equal(
	    entry_file_create(user, user->account, (uint64_t)1 << 62, &entry),
	    KERN_RESOURCE_SHORTAGE);
	assert_int_equal(
	    entry_file_create(user, user->account, UINT64_MAX, &entry),
	    KERN_RESOURCE_SHORTAGE);
	assert_int_equal(user->used[USER_FILES], 0);
	(void)user_unref(user);
	budget_deinit(&budget);
	ipc_deinit();
}

TEST(all_the_memory_that_a_file_can_have_is_charged)
{
	assert_int_equal(in_child(charge_files, NULL), 0);
}

/* --- lives ----------------------------------------------------------------- */

TEST(an_entry_outlives_the_mapping_and_descriptor_of_its_maker)
{
	int file = memfd_with(NULL, BYTES, FIXED);
	mach_port_name_t name = make_well(file, READ_WRITE);
	char got[4];

	assert_int_equal(pwrite(file, "abc", 4, 0), 4);
	(void)close(file);
	file = map_well(name);
	assert_int_equal(pread(file, got, 4, 0), 4);
	assert_string_equal(got, "abc");
	(void)close(file);
}

TEST(who_looks_is_told_it_is_a_memory_entry)
{
	int file = memfd_with(NULL, BYTES, FIXED);
	uint32_t out[3];

	assert_int_equal(RAW_CALL(task, WIRE_PORT_KOBJECT, out, 3, SELF,
	                     make_well(file, READ_WRITE)),
	    KERN_SUCCESS);
	assert_int_equal(out[0], 28);
	(void)close(file);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    ENTRY_CASE(an_entry_brings_its_file_to_who_maps_it),
	    ENTRY_CASE(an_entry_may_be_of_a_part_that_its_maker_names),
	    ENTRY_CASE(what_is_no_memory_is_no_entry),
	    ENTRY_CASE(a_file_that_could_shrink_or_grow_is_no_entry),
	    ENTRY_CASE(huge_pages_of_hugetlbfs_are_no_entry),
	    ENTRY_CASE(an_entry_does_not_reach_beyond_its_file),
	    ENTRY_CASE(an_entry_can_at_least_be_read),
	    ENTRY_CASE(an_entry_that_is_not_to_be_written_cannot_be),
	    ENTRY_CASE(what_comes_of_a_read_only_entry_cannot_be_written),
	    ENTRY_CASE(an_entry_is_not_mapped_with_more_than_it_allows),
	    ENTRY_CASE(what_is_no_entry_is_not_mapped),
	    ENTRY_CASE(a_derived_entry_never_gains_rights),
	    ENTRY_CASE(
	        a_derived_entry_loses_the_right_to_write_when_its_file_has_lost_it),
	    ENTRY_CASE(a_file_goes_with_its_last_entry),
	    ENTRY_CASE(a_refused_file_is_closed),
	    ENTRY_CASE(a_request_brings_as_many_files_as_it_says_and_has_to),
	    ENTRY_CASE(a_file_beyond_the_budget_is_refused_and_told),
	    ENTRY_CASE(
	        a_file_for_which_the_kernel_has_no_descriptor_is_a_shortage),
	    cmocka_unit_test(all_the_memory_that_a_file_can_have_is_charged),
	    ENTRY_CASE(
	        an_entry_outlives_the_mapping_and_descriptor_of_its_maker),
	    ENTRY_CASE(who_looks_is_told_it_is_a_memory_entry),
	};

	return cmocka_run_group_tests_name("entry_file", tests, NULL, NULL);
}
