/* machport send: what was sent, and what came back. */
#include <assert.h>
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "describe.h"
#include "memory.h"
#include "send.h"
#include "status.h"
#include "value.h"

#define LINE 16 /* bytes in a line of a dump */

/* Offset, bytes, and what of them are characters. */
static void
dump(FILE *stream, const char *data, size_t count)
{
	for (size_t at = 0; at < count; at += LINE) {
		size_t length = count - at < LINE ? count - at : LINE;

		fprintf(stream, "  %04zx ", at);
		for (size_t i = 0; i < LINE; i++)
			if (i < length)
				fprintf(stream, " %02x",
				    (unsigned)(uint8_t)data[at + i]);
			else
				fputs("   ", stream);
		fputs("  ", stream);
		for (size_t i = 0; i < length; i++) {
			unsigned char byte = (unsigned char)data[at + i];

			fputc(byte >= 0x20 && byte < 0x7f ? byte : '.', stream);
		}
		fputc('\n', stream);
	}
}

static int
show_result(const struct screen *screen, const json_t *result)
{
	const char *problem =
	    json_string_value(json_object_get(result, "error"));
	const char *name;
	json_t *value;

	if (problem) {
		screen_print(screen, SCREEN_ALERT, "It failed: %s (%lld)\n",
		    problem, interface_number(result, "return_code"));
		return EXIT_NOTHING;
	}
	json_object_foreach(json_object_get(result, "arguments"), name, value)
	{
		screen_print(screen, SCREEN_FAINT, "  %s = ", name);
		value_print(screen->stream, value);
		fputc('\n', screen->stream);
	}
	return EX_OK;
}

/* NULL: there is no interface, or it is not as that says. */
static json_t *
unpack(const mach_msg_header_t *reply, const struct interface *interface)
{
	return reply && interface->routine ? interface_unpack(interface, reply)
	                                   : NULL;
}

static int
show_reply(const struct screen *screen, const mach_msg_header_t *reply,
    const struct interface *interface)
{
	json_t *result;
	int status = EX_OK;

	assert(reply);
	result = unpack(reply, interface);
	screen_print(screen, SCREEN_HEADING, "Reply");
	fprintf(screen->stream, ": message %d, %u bytes\n", reply->msgh_id,
	    reply->msgh_size);
	if (result)
		status = show_result(screen, result);
	else
		dump(screen->stream, (const char *)(reply + 1),
		    reply->msgh_size - sizeof(*reply));
	if (!result && interface->routine) {
		screen_print(screen, SCREEN_ALERT,
		    "That is no reply that the interface knows.\n");
		status = EX_PROTOCOL;
	}
	json_decref(result);
	return status;
}

int
send_show(const struct screen *screen, const struct bytes *message,
    const mach_msg_header_t *reply, const struct interface *interface)
{
	const mach_msg_header_t *sent = (const void *)message->data;

	screen_print(screen, SCREEN_HEADING, "Sent");
	fprintf(screen->stream, ": message %d, %zu bytes\n", sent->msgh_id,
	    message->count);
	return reply ? show_reply(screen, reply, interface) : EX_OK;
}

static json_t *
reply_json(const mach_msg_header_t *reply, json_t *result)
{
	json_t *object = json_record();
	char *hex = bytes_hex(reply + 1, reply->msgh_size - sizeof(*reply));

	json_put(object, "msgh_id", json_integer(reply->msgh_id));
	json_put(object, "bytes", json_count(reply->msgh_size));
	json_put(object, "body", json_text(hex));
	json_put(object, "result", result ? result : json_null());
	free(hex);
	return object;
}

int
send_show_json(FILE *stream, const struct bytes *message,
    const mach_msg_header_t *reply, const struct interface *interface)
{
	const mach_msg_header_t *sent = (const void *)message->data;
	json_t *document = json_document("send");
	json_t *result = unpack(reply, interface);
	bool is_strange = reply && interface->routine && !result;
	bool has_failed =
	    result && interface_number(result, "return_code") != 0;

	json_put(document, "msgh_id", json_integer(sent->msgh_id));
	json_put(document, "bytes", json_count(message->count));
	json_put(
	    document, "reply", reply ? reply_json(reply, result) : json_null());
	json_print(document, stream);
	if (is_strange)
		return EX_PROTOCOL;
	return has_failed ? EXIT_NOTHING : EX_OK;
}
