/* ports.md 10.12-10.16, 10.24-10.26, 10.33, 10.36, 10.42: what a receive right
 * tells of itself, and what of it can be set. */
#include "ports.h"

#include <string.h>

#define SELF mach_task_self()

/* 10.12: peek. */

struct peeked {
	mach_port_seqno_t seqno;
	mach_msg_size_t bytes;
	mach_msg_id_t id;
	mach_msg_max_trailer_t trailer;
	mach_msg_type_number_t trailer_bytes;
};

/* @seqno is 0 for the first message. */
static kern_return_t
peek(mach_port_t port, mach_port_seqno_t seqno, mach_msg_trailer_type_t type,
    struct peeked *peeked)
{
	memset(peeked, 0, sizeof(*peeked));
	peeked->seqno = seqno;
	peeked->trailer_bytes = sizeof(peeked->trailer);
	return mach_port_peek(SELF, port, type, &peeked->seqno, &peeked->bytes,
	    &peeked->id, (char *)&peeked->trailer, &peeked->trailer_bytes);
}

static void
peek_looks_at_the_first_message_and_takes_nothing(void)
{
	mach_port_t port = new_send_port();
	struct peeked peeked;

	EXPECT(send_id(port, COPY_SEND, 11, 0, 0), MACH_MSG_SUCCESS);
	EXPECT(send_id(port, COPY_SEND, 12, 0, 0), MACH_MSG_SUCCESS);
	for (unsigned i = 0; i < 2; i++) {
		EXPECT(peek(port, 0, 0, &peeked), KERN_SUCCESS);
		CHECK_EQUAL(peeked.seqno, 0);
		CHECK_EQUAL(peeked.id, 11);
		CHECK_EQUAL(peeked.bytes, sizeof(mach_msg_header_t) + 8);
		CHECK_EQUAL(peeked.trailer_bytes, sizeof(mach_msg_trailer_t));
	}
	CHECK_EQUAL(status_of(port).mps_msgcount, 2);
	CHECK_EQUAL(status_of(port).mps_seqno, 0);
	CHECK_EQUAL(srights_of(port), 3);
	expect_ids(port, 11, 12);
	destroy(port);
}

static void
peek_finds_a_message_by_the_number_it_will_have(void)
{
	mach_port_t port = new_send_port();
	struct peeked peeked;

	EXPECT(mach_port_set_seqno(SELF, port, 100), KERN_SUCCESS);
	for (mach_msg_id_t id = 0; id < 3; id++)
		EXPECT(send_id(port, COPY_SEND, id, 0, 0), MACH_MSG_SUCCESS);
	for (mach_port_seqno_t i = 0; i < 3; i++) {
		EXPECT(peek(port, 100 + i, 0, &peeked), KERN_SUCCESS);
		CHECK_EQUAL(peeked.seqno, 100 + i);
		CHECK_EQUAL(peeked.id, i);
	}
	EXPECT(peek(port, 0, 0, &peeked), KERN_SUCCESS);
	CHECK_EQUAL(peeked.seqno, 100);
	CHECK_EQUAL(peeked.id, 0);
	EXPECT(peek(port, 99, 0, &peeked), KERN_FAILURE);
	EXPECT(peek(port, 103, 0, &peeked), KERN_FAILURE);
	EXPECT(peek(port, 1, 0, &peeked), KERN_FAILURE);
	CHECK_EQUAL(peeked.trailer_bytes, sizeof(mach_msg_trailer_t));
	CHECK_EQUAL(receive_seqno(port, 0), 100);
	EXPECT(peek(port, 100, 0, &peeked), KERN_FAILURE);
	destroy(port);
}

/* Eight bytes more, and four for each descriptor of twelve. */
static void
peek_tells_the_size_with_wide_descriptors(void)
{
	struct {
		mach_msg_header_t header;
		mach_msg_body_t body;
		mach_msg_port_descriptor_t ports[2];
		mach_msg_ool_descriptor_t memory;
		uint32_t data;
	} message = {.body.msgh_descriptor_count = 3};
	mach_port_t port = new_send_port();
	struct peeked peeked;

	message.header.msgh_bits =
	    MACH_MSGH_BITS_COMPLEX | MACH_MSGH_BITS(COPY_SEND, 0);
	message.header.msgh_remote_port = port;
	for (unsigned i = 0; i < 2; i++) {
		message.ports[i].disposition = COPY_SEND;
		message.ports[i].type = MACH_MSG_PORT_DESCRIPTOR;
	}
	message.memory.type = MACH_MSG_OOL_DESCRIPTOR;
	EXPECT(mach_msg(
	           &message.header, MACH_SEND_MSG, sizeof(message), 0, 0, 0, 0),
	    MACH_MSG_SUCCESS);
	EXPECT(peek(port, 0, 0, &peeked), KERN_SUCCESS);
	CHECK_EQUAL(peeked.bytes, sizeof(message) + 16);
	destroy(port);
}

