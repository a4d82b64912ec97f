/* Memory entries as programs see them: what is shared by one, with whom, and what can be
 * done with it. */
#include "memory_entry.h"

#include <mach/mach_vm.h>
#include <mach/memory_object_types.h>
#include <mach/vm_map.h>
#include <mach/vm_region.h>

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "note.h"
#include "program.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

#define PAGE ((uint64_t)4096)
#define BYTES (4 * PAGE)
/* So large that it has a file of its own. */
#define LARGE ((uint64_t)4 << 20)
#define SELF mach_task_self()

static mach_port_t
make(uint64_t address, uint64_t bytes, vm_prot_t permission)
{
	memory_object_size_t size = bytes;
	mach_port_t entry = MACH_PORT_NULL;

	CHECK_EQ(mach_make_memory_entry_64(
	             SELF, &size, address, permission, &entry, MACH_PORT_NULL),
	    KERN_SUCCESS);
	CHECK_EQ(size, bytes);
	CHECK(MACH_PORT_VALID(entry));
	return entry;
}

static mach_port_t
make_new(uint64_t bytes)
{
	return make(0, bytes, VM_PROT_DEFAULT | MAP_MEM_NAMED_CREATE);
}

/* With the codes of mach_make_memory_entry_64(). */
static kern_return_t
try_make(
    uint64_t address, uint64_t bytes, vm_prot_t permission, mach_port_t parent)
{
	memory_object_size_t size = bytes;
	mach_port_t entry = MACH_PORT_NULL;
	kern_return_t kr = mach_make_memory_entry_64(
	    SELF, &size, address, permission, &entry, parent);

	if (kr == KERN_SUCCESS)
		CHECK_EQ(mach_port_deallocate(SELF, entry), KERN_SUCCESS);
	else
		CHECK(size == bytes && entry == MACH_PORT_NULL);
	return kr;
}

static kern_return_t
try_map(mach_port_t entry, uint64_t offset, uint64_t bytes, boolean_t copy,
    vm_prot_t protection, uint8_t **at_out)
{
	mach_vm_address_t address = 0;
	kern_return_t kr =
	    mach_vm_map(SELF, &address, bytes, 0, VM_FLAGS_ANYWHERE, entry,
	        offset, copy, protection, protection, VM_INHERIT_DEFAULT);

	*at_out = (uint8_t *)address;
	return kr;
}

static uint8_t *
map(mach_port_t entry, uint64_t bytes, vm_prot_t protection)
{
	uint8_t *at;

	CHECK_EQ(
	    try_map(entry, 0, bytes, FALSE, protection, &at), KERN_SUCCESS);
	return at;
}

static void
unmap(const void *at, uint64_t bytes)
{
	CHECK_EQ(mach_vm_deallocate(SELF, (uintptr_t)at, bytes), KERN_SUCCESS);
}

static uint8_t *
allocate(uint64_t bytes)
{
	mach_vm_address_t address = 0;

	CHECK_EQ(mach_vm_allocate(SELF, &address, bytes, VM_FLAGS_ANYWHERE),
	    KERN_SUCCESS);
	memset((void *)address, 7, bytes);
	return (uint8_t *)address;
}

/* Each sees what is written by the other. */
static void
check_shared(uint8_t *one, uint8_t *other, uint64_t bytes)
{
	for (uint64_t i = 0; i < bytes; i += PAGE) {
		one[i] = (uint8_t)(i / PAGE);
		CHECK_EQ(other[i], (uint8_t)(i / PAGE));
		other[i + 1] = 33;
		CHECK_EQ(one[i + 1], 33);
	}
}

/* --- sharing --------------------------------------------------------------- */

static void
share_new_memory(void)
{
	mach_port_t entry = make_new(BYTES);
	uint8_t *one = map(entry, BYTES, VM_PROT_DEFAULT);
	uint8_t *other = map(entry, BYTES, VM_PROT_DEFAULT);

	for (uint64_t i = 0; i < BYTES; i++)
		CHECK_EQ(one[i], 0);
	check_shared(one, other, BYTES);
}

TEST(new_memory_is_of_zeroes_and_shared) { program_run(share_new_memory); }

