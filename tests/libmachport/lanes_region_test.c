/* Memory that comes by a lane is what was sent, as if it came by the kernel process. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <mach/mach.h>
#include <mach/vm_page_size.h>
#include <machport.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "note.h"
#include "parcel_peer.h"
#include "program.h"
#include "region.h"

#define KiB ((uint64_t)1 << 10)
#define MiB ((uint64_t)1 << 20)

static mach_port_t port;
static pid_t child;

static void
send_parcel(const void *memory, uint64_t bytes, boolean_t deallocate)
{
	struct parcel parcel = parcel_to(
	    bootstrap_port, memory, (mach_msg_size_t)bytes, deallocate);

	CHECK_EQ(parcel_send(&parcel), MACH_MSG_SUCCESS);
}

/* --- sizes ------------------------------------------------------------------- */

static const uint64_t sizes[] = {1, 7, 8, 9, 4095, 4096, 4097, 16 * KiB,
    16 * KiB + 1, 100000, 256 * KiB, MiB - 1, MiB};
#define SIZES (sizeof(sizes) / sizeof(sizes[0]))
#define SIZES_ROUNDS 3

static void
send_sizes(void)
{
	for (unsigned i = 0; i < SIZES * SIZES_ROUNDS; i++) {
		const uint64_t bytes = sizes[i % SIZES];
		unsigned char *memory = region_new(bytes, i);

		send_parcel(memory, bytes, FALSE);
		CHECK(region_is(memory, bytes, i));
		parcel_await_taken();
		region_free(memory, bytes);
	}
}

static void
receive_sizes(void)
{
	port = parcel_begin("always", MiB, send_sizes, &child);
	for (unsigned i = 0; i < SIZES * SIZES_ROUNDS; i++) {
		const uint64_t bytes = sizes[i % SIZES];
		unsigned char *memory = parcel_take_by_lane(port, bytes);

		CHECK(region_is(memory, bytes, i));
		CHECK(
		    region_is_zero(memory + bytes, round_page(bytes) - bytes));
		region_free(memory, bytes);
	}
	parcel_end(child);
}
RUN(regions_of_any_size_come_byte_for_byte, receive_sizes)

/* --- what a descriptor says ---------------------------------------------------- */

static void
send_pieces(void)
{
	unsigned char *memory = region_new(3 * KiB, 5);
	struct parcels parcels = parcels_to(bootstrap_port);

	parcels_put(&parcels, 0, memory, 100);
	parcels_put(&parcels, 1, (void *)8, 0);
	parcels_put(&parcels, 2, memory + KiB, KiB);
	parcels_put(&parcels, 3, memory + 100, 1);
	parcels.memory[1].deallocate = TRUE;
	parcels.memory[2].copy = MACH_MSG_PHYSICAL_COPY;
	parcels.memory[2].pad1 = 0xA5;
	parcels.memory[3].type = MACH_MSG_OOL_VOLATILE_DESCRIPTOR;
	parcels.last = 0x12345678;
	CHECK_EQ(parcels_send(&parcels), MACH_MSG_SUCCESS);
	parcel_await_taken();
	parcels = parcels_to(bootstrap_port);
	CHECK_EQ(parcels_send(&parcels), MACH_MSG_SUCCESS);
	parcel_await_taken();
	CHECK(region_is(memory, 3 * KiB, 5));
}

static void
check_pieces(const struct parcels *got, const unsigned char *sent)
{
	CHECK_EQ(got->memory[0].size, 100);
	CHECK_EQ(got->memory[1].size, 0);
	CHECK(!got->memory[1].address);
	CHECK_EQ(got->memory[1].deallocate, TRUE);
	CHECK_EQ(got->memory[2].size, KiB);
	CHECK_EQ(got->memory[2].copy, MACH_MSG_PHYSICAL_COPY);
	CHECK_EQ(got->memory[2].deallocate, FALSE);
	CHECK_EQ(got->memory[2].pad1, 0);
	CHECK_EQ(got->memory[3].size, 1);
	CHECK_EQ(got->memory[3].type, MACH_MSG_OOL_VOLATILE_DESCRIPTOR);
	CHECK_EQ(memcmp(got->memory[0].address, sent, 100), 0);
	CHECK_EQ(memcmp(got->memory[2].address, sent + KiB, KiB), 0);
	CHECK_EQ(memcmp(got->memory[3].address, sent + 100, 1), 0);
	CHECK_EQ(got->last, 0x12345678);
}

