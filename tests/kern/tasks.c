/* Two tasks. */
#include "tasks.h"

#include "base_alloc.h"
#include "ipc_entry.h"
#include "ipc_mach_port.h"
#include "ipc_right.h"
#include "kern_host.h"

struct kern_task *alice;
struct kern_task *bob;
struct ipc_account *tasks_user;

static const struct ipc_charge limits = {1000, 1000, 1 << 20, 1 << 20};

struct kern_task *
tasks_new(const struct kern_ports *parent)
{
	struct ipc_account *account = ipc_account_new(tasks_user, &limits);
	struct kern_task *task = kern_task_new(account, NULL, parent);

	assert_non_null(task);
	(void)ipc_account_unref(account);
	ipc_check();
	return task;
}

int
tasks_setup(void **state)
{
	(void)state;
	ipc_init(4096);
	assert_true(kern_host_init());
	tasks_user = ipc_account_new(NULL, &limits);
	alice = tasks_new(NULL);
	bob = tasks_new(NULL);
	return 0;
}

int
tasks_teardown(void **state)
{
	(void)state;
	if (alice)
		kern_task_destroy(alice);
	if (bob)
		kern_task_destroy(bob);
	alice = bob = NULL;
	kern_host_deinit();
	ipc_check();
	assert_int_equal(tasks_user->refs, 1);
	assert_int_equal(tasks_user->used.names, 0);
	tasks_user = ipc_account_unref(tasks_user);
	ipc_deinit();
	assert_int_equal(base_alloc_live(), 0);
	return 0;
}

mach_port_name_t
tasks_port(struct kern_task *task)
{
	mach_port_name_t name;

	EXPECT(
	    ipc_mach_port_allocate(task->space, MACH_PORT_RIGHT_RECEIVE, &name),
	    KERN_SUCCESS);
	return name;
}

mach_port_name_t
tasks_send_port(struct kern_task *task)
{
	mach_port_name_t name = tasks_port(task);

	EXPECT(ipc_mach_port_insert_right(task->space, name, task->space, name,
	           MACH_MSG_TYPE_MAKE_SEND),
	    KERN_SUCCESS);
	return name;
}

mach_port_name_t
tasks_give_task(struct kern_task *of, struct kern_task *to)
{
	mach_port_name_t name;

	EXPECT(ipc_right_copyout(to->space, ipc_kobject_make_send(&of->self),
	           MACH_MSG_TYPE_PORT_SEND, &name),
	    KERN_SUCCESS);
	return name;
}

mach_port_urefs_t
tasks_refs(
    struct kern_task *task, mach_port_name_t name, mach_port_right_t right)
{
	mach_port_urefs_t refs;

	EXPECT(ipc_mach_port_get_refs(task->space, name, right, &refs),
	    KERN_SUCCESS);
	return refs;
}

mach_port_type_t
tasks_type(struct kern_task *task, mach_port_name_t name)
{
	mach_port_type_t type;

	EXPECT(ipc_mach_port_type(task->space, name, &type), KERN_SUCCESS);
	return type;
}

bool
tasks_same_port(struct kern_task *a, mach_port_name_t name_a,
    struct kern_task *b, mach_port_name_t name_b)
{
	return ipc_space_find(a->space, name_a)->port ==
	    ipc_space_find(b->space, name_b)->port;
}