static void
share_own(uint8_t *memory, uint64_t bytes)
{
	mach_port_t entry;
	uint8_t *other;

	memory[bytes - 1] = 99;
	entry = make((uintptr_t)memory, bytes, VM_PROT_DEFAULT);
	CHECK_EQ(memory[bytes - 1], 99);
	other = map(entry, bytes, VM_PROT_DEFAULT);
	CHECK_EQ(other[bytes - 1], 99);
	check_shared(memory, other, bytes);
	CHECK_EQ(mach_port_deallocate(SELF, entry), KERN_SUCCESS);
	unmap(other, bytes);
	CHECK_EQ(memory[bytes - 1], 99);
}

static void
share_own_memory(void)
{
	uint8_t *small = allocate(BYTES);
	uint8_t *large = allocate(LARGE);
	static _Alignas(4096) uint8_t own[2 * 4096];

	share_own(small, BYTES);
	share_own(large, LARGE);
	share_own(own, sizeof(own));
	unmap(small, BYTES);
	unmap(large, LARGE);
}

TEST(memory_that_is_there_becomes_shared_as_it_is)
{
	program_run(share_own_memory);
}

static void
share_a_part(void)
{
	uint8_t *memory = allocate(LARGE);
	mach_port_t entry =
	    make((uintptr_t)memory + PAGE, 2 * PAGE, VM_PROT_DEFAULT);
	uint8_t *other = map(entry, 2 * PAGE, VM_PROT_DEFAULT);

	check_shared(memory + PAGE, other, 2 * PAGE);
	CHECK_EQ(memory[0], 7);
	CHECK_EQ(memory[3 * PAGE], 7);
}

TEST(a_part_of_memory_becomes_shared_alone) { program_run(share_a_part); }

static void
round_to_pages(void)
{
	uint8_t *memory = allocate(BYTES);
	memory_object_size_t size = 2;
	mach_port_t entry;
	uint8_t *other;

	CHECK_EQ(
	    mach_make_memory_entry_64(SELF, &size, (uintptr_t)memory + PAGE - 1,
	        VM_PROT_DEFAULT, &entry, MACH_PORT_NULL),
	    KERN_SUCCESS);
	CHECK_EQ(size, 2 * PAGE);
	other = map(entry, 2 * PAGE, VM_PROT_DEFAULT);
	check_shared(memory, other, 2 * PAGE);
	CHECK_EQ(try_map(entry, 0, 3 * PAGE, FALSE, VM_PROT_READ, &other),
	    KERN_INVALID_ARGUMENT);
}

TEST(an_entry_is_of_whole_pages) { program_run(round_to_pages); }

static void
see_parent(void)
{
	uint8_t *shared = map(bootstrap_port, LARGE, VM_PROT_DEFAULT);

	CHECK_EQ(shared[LARGE - 1], 44);
	shared[0] = 55;
}

static void
share_with_child(void)
{
	mach_port_t entry =
	    make((uintptr_t)allocate(LARGE), LARGE, VM_PROT_DEFAULT);
	uint8_t *shared = map(entry, LARGE, VM_PROT_DEFAULT);

	shared[LARGE - 1] = 44;
	CHECK_EQ(task_set_special_port(SELF, TASK_BOOTSTRAP_PORT, entry),
	    KERN_SUCCESS);
	program_join(program_fork(see_parent));
	CHECK_EQ(shared[0], 55);
}

TEST(two_tasks_see_each_others_writes) { program_run(share_with_child); }

struct gift {
	mach_msg_header_t header;
	mach_msg_body_t body;
	mach_msg_port_descriptor_t entry;
	mach_msg_trailer_t trailer;
};

