/*
 * Accounts: whom a program runs as, and what the system's databases say of that user.
 * They are asked when a configuration is read, not when a program is started.
 */
#ifndef BOOTSTRAP_ACCOUNT_H
#define BOOTSTRAP_ACCOUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct account {
	uid_t uid;
	gid_t gid;
	gid_t *groups; /* group_count of them, with gid; owned */
	size_t group_count;
	/* Owned; NULL for a number that no user has. */
	char *name;
	char *home;
	char *shell;
};

/* The user @text, a name or a number, else the one of @uid if it is NULL. Return: NULL,
 * or why not (static). On failure there is nothing. */
const char *account_find(struct account *account, const char *text, uid_t uid);
/* With @text, a name or a number, as its group in place of the user's own. */
const char *account_set_group(struct account *account, const char *text);
void account_deinit(struct account *account);

/* Can this process run a program as @account? */
bool account_is_possible(const struct account *account);

/* In a child: become it. Return: 0 or a negative errno. */
int account_become(const struct account *account);

/* @text as a number of a user or group; false: it is none. -1 is no id. */
bool account_read_id(const char *text, id_t *id_out);

#endif
