/* The traced program: forked early, so that its pid is known, and let go later. */
#include "trace_child.h"

#include <errno.h>
#include <error.h>
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "command.h"

/* In the child. */
static _Noreturn void
become(int gate, char **command, const sigset_t *signals)
{
	char byte;
	int failed;

	/* Without a byte we are not wanted, or who made us is gone. */
	if (read(gate, &byte, 1) != 1)
		_exit(EXIT_CANNOT_RUN);
	sigprocmask(SIG_SETMASK, signals, NULL);
	execvp(command[0], command);
	failed = errno;
	error(0, failed, "cannot run %s", command[0]);
	_exit(failed == ENOENT ? EXIT_NOT_FOUND : EXIT_CANNOT_RUN);
}

int
trace_child_make(
    struct trace_child *child_out, char **command, const sigset_t *signals)
{
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) != 0) {
		error(0, errno, "cannot make a pipe");
		return EX_OSERR;
	}
	pid = fork();
	if (pid == 0) {
		close(ends[1]);
		become(ends[0], command, signals);
	}
	close(ends[0]);
	if (pid < 0) {
		error(0, errno, "cannot fork");
		close(ends[1]);
		return EX_OSERR;
	}
	*child_out = (struct trace_child){pid, ends[1]};
	return EX_OK;
}

void
trace_child_begin(struct trace_child *child)
{
	/* If it is gone already, its end tells. */
	(void)!write(child->gate, "", 1);
	close(child->gate);
	child->gate = -1;
}

bool
trace_child_has_ended(const struct trace_child *child)
{
	siginfo_t info = {0};

	return waitid(P_PID, (id_t)child->pid, &info,
	           WEXITED | WNOHANG | WNOWAIT) == 0 &&
	    info.si_pid == child->pid;
}

int
trace_child_end(struct trace_child *child)
{
	int status = 0;

	if (child->gate >= 0)
		close(child->gate);
	child->gate = -1;
	while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFSIGNALED(status) ? EXIT_SIGNAL + WTERMSIG(status)
	                           : WEXITSTATUS(status);
}
