/* Signals by signalfd, and the one child that is no program. */
#include "signals.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "config.h"
#include "context.h"
#include "launch.h"
#include "log.h"
#include "loop.h"
#include "server.h"

/* As a shell has them. */
enum {
	EXIT_CANNOT_RUN = 126,
	EXIT_NOT_FOUND = 127,
	EXIT_SIGNAL = 128,
};

/* What we handle; and what somebody may send to us and mean the command. */
static const int handled[] = {SIGCHLD, SIGHUP, SIGINT, SIGTERM};
static const int forwarded[] = {
    SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGALRM, SIGWINCH};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static int descriptor = -1;
static sigset_t previous;
static pid_t command; /* 0: there is none */

bool
signals_init(bool for_command)
{
	sigset_t set;

	(void)sigemptyset(&set);
	for (size_t i = 0; i < COUNT(handled); i++)
		(void)sigaddset(&set, handled[i]);
	for (size_t i = 0; for_command && i < COUNT(forwarded); i++)
		(void)sigaddset(&set, forwarded[i]);
	/* Were it ignored, as we may have inherited it, no child could be waited
	 * for. */
	(void)signal(SIGCHLD, SIG_DFL);
	if (sigprocmask(SIG_BLOCK, &set, &previous) == 0)
		descriptor = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (descriptor < 0)
		log_error("signals: %s", strerror(errno));
	return descriptor >= 0;
}

int
signals_fd(void)
{
	return descriptor;
}

void
signals_restore(void)
{
	(void)sigprocmask(SIG_SETMASK, &previous, NULL);
}

/* --- the command ----------------------------------------------------------------- */

static _Noreturn void
become(char **arguments)
{
	int error;

	signals_restore();
	(void)launch_restore_stderr();
	(void)execvp(arguments[0], arguments);
	error = errno;
	log_error("cannot run %s: %s", arguments[0], strerror(error));
	_exit(error == ENOENT ? EXIT_NOT_FOUND : EXIT_CANNOT_RUN);
}

bool
signals_run_command(char **arguments)
{
	pid_t pid = gate_fork(&server.root->gate);

	if (pid == 0)
		become(arguments);
	if (pid < 0) {
		log_error("cannot fork: %s", strerror(errno));
		return false;
	}
	command = pid;
	return true;
}

bool
signals_have_command(void)
{
	return command != 0;
}

static void
reap_command(void)
{
	int status;

	if (command == 0 || waitpid(command, &status, WNOHANG) != command)
		return;
	command = 0;
	loop_end(WIFSIGNALED(status) ? EXIT_SIGNAL + WTERMSIG(status)
	                             : WEXITSTATUS(status));
}

/* --- all of them ----------------------------------------------------------------- */

/* With a command, they are the command's; those that come from the terminal it has
 * got already. */
static void
forward(const struct signalfd_siginfo *info)
{
	if (info->ssi_code != SI_KERNEL)
		(void)kill(command, (int)info->ssi_signo);
}

static void
handle(const struct signalfd_siginfo *info)
{
	if (info->ssi_signo == SIGCHLD) {
		reap_command();
		launch_reap();
	} else if (command != 0) {
		forward(info);
	} else if (info->ssi_signo == SIGHUP) {
		(void)!config_reload(); /* it says itself what comes of it */
	} else {
		loop_end(EXIT_SUCCESS);
	}
}

void
signals_handle(void)
{
	struct signalfd_siginfo info;

	while (read(descriptor, &info, sizeof(info)) == (ssize_t)sizeof(info))
		handle(&info);
}
