/* Calls: their packets, and the answers to them. */
#include "trap_call.h"

#include "conn.h"
#include "entry_file.h"
#include "file.h"
#include "ipc_space.h"
#include "kern_call.h"
#include "kern_file.h"
#include "level.h"
#include "task.h"
#include "trap_lane.h"

/* Put the words that are too many for a packet in a file. */
static bool
write_more(const struct kern_call *call, struct file_writer *writer)
{
	for (unsigned i = 0; i < 2; i++)
		if (call->more[i].count > 0 &&
		    !file_writer_append(writer, call->more[i].words,
		        call->more[i].count * sizeof(uint32_t)))
			return false;
	return file_writer_seal(writer);
}

/* The words out, and the more words, as parts of a packet. Returns their
 * bytes. */
static size_t
gather_words(struct kern_call *call, size_t out_count, struct iovec parts[3])
{
	parts[0] = (struct iovec){call->out, out_count * sizeof(call->out[0])};
	for (unsigned i = 0; i < 2; i++)
		parts[1 + i] = (struct iovec){call->more[i].words,
		    call->more[i].count * sizeof(uint32_t)};
	return parts[0].iov_len + parts[1].iov_len + parts[2].iov_len;
}

/* A call that failed has nothing but its result. */
static void
answer_failure(struct conn *conn, const struct wire_header *request, int result)
{
	struct wire_call_answer answer = {
	    .header = {.number = request->number,
	        .sequence = request->sequence},
	    .result = result,
	};
	struct iovec part = {&answer, sizeof(answer)};

	(void)conn_answer(conn, &part, 1, NULL, 0, NULL);
}

/* With a descriptor, of whose file the answer has no bytes: that of a level, or of what
 * a task passed. */
static enum conn_answered
answer_descriptor(struct conn *conn, struct kern_call *call,
    const struct wire_header *request, int file)
{
	struct wire_call_answer answer = {
	    .header = {.number = request->number,
	        .files = 1,
	        .sequence = request->sequence},
	};
	struct iovec parts[4] = {{&answer, sizeof(answer)}};

	(void)gather_words(
	    call, wire_call_shape(request->number)->out, parts + 1);
	return conn_answer(conn, parts, 4, &file, 1, NULL);
}

/* In a packet of @parts, or, behind the first word, in a file. CONN_ANSWER_SHORT:
 * there is no room for that. */
static enum conn_answered
answer_words(struct conn *conn, struct kern_call *call,
    const struct wire_header *request, int file)
{
	const struct wire_call_shape *shape = wire_call_shape(request->number);
	enum conn_answered answered = CONN_ANSWER_SHORT;
	struct wire_call_answer answer = {
	    .header = {.number = request->number,
	        .sequence = request->sequence},
	};
	struct iovec parts[4] = {{&answer, sizeof(answer)}};
	struct ipc_charge charge = {0};
	struct file_writer writer;

	if (file >= 0)
		return answer_descriptor(conn, call, request, file);
	if (call->level)
		return answer_descriptor(
		    conn, call, request, level_descriptor(call->level));
	if (call->file_out)
		return answer_descriptor(
		    conn, call, request, entry_file_descriptor(call->file_out));
	if (gather_words(call, shape->out, parts + 1) <=
	    WIRE_PACKET_MAX - sizeof(answer))
		return conn_answer(conn, parts, 4, NULL, 0, NULL);
	file_writer_init(&writer);
	answer.header.files = 1;
	if (write_more(call, &writer)) {
		charge.bytes = writer.bytes;
		answered = conn_answer(conn, parts, 2, &writer.fd, 1, &charge);
	}
	file_writer_deinit(&writer);
	return answered;
}

/* With @file, unless that is -1. */
static void
answer_call(struct conn *conn, struct kern_call *call,
    const struct wire_header *request, kern_return_t kr, int file)
{
	enum conn_answered answered = CONN_ANSWERED;

	if (kr == KERN_SUCCESS) {
		answered = answer_words(conn, call, request, file);
		if (trap_lane_is(call->number))
			trap_lane_answered(
			    conn, call, answered == CONN_ANSWERED);
	}
	/* What else has so many words out only tells of something. */
	if (answered == CONN_ANSWER_SHORT)
		kr = KERN_RESOURCE_SHORTAGE;
	if (kr != KERN_SUCCESS)
		answer_failure(conn, request, kr);
}

bool
trap_call_has_file(const struct packet *packet)
{
	struct wire_header header;

	return wire_header_check(packet->bytes, packet->byte_count, &header) &&
	    header.files == 1 && wire_call_files(header.number) == 1;
}

/* The file that came with a call. */
static kern_return_t
take_file(struct conn *conn, struct packet *packet, struct kern_file **file_out)
{
	if (packet->files_lost)
		return KERN_RESOURCE_SHORTAGE;
	return entry_file_new(conn->user, conn->task->kern->space->account,
	    packet_take_file(packet, 0), file_out);
}

/* What it does with the file that came along is the call's matter. */
static kern_return_t
make_call(struct conn *conn, struct packet *packet, struct kern_call *call,
    int *file_out)
{
	kern_return_t kr = KERN_SUCCESS;

	if (trap_lane_is(call->number))
		return trap_lane(conn, packet, call, file_out);
	if (wire_call_files((uint16_t)call->number) > 0)
		kr = take_file(conn, packet, &call->file_in);
	if (kr == KERN_SUCCESS)
		kr = kern_call(call);
	call->file_in = kern_file_unref(call->file_in);
	return kr;
}

void
trap_call(struct conn *conn, struct packet *packet)
{
	struct wire_call_request request;
	struct kern_call call = {
	    .caller = conn->task->kern,
	    .thread = &conn->thread,
	    .thread_id = conn->thread_id,
	    .in = request.words,
	};
	kern_return_t kr;
	int file = -1;

	if (!wire_call_check(packet->bytes, packet->byte_count, &request) ||
	    (!packet->files_lost &&
	        packet->file_count != request.header.files)) {
		conn_lie(conn, "a call that is not what it says");
		return;
	}
	call.number = (enum wire_call)request.header.number;
	kr = make_call(conn, packet, &call, &file);
	/* The call may have ended other traps; it cannot have ended this
	 * connection, which only Linux and what the task sends can. */
	answer_call(conn, &call, &request.header, kr, file);
	kern_call_deinit(&call);
}
