/*
 * Files: memory that travels with a message.
 *
 * What a task passes is a claim. It becomes a struct file only if it is a memfd
 * of tmpfs that nobody can shrink, grow or write any more, so that it can be
 * read without surprise and handed on as it is. Closing such a file cannot
 * block, though it takes a while if it is large; then, as anything else that a
 * task passed, it is closed elsewhere (closer.h).
 *
 * What we write ourselves is sealed in the same way.
 */
#ifndef FILE_H
#define FILE_H

#include "budget.h"
#include "ipc_kmsg.h"

struct file {
	struct ipc_memory memory;
	struct user *user; /* +1 */
	bool charged;      /* to him: one USER_FILES */
	int fd;
};

/* What is known of a file that passed file_check(). */
struct file_facts {
	uint64_t bytes;
	uint64_t
	    memory_bytes; /* that it can have at most: beyond its end, too */
};

/* Is @fd, which a task passed, such a file? */
bool file_check(int fd, struct file_facts *facts_out);

/* Is it one that can neither shrink nor grow, whoever writes to it? */
bool file_check_shared(int fd, struct file_facts *facts_out);

/* Close @fd of @user, CONSUMED, with so much memory: soon, if that would keep others
 * waiting. */
void file_close(struct user *user, int fd, uint64_t memory_bytes);

/* The file that passed file_check(). @fd is CONSUMED in any case. NULL: no
 * memory, or no more of @user's files. */
struct file *file_new(struct user *user, int fd, const struct file_facts *facts)
    __attribute__((warn_unused_result));

/* It is about to be another's, who pays for it from now on. */
void file_uncharge(struct file *file);

/* The file that travels as @memory. */
static inline struct file *
file_of_memory(struct ipc_memory *memory)
{
	return CONTAINER_OF(memory, struct file, memory);
}

/* Up to the begin of a page. */
uint64_t file_page_align(uint64_t bytes);

/* A file being written. */
struct file_writer {
	int fd; /* -1: nothing was written */
	uint64_t bytes;
};

void file_writer_init(struct file_writer *writer);
/* Closes the file. */
void file_writer_deinit(struct file_writer *writer);

/* Leave the next @bytes to be written later. */
void file_writer_skip(struct file_writer *writer, uint64_t bytes);
/* Zeroes at the end, for somebody else to write over. */
bool file_writer_grow(struct file_writer *writer, uint64_t bytes)
    __attribute__((warn_unused_result));
/* Write at the end; or at @offset, where bytes were left. False: Linux
 * refused. */
bool file_writer_append(struct file_writer *writer, const void *bytes,
    size_t count) __attribute__((warn_unused_result));
bool file_writer_fill(struct file_writer *writer, uint64_t offset,
    const void *bytes, size_t count) __attribute__((warn_unused_result));
/* Write at the next page; its offset in @offset_out. */
bool file_writer_append_page(struct file_writer *writer, const void *bytes,
    size_t count, uint64_t *offset_out) __attribute__((warn_unused_result));
/* Zeroes to the end of the last page, and no change from now on. */
bool file_writer_seal(struct file_writer *writer)
    __attribute__((warn_unused_result));

#endif
