/* Special and registered ports by messages to task, thread and host ports: what the
 * calls by trap do, and what they leave. */
#include "kern_special.h"

#include <mach/host_special_ports.h>
#include <mach/mach2.h>
#include <mach/mig_errors.h>
#include <mach/thread_special_ports.h>
#include <string.h>

#include "base_alloc.h"
#include "ipc_mach_port.h"
#include "ipc_port.h"
#include "ipc_right.h"
#include "ipc_waiter.h"
#include "kern_host.h"
#include "kern_mig_host_priv.h"
#include "kern_mig_task.h"
#include "kern_mig_thread_act.h"
#include "routine.h"

#define ABSENT 0x7f03u

static struct kern_thread *thread;
static mach_port_name_t other; /* bob's task port */
static mach_port_name_t th;    /* the thread's */
static mach_port_name_t priv;  /* host-priv */
static mach_port_name_t plain; /* the host port */
static mach_port_name_t port;  /* receive and send */

static mach_port_name_t
name_of(struct ipc_port *right)
{
	mach_port_name_t name = 0;

	EXPECT(ipc_right_copyout(
	           alice->space, right, MACH_MSG_TYPE_PORT_SEND, &name),
	    KERN_SUCCESS);
	return name;
}

static int
setup(void **state)
{
	struct ipc_port *right;

	tasks_setup(state);
	routine_setup(alice);
	thread = kern_thread_get(bob, 1);
	assert_non_null(thread);
	other = tasks_give_task(bob, alice);
	th = name_of(ipc_kobject_make_send(&thread->self));
	plain = name_of(kern_host_make_send());
	assert_int_equal(
	    kern_host_special_copy(HOST_PRIV_PORT, &right), KERN_SUCCESS);
	priv = name_of(right);
	port = tasks_send_port(alice);
	return 0;
}

static int
teardown(void **state)
{
	(void)kern_thread_unref(thread);
	return tasks_teardown(state);
}

#undef CASE
#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static kern_return_t
get(mach_port_name_t to, mach_msg_id_t id, int which,
    mach_port_name_t *name_out)
{
	__Request__task_get_special_port_t request = {
	    .Head.msgh_id = id, .which_port = which};
	__Reply__task_get_special_port_t reply;
	kern_return_t kr;

	kr = ROUTINE(to, &request, &reply);
	if (kr == KERN_SUCCESS)
		*name_out = reply.special_port.name;
	return kr;
}

static kern_return_t
set(mach_port_name_t to, mach_msg_id_t id, int which, mach_port_name_t name)
{
	__Request__task_set_special_port_t request = {
	    .Head = {.msgh_id = id, .msgh_bits = MACH_MSGH_BITS_COMPLEX},
	    .msgh_body.msgh_descriptor_count = 1,
	    .special_port = ROUTINE_COPY_SEND(name),
	    .which_port = which,
	};
	mig_reply_error_t reply;

	return ROUTINE(to, &request, &reply);
}

#define TASK_GET 3409
#define TASK_SET 3410
#define THREAD_GET 3610
#define THREAD_SET 3611

TEST(a_tasks_special_port_is_set_and_got)
{
	static const int stored[] = {TASK_BOOTSTRAP_PORT, TASK_ACCESS_PORT,
	    TASK_DEBUG_CONTROL_PORT, TASK_RESOURCE_NOTIFY_PORT,
	    TASK_NOTIFY_PORT, TASK_EXCEPTION_PORT};
	mach_port_name_t name = 0;

	for (unsigned i = 0; i < sizeof(stored) / sizeof(stored[0]); i++) {
		EXPECT(get(other, TASK_GET, stored[i], &name), KERN_SUCCESS);
		assert_int_equal(name, MACH_PORT_NULL);
		EXPECT(set(other, TASK_SET, stored[i], port), KERN_SUCCESS);
		/* The caller keeps its right, and gets one more. */
		assert_int_equal(
		    tasks_refs(alice, port, MACH_PORT_RIGHT_SEND), 1 + i);
		EXPECT(get(other, TASK_GET, stored[i], &name), KERN_SUCCESS);
		assert_int_equal(name, port);
	}
}

