/* Rules that name what a process runs: exe:PATH. */
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "served.h"

#define TRUSTED "/bin/sleep"

static mach_port_t
bp(void)
{
	return bootstrap_port;
}

static void
look_up(void *argument)
{
	mach_port_t port = served_port();
	mach_port_t got;

	(void)argument;
	CHECK_RETURN(
	    bootstrap_register(bp(), "org.ours", port), BOOTSTRAP_SUCCESS);
	CHECK_RETURN(
	    bootstrap_register(bp(), "org.theirs", port), BOOTSTRAP_SUCCESS);
	CHECK(served_look_up(bp(), "org.ours") == port);
	CHECK_RETURN(bootstrap_look_up(bp(), "org.theirs", &got),
	    BOOTSTRAP_UNKNOWN_SERVICE);
}

/* Look up the service for our parent, and be the trusted program. */
static void
ask_and_execute(void *argument)
{
	struct {
		mach_msg_header_t header;
		NDR_record_t ndr;
		name_t name;
	} request = {
	    .header =
	        {
	            .msgh_bits = MACH_MSGH_BITS(
	                MACH_MSG_TYPE_COPY_SEND, MACH_MSG_TYPE_COPY_SEND),
	            .msgh_remote_port = bp(),
	            .msgh_local_port = mail_inherited(),
	            .msgh_id = 404,
	        },
	    .ndr = NDR_record,
	    .name = "org.theirs",
	};

	(void)argument;
	CHECK_RETURN(
	    mach_msg(&request.header, MACH_SEND_MSG, sizeof(request), 0,
	        MACH_PORT_NULL, MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
	(void)execl(TRUSTED, TRUSTED, "60", NULL);
	task_fail(__FILE__, __LINE__, "it can be executed");
}

static void
wait_until_trusted(pid_t task)
{
	char trusted[PATH_MAX];
	char running[PATH_MAX];
	char link[32];

	CHECK(realpath(TRUSTED, trusted));
	(void)snprintf(link, sizeof(link), "/proc/%d/exe", (int)task);
	while (!realpath(link, running) || strcmp(running, trusted) != 0)
		(void)usleep(1000);
}

/* Linux says what runs before it has closed what does not go with it. */
static void
wait_until_not_asking(pid_t process)
{
	mach_port_t task;

	while (task_name_for_pid(mach_task_self(), process, &task) ==
	    KERN_SUCCESS) {
		CHECK_RETURN(
		    mach_port_deallocate(mach_task_self(), task), KERN_SUCCESS);
		(void)usleep(1000);
	}
}

/* A signal that stops is not there at once. */
static void
wait_until_stopped(pid_t process)
{
	char path[32];
	char state = 0;

	(void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)process);
	while (state != 'T') {
		FILE *stat = fopen(path, "re");

		CHECK(stat);
		CHECK(fscanf(stat, "%*d (%*[^)]) %c", &state) == 1);
		(void)fclose(stat);
	}
}

static void
execute_meanwhile(void *argument)
{
	mach_port_t port = served_port();
	mach_port_t reply = served_port();
	struct mail mail;
	pid_t task;

	(void)argument;
	CHECK_RETURN(
	    bootstrap_register(bp(), "org.theirs", port), BOOTSTRAP_SUCCESS);
	mail_bequeath(reply);
	CHECK(kill(served_server(), SIGSTOP) == 0);
	wait_until_stopped(served_server());
	task = task_start(ask_and_execute, NULL);
	wait_until_trusted(task);
	wait_until_not_asking(task);
	CHECK(kill(served_server(), SIGCONT) == 0);
	CHECK_RETURN(mail_receive(reply, &mail, MACH_MSG_OPTION_NONE, 0),
	    MACH_MSG_SUCCESS);
	task_kill(task);
	CHECK(mail.header.msgh_id == 504);
	CHECK(!(mail.header.msgh_bits & MACH_MSGH_BITS_COMPLEX));
	CHECK_RETURN(
	    ((mig_reply_error_t *)&mail)->RetCode, BOOTSTRAP_UNKNOWN_SERVICE);
}

#define RULES                                                                  \
	"[name org.ours]\nlook-up = exe:%s\n"                                  \
	"[name org.theirs]\nlook-up = exe:" TRUSTED "\n"

static void
a_process_is_known_by_what_it_runs(void **state)
{
	(void)state;
	served_run_configured(RULES, "look_up");
}

static void
what_it_runs_later_does_not_count(void **state)
{
	(void)state;
	served_run_configured(RULES, "execute_meanwhile");
}

static const struct served_body bodies[] = {
    BODY(execute_meanwhile),
    BODY(look_up),
};

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    PROCESS_TEST(a_process_is_known_by_what_it_runs),
	    PROCESS_TEST(what_it_runs_later_does_not_count),
	};

	SERVED_BODIES(argc, argv, bodies);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
