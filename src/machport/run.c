/*
 * machport run: a private kernel for one program and its children.
 *
 * We stay between the caller and the program for as long as it runs, and are as
 * little noticed as we can: signals sent to us go on to the program, we stop
 * when it stops, and end as it ended. With --services a bootstrap server is between
 * us and the program, and does the same.
 */
#include <argp.h>
#include <errno.h>
#include <error.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "command.h"
#include "json.h"
#include "private_kernel.h"

/* Those that somebody may send to us and mean the program. */
static const int forwarded[] = {
    SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGALRM, SIGWINCH};

#define FORWARDED_COUNT (sizeof(forwarded) / sizeof(forwarded[0]))

/* Take signals one by one, in wait_for(), instead of whenever they come. */
static void
hold_signals(sigset_t *held_out, sigset_t *previous_out)
{
	sigemptyset(held_out);
	sigaddset(held_out, SIGCHLD);
	for (size_t i = 0; i < FORWARDED_COUNT; i++)
		sigaddset(held_out, forwarded[i]);
	/* Were it ignored, as we may have inherited it, nobody could wait. */
	signal(SIGCHLD, SIG_DFL);
	sigprocmask(SIG_BLOCK, held_out, previous_out);
}

#define SERVER_VARIABLE "MACHPORT_BOOTSTRAPD"

/* Options that begin a server's arguments, and a place for a NULL. */
#define SERVER_WORDS 4

struct arguments {
	char **command;
	int count;
	char *services; /* NULL: no bootstrap server */
	bool json;      /* say how it ended */
};

/* The command that runs a bootstrap server which runs the program. The caller owns the
 * array, and none of its words; NULL: no memory. */
static char **
server_command(const struct arguments *arguments)
{
	const char *path = getenv(SERVER_VARIABLE);
	char **words =
	    calloc((size_t)arguments->count + SERVER_WORDS + 1, sizeof(*words));

	if (!words)
		return NULL;
	if (!path || !*path)
		path = MACHPORT_BOOTSTRAPD_PATH;
	words[0] = (char *)(uintptr_t)path;
	words[1] = (char *)(uintptr_t) "--config";
	words[2] = arguments->services;
	words[3] = (char *)(uintptr_t) "--";
	memcpy(words + SERVER_WORDS, arguments->command,
	    (size_t)arguments->count * sizeof(*words));
	return words;
}

/* In the child: become the program, or say why not as a shell does. */
static _Noreturn void
become(char **command, const sigset_t *signals)
{
	int failed;

	sigprocmask(SIG_SETMASK, signals, NULL);
	execvp(command[0], command);
	failed = errno;
	error(0, failed, "cannot run %s", command[0]);
	_exit(failed == ENOENT ? EXIT_NOT_FOUND : EXIT_CANNOT_RUN);
}

static void
stop_as_well(pid_t program)
{
	raise(SIGSTOP);
	kill(program, SIGCONT);
}

static void
report_kernel_end(int status)
{
	if (WIFSIGNALED(status))
		error(0, 0,
		    "the kernel was killed by signal %d (%s); "
		    "calls on ports fail from now on",
		    WTERMSIG(status), strsignal(WTERMSIG(status)));
	else
		error(0, 0,
		    "the kernel ended with status %d; "
		    "calls on ports fail from now on",
		    WEXITSTATUS(status));
}

/*
 * Look after all children that have changed. True when the program has ended,
 * with its status as wait() has it. Children that are neither the program nor
 * the kernel are those of whoever became us by exec; nobody else waits for them.
 */
static bool
program_ended(pid_t program, pid_t kernel, int *status_out)
{
	pid_t pid;
	int status;

	while ((pid = waitpid(-1, &status, WNOHANG | WUNTRACED)) > 0) {
		if (pid == program && WIFSTOPPED(status)) {
			stop_as_well(program);
		} else if (pid == program) {
			*status_out = status;
			return true;
		} else if (pid == kernel && !WIFSTOPPED(status)) {
			report_kernel_end(status);
		}
	}
	return false;
}

