/* The calls of Mach 2.5: self and notify ports, messages, ports and sets. */
#define MACH_2_5
#include <mach.h>

#include <mach/mig.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "scenario.h"

/* A name that is in nobody's space. */
#define NOTHING 0x99903u

#define ITEM(name, bits, count)                                                \
	{                                                                      \
		.msg_type_name = (name), .msg_type_size = (bits),              \
		.msg_type_number = (count), .msg_type_inline = TRUE,           \
	}

/* A message with one port. */
struct port_message {
	msg_header_t header;
	msg_type_t type;
	port_t port;
};

static port_t
allocate(void)
{
	port_t port;

	EXPECT(port_allocate(task_self(), &port), KERN_SUCCESS);
	return port;
}

static void
deallocate(port_t port)
{
	EXPECT(port_deallocate(task_self(), port), KERN_SUCCESS);
}

static port_type_t
old_type_of(port_t port)
{
	port_type_t type;

	if (port_type(task_self(), port, &type) != KERN_SUCCESS)
		return PORT_TYPE_NONE;
	return type;
}

static msg_header_t
header_to(port_t port, int id)
{
	return (msg_header_t){
	    .msg_simple = TRUE,
	    .msg_size = sizeof(msg_header_t),
	    .msg_remote_port = port,
	    .msg_id = id,
	};
}

static struct port_message
port_to(port_t to, port_t port, unsigned type)
{
	struct port_message message = {
	    .header = header_to(to, 1),
	    .type = ITEM(type & 0xff, 32, 1),
	    .port = port,
	};

	message.header.msg_simple = FALSE;
	message.header.msg_size = sizeof(message);
	return message;
}

static void
fill(port_t port)
{
	msg_header_t header = header_to(port, 0);

	for (int i = 0; i < PORT_BACKLOG_DEFAULT; i++)
		EXPECT(msg_send(&header, SEND_TIMEOUT, 0), SEND_SUCCESS);
}

static msg_return_t
receive_old(port_t port, void *message, size_t room, msg_option_t option)
{
	msg_header_t *header = message;

	header->msg_local_port = port;
	header->msg_size = (msg_size_t)room;
	return msg_receive(header, RCV_TIMEOUT | option, 0);
}

static void
expect_old_id(port_t port, int id)
{
	msg_header_t header;

	EXPECT(receive_old(port, &header, sizeof(header), 0), RCV_SUCCESS);
	CHECK_EQUAL(header.msg_id, id);
}

/* The next on @port is the notification @id; the port in it. */
static port_t
expect_old_notice(port_t port, int id, unsigned type)
{
	notification_t notice;

	EXPECT(receive_old(port, &notice, sizeof(notice), 0), RCV_SUCCESS);
	CHECK_EQUAL(notice.notify_header.msg_id, id);
	CHECK_EQUAL(notice.notify_header.msg_size, sizeof(notice));
	CHECK_EQUAL(notice.notify_type.msg_type_name, type);
	CHECK_EQUAL(notice.notify_type.msg_type_size, 32);
	CHECK_EQUAL(notice.notify_type.msg_type_number, 1);
	CHECK_EQUAL(notice.notify_type.msg_type_inline, TRUE);
	return notice.notify_port;
}

/* A send right in this task for a port of @peer's, by an old message. */
struct give {
	port_t to;   /* its name for our port */
	port_t port; /* its own */
};

static void
send_own_port(void *argument)
{
	struct give *give = argument;
	struct port_message message;

	give->port = allocate();
	message = port_to(give->to, give->port, MSG_TYPE_PORT);
	EXPECT(msg_send(&message.header, MSG_OPTION_NONE, 0), SEND_SUCCESS);
}

static port_t
get_port_of(struct peer *peer, struct give *give)
{
	port_t port = allocate();
	struct port_message message;

	give->to = peer_give(peer, port, MACH_MSG_TYPE_MAKE_SEND);
	peer_run(peer, send_own_port, give, sizeof(*give));
	EXPECT(receive_old(port, &message, sizeof(message), 0), RCV_SUCCESS);
	deallocate(port);
	return message.port;
}

static void
deallocate_there(void *argument)
{
	const struct give *give = argument;

	deallocate(give->port);
}

/*
 * Self ports and the notify port.
 */

static void
self_ports_are_cached_names(void)
{
	mach_port_t thread = mach_thread_self();
	mach_port_t host = mach_host_self();
	mach_port_urefs_t urefs;

	CHECK_EQUAL(task_self(), mach_task_self());
	urefs = refs_of(task_self(), MACH_PORT_RIGHT_SEND);
	CHECK_EQUAL(task_self(), mach_task_self());
	CHECK_EQUAL(refs_of(task_self(), MACH_PORT_RIGHT_SEND), urefs);
	CHECK_EQUAL(thread_self(), thread);
	CHECK_EQUAL(host_self(), host);
	urefs = refs_of(thread, MACH_PORT_RIGHT_SEND);
	CHECK_EQUAL(thread_self(), thread);
	CHECK_EQUAL(refs_of(thread, MACH_PORT_RIGHT_SEND), urefs);
	urefs = refs_of(host, MACH_PORT_RIGHT_SEND);
	CHECK_EQUAL(host_self(), host);
	CHECK_EQUAL(refs_of(host, MACH_PORT_RIGHT_SEND), urefs);
	deallocate(thread);
	deallocate(host);
	/* If the task is privileged, it is what that has for a host port. */
	CHECK(host_priv_self() == PORT_NULL || host_priv_self() == host);
}

