/* Generated stubs over the loopback: every routine, and all that can go wrong
 * between good peers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "loopback_stubs.h"
#include "odd.h"

/* Calls each routine that @wanted takes, and expects what @expected says. */
static void
call_each(bool (*wanted)(const struct stub_call *),
    kern_return_t (*expected)(const struct stub_call *), mach_port_t server)
{
	const struct stub_call *call;
	unsigned wrong = 0;

	for (size_t i = 0; (call = stub_call_at(i)) != NULL; i++) {
		kern_return_t kr = expected(call);
		struct stubs_outcome outcome;

		if (wanted && !wanted(call))
			continue;
		outcome = stubs_call(call, server);
		if (outcome.kr == kr && outcome.clean)
			continue;
		print_error("%s with length %u: %#x (%d), not %#x (%d)\n",
		    call->name, stub->length, (unsigned)outcome.kr, outcome.kr,
		    (unsigned)kr, kr);
		wrong++;
	}
	assert_int_equal(wrong, 0);
}

static bool
has_reply(const struct stub_call *call)
{
	return !call->one_way;
}

static kern_return_t
success(const struct stub_call *call)
{
	(void)call;
	return KERN_SUCCESS;
}

static void
every_routine_takes_and_gives_what_it_should(void **state)
{
	mach_port_t server = stubs_begin();

	(void)state;
	for (size_t i = 0; i < stub_lengths_length; i++) {
		stub->length = stub_lengths[i];
		call_each(NULL, success, server);
	}
	assert_int_equal(loopback.served, loopback.sent);
}

static kern_return_t
refusal(const struct stub_call *call)
{
	return call->one_way ? KERN_SUCCESS : KERN_NO_ACCESS;
}

static void
what_an_implementation_refuses_stays_with_nobody(void **state)
{
	mach_port_t server = stubs_begin();

	(void)state;
	stub->result = KERN_NO_ACCESS;
	for (size_t i = 0; i < stub_lengths_length; i++) {
		stub->length = stub_lengths[i];
		call_each(NULL, refusal, server);
	}
}

static kern_return_t
no_reply(const struct stub_call *call)
{
	return call->one_way || call->answers_later ? KERN_SUCCESS
	                                            : MIG_SERVER_DIED;
}

static void
an_implementation_that_does_not_reply_owns_what_came(void **state)
{
	mach_port_t server = stubs_begin();

	(void)state;
	stub->result = MIG_NO_REPLY;
	for (size_t i = 0; i < stub_lengths_length; i++) {
		stub->length = stub_lengths[i];
		call_each(NULL, no_reply, server);
	}
}

static bool
has_counts(const struct stub_call *call)
{
	return call->has_counts;
}

static kern_return_t
too_large(const struct stub_call *call)
{
	(void)call;
	return MIG_ARRAY_TOO_LARGE;
}

/* S2 */
static void
a_count_that_was_not_offered_is_not_sent(void **state)
{
	mach_port_t server = stubs_begin();

	(void)state;
	stub->exceeds = true;
	for (size_t i = 0; i < stub_lengths_length; i++) {
		stub->length = stub_lengths[i];
		call_each(has_counts, too_large, server);
	}
}

/* 12.4: what nobody set is nothing, which some callers cannot do without. */
static void
an_implementation_that_forgets_does_not_stop_its_server(void **state)
{
	mach_port_t server = stubs_begin();
	const struct stub_call *call;

	(void)state;
	stub->strict = false;
	stub->forgets = true;
	for (size_t i = 0; (call = stub_call_at(i)) != NULL; i++) {
		struct stubs_outcome outcome = stubs_call(call, server);

		assert_true(outcome.clean);
		if (outcome.kr != MIG_TYPE_ERROR &&
		    outcome.kr != MIG_ARRAY_TOO_LARGE)
			assert_int_equal(outcome.kr, KERN_SUCCESS);
	}
}

static kern_return_t
died(const struct stub_call *call)
{
	return call->one_way ? KERN_SUCCESS : MIG_SERVER_DIED;
}