static void
peek_gives_the_trailer_that_was_asked_for(void)
{
	static const struct {
		unsigned elements;
		mach_msg_type_number_t bytes;
	} rows[] = {
	    {MACH_RCV_TRAILER_NULL, 8},
	    {MACH_RCV_TRAILER_SEQNO, 12},
	    {MACH_RCV_TRAILER_SENDER, 20},
	    {MACH_RCV_TRAILER_AUDIT, 52},
	};
	mach_port_t port = new_send_port();
	struct peeked peeked;
	struct received message;

	EXPECT(mach_port_set_seqno(SELF, port, 7), KERN_SUCCESS);
	EXPECT(send_id(port, COPY_SEND, 1, 0, 0), MACH_MSG_SUCCESS);
	for (unsigned i = 0; i < 4; i++) {
		EXPECT(peek(port, 0,
		           (mach_msg_trailer_type_t)MACH_RCV_TRAILER_ELEMENTS(
		               rows[i].elements),
		           &peeked),
		    KERN_SUCCESS);
		CHECK_EQUAL(peeked.trailer_bytes, rows[i].bytes);
		CHECK_EQUAL(peeked.trailer.msgh_trailer_type, 0);
		CHECK_EQUAL(peeked.trailer.msgh_trailer_size, rows[i].bytes);
		if (i >= 1)
			CHECK_EQUAL(peeked.trailer.msgh_seqno, 7);
	}
	EXPECT(receive_now(port,
	           MACH_RCV_TRAILER_ELEMENTS(MACH_RCV_TRAILER_AUDIT), &message),
	    MACH_MSG_SUCCESS);
	CHECK(memcmp(trailer_of(&message), &peeked.trailer, 52) == 0);
	destroy(port);
}

static void
peek_is_refused(void)
{
	struct kinds kinds = kinds_new();
	struct peeked peeked;
	const mach_port_t wrong[] = {
	    MACH_PORT_NULL, MACH_PORT_DEAD, kinds.send, kinds.once, kinds.set};

	for (unsigned i = 0; i < 5; i++)
		EXPECT(peek(wrong[i], 0, 0, &peeked), KERN_INVALID_RIGHT);
	EXPECT(peek(absent_name(), 0, 0, &peeked), KERN_INVALID_NAME);
	EXPECT(peek(kinds.dead, 0, 0, &peeked), KERN_INVALID_NAME);

	for (unsigned elements = 4; elements < 16; elements++)
		EXPECT(peek(kinds.both, 0,
		           (mach_msg_trailer_type_t)MACH_RCV_TRAILER_ELEMENTS(
		               elements),
		           &peeked),
		    KERN_INVALID_VALUE);
	/* No room for the trailer. */
	mach_msg_type_number_t bytes = 11;
	EXPECT(mach_port_peek(SELF, kinds.both,
	           (mach_msg_trailer_type_t)MACH_RCV_TRAILER_ELEMENTS(
	               MACH_RCV_TRAILER_SEQNO),
	           &peeked.seqno, &peeked.bytes, &peeked.id,
	           (char *)&peeked.trailer, &bytes),
	    KERN_INVALID_VALUE);
	CHECK_EQUAL(bytes, 11);
	/* Room for it, and not more. */
	bytes = 12;
	EXPECT(send_id(kinds.both, COPY_SEND, 1, 0, 0), MACH_MSG_SUCCESS);
	peeked.seqno = 0;
	EXPECT(mach_port_peek(SELF, kinds.both,
	           (mach_msg_trailer_type_t)MACH_RCV_TRAILER_ELEMENTS(
	               MACH_RCV_TRAILER_SEQNO),
	           &peeked.seqno, &peeked.bytes, &peeked.id,
	           (char *)&peeked.trailer, &bytes),
	    KERN_SUCCESS);
	CHECK_EQUAL(bytes, 12);
	expect_id(kinds.both, 1);

	/* An empty queue: the size of the trailer is told. */
	EXPECT(peek(kinds.both, 0,
	           (mach_msg_trailer_type_t)MACH_RCV_TRAILER_ELEMENTS(
	               MACH_RCV_TRAILER_SENDER),
	           &peeked),
	    KERN_FAILURE);
	CHECK_EQUAL(peeked.trailer_bytes, 20);
	kinds_free(&kinds);
}

/* What calls that look for a receive right alone say of other names. */
#define CHECK_NAMES(call)                                                      \
	do {                                                                   \
		struct kinds kinds = kinds_new();                              \
		const mach_port_name_t rows[] = {                              \
		    kinds.send, kinds.once, kinds.set};                        \
		mach_port_name_t name = absent_name();                         \
                                                                               \
		EXPECT(call, KERN_INVALID_NAME);                               \
		name = kinds.dead;                                             \
		EXPECT(call, KERN_INVALID_NAME);                               \
		for (unsigned row_ = 0; row_ < 3; row_++) {                    \
			name = rows[row_];                                     \
			EXPECT(call, KERN_INVALID_RIGHT);                      \
		}                                                              \
		kinds_free(&kinds);                                            \
	} while (0)
