/*
 * A sender that keeps every means to write what it sends, and uses them once the send
 * has returned. For tasks only.
 */
#ifndef PROCESS_HOSTILE_H
#define PROCESS_HOSTILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is sent, and what was kept of it. */
struct target {
	unsigned char *at;
	size_t bytes;        /* whole pages */
	bool is_shared;      /* it is a shared mapping of a file */
	unsigned char *kept; /* another mapping of that; NULL: none */
	int file;            /* of the attack; -1: none */
	int process;         /* a child; 0: none */
	void *rings;         /* of an io_uring */
};

/* A means to write. */
struct attack {
	const char *name;
	void (*prepare)(struct target *target); /* before the send; or NULL */
	/* After it. Of @target->at there may be nothing any more. */
	void (*strike)(struct target *target);
};

extern const struct attack attack_second_mapping;
extern const struct attack attack_descriptor;
extern const struct attack attack_reopened_descriptor;
extern const struct attack attack_map_files;
extern const struct attack attack_read_only_mapping;
extern const struct attack attack_forked_child;
extern const struct attack attack_cloned_child;
extern const struct attack attack_own_memory;
extern const struct attack attack_tracer;
extern const struct attack attack_removal;
extern const struct attack attack_pipe;
extern const struct attack attack_io_uring;
extern const struct attack attack_userfaultfd;

/* All of them. */
#define HOSTILE_ATTACKS 13
extern const struct attack *const hostile_attacks[HOSTILE_ATTACKS];

/* Look at target->at, set the rest to nothing, and prepare. */
void hostile_begin(struct target *target, const struct attack *attack);
void hostile_end(struct target *target);

/* A line of /proc/PID/maps. */
struct hostile_mapping {
	uintptr_t begin;
	uintptr_t end;
	char flags[8]; /* "rw-p" */
	unsigned long inode;
	bool is_ours; /* of a file named machport-... */
};

/* The mapping of this process that has @address. False: none. */
bool hostile_find(const void *address, struct hostile_mapping *mapping_out);

/* How many mappings process @pid has of files in memory. */
unsigned hostile_count_mapped_files(int pid);

#endif
