/*
 * A client and a server as the books on Mach 2.5 write them: typed messages,
 * msg_rpc(), a port set, a port for each session, a backlog that is full, and the
 * death of the server, of which the client is told at its notify port. Nothing here
 * is of today but how the server's port is found, and the harness.
 */
#define MACH_2_5
#include <mach.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness.h"
#include "mail.h"

#define OP_ADD 1000   /* two integers: their sum */
#define OP_SUM 1001   /* integers out of line: the same */
#define OP_OPEN 1002  /* a port to which the session's requests go */
#define OP_KEEP 1003  /* to a session: add to what it has; no reply */
#define OP_TOTAL 1004 /* to a session: what it has */
#define OP_CLOSE 1005 /* to a session: the end of it */
#define REPLY_TO(op) ((op) + 100)

#define SESSIONS_MAX 4

#define INTEGERS(count)                                                        \
	{                                                                      \
		.msg_type_name = MSG_TYPE_INTEGER_32, .msg_type_size = 32,     \
		.msg_type_number = (count), .msg_type_inline = TRUE,           \
	}
#define ONE_PORT                                                               \
	{                                                                      \
		.msg_type_name = MSG_TYPE_PORT, .msg_type_size = 32,           \
		.msg_type_number = 1, .msg_type_inline = TRUE,                 \
	}

struct numbers_message {
	msg_header_t header;
	msg_type_t type;
	int numbers[2];
};

struct array_message {
	msg_header_t header;
	msg_type_long_t type;
	int *numbers;
};

struct result_message {
	msg_header_t header;
	msg_type_t type;
	int result;
};

struct port_message {
	msg_header_t header;
	msg_type_t type;
	port_t port;
};

union message {
	msg_header_t header;
	struct numbers_message numbers;
	struct array_message array;
	struct result_message result;
	struct port_message port;
	char room[MSG_SIZE_MAX];
};

static msg_header_t
make_header(port_t to, port_t reply, int id, size_t size, boolean_t simple)
{
	return (msg_header_t){
	    .msg_simple = simple & 1,
	    .msg_size = (msg_size_t)size,
	    .msg_type = MSG_TYPE_NORMAL,
	    .msg_local_port = reply,
	    .msg_remote_port = to,
	    .msg_id = id,
	};
}

/*
 * The server.
 */

struct session {
	port_t port; /* PORT_NULL: none */
	int total;
};

struct server {
	port_set_name_t set;
	port_t service;
	struct session sessions[SESSIONS_MAX];
};

static void
reply_result(const msg_header_t *request, int result)
{
	struct result_message reply = {
	    .header = make_header(request->msg_remote_port, PORT_NULL,
	        REPLY_TO(request->msg_id), sizeof(reply), TRUE),
	    .type = INTEGERS(1),
	    .result = result,
	};

	CHECK_RETURN(msg_send(&reply.header, MSG_OPTION_NONE, 0), SEND_SUCCESS);
}

static void
serve_add(const struct numbers_message *request)
{
	CHECK(request->type.msg_type_name == MSG_TYPE_INTEGER_32 &&
	    request->type.msg_type_number == 2);
	reply_result(
	    &request->header, request->numbers[0] + request->numbers[1]);
}

static void
serve_sum(const struct array_message *request)
{
	unsigned count = request->type.msg_type_long_number;
	int sum = 0;

	CHECK(!request->type.msg_type_header.msg_type_inline);
	for (unsigned i = 0; i < count; i++)
		sum += request->numbers[i];
	CHECK_RETURN(vm_deallocate(task_self(), (vm_address_t)request->numbers,
	                 count * sizeof(int)),
	    KERN_SUCCESS);
	reply_result(&request->header, sum);
}

static struct session *
find_session(struct server *server, port_t port)
{
	for (int i = 0; i < SESSIONS_MAX; i++) {
		if (server->sessions[i].port == port)
			return &server->sessions[i];
	}
	return NULL;
}

static void
serve_open(struct server *server, const msg_header_t *request)
{
	struct session *session = find_session(server, PORT_NULL);
	struct port_message reply = {
	    .header = make_header(request->msg_remote_port, PORT_NULL,
	        REPLY_TO(OP_OPEN), sizeof(reply), FALSE),
	    .type = ONE_PORT,
	};

	CHECK(session);
	CHECK_RETURN(port_allocate(task_self(), &session->port), KERN_SUCCESS);
	CHECK_RETURN(
	    port_set_backlog(task_self(), session->port, 1), KERN_SUCCESS);
	/* Not in the set yet: it is served from the first OP_ADD on, so that
	 * its queue can be full. */
	session->total = 0;
	reply.port = session->port;
	CHECK_RETURN(msg_send(&reply.header, MSG_OPTION_NONE, 0), SEND_SUCCESS);
}

