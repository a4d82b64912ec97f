/* Replies in slots: reply 1-3, accept 1-5. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <time.h>

#include "lane_world.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

#define BODY_MAX (LANE_SLOT_BYTES_MIN - 32)
#define PORT 9

static uint8_t sent[BODY_MAX + 1];
static uint8_t got[BODY_MAX + 1];

/* Runs in the middle of a reply, when Linux's clock is read. */
static void (*meanwhile)(struct lane_world *world);
static struct lane_world *meanwhile_world;

/* It moves on with every third reading. */
int
clock_gettime(clockid_t clock, struct timespec *time_out)
{
	static long readings;

	(void)clock;
	if (meanwhile)
		meanwhile(meanwhile_world);
	*time_out = (struct timespec){.tv_nsec = readings++ / 3};
	return 0;
}

/* With one request that B has taken; its token is slot 0, generation 1. */
static void
init_asked(struct lane_world *world)
{
	const struct lane_message request = {
	    .replies = true,
	    .reply_port = PORT,
	};
	struct lane_record record;
	struct lane_wake wake;
	uint32_t slot;

	lane_world_init(world, LANE_RING_MIN, 2, 5);
	assert_int_equal(
	    lane_publish(&world->out, &request, &slot, &wake), LANE_TAKEN);
	assert_int_equal(slot, 0);
	assert_true(lane_world_take(world, &record, got));
}

static enum lane_replied
reply(struct lane_world *world, uint32_t bytes)
{
	struct lane_wake wake;

	lane_world_fill(sent, bytes <= sizeof(sent) ? bytes : 0, bytes);
	return lane_reply(
	    &world->in, 0, 1, LANE_CLOCK_MONOTONIC, 55, sent, bytes, &wake);
}

static enum lane_replied
reply_while(struct lane_world *world, void (*what)(struct lane_world *world))
{
	enum lane_replied replied;

	meanwhile = what;
	meanwhile_world = world;
	replied = reply(world, 10);
	meanwhile = NULL;
	return replied;
}

static enum lane_accepted
accept_cut(struct lane_world *world, uint32_t room, bool cut,
    struct lane_answer *answer_out)
{
	return lane_accept(&world->out, 0, got, room, cut, answer_out);
}

static enum lane_accepted
accept_reply(struct lane_world *world, struct lane_answer *answer_out)
{
	return accept_cut(world, sizeof(got), false, answer_out);
}

static void
set_kslot(struct lane_world *world, uint32_t generation, uint32_t state)
{
	atomic_store(
	    &lane_world_entry(world)->kslot[0], lane_word(generation, state));
}

TEST(a_reply_of_each_size_arrives_as_it_was)
{
	struct lane_world world;
	struct lane_answer answer = {0};
	uint32_t bytes;

	for (bytes = 0; bytes <= BODY_MAX; bytes += 4) {
		init_asked(&world);
		assert_int_equal(reply(&world, bytes), LANE_REPLY_SENT);
		assert_int_equal(accept_reply(&world, &answer), LANE_ACCEPTED);
		assert_int_equal(answer.body_bytes, bytes);
		assert_int_equal(answer.id, 55);
		assert_true(lane_world_is_filled(got, bytes, bytes));
		lane_world_deinit(&world);
	}
}

TEST(a_reply_that_is_larger_than_the_slot_goes_by_trap)
{
	struct lane_world world;

	init_asked(&world);
	assert_int_equal(reply(&world, BODY_MAX + 1), LANE_REPLY_TRAP);
	assert_int_equal(reply(&world, UINT32_MAX), LANE_REPLY_TRAP);
	lane_world_deinit(&world);
}

TEST(a_reply_to_a_slot_that_is_not_there_goes_by_trap)
{
	struct lane_world world;
	struct lane_wake wake;

	init_asked(&world);
	assert_int_equal(lane_reply(&world.in, 2, 1, LANE_CLOCK_MONOTONIC, 1,
	                     sent, 1, &wake),
	    LANE_REPLY_TRAP);
	lane_world_deinit(&world);
}

