/*
 * A server with many clients, each a task of its own that makes round trips of 64 bytes
 * when it is told to, and sleeps when it is not.
 */
#ifndef BENCH_CROWD_H
#define BENCH_CROWD_H

#include <stdatomic.h>
#include <stdint.h>
#include <sys/types.h>

/* A client's, in memory that all share. */
struct crowd_seat {
	_Alignas(64) _Atomic uint32_t turn; /* the number of its latest one */
	pid_t client;
	uint64_t count; /* round trips in that */
};

enum crowd_service {
	CROWD_PORT, /* the server receives from a port */
	CROWD_SET, /* from a set: one client in 20 may use lanes, to a member of
	             * its own; the others have none */
};

struct crowd {
	_Atomic uint32_t running; /* how many have not finished their turn */
	_Atomic uint64_t deadline_ns;
	uint32_t turn;
	unsigned clients;
	enum crowd_service service;
	pid_t server;
	pid_t kernel;
	struct crowd_seat seats[];
};

/* A server whose MACHPORT_LANES is @lanes, or the caller's if NULL, and its clients, all
 * of which have been busy once. */
struct crowd *crowd_gather(
    unsigned clients, enum crowd_service service, const char *lanes);
void crowd_dismiss(struct crowd *crowd);

/* Have the first @busy make round trips for @ns. Returns how many in a second, all
 * together. */
double crowd_run(struct crowd *crowd, unsigned busy, uint64_t ns);

#endif
