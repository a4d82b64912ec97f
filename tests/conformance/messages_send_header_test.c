/*
 * Which headers a send refuses, in which order it looks, and what it takes:
 * messages.md 8.2 to 8.4.
 */
#include "messages.h"

/*
 * 8.2: the header
 */

static mach_msg_return_t
remote_code(enum kind kind, unsigned disposition)
{
	if (disposition < MOVE_SEND || disposition > MAKE_SEND_ONCE)
		return MACH_SEND_INVALID_HEADER;
	return kind_allows_alive(kind, disposition) ? MACH_MSG_SUCCESS
	                                            : MACH_SEND_INVALID_DEST;
}

static mach_msg_return_t
local_code(enum kind kind, unsigned disposition)
{
	if (disposition == NONE)
		return kind == KIND_NULL ? MACH_MSG_SUCCESS
		                         : MACH_SEND_INVALID_HEADER;
	if (disposition < MOVE_SEND || disposition > MAKE_SEND_ONCE)
		return MACH_SEND_INVALID_HEADER;
	if (kind == KIND_NULL || kind == KIND_DEAD)
		return MACH_MSG_SUCCESS;
	return kind_allows(kind, disposition) ? MACH_MSG_SUCCESS
	                                      : MACH_SEND_INVALID_REPLY;
}

static void
remote_names_and_dispositions(void)
{
	struct received message;
	struct entry entry;

	for (enum kind kind = 0; kind < KIND_COUNT; kind++) {
		entry_begin(&entry, kind);
		for (unsigned disposition = 0; disposition < 32;
		     disposition++) {
			mach_msg_return_t code = remote_code(kind, disposition);

			compose(&message, entry.name, disposition,
			    MACH_PORT_NULL, NONE);
			if (code != MACH_MSG_SUCCESS) {
				REFUSED(&message, code);
				continue;
			}
			EXPECT_IN("kind, disposition", kind, disposition,
			    post(&message), code);
			entry_end(&entry);
			entry_begin(&entry, kind);
		}
		entry_end(&entry);
	}
}

static void
local_names_and_dispositions(void)
{
	struct received message;
	struct entry entry;

	for (enum kind kind = 0; kind < KIND_COUNT; kind++) {
		mach_port_t to = new_send_port();

		entry_begin(&entry, kind);
		for (unsigned disposition = 0; disposition < 32;
		     disposition++) {
			mach_msg_return_t code = local_code(kind, disposition);

			compose(
			    &message, to, COPY_SEND, entry.name, disposition);
			if (code != MACH_MSG_SUCCESS) {
				REFUSED(&message, code);
				continue;
			}
			EXPECT_IN("kind, disposition", kind, disposition,
			    post(&message), code);
			EXPECT(receive_now(to, 0, &message), MACH_MSG_SUCCESS);
			CHECK_EQUAL(
			    MACH_MSGH_BITS_REMOTE(message.header.msgh_bits),
			    transformed(disposition));
			mach_msg_destroy(&message.header);
			entry_end(&entry);
			entry_begin(&entry, kind);
		}
		entry_end(&entry);
		destroy(to);
	}
}

static void
voucher_dispositions(void)
{
	mach_port_t to = new_send_port();
	struct received message;

	for (unsigned disposition = 0; disposition < 32; disposition++) {
		bool good = disposition == 0 || disposition == MOVE_SEND ||
		    disposition == COPY_SEND;

		compose(&message, to, COPY_SEND, MACH_PORT_NULL, NONE);
		message.header.msgh_bits |= disposition << 16;
		message.header.msgh_voucher_port = MACH_PORT_NULL;
		if (good) {
			EXPECT(post(&message), MACH_MSG_SUCCESS);
			expect_id(to, 0);
		} else {
			REFUSED(&message, MACH_SEND_INVALID_VOUCHER);
		}
		if (disposition == 0)
			continue;
		compose(&message, to, COPY_SEND, MACH_PORT_NULL, NONE);
		message.header.msgh_bits |= disposition << 16;
		message.header.msgh_voucher_port = MACH_PORT_DEAD;
		REFUSED(&message, MACH_SEND_INVALID_VOUCHER);
		message.header.msgh_voucher_port = absent_name();
		REFUSED(&message, MACH_SEND_INVALID_VOUCHER);
		message.header.msgh_voucher_port = to;
		REFUSED(&message, MACH_SEND_INVALID_VOUCHER);
	}
	destroy(to);
}