static void
a_server_that_dies_with_the_request_is_reported(void **state)
{
	mach_port_t server = stubs_begin();

	(void)state;
	loopback.server_dies = true;
	call_each(NULL, died, server);
}

/* Some routine has @allocations of large copies; of each, one fails. */
static void
one_allocation_fails(mach_port_t server, unsigned allocations)
{
	const struct stub_call *call;
	unsigned failed = 0;

	for (size_t i = 0; (call = stub_call_at(i)) != NULL; i++) {
		struct stubs_outcome outcome;

		loopback.failing_allocation = allocations;
		outcome = stubs_call(call, server);
		if (!outcome.clean)
			fail_msg("%s: not clean", call->name);
		if (loopback.failing_allocation > 0)
			continue;
		assert_int_equal(outcome.kr, KERN_RESOURCE_SHORTAGE);
		failed++;
	}
	assert_true(failed > 0);
}

static void
a_server_without_memory_for_a_copy_serves_nothing(void **state)
{
	mach_port_t server = stubs_begin();

	(void)state;
	for (unsigned i = 1; i <= 3; i++)
		one_allocation_fails(server, i);
}

/* --- sends and receives that fail ------------------------------------------ */

static kern_return_t error; /* of the next call */

static kern_return_t
that_error(const struct stub_call *call)
{
	(void)call;
	return error;
}

static bool
consumes_nothing(const struct stub_call *call)
{
	return call->consumes != STUB_ANY;
}

static bool
consumes_anything(const struct stub_call *call)
{
	return call->consumes == STUB_ANY;
}

static bool
consumes_what_timed_out(const struct stub_call *call)
{
	return call->consumes != STUB_NONE;
}

static void
what_was_not_sent_stays_with_the_caller(void **state)
{
	const mach_msg_return_t errors[] = {
	    MACH_SEND_INVALID_DATA,
	    MACH_SEND_INVALID_DEST,
	    MACH_SEND_INVALID_HEADER,
	    MACH_SEND_INVALID_REPLY,
	    MACH_SEND_MSG_TOO_SMALL,
	    MACH_SEND_TOO_LARGE,
	};
	mach_port_t server = stubs_begin();

	(void)state;
	stub->kept = true;
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		error = loopback.send_error = errors[i];
		call_each(errors[i] == MACH_SEND_INVALID_DEST ? consumes_nothing
		                                              : NULL,
		    that_error, server);
	}
	assert_int_equal(loopback.served, 0);
}

static void
consume_any_destroys_what_nobody_takes(void **state)
{
	mach_port_t server = stubs_begin();

	(void)state;
	error = loopback.send_error = MACH_SEND_INVALID_DEST;
	call_each(consumes_anything, that_error, server);
}

static void
consuming_stubs_destroy_what_timed_out(void **state)
{
	mach_port_t server = stubs_begin();

	(void)state;
	error = loopback.send_error = MACH_SEND_TIMED_OUT;
	for (size_t i = 0; i < stub_lengths_length; i++) {
		stub->length = stub_lengths[i];
		call_each(consumes_what_timed_out, that_error, server);
	}
	/* The code may say what else was short. */
	error = loopback.send_error = MACH_SEND_TIMED_OUT | MACH_MSG_IPC_SPACE;
	call_each(consumes_what_timed_out, that_error, server);
}

/* The right that was made has the name of the port, and does not go with it. */
static void
a_send_right_to_reply_that_came_back_is_dropped(void **state)
{
	const mach_msg_return_t errors[] = {MACH_SEND_TIMED_OUT,
	    MACH_SEND_INTERRUPTED, MACH_SEND_NO_BUFFER, MACH_SEND_INVALID_DEST};
	mach_port_t server = stubs_begin();
	struct loopback_holdings before;
	struct loopback_holdings after;
	int x;

	(void)state;
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		before = loopback_holdings(LOOPBACK_CLIENT);
		loopback.send_error = errors[i];
		assert_int_equal(
		    d_send_right(server, MACH_PORT_NULL, NULL, 0, &x),
		    errors[i]);
		after = loopback_holdings(LOOPBACK_CLIENT);
		/* What else came back is not consumed but by a timeout. */
		if (errors[i] != MACH_SEND_TIMED_OUT)
			after.send = before.send;
		assert_true(loopback_same(&before, &after));
	}
	assert_int_equal(loopback.faults, 0);
	loopback.send_error = MACH_MSG_SUCCESS;
	stub->strict = false;
	assert_int_equal(
	    d_send_right(server, MACH_PORT_NULL, NULL, 0, &x), KERN_SUCCESS);
	assert_int_equal(loopback.faults + stub->faults, 0);
}

