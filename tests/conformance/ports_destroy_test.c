/* ports.md 7: moving and destroying a receive right, and the death of a task. */
#include "ports.h"

/* 7.1. Moving. */

static void
a_receive_right_that_moves_leaves_its_name(void)
{
	mach_port_t port = new_port(), notify = new_port();
	mach_port_t carrier = new_send_port();

	/* Pure: the name goes, and a request on it. */
	CHECK_EQUAL(request(port, NAME_DIED, 0, notify), MACH_PORT_NULL);
	EXPECT(send_right(carrier, 1, port, MOVE_RECEIVE), MACH_MSG_SUCCESS);
	CHECK_EQUAL(type_of(port), 0);
	expect_notice(notify, PORT_DELETED, port);
	destroy(receive_right(carrier, 1));

	/* With send rights: they stay, and the request. */
	port = new_send_port();
	add_refs(port, SEND, 2);
	CHECK_EQUAL(request(port, NAME_DIED, 0, notify), MACH_PORT_NULL);
	EXPECT(send_right(carrier, 2, port, MOVE_RECEIVE), MACH_MSG_SUCCESS);
	CHECK_EQUAL(
	    type_of(port), MACH_PORT_TYPE_SEND | MACH_PORT_TYPE_DNREQUEST);
	CHECK_EQUAL(refs_of(port, SEND), 3);
	expect_empty(notify);
	CHECK_EQUAL(receive_right(carrier, 2), port);
	CHECK_EQUAL(type_of(port),
	    MACH_PORT_TYPE_SEND_RECEIVE | MACH_PORT_TYPE_DNREQUEST);
	CHECK_EQUAL(refs_of(port, SEND), 3);
	destroy(port);
	expect_notice(notify, PORT_DELETED, port);
	destroy(carrier);
	destroy(notify);
}

struct guarded_message {
	mach_msg_header_t header;
	mach_msg_body_t body;
	mach_msg_guarded_port_descriptor_t descriptor;
};

/* Move @port with a guarded descriptor of these flags and context. */
static mach_msg_return_t
send_guarded(mach_port_t carrier, mach_port_t port,
    mach_msg_guard_flags_t flags, mach_port_context_t context)
{
	struct guarded_message message = {
	    .header =
	        {
	            .msgh_bits =
	                MACH_MSGH_BITS_COMPLEX | MACH_MSGH_BITS(COPY_SEND, 0),
	            .msgh_remote_port = carrier,
	            .msgh_id = 99,
	        },
	    .body.msgh_descriptor_count = 1,
	};

	message.descriptor.context = context;
	message.descriptor.flags = (uint16_t)flags;
	message.descriptor.disposition = MOVE_RECEIVE;
	message.descriptor.type = MACH_MSG_GUARDED_PORT_DESCRIPTOR;
	message.descriptor.name = port;
	return mach_msg(&message.header, MACH_SEND_MSG | MACH_SEND_TIMEOUT,
	    sizeof(message), 0, MACH_PORT_NULL, 0, MACH_PORT_NULL);
}

static void
a_guard_is_looked_at_before_anything_moves(void)
{
	mach_port_t port = new_port(), set = new_set();
	mach_port_t carrier = new_send_port();

	insert_member(port, set);
	guard(port, 0x1234, 0);
	EXPECT(send_guarded(
	           carrier, port, MACH_MSG_GUARD_FLAGS_UNGUARDED_ON_SEND, 0),
	    MACH_SEND_INVALID_RIGHT);
	EXPECT(send_guarded(
	           carrier, port, MACH_MSG_GUARD_FLAGS_IMMOVABLE_RECEIVE, 0x99),
	    MACH_SEND_INVALID_RIGHT);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_RECEIVE);
	CHECK(is_member(port, set));
	CHECK_EQUAL(context_of(port), 0x1234);
	EXPECT(mach_port_unguard(mach_task_self(), port, 0x1234), KERN_SUCCESS);

	guard(port, 0x1234, MPG_IMMOVABLE_RECEIVE);
	EXPECT(send_guarded(carrier, port,
	           MACH_MSG_GUARD_FLAGS_IMMOVABLE_RECEIVE, 0x1234),
	    MACH_SEND_INVALID_RIGHT);
	CHECK_EQUAL(context_of(port), 0x1234);
	CHECK(is_member(port, set));
	expect_empty(carrier);
	EXPECT(mach_port_destruct(mach_task_self(), port, 0, 0x1234),
	    KERN_SUCCESS);
	destroy(set);
	destroy(carrier);
}