/* A header, and which row of 8.2 it fails in. */
struct part {
	mach_port_t name;
	mach_msg_type_name_t disposition;
};

static void
refuse_header(int line, struct part remote, struct part local,
    struct part voucher, mach_msg_return_t code)
{
	struct received message;

	compose(&message, remote.name, remote.disposition, local.name,
	    local.disposition);
	message.header.msgh_bits |= voucher.disposition << 16;
	message.header.msgh_voucher_port = voucher.name;
	refuse(__FILE__, line, &message, message.header.msgh_size,
	    sizeof(message), code);
}
#define REFUSED_HEADER(remote, local, voucher, code)                           \
	refuse_header(__LINE__, remote, local, voucher, code)
#define PART(name, disposition)                                                \
	(struct part) { name, disposition }

static void
earlier_rows_of_the_header_win(void)
{
	mach_port_t port = new_send_port();
	mach_port_t receive = new_port();
	mach_port_t dead = new_dead_name();
	mach_port_t set = new_set();
	mach_port_t absent = absent_name();
	struct part none = {0, 0};
	struct part to = {port, COPY_SEND};
	struct part bad_voucher = {0, 31};
	struct part no_voucher = {set, COPY_SEND};
	struct part null = {0, COPY_SEND};

	/* 1 and 3. 2 and 3. */
	REFUSED_HEADER(
	    to, PART(port, NONE), bad_voucher, MACH_SEND_INVALID_HEADER);
	REFUSED_HEADER(
	    to, PART(port, 31), bad_voucher, MACH_SEND_INVALID_HEADER);
	/* 3 and 4. */
	REFUSED_HEADER(
	    PART(port, NONE), none, bad_voucher, MACH_SEND_INVALID_VOUCHER);
	REFUSED_HEADER(PART(port, MOVE_RECEIVE), none,
	    PART(MACH_PORT_DEAD, COPY_SEND), MACH_SEND_INVALID_VOUCHER);
	/* 4 and 5. */
	REFUSED_HEADER(
	    PART(0, MOVE_RECEIVE), none, none, MACH_SEND_INVALID_HEADER);
	REFUSED_HEADER(
	    PART(MACH_PORT_DEAD, 31), none, none, MACH_SEND_INVALID_HEADER);
	/* 4 and 8: an unfit name is not a voucher's disposition. */
	REFUSED_HEADER(
	    PART(port, NONE), none, no_voucher, MACH_SEND_INVALID_HEADER);
	/* 5 and 7, 5 and 8, 5 and 10. */
	REFUSED_HEADER(
	    null, PART(set, COPY_SEND), no_voucher, MACH_SEND_INVALID_DEST);
	REFUSED_HEADER(null, none, no_voucher, MACH_SEND_INVALID_DEST);
	REFUSED_HEADER(
	    null, PART(absent, COPY_SEND), none, MACH_SEND_INVALID_DEST);
	/* 6 and 7. */
	REFUSED_HEADER(PART(set, MOVE_SEND_ONCE), PART(set, COPY_SEND),
	    no_voucher, MACH_SEND_INVALID_DEST);
	REFUSED_HEADER(PART(set, COPY_SEND), PART(set, MOVE_SEND_ONCE),
	    no_voucher, MACH_SEND_INVALID_DEST);
	/* 7 and 8; 7 and 9. */
	REFUSED_HEADER(
	    to, PART(set, COPY_SEND), no_voucher, MACH_SEND_INVALID_REPLY);
	REFUSED_HEADER(PART(absent, COPY_SEND), PART(set, COPY_SEND),
	    no_voucher, MACH_SEND_INVALID_REPLY);
	REFUSED_HEADER(to, PART(receive, MAKE_SEND_ONCE),
	    PART(receive, COPY_SEND), MACH_SEND_INVALID_REPLY);
	/* 8 and 9; 8 and 10. */
	REFUSED_HEADER(PART(absent, COPY_SEND), none, no_voucher,
	    MACH_SEND_INVALID_VOUCHER);
	REFUSED_HEADER(
	    to, PART(absent, COPY_SEND), no_voucher, MACH_SEND_INVALID_VOUCHER);
	/* 9 and 10: absent, a dead name, a set. */
	REFUSED_HEADER(PART(absent, COPY_SEND), PART(set, COPY_SEND), none,
	    MACH_SEND_INVALID_DEST);
	REFUSED_HEADER(PART(dead, COPY_SEND), PART(absent, COPY_SEND), none,
	    MACH_SEND_INVALID_DEST);
	REFUSED_HEADER(PART(set, COPY_SEND), PART(absent, COPY_SEND), none,
	    MACH_SEND_INVALID_DEST);
	/* 10 and 11. */
	REFUSED_HEADER(PART(receive, COPY_SEND), PART(absent, COPY_SEND), none,
	    MACH_SEND_INVALID_REPLY);
	REFUSED_HEADER(PART(receive, MOVE_SEND_ONCE), PART(dead, MAKE_SEND),
	    none, MACH_SEND_INVALID_REPLY);
	drop(dead);
	destroy(set);
	destroy(port);
	drop_receive(receive);
}

