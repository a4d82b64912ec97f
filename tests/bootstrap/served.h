/*
 * Tests with a bootstrap server: a kernel, a machport-bootstrapd that is its task, and
 * a body that is a task with the server's bootstrap port.
 *
 * The server runs this program again, with the body's name; so main() begins with
 * SERVED_BODIES(). At the end the server and the kernel see whether everything was
 * given back (--verify).
 */
#ifndef TESTS_BOOTSTRAP_SERVED_H
#define TESTS_BOOTSTRAP_SERVED_H

#include "harness.h"
#include "mail.h"

#include <mach/mach_port.h>
#include <servers/bootstrap.h>

struct served_body {
	const char *name;
	task_body *run;
};

/* If this process is to be a body, be it and exit. */
#define SERVED_BODIES(argc, argv, bodies)                                      \
	served_be(argc, argv, bodies, sizeof(bodies) / sizeof((bodies)[0]))
void served_be(
    int argc, char **argv, const struct served_body *bodies, size_t count);

#define BODY(function)                                                         \
	{                                                                      \
#function, function                                            \
	}

/* Run the body of that name under a server with @options (ends with NULL; or NULL). It
 * must end well. */
void served_run(const char *const *options, const char *body);

/* The same with one service file: @format is its text, in which %s is the path of this
 * program; `%s --program BODY` is the command that runs another body. */
void served_run_configured(const char *format, const char *body);

/* The same with another service file besides. */
void served_run_two(const char *format, const char *others, const char *body);

/* The same for a body that kills the server. */
void served_run_killed(const char *format, const char *body);

/* All runs from now on have a kernel for all users, or for this one alone. */
void served_for_all(bool all);

/* What the server of the last run, and its programs, have said on stderr. */
const char *served_said(void);

/* A test that runs the body without options. */
#define SERVED(test, body)                                                     \
	static void test(void **state)                                         \
	{                                                                      \
		(void)state;                                                   \
		served_run(NULL, #body);                                       \
	}

/* For bodies: of bootstrap_port. */

/* The server's process. */
pid_t served_server(void);

/* The command that runs another body, for bootstrap_create_server(); static. */
const char *served_command(const char *body);
/* Declare a server that runs it, and for it a service; it may start. The service's
 * port. */
mach_port_t served_program(const char *body, const char *name);

/* A port with one receive and one send right, that dies with port_end(). */
mach_port_t served_port(void);
void served_kill(mach_port_t port);

/* A right of its own to the port that the name denotes; it must be there. */
mach_port_t served_look_up(mach_port_t bp, const char *name);
/* Check in, which must succeed. */
mach_port_t served_check_in(mach_port_t bp, const char *name);

/* What rights a name has. */
mach_port_type_t served_type(mach_port_t name);

/* Send @number and wait for the reply, which is told; or for MACH_NOTIFY_SEND_ONCE,
 * which is told by -1. */
int32_t served_ask(mach_port_t client, int32_t number);
/* Answer the next request with its number and @more; forever. */
_Noreturn void served_answer(mach_port_t service, int32_t more);
/* The same once. Return: what was answered. */
int32_t served_answer_one(mach_port_t service, int32_t more);
/* Wait for @service (a receive right) to have @count messages. */
void served_expect_queue(mach_port_t service, unsigned count);

/* A request without reply arrives at @service (a receive right) over @client. */
void served_expect_reaches(mach_port_t client, mach_port_t service);

/* A context within that of @bp, which ends with *@requestor_out, a port of ours. */
mach_port_t served_subset(mach_port_t bp, mach_port_t *requestor_out);

/* The status of a service. */
bootstrap_status_t served_status(mach_port_t bp, const char *name);

#endif