static void
a_thread_has_one_reply_port(void)
{
	port_t port = thread_reply();

	CHECK_EQUAL(thread_reply(), port);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_RECEIVE);
	mig_dealloc_reply_port(port);
}

static void
a_task_has_one_notify_port(void)
{
	port_t port = task_notify();
	mach_port_t special;

	CHECK_EQUAL(task_notify(), port);
	CHECK(type_of(port) & MACH_PORT_TYPE_RECEIVE);
	EXPECT(task_get_special_port(task_self(), TASK_NOTIFY_PORT, &special),
	    KERN_SUCCESS);
	CHECK_EQUAL(special, port);
	deallocate(port);
}

static void
the_exception_port_is_a_slot(void)
{
	port_t port = allocate();
	mach_port_t special;

	EXPECT(task_set_special_port(task_self(), TASK_EXCEPTION_PORT, port),
	    KERN_SUCCESS);
	EXPECT(
	    task_get_special_port(task_self(), TASK_EXCEPTION_PORT, &special),
	    KERN_SUCCESS);
	CHECK_EQUAL(special, port);
	EXPECT(
	    task_set_special_port(task_self(), TASK_EXCEPTION_PORT, PORT_NULL),
	    KERN_SUCCESS);
	deallocate(port);
}

static void
a_death_is_told_and_the_name_is_gone(void)
{
	struct peer *peer = peer_new();
	port_t notify = task_notify();
	struct give give;
	port_t port = get_port_of(peer, &give);

	EXPECT(mach_port_mod_refs(task_self(), port, MACH_PORT_RIGHT_SEND, 4),
	    KERN_SUCCESS);
	peer_run(peer, deallocate_there, &give, sizeof(give));
	CHECK_EQUAL(type_of(port), 0);
	CHECK_EQUAL(
	    expect_old_notice(notify, NOTIFY_PORT_DELETED, MSG_TYPE_PORT_NAME),
	    port);
	/* The whole task, with another. */
	port = get_port_of(peer, &give);
	peer_kill(peer);
	CHECK_EQUAL(
	    expect_old_notice(notify, NOTIFY_PORT_DELETED, MSG_TYPE_PORT_NAME),
	    port);
	CHECK_EQUAL(type_of(port), 0);
	expect_empty(notify);
	deallocate(notify);
}

/* Not in the mode: a dead name as for any program. And by a new call, always. */
static void
a_death_is_not_told_to_others(void)
{
	struct peer *peer = peer_new();
	struct give give;
	port_t port = get_port_of(peer, &give);
	struct give other_give;
	port_t other;
	port_t notify;

	peer_run(peer, deallocate_there, &give, sizeof(give));
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_DEAD_NAME);
	deallocate(port);
	notify = task_notify();
	other = get_port_of(peer, &other_give);
	EXPECT(mach_port_deallocate(task_self(), other), KERN_SUCCESS);
	expect_empty(notify);
	deallocate(notify);
}

static void
a_backup_port_rescues_a_receive_right(void)
{
	port_t port = allocate();
	port_t backup = allocate();
	port_t other = allocate();
	port_t previous;
	port_t rescued;

	EXPECT(port_set_backup(task_self(), port, backup, &previous),
	    KERN_SUCCESS);
	CHECK_EQUAL(previous, PORT_NULL);
	EXPECT(
	    port_set_backup(task_self(), port, other, &previous), KERN_SUCCESS);
	CHECK_EQUAL(previous, backup);
	EXPECT(port_set_backup(task_self(), port, NOTHING, &previous),
	    KERN_INVALID_ARGUMENT);
	deallocate(port);
	expect_empty(backup);
	rescued =
	    expect_old_notice(other, NOTIFY_PORT_DESTROYED, MSG_TYPE_PORT_ALL);
	CHECK_EQUAL(old_type_of(rescued), PORT_TYPE_RECEIVE_OWN);
	deallocate(rescued);
	deallocate(backup);
	deallocate(other);
}

static void
no_senders_are_told_at_the_port(void)
{
	port_t port = allocate();

	CHECK_EQUAL(
	    request(port, NOTIFY_NO_MORE_SENDERS, 0, port), MACH_PORT_NULL);
	EXPECT(mach_port_deallocate(task_self(), port), KERN_SUCCESS);
	CHECK_EQUAL(
	    expect_old_notice(port, NOTIFY_NO_MORE_SENDERS, MSG_TYPE_PORT_NAME),
	    port);
	deallocate(port);
}

static void
notifications_have_these_numbers(void)
{
	CHECK_EQUAL(NOTIFY_FIRST, 64);
	CHECK_EQUAL(NOTIFY_PORT_DELETED, 65);
	CHECK_EQUAL(NOTIFY_MSG_ACCEPTED, 66);
	CHECK_EQUAL(NOTIFY_OWNERSHIP_RIGHTS, 67);
	CHECK_EQUAL(NOTIFY_RECEIVE_RIGHTS, 68);
	CHECK_EQUAL(NOTIFY_PORT_DESTROYED, 69);
	CHECK_EQUAL(NOTIFY_NO_MORE_SENDERS, 70);
	CHECK_EQUAL(NOTIFY_LAST, 77);
}

