/* ports.md 2, 10.1-10.7: names, and the calls that list, tell, change and make
 * them. */
#include "ports.h"

#include <errno.h>
#include <fcntl.h>

/* 2. Names. */

static void
two_values_are_never_names(void)
{
	CHECK_EQUAL(MACH_PORT_NULL, 0);
	CHECK_EQUAL(MACH_PORT_DEAD, 0xffffffffu);
	CHECK(!MACH_PORT_VALID(MACH_PORT_NULL));
	CHECK(!MACH_PORT_VALID(MACH_PORT_DEAD));
	CHECK(MACH_PORT_VALID(0x103u));
	CHECK(MACH_PORT_VALID(1u));

	mach_port_t port = new_port();
	CHECK(MACH_PORT_VALID(port));
	drop_receive(port);
}

static void
a_name_is_made_of_index_and_generation(void)
{
	CHECK_EQUAL(MACH_PORT_INDEX(0x1234567fu), 0x123456);
	CHECK_EQUAL(MACH_PORT_GEN(0x1234567fu), 0x7f000000u);
	CHECK_EQUAL(MACH_PORT_MAKE(0x123456u, 0x7f000000u), 0x1234567f);
}

static void
a_slot_that_is_used_again_has_another_generation(void)
{
	mach_port_name_t name = new_dead_name(), last;
	unsigned uses = 1; /* since generations began again */

	CHECK_EQUAL(name & 3, 3);
	for (unsigned rounds = 0; rounds < 3;) {
		last = name;
		drop(last);
		name = new_dead_name();
		/* Last in, first out; and what was is not valid. */
		CHECK_EQUAL(MACH_PORT_INDEX(name), MACH_PORT_INDEX(last));
		CHECK_EQUAL(type_of(last), 0);
		if (name > last) {
			CHECK_EQUAL(name, last + 4);
			CHECK(++uses <= 64);
			continue;
		}
		CHECK_EQUAL(name & 0xff, 0x03);
		/* The first round began before this scenario. */
		CHECK(rounds == 0 || (uses > 0 && uses % 16 == 0));
		rounds++;
		uses = 1;
	}
	drop(name);
}

static void
names_below_0x100_are_not_given(void)
{
	mach_port_name_array_t names;
	mach_port_type_array_t types;
	mach_msg_type_number_t names_count, types_count;
	mach_port_t port = new_port();

	EXPECT(mach_port_names(mach_task_self(), &names, &names_count, &types,
	           &types_count),
	    KERN_SUCCESS);
	for (mach_msg_type_number_t i = 0; i < names_count; i++)
		CHECK(names[i] >= 0x100 && (names[i] & 3) == 3);
	EXPECT(vm_deallocate(mach_task_self(), (vm_address_t)names,
	           names_count * sizeof(names[0])),
	    KERN_SUCCESS);
	EXPECT(vm_deallocate(mach_task_self(), (vm_address_t)types,
	           types_count * sizeof(types[0])),
	    KERN_SUCCESS);
	drop_receive(port);
}

static void
the_first_names_of_a_task_are_the_first_uses_of_the_first_slots(void)
{
	struct peer *peer = peer_new();

	CHECK_EQUAL(type_there(peer_task(peer), 0x103), MACH_PORT_TYPE_SEND);
}

static void
names_need_not_be_dense_and_are_not_descriptors(void)
{
	mach_port_name_t name = CHOSEN;
	mach_port_t port;

	EXPECT(mach_port_allocate_name(mach_task_self(), RECEIVE, name),
	    KERN_SUCCESS);
	port = new_port();
	CHECK(port != name);
	CHECK(fcntl((int)name, F_GETFD) == -1 && errno == EBADF);
	drop_receive(port);
	drop_receive(name);
}

/* Names that cannot be chosen, whatever is to have them. */
struct choice {
	mach_port_name_t name;
	kern_return_t code;
};

