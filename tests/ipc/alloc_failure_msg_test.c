/* Sends, receives and ends without memory. */
#include "ipc_kobject.h"
#include "ipc_port.h"
#include "ipc_right.h"
#include "shortage.h"

/* Sends. */

static struct message message;

static int
send_message(void)
{
	return thread_send(scene.thread, &message, MACH_SEND_TIMEOUT, 0);
}

static void
to_inbox(void)
{
	message_init(&message, scene.to_bob, COPY_SEND, MACH_PORT_NULL, 0);
}

static void
with_every_reply_right(mach_msg_type_name_t disposition, mach_port_name_t reply)
{
	message_init(&message, scene.to_bob, COPY_SEND, reply, disposition);
}

static void
with_made_send(void)
{
	with_every_reply_right(MAKE_SEND, scene.port);
}

static void
with_made_send_once(void)
{
	with_every_reply_right(MAKE_SEND_ONCE, scene.port);
}

static void
with_moved_send_once(void)
{
	with_every_reply_right(MOVE_SEND_ONCE, scene.once);
}

static void
to_oneself_over_a_made_send_once_right(void)
{
	message_init(
	    &message, scene.port, MAKE_SEND_ONCE, scene.port, MAKE_SEND_ONCE);
}

static void
to_another_over_a_made_send_once_right(void)
{
	message_init(
	    &message, scene.other, MAKE_SEND_ONCE, scene.port, MAKE_SEND_ONCE);
}

static void
to_a_made_send_once_right(void)
{
	message_init(&message, scene.port, MAKE_SEND_ONCE, MACH_PORT_NULL, 0);
}

#define NO_BUFFER                                                              \
	{                                                                      \
		MACH_SEND_NO_BUFFER                                            \
	}

TEST(sending_a_header)
{
	TRY(.prepare = to_inbox, .run = send_message, .shortages = NO_BUFFER);
	TRY(.prepare = with_made_send, .run = send_message,
	    .shortages = NO_BUFFER);
	TRY(.prepare = with_made_send_once, .run = send_message,
	    .shortages = NO_BUFFER);
	TRY(.prepare = with_moved_send_once, .run = send_message,
	    .shortages = NO_BUFFER);
	TRY(.prepare = to_oneself_over_a_made_send_once_right,
	    .run = send_message, .shortages = NO_BUFFER);
	TRY(.prepare = to_another_over_a_made_send_once_right,
	    .run = send_message, .shortages = NO_BUFFER);
	TRY(.prepare = to_a_made_send_once_right, .run = send_message,
	    .shortages = NO_BUFFER);
}

static void
with_a_bit_of_everything(void)
{
	static mach_port_name_t names[2];

	names[0] = scene.to_bob;
	names[1] = scene.to_carol;
	to_inbox();
	message_add_port(&message, scene.port, MAKE_SEND_ONCE);
	message_add_ool(&message, "memory", 6, MACH_MSG_VIRTUAL_COPY);
	message_add_port(&message, scene.port, MAKE_SEND);
	message_add_ports(&message, names, 2, COPY_SEND);
	message_add_port(&message, scene.once, MOVE_SEND_ONCE);
	message_add_guarded(&message, scene.other, 0,
	    MACH_MSG_GUARD_FLAGS_UNGUARDED_ON_SEND |
	        MACH_MSG_GUARD_FLAGS_IMMOVABLE_RECEIVE);
	message_add_port(&message, scene.port, MOVE_RECEIVE);
}

static void
with_many_made_rights(void)
{
	static mach_port_name_t names[20];

	for (int i = 0; i < 20; i++)
		names[i] = i % 2 ? scene.port : scene.other;
	to_inbox();
	message_add_ports(&message, names, 20, MAKE_SEND_ONCE);
}

/* A failure in the body takes what came before it: messages.md 9.4. */
#define NO_RIGHTS                                                              \
	{                                                                      \
		MACH_SEND_NO_BUFFER, MACH_MSG_IPC_KERNEL, MACH_MSG_VM_KERNEL   \
	}

TEST(sending_a_body)
{
	TRY(.prepare = with_a_bit_of_everything, .run = send_message,
	    .shortages = NO_RIGHTS, .loses = true);
	TRY(.prepare = with_many_made_rights, .run = send_message,
	    .shortages = NO_RIGHTS, .loses = true);
}

