/* Mach 2.5: self ports, the notify port, and what comes there. */
#define MACH_2_5
#include "older.h"

#include <mach/mig.h>

static void
expect_old_id(port_t port, int id)
{
	msg_header_t header;

	EXPECT(old_receive(port, &header, sizeof(header), 0), RCV_SUCCESS);
	CHECK_EQUAL(header.msg_id, id);
}

/* The next on @port is the notification @id; the port in it. */
static port_t
expect_old_notice(port_t port, int id, unsigned type)
{
	notification_t notice;

	EXPECT(old_receive(port, &notice, sizeof(notice), 0), RCV_SUCCESS);
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
	struct old_port_message message;

	give->port = old_allocate();
	message = old_port_to(give->to, give->port, MSG_TYPE_PORT);
	EXPECT(msg_send(&message.header, MSG_OPTION_NONE, 0), SEND_SUCCESS);
}

static port_t
get_port_of(struct peer *peer, struct give *give)
{
	port_t port = old_allocate();
	struct old_port_message message;

	give->to = peer_give(peer, port, MACH_MSG_TYPE_MAKE_SEND);
	peer_run(peer, send_own_port, give, sizeof(*give));
	EXPECT(old_receive(port, &message, sizeof(message), 0), RCV_SUCCESS);
	old_deallocate(port);
	return message.port;
}

static void
deallocate_there(void *argument)
{
	const struct give *give = argument;

	old_deallocate(give->port);
}

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
	old_deallocate(thread);
	old_deallocate(host);
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
	old_deallocate(port);
}

static void
the_exception_port_is_a_slot(void)
{
	port_t port = old_allocate();
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
	old_deallocate(port);
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
	old_deallocate(notify);
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
	old_deallocate(port);
	notify = task_notify();
	other = get_port_of(peer, &other_give);
	EXPECT(mach_port_deallocate(task_self(), other), KERN_SUCCESS);
	expect_empty(notify);
	old_deallocate(notify);
}

static void
a_backup_port_rescues_a_receive_right(void)
{
	port_t port = old_allocate();
	port_t backup = old_allocate();
	port_t other = old_allocate();
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
	old_deallocate(port);
	expect_empty(backup);
	rescued =
	    expect_old_notice(other, NOTIFY_PORT_DESTROYED, MSG_TYPE_PORT_ALL);
	CHECK_EQUAL(old_type_of(rescued), PORT_TYPE_RECEIVE_OWN);
	old_deallocate(rescued);
	old_deallocate(backup);
	old_deallocate(other);
}

static void
no_senders_are_told_at_the_port(void)
{
	port_t port = old_allocate();

	CHECK_EQUAL(
	    request(port, NOTIFY_NO_MORE_SENDERS, 0, port), MACH_PORT_NULL);
	EXPECT(mach_port_deallocate(task_self(), port), KERN_SUCCESS);
	CHECK_EQUAL(
	    expect_old_notice(port, NOTIFY_NO_MORE_SENDERS, MSG_TYPE_PORT_NAME),
	    port);
	old_deallocate(port);
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
	port_t port = old_allocate();
	port_t notify = task_notify();
	msg_header_t header = old_header_to(port, 9);

	EXPECT(msg_send(&header, SEND_NOTIFY, 0), SEND_SUCCESS);
	expect_old_id(port, 9);
	old_fill(port);
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
	old_fill(port);
	EXPECT(msg_send(&header, SEND_NOTIFY, 0), SEND_WILL_NOTIFY);
	old_deallocate(port);
	CHECK_EQUAL(
	    expect_old_notice(notify, NOTIFY_MSG_ACCEPTED, MSG_TYPE_PORT_NAME),
	    PORT_NULL);
	old_deallocate(notify);
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
};
CONFORMANCE(scenarios)
