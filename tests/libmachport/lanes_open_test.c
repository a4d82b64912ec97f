/* Lanes that one side cannot have as they are wanted: smaller ones, or none. */
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>

#include <cmocka.h>
#include <mach/mach.h>
#include <sys/resource.h>

#include "lane_pair.h"
#include "lane_peer.h"
#include "lanes_heat.h"
#include "lanes_open.h"
#include "lanes_table.h"
#include "note.h"
#include "parcel_peer.h"
#include "program.h"
#include "region.h"

#define KiB ((uint64_t)1 << 10)
#define MiB ((uint64_t)1 << 20)
#define MANY 100

/* Files are no larger, in this process and what it forks. */
static void
limit_files(rlim_t bytes)
{
	struct rlimit limit;

	CHECK_EQ(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = bytes;
	CHECK_EQ(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* --- A ---------------------------------------------------------------------------- */

static void
send_region(const void *memory, uint64_t bytes, int32_t number)
{
	struct parcel parcel =
	    parcel_to(bootstrap_port, memory, (mach_msg_size_t)bytes, FALSE);

	parcel.header.msgh_id = number;
	CHECK_EQ(parcel_send(&parcel), MACH_MSG_SUCCESS);
}

/* Until there is a lane, which is none for what was sent; then what that can have, too. It may
 * close meanwhile. */
static void
send_too_large(void)
{
	unsigned char *memory = region_new(MiB, 3);
	int32_t number = 0;

	limit_files(2 * MiB);
	while (!lane_exists(bootstrap_port))
		send_region(memory, MiB, number++);
	for (int i = 0; i < MANY; i++) {
		send_region(memory, 100, number++);
		send_region(memory, i % 10 == 0 ? MiB : KiB, number++);
	}
	while (!lane_exists(bootstrap_port))
		send_region(memory, MiB, number++);
	CHECK(!parcel_has_lane(bootstrap_port, MiB));
	CHECK(parcel_has_lane(bootstrap_port, KiB));
	CHECK_EQ(note_send(bootstrap_port, number, 0, 0), MACH_MSG_SUCCESS);
}

static void
receive_by_smaller_lane(void)
{
	const mach_port_t port = peer_begin();
	struct parcel parcel;
	int32_t number = 0;
	pid_t child;

	child = program_fork(send_too_large);
	for (;; number++) {
		parcel_receive(port, &parcel);
		if (!(parcel.header.msgh_bits & MACH_MSGH_BITS_COMPLEX))
			break;
		CHECK_EQ(parcel.header.msgh_id, number);
		CHECK(region_is(parcel.memory.address, parcel.memory.size, 3));
		region_free(parcel.memory.address, parcel.memory.size);
	}
	program_join(child);
}

RUN(who_is_refused_a_large_ring_has_a_smaller_one, receive_by_smaller_lane)

/* There are too many lanes, whatever their rings. */
static void
be_refused_any_ring(void)
{
	struct lanes_want want = {.all_bytes = MiB};

	want.name = lane_server("always");
	for (uint32_t i = 0; i < LANES_OUT_MAX; i++)
		lanes_out_reserve(&lanes_outs[i], 1);
	lanes_offer(&want);
	CHECK(lanes_heat_sent(&want, true, 0));
	CHECK(lanes_want_is_large(&want));
}
RUN(who_is_refused_any_ring_asks_for_a_large_one_again, be_refused_any_ring)

/* A struct that cannot be written at first: who lists it does so in the middle of it. */
static struct lanes_out *unwritable;
static mach_port_t busy_port;

/* The names of lanes cannot be changed now. */
static void
join_in_vain(int signal_number)
{
	const struct lanes_out *out = &lanes_outs[0];

	(void)signal(signal_number, SIG_DFL);
	while (out->gone == 0) {
		CHECK(out->id == LANES_NO_ID || out->wanted != MACH_PORT_NULL);
		CHECK_EQ(note_send(busy_port, 0, 0, 0), MACH_MSG_SUCCESS);
	}
	CHECK_EQ(
	    mprotect(unwritable, sizeof(*unwritable), PROT_READ | PROT_WRITE),
	    0);
}

static void
join_while_listing(void)
{
	busy_port = lane_find_server();
	unwritable = mmap(NULL, sizeof(*unwritable), PROT_NONE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(unwritable != MAP_FAILED);
	(void)signal(SIGSEGV, join_in_vain);
	CHECK(lanes_out_list(unwritable, busy_port + 1));
	(void)lane_send_until_open(busy_port, 0);
	lane_send_last(busy_port);
}

static void
receive_from_who_lists(void)
{
	const mach_port_t port = lane_server("always");
	const pid_t child = program_fork(join_while_listing);
	int32_t number;

	do
		CHECK_EQ(note_receive(port, &number, 0, 0), MACH_MSG_SUCCESS);
	while (number != LANE_LAST);
	program_join(child);
}
RUN(a_lane_that_cannot_be_listed_makes_way_for_the_next, receive_from_who_lists)

/* --- B ---------------------------------------------------------------------------- */

static void
ask_in_vain(void)
{
	const mach_port_t port = lane_find_server();
	const mach_port_t reply = note_port();

	limit_files(RLIM_INFINITY);
	for (int32_t i = 0; i < MANY; i++)
		lane_ask(port, reply, i);
	CHECK(!lane_exists(port));
	lane_send_last(port);
}

static void
send_only(void)
{
	const mach_port_t port = lane_find_server();

	limit_files(RLIM_INFINITY);
	(void)lane_send_until_open(port, 0);
	lane_send_last(port);
}

/* It may make no file that has slots for replies. */
static void
receive_with_little_to_write(void)
{
	const mach_port_t port = lane_server("always");
	pid_t child;

	limit_files(16 * KiB);
	child = program_fork(ask_in_vain);
	lane_answer(port);
	program_join(child);
	child = program_fork(send_only);
	lane_expect_stream(port);
	program_join(child);
}
RUN(who_may_make_no_large_files_accepts_no_lane_that_takes_one,
    receive_with_little_to_write)

/* Who answers may have found the lane that was there before, and look at it only now. */
static void *
look_until_waited_for(void *of)
{
	atomic_bool *is_looking = of;
	struct lanes_in *in = &lanes_ins[0];

	CHECK(lanes_lock_take(&in->slot_lock));
	atomic_store(is_looking, true);
	while (!(atomic_load(&in->slot_lock.word) & LANES_LOCK_OTHERS_WAIT)) {
		CHECK_EQ(atomic_load(&in->id), LANES_NO_ID);
		(void)sched_yield();
	}
	CHECK_EQ(atomic_load(&in->id), LANES_NO_ID);
	lanes_lock_give(&in->slot_lock);
	return NULL;
}

static void
accept_beside_who_looks(void)
{
	const mach_port_t port = lane_server("always");
	const pid_t child = program_fork(send_only);
	atomic_bool is_looking = false;
	pthread_t thread;

	CHECK_EQ(
	    pthread_create(&thread, NULL, look_until_waited_for, &is_looking),
	    0);
	while (!atomic_load(&is_looking))
		(void)sched_yield();
	lane_expect_stream(port);
	CHECK_EQ(pthread_join(thread, NULL), 0);
	program_join(child);
}
RUN(a_lane_is_not_listed_while_somebody_looks_at_the_one_before,
    accept_beside_who_looks)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(who_is_refused_a_large_ring_has_a_smaller_one),
	    cmocka_unit_test(
	        who_is_refused_any_ring_asks_for_a_large_one_again),
	    cmocka_unit_test(
	        a_lane_that_cannot_be_listed_makes_way_for_the_next),
	    cmocka_unit_test(
	        who_may_make_no_large_files_accepts_no_lane_that_takes_one),
	    cmocka_unit_test(
	        a_lane_is_not_listed_while_somebody_looks_at_the_one_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