/* The last word of a request says how much there is room for. */
static void
raise_capacity(void *message, mach_msg_size_t *size)
{
	const uint32_t more = 5;

	memcpy((char *)message + *size - sizeof(more), &more, sizeof(more));
}

/* S5: what does not fit is not delivered, and all that came with it is destroyed. */
static void
more_than_there_is_room_for_is_destroyed_with_the_rest(void **state)
{
	mach_port_t server = stubs_begin();
	struct loopback_holdings before = loopback_holdings(LOOPBACK_CLIENT);
	mach_msg_type_number_t vCnt = 1;
	struct loopback_holdings after;
	vi_t x = {1, 2, 3, 4, 5, 6, 7};
	oum_t y = NULL;
	va_t v = "....";
	pm_t w = {0};
	v64_t z;

	(void)state;
	loopback.on_request = raise_capacity;
	stub->strict = false;
	assert_int_equal(d_chain(server, NULL, 0, w, NULL, NULL, NULL, NULL,
	                     NULL, 0, v, &vCnt, w, x, &y, z),
	    MIG_ARRAY_TOO_LARGE);
	assert_int_equal(vCnt, 3);
	/* As many as there was room for, no more. */
	assert_int_not_equal(v[0], '.');
	assert_int_equal(v[1], '.');
	assert_int_equal(w[0], MACH_PORT_NULL);
	assert_null(y);
	after = loopback_holdings(LOOPBACK_CLIENT);
	assert_true(loopback_same(&before, &after));
}

/* 10.4: without ConsumeOnSendError only copies of memory are given back. */
static void
a_timeout_leaves_no_copies_of_memory(void **state)
{
	const struct stub_call *call;

	(void)state;
	for (size_t i = 0; (call = stub_call_at(i)) != NULL; i++) {
		mach_port_t server = stubs_begin();
		struct loopback_holdings before;
		struct loopback_holdings after;

		if (strcmp(call->name, "s_wait_time") != 0 &&
		    strcmp(call->name, "o_send_time") != 0)
			continue;
		loopback.send_error = MACH_SEND_TIMED_OUT;
		stub->kept = true;
		before = loopback_holdings(LOOPBACK_CLIENT);
		assert_int_equal(call->call(server), MACH_SEND_TIMED_OUT);
		after = loopback_holdings(LOOPBACK_CLIENT);
		/* The caller's own, which stub_end() would give back. */
		assert_int_equal(after.regions, before.regions + 1);
		assert_int_equal(loopback.faults, 0);
		stub_forget();
		loopback_abandon(LOOPBACK_CLIENT);
	}
}

static void
a_reply_that_is_not_waited_for_reaches_nobody(void **state)
{
	const mach_msg_return_t errors[] = {
	    MACH_RCV_TIMED_OUT,
	    MACH_RCV_INTERRUPTED,
	    MACH_RCV_TOO_LARGE,
	};
	mach_port_t server = stubs_begin();

	(void)state;
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		error = loopback.receive_error = errors[i];
		call_each(has_reply, that_error, server);
		/* The reply port went with it: no later call sees the reply. */
		loopback.receive_error = MACH_MSG_SUCCESS;
		call_each(NULL, success, server);
	}
}

static bool
needs_reply_port(const struct stub_call *call)
{
	return !call->one_way && !call->own_reply_port;
}