static void
an_unused_reply_may_be_null_or_dead(void)
{
	static const mach_port_t names[] = {MACH_PORT_NULL, MACH_PORT_DEAD};
	mach_port_t to = new_send_port();
	struct received message;

	for (unsigned disposition = MOVE_SEND; disposition <= MAKE_SEND_ONCE;
	     disposition++) {
		for (unsigned i = 0; i < 2; i++) {
			compose(&message, to, COPY_SEND, names[i], disposition);
			EXPECT(post(&message), MACH_MSG_SUCCESS);
			EXPECT(receive_now(to, 0, &message), MACH_MSG_SUCCESS);
			CHECK_EQUAL(message.header.msgh_remote_port, names[i]);
			CHECK_EQUAL(message.header.msgh_bits,
			    MACH_MSGH_BITS(
			        transformed(disposition), MOVE_SEND));
		}
	}
	destroy(to);
}

static void
a_dead_name_is_a_reply_that_is_moved_or_copied(void)
{
	mach_port_t to = new_send_port();
	mach_port_t dead = new_dead_name();
	struct received message;

	EXPECT(mach_port_mod_refs(
	           mach_task_self(), dead, MACH_PORT_RIGHT_DEAD_NAME, 2),
	    KERN_SUCCESS);
	for (unsigned disposition = MOVE_SEND; disposition <= COPY_SEND;
	     disposition++) {
		compose(&message, to, COPY_SEND, dead, disposition);
		EXPECT(post(&message), MACH_MSG_SUCCESS);
		EXPECT(receive_now(to, 0, &message), MACH_MSG_SUCCESS);
		CHECK_EQUAL(message.header.msgh_remote_port, MACH_PORT_DEAD);
		CHECK_EQUAL(message.header.msgh_bits,
		    MACH_MSGH_BITS(transformed(disposition), MOVE_SEND));
	}
	/* Moved twice. */
	CHECK_EQUAL(refs_of(dead, MACH_PORT_RIGHT_DEAD_NAME), 1);
	compose(&message, to, COPY_SEND, dead, MAKE_SEND);
	REFUSED(&message, MACH_SEND_INVALID_REPLY);
	compose(&message, to, COPY_SEND, dead, MAKE_SEND_ONCE);
	REFUSED(&message, MACH_SEND_INVALID_REPLY);
	/* The last one frees the name. */
	compose(&message, to, COPY_SEND, dead, MOVE_SEND);
	EXPECT(post(&message), MACH_MSG_SUCCESS);
	CHECK_EQUAL(type_of(dead), 0);
	expect_id(to, 0);
	destroy(to);
}

