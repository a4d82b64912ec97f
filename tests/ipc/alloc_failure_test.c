/*
 * Each operation with its first allocation failing, then its second, and so on
 * until it gets through. Whatever fails, the world adds up, the code is one that
 * is documented for a shortage, and what must not change has not.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base_alloc.h"
#include "ipc_kobject.h"
#include "ipc_port.h"
#include "ipc_right.h"
#include "snapshot.h"
#include "world.h"

/* What the operations have to work with. */
static mach_port_name_t inbox;    /* bob's receive right */
static mach_port_name_t to_bob;   /* alice's send right for it */
static mach_port_name_t port;     /* alice's receive right */
static mach_port_name_t other;    /* alice's receive right */
static mach_port_name_t set;      /* alice's */
static mach_port_name_t once;     /* alice's, for carol's port */
static mach_port_name_t to_carol; /* alice's send right for that port */
static mach_port_name_t carols;   /* the port */
static struct thread *thread;     /* alice's */
static struct thread *receiver;   /* bob's */

static void
prepare(void)
{
	inbox = world_port(bob);
	to_bob = world_give(bob, inbox, MAKE_SEND, alice);
	port = world_port(alice);
	other = world_port(alice);
	set = world_set(alice);
	carols = world_port(carol);
	once = world_give(carol, carols, MAKE_SEND_ONCE, alice);
	to_carol = world_give(carol, carols, MAKE_SEND, alice);
	thread = world_thread(alice);
	receiver = world_thread(bob);
}

/* One operation. */
struct operation {
	void (*prepare)(void); /* more than the above, or NULL */
	int (*run)(void);
	int code;         /* when it gets through */
	int shortages[3]; /* what else it may return; 0 ends the list */
	bool loses;       /* what it had taken may be gone after a failure */
};

static bool
is_shortage(const struct operation *operation, int code)
{
	for (int i = 0; i < 3 && operation->shortages[i] != 0; i++)
		if (operation->shortages[i] == code)
			return true;
	return false;
}

/* True if it got through. */
static bool
try(const struct operation *operation, uint64_t failing)
{
	char *before;
	char *after;
	int code;
	bool failed;

	world_begin();
	prepare();
	if (operation->prepare)
		operation->prepare();
	before = snapshot_take();
	base_alloc_fail_at(failing);
	code = operation->run();
	failed = base_alloc_has_failed();
	base_alloc_fail_at(0);
	ipc_check();
	after = snapshot_take();
	if (code == operation->code) {
		/* Fine, and if it did without that memory, finer. */
	} else if (!failed || !is_shortage(operation, code)) {
		fail_msg("allocation %llu: 0x%x", (unsigned long long)failing,
		    (unsigned)code);
	} else if (!operation->loses && strcmp(before, after) != 0) {
		(void)fprintf(stderr, "%s\n%s\n", before, after);
		fail_msg("allocation %llu changed something",
		    (unsigned long long)failing);
	}
	free(before);
	free(after);
	world_end();
	return !failed;
}

static void
try_all(const struct operation *operation)
{
	uint64_t failing = 1;

	while (!try(operation, failing)) {
		failing++;
		assert_true(failing < 200);
	}
}

#define NO_MEMORY                                                              \
	{                                                                      \
		KERN_RESOURCE_SHORTAGE                                         \
	}

/* An operation that may fail, changing nothing. */
#define TRY(...)                                                               \
	do {                                                                   \
		static const struct operation operation = {__VA_ARGS__};       \
		try_all(&operation);                                           \
	} while (0)

/* Names. */

static mach_port_name_t new_name;

static int
allocate_receive(void)
{
	return ipc_mach_port_allocate(alice, RECEIVE, &new_name);
}

static int
allocate_set(void)
{
	return ipc_mach_port_allocate(alice, PORT_SET, &new_name);
}

static int
allocate_dead_name(void)
{
	return ipc_mach_port_allocate(alice, DEAD_NAME, &new_name);
}

static int
allocate_far_name(void)
{
	return ipc_mach_port_allocate_name(alice, RECEIVE, 0x1234503);
}

/* Until the next name needs another chunk. */
static void
use_up_chunk(void)
{
	while (alice->next_index % IPC_CHUNK_ENTRIES != 0)
		(void)world_dead_name(alice);
}

