/* ports.md 1, 3-5: what a port, a right and a name are. */
#include "ports.h"

#include <mach/ipc_info.h>

/* 1. The object model. */

static void
a_new_port_has_nothing_yet(void)
{
	mach_port_t port = new_port();
	mach_port_status_t status = status_of(port);
	mach_msg_type_number_t count = 1;
	int requests = 77;
	natural_t kind;
	mach_vm_address_t address;

	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_RECEIVE);
	CHECK_EQUAL(srights_of(port), 0);
	CHECK_EQUAL(status.mps_srights, 0);
	CHECK_EQUAL(status.mps_sorights, 0);
	CHECK_EQUAL(status.mps_mscount, 0);
	CHECK_EQUAL(status.mps_seqno, 0);
	CHECK_EQUAL(status.mps_qlimit, 5);
	CHECK_EQUAL(status.mps_msgcount, 0);
	CHECK_EQUAL(status.mps_pdrequest, 0);
	CHECK_EQUAL(status.mps_nsrequest, 0);
	CHECK_EQUAL(status.mps_pset, 0);
	CHECK_EQUAL(status.mps_flags, 0);
	CHECK_EQUAL(context_of(port), 0);
	EXPECT(mach_port_get_attributes(mach_task_self(), port,
	           MACH_PORT_DNREQUESTS_SIZE, &requests, &count),
	    KERN_SUCCESS);
	CHECK_EQUAL(requests, 0);
	EXPECT(mach_port_kobject(mach_task_self(), port, &kind, &address),
	    KERN_SUCCESS);
	CHECK_EQUAL(kind, IKOT_NONE);
	expect_empty(port);
	drop_receive(port);
}

static void
a_port_has_one_receive_right_wherever_it_is(void)
{
	mach_port_t port = new_send_port();
	struct peer *peer = peer_new();
	mach_port_t task = peer_task(peer);
	struct received message;
	mach_port_name_t there;

	EXPECT(send_id(port, COPY_SEND, 1, 0, 0), MACH_MSG_SUCCESS);
	/* Its creator has it, and then somebody else. */
	there = peer_give(peer, port, MOVE_RECEIVE);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_SEND);
	CHECK_EQUAL(type_there(task, there), MACH_PORT_TYPE_RECEIVE);
	EXPECT(receive_now(port, 0, &message), MACH_RCV_INVALID_NAME);
	EXPECT(send_id(port, COPY_SEND, 2, 0, 0), MACH_MSG_SUCCESS);
	CHECK_EQUAL(status_there(task, there).mps_msgcount, 2);

	/* And then a message has it. */
	mach_port_t carrier = new_send_port();
	CHECK_EQUAL(take_from(task, there, MOVE_RECEIVE), port);
	EXPECT(send_right(carrier, 99, port, MOVE_RECEIVE), MACH_MSG_SUCCESS);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_SEND);
	EXPECT(send_right(carrier, 98, port, MOVE_RECEIVE),
	    MACH_SEND_INVALID_RIGHT);
	EXPECT(send_id(port, COPY_SEND, 3, 0, 0), MACH_MSG_SUCCESS);
	CHECK_EQUAL(fetch_back(carrier), port);

	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_SEND_RECEIVE);
	expect_ids(port, 1, 3);
	destroy(port);
}

static void
a_name_means_something_in_its_space_only(void)
{
	struct peer *peer = peer_new();
	mach_port_name_t name = CHOSEN;

	EXPECT(mach_port_allocate_name(mach_task_self(), RECEIVE, name),
	    KERN_SUCCESS);
	CHECK_EQUAL(type_there(peer_task(peer), name), 0);
	EXPECT(mach_port_destroy(peer_task(peer), name), KERN_INVALID_NAME);
	EXPECT(mach_port_allocate_name(peer_task(peer), PORT_SET, name),
	    KERN_SUCCESS);
	CHECK_EQUAL(type_of(name), MACH_PORT_TYPE_RECEIVE);
	CHECK_EQUAL(type_there(peer_task(peer), name), MACH_PORT_TYPE_PORT_SET);
	destroy(name);
	CHECK_EQUAL(type_there(peer_task(peer), name), MACH_PORT_TYPE_PORT_SET);
}

