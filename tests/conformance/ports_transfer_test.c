/* ports.md 10.22, 10.23: giving a right to a task, and taking one from it. */
#include "ports.h"

/* 10.22: insert_right. */

static void
a_name_gives_itself_send_rights(void)
{
	mach_port_t port = new_port(), self = mach_task_self();

	EXPECT(mach_port_insert_right(self, port, port, COPY_SEND),
	    KERN_INVALID_RIGHT);
	EXPECT(
	    mach_port_insert_right(self, port, port, MAKE_SEND), KERN_SUCCESS);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_SEND_RECEIVE);
	CHECK_EQUAL(refs_of(port, SEND), 1);
	CHECK_EQUAL(status_of(port).mps_mscount, 1);
	EXPECT(
	    mach_port_insert_right(self, port, port, COPY_SEND), KERN_SUCCESS);
	CHECK_EQUAL(refs_of(port, SEND), 2);
	CHECK_EQUAL(status_of(port).mps_mscount, 1);
	EXPECT(
	    mach_port_insert_right(self, port, port, MAKE_SEND), KERN_SUCCESS);
	CHECK_EQUAL(refs_of(port, SEND), 3);
	CHECK_EQUAL(status_of(port).mps_mscount, 2);
	CHECK_EQUAL(srights_of(port), 1);
	destroy(port);
}

static void
a_name_that_cannot_give_itself_a_send_right(void)
{
	struct kinds kinds = kinds_new();
	const struct {
		mach_port_name_t name;
		kern_return_t make, copy;
	} rows[] = {
	    {absent_name(), KERN_INVALID_NAME, KERN_INVALID_NAME},
	    {MACH_PORT_NULL, KERN_INVALID_NAME, KERN_INVALID_NAME},
	    {MACH_PORT_DEAD, KERN_INVALID_NAME, KERN_INVALID_NAME},
	    {kinds.dead, KERN_INVALID_CAPABILITY, KERN_INVALID_CAPABILITY},
	    {kinds.set, KERN_INVALID_RIGHT, KERN_INVALID_RIGHT},
	    {kinds.once, KERN_INVALID_RIGHT, KERN_INVALID_RIGHT},
	    {kinds.send, KERN_INVALID_RIGHT, KERN_SUCCESS},
	    {kinds.receive, KERN_SUCCESS, KERN_SUCCESS},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		EXPECT(mach_port_insert_right(mach_task_self(), rows[i].name,
		           rows[i].name, MAKE_SEND),
		    rows[i].make);
		EXPECT(mach_port_insert_right(mach_task_self(), rows[i].name,
		           rows[i].name, COPY_SEND),
		    rows[i].copy);
	}
	CHECK_EQUAL(refs_of(kinds.dead, DEAD_NAME), 1);
	CHECK_EQUAL(refs_of(kinds.send, SEND), 2);
	CHECK_EQUAL(refs_of(kinds.receive, SEND), 2);
	kinds_free(&kinds);
}

/* Which kinds of name have what a disposition takes. */
static bool
has_right_for(mach_port_type_t type, mach_msg_type_name_t disposition)
{
	switch (disposition) {
	case MOVE_RECEIVE:
	case MAKE_SEND:
	case MAKE_SEND_ONCE:
		return type & MACH_PORT_TYPE_RECEIVE;
	case MOVE_SEND:
	case COPY_SEND:
		return type & MACH_PORT_TYPE_SEND;
	case MOVE_SEND_ONCE:
		return type & MACH_PORT_TYPE_SEND_ONCE;
	default:
		return false;
	}
}

