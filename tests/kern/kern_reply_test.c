/* Replies that come later: by code, words or memory, to whoever is still there. */
#include "kern_reply.h"

#include <mach/mig_errors.h>
#include <mach/notify.h>
#include <string.h>

#include "base_alloc.h"
#include "ipc_entry.h"
#include "ipc_kobject.h"
#include "ipc_mach_port.h"
#include "ipc_region.h"
#include "ipc_right.h"
#include "ipc_waiter.h"
#include "kern_later_stubs.h"
#include "kern_mig.h"
#include "mig.h"

/* The one reply that is due, and who called how often. */
static struct kern_reply due;
static unsigned calls;

static kern_return_t
later(void)
{
	calls++;
	return kern_mig_defer(&due) ? MIG_NO_REPLY : KERN_RESOURCE_SHORTAGE;
}

kern_return_t
kern_serve_later_code(mach_port_t object, mach_port_t held)
{
	(void)object;
	(void)held;
	return later();
}

kern_return_t
kern_serve_later_words(mach_port_t object, uint64_t *number, int *flag)
{
	(void)object;
	(void)number;
	(void)flag;
	return later();
}

kern_return_t
kern_serve_later_memory(
    mach_port_t object, vm_offset_t *data, mach_msg_type_number_t *data_count)
{
	(void)object;
	(void)data;
	(void)data_count;
	return later();
}

static void
serve(struct ipc_kobject *object, struct ipc_kmsg *request)
{
	kern_mig_serve_as(
	    (const struct mig_subsystem *)&kern_serve_kern_later_subsystem,
	    object, request);
}

static struct ipc_kobject object;
static mach_port_name_t service; /* what alice calls it */
static mach_port_name_t reply;

static int
setup(void **state)
{
	tasks_setup(state);
	assert_true(ipc_kobject_init(&object, IPC_KOBJECT_HOST, serve));
	EXPECT(ipc_right_copyout(alice->space, ipc_kobject_make_send(&object),
	           MACH_MSG_TYPE_PORT_SEND, &service),
	    KERN_SUCCESS);
	reply = tasks_port(alice);
	due = (struct kern_reply){.kmsg = NULL};
	calls = 0;
	return 0;
}

static int
teardown(void **state)
{
	ipc_kobject_deinit(&object);
	return tasks_teardown(state);
}

#undef CASE
#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

/* A request without arguments. */
static struct mig_request
plain(mach_msg_id_t id)
{
	return (struct mig_request){
	    .bytes = sizeof(mach_msg_header_t),
	    .message.header = {.msgh_size = sizeof(mach_msg_header_t),
	        .msgh_id = id},
	};
}

/* later_code() with a send-once right for alice's port @held. */
static struct mig_request
holding(mach_port_name_t held)
{
	const __Request__later_code_t message = {
	    .Head = {.msgh_size = sizeof(message),
	        .msgh_id = 7720,
	        .msgh_bits = MACH_MSGH_BITS_COMPLEX},
	    .msgh_body.msgh_descriptor_count = 1,
	    .held = {.name = held,
	        .disposition = MACH_MSG_TYPE_MAKE_SEND_ONCE,
	        .type = MACH_MSG_PORT_DESCRIPTOR},
	};
	struct mig_request request = {.bytes = sizeof(message)};

	memcpy(&request.message, &message, sizeof(message));
	return request;
}

static void
ask(struct mig_request request, mach_port_name_t to)
{
	assert_int_equal(
	    mig_send(alice, service, &request, to), MACH_MSG_SUCCESS);
	assert_int_equal(calls, 1);
}

/* The reply that came, which is as large as @size, in @message. */
static void
expect_reply(void *message, uint32_t size)
{
	struct ipc_waiter waiter;
	const struct ipc_kmsg *kmsg = mig_take(alice, reply, &waiter);

	assert_non_null(kmsg);
	assert_int_equal(kmsg->size, size);
	memcpy(message, kmsg->bytes, size);
	ipc_waiter_reset(&waiter);
}