static void
naked_send_rights_are_those_of_spaces_messages_and_the_kernel(void)
{
	mach_port_t port = new_port(), carrier = new_send_port();
	struct peer *peer = peer_new();
	mach_port_t task = peer_task(peer);
	mach_port_name_t there;

	CHECK_EQUAL(srights_of(port), 0);
	make_send(port);
	make_send(port);
	CHECK_EQUAL(refs_of(port, SEND), 2);
	CHECK_EQUAL(srights_of(port), 1); /* one for the space */
	there = peer_give(peer, port, COPY_SEND);
	CHECK_EQUAL(srights_of(port), 2);
	CHECK_EQUAL(peer_give(peer, port, COPY_SEND), there);
	CHECK_EQUAL(refs_there(task, there, SEND), 2);
	CHECK_EQUAL(srights_of(port), 2);
	EXPECT(send_right(carrier, 1, port, COPY_SEND), MACH_MSG_SUCCESS);
	CHECK_EQUAL(srights_of(port), 3); /* and one in a message's body */
	EXPECT(
	    send_id(carrier, COPY_SEND, 2, port, COPY_SEND), MACH_MSG_SUCCESS);
	CHECK_EQUAL(srights_of(port), 4); /* and one to reply by */
	EXPECT(send_id(port, COPY_SEND, 3, 0, 0), MACH_MSG_SUCCESS);
	CHECK_EQUAL(srights_of(port), 5); /* and one that it was sent by */
	EXPECT(task_set_special_port(task, TASK_BOOTSTRAP_PORT, port),
	    KERN_SUCCESS);
	CHECK_EQUAL(srights_of(port), 6); /* and one in a slot */

	EXPECT(task_set_special_port(task, TASK_BOOTSTRAP_PORT, MACH_PORT_NULL),
	    KERN_SUCCESS);
	CHECK_EQUAL(srights_of(port), 5);
	expect_id(port, 3);
	CHECK_EQUAL(srights_of(port), 4);
	expect_ids(carrier, 1, 2);
	CHECK_EQUAL(srights_of(port), 2);
	EXPECT(mach_port_destroy(task, there), KERN_SUCCESS);
	CHECK_EQUAL(srights_of(port), 1);
	destroy(port);
	destroy(carrier);
}

static void
naked_send_once_rights_are_those_of_spaces_messages_and_requests(void)
{
	mach_port_t port = new_send_port(), notify = new_port();
	mach_port_t once = new_send_once(notify);

	CHECK_EQUAL(status_of(notify).mps_sorights, 1);
	EXPECT(send_id(port, COPY_SEND, 1, notify, MAKE_SEND_ONCE),
	    MACH_MSG_SUCCESS);
	CHECK_EQUAL(status_of(notify).mps_sorights, 2);
	CHECK_EQUAL(request(port, NO_SENDERS, 0, notify), MACH_PORT_NULL);
	CHECK_EQUAL(status_of(notify).mps_sorights, 3);
	CHECK(status_of(port).mps_nsrequest);
	CHECK_EQUAL(request(port, PORT_DESTROYED, 0, notify), MACH_PORT_NULL);
	CHECK_EQUAL(status_of(notify).mps_sorights, 4);
	CHECK(status_of(port).mps_pdrequest);
	CHECK_EQUAL(request(port, NAME_DIED, 0, notify), MACH_PORT_NULL);
	CHECK_EQUAL(status_of(notify).mps_sorights, 5);
	CHECK_EQUAL(status_of(notify).mps_mscount, 0);

	destroy(notify);
	CHECK_EQUAL(type_of(once), MACH_PORT_TYPE_DEAD_NAME);
	drop(once);
	destroy(port);
}