/* And of NULL and DEAD. */
#define CHECK_CONSTANTS(call, code)                                            \
	do {                                                                   \
		mach_port_name_t name = MACH_PORT_NULL;                        \
                                                                               \
		EXPECT(call, code);                                            \
		name = MACH_PORT_DEAD;                                         \
		EXPECT(call, code);                                            \
	} while (0)

/* 10.13-10.16: make-send count, sequence number, context. */

static void
counts_are_set(void)
{
	mach_port_t port = new_port();

	EXPECT(mach_port_set_mscount(SELF, port, 0xfffffffeu), KERN_SUCCESS);
	CHECK_EQUAL(status_of(port).mps_mscount, 0xfffffffeu);
	EXPECT(mach_port_set_seqno(SELF, port, 0xfffffffdu), KERN_SUCCESS);
	CHECK_EQUAL(status_of(port).mps_seqno, 0xfffffffdu);
	EXPECT(mach_port_set_mscount(SELF, port, 0), KERN_SUCCESS);
	EXPECT(mach_port_set_seqno(SELF, port, 0), KERN_SUCCESS);
	CHECK_EQUAL(status_of(port).mps_mscount, 0);
	CHECK_EQUAL(status_of(port).mps_seqno, 0);
	destroy(port);
}

static void
setting_the_make_send_count_fires_nothing(void)
{
	mach_port_t port = new_port(), notify = new_port();

	CHECK_EQUAL(request(port, NO_SENDERS, 1, notify), MACH_PORT_NULL);
	EXPECT(mach_port_set_mscount(SELF, port, 5), KERN_SUCCESS);
	expect_empty(notify);
	CHECK(status_of(port).mps_nsrequest);
	make_send(port);
	drop(port);
	expect_notice(notify, NO_SENDERS, 6);
	destroy(port);
	destroy(notify);
}

static void
counts_are_set_of_receive_rights_only(void)
{
	CHECK_NAMES(mach_port_set_mscount(SELF, name, 1));
	CHECK_CONSTANTS(
	    mach_port_set_mscount(SELF, name, 1), KERN_INVALID_RIGHT);
	CHECK_NAMES(mach_port_set_seqno(SELF, name, 1));
	CHECK_CONSTANTS(mach_port_set_seqno(SELF, name, 1), KERN_INVALID_RIGHT);
}

static void
a_context_is_got_and_set(void)
{
	mach_port_t port = new_port();
	mach_port_context_t context = 77;

	set_context(port, ~(mach_port_context_t)0);
	CHECK_EQUAL(context_of(port), ~(mach_port_context_t)0);
	set_context(port, 0);
	guard(port, 0x1234, 0);
	CHECK_EQUAL(context_of(port), 0x1234);
	set_context(port, 0x5678); /* the guard's value now */
	EXPECT(mach_port_unguard(SELF, port, 0x1234), KERN_INVALID_ARGUMENT);
	EXPECT(mach_port_unguard(SELF, port, 0x5678), KERN_SUCCESS);

	guard(port, 0x1234, MPG_STRICT);
	EXPECT(mach_port_get_context(SELF, port, &context), KERN_SUCCESS);
	CHECK_EQUAL(context, 0);
	EXPECT(mach_port_set_context(SELF, port, 1), KERN_INVALID_ARGUMENT);
	EXPECT(mach_port_destruct(SELF, port, 0, 0x1234), KERN_SUCCESS);

	CHECK_NAMES(mach_port_get_context(SELF, name, &context));
	CHECK_CONSTANTS(
	    mach_port_get_context(SELF, name, &context), KERN_INVALID_RIGHT);
	CHECK_NAMES(mach_port_set_context(SELF, name, 1));
	CHECK_CONSTANTS(
	    mach_port_set_context(SELF, name, 1), KERN_INVALID_RIGHT);
}

/* 10.24: get_attributes. */

static kern_return_t
get(mach_port_name_t name, mach_port_flavor_t flavor, integer_t *info,
    mach_msg_type_number_t *count)
{
	return mach_port_get_attributes(SELF, name, flavor, info, count);
}

