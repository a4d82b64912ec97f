/*
 * Large memory from task to task: without being copied where that can be
 * (msg_place.c, msg_decode.c), and the same to the byte wherever it comes from.
 */
#include <mach/mach.h>
#include <mach/mach_vm.h>

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "note.h"
#include "program.h"
#include "region.h"

#define KiB ((uint64_t)1 << 10)
#define MiB ((uint64_t)1 << 20)

static mach_port_t port;

/* Send it to ourselves; where it came to. */
static unsigned char *
pass(const void *memory, uint64_t bytes, boolean_t deallocate)
{
	struct parcel parcel =
	    parcel_to(port, memory, (mach_msg_size_t)bytes, deallocate);

	CHECK_EQ(parcel_send(&parcel), MACH_MSG_SUCCESS);
	if (deallocate) {
		CHECK(!is_mapped(memory));
		CHECK(!is_mapped((const char *)memory + bytes - 1));
	}
	parcel_receive(port, &parcel);
	CHECK_EQ(parcel.memory.size, bytes);
	return parcel.memory.address;
}

/* --- without a copy ----------------------------------------------------------- */

static void
share_pages(void)
{
	unsigned char *sent = region_new(4 * MiB, 1);
	unsigned char *got;

	port = note_port();
	got = pass(sent, 4 * MiB, FALSE);
	CHECK(region_inode(sent) != 0);
	CHECK_EQ(region_inode(got), region_inode(sent));
	CHECK(region_is(sent, 4 * MiB, 1));
	CHECK(region_is(got, 4 * MiB, 1));
	region_fill(sent, 4 * MiB, 2);
	CHECK(region_is(got, 4 * MiB, 1));
	region_fill(got, 4 * MiB, 3);
	CHECK(region_is(sent, 4 * MiB, 2));
	region_free(sent, 4 * MiB);
	CHECK(region_is(got, 4 * MiB, 3));
}
RUN(both_have_the_same_pages_until_one_writes, share_pages)

static void
move_pages(void)
{
	unsigned char *sent = region_new(4 * MiB, 1);
	uint64_t inode = region_inode(sent);
	unsigned char *got;

	port = note_port();
	got = pass(sent, 4 * MiB, TRUE);
	CHECK(inode != 0);
	CHECK_EQ(region_inode(got), inode);
	CHECK(region_is(got, 4 * MiB, 1));
	region_fill(got, 4 * MiB, 2);
}
RUN(what_is_given_away_moves, move_pages)

/* Receives memory and sends it to its parent, whose port is its bootstrap port. */
static void
pass_on(void)
{
	struct parcel parcel;

	port = note_port();
	parcel = parcel_to(bootstrap_port, NULL, 0, FALSE);
	parcel.header.msgh_bits |= MACH_MSGH_BITS(0, MACH_MSG_TYPE_MAKE_SEND);
	parcel.header.msgh_local_port = port;
	CHECK_EQ(parcel_send(&parcel), MACH_MSG_SUCCESS);
	parcel_receive(port, &parcel);
	CHECK(region_is(parcel.memory.address, 4 * MiB, 1));
	parcel = parcel_to(
	    bootstrap_port, parcel.memory.address, parcel.memory.size, TRUE);
	CHECK_EQ(parcel_send(&parcel), MACH_MSG_SUCCESS);
}

/* Sends @memory to a child of its own; where it came back to. */
static unsigned char *
pass_through_child(unsigned char *memory)
{
	pid_t child = program_fork(pass_on);
	struct parcel parcel;

	parcel_receive(port, &parcel);
	parcel =
	    parcel_to(parcel.header.msgh_remote_port, memory, 4 * MiB, TRUE);
	CHECK_EQ(parcel_send(&parcel), MACH_MSG_SUCCESS);
	parcel_receive(port, &parcel);
	program_join(child);
	return parcel.memory.address;
}

static void
pass_through_tasks(void)
{
	pid_t kernel = program_start_kernel();
	unsigned char *sent = region_new(4 * MiB, 1);
	uint64_t inode = region_inode(sent);
	unsigned char *got;

	port = note_port();
	CHECK_EQ(task_set_bootstrap_port(mach_task_self(), port), KERN_SUCCESS);
	got = pass_through_child(sent);
	got = pass_through_child(got);
	CHECK(inode != 0);
	CHECK_EQ(region_inode(got), inode);
	CHECK(region_is(got, 4 * MiB, 1));
	program_kill_kernel(kernel);
}
RUN(memory_goes_through_three_tasks_without_a_copy, pass_through_tasks)