static void
receive_pieces(void)
{
	unsigned char *sent = region_new(3 * KiB, 5);
	struct parcels got;

	port = parcel_begin("always", 4 * KiB, send_pieces, &child);
	parcel_receive_by_lane(port, &got, sizeof(got));
	check_pieces(&got, sent);
	mach_msg_destroy(&got.header);
	parcel_receive_by_lane(port, &got, sizeof(got));
	CHECK(got.header.msgh_bits & MACH_MSGH_BITS_COMPLEX);
	CHECK_EQ(got.body.msgh_descriptor_count, PARCEL_PIECES);
	CHECK(!got.memory[3].address);
	parcel_end(child);
}
RUN(descriptors_say_what_they_say_without_a_lane, receive_pieces)

/* --- what the sender has afterwards -------------------------------------------- */

static void
give_away(void)
{
	unsigned char *memory = region_new(MiB, 3);

	send_parcel(memory, MiB, TRUE);
	CHECK(!is_mapped(memory));
	CHECK(!is_mapped(memory + MiB - 1));
	parcel_await_taken();
	memory = region_new(64 * KiB, 4);
	send_parcel(memory + 5000, 10000, TRUE);
	CHECK(is_mapped(memory));
	CHECK(!is_mapped(memory + 4096));
	CHECK(!is_mapped(memory + 12288));
	CHECK(is_mapped(memory + 16384));
	parcel_await_taken();
}

static void
receive_given(void)
{
	unsigned char *expected = region_new(64 * KiB, 4);

	port = parcel_begin("always", MiB, give_away, &child);
	CHECK(region_is(parcel_take_by_lane(port, MiB), MiB, 3));
	CHECK_EQ(
	    memcmp(parcel_take_by_lane(port, 10000), expected + 5000, 10000),
	    0);
	parcel_end(child);
}
RUN(what_is_given_away_is_unmapped_by_whole_pages, receive_given)

#define REWRITES 60

static void
rewrite(void)
{
	unsigned char *memory = region_new(MiB / 2, 0);

	for (unsigned i = 0; i < REWRITES; i++) {
		region_fill(memory, MiB / 2, i);
		send_parcel(memory, MiB / 2, FALSE);
		region_fill(memory, MiB / 2, i + 1);
		parcel_await_taken();
	}
}

static void
receive_rewritten(void)
{
	port = parcel_begin("always", MiB / 2, rewrite, &child);
	for (unsigned i = 0; i < REWRITES; i++) {
		unsigned char *memory = parcel_take_by_lane(port, MiB / 2);

		CHECK(region_is(memory, MiB / 2, i));
		region_fill(memory, MiB / 2, i + 7);
		region_free(memory, MiB / 2);
	}
	parcel_end(child);
}
RUN(what_the_sender_writes_afterwards_is_not_seen, receive_rewritten)

/* --- errors -------------------------------------------------------------------- */

static mach_msg_return_t
try(const void *memory, uint64_t bytes, const void *other, boolean_t gives)
{
	struct parcels parcels = parcels_to(bootstrap_port);

	parcels_put(&parcels, 0, memory, bytes);
	parcels.memory[0].deallocate = gives & 1u;
	parcels_put(&parcels, 1, other, other ? 1 : 0);
	return parcels_send(&parcels);
}

static void
send_wrongly(void)
{
	unsigned char *memory = region_new(MiB, 1);
	struct parcels parcels = parcels_to(bootstrap_port);

	CHECK_EQ(try(NULL, 1, NULL, FALSE), MACH_SEND_INVALID_MEMORY);
	CHECK_EQ(mprotect(memory + MiB / 2, 4096, PROT_NONE), 0);
	CHECK_EQ(try(memory, MiB, NULL, FALSE), MACH_SEND_INVALID_MEMORY);
	CHECK_EQ(
	    try(memory + MiB / 2, 1, NULL, FALSE), MACH_SEND_INVALID_MEMORY);
	/* The first takes away what the second is in. */
	CHECK_EQ(
	    try(memory, 4096, memory + 10, TRUE), MACH_SEND_INVALID_MEMORY);
	CHECK(!is_mapped(memory));
	parcels.memory[2].copy = MACH_MSG_OVERWRITE;
	CHECK_EQ(parcels_send(&parcels), MACH_SEND_INVALID_TYPE);
	parcels.memory[2].copy = MACH_MSG_VIRTUAL_COPY;
	parcels.memory[2].type = 5;
	CHECK_EQ(parcels_send(&parcels), MACH_SEND_INVALID_TYPE);
	parcels.body.msgh_descriptor_count = 100;
	CHECK_EQ(parcels_send(&parcels), MACH_SEND_MSG_TOO_SMALL);
	CHECK(parcel_has_lane(bootstrap_port, MiB));
	send_parcel(memory + MiB - 4096, 4096, FALSE);
}