static void
a_receive_right_that_moves_leaves_its_sets(void)
{
	mach_port_t port = new_port(), other = new_port();
	mach_port_t sets[] = {new_set(), new_set()};

	for (unsigned i = 0; i < 2; i++) {
		insert_member(port, sets[i]);
		insert_member(other, sets[i]);
	}
	port = fetch_back(send_away(port));
	CHECK_EQUAL(status_of(port).mps_pset, 0);
	for (unsigned i = 0; i < 2; i++) {
		CHECK(!is_member(port, sets[i]));
		CHECK(is_member(other, sets[i]));
		destroy(sets[i]);
	}
	destroy(port);
	destroy(other);
}

static void
receivers_on_a_port_that_moves_are_told(void)
{
	mach_port_t port = new_send_port(), set = new_set();
	struct blocked direct, by_set;
	mach_port_t carrier;

	insert_member(port, set);
	start_receiver(&direct, port);
	start_receiver(&by_set, set);
	carrier = send_away(port);
	expect_end(&direct, MACH_RCV_PORT_CHANGED);
	/* Who waits on a set goes on waiting. */
	mach_port_t other = new_send_port();
	insert_member(other, set);
	EXPECT(send_id(other, COPY_SEND, 5, 0, 0), MACH_MSG_SUCCESS);
	expect_end(&by_set, MACH_MSG_SUCCESS);
	CHECK_EQUAL(by_set.id, 5);
	destroy(fetch_back(carrier));
	destroy(other);
	destroy(set);
}

static void
moving_resets_what_belongs_to_the_receiver(void)
{
	mach_port_t port = new_send_port();

	make_send(port);
	EXPECT(send_id(port, COPY_SEND, 1, 0, 0), MACH_MSG_SUCCESS);
	expect_id(port, 1);
	guard(port, 0x1234, MPG_STRICT);
	CHECK_EQUAL(status_of(port).mps_mscount, 2);
	CHECK_EQUAL(status_of(port).mps_seqno, 1);
	CHECK_EQUAL(fetch_back(send_away(port)), port);
	CHECK_EQUAL(status_of(port).mps_mscount, 0);
	CHECK_EQUAL(status_of(port).mps_seqno, 0);
	CHECK_EQUAL(status_of(port).mps_flags, 0);
	CHECK_EQUAL(context_of(port), 0);
	destroy(port);
}

static void
a_port_in_transit_has_no_receiver(void)
{
	mach_port_t port = new_send_port(), carrier = send_away(port);
	struct received message;

	EXPECT(receive_now(port, 0, &message), MACH_RCV_INVALID_NAME);
	EXPECT(send_id(port, MAKE_SEND, 1, 0, 0), MACH_SEND_INVALID_DEST);
	EXPECT(send_id(port, COPY_SEND, 1, 0, 0), MACH_MSG_SUCCESS);
	CHECK_EQUAL(fetch_back(carrier), port);
	expect_id(port, 1);
	destroy(port);
}

