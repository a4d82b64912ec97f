/* The world of the tests: tasks, threads, and what they are asked. */
#include "world.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base_alloc.h"
#include "base_assert.h"
#include "ipc_port.h"

struct ipc_space *alice;
struct ipc_space *bob;
struct ipc_space *carol;
struct ipc_account *world_user;

static struct list tasks;
static uint64_t live_before;
static unsigned task_count;
static const char *test_name = "?";

/* An assertion of the engine ends the program: say at least where. */
static void
on_abort(int number)
{
	static const char text[] = "# aborted in: ";

	(void)!write(STDERR_FILENO, text, sizeof(text) - 1);
	(void)!write(STDERR_FILENO, test_name, strlen(test_name));
	(void)!write(STDERR_FILENO, "\n", 1);
	(void)signal(number, SIG_DFL);
}

void
world_expect(
    int code, int expected, const char *call, const char *file, int line)
{
	ipc_check();
	if (code == expected)
		return;
	(void)fprintf(stderr, "%s:%d: %s is 0x%x, not 0x%x\n", file, line, call,
	    (unsigned)code, (unsigned)expected);
	_fail(file, line);
}

/* The nth task has uid and gid 1000 + n and pid 100 + n. */
static struct ipc_identity *
new_identity(unsigned n)
{
	security_token_t security = {{1000 + n, 1000 + n}};
	audit_token_t audit = {
	    {1000 + n, 1000 + n, 1000 + n, 1000 + n, 1000 + n, 100 + n, 1, n}};
	struct ipc_identity *identity = ipc_identity_new(&security, &audit);

	mp_assert(identity);
	return identity;
}

struct ipc_space *
world_new_task(void)
{
	static const struct ipc_charge plenty = {
	    1u << 20, 1u << 20, 1u << 30, 1u << 30};
	struct ipc_account *account = ipc_account_new(world_user, &plenty);
	struct ipc_identity *identity = new_identity(++task_count);
	struct task *task = calloc(1, sizeof(*task));

	mp_assert(account && task);
	task->space = ipc_space_new(account, identity);
	mp_assert(task->space);
	(void)ipc_account_unref(account);
	(void)ipc_identity_unref(identity);
	task->space->owner = task;
	list_init(&task->threads);
	list_push_back(&tasks, &task->link);
	return task->space;
}

void
world_begin(void)
{
	static const struct ipc_charge plenty = {
	    1u << 22, 1u << 22, 1u << 31, 1u << 31};

	live_before = base_alloc_live();
	list_init(&tasks);
	task_count = 0;
	ipc_init(WORLD_PAGE);
	world_user = ipc_account_new(NULL, &plenty);
	mp_assert(world_user);
	alice = world_new_task();
	bob = world_new_task();
	carol = world_new_task();
	ipc_check();
}

static void
kill_task(struct task *task)
{
	struct ipc_space *space = task->space;

	LIST_FOREACH_SAFE (node, &task->threads)
		thread_end_unchecked(CONTAINER_OF(node, struct thread, link));
	ipc_space_destroy(space);
	ipc_check();
	mp_assert(!space->active && space->used == 0);
	list_remove(&task->link);
	(void)ipc_space_free(space);
	free(task);
	ipc_check();
}

void
world_kill(struct ipc_space **task)
{
	kill_task((*task)->owner);
	*task = NULL;
}

void
world_end(void)
{
	LIST_FOREACH_SAFE (node, &tasks)
		kill_task(CONTAINER_OF(node, struct task, link));
	alice = NULL;
	bob = NULL;
	carol = NULL;
	mp_assert(world_user->refs == 1);
	mp_assert(world_user->used.names == 0);
	mp_assert(world_user->used.messages == 0);
	mp_assert(world_user->used.bytes == 0);
	world_user = ipc_account_unref(world_user);
	ipc_deinit();
	mp_assert(base_alloc_live() == live_before);
}

int
world_setup(void **state)
{
	test_name = *state;
	*state = NULL;
	(void)signal(SIGABRT, on_abort);
	world_begin();
	return 0;
}

int
world_teardown(void **state)
{
	(void)state;
	world_end();
	return 0;
}

/* Messages. */