static void
a_dead_port_stays_while_names_refer_to_it(void)
{
	mach_port_t port = new_send_port();
	struct peer *peer = peer_new();
	mach_port_name_t there = peer_give(peer, port, COPY_SEND);
	mach_port_name_t once = peer_give(peer, port, MAKE_SEND_ONCE);
	mach_port_t task = peer_task(peer);

	drop_receive(port);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_DEAD_NAME);
	CHECK_EQUAL(type_there(task, there), MACH_PORT_TYPE_DEAD_NAME);
	CHECK_EQUAL(type_there(task, once), MACH_PORT_TYPE_DEAD_NAME);
	drop(port);
	CHECK_EQUAL(type_of(port), 0);
	CHECK_EQUAL(type_there(task, there), MACH_PORT_TYPE_DEAD_NAME);
	CHECK_EQUAL(type_there(task, once), MACH_PORT_TYPE_DEAD_NAME);
}

static void
requests_are_kept_by_space_and_name(void)
{
	mach_port_t port = new_send_port(), notify = new_port();
	mach_port_t once = new_send_once(port);
	struct peer *peer = peer_new();
	mach_port_t task = peer_task(peer);
	mach_port_name_t there = peer_give(peer, port, COPY_SEND);
	mach_port_t theirs = allocate_in(task, RECEIVE), previous;
	mach_port_t notify_there = take_from(task, theirs, MAKE_SEND_ONCE);
	unsigned total, used;

	CHECK_EQUAL(request(port, NAME_DIED, 0, notify), MACH_PORT_NULL);
	CHECK_EQUAL(request(once, NAME_DIED, 0, notify), MACH_PORT_NULL);
	EXPECT(mach_port_request_notification(task, there, NAME_DIED, 0,
	           notify_there, MOVE_SEND_ONCE, &previous),
	    KERN_SUCCESS);
	CHECK_EQUAL(previous, MACH_PORT_NULL);
	EXPECT(mach_port_dnrequest_info(mach_task_self(), port, &total, &used),
	    KERN_SUCCESS);
	CHECK_EQUAL(used, 3);
	CHECK(total >= used);
	CHECK_EQUAL(type_of(port),
	    MACH_PORT_TYPE_SEND_RECEIVE | MACH_PORT_TYPE_DNREQUEST);
	CHECK_EQUAL(
	    type_of(once), MACH_PORT_TYPE_SEND_ONCE | MACH_PORT_TYPE_DNREQUEST);
	CHECK_EQUAL(type_there(task, there),
	    MACH_PORT_TYPE_SEND | MACH_PORT_TYPE_DNREQUEST);

	drop_receive(port);
	expect_notice(notify, NAME_DIED, port);
	expect_notice(notify, NAME_DIED, once);
	expect_empty(notify);
	CHECK_EQUAL(status_there(task, theirs).mps_msgcount, 1);
	CHECK_EQUAL(refs_of(port, DEAD_NAME), 2);
	CHECK_EQUAL(refs_of(once, DEAD_NAME), 2);
	CHECK_EQUAL(refs_there(task, there, DEAD_NAME), 2);
	destroy(port);
	destroy(once);
	destroy(notify);
}

static void
a_name_denotes_exactly_one_kind_of_thing(void)
{
	struct kinds kinds = kinds_new();

	CHECK_EQUAL(type_of(kinds.send), MACH_PORT_TYPE_SEND);
	CHECK_EQUAL(type_of(kinds.receive), MACH_PORT_TYPE_RECEIVE);
	CHECK_EQUAL(type_of(kinds.both), MACH_PORT_TYPE_SEND_RECEIVE);
	CHECK_EQUAL(type_of(kinds.once), MACH_PORT_TYPE_SEND_ONCE);
	CHECK_EQUAL(type_of(kinds.set), MACH_PORT_TYPE_PORT_SET);
	CHECK_EQUAL(type_of(kinds.dead), MACH_PORT_TYPE_DEAD_NAME);
	kinds_free(&kinds);
}

