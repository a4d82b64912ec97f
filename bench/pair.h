/*
 * Two processes that exchange messages in one of several ways: a server, which answers
 * for ever, and its child, the client, which does what the scenario's process says. A
 * scenario starts a pair for each way that it compares and has them take turns; the
 * others sleep meanwhile.
 *
 * A message has 64 bytes or more, and begins as any message to a port. One whose
 * pair_message.wants_answer is set is answered by one like it. A stream, of messages
 * that are not, ends with one that is: when that is back, all have been received.
 */
#ifndef BENCH_PAIR_H
#define BENCH_PAIR_H

#include <mach/mach.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "bench.h"

#define PAIR_BYTES_MAX 4096

struct pair_setting {
	unsigned cpus;     /* 1: both sides on one; 2: each has its own */
	uint32_t bytes;    /* of a message, its header included */
	bool one_way;      /* a stream, no round trips */
	uint64_t pause_ns; /* of the client, between two round trips */
	bool computes;     /* then; else it sleeps */
};

struct pair_message {
	mach_msg_header_t header;
	int32_t wants_answer;
	char body[PAIR_BYTES_MAX - sizeof(mach_msg_header_t) - sizeof(int32_t)];
};

/* One way. What it must remember it has in static variables: each pair has processes of
 * its own. All of a setting's messages have the same size. */
struct pair_way {
	const char *name;  /* what a result is `against` */
	const char *lanes; /* its MACHPORT_LANES; NULL: the caller's */
	/* By the server, before it has a child. Returns its kernel, or 0. */
	pid_t (*open)(const struct pair_setting *setting);
	void (*join)(const struct pair_setting *setting);  /* the client */
	void (*serve)(const struct pair_setting *setting); /* for ever */
	/* A message that is answered, and its answer. */
	void (*call)(const struct pair_setting *setting);
	/* One that is not. NULL: this way has none. */
	void (*send)(const struct pair_setting *setting);
};

extern const struct pair_way pair_ports;  /* as programs use them */
extern const struct pair_way pair_kernel; /* MACHPORT_LANES=off */
extern const struct pair_way pair_socket; /* AF_UNIX, SOCK_SEQPACKET */
extern const struct pair_way pair_ring;   /* ring.h */

/* A pair as the scenario's process sees it. */
struct pair {
	const struct pair_setting *setting;
	pid_t server;
	pid_t client;
	pid_t kernel; /* 0: it has none */
	int control;
};

/* What a turn was like. */
struct pair_turn {
	uint64_t count;  /* round trips, or messages */
	uint64_t ns;     /* for these, without pauses */
	uint64_t cpu_ns; /* of both sides and the kernel, without pauses */
};

/* Start one, and have it warm up, as long as a lane needs to open. */
void pair_start(struct pair *pair, const struct pair_way *way,
    const struct pair_setting *setting);
void pair_end(struct pair *pair);

/* For about @ns ... */
struct pair_turn pair_run_for(const struct pair *pair, uint64_t ns);
/* ... or so often. */
struct pair_turn pair_run(const struct pair *pair, uint64_t count);

/*
 * Have a pair of each of @ways take turns of @turn_ns. Results: the first compared with
 * each other one, as @name followed by the other's @suffixes[], and last the CPU time
 * of the first two, with ".cpu". Returns how many, which is @count.
 */
unsigned pair_compare(struct bench_result *results, const char *name,
    const struct pair_setting *setting, const struct pair_way *const *ways,
    const char *const *suffixes, unsigned count, uint64_t turn_ns);

#endif