static unsigned
bad_choices(struct choice *rows, mach_port_t used)
{
	const struct choice choices[] = {
	    {MACH_PORT_NULL, KERN_INVALID_VALUE},
	    {MACH_PORT_DEAD, KERN_INVALID_VALUE},
	    {0x7fffff03, KERN_NO_SPACE},
	    {0x7fffff01, KERN_NO_SPACE}, /* the index before the low bits */
	    {CHOSEN & ~3u, KERN_INVALID_VALUE},
	    {(CHOSEN & ~3u) | 1, KERN_INVALID_VALUE},
	    {(CHOSEN & ~3u) | 2, KERN_INVALID_VALUE},
	    {122, KERN_INVALID_VALUE}, /* the low bits before the index */
	    {123, KERN_FAILURE},
	    {used ^ 4, KERN_FAILURE},
	    {used ^ 6, KERN_INVALID_VALUE},
	    {used, KERN_NAME_EXISTS},
	};

	for (unsigned i = 0; i < sizeof(choices) / sizeof(choices[0]); i++)
		rows[i] = choices[i];
	return sizeof(choices) / sizeof(choices[0]);
}

static void
a_task_chooses_names_with_allocate_name(void)
{
	static const mach_port_right_t rights[] = {
	    RECEIVE, PORT_SET, DEAD_NAME};
	mach_port_t used = new_port();
	struct choice rows[16];
	unsigned count = bad_choices(rows, used);

	for (unsigned r = 0; r < 3; r++) {
		for (unsigned i = 0; i < count; i++)
			EXPECT(mach_port_allocate_name(
			           mach_task_self(), rights[r], rows[i].name),
			    rows[i].code);
		EXPECT(mach_port_allocate_name(
		           mach_task_self(), rights[r], CHOSEN),
		    KERN_SUCCESS);
		CHECK_EQUAL(type_of(CHOSEN), MACH_PORT_TYPE(rights[r]));
		destroy(CHOSEN);
	}
	CHECK_EQUAL(type_of(used), MACH_PORT_TYPE_RECEIVE);
	destroy(used);
}

static void
a_task_chooses_names_with_allocate_full(void)
{
	mach_port_t used = new_port();
	struct choice rows[16];
	unsigned count = bad_choices(rows, used);
	mach_port_qos_t qos = {.name = 1};
	mach_port_name_t name;

	for (unsigned i = 0; i < count; i++) {
		name = rows[i].name;
		EXPECT(mach_port_allocate_full(mach_task_self(), RECEIVE,
		           MACH_PORT_NULL, &qos, &name),
		    rows[i].code);
	}
	name = CHOSEN;
	EXPECT(mach_port_allocate_full(
	           mach_task_self(), RECEIVE, MACH_PORT_NULL, &qos, &name),
	    KERN_SUCCESS);
	CHECK_EQUAL(name, CHOSEN);
	CHECK_EQUAL(type_of(CHOSEN), MACH_PORT_TYPE_RECEIVE);
	destroy(CHOSEN);
	destroy(used);
}

static void
a_task_chooses_names_with_insert_right(void)
{
	mach_port_t port = new_port(), used = new_port();
	struct choice rows[16];
	unsigned count = bad_choices(rows, used);

	for (unsigned i = 0; i < count; i++) {
		EXPECT(mach_port_insert_right(mach_task_self(), rows[i].name,
		           port, MAKE_SEND_ONCE),
		    rows[i].code);
		expect_notice(port, ONCE_GONE, 0);
	}
	EXPECT(mach_port_insert_right(
	           mach_task_self(), CHOSEN, port, MAKE_SEND_ONCE),
	    KERN_SUCCESS);
	CHECK_EQUAL(type_of(CHOSEN), MACH_PORT_TYPE_SEND_ONCE);
	destroy(CHOSEN);
	expect_notice(port, ONCE_GONE, 0);
	destroy(used);
	destroy(port);
}

/* 10.1: names. */

/* How the names call shows @name; 0 if it does not. */
static mach_port_type_t
listed(mach_port_t task, mach_port_name_t name)
{
	mach_port_name_array_t names;
	mach_port_type_array_t types;
	mach_msg_type_number_t names_count, types_count;
	mach_port_type_t type = 0;
	unsigned seen = 0;

	EXPECT(
	    mach_port_names(task, &names, &names_count, &types, &types_count),
	    KERN_SUCCESS);
	CHECK_EQUAL(names_count, types_count);
	for (mach_msg_type_number_t i = 0; i < names_count; i++)
		if (names[i] == name) {
			type = types[i];
			seen++;
		}
	CHECK(seen <= 1);
	EXPECT(vm_deallocate(mach_task_self(), (vm_address_t)names,
	           names_count * sizeof(names[0])),
	    KERN_SUCCESS);
	EXPECT(vm_deallocate(mach_task_self(), (vm_address_t)types,
	           types_count * sizeof(types[0])),
	    KERN_SUCCESS);
	return type;
}

