/* Rules: who they let, as a table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "policy_rules.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

/* Whose the server is, and who registered the name. */
#define OWNER 1000
#define REGISTRANT 1002

/* What pid 1 runs. */
#define CLIENT "/usr/bin/client"
#define RUNS_CLIENT 1

static bool
runs(const struct identity *who, const char *path)
{
	return who->pid == RUNS_CLIENT && strcmp(path, CLIENT) == 0;
}

/* Root's group is 0, and root is in no other by the database of any system. */
static const struct {
	const char *rules; /* NULL: not given */
	uid_t uid;
	gid_t gid;
	pid_t pid;
	const char *domain;
	bool expected;
} table[] = {
    /* Not said: owner. */
    {NULL, OWNER, 5, 2, NULL, true},
    {NULL, 0, 5, 2, NULL, true},
    {NULL, REGISTRANT, 5, 2, NULL, true},
    {NULL, 1001, OWNER, 2, NULL, false},
    {NULL, 1001, 0, 2, NULL, false},
    {"owner", OWNER, 5, 2, NULL, true},
    {"owner", 1001, 5, 2, NULL, false},

    {"anybody", 1001, 5, 2, NULL, true},
    {"nobody", OWNER, 5, 2, NULL, false},
    {"nobody", 0, 0, 2, NULL, false},

    {"user:1001", 1001, 5, 2, NULL, true},
    {"user:1001", 1003, 1001, 2, NULL, false},
    {"user:1001", OWNER, 5, 2, NULL, false},
    {"user:1001", 0, 0, 2, NULL, false},
    {"user:root", 0, 5, 2, NULL, true},
    {"user:root", 1001, 0, 2, NULL, false},

    {"group:2001", 1001, 2001, 2, NULL, true},
    {"group:2001", 2001, 5, 2, NULL, false},
    {"group:root", 1001, 0, 2, NULL, true},

    {"exe:" CLIENT, 1001, 5, RUNS_CLIENT, NULL, true},
    {"exe:" CLIENT, 1001, 5, 2, NULL, false},
    {"exe:/usr/bin/other", 1001, 5, RUNS_CLIENT, NULL, false},

    {"domain:box", 1001, 5, 2, "box", true},
    {"domain:box", 1001, 5, 2, "bo", false},
    {"domain:box", OWNER, 5, 2, NULL, false},

    /* All terms of a rule. */
    {"user:1001 exe:" CLIENT, 1001, 5, RUNS_CLIENT, NULL, true},
    {"user:1001 exe:" CLIENT, 1001, 5, 2, NULL, false},
    {"user:1001 exe:" CLIENT, 1003, 5, RUNS_CLIENT, NULL, false},
    {"owner domain:box", OWNER, 5, 2, "box", true},
    {"owner\tdomain:box", OWNER, 5, 2, NULL, false},

    /* One of the rules. */
    {"user:1001, user:1003", 1003, 5, 2, NULL, true},
    {"user:1001,user:1003", 1001, 5, 2, NULL, true},
    {"user:1001,user:1003", 1004, 5, 2, NULL, false},
    {"user:1001 group:7, domain:box", 1001, 5, 2, "box", true},
    {"user:1001 group:7, domain:box", 1001, 5, 2, NULL, false},
};

/* Row @row of the table. */
static bool
holds(size_t row)
{
	const struct identity who = {.euid = table[row].uid,
	    .egid = table[row].gid,
	    .pid = table[row].pid};
	const struct policy_subject subject = {.who = &who,
	    .server_owner = OWNER,
	    .name_owner = REGISTRANT,
	    .domain = table[row].domain,
	    .runs = runs};
	struct policy_rules rules = {0};
	char reason[128];
	bool result;

	if (table[row].rules)
		assert_null(policy_rules_read(
		    &rules, table[row].rules, reason, sizeof(reason)));
	result = policy_rules_hold(&rules, &subject);
	policy_rules_deinit(&rules);
	return result;
}

TEST(rules_let_whom_they_name)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (holds(i) != table[i].expected)
			fail_msg("row %zu: %s, user %u, group %u", i,
			    table[i].rules ? table[i].rules : "(none)",
			    table[i].uid, table[i].gid);
}

TEST(no_process_is_looked_at_unless_a_rule_asks)
{
	const struct identity who = {.euid = OWNER};
	const struct policy_subject subject = {
	    .who = &who, .server_owner = OWNER, .name_owner = OWNER};
	struct policy_rules rules = {0};
	char reason[128];

	assert_null(policy_rules_read(
	    &rules, "user:1 exe:/bin/sh, owner", reason, sizeof(reason)));
	/* There is no function to call. */
	assert_true(policy_rules_hold(&rules, &subject));
	policy_rules_deinit(&rules);
}

TEST(what_is_no_rule_leaves_nothing_given)
{
	static const char *const texts[] = {"", ",", "owner,",
	    "user:", "user:-1", "user:4294967295", "anybody:1", "nobody owner",
	    "exe:sh", "group:no-such-group", "owner, owners"};
	struct policy_rules rules = {0};
	char reason[128];

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_non_null(policy_rules_read(
		    &rules, texts[i], reason, sizeof(reason)));
		assert_false(rules.given);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(rules_let_whom_they_name),
	    cmocka_unit_test(no_process_is_looked_at_unless_a_rule_asks),
	    cmocka_unit_test(what_is_no_rule_leaves_nothing_given),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
