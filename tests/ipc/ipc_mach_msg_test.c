/* mach_msg() on a space: options, targets, trailers (messages.md 7 and 11). */
#include "ipc_mach_msg.h"

#include <string.h>

#include "ipc_kobject.h"
#include "ipc_mqueue.h"
#include "ipc_port.h"
#include "ipc_right.h"
#include "world.h"

static mach_port_name_t inbox;  /* bob's */
static mach_port_name_t to_bob; /* alice's send right for it */

static int
setup(void **state)
{
	(void)world_setup(state);
	inbox = world_port(bob);
	to_bob = world_give(bob, inbox, MAKE_SEND, alice);
	return 0;
}

static mach_msg_return_t
receive(
    mach_port_name_t name, mach_msg_option_t option, mach_msg_size_t rcv_size)
{
	struct thread *thread = world_thread(bob);
	mach_msg_return_t mr = thread_receive(thread, name, option, rcv_size);

	if (!thread_blocked(thread))
		thread_end(thread);
	return mr;
}

/* Targets: 11.1. */

TEST(one_receives_on_receive_rights_and_sets_only)
{
	mach_port_name_t send =
	    world_give(alice, world_port(alice), MAKE_SEND, bob);
	mach_port_name_t once =
	    world_give(alice, world_port(alice), MAKE_SEND_ONCE, bob);
	mach_port_name_t both = world_port(bob);

	world_make_send(bob, both);
	EXPECT(receive(MACH_PORT_NULL, POLL, ROOMY), MACH_RCV_INVALID_NAME);
	EXPECT(receive(MACH_PORT_DEAD, POLL, ROOMY), MACH_RCV_INVALID_NAME);
	EXPECT(receive(world_absent(bob), POLL, ROOMY), MACH_RCV_INVALID_NAME);
	EXPECT(
	    receive(world_dead_name(bob), POLL, ROOMY), MACH_RCV_INVALID_NAME);
	EXPECT(receive(send, POLL, ROOMY), MACH_RCV_INVALID_NAME);
	EXPECT(receive(once, POLL, ROOMY), MACH_RCV_INVALID_NAME);
	EXPECT(receive(inbox, POLL, ROOMY), MACH_RCV_TIMED_OUT);
	EXPECT(receive(both, POLL, ROOMY), MACH_RCV_TIMED_OUT);
	EXPECT(receive(world_set(bob), POLL, ROOMY), MACH_RCV_TIMED_OUT);
}

TEST(another_tasks_name_for_a_receive_right_is_no_name)
{
	struct thread *thread = world_thread(carol);

	EXPECT(
	    thread_receive(thread, inbox, POLL, ROOMY), MACH_RCV_INVALID_NAME);
}

/* Waiting: 11.2. */

TEST(a_receive_without_timeout_waits)
{
	EXPECT(receive(inbox, 0, ROOMY), MACH_RCV_IN_PROGRESS);
}

TEST(a_receive_with_a_timeout_waits_until_it_is_over)
{
	struct thread *thread = world_thread(bob);
	struct ipc_msg_args args = {
	    .option = MACH_RCV_MSG | MACH_RCV_TIMEOUT,
	    .rcv_name = inbox,
	    .rcv_size = ROOMY,
	    .timeout = 5,
	};

	EXPECT(ipc_mach_msg_receive(bob, &args, &thread->waiter),
	    MACH_RCV_IN_PROGRESS);
	thread_time_out(thread);
	assert_int_equal(thread_got(thread).code, MACH_RCV_TIMED_OUT);
}

TEST(the_timeout_counts_only_with_its_option)
{
	struct thread *thread = world_thread(alice);
	struct message message;

	world_set_qlimit(bob, inbox, 0);
	message_init(&message, to_bob, COPY_SEND, MACH_PORT_NULL, 0);
	EXPECT(thread_send_for(thread, &message, MACH_RCV_TIMEOUT, 0, 0),
	    MACH_SEND_IN_PROGRESS);
}

TEST(a_send_with_a_timeout_waits_until_it_is_over)
{
	struct thread *thread = world_thread(alice);
	struct message message;

	world_set_qlimit(bob, inbox, 0);
	message_init(&message, to_bob, COPY_SEND, MACH_PORT_NULL, 0);
	EXPECT(thread_send_for(thread, &message, MACH_SEND_TIMEOUT, 0, 7),
	    MACH_SEND_IN_PROGRESS);
	thread_time_out(thread);
	assert_int_equal(thread_got(thread).code, MACH_SEND_TIMED_OUT);
}

