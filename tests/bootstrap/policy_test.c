/*
 * Who may do what: programs of other users and in domains, which a server with service
 * files refuses, or lets.
 *
 * The program under test serves "tester". Its client asks it to begin; if anything is
 * not as it should be the program ends, and the client is told so.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "served.h"

#define OTHER_USER "65534"

/* The program under test is @body. */
#define TESTER(body)                                                           \
	"[program]\ncommand = %s --program " #body "\n"                        \
	"throttle = 1ms\nattempts = 1\n"

/* Its ports, and all that it may or may not see. */
#define PORTS                                                                  \
	"[port tester]\n"                                                      \
	"look-up = owner\n"

/* The rest is in no program's file. Nobody serves these. */
#define FILE_OF_OTHERS                                                         \
	"[port not.said]\n"                                                    \
	"[port for.owner]\nlook-up = owner\n"                                  \
	"[port for.anybody]\nlook-up = anybody\ncheck-in = anybody\n"          \
	"[port for.nobody]\nlook-up = nobody\n"                                \
	"[port for.other]\nlook-up = user:" OTHER_USER "\n"                    \
	"[port for.shell]\nlook-up = exe:/bin/sh\n"                            \
	"[port for.test]\nlook-up = exe:%s\n"                                  \
	"[port for.box]\nlook-up = domain:box\n"                               \
	"[port hidden]\nlook-up = anybody\nhidden = yes\n"                     \
	"[name open.*]\nlook-up = anybody\nregister = anybody\n"               \
	"create = anybody\n"                                                   \
	"[domain box]\nlook-up = tester, for.*, open.box.*\n"                  \
	"register = open.box.*\n"

static const char *const names[] = {"not.said", "for.owner", "for.anybody",
    "for.nobody", "for.other", "for.shell", "for.test", "for.box", "hidden"};

static bool
sees(mach_port_t bp, const char *name)
{
	mach_port_t port = MACH_PORT_NULL;
	kern_return_t kr = bootstrap_look_up(bp, name, &port);

	if (kr == BOOTSTRAP_SUCCESS)
		(void)mach_port_deallocate(mach_task_self(), port);
	else
		CHECK_RETURN(kr, BOOTSTRAP_UNKNOWN_SERVICE);
	return kr == BOOTSTRAP_SUCCESS;
}

/* Of all names there, it sees those of @expected, between blanks. */
static void
expect_sees(mach_port_t bp, const char *expected)
{
	char word[64];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		(void)snprintf(word, sizeof(word), " %s ", names[i]);
		if (sees(bp, names[i]) == !strstr(expected, word)) {
			fprintf(stderr, "%s is seen, or not\n", names[i]);
			task_fail(__FILE__, __LINE__, "as expected");
		}
	}
}

static kern_return_t
enter(mach_port_t bp, const char *name)
{
	mach_port_t port = served_port();
	kern_return_t kr =
	    bootstrap_register(bp, (char *)(uintptr_t)name, port);

	served_kill(port);
	return kr;
}

static kern_return_t
check_in(mach_port_t bp, const char *name)
{
	mach_port_t port = MACH_PORT_NULL;
	kern_return_t kr = bootstrap_check_in(bp, name, &port);

	if (kr == BOOTSTRAP_SUCCESS)
		served_kill(port);
	return kr;
}

static kern_return_t
create(mach_port_t bp, const char *name)
{
	mach_port_t port = MACH_PORT_NULL;

	return bootstrap_create_service(bp, name, &port);
}

/* Are we somebody else than the server's owner? */
static bool
is_other(void)
{
	return geteuid() == (uid_t)strtoul(OTHER_USER, NULL, 10);
}

/* It may, or may not, give names like this one. */
static void
expect_names(mach_port_t bp, const char *prefix, kern_return_t expected)
{
	char name[64];

	(void)snprintf(name, sizeof(name), "%s1", prefix);
	CHECK_RETURN(enter(bp, name), expected);
	(void)snprintf(name, sizeof(name), "%s2", prefix);
	CHECK_RETURN(check_in(bp, name), expected);
	/* That needs privilege besides. */
	(void)snprintf(name, sizeof(name), "%s3", prefix);
	CHECK_RETURN(
	    create(bp, name), is_other() ? BOOTSTRAP_NOT_PRIVILEGED : expected);
}

/* The client of all. */
static void
client(void *argument)
{
	(void)argument;
	CHECK(served_ask(served_look_up(bootstrap_port, "tester"), 1) == 101);
}

/* For programs: all was as it should be. */
static void
succeed(void)
{
	served_answer_one(served_check_in(bootstrap_port, "tester"), 100);
}

static void
run(const char *tester)
{
	served_run_two(tester, FILE_OF_OTHERS, "client");
}

/* --- users ----------------------------------------------------------------- */

static void
owner(void *argument)
{
	(void)argument;
	expect_sees(
	    bootstrap_port, " not.said for.owner for.anybody for.test hidden ");
	expect_names(bootstrap_port, "any.", BOOTSTRAP_SUCCESS);
	succeed();
}

static void
the_owner_may_do_what_is_not_said(void **state)
{
	(void)state;
	run(TESTER(owner) PORTS);
}