TEST(allocating_a_name)
{
	TRY(.run = allocate_receive, .shortages = NO_MEMORY);
	TRY(.run = allocate_set, .shortages = NO_MEMORY);
	TRY(.run = allocate_dead_name, .shortages = NO_MEMORY);
	TRY(.run = allocate_far_name, .shortages = NO_MEMORY);
}

TEST(allocating_a_name_when_the_table_must_grow)
{
	TRY(.prepare = use_up_chunk, .run = allocate_receive,
	    .shortages = NO_MEMORY);
	TRY(.prepare = use_up_chunk, .run = allocate_set,
	    .shortages = NO_MEMORY);
}

static int
list_names(void)
{
	mach_port_name_t *names;
	mach_port_type_t *types;
	uint32_t count;
	kern_return_t kr = ipc_mach_port_names(alice, &names, &types, &count);

	if (kr == KERN_SUCCESS) {
		base_free(names);
		base_free(types);
	}
	return kr;
}

static int
list_members(void)
{
	mach_port_name_t *names;
	uint32_t count;
	kern_return_t kr =
	    ipc_mach_port_get_set_status(alice, set, &names, &count);

	if (kr == KERN_SUCCESS)
		base_free(names);
	return kr;
}

static int
insert_member(void)
{
	return ipc_mach_port_insert_member(alice, port, set);
}

static int
move_member(void)
{
	return ipc_mach_port_move_member(alice, port, set);
}

static void
fill_set(void)
{
	EXPECT(ipc_mach_port_insert_member(alice, port, set), 0);
	EXPECT(ipc_mach_port_insert_member(alice, other, set), 0);
}

static void
join_another_set(void)
{
	EXPECT(ipc_mach_port_insert_member(alice, port, world_set(alice)), 0);
}

TEST(listing_names_and_members)
{
	TRY(.run = list_names, .shortages = NO_MEMORY);
	TRY(.prepare = fill_set, .run = list_members, .shortages = NO_MEMORY);
}

TEST(joining_a_set)
{
	TRY(.run = insert_member, .shortages = NO_MEMORY);
	TRY(.run = move_member, .shortages = NO_MEMORY);
	TRY(.prepare = join_another_set, .run = move_member,
	    .shortages = NO_MEMORY);
}

/* Rights. */

static int
insert(mach_port_name_t right, mach_msg_type_name_t disposition)
{
	return ipc_mach_port_insert_right(
	    carol, 0x77703, alice, right, disposition);
}

static int
insert_made_send(void)
{
	return insert(port, MAKE_SEND);
}

static int
insert_made_send_once(void)
{
	return insert(port, MAKE_SEND_ONCE);
}

static int
insert_copied_send(void)
{
	return insert(to_bob, COPY_SEND);
}

static int
insert_moved_send(void)
{
	return insert(to_bob, MOVE_SEND);
}

static int
insert_moved_send_once(void)
{
	return insert(once, MOVE_SEND_ONCE);
}

static int
insert_moved_receive(void)
{
	return insert(port, MOVE_RECEIVE);
}

static int
insert_own_send(void)
{
	return ipc_mach_port_insert_right(alice, port, alice, port, MAKE_SEND);
}

/* What was taken is destroyed when it cannot be given: ports.md 10.22. */
TEST(inserting_a_right)
{
	TRY(.run = insert_own_send, .shortages = NO_MEMORY);
	TRY(.run = insert_made_send, .shortages = NO_MEMORY, .loses = true);
	TRY(.run = insert_made_send_once, .shortages = NO_MEMORY,
	    .loses = true);
	TRY(.run = insert_copied_send, .shortages = NO_MEMORY, .loses = true);
	TRY(.run = insert_moved_send, .shortages = NO_MEMORY, .loses = true);
	TRY(.run = insert_moved_send_once, .shortages = NO_MEMORY,
	    .loses = true);
	TRY(.run = insert_moved_receive, .shortages = NO_MEMORY, .loses = true);
}

static int
extract(mach_port_name_t name, mach_msg_type_name_t disposition)
{
	mach_msg_type_name_t type;

	return ipc_mach_port_extract_right(
	    alice, name, disposition, bob, &new_name, &type);
}

static int
extract_made_send(void)
{
	return extract(port, MAKE_SEND);
}