static void
a_right_that_the_caller_lacks_is_not_inserted(void)
{
	static const mach_msg_type_name_t dispositions[] = {0, 15, MOVE_RECEIVE,
	    MOVE_SEND, MOVE_SEND_ONCE, COPY_SEND, MAKE_SEND, MAKE_SEND_ONCE, 22,
	    24, 25, 26, 77, ~0u};
	struct kinds kinds = kinds_new();
	mach_port_t self = mach_task_self(), task = peer_task(kinds.peer);
	mach_port_t absent = absent_name();
	const mach_port_t names[] = {
	    kinds.send, kinds.receive, kinds.both, kinds.once, kinds.set};

	for (unsigned d = 0; d < 14; d++) {
		mach_msg_type_name_t disposition = dispositions[d];

		EXPECT(
		    mach_port_insert_right(self, CHOSEN, absent, disposition),
		    KERN_INVALID_NAME);
		EXPECT(
		    mach_port_insert_right(task, CHOSEN, absent, disposition),
		    MACH_SEND_INVALID_RIGHT);
		for (unsigned i = 0; i < 5; i++) {
			if (has_right_for(type_of(names[i]), disposition))
				continue;
			EXPECT(mach_port_insert_right(
			           self, CHOSEN, names[i], disposition),
			    KERN_INVALID_RIGHT);
			EXPECT(mach_port_insert_right(
			           task, CHOSEN, names[i], disposition),
			    MACH_SEND_INVALID_RIGHT);
		}
	}
	CHECK_EQUAL(type_of(CHOSEN), 0);
	CHECK_EQUAL(type_there(task, CHOSEN), 0);
	CHECK_EQUAL(type_of(kinds.both), MACH_PORT_TYPE_SEND_RECEIVE);
	kinds_free(&kinds);
}

static void
insert_takes_no_null_or_dead_right(void)
{
	static const mach_port_name_t constants[] = {
	    MACH_PORT_NULL, MACH_PORT_DEAD};
	struct peer *peer = peer_new();
	mach_port_t dead = new_dead_name(), port = new_send_port();

	for (unsigned i = 0; i < 2; i++)
		for (mach_msg_type_name_t d = MOVE_RECEIVE; d <= MAKE_SEND_ONCE;
		     d++) {
			EXPECT(mach_port_insert_right(
			           mach_task_self(), CHOSEN, constants[i], d),
			    KERN_INVALID_NAME);
			EXPECT(mach_port_insert_right(
			           peer_task(peer), CHOSEN, constants[i], d),
			    KERN_INVALID_CAPABILITY);
		}
	/* The same of a dead name, which pays for it. */
	add_refs(dead, DEAD_NAME, 3);
	EXPECT(
	    mach_port_insert_right(mach_task_self(), CHOSEN, dead, COPY_SEND),
	    KERN_INVALID_CAPABILITY);
	CHECK_EQUAL(refs_of(dead, DEAD_NAME), 4);
	EXPECT(
	    mach_port_insert_right(mach_task_self(), CHOSEN, dead, MOVE_SEND),
	    KERN_INVALID_CAPABILITY);
	CHECK_EQUAL(refs_of(dead, DEAD_NAME), 3);
	EXPECT(mach_port_insert_right(peer_task(peer), CHOSEN, dead, MOVE_SEND),
	    KERN_INVALID_CAPABILITY);
	CHECK_EQUAL(refs_of(dead, DEAD_NAME), 2);
	EXPECT(mach_port_insert_right(
	           peer_task(peer), CHOSEN, dead, MOVE_SEND_ONCE),
	    KERN_INVALID_CAPABILITY);
	CHECK_EQUAL(refs_of(dead, DEAD_NAME), 1);

	/* One whose port died after it was named. */
	drop_receive(port);
	EXPECT(mach_port_insert_right(peer_task(peer), CHOSEN, port, COPY_SEND),
	    KERN_INVALID_CAPABILITY);
	CHECK_EQUAL(type_there(peer_task(peer), CHOSEN), 0);
	drop(port);
	drop(dead);
}

static void
insert_needs_a_name(void)
{
	mach_port_t port = new_send_port();
	struct peer *peer = peer_new();
	const mach_port_t tasks[] = {mach_task_self(), peer_task(peer)};

	for (unsigned i = 0; i < 2; i++) {
		EXPECT(mach_port_insert_right(
		           tasks[i], MACH_PORT_NULL, port, MAKE_SEND_ONCE),
		    KERN_INVALID_VALUE);
		expect_notice(port, ONCE_GONE, 0);
		EXPECT(mach_port_insert_right(
		           tasks[i], MACH_PORT_DEAD, port, MAKE_SEND_ONCE),
		    KERN_INVALID_VALUE);
		expect_notice(port, ONCE_GONE, 0);
		EXPECT(mach_port_insert_right(
		           tasks[i], 0x7fffff03, port, MAKE_SEND_ONCE),
		    KERN_NO_SPACE);
		expect_notice(port, ONCE_GONE, 0);
		EXPECT(
		    mach_port_insert_right(tasks[i], 122, port, MAKE_SEND_ONCE),
		    KERN_INVALID_VALUE);
		expect_notice(port, ONCE_GONE, 0);
		EXPECT(
		    mach_port_insert_right(tasks[i], 123, port, MAKE_SEND_ONCE),
		    KERN_FAILURE);
		expect_notice(port, ONCE_GONE, 0);
	}
	destroy(port);
}