static void
send_and_receive_share_a_name_and_send_once_rights_never_do(void)
{
	struct kinds kinds = kinds_new();
	mach_port_t task = peer_task(kinds.peer);
	mach_port_t again = take_from(task, kinds.peer_port, MAKE_SEND_ONCE);

	/* The send right came first, then the receive right. */
	CHECK(again != kinds.once && again != kinds.send);
	CHECK_EQUAL(take_from(task, kinds.peer_port, MOVE_RECEIVE), kinds.send);
	CHECK_EQUAL(type_of(kinds.send), MACH_PORT_TYPE_SEND_RECEIVE);
	/* And the other way round. */
	make_send(kinds.receive);
	CHECK_EQUAL(type_of(kinds.receive), MACH_PORT_TYPE_SEND_RECEIVE);

	drop(again);
	expect_notice(kinds.send, ONCE_GONE, 0);
	kinds_free(&kinds);
}

/* 3. Right types and type bits. */

static void
rights_and_types_have_their_values(void)
{
	static const struct {
		mach_port_right_t right;
		unsigned number;
		mach_port_type_t type, bit;
	} rows[] = {
	    {MACH_PORT_RIGHT_SEND, 0, MACH_PORT_TYPE_SEND, 0x00010000},
	    {MACH_PORT_RIGHT_RECEIVE, 1, MACH_PORT_TYPE_RECEIVE, 0x00020000},
	    {MACH_PORT_RIGHT_SEND_ONCE, 2, MACH_PORT_TYPE_SEND_ONCE,
	        0x00040000},
	    {MACH_PORT_RIGHT_PORT_SET, 3, MACH_PORT_TYPE_PORT_SET, 0x00080000},
	    {MACH_PORT_RIGHT_DEAD_NAME, 4, MACH_PORT_TYPE_DEAD_NAME,
	        0x00100000},
	    {MACH_PORT_RIGHT_LABELH, 5, MACH_PORT_TYPE_LABELH, 0x00200000},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CHECK_EQUAL(rows[i].right, rows[i].number);
		CHECK_EQUAL(rows[i].type, rows[i].bit);
		CHECK_EQUAL(MACH_PORT_TYPE(rows[i].right), rows[i].bit);
	}
	CHECK_EQUAL(MACH_PORT_RIGHT_NUMBER, 6);
	CHECK_EQUAL(MACH_PORT_TYPE_NONE, 0);
	CHECK_EQUAL(MACH_PORT_TYPE_DNREQUEST, 0x80000000u);
	CHECK_EQUAL(MACH_PORT_TYPE_SPREQUEST, 0x40000000u);
	CHECK_EQUAL(MACH_PORT_TYPE_MAREQUEST, 0x40000000u);
	CHECK_EQUAL(MACH_PORT_TYPE_SPREQUEST_DELAYED, 0x20000000u);
	CHECK_EQUAL(MACH_PORT_TYPE_COMPAT, 0x20000000u);
	CHECK_EQUAL(MACH_PORT_TYPE_SEND_RECEIVE, 0x00030000u);
	CHECK_EQUAL(MACH_PORT_TYPE_SEND_RIGHTS, 0x00050000u);
	CHECK_EQUAL(MACH_PORT_TYPE_PORT_RIGHTS, 0x00070000u);
	CHECK_EQUAL(MACH_PORT_TYPE_PORT_OR_DEAD, 0x00170000u);
	CHECK_EQUAL(MACH_PORT_TYPE_ALL_RIGHTS, 0x001f0000u);
}

/* 4. User references. */