static void
every_flavor_that_can_be_got(void)
{
	static const struct {
		mach_port_flavor_t flavor;
		int number;
		mach_msg_type_number_t count;
	} rows[] = {
	    {MACH_PORT_LIMITS_INFO, 1, 1},
	    {MACH_PORT_RECEIVE_STATUS, 2, 10},
	    {MACH_PORT_DNREQUESTS_SIZE, 3, 1},
	    {MACH_PORT_INFO_EXT, 7, 17},
	};
	mach_port_t port = new_port();
	integer_t info[20];

	for (unsigned i = 0; i < 4; i++) {
		mach_msg_type_number_t count = 20;

		CHECK_EQUAL(rows[i].flavor, rows[i].number);
		memset(info, 0x55, sizeof(info));
		EXPECT(get(port, rows[i].flavor, info, &count), KERN_SUCCESS);
		CHECK_EQUAL(count, rows[i].count);
		CHECK_EQUAL(info[count], 0x55555555);
		count = rows[i].count;
		EXPECT(get(port, rows[i].flavor, info, &count), KERN_SUCCESS);
		CHECK_EQUAL(count, rows[i].count);
		count = rows[i].count - 1;
		EXPECT(get(port, rows[i].flavor, info, &count), KERN_FAILURE);
		CHECK_EQUAL(count, rows[i].count - 1);
	}
	CHECK_EQUAL(MACH_PORT_LIMITS_INFO_COUNT, 1);
	CHECK_EQUAL(MACH_PORT_RECEIVE_STATUS_COUNT, 10);
	CHECK_EQUAL(MACH_PORT_DNREQUESTS_SIZE_COUNT, 1);
	CHECK_EQUAL(MACH_PORT_INFO_EXT_COUNT, 17);
	CHECK_EQUAL(MACH_PORT_GUARD_INFO_COUNT, 2);
	CHECK_EQUAL(MACH_PORT_SERVICE_THROTTLED_COUNT, 1);
	destroy(port);
}

static void
flavors_that_cannot_be_got(void)
{
	static const mach_port_flavor_t flavors[] = {MACH_PORT_TEMPOWNER,
	    MACH_PORT_IMPORTANCE_RECEIVER, MACH_PORT_DENAP_RECEIVER,
	    MACH_PORT_GUARD_INFO, 0, -1, 10, 77};
	mach_port_t port = new_port();
	integer_t info[20];

	CHECK_EQUAL(MACH_PORT_TEMPOWNER, 4);
	CHECK_EQUAL(MACH_PORT_IMPORTANCE_RECEIVER, 5);
	CHECK_EQUAL(MACH_PORT_DENAP_RECEIVER, 6);
	CHECK_EQUAL(MACH_PORT_GUARD_INFO, 8);
	for (unsigned i = 0; i < 8; i++) {
		/* The flavor is looked at before the count and the name. */
		mach_msg_type_number_t count = 20;

		EXPECT(
		    get(port, flavors[i], info, &count), KERN_INVALID_ARGUMENT);
		EXPECT(get(absent_name(), flavors[i], info, &count),
		    KERN_INVALID_ARGUMENT);
		count = 0;
		EXPECT(
		    get(port, flavors[i], info, &count), KERN_INVALID_ARGUMENT);
	}
	destroy(port);
}

static void
no_port_is_a_service_port(void)
{
	mach_port_t port = new_port();
	mach_msg_type_number_t count = 1;
	integer_t info[1] = {1};

	CHECK_EQUAL(MACH_PORT_SERVICE_THROTTLED, 9);
	EXPECT(get(port, MACH_PORT_SERVICE_THROTTLED, info, &count),
	    KERN_INVALID_CAPABILITY);
	count = 0;
	EXPECT(
	    get(port, MACH_PORT_SERVICE_THROTTLED, info, &count), KERN_FAILURE);
	EXPECT(mach_port_set_attributes(
	           SELF, port, MACH_PORT_SERVICE_THROTTLED, info, 1),
	    KERN_INVALID_CAPABILITY);
	destroy(port);
}

static void
attributes_are_got_of_receive_rights_only(void)
{
	static const mach_port_flavor_t flavors[] = {MACH_PORT_LIMITS_INFO,
	    MACH_PORT_RECEIVE_STATUS, MACH_PORT_DNREQUESTS_SIZE,
	    MACH_PORT_INFO_EXT, MACH_PORT_SERVICE_THROTTLED};
	integer_t info[20];
	mach_msg_type_number_t count;

	for (unsigned i = 0; i < 5; i++) {
		CHECK_NAMES((count = 20, get(name, flavors[i], info, &count)));
		/* The count is looked at before the name. */
		CHECK_CONSTANTS(
		    (count = 0, get(name, flavors[i], info, &count)),
		    KERN_FAILURE);
	}
	CHECK_CONSTANTS(
	    (count = 20, get(name, MACH_PORT_RECEIVE_STATUS, info, &count)),
	    KERN_INVALID_RIGHT);
	CHECK_CONSTANTS(
	    (count = 20, get(name, MACH_PORT_INFO_EXT, info, &count)),
	    KERN_INVALID_RIGHT);
	CHECK_CONSTANTS(
	    (count = 20, get(name, MACH_PORT_SERVICE_THROTTLED, info, &count)),
	    KERN_INVALID_RIGHT);
}