TEST(there_is_nothing_to_accept_before_a_reply)
{
	struct lane_world world;
	struct lane_answer answer = {0};

	init_asked(&world);
	assert_int_equal(accept_reply(&world, &answer), LANE_NO_REPLY);
	assert_int_equal(lane_reply_ticket(&world.out, 0), 0);
	assert_int_equal(
	    lane_reply_ticket(&world.out, world.out.sizes.slots), 0);
	lane_world_deinit(&world);
}

TEST(a_reply_has_a_ticket_until_it_is_accepted)
{
	struct lane_world world;
	struct lane_answer answer = {0};

	init_asked(&world);
	assert_int_equal(reply(&world, 4), LANE_REPLY_SENT);
	assert_true(lane_reply_ticket(&world.out, 0) != 0);
	assert_int_equal(accept_reply(&world, &answer), LANE_ACCEPTED);
	assert_true(answer.ticket != 0);
	assert_int_equal(lane_reply_ticket(&world.out, 0), 0);
	lane_world_deinit(&world);
}

TEST(what_follows_a_reply_has_a_later_ticket)
{
	for (unsigned i = 0; i < 3; i++) {
		struct lane_world world;

		init_asked(&world);
		assert_int_equal(reply(&world, 4), LANE_REPLY_SENT);
		assert_true(lane_clock_read(LANE_CLOCK_MONOTONIC) >
		    lane_reply_ticket(&world.out, 0));
		lane_world_deinit(&world);
	}
}

TEST(a_reply_is_accepted_once_and_its_slot_is_free)
{
	struct lane_world world;
	struct lane_answer answer = {0};

	init_asked(&world);
	assert_false(lane_slot_free(&world.out, 0));
	assert_int_equal(reply(&world, 4), LANE_REPLY_SENT);
	assert_int_equal(accept_reply(&world, &answer), LANE_ACCEPTED);
	assert_true(lane_slot_free(&world.out, 0));
	assert_int_equal(atomic_load(&world.sender->slot[0].word),
	    lane_word(1, LANE_SLOT_DONE));
	assert_int_equal(accept_reply(&world, &answer), LANE_NO_REPLY);
	lane_world_deinit(&world);
}

TEST(accepted_replies_are_counted_for_their_port)
{
	struct lane_world world;
	struct lane_answer answer = {0};

	init_asked(&world);
	atomic_store(&world.sender->accepted[PORT], 41);
	assert_int_equal(reply(&world, 4), LANE_REPLY_SENT);
	assert_int_equal(accept_reply(&world, &answer), LANE_ACCEPTED);
	assert_int_equal(atomic_load(&world.sender->accepted[PORT]), 42);
	assert_int_equal(atomic_load(&world.sender->slot[0].accepted), 42);
	lane_world_deinit(&world);
}

TEST(a_reply_that_is_too_large_for_the_room_stays_and_tells_its_size)
{
	struct lane_world world;
	struct lane_answer answer = {0};

	init_asked(&world);
	assert_int_equal(reply(&world, 100), LANE_REPLY_SENT);
	assert_int_equal(
	    accept_cut(&world, 99, false, &answer), LANE_REPLY_TOO_LARGE);
	assert_int_equal(answer.body_bytes, 100);
	assert_int_equal(
	    accept_cut(&world, 100, false, &answer), LANE_ACCEPTED);
	lane_world_deinit(&world);
}

TEST(a_reply_may_be_cut_to_the_room)
{
	struct lane_world world;
	struct lane_answer answer = {0};

	init_asked(&world);
	assert_int_equal(reply(&world, 100), LANE_REPLY_SENT);
	memset(got, 0xEE, sizeof(got));
	assert_int_equal(accept_cut(&world, 99, true, &answer), LANE_ACCEPTED);
	assert_int_equal(answer.body_bytes, 100);
	assert_true(lane_world_is_filled(got, 99, 100));
	assert_int_equal(got[99], 0xEE);
	lane_world_deinit(&world);
}