static void
a_port_has_one_name_for_send_and_receive(void)
{
	mach_port_t port = new_send_port(), self = mach_task_self();
	struct peer *peer = peer_new();
	mach_port_t task = peer_task(peer);
	mach_port_name_t there = peer_give(peer, port, COPY_SEND);

	add_refs(port, SEND, 2);
	EXPECT(mach_port_insert_right(self, CHOSEN, port, COPY_SEND),
	    KERN_RIGHT_EXISTS);
	CHECK_EQUAL(refs_of(port, SEND), 3);
	EXPECT(mach_port_insert_right(self, CHOSEN, port, MOVE_SEND),
	    KERN_RIGHT_EXISTS);
	CHECK_EQUAL(refs_of(port, SEND), 2);
	EXPECT(mach_port_insert_right(task, CHOSEN, port, MAKE_SEND),
	    KERN_RIGHT_EXISTS);
	CHECK_EQUAL(status_of(port).mps_mscount, 2); /* not undone */
	CHECK_EQUAL(srights_of(port), 2);
	CHECK_EQUAL(type_there(task, CHOSEN), 0);

	/* Under its own name it is merged. */
	EXPECT(
	    mach_port_insert_right(task, there, port, COPY_SEND), KERN_SUCCESS);
	CHECK_EQUAL(refs_there(task, there, SEND), 2);
	EXPECT(mach_port_insert_right(task, there, port, MOVE_RECEIVE),
	    KERN_SUCCESS);
	CHECK_EQUAL(type_there(task, there), MACH_PORT_TYPE_SEND_RECEIVE);
	CHECK_EQUAL(refs_there(task, there, SEND), 2);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_SEND);

	/* A receive right for a port that has another name dies. */
	CHECK_EQUAL(take_from(task, there, MOVE_RECEIVE), port);
	EXPECT(mach_port_insert_right(task, CHOSEN, port, MOVE_RECEIVE),
	    KERN_RIGHT_EXISTS);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_DEAD_NAME);
	CHECK_EQUAL(type_there(task, there), MACH_PORT_TYPE_DEAD_NAME);
	destroy(port);
}

static void
a_name_in_use_takes_nothing_else(void)
{
	struct kinds kinds = kinds_new();
	mach_port_t task = peer_task(kinds.peer), port = new_send_port();
	mach_port_name_t used[] = {allocate_in(task, RECEIVE),
	    allocate_in(task, PORT_SET), allocate_in(task, DEAD_NAME)};
	mach_port_name_t there = peer_give(kinds.peer, port, COPY_SEND);

	for (unsigned i = 0; i < 3; i++) {
		EXPECT(
		    mach_port_insert_right(task, used[i], port, MAKE_SEND_ONCE),
		    KERN_NAME_EXISTS);
		expect_notice(port, ONCE_GONE, 0);
		EXPECT(mach_port_insert_right(
		           task, used[i], kinds.both, MAKE_SEND),
		    KERN_NAME_EXISTS);
	}
	/* A send-once right is never merged. */
	EXPECT(mach_port_insert_right(task, there, port, MAKE_SEND_ONCE),
	    KERN_NAME_EXISTS);
	expect_notice(port, ONCE_GONE, 0);
	EXPECT(mach_port_insert_right(
	           mach_task_self(), port, port, MAKE_SEND_ONCE),
	    KERN_NAME_EXISTS);
	expect_notice(port, ONCE_GONE, 0);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_SEND_RECEIVE);

	/* What was taken is destroyed: the port, too. */
	EXPECT(
	    mach_port_insert_right(task, used[0], kinds.receive, MOVE_RECEIVE),
	    KERN_NAME_EXISTS);
	CHECK_EQUAL(type_of(kinds.receive), 0);
	destroy(port);
	kinds_free(&kinds);
}

