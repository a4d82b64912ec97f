/* A user is told of his own tasks, and of nobody else's; and nothing that a task
 * chooses reaches the terminal as it is. */
#include <fcntl.h>
#include <mach/mach.h>
#include <machport.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sysexits.h>
#include <unistd.h>

#include "look.h"

#define OTHER_USER 65534

/* Wait until the test lets it go. */
struct rest {
	struct bell there;
	struct bell go;
};

static struct rest rest;
static struct kernel kernel;

static void
start_kernel(void)
{
	kernel_start_for_all(&kernel, NULL);
	bell_make(&rest.there);
	bell_make(&rest.go);
}

static void
end_kernel(void)
{
	bell_free(&rest.there);
	bell_free(&rest.go);
	kernel_end(&kernel);
}

/* A task of a user: it has a port, and waits. */
static void
be_a_task(void *argument)
{
	const uid_t *user = argument;
	mach_port_t port;

	CHECK(setresuid(*user, *user, *user) == 0);
	/* As if begun by that user: what changed its user is nobody's to see. */
	CHECK(prctl(PR_SET_DUMPABLE, 1) == 0);
	port = mach_reply_port();
	CHECK_RETURN(
	    machport_set_label(port, "\033]0;x\007\n\xff"), KERN_SUCCESS);
	bell_ring(&rest.there);
	bell_wait(&rest.go, 1);
}

static pid_t
start_task(uid_t user)
{
	pid_t task = task_start(be_a_task, &user);

	bell_wait(&rest.there, 1);
	return task;
}

static void
end_task(pid_t task)
{
	bell_ring(&rest.go);
	task_expect_success(task);
}

/* machport, run by another user. */
struct run {
	const char *const *words;
	int program;
	int output;
};

static void
become_machport(void *argument)
{
	const struct run *run = argument;

	dup2(run->output, STDOUT_FILENO);
	CHECK(setresuid(OTHER_USER, OTHER_USER, OTHER_USER) == 0);
	/* By descriptor: he need not see our build directory. */
	fexecve(run->program, (char *const *)(uintptr_t)run->words, environ);
	task_fail(__FILE__, __LINE__, "exec");
}

/* What it says, for json_decref(). */
static json_t *
look_as_other(int status, const char *const *words)
{
	char *path = built("src/machport/machport");
	FILE *file = tmpfile();
	struct run run = {words, open(path, O_RDONLY), fileno(file)};
	json_t *said;

	assert_int_equal(
	    command_wait(task_start(become_machport, &run)), status);
	rewind(file);
	said = json_loadf(file, 0, NULL);
	fclose(file);
	close(run.program);
	return said;
}

#define LOOK_AS_OTHER(status, ...)                                             \
	look_as_other(status,                                                  \
	    (const char *const[]){"machport", __VA_ARGS__, "--json", NULL})

static size_t
count_tasks(const json_t *said)
{
	return json_array_size(json_object_get(said, "tasks"));
}

static void
another_users_tasks_are_not_shown(void **state)
{
	json_t *said;
	pid_t task;

	(void)state;
	start_kernel();
	task = start_task(geteuid());
	said = LOOK_AS_OTHER(1, "ls");
	assert_int_equal(count_tasks(said), 0);
	json_decref(said);
	json_decref(LOOK_AS_OTHER(1, "ls", pid_word(task)));
	json_decref(LOOK_AS_OTHER(1, "inspect", pid_word(task), "0x303"));
	json_decref(LOOK_AS_OTHER(1, "why", pid_word(task), "0x303"));
	said = LOOK_AS_OTHER(0, "graph");
	assert_int_equal(json_array_size(json_object_get(said, "nodes")), 0);
	json_decref(said);
	end_task(task);
	end_kernel();
}

static void
ones_own_tasks_are_shown_and_root_sees_all(void **state)
{
	json_t *said;
	pid_t mine;
	pid_t others;

	(void)state;
	start_kernel();
	mine = start_task(geteuid());
	others = start_task(OTHER_USER);
	said = LOOK_AS_OTHER(0, "ls");
	assert_int_equal(count_tasks(said), 1);
	(void)find_number(json_object_get(said, "tasks"), "pid", others);
	json_decref(said);
	said = LOOK(0, "ls");
	assert_int_equal(count_tasks(said), 2);
	json_decref(said);
	/* Either may hear the first ring. */
	bell_ring(&rest.go);
	end_task(mine);
	task_expect_success(others);
	end_kernel();
}

/* A command's name is as hostile as a label. */
static void
be_hostile(void *argument)
{
	uid_t user = geteuid();

	(void)argument;
	CHECK(prctl(PR_SET_NAME, "\033[2Jevil\n") == 0);
	be_a_task(&user);
}

static void
what_a_task_chooses_does_not_reach_the_terminal(void **state)
{
	pid_t task;

	(void)state;
	start_kernel();
	task = task_start(be_hostile, NULL);
	bell_wait(&rest.there, 1);
	MACHPORT("ls");
	assert_null(strpbrk(outcome.output, "\033\007\xff"));
	assert_non_null(strstr(outcome.output, "\\x1b[2Jevil"));
	MACHPORT("ls", pid_word(task));
	assert_null(strpbrk(outcome.output, "\033\007\xff"));
	assert_non_null(strstr(outcome.output, "\\x1b]0;x\\x07\\n\\xff"));
	MACHPORT("graph", "--all");
	assert_null(strpbrk(outcome.output, "\033\007\xff"));
	end_task(task);
	end_kernel();
}

int
main(void)
{
	const struct CMUnitTest for_root[] = {
	    PROCESS_TEST(another_users_tasks_are_not_shown),
	    PROCESS_TEST(ones_own_tasks_are_shown_and_root_sees_all),
	    PROCESS_TEST(what_a_task_chooses_does_not_reach_the_terminal),
	};
	const struct CMUnitTest for_all[] = {
	    PROCESS_TEST(what_a_task_chooses_does_not_reach_the_terminal),
	};

	if (geteuid() == 0)
		return cmocka_run_group_tests(for_root, NULL, NULL);
	print_message("# only root can have tasks of two users\n");
	return cmocka_run_group_tests(for_all, NULL, NULL);
}
