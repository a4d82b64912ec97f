/*
 * Files behind memory entries (kern_memory_entry.h): memfds that tasks passed, or had
 * made, to be handed to others as they are.
 *
 * They can be written, so nothing that a task can hold up is done with them here: they
 * are looked at, sent, and closed, never read, mapped or sealed.
 */
#ifndef ENTRY_FILE_H
#define ENTRY_FILE_H

#include "budget.h"
#include "kern_platform.h"

/**
 * entry_file_new() - take a file that a task passed
 * @user:	[in]  who is charged for its descriptor; borrowed
 * @account:	[in]  who is charged for all the memory it can have; the same
 * @fd:		[in]  CONSUMED in any case
 * @file_out:	[out] +1 to caller
 *
 * Return:	KERN_SUCCESS
 *		KERN_INVALID_ARGUMENT	it is no memfd of tmpfs that can neither shrink
 *				nor grow
 *		KERN_RESOURCE_SHORTAGE	no memory, or no budget
 */
kern_return_t entry_file_new(struct user *user, struct ipc_account *account,
    int fd, struct kern_file **file_out) __attribute__((warn_unused_result));

/* A new one of @bytes zeroes; codes as above. */
kern_return_t entry_file_create(struct user *user, struct ipc_account *account,
    uint64_t bytes, struct kern_file **file_out)
    __attribute__((warn_unused_result));

/* For kern_platform. */
bool entry_file_is_writable(const struct kern_file *file);
void entry_file_free(struct kern_file *file);

/* Its descriptor, for an answer; borrowed. */
int entry_file_descriptor(const struct kern_file *file);

#endif
