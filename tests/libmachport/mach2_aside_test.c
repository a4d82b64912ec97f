/* Messages that were put aside: whose are they when names and sets change? */
#include <mach/mach2.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "program.h"

struct text {
	msg_header_t header;
	char bytes[40];
};

static port_t
new_port(void)
{
	port_t port;

	CHECK_EQ(port_allocate(task_self(), &port), KERN_SUCCESS);
	return port;
}

static msg_return_t
receive(port_t port, struct text *in, size_t room, msg_option_t option)
{
	in->header.msg_local_port = port;
	in->header.msg_size = (msg_size_t)room;
	return msg_receive(&in->header, option | RCV_TIMEOUT, 0);
}

/* A message to @port that is aside, as @name received it. */
static void
put_aside(port_t port, port_t name, int id)
{
	struct text text = {
	    .header = {.msg_simple = TRUE,
	        .msg_size = sizeof(text),
	        .msg_remote_port = port,
	        .msg_id = id},
	};

	CHECK_EQ(msg_send(&text.header, 0, 0), SEND_SUCCESS);
	CHECK_EQ(
	    receive(name, &text, sizeof(text) - 4, RCV_LARGE), RCV_TOO_LARGE);
	CHECK_EQ(text.header.msg_size, sizeof(text));
}

static void
expect(port_t name, int id)
{
	struct text text;

	CHECK_EQ(receive(name, &text, sizeof(text), 0), RCV_SUCCESS);
	CHECK_EQ(text.header.msg_id, id);
	CHECK_EQ(receive(name, &text, sizeof(text), 0), RCV_TIMED_OUT);
}

static void
rename_port(void)
{
	port_t port = new_port();
	port_t other = new_port();

	/* A name that can be chosen: one that was in use. */
	CHECK_EQ(port_deallocate(task_self(), other), KERN_SUCCESS);
	put_aside(port, port, 1);
	CHECK_EQ(port_rename(task_self(), port, other), KERN_SUCCESS);
	expect(other, 1);
}

static void
a_message_goes_with_the_name_of_its_port(void **state)
{
	(void)state;
	program_run(rename_port);
}

static port_set_name_t
set_of(port_t port)
{
	port_set_name_t set;

	CHECK_EQ(port_set_allocate(task_self(), &set), KERN_SUCCESS);
	CHECK_EQ(port_set_add(task_self(), set, port), KERN_SUCCESS);
	return set;
}

static void
receive_from_member(void)
{
	port_t port = new_port();
	port_set_name_t set = set_of(port);
	port_set_name_t found;
	boolean_t owner;
	boolean_t receiver;
	int messages;
	int backlog;

	put_aside(port, set, 1);
	CHECK_EQ(port_status(task_self(), port, &found, &messages, &backlog,
	             &owner, &receiver),
	    KERN_SUCCESS);
	CHECK_EQ(found, set);
	CHECK_EQ(messages, 1);
	expect(port, 1);
}

static void
a_message_that_came_by_a_set_is_still_its_ports(void **state)
{
	(void)state;
	program_run(receive_from_member);
}

static void
deallocate_set(void)
{
	port_t port = new_port();
	port_set_name_t set = set_of(port);
	struct text text;

	put_aside(port, set, 1);
	CHECK_EQ(port_set_deallocate(task_self(), set), KERN_SUCCESS);
	expect(port, 1);

	set = set_of(port);
	put_aside(port, set, 2);
	CHECK_EQ(port_deallocate(task_self(), set), KERN_SUCCESS);
	CHECK_EQ(receive(set, &text, sizeof(text), 0), RCV_INVALID_PORT);
	CHECK_EQ(receive(PORT_NULL, &text, sizeof(text), 0), RCV_INVALID_PORT);
	expect(port, 2);
}

static void
a_message_outlives_the_set_that_it_came_by(void **state)
{
	(void)state;
	program_run(deallocate_set);
}

static void
deallocate_member(void)
{
	port_t port = new_port();
	port_set_name_t set = set_of(port);
	struct text text;

	put_aside(port, set, 1);
	CHECK_EQ(port_deallocate(task_self(), port), KERN_SUCCESS);
	CHECK_EQ(receive(set, &text, sizeof(text), 0), RCV_TIMED_OUT);
}

static void
a_message_goes_with_its_port(void **state)
{
	(void)state;
	program_run(deallocate_member);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_message_goes_with_the_name_of_its_port),
	    cmocka_unit_test(a_message_that_came_by_a_set_is_still_its_ports),
	    cmocka_unit_test(a_message_outlives_the_set_that_it_came_by),
	    cmocka_unit_test(a_message_goes_with_its_port),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