static void
names_lists_every_name_with_its_type(void)
{
	struct kinds kinds = kinds_new();
	mach_port_t absent = absent_name();

	CHECK_EQUAL(listed(mach_task_self(), kinds.send), MACH_PORT_TYPE_SEND);
	CHECK_EQUAL(
	    listed(mach_task_self(), kinds.receive), MACH_PORT_TYPE_RECEIVE);
	CHECK_EQUAL(
	    listed(mach_task_self(), kinds.both), MACH_PORT_TYPE_SEND_RECEIVE);
	CHECK_EQUAL(
	    listed(mach_task_self(), kinds.once), MACH_PORT_TYPE_SEND_ONCE);
	CHECK_EQUAL(
	    listed(mach_task_self(), kinds.set), MACH_PORT_TYPE_PORT_SET);
	CHECK_EQUAL(
	    listed(mach_task_self(), kinds.dead), MACH_PORT_TYPE_DEAD_NAME);
	CHECK_EQUAL(listed(mach_task_self(), absent), 0);
	CHECK_EQUAL(
	    listed(mach_task_self(), mach_task_self()), MACH_PORT_TYPE_SEND);
	CHECK_EQUAL(listed(peer_task(kinds.peer), kinds.peer_port),
	    MACH_PORT_TYPE_RECEIVE);
	kinds_free(&kinds);
}

/* 10.2: type. */

static void
requests_show_in_names_more_than_in_type(void)
{
	mach_port_t port = new_send_port(), notify = new_port(), previous;
	mach_port_type_t both = MACH_PORT_TYPE_SEND_RECEIVE;
	mach_port_type_t asked = both | MACH_PORT_TYPE_DNREQUEST;

	CHECK_EQUAL(request(port, NAME_DIED, 0, notify), MACH_PORT_NULL);
	CHECK_EQUAL(type_of(port), asked);
	CHECK_EQUAL(listed(mach_task_self(), port), asked);

	/* Registered, but not armed. */
	previous = request(port, SEND_POSSIBLE, 0, notify);
	CHECK_EQUAL(type_of(port), asked);
	CHECK_EQUAL(listed(mach_task_self(), port) & ~asked,
	    MACH_PORT_TYPE_SPREQUEST_DELAYED);
	drop(previous);
	expect_notice(notify, ONCE_GONE, 0);

	/* Armed. */
	fill_queue(port);
	previous = request(port, SEND_POSSIBLE, 1, notify);
	CHECK_EQUAL(type_of(port), asked);
	CHECK_EQUAL(
	    listed(mach_task_self(), port) & ~asked, MACH_PORT_TYPE_SPREQUEST);
	drop(previous);
	expect_notice(notify, ONCE_GONE, 0);

	/* It has fired. */
	expect_id(port, 1);
	expect_notice(notify, SEND_POSSIBLE, port);
	CHECK_EQUAL(type_of(port), both);
	CHECK_EQUAL(listed(mach_task_self(), port), both);
	destroy(port);
	destroy(notify);
}

static void
type_of_what_is_no_name(void)
{
	mach_port_type_t type = 77;

	EXPECT(mach_port_type(mach_task_self(), MACH_PORT_NULL, &type),
	    KERN_INVALID_NAME);
	EXPECT(mach_port_type(mach_task_self(), absent_name(), &type),
	    KERN_INVALID_NAME);
	CHECK_EQUAL(type, 77);
	EXPECT(mach_port_type(mach_task_self(), MACH_PORT_DEAD, &type),
	    KERN_SUCCESS);
	CHECK_EQUAL(type, MACH_PORT_TYPE_DEAD_NAME);
}

static void
type_does_not_show_message_accepted_requests(void)
{
	CHECK_EQUAL(type_while_a_message_is_out(), MACH_PORT_TYPE_SEND_RECEIVE);
}

/* 10.3: rename. */