TEST(what_a_message_sets_a_trap_gets)
{
	mach_port_name_t name = 0;

	EXPECT(set(other, TASK_SET, TASK_BOOTSTRAP_PORT, port), KERN_SUCCESS);
	EXPECT(kern_task_get_special_port(
	           bob, TASK_BOOTSTRAP_PORT, alice->space, &name),
	    KERN_SUCCESS);
	assert_int_equal(name, port);
	EXPECT(kern_task_set_special_port(
	           bob, TASK_DEBUG_CONTROL_PORT, alice->space, port),
	    KERN_SUCCESS);
	EXPECT(
	    get(other, TASK_GET, TASK_DEBUG_CONTROL_PORT, &name), KERN_SUCCESS);
	assert_int_equal(name, port);
}

TEST(a_tasks_own_port_is_got_and_not_set)
{
	mach_port_name_t name = 0;

	EXPECT(get(other, TASK_GET, TASK_KERNEL_PORT, &name), KERN_SUCCESS);
	assert_int_equal(name, other);
	EXPECT(set(other, TASK_SET, TASK_KERNEL_PORT, port), KERN_NO_ACCESS);
	EXPECT(set(other, TASK_SET, TASK_HOST_PORT, port), KERN_NO_ACCESS);
	EXPECT(
	    set(other, TASK_SET, TASK_NAME_PORT, port), KERN_INVALID_ARGUMENT);
	EXPECT(get(other, TASK_GET, 7, &name), KERN_INVALID_ARGUMENT);
	EXPECT(get(other, TASK_GET, TASK_READ_PORT, &name), KERN_NOT_SUPPORTED);
	assert_int_equal(tasks_refs(alice, port, MACH_PORT_RIGHT_SEND), 1);
}

TEST(an_access_port_is_set_once)
{
	EXPECT(set(other, TASK_SET, TASK_ACCESS_PORT, port), KERN_SUCCESS);
	EXPECT(set(other, TASK_SET, TASK_ACCESS_PORT, port), KERN_NO_ACCESS);
}

TEST(null_clears_and_what_died_is_dead)
{
	mach_port_name_t name = 0;

	EXPECT(set(other, TASK_SET, TASK_BOOTSTRAP_PORT, port), KERN_SUCCESS);
	EXPECT(set(other, TASK_SET, TASK_BOOTSTRAP_PORT, MACH_PORT_NULL),
	    KERN_SUCCESS);
	EXPECT(get(other, TASK_GET, TASK_BOOTSTRAP_PORT, &name), KERN_SUCCESS);
	assert_int_equal(name, MACH_PORT_NULL);
	EXPECT(set(other, TASK_SET, TASK_BOOTSTRAP_PORT, port), KERN_SUCCESS);
	EXPECT(ipc_mach_port_mod_refs(
	           alice->space, port, MACH_PORT_RIGHT_RECEIVE, -1),
	    KERN_SUCCESS);
	EXPECT(get(other, TASK_GET, TASK_BOOTSTRAP_PORT, &name), KERN_SUCCESS);
	assert_int_equal(name, MACH_PORT_DEAD);
}

TEST(a_threads_own_port_is_got_and_not_set)
{
	mach_port_name_t name = 0;

	EXPECT(get(th, THREAD_GET, THREAD_KERNEL_PORT, &name), KERN_SUCCESS);
	assert_int_equal(name, th);
	EXPECT(
	    get(th, THREAD_GET, THREAD_READ_PORT, &name), KERN_NOT_SUPPORTED);
	EXPECT(get(th, THREAD_GET, 9, &name), KERN_INVALID_ARGUMENT);
	EXPECT(set(th, THREAD_SET, THREAD_KERNEL_PORT, port), KERN_NO_ACCESS);
	EXPECT(set(th, THREAD_SET, 9, port), KERN_INVALID_ARGUMENT);
	assert_int_equal(tasks_refs(alice, port, MACH_PORT_RIGHT_SEND), 1);
}

