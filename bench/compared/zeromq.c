/*
 * ZeroMQ. Each side has a thread of the library's that reads and writes the socket, on
 * the side's own CPU.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <zmq.h>

#include "compared.h"

static struct pair_message message;
static char requests_at[64]; /* abstract addresses */
static char answers_at[64];
static void *requests;
static void *answers; /* the same, for round trips: a REQ or a REP is both */

static void *
make_socket(int type, const char *address, bool binds)
{
	static void *context;
	void *made;

	context = context ? context : zmq_ctx_new();
	made = context ? zmq_socket(context, type) : NULL;
	if (!made || (binds ? zmq_bind : zmq_connect)(made, address) != 0)
		bench_die(address, zmq_errno());
	return made;
}

/* No context outlives a fork, so neither side makes one before it. */
static pid_t
open_zeromq(const struct pair_setting *setting)
{
	(void)setting;
	(void)snprintf(requests_at, sizeof(requests_at),
	    "ipc://@machport-bench/%d/requests", getpid());
	(void)snprintf(answers_at, sizeof(answers_at),
	    "ipc://@machport-bench/%d/answers", getpid());
	return 0;
}

/* A PUSH that is not connected yet waits until it is. */
static void
join_zeromq(const struct pair_setting *setting)
{
	requests = make_socket(
	    setting->one_way ? ZMQ_PUSH : ZMQ_REQ, requests_at, false);
	answers = setting->one_way ? make_socket(ZMQ_PULL, answers_at, false)
	                           : requests;
}

static void
send_to(void *to, size_t bytes)
{
	if (zmq_send(to, &message, bytes, 0) != (int)bytes)
		bench_die("zmq_send", zmq_errno());
}

static void
receive_from(void *from, size_t bytes)
{
	int received;

	do
		received = zmq_recv(from, &message, bytes, 0);
	while (received < 0 && zmq_errno() == EINTR);
	if (received != (int)bytes)
		bench_die("zmq_recv", zmq_errno());
}

static _Noreturn void
serve_zeromq(const struct pair_setting *setting)
{
	requests = make_socket(
	    setting->one_way ? ZMQ_PULL : ZMQ_REP, requests_at, true);
	answers = setting->one_way ? make_socket(ZMQ_PUSH, answers_at, true)
	                           : requests;
	for (;;) {
		receive_from(requests, setting->bytes);
		if (message.wants_answer)
			send_to(answers, setting->bytes);
	}
}

static void
call_zeromq(const struct pair_setting *setting)
{
	message.wants_answer = true;
	send_to(requests, setting->bytes);
	receive_from(answers, setting->bytes);
}

static void
send_zeromq(const struct pair_setting *setting)
{
	message.wants_answer = false;
	send_to(requests, setting->bytes);
}

const struct pair_way compared_zeromq = {"ZeroMQ", NULL, open_zeromq,
    join_zeromq, serve_zeromq, call_zeromq, send_zeromq};