static void
enable_sessions(struct server *server)
{
	for (int i = 0; i < SESSIONS_MAX; i++) {
		if (server->sessions[i].port != PORT_NULL)
			CHECK_RETURN(port_set_add(task_self(), server->set,
			                 server->sessions[i].port),
			    KERN_SUCCESS);
	}
}

static void
serve_session(struct session *session, const union message *request)
{
	CHECK(session);
	switch (request->header.msg_id) {
	case OP_KEEP:
		session->total += request->numbers.numbers[0];
		break;
	case OP_TOTAL:
		reply_result(&request->header, session->total);
		break;
	case OP_CLOSE:
		CHECK_RETURN(
		    port_deallocate(task_self(), session->port), KERN_SUCCESS);
		session->port = PORT_NULL;
		break;
	default:
		task_fail(__FILE__, __LINE__, "a request of a session");
	}
}

static void
serve(struct server *server, const union message *request)
{
	switch (request->header.msg_id) {
	case OP_ADD:
		serve_add(&request->numbers);
		enable_sessions(server);
		break;
	case OP_SUM:
		serve_sum(&request->array);
		break;
	case OP_OPEN:
		serve_open(server, &request->header);
		break;
	default:
		serve_session(
		    find_session(server, request->header.msg_local_port),
		    request);
		break;
	}
}

/* Tell the client of our port, which it has registered for us, and serve. */
static void
run_server(void)
{
	struct server server = {0};
	struct port_message hello = {.type = ONE_PORT};
	union message request;

	CHECK_RETURN(port_set_allocate(task_self(), &server.set), KERN_SUCCESS);
	CHECK_RETURN(port_allocate(task_self(), &server.service), KERN_SUCCESS);
	CHECK_RETURN(port_set_add(task_self(), server.set, server.service),
	    KERN_SUCCESS);
	hello.header =
	    make_header(mail_inherited(), PORT_NULL, 1, sizeof(hello), FALSE);
	hello.port = server.service;
	CHECK_RETURN(msg_send(&hello.header, MSG_OPTION_NONE, 0), SEND_SUCCESS);
	for (;;) {
		request.header.msg_local_port = server.set;
		request.header.msg_size = sizeof(request);
		CHECK_RETURN(msg_receive(&request.header, MSG_OPTION_NONE, 0),
		    RCV_SUCCESS);
		serve(&server, &request);
	}
}

/*
 * The client.
 */

static port_t
start_server(pid_t *server_out)
{
	union message hello;
	port_t port;
	pid_t server;

	CHECK_RETURN(port_allocate(task_self(), &port), KERN_SUCCESS);
	mail_bequeath(port);
	server = fork();
	CHECK(server >= 0);
	if (server == 0) {
		(void)alarm(TEST_SECONDS);
		run_server();
		_exit(0);
	}
	hello.header.msg_local_port = port;
	hello.header.msg_size = sizeof(hello);
	CHECK_RETURN(
	    msg_receive(&hello.header, MSG_OPTION_NONE, 0), RCV_SUCCESS);
	CHECK(!hello.header.msg_simple);
	CHECK_RETURN(port_deallocate(task_self(), port), KERN_SUCCESS);
	*server_out = server;
	return hello.port.port;
}

static int
call_result(union message *message)
{
	int id = message->header.msg_id;

	CHECK_RETURN(
	    msg_rpc(&message->header, MSG_OPTION_NONE, sizeof(*message), 0, 0),
	    RPC_SUCCESS);
	CHECK(message->header.msg_id == REPLY_TO(id));
	CHECK(message->header.msg_local_port == thread_reply());
	CHECK(message->header.msg_size == sizeof(struct result_message));
	CHECK(message->result.type.msg_type_name == MSG_TYPE_INTEGER_32);
	return message->result.result;
}

static int
call_add(port_t service, int a, int b)
{
	union message message = {.numbers = {
	                             .type = INTEGERS(2),
	                             .numbers = {a, b},
	                         }};

	message.header = make_header(service, thread_reply(), OP_ADD,
	    sizeof(struct numbers_message), TRUE);
	return call_result(&message);
}

static int
call_sum(port_t service, int *numbers, unsigned count)
{
	union message message = {
	    .array = {
	        .type = {.msg_type_header.msg_type_longform = TRUE,
	            .msg_type_long_name = MSG_TYPE_INTEGER_32,
	            .msg_type_long_size = 32,
	            .msg_type_long_number = count},
	        .numbers = numbers,
	    }};

	message.header = make_header(service, thread_reply(), OP_SUM,
	    sizeof(struct array_message), FALSE);
	return call_result(&message);
}