static unsigned files_freed;
static unsigned placed_files;

static void
with_a_region_in_a_file(void)
{
	with_a_bit_of_everything();
	message_place(&message, 1);
	placed_files = 1;
}

static int
send_file(void)
{
	struct ipc_msg_args args = {
	    .option = MACH_SEND_MSG | MACH_SEND_TIMEOUT};
	struct ipc_kmsg_source source = {
	    .size = message.size, .unreadable = UINT32_MAX};
	mach_msg_return_t mr;
	uint32_t taken;

	files_freed = 0;
	source.memory = message_file(&message, WORLD_PAGE, &files_freed);
	source.placed = message_placed(&message, WORLD_PAGE, &files_freed);
	mr = ipc_mach_msg_send(
	    alice, &args, &source, &scene.thread->waiter, &taken);
	assert_int_equal(
	    files_freed, mr == MACH_MSG_SUCCESS ? 0 : 1 + placed_files);
	return mr;
}

TEST(sending_a_file)
{
	TRY(.prepare = to_inbox, .run = send_file, .shortages = NO_BUFFER);
	TRY(.prepare = with_made_send_once, .run = send_file,
	    .shortages = NO_BUFFER);
	TRY(.prepare = with_a_bit_of_everything, .run = send_file,
	    .shortages = NO_RIGHTS, .loses = true);
	TRY(.prepare = with_a_region_in_a_file, .run = send_file,
	    .shortages = NO_RIGHTS, .loses = true);
	placed_files = 0;
}

static int
send_accepted(void)
{
	return thread_send(
	    scene.thread, &message, MACH_SEND_NOTIFY, scene.other);
}

static void
to_full_inbox(void)
{
	world_set_qlimit(bob, scene.inbox, 0);
	to_inbox();
}

TEST(sending_beyond_the_limit)
{
	/* When the request cannot be made the message comes back. */
	TRY(.prepare = to_full_inbox, .run = send_accepted,
	    .code = MACH_SEND_WILL_NOTIFY,
	    .shortages = {MACH_SEND_NO_BUFFER, MACH_SEND_NO_NOTIFY},
	    .loses = true);
}

/* Messages that come back, and messages that arrive. */

static void
everything_to_full_inbox(void)
{
	world_set_qlimit(bob, scene.inbox, 0);
	with_a_bit_of_everything();
	message_header(&message)->msgh_bits |=
	    MACH_MSGH_BITS(0, MAKE_SEND_ONCE);
	message_header(&message)->msgh_local_port = scene.port;
	EXPECT(
	    thread_send(scene.thread, &message, 0, 0), MACH_SEND_IN_PROGRESS);
	scene_use_up_table();
}

static int
time_out(void)
{
	ipc_waiter_cancel(&scene.thread->waiter, false);
	return scene.thread->waiter.result;
}

TEST(giving_a_message_back)
{
	TRY(.prepare = everything_to_full_inbox, .run = time_out,
	    .code = MACH_SEND_TIMED_OUT,
	    .shortages = {MACH_SEND_TIMED_OUT | MACH_MSG_IPC_KERNEL},
	    .loses = true);
}

static void
everything_in_inbox(void)
{
	with_a_bit_of_everything();
	EXPECT(thread_send(scene.thread, &message, 0, 0), MACH_MSG_SUCCESS);
	scene_use_up_bobs_table();
}

static void
reply_right_in_inbox(void)
{
	with_made_send_once();
	EXPECT(thread_send(scene.thread, &message, 0, 0), MACH_MSG_SUCCESS);
	scene_use_up_bobs_table();
}

static int
receive(void)
{
	return thread_receive(
	    scene.receiver, scene.inbox, POLL | MACH_RCV_GUARDED_DESC, ROOMY);
}

static int
receive_too_large(void)
{
	return thread_receive(
	    scene.receiver, scene.inbox, MACH_RCV_TIMEOUT, 24);
}