static kern_return_t
invalid_name(const struct stub_call *call)
{
	(void)call;
	return MACH_RCV_INVALID_NAME;
}

static void
without_a_reply_port_nothing_is_sent(void **state)
{
	mach_port_t server = stubs_begin();

	(void)state;
	loopback.no_reply_port = true;
	stub->kept = true;
	call_each(needs_reply_port, invalid_name, server);
	assert_int_equal(loopback.sent, 0);
}

/* --- what a sloppy server sends -------------------------------------------- */

static mach_msg_id_t reply_id;

static void
change_id(void *message, mach_msg_size_t *size)
{
	mach_msg_header_t *head = message;

	(void)size;
	head->msgh_id = reply_id ? reply_id : head->msgh_id + 1;
}

static kern_return_t
mismatch(const struct stub_call *call)
{
	return call->one_way ? KERN_SUCCESS : MIG_REPLY_MISMATCH;
}

static void
a_reply_to_something_else_is_destroyed(void **state)
{
	mach_port_t server = stubs_begin();

	(void)state;
	loopback.on_reply = change_id;
	call_each(NULL, mismatch, server);
}

static void
a_reply_with_the_id_of_a_notification_says_that_the_server_died(void **state)
{
	mach_port_t server = stubs_begin();

	(void)state;
	reply_id = MACH_NOTIFY_SEND_ONCE;
	loopback.on_reply = change_id;
	call_each(NULL, died, server);
	reply_id = 0;
}

static void
drop_a_word(void *message, mach_msg_size_t *size)
{
	(void)message;
	*size -= 4;
}

static void
add_a_word(void *message, mach_msg_size_t *size)
{
	memset((char *)message + *size, 0, 4);
	*size += 4;
}

static void
add_a_port(void *message, mach_msg_size_t *size)
{
	mach_msg_header_t *head = message;

	(void)size;
	/* A dead name is as good a reply port as any. */
	head->msgh_bits |= MACH_MSGH_BITS(0, MACH_MSG_TYPE_MAKE_SEND_ONCE);
	(void)mach_port_allocate(
	    mach_task_self(), MACH_PORT_RIGHT_RECEIVE, &head->msgh_local_port);
}

static kern_return_t
type_error(const struct stub_call *call)
{
	return call->one_way ? KERN_SUCCESS : MIG_TYPE_ERROR;
}

static void
an_error_reply_of_another_size_is_no_error_reply(void **state)
{
	mach_port_t server = stubs_begin();

	(void)state;
	stub->result = KERN_NO_ACCESS;
	loopback.on_reply = add_a_word;
	for (size_t i = 0; stub_call_at(i); i++) {
		const struct stub_call *call = stub_call_at(i);
		struct stubs_outcome outcome = stubs_call(call, server);

		assert_true(outcome.clean);
		/* It may be as long as a good one; then it says so itself. Or
		 * too long for any. */
		if (call->one_way)
			assert_int_equal(outcome.kr, KERN_SUCCESS);
		else if (outcome.kr != KERN_NO_ACCESS &&
		    outcome.kr != MACH_RCV_TOO_LARGE)
			assert_int_equal(outcome.kr, MIG_TYPE_ERROR);
	}
}

static void
a_reply_with_a_reply_port_is_refused(void **state)
{
	mach_port_t server = stubs_begin();

	(void)state;
	loopback.on_reply = add_a_port;
	for (size_t i = 0; stub_call_at(i); i++) {
		const struct stub_call *call = stub_call_at(i);
		struct stubs_outcome outcome =
		    stubs_call_hostile(call, &server, LOOPBACK_SERVER);

		assert_true(outcome.clean);
		assert_int_equal(outcome.kr, type_error(call));
	}
}

/* --- what a sloppy client sends -------------------------------------------- */

static kern_return_t
bad_arguments(const struct stub_call *call)
{
	return call->one_way ? KERN_SUCCESS : MIG_BAD_ARGUMENTS;
}