static void
each_kind_of_right_counts_references_in_its_way(void)
{
	struct kinds kinds = kinds_new();

	add_refs(kinds.send, SEND, 65533);
	CHECK_EQUAL(refs_of(kinds.send, SEND), 65534);
	add_refs(kinds.send, SEND, -65533);
	CHECK_EQUAL(refs_of(kinds.send, SEND), 1);
	add_refs(kinds.dead, DEAD_NAME, 65533);
	CHECK_EQUAL(refs_of(kinds.dead, DEAD_NAME), 65534);
	add_refs(kinds.dead, DEAD_NAME, -65533);
	CHECK_EQUAL(refs_of(kinds.dead, DEAD_NAME), 1);

	CHECK_EQUAL(refs_of(kinds.once, SEND_ONCE), 1);
	EXPECT(mach_port_mod_refs(mach_task_self(), kinds.once, SEND_ONCE, 1),
	    KERN_INVALID_VALUE);
	CHECK_EQUAL(refs_of(kinds.receive, RECEIVE), 1);
	CHECK_EQUAL(refs_of(kinds.both, RECEIVE), 1);
	EXPECT(mach_port_mod_refs(mach_task_self(), kinds.receive, RECEIVE, 1),
	    KERN_INVALID_VALUE);
	CHECK_EQUAL(refs_of(kinds.set, PORT_SET), 1);
	EXPECT(mach_port_mod_refs(mach_task_self(), kinds.set, PORT_SET, 1),
	    KERN_INVALID_VALUE);
	kinds_free(&kinds);
}

/* Nothing that counts one up or down moves the count of @port's send right. */
static void
check_pegged(mach_port_t port)
{
	mach_port_t carrier = new_send_port();

	CHECK_EQUAL(refs_of(port, SEND), MACH_PORT_UREFS_MAX);
	make_send(port);
	CHECK_EQUAL(refs_of(port, SEND), MACH_PORT_UREFS_MAX);
	add_refs(port, SEND, 1);
	add_refs(port, SEND, -1);
	add_refs(port, SEND, -65534);
	drop(port);
	CHECK_EQUAL(refs_of(port, SEND), MACH_PORT_UREFS_MAX);
	EXPECT(send_right(carrier, 1, port, MOVE_SEND), MACH_MSG_SUCCESS);
	CHECK_EQUAL(refs_of(port, SEND), MACH_PORT_UREFS_MAX);
	CHECK_EQUAL(srights_of(port), 2);
	CHECK_EQUAL(receive_right(carrier, 1), port);
	CHECK_EQUAL(refs_of(port, SEND), MACH_PORT_UREFS_MAX);
	CHECK_EQUAL(srights_of(port), 1);
	EXPECT(send_id(port, MOVE_SEND, 2, 0, 0), MACH_MSG_SUCCESS);
	expect_id(port, 2);
	CHECK_EQUAL(refs_of(port, SEND), MACH_PORT_UREFS_MAX);
	destroy(carrier);
}

static void
a_count_past_the_maximum_is_pegged(void)
{
	mach_port_t port = new_send_port();

	CHECK_EQUAL(MACH_PORT_UREFS_MAX, 65535);
	add_refs(port, SEND, 65535); /* one too many */
	check_pegged(port);
	add_refs(port, SEND, -65535);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_RECEIVE);
	CHECK_EQUAL(srights_of(port), 0);

	/* Reached by counting: the same. */
	make_send(port);
	add_refs(port, SEND, 65533);
	make_send(port);
	check_pegged(port);
	destroy(port);
	CHECK_EQUAL(type_of(port), 0);
}

static void
a_pegged_dead_name_goes_only_as_a_whole(void)
{
	mach_port_t port = new_send_port(), notify = new_port();

	add_refs(port, SEND, 65534);
	CHECK_EQUAL(request(port, NAME_DIED, 0, notify), MACH_PORT_NULL);
	drop_receive(port);
	expect_notice(notify, NAME_DIED, port);
	CHECK_EQUAL(
	    refs_of(port, DEAD_NAME), 65535); /* no place for one more */
	drop(port);
	add_refs(port, DEAD_NAME, -65534);
	add_refs(port, DEAD_NAME, 1);
	make_send(notify);
	EXPECT(send_right(notify, 1, port, MOVE_SEND), MACH_MSG_SUCCESS);
	CHECK_EQUAL(receive_right(notify, 1), MACH_PORT_DEAD);
	CHECK_EQUAL(refs_of(port, DEAD_NAME), 65535);
	add_refs(port, DEAD_NAME, -65535);
	CHECK_EQUAL(type_of(port), 0);

	port = new_dead_name();
	add_refs(port, DEAD_NAME, 65534);
	destroy(port);
	CHECK_EQUAL(type_of(port), 0);
	destroy(notify);
}