static port_t
call_open(port_t service)
{
	union message message;

	message.header = make_header(
	    service, thread_reply(), OP_OPEN, sizeof(message.header), TRUE);
	CHECK_RETURN(
	    msg_rpc(&message.header, MSG_OPTION_NONE, sizeof(message), 0, 0),
	    RPC_SUCCESS);
	CHECK(message.header.msg_id == REPLY_TO(OP_OPEN));
	CHECK(message.port.type.msg_type_name == MSG_TYPE_PORT);
	return message.port.port;
}

static int
call_total(port_t session)
{
	union message message;

	message.header = make_header(
	    session, thread_reply(), OP_TOTAL, sizeof(message.header), TRUE);
	return call_result(&message);
}

static msg_return_t
keep(port_t session, int number, msg_option_t option)
{
	struct numbers_message message = {
	    .header =
	        make_header(session, PORT_NULL, OP_KEEP, sizeof(message), TRUE),
	    .type = INTEGERS(2),
	    .numbers = {number},
	};

	return msg_send(&message.header, option, 0);
}

/* What comes to the notify port, received by way of a set as a program does that
 * waits for more than that. */
static port_t
await_notice(port_set_name_t set, int id)
{
	notification_t notice = {
	    .notify_header.msg_local_port = set,
	    .notify_header.msg_size = sizeof(notice),
	};

	CHECK_RETURN(msg_receive(&notice.notify_header, MSG_OPTION_NONE, 0),
	    RCV_SUCCESS);
	CHECK(notice.notify_header.msg_local_port == task_notify());
	CHECK(notice.notify_header.msg_id == id);
	return notice.notify_port;
}

static void
fill_backlog(port_t service, port_t session, port_set_name_t set)
{
	CHECK_RETURN(keep(session, 1, MSG_OPTION_NONE), SEND_SUCCESS);
	CHECK_RETURN(keep(session, 100, SEND_TIMEOUT), SEND_TIMED_OUT);
	CHECK_RETURN(keep(session, 2, SEND_NOTIFY), SEND_WILL_NOTIFY);
	CHECK_RETURN(keep(session, 100, SEND_NOTIFY), SEND_NOTIFY_IN_PROGRESS);
	/* Have it served. */
	CHECK(call_add(service, 40, 2) == 42);
	CHECK(await_notice(set, NOTIFY_MSG_ACCEPTED) == session);
	CHECK(call_total(session) == 3);
}

static void
lose_server(pid_t server, port_t service, port_t session, port_set_name_t set)
{
	union message message;
	port_type_t type;
	port_t first;
	port_t second;

	CHECK(kill(server, SIGKILL) == 0);
	first = await_notice(set, NOTIFY_PORT_DELETED);
	second = await_notice(set, NOTIFY_PORT_DELETED);
	CHECK((first == service && second == session) ||
	    (first == session && second == service));
	CHECK(waitpid(server, NULL, 0) == server);
	CHECK_RETURN(
	    port_type(task_self(), service, &type), KERN_INVALID_ARGUMENT);
	message.header = make_header(
	    service, thread_reply(), OP_OPEN, sizeof(message.header), TRUE);
	CHECK_RETURN(
	    msg_rpc(&message.header, MSG_OPTION_NONE, sizeof(message), 0, 0),
	    RPC_INVALID_PORT);
}

static void
run_client(void *argument)
{
	int numbers[5000];
	port_set_name_t set;
	port_t service;
	port_t session;
	port_t other;
	pid_t server;

	(void)argument;
	CHECK_RETURN(port_set_allocate(task_self(), &set), KERN_SUCCESS);
	CHECK_RETURN(
	    port_set_add(task_self(), set, task_notify()), KERN_SUCCESS);
	service = start_server(&server);

	CHECK(call_add(service, 2, 3) == 5);
	for (int i = 0; i < 5000; i++)
		numbers[i] = i;
	CHECK(call_sum(service, numbers, 5000) == 4999 * 2500);

	session = call_open(service);
	fill_backlog(service, session, set);
	other = call_open(service);
	CHECK(other != session);
	CHECK(call_add(service, 0, 0) == 0);
	CHECK(call_total(other) == 0);
	{
		msg_header_t header = make_header(
		    other, PORT_NULL, OP_CLOSE, sizeof(header), TRUE);

		CHECK_RETURN(
		    msg_send(&header, MSG_OPTION_NONE, 0), SEND_SUCCESS);
	}
	CHECK(await_notice(set, NOTIFY_PORT_DELETED) == other);
	CHECK(call_total(session) == 3);
	lose_server(server, service, session, set);
}

static void
a_client_and_a_server_from_a_book_run(void **state)
{
	struct kernel kernel;

	(void)state;
	kernel_start(&kernel, NULL);
	task_run(run_client, NULL);
	kernel_expect_end(&kernel);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    PROCESS_TEST(a_client_and_a_server_from_a_book_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