static void
send_changed(void)
{
	unsigned char *sent = region_new(4 * MiB, 1);
	unsigned char *first;
	unsigned char *second;
	unsigned char *third;

	port = note_port();
	first = pass(sent, 4 * MiB, FALSE);
	second = pass(sent, 4 * MiB, FALSE);
	CHECK_EQ(region_inode(second), region_inode(first));
	sent[3 * MiB] ^= 1;
	third = pass(sent, 4 * MiB, FALSE);
	CHECK(region_inode(third) != region_inode(first));
	CHECK_EQ(memcmp(third, sent, 4 * MiB), 0);
	CHECK(region_is(first, 4 * MiB, 1));
	CHECK(region_is(second, 4 * MiB, 1));
}
RUN(what_was_changed_since_is_copied, send_changed)

/* --- the last page ------------------------------------------------------------ */

static void
send_tail(void)
{
	const uint64_t bytes = 4 * MiB - 100;
	unsigned char *sent = region_new(4 * MiB, 1);
	unsigned char *got;

	port = note_port();
	got = pass(sent, bytes, FALSE);
	CHECK(region_is(got, bytes, 1));
	CHECK(region_is_zero(got + bytes, 100));
	CHECK(region_is(sent, 4 * MiB, 1));
	got = pass(sent, bytes, TRUE);
	CHECK(region_is(got, bytes, 1));
	CHECK(region_is_zero(got + bytes, 100));
}
RUN(nothing_behind_a_region_is_sent, send_tail)

static void
fail_to_give_tail(void)
{
	unsigned char *sent = region_new(4 * MiB, 1);
	struct parcel parcel =
	    parcel_to(MACH_PORT_DEAD, sent, 4 * MiB - 100, TRUE);

	CHECK_EQ(parcel_send(&parcel), MACH_SEND_INVALID_DEST);
	CHECK(region_is(sent, 4 * MiB, 1));
	region_fill(sent, 4 * MiB, 2);
	CHECK(region_is(sent, 4 * MiB, 2));
}
RUN(a_send_that_is_refused_leaves_memory_as_it_was, fail_to_give_tail)

/* --- other failures ----------------------------------------------------------- */

struct pair {
	mach_msg_header_t header;
	mach_msg_body_t body;
	mach_msg_ool_descriptor_t memory;
	mach_msg_port_descriptor_t right;
	mach_msg_trailer_t trailer;
};

static struct pair
pair_to(const void *memory, uint64_t bytes, mach_port_t name)
{
	struct parcel parcel =
	    parcel_to(port, memory, (mach_msg_size_t)bytes, TRUE);

	return (struct pair){
	    .header = parcel.header,
	    .body.msgh_descriptor_count = 2,
	    .memory = parcel.memory,
	    .right.type = MACH_MSG_PORT_DESCRIPTOR,
	    .right.name = name,
	    .right.disposition = MACH_MSG_TYPE_MOVE_SEND,
	};
}

/* The memory before the right that is refused is gone, as it is in Mach. */
static void
fail_in_body(void)
{
	unsigned char *sent = region_new(4 * MiB, 1);
	struct pair pair;

	port = note_port();
	pair = pair_to(sent, 4 * MiB, 0x7770);
	CHECK_EQ(mach_msg(&pair.header, MACH_SEND_MSG,
	             offsetof(struct pair, trailer), 0, MACH_PORT_NULL, 0,
	             MACH_PORT_NULL),
	    MACH_SEND_INVALID_RIGHT);
	CHECK(!is_mapped(sent));
}
RUN(memory_taken_before_the_body_fails_is_gone, fail_in_body)