TEST(another_object_is_no_argument)
{
	mach_port_name_t name = 0;

	EXPECT(
	    get(th, TASK_GET, TASK_KERNEL_PORT, &name), KERN_INVALID_ARGUMENT);
	EXPECT(set(plain, TASK_SET, TASK_BOOTSTRAP_PORT, port),
	    KERN_INVALID_ARGUMENT);
	EXPECT(get(other, THREAD_GET, THREAD_KERNEL_PORT, &name),
	    KERN_INVALID_ARGUMENT);
	EXPECT(set(other, THREAD_SET, THREAD_KERNEL_PORT, port),
	    KERN_INVALID_ARGUMENT);
}

/* --- registered ports -------------------------------------------------------- */

static kern_return_t
register_ports(const mach_port_name_t *names, uint32_t count)
{
	__Request__mach_ports_register_t request = {
	    .Head = {.msgh_id = 3403, .msgh_bits = MACH_MSGH_BITS_COMPLEX},
	    .msgh_body.msgh_descriptor_count = 1,
	    .init_port_set = {.disposition = MACH_MSG_TYPE_COPY_SEND,
	        .type = MACH_MSG_OOL_PORTS_DESCRIPTOR,
	        .count = count},
	    .init_port_setCnt = count,
	};
	mig_reply_error_t reply;

	routine_region(names, count * (uint32_t)sizeof(*names));
	return ROUTINE(other, &request, &reply);
}

static void
expect_registered(
    mach_port_name_t first, mach_port_name_t second, mach_port_name_t third)
{
	mach_msg_header_t request = {.msgh_id = 3404};
	__Reply__mach_ports_lookup_t reply;
	const mach_port_name_t *names;

	EXPECT(ROUTINE(other, &request, &reply), KERN_SUCCESS);
	assert_int_equal(reply.init_port_set.count, 3);
	assert_int_equal(reply.init_port_setCnt, 3);
	names = routine_names();
	assert_int_equal(names[0], first);
	assert_int_equal(names[1], second);
	assert_int_equal(names[2], third);
}

TEST(three_ports_are_registered)
{
	const mach_port_name_t names[] = {port, MACH_PORT_NULL, MACH_PORT_DEAD};

	expect_registered(MACH_PORT_NULL, MACH_PORT_NULL, MACH_PORT_NULL);
	EXPECT(register_ports(names, 3), KERN_SUCCESS);
	assert_int_equal(tasks_refs(alice, port, MACH_PORT_RIGHT_SEND), 1);
	expect_registered(port, MACH_PORT_NULL, MACH_PORT_DEAD);
	assert_int_equal(tasks_refs(alice, port, MACH_PORT_RIGHT_SEND), 2);
	/* Those that are missing become null. */
	EXPECT(register_ports(NULL, 0), KERN_SUCCESS);
	expect_registered(MACH_PORT_NULL, MACH_PORT_NULL, MACH_PORT_NULL);
}

TEST(a_fourth_port_is_refused)
{
	const mach_port_name_t names[] = {port, port, port, port};

	EXPECT(register_ports(names, 1), KERN_SUCCESS);
	EXPECT(register_ports(names, 4), KERN_INVALID_ARGUMENT);
	expect_registered(port, MACH_PORT_NULL, MACH_PORT_NULL);
}

TEST(what_is_no_task_registers_nothing)
{
	mach_msg_header_t request = {.msgh_id = 3404};
	__Reply__mach_ports_lookup_t reply;

	EXPECT(ROUTINE(th, &request, &reply), KERN_INVALID_ARGUMENT);
	other = plain;
	EXPECT(register_ports(&port, 1), KERN_INVALID_ARGUMENT);
}

/* --- the host ---------------------------------------------------------------- */

static kern_return_t
host_get(mach_port_name_t to, int which, mach_port_name_t *name_out)
{
	__Request__host_get_special_port_t request = {
	    .Head.msgh_id = 412, .node = HOST_LOCAL_NODE, .which = which};
	__Reply__host_get_special_port_t reply;
	kern_return_t kr;

	kr = ROUTINE(to, &request, &reply);
	if (kr == KERN_SUCCESS)
		*name_out = reply.port.name;
	return kr;
}