static int
extract_made_send_once(void)
{
	return extract(port, MAKE_SEND_ONCE);
}

static int
extract_copied_send(void)
{
	return extract(to_carol, COPY_SEND);
}

static int
extract_moved_send(void)
{
	return extract(to_carol, MOVE_SEND);
}

static int
extract_moved_send_once(void)
{
	return extract(once, MOVE_SEND_ONCE);
}

static int
extract_moved_receive(void)
{
	return extract(port, MOVE_RECEIVE);
}

static void
use_up_bobs_chunk(void)
{
	while (bob->next_index % IPC_CHUNK_ENTRIES != 0)
		(void)world_dead_name(bob);
}

/* What was taken is destroyed when it cannot be given, as in a message. */
TEST(extracting_a_right)
{
	TRY(.run = extract_made_send, .shortages = NO_MEMORY, .loses = true);
	TRY(.run = extract_made_send_once, .shortages = NO_MEMORY,
	    .loses = true);
	TRY(.run = extract_copied_send, .shortages = NO_MEMORY, .loses = true);
	TRY(.run = extract_moved_send, .shortages = NO_MEMORY, .loses = true);
	TRY(.run = extract_moved_send_once, .shortages = NO_MEMORY,
	    .loses = true);
	TRY(.run = extract_moved_receive, .shortages = NO_MEMORY,
	    .loses = true);
}

TEST(extracting_a_right_when_the_table_must_grow)
{
	TRY(.prepare = use_up_bobs_chunk, .run = extract_made_send,
	    .shortages = NO_MEMORY, .loses = true);
	TRY(.prepare = use_up_bobs_chunk, .run = extract_made_send_once,
	    .shortages = NO_MEMORY, .loses = true);
	TRY(.prepare = use_up_bobs_chunk, .run = extract_moved_receive,
	    .shortages = NO_MEMORY, .loses = true);
}

/* Requests. What is given is destroyed on every error: notifications.md 2. */

static int
request(mach_port_name_t name, mach_msg_id_t id, mach_port_mscount_t sync)
{
	return ipc_mach_port_request_notification(
	    alice, name, id, sync, alice, other, MAKE_SEND_ONCE, &new_name);
}

static int
request_dead_name(void)
{
	return request(to_bob, MACH_NOTIFY_DEAD_NAME, 0);
}

static int
request_send_possible(void)
{
	return request(to_bob, MACH_NOTIFY_SEND_POSSIBLE, 0);
}

static int
request_send_possible_now(void)
{
	return request(to_bob, MACH_NOTIFY_SEND_POSSIBLE, 1);
}

static int
request_no_senders(void)
{
	return request(port, MACH_NOTIFY_NO_SENDERS, 1);
}

static int
request_no_senders_now(void)
{
	return request(port, MACH_NOTIFY_NO_SENDERS, 0);
}

static int
request_port_destroyed(void)
{
	return request(port, MACH_NOTIFY_PORT_DESTROYED, 0);
}

static void
have_requests(void)
{
	(void)world_request(alice, to_bob, MACH_NOTIFY_DEAD_NAME, 0, other);
	(void)world_request(alice, port, MACH_NOTIFY_NO_SENDERS, 1, other);
}

TEST(requesting_a_notification)
{
	TRY(.run = request_dead_name, .shortages = NO_MEMORY, .loses = true);
	TRY(.run = request_send_possible, .shortages = NO_MEMORY,
	    .loses = true);
	TRY(.run = request_send_possible_now, .shortages = NO_MEMORY,
	    .loses = true);
	TRY(.run = request_no_senders, .shortages = NO_MEMORY, .loses = true);
	TRY(.run = request_no_senders_now, .shortages = NO_MEMORY,
	    .loses = true);
	TRY(.run = request_port_destroyed, .shortages = NO_MEMORY,
	    .loses = true);
}

TEST(replacing_a_request)
{
	TRY(.prepare = have_requests, .run = request_dead_name,
	    .shortages = NO_MEMORY, .loses = true);
	TRY(.prepare = have_requests, .run = request_send_possible_now,
	    .shortages = NO_MEMORY, .loses = true);
	TRY(.prepare = have_requests, .run = request_no_senders,
	    .shortages = NO_MEMORY, .loses = true);
}

/* Sends. */

