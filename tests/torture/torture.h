/*
 * The torture: workers exchange messages with all kinds of rights, and are killed
 * at any point of it; a referee, who lives, has been promised notifications, and
 * counts them.
 *
 *	torture.c	the whole: a kernel, and rounds until the time is up
 *	referee.c	what each worker is given, and what must come of it
 *	nursery.c	starts the workers, stops them, kills them
 *	worker.c	a life of chance
 *	parcel.c	the messages
 *	chance.c	choices that can be had again: see the seed
 *
 * A round has some number of workers. At its end all are dead, and everything that
 * they could have had is back: then the referee has as many names as before, and
 * the kernel as many descriptors.
 */
#ifndef TORTURE_H
#define TORTURE_H

#include <mach/notify.h>
#include <stdbool.h>
#include <stdint.h>

#include "harness.h"

/* Who waits longer for what is certain waits in vain. */
#define LOST_MS 60000u

/* Messages that are no notifications. */
enum parcel_id {
	PARCEL_HELLO = 1000, /* worker to hub: its port, its number */
	PARCEL_WELCOME,      /* its answer, with gifts (referee.c) */
	PARCEL_ENDED,        /* nursery to hub: the worker of this number */
	PARCEL_ROUND_ENDED,  /* nursery to hub: how many workers there were */
	PARCEL_CHATTER,      /* among workers, and to the referee's ports */
	PARCEL_USED,         /* over a send-once right that was a gift */
};

/* The value of a welcome: gifts are to be kept until death, so that what they
 * promise comes soon after it. Others may be passed on. */
#define GIFTS_ARE_KEPT 1u

struct round {
	const struct kernel *kernel;
	uint64_t seed;
	uint32_t number;
	uint32_t workers;
};

/* What all rounds came to; in memory that all processes share. */
struct tallies {
	uint32_t rounds;
	uint32_t workers;
	uint32_t killed; /* by the nursery, or a timer of their own */
	uint32_t stopped;
	uint32_t ended; /* by themselves */
	uint32_t welcomed;
	uint64_t chatter; /* that the referee received */
	uint64_t
	    notices[MACH_NOTIFY_LAST - MACH_NOTIFY_FIRST + 1]; /* promised */
	uint64_t used;     /* send-once rights that were */
	uint64_t sent;     /* by workers, about: who dies does not count */
	uint64_t received; /* the same */
	uint32_t files;    /* of the kernel, when nobody is there */
};
extern struct tallies *tallies;

/* A round, from the first worker to the recount. In the referee, a task. */
void referee_begin(const struct kernel *kernel);
void referee_round(const struct round *round);

/* Tasks that end by themselves: all workers of a struct round, one worker. */
void nursery(void *round);
void worker(void *life);

struct life {
	const struct round *round;
	uint32_t number; /* in the round */
};

#endif