static void
give_entry(void)
{
	uint8_t *memory = allocate(BYTES);
	struct gift gift = {
	    .header = {.msgh_bits = MACH_MSGH_BITS_COMPLEX |
	            MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0),
	        .msgh_size = offsetof(struct gift, trailer),
	        .msgh_remote_port = bootstrap_port},
	    .body.msgh_descriptor_count = 1,
	    .entry = {.name = make((uintptr_t)memory, BYTES, VM_PROT_DEFAULT),
	        .disposition = MACH_MSG_TYPE_MOVE_SEND,
	        .type = MACH_MSG_PORT_DESCRIPTOR},
	};

	memory[PAGE] = 123;
	CHECK_EQ(mach_msg(&gift.header, MACH_SEND_MSG, gift.header.msgh_size, 0,
	             MACH_PORT_NULL, 0, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
	memory[PAGE + 1] = 124;
}

static void
outlive_maker(void)
{
	mach_port_t port = note_port();
	struct gift gift = {0};
	uint8_t *memory;

	CHECK_EQ(task_set_special_port(SELF, TASK_BOOTSTRAP_PORT, port),
	    KERN_SUCCESS);
	program_join(program_fork(give_entry));
	CHECK_EQ(mach_msg(&gift.header, MACH_RCV_MSG, 0, sizeof(gift), port, 0,
	             MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
	memory = map(gift.entry.name, BYTES, VM_PROT_DEFAULT);
	CHECK_EQ(memory[PAGE], 123);
	CHECK_EQ(memory[PAGE + 1], 124);
}

TEST(an_entry_outlives_its_maker) { program_run(outlive_maker); }

/* --- copies ---------------------------------------------------------------- */

static void
copy_now(void)
{
	uint8_t *memory = allocate(BYTES);
	mach_port_t entry =
	    make((uintptr_t)memory, BYTES, VM_PROT_DEFAULT | MAP_MEM_VM_COPY);
	uint8_t *copy = map(entry, BYTES, VM_PROT_DEFAULT);

	CHECK_EQ(memcmp(memory, copy, BYTES), 0);
	memory[0] = 1;
	copy[PAGE] = 2;
	CHECK_EQ(copy[0], 7);
	CHECK_EQ(memory[PAGE], 7);
	check_shared(copy, map(entry, BYTES, VM_PROT_DEFAULT), BYTES);
}

TEST(an_entry_of_a_copy_is_of_the_moment) { program_run(copy_now); }

static void
map_copy(void)
{
	mach_port_t entry = make_new(BYTES);
	uint8_t *shared = map(entry, BYTES, VM_PROT_DEFAULT);
	uint8_t *copy;

	shared[PAGE] = 5;
	CHECK_EQ(try_map(entry, PAGE, 2 * PAGE, TRUE, VM_PROT_DEFAULT, &copy),
	    KERN_SUCCESS);
	CHECK_EQ(copy[0], 5);
	/* A page that was not written here, too, is as it was. */
	shared[PAGE] = 6;
	CHECK_EQ(copy[0], 5);
	copy[PAGE] = 8;
	CHECK_EQ(shared[2 * PAGE], 0);
}

TEST(a_copy_of_an_entry_is_the_callers_own) { program_run(map_copy); }

static void
map_copy_of_read_only(void)
{
	mach_port_t entry =
	    make((uintptr_t)allocate(BYTES), BYTES, VM_PROT_READ);
	uint8_t *copy;

	CHECK_EQ(try_map(entry, 0, BYTES, TRUE, VM_PROT_DEFAULT, &copy),
	    KERN_SUCCESS);
	copy[0] = 8;
	CHECK_EQ(*map(entry, BYTES, VM_PROT_READ), 7);
}

TEST(a_copy_of_what_cannot_be_written_can)
{
	program_run(map_copy_of_read_only);
}

/* --- rights ---------------------------------------------------------------- */

/* However it is tried, what is at @memory cannot be written. */
static void
check_unwritable(uint8_t *memory)
{
	char path[96];
	int again;

	CHECK(mprotect(memory, BYTES, PROT_READ | PROT_WRITE) != 0);
	CHECK(mach_vm_protect(SELF, (uintptr_t)memory, BYTES, FALSE,
	          VM_PROT_DEFAULT) != KERN_SUCCESS);
	CHECK(madvise(memory, BYTES, MADV_REMOVE) != 0);
	memory = mremap(memory, 0, BYTES, MREMAP_MAYMOVE);
	CHECK(memory != MAP_FAILED);
	CHECK(mprotect(memory, BYTES, PROT_READ | PROT_WRITE) != 0);
	(void)snprintf(path, sizeof(path), "/proc/self/map_files/%lx-%lx",
	    (unsigned long)(uintptr_t)memory,
	    (unsigned long)((uintptr_t)memory + BYTES));
	again = open(path, O_RDWR | O_CLOEXEC);
	if (again < 0) /* not without privileges */
		again = open(path, O_RDONLY | O_CLOEXEC);
	if (again < 0)
		return;
	CHECK(pwrite(again, "x", 1, 0) != 1);
	CHECK(
	    mmap(NULL, BYTES, PROT_WRITE, MAP_SHARED, again, 0) == MAP_FAILED);
	(void)close(again);
}

static void
try_to_write(void)
{
	struct memory_entry entry;
	uint8_t *memory;

	CHECK_EQ(
	    try_map(bootstrap_port, 0, BYTES, FALSE, VM_PROT_DEFAULT, &memory),
	    KERN_PROTECTION_FAILURE);
	memory = map(bootstrap_port, BYTES, VM_PROT_READ);
	CHECK_EQ(memory[0], 7);
	check_unwritable(memory);
	CHECK_EQ(memory_entry_open(bootstrap_port, VM_PROT_READ, &entry),
	    KERN_SUCCESS);
	CHECK(pwrite(entry.view.descriptor, "x", 1, 0) != 1);
	CHECK_EQ(memory[0], 7);
}

static void
show_read_only(void)
{
	uint8_t *memory = allocate(BYTES);
	mach_port_t entry = make((uintptr_t)memory, BYTES, VM_PROT_READ);

	CHECK_EQ(task_set_special_port(SELF, TASK_BOOTSTRAP_PORT, entry),
	    KERN_SUCCESS);
	program_join(program_fork(try_to_write));
	for (uint64_t i = 0; i < BYTES; i++)
		CHECK_EQ(memory[i], 7);
	/* Its maker writes on. */
	memory[1] = 8;
	CHECK_EQ(map(entry, BYTES, VM_PROT_READ)[1], 8);
}

TEST(a_read_only_entry_cannot_be_written_in_any_way)
{
	program_run(show_read_only);
}

static void
end_writing(void)
{
	mach_port_t entry = make_new(BYTES);
	uint8_t *before = map(entry, BYTES, VM_PROT_DEFAULT);
	uint8_t *after;

	CHECK_EQ(try_make(0, BYTES, VM_PROT_READ, entry), KERN_SUCCESS);
	before[0] = 9;
	CHECK_EQ(try_map(entry, 0, BYTES, FALSE, VM_PROT_DEFAULT, &after),
	    KERN_PROTECTION_FAILURE);
	CHECK_EQ(map(entry, BYTES, VM_PROT_READ)[0], 9);
	CHECK_EQ(try_make(0, BYTES, VM_PROT_DEFAULT, entry),
	    KERN_PROTECTION_FAILURE);
	CHECK_EQ(
	    try_make((uintptr_t)before, BYTES, VM_PROT_DEFAULT, MACH_PORT_NULL),
	    KERN_PROTECTION_FAILURE);
}

TEST(a_read_only_entry_ends_that_others_map_to_write)
{
	program_run(end_writing);
}

static void
overwrite_in_vain(void)
{
	mach_port_t entry = make_new(BYTES);
	const uint8_t *there = allocate(BYTES);
	mach_vm_address_t address = (uintptr_t)there;

	CHECK_EQ(try_make(0, BYTES, VM_PROT_READ, entry), KERN_SUCCESS);
	CHECK_EQ(
	    mach_vm_map(SELF, &address, BYTES, 0, VM_FLAGS_OVERWRITE, entry, 0,
	        FALSE, VM_PROT_DEFAULT, VM_PROT_DEFAULT, VM_INHERIT_DEFAULT),
	    KERN_PROTECTION_FAILURE);
	for (uint64_t i = 0; i < BYTES; i++)
		CHECK_EQ(there[i], 7);
}

TEST(what_can_be_mapped_to_write_no_more_overwrites_nothing)
{
	program_run(overwrite_in_vain);
}

static void
derive(void)
{
	mach_port_t parent = make_new(BYTES);

	CHECK_EQ(try_make(0, BYTES, VM_PROT_DEFAULT, parent), KERN_SUCCESS);
	CHECK_EQ(try_make(1, BYTES - 1, VM_PROT_DEFAULT, parent), KERN_SUCCESS);
	CHECK_EQ(
	    try_make(0, BYTES, VM_PROT_ALL, parent), KERN_PROTECTION_FAILURE);
	CHECK_EQ(
	    try_make(0, PAGE, VM_PROT_DEFAULT, parent), KERN_NOT_SUPPORTED);
	CHECK_EQ(try_make(PAGE, BYTES - PAGE, VM_PROT_DEFAULT, parent),
	    KERN_NOT_SUPPORTED);
	CHECK_EQ(try_make(PAGE, BYTES, VM_PROT_DEFAULT, parent),
	    KERN_INVALID_ARGUMENT);
	CHECK_EQ(
	    try_make(0, BYTES, VM_PROT_DEFAULT, SELF), KERN_INVALID_ARGUMENT);
	CHECK_EQ(try_make(0, BYTES, VM_PROT_DEFAULT, MACH_PORT_DEAD),
	    KERN_INVALID_ARGUMENT);
}

TEST(a_derived_entry_has_all_the_memory_and_no_more_rights)
{
	program_run(derive);
}

static void
part_of_shared(void)
{
	uint8_t *memory = map(make_new(BYTES), BYTES, VM_PROT_DEFAULT);

	CHECK_EQ(
	    try_make((uintptr_t)memory, BYTES, VM_PROT_DEFAULT, MACH_PORT_NULL),
	    KERN_SUCCESS);
	CHECK_EQ(
	    try_make((uintptr_t)memory, PAGE, VM_PROT_DEFAULT, MACH_PORT_NULL),
	    KERN_NOT_SUPPORTED);
}

TEST(of_what_is_shared_only_all_can_be_an_entry)
{
	program_run(part_of_shared);
}

static void
keep_maximum(void)
{
	mach_port_t entry = make_new(BYTES);
	uint8_t *memory = map(entry, BYTES, VM_PROT_READ);

	CHECK_EQ(mach_vm_protect(
	             SELF, (uintptr_t)memory, BYTES, FALSE, VM_PROT_DEFAULT),
	    KERN_PROTECTION_FAILURE);
	CHECK_EQ(
	    try_make((uintptr_t)memory, BYTES, VM_PROT_DEFAULT, MACH_PORT_NULL),
	    KERN_PROTECTION_FAILURE);
	CHECK_EQ(mach_port_deallocate(SELF, entry), KERN_SUCCESS);
	CHECK_EQ(memory[0], 0);
}

TEST(what_is_mapped_keeps_its_maximum) { program_run(keep_maximum); }

/* --- where it is ----------------------------------------------------------- */

static void
map_large(void)
{
	uint8_t *memory = map(make_new(LARGE), LARGE, VM_PROT_DEFAULT);

	CHECK_EQ((uintptr_t)memory % VM_FILE_BYTES, 0);
}

TEST(large_memory_begins_where_large_pages_do) { program_run(map_large); }

static void
map_where_asked(void)
{
	mach_port_t entry = make_new(BYTES);
	mach_vm_address_t address = (uintptr_t)allocate(BYTES);

	CHECK_EQ(
	    mach_vm_map(SELF, &address, BYTES, 0, VM_FLAGS_FIXED, entry, 0,
	        FALSE, VM_PROT_DEFAULT, VM_PROT_DEFAULT, VM_INHERIT_DEFAULT),
	    KERN_NO_SPACE);
	CHECK_EQ(*(uint8_t *)address, 7);
	CHECK_EQ(mach_vm_map(SELF, &address, BYTES, 0,
	             VM_FLAGS_FIXED | VM_FLAGS_OVERWRITE, entry, 0, FALSE,
	             VM_PROT_DEFAULT, VM_PROT_DEFAULT, VM_INHERIT_DEFAULT),
	    KERN_SUCCESS);
	CHECK_EQ(*(uint8_t *)address, 0);
}

TEST(an_entry_is_mapped_where_it_shall_be) { program_run(map_where_asked); }

static void
look_at_region(void)
{
	uint8_t *memory = map(make_new(BYTES), BYTES, VM_PROT_READ);
	mach_vm_address_t address = (uintptr_t)memory;
	mach_msg_type_number_t count = VM_REGION_BASIC_INFO_COUNT_64;
	vm_region_basic_info_data_64_t info;
	mach_vm_size_t size;
	mach_port_t object;

	CHECK_EQ(mach_vm_region(SELF, &address, &size, VM_REGION_BASIC_INFO_64,
	             (vm_region_info_t)&info, &count, &object),
	    KERN_SUCCESS);
	CHECK_EQ(address, (uintptr_t)memory);
	CHECK_EQ(info.shared, TRUE);
	CHECK_EQ(info.protection, VM_PROT_READ);
	CHECK_EQ(info.max_protection, VM_PROT_READ);
	CHECK_EQ(info.inheritance, VM_INHERIT_DEFAULT);
}

TEST(a_region_of_an_entry_is_shared) { program_run(look_at_region); }

static uint8_t *inherited[3]; /* by VM_INHERIT_* */

static void
look_at_inherited(void)
{
	inherited[VM_INHERIT_SHARE][0] = 22;
	CHECK_EQ(inherited[VM_INHERIT_COPY][1], 11);
	inherited[VM_INHERIT_COPY][2] = 33;
	CHECK(!is_mapped(inherited[VM_INHERIT_NONE]));
}

static void
inherit(void)
{
	mach_port_t entry = make_new(BYTES);
	mach_vm_address_t address;

	for (vm_inherit_t i = VM_INHERIT_SHARE; i <= VM_INHERIT_NONE; i++) {
		address = 0;
		CHECK_EQ(
		    mach_vm_map(SELF, &address, BYTES, 0, VM_FLAGS_ANYWHERE,
		        entry, 0, FALSE, VM_PROT_DEFAULT, VM_PROT_DEFAULT, i),
		    KERN_SUCCESS);
		inherited[i] = (uint8_t *)address;
	}
	inherited[VM_INHERIT_NONE][1] = 11;
	program_join(program_fork(look_at_inherited));
	CHECK_EQ(inherited[VM_INHERIT_NONE][0], 22);
	CHECK_EQ(inherited[VM_INHERIT_NONE][2], 0);
}

TEST(what_is_mapped_is_inherited_as_was_said) { program_run(inherit); }

/* --- what is none ---------------------------------------------------------- */

static void
ask_for_nothing(void)
{
	uint64_t there = (uintptr_t)allocate(BYTES);
	uint8_t *at;

	CHECK_EQ(try_make(there, 0, VM_PROT_READ, 0), KERN_INVALID_ARGUMENT);
	CHECK_EQ(try_make(there, BYTES, 0, 0), KERN_INVALID_ARGUMENT);
	CHECK_EQ(
	    try_make(there, BYTES, VM_PROT_WRITE, 0), KERN_INVALID_ARGUMENT);
	CHECK_EQ(try_make(there, UINT64_MAX, VM_PROT_READ, 0),
	    KERN_INVALID_ARGUMENT);
	CHECK_EQ(try_make(there, BYTES, VM_PROT_READ | MAP_MEM_PURGABLE, 0),
	    KERN_INVALID_ARGUMENT);
	CHECK_EQ(try_make(there, BYTES, VM_PROT_READ | 0x1000000, 0),
	    KERN_INVALID_ARGUMENT);
	CHECK_EQ(try_make(0, BYTES, VM_PROT_DEFAULT, 0), KERN_INVALID_ADDRESS);
	CHECK_EQ(try_make(0, BYTES, VM_PROT_DEFAULT | MAP_MEM_VM_COPY, 0),
	    KERN_INVALID_ADDRESS);
	CHECK_EQ(try_make(0, (uint64_t)1 << 60,
	             VM_PROT_DEFAULT | MAP_MEM_NAMED_CREATE, 0),
	    KERN_RESOURCE_SHORTAGE);
	CHECK_EQ(try_map(SELF, 0, PAGE, FALSE, VM_PROT_READ, &at),
	    KERN_INVALID_OBJECT);
	CHECK_EQ(try_map(make_new(PAGE), PAGE, PAGE, FALSE, VM_PROT_READ, &at),
	    KERN_INVALID_ARGUMENT);
}

TEST(what_can_be_no_entry_is_refused) { program_run(ask_for_nothing); }

static void
leave_nothing(void)
{
	unsigned files;

	for (int i = 0; i < 3; i++) {
		mach_port_t entry = make_new(LARGE);
		uint8_t *memory = map(entry, LARGE, VM_PROT_DEFAULT);

		CHECK_EQ(mach_port_deallocate(SELF, entry), KERN_SUCCESS);
		unmap(memory, LARGE);
		(void)try_make(0, PAGE, VM_PROT_DEFAULT, entry);
		(void)try_make((uintptr_t)memory, LARGE, VM_PROT_READ, 0);
		if (i == 0)
			files = program_count_files();
		else
			CHECK_EQ(program_count_files(), files);
	}
}

TEST(what_was_shared_leaves_no_descriptor) { program_run(leave_nothing); }

/* --- the others ------------------------------------------------------------ */

static void
call_the_others(void)
{
	uint8_t *memory = allocate(BYTES);
	memory_object_size_t wide = BYTES;
	vm_size_t size = BYTES;
	mach_port_t entry;

	CHECK_EQ(mach_make_memory_entry(SELF, &size, (uintptr_t)memory,
	             VM_PROT_DEFAULT, &entry, MACH_PORT_NULL),
	    KERN_SUCCESS);
	check_shared(memory, map(entry, BYTES, VM_PROT_DEFAULT), BYTES);
	CHECK_EQ(_mach_make_memory_entry(SELF, &wide, (uintptr_t)memory,
	             VM_PROT_DEFAULT, &entry, MACH_PORT_NULL),
	    KERN_SUCCESS);
	check_shared(memory, map(entry, BYTES, VM_PROT_DEFAULT), BYTES);
	CHECK_EQ(
	    mach_make_memory_entry_64(mach_host_self(), &wide, 0,
	        VM_PROT_DEFAULT | MAP_MEM_NAMED_CREATE, &entry, MACH_PORT_NULL),
	    KERN_INVALID_ARGUMENT);
	CHECK_EQ(
	    mach_make_memory_entry_64(MACH_PORT_NULL, &wide, 0,
	        VM_PROT_DEFAULT | MAP_MEM_NAMED_CREATE, &entry, MACH_PORT_NULL),
	    MACH_SEND_INVALID_DEST);
}

TEST(the_other_calls_do_the_same) { program_run(call_the_others); }

static mach_port_t parents_task;

/* Of the parent, whose task port is the bootstrap port. */
static void
make_for_parent(void)
{
	memory_object_size_t size = BYTES;
	mach_port_t entry;

	parents_task = bootstrap_port;
	CHECK_EQ(
	    mach_make_memory_entry_64(parents_task, &size, 0,
	        VM_PROT_DEFAULT | MAP_MEM_NAMED_CREATE, &entry, MACH_PORT_NULL),
	    KERN_SUCCESS);
	CHECK_EQ(size, BYTES);
	check_shared(map(entry, BYTES, VM_PROT_DEFAULT),
	    map(entry, BYTES, VM_PROT_DEFAULT), BYTES);
	CHECK_EQ(mach_make_memory_entry_64(
	             parents_task, &size, 0, VM_PROT_DEFAULT, &entry, entry),
	    KERN_SUCCESS);
	CHECK_EQ(mach_make_memory_entry_64(parents_task, &size, 0x10000,
	             VM_PROT_DEFAULT, &entry, MACH_PORT_NULL),
	    KERN_NOT_SUPPORTED);
}

static void
lend_task(void)
{
	CHECK_EQ(task_set_special_port(SELF, TASK_BOOTSTRAP_PORT, SELF),
	    KERN_SUCCESS);
	program_join(program_fork(make_for_parent));
}

TEST(of_another_task_there_are_new_and_derived_entries)
{
	program_run(lend_task);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(new_memory_is_of_zeroes_and_shared),
	    cmocka_unit_test(memory_that_is_there_becomes_shared_as_it_is),
	    cmocka_unit_test(a_part_of_memory_becomes_shared_alone),
	    cmocka_unit_test(an_entry_is_of_whole_pages),
	    cmocka_unit_test(two_tasks_see_each_others_writes),
	    cmocka_unit_test(an_entry_outlives_its_maker),
	    cmocka_unit_test(an_entry_of_a_copy_is_of_the_moment),
	    cmocka_unit_test(a_copy_of_an_entry_is_the_callers_own),
	    cmocka_unit_test(a_copy_of_what_cannot_be_written_can),
	    cmocka_unit_test(a_read_only_entry_cannot_be_written_in_any_way),
	    cmocka_unit_test(a_read_only_entry_ends_that_others_map_to_write),
	    cmocka_unit_test(
	        what_can_be_mapped_to_write_no_more_overwrites_nothing),
	    cmocka_unit_test(
	        a_derived_entry_has_all_the_memory_and_no_more_rights),
	    cmocka_unit_test(of_what_is_shared_only_all_can_be_an_entry),
	    cmocka_unit_test(what_is_mapped_keeps_its_maximum),
	    cmocka_unit_test(large_memory_begins_where_large_pages_do),
	    cmocka_unit_test(an_entry_is_mapped_where_it_shall_be),
	    cmocka_unit_test(a_region_of_an_entry_is_shared),
	    cmocka_unit_test(what_is_mapped_is_inherited_as_was_said),
	    cmocka_unit_test(what_can_be_no_entry_is_refused),
	    cmocka_unit_test(what_was_shared_leaves_no_descriptor),
	    cmocka_unit_test(the_other_calls_do_the_same),
	    cmocka_unit_test(of_another_task_there_are_new_and_derived_entries),
	};

	return cmocka_run_group_tests_name("memory_entry", tests, NULL, NULL);
}