/* What a send right was does not matter once its port has died. */
static void
a_reply_whose_port_died_is_as_any_dead_name(void)
{
	static const mach_msg_type_name_t dispositions[] = {
	    MOVE_SEND, COPY_SEND, MOVE_SEND_ONCE};
	mach_port_t to = new_send_port();
	struct received message;

	for (unsigned i = 0; i < 6; i++) {
		mach_port_t port = new_send_port();
		mach_port_t once = new_send_once(port);
		mach_port_t reply = i < 3 ? port : once;

		drop_receive(port);
		compose(&message, to, COPY_SEND, reply, dispositions[i % 3]);
		EXPECT(post(&message), MACH_MSG_SUCCESS);
		EXPECT(receive_now(to, 0, &message), MACH_MSG_SUCCESS);
		CHECK_EQUAL(message.header.msgh_remote_port, MACH_PORT_DEAD);
		CHECK_EQUAL(type_of(reply),
		    dispositions[i % 3] == COPY_SEND ? MACH_PORT_TYPE_DEAD_NAME
		                                     : 0);
		destroy_if_there(port);
		destroy_if_there(once);
	}
	destroy(to);
}

static void
a_destination_that_died_is_invalid(void)
{
	mach_port_t port = new_send_port();
	mach_port_t reply = new_port();
	mach_port_t dead = new_dead_name();
	struct received message;

	drop_receive(port);
	for (unsigned disposition = MOVE_SEND; disposition <= MAKE_SEND_ONCE;
	     disposition++) {
		compose(&message, port, disposition, reply, MAKE_SEND_ONCE);
		REFUSED(&message, MACH_SEND_INVALID_DEST);
		compose(&message, dead, disposition, reply, MAKE_SEND_ONCE);
		REFUSED(&message, MACH_SEND_INVALID_DEST);
	}
	drop(port);
	drop(dead);
	drop_receive(reply);
}

/* It may still look as if the port had died just after the send. */
static void
a_send_once_right_whose_port_died_goes_or_is_refused(void)
{
	mach_port_t port = new_port();
	mach_port_t once = new_send_once(port);
	mach_port_t reply = new_port();
	mach_msg_return_t mr;

	drop_receive(port);
	mr = send_id(once, MOVE_SEND_ONCE, 1, reply, MAKE_SEND_ONCE);
	if (mr == MACH_MSG_SUCCESS) {
		CHECK_EQUAL(type_of(once), 0);
		expect_notice(reply, MACH_NOTIFY_SEND_ONCE, 0);
	} else {
		EXPECT(mr, MACH_SEND_INVALID_DEST);
		CHECK_EQUAL(type_of(once), MACH_PORT_TYPE_DEAD_NAME);
		drop(once);
	}
	expect_empty(reply);
	drop_receive(reply);
}

static void
a_send_once_right_seen_dead_is_refused(void)
{
	mach_port_t port = new_port();
	mach_port_t once = new_send_once(port);
	mach_port_t asked = new_send_once(port);
	mach_port_t notify = new_port();
	struct received message;

	CHECK_EQUAL(
	    request(asked, MACH_NOTIFY_DEAD_NAME, 0, notify), MACH_PORT_NULL);
	drop_receive(port);
	CHECK_EQUAL(type_of(once), MACH_PORT_TYPE_DEAD_NAME);
	compose(&message, once, MOVE_SEND_ONCE, notify, MAKE_SEND_ONCE);
	REFUSED(&message, MACH_SEND_INVALID_DEST);
	/* Nobody looked at it but the request. */
	compose(&message, asked, MOVE_SEND_ONCE, notify, MAKE_SEND_ONCE);
	EXPECT(post(&message), MACH_SEND_INVALID_DEST);
	CHECK_EQUAL(refs_of(asked, MACH_PORT_RIGHT_DEAD_NAME), 2);
	expect_notice(notify, MACH_NOTIFY_DEAD_NAME, asked);
	drop(once);
	drop(asked);
	drop(asked);
	drop_receive(notify);
}

static void
a_task_sends_to_itself_by_its_receive_right(void)
{
	mach_port_t port = new_port();
	struct received message;

	EXPECT(send_id(port, MAKE_SEND, 7, 0, 0), MACH_MSG_SUCCESS);
	EXPECT(send_id(port, MAKE_SEND_ONCE, 8, 0, 0), MACH_MSG_SUCCESS);
	EXPECT(receive_now(port, 0, &message), MACH_MSG_SUCCESS);
	CHECK_EQUAL(message.header.msgh_id, 7);
	CHECK_EQUAL(message.header.msgh_bits, MACH_MSGH_BITS(0, MOVE_SEND));
	EXPECT(receive_now(port, 0, &message), MACH_MSG_SUCCESS);
	CHECK_EQUAL(message.header.msgh_id, 8);
	CHECK_EQUAL(
	    message.header.msgh_bits, MACH_MSGH_BITS(0, MOVE_SEND_ONCE));
	/* The rights by which they came have gone. */
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_RECEIVE);
	CHECK(!status_of(port).mps_srights);
	CHECK_EQUAL(status_of(port).mps_sorights, 0);
	drop_receive(port);
}