static void
a_dead_name_notification_adds_a_reference(void)
{
	mach_port_t port = new_send_port(), notify = new_port();

	CHECK_EQUAL(request(port, NAME_DIED, 0, notify), MACH_PORT_NULL);
	drop_receive(port);
	expect_notice(notify, NAME_DIED, port);
	CHECK_EQUAL(refs_of(port, DEAD_NAME), 2);
	drop(port);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_DEAD_NAME);
	drop(port);
	CHECK_EQUAL(type_of(port), 0);
	destroy(notify);
}

/* 5. Dead names. */

static void
rights_to_a_dead_port_are_dead_names(void)
{
	mach_port_t port = new_send_port(), notify = new_port();
	mach_port_t once = new_send_once(port), asked = new_send_once(port);
	struct peer *peer = peer_new();
	mach_port_t task = peer_task(peer);
	mach_port_name_t there = peer_give(peer, port, COPY_SEND);

	add_refs(port, SEND, 2);
	CHECK_EQUAL(request(port, SEND_POSSIBLE, 0, notify), MACH_PORT_NULL);
	CHECK_EQUAL(request(asked, NAME_DIED, 0, notify), MACH_PORT_NULL);
	drop_receive(port);

	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_DEAD_NAME);
	CHECK_EQUAL(refs_of(port, DEAD_NAME), 4);
	CHECK_EQUAL(type_of(once), MACH_PORT_TYPE_DEAD_NAME);
	CHECK_EQUAL(refs_of(once, DEAD_NAME), 1);
	CHECK_EQUAL(type_of(asked), MACH_PORT_TYPE_DEAD_NAME);
	CHECK_EQUAL(refs_of(asked, DEAD_NAME), 2);
	CHECK_EQUAL(type_there(task, there), MACH_PORT_TYPE_DEAD_NAME);
	CHECK_EQUAL(refs_there(task, there, DEAD_NAME), 1);
	expect_notice(notify, NAME_DIED, port);
	expect_notice(notify, NAME_DIED, asked);
	expect_empty(notify);
	destroy(port);
	destroy(once);
	destroy(asked);
	destroy(notify);
}

static void
a_dead_name_never_revives(void)
{
	mach_port_t name = new_dead_name(), port = new_port();

	CHECK_EQUAL(type_of(name), MACH_PORT_TYPE_DEAD_NAME);
	CHECK_EQUAL(refs_of(name, DEAD_NAME), 1);
	add_refs(name, DEAD_NAME, 1);
	EXPECT(mach_port_insert_right(
	           mach_task_self(), name, port, MAKE_SEND_ONCE),
	    KERN_NAME_EXISTS);
	expect_notice(port, ONCE_GONE, 0);
	CHECK_EQUAL(type_of(name), MACH_PORT_TYPE_DEAD_NAME);
	drop(name);
	CHECK_EQUAL(refs_of(name, DEAD_NAME), 1);
	drop(name);
	CHECK_EQUAL(type_of(name), 0);
	name = new_dead_name();
	add_refs(name, DEAD_NAME, 7);
	destroy(name);
	CHECK_EQUAL(type_of(name), 0);
	destroy(port);
}

