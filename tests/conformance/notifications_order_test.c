/*
 * What notifications promise together: their order, and that of each request
 * comes one thing, whoever is at it at the same time.
 * Source: spec/notifications.md 3, 11
 */
#include "notices.h"

#include <string.h>

#define COPY_SEND MACH_MSG_TYPE_COPY_SEND

/* A name for the receive right in the space of a peer, where none is. */
#define AT 0x703

/*
 * Order.
 */

/* A message in the queue of @port whose end is told to @notify as 69. It came
 * over a send-once right, so it keeps no send right for @port. */
static void
queue_effect(mach_port_t port, mach_port_t notify)
{
	mach_port_t watched = new_port();
	struct right_message message = right_message(new_send_once(port),
	    MACH_MSG_TYPE_MOVE_SEND_ONCE, watched, MACH_MSG_TYPE_MOVE_RECEIVE);

	EXPECT(ask(watched, MACH_NOTIFY_PORT_DESTROYED, 0, notify, NULL),
	    KERN_SUCCESS);
	EXPECT(mach_msg(&message.header, MACH_SEND_MSG, sizeof(message), 0,
	           MACH_PORT_NULL, 0, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
}

static void
death_is_told_after_its_effects(void)
{
	mach_port_t task = peer_task(peer_new());
	mach_port_t notify = new_port();
	mach_port_t port = new_send_port();
	mach_port_t previous;
	uint32_t names[2];

	EXPECT(ask(port, MACH_NOTIFY_DEAD_NAME, 0, notify, NULL), KERN_SUCCESS);
	EXPECT(
	    ask(port, MACH_NOTIFY_NO_SENDERS, 0, notify, NULL), KERN_SUCCESS);
	(void)give(task, AT, port, MACH_MSG_TYPE_MAKE_SEND);
	EXPECT(mach_port_request_notification(task, AT, MACH_NOTIFY_DEAD_NAME,
	           0, notify, MACH_MSG_TYPE_MAKE_SEND_ONCE, &previous),
	    KERN_SUCCESS);
	queue_effect(port, notify);
	queue_effect(port, notify);

	drop_receive(port);
	for (unsigned i = 0; i < 2; i++)
		drop_receive(expect_destroyed(notify));
	expect_notice(notify, MACH_NOTIFY_SEND_ONCE, 0);
	for (unsigned i = 0; i < 2; i++) {
		mach_dead_name_notification_t notice;

		EXPECT(mach_msg(&notice.not_header,
		           MACH_RCV_MSG | MACH_RCV_TIMEOUT, 0, sizeof(notice),
		           notify, 0, MACH_PORT_NULL),
		    MACH_MSG_SUCCESS);
		CHECK_EQUAL(notice.not_header.msgh_id, MACH_NOTIFY_DEAD_NAME);
		names[i] = notice.not_port;
	}
	CHECK(names[0] == port || names[1] == port);
	CHECK(names[0] == AT || names[1] == AT);
	expect_empty(notify);
	destroy(port);
	drop_receive(notify);
}

static void
a_destroyed_name_is_told_of_in_order(void)
{
	mach_port_t notify = new_port();
	mach_port_t port = new_send_port();

	EXPECT(ask(port, MACH_NOTIFY_DEAD_NAME, 0, notify, NULL), KERN_SUCCESS);
	EXPECT(
	    ask(port, MACH_NOTIFY_NO_SENDERS, 0, notify, NULL), KERN_SUCCESS);
	queue_effect(port, notify);
	destroy(port);
	drop_receive(expect_destroyed(notify));
	expect_notice(notify, MACH_NOTIFY_NO_SENDERS, 1);
	expect_notice(notify, MACH_NOTIFY_PORT_DELETED, port);
	expect_empty(notify);
	drop_receive(notify);
}

static void
a_released_right_is_told_of_in_order(void)
{
	mach_port_t notify = new_port();
	mach_port_t task = peer_task(peer_new());
	mach_port_t right;
	mach_port_t previous;

	/* A send-once right: 71, 65. */
	right = new_send_once(notify);
	EXPECT(
	    ask(right, MACH_NOTIFY_DEAD_NAME, 0, notify, NULL), KERN_SUCCESS);
	drop(right);
	expect_notice(notify, MACH_NOTIFY_SEND_ONCE, 0);
	expect_notice(notify, MACH_NOTIFY_PORT_DELETED, right);
	right = new_send_once(notify);
	EXPECT(
	    ask(right, MACH_NOTIFY_DEAD_NAME, 0, notify, NULL), KERN_SUCCESS);
	destroy(right);
	expect_notice(notify, MACH_NOTIFY_SEND_ONCE, 0);
	expect_notice(notify, MACH_NOTIFY_PORT_DELETED, right);

	/* The last send right: 70, 65. */
	for (unsigned way = 0; way < 2; way++) {
		right = new_remote_send(task, AT);
		EXPECT(mach_port_request_notification(task, AT,
		           MACH_NOTIFY_NO_SENDERS, 1, notify,
		           MACH_MSG_TYPE_MAKE_SEND_ONCE, &previous),
		    KERN_SUCCESS);
		EXPECT(ask(right, MACH_NOTIFY_DEAD_NAME, 0, notify, NULL),
		    KERN_SUCCESS);
		if (way == 0)
			drop(right);
		else
			destroy(right);
		expect_notice(notify, MACH_NOTIFY_NO_SENDERS, 0);
		expect_notice(notify, MACH_NOTIFY_PORT_DELETED, right);
		kill_remote(task, AT);
	}
	expect_empty(notify);
	drop_receive(notify);
}

static void
a_destructed_port_is_told_of_in_order(void)
{
	mach_port_t notify = new_port();
	mach_port_t port = new_send_port();

	/* The last send right goes first. */
	make_send(port);
	EXPECT(ask(port, MACH_NOTIFY_DEAD_NAME, 0, notify, NULL), KERN_SUCCESS);
	EXPECT(
	    ask(port, MACH_NOTIFY_NO_SENDERS, 0, notify, NULL), KERN_SUCCESS);
	queue_effect(port, notify);
	EXPECT(mach_port_destruct(mach_task_self(), port, -2, 0), KERN_SUCCESS);
	CHECK_EQUAL(type_of(port), 0);
	expect_notice(notify, MACH_NOTIFY_NO_SENDERS, 2);
	drop_receive(expect_destroyed(notify));
	expect_notice(notify, MACH_NOTIFY_PORT_DELETED, port);
	expect_empty(notify);

	/* If one stays, it is a port's death. */
	port = new_send_port();
	make_send(port);
	EXPECT(ask(port, MACH_NOTIFY_DEAD_NAME, 0, notify, NULL), KERN_SUCCESS);
	EXPECT(
	    ask(port, MACH_NOTIFY_NO_SENDERS, 0, notify, NULL), KERN_SUCCESS);
	EXPECT(mach_port_destruct(mach_task_self(), port, -1, 0), KERN_SUCCESS);
	expect_notice(notify, MACH_NOTIFY_SEND_ONCE, 0);
	expect_notice(notify, MACH_NOTIFY_DEAD_NAME, port);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_DEAD_NAME), 2);
	expect_empty(notify);
	destroy(port);
	drop_receive(notify);
}