static void
a_forced_message_is_accepted_later(void)
{
	port_t port = allocate();
	port_t notify = task_notify();
	msg_header_t header = header_to(port, 9);

	EXPECT(msg_send(&header, SEND_NOTIFY, 0), SEND_SUCCESS);
	expect_old_id(port, 9);
	fill(port);
	EXPECT(msg_send(&header, SEND_NOTIFY, 0), SEND_WILL_NOTIFY);
	EXPECT(msg_send(&header, SEND_NOTIFY, 0), SEND_NOTIFY_IN_PROGRESS);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 1);
	for (int i = 0; i < PORT_BACKLOG_DEFAULT; i++)
		expect_old_id(port, 0);
	expect_empty(notify);
	expect_old_id(port, 9);
	CHECK_EQUAL(
	    expect_old_notice(notify, NOTIFY_MSG_ACCEPTED, MSG_TYPE_PORT_NAME),
	    port);
	/* Deallocating the port is the only way to cancel. */
	fill(port);
	EXPECT(msg_send(&header, SEND_NOTIFY, 0), SEND_WILL_NOTIFY);
	deallocate(port);
	CHECK_EQUAL(
	    expect_old_notice(notify, NOTIFY_MSG_ACCEPTED, MSG_TYPE_PORT_NAME),
	    PORT_NULL);
	deallocate(notify);
}

/*
 * Messages.
 */

static void
options_have_these_numbers(void)
{
	CHECK_EQUAL(MSG_OPTION_NONE, 0);
	CHECK_EQUAL(SEND_TIMEOUT, 0x1);
	CHECK_EQUAL(SEND_NOTIFY, 0x2);
	CHECK_EQUAL(SEND_INTERRUPT, 0x4);
	CHECK_EQUAL(SEND_SWITCH, 0x20);
	CHECK_EQUAL(RCV_TIMEOUT, 0x100);
	CHECK_EQUAL(RCV_NO_SENDERS, 0x200);
	CHECK_EQUAL(RCV_INTERRUPT, 0x400);
	CHECK_EQUAL(RCV_LARGE, 0x1000);
}

static void
the_header_is_swapped_for_the_receiver(void)
{
	port_t port = allocate();
	port_t reply = allocate();
	struct {
		msg_header_t header;
		msg_type_t type;
		int number;
	} out =
	    {
	        .header = header_to(port, 25),
	        .type = ITEM(MSG_TYPE_INTEGER_32, 32, 1),
	        .number = 42,
	    },
	  in;

	out.header.msg_size = sizeof(out);
	out.header.msg_type = MSG_TYPE_EMERGENCY;
	out.header.msg_local_port = reply;
	EXPECT(msg_send(&out.header, SEND_SWITCH, 0), SEND_SUCCESS);
	EXPECT(receive_old(port, &in, sizeof(in), 0), RCV_SUCCESS);
	CHECK_EQUAL(in.header.msg_simple, TRUE);
	CHECK_EQUAL(in.header.msg_size, sizeof(in));
	CHECK_EQUAL(in.header.msg_type, MSG_TYPE_EMERGENCY);
	CHECK_EQUAL(in.header.msg_id, 25);
	CHECK_EQUAL(in.header.msg_local_port, port);
	CHECK_EQUAL(in.header.msg_remote_port, reply);
	CHECK(memcmp(&in.type, &out.type, sizeof(in.type)) == 0);
	CHECK_EQUAL(in.number, 42);
	deallocate(reply);
	deallocate(port);
}

static void
each_type_of_port_is_the_right_that_it_names(void)
{
	static const unsigned types[] = {
	    MSG_TYPE_PORT_RECEIVE, MSG_TYPE_PORT_OWNERSHIP, MSG_TYPE_PORT_ALL};
	port_t to = allocate();
	port_t port = allocate();
	struct port_message out = port_to(to, port, MSG_TYPE_PORT);
	struct port_message in;

	EXPECT(msg_send(&out.header, 0, 0), SEND_SUCCESS);
	EXPECT(receive_old(to, &in, sizeof(in), 0), RCV_SUCCESS);
	CHECK_EQUAL(in.type.msg_type_name, MSG_TYPE_PORT);
	CHECK_EQUAL(in.port, port);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 2);
	for (int i = 0; i < 3; i++) {
		out = port_to(to, port, types[i]);
		EXPECT(msg_send(&out.header, 0, 0), SEND_SUCCESS);
		CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_SEND);
		EXPECT(receive_old(to, &in, sizeof(in), 0), RCV_SUCCESS);
		CHECK_EQUAL(in.type.msg_type_name, types[i]);
		CHECK_EQUAL(in.port, port);
		CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_SEND_RECEIVE);
	}
	/* A name is a number. */
	out = port_to(to, NOTHING, MSG_TYPE_PORT_NAME);
	EXPECT(msg_send(&out.header, 0, 0), SEND_SUCCESS);
	EXPECT(receive_old(to, &in, sizeof(in), 0), RCV_SUCCESS);
	CHECK_EQUAL(in.port, NOTHING);
	deallocate(port);
	deallocate(to);
}

