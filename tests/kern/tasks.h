/*
 * Two tasks of one user for the tests of what stands behind kernel ports. They
 * are made before each test; taking them down proves that nothing is left.
 */
#ifndef TASKS_H
#define TASKS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ipc.h"
#include "kern_task.h"

#define TEST(name) static void name(void **state __attribute__((unused)))
#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, tasks_setup, tasks_teardown)

/* A call, and what it is to return. The world is recounted after it. */
#define EXPECT(call, code)                                                     \
	do {                                                                   \
		assert_int_equal((call), (code));                              \
		ipc_check();                                                   \
	} while (0)

extern struct kern_task *alice;
extern struct kern_task *bob;
extern struct ipc_account *tasks_user;

int tasks_setup(void **state);
int tasks_teardown(void **state);

/* A new task of the same user. */
struct kern_task *tasks_new(const struct kern_ports *parent);

/* What must succeed. */
mach_port_name_t tasks_port(struct kern_task *task);      /* receive */
mach_port_name_t tasks_send_port(struct kern_task *task); /* and send */
mach_port_name_t tasks_give_task(
    struct kern_task *of, struct kern_task *to); /* a send right for its port */
mach_port_urefs_t tasks_refs(
    struct kern_task *task, mach_port_name_t name, mach_port_right_t right);
mach_port_type_t tasks_type(struct kern_task *task, mach_port_name_t name);
/* Do two names in two tasks denote one port? */
bool tasks_same_port(struct kern_task *a, mach_port_name_t name_a,
    struct kern_task *b, mach_port_name_t name_b);

#endif
