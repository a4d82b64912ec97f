/*
 * The director's side: start the tasks, tell them their steps, see them through.
 *
 * The director knows of a task that fails by a dead-name notification, and ends
 * the story; so does a step that takes longer than STEP_SECONDS. The tasks are
 * killed with the director.
 */
#ifndef STAGE_H
#define STAGE_H

#include <stdbool.h>
#include <sys/types.h>

#include "demo.h"

#define STEP_SECONDS 40

struct actor {
	const struct part *part;
	pid_t pid;
	mach_port_t cues;    /* send right */
	mach_port_t mailbox; /* send right, or MACH_PORT_NULL */
};

/* Make the port that the tasks inherit. Before all else. */
void stage_open(void);

/* Start a task, and wait until it has said hello. */
void stage_enter(struct actor *actor, const struct part *part);

/* Have @actor take a step. @right (borrowed) and @number go with the cue. */
void begin_with(
    struct actor *actor, enum step step, mach_port_t right, int number);
void begin(struct actor *actor, enum step step);

/* Wait until the step that @actor has begun is done. */
void finish(const struct actor *actor);

/* The two together. */
void take(struct actor *actor, enum step step);
void take_with(
    struct actor *actor, enum step step, mach_port_t right, int number);

/* Wait until @actor, which said will_sleep(), sleeps. */
void wait_until_asleep(const struct actor *actor);

/* Kill @actor with SIGKILL, and wait until it has gone. */
void stage_kill(struct actor *actor);

/* Ask @actor what it holds. */
void stage_rights(struct actor *actor, struct rights *rights_out);

/* @actor leaves; its process has ended well. */
void stage_leave(struct actor *actor);

/* Print who holds what: one column for each of @count tasks (picture.c). */
void picture(const struct actor *const *actors, const struct rights *rights,
    unsigned count);

#endif