static struct message message;

static int
send_message(void)
{
	return thread_send(thread, &message, MACH_SEND_TIMEOUT, 0);
}

static void
to_inbox(void)
{
	message_init(&message, to_bob, COPY_SEND, MACH_PORT_NULL, 0);
}

static void
with_every_reply_right(mach_msg_type_name_t disposition, mach_port_name_t reply)
{
	message_init(&message, to_bob, COPY_SEND, reply, disposition);
}

static void
with_made_send(void)
{
	with_every_reply_right(MAKE_SEND, port);
}

static void
with_made_send_once(void)
{
	with_every_reply_right(MAKE_SEND_ONCE, port);
}

static void
with_moved_send_once(void)
{
	with_every_reply_right(MOVE_SEND_ONCE, once);
}

static void
to_oneself_over_a_made_send_once_right(void)
{
	message_init(&message, port, MAKE_SEND_ONCE, port, MAKE_SEND_ONCE);
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
}

static void
with_a_bit_of_everything(void)
{
	static mach_port_name_t names[2];

	names[0] = to_bob;
	names[1] = to_carol;
	to_inbox();
	message_add_port(&message, port, MAKE_SEND_ONCE);
	message_add_ool(&message, "memory", 6, MACH_MSG_VIRTUAL_COPY);
	message_add_port(&message, port, MAKE_SEND);
	message_add_ports(&message, names, 2, COPY_SEND);
	message_add_port(&message, once, MOVE_SEND_ONCE);
	message_add_guarded(&message, other, 0,
	    MACH_MSG_GUARD_FLAGS_UNGUARDED_ON_SEND |
	        MACH_MSG_GUARD_FLAGS_IMMOVABLE_RECEIVE);
	message_add_port(&message, port, MOVE_RECEIVE);
}

static void
with_many_made_rights(void)
{
	static mach_port_name_t names[20];

	for (int i = 0; i < 20; i++)
		names[i] = i % 2 ? port : other;
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
	mr = ipc_mach_msg_send(alice, &args, &source, &thread->waiter, &taken);
	assert_int_equal(files_freed, mr != MACH_MSG_SUCCESS);
	return mr;
}

TEST(sending_a_file)
{
	TRY(.prepare = to_inbox, .run = send_file, .shortages = NO_BUFFER);
	TRY(.prepare = with_made_send_once, .run = send_file,
	    .shortages = NO_BUFFER);
	TRY(.prepare = with_a_bit_of_everything, .run = send_file,
	    .shortages = NO_RIGHTS, .loses = true);
}

static int
send_accepted(void)
{
	return thread_send(thread, &message, MACH_SEND_NOTIFY, other);
}

static void
to_full_inbox(void)
{
	world_set_qlimit(bob, inbox, 0);
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
	world_set_qlimit(bob, inbox, 0);
	with_a_bit_of_everything();
	message_header(&message)->msgh_bits |=
	    MACH_MSGH_BITS(0, MAKE_SEND_ONCE);
	message_header(&message)->msgh_local_port = port;
	EXPECT(thread_send(thread, &message, 0, 0), MACH_SEND_IN_PROGRESS);
	use_up_chunk();
}

static int
time_out(void)
{
	ipc_waiter_cancel(&thread->waiter, false);
	return thread->waiter.result;
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
	EXPECT(thread_send(thread, &message, 0, 0), MACH_MSG_SUCCESS);
	use_up_bobs_chunk();
}

static void
reply_right_in_inbox(void)
{
	with_made_send_once();
	EXPECT(thread_send(thread, &message, 0, 0), MACH_MSG_SUCCESS);
	use_up_bobs_chunk();
}

static int
receive(void)
{
	return thread_receive(
	    receiver, inbox, POLL | MACH_RCV_GUARDED_DESC, ROOMY);
}

static int
receive_too_large(void)
{
	return thread_receive(receiver, inbox, MACH_RCV_TIMEOUT, 24);
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
	return ipc_mach_port_destroy(alice, port);
}

static int
destroy_inbox(void)
{
	return ipc_mach_port_destroy(bob, inbox);
}

static int
deallocate_once(void)
{
	return ipc_mach_port_deallocate(alice, once);
}

static int
release_send(void)
{
	return ipc_mach_port_mod_refs(alice, to_bob, SEND, -1);
}