/* All that is not the receiver's goes along. */
static void
a_port_travels_with_its_queue_rights_and_requests(void)
{
	mach_port_t port = new_send_port(), notify = new_port();
	mach_port_t asked = new_send_once(port), once = new_send_once(port);
	struct peer *peer = peer_new();
	mach_port_t task = peer_task(peer);
	mach_port_name_t there;
	struct blocked sender;

	set_qlimit(port, 2);
	fill_queue(port);
	start_sender(&sender, port, 3, COPY_SEND);
	CHECK_EQUAL(request(port, NO_SENDERS, 0, notify), MACH_PORT_NULL);
	CHECK_EQUAL(request(port, PORT_DESTROYED, 0, notify), MACH_PORT_NULL);
	CHECK_EQUAL(request(port, NAME_DIED, 0, notify), MACH_PORT_NULL);
	CHECK_EQUAL(request(asked, SEND_POSSIBLE, 0, notify), MACH_PORT_NULL);
	there = peer_give(peer, port, MOVE_RECEIVE);

	mach_port_status_t status = status_there(task, there);
	CHECK_EQUAL(status.mps_qlimit, 2);
	CHECK_EQUAL(status.mps_msgcount, 2);
	CHECK_EQUAL(status.mps_sorights, 2);
	CHECK(status.mps_srights && status.mps_nsrequest);
	CHECK(status.mps_pdrequest);
	CHECK_EQUAL(
	    type_of(port), MACH_PORT_TYPE_SEND | MACH_PORT_TYPE_DNREQUEST);
	EXPECT(send_id(once, MOVE_SEND_ONCE, 4, 0, 0), MACH_MSG_SUCCESS);
	expect_empty(notify);

	/* The sender waits for the port, whoever has it. */
	CHECK_EQUAL(take_from(task, there, MOVE_RECEIVE), port);
	expect_ids(port, 1, 1);
	CHECK_EQUAL(status_of(port).mps_msgcount, 2);
	expect_id(port, 2);
	expect_end(&sender, MACH_MSG_SUCCESS);
	expect_id(port, 4);
	expect_id(port, 3);

	drop_receive(port);
	CHECK_EQUAL(expect_destroyed(notify), port);
	drop_receive(port);
	expect_notice(notify, ONCE_GONE, 0); /* of the no-senders request */
	expect_notice(notify, NAME_DIED, port);
	expect_notice(notify, NAME_DIED, asked);
	expect_empty(notify);
	destroy(port);
	destroy(asked);
	destroy(notify);
}

/* 7.2. Destroying. */

static void
a_port_destroyed_request_rescues_the_receive_right(void)
{
	mach_port_t port = new_send_port(), notify = new_port();
	mach_port_t set = new_set();
	struct blocked receiver;

	CHECK_EQUAL(request(port, PORT_DESTROYED, 0, notify), MACH_PORT_NULL);
	insert_member(port, set);
	set_context(port, 7);
	start_receiver(&receiver, port);
	drop_receive(port);
	expect_end(&receiver, MACH_RCV_PORT_CHANGED);
	/* The send right is still one. */
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_SEND);
	EXPECT(send_id(port, COPY_SEND, 1, 0, 0), MACH_MSG_SUCCESS);
	CHECK_EQUAL(expect_destroyed(notify), port);
	CHECK_EQUAL(status_of(port).mps_mscount, 0);
	CHECK_EQUAL(context_of(port), 0);
	CHECK_EQUAL(status_of(port).mps_pset, 0);
	CHECK(!status_of(port).mps_pdrequest);
	expect_id(port, 1);

	/* Once: now it is destroyed. */
	drop_receive(port);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_DEAD_NAME);
	expect_empty(notify);
	destroy(port);
	destroy(notify);
	destroy(set);
}

static void
a_rescue_that_fails_destroys_the_port(void)
{
	mach_port_t port = new_send_port(), notify = new_port(), other;

	/* Nobody is there to get it. */
	CHECK_EQUAL(request(port, PORT_DESTROYED, 0, notify), MACH_PORT_NULL);
	destroy(notify);
	drop_receive(port);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_DEAD_NAME);
	destroy(port);

	/* It would be in its own queue. */
	port = new_send_port();
	CHECK_EQUAL(request(port, PORT_DESTROYED, 0, port), MACH_PORT_NULL);
	drop_receive(port);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_DEAD_NAME);
	destroy(port);

	/* Or in the queue of a port that is in its own. */
	port = new_send_port();
	other = new_port();
	CHECK_EQUAL(request(port, PORT_DESTROYED, 0, other), MACH_PORT_NULL);
	make_send(other);
	EXPECT(send_right(port, 1, other, MOVE_RECEIVE), MACH_MSG_SUCCESS);
	drop_receive(port);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_DEAD_NAME);
	CHECK_EQUAL(type_of(other), MACH_PORT_TYPE_DEAD_NAME);
	destroy(port);
	destroy(other);
}

