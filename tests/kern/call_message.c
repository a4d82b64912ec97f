/* Messages of subsystem mach_port, by hand. */
#include "call_message.h"

#include <mach/mig_errors.h>
#include <mach/ndr.h>
#include <string.h>

#include "base_assert.h"

#define WORD ((uint32_t)sizeof(uint32_t))

static const enum wire_call calls[] = {
    WIRE_PORT_NAMES,
    WIRE_PORT_TYPE,
    WIRE_PORT_RENAME,
    WIRE_PORT_ALLOCATE_NAME,
    WIRE_PORT_ALLOCATE,
    WIRE_PORT_DESTROY, /* 3205 */
    WIRE_PORT_DEALLOCATE,
    WIRE_PORT_GET_REFS,
    WIRE_PORT_MOD_REFS,
    WIRE_PORT_PEEK,
    WIRE_PORT_SET_MSCOUNT, /* 3210 */
    WIRE_PORT_GET_SET_STATUS,
    WIRE_PORT_MOVE_MEMBER,
    WIRE_PORT_REQUEST_NOTIFICATION,
    WIRE_PORT_INSERT_RIGHT,
    WIRE_PORT_EXTRACT_RIGHT, /* 3215 */
    WIRE_PORT_SET_SEQNO,
    WIRE_PORT_GET_ATTRIBUTES,
    WIRE_PORT_SET_ATTRIBUTES,
    WIRE_PORT_ALLOCATE_QOS,
    WIRE_PORT_ALLOCATE_FULL, /* 3220 */
    WIRE_TASK_SET_PORT_SPACE,
    WIRE_PORT_GET_SRIGHTS,
    WIRE_PORT_SPACE_INFO,
    WIRE_PORT_DNREQUEST_INFO,
    WIRE_PORT_KERNEL_OBJECT, /* 3225 */
    WIRE_PORT_INSERT_MEMBER,
    WIRE_PORT_EXTRACT_MEMBER,
    WIRE_PORT_GET_CONTEXT,
    WIRE_PORT_SET_CONTEXT,
    WIRE_PORT_KOBJECT, /* 3230 */
    WIRE_PORT_CONSTRUCT,
    WIRE_PORT_DESTRUCT,
    WIRE_PORT_GUARD,
    WIRE_PORT_UNGUARD,
    WIRE_PORT_SPACE_BASIC_INFO, /* 3235 */
    WIRE_PORT_RESET_REPLY_LINK,
    WIRE_PORT_GUARD_WITH_FLAGS,
    WIRE_PORT_SWAP_GUARD,
    WIRE_PORT_KOBJECT_DESCRIPTION,
    WIRE_PORT_IS_CONNECTION, /* 3240 */
    WIRE_PORT_GET_SERVICE_INFO,
    WIRE_PORT_ASSERT_ATTRIBUTES,
};
_Static_assert(
    sizeof(calls) / sizeof(calls[0]) == CALL_MESSAGE_END - CALL_MESSAGE_FIRST,
    "each id has its call");

enum wire_call
call_message_call(mach_msg_id_t id)
{
	mp_assert(id >= CALL_MESSAGE_FIRST && id < CALL_MESSAGE_END);
	return calls[id - CALL_MESSAGE_FIRST];
}

mach_msg_id_t
call_message_id(enum wire_call call)
{
	for (mach_msg_id_t id = CALL_MESSAGE_FIRST; id < CALL_MESSAGE_END; id++)
		if (call_message_call(id) == call)
			return id;
	return 0;
}

/* --- requests -------------------------------------------------------------- */

/* Where in a message the next thing goes. */
struct writer {
	struct mig_request *request;
	uint32_t at;
};

static void
put(struct writer *w, const void *bytes, uint32_t count)
{
	if (count > 0)
		memcpy(w->request->message.bytes + w->at, bytes, count);
	w->at += count;
}

static void
put_right(struct writer *w, mach_port_name_t name, uint32_t disposition)
{
	mach_msg_port_descriptor_t port = {
	    .name = name,
	    .disposition = disposition & 0xff,
	    .type = MACH_MSG_PORT_DESCRIPTOR,
	};

	put(w, &port, sizeof(port));
}

/* Descriptors. Returns how many of the words they stand for, from the index
 * @at_out on. */
