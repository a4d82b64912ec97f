/* The simple messages of scenarios. */
#include <string.h>

#include "scenario.h"

/* Send, waiting for no room. What could not be sent came back: destroy it. */
static mach_msg_return_t
send_now(mach_msg_header_t *header, mach_msg_size_t size)
{
	mach_msg_return_t mr;

	mr = mach_msg(header, MACH_SEND_MSG | MACH_SEND_TIMEOUT, size, 0,
	    MACH_PORT_NULL, 0, MACH_PORT_NULL);
	if (mr == MACH_SEND_TIMED_OUT)
		mach_msg_destroy(header);
	return mr;
}

mach_msg_return_t
send_id(mach_port_t port, mach_msg_type_name_t disposition, mach_msg_id_t id,
    mach_port_t reply, mach_msg_type_name_t reply_disposition)
{
	mach_msg_header_t header = {
	    .msgh_bits = MACH_MSGH_BITS(disposition, reply_disposition),
	    .msgh_remote_port = port,
	    .msgh_local_port = reply,
	    .msgh_id = id,
	};

	return send_now(&header, sizeof(header));
}

mach_msg_return_t
send_right(mach_port_t port, mach_msg_id_t id, mach_port_t right,
    mach_msg_type_name_t disposition)
{
	struct {
		mach_msg_header_t header;
		mach_msg_body_t body;
		mach_msg_port_descriptor_t descriptor;
	} message = {
	    .header =
	        {
	            .msgh_bits = MACH_MSGH_BITS_COMPLEX |
	                MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0),
	            .msgh_remote_port = port,
	            .msgh_id = id,
	        },
	    .body.msgh_descriptor_count = 1,
	    .descriptor =
	        {
	            .name = right,
	            .disposition = (uint8_t)disposition,
	            .type = MACH_MSG_PORT_DESCRIPTOR,
	        },
	};

	return send_now(&message.header, sizeof(message));
}

/* Receive @option more, for @timeout if that says so. */
static mach_msg_return_t
receive_option(mach_port_t port, mach_msg_option_t option,
    mach_msg_timeout_t timeout, struct received *message_out)
{
	memset(message_out, 0, sizeof(*message_out));
	return mach_msg(&message_out->header, MACH_RCV_MSG | option, 0,
	    sizeof(*message_out), port, timeout, MACH_PORT_NULL);
}

mach_msg_return_t
receive_now(
    mach_port_t port, mach_msg_option_t option, struct received *message_out)
{
	return receive_option(port, option | MACH_RCV_TIMEOUT, 0, message_out);
}

mach_msg_return_t
receive(
    mach_port_t port, mach_msg_option_t option, struct received *message_out)
{
	return receive_option(port, option, MACH_MSG_TIMEOUT_NONE, message_out);
}

const mach_msg_max_trailer_t *
trailer_of(const struct received *message)
{
	const uint8_t *bytes = (const uint8_t *)message;
	size_t at = round_msg(message->header.msgh_size);

	CHECK(at + sizeof(mach_msg_trailer_t) <= sizeof(*message));
	return (const void *)(bytes + at);
}

const mach_msg_port_descriptor_t *
descriptor_of(const struct received *message, unsigned nth)
{
	const mach_msg_port_descriptor_t *all = (const void *)message->rest;

	CHECK(message->header.msgh_bits & MACH_MSGH_BITS_COMPLEX);
	CHECK(nth < message->body.msgh_descriptor_count);
	for (unsigned i = 0; i <= nth; i++)
		CHECK_EQUAL(all[i].type, MACH_MSG_PORT_DESCRIPTOR);
	return &all[nth];
}

void
expect_id(mach_port_t port, mach_msg_id_t id)
{
	struct received message;

	EXPECT(receive_now(port, 0, &message), MACH_MSG_SUCCESS);
	CHECK_EQUAL(message.header.msgh_id, id);
	mach_msg_destroy(&message.header);
}

/* What a notification about a name or a count begins with. */
struct notice {
	mach_msg_header_t header;
	NDR_record_t ndr;
	uint32_t value;
};

void
expect_notice(mach_port_t port, mach_msg_id_t id, uint32_t value)
{
	struct received message;
	struct notice notice;

	EXPECT(receive_now(port, 0, &message), MACH_MSG_SUCCESS);
	CHECK_EQUAL(message.header.msgh_id, id);
	CHECK_EQUAL(message.header.msgh_bits,
	    MACH_MSGH_BITS(0, MACH_MSG_TYPE_PORT_SEND_ONCE));
	CHECK_EQUAL(message.header.msgh_remote_port, MACH_PORT_NULL);
	if (message.header.msgh_size == sizeof(mach_msg_header_t)) {
		CHECK_EQUAL(value, 0);
		return;
	}
	CHECK_EQUAL(message.header.msgh_size, sizeof(notice));
	memcpy(&notice, &message, sizeof(notice));
	CHECK_EQUAL(notice.value, value);
}

mach_port_t
expect_destroyed(mach_port_t port)
{
	struct received message;
	const mach_msg_port_descriptor_t *descriptor;

	EXPECT(receive_now(port, 0, &message), MACH_MSG_SUCCESS);
	CHECK_EQUAL(message.header.msgh_id, MACH_NOTIFY_PORT_DESTROYED);
	CHECK_EQUAL(message.header.msgh_bits,
	    MACH_MSGH_BITS_COMPLEX |
	        MACH_MSGH_BITS(0, MACH_MSG_TYPE_PORT_SEND_ONCE));
	CHECK_EQUAL(message.body.msgh_descriptor_count, 1);
	descriptor = descriptor_of(&message, 0);
	CHECK_EQUAL(descriptor->disposition, MACH_MSG_TYPE_PORT_RECEIVE);
	return descriptor->name;
}

void
expect_empty(mach_port_t port)
{
	struct received message;

	EXPECT(receive_now(port, 0, &message), MACH_RCV_TIMED_OUT);
}
