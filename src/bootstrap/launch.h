/*
 * The launcher: starts programs, waits for them, starts them again.
 *
 *	IDLE	no process. A message to one of its services, or keep-alive, starts it
 *	DELAYED	it is to be started, as soon as its throttle allows
 *	STARTING	there is a process, which has not checked in
 *	RUNNING	it has checked in; or it has no service to check in
 *
 * After a program was given up (program_give_up()), it is IDLE.
 */
#ifndef BOOTSTRAP_LAUNCH_H
#define BOOTSTRAP_LAUNCH_H

#include <stdbool.h>
#include <sys/types.h>

#include "loop.h"

struct program;

enum launch_state {
	LAUNCH_IDLE,
	LAUNCH_DELAYED,
	LAUNCH_STARTING,
	LAUNCH_RUNNING,
};

enum launch_keep {
	LAUNCH_ON_DEMAND, /* when a message comes */
	LAUNCH_ON_CRASH,  /* and again at once when it has crashed */
	LAUNCH_ALWAYS, /* as soon as there is a server, and again whenever it ends */
};

/* What is configured of a program. Owned by it. */
struct launch_settings {
	char **arguments; /* ends with NULL; the first is the path */
	uid_t uid;        /* whom it runs as */
	enum launch_keep keep;
	/* The launcher's own go here: directory, environment, groups, times. */
};

/* The launcher's part of a program. */
struct launch {
	struct launch_settings *settings;
	enum launch_state state;
	pid_t pid; /* STARTING, RUNNING */
	struct loop_timer timer;
};

/* --- the launcher ---------------------------------------------------------- */

/* Settings for bootstrap_create_server(): @command is words, split at blanks, with
 * '...' and "..." as in a shell, and nothing else as there. NULL: no memory, or no
 * command. */
struct launch_settings *launch_settings_parse(
    const char *command, uid_t uid, bool on_demand);
void launch_settings_free(struct launch_settings *settings);

/* @settings are CONSUMED. */
void launch_init(struct launch *launch, struct launch_settings *settings);
/* Ends the process, if there is one: SIGTERM, and SIGKILL when it takes too long. It
 * is nobody's any more: when it ends, nothing is told. */
void launch_deinit(struct launch *launch);

/* A message waits, or keep-alive wants it: IDLE becomes another. Not for a program
 * that is held. Harmless if it is not IDLE. */
void launch_demand(struct program *program);

/* One of its services was checked in, or registered, by a process of its own:
 * STARTING becomes RUNNING. */
void launch_checked_in(struct program *program);

/* It may run now: it was configured, or is not held any more. Starts what is to be
 * kept alive. */
void launch_begin(struct program *program);

/* SIGCHLD came. */
void launch_reap(void);

/* The server ends: so do all programs. Returns when they have, or were killed. */
void launch_end_all(void);

#endif