static void
rename_changes_the_name_and_nothing_else(void)
{
	mach_port_t port = new_send_port(), notify = new_port();
	mach_port_t set = new_set(), name = CHOSEN;
	struct peer *peer = peer_new();
	mach_port_name_t there = peer_give(peer, port, COPY_SEND);
	struct blocked receiver;

	add_refs(port, SEND, 2);
	insert_member(port, set);
	set_qlimit(port, 7);
	CHECK_EQUAL(request(port, NAME_DIED, 0, notify), MACH_PORT_NULL);
	CHECK_EQUAL(request(port, NO_SENDERS, 0, notify), MACH_PORT_NULL);
	EXPECT(send_id(port, COPY_SEND, 1, 0, 0), MACH_MSG_SUCCESS);
	EXPECT(mach_port_rename(mach_task_self(), port, name), KERN_SUCCESS);

	CHECK_EQUAL(type_of(port), 0);
	CHECK_EQUAL(type_of(name),
	    MACH_PORT_TYPE_SEND_RECEIVE | MACH_PORT_TYPE_DNREQUEST);
	CHECK_EQUAL(refs_of(name, SEND), 3);
	CHECK(is_member(name, set));
	CHECK_EQUAL(status_of(name).mps_qlimit, 7);
	CHECK(status_of(name).mps_nsrequest);
	CHECK_EQUAL(status_of(name).mps_msgcount, 1);
	expect_id(name, 1);
	/* Later messages come to the new name; rights have it. */
	CHECK_EQUAL(take_from(peer_task(peer), there, COPY_SEND), name);
	CHECK_EQUAL(refs_of(name, SEND), 4);
	start_receiver(&receiver, set);
	EXPECT(send_id(name, COPY_SEND, 2, 0, 0), MACH_MSG_SUCCESS);
	expect_end(&receiver, MACH_MSG_SUCCESS);

	drop_receive(name);
	expect_notice(notify, ONCE_GONE, 0); /* the no-senders request */
	expect_notice(notify, NAME_DIED, name);
	CHECK_EQUAL(refs_of(name, DEAD_NAME), 5);
	destroy(name);
	destroy(notify);
	destroy(set);
}

static void
rename_works_for_every_kind(void)
{
	struct kinds kinds = kinds_new();
	mach_port_t *names[] = {&kinds.send, &kinds.receive, &kinds.both,
	    &kinds.once, &kinds.set, &kinds.dead};

	insert_member(kinds.receive, kinds.set);
	for (unsigned i = 0; i < 6; i++) {
		mach_port_name_t new = CHOSEN + 0x100 * i;
		mach_port_type_t type = type_of(*names[i]);

		EXPECT(mach_port_rename(mach_task_self(), *names[i], new),
		    KERN_SUCCESS);
		CHECK_EQUAL(type_of(new), type);
		CHECK_EQUAL(type_of(*names[i]), 0);
		*names[i] = new;
	}
	CHECK(is_member(kinds.receive, kinds.set));
	EXPECT(send_id(kinds.send, COPY_SEND, 1, 0, 0), MACH_MSG_SUCCESS);
	EXPECT(send_id(kinds.once, MOVE_SEND_ONCE, 2, 0, 0), MACH_MSG_SUCCESS);
	CHECK_EQUAL(
	    status_there(peer_task(kinds.peer), kinds.peer_port).mps_msgcount,
	    2);
	kinds_free(&kinds);
}

static void
requests_tell_of_the_new_name(void)
{
	mach_port_t port = new_send_port(), notify = new_port();
	mach_port_name_t names[] = {CHOSEN, CHOSEN + 0x100, CHOSEN + 0x200};
	mach_msg_header_t header = {
	    .msgh_bits = MACH_MSGH_BITS(COPY_SEND, 0),
	    .msgh_remote_port = port,
	};

	/* Send-possible and message-accepted, ... */
	fill_queue(port);
	CHECK_EQUAL(request(port, SEND_POSSIBLE, 1, notify), MACH_PORT_NULL);
	EXPECT(mach_msg(&header, MACH_SEND_MSG | MACH_SEND_NOTIFY,
	           sizeof(header), 0, MACH_PORT_NULL, 0, notify),
	    MACH_SEND_WILL_NOTIFY);
	EXPECT(
	    mach_port_rename(mach_task_self(), port, names[0]), KERN_SUCCESS);
	expect_ids(names[0], 1, 5);
	expect_notice(notify, SEND_POSSIBLE, names[0]);
	EXPECT(mach_port_rename(mach_task_self(), names[0], names[1]),
	    KERN_SUCCESS);
	expect_id(names[1], 0);
	expect_notice(notify, MACH_NOTIFY_MSG_ACCEPTED, names[1]);
	/* ... and the release of the name. */
	CHECK_EQUAL(request(names[1], NAME_DIED, 0, notify), MACH_PORT_NULL);
	EXPECT(mach_port_rename(mach_task_self(), names[1], names[2]),
	    KERN_SUCCESS);
	destroy(names[2]);
	expect_notice(notify, PORT_DELETED, names[2]);
	expect_empty(notify);
	destroy(notify);
}