static void
a_request_that_is_too_long_is_refused(void **state)
{
	mach_port_t server = stubs_begin();
	const struct stub_call *call;

	(void)state;
	stub->strict = false;
	loopback.on_request = add_a_word;
	for (size_t i = 0; (call = stub_call_at(i)) != NULL; i++) {
		struct stubs_outcome outcome = stubs_call(call, server);

		assert_true(outcome.clean);
		assert_int_equal(outcome.kr, bad_arguments(call));
		if (loopback.served > 0 && call->one_way)
			assert_int_equal(loopback.result, MIG_BAD_ARGUMENTS);
	}
	assert_int_equal(stub->served, 0);
}

static void
a_request_that_is_too_short_is_refused(void **state)
{
	const struct stub_call *call;
	mach_port_t server = stubs_begin();

	(void)state;
	loopback.on_request = drop_a_word;
	for (size_t i = 0; (call = stub_call_at(i)) != NULL; i++) {
		struct stubs_outcome outcome =
		    stubs_call_hostile(call, &server, LOOPBACK_CLIENT);

		assert_true(outcome.clean);
		if (!call->one_way && outcome.kr != MACH_SEND_MSG_TOO_SMALL)
			assert_int_equal(outcome.kr, MIG_BAD_ARGUMENTS);
	}
	assert_int_equal(stub->served, 0);
}

static void
be_simple(void *message, mach_msg_size_t *size)
{
	mach_msg_header_t *head = message;

	(void)size;
	head->msgh_bits ^= MACH_MSGH_BITS_COMPLEX;
	if (MACH_MSGH_BITS_IS_COMPLEX(head->msgh_bits))
		memset(head + 1, 0, sizeof(mach_msg_body_t));
}

/* A request that is complex, but should not be, or the other way round. */
static void
a_request_of_the_wrong_kind_is_refused(void **state)
{
	const struct stub_call *call;
	mach_port_t server = stubs_begin();

	(void)state;
	loopback.on_request = be_simple;
	for (size_t i = 0; (call = stub_call_at(i)) != NULL; i++) {
		struct stubs_outcome outcome =
		    stubs_call_hostile(call, &server, LOOPBACK_CLIENT);

		assert_true(outcome.clean);
		if (!call->one_way && outcome.kr != MACH_SEND_MSG_TOO_SMALL)
			assert_int_equal(outcome.kr, MIG_BAD_ARGUMENTS);
	}
	assert_int_equal(stub->served, 0);
}

static mach_msg_id_t unknown_id;

static void
ask_for_the_unknown(void *message, mach_msg_size_t *size)
{
	mach_msg_header_t *head = message;

	(void)size;
	head->msgh_id = unknown_id;
}

static void
a_request_that_nobody_knows_is_answered_and_destroyed(void **state)
{
	const mach_msg_id_t ids[] = {
	    4999, 5016, 5101 /* skipped */, 5112, 0, -1, INT32_MAX, INT32_MIN};
	const struct stub_call *call;
	mach_port_t server = stubs_begin();

	(void)state;
	loopback.on_request = ask_for_the_unknown;
	for (size_t i = 0; (call = stub_call_at(i)) != NULL; i++)
		for (size_t j = 0; j < sizeof(ids) / sizeof(ids[0]); j++) {
			struct stubs_outcome outcome;

			unknown_id = ids[j];
			outcome = stubs_call(call, server);
			assert_true(outcome.clean);
			/* The answer is to another request, too. */
			assert_int_equal(outcome.kr, mismatch(call));
			assert_int_equal(loopback.result, MIG_BAD_ID);
		}
	assert_int_equal(stub->served, 0);
}

/* --- trailers -------------------------------------------------------------- */

static enum loopback_task trailer_task;
static void (*trailer_change)(mach_msg_max_trailer_t *trailer);

static void
change_trailer(enum loopback_task task, mach_msg_max_trailer_t *trailer)
{
	if (task == trailer_task)
		trailer_change(trailer);
}

static void
be_short(mach_msg_max_trailer_t *trailer)
{
	trailer->msgh_trailer_size = MACH_MSG_TRAILER_MINIMUM_SIZE;
}