static void
every_right_goes_under_a_free_name(void)
{
	static const struct {
		mach_msg_type_name_t disposition;
		mach_port_type_t theirs, ours;
	} rows[] = {
	    {MAKE_SEND, MACH_PORT_TYPE_SEND, MACH_PORT_TYPE_SEND_RECEIVE},
	    {COPY_SEND, MACH_PORT_TYPE_SEND, MACH_PORT_TYPE_SEND_RECEIVE},
	    {MOVE_SEND, MACH_PORT_TYPE_SEND, MACH_PORT_TYPE_RECEIVE},
	    {MAKE_SEND_ONCE, MACH_PORT_TYPE_SEND_ONCE,
	        MACH_PORT_TYPE_SEND_RECEIVE},
	    {MOVE_RECEIVE, MACH_PORT_TYPE_RECEIVE, MACH_PORT_TYPE_SEND},
	};
	struct peer *peer = peer_new();

	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		mach_port_t port = new_send_port();
		mach_port_name_t name = CHOSEN + 0x100 * i;

		give_to(peer_task(peer), name, port, rows[i].disposition);
		CHECK_EQUAL(type_there(peer_task(peer), name), rows[i].theirs);
		CHECK_EQUAL(type_of(port), rows[i].ours);
		destroy(port);
	}
	/* A send-once right, in the caller's own task. */
	mach_port_t port = new_port(), once = new_send_once(port);
	give_to(mach_task_self(), CHOSEN, once, MOVE_SEND_ONCE);
	CHECK_EQUAL(type_of(once), 0);
	CHECK_EQUAL(type_of(CHOSEN), MACH_PORT_TYPE_SEND_ONCE);
	give_to(mach_task_self(), CHOSEN + 0x100, port, MAKE_SEND_ONCE);
	CHECK_EQUAL(status_of(port).mps_sorights, 2);
	drop(CHOSEN);
	drop(CHOSEN + 0x100);
	expect_notice(port, ONCE_GONE, 0);
	expect_notice(port, ONCE_GONE, 0);
	destroy(port);
}

static void
a_receive_right_is_renamed_by_inserting_it(void)
{
	mach_port_t port = new_port();

	EXPECT(send_id(port, MAKE_SEND, 1, 0, 0), MACH_MSG_SUCCESS);
	give_to(mach_task_self(), CHOSEN, port, MOVE_RECEIVE);
	CHECK_EQUAL(type_of(port), 0);
	CHECK_EQUAL(type_of(CHOSEN), MACH_PORT_TYPE_RECEIVE);
	CHECK_EQUAL(status_of(CHOSEN).mps_mscount, 0);
	expect_id(CHOSEN, 1);
	destroy(CHOSEN);
}

static void
a_full_count_stays_full(void)
{
	mach_port_t port = new_send_port();

	add_refs(port, SEND, 65534);
	give_to(mach_task_self(), port, port, MAKE_SEND);
	CHECK_EQUAL(refs_of(port, SEND), 65535);
	give_to(mach_task_self(), port, port, COPY_SEND);
	CHECK_EQUAL(refs_of(port, SEND), 65535);
	CHECK_EQUAL(status_of(port).mps_mscount, 2);
	destroy(port);
}

static void
what_insert_cannot_use_is_destroyed(void)
{
	mach_port_t port = new_send_port(), used = new_port(), notify;
	struct peer *peer = peer_new();
	mach_port_t task = peer_task(peer);
	mach_port_name_t theirs = allocate_in(task, DEAD_NAME);

	notify = new_port();
	CHECK_EQUAL(request(port, NO_SENDERS, 0, notify), MACH_PORT_NULL);
	EXPECT(mach_port_insert_right(task, theirs, port, MOVE_SEND),
	    KERN_NAME_EXISTS);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_RECEIVE);
	expect_notice(notify, NO_SENDERS, 1);
	EXPECT(mach_port_insert_right(task, theirs, port, MAKE_SEND),
	    KERN_NAME_EXISTS);
	CHECK_EQUAL(status_of(port).mps_mscount, 2);
	CHECK_EQUAL(srights_of(port), 0);

	mach_port_t once = new_send_once(port);
	EXPECT(mach_port_insert_right(task, theirs, port, MOVE_RECEIVE),
	    KERN_NAME_EXISTS);
	CHECK_EQUAL(type_of(port), 0);
	CHECK_EQUAL(type_of(once), MACH_PORT_TYPE_DEAD_NAME);
	drop(once);
	destroy(used);
	destroy(notify);
}