TEST(options_without_meaning_change_nothing)
{
	static const mach_msg_option_t options = MACH_SEND_OVERRIDE |
	    MACH_MSG_STRICT_REPLY | MACH_RCV_SYNC_WAIT | MACH_RCV_SYNC_PEEK |
	    MACH_SEND_FILTER_NONFATAL | MACH_SEND_TRAILER |
	    MACH_SEND_NOIMPORTANCE | MACH_SEND_SYNC_OVERRIDE |
	    MACH_SEND_PROPAGATE_QOS | MACH_SEND_SYNC_BOOTSTRAP_CHECKIN | 0x2000;
	struct thread *thread = world_thread(alice);
	struct message message;

	message_init(&message, to_bob, COPY_SEND, MACH_PORT_NULL, 0);
	EXPECT(thread_send(thread, &message, options | MACH_SEND_TIMEOUT, 0),
	    MACH_MSG_SUCCESS);
	EXPECT(receive(inbox, POLL | options, ROOMY), MACH_MSG_SUCCESS);
}

TEST(no_option_of_a_task_passes_the_queue_limit)
{
	static const mach_msg_option_t options[] = {MACH_SEND_ALWAYS,
	    MACH_SEND_KERNEL, MACH_SEND_IMPORTANCE, 0x00c10000};
	struct message message;

	world_set_qlimit(bob, inbox, 0);
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		struct thread *thread = world_thread(alice);

		message_init(&message, to_bob, COPY_SEND, MACH_PORT_NULL, 0);
		EXPECT(thread_send(
		           thread, &message, options[i] | MACH_SEND_TIMEOUT, 0),
		    MACH_SEND_TIMED_OUT);
	}
}

/* Size: 5.4, 11.3. */

TEST(scenario_4_the_least_buffer_for_the_least_message)
{
	EXPECT(world_send_empty(alice, to_bob), MACH_MSG_SUCCESS);
	EXPECT(receive(inbox, MACH_RCV_TIMEOUT, 32), MACH_MSG_SUCCESS);
	EXPECT(world_send_empty(alice, to_bob), MACH_MSG_SUCCESS);
	EXPECT(receive(inbox, MACH_RCV_TIMEOUT, 31), MACH_RCV_TOO_LARGE);
}

TEST(scenario_6_waiting_for_a_message_without_taking_it)
{
	struct thread *thread = world_thread(bob);

	EXPECT(world_send_empty(alice, to_bob), MACH_MSG_SUCCESS);
	EXPECT(
	    thread_receive(thread, inbox, MACH_RCV_TIMEOUT | MACH_RCV_LARGE, 0),
	    MACH_RCV_TOO_LARGE);
	assert_int_equal(thread_got(thread).outcome, IPC_OUTCOME_SIZE);
	assert_int_equal(thread_got(thread).large_size, 24);
	assert_int_equal(world_status(bob, inbox).mps_seqno, 0);
	assert_int_equal(world_status(bob, inbox).mps_msgcount, 1);
	EXPECT(receive(inbox, MACH_RCV_TIMEOUT | MACH_RCV_LARGE, 24 + 8),
	    MACH_MSG_SUCCESS);
}

TEST(the_trailer_that_was_asked_for_counts_as_room)
{
	static const struct {
		int element;
		mach_msg_size_t bytes;
	} rows[] = {{0, 8}, {1, 12}, {2, 20}, {3, 52}, {4, 60}, {5, 68},
	    {6, 68}, {7, 68}, {8, 68}, {9, 68}, {15, 68}};
	struct thread *thread = world_thread(bob);

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		mach_msg_option_t option = MACH_RCV_TIMEOUT | MACH_RCV_LARGE |
		    MACH_RCV_TRAILER_ELEMENTS(rows[i].element) |
		    MACH_RCV_TRAILER_TYPE(i);
		mach_msg_max_trailer_t trailer;

		EXPECT(world_send_empty(alice, to_bob), MACH_MSG_SUCCESS);
		EXPECT(
		    thread_receive(thread, inbox, option, 23 + rows[i].bytes),
		    MACH_RCV_TOO_LARGE);
		EXPECT(
		    thread_receive(thread, inbox, option, 24 + rows[i].bytes),
		    MACH_MSG_SUCCESS);
		trailer = thread_got(thread).trailer;
		assert_int_equal(
		    thread_got(thread).trailer_bytes, rows[i].bytes);
		assert_int_equal(trailer.msgh_trailer_type, 0);
		assert_int_equal(trailer.msgh_trailer_size, rows[i].bytes);
		assert_int_equal(trailer.msgh_seqno, i);
	}
}

/* Messages: what passes unchanged. */

