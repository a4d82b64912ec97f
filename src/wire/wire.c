/* The checks: what a packet says of itself must be true to be believed. */
#include <mach/message.h>
#include <string.h>

#include "wire_call.h"
#include "wire_lane.h"
#include "wire_msg.h"
#include "wire_packet.h"
#include "wire_window.h"

_Static_assert(sizeof(struct wire_header) == 8, "no holes");
_Static_assert(sizeof(struct wire_hello) == 40, "no holes");
_Static_assert(sizeof(struct wire_hello_answer) == 32, "no holes");
_Static_assert(sizeof(struct wire_msg_request) == 72, "no holes");
_Static_assert(sizeof(struct wire_msg_answer) == 52, "no holes");
_Static_assert(sizeof(struct wire_placed) == 16, "no holes");
_Static_assert(sizeof(struct wire_window_answer) == 16, "no holes");
_Static_assert(sizeof(struct wire_kick) == 16, "no holes");

bool
wire_header_check(
    const void *packet, size_t bytes, struct wire_header *header_out)
{
	if (bytes < sizeof(*header_out))
		return false;
	memcpy(header_out, packet, sizeof(*header_out));
	return true;
}

bool
wire_hello_check(const void *packet, size_t bytes, struct wire_hello *hello_out)
{
	static const struct wire_token none;

	if (bytes != sizeof(*hello_out))
		return false;
	memcpy(hello_out, packet, sizeof(*hello_out));
	if (hello_out->header.number != WIRE_HELLO || hello_out->spare != 0)
		return false;
	switch (hello_out->kind) {
	case WIRE_KIND_TASK:
		return hello_out->thread == 0 &&
		    memcmp(&hello_out->token, &none, sizeof(none)) == 0;
	case WIRE_KIND_THREAD:
		return hello_out->thread != 0;
	case WIRE_KIND_CHILD:
		return hello_out->thread == 0;
	default:
		return false;
	}
}

bool
wire_kick_check(const void *packet, size_t bytes, struct wire_kick *kick_out)
{
	if (bytes != sizeof(*kick_out))
		return false;
	memcpy(kick_out, packet, sizeof(*kick_out));
	return kick_out->header.number == WIRE_KICK &&
	    kick_out->header.files == 0;
}

/* What a receive can ask for with lanes. */
static bool
lanes_fit(const struct wire_msg_request *request)
{
	const uint32_t how = request->lanes & ~WIRE_LANES_KNOWN;

	if (how != 0 && how != WIRE_LANES_QUEUE && how != WIRE_LANES_WAIT &&
	    how != WIRE_LANES_DIRECT)
		return false;
	if (how != 0 && !(request->lanes & WIRE_LANES_KNOWN))
		return false;
	return request->bell == 0 ||
	    (request->lanes & (WIRE_LANES_WAIT | WIRE_LANES_DIRECT));
}

/* Take what is said of placed regions off the body. */
static bool
take_placed(struct wire_msg *msg, uint32_t page)
{
	const uint32_t count = msg->request.placed;
	const size_t bytes = count * sizeof(struct wire_placed);

	if (count > WIRE_PLACED_MAX || bytes > msg->body_bytes)
		return false;
	memcpy(msg->placed, msg->body, bytes);
	msg->body += bytes;
	msg->body_bytes -= bytes;
	for (uint32_t i = 0; i < count; i++) {
		const struct wire_placed *placed = &msg->placed[i];

		if (placed->spare != 0 || placed->offset % page != 0 ||
		    (i > 0 && placed->index <= msg->placed[i - 1].index))
			return false;
	}
	return true;
}

bool
wire_msg_check(const void *packet, size_t bytes, unsigned files, uint32_t page,
    struct wire_msg *msg_out)
{
	const struct wire_msg_request *request = &msg_out->request;

	if (bytes < sizeof(*request))
		return false;
	memcpy(&msg_out->request, packet, sizeof(*request));
	msg_out->body = (const uint8_t *)packet + sizeof(*request);
	msg_out->body_bytes = bytes - sizeof(*request);
	if (request->header.number != WIRE_MSG ||
	    request->header.files != files ||
	    request->part >= WIRE_WINDOW_PARTS || !lanes_fit(request) ||
	    !take_placed(msg_out, page))
		return false;
	msg_out->in_file = files == request->placed + 1;
	if (!(request->option & MACH_SEND_MSG))
		return request->send_size == 0 && files == 0 &&
		    request->window == 0 && bytes == sizeof(*request);
	if (msg_out->in_file)
		return msg_out->body_bytes == 0 && request->window == 0;
	if (request->window > 0 && msg_out->body_bytes != request->send_size)
		return false;
	return files == request->placed &&
	    request->window <= WIRE_WINDOW_BYTES &&
	    msg_out->body_bytes >= request->send_size;
}

bool
wire_window_check(const void *packet, size_t bytes, unsigned files,
    struct wire_header *header_out)
{
	return wire_header_check(packet, bytes, header_out) &&
	    bytes == sizeof(struct wire_window_request) &&
	    header_out->number == WIRE_WINDOW && header_out->files == 1 &&
	    files == 1;
}

#define WIRE_CALL_SHAPE(number, in, in_more, out, out_more)                    \
	{in, in_more, out, out_more},
static const struct wire_call_shape shapes[] = {WIRE_CALLS(WIRE_CALL_SHAPE)};
#undef WIRE_CALL_SHAPE

const struct wire_call_shape *
wire_call_shape(uint16_t number)
{
	if (number < WIRE_CALL_FIRST || number >= WIRE_CALL_END)
		return NULL;
	return &shapes[number - WIRE_CALL_FIRST];
}

bool
wire_call_check(
    const void *packet, size_t bytes, struct wire_call_request *request_out)
{
	const struct wire_call_shape *shape;
	size_t words;

	if (bytes < sizeof(request_out->header) ||
	    bytes > sizeof(*request_out) || bytes % sizeof(uint32_t) != 0)
		return false;
	memset(request_out, 0, sizeof(*request_out));
	memcpy(request_out, packet, bytes);
	words = (bytes - sizeof(request_out->header)) / sizeof(uint32_t);
	shape = wire_call_shape(request_out->header.number);
	if (!shape || words < shape->in ||
	    request_out->header.files !=
	        wire_call_files(request_out->header.number))
		return false;
	if (shape->in_more)
		return words - shape->in == request_out->words[shape->in - 1];
	return words == shape->in;
}