static kern_return_t
host_set(mach_port_name_t to, int which, mach_port_name_t name)
{
	__Request__host_set_special_port_t request = {
	    .Head = {.msgh_id = 413, .msgh_bits = MACH_MSGH_BITS_COMPLEX},
	    .msgh_body.msgh_descriptor_count = 1,
	    .port = ROUTINE_COPY_SEND(name),
	    .which = which,
	};
	mig_reply_error_t reply;

	return ROUTINE(to, &request, &reply);
}

TEST(a_host_has_28_ports_of_users)
{
	mach_port_name_t name = 0;

	for (int which = HOST_MAX_SPECIAL_KERNEL_PORT + 1;
	     which <= HOST_MAX_SPECIAL_PORT; which++) {
		EXPECT(host_get(priv, which, &name), KERN_SUCCESS);
		assert_int_equal(name, MACH_PORT_NULL);
		EXPECT(host_set(priv, which, port), KERN_SUCCESS);
		EXPECT(host_get(priv, which, &name), KERN_SUCCESS);
		assert_int_equal(name, port);
		EXPECT(host_set(priv, which, MACH_PORT_NULL), KERN_SUCCESS);
		EXPECT(host_get(priv, which, &name), KERN_SUCCESS);
		assert_int_equal(name, MACH_PORT_NULL);
	}
}

TEST(ports_of_the_kernel_are_got_and_not_set)
{
	mach_port_name_t name = 0;

	EXPECT(host_get(priv, HOST_PORT, &name), KERN_SUCCESS);
	assert_int_equal(name, plain);
	EXPECT(host_get(priv, HOST_PRIV_PORT, &name), KERN_SUCCESS);
	assert_int_equal(name, priv);
	EXPECT(host_get(priv, HOST_IO_MAIN_PORT, &name), KERN_SUCCESS);
	assert_int_equal(name, MACH_PORT_NULL);
	for (int which = 0; which <= HOST_MAX_SPECIAL_KERNEL_PORT; which++)
		EXPECT(host_set(priv, which, port), KERN_INVALID_ARGUMENT);
}

TEST(what_is_no_slot_of_the_host_is_no_argument)
{
	static const int unknown[] = {-1, 0, 36, 63, 65, INT32_MAX, INT32_MIN};
	mach_port_name_t name = 0;

	for (unsigned i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
		EXPECT(
		    host_get(priv, unknown[i], &name), KERN_INVALID_ARGUMENT);
		EXPECT(host_set(priv, unknown[i], port), KERN_INVALID_ARGUMENT);
	}
}

TEST(the_plain_host_port_gives_none)
{
	mach_port_name_t name = 0;

	EXPECT(host_get(plain, HOST_PORT, &name), KERN_INVALID_ARGUMENT);
	EXPECT(host_set(plain, HOST_AMFID_PORT, port), KERN_INVALID_ARGUMENT);
	EXPECT(host_get(other, HOST_PORT, &name), KERN_INVALID_ARGUMENT);
}

static mach_port_name_t
bootstrap_of(struct kern_task *task)
{
	mach_port_name_t name = 0;

	EXPECT(kern_task_get_special_port(
	           task, TASK_BOOTSTRAP_PORT, alice->space, &name),
	    KERN_SUCCESS);
	return name;
}

/* A task with the ports of bob's, as a child of his has. */
static mach_port_name_t
bootstrap_of_a_child(void)
{
	struct kern_task *child = tasks_new(&bob->ports);
	mach_port_name_t name = bootstrap_of(child);

	kern_task_destroy(child);
	return name;
}

TEST(a_task_that_inherits_no_bootstrap_port_has_the_hosts)
{
	struct kern_task *orphan;

	EXPECT(
	    host_set(priv, MACHPORT_HOST_BOOTSTRAP_PORT, port), KERN_SUCCESS);
	orphan = tasks_new(NULL);
	assert_int_equal(bootstrap_of(orphan), port);
	assert_true(
	    tasks_same_port(orphan, KERN_TASK_BOOTSTRAP_NAME, alice, port));
	kern_task_destroy(orphan);
	/* bob was there before, and has none yet; his children have. */
	assert_int_equal(bootstrap_of(bob), MACH_PORT_NULL);
	assert_int_equal(bootstrap_of_a_child(), port);
}