TEST(inline_data_arrives_as_it_was_sent)
{
	struct message message;
	uint8_t sent[500];
	uint8_t received[500];
	struct got got;

	for (size_t i = 0; i < sizeof(sent); i++)
		sent[i] = (uint8_t)(i * 7);
	message_init(&message, to_bob, COPY_SEND, MACH_PORT_NULL, 0);
	message_header(&message)->msgh_id = -12345;
	message_add_data(&message, sent, sizeof(sent));
	EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
	got = world_receive(bob, inbox);
	assert_int_equal(got.header.msgh_size, 24 + sizeof(sent));
	assert_int_equal(got.header.msgh_id, -12345);
	got_bytes(&got, 24, received, sizeof(received));
	assert_memory_equal(sent, received, sizeof(sent));
}

TEST(a_task_may_send_to_itself)
{
	EXPECT(world_send_id(bob, inbox, MAKE_SEND, 3), MACH_MSG_SUCCESS);
	EXPECT(world_send_id(bob, inbox, MAKE_SEND_ONCE, 4), MACH_MSG_SUCCESS);
	world_expect_id(bob, inbox, 3);
	world_expect_id(bob, inbox, 4);
}

TEST(a_request_and_its_reply)
{
	mach_port_name_t reply = world_port(alice);
	struct message message;
	struct got got;

	message_init(&message, to_bob, COPY_SEND, reply, MAKE_SEND_ONCE);
	EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
	got = world_receive(bob, inbox);
	EXPECT(world_send_id(bob, got.header.msgh_remote_port,
	           MACH_MSGH_BITS_REMOTE(got.header.msgh_bits), 101),
	    MACH_MSG_SUCCESS);
	assert_false(world_has(bob, got.header.msgh_remote_port));
	world_expect_id(alice, reply, 101);
	assert_int_equal(world_status(alice, reply).mps_sorights, 0);
}

/* Kernel objects: 10, step 2. */

struct served {
	struct ipc_kobject object;
	unsigned count;
	mach_msg_id_t id;
	kern_return_t answer;
};

static void
serve(struct ipc_kobject *object, struct ipc_kmsg *request)
{
	struct served *served = CONTAINER_OF(object, struct served, object);
	mach_msg_header_t header;

	memcpy(&header, request->bytes, sizeof(header));
	served->count++;
	served->id = header.msgh_id;
	ipc_kobject_reply_error(request, served->answer);
}

static mach_port_name_t
serve_to_alice(struct served *served)
{
	mach_port_name_t name = MACH_PORT_NULL;

	*served = (struct served){.count = 0};
	assert_true(ipc_kobject_init(&served->object, IPC_KOBJECT_TASK, serve));
	EXPECT(ipc_right_copyout(alice, ipc_kobject_make_send(&served->object),
	           MACH_MSG_TYPE_PORT_SEND, &name),
	    KERN_SUCCESS);
	return name;
}

TEST(a_kernel_object_is_served_at_once_whatever_the_limit)
{
	struct served served;
	mach_port_name_t name = serve_to_alice(&served);

	for (unsigned i = 1; i <= 10; i++) {
		EXPECT(world_send_id(alice, name, COPY_SEND, 3200),
		    MACH_MSG_SUCCESS);
		assert_int_equal(served.count, i);
		assert_int_equal(served.id, 3200);
	}
	ipc_kobject_deinit(&served.object);
	assert_int_equal(world_type(alice, name), MACH_PORT_TYPE_DEAD_NAME);
}

TEST(an_error_reply_of_a_kernel_object)
{
	struct served served;
	mach_port_name_t name = serve_to_alice(&served);
	mach_port_name_t reply = world_port(alice);
	const security_token_t kernel = KERNEL_SECURITY_TOKEN_VALUE;
	struct message message;
	struct got got;
	kern_return_t code;

	served.answer = KERN_INVALID_ARGUMENT;
	world_set_qlimit(alice, reply, 0); /* ignored */
	message_init(&message, name, COPY_SEND, reply, MAKE_SEND_ONCE);
	message_header(&message)->msgh_id = 3201;
	EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
	got = world_receive(alice, reply);
	assert_int_equal(got.code, MACH_MSG_SUCCESS);
	assert_int_equal(got.header.msgh_id, 3301);
	assert_int_equal(got.header.msgh_bits, 0x1200);
	assert_int_equal(got.header.msgh_size, 36);
	got_bytes(&got, 32, &code, sizeof(code));
	assert_int_equal(code, KERN_INVALID_ARGUMENT);
	assert_memory_equal(&got.trailer.msgh_sender, &kernel, sizeof(kernel));
	world_expect_empty(alice, reply);
	ipc_kobject_deinit(&served.object);
}