static void
null_and_dead_have_limits_and_requests_of_a_kind(void)
{
	static const mach_port_name_t constants[] = {
	    MACH_PORT_NULL, MACH_PORT_DEAD};

	for (unsigned i = 0; i < 2; i++) {
		mach_msg_type_number_t count = 1;
		integer_t info[1] = {77};

		EXPECT(get(constants[i], MACH_PORT_LIMITS_INFO, info, &count),
		    KERN_SUCCESS);
		CHECK_EQUAL(count, 0);
		CHECK_EQUAL(info[0], 77);
		count = 1;
		EXPECT(
		    get(constants[i], MACH_PORT_DNREQUESTS_SIZE, info, &count),
		    KERN_SUCCESS);
		CHECK_EQUAL(count, 1);
		CHECK_EQUAL(info[0], 0);
	}
}

static void
the_status_has_ten_words(void)
{
	mach_port_t port = new_send_port(), notify = new_port();
	mach_port_t set = new_set(), once = new_send_once(port);
	mach_port_info_ext_t ext;
	mach_msg_type_number_t count = MACH_PORT_INFO_EXT_COUNT;
	uint32_t words[10];

	insert_member(port, set);
	EXPECT(mach_port_set_seqno(SELF, port, 3), KERN_SUCCESS);
	EXPECT(mach_port_set_mscount(SELF, port, 4), KERN_SUCCESS);
	set_qlimit(port, 6);
	EXPECT(send_id(port, COPY_SEND, 1, 0, 0), MACH_MSG_SUCCESS);
	EXPECT(send_id(port, COPY_SEND, 2, 0, 0), MACH_MSG_SUCCESS);
	/* A request holds a send-once right, too. */
	CHECK_EQUAL(request(notify, PORT_DESTROYED, 0, port), MACH_PORT_NULL);
	CHECK_EQUAL(request(port, PORT_DESTROYED, 0, notify), MACH_PORT_NULL);
	CHECK_EQUAL(request(port, NO_SENDERS, 0, notify), MACH_PORT_NULL);
	guard(port, 0x1234, MPG_STRICT | MPG_IMMOVABLE_RECEIVE);

	mach_port_status_t status = status_of(port);
	CHECK_EQUAL(sizeof(status), 40);
	memcpy(words, &status, sizeof(words));
	CHECK_EQUAL(words[0], 1);
	CHECK_EQUAL(words[1], 3);
	CHECK_EQUAL(words[2], 4);
	CHECK_EQUAL(words[3], 6);
	CHECK_EQUAL(words[4], 2);
	CHECK_EQUAL(words[5], 2);
	CHECK_EQUAL(words[6], 1);
	CHECK_EQUAL(words[7], 1);
	CHECK_EQUAL(words[8], 1);
	CHECK_EQUAL(words[9], 0x02 | 0x04 | 0x40);

	CHECK_EQUAL(sizeof(ext), 68);
	EXPECT(get(port, MACH_PORT_INFO_EXT, (integer_t *)&ext, &count),
	    KERN_SUCCESS);
	CHECK(memcmp(&ext.mpie_status, &status, sizeof(status)) == 0);
	CHECK_EQUAL(ext.mpie_boost_cnt, 0);
	for (unsigned i = 0; i < 6; i++)
		CHECK_EQUAL(ext.reserved[i], 0);

	/* Words that are true or false do not count. */
	make_send(port);
	struct peer *peer = peer_new();
	(void)peer_give(peer, port, COPY_SEND);
	CHECK_EQUAL(status_of(port).mps_srights, 1);
	EXPECT(mach_port_unguard(SELF, port, 0x1234), KERN_SUCCESS);
	drop(once);
	destroy(set);
	destroy(notify);
	/* The notify port was rescued to the port, behind what is there. */
	expect_ids(port, 1, 2);
	expect_notice(port, ONCE_GONE, 0);
	notify = expect_destroyed(port);
	drop_receive(port);
	destroy(expect_destroyed(notify));
	/* That was the send right's name as well. */
	CHECK_EQUAL(type_of(port), 0);
	expect_notice(notify, ONCE_GONE, 0);
	destroy(notify);
}

