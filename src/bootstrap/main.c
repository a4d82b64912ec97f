/* machport-bootstrapd: the options, and what has to be so before the first request. */
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "config.h"
#include "launch.h"
#include "log.h"
#include "loop.h"
#include "server.h"
#include "signals.h"

#ifndef MACHPORT_VERSION
#define MACHPORT_VERSION "unknown"
#endif

#define PROGRAM "machport-bootstrapd"

const char *argp_program_version = PROGRAM " " MACHPORT_VERSION;

static const char doc[] =
    "The bootstrap server: finds services by their names, and starts them.\v"
    "With CMD, it runs CMD with its own bootstrap port, and ends as CMD does. "
    "DIR may "
    "be given more than once: of files of the same name the first counts.";

/* Options without a letter. */
enum option_key {
	KEY_CONFIG = 0x100,
	KEY_SYSTEM,
	KEY_USER,
	KEY_STRICT,
	KEY_CHECK,
	KEY_VERIFY,
	KEY_MAX_NAMES,
	KEY_MAX_CONTEXTS,
	KEY_MAX_PROGRAMS,
};

#define OPTION(name, key, argument, text, group)                               \
	{                                                                      \
		name, key, argument, 0, text, group                            \
	}

static const struct argp_option options[] = {
    OPTION("config", KEY_CONFIG, "DIR",
        "Read the services from DIR, and from nowhere else", 1),
    OPTION("check", KEY_CHECK, NULL,
        "Say what is wrong with the services, and end", 1),
    OPTION("system", KEY_SYSTEM, NULL,
        "Serve all users (what root does by default)", 1),
    OPTION("user", KEY_USER, NULL, "Serve one user (what others do by default)",
        1),
    OPTION("strict", KEY_STRICT, NULL,
        "Let nobody check in to a name that is not declared", 1),
    OPTION("verify", KEY_VERIFY, NULL,
        "At the end, see whether everything was given back", 1),
    OPTION(NULL, 0, NULL, "What each user may have:", 2),
    OPTION("max-names", KEY_MAX_NAMES, "COUNT", "Names of services", 2),
    OPTION("max-contexts", KEY_MAX_CONTEXTS, "COUNT", "Contexts", 2),
    OPTION("max-programs", KEY_MAX_PROGRAMS, "COUNT", "Servers", 2),
    OPTION(NULL, 0, NULL, NULL, -1),
    {0},
};

#define DIRECTORIES_MAX 16

struct arguments {
	struct server_options server;
	const char *directories[DIRECTORIES_MAX + 1];
	unsigned directory_count;
	bool check;
	bool verify;
	char **command; /* NULL: there is none */
};

static uint32_t
parse_count(const char *text, struct argp_state *state)
{
	unsigned long value;
	char *end;

	errno = 0;
	value = strtoul(text, &end, 10);
	if (end == text || *end != '\0' || errno != 0 || strchr(text, '-') ||
	    value > UINT32_MAX)
		argp_error(state, "%s: not a count", text);
	return (uint32_t)value;
}

static void
add_directory(struct arguments *arguments, char *path, struct argp_state *state)
{
	if (arguments->directory_count == DIRECTORIES_MAX)
		argp_error(state, "%s: too many directories", path);
	else
		arguments->directories[arguments->directory_count++] = path;
}

static error_t
parse_option(int key, char *text, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case KEY_CONFIG:
		add_directory(arguments, text, state);
		return 0;
	case KEY_CHECK:
		arguments->check = true;
		return 0;
	case KEY_VERIFY:
		arguments->verify = true;
		return 0;
	case KEY_SYSTEM:
		arguments->server.system = true;
		return 0;
	case KEY_USER:
		arguments->server.system = false;
		return 0;
	case KEY_STRICT:
		arguments->server.strict = true;
		return 0;
	case KEY_MAX_NAMES:
		arguments->server.max_names = parse_count(text, state);
		return 0;
	case KEY_MAX_CONTEXTS:
		arguments->server.max_contexts = parse_count(text, state);
		return 0;
	case KEY_MAX_PROGRAMS:
		arguments->server.max_programs = parse_count(text, state);
		return 0;
	case ARGP_KEY_ARG: /* the rest is the command's */
		arguments->command = state->argv + state->next - 1;
		state->next = state->argc;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* Where services are described if nothing is said. */
static void
add_default_directories(struct arguments *arguments)
{
	static const char *const system[] = {
	    "/etc/machport/services", "/usr/share/machport/services"};
	static char home[4096];
	const char *base = getenv("XDG_CONFIG_HOME");
	const char *below = "machport/services";

	if (!arguments->server.system) {
		if (!base || *base != '/') {
			base = getenv("HOME");
			below = ".config/machport/services";
		}
		if (base &&
		    (size_t)snprintf(home, sizeof(home), "%s/%s", base, below) <
		        sizeof(home))
			arguments->directories[arguments->directory_count++] =
			    home;
		return;
	}
	for (size_t i = 0; i < sizeof(system) / sizeof(system[0]); i++)
		arguments->directories[arguments->directory_count++] =
		    system[i];
}

/* From the first port to the end of the loop. Return: the exit status. */
static int
serve(const struct arguments *arguments)
{
	int status;

	if (!server_init(&arguments->server) ||
	    !server_be_found(arguments->command == NULL))
		return EX_UNAVAILABLE;
	if (!config_reload())
		return EX_CONFIG;
	if (arguments->command && !signals_run_command(arguments->command))
		return EX_OSERR;
	status = loop_run();
	(void)sd_notify(0, "STOPPING=1");
	launch_end_all();
	server_deinit();
	config_deinit();
	if (arguments->verify && !server_is_empty())
		return EX_SOFTWARE;
	return status;
}

int
main(int argc, char **argv)
{
	static const struct argp argp = {
	    .options = options,
	    .parser = parse_option,
	    .args_doc = "[-- CMD [ARGUMENT...]]",
	    .doc = doc,
	};
	static struct arguments arguments = {
	    .server = {.max_names = 4096,
	        .max_contexts = 1024,
	        .max_programs = 256},
	};

	launch_keep_output();
	log_init(PROGRAM);
	argp_err_exit_status = EX_USAGE;
	arguments.server.system = geteuid() == 0;
	if (argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &arguments) != 0)
		return EX_OSERR;
	/* A command brings its own services, or there are none. */
	if (arguments.directory_count == 0 && !arguments.command)
		add_default_directories(&arguments);
	arguments.server.directories = arguments.directories;
	if (arguments.check)
		return config_check(arguments.directories) ? EXIT_SUCCESS
		                                           : EX_CONFIG;
	if (!signals_init(arguments.command != NULL))
		return EX_OSERR;
	return serve(&arguments);
}