static void
be_of_another_format(mach_msg_max_trailer_t *trailer)
{
	trailer->msgh_trailer_type = 1;
}

static bool
is_one_of(const struct stub_call *call, const char *const *names)
{
	while (*names && strcmp(*names, call->name) != 0)
		names++;
	return *names != NULL;
}

static bool
server_wants_trailer(const struct stub_call *call)
{
	static const char *const names[] = {
	    "s_seqno", "s_server_tokens", "s_both_tokens", "s_sender", NULL};

	return is_one_of(call, names);
}

static bool
user_wants_trailer(const struct stub_call *call)
{
	static const char *const names[] = {
	    "s_user_tokens", "s_both_tokens", "s_sender", NULL};

	return is_one_of(call, names);
}

static kern_return_t
trailer_error(const struct stub_call *call)
{
	(void)call;
	return MIG_TRAILER_ERROR;
}

/* S5, S7 */
static void
a_trailer_without_what_is_wanted_is_an_error(void **state)
{
	mach_port_t server = stubs_begin();

	(void)state;
	loopback.on_trailer = change_trailer;
	trailer_change = be_short;
	trailer_task = LOOPBACK_SERVER;
	call_each(server_wants_trailer, trailer_error, server);
	assert_int_equal(stub->served, 0);
	trailer_task = LOOPBACK_CLIENT;
	call_each(user_wants_trailer, trailer_error, server);
	trailer_change = be_of_another_format;
	call_each(user_wants_trailer, trailer_error, server);
	trailer_task = LOOPBACK_SERVER;
	call_each(server_wants_trailer, trailer_error, server);
}

static void
a_server_that_asked_for_no_trailer_has_none(void **state)
{
	mach_port_t server = stubs_begin();

	(void)state;
	loopback.trailer = 0;
	call_each(server_wants_trailer, trailer_error, server);
	assert_int_equal(stub->served, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_routine_takes_and_gives_what_it_should),
	    cmocka_unit_test(what_an_implementation_refuses_stays_with_nobody),
	    cmocka_unit_test(
	        an_implementation_that_does_not_reply_owns_what_came),
	    cmocka_unit_test(a_count_that_was_not_offered_is_not_sent),
	    cmocka_unit_test(
	        an_implementation_that_forgets_does_not_stop_its_server),
	    cmocka_unit_test(a_server_that_dies_with_the_request_is_reported),
	    cmocka_unit_test(a_server_without_memory_for_a_copy_serves_nothing),
	    cmocka_unit_test(what_was_not_sent_stays_with_the_caller),
	    cmocka_unit_test(consume_any_destroys_what_nobody_takes),
	    cmocka_unit_test(consuming_stubs_destroy_what_timed_out),
	    cmocka_unit_test(a_send_right_to_reply_that_came_back_is_dropped),
	    cmocka_unit_test(
	        more_than_there_is_room_for_is_destroyed_with_the_rest),
	    cmocka_unit_test(a_timeout_leaves_no_copies_of_memory),
	    cmocka_unit_test(a_reply_that_is_not_waited_for_reaches_nobody),
	    cmocka_unit_test(without_a_reply_port_nothing_is_sent),
	    cmocka_unit_test(a_reply_to_something_else_is_destroyed),
	    cmocka_unit_test(
	        a_reply_with_the_id_of_a_notification_says_that_the_server_died),
	    cmocka_unit_test(an_error_reply_of_another_size_is_no_error_reply),
	    cmocka_unit_test(a_reply_with_a_reply_port_is_refused),
	    cmocka_unit_test(a_request_that_is_too_long_is_refused),
	    cmocka_unit_test(a_request_that_is_too_short_is_refused),
	    cmocka_unit_test(a_request_of_the_wrong_kind_is_refused),
	    cmocka_unit_test(
	        a_request_that_nobody_knows_is_answered_and_destroyed),
	    cmocka_unit_test(a_trailer_without_what_is_wanted_is_an_error),
	    cmocka_unit_test(a_server_that_asked_for_no_trailer_has_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