static void
the_flags_of_a_status_have_their_values(void)
{
	mach_port_t port = new_port();

	CHECK_EQUAL(MACH_PORT_STATUS_FLAG_TEMPOWNER, 0x01);
	CHECK_EQUAL(MACH_PORT_STATUS_FLAG_GUARDED, 0x02);
	CHECK_EQUAL(MACH_PORT_STATUS_FLAG_STRICT_GUARD, 0x04);
	CHECK_EQUAL(MACH_PORT_STATUS_FLAG_IMP_DONATION, 0x08);
	CHECK_EQUAL(MACH_PORT_STATUS_FLAG_REVIVE, 0x10);
	CHECK_EQUAL(MACH_PORT_STATUS_FLAG_TASKPTR, 0x20);
	CHECK_EQUAL(MACH_PORT_STATUS_FLAG_GUARD_IMMOVABLE_RECEIVE, 0x40);
	CHECK_EQUAL(MACH_PORT_STATUS_FLAG_NO_GRANT, 0x80);
	CHECK_EQUAL(MACH_PORT_SRIGHTS_NONE, 0);
	CHECK_EQUAL(MACH_PORT_SRIGHTS_PRESENT, 1);

	guard(port, 5, 0);
	CHECK_EQUAL(status_of(port).mps_flags, 0x02);
	EXPECT(mach_port_unguard(SELF, port, 5), KERN_SUCCESS);
	CHECK_EQUAL(status_of(port).mps_flags, 0);
	/* A temporary owner is shown of what donates only. */
	EXPECT(
	    mach_port_set_attributes(SELF, port, MACH_PORT_TEMPOWNER, NULL, 0),
	    KERN_SUCCESS);
	CHECK_EQUAL(status_of(port).mps_flags, 0);
	EXPECT(mach_port_set_attributes(
	           SELF, port, MACH_PORT_IMPORTANCE_RECEIVER, NULL, 0),
	    KERN_SUCCESS);
	CHECK((status_of(port).mps_flags & ~(natural_t)0x09) == 0);
	destroy(port);
}

/* 10.25: set_attributes. */

static kern_return_t
set(mach_port_name_t name, mach_port_flavor_t flavor, integer_t value,
    mach_msg_type_number_t count)
{
	integer_t info[20] = {value};

	return mach_port_set_attributes(SELF, name, flavor, info, count);
}

static void
flavors_that_can_be_set(void)
{
	mach_port_t port = new_port();

	EXPECT(set(port, MACH_PORT_LIMITS_INFO, 9, 1), KERN_SUCCESS);
	CHECK_EQUAL(status_of(port).mps_qlimit, 9);
	EXPECT(set(port, MACH_PORT_LIMITS_INFO, 1024, 3), KERN_SUCCESS);
	CHECK_EQUAL(status_of(port).mps_qlimit, 1024);
	EXPECT(set(port, MACH_PORT_DNREQUESTS_SIZE, 9, 1), KERN_SUCCESS);
	EXPECT(set(port, MACH_PORT_TEMPOWNER, 0, 0), KERN_SUCCESS);
	EXPECT(set(port, MACH_PORT_IMPORTANCE_RECEIVER, 0, 0), KERN_SUCCESS);
	EXPECT(set(port, MACH_PORT_DENAP_RECEIVER, 0, 0), KERN_SUCCESS);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_RECEIVE);
	destroy(port);
}

static void
set_attributes_is_refused(void)
{
	static const mach_port_flavor_t flavors[] = {MACH_PORT_RECEIVE_STATUS,
	    MACH_PORT_INFO_EXT, MACH_PORT_GUARD_INFO, 0, -1, 10, 77};
	static const mach_port_flavor_t settable[] = {MACH_PORT_LIMITS_INFO,
	    MACH_PORT_DNREQUESTS_SIZE, MACH_PORT_TEMPOWNER,
	    MACH_PORT_IMPORTANCE_RECEIVER, MACH_PORT_DENAP_RECEIVER,
	    MACH_PORT_SERVICE_THROTTLED};
	mach_port_t port = new_port();

	EXPECT(set(port, MACH_PORT_LIMITS_INFO, 9, 0), KERN_FAILURE);
	EXPECT(set(port, MACH_PORT_DNREQUESTS_SIZE, 9, 0), KERN_FAILURE);
	EXPECT(set(port, MACH_PORT_LIMITS_INFO, 1025, 1), KERN_INVALID_VALUE);
	EXPECT(
	    set(absent_name(), MACH_PORT_LIMITS_INFO, 1025, 0), KERN_FAILURE);
	EXPECT(set(absent_name(), MACH_PORT_LIMITS_INFO, 1025, 1),
	    KERN_INVALID_VALUE);
	EXPECT(set(MACH_PORT_NULL, MACH_PORT_LIMITS_INFO, 1025, 1),
	    KERN_INVALID_VALUE);
	for (unsigned i = 0; i < 6; i++) {
		CHECK_NAMES(set(name, settable[i], 1, 1));
		CHECK_CONSTANTS(
		    set(name, settable[i], 1, 1), KERN_INVALID_RIGHT);
	}
	for (unsigned i = 0; i < 7; i++)
		EXPECT(set(port, flavors[i], 1, 20), KERN_INVALID_ARGUMENT);
	EXPECT(set(port, MACH_PORT_SERVICE_THROTTLED, 1, 1),
	    KERN_INVALID_CAPABILITY);
	CHECK_EQUAL(status_of(port).mps_qlimit, 5);
	destroy(port);
}