static void
a_blocked_receiver_does_not_notice_a_rename(void)
{
	mach_port_t port = new_send_port();
	struct blocked receiver;

	start_receiver(&receiver, port);
	EXPECT(mach_port_rename(mach_task_self(), port, CHOSEN), KERN_SUCCESS);
	EXPECT(send_id(CHOSEN, COPY_SEND, 1, 0, 0), MACH_MSG_SUCCESS);
	expect_end(&receiver, MACH_MSG_SUCCESS);
	CHECK_EQUAL(receiver.id, 1);
	destroy(CHOSEN);
}

static void
rename_is_refused(void)
{
	mach_port_t port = new_port(), used = new_set();
	struct choice rows[16];
	unsigned count = bad_choices(rows, used);

	for (unsigned i = 0; i < count; i++)
		EXPECT(mach_port_rename(mach_task_self(), port, rows[i].name),
		    rows[i].code);
	EXPECT(
	    mach_port_rename(mach_task_self(), port, port), KERN_NAME_EXISTS);
	EXPECT(mach_port_rename(mach_task_self(), absent_name(), CHOSEN),
	    KERN_INVALID_NAME);
	EXPECT(mach_port_rename(mach_task_self(), MACH_PORT_NULL, CHOSEN),
	    KERN_INVALID_NAME);
	EXPECT(mach_port_rename(mach_task_self(), MACH_PORT_DEAD, CHOSEN),
	    KERN_INVALID_NAME);
	EXPECT(
	    mach_port_rename(mach_task_self(), absent_name(), MACH_PORT_NULL),
	    KERN_INVALID_VALUE);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_RECEIVE);
	CHECK_EQUAL(type_of(CHOSEN), 0);
	destroy(port);
	destroy(used);
}

/* 10.4: allocate. */

static void
allocate_makes_ports_sets_and_dead_names(void)
{
	mach_port_t port = new_port(), set = new_set(), dead = new_dead_name();
	mach_port_name_array_t members;
	mach_msg_type_number_t count = 77;

	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_RECEIVE); /* no send right */
	CHECK_EQUAL(srights_of(port), 0);
	CHECK_EQUAL(type_of(set), MACH_PORT_TYPE_PORT_SET);
	EXPECT(
	    mach_port_get_set_status(mach_task_self(), set, &members, &count),
	    KERN_SUCCESS);
	CHECK_EQUAL(count, 0);
	CHECK_EQUAL(type_of(dead), MACH_PORT_TYPE_DEAD_NAME);
	CHECK_EQUAL(refs_of(dead, DEAD_NAME), 1);
	destroy(port);
	destroy(set);
	destroy(dead);
}

static void
other_rights_are_not_allocated(void)
{
	static const mach_port_right_t rights[] = {
	    SEND, SEND_ONCE, LABELH, 6, 7, ~0u};
	mach_port_qos_t qos = {.len = 0};

	for (size_t i = 0; i < sizeof(rights) / sizeof(rights[0]); i++) {
		mach_port_t self = mach_task_self();
		mach_port_name_t name = 77;

		EXPECT(mach_port_allocate(self, rights[i], &name),
		    KERN_INVALID_VALUE);
		EXPECT(mach_port_allocate_name(self, rights[i], CHOSEN),
		    KERN_INVALID_VALUE);
		EXPECT(mach_port_allocate_qos(self, rights[i], &qos, &name),
		    KERN_INVALID_VALUE);
		EXPECT(mach_port_allocate_full(
		           self, rights[i], MACH_PORT_NULL, &qos, &name),
		    KERN_INVALID_VALUE);
		CHECK_EQUAL(name, 77);
	}
	CHECK_EQUAL(type_of(CHOSEN), 0);
}

