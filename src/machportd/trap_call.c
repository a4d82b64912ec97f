/* Calls: their packets, and the answers to them. */
#include "trap_call.h"

#include "conn.h"
#include "file.h"
#include "kern_call.h"
#include "level.h"
#include "task.h"

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

	(void)conn_answer(conn, &part, 1, NULL, 0, 0);
}

/* With the descriptor of a level, which has no bytes of ours. */
static enum conn_answered
answer_level(struct conn *conn, struct kern_call *call,
    const struct wire_header *request)
{
	const int file = level_descriptor(call->level);
	struct wire_call_answer answer = {
	    .header = {.number = request->number,
	        .files = 1,
	        .sequence = request->sequence},
	};
	struct iovec parts[4] = {{&answer, sizeof(answer)}};

	(void)gather_words(
	    call, wire_call_shape(request->number)->out, parts + 1);
	return conn_answer(conn, parts, 4, &file, 1, 0);
}

/* In a packet of @parts, or, behind the first word, in a file. CONN_ANSWER_SHORT:
 * there is no room for that. */
static enum conn_answered
answer_words(struct conn *conn, struct kern_call *call,
    const struct wire_header *request)
{
	const struct wire_call_shape *shape = wire_call_shape(request->number);
	enum conn_answered answered = CONN_ANSWER_SHORT;
	struct wire_call_answer answer = {
	    .header = {.number = request->number,
	        .sequence = request->sequence},
	};
	struct iovec parts[4] = {{&answer, sizeof(answer)}};
	struct file_writer writer;

	if (call->level)
		return answer_level(conn, call, request);
	if (gather_words(call, shape->out, parts + 1) <=
	    WIRE_PACKET_MAX - sizeof(answer))
		return conn_answer(conn, parts, 4, NULL, 0, 0);
	file_writer_init(&writer);
	answer.header.files = 1;
	if (write_more(call, &writer))
		answered =
		    conn_answer(conn, parts, 2, &writer.fd, 1, writer.bytes);
	file_writer_deinit(&writer);
	return answered;
}

static void
answer_call(struct conn *conn, struct kern_call *call,
    const struct wire_header *request, kern_return_t kr)
{
	/* What has so many words out only tells of something. */
	if (kr == KERN_SUCCESS &&
	    answer_words(conn, call, request) == CONN_ANSWER_SHORT)
		kr = KERN_RESOURCE_SHORTAGE;
	if (kr != KERN_SUCCESS)
		answer_failure(conn, request, kr);
}

void
trap_call(struct conn *conn, const struct packet *packet)
{
	struct wire_call_request request;
	struct kern_call call = {
	    .caller = conn->task->kern,
	    .thread = &conn->thread,
	    .thread_id = conn->thread_id,
	    .in = request.words,
	};
	kern_return_t kr;

	if (packet->file_count != 0 ||
	    !wire_call_check(packet->bytes, packet->byte_count, &request)) {
		conn_lie(conn, "a call that is not what it says");
		return;
	}
	call.number = (enum wire_call)request.header.number;
	kr = kern_call(&call);
	/* The call may have ended other traps; it cannot have ended this
	 * connection, which only Linux and what the task sends can. */
	answer_call(conn, &call, &request.header, kr);
	kern_call_deinit(&call);
}