static void
codes_of_a_send(void)
{
	port_t port = allocate();
	msg_header_t header = header_to(port, 1);
	struct port_message bad = port_to(port, NOTHING, MSG_TYPE_PORT);
	struct {
		msg_header_t header;
		msg_type_t type;
		void *memory;
	} nowhere = {
	    .header = header_to(port, 1),
	    .type = {.msg_type_name = MSG_TYPE_BYTE,
	        .msg_type_size = 8,
	        .msg_type_number = 100},
	    .memory = (void *)16,
	};

	nowhere.header.msg_simple = FALSE;
	nowhere.header.msg_size = sizeof(nowhere);
	EXPECT(msg_send(&nowhere.header, 0, 0), SEND_INVALID_MEMORY);
	EXPECT(msg_send(NULL, 0, 0), SEND_INVALID_MEMORY);
	EXPECT(msg_send(&bad.header, 0, 0), SEND_INVALID_PORT);
	bad.port = port;
	bad.type.msg_type_size = 8;
	EXPECT(msg_send(&bad.header, 0, 0), SEND_INVALID_PORT);
	header.msg_remote_port = NOTHING;
	EXPECT(msg_send(&header, 0, 0), SEND_INVALID_PORT);
	header.msg_remote_port = port;
	header.msg_local_port = NOTHING;
	EXPECT(msg_send(&header, 0, 0), SEND_INVALID_PORT);
	header.msg_local_port = PORT_NULL;
	header.msg_size = 20;
	EXPECT(msg_send(&header, 0, 0), SEND_MSG_TOO_SMALL);
	header.msg_size = MSG_SIZE_MAX + 4;
	EXPECT(msg_send(&header, 0, 0), SEND_MSG_TOO_LARGE);
	expect_empty(port);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 1);
	deallocate(port);
}

static void
a_failed_send_destroys_the_message(void)
{
	port_t to = allocate();
	port_t port = allocate();
	struct port_message out = port_to(to, port, MSG_TYPE_PORT_ALL);

	fill(to);
	EXPECT(msg_send(&out.header, SEND_TIMEOUT, 0), SEND_TIMED_OUT);
	/* The receive right has gone with it; the send right was not in it. */
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_DEAD_NAME);
	CHECK_EQUAL(refs_of(to, MACH_PORT_RIGHT_SEND), 1);
	deallocate(port);
	deallocate(to);
}

static void
codes_of_a_receive(void)
{
	port_t port = allocate();
	port_t send = NOTHING;
	struct port_message out = port_to(port, port, MSG_TYPE_PORT);
	struct port_message in;
	msg_header_t small;

	EXPECT(msg_receive(NULL, RCV_TIMEOUT, 0), RCV_INVALID_MEMORY);
	EXPECT(receive_old(send, &in, sizeof(in), 0), RCV_INVALID_PORT);
	EXPECT(receive_old(task_self(), &in, sizeof(in), 0), RCV_INVALID_PORT);
	EXPECT(receive_old(port, &in, sizeof(in), 0), RCV_TIMED_OUT);
	/* Lost without RCV_LARGE, kept with it. */
	EXPECT(msg_send(&out.header, 0, 0), SEND_SUCCESS);
	EXPECT(receive_old(port, &small, sizeof(small), 0), RCV_TOO_LARGE);
	expect_empty(port);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 1);
	EXPECT(msg_send(&out.header, 0, 0), SEND_SUCCESS);
	EXPECT(
	    receive_old(port, &small, sizeof(small), RCV_LARGE), RCV_TOO_LARGE);
	CHECK(small.msg_size >= sizeof(in));
	EXPECT(receive_old(port, &in, sizeof(in), 0), RCV_SUCCESS);
	CHECK_EQUAL(in.port, port);
	deallocate(port);
}

static void
wait_for_message(void *argument)
{
	msg_header_t header = {
	    .msg_size = sizeof(header),
	    .msg_local_port = *(port_t *)argument,
	};

	EXPECT(msg_receive(&header, MSG_OPTION_NONE, 0), RCV_PORT_CHANGE);
}

static void
a_receive_ends_with_its_right(void)
{
	port_t port = allocate();
	struct worker *worker = worker_start(wait_for_message, &port);

	worker_until_blocked(worker);
	deallocate(port);
	worker_join(worker);
}

static void
do_nothing(int signal)
{
	(void)signal;
}

static void
wait_until_interrupted(void *argument)
{
	msg_header_t header = {
	    .msg_size = sizeof(header),
	    .msg_local_port = *(port_t *)argument,
	};

	EXPECT(msg_receive(&header, RCV_INTERRUPT, 0), RCV_INTERRUPTED);
}

static void
send_until_interrupted(void *argument)
{
	msg_header_t header = header_to(*(port_t *)argument, 1);

	EXPECT(msg_send_trap(&header, MSG_OPTION_NONE, 0), SEND_INTERRUPTED);
}

/* Run @function, and interrupt it when it waits. */
static void
interrupt(void (*function)(void *argument), port_t port)
{
	const struct sigaction action = {.sa_handler = do_nothing};
	struct worker *worker;
	sigset_t signals;

	CHECK(sigaction(SIGUSR1, &action, NULL) == 0);
	worker = worker_start(function, &port);
	worker_until_blocked(worker);
	/* It is not for us. */
	(void)sigemptyset(&signals);
	(void)sigaddset(&signals, SIGUSR1);
	(void)pthread_sigmask(SIG_BLOCK, &signals, NULL);
	CHECK(kill(getpid(), SIGUSR1) == 0);
	worker_join(worker);
	(void)pthread_sigmask(SIG_UNBLOCK, &signals, NULL);
}

