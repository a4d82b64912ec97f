/* Servers of tests, and what their bodies need. */
#include "served.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The server's command, which has a task for the body; and what the server starts, which
 * is the body itself. */
#define BODY_OPTION "--body"
#define PROGRAM_OPTION "--program"

static char *self;
static pid_t server;           /* of a body */
static struct outcome outcome; /* of the last run */
static bool for_all;

void
served_be(int argc, char **argv, const struct served_body *bodies, size_t count)
{
	self = realpath("/proc/self/exe", NULL);
	server = getppid();
	if (argc != 3 || strncmp(argv[1], "--", 2) != 0)
		return;
	for (size_t i = 0; i < count; i++) {
		if (strcmp(bodies[i].name, argv[2]) != 0)
			continue;
		if (strcmp(argv[1], BODY_OPTION) == 0) {
			task_run(bodies[i].run, NULL);
			exit(EXIT_SUCCESS);
		}
		bodies[i].run(NULL);
		/* The server may kill it at any time: no leak checker may begin,
		 * which is a process of its own. */
		_exit(EXIT_SUCCESS);
	}
	fprintf(stderr, "there is no body %s\n", argv[2]);
	exit(EXIT_FAILURE);
}

/* As served_run(), and the server ends with @status. */
static void
run(const char *const *options, const char *body, int status)
{
	static const char *const verify[] = {"--verify", NULL};
	char *arguments[32] = {built("src/bootstrap/machport-bootstrapd"),
	    (char *)(uintptr_t)verify[0]};
	struct kernel kernel;
	size_t count = 2;

	for (; options && *options; options++)
		arguments[count++] = (char *)(uintptr_t)*options;
	arguments[count++] = (char *)(uintptr_t) "--";
	arguments[count++] = self;
	arguments[count++] = (char *)(uintptr_t)BODY_OPTION;
	arguments[count++] = (char *)(uintptr_t)body;
	if (for_all)
		kernel_start_for_all(&kernel, verify);
	else
		kernel_start(&kernel, verify);
	command_run(arguments, &outcome);
	if (outcome.status != status)
		print_error("%s: status %d\n%s%s", body, outcome.status,
		    outcome.output, outcome.errors);
	assert_int_equal(outcome.status, status);
	if (for_all)
		kernel_end(&kernel);
	else
		kernel_expect_end(&kernel);
}

void
served_run(const char *const *options, const char *body)
{
	run(options, body, EXIT_SUCCESS);
}

void
served_for_all(bool all)
{
	for_all = all;
}

const char *
served_said(void)
{
	return outcome.errors;
}

/* A file that only its owner can write. */
static void
write_file(const char *path, const char *format)
{
	FILE *file;

	(void)umask(022);
	file = fopen(path, "we");
	assert_non_null(file);
	while (*format)
		if (format[0] == '%' && format[1] == 's') {
			fputs(self, file);
			format += 2;
		} else {
			fputc(*format++, file);
		}
	assert_int_equal(fclose(file), 0);
}

/* As served_run_two(), and the server ends with @status; without @others there is one
 * file. */
static void
run_configured(
    const char *format, const char *others, const char *body, int status)
{
	char directory[] = "/tmp/machport-served-XXXXXX";
	char path[sizeof(directory) + 16];
	char path_of_others[sizeof(directory) + 16];
	const char *options[] = {"--config", directory, NULL};

	assert_non_null(mkdtemp(directory));
	(void)snprintf(path, sizeof(path), "%s/test.mach", directory);
	(void)snprintf(path_of_others, sizeof(path_of_others), "%s/others.mach",
	    directory);
	write_file(path, format);
	if (others)
		write_file(path_of_others, others);
	run(options, body, status);
	assert_int_equal(unlink(path), 0);
	if (others)
		assert_int_equal(unlink(path_of_others), 0);
	assert_int_equal(rmdir(directory), 0);
}

void
served_run_configured(const char *format, const char *body)
{
	run_configured(format, NULL, body, EXIT_SUCCESS);
}

void
served_run_two(const char *format, const char *others, const char *body)
{
	run_configured(format, others, body, EXIT_SUCCESS);
}

void
served_run_killed(const char *format, const char *body)
{
	run_configured(format, NULL, body, 128 + SIGKILL);
}

pid_t
served_server(void)
{
	return server;
}

const char *
served_command(const char *body)
{
	static char command[BOOTSTRAP_MAX_CMD_LEN];

	CHECK((size_t)snprintf(command, sizeof(command),
	          "%s " PROGRAM_OPTION " %s", self, body) < sizeof(command));
	return command;
}

