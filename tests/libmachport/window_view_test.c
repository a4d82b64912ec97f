/* Views: regions that are the window's own memory, seen from the program that has them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <mach/mach.h>
#include <mach/mach_vm.h>
#include <mach/vm_page_size.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "program.h"

/* The least that views are for. */
#define BYTES ((size_t)128 << 10)
/* More than it takes until there is a window, and its view has its size. */
#define MESSAGES 12

struct message {
	mach_msg_header_t header;
	mach_msg_body_t body;
	mach_msg_ool_descriptor_t memory;
	mach_msg_max_trailer_t trailer;
};

static mach_port_t port;
static unsigned char *sent; /* BYTES */

/* Send a region of @bytes that are all @value. */
static void
send_bytes(unsigned char value, size_t bytes)
{
	struct message message = {
	    .header.msgh_bits = MACH_MSGH_BITS_COMPLEX |
	        MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0),
	    .header.msgh_remote_port = port,
	    .body.msgh_descriptor_count = 1,
	    .memory.address = sent,
	    .memory.size = (mach_msg_size_t)bytes,
	    .memory.copy = MACH_MSG_VIRTUAL_COPY,
	    .memory.type = MACH_MSG_OOL_DESCRIPTOR,
	};

	memset(sent, value, bytes);
	CHECK_EQ(mach_msg(&message.header, MACH_SEND_MSG,
	             offsetof(struct message, trailer), 0, MACH_PORT_NULL, 0,
	             MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
}

static unsigned char *
receive_bytes(size_t bytes)
{
	struct message message = {0};

	CHECK_EQ(mach_msg(&message.header, MACH_RCV_MSG, 0, sizeof(message),
	             port, 0, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
	CHECK_EQ(message.memory.size, bytes);
	return message.memory.address;
}

static unsigned char *
pass(unsigned char value)
{
	send_bytes(value, BYTES);
	return receive_bytes(BYTES);
}

static void
give_back(void *address, size_t bytes)
{
	CHECK_EQ(
	    mach_vm_deallocate(mach_task_self(), (uintptr_t)address, bytes),
	    KERN_SUCCESS);
}

static bool
holds(const unsigned char *memory, unsigned char value)
{
	return memory[0] == value && memcmp(memory, memory + 1, BYTES - 1) == 0;
}

/* Is a file of the kernel's mapped there, privately and to be written? */
static bool
is_view(const void *address)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	bool found = false;
	char line[512];

	CHECK(maps);
	while (fgets(line, sizeof(line), maps))
		if (strtoull(line, NULL, 16) == (uintptr_t)address)
			found = strstr(line, " rw-p ") &&
			    strstr(line, "memfd:machport ");
	(void)fclose(maps);
	return found;
}

static void *
pass_some(void *argument)
{
	for (unsigned i = 0; i < MESSAGES; i++)
		give_back(pass(0), BYTES);
	return argument;
}

static void
setup(void)
{
	sent = mmap(NULL, BYTES, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(sent != MAP_FAILED);
	CHECK_EQ(mach_port_allocate(
	             mach_task_self(), MACH_PORT_RIGHT_RECEIVE, &port),
	    KERN_SUCCESS);
	CHECK_EQ(mach_port_insert_right(
	             mach_task_self(), port, port, MACH_MSG_TYPE_MAKE_SEND),
	    KERN_SUCCESS);
	(void)pass_some(NULL);
}

static void
a_region_sent_again_and_again_is_not_copied_out(void)
{
	unsigned char *region;

	setup();
	for (unsigned char i = 1; i < 10; i++) {
		region = pass(i);
		CHECK(is_view(region));
		CHECK(holds(region, i));
		give_back(region, BYTES);
	}
}

static void
what_is_kept_does_not_change(void)
{
	unsigned char *kept;

	setup();
	kept = pass(1);
	CHECK(is_view(kept));
	for (unsigned char i = 2; i < 10; i++) {
		unsigned char *region = pass(i);

		CHECK(!is_view(region));
		CHECK(holds(region, i));
		give_back(region, BYTES);
	}
	CHECK(holds(kept, 1));
	give_back(kept, BYTES);
	CHECK(is_view(pass(2)));
}

static void
what_was_written_is_not_in_the_next_region(void)
{
	unsigned char *region;

	setup();
	region = pass(1);
	CHECK(is_view(region));
	memset(region, 2, BYTES / 2);
	CHECK(region[BYTES / 2 - 1] == 2 && region[BYTES / 2] == 1);
	give_back(region, BYTES);
	for (unsigned i = 0; i < 1000 && !is_view(region); i++) {
		region = pass(3);
		CHECK(holds(region, 3));
		give_back(region, BYTES);
		region = pass(4);
		CHECK(holds(region, 4));
		if (!is_view(region))
			give_back(region, BYTES);
	}
	CHECK(is_view(region));
}

static void
who_writes_regions_gets_copies(void)
{
	unsigned char *region;

	setup();
	region = pass(1);
	CHECK(is_view(region));
	region[0] = 2;
	give_back(region, BYTES);
	CHECK(!is_view(pass(1)));
}

static void
a_region_of_another_size_is_copied(void)
{
	unsigned char *region;

	setup();
	send_bytes(1, BYTES / 2);
	region = receive_bytes(BYTES / 2);
	CHECK(!is_view(region));
	CHECK(region[0] == 1 && region[BYTES / 2 - 1] == 1);
	give_back(region, BYTES / 2);
	CHECK(is_view(pass(2)));
}

static void
a_region_given_back_is_gone(void)
{
	unsigned char seen[BYTES / 4096];
	unsigned char *region;

	setup();
	region = pass(1);
	CHECK(is_view(region));
	give_back(region, BYTES);
	CHECK_EQ(mincore(region, BYTES, seen), -1);
}

/* Have @spoil do something to a region, which is given back then. The others are right. */
static void
pass_after(void (*spoil)(unsigned char *region))
{
	unsigned char *region;

	setup();
	region = pass(1);
	CHECK(is_view(region));
	spoil(region);
	(void)mach_vm_deallocate(mach_task_self(), (uintptr_t)region, BYTES);
	for (unsigned char i = 2; i < 6; i++) {
		region = pass(i);
		CHECK(!is_view(region));
		CHECK(holds(region, i));
		region[BYTES - 1] = 1;
		give_back(region, BYTES);
	}
}

static void
give_back_some(unsigned char *region)
{
	give_back(region + BYTES / 2, BYTES / 2);
	for (size_t i = 0; i < BYTES / 2; i++)
		CHECK(region[i] == 1);
}

static void
a_region_given_back_in_parts_is_not_used_again(void)
{
	pass_after(give_back_some);
}

static void
unmap(unsigned char *region)
{
	CHECK_EQ(munmap(region, BYTES), 0);
}

static void
a_region_that_was_unmapped_is_not_used_again(void)
{
	pass_after(unmap);
}

static unsigned char *moved;

static void
move(unsigned char *region)
{
	moved =
	    mmap(NULL, BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(moved != MAP_FAILED);
	CHECK(mremap(region, BYTES, BYTES, MREMAP_MAYMOVE | MREMAP_FIXED,
	          moved) == moved);
}

static void
a_region_that_was_moved_does_not_change(void)
{
	pass_after(move);
	CHECK(holds(moved, 1));
}

static void
protect(unsigned char *region)
{
	CHECK_EQ(mach_vm_protect(mach_task_self(), (uintptr_t)region, BYTES,
	             FALSE, VM_PROT_READ),
	    KERN_SUCCESS);
	CHECK(holds(region, 1));
}

static void
a_region_that_was_protected_is_not_used_again(void)
{
	pass_after(protect);
}

static unsigned char *remapped;

static void
remap(unsigned char *region)
{
	mach_vm_address_t address = 0;
	vm_prot_t protection;
	vm_prot_t maximum;

	CHECK_EQ(mach_vm_remap(mach_task_self(), &address, BYTES, 0,
	             VM_FLAGS_ANYWHERE, mach_task_self(), (uintptr_t)region,
	             FALSE, &protection, &maximum, VM_INHERIT_DEFAULT),
	    KERN_SUCCESS);
	remapped = (unsigned char *)address;
	remapped[1] = 5;
	CHECK(region[1] == 5);
	remapped[1] = 1;
}

static void
a_region_that_is_shared_does_not_change(void)
{
	pass_after(remap);
	CHECK(holds(remapped, 1));
}

static unsigned char *inherited;
static int told[2];

static void
look_at_inherited(void)
{
	program_await(told);
	CHECK(holds(inherited, 1));
	inherited[0] = 2;
}

static void
a_child_keeps_what_its_parent_gives_back(void)
{
	pid_t child;

	setup();
	CHECK_EQ(pipe(told), 0);
	inherited = pass(1);
	CHECK(is_view(inherited));
	child = program_fork(look_at_inherited);
	give_back(inherited, BYTES);
	for (unsigned i = 0; i < 600; i++)
		give_back(pass(3), BYTES);
	program_ring(told);
	program_join(child);
}

/* Without its own pages it would have what is in the file now. */
static void
discard_inherited(void)
{
	program_await(told);
	CHECK_EQ(madvise(inherited, BYTES, MADV_DONTNEED), 0);
	for (size_t i = 0; i < BYTES; i++)
		CHECK(inherited[i] != 3);
}

static void
a_child_does_not_see_what_its_parent_gets_later(void)
{
	pid_t child;

	setup();
	CHECK_EQ(pipe(told), 0);
	inherited = pass(1);
	CHECK(is_view(inherited));
	child = program_fork(discard_inherited);
	give_back(inherited, BYTES);
	/* More than are copied because of the fork. */
	for (unsigned i = 0; i < 600; i++)
		give_back(pass(3), BYTES);
	program_ring(told);
	program_join(child);
}

static void
a_protected_region_is_the_childs_too(void)
{
	pid_t child;

	setup();
	CHECK_EQ(pipe(told), 0);
	inherited = pass(1);
	CHECK_EQ(mprotect(inherited, BYTES, PROT_READ), 0);
	CHECK_EQ(mprotect(inherited + 4096, BYTES - 4096, PROT_READ), 0);
	child = fork();
	CHECK(child >= 0);
	if (child == 0) {
		program_await(told);
		CHECK(holds(inherited, 1));
		_exit(0);
	}
	CHECK_EQ(mprotect(inherited, BYTES, PROT_READ | PROT_WRITE), 0);
	give_back(inherited, BYTES);
	for (unsigned i = 0; i < 4; i++)
		give_back(pass(3), BYTES);
	program_ring(told);
	program_join(child);
}

static void
use_own_window(void)
{
	(void)pass_some(NULL);
}

static void
a_child_has_a_view_of_its_own(void)
{
	setup();
	program_join(program_fork(setup));
	program_join(
	    program_fork(a_region_sent_again_and_again_is_not_copied_out));
	use_own_window();
	CHECK(is_view(pass(1)));
}

static void *
keep_one(void *argument)
{
	(void)pass_some(NULL);
	*(unsigned char **)argument = pass(7);
	return NULL;
}

static void
what_a_thread_received_outlives_it(void)
{
	unsigned char *kept = NULL;
	pthread_t thread;

	setup();
	CHECK_EQ(pthread_create(&thread, NULL, keep_one, &kept), 0);
	CHECK_EQ(pthread_join(thread, NULL), 0);
	CHECK(is_view(kept));
	(void)pass_some(NULL);
	CHECK(holds(kept, 7));
	give_back(kept, BYTES);
	CHECK(is_view(pass(8)));
}

static void *
give_back_thread(void *argument)
{
	give_back(argument, BYTES);
	return NULL;
}

static void
another_thread_can_give_it_back(void)
{
	unsigned char *region;
	pthread_t thread;

	setup();
	for (unsigned char i = 1; i < 10; i++) {
		region = pass(i);
		CHECK(is_view(region) && holds(region, i));
		CHECK_EQ(
		    pthread_create(&thread, NULL, give_back_thread, region), 0);
		CHECK_EQ(pthread_join(thread, NULL), 0);
	}
}

static void
a_region_can_be_sent_on(void)
{
	unsigned char *region;
	unsigned char *sender = NULL;

	setup();
	region = pass(6);
	CHECK(is_view(region));
	sender = sent;
	sent = region;
	send_bytes(9, BYTES);
	sent = sender;
	give_back(region, BYTES);
	CHECK(holds(receive_bytes(BYTES), 9));
}

/* Each is a program of its own. */
#define PROGRAM(body) RUN(body##_in_a_program, body)

PROGRAM(a_region_sent_again_and_again_is_not_copied_out)
PROGRAM(what_is_kept_does_not_change)
PROGRAM(what_was_written_is_not_in_the_next_region)
PROGRAM(who_writes_regions_gets_copies)
PROGRAM(a_region_of_another_size_is_copied)
PROGRAM(a_region_given_back_is_gone)
PROGRAM(a_region_given_back_in_parts_is_not_used_again)
PROGRAM(a_region_that_was_unmapped_is_not_used_again)
PROGRAM(a_region_that_was_moved_does_not_change)
PROGRAM(a_region_that_was_protected_is_not_used_again)
PROGRAM(a_region_that_is_shared_does_not_change)
PROGRAM(a_child_keeps_what_its_parent_gives_back)
PROGRAM(a_child_does_not_see_what_its_parent_gets_later)
PROGRAM(a_protected_region_is_the_childs_too)
PROGRAM(a_child_has_a_view_of_its_own)
PROGRAM(what_a_thread_received_outlives_it)
PROGRAM(another_thread_can_give_it_back)
PROGRAM(a_region_can_be_sent_on)

#define CASE(body)                                                             \
	{                                                                      \
#body, body##_in_a_program, NULL, NULL, NULL                   \
	}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(a_region_sent_again_and_again_is_not_copied_out),
	    CASE(what_is_kept_does_not_change),
	    CASE(what_was_written_is_not_in_the_next_region),
	    CASE(who_writes_regions_gets_copies),
	    CASE(a_region_of_another_size_is_copied),
	    CASE(a_region_given_back_is_gone),
	    CASE(a_region_given_back_in_parts_is_not_used_again),
	    CASE(a_region_that_was_unmapped_is_not_used_again),
	    CASE(a_region_that_was_moved_does_not_change),
	    CASE(a_region_that_was_protected_is_not_used_again),
	    CASE(a_region_that_is_shared_does_not_change),
	    CASE(a_child_keeps_what_its_parent_gives_back),
	    CASE(a_child_does_not_see_what_its_parent_gets_later),
	    CASE(a_protected_region_is_the_childs_too),
	    CASE(a_child_has_a_view_of_its_own),
	    CASE(what_a_thread_received_outlives_it),
	    CASE(another_thread_can_give_it_back),
	    CASE(a_region_can_be_sent_on),
	};

	return cmocka_run_group_tests_name("window_view", tests, NULL, NULL);
}