static void
a_port_set_is_no_destination(void)
{
	mach_port_t set = new_set();
	mach_port_t port = new_send_port();
	struct received message;

	EXPECT(
	    mach_port_insert_member(mach_task_self(), port, set), KERN_SUCCESS);
	for (unsigned disposition = MOVE_SEND; disposition <= MAKE_SEND_ONCE;
	     disposition++) {
		compose(&message, set, disposition, MACH_PORT_NULL, NONE);
		REFUSED(&message, MACH_SEND_INVALID_DEST);
	}
	destroy(set);
	destroy(port);
}

/* Nothing of the kind of XNU's "no grant" is here. */
static void
any_port_may_be_sent_any_right(void)
{
	mach_port_t to = new_send_port();

	EXPECT(send_right(to, 1, to, COPY_SEND), MACH_MSG_SUCCESS);
	EXPECT(send_right(to, 2, to, MAKE_SEND_ONCE), MACH_MSG_SUCCESS);
	EXPECT(send_right(to, 3, new_port(), MOVE_RECEIVE), MACH_MSG_SUCCESS);
	EXPECT(
	    send_right(to, 4, mach_task_self(), COPY_SEND), MACH_MSG_SUCCESS);
	for (int id = 1; id <= 4; id++)
		expect_id(to, id);
	expect_id(to, MACH_NOTIFY_SEND_ONCE); /* the second's, unused */
	destroy(to);
}

/*
 * 8.3: what each disposition takes
 */

static void
copy_send_takes_nothing(void)
{
	mach_port_t port = new_send_port();
	mach_port_t notify = new_port();

	CHECK_EQUAL(
	    request(port, MACH_NOTIFY_NO_SENDERS, 0, notify), MACH_PORT_NULL);
	EXPECT(send_id(port, COPY_SEND, 1, 0, 0), MACH_MSG_SUCCESS);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 1);
	CHECK_EQUAL(status_of(port).mps_mscount, 1);
	/* The message has a right of its own. */
	drop(port);
	CHECK(status_of(port).mps_srights);
	expect_empty(notify);
	expect_id(port, 1);
	expect_notice(notify, MACH_NOTIFY_NO_SENDERS, 1);
	CHECK(!status_of(port).mps_srights);
	drop_receive(port);
	drop_receive(notify);
}

static void
move_send_takes_a_reference(void)
{
	mach_port_t port = new_send_port();
	mach_port_t notify = new_port();

	make_send(port);
	CHECK_EQUAL(
	    request(port, MACH_NOTIFY_NO_SENDERS, 0, notify), MACH_PORT_NULL);
	EXPECT(send_id(port, MOVE_SEND, 1, 0, 0), MACH_MSG_SUCCESS);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 1);
	/* The last: the space's right is in the message now. */
	EXPECT(send_id(port, MOVE_SEND, 2, 0, 0), MACH_MSG_SUCCESS);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_RECEIVE);
	CHECK(status_of(port).mps_srights);
	expect_empty(notify);
	expect_id(port, 1);
	expect_empty(notify);
	expect_id(port, 2);
	expect_notice(notify, MACH_NOTIFY_NO_SENDERS, 2);
	drop_receive(port);
	drop_receive(notify);
}

static void
move_send_of_the_last_reference_frees_the_name(void)
{
	mach_port_t port = new_send_port();
	mach_port_t box = new_port();
	mach_port_t notify = new_port();

	make_send(port);
	put_away(port, box);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_SEND);
	CHECK_EQUAL(
	    request(port, MACH_NOTIFY_DEAD_NAME, 0, notify), MACH_PORT_NULL);
	EXPECT(send_id(port, MOVE_SEND, 1, 0, 0), MACH_MSG_SUCCESS);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 1);
	expect_empty(notify);
	EXPECT(send_id(port, MOVE_SEND, 2, 0, 0), MACH_MSG_SUCCESS);
	CHECK_EQUAL(type_of(port), 0);
	expect_notice(notify, MACH_NOTIFY_PORT_DELETED, port);
	port = take_back(box);
	expect_id(port, 1);
	expect_id(port, 2);
	drop_receive(port);
	drop_receive(box);
	drop_receive(notify);
}