static void
come_back(boolean_t deallocate)
{
	unsigned char *sent = region_new(4 * MiB, 1);
	struct parcel parcel = parcel_to(port, sent, 4 * MiB, deallocate);
	unsigned char *back;

	CHECK_EQ(mach_msg(&parcel.header, MACH_SEND_MSG | MACH_SEND_TIMEOUT,
	             PARCEL_BYTES, 0, MACH_PORT_NULL, 0, MACH_PORT_NULL),
	    MACH_SEND_TIMED_OUT);
	back = parcel.memory.address;
	CHECK(region_is(back, 4 * MiB, 1));
	region_fill(back, 4 * MiB, 2);
	if (deallocate)
		return;
	CHECK(region_is(sent, 4 * MiB, 1));
	region_fill(sent, 4 * MiB, 3);
	CHECK(region_is(back, 4 * MiB, 2));
}

static void
come_back_both(void)
{
	port = note_port();
	(void)note_fill(port);
	come_back(FALSE);
	come_back(TRUE);
}
RUN(large_memory_comes_back_when_it_cannot_be_sent, come_back_both)

/* Let the process have no more descriptors than it has now. */
static struct rlimit
take_descriptors(void)
{
	struct rlimit before;
	struct rlimit none;
	int lowest = dup(0);

	CHECK_EQ(close(lowest), 0);
	CHECK_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
	none = before;
	none.rlim_cur = (rlim_t)lowest;
	CHECK_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
	return before;
}

static void
send_without_descriptors(void)
{
	unsigned char *sent = region_new(4 * MiB, 1);
	struct parcel parcel;
	struct rlimit before;

	port = note_port();
	parcel = parcel_to(port, sent, 4 * MiB, TRUE);
	before = take_descriptors();
	CHECK_EQ(parcel_send(&parcel), MACH_SEND_NO_BUFFER);
	CHECK(region_is(sent, 4 * MiB, 1));
	region_fill(sent, 4 * MiB, 2);
	CHECK_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
	CHECK(region_is(pass(sent, 4 * MiB, TRUE), 4 * MiB, 2));
}
RUN(without_descriptors_a_large_send_fails_and_changes_nothing,
    send_without_descriptors)

static void
receive_without_descriptors(void)
{
	unsigned char *sent = region_new(4 * MiB, 1);
	struct parcel parcel;
	struct rlimit before;

	port = note_port();
	parcel = parcel_to(port, sent, 4 * MiB, TRUE);
	CHECK_EQ(parcel_send(&parcel), MACH_MSG_SUCCESS);
	before = take_descriptors();
	CHECK_EQ(mach_msg(&parcel.header, MACH_RCV_MSG, 0, sizeof(parcel), port,
	             0, MACH_PORT_NULL),
	    MACH_RCV_BODY_ERROR | MACH_MSG_VM_SPACE);
	CHECK(parcel.memory.address == NULL);
	CHECK_EQ(parcel.memory.size, 0);
	CHECK_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
}
RUN(without_descriptors_large_memory_cannot_be_received,
    receive_without_descriptors)

/* --- memory from anywhere ----------------------------------------------------- */

/* It arrives, and is apart from what was sent, which is as it was. */
static void
check_passes(const unsigned char *memory, uint64_t bytes)
{
	unsigned char *expected = malloc(bytes);
	unsigned char *got;

	CHECK(expected != NULL);
	memcpy(expected, memory, bytes);
	got = pass(memory, bytes, FALSE);
	CHECK_EQ(memcmp(got, expected, bytes), 0);
	CHECK(region_is_zero(got + bytes, round_page(bytes) - bytes));
	memset(got, 0xa5, bytes);
	CHECK_EQ(memcmp(memory, expected, bytes), 0);
	region_free(got, bytes);
	free(expected);
}

static void
send_parts(void)
{
	unsigned char *memory = region_new(8 * MiB, 1);

	port = note_port();
	check_passes(memory + 1, 4 * MiB);
	check_passes(memory + 4096, 4 * MiB);
	check_passes(memory, 3 * MiB + 5);
	check_passes(memory + 4 * MiB, 4 * MiB);
	check_passes(memory + 5, 100 * KiB);
	CHECK(region_is(memory, 8 * MiB, 1));
}
RUN(parts_of_an_allocation_arrive, send_parts)

/* The rest of an allocation is none the receiver's business. */
static void
send_half_alone(void)
{
	unsigned char *memory = region_new(8 * MiB, 1);
	unsigned char *got;

	port = note_port();
	got = pass(memory + 4 * MiB, 4 * MiB, FALSE);
	CHECK(region_inode(got) != region_inode(memory));
	region_free(memory, 4 * MiB);
	got = pass(memory + 4 * MiB, 4 * MiB, FALSE);
	CHECK_EQ(region_inode(got), region_inode(memory + 4 * MiB));
}
RUN(a_file_goes_whole_or_not_at_all, send_half_alone)

