/* Commands: start a program as a shell does, and read what it says. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness.h"

char *
built(const char *program)
{
	static char paths[4][4096];
	static unsigned next;
	const char *root = getenv("MACHPORT_BUILD");
	char *path = paths[next++ % 4];

	assert_non_null(root);
	snprintf(path, sizeof(paths[0]), "%s/%s", root, program);
	return path;
}

/* Start it with these as its stdout and stderr; -1: the test's own. */
static pid_t
start(char *const *arguments, int output, int errors)
{
	pid_t test = getpid();
	pid_t command = fork();

	if (command != 0) {
		child_began(command);
		return command;
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != test)
		_exit(EXIT_FAILURE);
	if (output >= 0)
		dup2(output, STDOUT_FILENO);
	if (errors >= 0)
		dup2(errors, STDERR_FILENO);
	execv(arguments[0], arguments);
	perror(arguments[0]);
	_exit(EXIT_FAILURE);
}

pid_t
command_start(char *const *arguments, int output)
{
	return start(arguments, output, -1);
}

int
command_wait(pid_t command)
{
	int status = child_wait(command);

	return WIFSIGNALED(status) ? 128 + WTERMSIG(status)
	                           : WEXITSTATUS(status);
}

/* A file without a name, to write to and then read from. */
static int
scratch_file(void)
{
	FILE *file = tmpfile();
	int descriptor;

	assert_non_null(file);
	descriptor = fcntl(fileno(file), F_DUPFD_CLOEXEC, 0);
	fclose(file);
	assert_true(descriptor >= 0);
	return descriptor;
}

static void
read_back(int file, char *text, size_t room)
{
	ssize_t bytes = pread(file, text, room - 1, 0);

	assert_true(bytes >= 0);
	text[bytes] = '\0';
	close(file);
}

void
command_run(char *const *arguments, struct outcome *outcome_out)
{
	int output = scratch_file();
	int errors = scratch_file();

	outcome_out->status = command_wait(start(arguments, output, errors));
	read_back(output, outcome_out->output, sizeof(outcome_out->output));
	read_back(errors, outcome_out->errors, sizeof(outcome_out->errors));
}