static void
a_right_to_a_dead_port_arrives_as_the_constant(void)
{
	mach_port_t port = new_send_port(), carrier = new_send_port();
	mach_port_t name = new_dead_name();

	EXPECT(send_right(carrier, 1, port, COPY_SEND), MACH_MSG_SUCCESS);
	EXPECT(send_right(carrier, 2, port, MAKE_SEND_ONCE), MACH_MSG_SUCCESS);
	drop_receive(port);
	CHECK_EQUAL(refs_of(port, DEAD_NAME), 1);
	CHECK_EQUAL(receive_right(carrier, 1), MACH_PORT_DEAD);
	CHECK_EQUAL(receive_right(carrier, 2), MACH_PORT_DEAD);
	CHECK_EQUAL(refs_of(port, DEAD_NAME), 1);
	EXPECT(send_right(carrier, 3, name, COPY_SEND), MACH_MSG_SUCCESS);
	CHECK_EQUAL(receive_right(carrier, 3), MACH_PORT_DEAD);
	CHECK_EQUAL(refs_of(name, DEAD_NAME), 1);
	drop(port);
	drop(name);
	destroy(carrier);
}

static void
calls_for_receive_rights_and_sets_do_not_see_dead_names(void)
{
	mach_port_t self = mach_task_self();
	mach_port_t dead = new_dead_name(), notify = new_port(), previous;
	integer_t words[17] = {0};
	mach_msg_type_number_t count = 17;
	mach_port_context_t context;
	mach_port_rights_t srights;
	mach_port_name_array_t members;
	mach_port_seqno_t seqno = 0;
	mach_msg_size_t bytes;
	mach_msg_id_t id;
	char trailer[68];
	unsigned total, used;
	natural_t kind;
	mach_vm_address_t address;

	EXPECT(mach_port_set_mscount(self, dead, 0), KERN_INVALID_NAME);
	EXPECT(mach_port_set_seqno(self, dead, 0), KERN_INVALID_NAME);
	EXPECT(mach_port_get_attributes(
	           self, dead, MACH_PORT_RECEIVE_STATUS, words, &count),
	    KERN_INVALID_NAME);
	EXPECT(mach_port_set_attributes(
	           self, dead, MACH_PORT_LIMITS_INFO, words, 1),
	    KERN_INVALID_NAME);
	EXPECT(mach_port_get_context(self, dead, &context), KERN_INVALID_NAME);
	EXPECT(mach_port_set_context(self, dead, 1), KERN_INVALID_NAME);
	EXPECT(mach_port_guard(self, dead, 1, 0), KERN_INVALID_NAME);
	EXPECT(mach_port_guard_with_flags(self, dead, 1, 0), KERN_INVALID_NAME);
	EXPECT(mach_port_unguard(self, dead, 1), KERN_INVALID_NAME);
	EXPECT(mach_port_swap_guard(self, dead, 1, 2), KERN_INVALID_NAME);
	EXPECT(mach_port_destruct(self, dead, 0, 0), KERN_INVALID_NAME);
	count = sizeof(trailer);
	EXPECT(
	    mach_port_peek(self, dead, 0, &seqno, &bytes, &id, trailer, &count),
	    KERN_INVALID_NAME);
	EXPECT(mach_port_get_srights(self, dead, &srights), KERN_INVALID_NAME);
	EXPECT(mach_port_get_set_status(self, dead, &members, &count),
	    KERN_INVALID_NAME);
	EXPECT(mach_port_dnrequest_info(self, dead, &total, &used),
	    KERN_INVALID_NAME);
	EXPECT(
	    mach_port_kobject(self, dead, &kind, &address), KERN_INVALID_NAME);
	EXPECT(mach_port_request_notification(self, dead, PORT_DESTROYED, 0,
	           notify, MAKE_SEND_ONCE, &previous),
	    KERN_INVALID_NAME);
	expect_notice(notify, ONCE_GONE, 0);
	EXPECT(mach_port_request_notification(self, dead, NO_SENDERS, 0, notify,
	           MAKE_SEND_ONCE, &previous),
	    KERN_INVALID_NAME);
	expect_notice(notify, ONCE_GONE, 0);
	destroy(dead);
	destroy(notify);
}

