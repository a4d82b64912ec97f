/*
 * iceoryx. A sender writes its bytes into memory that it has borrowed, and a receiver
 * reads them there: nothing else is copied. A stream goes from a publisher to a
 * subscriber, and either may have to wait for the other.
 */
#include <errno.h>
#include <fcntl.h>
#include <iceoryx_binding_c/client.h>
#include <iceoryx_binding_c/log.h>
#include <iceoryx_binding_c/publisher.h>
#include <iceoryx_binding_c/runtime.h>
#include <iceoryx_binding_c/server.h>
#include <iceoryx_binding_c/subscriber.h>
#include <iceoryx_binding_c/wait_set.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "compared.h"

#define SPIN_NS 100000 /* as pair_ways.c has it for a ring */
#define LOOKS 32
#define SERVICE "machport"
#define EVENT "bench"
#define QUEUE 256
#define LEAVE 2 /* as what a message wants */

static struct pair_message message;
static char instance[32]; /* of this pair */
static uint64_t spin_ns;
static iox_ws_t waiter;
static iox_client_t client;
static iox_server_t server;
static iox_pub_t publisher;
static iox_sub_t subscriber;

static void
require(const char *what, bool succeeded)
{
	if (!succeeded)
		bench_die(what, 0);
}

/* --- RouDi ----------------------------------------------------------------- */

pid_t
compared_roudi_start(const char *config, const char *log)
{
	pid_t roudi = bench_fork();
	int file;

	if (roudi < 0)
		bench_die("fork", errno);
	if (roudi > 0)
		return roudi;
	(void)prctl(PR_SET_PDEATHSIG, SIGTERM);
	file = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (file < 0 || dup2(file, STDOUT_FILENO) < 0 ||
	    dup2(file, STDERR_FILENO) < 0)
		bench_die(log, errno);
	(void)execlp("iox-roudi", "iox-roudi", "--monitoring-mode", "off",
	    "--log-level", "error", "--config-file", config, NULL);
	bench_die("iox-roudi", errno);
}

void
compared_roudi_stop(pid_t roudi)
{
	(void)kill(roudi, SIGTERM);
	(void)waitpid(roudi, NULL, 0);
}

/* --- both sides ------------------------------------------------------------ */

static pid_t
open_iceoryx(const struct pair_setting *setting)
{
	(void)setting;
	(void)snprintf(instance, sizeof(instance), "%d", getpid());
	return 0;
}

static pid_t
open_spins(const struct pair_setting *setting)
{
	spin_ns = setting->cpus > 1 ? SPIN_NS : 0;
	return open_iceoryx(setting);
}

static void
begin(void)
{
	static iox_ws_storage_t storage;
	char name[32];

	(void)snprintf(name, sizeof(name), "machport-bench-%d", getpid());
	iox_set_loglevel(Iceoryx_LogLevel_Error);
	iox_runtime_init(name);
	waiter = iox_ws_init(&storage);
}

static bool
is_there(void)
{
	if (client)
		return iox_client_has_responses(client);
	return iox_server_has_requests(server) ||
	    iox_sub_has_chunks(subscriber);
}

/* Wait until there is something: a response, or a request or a message. */
static void
await(void)
{
	uint64_t end = spin_ns ? bench_now_ns() + spin_ns : 0;
	iox_notification_info_t found[2];
	uint64_t missed;

	while (spin_ns && bench_now_ns() < end)
		for (int i = 0; i < LOOKS; i++)
			if (is_there())
				return;
	while (!is_there())
		(void)iox_ws_wait(waiter, found, 2, &missed);
}

/* --- the client ------------------------------------------------------------ */

static void
make_client(void)
{
	static iox_client_storage_t storage;
	iox_client_options_t options;

	iox_client_options_init(&options);
	client = iox_client_init(&storage, SERVICE, instance, EVENT, &options);
	require("attach a client",
	    iox_ws_attach_client_state(waiter, client, ClientState_HAS_RESPONSE,
	        0, NULL) == WaitSetResult_SUCCESS);
}

static void
make_publisher(void)
{
	static iox_pub_storage_t storage;
	iox_pub_options_t options;

	iox_pub_options_init(&options);
	options.subscriberTooSlowPolicy =
	    ConsumerTooSlowPolicy_WAIT_FOR_CONSUMER;
	publisher = iox_pub_init(&storage, SERVICE, instance, EVENT, &options);
}

/* A process must take leave, by its runtime's destructor, or its files stay behind; this
 * one goes first. So the server has to be told, not killed. */