/* Of two things that are wrong, the one in the earlier row is told of. */
static void
insert_looks_in_the_order_of_its_rows(void)
{
	mach_port_t port = new_send_port(), dead = new_dead_name();
	struct peer *peer = peer_new();
	mach_port_t task = peer_task(peer);
	mach_port_name_t used = allocate_in(task, PORT_SET);

	(void)peer_give(peer, port, COPY_SEND);
	/* The right that is taken comes before all that is in the space. */
	EXPECT(mach_port_insert_right(
	           task, MACH_PORT_NULL, absent_name(), COPY_SEND),
	    MACH_SEND_INVALID_RIGHT);
	EXPECT(mach_port_insert_right(
	           mach_task_self(), MACH_PORT_NULL, absent_name(), COPY_SEND),
	    KERN_INVALID_NAME);
	EXPECT(mach_port_insert_right(task, MACH_PORT_NULL, dead, COPY_SEND),
	    KERN_INVALID_VALUE);
	EXPECT(mach_port_insert_right(task, 0x7fffff03, dead, COPY_SEND),
	    KERN_INVALID_CAPABILITY);
	EXPECT(mach_port_insert_right(task, used, dead, COPY_SEND),
	    KERN_INVALID_CAPABILITY);
	EXPECT(mach_port_insert_right(task, 0x7fffff03, port, COPY_SEND),
	    KERN_NO_SPACE);
	EXPECT(mach_port_insert_right(task, 122, port, COPY_SEND),
	    KERN_INVALID_VALUE);
	EXPECT(mach_port_insert_right(task, used, port, COPY_SEND),
	    KERN_RIGHT_EXISTS);
	destroy(port);
	destroy(dead);
}

/* 10.23: extract_right. */

static void
every_right_comes_out_of_a_task(void)
{
	static const struct {
		mach_msg_type_name_t disposition, type;
		mach_port_type_t ours, theirs;
	} rows[] = {
	    {MOVE_RECEIVE, MACH_MSG_TYPE_PORT_RECEIVE, MACH_PORT_TYPE_RECEIVE,
	        MACH_PORT_TYPE_SEND},
	    {MOVE_SEND, MACH_MSG_TYPE_PORT_SEND, MACH_PORT_TYPE_SEND,
	        MACH_PORT_TYPE_RECEIVE},
	    {COPY_SEND, MACH_MSG_TYPE_PORT_SEND, MACH_PORT_TYPE_SEND,
	        MACH_PORT_TYPE_SEND_RECEIVE},
	    {MAKE_SEND, MACH_MSG_TYPE_PORT_SEND, MACH_PORT_TYPE_SEND,
	        MACH_PORT_TYPE_SEND_RECEIVE},
	    {MAKE_SEND_ONCE, MACH_MSG_TYPE_PORT_SEND_ONCE,
	        MACH_PORT_TYPE_SEND_ONCE, MACH_PORT_TYPE_SEND_RECEIVE},
	};
	struct peer *peer = peer_new();
	mach_port_t task = peer_task(peer);

	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		mach_port_t port = new_send_port(), right;
		mach_msg_type_name_t type;

		give_to(task, CHOSEN, port, MOVE_SEND);
		give_to(task, CHOSEN, port, MOVE_RECEIVE);
		CHECK_EQUAL(type_of(port), 0);
		EXPECT(mach_port_extract_right(
		           task, CHOSEN, rows[i].disposition, &right, &type),
		    KERN_SUCCESS);
		CHECK_EQUAL(type, rows[i].type);
		CHECK_EQUAL(type_of(right), rows[i].ours);
		CHECK_EQUAL(type_there(task, CHOSEN), rows[i].theirs);
		destroy(right);
		EXPECT(mach_port_destroy(task, CHOSEN), KERN_SUCCESS);
	}

	mach_port_t port = new_port(), right;
	mach_msg_type_name_t type;
	give_to(task, CHOSEN, port, MAKE_SEND_ONCE);
	EXPECT(mach_port_extract_right(
	           task, CHOSEN, MOVE_SEND_ONCE, &right, &type),
	    KERN_SUCCESS);
	CHECK_EQUAL(type, MACH_MSG_TYPE_PORT_SEND_ONCE);
	CHECK_EQUAL(type_there(task, CHOSEN), 0);
	drop(right);
	expect_notice(port, ONCE_GONE, 0);
	destroy(port);
}