static void
a_signal_ends_a_wait_that_may_be_interrupted(void)
{
	port_t port = allocate();

	interrupt(wait_until_interrupted, port);
	fill(port);
	interrupt(send_until_interrupted, port);
	CHECK_EQUAL(status_of(port).mps_msgcount, PORT_BACKLOG_DEFAULT);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 1);
	deallocate(port);
}

static void
a_receive_that_nobody_can_end_is_refused(void)
{
	struct peer *peer = peer_new();
	port_t port = allocate();
	msg_header_t in;

	EXPECT(receive_old(port, &in, sizeof(in), RCV_NO_SENDERS),
	    RCV_ONLY_SENDER);
	(void)peer_give(peer, port, MACH_MSG_TYPE_MAKE_SEND);
	EXPECT(
	    receive_old(port, &in, sizeof(in), RCV_NO_SENDERS), RCV_TIMED_OUT);
	peer_kill(peer);
	EXPECT(receive_old(port, &in, sizeof(in), RCV_NO_SENDERS),
	    RCV_ONLY_SENDER);
	deallocate(port);
}

static void
answer_once(void *argument)
{
	msg_header_t request = {
	    .msg_size = sizeof(request),
	    .msg_local_port = *(port_t *)argument,
	};

	EXPECT(msg_receive(&request, MSG_OPTION_NONE, 0), RCV_SUCCESS);
	CHECK_EQUAL(request.msg_id, 100);
	request.msg_local_port = PORT_NULL;
	request.msg_id = 200;
	EXPECT(msg_send(&request, MSG_OPTION_NONE, 0), SEND_SUCCESS);
}

static void
a_call_is_a_send_and_a_receive(void)
{
	port_t port = allocate();
	port_t reply = allocate();
	struct worker *worker = worker_start(answer_once, &port);
	msg_header_t header = header_to(port, 100);

	header.msg_local_port = reply;
	EXPECT(msg_rpc(&header, MSG_OPTION_NONE, sizeof(header), 0, 0),
	    RPC_SUCCESS);
	CHECK_EQUAL(header.msg_id, 200);
	CHECK_EQUAL(header.msg_local_port, reply);
	worker_join(worker);
	header = header_to(NOTHING, 100);
	header.msg_local_port = reply;
	EXPECT(msg_rpc(&header, RCV_TIMEOUT, sizeof(header), 0, 0),
	    RPC_INVALID_PORT);
	header = header_to(port, 100);
	header.msg_local_port = reply;
	EXPECT(msg_rpc(&header, RCV_TIMEOUT, sizeof(header), 0, 0),
	    RPC_RCV_TIMED_OUT);
	deallocate(port);
	deallocate(reply);
}

/*
 * Ports and sets.
 */

static void
a_port_has_all_rights_and_goes_at_once(void)
{
	port_t port = allocate();

	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_SEND_RECEIVE);
	CHECK_EQUAL(old_type_of(port), PORT_TYPE_RECEIVE_OWN);
	EXPECT(mach_port_mod_refs(task_self(), port, MACH_PORT_RIGHT_SEND, 9),
	    KERN_SUCCESS);
	deallocate(port);
	CHECK_EQUAL(type_of(port), 0);
	EXPECT(port_deallocate(task_self(), port), KERN_INVALID_ARGUMENT);
	EXPECT(port_deallocate(task_self(), PORT_NULL), KERN_INVALID_ARGUMENT);
	EXPECT(port_allocate(NOTHING, &port), KERN_INVALID_ARGUMENT);
	/* The call of today releases one reference. */
	port = allocate();
	EXPECT(mach_port_deallocate(task_self(), port), KERN_SUCCESS);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_RECEIVE);
	destroy(port);
}

static void
names_and_types_are_listed(void)
{
	port_t port = allocate();
	port_set_name_t set;
	port_name_array_t names;
	port_type_array_t types;
	unsigned count;
	unsigned type_count;
	unsigned seen = 0;

	EXPECT(port_set_allocate(task_self(), &set), KERN_SUCCESS);
	CHECK_EQUAL(old_type_of(set), PORT_TYPE_SET);
	CHECK_EQUAL(old_type_of(task_self()), PORT_TYPE_SEND);
	EXPECT(port_names(task_self(), &names, &count, &types, &type_count),
	    KERN_SUCCESS);
	CHECK_EQUAL(count, type_count);
	for (unsigned i = 0; i < count; i++) {
		seen += names[i] == port || names[i] == set;
		CHECK_EQUAL(types[i], old_type_of(names[i]));
	}
	CHECK_EQUAL(seen, 2);
	EXPECT(vm_deallocate(
	           task_self(), (vm_address_t)names, count * sizeof(*names)),
	    KERN_SUCCESS);
	EXPECT(vm_deallocate(
	           task_self(), (vm_address_t)types, count * sizeof(*types)),
	    KERN_SUCCESS);
	EXPECT(port_set_deallocate(task_self(), set), KERN_SUCCESS);
	deallocate(port);
}