static void
everything_is_watched(void)
{
	have_requests();
	(void)world_request(alice, port, MACH_NOTIFY_PORT_DESTROYED, 0, other);
	(void)world_request(alice, once, MACH_NOTIFY_DEAD_NAME, 0, other);
	world_make_send(alice, port);
	EXPECT(ipc_mach_port_insert_member(alice, port, set), 0);
	everything_in_inbox();
}

static void
requests_are_watched(void)
{
	have_requests();
	(void)world_request(alice, port, MACH_NOTIFY_PORT_DESTROYED, 0, other);
	(void)world_request(alice, once, MACH_NOTIFY_DEAD_NAME, 0, other);
	world_make_send(alice, port);
}

TEST(ends_and_their_notifications_need_no_memory)
{
	TRY(.prepare = everything_is_watched, .run = kill_alice);
	TRY(.prepare = everything_is_watched, .run = destroy_inbox);
	TRY(.prepare = requests_are_watched, .run = destroy_port);
	TRY(.prepare = requests_are_watched, .run = deallocate_once);
	TRY(.prepare = requests_are_watched, .run = release_send);
	TRY(.prepare = everything_in_inbox, .run = receive_too_large,
	    .code = MACH_RCV_TOO_LARGE);
}

/* The caller's own objects. */

static int
new_account(void)
{
	struct ipc_account *account =
	    ipc_account_new(world_user, &world_user->limits);

	(void)ipc_account_unref(account);
	return account ? KERN_SUCCESS : KERN_RESOURCE_SHORTAGE;
}

static int
new_identity(void)
{
	struct ipc_identity *identity = ipc_identity_new(
	    &alice->identity->security, &alice->identity->audit);

	if (!identity)
		return KERN_RESOURCE_SHORTAGE;
	(void)ipc_identity_unref(identity);
	return KERN_SUCCESS;
}

static int
new_space(void)
{
	struct ipc_space *space =
	    ipc_space_new(alice->account, alice->identity);

	if (!space)
		return KERN_RESOURCE_SHORTAGE;
	ipc_space_destroy(space);
	(void)ipc_space_unref(space);
	return KERN_SUCCESS;
}

static struct ipc_kobject object;
static mach_port_name_t to_object; /* alice's */
static mach_port_name_t answer_to; /* alice's */

static void
serve(struct ipc_kobject *served, struct ipc_kmsg *request_message)
{
	(void)served;
	ipc_kobject_reply_error(request_message, KERN_INVALID_VALUE);
}

static int
new_object(void)
{
	if (!ipc_kobject_init(&object, IPC_KOBJECT_TASK, serve))
		return KERN_RESOURCE_SHORTAGE;
	ipc_kobject_deinit(&object);
	return KERN_SUCCESS;
}

TEST(making_spaces_and_objects)
{
	TRY(.run = new_account, .shortages = NO_MEMORY);
	TRY(.run = new_identity, .shortages = NO_MEMORY);
	TRY(.run = new_space, .shortages = NO_MEMORY);
	TRY(.run = new_object, .shortages = NO_MEMORY);
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
	mach_msg_return_t mr = thread_send(thread, &message, 0, 0);
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

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(allocating_a_name),
	    cmocka_unit_test(allocating_a_name_when_the_table_must_grow),
	    cmocka_unit_test(listing_names_and_members),
	    cmocka_unit_test(joining_a_set),
	    cmocka_unit_test(inserting_a_right),
	    cmocka_unit_test(extracting_a_right),
	    cmocka_unit_test(extracting_a_right_when_the_table_must_grow),
	    cmocka_unit_test(requesting_a_notification),
	    cmocka_unit_test(replacing_a_request),
	    cmocka_unit_test(sending_a_header),
	    cmocka_unit_test(sending_a_body),
	    cmocka_unit_test(sending_a_file),
	    cmocka_unit_test(sending_beyond_the_limit),
	    cmocka_unit_test(giving_a_message_back),
	    cmocka_unit_test(receiving),
	    cmocka_unit_test(ends_and_their_notifications_need_no_memory),
	    cmocka_unit_test(making_spaces_and_objects),
	    cmocka_unit_test(answers_of_kernel_objects),
	};

	return RUN("alloc_failure", tests);
}