/* 10.5: allocate_name. */

static void
allocate_name_honours_the_name_for_dead_names_too(void)
{
	EXPECT(mach_port_allocate_name(mach_task_self(), DEAD_NAME, CHOSEN),
	    KERN_SUCCESS);
	CHECK_EQUAL(type_of(CHOSEN), MACH_PORT_TYPE_DEAD_NAME);
	CHECK_EQUAL(refs_of(CHOSEN, DEAD_NAME), 1);
	drop(CHOSEN);
	EXPECT(mach_port_allocate_name(mach_task_self(), RECEIVE, CHOSEN),
	    KERN_SUCCESS);
	CHECK_EQUAL(status_of(CHOSEN).mps_qlimit, 5);
	CHECK_EQUAL(srights_of(CHOSEN), 0);
	EXPECT(mach_port_allocate_name(mach_task_self(), PORT_SET, CHOSEN),
	    KERN_NAME_EXISTS);
	CHECK_EQUAL(type_of(CHOSEN), MACH_PORT_TYPE_RECEIVE);
	destroy(CHOSEN);
}

/* 10.6, 10.7: allocate_qos, allocate_full. */

static void
allocate_qos_allocates_but_takes_no_name(void)
{
	static const mach_port_right_t rights[] = {
	    RECEIVE, PORT_SET, DEAD_NAME};
	mach_port_qos_t qos = {.name = 1};
	mach_port_name_t name = CHOSEN;

	CHECK_EQUAL(sizeof(qos), 8);
	EXPECT(mach_port_allocate_qos(mach_task_self(), RECEIVE, &qos, &name),
	    KERN_INVALID_ARGUMENT);
	EXPECT(mach_port_allocate_qos(mach_task_self(), SEND, &qos, &name),
	    KERN_INVALID_ARGUMENT);
	CHECK_EQUAL(type_of(CHOSEN), 0);
	qos.name = 0;
	for (unsigned i = 0; i < 3; i++) {
		EXPECT(mach_port_allocate_qos(
		           mach_task_self(), rights[i], &qos, &name),
		    KERN_SUCCESS);
		CHECK_EQUAL(type_of(name), MACH_PORT_TYPE(rights[i]));
		destroy(name);
	}
	qos.prealloc = 1;
	qos.len = 100;
	EXPECT(mach_port_allocate_qos(mach_task_self(), RECEIVE, &qos, &name),
	    KERN_SUCCESS);
	CHECK_EQUAL(type_of(name), MACH_PORT_TYPE_RECEIVE);
	destroy(name);
	EXPECT(mach_port_allocate_qos(mach_task_self(), PORT_SET, &qos, &name),
	    KERN_INVALID_VALUE);
	qos.len = 0xffffffffu - 67;
	EXPECT(mach_port_allocate_qos(mach_task_self(), RECEIVE, &qos, &name),
	    KERN_RESOURCE_SHORTAGE);
}

static void
allocate_full_checks_what_it_is_asked(void)
{
	mach_port_t self = mach_task_self(), proto = new_port();
	mach_port_qos_t plain = {0}, named = {.name = 1};
	mach_port_qos_t prealloc = {.prealloc = 1, .len = 0xffffffffu - 68};
	mach_port_name_t name = CHOSEN;

	EXPECT(mach_port_allocate_full(self, RECEIVE, proto, &plain, &name),
	    KERN_INVALID_VALUE);
	EXPECT(mach_port_allocate_full(
	           self, RECEIVE, MACH_PORT_DEAD, &plain, &name),
	    KERN_INVALID_VALUE);
	name = MACH_PORT_NULL;
	EXPECT(mach_port_allocate_full(self, RECEIVE, 0, &named, &name),
	    KERN_INVALID_VALUE);
	name = MACH_PORT_DEAD;
	EXPECT(mach_port_allocate_full(self, RECEIVE, 0, &named, &name),
	    KERN_INVALID_VALUE);
	EXPECT(mach_port_allocate_full(self, PORT_SET, 0, &prealloc, &name),
	    KERN_INVALID_VALUE);
	EXPECT(mach_port_allocate_full(self, DEAD_NAME, 0, &prealloc, &name),
	    KERN_INVALID_VALUE);
	EXPECT(mach_port_allocate_full(self, SEND, 0, &plain, &name),
	    KERN_INVALID_VALUE);

	/* As much as there may be, and that is otherwise ignored. */
	EXPECT(mach_port_allocate_full(self, RECEIVE, 0, &prealloc, &name),
	    KERN_SUCCESS);
	CHECK_EQUAL(type_of(name), MACH_PORT_TYPE_RECEIVE);
	destroy(name);
	prealloc.len++;
	EXPECT(mach_port_allocate_full(self, RECEIVE, 0, &prealloc, &name),
	    KERN_RESOURCE_SHORTAGE);

	/* The name is an output, too. */
	name = CHOSEN;
	EXPECT(mach_port_allocate_full(self, PORT_SET, 0, &plain, &name),
	    KERN_SUCCESS);
	CHECK(name != CHOSEN);
	CHECK_EQUAL(type_of(name), MACH_PORT_TYPE_PORT_SET);
	destroy(name);
	name = CHOSEN;
	EXPECT(mach_port_allocate_full(self, DEAD_NAME, 0, &named, &name),
	    KERN_SUCCESS);
	CHECK_EQUAL(name, CHOSEN);
	CHECK_EQUAL(type_of(name), MACH_PORT_TYPE_DEAD_NAME);
	destroy(name);
	destroy(proto);
}