TEST(nothing_is_replied_before_its_time)
{
	mig_reply_error_t message;

	ask(holding(MACH_PORT_NULL), reply);
	assert_int_equal(mig_receive(alice, reply, 7720).code, MIG_NO_REPLY);
	assert_true(kern_reply_wanted(&due));
	kern_reply_send(&due, KERN_ABORTED);
	ipc_check();
	assert_false(kern_reply_wanted(&due));
	expect_reply(&message, sizeof(message));
	assert_int_equal(message.Head.msgh_id, 7820);
	assert_int_equal(message.RetCode, KERN_ABORTED);
}

TEST(it_is_replied_once)
{
	ask(plain(7721), reply);
	kern_reply_send(&due, KERN_ABORTED);
	kern_reply_send(&due, KERN_SUCCESS);
	assert_int_equal(mig_receive(alice, reply, 7721).code, KERN_ABORTED);
	assert_int_equal(mig_receive(alice, reply, 7721).code, MIG_NO_REPLY);
}

TEST(words_are_a_reply)
{
	const uint32_t words[] = {1, 2, 3};
	__Reply__later_words_t message;

	ask(plain(7721), reply);
	kern_reply_send_words(&due, words, 3);
	ipc_check();
	expect_reply(&message, sizeof(message));
	assert_int_equal(message.Head.msgh_id, 7821);
	assert_int_equal(message.RetCode, KERN_SUCCESS);
	assert_int_equal(message.number, 1 + (UINT64_C(2) << 32));
	assert_int_equal(message.flag, 3);
}

static unsigned freed;

static void
free_memory(struct ipc_memory *memory)
{
	(void)memory;
	freed++;
}

TEST(memory_is_a_reply)
{
	struct ipc_memory memory = {.bytes = UINT64_C(3) * 4096,
	    .memory_bytes = UINT64_C(3) * 4096,
	    .free = free_memory};
	__Reply__later_memory_t message;
	struct ipc_waiter waiter;
	const struct ipc_kmsg *kmsg;
	struct ipc_regions regions;

	freed = 0;
	ask(plain(7722), reply);
	kern_reply_send_memory(&due, &memory, UINT64_C(2) * 4096, 100);
	ipc_check();
	assert_int_equal(alice->space->account->used.file_bytes, memory.bytes);
	kmsg = mig_take(alice, reply, &waiter);
	assert_non_null(kmsg);
	assert_int_equal(kmsg->size, sizeof(message));
	memcpy(&message, kmsg->bytes, sizeof(message));
	assert_int_equal(message.msgh_body.msgh_descriptor_count, 1);
	assert_int_equal(message.data.type, MACH_MSG_OOL_DESCRIPTOR);
	assert_int_equal(message.data.size, 100);
	assert_int_equal(message.dataCnt, 100);
	assert_ptr_equal(kmsg->memory, &memory);
	regions = ipc_regions_of(kmsg);
	assert_int_equal(
	    ipc_regions_next(&regions, 0, 100).offset, UINT64_C(2) * 4096);
	assert_int_equal(freed, 0);
	ipc_waiter_reset(&waiter);
	assert_int_equal(freed, 1);
}

TEST(memory_beyond_the_budget_is_a_shortage)
{
	struct ipc_memory memory = {
	    .bytes = 1 << 22, .memory_bytes = 1 << 22, .free = free_memory};

	freed = 0;
	ask(plain(7722), reply);
	kern_reply_send_memory(&due, &memory, 4096, 100);
	assert_int_equal(freed, 1);
	assert_int_equal(
	    mig_receive(alice, reply, 7722).code, KERN_RESOURCE_SHORTAGE);
}

TEST(memory_for_nobody_is_freed)
{
	struct ipc_memory memory = {.bytes = 8192, .free = free_memory};

	freed = 0;
	ask(plain(7722), MACH_PORT_NULL);
	kern_reply_send_memory(&due, &memory, 4096, 100);
	assert_int_equal(freed, 1);
}