static void
take_leave(void)
{
	void *request;

	message.wants_answer = LEAVE;
	if (iox_client_loan_request(client, &request, sizeof(message)) ==
	    AllocationResult_SUCCESS) {
		memcpy(request, &message, sizeof(message));
		(void)iox_client_send(client, request);
	}
}

static void
join_iceoryx(const struct pair_setting *setting)
{
	struct timespec pause = {.tv_nsec = 1000000};

	(void)setting;
	begin();
	make_client();
	make_publisher();
	while (iox_client_get_connection_state(client) !=
	        ConnectionState_CONNECTED ||
	    !iox_pub_has_subscribers(publisher))
		(void)nanosleep(&pause, NULL);
	(void)atexit(take_leave);
}

static void
call_iceoryx(const struct pair_setting *setting)
{
	const void *response;
	void *request;

	message.wants_answer = true;
	require("a request",
	    iox_client_loan_request(client, &request, setting->bytes) ==
	        AllocationResult_SUCCESS);
	memcpy(request, &message, setting->bytes);
	require("send a request",
	    iox_client_send(client, request) == ClientSendResult_SUCCESS);
	await();
	require("a response",
	    iox_client_take_response(client, &response) ==
	        ChunkReceiveResult_SUCCESS);
	iox_client_release_response(client, response);
}

static void
send_iceoryx(const struct pair_setting *setting)
{
	void *chunk;

	message.wants_answer = false;
	require("a chunk",
	    iox_pub_loan_chunk(publisher, &chunk, setting->bytes) ==
	        AllocationResult_SUCCESS);
	memcpy(chunk, &message, setting->bytes);
	iox_pub_publish_chunk(publisher, chunk);
}

/* --- the server ------------------------------------------------------------ */

static void
make_server(void)
{
	static iox_server_storage_t storage;
	iox_server_options_t options;

	iox_server_options_init(&options);
	server = iox_server_init(&storage, SERVICE, instance, EVENT, &options);
	require("attach a server",
	    iox_ws_attach_server_state(waiter, server, ServerState_HAS_REQUEST,
	        0, NULL) == WaitSetResult_SUCCESS);
}

static void
make_subscriber(void)
{
	static iox_sub_storage_t storage;
	iox_sub_options_t options;

	iox_sub_options_init(&options);
	options.queueCapacity = QUEUE;
	options.queueFullPolicy = QueueFullPolicy_BLOCK_PRODUCER;
	subscriber = iox_sub_init(&storage, SERVICE, instance, EVENT, &options);
	require("attach a subscriber",
	    iox_ws_attach_subscriber_state(waiter, subscriber,
	        SubscriberState_HAS_DATA, 1, NULL) == WaitSetResult_SUCCESS);
}

static void
receive_stream(void)
{
	const void *chunk;

	while (iox_sub_take_chunk(subscriber, &chunk) ==
	    ChunkReceiveResult_SUCCESS) {
		const struct pair_message *m = chunk;

		require("a message of the stream", !m->wants_answer);
		iox_sub_release_chunk(subscriber, chunk);
	}
}

/* A request that ends a stream is later than all of the stream. */
static void
answer_requests(const struct pair_setting *setting)
{
	const struct pair_message *m;
	const void *request;
	void *response;

	while (iox_server_take_request(server, &request) ==
	    ServerRequestResult_SUCCESS) {
		m = request;
		if (m->wants_answer == LEAVE)
			exit(EXIT_SUCCESS);
		receive_stream();
		require("a response",
		    iox_server_loan_response(server, request, &response,
		        setting->bytes) == AllocationResult_SUCCESS);
		memcpy(response, request, setting->bytes);
		require("send a response",
		    iox_server_send(server, response) ==
		        ServerSendResult_SUCCESS);
		iox_server_release_request(server, request);
	}
}

static _Noreturn void
serve_iceoryx(const struct pair_setting *setting)
{
	sigset_t child;

	/* The client's end is not ours: we are told before. */
	(void)sigemptyset(&child);
	(void)sigaddset(&child, SIGCHLD);
	(void)sigprocmask(SIG_BLOCK, &child, NULL);
	begin();
	make_subscriber();
	make_server();
	for (;;) {
		await();
		receive_stream();
		answer_requests(setting);
	}
}

const struct pair_way compared_iceoryx = {"iceoryx", NULL, open_iceoryx,
    join_iceoryx, serve_iceoryx, call_iceoryx, send_iceoryx};
const struct pair_way compared_iceoryx_spins = {"iceoryx, spins", NULL,
    open_spins, join_iceoryx, serve_iceoryx, call_iceoryx, send_iceoryx};
