/*
 * Rules: who may do something, as a configuration says it. Pure, but for reading them.
 *
 *	look-up = user:alice exe:/usr/bin/store-client, group:staff
 *
 * are two rules, of which one must hold; a rule holds if all its terms do. A term is
 *
 *	anybody
 *	owner		root, the server's owner, or who registered the name
 *	user:NAME	an effective user, by name or number
 *	group:NAME	an effective group, or a user whom the system's database of groups
 *			lists as a member, as of when the rule was read
 *	exe:PATH	a process that runs this file, as of when it is asked, and is still
 *			the task that sent the request. That it is the file says not that
 *			it does what is in it: who may trace it, or choose its libraries,
 *			decides that. So name a user, too
 *	domain:NAME	who asks from within this domain
 *
 * and "nobody", alone, is no rule at all.
 */
#ifndef BOOTSTRAP_POLICY_RULES_H
#define BOOTSTRAP_POLICY_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "policy.h"

enum policy_term_kind {
	POLICY_TERM_ANYBODY,
	POLICY_TERM_OWNER,
	POLICY_TERM_USER,
	POLICY_TERM_GROUP,
	POLICY_TERM_EXE,
	POLICY_TERM_DOMAIN,
};

struct policy_term {
	enum policy_term_kind kind;
	uid_t uid;      /* USER */
	gid_t gid;      /* GROUP */
	uid_t *members; /* GROUP: member_count of them; owned */
	size_t member_count;
	char *text; /* EXE: the path; DOMAIN: the name; owned */
};

struct policy_rule {
	struct policy_term *terms; /* owned */
	size_t count;
};

struct policy_rules {
	bool given; /* else the default decides */
	struct policy_rule *rules;
	size_t count;
};

/* What is said of a name. */
struct policy {
	struct policy_rules operations[POLICY_OPERATION_COUNT];
};

/* Who asks, and for what is whose. */
struct policy_subject {
	const struct identity *who;
	uid_t server_owner;
	uid_t name_owner;
	const char *domain; /* from which it asks; NULL: none */
	/* Does it run the file at @path? */
	bool (*runs)(const struct identity *who, const char *path);
};

/* Read @text into @rules, which are not given yet. Return: NULL, or why not: static,
 * or in @reason. On failure they are not given. */
const char *policy_rules_read(struct policy_rules *rules, const char *text,
    char *reason, size_t reason_room);
void policy_rules_deinit(struct policy_rules *rules);

/* Does one of them hold? Those that are not given: is it "owner"? */
bool policy_rules_hold(
    const struct policy_rules *rules, const struct policy_subject *subject);

#endif