/* A request that is not yet answered is a message that the sender has sent. */
TEST(it_is_charged_until_it_is_answered)
{
	const struct ipc_charge before = alice->space->account->used;

	ask(plain(7721), reply);
	assert_true(alice->space->account->used.messages > before.messages);
	assert_true(alice->space->account->used.bytes >=
	    before.bytes + IPC_KMSG_CHARGE);
	kern_reply_send(&due, KERN_ABORTED);
	assert_true(alice->space->account->used.messages > before.messages);
	assert_int_equal(mig_receive(alice, reply, 7721).code, KERN_ABORTED);
	assert_int_equal(alice->space->account->used.messages, before.messages);
	assert_int_equal(alice->space->account->used.bytes, before.bytes);
}

/* Only the reply right stays. */
TEST(what_else_came_with_the_request_is_gone)
{
	const mach_port_name_t held = tasks_port(alice);

	ask(holding(held), reply);
	assert_int_equal(mig_receive(alice, held, 0).code, MIG_SERVER_DIED);
	kern_reply_send(&due, KERN_SUCCESS);
	ipc_check();
}

TEST(a_request_without_a_reply_right_is_owed_none)
{
	ask(plain(7721), MACH_PORT_NULL);
	assert_false(kern_reply_wanted(&due));
	kern_reply_send(&due, KERN_SUCCESS);
	ipc_check();
}

TEST(a_reply_to_a_dead_port_is_not_wanted)
{
	struct ipc_charge before = alice->space->account->used;

	ask(plain(7721), reply);
	EXPECT(ipc_mach_port_mod_refs(
	           alice->space, reply, MACH_PORT_RIGHT_RECEIVE, -1),
	    KERN_SUCCESS);
	assert_false(kern_reply_wanted(&due));
	ipc_check();
	assert_int_equal(alice->space->account->used.messages, before.messages);
	kern_reply_send(&due, KERN_SUCCESS);
}

static unsigned forsaken;

static void
forsake(struct ipc_promise *promise)
{
	forsaken++;
	assert_ptr_equal(promise, &due.promise);
	kern_reply_send(&due, KERN_SUCCESS);
}

TEST(who_watches_a_reply_is_told_that_nobody_waits_for_it)
{
	const struct ipc_charge before = alice->space->account->used;

	forsaken = 0;
	ask(plain(7721), reply);
	kern_reply_watch(&due, forsake);
	EXPECT(ipc_mach_port_mod_refs(
	           alice->space, reply, MACH_PORT_RIGHT_RECEIVE, -1),
	    KERN_SUCCESS);
	assert_int_equal(forsaken, 1);
	assert_int_equal(alice->space->account->used.messages, before.messages);
	assert_null(due.kmsg);
}

TEST(a_reply_that_was_sent_is_watched_no_more)
{
	forsaken = 0;
	ask(plain(7721), reply);
	kern_reply_watch(&due, forsake);
	kern_reply_send(&due, KERN_SUCCESS);
	EXPECT(ipc_mach_port_mod_refs(
	           alice->space, reply, MACH_PORT_RIGHT_RECEIVE, -1),
	    KERN_SUCCESS);
	assert_int_equal(forsaken, 0);
}

static unsigned without_senders;

static void
note_no_senders(struct ipc_kobject *of)
{
	assert_ptr_equal(of, &object);
	without_senders++;
}

TEST(an_object_is_told_that_its_last_send_right_has_gone)
{
	without_senders = 0;
	object.no_senders = note_no_senders;
	ask(plain(7721), reply);
	assert_int_equal(without_senders, 0);
	kern_reply_send(&due, KERN_SUCCESS);
	EXPECT(ipc_mach_port_deallocate(alice->space, service), KERN_SUCCESS);
	assert_int_equal(without_senders, 1);
}