static void
a_pegged_count_is_not_decremented_by_a_move(void)
{
	mach_port_t port = new_send_port();
	struct received message;

	EXPECT(mach_port_mod_refs(mach_task_self(), port, MACH_PORT_RIGHT_SEND,
	           MACH_PORT_UREFS_MAX - 1),
	    KERN_SUCCESS);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), MACH_PORT_UREFS_MAX);
	EXPECT(send_id(port, MOVE_SEND, 1, port, MOVE_SEND), MACH_MSG_SUCCESS);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), MACH_PORT_UREFS_MAX);
	EXPECT(receive_now(port, 0, &message), MACH_MSG_SUCCESS);
	CHECK_EQUAL(message.header.msgh_remote_port, port);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), MACH_PORT_UREFS_MAX);
	destroy(port);
}

static void
move_send_once_frees_the_name(void)
{
	mach_port_t port = new_port();
	mach_port_t once = new_send_once(port);
	mach_port_t notify = new_port();

	CHECK_EQUAL(
	    request(once, MACH_NOTIFY_DEAD_NAME, 0, notify), MACH_PORT_NULL);
	EXPECT(send_id(once, MOVE_SEND_ONCE, 1, 0, 0), MACH_MSG_SUCCESS);
	CHECK_EQUAL(type_of(once), 0);
	expect_notice(notify, MACH_NOTIFY_PORT_DELETED, once);
	CHECK_EQUAL(status_of(port).mps_sorights, 1);
	expect_id(port, 1);
	CHECK_EQUAL(status_of(port).mps_sorights, 0);
	expect_empty(port);
	drop_receive(port);
	drop_receive(notify);
}

static void
make_send_counts(void)
{
	mach_port_t port = new_port();

	EXPECT(send_id(port, MAKE_SEND, 1, 0, 0), MACH_MSG_SUCCESS);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_RECEIVE);
	CHECK_EQUAL(status_of(port).mps_mscount, 1);
	CHECK(status_of(port).mps_srights);
	EXPECT(send_id(port, MAKE_SEND, 2, port, MAKE_SEND), MACH_MSG_SUCCESS);
	CHECK_EQUAL(status_of(port).mps_mscount, 3);
	CHECK_EQUAL(status_of(port).mps_sorights, 0);
	expect_id(port, 1);
	expect_id(port, 2);
	CHECK(!status_of(port).mps_srights);
	CHECK_EQUAL(status_of(port).mps_mscount, 3);
	drop_receive(port);
}

static void
make_send_once_does_not_count(void)
{
	mach_port_t port = new_port();

	EXPECT(send_id(port, MAKE_SEND_ONCE, 1, 0, 0), MACH_MSG_SUCCESS);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_RECEIVE);
	CHECK_EQUAL(status_of(port).mps_mscount, 0);
	CHECK(!status_of(port).mps_srights);
	CHECK_EQUAL(status_of(port).mps_sorights, 1);
	expect_id(port, 1);
	CHECK_EQUAL(status_of(port).mps_sorights, 0);
	drop_receive(port);
}

/*
 * 8.4: one name, twice
 */

/* How many of the two are @disposition. */
static unsigned
uses(mach_msg_type_name_t disposition, mach_msg_type_name_t remote,
    mach_msg_type_name_t local)
{
	return (remote == disposition ? 1u : 0u) +
	    (local == disposition ? 1u : 0u);
}