static void
the_destroyers_own_name_goes_or_dies(void)
{
	mach_port_t port = new_port(), notify = new_port();
	mach_port_t once = new_send_once(port);

	/* Pure: the name is freed; it is told of last. */
	CHECK_EQUAL(request(port, NAME_DIED, 0, notify), MACH_PORT_NULL);
	CHECK_EQUAL(request(once, NAME_DIED, 0, notify), MACH_PORT_NULL);
	drop_receive(port);
	CHECK_EQUAL(type_of(port), 0);
	expect_notice(notify, NAME_DIED, once);
	expect_notice(notify, PORT_DELETED, port);
	expect_empty(notify);
	destroy(once);

	/* With send rights, without and with a request. */
	port = new_send_port();
	add_refs(port, SEND, 3);
	drop_receive(port);
	CHECK_EQUAL(refs_of(port, DEAD_NAME), 4);
	destroy(port);
	port = new_send_port();
	CHECK_EQUAL(request(port, NAME_DIED, 0, notify), MACH_PORT_NULL);
	drop_receive(port);
	CHECK_EQUAL(refs_of(port, DEAD_NAME), 2);
	expect_notice(notify, NAME_DIED, port);
	destroy(port);
	destroy(notify);
}

static void
a_port_that_dies_leaves_sets_and_receivers(void)
{
	mach_port_t port = new_port(), set = new_set();
	struct blocked receivers[2];

	insert_member(port, set);
	start_receiver(&receivers[0], port);
	start_receiver(&receivers[1], port);
	drop_receive(port);
	expect_end(&receivers[0], MACH_RCV_PORT_CHANGED);
	expect_end(&receivers[1], MACH_RCV_PORT_CHANGED);
	CHECK(!is_member(port, set));
	expect_empty(set);
	destroy(set);
}

static void
rights_of_all_tasks_die_with_the_port(void)
{
	mach_port_t port = new_port();
	struct peer *peers[] = {peer_new(), peer_new()};
	mach_port_name_t names[] = {
	    peer_give(peers[0], port, MAKE_SEND),
	    peer_give(peers[1], port, MAKE_SEND_ONCE),
	};

	drop_receive(port);
	for (unsigned i = 0; i < 2; i++)
		CHECK_EQUAL(type_there(peer_task(peers[i]), names[i]),
		    MACH_PORT_TYPE_DEAD_NAME);
}

static void
blocked_senders_of_a_port_that_dies_have_sent(void)
{
	mach_port_t port = new_send_port();
	struct blocked senders[2];

	fill_queue(port);
	start_sender(&senders[0], port, 6, COPY_SEND);
	start_sender(&senders[1], port, 7, COPY_SEND);
	drop_receive(port);
	expect_end(&senders[0], MACH_MSG_SUCCESS);
	expect_end(&senders[1], MACH_MSG_SUCCESS);
	destroy(port);
}

struct asking {
	mach_port_t port, reply;
	mach_msg_return_t code;
};

/* With a send-once right for the answer, and as long as it takes. */
static void
ask(void *argument)
{
	struct asking *asking = argument;
	mach_msg_header_t header = {
	    .msgh_bits = MACH_MSGH_BITS(COPY_SEND, MAKE_SEND_ONCE),
	    .msgh_remote_port = asking->port,
	    .msgh_local_port = asking->reply,
	};

	asking->code = mach_msg(
	    &header, MACH_SEND_MSG, sizeof(header), 0, MACH_PORT_NULL, 0, 0);
}

static void
messages_of_blocked_senders_are_destroyed_before_queued_ones(void)
{
	mach_port_t port = new_send_port(), notify = new_port();
	mach_port_t watched = new_send_port();
	struct asking asking = {.port = port, .reply = notify};
	struct worker *worker;

	set_qlimit(port, 1);
	CHECK_EQUAL(request(watched, NO_SENDERS, 0, notify), MACH_PORT_NULL);
	EXPECT(send_right(port, 1, watched, MOVE_SEND), MACH_MSG_SUCCESS);
	worker = worker_start(ask, &asking);
	worker_until_blocked(worker);
	drop_receive(port);
	worker_join(worker);
	CHECK_EQUAL(asking.code, MACH_MSG_SUCCESS);
	expect_notice(notify, ONCE_GONE, 0);
	expect_notice(notify, NO_SENDERS, 1);
	expect_empty(notify);
	destroy(port);
	destroy(watched);
	destroy(notify);
}

