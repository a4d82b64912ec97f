/* machportd: the options, and what has to be so before the first task comes. */
#include <argp.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sysexits.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "base_alloc.h"
#include "books.h"
#include "closer.h"
#include "helper.h"
#include "inherited.h"
#include "ipc.h"
#include "listener.h"
#include "log.h"
#include "notify.h"
#include "sandbox.h"
#include "server.h"

#ifndef MACHPORT_VERSION
#define MACHPORT_VERSION "unknown"
#endif

const char *argp_program_version = "machportd " MACHPORT_VERSION;

static const char doc[] =
    "The Mach kernel: holds the ports and rights of all tasks that connect "
    "to its socket.\v"
    "ADDRESS is a path, or @NAME for an abstract socket. Without --socket and "
    "--listen-fd it is the socket that systemd passed, else "
    "/run/machport.sock for root and $XDG_RUNTIME_DIR/machport.sock for "
    "others. COUNT may end in K, M or G.";

/* Options without a letter. */
enum option_key {
	KEY_SOCKET = 0x100,
	KEY_LISTEN_FD,
	KEY_PRIVATE,
	KEY_NO_SANDBOX,
	KEY_VERIFY,
	KEY_TASK_FOR_PID,
	KEY_LANES,
	KEY_LANE_STEP,
	KEY_MAX_NAMES,
	KEY_MAX_MESSAGES,
	KEY_MAX_BYTES,
	KEY_MAX_FILE_BYTES,
	KEY_MAX_CONNECTIONS,
	KEY_MAX_USER_NAMES,
	KEY_MAX_USER_MESSAGES,
	KEY_MAX_USER_BYTES,
	KEY_MAX_USER_FILE_BYTES,
	KEY_MAX_USER_CONNECTIONS,
	KEY_MAX_USER_TASKS,
	KEY_MAX_USER_FILES,
	KEY_MAX_USER_WATCHES,
	KEY_MAX_USER_LANES,
};

#define OPTION(name, key, argument, text, group)                               \
	{                                                                      \
		name, key, argument, 0, text, group                            \
	}

static const struct argp_option options[] = {
    OPTION("socket", KEY_SOCKET, "ADDRESS", "Listen at ADDRESS", 1),
    OPTION("listen-fd", KEY_LISTEN_FD, "FD",
        "Use the listening socket that is descriptor FD", 1),
    OPTION("private", KEY_PRIVATE, NULL,
        "Serve this user only, and end with the last connection", 1),
    OPTION("no-sandbox", KEY_NO_SANDBOX, NULL,
        "Keep system calls and debuggers allowed", 1),
    OPTION("verify", KEY_VERIFY, NULL,
        "At the end, see whether everything was given back", 1),
    OPTION("task-for-pid", KEY_TASK_FOR_PID, "WHOM",
        "Whom task_for_pid() serves: own, root or none", 1),
    OPTION("lanes", KEY_LANES, "WHETHER",
        "Whether tasks may use lanes: on (the default) or off", 1),
    OPTION("lane-step", KEY_LANE_STEP, "COUNT",
        "Milliseconds for each step of opening a lane (1000)", 1),
    OPTION(NULL, 0, NULL, "What one task may have:", 2),
    OPTION("max-names", KEY_MAX_NAMES, "COUNT", "Port names", 2),
    OPTION("max-messages", KEY_MAX_MESSAGES, "COUNT", "Messages in queues", 2),
    OPTION("max-bytes", KEY_MAX_BYTES, "COUNT", "Bytes of them", 2),
    OPTION("max-file-bytes", KEY_MAX_FILE_BYTES, "COUNT",
        "Bytes of the tasks' files with them", 2),
    OPTION("max-connections", KEY_MAX_CONNECTIONS, "COUNT",
        "Threads that make calls", 2),
    OPTION(NULL, 0, NULL, "What all tasks of one user may have:", 3),
    OPTION("max-user-names", KEY_MAX_USER_NAMES, "COUNT", "Port names", 3),
    OPTION("max-user-messages", KEY_MAX_USER_MESSAGES, "COUNT",
        "Messages in queues", 3),
    OPTION("max-user-bytes", KEY_MAX_USER_BYTES, "COUNT", "Bytes of them", 3),
    OPTION("max-user-file-bytes", KEY_MAX_USER_FILE_BYTES, "COUNT",
        "Bytes of the tasks' files with them", 3),
    OPTION("max-user-connections", KEY_MAX_USER_CONNECTIONS, "COUNT",
        "Threads that make calls", 3),
    OPTION("max-user-tasks", KEY_MAX_USER_TASKS, "COUNT", "Tasks", 3),
    OPTION("max-user-files", KEY_MAX_USER_FILES, "COUNT", "Files with messages",
        3),
    OPTION("max-user-watches", KEY_MAX_USER_WATCHES, "COUNT",
        "Ports and sets in event loops", 3),
    OPTION("max-user-lanes", KEY_MAX_USER_LANES, "COUNT",
        "Ends of lanes, two for each between his own tasks", 3),
    OPTION(NULL, 0, NULL, NULL, -1),
    {0},
};