static void
receive_after_errors(void)
{
	port = parcel_begin("always", MiB, send_wrongly, &child);
	region_free(parcel_take(port, 4096), 4096);
	parcel_end(child);
}
RUN(what_is_wrong_is_an_error_as_without_a_lane, receive_after_errors)

/* It has a lane, but none that is large enough. */
static void
send_with_little_to_write(void)
{
	const struct rlimit limit = {64 * KiB, 64 * KiB};
	unsigned char *memory = region_new(40 * KiB, 6);

	CHECK_EQ(setrlimit(RLIMIT_FSIZE, &limit), 0);
	for (unsigned i = 0; i < 10; i++)
		send_parcel(memory, 40 * KiB, FALSE);
}

static void
receive_from_who_may_write_little(void)
{
	port = parcel_begin("always", 64, send_with_little_to_write, &child);
	for (unsigned i = 0; i < 10; i++)
		CHECK(region_is(parcel_take(port, 40 * KiB), 40 * KiB, 6));
	parcel_end(child);
}
RUN(who_may_make_no_large_files_has_no_large_lane,
    receive_from_who_may_write_little)

/* --- the receiver's side ------------------------------------------------------- */

static void
send_ten(void)
{
	unsigned char *memory = region_new(MiB, 0);

	for (unsigned i = 0; i < 10; i++) {
		region_fill(memory, 100 * KiB, i);
		send_parcel(memory, 100 * KiB, FALSE);
	}
}

static void
receive_too_small(void)
{
	struct parcel parcel;

	port = parcel_begin("always", 100 * KiB, send_ten, &child);
	CHECK_EQ(mach_msg(&parcel.header, MACH_RCV_MSG | MACH_RCV_LARGE, 0,
	             PARCEL_BYTES + 4, port, 0, MACH_PORT_NULL),
	    MACH_RCV_TOO_LARGE);
	CHECK_EQ(parcel.header.msgh_size, PARCEL_BYTES);
	CHECK(region_is(parcel_take(port, 100 * KiB), 100 * KiB, 0));
	CHECK_EQ(mach_msg(&parcel.header, MACH_RCV_MSG, 0, PARCEL_BYTES + 4,
	             port, 0, MACH_PORT_NULL),
	    MACH_RCV_TOO_LARGE);
	CHECK_EQ(parcel.header.msgh_size, sizeof(parcel.header));
	for (unsigned i = 2; i < 10; i++) {
		parcel_receive(port, &parcel);
		CHECK(region_is(parcel.memory.address, 100 * KiB, i));
	}
	parcel_end(child);
}
RUN(one_for_which_the_buffer_is_too_small_is_as_ever, receive_too_small)

/* Places of the receiver's own. */
static void
receive_scattered(void)
{
	unsigned char *place = region_new(100 * KiB, 77);
	struct parcel parcel;

	port = parcel_begin("always", 100 * KiB, send_ten, &child);
	for (unsigned i = 0; i < 10; i++) {
		parcel = parcel_to(port, place, 100 * KiB, FALSE);
		parcel.memory.copy = MACH_MSG_OVERWRITE;
		CHECK_EQ(mach_msg_overwrite(NULL,
		             MACH_RCV_MSG | MACHPORT_RCV_OVERWRITE, 0,
		             sizeof(parcel), port, 0, MACH_PORT_NULL,
		             &parcel.header, PARCEL_BYTES),
		    MACH_MSG_SUCCESS);
		CHECK(parcel.memory.address == place);
		CHECK(region_is(place, 100 * KiB, i));
	}
	parcel_end(child);
}
RUN(memory_comes_where_the_receiver_wants_it, receive_scattered)

static void
receive_in_parts(void)
{
	unsigned char *memory;
	struct parcel parcel;
	mach_port_t other;

	port = parcel_begin("always", 100 * KiB, send_ten, &child);
	memory = parcel_take(port, 100 * KiB);
	region_free(memory + 4096, 8192);
	CHECK(!is_mapped(memory + 4096));
	CHECK(region_is(memory, 4096, 0));
	other = note_port();
	parcel = parcel_to(other, memory, 4096, TRUE);
	CHECK_EQ(parcel_send(&parcel), MACH_MSG_SUCCESS);
	CHECK(!is_mapped(memory));
	parcel_receive(other, &parcel);
	CHECK(region_is(parcel.memory.address, 4096, 0));
	for (unsigned i = 1; i < 10; i++)
		CHECK(region_is(parcel_take(port, 100 * KiB), 100 * KiB, i));
	parcel_end(child);
}
RUN(what_came_is_memory_as_any_other, receive_in_parts)