static void
queued_messages_of_a_port_that_dies_are_destroyed_in_order(void)
{
	mach_port_t port = new_send_port(), notify = new_port();
	mach_port_t inner = new_send_port(), rescued = new_port();
	mach_port_t watched = new_send_port();

	CHECK_EQUAL(request(inner, NAME_DIED, 0, notify), MACH_PORT_NULL);
	CHECK_EQUAL(
	    request(rescued, PORT_DESTROYED, 0, notify), MACH_PORT_NULL);
	CHECK_EQUAL(request(watched, NO_SENDERS, 0, notify), MACH_PORT_NULL);
	EXPECT(send_right(port, 1, watched, MOVE_SEND), MACH_MSG_SUCCESS);
	EXPECT(send_right(port, 2, rescued, MOVE_RECEIVE), MACH_MSG_SUCCESS);
	EXPECT(send_right(port, 3, inner, MOVE_RECEIVE), MACH_MSG_SUCCESS);
	EXPECT(send_id(port, COPY_SEND, 4, notify, MAKE_SEND_ONCE),
	    MACH_MSG_SUCCESS);
	expect_empty(notify);
	drop_receive(port);

	expect_notice(notify, NO_SENDERS, 1);
	rescued = expect_destroyed(notify);
	expect_notice(notify, NAME_DIED, inner);
	expect_notice(notify, ONCE_GONE, 0);
	expect_empty(notify);
	CHECK_EQUAL(refs_of(inner, DEAD_NAME), 2);
	destroy(port);
	destroy(inner);
	destroy(rescued);
	destroy(watched);
	destroy(notify);
}

/* Each port's queue holds the one before. */
static void
a_long_chain_of_ports_in_messages_is_destroyed(void)
{
	enum { LENGTH = 200 };
	mach_port_t ports[LENGTH], notify = new_port();

	for (unsigned i = 0; i < LENGTH; i++)
		ports[i] = new_send_port();
	CHECK_EQUAL(request(ports[0], NAME_DIED, 0, notify), MACH_PORT_NULL);
	for (unsigned i = 0; i + 1 < LENGTH; i++)
		EXPECT(send_right(ports[i + 1], 1, ports[i], MOVE_RECEIVE),
		    MACH_MSG_SUCCESS);
	drop_receive(ports[LENGTH - 1]);
	expect_notice(notify, NAME_DIED, ports[0]);
	for (unsigned i = 0; i < LENGTH; i++) {
		CHECK_EQUAL(type_of(ports[i]), MACH_PORT_TYPE_DEAD_NAME);
		destroy(ports[i]);
	}
	destroy(notify);
}

/* Queue, then no-senders request, then dead names. */
static void
a_death_is_told_in_order(void)
{
	mach_port_t port = new_send_port(), notify = new_port();
	mach_port_t once = new_send_once(port), sent = new_send_port();

	CHECK_EQUAL(request(once, SEND_POSSIBLE, 0, notify), MACH_PORT_NULL);
	CHECK_EQUAL(request(port, NAME_DIED, 0, notify), MACH_PORT_NULL);
	CHECK_EQUAL(request(port, NO_SENDERS, 0, notify), MACH_PORT_NULL);
	CHECK_EQUAL(request(sent, NO_SENDERS, 0, notify), MACH_PORT_NULL);
	EXPECT(send_right(port, 1, sent, MOVE_SEND), MACH_MSG_SUCCESS);
	drop_receive(port);
	expect_notice(notify, NO_SENDERS, 1); /* of what was queued */
	expect_notice(notify, ONCE_GONE, 0);  /* and never a 70 of its own */
	expect_notice(notify, NAME_DIED, once);
	expect_notice(notify, NAME_DIED, port);
	expect_empty(notify);
	destroy(port);
	destroy(once);
	destroy(sent);
	destroy(notify);
}

/* 7.3. The death of a task. */

static void
a_task_that_dies_gives_back_its_rights(void)
{
	mach_port_t notify = new_port(), once_port = new_port();
	mach_port_t watched = new_port(), rescued;
	struct peer *peer = peer_new();
	mach_port_t task = peer_task(peer), theirs, right;

	/* A send right, a send-once right, a receive right that is watched and
	 * one that is rescued. */
	(void)peer_give(peer, watched, MAKE_SEND);
	CHECK_EQUAL(request(watched, NO_SENDERS, 0, notify), MACH_PORT_NULL);
	(void)peer_give(peer, once_port, MAKE_SEND_ONCE);
	theirs = allocate_in(task, RECEIVE);
	right = take_from(task, theirs, MAKE_SEND);
	CHECK_EQUAL(request(right, NAME_DIED, 0, notify), MACH_PORT_NULL);
	rescued = new_send_port();
	CHECK_EQUAL(
	    request(rescued, PORT_DESTROYED, 0, once_port), MACH_PORT_NULL);
	(void)peer_give(peer, rescued, MOVE_RECEIVE);

	peer_kill(peer);
	/* Receive rights first. */
	CHECK_EQUAL(expect_destroyed(once_port), rescued);
	expect_notice(once_port, ONCE_GONE, 0);
	expect_notice(notify, NAME_DIED, right);
	expect_notice(notify, NO_SENDERS, 1);
	expect_empty(notify);
	expect_empty(once_port);
	CHECK_EQUAL(refs_of(right, DEAD_NAME), 2);
	destroy(right);
	destroy(rescued);
	destroy(watched);
	destroy(once_port);
	destroy(notify);
}