static const struct scenario scenarios[] = {
    SCENARIO("ports.2.b1", two_values_are_never_names),
    SCENARIO("ports.2.b2", a_name_is_made_of_index_and_generation),
    SCENARIO("ports.2.b3 ports.2.b5",
        a_slot_that_is_used_again_has_another_generation),
    SCENARIO("ports.2.b3 ports.2.b4", names_below_0x100_are_not_given),
    SCENARIO("ports.2.b3",
        the_first_names_of_a_task_are_the_first_uses_of_the_first_slots),
    SCENARIO("ports.2.b6", names_need_not_be_dense_and_are_not_descriptors),
    SCENARIO("ports.2 ports.2.r1 ports.2.r2 ports.2.r3 ports.2.r4 ports.2.r5 "
             "ports.2.r6 ports.2.r7 ports.10.5.r1 ports.10.5.r2 ports.10.5.r3",
        a_task_chooses_names_with_allocate_name),
    SCENARIO("ports.2.r1 ports.2.r2 ports.2.r3 ports.2.r4 ports.2.r5 "
             "ports.2.r6 ports.2.r7 ports.10.7.r3",
        a_task_chooses_names_with_allocate_full),
    SCENARIO("ports.2.r1 ports.2.r2 ports.2.r3 ports.2.r4 ports.2.r5 "
             "ports.2.r6 ports.2.r7 ports.10.22.r7",
        a_task_chooses_names_with_insert_right),
    SCENARIO("ports.10 ports.10.1", names_lists_every_name_with_its_type),
    SCENARIO("ports.10.1 ports.10.2", requests_show_in_names_more_than_in_type),
    SCENARIO(
        "ports.10.2.r1 ports.10.2.r2 ports.10.2.r3", type_of_what_is_no_name),
    SCENARIO("ports.10.2", type_does_not_show_message_accepted_requests),
    SCENARIO("ports.10.3", rename_changes_the_name_and_nothing_else),
    SCENARIO("ports.10.3", rename_works_for_every_kind),
    SCENARIO("ports.10.3", requests_tell_of_the_new_name),
    SCENARIO("ports.10.3", a_blocked_receiver_does_not_notice_a_rename),
    SCENARIO("ports.10.3.r1 ports.10.3.r2 ports.10.3.r3 ports.10.3.r4",
        rename_is_refused),
    SCENARIO("ports.10.4", allocate_makes_ports_sets_and_dead_names),
    SCENARIO("ports.10.4.r1 ports.10.5.r1 ports.10.6 ports.10.7.r1",
        other_rights_are_not_allocated),
    SCENARIO("ports.10.5 ports.10.5.r2",
        allocate_name_honours_the_name_for_dead_names_too),
    SCENARIO("ports.10.6", allocate_qos_allocates_but_takes_no_name),
    SCENARIO("ports.10.7 ports.10.7.r1 ports.10.7.r2 ports.10.7.r3",
        allocate_full_checks_what_it_is_asked),
};

CONFORMANCE(scenarios)
