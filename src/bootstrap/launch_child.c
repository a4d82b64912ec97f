/* A child, until it is the program. */
#include "launch_child.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "words.h"

#define NS_PER_MS UINT64_C(1000000)

/* What programs have as stdout and stderr; -1: what we have. */
static int output = -1;

void
launch_keep_output(void)
{
	output = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
}

bool
launch_restore_stderr(void)
{
	return output < 0 || dup2(output, STDERR_FILENO) >= 0;
}

/* --- the environment ------------------------------------------------------- */

/* How long the name is, with its =, that @variable begins with. */
static size_t
name_length(const char *variable)
{
	return strcspn(variable, "=") + 1;
}

/* @variable, NAME=VALUE, in place of one of that name. False: no memory. */
static bool
set_variable(char ***environment, const char *variable)
{
	size_t length = name_length(variable);
	char **more;
	char *copy;

	for (size_t i = 0; *environment && (*environment)[i]; i++)
		if (strncmp((*environment)[i], variable, length) == 0) {
			copy = strdup(variable);
			if (!copy)
				return false;
			free((*environment)[i]);
			(*environment)[i] = copy;
			return true;
		}
	more = words_add(*environment, variable);
	if (more)
		*environment = more;
	return more != NULL;
}

/* The same for a value, if there is one. */
static bool
set_value(char ***environment, const char *name, const char *value)
{
	char *variable;
	bool done;

	if (!value)
		return true;
	if (asprintf(&variable, "%s=%s", name, value) < 0)
		return false;
	done = set_variable(environment, variable);
	free(variable);
	return done;
}

/* Where programs find their kernel, and what a user has chosen for all. */
static bool
set_ours(char ***environment, const struct launch_settings *settings)
{
	static const char *const passed[] = {"LANG", "LC_ALL", "TZ",
	    "JOURNAL_STREAM", "MACHPORT_SOCKET", "MACHPORT_KERNEL"};

	for (size_t i = 0; i < sizeof(passed) / sizeof(passed[0]); i++)
		if (!set_value(environment, passed[i], getenv(passed[i])))
			return false;
	return settings->uid != geteuid() ||
	    set_value(
	        environment, "XDG_RUNTIME_DIR", getenv("XDG_RUNTIME_DIR"));
}

static bool
set_account(char ***environment, const struct account *account)
{
	const char *path = account->uid == 0
	    ? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
	    : "/usr/local/bin:/usr/bin:/bin";

	return set_value(environment, "PATH", path) &&
	    set_value(environment, "HOME", account->home) &&
	    set_value(environment, "USER", account->name) &&
	    set_value(environment, "LOGNAME", account->name) &&
	    set_value(environment, "SHELL", account->shell);
}

/* How long it may idle, in milliseconds: the server does not see whether it does. */
static bool
set_idle(char ***environment, const struct launch_settings *settings)
{
	char text[32];

	if (settings->idle_ns == 0)
		return true;
	(void)snprintf(
	    text, sizeof(text), "%" PRIu64, settings->idle_ns / NS_PER_MS);
	return set_value(environment, "MACHPORT_IDLE_MS", text);
}

static bool
set_configured(char ***environment, char *const *configured)
{
	for (; configured && *configured; configured++)
		if (!set_variable(environment, *configured))
			return false;
	return true;
}

char **
launch_environment(const struct launch_settings *settings)
{
	char **environment = NULL;

	if (set_account(&environment, &settings->account) &&
	    set_ours(&environment, settings) &&
	    set_idle(&environment, settings) &&
	    set_configured(&environment, settings->environment))
		return environment;
	words_free(environment);
	return NULL;
}

/* --- the process ----------------------------------------------------------- */

enum step { STEP_FILES, STEP_USER, STEP_DIRECTORY, STEP_SERVER, STEP_PROGRAM };

const char *
launch_report_text(const struct launch_report *report)
{
	static const char *const texts[] = {
	    [STEP_FILES] = "its standard descriptors",
	    [STEP_USER] = "its user",
	    [STEP_DIRECTORY] = "its directory",
	    [STEP_SERVER] = "the server that started it",
	    [STEP_PROGRAM] = "its command",
	};

	if (report->step < 0 ||
	    (size_t)report->step >= sizeof(texts) / sizeof(texts[0]))
		return "something";
	return texts[report->step];
}

/* No signal is blocked, and each does what it does if nothing is said. */
static void
reset_signals(void)
{
	/* Linux's struct sigaction: all of it is 0, and its mask has 8 bytes. */
	static const uint64_t by_default[4];
	sigset_t none;

	/* By the C library's call the two that it keeps for itself would be left out;
	 * its posix_spawn(), make(1) for one, has programs begin with them ignored. */
	for (int number = 1; number < NSIG; number++)
		(void)syscall(SYS_rt_sigaction, number, by_default, NULL,
		    sizeof(uint64_t)); /* not of SIGKILL, and the like */
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

/* The standard descriptors, and none besides: all others close when the program
 * begins, not now, since by one of them we are the task whose bootstrap port it
 * inherits. */
static int
set_files(void)
{
	int input = open("/dev/null", O_RDONLY | O_CLOEXEC);

	if (input < 0 || dup2(input, STDIN_FILENO) < 0 ||
	    !launch_restore_stderr() ||
	    dup2(STDERR_FILENO, STDOUT_FILENO) < 0 ||
	    close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC) != 0)
		return -errno;
	return 0;
}

/* It ends with the server, however that ends. Not before it is its user: changing
 * that forgets it. */
static int
end_with(pid_t parent)
{
	if (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0)
		return -errno;
	return getppid() == parent ? 0 : -ESRCH;
}

static int
set_directory(const char *path)
{
	return chdir(path ? path : "/") == 0 ? 0 : -errno;
}

void
launch_become(const struct launch_settings *settings, char **environment,
    pid_t parent, int report)
{
	struct launch_report why = {.step = STEP_FILES};
	int error;

	(void)setsid();
	reset_signals();
	(void)umask(S_IWGRP | S_IWOTH);
	error = set_files();
	if (!error) {
		why.step = STEP_USER;
		error = account_become(&settings->account);
	}
	if (!error) {
		why.step = STEP_DIRECTORY;
		error = set_directory(settings->directory);
	}
	if (!error) {
		why.step = STEP_SERVER;
		error = end_with(parent);
	}
	if (!error) {
		why.step = STEP_PROGRAM;
		(void)execve(
		    settings->arguments[0], settings->arguments, environment);
		error = -errno;
	}
	why.error = -error;
	(void)!write(report, &why, sizeof(why));
	_exit(127);
}