static void
a_name_is_changed(void)
{
	port_t port = allocate();
	port_t other = allocate();
	port_t name = absent_name();

	EXPECT(port_rename(task_self(), port, other), KERN_NAME_EXISTS);
	EXPECT(port_rename(task_self(), port, name), KERN_SUCCESS);
	CHECK_EQUAL(type_of(port), 0);
	CHECK_EQUAL(old_type_of(name), PORT_TYPE_RECEIVE_OWN);
	EXPECT(
	    port_rename(task_self(), port, PORT_NULL), KERN_INVALID_ARGUMENT);
	deallocate(name);
	deallocate(other);
}

static void
the_status_is_of_who_receives(void)
{
	port_t port = allocate();
	port_set_name_t set;
	port_set_name_t enabled = NOTHING;
	int messages;
	int backlog;
	boolean_t owner;
	boolean_t receiver;
	msg_header_t header = header_to(port, 5);

	EXPECT(port_set_allocate(task_self(), &set), KERN_SUCCESS);
	EXPECT(port_status(task_self(), port, &enabled, &messages, &backlog,
	           &owner, &receiver),
	    KERN_SUCCESS);
	CHECK_EQUAL(enabled, PORT_NULL);
	CHECK_EQUAL(messages, 0);
	CHECK_EQUAL(backlog, PORT_BACKLOG_DEFAULT);
	CHECK(owner && receiver);
	EXPECT(port_set_add(task_self(), set, port), KERN_SUCCESS);
	EXPECT(msg_send(&header, 0, 0), SEND_SUCCESS);
	EXPECT(port_status(task_self(), port, &enabled, &messages, &backlog,
	           &owner, &receiver),
	    KERN_SUCCESS);
	CHECK_EQUAL(enabled, set);
	CHECK_EQUAL(messages, 1);
	EXPECT(port_status(task_self(), task_self(), &enabled, &messages,
	           &backlog, &owner, &receiver),
	    KERN_SUCCESS);
	CHECK_EQUAL(enabled, PORT_NULL);
	CHECK_EQUAL(messages, -1);
	CHECK_EQUAL(backlog, 0);
	CHECK(!owner && !receiver);
	EXPECT(port_set_deallocate(task_self(), set), KERN_SUCCESS);
	deallocate(port);
}

static void
a_backlog_is_from_1_to_16(void)
{
	port_t port = allocate();

	CHECK_EQUAL(PORT_BACKLOG_MAX, 16);
	EXPECT(port_set_backlog(task_self(), port, 1), KERN_SUCCESS);
	EXPECT(port_set_backlog(task_self(), port, 16), KERN_SUCCESS);
	CHECK_EQUAL(status_of(port).mps_qlimit, 16);
	EXPECT(port_set_backlog(task_self(), port, 0), KERN_INVALID_ARGUMENT);
	EXPECT(port_set_backlog(task_self(), port, 17), KERN_INVALID_ARGUMENT);
	EXPECT(
	    port_set_backlog(task_self(), NOTHING, 5), KERN_INVALID_ARGUMENT);
	EXPECT(
	    port_set_backlog(task_self(), task_self(), 5), KERN_NOT_RECEIVER);
	deallocate(port);
}

static void
a_port_is_in_one_set(void)
{
	port_t port = allocate();
	port_set_name_t set;
	port_set_name_t other;
	port_set_name_array_t members;
	unsigned count;

	EXPECT(port_set_allocate(task_self(), &set), KERN_SUCCESS);
	EXPECT(port_set_allocate(task_self(), &other), KERN_SUCCESS);
	EXPECT(port_set_add(task_self(), set, port), KERN_SUCCESS);
	EXPECT(port_set_add(task_self(), other, port), KERN_SUCCESS);
	EXPECT(
	    port_set_status(task_self(), set, &members, &count), KERN_SUCCESS);
	CHECK_EQUAL(count, 0);
	EXPECT(port_set_status(task_self(), other, &members, &count),
	    KERN_SUCCESS);
	CHECK_EQUAL(count, 1);
	CHECK_EQUAL(members[0], port);
	EXPECT(vm_deallocate(task_self(), (vm_address_t)members,
	           count * sizeof(*members)),
	    KERN_SUCCESS);
	EXPECT(port_set_remove(task_self(), port), KERN_SUCCESS);
	EXPECT(port_set_remove(task_self(), port), KERN_NOT_IN_SET);
	EXPECT(port_set_add(task_self(), set, task_self()), KERN_NOT_RECEIVER);
	EXPECT(port_set_add(task_self(), port, port), KERN_INVALID_ARGUMENT);
	EXPECT(port_set_deallocate(task_self(), set), KERN_SUCCESS);
	EXPECT(port_set_deallocate(task_self(), set), KERN_INVALID_ARGUMENT);
	EXPECT(port_set_deallocate(task_self(), port), KERN_INVALID_ARGUMENT);
	EXPECT(port_set_deallocate(task_self(), other), KERN_SUCCESS);
	deallocate(port);
}