mach_port_t
served_program(const char *body, const char *name)
{
	mach_port_t program;
	mach_port_t port;

	CHECK_RETURN(bootstrap_create_server(bootstrap_port,
	                 served_command(body), geteuid(), TRUE, &program),
	    BOOTSTRAP_SUCCESS);
	CHECK_RETURN(
	    bootstrap_create_service(program, name, &port), BOOTSTRAP_SUCCESS);
	CHECK_RETURN(
	    mach_port_deallocate(mach_task_self(), program), KERN_SUCCESS);
	return port;
}

int32_t
served_ask(mach_port_t client, int32_t number)
{
	mach_port_t reply = mig_get_reply_port();
	struct mail mail;

	CHECK_RETURN(mail_send(client, number, reply, MACH_MSG_OPTION_NONE, 0),
	    MACH_MSG_SUCCESS);
	CHECK_RETURN(mail_receive(reply, &mail, MACH_MSG_OPTION_NONE, 0),
	    MACH_MSG_SUCCESS);
	return mail.header.msgh_id == MACH_NOTIFY_SEND_ONCE ? -1 : mail.number;
}

int32_t
served_answer_one(mach_port_t service, int32_t more)
{
	struct mail mail;

	CHECK_RETURN(mail_receive(service, &mail, MACH_MSG_OPTION_NONE, 0),
	    MACH_MSG_SUCCESS);
	mail.header.msgh_bits =
	    MACH_MSGH_BITS(MACH_MSGH_BITS_REMOTE(mail.header.msgh_bits), 0);
	mail.header.msgh_local_port = MACH_PORT_NULL;
	mail.number += more;
	/* Its client may be gone. */
	(void)mach_msg(&mail.header, MACH_SEND_MSG, MAIL_BYTES, 0,
	    MACH_PORT_NULL, MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL);
	return mail.number;
}

_Noreturn void
served_answer(mach_port_t service, int32_t more)
{
	for (;;)
		served_answer_one(service, more);
}

void
served_expect_queue(mach_port_t service, unsigned count)
{
	mach_port_status_t status;
	mach_msg_type_number_t words = MACH_PORT_RECEIVE_STATUS_COUNT;

	CHECK_RETURN(
	    mach_port_get_attributes(mach_task_self(), service,
	        MACH_PORT_RECEIVE_STATUS, (mach_port_info_t)&status, &words),
	    KERN_SUCCESS);
	CHECK(status.mps_msgcount == count);
}

mach_port_t
served_port(void)
{
	return mail_port();
}

void
served_kill(mach_port_t port)
{
	CHECK_RETURN(mach_port_mod_refs(
	                 mach_task_self(), port, MACH_PORT_RIGHT_RECEIVE, -1),
	    KERN_SUCCESS);
}

mach_port_t
served_look_up(mach_port_t bp, const char *name)
{
	mach_port_t port = MACH_PORT_NULL;

	CHECK_RETURN(bootstrap_look_up(bp, name, &port), BOOTSTRAP_SUCCESS);
	CHECK(MACH_PORT_VALID(port));
	return port;
}

mach_port_t
served_check_in(mach_port_t bp, const char *name)
{
	mach_port_t port = MACH_PORT_NULL;

	CHECK_RETURN(bootstrap_check_in(bp, name, &port), BOOTSTRAP_SUCCESS);
	CHECK(MACH_PORT_VALID(port));
	return port;
}

mach_port_type_t
served_type(mach_port_t name)
{
	mach_port_type_t type = 0;

	CHECK_RETURN(
	    mach_port_type(mach_task_self(), name, &type), KERN_SUCCESS);
	return type & MACH_PORT_TYPE_ALL_RIGHTS;
}

void
served_expect_reaches(mach_port_t client, mach_port_t service)
{
	static int32_t number = 1000;
	struct mail mail;

	number++;
	CHECK_RETURN(
	    mail_send(client, number, MACH_PORT_NULL, MACH_SEND_TIMEOUT, 0),
	    MACH_MSG_SUCCESS);
	CHECK_RETURN(mail_receive(service, &mail, MACH_RCV_TIMEOUT, 10000),
	    MACH_MSG_SUCCESS);
	CHECK(mail.number == number);
}

mach_port_t
served_subset(mach_port_t bp, mach_port_t *requestor_out)
{
	mach_port_t subset = MACH_PORT_NULL;

	*requestor_out = served_port();
	CHECK_RETURN(
	    bootstrap_subset(bp, *requestor_out, &subset), BOOTSTRAP_SUCCESS);
	CHECK(served_type(subset) == MACH_PORT_TYPE_SEND);
	return subset;
}

bootstrap_status_t
served_status(mach_port_t bp, const char *name)
{
	bootstrap_status_t status = -1;

	CHECK_RETURN(bootstrap_status(bp, name, &status), BOOTSTRAP_SUCCESS);
	return status;
}
