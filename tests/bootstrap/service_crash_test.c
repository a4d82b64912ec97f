/*
 * A service that is killed again and again, under load: no request is lost, and none
 * is answered twice.
 *
 * Each request leads to one message: its reply, or a send-once notification if the
 * service died with the request in hand. The service notes in a file what it receives,
 * and after some requests calls a killer, who kills it whatever it does then.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "served.h"

enum {
	CLIENTS = 4,
	REQUESTS = 10000,
	REQUESTS_EACH = REQUESTS / CLIENTS,
	/* That a client sends before it waits for what comes of them. */
	BURST = 5,
	/* Requests until the service calls its killer; and after that, if he is slow. */
	LIFE = 400,
	GRACE = 200,
};

struct record {
	atomic_uint received[REQUESTS];
	atomic_uint answered[REQUESTS];
	atomic_uint dropped; /* send-once notifications */
	atomic_uint kills;
};

#define RECORD_VARIABLE "TEST_RECORD"

/* The file is in the environment, of all but the killer's victims by inheritance, and
 * of those by the configuration. */
static struct record *
record_open(void)
{
	const char *path = getenv(RECORD_VARIABLE);
	int file = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
	void *memory;

	CHECK(file >= 0);
	memory = mmap(NULL, sizeof(struct record), PROT_READ | PROT_WRITE,
	    MAP_SHARED, file, 0);
	CHECK(memory != MAP_FAILED);
	close(file);
	return memory;
}

/* --- the service ------------------------------------------------------------------ */

static void
reply_to(struct mail *mail)
{
	mail->header.msgh_bits =
	    MACH_MSGH_BITS(MACH_MSGH_BITS_REMOTE(mail->header.msgh_bits), 0);
	mail->header.msgh_local_port = MACH_PORT_NULL;
	CHECK_RETURN(mach_msg(&mail->header, MACH_SEND_MSG, MAIL_BYTES, 0,
	                 MACH_PORT_NULL, MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
}

static void
victim(void *argument)
{
	struct record *record = record_open();
	mach_port_t killer = served_look_up(bootstrap_port, "killer");
	mach_port_t service = served_check_in(bootstrap_port, "victim");
	struct mail mail;

	(void)argument;
	for (unsigned i = 1; i <= LIFE + GRACE; i++) {
		CHECK_RETURN(
		    mail_receive(service, &mail, MACH_MSG_OPTION_NONE, 0),
		    MACH_MSG_SUCCESS);
		record->received[mail.number]++;
		if (i == LIFE)
			CHECK_RETURN(mail_send(killer, getpid(), MACH_PORT_NULL,
			                 MACH_MSG_OPTION_NONE, 0),
			    MACH_MSG_SUCCESS);
		reply_to(&mail);
	}
	for (;;)
		(void)pause();
}

/* --- the killer ------------------------------------------------------------------- */

static void
kill_victims(void *argument)
{
	struct record *record = record_open();
	mach_port_t service = served_check_in(bootstrap_port, "killer");
	struct mail mail;

	(void)argument;
	for (;;) {
		CHECK_RETURN(
		    mail_receive(service, &mail, MACH_MSG_OPTION_NONE, 0),
		    MACH_MSG_SUCCESS);
		if (mail.number == 0)
			return;
		CHECK(kill(mail.number, SIGKILL) == 0);
		record->kills++;
	}
}

/* --- clients ---------------------------------------------------------------------- */

static void
expect_outcome(struct record *record, mach_port_t reply)
{
	struct mail mail;

	CHECK_RETURN(mail_receive(reply, &mail, MACH_MSG_OPTION_NONE, 0),
	    MACH_MSG_SUCCESS);
	if (mail.header.msgh_id == MACH_NOTIFY_SEND_ONCE)
		record->dropped++;
	else
		record->answered[mail.number]++;
}

static void
be_client(void *argument)
{
	struct record *record = record_open();
	mach_port_t client = served_look_up(bootstrap_port, "victim");
	mach_port_t reply = mail_port();
	int32_t number = *(const int32_t *)argument * REQUESTS_EACH;

	for (int i = 0; i < REQUESTS_EACH / BURST; i++) {
		for (int j = 0; j < BURST; j++)
			CHECK_RETURN(mail_send(client, number++, reply,
			                 MACH_MSG_OPTION_NONE, 0),
			    MACH_MSG_SUCCESS);
		for (int j = 0; j < BURST; j++)
			expect_outcome(record, reply);
	}
	/* And nothing besides. */
	CHECK_RETURN(
	    mail_receive(reply, &(struct mail){0}, MACH_RCV_TIMEOUT, 0),
	    MACH_RCV_TIMED_OUT);
}

/* --- the reckoning ---------------------------------------------------------------- */

static void
reckon(const struct record *record)
{
	unsigned unanswered = 0;

	for (unsigned i = 0; i < REQUESTS; i++) {
		CHECK(record->received[i] <= 1);
		CHECK(record->answered[i] <= record->received[i]);
		unanswered += record->answered[i] == 0;
	}
	CHECK(record->kills >= REQUESTS / LIFE / 2);
	/* What was not answered was in hand: of each that died, at most one. */
	CHECK(unanswered == record->dropped);
	CHECK(unanswered <= record->kills);
}

static void
load(void *argument)
{
	static const int32_t numbers[CLIENTS] = {0, 1, 2, 3};
	pid_t clients[CLIENTS];
	struct record *record = record_open();
	pid_t killer;
	mach_port_t port;

	(void)argument;
	/* Declared, so that it can be called before it is there. */
	CHECK_RETURN(bootstrap_create_service(bootstrap_port, "killer", &port),
	    BOOTSTRAP_SUCCESS);
	killer = task_start(kill_victims, NULL);
	for (int i = 0; i < CLIENTS; i++)
		clients[i] =
		    task_start(be_client, (void *)(uintptr_t)&numbers[i]);
	for (int i = 0; i < CLIENTS; i++)
		task_expect_success(clients[i]);
	CHECK_RETURN(
	    mail_send(port, 0, MACH_PORT_NULL, MACH_MSG_OPTION_NONE, 0),
	    MACH_MSG_SUCCESS);
	task_expect_success(killer);
	reckon(record);
}

static const struct served_body bodies[] = {
    BODY(load),
    BODY(victim),
};

static void
no_request_is_lost_or_answered_twice(void **state)
{
	char path[] = "/tmp/machport-crash-XXXXXX";
	int file = mkstemp(path);
	char text[512];

	(void)state;
	assert_true(file >= 0);
	assert_int_equal(ftruncate(file, sizeof(struct record)), 0);
	assert_int_equal(close(file), 0);
	assert_int_equal(setenv(RECORD_VARIABLE, path, 1), 0);
	(void)snprintf(text, sizeof(text),
	    "[program]\n"
	    "command = %%s --program victim\n"
	    "environment = " RECORD_VARIABLE "=%s\n"
	    "throttle = 1ms\n"
	    "[port victim]\n",
	    path);
	served_run_configured(text, "load");
	assert_int_equal(unlink(path), 0);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    PROCESS_TEST(no_request_is_lost_or_answered_twice),
	};

	SERVED_BODIES(argc, argv, bodies);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