TEST(a_reply_may_be_taken_without_its_body)
{
	struct lane_world world;
	struct lane_answer answer = {0};

	init_asked(&world);
	assert_int_equal(reply(&world, 100), LANE_REPLY_SENT);
	assert_int_equal(
	    lane_accept(&world.out, 0, NULL, 0, true, &answer), LANE_ACCEPTED);
	lane_world_deinit(&world);
}

static struct lane_wake
wake_of(uint32_t wait)
{
	struct lane_world world;
	struct lane_wake wake;

	init_asked(&world);
	atomic_store(&world.sender->slot_wait[0], wait);
	assert_int_equal(lane_reply(&world.in, 0, 1, LANE_CLOCK_MONOTONIC, 1,
	                     sent, 1, &wake),
	    LANE_REPLY_SENT);
	if (wake.how == LANE_FUTEX)
		assert_ptr_equal(wake.word, world.receiver->slots);
	lane_world_deinit(&world);
	return wake;
}

TEST(who_sleeps_for_the_reply_is_woken_as_it_asked_for)
{
	assert_int_equal(wake_of(LANE_RUN).how, LANE_RUN);
	assert_int_equal(wake_of(LANE_FUTEX).how, LANE_FUTEX);
	assert_int_equal(wake_of(LANE_KICK).how, LANE_KICK);
	assert_int_equal(wake_of(UINT32_MAX).how, LANE_KICK);
}

/* --- the kernel comes between ------------------------------------------------ */

TEST(a_reply_on_a_closed_lane_goes_by_trap)
{
	struct lane_world world;

	init_asked(&world);
	lane_world_close(&world, 32);
	assert_int_equal(reply(&world, 1), LANE_REPLY_TRAP);
	lane_world_deinit(&world);
}

TEST(a_reply_to_a_token_that_is_resolved_goes_by_trap)
{
	struct lane_world world;

	init_asked(&world);
	set_kslot(&world, 1, LANE_KSLOT_RIGHT);
	assert_int_equal(reply(&world, 1), LANE_REPLY_TRAP);
	lane_world_deinit(&world);
}

TEST(what_the_kernel_says_of_an_older_token_means_nothing)
{
	struct lane_world world;
	struct lane_wake wake;

	init_asked(&world);
	set_kslot(&world, 1, LANE_KSLOT_FREED);
	assert_int_equal(lane_reply(&world.in, 0, 2, LANE_CLOCK_MONOTONIC, 1,
	                     sent, 1, &wake),
	    LANE_REPLY_SENT);
	lane_world_deinit(&world);
}

static void
close_lane(struct lane_world *world)
{
	atomic_store(&lane_world_entry(world)->state, LANE_CLOSING);
}

static void
resolve(struct lane_world *world)
{
	set_kslot(world, 1, LANE_KSLOT_RIGHT);
}

static void
assert_reply_settles(
    void (*what)(struct lane_world *world), uint32_t kslot, bool sent_it)
{
	struct lane_world world;

	init_asked(&world);
	assert_int_equal(reply_while(&world, what), LANE_REPLY_SETTLE);
	atomic_store(&lane_world_entry(&world)->kslot[0], kslot);
	assert_int_equal(lane_reply_settle(&world.in, 0, 1), sent_it);
	lane_world_deinit(&world);
}

TEST(a_reply_that_meets_a_close_is_sent_if_kernel_or_peer_has_it)
{
	assert_reply_settles(close_lane, lane_word(1, LANE_KSLOT_REPLY), true);
	assert_reply_settles(close_lane, 0, true);
	assert_reply_settles(close_lane, lane_word(1, LANE_KSLOT_RIGHT), false);
	assert_reply_settles(close_lane, lane_word(1, LANE_KSLOT_FREED), false);
}

TEST(a_reply_that_meets_a_resolve_is_sent_if_the_kernel_takes_that_back)
{
	assert_reply_settles(resolve, 0, true);
	assert_reply_settles(resolve, lane_word(1, LANE_KSLOT_NONE), true);
	assert_reply_settles(resolve, lane_word(1, LANE_KSLOT_RIGHT), false);
	assert_reply_settles(resolve, lane_word(1, LANE_KSLOT_FREED), false);
}

