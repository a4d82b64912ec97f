/*
 * The launcher: starts programs, waits for them, starts them again.
 *
 *	IDLE	no process. A message to one of its services, or keep-alive, starts it
 *	DELAYED	it is to be started, as soon as its throttle allows
 *	STARTING	there is a process, which has not checked in
 *	RUNNING	it has checked in; or it has no service to check in
 *
 * Two starts are at least the throttle apart. It doubles with each start of a program
 * that did not run that long, up to its limit, and is itself again after one that did.
 *
 * A start fails if the program cannot be run, ends before it has checked in, or does
 * not check in within the start limit, for which it is killed. After so many failures
 * in a row as it has attempts, and from then on after each, the program is given up:
 * program_give_up(). It is IDLE then: the next message is one more attempt.
 *
 * When a program ends, the rest of its process group is killed.
 */
#ifndef BOOTSTRAP_LAUNCH_H
#define BOOTSTRAP_LAUNCH_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "account.h"
#include "loop.h"

struct domain;
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
	struct account account; /* of uid */
	char *
	    *environment; /* NAME=VALUE, ends with NULL; NULL: nothing to add */
	char *directory;  /* NULL: / */
	const struct domain *domain; /* in which it is; NULL: none */
	unsigned attempts;
	uint64_t throttle_ns;
	uint64_t throttle_limit_ns;
	uint64_t start_limit_ns;
	uint64_t stop_limit_ns; /* from SIGTERM to SIGKILL */
	uint64_t idle_ns;       /* what it is told of idling; 0: nothing */
};

/* The launcher's part of a program. */
struct launch {
	struct launch_settings *settings;
	enum launch_state state;
	pid_t pid; /* STARTING, RUNNING */
	/* DELAYED: until it is started; STARTING: until it is killed for that. */
	struct loop_timer timer;
	struct list node; /* STARTING, RUNNING: of all that have a process */
	int report; /* STARTING: a pipe that says why it cannot be run; or -1 */
	bool hangs; /* it is killed, for it did not check in */
	unsigned failures;      /* in a row */
	uint64_t delay_ns;      /* the throttle by now */
	uint64_t started_ns;    /* last */
	uint64_t not_before_ns; /* the next start */
};

/* --- the launcher ---------------------------------------------------------- */

/* Before the log takes stderr for itself: what programs have as stdout and stderr is
 * what the server has now. */
void launch_keep_output(void);
/* In a child: its stderr is that again. False, with errno. */
bool launch_restore_stderr(void);

/* Settings for bootstrap_create_server(): @command is words, split at blanks, with
 * '...' and "..." as in a shell, and nothing else as there. NULL: no memory, no
 * command, or this server can run nothing as @uid. */
struct launch_settings *launch_settings_parse(
    const char *command, uid_t uid, bool on_demand);
/* Nothing but times, as they are if nothing is said. NULL: no memory. */
struct launch_settings *launch_settings_new(void);
void launch_settings_free(struct launch_settings *settings); /* NULL is fine */

/* @settings are CONSUMED. */
void launch_init(struct launch *launch, struct launch_settings *settings);
/* Ends the process, if there is one: SIGTERM, and SIGKILL when it takes too long. It
 * is nobody's any more: when it ends, nothing is told. */
void launch_deinit(struct launch *launch);

/* @settings (CONSUMED) are those of the next start. */
void launch_change(struct program *program, struct launch_settings *settings);

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