/* Both dispositions for one send and receive right of @urefs. */
static void
use_twice(mach_msg_type_name_t remote, mach_msg_type_name_t local,
    mach_port_urefs_t urefs)
{
	bool once = remote == MOVE_SEND_ONCE || local == MOVE_SEND_ONCE;
	mach_port_urefs_t takes = uses(MOVE_SEND, remote, local);
	mach_port_urefs_t left = urefs - takes;
	mach_port_t port = new_send_port();
	mach_port_status_t status;
	struct received message;

	for (mach_port_urefs_t i = 1; i < urefs; i++)
		make_send(port);
	compose(&message, port, remote, port, local);
	if (once || takes > urefs) {
		REFUSED(&message, MACH_SEND_INVALID_DEST);
		destroy(port);
		return;
	}
	EXPECT_IN("remote, local", remote, local, post(&message), 0);
	status = status_of(port);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), left);
	CHECK_EQUAL(status.mps_mscount, urefs + uses(MAKE_SEND, remote, local));
	CHECK_EQUAL(status.mps_sorights, uses(MAKE_SEND_ONCE, remote, local));
	EXPECT(receive_now(port, 0, &message), MACH_MSG_SUCCESS);
	CHECK_EQUAL(message.header.msgh_bits,
	    MACH_MSGH_BITS(transformed(local), transformed(remote)));
	if (transformed(local) == MOVE_SEND) {
		CHECK_EQUAL(message.header.msgh_remote_port, port);
		left++;
	} else {
		CHECK(message.header.msgh_remote_port != port);
	}
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), left);
	mach_msg_destroy(&message.header);
	destroy(port);
}

static void
use_twice_with(mach_msg_type_name_t remote)
{
	for (unsigned local = MOVE_SEND; local <= MAKE_SEND_ONCE; local++) {
		for (unsigned urefs = 1; urefs <= 3; urefs++)
			use_twice(remote, local, urefs);
	}
}

static void
one_name_moved_as_remote(void)
{
	use_twice_with(MOVE_SEND);
}

static void
one_name_copied_as_remote(void)
{
	use_twice_with(COPY_SEND);
}

static void
one_name_made_as_remote(void)
{
	use_twice_with(MAKE_SEND);
	use_twice_with(MAKE_SEND_ONCE);
}

static void
one_send_once_right_is_not_used_twice(void)
{
	mach_port_t port = new_port();
	mach_port_t once = new_send_once(port);
	struct received message;

	use_twice_with(MOVE_SEND_ONCE);
	for (unsigned other = MOVE_SEND; other <= MAKE_SEND_ONCE; other++) {
		compose(&message, once, MOVE_SEND_ONCE, once, other);
		REFUSED(&message, MACH_SEND_INVALID_DEST);
		compose(&message, once, other, once, MOVE_SEND_ONCE);
		REFUSED(&message, MACH_SEND_INVALID_DEST);
	}
	drop(once);
	expect_notice(port, MACH_NOTIFY_SEND_ONCE, 0);
	drop_receive(port);
}

/* The joint cases without a receive right: the name goes with the last one. */
static void
one_pure_send_right_moved_twice_frees_its_name(void)
{
	mach_port_t port = new_send_port();
	mach_port_t box = new_port();
	struct received message;

	make_send(port);
	put_away(port, box);
	/* And the message has two rights of one port. */
	EXPECT(send_id(port, MOVE_SEND, 1, port, MOVE_SEND), MACH_MSG_SUCCESS);
	CHECK_EQUAL(type_of(port), 0);
	port = take_back(box);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_RECEIVE);
	EXPECT(receive_now(port, 0, &message), MACH_MSG_SUCCESS);
	CHECK_EQUAL(message.header.msgh_remote_port, port);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 1);
	destroy(port);
	drop_receive(box);
}

static void
one_name_without_one_of_the_rights(void)
{
	mach_port_t port = new_port();
	mach_port_t box = new_port();
	mach_port_t sent = new_send_port();
	struct received message;

	/* 10 before 11. */
	compose(&message, port, MAKE_SEND, port, COPY_SEND);
	REFUSED(&message, MACH_SEND_INVALID_REPLY);
	compose(&message, port, MOVE_SEND, port, MOVE_SEND);
	REFUSED(&message, MACH_SEND_INVALID_REPLY);
	compose(&message, port, COPY_SEND, port, MAKE_SEND);
	REFUSED(&message, MACH_SEND_INVALID_DEST);
	put_away(sent, box);
	compose(&message, sent, MAKE_SEND, sent, COPY_SEND);
	REFUSED(&message, MACH_SEND_INVALID_DEST);
	compose(&message, sent, COPY_SEND, sent, MAKE_SEND_ONCE);
	REFUSED(&message, MACH_SEND_INVALID_REPLY);
	drop(sent);
	drop_receive(box);
	drop_receive(port);
}