static unsigned char *inherited;

static void
check_inherited(void)
{
	CHECK(region_is(inherited, 100 * KiB, 0));
	region_fill(inherited, 100 * KiB, 9);
}

static void
receive_and_fork(void)
{
	port = parcel_begin("always", 100 * KiB, send_ten, &child);
	inherited = parcel_take(port, 100 * KiB);
	program_join(program_fork(check_inherited));
	CHECK(region_is(inherited, 100 * KiB, 0));
	for (unsigned i = 1; i < 10; i++)
		region_free(parcel_take(port, 100 * KiB), 100 * KiB);
	parcel_end(child);
}
RUN(a_child_has_a_copy_of_what_came, receive_and_fork)

/* --- requests ------------------------------------------------------------------ */

static void
ask(void)
{
	const mach_port_t reply = mach_reply_port();
	unsigned char *memory = region_new(100 * KiB, 6);
	struct parcel parcel;

	for (int i = 0; i < 20; i++) {
		parcel = parcel_to(bootstrap_port, memory, 100 * KiB, FALSE);
		parcel.header.msgh_bits |=
		    MACH_MSGH_BITS(0, MACH_MSG_TYPE_MAKE_SEND_ONCE);
		parcel.header.msgh_local_port = reply;
		CHECK_EQ(
		    mach_msg(&parcel.header, MACH_SEND_MSG | MACH_RCV_MSG,
		        PARCEL_BYTES, sizeof(parcel), reply, 0, MACH_PORT_NULL),
		    MACH_MSG_SUCCESS);
		CHECK_EQ(parcel.header.msgh_id, i);
	}
}

static void
answer(void)
{
	struct parcel parcel;
	struct note note;

	port = parcel_begin("always", 100 * KiB, ask, &child);
	for (int i = 0; i < 20; i++) {
		parcel_receive(port, &parcel);
		CHECK(region_is(parcel.memory.address, 100 * KiB, 6));
		mach_vm_deallocate(mach_task_self(),
		    (mach_vm_address_t)parcel.memory.address, 100 * KiB);
		note = note_to(parcel.header.msgh_remote_port, i);
		note.header.msgh_bits =
		    MACH_MSGH_BITS(MACH_MSG_TYPE_MOVE_SEND_ONCE, 0);
		note.header.msgh_id = i;
		CHECK_EQ(mach_msg(&note.header, MACH_SEND_MSG, NOTE_BYTES, 0,
		             MACH_PORT_NULL, 0, MACH_PORT_NULL),
		    MACH_MSG_SUCCESS);
	}
	parcel_end(child);
}
RUN(a_request_may_bring_memory, answer)

/* --- order --------------------------------------------------------------------- */

#define MIXED 120

/* What goes by the lane, and by the kernel. */
static void
send_mixed(void)
{
	unsigned char *memory = region_new(3 * MiB, 1);

	for (int i = 0; i < MIXED; i++) {
		struct parcel parcel = parcel_to(bootstrap_port, memory,
		    (mach_msg_size_t)(i % 10 == 9 ? 3 * MiB
		            : i % 3 == 0          ? 70 * KiB
		                                  : 100),
		    FALSE);

		parcel.header.msgh_id = i;
		if (i % 4 == 1)
			parcel.header.msgh_bits =
			    MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0);
		CHECK_EQ(parcel_send(&parcel), MACH_MSG_SUCCESS);
	}
}

static void
receive_mixed_by(const char *mode)
{
	struct parcel parcel;

	port = parcel_begin(mode, 100 * KiB, send_mixed, &child);
	for (int i = 0; i < MIXED; i++) {
		parcel_receive(port, &parcel);
		CHECK_EQ(parcel.header.msgh_id, i);
		if (!(parcel.header.msgh_bits & MACH_MSGH_BITS_COMPLEX))
			continue;
		CHECK(region_is(parcel.memory.address, parcel.memory.size, 1));
		region_free(parcel.memory.address, parcel.memory.size);
	}
	parcel_end(child);
}

static void
receive_mixed(void)
{
	receive_mixed_by("always");
}
RUN(messages_with_and_without_memory_keep_their_order, receive_mixed)

static void
receive_mixed_flipping(void)
{
	receive_mixed_by("flip");
}
RUN(lanes_that_close_at_random_lose_no_memory, receive_mixed_flipping)

/* --- lanes that are too small --------------------------------------------------- */