static void
send_across(void)
{
	unsigned char *memory = region_new(8 * MiB, 1);
	mach_vm_address_t middle = (uintptr_t)memory + 4 * MiB;

	port = note_port();
	region_free((void *)middle, 64 * KiB);
	CHECK_EQ(mach_vm_allocate(mach_task_self(), &middle, 64 * KiB, 0),
	    KERN_SUCCESS);
	region_fill((void *)middle, 64 * KiB, 9);
	check_passes(memory, 8 * MiB);
	check_passes(memory, 4 * MiB + 32 * KiB);
	check_passes(memory + 4 * MiB + 100, 2 * MiB);
}
RUN(memory_of_which_a_part_is_in_a_file_arrives, send_across)

static void
send_foreign(void)
{
	static unsigned char in_program[3 * MiB];
	unsigned char on_stack[300 * KiB];
	unsigned char *heap = malloc(3 * MiB + 7);
	FILE *file = tmpfile();
	unsigned char *private;
	unsigned char *shared;

	port = note_port();
	CHECK(heap != NULL && file != NULL);
	region_fill(in_program, sizeof(in_program), 1);
	region_fill(on_stack, sizeof(on_stack), 2);
	region_fill(heap, 3 * MiB + 7, 3);
	CHECK_EQ(fwrite(heap, 1, 3 * MiB, file), 3 * MiB);
	CHECK_EQ(fflush(file), 0);
	private = mmap(NULL, 3 * MiB, PROT_READ | PROT_WRITE, MAP_PRIVATE,
	    fileno(file), 0);
	shared = mmap(NULL, 3 * MiB, PROT_READ, MAP_SHARED, fileno(file), 0);
	CHECK(private != MAP_FAILED && shared != MAP_FAILED);
	private[2 * MiB] ^= 1;
	check_passes(in_program, sizeof(in_program));
	check_passes(on_stack, sizeof(on_stack));
	check_passes(heap, 3 * MiB + 7);
	check_passes(heap + 1, 3 * MiB);
	check_passes(private, 3 * MiB);
	check_passes(shared, 3 * MiB);
	(void)fclose(file);
	free(heap);
}
RUN(memory_of_all_kinds_arrives, send_foreign)

static void
send_read_only(void)
{
	unsigned char *memory = region_new(4 * MiB, 1);

	port = note_port();
	CHECK_EQ(mprotect(memory, 4 * MiB, PROT_READ), 0);
	check_passes(memory, 4 * MiB);
	CHECK_EQ(mprotect(memory, 4 * MiB, PROT_READ | PROT_WRITE), 0);
	region_fill(memory, 4 * MiB, 2);
	check_passes(memory, 4 * MiB);
}
RUN(read_only_memory_arrives, send_read_only)

static void
send_guard_page(void)
{
	unsigned char *memory = region_new(4 * MiB, 1);
	struct parcel parcel;

	port = note_port();
	CHECK_EQ(mprotect(memory + 2 * MiB, 4096, PROT_NONE), 0);
	parcel = parcel_to(port, memory, 4 * MiB, TRUE);
	CHECK_EQ(parcel_send(&parcel), MACH_SEND_INVALID_MEMORY);
	CHECK(is_mapped(memory));
	parcel = parcel_to(port, memory, 2 * MiB, FALSE);
	CHECK_EQ(parcel_send(&parcel), MACH_MSG_SUCCESS);
}
RUN(a_page_that_cannot_be_read_is_an_error_in_large_memory, send_guard_page)