static void
a_port_can_be_told_about_itself(void)
{
	mach_port_t port = new_send_port();
	mach_port_t once;

	EXPECT(ask(port, MACH_NOTIFY_NO_SENDERS, 0, port, NULL), KERN_SUCCESS);
	drop(port);
	expect_notice(port, MACH_NOTIFY_NO_SENDERS, 1);
	make_send(port);
	set_qlimit(port, 1);
	fill(port, port);
	EXPECT(
	    ask(port, MACH_NOTIFY_SEND_POSSIBLE, 1, port, NULL), KERN_SUCCESS);
	take(port);
	expect_notice(port, MACH_NOTIFY_SEND_POSSIBLE, port);
	once = new_send_once(port);
	EXPECT(ask(once, MACH_NOTIFY_DEAD_NAME, 0, port, NULL), KERN_SUCCESS);
	drop(once);
	expect_notice(port, MACH_NOTIFY_SEND_ONCE, 0);
	expect_notice(port, MACH_NOTIFY_PORT_DELETED, once);

	/* Of its own death it cannot. */
	EXPECT(ask(port, MACH_NOTIFY_DEAD_NAME, 0, port, NULL), KERN_SUCCESS);
	EXPECT(ask(port, MACH_NOTIFY_NO_SENDERS, 0, port, NULL), KERN_SUCCESS);
	drop_receive(port);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_DEAD_NAME);
	destroy(port);
}

/*
 * Races. A peer and workers go through the same ports in the same order.
 */
#define PORTS 32
#define ROUNDS 20

struct ports {
	mach_port_name_t names[PORTS];
};

