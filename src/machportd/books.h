/*
 * The books: what this process holds for tasks, in numbers. When the last task
 * has gone there is nobody left to hold anything for, and each number is 0.
 */
#ifndef BOOKS_H
#define BOOKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct server;

struct books {
	uint64_t
	    ports; /* live or dead; all but the host's own, and dead ones that
	                 * nobody but it has a right for */
	uint64_t spaces;
	uint64_t
	    slots; /* places for send rights that the kernel keeps for tasks */
	struct {   /* what users are charged for */
		uint64_t names;
		uint64_t messages;
		uint64_t bytes;
		uint64_t file_bytes;
		uint64_t connections;
		uint64_t tasks;
		uint64_t files;
		uint64_t watches;
		uint64_t copies;
		uint64_t windows;
		uint64_t lanes;
	} charged;
	uint64_t connections;
	uint64_t processes;
};

void books_count(const struct server *server, struct books *books_out);
bool books_are_empty(const struct books *books);

/* "0 ports, 0 spaces ...", cut to @bytes, its NUL included. */
void books_describe(const struct books *books, char *text_out, size_t bytes);

#endif
