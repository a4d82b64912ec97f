/*
 * A server and a crowd of clients, more than there are lanes for, some of whom are killed
 * in the middle: who lives has each answer once, and the kernel has nothing left.
 */
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness.h"
#include "mail.h"

#define CLIENTS 16
#define VICTIMS 6
#define REQUESTS 120
/* Of a victim, before it asks to be killed. */
#define VICTIM_REQUESTS 40

/* What is sent besides requests, which are not negative: the end of a client, and the pid
 * of a victim as a negative number. */
#define DONE (-1)

static const char *const options[] = {"--verify", "--max-user-lanes=12", NULL};

/* One request, and the answer to it, which is the next number. */
static void
ask(mach_port_t server, mach_port_t reply, int32_t number)
{
	struct mail mail;

	CHECK_RETURN(mail_send(server, number, reply, 0, 0), MACH_MSG_SUCCESS);
	CHECK_RETURN(mail_receive(reply, &mail, 0, 0), MACH_MSG_SUCCESS);
	CHECK(mail.number == number + 1);
}

static void
be_client(void *argument)
{
	const mach_port_t server = mail_inherited();
	const mach_port_t reply = mail_port();

	(void)argument;
	for (int32_t i = 0; i < REQUESTS; i++)
		ask(server, reply, i);
	CHECK_RETURN(
	    mail_send(server, DONE, MACH_PORT_NULL, 0, 0), MACH_MSG_SUCCESS);
}

/* Goes on until it is killed. */
static void
be_victim(void *argument)
{
	const mach_port_t server = mail_inherited();
	const mach_port_t reply = mail_port();

	(void)argument;
	for (int32_t i = 0; i < VICTIM_REQUESTS; i++)
		ask(server, reply, i);
	CHECK_RETURN(mail_send(server, -getpid(), MACH_PORT_NULL, 0, 0),
	    MACH_MSG_SUCCESS);
	for (int32_t i = 0;; i++)
		ask(server, reply, i);
}

/* To whom it came from, if he lives. */
static void
answer(struct mail *mail)
{
	mail->header.msgh_bits =
	    MACH_MSGH_BITS(MACH_MSGH_BITS_REMOTE(mail->header.msgh_bits), 0);
	mail->header.msgh_local_port = MACH_PORT_NULL;
	mail->header.msgh_size = MAIL_BYTES;
	mail->number++;
	if (mach_msg(&mail->header, MACH_SEND_MSG, MAIL_BYTES, 0,
	        MACH_PORT_NULL, 0, MACH_PORT_NULL) != MACH_MSG_SUCCESS)
		mach_msg_destroy(&mail->header);
}

/* Until all clients are done and all victims killed. */
static void
serve(mach_port_t port)
{
	unsigned done = 0;
	unsigned killed = 0;
	struct mail mail;

	while (done < CLIENTS || killed < VICTIMS) {
		CHECK_RETURN(mail_receive(port, &mail, 0, 0), MACH_MSG_SUCCESS);
		if (mail.number == DONE) {
			done++;
		} else if (mail.number < 0) {
			task_kill(-mail.number);
			killed++;
		} else if (mail.header.msgh_remote_port != MACH_PORT_DEAD) {
			answer(&mail);
		}
	}
}

static void
serve_crowd(void *argument)
{
	const mach_port_t port = mail_port();
	pid_t clients[CLIENTS];

	(void)argument;
	mail_bequeath(port);
	for (unsigned i = 0; i < CLIENTS; i++)
		clients[i] = task_start(be_client, NULL);
	for (unsigned i = 0; i < VICTIMS; i++)
		(void)task_start(be_victim, NULL);
	serve(port);
	for (unsigned i = 0; i < CLIENTS; i++)
		task_expect_success(clients[i]);
}

static void
run_crowd(const char *mode)
{
	struct kernel kernel;

	CHECK(setenv("MACHPORT_LANES", mode, 1) == 0);
	kernel_start(&kernel, options);
	task_run(serve_crowd, NULL);
	kernel_expect_end(&kernel);
	CHECK(unsetenv("MACHPORT_LANES") == 0);
}

static void
a_crowd_is_served_by_what_lanes_there_are(void **state)
{
	(void)state;
	run_crowd("always");
}

static void
a_crowd_is_served_whenever_lanes_close(void **state)
{
	(void)state;
	run_crowd("flip");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    PROCESS_TEST(a_crowd_is_served_by_what_lanes_there_are),
	    PROCESS_TEST(a_crowd_is_served_whenever_lanes_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