static void
end_object(struct ipc_kobject *of)
{
	ipc_kobject_deinit(of);
}

TEST(an_object_may_end_with_its_last_send_right)
{
	object.no_senders = end_object;
	EXPECT(ipc_mach_port_deallocate(alice->space, service), KERN_SUCCESS);
	assert_null(object.port);
}

TEST(whoever_asked_may_die_before)
{
	ask(plain(7721), reply);
	kern_task_destroy(alice);
	alice = NULL;
	ipc_check();
	kern_reply_send(&due, KERN_SUCCESS);
	ipc_check();
}

/* Whoever receives on the port by then is replied to. */
TEST(a_reply_follows_the_port)
{
	struct kern_task *const asker = alice;
	mach_port_name_t moved = 0x40003;

	ask(plain(7721), reply);
	EXPECT(ipc_mach_port_insert_right(bob->space, moved, alice->space,
	           reply, MACH_MSG_TYPE_MOVE_RECEIVE),
	    KERN_SUCCESS);
	kern_reply_send(&due, KERN_ABORTED);
	assert_ptr_equal(alice, asker);
	assert_int_equal(mig_receive(bob, moved, 7721).code, KERN_ABORTED);
}

TEST(a_queue_that_is_full_takes_the_reply)
{
	struct mig_request message = plain(1);
	uint32_t qlimit = 1;

	EXPECT(ipc_mach_port_set_attributes(
	           alice->space, reply, MACH_PORT_LIMITS_INFO, &qlimit, 1),
	    KERN_SUCCESS);
	EXPECT(ipc_mach_port_insert_right(alice->space, reply, alice->space,
	           reply, MACH_MSG_TYPE_MAKE_SEND),
	    KERN_SUCCESS);
	ask(plain(7721), reply);
	assert_int_equal(
	    mig_send(alice, reply, &message, MACH_PORT_NULL), MACH_MSG_SUCCESS);
	kern_reply_send(&due, KERN_ABORTED);
	ipc_check();
}

TEST(without_memory_nothing_is_put_off)
{
	struct mig_request request;
	kern_return_t code = MIG_SERVER_DIED;
	unsigned failures = 0;

	do {
		request = plain(7721);
		base_alloc_fail_at(++failures);
		code = mig_send(alice, service, &request, reply);
		base_alloc_fail_at(0);
		if (code == MACH_MSG_SUCCESS && !due.kmsg) {
			code = mig_receive(alice, reply, 7721).code;
			assert_true(code == KERN_RESOURCE_SHORTAGE ||
			    code == MIG_SERVER_DIED);
		}
	} while (!due.kmsg);
	assert_true(failures > 1);
	kern_reply_send(&due, KERN_ABORTED);
	assert_int_equal(mig_receive(alice, reply, 7721).code, KERN_ABORTED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(nothing_is_replied_before_its_time),
	    CASE(it_is_replied_once),
	    CASE(words_are_a_reply),
	    CASE(memory_is_a_reply),
	    CASE(memory_beyond_the_budget_is_a_shortage),
	    CASE(memory_for_nobody_is_freed),
	    CASE(it_is_charged_until_it_is_answered),
	    CASE(what_else_came_with_the_request_is_gone),
	    CASE(a_request_without_a_reply_right_is_owed_none),
	    CASE(a_reply_to_a_dead_port_is_not_wanted),
	    CASE(who_watches_a_reply_is_told_that_nobody_waits_for_it),
	    CASE(a_reply_that_was_sent_is_watched_no_more),
	    CASE(an_object_is_told_that_its_last_send_right_has_gone),
	    CASE(an_object_may_end_with_its_last_send_right),
	    CASE(whoever_asked_may_die_before),
	    CASE(a_reply_follows_the_port),
	    CASE(a_queue_that_is_full_takes_the_reply),
	    CASE(without_memory_nothing_is_put_off),
	};

	return cmocka_run_group_tests_name("kern_reply", tests, NULL, NULL);
}