struct arguments {
	const char *socket;
	int listen_fd; /* -1: none */
	int helper_fd;
	bool sandbox;
	bool verify;
	struct server_options server;
};

/* A count, perhaps with a suffix; it ends the program if it is none. */
static uint64_t
parse_count(const char *text, uint64_t most, struct argp_state *state)
{
	static const char suffixes[] = "KMG";
	const char *suffix;
	uint64_t value;
	char *end;

	errno = 0;
	value = strtoull(text, &end, 10);
	if (end == text || errno != 0 || strchr(text, '-'))
		argp_error(state, "%s: not a count", text);
	if (*end != '\0') {
		suffix = strchr(suffixes, *end);
		if (!suffix || end[1] != '\0')
			argp_error(state, "%s: not a count", text);
		else if (value > most >> (10 * (suffix - suffixes + 1)))
			argp_error(state, "%s: too many", text);
		else
			value <<= 10 * (suffix - suffixes + 1);
	}
	if (value > most)
		argp_error(state, "%s: too many", text);
	return value;
}

static uint32_t
parse_count32(const char *text, struct argp_state *state)
{
	return (uint32_t)parse_count(text, UINT32_MAX, state);
}

/* The options that are limits. False: it is none of them. */
static bool
parse_limit(int key, const char *text, struct argp_state *state)
{
	struct arguments *arguments = state->input;
	struct budget_limits *limits = &arguments->server.limits;
	uint32_t *resources = limits->user_resources;

	switch (key) {
	case KEY_MAX_NAMES:
		limits->task.names = parse_count32(text, state);
		return true;
	case KEY_MAX_MESSAGES:
		limits->task.messages = parse_count32(text, state);
		return true;
	case KEY_MAX_BYTES:
		limits->task.bytes = parse_count(text, UINT64_MAX, state);
		return true;
	case KEY_MAX_FILE_BYTES:
		limits->task.file_bytes = parse_count(text, UINT64_MAX, state);
		return true;
	case KEY_MAX_CONNECTIONS:
		limits->task_connections = parse_count32(text, state);
		return true;
	case KEY_MAX_USER_NAMES:
		limits->user.names = parse_count32(text, state);
		return true;
	case KEY_MAX_USER_MESSAGES:
		limits->user.messages = parse_count32(text, state);
		return true;
	case KEY_MAX_USER_BYTES:
		limits->user.bytes = parse_count(text, UINT64_MAX, state);
		return true;
	case KEY_MAX_USER_FILE_BYTES:
		limits->user.file_bytes = parse_count(text, UINT64_MAX, state);
		return true;
	case KEY_MAX_USER_CONNECTIONS:
		resources[USER_CONNECTIONS] = parse_count32(text, state);
		return true;
	case KEY_MAX_USER_TASKS:
		resources[USER_TASKS] = parse_count32(text, state);
		return true;
	case KEY_MAX_USER_FILES:
		resources[USER_FILES] = parse_count32(text, state);
		return true;
	case KEY_MAX_USER_WATCHES:
		resources[USER_WATCHES] = parse_count32(text, state);
		return true;
	case KEY_MAX_USER_LANES:
		resources[USER_LANES] = parse_count32(text, state);
		return true;
	default:
		return false;
	}
}