static void
enabled_ports_are_received_from_together(void)
{
	port_t a = allocate();
	port_t b = allocate();
	port_name_array_t ports;
	unsigned count;
	mach_port_name_array_t names;
	mach_port_type_array_t types;
	mach_msg_type_number_t name_count;
	msg_header_t header = header_to(b, 7);

	EXPECT(port_enable(task_self(), a), KERN_SUCCESS);
	EXPECT(port_enable(task_self(), b), KERN_SUCCESS);
	EXPECT(port_enable(task_self(), task_self()), KERN_NOT_RECEIVER);
	EXPECT(msg_send(&header, 0, 0), SEND_SUCCESS);
	EXPECT(port_messages(task_self(), &ports, &count), KERN_SUCCESS);
	CHECK_EQUAL(count, 1);
	CHECK_EQUAL(ports[0], b);
	EXPECT(vm_deallocate(
	           task_self(), (vm_address_t)ports, count * sizeof(*ports)),
	    KERN_SUCCESS);
	EXPECT(
	    receive_old(PORT_ENABLED, &header, sizeof(header), 0), RCV_SUCCESS);
	CHECK_EQUAL(header.msg_local_port, b);
	EXPECT(port_disable(task_self(), b), KERN_SUCCESS);
	header = header_to(b, 8);
	EXPECT(msg_send(&header, 0, 0), SEND_SUCCESS);
	EXPECT(receive_old(PORT_ENABLED, &header, sizeof(header), 0),
	    RCV_TIMED_OUT);
	deallocate(a);
	deallocate(b);

	/* The set is hidden from old calls, not from those of today. */
	EXPECT(mach_port_names(
	           task_self(), &names, &name_count, &types, &name_count),
	    KERN_SUCCESS);
	for (unsigned i = 0; i < name_count; i++) {
		if (types[i] & MACH_PORT_TYPE_PORT_SET)
			deallocate(names[i]);
	}
	EXPECT(vm_deallocate(task_self(), (vm_address_t)names,
	           name_count * sizeof(*names)),
	    KERN_SUCCESS);
	EXPECT(vm_deallocate(task_self(), (vm_address_t)types,
	           name_count * sizeof(*types)),
	    KERN_SUCCESS);
}

static void
rights_are_put_into_a_task_and_taken_out(void)
{
	struct peer *peer = peer_new();
	mach_port_t task = peer_task(peer);
	port_t port = allocate();
	port_t other = allocate();
	port_name_t name = absent_name();
	port_type_t type;
	port_t got;

	EXPECT(port_insert_send(task, port, name), KERN_SUCCESS);
	EXPECT(port_type(task, name, &type), KERN_SUCCESS);
	CHECK_EQUAL(type, PORT_TYPE_SEND);
	EXPECT(port_insert_send(task, other, name), KERN_NAME_EXISTS);
	EXPECT(port_insert_send(task, port, name + 0x100), KERN_FAILURE);
	EXPECT(port_insert_send(task, NOTHING, name), KERN_INVALID_ARGUMENT);
	EXPECT(port_extract_send(task, name, &got), KERN_SUCCESS);
	CHECK_EQUAL(got, port);
	EXPECT(port_type(task, name, &type), KERN_INVALID_ARGUMENT);
	EXPECT(port_extract_send(task, name, &got), KERN_INVALID_ARGUMENT);

	EXPECT(port_insert_receive(task, port, name), KERN_SUCCESS);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_SEND);
	EXPECT(port_extract_receive(task, name, &got), KERN_SUCCESS);
	CHECK_EQUAL(got, port);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_SEND_RECEIVE);
	EXPECT(port_extract_receive(task, name, &got), KERN_INVALID_ARGUMENT);
	deallocate(port);
	deallocate(other);
}

/*
 * Other names, and what to mind.
 */

static void
other_old_names_are_there(void)
{
	mach_port_t set[4] = {0};
	vm_address_t memory;

	CHECK_EQUAL(MSG_TYPE_INTEGER_32, 2);
	CHECK_EQUAL(MSG_TYPE_BYTE, 9);
	CHECK_EQUAL(MSG_TYPE_CHAR, 8);
	CHECK_EQUAL(MSG_TYPE_BIT, 0);
	CHECK_EQUAL(MSG_TYPE_BOOLEAN, 0);
	CHECK_EQUAL(MSG_TYPE_REAL, 10);
	CHECK_EQUAL(MSG_TYPE_STRING, 12);
	CHECK_EQUAL(MSG_TYPE_STRING_C, 12);
	CHECK_EQUAL(MSG_TYPE_INTERNAL_MEMORY, MSG_TYPE_BYTE);
	CHECK_EQUAL(sizeof(msg_type_long_t), 12);
	CHECK_EQUAL(sizeof(port_set_name_t), 4);
	mig_init(NULL);
	/* 3 slots, where Mach 2.5 had 4. */
	EXPECT(mach_ports_register(task_self(), set, 3), KERN_SUCCESS);
	EXPECT(mach_ports_register(task_self(), set, 4), KERN_INVALID_ARGUMENT);
	EXPECT(vm_allocate(task_self(), &memory, 100, TRUE), KERN_SUCCESS);
	EXPECT(vm_deallocate(task_self(), memory, 100), KERN_SUCCESS);
}