static struct thread *
main_thread(struct ipc_space *space)
{
	struct task *task = space->owner;

	if (!task->main)
		task->main = world_thread(space);
	return task->main;
}

mach_msg_return_t
world_send(struct ipc_space *task, const struct message *message)
{
	return thread_send(
	    main_thread(task), message, MACH_SEND_TIMEOUT, MACH_PORT_NULL);
}

mach_msg_return_t
world_send_unchecked(struct ipc_space *task, const struct message *message)
{
	return thread_send_unchecked(main_thread(task), message);
}

struct got
world_sent(struct ipc_space *task)
{
	return thread_got(main_thread(task));
}

struct got
world_receive(struct ipc_space *task, mach_port_name_t name)
{
	struct thread *thread = main_thread(task);

	(void)thread_receive(thread, name, POLL, ROOMY);
	return thread_got(thread);
}

mach_msg_return_t
world_send_id(struct ipc_space *task, mach_port_name_t remote,
    mach_msg_type_name_t disposition, mach_msg_id_t id)
{
	struct message message;

	message_init(&message, remote, disposition, MACH_PORT_NULL, 0);
	message_header(&message)->msgh_id = id;
	return world_send(task, &message);
}

mach_msg_return_t
world_send_empty(struct ipc_space *task, mach_port_name_t remote)
{
	return world_send_id(task, remote, COPY_SEND, 0);
}

/* Rights. */

static mach_port_name_t
allocate(struct ipc_space *task, mach_port_right_t right)
{
	mach_port_name_t name = MACH_PORT_NULL;

	EXPECT(ipc_mach_port_allocate(task, right, &name), KERN_SUCCESS);
	return name;
}

mach_port_name_t
world_port(struct ipc_space *task)
{
	return allocate(task, RECEIVE);
}

mach_port_name_t
world_set(struct ipc_space *task)
{
	return allocate(task, PORT_SET);
}

mach_port_name_t
world_dead_name(struct ipc_space *task)
{
	return allocate(task, DEAD_NAME);
}

mach_port_name_t
world_absent(struct ipc_space *task)
{
	return MACH_PORT_MAKE(task->next_index + 7, 0x03000000u);
}

mach_port_name_t
world_give(struct ipc_space *from, mach_port_name_t name,
    mach_msg_type_name_t disposition, struct ipc_space *to)
{
	mach_port_name_t right = MACH_PORT_NULL;
	mach_msg_type_name_t type;

	EXPECT(ipc_mach_port_extract_right(
	           from, name, disposition, to, &right, &type),
	    KERN_SUCCESS);
	return right;
}

void
world_make_send(struct ipc_space *task, mach_port_name_t name)
{
	EXPECT(ipc_mach_port_insert_right(task, name, task, name, MAKE_SEND),
	    KERN_SUCCESS);
}

void
world_drop_receive(struct ipc_space *task, mach_port_name_t name)
{
	EXPECT(ipc_mach_port_mod_refs(task, name, RECEIVE, -1), KERN_SUCCESS);
}

void
world_set_qlimit(struct ipc_space *task, mach_port_name_t name, uint32_t qlimit)
{
	EXPECT(ipc_mach_port_set_attributes(task, name, MACH_PORT_LIMITS_INFO,
	           &qlimit, MACH_PORT_LIMITS_INFO_COUNT),
	    KERN_SUCCESS);
}

/* Questions. */

mach_port_type_t
world_type(struct ipc_space *task, mach_port_name_t name)
{
	mach_port_type_t type = 0;

	EXPECT(ipc_mach_port_type(task, name, &type), KERN_SUCCESS);
	return type;
}

mach_port_urefs_t
world_refs(
    struct ipc_space *task, mach_port_name_t name, mach_port_right_t right)
{
	mach_port_urefs_t refs = 0;

	EXPECT(ipc_mach_port_get_refs(task, name, right, &refs), KERN_SUCCESS);
	return refs;
}

bool
world_has(struct ipc_space *task, mach_port_name_t name)
{
	return ipc_space_find_raw(task, name) != NULL;
}

