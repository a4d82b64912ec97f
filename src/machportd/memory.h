/*
 * Memory of processes: what the helper (helper.h) does with it for tasks.
 *
 * An operation that a process's pages hold up counts against the user whose process that
 * is, however it came to be asked for: so he can hold up nobody's but those of his own
 * processes. What it holds is charged to who asked.
 */
#ifndef MEMORY_H
#define MEMORY_H

#include <stdint.h>

#include "base_list.h"
#include "source.h"

struct kern_memory_request;
struct kern_reply;
struct server;

struct memory {
	struct source source;   /* the helper's socket */
	int helper;             /* -1: there is none, or no more */
	struct list operations; /* on their way */
	unsigned count;         /* of them */
	uint64_t last_id;
};

/* Without a helper: every request fails. */
void memory_init(struct memory *memory);

/* The helper is at @fd, which is CONSUMED on success. Return: 0 or a negative errno. */
int memory_attach(struct server *server, int fd);

/* All that was asked has failed, and the helper is given up. */
void memory_end(struct memory *memory);

/* As kern_platform.h's memory(). */
void memory_ask(struct server *server,
    const struct kern_memory_request *request, struct kern_reply *reply);

#endif