/* A copies the reply, while the lane closes; then this is in the kernel's word. */
static void
assert_accept_settles(uint32_t kslot, bool ours)
{
	struct lane_world world;
	struct lane_answer answer = {0};

	init_asked(&world);
	assert_int_equal(reply(&world, 4), LANE_REPLY_SENT);
	close_lane(&world);
	assert_int_equal(accept_reply(&world, &answer), LANE_ACCEPT_SETTLE);
	/* It is not known yet. */
	assert_int_equal(atomic_load(&world.sender->accepted[PORT]), 0);
	assert_int_equal(atomic_load(&world.sender->slot[0].accepted), 1);
	atomic_store(&lane_world_entry(&world)->kslot[0], kslot);
	assert_int_equal(lane_accept_settle(&world.out, 0), ours);
	assert_int_equal(atomic_load(&world.sender->accepted[PORT]), ours);
	assert_int_equal(lane_slot_free(&world.out, 0),
	    ours || kslot == lane_word(1, LANE_KSLOT_FREED));
	lane_world_deinit(&world);
}

TEST(an_accept_that_meets_a_close_counts_unless_the_kernel_has_the_reply)
{
	assert_accept_settles(0, true);
	assert_accept_settles(lane_word(1, LANE_KSLOT_NONE), true);
	assert_accept_settles(lane_word(1, LANE_KSLOT_REPLY), false);
	assert_accept_settles(lane_word(1, LANE_KSLOT_RIGHT), false);
	assert_accept_settles(lane_word(1, LANE_KSLOT_FREED), false);
}

TEST(an_accept_that_meets_a_resolve_asks_the_kernel)
{
	struct lane_world world;
	struct lane_answer answer = {0};

	init_asked(&world);
	assert_int_equal(reply(&world, 4), LANE_REPLY_SENT);
	resolve(&world);
	assert_int_equal(accept_reply(&world, &answer), LANE_ACCEPT_SETTLE);
	lane_world_deinit(&world);
}

/* --- B lies ------------------------------------------------------------------ */

static struct lane_reply_slot *
slot_of(struct lane_world *world, uint32_t slot)
{
	return lane_reply_slot(world->receiver, &world->in.sizes, slot);
}

TEST(a_reply_to_what_was_not_asked_is_none)
{
	struct lane_world world;
	struct lane_answer answer = {0};

	init_asked(&world);
	/* A slot that is free, and generations before and after. */
	atomic_store(&slot_of(&world, 1)->word, lane_word(1, LANE_REPLIED));
	assert_int_equal(
	    lane_accept(&world.out, 1, got, 9, false, &answer), LANE_NO_REPLY);
	atomic_store(&slot_of(&world, 0)->word, lane_word(2, LANE_REPLIED));
	assert_int_equal(accept_reply(&world, &answer), LANE_NO_REPLY);
	atomic_store(&slot_of(&world, 0)->word, lane_word(0, LANE_REPLIED));
	assert_int_equal(accept_reply(&world, &answer), LANE_NO_REPLY);
	atomic_store(&slot_of(&world, 0)->word, lane_word(1, 3));
	assert_int_equal(accept_reply(&world, &answer), LANE_NO_REPLY);
	lane_world_deinit(&world);
}

TEST(there_is_no_reply_in_a_slot_that_is_not_there)
{
	struct lane_world world;
	struct lane_answer answer = {0};

	init_asked(&world);
	assert_int_equal(
	    lane_accept(&world.out, 2, got, 9, false, &answer), LANE_NO_REPLY);
	lane_world_deinit(&world);
}