mach_port_status_t
world_status(struct ipc_space *task, mach_port_name_t name)
{
	mach_msg_type_number_t count = MACH_PORT_RECEIVE_STATUS_COUNT;
	uint32_t info[MACH_PORT_RECEIVE_STATUS_COUNT] = {0};
	mach_port_status_t status;

	EXPECT(ipc_mach_port_get_attributes(
	           task, name, MACH_PORT_RECEIVE_STATUS, info, &count),
	    KERN_SUCCESS);
	assert_int_equal(count, MACH_PORT_RECEIVE_STATUS_COUNT);
	memcpy(&status, info, sizeof(status));
	return status;
}

struct ipc_port *
world_lookup(struct ipc_space *task, mach_port_name_t name)
{
	struct ipc_entry *entry = ipc_space_find_raw(task, name);

	assert_non_null(entry);
	assert_true((entry->type & MACH_PORT_TYPE_PORT_RIGHTS) != 0);
	return entry->port;
}

uint32_t
world_srights(struct ipc_space *task, mach_port_name_t name)
{
	return world_lookup(task, name)->srights;
}

/* Notifications. */

mach_port_name_t
world_request(struct ipc_space *task, mach_port_name_t name, mach_msg_id_t id,
    mach_port_mscount_t sync, mach_port_name_t notify)
{
	mach_port_name_t previous = MACH_PORT_DEAD;

	EXPECT(ipc_mach_port_request_notification(task, name, id, sync, task,
	           notify, MAKE_SEND_ONCE, &previous),
	    KERN_SUCCESS);
	return previous;
}

/* What all notifications have in common (notifications.md 1.2, 1.3). */
static void
expect_from_kernel(const struct got *got, mach_port_name_t port,
    mach_msg_id_t id, mach_msg_bits_t bits, mach_msg_size_t size)
{
	static const mach_msg_max_trailer_t none;
	const security_token_t kernel = KERNEL_SECURITY_TOKEN_VALUE;

	assert_int_equal(got->code, MACH_MSG_SUCCESS);
	assert_int_equal(got->header.msgh_id, id);
	assert_int_equal(got->header.msgh_bits, bits);
	assert_int_equal(got->header.msgh_size, size);
	assert_int_equal(got->header.msgh_remote_port, MACH_PORT_NULL);
	assert_int_equal(got->header.msgh_local_port, port);
	assert_int_equal(got->header.msgh_voucher_port, MACH_PORT_NULL);
	assert_memory_equal(&got->trailer.msgh_sender, &kernel, sizeof(kernel));
	assert_memory_equal(&got->trailer.msgh_audit, &none.msgh_audit,
	    sizeof(none.msgh_audit));
}

void
world_expect_notice(struct ipc_space *task, mach_port_name_t port,
    mach_msg_id_t id, uint32_t value)
{
	static const uint8_t ndr[8] = {0, 0, 0, 0, 1, 0, 0, 0};
	struct got got = world_receive(task, port);
	uint8_t record[8];
	uint32_t word;

	if (id == MACH_NOTIFY_SEND_ONCE) {
		mp_assert(value == 0);
		expect_from_kernel(&got, port, id, 0x1200, 24);
		return;
	}
	expect_from_kernel(&got, port, id, 0x1200, 36);
	got_bytes(&got, 24, record, sizeof(record));
	assert_memory_equal(record, ndr, sizeof(ndr));
	got_bytes(&got, 32, &word, sizeof(word));
	assert_int_equal(word, value);
}

mach_port_name_t
world_expect_destroyed(struct ipc_space *task, mach_port_name_t port)
{
	struct got got = world_receive(task, port);
	mach_msg_port_descriptor_t right;

	expect_from_kernel(
	    &got, port, MACH_NOTIFY_PORT_DESTROYED, 0x80001200, 40);
	assert_int_equal(got_descriptor_count(&got), 1);
	right = got_port(&got, 0);
	assert_int_equal(right.disposition, MACH_MSG_TYPE_PORT_RECEIVE);
	return right.name;
}

void
world_expect_empty(struct ipc_space *task, mach_port_name_t port)
{
	struct got got = world_receive(task, port);

	assert_int_equal(got.code, MACH_RCV_TIMED_OUT);
}

void
world_expect_id(struct ipc_space *task, mach_port_name_t port, mach_msg_id_t id)
{
	struct got got = world_receive(task, port);

	assert_int_equal(got.code, MACH_MSG_SUCCESS);
	assert_int_equal(got.header.msgh_id, id);
}