static void
all_other_calls_see_dead_names(void)
{
	mach_port_t self = mach_task_self();
	mach_port_t dead = new_dead_name(), set = new_set(), right;
	mach_port_t port = new_port();
	mach_msg_type_name_t type;

	CHECK_EQUAL(type_of(dead), MACH_PORT_TYPE_DEAD_NAME);
	CHECK_EQUAL(refs_of(dead, RECEIVE), 0);
	CHECK_EQUAL(refs_of(dead, SEND), 0);
	EXPECT(mach_port_mod_refs(self, dead, RECEIVE, -1), KERN_INVALID_RIGHT);
	EXPECT(
	    mach_port_mod_refs(self, dead, PORT_SET, -1), KERN_INVALID_RIGHT);
	EXPECT(mach_port_move_member(self, dead, set), KERN_INVALID_RIGHT);
	EXPECT(mach_port_move_member(self, port, dead), KERN_INVALID_RIGHT);
	EXPECT(mach_port_insert_member(self, dead, set), KERN_INVALID_RIGHT);
	EXPECT(mach_port_insert_member(self, port, dead), KERN_INVALID_RIGHT);
	EXPECT(mach_port_extract_member(self, dead, set), KERN_INVALID_RIGHT);
	EXPECT(mach_port_extract_member(self, port, dead), KERN_INVALID_RIGHT);
	EXPECT(mach_port_insert_right(self, dead, port, MAKE_SEND_ONCE),
	    KERN_NAME_EXISTS);
	EXPECT(mach_port_extract_right(self, dead, MOVE_RECEIVE, &right, &type),
	    KERN_INVALID_RIGHT);
	EXPECT(mach_port_extract_right(self, dead, MAKE_SEND, &right, &type),
	    KERN_INVALID_RIGHT);
	destroy(dead);
	destroy(set);
	destroy(port);
}

static const struct scenario scenarios[] = {
    SCENARIO("ports.1 ports.1.r2 ports.1.r3 ports.1.r4 ports.1.r5 ports.1.r6 "
             "ports.1.r7 ports.1.r8 ports.1.r9 ports.1.r10 ports.1.r11 "
             "ports.1.r12 ports.1.r13",
        a_new_port_has_nothing_yet),
    SCENARIO("ports.1.b1 ports.1.r2 ports.1.r7",
        a_port_has_one_receive_right_wherever_it_is),
    SCENARIO("ports.1.b2", a_name_means_something_in_its_space_only),
    SCENARIO("ports.1.b3 ports.1.r3",
        naked_send_rights_are_those_of_spaces_messages_and_the_kernel),
    SCENARIO("ports.1.b3 ports.1.r4 ports.1.r8 ports.1.r9",
        naked_send_once_rights_are_those_of_spaces_messages_and_requests),
    SCENARIO("ports.1.r1", a_dead_port_stays_while_names_refer_to_it),
    SCENARIO("ports.1.r10", requests_are_kept_by_space_and_name),
    SCENARIO("ports.1", a_name_denotes_exactly_one_kind_of_thing),
    SCENARIO(
        "ports.1", send_and_receive_share_a_name_and_send_once_rights_never_do),
    SCENARIO("ports.3 ports.3.r1 ports.3.r2 ports.3.r3 ports.3.r4 ports.3.r5 "
             "ports.3.r6 ports.3.r7 ports.3.r8",
        rights_and_types_have_their_values),
    SCENARIO("ports.4.r1 ports.4.r2 ports.4.r3",
        each_kind_of_right_counts_references_in_its_way),
    SCENARIO(
        "ports.4 ports.4.b1 ports.4.b2", a_count_past_the_maximum_is_pegged),
    SCENARIO("ports.4 ports.4.r1 ports.4.b1",
        a_pegged_dead_name_goes_only_as_a_whole),
    SCENARIO("ports.4", a_dead_name_notification_adds_a_reference),
    SCENARIO("ports.5", rights_to_a_dead_port_are_dead_names),
    SCENARIO("ports.5", a_dead_name_never_revives),
    SCENARIO("ports.5", a_right_to_a_dead_port_arrives_as_the_constant),
    SCENARIO(
        "ports.5", calls_for_receive_rights_and_sets_do_not_see_dead_names),
    SCENARIO("ports.5", all_other_calls_see_dead_names),
};

CONFORMANCE(scenarios)
