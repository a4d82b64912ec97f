/*
 * Memory of processes: the copies that the helper (helper.h) makes for tasks.
 *
 * A copy that the process's pages hold up counts against the user whose process that
 * is, however it came to be asked for: so he can hold up nobody's but those of his own
 * processes. What it holds is charged to who asked.
 */
#ifndef MEMORY_H
#define MEMORY_H

#include <stdint.h>

#include "base_list.h"
#include "source.h"

struct kern_memory_copy;
struct kern_reply;
struct process;
struct server;

struct memory {
	struct source source; /* the helper's socket */
	int helper;           /* -1: there is none, or no more */
	struct list copies;   /* on their way */
	unsigned count;       /* of them */
	uint64_t last_id;
};

/* Without a helper: every copy fails. */
void memory_init(struct memory *memory);

/* The helper is at @fd, which is CONSUMED on success. Return: 0 or a negative errno. */
int memory_attach(struct server *server, int fd);

/* All copies have failed, and the helper is given up. */
void memory_end(struct memory *memory);

/* As kern_platform.h's copy_memory(). */
void memory_copy(struct server *server, const struct process *process,
    const struct kern_memory_copy *copy, struct kern_reply *reply);

#endif