static void
kill_all(void *argument)
{
	const struct ports *ports = argument;

	for (unsigned i = 0; i < PORTS; i++)
		EXPECT(mach_port_mod_refs(mach_task_self(), ports->names[i],
		           MACH_PORT_RIGHT_RECEIVE, -1),
		    KERN_SUCCESS);
}

static void
take_and_kill_all(void *argument)
{
	const struct ports *ports = argument;

	for (unsigned i = 0; i < PORTS; i++)
		take(ports->names[i]);
	kill_all(argument);
}

/* Drop each; it may be dead by then. */
static void
drop_all(void *argument)
{
	const struct ports *ports = argument;

	for (unsigned i = 0; i < PORTS; i++)
		drop(ports->names[i]);
}

struct canceller {
	struct ports ports;
	unsigned returned[PORTS];
};

/* Cancel each, if its name is still there. */
static void
cancel_all(void *argument)
{
	struct canceller *canceller = argument;

	for (unsigned i = PORTS; i-- > 0;) {
		mach_port_t previous;
		kern_return_t kr = ask(canceller->ports.names[i],
		    MACH_NOTIFY_SEND_POSSIBLE, 0, MACH_PORT_NULL, &previous);

		CHECK(kr == KERN_SUCCESS || kr == KERN_INVALID_NAME);
		if (kr != KERN_SUCCESS || previous == MACH_PORT_NULL)
			continue;
		canceller->returned[i]++;
		drop(previous);
	}
}

/* Ports of @peer's, with a request for each send right here. */
static void
make_watched(struct peer *peer, mach_msg_id_t id, mach_port_t notify,
    struct ports *mine_out, struct ports *theirs_out)
{
	for (unsigned i = 0; i < PORTS; i++) {
		mach_port_t port = new_full_port(1);

		theirs_out->names[i] =
		    peer_give(peer, port, MACH_MSG_TYPE_MOVE_RECEIVE);
		EXPECT(ask(port, id, 1, notify, NULL), KERN_SUCCESS);
		mine_out->names[i] = port;
	}
}

/* How often each of the names was told of, and how many rights came back. */
struct told {
	unsigned of[PORTS];
	unsigned dead[PORTS];
	unsigned returned;
};

/* Which of the ports has this name. */
static unsigned
find_name(const struct ports *ports, uint32_t name)
{
	for (unsigned i = 0; i < PORTS; i++)
		if (ports->names[i] == name)
			return i;
	scenario_fail(__FILE__, __LINE__, "a name of the ports");
}

static void
count_notices(
    mach_port_t notify, const struct ports *ports, struct told *told_out)
{
	struct received message;
	uint32_t name;

	memset(told_out, 0, sizeof(*told_out));
	while (receive_now(notify, 0, &message) == MACH_MSG_SUCCESS) {
		mach_msg_id_t id = message.header.msgh_id;
		unsigned i;

		if (id == MACH_NOTIFY_SEND_ONCE) {
			told_out->returned++;
			continue;
		}
		CHECK(id == MACH_NOTIFY_DEAD_NAME ||
		    id == MACH_NOTIFY_PORT_DELETED ||
		    id == MACH_NOTIFY_SEND_POSSIBLE);
		memcpy(&name, (const char *)&message + 32, sizeof(name));
		i = find_name(ports, name);
		told_out->of[i]++;
		told_out->dead[i] += id == MACH_NOTIFY_DEAD_NAME;
	}
}

/* One round: the peer does @theirs, while workers drop and cancel. */
static void
race_once(mach_msg_id_t id, peer_function *theirs)
{
	struct peer *peer = peer_new();
	mach_port_t notify = new_port();
	struct canceller canceller = {0};
	struct ports mine;
	struct ports remote;
	struct worker *workers[2];
	struct told told;
	unsigned returned = 0;

	make_watched(peer, id, notify, &mine, &remote);
	canceller.ports = mine;
	peer_start(peer, theirs, &remote, sizeof(remote));
	workers[0] = worker_start(drop_all, &mine);
	workers[1] = worker_start(cancel_all, &canceller);
	worker_join(workers[0]);
	worker_join(workers[1]);
	peer_join(peer);

	count_notices(notify, &mine, &told);
	for (unsigned i = 0; i < PORTS; i++) {
		CHECK_EQUAL(told.of[i] + canceller.returned[i], 1);
		returned += canceller.returned[i];
		/* The reference of a dead-name notification is ours, and there
		 * is no other. */
		if (told.dead[i])
			drop(mine.names[i]);
		CHECK_EQUAL(type_of(mine.names[i]), 0);
	}
	CHECK_EQUAL(told.returned, returned);
	CHECK_EQUAL(status_of(notify).mps_sorights, 0);
	drop_receive(notify);
	peer_kill(peer);
}