static uint32_t
put_descriptors(struct writer *w, enum wire_call call, const uint32_t *words,
    uint32_t *at_out)
{
	mach_msg_ool_descriptor_t options = {
	    .size = sizeof(mach_port_options_t),
	    .copy = MACH_MSG_VIRTUAL_COPY,
	    .type = MACH_MSG_OOL_DESCRIPTOR,
	};

	*at_out = 0;
	if (call == WIRE_PORT_CONSTRUCT) {
		put(w, &options, sizeof(options));
		return options.size / WORD;
	}
	*at_out = call == WIRE_PORT_REQUEST_NOTIFICATION ? 3 : 1;
	if (call == WIRE_PORT_ALLOCATE_FULL) {
		put_right(w, words[1], MACH_MSG_TYPE_COPY_SEND);
		return 1;
	}
	put_right(w, words[*at_out], words[*at_out + 1]);
	return 2;
}

static bool
is_complex(enum wire_call call)
{
	return call == WIRE_PORT_CONSTRUCT || call == WIRE_PORT_INSERT_RIGHT ||
	    call == WIRE_PORT_ALLOCATE_FULL ||
	    call == WIRE_PORT_REQUEST_NOTIFICATION;
}

struct mig_request
mig_request(enum wire_call call, const uint32_t *words, uint32_t count)
{
	static const NDR_record_t ndr = {.int_rep = NDR_INT_LITTLE_ENDIAN};
	struct mig_request request = {0};
	mach_msg_header_t *header = &request.message.header;
	struct writer w = {&request, sizeof(*header)};
	uint32_t taken = 0;
	uint32_t at = 0;

	if (is_complex(call)) {
		header->msgh_bits = MACH_MSGH_BITS_COMPLEX;
		request.message.base.body.msgh_descriptor_count = 1;
		w.at = sizeof(request.message.base);
		taken = put_descriptors(&w, call, words, &at);
	}
	if (count > 0)
		put(&w, &ndr, sizeof(ndr));
	put(&w, words, at * WORD);
	put(&w, words + at + taken, (count - at - taken) * WORD);
	header->msgh_id = call_message_id(call);
	header->msgh_size = w.at;
	if (call == WIRE_PORT_CONSTRUCT) {
		w.at = (w.at + 7) & ~7u;
		put(&w, words, taken * WORD);
	}
	request.bytes = w.at;
	return request;
}

/* --- replies --------------------------------------------------------------- */

struct reader {
	const uint8_t *message;
	uint32_t size;
	uint32_t at;
	uint32_t *words;
	uint32_t room;
	uint32_t count;
	bool good; /* so far */
};

static void
take(struct reader *r, const void *bytes, uint32_t count)
{
	uint32_t words = (count + WORD - 1) / WORD;

	r->good = r->good && words <= r->room - r->count;
	if (!r->good || count == 0)
		return;
	r->words[r->count + words - 1] = 0;
	memcpy(r->words + r->count, bytes, count);
	r->count += words;
}

/* The next bytes of the message, if they are there. */
static const void *
next(struct reader *r, uint32_t count)
{
	const void *bytes = r->message + r->at;

	r->good = r->good && count <= r->size - r->at;
	if (r->good)
		r->at += count;
	return bytes;
}

static uint32_t
next_word(struct reader *r)
{
	uint32_t word = 0;

	if (r->size - r->at >= WORD)
		memcpy(&word, next(r, WORD), WORD);
	else
		r->good = false;
	return word;
}

static void
take_inline(struct reader *r, uint32_t count)
{
	const void *bytes = next(r, count);

	if (r->good)
		take(r, bytes, count);
}

/* Behind a count of elements: all that is left. */
static void
take_array(struct reader *r, uint32_t element)
{
	uint32_t count = next_word(r);

	r->good = r->good && (uint64_t)count * element == r->size - r->at;
	take_inline(r, r->size - r->at);
}

/* 0, a count, and characters that end with a 0. */
static void
take_text(struct reader *r)
{
	uint32_t offset = next_word(r);
	uint32_t count = next_word(r);
	const char *text = (const char *)r->message + r->at;

	r->good = r->good && offset == 0 && count > 0 &&
	    ((count + WORD - 1) & ~(WORD - 1)) == r->size - r->at &&
	    strnlen(text, count) == count - 1;
	take_inline(r, r->size - r->at);
}