static enum kern_task_for_pid
parse_task_for_pid(const char *text, struct argp_state *state)
{
	if (strcmp(text, "own") == 0)
		return KERN_TASK_FOR_PID_OWN;
	if (strcmp(text, "root") == 0)
		return KERN_TASK_FOR_PID_ROOT;
	if (strcmp(text, "none") != 0)
		argp_error(state, "%s: neither own, root nor none", text);
	return KERN_TASK_FOR_PID_NONE;
}

/* Is it "on"? */
static bool
parse_switch(const char *text, struct argp_state *state)
{
	if (strcmp(text, "on") != 0 && strcmp(text, "off") != 0)
		argp_error(state, "%s: neither on nor off", text);
	return strcmp(text, "on") == 0;
}

static error_t
parse_option(int key, char *text, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case KEY_SOCKET:
		arguments->socket = text;
		return 0;
	case KEY_LISTEN_FD:
		arguments->listen_fd = (int)parse_count(text, INT_MAX, state);
		return 0;
	case KEY_PRIVATE:
		arguments->server.only_own = true;
		arguments->server.ends = true;
		return 0;
	case KEY_NO_SANDBOX:
		arguments->sandbox = false;
		return 0;
	case KEY_VERIFY:
		arguments->verify = true;
		return 0;
	case KEY_TASK_FOR_PID:
		arguments->server.task_for_pid =
		    parse_task_for_pid(text, state);
		return 0;
	case KEY_LANES:
		arguments->server.without_lanes = !parse_switch(text, state);
		return 0;
	case KEY_LANE_STEP:
		arguments->server.lane_step_ms = parse_count32(text, state);
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "%s: unexpected argument", text);
		return 0;
	case ARGP_KEY_END:
		if (arguments->socket && arguments->listen_fd >= 0)
			argp_error(state,
			    "--socket and --listen-fd exclude each other");
		return 0;
	default:
		return parse_limit(key, text, state) ? 0 : ARGP_ERR_UNKNOWN;
	}
}

/* The signals that end us, as a descriptor. Return: a negative errno if not. */
static int
open_signals(void)
{
	sigset_t set;
	int fd;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGHUP);
	if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
		return -errno;
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return fd < 0 ? -errno : fd;
}

/* The socket that systemd passed, or -1. False, having said why: it passed what
 * is of no use. */
static bool
find_passed(const struct arguments *arguments, int *fd_out)
{
	int count = sd_listen_fds(1);

	*fd_out = count > 0 ? SD_LISTEN_FDS_START : -1;
	if (count < 0)
		log_error("the sockets that were passed: %s", strerror(-count));
	else if (count > 1)
		log_error(
		    "%d sockets were passed, where one can be served", count);
	else if (count > 0 && (arguments->socket || arguments->listen_fd >= 0))
		log_error("a socket was passed: use neither --socket nor "
		          "--listen-fd");
	else
		return true;
	return false;
}

static bool
adopt(struct listener *listener, int fd)
{
	int error = listener_adopt(listener, fd);

	if (error < 0)
		log_error(
		    "descriptor %d is no listening Unix socket for packets",
		    fd);
	return error == 0;
}

static bool
open_at(struct listener *listener, const char *address)
{
	int error = listener_open(listener, address);

	if (error < 0)
		log_error("%s: %s", address,
		    error == -EADDRINUSE ? "somebody serves there"
		                         : strerror(-error));
	return error == 0;
}