static void
assert_broken(uint32_t bytes)
{
	struct lane_world world;
	struct lane_answer answer = {0};

	init_asked(&world);
	slot_of(&world, 0)->bytes = bytes;
	atomic_store(&slot_of(&world, 0)->word, lane_word(1, LANE_REPLIED));
	assert_int_equal(
	    accept_cut(&world, sizeof(got), true, &answer), LANE_REPLY_BROKEN);
	assert_false(lane_slot_free(&world.out, 0));
	lane_world_deinit(&world);
}

TEST(a_reply_that_says_it_is_larger_than_its_slot_ends_the_lane)
{
	assert_broken(BODY_MAX + 4);
	assert_broken(UINT32_MAX - 3);
}

/* Its trailer would be read where it was not written. */
TEST(a_reply_of_no_whole_words_ends_the_lane)
{
	assert_broken(1);
	assert_broken(BODY_MAX - 1);
}

TEST(a_reply_with_ticket_0_is_there_all_the_same)
{
	struct lane_world world;

	init_asked(&world);
	slot_of(&world, 0)->ticket = 0;
	atomic_store(&slot_of(&world, 0)->word, lane_word(1, LANE_REPLIED));
	assert_int_equal(lane_reply_ticket(&world.out, 0), 1);
	lane_world_deinit(&world);
}

TEST(a_second_answer_to_one_request_is_none)
{
	struct lane_world world;
	struct lane_answer answer = {0};

	init_asked(&world);
	assert_int_equal(reply(&world, 4), LANE_REPLY_SENT);
	assert_int_equal(accept_reply(&world, &answer), LANE_ACCEPTED);
	assert_int_equal(reply(&world, 8), LANE_REPLY_SENT);
	assert_int_equal(accept_reply(&world, &answer), LANE_NO_REPLY);
	lane_world_deinit(&world);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_reply_of_each_size_arrives_as_it_was),
	    cmocka_unit_test(a_reply_that_is_larger_than_the_slot_goes_by_trap),
	    cmocka_unit_test(a_reply_to_a_slot_that_is_not_there_goes_by_trap),
	    cmocka_unit_test(there_is_nothing_to_accept_before_a_reply),
	    cmocka_unit_test(a_reply_has_a_ticket_until_it_is_accepted),
	    cmocka_unit_test(what_follows_a_reply_has_a_later_ticket),
	    cmocka_unit_test(a_reply_is_accepted_once_and_its_slot_is_free),
	    cmocka_unit_test(accepted_replies_are_counted_for_their_port),
	    cmocka_unit_test(
	        a_reply_that_is_too_large_for_the_room_stays_and_tells_its_size),
	    cmocka_unit_test(a_reply_may_be_cut_to_the_room),
	    cmocka_unit_test(a_reply_may_be_taken_without_its_body),
	    cmocka_unit_test(who_sleeps_for_the_reply_is_woken_as_it_asked_for),
	    cmocka_unit_test(a_reply_on_a_closed_lane_goes_by_trap),
	    cmocka_unit_test(a_reply_to_a_token_that_is_resolved_goes_by_trap),
	    cmocka_unit_test(
	        what_the_kernel_says_of_an_older_token_means_nothing),
	    cmocka_unit_test(
	        a_reply_that_meets_a_close_is_sent_if_kernel_or_peer_has_it),
	    cmocka_unit_test(
	        a_reply_that_meets_a_resolve_is_sent_if_the_kernel_takes_that_back),
	    cmocka_unit_test(
	        an_accept_that_meets_a_close_counts_unless_the_kernel_has_the_reply),
	    cmocka_unit_test(an_accept_that_meets_a_resolve_asks_the_kernel),
	    cmocka_unit_test(a_reply_to_what_was_not_asked_is_none),
	    cmocka_unit_test(there_is_no_reply_in_a_slot_that_is_not_there),
	    cmocka_unit_test(
	        a_reply_that_says_it_is_larger_than_its_slot_ends_the_lane),
	    cmocka_unit_test(a_reply_of_no_whole_words_ends_the_lane),
	    cmocka_unit_test(a_reply_with_ticket_0_is_there_all_the_same),
	    cmocka_unit_test(a_second_answer_to_one_request_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