TEST(a_request_without_answer_gives_the_reply_right_back)
{
	struct served served;
	mach_port_name_t name = serve_to_alice(&served);
	mach_port_name_t reply = world_port(alice);
	struct message message;

	served.answer = -305; /* MIG_NO_REPLY */
	message_init(&message, name, COPY_SEND, reply, MAKE_SEND_ONCE);
	message_add_port(&message, reply, MAKE_SEND);
	EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
	world_expect_notice(alice, reply, MACH_NOTIFY_SEND_ONCE, 0);
	assert_false(world_status(alice, reply).mps_srights);
	ipc_kobject_deinit(&served.object);
}

TEST(a_kernel_object_is_found_by_a_send_right_of_its_type)
{
	struct served served;
	mach_port_name_t name = serve_to_alice(&served);

	assert_ptr_equal(
	    ipc_kobject_find(alice, name, IPC_KOBJECT_TASK), &served.object);
	assert_null(ipc_kobject_find(alice, name, IPC_KOBJECT_HOST));
	assert_null(ipc_kobject_find(alice, to_bob, IPC_KOBJECT_TASK));
	assert_null(ipc_kobject_find(bob, inbox, IPC_KOBJECT_TASK));
	assert_null(ipc_kobject_find(alice, 0, IPC_KOBJECT_TASK));
	ipc_kobject_deinit(&served.object);
	ipc_kobject_deinit(&served.object); /* once is enough */
	assert_null(ipc_kobject_find(alice, name, IPC_KOBJECT_TASK));
	assert_ptr_equal(ipc_kobject_make_send(&served.object), IPC_PORT_DEAD);
}

TEST(a_kernel_object_always_has_room)
{
	struct served served;
	mach_port_name_t name = serve_to_alice(&served);
	mach_port_name_t notify = world_port(alice);

	(void)world_request(alice, name, MACH_NOTIFY_SEND_POSSIBLE, 1, notify);
	world_expect_notice(alice, notify, MACH_NOTIFY_SEND_POSSIBLE, name);
	ipc_kobject_deinit(&served.object);
}

TEST(a_receive_right_sent_to_a_kernel_object_dies_there)
{
	struct served served;
	mach_port_name_t name = serve_to_alice(&served);
	struct message message;

	message_init(&message, name, COPY_SEND, MACH_PORT_NULL, 0);
	message_add_port(&message, world_port(alice), MOVE_RECEIVE);
	EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
	assert_int_equal(served.count, 1);
	assert_int_equal(alice->used, 2);
	ipc_kobject_deinit(&served.object);
}

TEST(the_reply_right_of_a_request_may_be_for_a_kernel_object)
{
	struct served served;
	mach_port_name_t name = serve_to_alice(&served);
	struct message message;

	message_init(&message, name, COPY_SEND, name, COPY_SEND);
	EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
	assert_int_equal(served.count, 1); /* the reply is not served */
	ipc_kobject_deinit(&served.object);
}

TEST(the_reply_right_of_a_request_may_be_dead)
{
	struct served served;
	mach_port_name_t name = serve_to_alice(&served);
	mach_port_name_t dead = world_dead_name(alice);
	struct message message;

	message_init(&message, name, COPY_SEND, dead, COPY_SEND);
	EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
	assert_int_equal(served.count, 1);
	ipc_kobject_deinit(&served.object);
}

TEST(a_reply_of_a_kernel_object_beyond_65534_is_dropped)
{
	struct served served;
	mach_port_name_t name = serve_to_alice(&served);
	mach_port_name_t reply = world_port(alice);
	struct message message;

	message_init(&message, reply, MAKE_SEND_ONCE, MACH_PORT_NULL, 0);
	for (int i = 0; i < IPC_QUEUE_MAX; i++)
		assert_int_equal(world_send_unchecked(alice, &message), 0);
	message_init(&message, name, COPY_SEND, reply, MAKE_SEND);
	EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
	assert_int_equal(
	    world_status(alice, reply).mps_msgcount, IPC_QUEUE_MAX);
	assert_false(world_status(alice, reply).mps_srights);
	ipc_kobject_deinit(&served.object);
}

TEST(a_reply_that_the_sender_cannot_pay_for_is_not_made)
{
	struct served served;
	mach_port_name_t name = serve_to_alice(&served);
	mach_port_name_t reply = world_port(alice);
	struct ipc_account *account = alice->account;
	struct message message;

	/* One that is paid for, to make the notification's memory. */
	message_init(&message, name, COPY_SEND, reply, MAKE_SEND_ONCE);
	EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
	(void)world_receive(alice, reply);

	/* A bare header costs less than the answer to it. */
	account->limits.bytes = account->used.bytes;
	while (world_send(alice, &message) != MACH_MSG_SUCCESS)
		account->limits.bytes++;
	world_expect_notice(alice, reply, MACH_NOTIFY_SEND_ONCE, 0);
	ipc_kobject_deinit(&served.object);
}