/* The socket to serve; false, having said why, if there is none. */
static bool
open_listener(const struct arguments *arguments, struct listener *listener)
{
	char address[sizeof(listener->path)];
	int fd;

	if (!find_passed(arguments, &fd))
		return false;
	if (arguments->listen_fd >= 0)
		fd = arguments->listen_fd;
	if (fd >= 0)
		return adopt(listener, fd);
	if (arguments->socket)
		return open_at(listener, arguments->socket);
	if (!listener_default_address(address, sizeof(address))) {
		log_error("no XDG_RUNTIME_DIR: use --socket");
		return false;
	}
	return open_at(listener, address);
}

/* Everything from a socket to a server that could serve. */
static int
start(struct server *server, const struct arguments *arguments, int listen_fd,
    uint64_t descriptors)
{
	int signals = open_signals();
	int error;

	if (signals < 0)
		return signals;
	if (!closer_init((size_t)descriptors))
		return -ENOMEM;
	error = server_init(
	    server, &arguments->server, descriptors, listen_fd, signals);
	if (error == 0)
		error = memory_attach(server, arguments->helper_fd);
	return error;
}

/* Give up what serving does not need. */
static int
enter_sandbox(const struct arguments *arguments)
{
	int error = arguments->sandbox ? sandbox_enter() : 0;

	if (error < 0)
		log_error("cannot enter the sandbox: %s; --no-sandbox does "
		          "without it",
		    strerror(-error));
	return error;
}

/* For @error, a negative errno or 0; it says so. */
static int
exit_status(int error)
{
	if (error == 0)
		return EXIT_SUCCESS;
	log_error("cannot go on: %s", strerror(-error));
	return EXIT_FAILURE;
}

/* The tasks have gone, or go now. Does the kernel hold anything still? It says so
 * in one line. */
static bool
all_is_given_back(struct server *server)
{
	struct books books;
	char text[512];

	ipc_check();
	server_end_tasks(server);
	ipc_check();
	books_count(server, &books);
	books_describe(&books, text, sizeof(text));
	log_note("verified: %u tasks came and went; left are %s",
	    (unsigned)server->generation, text);
	return books_are_empty(&books);
}

/* What is left would be a broken promise of server_deinit(): it is not asked. */
static int
end_verified(struct server *server)
{
	if (!all_is_given_back(server))
		return EX_SOFTWARE;
	server_deinit(server);
	if (base_alloc_live() == 0)
		return EXIT_SUCCESS;
	log_error("%llu objects in memory are left",
	    (unsigned long long)base_alloc_live());
	return EX_SOFTWARE;
}

/* From start() until the end. Return: the exit status. */
static int
serve(struct server *server, const struct arguments *arguments)
{
	int notify = notify_open(); /* the sandbox allows no new socket */
	int error = enter_sandbox(arguments);

	if (error == 0) {
		notify_ready(notify); /* consumes notify */
		error = server_run(server);
	}
	if (error == 0 && arguments->verify)
		return end_verified(server);
	server_deinit(server);
	return exit_status(error);
}

static uint64_t
memory_bytes(void)
{
	long pages = sysconf(_SC_PHYS_PAGES);
	long page = sysconf(_SC_PAGESIZE);

	return pages < 0 ? 0 : (uint64_t)pages * (uint64_t)page;
}

int
main(int argc, char **argv)
{
	static const struct argp argp = {
	    .options = options, .parser = parse_option, .doc = doc};
	static struct server server;
	struct arguments arguments = {
	    .listen_fd = -1,
	    .sandbox = true,
	    .server = {.limits = budget_defaults, .lane_step_ms = LANE_STEP_MS},
	};
	struct listener listener;
	uint64_t descriptors = inherited_settle();
	int error;
	int status;

	log_init("machportd");
	budget_limits_scale(&arguments.server.limits, memory_bytes());
	(void)argp_parse(&argp, argc, argv, 0, NULL, &arguments);
	if (!open_listener(&arguments, &listener))
		return EXIT_FAILURE;
	error = helper_start(arguments.sandbox, &arguments.helper_fd);
	if (error == 0)
		error = start(&server, &arguments, listener.fd, descriptors);
	status = error == 0 ? serve(&server, &arguments) : exit_status(error);
	listener_remove(&listener);
	return status;
}