static void
a_dead_name_request_ends_once(void)
{
	for (unsigned round = 0; round < ROUNDS; round++)
		race_once(MACH_NOTIFY_DEAD_NAME, kill_all);
}

static void
a_send_possible_request_ends_once(void)
{
	for (unsigned round = 0; round < ROUNDS; round++)
		race_once(MACH_NOTIFY_SEND_POSSIBLE, take_and_kill_all);
}

static void
a_dead_name_is_dead_when_it_is_told(void)
{
	struct peer *peer = peer_new();
	mach_port_t notify = new_port();
	struct ports mine;
	struct ports theirs;

	for (unsigned round = 0; round < ROUNDS; round++) {
		make_watched(
		    peer, MACH_NOTIFY_DEAD_NAME, notify, &mine, &theirs);
		peer_start(peer, kill_all, &theirs, sizeof(theirs));
		for (unsigned i = 0; i < PORTS; i++) {
			mach_dead_name_notification_t notice = {0};

			EXPECT(mach_msg(&notice.not_header, MACH_RCV_MSG, 0,
			           sizeof(notice), notify, 0, MACH_PORT_NULL),
			    MACH_MSG_SUCCESS);
			CHECK_EQUAL(notice.not_port, mine.names[i]);
			CHECK_EQUAL(
			    type_of(notice.not_port), MACH_PORT_TYPE_DEAD_NAME);
			CHECK_EQUAL(
			    refs_of(notice.not_port, MACH_PORT_RIGHT_DEAD_NAME),
			    2);
			destroy(notice.not_port);
		}
		peer_join(peer);
	}
	expect_empty(notify);
	drop_receive(notify);
}

static void
make_and_drop(void *argument)
{
	mach_port_t port = *(mach_port_t *)argument;

	make_send(port);
	drop(port);
}

/* The test for no senders and the registration are one step: a send right that
 * is made and dropped meanwhile is told of, before or after. */
static void
no_loss_of_senders_is_missed(void)
{
	mach_port_t notify = new_port();

	for (unsigned round = 0; round < 200; round++) {
		mach_port_t port = new_port();
		struct worker *worker = worker_start(make_and_drop, &port);

		EXPECT(ask(port, MACH_NOTIFY_NO_SENDERS, 1, notify, NULL),
		    KERN_SUCCESS);
		worker_join(worker);
		expect_notice(notify, MACH_NOTIFY_NO_SENDERS, 1);
		expect_empty(notify);
		drop_receive(port);
	}
	drop_receive(notify);
}

static void
take_one(void *argument)
{
	take(*(mach_port_t *)argument);
}

static void
no_room_is_missed(void)
{
	mach_port_t notify = new_port();

	for (unsigned round = 0; round < 200; round++) {
		mach_port_t port = new_full_port(1);
		struct worker *worker = worker_start(take_one, &port);

		EXPECT(ask(port, MACH_NOTIFY_SEND_POSSIBLE, 1, notify, NULL),
		    KERN_SUCCESS);
		worker_join(worker);
		expect_notice(notify, MACH_NOTIFY_SEND_POSSIBLE, port);
		expect_empty(notify);
		destroy(port);
	}
	drop_receive(notify);
}

struct accepted {
	mach_port_t port;
	unsigned received;
};

static void
take_two(void *argument)
{
	struct accepted *accepted = argument;
	struct received message;

	while (receive_now(accepted->port, 0, &message) == MACH_MSG_SUCCESS)
		accepted->received++;
	drop_receive(accepted->port);
}

static void
drop_one(void *argument)
{
	drop(*(mach_port_t *)argument);
}