static void
other(void *argument)
{
	(void)argument;
	expect_sees(bootstrap_port, " for.anybody for.other for.test hidden ");
	expect_names(bootstrap_port, "any.", BOOTSTRAP_NOT_PRIVILEGED);
	expect_names(bootstrap_port, "open.", BOOTSTRAP_SUCCESS);
	/* Of what is declared, too. */
	CHECK_RETURN(
	    check_in(bootstrap_port, "for.anybody"), BOOTSTRAP_SUCCESS);
	CHECK_RETURN(
	    check_in(bootstrap_port, "for.other"), BOOTSTRAP_NOT_PRIVILEGED);
	CHECK_RETURN(
	    enter(bootstrap_port, "for.other"), BOOTSTRAP_NOT_PRIVILEGED);
	succeed();
}

static void
another_user_may_do_what_is_said(void **state)
{
	(void)state;
	served_for_all(true);
	run(TESTER(other) "user = " OTHER_USER "\n" PORTS);
	served_for_all(false);
}

/* --- domains --------------------------------------------------------------- */

static void
boxed(void *argument)
{
	(void)argument;
	expect_sees(bootstrap_port, " for.owner for.anybody for.test for.box ");
	expect_names(bootstrap_port, "any.", BOOTSTRAP_NOT_PRIVILEGED);
	expect_names(bootstrap_port, "open.", BOOTSTRAP_NOT_PRIVILEGED);
	expect_names(bootstrap_port, "open.box.", BOOTSTRAP_SUCCESS);
	succeed();
}

static void
a_program_in_a_domain_sees_what_that_lists(void **state)
{
	(void)state;
	run(TESTER(boxed) "domain = box\n" PORTS);
}

/* It does not get out by a context of its own, but what is there is its own. */
static void
boxed_in_a_subset(void *argument)
{
	mach_port_t requestor;
	mach_port_t subset = served_subset(bootstrap_port, &requestor);
	mach_port_t port = served_port();

	(void)argument;
	expect_sees(subset, " for.owner for.anybody for.test for.box ");
	expect_names(subset, "any.", BOOTSTRAP_SUCCESS);
	CHECK_RETURN(
	    bootstrap_register(subset, (char *)(uintptr_t) "not.said", port),
	    BOOTSTRAP_SUCCESS);
	CHECK(sees(subset, "not.said"));
	CHECK(!sees(bootstrap_port, "not.said"));
	served_kill(port);
	served_kill(requestor);
	succeed();
}

static void
a_context_made_in_a_domain_is_in_it(void **state)
{
	(void)state;
	run(TESTER(boxed_in_a_subset) "domain = box\n" PORTS);
}

/* --- lists ----------------------------------------------------------------- */

/* Does bootstrap_info() list @name? */
static bool
is_listed(const char *name)
{
	name_array_t services;
	name_array_t servers;
	bool_array_t active;
	mach_msg_type_number_t count;
	mach_msg_type_number_t servers_count;
	mach_msg_type_number_t active_count;
	bool found = false;

	CHECK_RETURN(bootstrap_info(bootstrap_port, &services, &count, &servers,
	                 &servers_count, &active, &active_count),
	    BOOTSTRAP_SUCCESS);
	for (mach_msg_type_number_t i = 0; i < count; i++)
		found = found || strcmp(services[i], name) == 0;
	(void)vm_deallocate(
	    mach_task_self(), (vm_address_t)services, count * sizeof(name_t));
	(void)vm_deallocate(mach_task_self(), (vm_address_t)servers,
	    servers_count * sizeof(name_t));
	(void)vm_deallocate(mach_task_self(), (vm_address_t)active,
	    active_count * sizeof(*active));
	return found;
}

static void
reader_of_lists(void *argument)
{
	(void)argument;
	CHECK(is_listed("for.anybody"));
	CHECK(!is_listed("for.nobody"));
	CHECK(!is_listed("hidden"));
	succeed();
}

static void
what_is_hidden_is_not_listed(void **state)
{
	(void)state;
	run(TESTER(reader_of_lists) PORTS);
}

int
main(int argc, char **argv)
{
	static const struct served_body bodies[] = {
	    BODY(boxed),
	    BODY(boxed_in_a_subset),
	    BODY(client),
	    BODY(other),
	    BODY(owner),
	    BODY(reader_of_lists),
	};
	const struct CMUnitTest tests[] = {
	    PROCESS_TEST(the_owner_may_do_what_is_not_said),
	    PROCESS_TEST(a_program_in_a_domain_sees_what_that_lists),
	    PROCESS_TEST(a_context_made_in_a_domain_is_in_it),
	    PROCESS_TEST(what_is_hidden_is_not_listed),
	};
	/* Who is not root has no program of another user. */
	const struct CMUnitTest tests_of_root[] = {
	    PROCESS_TEST(the_owner_may_do_what_is_not_said),
	    PROCESS_TEST(another_user_may_do_what_is_said),
	    PROCESS_TEST(a_program_in_a_domain_sees_what_that_lists),
	    PROCESS_TEST(a_context_made_in_a_domain_is_in_it),
	    PROCESS_TEST(what_is_hidden_is_not_listed),
	};

	SERVED_BODIES(argc, argv, bodies);
	return geteuid() == 0
	    ? cmocka_run_group_tests(tests_of_root, NULL, NULL)
	    : cmocka_run_group_tests(tests, NULL, NULL);
}