/* The program has put something else there, by Linux's calls. */
static void
send_replaced(void)
{
	unsigned char *memory = region_new(4 * MiB, 1);

	port = note_port();
	CHECK(
	    mmap(memory + MiB, MiB, PROT_READ | PROT_WRITE,
	        MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != MAP_FAILED);
	region_fill(memory + MiB, MiB, 5);
	check_passes(memory, 4 * MiB);
	CHECK(
	    mmap(memory, 4 * MiB, PROT_READ | PROT_WRITE,
	        MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != MAP_FAILED);
	region_fill(memory, 4 * MiB, 6);
	check_passes(memory, 4 * MiB);
}
RUN(what_is_mapped_now_is_what_is_sent, send_replaced)

/* --- several regions ---------------------------------------------------------- */

#define MANY 40

struct crate {
	mach_msg_header_t header;
	mach_msg_body_t body;
	mach_msg_ool_descriptor_t memory[MANY];
	mach_msg_trailer_t trailer;
};

static void
crate_add(struct crate *crate, const void *memory, uint64_t bytes)
{
	unsigned count = crate->body.msgh_descriptor_count++;
	struct parcel parcel =
	    parcel_to(port, memory, (mach_msg_size_t)bytes, FALSE);

	crate->header = parcel.header;
	crate->memory[count] = parcel.memory;
}

static void
crate_pass(struct crate *crate)
{
	CHECK_EQ(mach_msg(&crate->header, MACH_SEND_MSG | MACH_RCV_MSG,
	             (mach_msg_size_t)offsetof(struct crate,
	                 memory[crate->body.msgh_descriptor_count]),
	             sizeof(*crate), port, 0, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
}

/* Little is touched of it, so that much of it costs nothing. */
static unsigned char *
sparse_new(uint64_t bytes, unsigned seed)
{
	unsigned char *memory = region_new_untouched(bytes);

	region_fill(memory + bytes / 2, 4096, seed);
	return memory;
}

static void
send_large_ones(unsigned count)
{
	struct crate crate = {.body.msgh_descriptor_count = 0};
	unsigned char *sent[MANY];

	for (unsigned i = 0; i < count; i++) {
		sent[i] = sparse_new(2 * MiB, i);
		crate_add(&crate, sent[i], 2 * MiB);
	}
	crate_pass(&crate);
	for (unsigned i = 0; i < count; i++) {
		unsigned char *got = crate.memory[i].address;

		CHECK_EQ(crate.memory[i].size, 2 * MiB);
		CHECK(region_is(got + MiB, 4096, i));
		CHECK(region_is_zero(got, 8192));
		got[0] = 1;
		CHECK_EQ(sent[i][0], 0);
		region_free(sent[i], 2 * MiB);
	}
	mach_msg_destroy(&crate.header);
}

static void
send_many_large(void)
{
	port = note_port();
	send_large_ones(3);
	send_large_ones(16);
	send_large_ones(18);
}
RUN(more_large_regions_than_can_be_placed_arrive, send_many_large)

static void
send_mixed(void)
{
	static const uint64_t sizes[] = {0, 100, 64 * KiB, 2 * MiB, 0, 1,
	    100 * KiB, 70 * KiB, 4 * MiB, 5, 128 * KiB, 300 * KiB, 0};
	const unsigned count = sizeof(sizes) / sizeof(*sizes);
	struct crate crate = {.body.msgh_descriptor_count = 0};

	port = note_port();
	for (unsigned i = 0; i < count; i++)
		crate_add(&crate, sizes[i] ? region_new(sizes[i], i) : NULL,
		    sizes[i]);
	crate_pass(&crate);
	for (unsigned i = 0; i < count; i++) {
		CHECK_EQ(crate.memory[i].size, sizes[i]);
		CHECK(region_is(crate.memory[i].address, sizes[i], i));
		CHECK(sizes[i] || !crate.memory[i].address);
	}
	mach_msg_destroy(&crate.header);
}
RUN(regions_of_all_sizes_arrive_together, send_mixed)

static void
send_middling(void)
{
	struct crate crate = {.body.msgh_descriptor_count = 0};
	unsigned char *memory = region_new(KiB * 100 * MANY, 1);

	port = note_port();
	for (unsigned i = 0; i < MANY; i++)
		crate_add(&crate, memory + KiB * 100 * i, 90 * KiB);
	crate_pass(&crate);
	for (unsigned i = 0; i < MANY; i++)
		CHECK_EQ(memcmp(crate.memory[i].address, memory + KiB * 100 * i,
		             90 * KiB),
		    0);
	mach_msg_destroy(&crate.header);
}
RUN(many_regions_that_fit_no_packet_arrive, send_middling)

static void
send_overlapping(void)
{
	struct crate crate = {.body.msgh_descriptor_count = 0};
	unsigned char *memory = region_new(4 * MiB, 1);

	port = note_port();
	crate_add(&crate, memory, 4 * MiB);
	crate_add(&crate, memory + 4096, 2 * MiB);
	crate_add(&crate, memory, 4 * MiB);
	crate_add(&crate, memory + 4 * MiB - 50, 50);
	crate_add(&crate, memory, 4 * MiB - 60);
	crate.memory[4].deallocate = TRUE;
	crate_pass(&crate);
	for (int i = 0; i < 5; i += 2)
		CHECK(region_is(
		    crate.memory[i].address, crate.memory[i].size, 1));
	((unsigned char *)crate.memory[0].address)[5] ^= 1;
	CHECK(region_is(crate.memory[2].address, 4 * MiB, 1));
	region_fill(crate.memory[0].address, 4 * MiB, 1);
	memory = crate.memory[0].address;
	CHECK_EQ(memcmp(crate.memory[1].address, memory + 4096, 2 * MiB), 0);
	CHECK_EQ(memcmp(crate.memory[3].address, memory + 4 * MiB - 50, 50), 0);
	mach_msg_destroy(&crate.header);
}
RUN(regions_that_overlap_arrive, send_overlapping)

/* The message itself is in the page that is given away. */
static void
send_own_page(void)
{
	unsigned char *memory = region_new(4 * MiB, 1);
	struct parcel *message = (void *)(memory + 4 * MiB - sizeof(*message));
	struct parcel parcel;

	port = note_port();
	*message = parcel_to(port, memory, 4 * MiB - 1000, TRUE);
	message->header.msgh_id = 77;
	CHECK_EQ(parcel_send(message), MACH_MSG_SUCCESS);
	CHECK(!is_mapped(message));
	parcel_receive(port, &parcel);
	CHECK_EQ(parcel.header.msgh_id, 77);
	CHECK(region_is(parcel.memory.address, 4 * MiB - 1000, 1));
}
RUN(a_message_can_lie_in_what_it_gives_away, send_own_page)

/* --- while others write ------------------------------------------------------- */

struct writer {
	pthread_t thread;
	unsigned *memory;
	uint64_t bytes;
	_Atomic unsigned rounds;
	atomic_bool stop;
};

/* Half a page. */
#define STEP (2048 / sizeof(unsigned))

/* Each page gets the number of the round, in two places. */
static void *
write_always(void *argument)
{
	struct writer *writer = argument;

	while (!atomic_load(&writer->stop)) {
		unsigned round = atomic_fetch_add(&writer->rounds, 1) + 1;

		for (uint64_t i = 0; i < writer->bytes / sizeof(unsigned);
		     i += STEP)
			__atomic_store_n(
			    &writer->memory[i], round, __ATOMIC_RELAXED);
	}
	return NULL;
}

/* What was received stays as it is while the writer goes on. */
static void
check_stays(struct writer *writer, const unsigned char *got)
{
	unsigned char *seen = malloc(writer->bytes);
	unsigned until;

	CHECK(seen != NULL);
	memcpy(seen, got, writer->bytes);
	until = atomic_load(&writer->rounds) + 2;
	while (atomic_load(&writer->rounds) < until)
		(void)sched_yield();
	CHECK_EQ(memcmp(seen, got, writer->bytes), 0);
	free(seen);
}

static void
send_while_writing(void)
{
	struct writer writer = {.bytes = 2 * MiB};

	port = note_port();
	for (int i = 0; i < 8; i++) {
		unsigned char *got;
		unsigned begun;

		writer.memory = (void *)region_new(writer.bytes, 0);
		atomic_store(&writer.stop, false);
		CHECK_EQ(
		    pthread_create(&writer.thread, NULL, write_always, &writer),
		    0);
		begun = atomic_load(&writer.rounds);
		while (atomic_load(&writer.rounds) < begun + 2)
			(void)sched_yield();
		got = pass(writer.memory, writer.bytes, FALSE);
		check_stays(&writer, got);
		region_free(got, writer.bytes);
		got = pass(writer.memory, writer.bytes, FALSE);
		check_stays(&writer, got);
		region_free(got, writer.bytes);
		atomic_store(&writer.stop, true);
		CHECK_EQ(pthread_join(writer.thread, NULL), 0);
		begun = atomic_load(&writer.rounds);
		for (uint64_t at = 0; at < writer.bytes / sizeof(unsigned);
		     at += STEP)
			CHECK_EQ(writer.memory[at], begun);
		region_free(writer.memory, writer.bytes);
	}
}
RUN(no_write_after_a_send_is_seen_and_none_is_lost, send_while_writing)

/* --- what is left ------------------------------------------------------------- */

static void
free_in_parts(void)
{
	unsigned char *sent = region_new(4 * MiB, 1);
	unsigned char *got;

	port = note_port();
	got = pass(sent, 4 * MiB, TRUE);
	region_free(got + MiB, MiB);
	CHECK(!is_mapped(got + MiB));
	CHECK(region_is(got, MiB, 1));
	CHECK_EQ(munmap(got, MiB), 0);
	CHECK(is_mapped(got + 2 * MiB));
	check_passes(got + 2 * MiB, 2 * MiB);
	region_free(got + 2 * MiB, 2 * MiB);
	CHECK(!is_mapped(got + 4 * MiB - 1));
}
RUN(received_memory_is_freed_in_parts, free_in_parts)

static void
transfer(uint64_t bytes, boolean_t deallocate)
{
	unsigned char *sent = sparse_new(bytes, 1);
	unsigned char *got = pass(sent, bytes, deallocate);

	region_free(got, bytes);
	if (!deallocate)
		region_free(sent, bytes);
}

static void
transfer_all(void)
{
	transfer(100 * KiB, TRUE);
	transfer(200 * KiB, FALSE);
	transfer(2 * MiB, TRUE);
	transfer(2 * MiB, FALSE);
}

static void
transfer_often(void)
{
	unsigned files;
	unsigned mappings;

	/* So many messages have a lane asked for, for which there is memory, too: some of
	 * it stays, and may be where a region was. */
	CHECK_EQ(setenv("MACHPORT_LANES", "off", 1), 0);
	port = note_port();
	for (int i = 0; i < 20; i++)
		transfer_all();
	files = program_count_files();
	mappings = region_count_mappings();
	for (int i = 0; i < 200; i++)
		transfer_all();
	CHECK_EQ(program_count_files(), files);
	CHECK_EQ(region_count_mappings(), mappings);
}
RUN(transfers_leave_no_descriptor_and_no_mapping, transfer_often)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(both_have_the_same_pages_until_one_writes),
	    cmocka_unit_test(what_is_given_away_moves),
	    cmocka_unit_test(memory_goes_through_three_tasks_without_a_copy),
	    cmocka_unit_test(what_was_changed_since_is_copied),
	    cmocka_unit_test(nothing_behind_a_region_is_sent),
	    cmocka_unit_test(a_send_that_is_refused_leaves_memory_as_it_was),
	    cmocka_unit_test(memory_taken_before_the_body_fails_is_gone),
	    cmocka_unit_test(large_memory_comes_back_when_it_cannot_be_sent),
	    cmocka_unit_test(
	        without_descriptors_a_large_send_fails_and_changes_nothing),
	    cmocka_unit_test(
	        without_descriptors_large_memory_cannot_be_received),
	    cmocka_unit_test(parts_of_an_allocation_arrive),
	    cmocka_unit_test(a_file_goes_whole_or_not_at_all),
	    cmocka_unit_test(memory_of_which_a_part_is_in_a_file_arrives),
	    cmocka_unit_test(memory_of_all_kinds_arrives),
	    cmocka_unit_test(read_only_memory_arrives),
	    cmocka_unit_test(
	        a_page_that_cannot_be_read_is_an_error_in_large_memory),
	    cmocka_unit_test(what_is_mapped_now_is_what_is_sent),
	    cmocka_unit_test(more_large_regions_than_can_be_placed_arrive),
	    cmocka_unit_test(regions_of_all_sizes_arrive_together),
	    cmocka_unit_test(many_regions_that_fit_no_packet_arrive),
	    cmocka_unit_test(regions_that_overlap_arrive),
	    cmocka_unit_test(a_message_can_lie_in_what_it_gives_away),
	    cmocka_unit_test(no_write_after_a_send_is_seen_and_none_is_lost),
	    cmocka_unit_test(received_memory_is_freed_in_parts),
	    cmocka_unit_test(transfers_leave_no_descriptor_and_no_mapping),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