static void
send_larger(void)
{
	unsigned char *memory = region_new(MiB, 4);

	CHECK(!parcel_has_lane(bootstrap_port, MiB));
	while (!parcel_has_lane(bootstrap_port, MiB))
		send_parcel(memory, MiB, FALSE);
	send_parcel(memory, 1, FALSE);
}

static void
receive_larger(void)
{
	struct parcel parcel;

	port = parcel_begin("always", 100, send_larger, &child);
	do {
		parcel_receive(port, &parcel);
		CHECK(region_is(parcel.memory.address, parcel.memory.size, 4));
		region_free(parcel.memory.address, parcel.memory.size);
	} while (parcel.memory.size > 1);
	parcel_end(child);
}
RUN(a_lane_grows_with_what_is_sent, receive_larger)

/* --- several receivers --------------------------------------------------------- */

#define THREADS 3
#define SHARED 150

static uint64_t
size_of(int number)
{
	return number % 3 == 0 ? 40 * KiB : number % 3 == 1 ? 100 : 20 * KiB;
}

/* Each by its number, and then one for each thread. */
static void
send_shared(void)
{
	unsigned char *memory = region_new(40 * KiB, 0);

	for (int i = 0; i < SHARED + THREADS; i++) {
		struct parcel parcel =
		    parcel_to(bootstrap_port, memory, 100, FALSE);

		if (i < SHARED) {
			region_fill(memory, size_of(i), (unsigned)i);
			parcel.memory.size = (mach_msg_size_t)size_of(i);
		}
		parcel.header.msgh_id = i;
		CHECK_EQ(parcel_send(&parcel), MACH_MSG_SUCCESS);
	}
}

static _Atomic unsigned received[SHARED];

static void *
receive_some(void *name)
{
	struct parcel parcel;
	int number;

	for (;;) {
		parcel_receive(*(const mach_port_t *)name, &parcel);
		number = parcel.header.msgh_id;
		if (number >= SHARED)
			return NULL;
		atomic_fetch_add(&received[number], 1);
		CHECK_EQ(parcel.memory.size, size_of(number));
		CHECK(region_is(parcel.memory.address, parcel.memory.size,
		    (unsigned)number));
		region_free(parcel.memory.address, parcel.memory.size);
	}
}

static void
receive_by_threads(mach_port_t name)
{
	pthread_t threads[THREADS];

	for (int i = 0; i < THREADS; i++)
		CHECK_EQ(
		    pthread_create(&threads[i], NULL, receive_some, &name), 0);
	for (int i = 0; i < THREADS; i++)
		CHECK_EQ(pthread_join(threads[i], NULL), 0);
	for (int i = 0; i < SHARED; i++)
		CHECK_EQ(received[i], 1);
}

static void
receive_shared(void)
{
	port = parcel_begin("always", 40 * KiB, send_shared, &child);
	receive_by_threads(port);
	parcel_end(child);
}
RUN(of_several_threads_one_has_each_message, receive_shared)

static void
receive_in_set(void)
{
	mach_port_t set;

	CHECK_EQ(mach_port_allocate(
	             mach_task_self(), MACH_PORT_RIGHT_PORT_SET, &set),
	    KERN_SUCCESS);
	port = parcel_begin("always", 40 * KiB, send_shared, &child);
	CHECK_EQ(
	    mach_port_insert_member(mach_task_self(), port, set), KERN_SUCCESS);
	receive_by_threads(set);
	parcel_end(child);
}
RUN(a_set_brings_memory_too, receive_in_set)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(regions_of_any_size_come_byte_for_byte),
	    cmocka_unit_test(descriptors_say_what_they_say_without_a_lane),
	    cmocka_unit_test(what_is_given_away_is_unmapped_by_whole_pages),
	    cmocka_unit_test(what_the_sender_writes_afterwards_is_not_seen),
	    cmocka_unit_test(what_is_wrong_is_an_error_as_without_a_lane),
	    cmocka_unit_test(who_may_make_no_large_files_has_no_large_lane),
	    cmocka_unit_test(one_for_which_the_buffer_is_too_small_is_as_ever),
	    cmocka_unit_test(memory_comes_where_the_receiver_wants_it),
	    cmocka_unit_test(what_came_is_memory_as_any_other),
	    cmocka_unit_test(a_child_has_a_copy_of_what_came),
	    cmocka_unit_test(a_request_may_bring_memory),
	    cmocka_unit_test(messages_with_and_without_memory_keep_their_order),
	    cmocka_unit_test(lanes_that_close_at_random_lose_no_memory),
	    cmocka_unit_test(a_lane_grows_with_what_is_sent),
	    cmocka_unit_test(of_several_threads_one_has_each_message),
	    cmocka_unit_test(a_set_brings_memory_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