/* Taken, or destroyed with the queue, while its name goes. */
static void
a_message_is_accepted_once(void)
{
	mach_port_t notify = new_port();

	for (unsigned round = 0; round < 100; round++) {
		struct accepted accepted = {.port = new_full_port(1)};
		struct worker *workers[2];
		struct received notice;

		EXPECT(send_notify(accepted.port, COPY_SEND, 2, 0, notify),
		    MACH_SEND_WILL_NOTIFY);
		workers[0] = worker_start(take_two, &accepted);
		workers[1] = worker_start(drop_one, &accepted.port);
		worker_join(workers[0]);
		worker_join(workers[1]);
		CHECK_EQUAL(accepted.received, 2);
		EXPECT(receive_now(notify, 0, &notice), MACH_MSG_SUCCESS);
		CHECK_EQUAL(notice.header.msgh_id, MACH_NOTIFY_MSG_ACCEPTED);
		expect_empty(notify);
		CHECK_EQUAL(type_of(accepted.port), 0);
	}
	drop_receive(notify);
}

/*
 * Each is told of the other's death.
 */

struct pair {
	mach_port_t a;
	mach_port_t b;
};

static void
watch_each_other(struct pair *pair_out)
{
	pair_out->a = new_send_port();
	pair_out->b = new_send_port();
	EXPECT(ask(pair_out->a, MACH_NOTIFY_DEAD_NAME, 0, pair_out->b, NULL),
	    KERN_SUCCESS);
	EXPECT(ask(pair_out->b, MACH_NOTIFY_DEAD_NAME, 0, pair_out->a, NULL),
	    KERN_SUCCESS);
}

static void
drop_a(void *argument)
{
	drop_receive(((const struct pair *)argument)->a);
}

static void
two_ports_that_watch_each_other_may_die_together(void)
{
	struct pair pair;

	for (unsigned round = 0; round < 100; round++) {
		struct worker *worker;

		watch_each_other(&pair);
		worker = worker_start(drop_a, &pair);
		drop_receive(pair.b);
		worker_join(worker);
		CHECK_EQUAL(type_of(pair.a), MACH_PORT_TYPE_DEAD_NAME);
		CHECK_EQUAL(type_of(pair.b), MACH_PORT_TYPE_DEAD_NAME);
		destroy(pair.a);
		destroy(pair.b);
	}

	watch_each_other(&pair);
	drop_receive(pair.a);
	expect_notice(pair.b, MACH_NOTIFY_DEAD_NAME, pair.a);
	drop_receive(pair.b);
	destroy(pair.a);
	destroy(pair.b);
}

static void
watch_in_a_peer(void *argument)
{
	struct pair *pair = argument;

	watch_each_other(pair);
}

static void
a_task_may_die_with_ports_that_watch_each_other(void)
{
	struct peer *peer = peer_new();
	struct pair pair;
	mach_msg_type_name_t type;
	mach_port_t a;
	mach_port_t b;

	peer_run(peer, watch_in_a_peer, &pair, sizeof(pair));
	EXPECT(mach_port_extract_right(
	           peer_task(peer), pair.a, MACH_MSG_TYPE_COPY_SEND, &a, &type),
	    KERN_SUCCESS);
	EXPECT(mach_port_extract_right(
	           peer_task(peer), pair.b, MACH_MSG_TYPE_COPY_SEND, &b, &type),
	    KERN_SUCCESS);
	peer_kill(peer);
	CHECK_EQUAL(type_of(a), MACH_PORT_TYPE_DEAD_NAME);
	CHECK_EQUAL(type_of(b), MACH_PORT_TYPE_DEAD_NAME);
	drop(a);
	drop(b);
}

static const struct scenario scenarios[] = {
    SCENARIO("notifications.11.i2", death_is_told_after_its_effects),
    SCENARIO("notifications.11.i3", a_destroyed_name_is_told_of_in_order),
    SCENARIO("notifications.11.i3", a_released_right_is_told_of_in_order),
    SCENARIO("notifications.11.i3", a_destructed_port_is_told_of_in_order),
    SCENARIO("notifications.11 notifications.11.i5",
        a_port_can_be_told_about_itself),
    SCENARIO(
        "notifications.3 notifications.11.i1", a_dead_name_request_ends_once),
    SCENARIO("notifications.3 notifications.11.i1",
        a_send_possible_request_ends_once),
    SCENARIO("notifications.11.i4", a_dead_name_is_dead_when_it_is_told),
    SCENARIO("notifications.11.i1", no_loss_of_senders_is_missed),
    SCENARIO("notifications.11.i1", no_room_is_missed),
    SCENARIO("notifications.8 notifications.11.i1", a_message_is_accepted_once),
    SCENARIO("notifications.11.i6",
        two_ports_that_watch_each_other_may_die_together),
    SCENARIO(
        "notifications.11.i6", a_task_may_die_with_ports_that_watch_each_other),
};
CONFORMANCE(scenarios)