static void
old_codes_have_texts(void)
{
	CHECK(strstr(mach_error_string(SEND_INVALID_PORT), "(ipc/send)"));
	CHECK(strstr(mach_error_string(RCV_TIMED_OUT), "(ipc/rcv)"));
	CHECK(strcmp(mach_error_string(SEND_INVALID_PORT),
	          mach_error_string(SEND_TIMED_OUT)) != 0);
}

/* A buffer of just the message's size: enough for the old call alone. */
static void
only_todays_receive_needs_room_for_a_trailer(void)
{
	port_t port = allocate();
	msg_header_t header = header_to(port, 3);
	mach_msg_header_t modern;

	EXPECT(msg_send(&header, 0, 0), SEND_SUCCESS);
	EXPECT(mach_msg(&modern, MACH_RCV_MSG | MACH_RCV_LARGE, 0,
	           sizeof(modern), port, 0, MACH_PORT_NULL),
	    MACH_RCV_TOO_LARGE);
	EXPECT(receive_old(port, &header, sizeof(header), 0), RCV_SUCCESS);
	deallocate(port);
}

/* SEND_NOTIFY takes a receive right, request_notification a send-once right. */
static void
notify_is_a_receive_right_only_for_a_send(void)
{
	port_t port = allocate();
	port_t notify = new_send_port();
	mach_port_t previous;
	mach_msg_header_t header = {
	    .msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0),
	    .msgh_remote_port = port,
	};

	fill(port);
	EXPECT(mach_msg(&header, MACH_SEND_MSG | MACH_SEND_NOTIFY,
	           sizeof(header), 0, 0, 0, notify),
	    MACH_SEND_WILL_NOTIFY);
	EXPECT(mach_port_request_notification(task_self(), port,
	           MACH_NOTIFY_DEAD_NAME, 0, notify, MACH_MSG_TYPE_COPY_SEND,
	           &previous),
	    MIG_TYPE_ERROR);
	deallocate(port);
	deallocate(notify);
}

static const struct scenario scenarios[] = {
    SCENARIO("older.4 older.4.r1 older.4.r2 older.4.r3 older.7.r3",
        self_ports_are_cached_names),
    SCENARIO("older.4.r5", a_thread_has_one_reply_port),
    SCENARIO("older.4.r4 older.7.r1", a_task_has_one_notify_port),
    SCENARIO("older.7.r1", the_exception_port_is_a_slot),
    SCENARIO(
        "older.4 older.4.r8 older.8.i3", a_death_is_told_and_the_name_is_gone),
    SCENARIO("older.4 older.8.i3", a_death_is_not_told_to_others),
    SCENARIO("older.4.r12 older.6.r8", a_backup_port_rescues_a_receive_right),
    SCENARIO("older.4.r13", no_senders_are_told_at_the_port),
    SCENARIO("older.4.r7 older.4.r14", notifications_have_these_numbers),
    SCENARIO("older.4.1 older.4.r9 older.5.r10 older.5.r11",
        a_forced_message_is_accepted_later),
    SCENARIO("older.5.r1 older.5.r2 older.5.r3 older.5.r4 older.5.r5",
        options_have_these_numbers),
    SCENARIO("older.5 older.5.r5 older.5.r6",
        the_header_is_swapped_for_the_receiver),
    SCENARIO("older.5", each_type_of_port_is_the_right_that_it_names),
    SCENARIO("older.5.r7 older.5.r8 older.5.r14 older.5.r15", codes_of_a_send),
    SCENARIO("older.5 older.5.r9", a_failed_send_destroys_the_message),
    SCENARIO("older.5.r4 older.5.r17 older.5.r18 older.5.r19 older.5.r20",
        codes_of_a_receive),
    SCENARIO("older.5.r24", a_receive_ends_with_its_right),
    SCENARIO_WITH(SCENARIO_PROCESS, "older.5.r3 older.5.r13 older.5.r23",
        a_signal_ends_a_wait_that_may_be_interrupted),
    SCENARIO("older.5 older.5.r2 older.5.r22",
        a_receive_that_nobody_can_end_is_refused),
    SCENARIO("older.5 older.5.r6", a_call_is_a_send_and_a_receive),
    SCENARIO("older.6.r1 older.6.r2 older.8.i1",
        a_port_has_all_rights_and_goes_at_once),
    SCENARIO("older.6 older.6.r3 older.6.r4", names_and_types_are_listed),
    SCENARIO("older.6.r5", a_name_is_changed),
    SCENARIO("older.6.r6", the_status_is_of_who_receives),
    SCENARIO("older.6 older.6.r7", a_backlog_is_from_1_to_16),
    SCENARIO("older.6 older.6.r9 older.6.r10 older.6.r11 older.6.r12 "
             "older.7.r8",
        a_port_is_in_one_set),
    SCENARIO("older.6.r17 older.6.r18 older.8.i4",
        enabled_ports_are_received_from_together),
    SCENARIO("older.6 older.6.r13 older.6.r14 older.6.r15 older.6.r16",
        rights_are_put_into_a_task_and_taken_out),
    SCENARIO("older.7.r2 older.7.r4 older.7.r5 older.7.r7",
        other_old_names_are_there),
    SCENARIO("older.7.r6", old_codes_have_texts),
    SCENARIO("older.8.i2", only_todays_receive_needs_room_for_a_trailer),
    SCENARIO("older.8.i5", notify_is_a_receive_right_only_for_a_send),
};
CONFORMANCE(scenarios)