TEST(receiving)
{
	TRY(.prepare = everything_in_inbox, .run = receive,
	    .shortages = {MACH_RCV_BODY_ERROR | MACH_MSG_IPC_KERNEL},
	    .loses = true);
	TRY(.prepare = reply_right_in_inbox, .run = receive,
	    .shortages = {MACH_RCV_HEADER_ERROR | MACH_MSG_IPC_KERNEL},
	    .loses = true);
}

/* Answers of the kernel. */

static struct ipc_kobject object;
static mach_port_name_t to_object; /* alice's */
static mach_port_name_t answer_to; /* alice's */

static void
serve(struct ipc_kobject *served, struct ipc_kmsg *request_message)
{
	(void)served;
	ipc_kobject_reply_error(request_message, KERN_INVALID_VALUE);
}

static void
ask_object(void)
{
	assert_true(ipc_kobject_init(&object, IPC_KOBJECT_TASK, serve));
	EXPECT(ipc_right_copyout(alice, ipc_kobject_make_send(&object),
	           MACH_MSG_TYPE_PORT_SEND, &to_object),
	    KERN_SUCCESS);
	answer_to = world_port(alice);
	message_init(&message, to_object, COPY_SEND, answer_to, MAKE_SEND_ONCE);
}

/* It is answered, or its reply right tells that it will not be. */
static int
call_object(void)
{
	mach_msg_return_t mr = thread_send(scene.thread, &message, 0, 0);
	uint32_t expected = mr == MACH_MSG_SUCCESS;

	assert_int_equal(world_lookup(alice, answer_to)->msgcount, expected);
	ipc_kobject_deinit(&object);
	return mr;
}

TEST(answers_of_kernel_objects)
{
	TRY(.prepare = ask_object, .run = call_object, .shortages = NO_BUFFER,
	    .loses = true);
}

/* What must never need memory. */

static int
kill_alice(void)
{
	world_kill(&alice);
	return KERN_SUCCESS;
}

static int
destroy_port(void)
{
	return ipc_mach_port_destroy(alice, scene.port);
}

static int
destroy_inbox(void)
{
	return ipc_mach_port_destroy(bob, scene.inbox);
}

static int
deallocate_once(void)
{
	return ipc_mach_port_deallocate(alice, scene.once);
}

static int
release_send(void)
{
	return ipc_mach_port_mod_refs(alice, scene.to_bob, SEND, -1);
}

static void
everything_is_watched(void)
{
	scene_have_requests();
	(void)world_request(
	    alice, scene.port, MACH_NOTIFY_PORT_DESTROYED, 0, scene.other);
	(void)world_request(
	    alice, scene.once, MACH_NOTIFY_DEAD_NAME, 0, scene.other);
	world_make_send(alice, scene.port);
	EXPECT(ipc_mach_port_insert_member(alice, scene.port, scene.set), 0);
	everything_in_inbox();
}

static void
requests_are_watched(void)
{
	scene_have_requests();
	(void)world_request(
	    alice, scene.port, MACH_NOTIFY_PORT_DESTROYED, 0, scene.other);
	(void)world_request(
	    alice, scene.once, MACH_NOTIFY_DEAD_NAME, 0, scene.other);
	world_make_send(alice, scene.port);
}

TEST(ends_and_their_notifications_need_no_memory)
{
	TRY(.prepare = everything_is_watched, .run = kill_alice,
	    .frugal = true);
	TRY(.prepare = everything_is_watched, .run = destroy_inbox,
	    .frugal = true);
	TRY(.prepare = requests_are_watched, .run = destroy_port,
	    .frugal = true);
	TRY(.prepare = requests_are_watched, .run = deallocate_once,
	    .frugal = true);
	TRY(.prepare = requests_are_watched, .run = release_send,
	    .frugal = true);
	TRY(.prepare = everything_in_inbox, .run = receive_too_large,
	    .code = MACH_RCV_TOO_LARGE, .frugal = true);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sending_a_header),
	    cmocka_unit_test(sending_a_body),
	    cmocka_unit_test(sending_a_file),
	    cmocka_unit_test(sending_beyond_the_limit),
	    cmocka_unit_test(giving_a_message_back),
	    cmocka_unit_test(receiving),
	    cmocka_unit_test(answers_of_kernel_objects),
	    cmocka_unit_test(ends_and_their_notifications_need_no_memory),
	};

	return RUN("alloc_failure_msg", tests);
}