/* It answers with a bare header, and loses a port before if it is told to. */
static mach_port_name_t lost;

static void
serve_bare(struct ipc_kobject *object, struct ipc_kmsg *request)
{
	struct ipc_kmsg *reply =
	    ipc_kobject_reply_new(request, sizeof(mach_msg_header_t), 0, 0);

	(void)object;
	assert_non_null(reply);
	reply->size = sizeof(mach_msg_header_t);
	memset(reply->bytes, 0, sizeof(mach_msg_header_t));
	if (lost)
		assert_int_equal(ipc_mach_port_destroy(alice, lost), 0);
	ipc_kobject_reply(request, reply);
}

TEST(a_reply_over_no_reply_right_is_destroyed)
{
	struct served served;
	mach_port_name_t name = serve_to_alice(&served);
	const mach_port_name_t replies[] = {MACH_PORT_NULL, MACH_PORT_DEAD};
	struct message message;

	lost = MACH_PORT_NULL;
	served.object.serve = serve_bare;
	for (int i = 0; i < 2; i++) {
		message_init(&message, name, COPY_SEND, replies[i], COPY_SEND);
		EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
	}
	ipc_kobject_deinit(&served.object);
}

TEST(a_reply_to_a_port_that_the_request_destroyed_is_destroyed)
{
	struct served served;
	mach_port_name_t name = serve_to_alice(&served);
	struct message message;

	lost = world_port(alice);
	served.object.serve = serve_bare;
	message_init(&message, name, COPY_SEND, lost, MAKE_SEND);
	EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
	assert_false(world_has(alice, lost));
	ipc_kobject_deinit(&served.object);
}

static void
serve_nothing(struct ipc_kobject *object, struct ipc_kmsg *request)
{
	(void)object;
	ipc_kobject_reply(request, NULL);
}

TEST(a_request_that_is_not_replied_to_goes_with_its_rights)
{
	struct served served;
	mach_port_name_t name = serve_to_alice(&served);
	mach_port_name_t reply = world_port(alice);
	struct message message;

	served.object.serve = serve_nothing;
	message_init(&message, name, COPY_SEND, reply, MAKE_SEND_ONCE);
	EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
	world_expect_notice(alice, reply, MACH_NOTIFY_SEND_ONCE, 0);
	ipc_kobject_deinit(&served.object);
}

#define HERE(test) CASE_AFTER(setup, test)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    HERE(one_receives_on_receive_rights_and_sets_only),
	    HERE(another_tasks_name_for_a_receive_right_is_no_name),
	    HERE(a_receive_without_timeout_waits),
	    HERE(a_receive_with_a_timeout_waits_until_it_is_over),
	    HERE(the_timeout_counts_only_with_its_option),
	    HERE(a_send_with_a_timeout_waits_until_it_is_over),
	    HERE(options_without_meaning_change_nothing),
	    HERE(no_option_of_a_task_passes_the_queue_limit),
	    HERE(scenario_4_the_least_buffer_for_the_least_message),
	    HERE(scenario_6_waiting_for_a_message_without_taking_it),
	    HERE(the_trailer_that_was_asked_for_counts_as_room),
	    HERE(inline_data_arrives_as_it_was_sent),
	    HERE(a_task_may_send_to_itself),
	    HERE(a_request_and_its_reply),
	    HERE(a_kernel_object_is_served_at_once_whatever_the_limit),
	    HERE(an_error_reply_of_a_kernel_object),
	    HERE(a_request_without_answer_gives_the_reply_right_back),
	    HERE(a_request_that_is_not_replied_to_goes_with_its_rights),
	    HERE(a_kernel_object_is_found_by_a_send_right_of_its_type),
	    HERE(a_kernel_object_always_has_room),
	    HERE(a_receive_right_sent_to_a_kernel_object_dies_there),
	    HERE(the_reply_right_of_a_request_may_be_for_a_kernel_object),
	    HERE(the_reply_right_of_a_request_may_be_dead),
	    HERE(a_reply_of_a_kernel_object_beyond_65534_is_dropped),
	    HERE(a_reply_that_the_sender_cannot_pay_for_is_not_made),
	    HERE(a_reply_over_no_reply_right_is_destroyed),
	    HERE(a_reply_to_a_port_that_the_request_destroyed_is_destroyed),
	};

	return RUN("ipc_mach_msg", tests);
}