static void
take_simple(struct reader *r, enum wire_call call)
{
	r->at = sizeof(mig_reply_error_t);
	switch ((int)call) {
	case WIRE_PORT_GET_ATTRIBUTES:
		take_array(r, WORD);
		break;
	case WIRE_PORT_PEEK:
		take_inline(r, 3 * WORD);
		take_array(r, 1);
		break;
	case WIRE_PORT_KOBJECT_DESCRIPTION:
		take_inline(r, 3 * WORD);
		take_text(r);
		break;
	default:
		take_inline(r, wire_call_shape((uint16_t)call)->out * WORD);
		break;
	}
}

/* A right alone: no NDR record. */
static void
take_right(struct reader *r, bool with_type)
{
	mach_msg_port_descriptor_t port = {0};
	uint32_t type;

	if (r->size - r->at != sizeof(port)) {
		r->good = false;
		return;
	}
	memcpy(&port, next(r, sizeof(port)), sizeof(port));
	type = port.disposition;
	r->good = port.type == MACH_MSG_PORT_DESCRIPTOR &&
	    (with_type || type == MACH_MSG_TYPE_PORT_SEND_ONCE);
	take(r, &port.name, WORD);
	if (with_type)
		take(r, &type, WORD);
}

/* @regions of such elements; the words inline come first. */
static void
take_regions(struct reader *r, unsigned regions, uint32_t inline_words,
    const uint32_t element_words[2])
{
	mach_msg_ool_descriptor_t region[2];
	const uint32_t bytes = regions * (uint32_t)sizeof(region[0]);

	if (r->size - r->at !=
	    bytes + sizeof(NDR_record_t) +
	        (size_t)(inline_words + regions) * WORD) {
		r->good = false;
		return;
	}
	memcpy(region, next(r, bytes), bytes);
	(void)next(r, sizeof(NDR_record_t));
	take_inline(r, inline_words * WORD);
	for (unsigned i = 0; i < regions; i++) {
		r->good = r->good &&
		    region[i].type == MACH_MSG_OOL_DESCRIPTOR &&
		    region[i].size ==
		        (uint64_t)next_word(r) * element_words[i] * WORD;
		take(r, region[i].address, region[i].size);
	}
}

static void
take_complex(struct reader *r, enum wire_call call)
{
	static const uint32_t words[2] = {1, 1};
	static const uint32_t infos[2] = {7, 9};
	mach_msg_base_t base;
	uint32_t descriptors = 1;

	if (r->size < sizeof(base)) {
		r->good = false;
		return;
	}
	memcpy(&base, next(r, sizeof(base)), sizeof(base));
	switch ((int)call) {
	case WIRE_PORT_REQUEST_NOTIFICATION:
		take_right(r, false);
		break;
	case WIRE_PORT_EXTRACT_RIGHT:
		take_right(r, true);
		break;
	case WIRE_PORT_GET_SET_STATUS:
		take_regions(r, 1, 0, words);
		break;
	case WIRE_PORT_NAMES:
		descriptors = 2;
		take_regions(r, 2, 0, words);
		break;
	case WIRE_PORT_SPACE_INFO:
		descriptors = 2;
		take_regions(r, 2, 6, infos);
		break;
	default:
		r->good = false;
		break;
	}
	if (base.body.msgh_descriptor_count != descriptors)
		r->good = false;
}

bool
call_message_reply_words(enum wire_call call, const void *message,
    uint32_t size, uint32_t *words, uint32_t room, uint32_t *count_out)
{
	struct reader r = {
	    .message = message,
	    .size = size,
	    .words = words,
	    .room = room,
	    .good = true,
	};
	const bool complex = call == WIRE_PORT_NAMES ||
	    call == WIRE_PORT_SPACE_INFO || call == WIRE_PORT_GET_SET_STATUS ||
	    call == WIRE_PORT_EXTRACT_RIGHT ||
	    call == WIRE_PORT_REQUEST_NOTIFICATION;
	mach_msg_header_t header;

	memcpy(&header, message, sizeof(header));
	if (((header.msgh_bits & MACH_MSGH_BITS_COMPLEX) != 0) != complex)
		return false;
	if (complex)
		take_complex(&r, call);
	else if (size < sizeof(mig_reply_error_t))
		return false;
	else
		take_simple(&r, call);
	*count_out = r.count;
	return r.good && r.at == r.size;
}