static void
extract_from_oneself(void)
{
	mach_port_t port = new_send_port(), self = mach_task_self(), moved;
	mach_port_t set = new_set();

	CHECK_EQUAL(take_from(self, port, COPY_SEND), port);
	CHECK_EQUAL(refs_of(port, SEND), 2);
	CHECK_EQUAL(take_from(self, port, MOVE_SEND), port);
	CHECK_EQUAL(refs_of(port, SEND), 2);
	insert_member(port, set);
	set_context(port, 5);
	CHECK_EQUAL(take_from(self, port, MOVE_RECEIVE), port);
	CHECK_EQUAL(status_of(port).mps_mscount, 0);
	CHECK_EQUAL(status_of(port).mps_pset, 0);
	CHECK_EQUAL(context_of(port), 0);
	CHECK_EQUAL(refs_of(port, SEND), 2);
	destroy(port);

	port = new_port();
	EXPECT(send_id(port, MAKE_SEND, 1, 0, 0), MACH_MSG_SUCCESS);
	moved = take_from(self, port, MOVE_RECEIVE);
	CHECK_EQUAL(type_of(moved), MACH_PORT_TYPE_RECEIVE);
	CHECK_EQUAL(status_of(moved).mps_mscount, 0);
	CHECK(moved == port || type_of(port) == 0);
	expect_id(moved, 1);
	destroy(moved);
	destroy(set);
}

static void
extract_of_a_dead_name_gives_the_constant(void)
{
	static const mach_msg_type_name_t dispositions[] = {
	    COPY_SEND, MOVE_SEND, MOVE_SEND_ONCE};
	struct peer *peer = peer_new();
	mach_port_t dead = new_dead_name();
	mach_port_t theirs = allocate_in(peer_task(peer), DEAD_NAME), right;
	mach_msg_type_name_t type;

	add_refs(dead, DEAD_NAME, 4);
	for (unsigned i = 0; i < 3; i++) {
		EXPECT(mach_port_extract_right(mach_task_self(), dead,
		           dispositions[i], &right, &type),
		    KERN_SUCCESS);
		CHECK_EQUAL(right, MACH_PORT_DEAD);
		CHECK_EQUAL(type,
		    i == 2 ? MACH_MSG_TYPE_PORT_SEND_ONCE
		           : MACH_MSG_TYPE_PORT_SEND);
		CHECK_EQUAL(refs_of(dead, DEAD_NAME), 5 - i);
	}
	EXPECT(mach_port_extract_right(
	           peer_task(peer), theirs, MOVE_SEND, &right, &type),
	    KERN_SUCCESS);
	CHECK_EQUAL(right, MACH_PORT_DEAD);
	CHECK_EQUAL(type_there(peer_task(peer), theirs), 0);
	destroy(dead);
}