static void
two_names_of_one_port_are_independent(void)
{
	mach_port_t port = new_send_port();
	mach_port_t once = new_send_once(port);
	struct received message;

	EXPECT(send_id(once, MOVE_SEND_ONCE, 1, port, MOVE_SEND),
	    MACH_MSG_SUCCESS);
	CHECK_EQUAL(type_of(once), 0);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_RECEIVE);
	EXPECT(receive_now(port, 0, &message), MACH_MSG_SUCCESS);
	CHECK_EQUAL(message.header.msgh_bits,
	    MACH_MSGH_BITS(MOVE_SEND, MOVE_SEND_ONCE));
	CHECK_EQUAL(message.header.msgh_remote_port, port);
	once = new_send_once(port);
	EXPECT(send_id(port, MOVE_SEND, 2, once, MOVE_SEND_ONCE),
	    MACH_MSG_SUCCESS);
	CHECK_EQUAL(type_of(once), 0);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_RECEIVE);
	expect_id(port, 2);
	expect_id(port, MACH_NOTIFY_SEND_ONCE);
	drop_receive(port);
}

static const struct scenario scenarios[] = {
    SCENARIO("messages.8.2.r4 messages.8.2.r5 messages.8.2.r9 "
             "messages.8.2.r11 messages.8.2.b5 messages.8.2.b6",
        remote_names_and_dispositions),
    SCENARIO("messages.8.2.r1 messages.8.2.r2 messages.8.2.r10 "
             "messages.8.2.b1 messages.8.2.b2",
        local_names_and_dispositions),
    SCENARIO("messages.8.2.r3 messages.8.2.r8", voucher_dispositions),
    SCENARIO("messages.8.2 messages.8.2.r6 messages.8.2.r7",
        earlier_rows_of_the_header_win),
    SCENARIO("messages.8.2.b1", an_unused_reply_may_be_null_or_dead),
    SCENARIO("messages.8.2.b2 messages.8.3",
        a_dead_name_is_a_reply_that_is_moved_or_copied),
    SCENARIO("messages.8.2.b2 messages.8.3",
        a_reply_whose_port_died_is_as_any_dead_name),
    SCENARIO(
        "messages.8.2.b3 messages.8.2.r11", a_destination_that_died_is_invalid),
    SCENARIO("messages.8.2.b4",
        a_send_once_right_whose_port_died_goes_or_is_refused),
    SCENARIO("messages.8.2.b4", a_send_once_right_seen_dead_is_refused),
    SCENARIO("messages.8.2.b5", a_task_sends_to_itself_by_its_receive_right),
    SCENARIO("messages.8.2.b6", a_port_set_is_no_destination),
    SCENARIO("messages.8.2.r12", any_port_may_be_sent_any_right),
    SCENARIO("messages.8.3.r1", copy_send_takes_nothing),
    SCENARIO("messages.8.3.r2", move_send_takes_a_reference),
    SCENARIO("messages.8.3.r2", move_send_of_the_last_reference_frees_the_name),
    SCENARIO("messages.8.3", a_pegged_count_is_not_decremented_by_a_move),
    SCENARIO("messages.8.3.r3", move_send_once_frees_the_name),
    SCENARIO("messages.8.3.r4", make_send_counts),
    SCENARIO("messages.8.3.r5", make_send_once_does_not_count),
    SCENARIO("messages.8.4 messages.8.4.r1", one_name_moved_as_remote),
    SCENARIO("messages.8.4 messages.8.4.r2", one_name_copied_as_remote),
    SCENARIO("messages.8.4 messages.8.4.r3", one_name_made_as_remote),
    SCENARIO("messages.8.4 messages.8.4.r4 messages.8.2.r6",
        one_send_once_right_is_not_used_twice),
    SCENARIO("messages.8.4.r1", one_pure_send_right_moved_twice_frees_its_name),
    SCENARIO("messages.8.4 messages.8.2.r10 messages.8.2.r11",
        one_name_without_one_of_the_rights),
    SCENARIO("messages.8.4", two_names_of_one_port_are_independent),
};
CONFORMANCE(scenarios)
