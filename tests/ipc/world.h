/*
 * A small world for the tests of the engine: three tasks of one user, with
 * generous budgets, made before each test and taken down after it. Taking it down
 * proves that nothing is left: no port, no charge, no allocation.
 *
 *	TEST(a_send_right_can_be_copied)
 *	{
 *		mach_port_name_t port = world_port(alice);
 *		mach_port_name_t name =
 *		    world_give(alice, port, MACH_MSG_TYPE_MAKE_SEND, bob);
 *
 *		EXPECT(world_send_empty(bob, name), MACH_MSG_SUCCESS);
 *	}
 *
 * Whatever here enters the engine calls ipc_check() afterwards.
 */
#ifndef WORLD_H
#define WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <mach/message.h>
#include <mach/notify.h>
#include <mach/port.h>

#include "ipc.h"
#include "ipc_account.h"
#include "ipc_kmsg.h"
#include "ipc_mach_msg.h"
#include "ipc_mach_port.h"
#include "ipc_space.h"
#include "message.h"
#include "thread.h"

#define TEST(name) static void name(void **state __attribute__((unused)))
#define CASE_AFTER(setup, test)                                                \
	{                                                                      \
		.test_func = test, .setup_func = setup,                        \
		.teardown_func = world_teardown, .name = #test,                \
		.initial_state = (void *)#test                                 \
	}
#define CASE(test) CASE_AFTER(world_setup, test)
#define RUN(group, tests)                                                      \
	(cmocka_set_message_output(CM_OUTPUT_TAP),                             \
	    cmocka_run_group_tests_name(group, tests, NULL, NULL))

/* A call that enters the engine, and what it is to return. */
#define EXPECT(call, code)                                                     \
	world_expect((call), (code), #call, __FILE__, __LINE__)

/* The page size that the world is told. */
#define WORLD_PAGE 4096u

/* Rights and dispositions, which the tests have in every line. */
#define SEND MACH_PORT_RIGHT_SEND
#define RECEIVE MACH_PORT_RIGHT_RECEIVE
#define SEND_ONCE MACH_PORT_RIGHT_SEND_ONCE
#define PORT_SET MACH_PORT_RIGHT_PORT_SET
#define DEAD_NAME MACH_PORT_RIGHT_DEAD_NAME
#define MOVE_RECEIVE MACH_MSG_TYPE_MOVE_RECEIVE
#define MOVE_SEND MACH_MSG_TYPE_MOVE_SEND
#define MOVE_SEND_ONCE MACH_MSG_TYPE_MOVE_SEND_ONCE
#define COPY_SEND MACH_MSG_TYPE_COPY_SEND
#define MAKE_SEND MACH_MSG_TYPE_MAKE_SEND
#define MAKE_SEND_ONCE MACH_MSG_TYPE_MAKE_SEND_ONCE

/* Three tasks, and the account of the user that they all belong to. */
extern struct ipc_space *alice;
extern struct ipc_space *bob;
extern struct ipc_space *carol;
extern struct ipc_account *world_user;

int world_setup(void **state);
int world_teardown(void **state);
/* The same for tests that need many worlds. */
void world_begin(void);
void world_end(void);

void world_expect(
    int code, int expected, const char *call, const char *file, int line);

/* One more task. */
struct ipc_space *world_new_task(void);

/* The task dies: its threads first, then its space. @task becomes NULL. */
void world_kill(struct ipc_space **task);

/* By a thread that the task has for this, without waiting. */
mach_msg_return_t world_send(
    struct ipc_space *task, const struct message *message);
mach_msg_return_t world_send_unchecked(
    struct ipc_space *task, const struct message *message);
struct got world_receive(struct ipc_space *task, mach_port_name_t name);
/* A bare header to a send right, COPY_SEND. */
mach_msg_return_t world_send_empty(
    struct ipc_space *task, mach_port_name_t remote);
/* The same with a message id and any disposition. */
mach_msg_return_t world_send_id(struct ipc_space *task, mach_port_name_t remote,
    mach_msg_type_name_t disposition, mach_msg_id_t id);
/* What that thread got from its last send. */
struct got world_sent(struct ipc_space *task);

/* Rights. These must succeed. */
mach_port_name_t world_port(struct ipc_space *task);
mach_port_name_t world_set(struct ipc_space *task);
mach_port_name_t world_dead_name(struct ipc_space *task);
/* A name that is not in the space. */
mach_port_name_t world_absent(struct ipc_space *task);
/* Take a right from @from as by extract_right; its name in @to. */
mach_port_name_t world_give(struct ipc_space *from, mach_port_name_t name,
    mach_msg_type_name_t disposition, struct ipc_space *to);
void world_make_send(struct ipc_space *task, mach_port_name_t name);
void world_drop_receive(struct ipc_space *task, mach_port_name_t name);
void world_set_qlimit(
    struct ipc_space *task, mach_port_name_t name, uint32_t qlimit);

/* Questions. */
mach_port_type_t world_type(struct ipc_space *task, mach_port_name_t name);
mach_port_urefs_t world_refs(
    struct ipc_space *task, mach_port_name_t name, mach_port_right_t right);
bool world_has(struct ipc_space *task, mach_port_name_t name);
mach_port_status_t world_status(struct ipc_space *task, mach_port_name_t name);
/* The port behind a name, whoever holds it. */
struct ipc_port *world_lookup(struct ipc_space *task, mach_port_name_t name);
uint32_t world_srights(struct ipc_space *task, mach_port_name_t name);

/* Notifications. @notify is a receive right of the task itself; the former
 * right is returned. */
mach_port_name_t world_request(struct ipc_space *task, mach_port_name_t name,
    mach_msg_id_t id, mach_port_mscount_t sync, mach_port_name_t notify);
/* The next message on @port is this notification. @value is its name or count;
 * for send-once and port-destroyed it must be 0. */
void world_expect_notice(struct ipc_space *task, mach_port_name_t port,
    mach_msg_id_t id, uint32_t value);
/* The next is a port-destroyed notification: the receive right's name. */
mach_port_name_t world_expect_destroyed(
    struct ipc_space *task, mach_port_name_t port);
void world_expect_empty(struct ipc_space *task, mach_port_name_t port);
/* The next message has this id. */
void world_expect_id(
    struct ipc_space *task, mach_port_name_t port, mach_msg_id_t id);

#endif