static void
requests_of_a_task_that_dies_are_dropped(void)
{
	mach_port_t port = new_send_port(), notify = new_port(), previous;
	struct peer *peer = peer_new();
	mach_port_t task = peer_task(peer);
	mach_port_name_t there = peer_give(peer, port, COPY_SEND);
	mach_port_name_t once = peer_give(peer, port, MAKE_SEND_ONCE);
	mach_port_name_t theirs = allocate_in(task, RECEIVE);
	unsigned total, used;

	/* One whose notify port lives, one whose notify port dies too. */
	EXPECT(mach_port_request_notification(task, there, NAME_DIED, 0, notify,
	           MAKE_SEND_ONCE, &previous),
	    KERN_SUCCESS);
	EXPECT(mach_port_request_notification(task, once, NAME_DIED, 0,
	           take_from(task, theirs, MAKE_SEND_ONCE), MOVE_SEND_ONCE,
	           &previous),
	    KERN_SUCCESS);
	peer_kill(peer);
	expect_notice(notify, PORT_DELETED, there);
	expect_empty(notify);
	expect_notice(port, ONCE_GONE, 0);
	expect_empty(port);
	EXPECT(mach_port_dnrequest_info(mach_task_self(), port, &total, &used),
	    KERN_SUCCESS);
	CHECK_EQUAL(used, 0);
	CHECK_EQUAL(srights_of(port), 1);
	CHECK_EQUAL(status_of(port).mps_sorights, 0);
	destroy(port);
	destroy(notify);
}

static const struct scenario scenarios[] = {
    SCENARIO("ports.7.1.i1", a_guard_is_looked_at_before_anything_moves),
    SCENARIO("ports.7.1.i2", a_receive_right_that_moves_leaves_its_name),
    SCENARIO("ports.7.1.i3", a_receive_right_that_moves_leaves_its_sets),
    SCENARIO("ports.7.1.i4", receivers_on_a_port_that_moves_are_told),
    SCENARIO("ports.7.1.i5", moving_resets_what_belongs_to_the_receiver),
    SCENARIO("ports.7.1.i6", a_port_in_transit_has_no_receiver),
    SCENARIO(
        "ports.7 ports.7.1", a_port_travels_with_its_queue_rights_and_requests),
    SCENARIO("ports.7.2", a_port_destroyed_request_rescues_the_receive_right),
    SCENARIO("ports.7.2", a_rescue_that_fails_destroys_the_port),
    SCENARIO("ports.7.2.i1", the_destroyers_own_name_goes_or_dies),
    SCENARIO("ports.7.2.i2", a_port_that_dies_leaves_sets_and_receivers),
    SCENARIO("ports.7.2.i3", rights_of_all_tasks_die_with_the_port),
    SCENARIO("ports.7.2.i4", blocked_senders_of_a_port_that_dies_have_sent),
    SCENARIO("ports.7.2.i4 ports.7.2.i5",
        messages_of_blocked_senders_are_destroyed_before_queued_ones),
    SCENARIO("ports.7.2.i5",
        queued_messages_of_a_port_that_dies_are_destroyed_in_order),
    SCENARIO("ports.7.2.i5", a_long_chain_of_ports_in_messages_is_destroyed),
    SCENARIO("ports.7.2 ports.7.2.i6 ports.7.2.i7", a_death_is_told_in_order),
    SCENARIO("ports.7.3", a_task_that_dies_gives_back_its_rights),
    SCENARIO("ports.7.3", requests_of_a_task_that_dies_are_dropped),
};

CONFORMANCE(scenarios)