/* Forward signals until the program has ended; its status as wait() has it. */
static int
wait_for(pid_t program, pid_t kernel, const sigset_t *held)
{
	siginfo_t info;
	int status;

	for (;;) {
		int number = sigwaitinfo(held, &info);

		if (number == SIGCHLD) {
			if (program_ended(program, kernel, &status))
				return status;
		} else if (number > 0 && info.si_code != SI_KERNEL) {
			/* What comes from the terminal, the program gets too. */
			kill(program, number);
		}
	}
}

/* What became of @program, which ended with @status. To standard error: the other is the
 * program's. */
static void
print_end(const char *name, pid_t program, pid_t kernel, int status)
{
	json_t *document = json_document("run");

	json_put(document, "program", json_text(name));
	json_put(document, "pid", json_count((uint64_t)program));
	json_put(document, "kernel", json_count((uint64_t)kernel));
	json_put(document, "status",
	    WIFEXITED(status) ? json_count((uint64_t)WEXITSTATUS(status))
	                      : json_some(0));
	json_put(document, "signal",
	    json_some(WIFSIGNALED(status) ? (uint64_t)WTERMSIG(status) : 0));
	json_print_line(document, stderr);
}

/* Run @command as the program, which is to be called @name; the status that we shall
 * have. */
static int
run(char **command, const char *name, bool json)
{
	sigset_t held;
	sigset_t previous;
	pid_t kernel;
	pid_t program;
	int status;

	hold_signals(&held, &previous);
	status = private_kernel_start(&kernel);
	if (status != EX_OK)
		return status;
	program = fork();
	if (program < 0) {
		error(0, errno, "cannot fork");
		return EX_OSERR;
	}
	if (program == 0)
		become(command, &previous);
	status = wait_for(program, kernel, &held);
	if (json)
		print_end(name, program, kernel, status);
	return WIFSIGNALED(status) ? EXIT_SIGNAL + WTERMSIG(status)
	                           : WEXITSTATUS(status);
}

static int
run_with_services(const struct arguments *arguments)
{
	char **command = server_command(arguments);
	int status;

	if (!command) {
		error(0, ENOMEM, "cannot run %s", arguments->command[0]);
		return EX_OSERR;
	}
	status = run(command, arguments->command[0], arguments->json);
	free(command);
	return status;
}

enum option_key {
	KEY_SERVICES = 0x100,
	KEY_JSON,
};

static const struct argp_option options[] = {
    {"json", KEY_JSON, NULL, 0,
        "Say on standard error how CMD ended, as JSON in one line", 0},
    {"services", KEY_SERVICES, "DIR", 0,
        "Run it with a bootstrap server that has the services of DIR", 0},
    {0},
};

/* The first word that is no option begins the program's own. */
static error_t
parse(int key, char *argument, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case KEY_JSON:
		arguments->json = true;
		return 0;
	case KEY_SERVICES:
		arguments->services = argument;
		return 0;
	case ARGP_KEY_ARG:
		arguments->command = state->argv + state->next - 1;
		arguments->count = state->argc - state->next + 1;
		state->next = state->argc;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "what shall be run?");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

int
command_run(int argc, char **argv)
{
	static const struct argp argp = {
	    .options = options,
	    .parser = parse,
	    .args_doc = "[--] CMD [ARGUMENT...]",
	    .doc = "Run CMD under a kernel of its own, which CMD and its "
	           "children share and nobody else can reach. It ends with "
	           "the last of them.\v"
	           "The status is that of CMD; 128 + N if signal N killed it; "
	           "127 if there is no CMD, 126 if it cannot be run; 64 for "
	           "wrong usage, 69 if the kernel cannot be started, 71 if "
	           "Linux refused something else, 78 if something is wrong "
	           "with the services.",
	};
	struct arguments arguments = {NULL, 0, NULL, false};

	if (argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &arguments) != 0)
		return EX_OSERR;
	return arguments.services
	    ? run_with_services(&arguments)
	    : run(arguments.command, arguments.command[0], arguments.json);
}