static void
extract_is_refused(void)
{
	static const mach_msg_type_name_t wrong[] = {
	    0, 1, 15, 22, 24, 25, 26, 77, ~0u};
	struct kinds kinds = kinds_new();
	mach_port_t self = mach_task_self(), right = 77;
	mach_msg_type_name_t type = 77;
	const mach_port_t names[] = {kinds.send, kinds.receive, kinds.both,
	    kinds.once, kinds.set, MACH_PORT_NULL, MACH_PORT_DEAD};

	for (unsigned i = 0; i < 9; i++) {
		EXPECT(mach_port_extract_right(
		           self, kinds.both, wrong[i], &right, &type),
		    KERN_INVALID_VALUE);
		EXPECT(mach_port_extract_right(
		           self, absent_name(), wrong[i], &right, &type),
		    KERN_INVALID_VALUE);
		EXPECT(mach_port_extract_right(
		           self, MACH_PORT_NULL, wrong[i], &right, &type),
		    KERN_INVALID_VALUE);
	}
	for (mach_msg_type_name_t d = MOVE_RECEIVE; d <= MAKE_SEND_ONCE; d++) {
		for (unsigned i = 0; i < 7; i++)
			if (i >= 5 || !has_right_for(type_of(names[i]), d))
				EXPECT(mach_port_extract_right(
				           self, names[i], d, &right, &type),
				    KERN_INVALID_RIGHT);
		EXPECT(mach_port_extract_right(
		           self, absent_name(), d, &right, &type),
		    KERN_INVALID_NAME);
		EXPECT(mach_port_extract_right(peer_task(kinds.peer),
		           absent_name(), d, &right, &type),
		    KERN_INVALID_NAME);
	}
	CHECK_EQUAL(right, 77);
	CHECK_EQUAL(type, 77);
	kinds_free(&kinds);
}

static void
an_immovable_right_is_neither_inserted_nor_extracted(void)
{
	mach_port_t port = new_port(), self = mach_task_self(), right;
	struct peer *peer = peer_new();
	mach_msg_type_name_t type;

	guard(port, 1, MPG_IMMOVABLE_RECEIVE);
	EXPECT(mach_port_insert_right(self, CHOSEN, port, MOVE_RECEIVE),
	    KERN_INVALID_CAPABILITY);
	EXPECT(
	    mach_port_insert_right(peer_task(peer), CHOSEN, port, MOVE_RECEIVE),
	    MACH_SEND_INVALID_RIGHT);
	EXPECT(mach_port_extract_right(self, port, MOVE_RECEIVE, &right, &type),
	    KERN_INVALID_CAPABILITY);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_RECEIVE);
	CHECK_EQUAL(context_of(port), 1);
	EXPECT(mach_port_destruct(self, port, 0, 1), KERN_SUCCESS);
}

static const struct scenario scenarios[] = {
    SCENARIO("ports.10.22 ports.10.22.r5", a_name_gives_itself_send_rights),
    SCENARIO("ports.10.22.r1 ports.10.22.r2 ports.10.22.r3 ports.10.22.r4 "
             "ports.10.22.r5",
        a_name_that_cannot_give_itself_a_send_right),
    SCENARIO("ports.10.22 ports.9.b5",
        a_right_that_the_caller_lacks_is_not_inserted),
    SCENARIO("ports.10.22 ports.10.22.r7 ports.10.22.r9",
        insert_takes_no_null_or_dead_right),
    SCENARIO("ports.10.22.r6 ports.10.22.r8", insert_needs_a_name),
    SCENARIO("ports.10.22.r10 ports.10.22.r11",
        a_port_has_one_name_for_send_and_receive),
    SCENARIO("ports.10.22.r12", a_name_in_use_takes_nothing_else),
    SCENARIO("ports.10.22.r13", every_right_goes_under_a_free_name),
    SCENARIO("ports.10.22", a_receive_right_is_renamed_by_inserting_it),
    SCENARIO("ports.10.22.r14", a_full_count_stays_full),
    SCENARIO("ports.10.22", what_insert_cannot_use_is_destroyed),
    SCENARIO("ports.10.22 ports.10.22.r6 ports.10.22.r7 ports.10.22.r8 "
             "ports.10.22.r10 ports.10.22.r12",
        insert_looks_in_the_order_of_its_rows),
    SCENARIO("ports.10.23", every_right_comes_out_of_a_task),
    SCENARIO("ports.10.23", extract_from_oneself),
    SCENARIO("ports.10.23", extract_of_a_dead_name_gives_the_constant),
    SCENARIO(
        "ports.10.23.r1 ports.10.23.r2 ports.10.23.r3", extract_is_refused),
    SCENARIO("ports.10.22 ports.10.23.r4",
        an_immovable_right_is_neither_inserted_nor_extracted),
};

CONFORMANCE(scenarios)