/* 10.26: assert_attributes. */

static kern_return_t
assert_guard(
    mach_port_name_t name, uint64_t value, mach_msg_type_number_t count)
{
	mach_port_guard_info_t info = {.mpgi_guard = value};

	return mach_port_assert_attributes(
	    SELF, name, MACH_PORT_GUARD_INFO, (mach_port_info_t)&info, count);
}

static void
a_guard_is_asserted(void)
{
	mach_port_t port = new_port();
	integer_t info[20] = {0};

	EXPECT(assert_guard(port, 0, 2), KERN_INVALID_ARGUMENT);
	guard(port, 0x123456789a, 0); /* not strict */
	EXPECT(assert_guard(port, 0x123456789a, 2), KERN_INVALID_ARGUMENT);
	EXPECT(mach_port_unguard(SELF, port, 0x123456789a), KERN_SUCCESS);
	guard(port, 0x123456789a, MPG_STRICT);
	EXPECT(assert_guard(port, 0x123456789a, 2), KERN_SUCCESS);
	EXPECT(assert_guard(port, 0x123456789b, 2), KERN_INVALID_ARGUMENT);
	EXPECT(assert_guard(port, 0x3456789a, 2), KERN_INVALID_ARGUMENT);
	EXPECT(assert_guard(port, 0x123456789a, 1), KERN_FAILURE);
	for (mach_port_flavor_t flavor = 0; flavor < 11; flavor++)
		if (flavor != MACH_PORT_GUARD_INFO)
			EXPECT(mach_port_assert_attributes(
			           SELF, port, flavor, info, 20),
			    KERN_INVALID_ARGUMENT);
	CHECK_NAMES(assert_guard(name, 0x123456789a, 2));
	CHECK_CONSTANTS(
	    assert_guard(name, 0x123456789a, 2), KERN_INVALID_RIGHT);
	EXPECT(mach_port_destruct(SELF, port, 0, 0x123456789a), KERN_SUCCESS);
}

/* 10.33: get_srights. */

static void
srights_are_counted(void)
{
	mach_port_t port = new_send_port(), carrier = new_send_port();
	struct peer *peer = peer_new();
	mach_port_rights_t srights;

	CHECK_EQUAL(srights_of(port), 1);
	(void)peer_give(peer, port, COPY_SEND);
	EXPECT(send_right(carrier, 1, port, COPY_SEND), MACH_MSG_SUCCESS);
	EXPECT(
	    task_set_special_port(peer_task(peer), TASK_BOOTSTRAP_PORT, port),
	    KERN_SUCCESS);
	CHECK_EQUAL(srights_of(port), 4);
	peer_kill(peer);
	CHECK_EQUAL(srights_of(port), 2);
	destroy(carrier);
	CHECK_EQUAL(srights_of(port), 1);
	drop(port);
	CHECK_EQUAL(srights_of(port), 0);
	destroy(port);
	CHECK_NAMES(mach_port_get_srights(SELF, name, &srights));
	CHECK_CONSTANTS(
	    mach_port_get_srights(SELF, name, &srights), KERN_INVALID_NAME);
}

/* 10.36: dnrequest_info. */

static void
requests_are_counted(void)
{
	mach_port_t port = new_send_port(), notify = new_port();
	mach_port_t once[3];
	unsigned total, used;

	EXPECT(
	    mach_port_dnrequest_info(SELF, port, &total, &used), KERN_SUCCESS);
	CHECK_EQUAL(total, 0);
	CHECK_EQUAL(used, 0);
	for (unsigned i = 0; i < 3; i++) {
		mach_msg_type_number_t count = 1;
		integer_t size;

		once[i] = new_send_once(port);
		CHECK_EQUAL(
		    request(once[i], i ? NAME_DIED : SEND_POSSIBLE, 0, notify),
		    MACH_PORT_NULL);
		EXPECT(mach_port_dnrequest_info(SELF, port, &total, &used),
		    KERN_SUCCESS);
		CHECK_EQUAL(used, i + 1);
		CHECK(total >= used);
		EXPECT(get(port, MACH_PORT_DNREQUESTS_SIZE, &size, &count),
		    KERN_SUCCESS);
		CHECK_EQUAL(size, total);
	}
	for (unsigned i = 0; i < 3; i++) {
		drop(once[i]);
		expect_notice(port, ONCE_GONE, 0);
		expect_notice(notify, PORT_DELETED, once[i]);
	}
	EXPECT(
	    mach_port_dnrequest_info(SELF, port, &total, &used), KERN_SUCCESS);
	CHECK_EQUAL(used, 0);
	destroy(port);
	destroy(notify);
	CHECK_NAMES(mach_port_dnrequest_info(SELF, name, &total, &used));
	CHECK_CONSTANTS(mach_port_dnrequest_info(SELF, name, &total, &used),
	    KERN_INVALID_NAME);
}