TEST(a_bootstrap_port_that_was_set_is_inherited_be_it_null)
{
	mach_port_name_t own = tasks_send_port(alice);

	EXPECT(
	    host_set(priv, MACHPORT_HOST_BOOTSTRAP_PORT, port), KERN_SUCCESS);
	EXPECT(set(other, TASK_SET, TASK_BOOTSTRAP_PORT, own), KERN_SUCCESS);
	assert_int_equal(bootstrap_of_a_child(), own);
	EXPECT(set(other, TASK_SET, TASK_BOOTSTRAP_PORT, MACH_PORT_NULL),
	    KERN_SUCCESS);
	assert_int_equal(bootstrap_of_a_child(), MACH_PORT_NULL);
}

TEST(what_is_kept_of_a_dead_port_takes_no_memory)
{
	const struct ipc_port *object =
	    ipc_space_find(alice->space, port)->port;
	mach_port_name_t name = 0;
	uint64_t live;

	EXPECT(host_set(priv, HOST_AMFID_PORT, port), KERN_SUCCESS);
	EXPECT(
	    host_set(priv, MACHPORT_HOST_BOOTSTRAP_PORT, port), KERN_SUCCESS);
	assert_int_equal(object->srights, 3);
	EXPECT(ipc_mach_port_destroy(alice->space, port), KERN_SUCCESS);
	live = base_alloc_live();
	kern_host_bury();
	ipc_check();
	assert_true(base_alloc_live() < live);
	EXPECT(host_get(priv, HOST_AMFID_PORT, &name), KERN_SUCCESS);
	assert_int_equal(name, MACH_PORT_DEAD);
}

/* --- privilege --------------------------------------------------------------- */

static mach_port_name_t
host_of_user(uint32_t uid)
{
	const security_token_t security = {{uid, uid}};
	const audit_token_t audit = {{uid, uid, uid, uid, uid}};
	struct ipc_identity *identity = ipc_identity_new(&security, &audit);
	struct kern_task *task;
	mach_port_name_t name = 0;
	mach_port_name_t found = 0;

	assert_non_null(identity);
	task = kern_task_new(tasks_user, identity, NULL);
	assert_non_null(task);
	EXPECT(kern_task_host_self(task, &name), KERN_SUCCESS);
	EXPECT(kern_task_get_special_port(
	           task, TASK_HOST_PORT, alice->space, &found),
	    KERN_SUCCESS);
	assert_true(tasks_same_port(task, name, alice, found));
	kern_task_destroy(task);
	(void)ipc_identity_unref(identity);
	return found;
}

TEST(a_privileged_tasks_host_port_is_the_privileged_one)
{
	assert_int_equal(host_of_user(0), priv);
	assert_int_equal(host_of_user(4321), plain);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(a_tasks_special_port_is_set_and_got),
	    CASE(what_a_message_sets_a_trap_gets),
	    CASE(a_tasks_own_port_is_got_and_not_set),
	    CASE(an_access_port_is_set_once),
	    CASE(null_clears_and_what_died_is_dead),
	    CASE(a_threads_own_port_is_got_and_not_set),
	    CASE(another_object_is_no_argument),
	    CASE(three_ports_are_registered),
	    CASE(a_fourth_port_is_refused),
	    CASE(what_is_no_task_registers_nothing),
	    CASE(a_host_has_28_ports_of_users),
	    CASE(ports_of_the_kernel_are_got_and_not_set),
	    CASE(what_is_no_slot_of_the_host_is_no_argument),
	    CASE(the_plain_host_port_gives_none),
	    CASE(a_task_that_inherits_no_bootstrap_port_has_the_hosts),
	    CASE(a_bootstrap_port_that_was_set_is_inherited_be_it_null),
	    CASE(what_is_kept_of_a_dead_port_takes_no_memory),
	    CASE(a_privileged_tasks_host_port_is_the_privileged_one),
	};

	return cmocka_run_group_tests_name(
	    "kern_serve_special", tests, NULL, NULL);
}