/* 10.42: what Mach 3 and GNU have. */

static void
the_receive_status_has_a_call_of_its_own(void)
{
	mach_port_t port = new_send_port();
	mach_port_status_t status, expected;

	EXPECT(send_id(port, COPY_SEND, 1, 0, 0), MACH_MSG_SUCCESS);
	expected = status_of(port);
	EXPECT(mach_port_get_receive_status(SELF, port, &status), KERN_SUCCESS);
	CHECK(memcmp(&status, &expected, sizeof(status)) == 0);
	destroy(port);
	CHECK_NAMES(mach_port_get_receive_status(SELF, name, &status));
	CHECK_CONSTANTS(mach_port_get_receive_status(SELF, name, &status),
	    KERN_INVALID_RIGHT);
}

static void
the_queue_limit_has_a_call_of_its_own(void)
{
	mach_port_t port = new_port();

	for (mach_port_msgcount_t limit = 0; limit <= 1024; limit += 128) {
		EXPECT(mach_port_set_qlimit(SELF, port, limit), KERN_SUCCESS);
		CHECK_EQUAL(status_of(port).mps_qlimit, limit);
	}
	EXPECT(mach_port_set_qlimit(SELF, port, 1025), KERN_INVALID_VALUE);
	CHECK_EQUAL(status_of(port).mps_qlimit, 1024);
	destroy(port);
	CHECK_NAMES(mach_port_set_qlimit(SELF, name, 1));
	CHECK_CONSTANTS(
	    mach_port_set_qlimit(SELF, name, 1), KERN_INVALID_RIGHT);
}

static const struct scenario scenarios[] = {
    SCENARIO("ports.10.12", peek_looks_at_the_first_message_and_takes_nothing),
    SCENARIO("ports.10.12 ports.10.12.r4",
        peek_finds_a_message_by_the_number_it_will_have),
    SCENARIO("ports.10.12", peek_tells_the_size_with_wide_descriptors),
    SCENARIO("ports.10.12", peek_gives_the_trailer_that_was_asked_for),
    SCENARIO("ports.10.12.r1 ports.10.12.r2 ports.10.12.r3 ports.10.12.r4",
        peek_is_refused),
    SCENARIO("ports.10.13", counts_are_set),
    SCENARIO("ports.10.13", setting_the_make_send_count_fires_nothing),
    SCENARIO(
        "ports.10.13.r1 ports.10.13.r2", counts_are_set_of_receive_rights_only),
    SCENARIO("ports.10.15", a_context_is_got_and_set),
    SCENARIO("ports.10.24 ports.10.24.r1 ports.10.24.r2 ports.10.24.r3 "
             "ports.10.24.r7 ports.10.24.r10",
        every_flavor_that_can_be_got),
    SCENARIO("ports.10.24 ports.10.24.r4 ports.10.24.r5 ports.10.24.r6 "
             "ports.10.24.r8 ports.10.24.r11",
        flavors_that_cannot_be_got),
    SCENARIO("ports.10.24.r9 ports.10.25.r6", no_port_is_a_service_port),
    SCENARIO("ports.10.24 ports.10.24.r10 ports.10.24.r12 ports.10.24.r13",
        attributes_are_got_of_receive_rights_only),
    SCENARIO("ports.10.24.r14 ports.10.24.r15",
        null_and_dead_have_limits_and_requests_of_a_kind),
    SCENARIO("ports.10.24 ports.10.24.r2 ports.10.24.r7 ports.10.24.r16 "
             "ports.10.24.r17 ports.10.24.r18 ports.10.24.r19 "
             "ports.10.24.r20 ports.10.24.r21 ports.10.24.r22 "
             "ports.10.24.r23 ports.10.24.r24 ports.10.24.r25",
        the_status_has_ten_words),
    SCENARIO(
        "ports.10.24 ports.10.24.r25", the_flags_of_a_status_have_their_values),
    SCENARIO("ports.10.25 ports.10.24.r1 ports.10.24.r3 ports.10.24.r4 "
             "ports.10.24.r5 ports.10.24.r6",
        flavors_that_can_be_set),
    SCENARIO("ports.10.25.r1 ports.10.25.r2 ports.10.25.r3 ports.10.25.r4 "
             "ports.10.25.r5 ports.10.25.r6 ports.10.24.r2 ports.10.24.r7 "
             "ports.10.24.r8",
        set_attributes_is_refused),
    SCENARIO("ports.10.26 ports.10.24.r8", a_guard_is_asserted),
    SCENARIO("ports.10.33", srights_are_counted),
    SCENARIO("ports.10.36 ports.10.24.r3", requests_are_counted),
    SCENARIO("ports.10.42", the_receive_status_has_a_call_of_its_own),
    SCENARIO("ports.10.42", the_queue_limit_has_a_call_of_its_own),
};

CONFORMANCE(scenarios)
