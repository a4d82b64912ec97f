/* Each request of the bootstrap server and each of its errors: the table of
 * spec/special-ports.md 8.2. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "served.h"

static mach_port_t
bp(void)
{
	return bootstrap_port;
}

/* --- check_in --------------------------------------------------------------------- */

static void
check_in(void *argument)
{
	mach_port_t made;
	mach_port_t port;

	(void)argument;
	CHECK_RETURN(bootstrap_create_service(bp(), "org.test", &made),
	    BOOTSTRAP_SUCCESS);
	CHECK(served_type(made) == MACH_PORT_TYPE_SEND);
	port = served_check_in(bp(), "org.test");
	CHECK(port == made);
	CHECK(served_type(port) == MACH_PORT_TYPE_SEND_RECEIVE);
	CHECK_RETURN(bootstrap_check_in(bp(), "org.test", &port),
	    BOOTSTRAP_SERVICE_ACTIVE);
	CHECK_RETURN(
	    bootstrap_register(bp(), "other", made), BOOTSTRAP_SUCCESS);
	CHECK_RETURN(
	    bootstrap_check_in(bp(), "other", &port), BOOTSTRAP_SERVICE_ACTIVE);
}

static void
check_in_gives_only_the_receive_right(void *argument)
{
	mach_port_t port = served_check_in(bp(), "org.test");

	(void)argument;
	CHECK(served_type(port) == MACH_PORT_TYPE_RECEIVE);
	served_expect_reaches(served_look_up(bp(), "org.test"), port);
}

static void
check_in_strict(void *argument)
{
	mach_port_t port = 7;

	(void)argument;
	CHECK_RETURN(bootstrap_check_in(bp(), "org.test", &port),
	    BOOTSTRAP_UNKNOWN_SERVICE);
	CHECK(port == 7);
	CHECK_RETURN(bootstrap_create_service(bp(), "org.test", &port),
	    BOOTSTRAP_SUCCESS);
	CHECK(served_check_in(bp(), "org.test") == port);
}

static void
check_in_is_of_one_context(void *argument)
{
	mach_port_t requestor;
	mach_port_t subset = served_subset(bp(), &requestor);
	mach_port_t port;

	(void)argument;
	CHECK_RETURN(bootstrap_create_service(bp(), "org.test", &port),
	    BOOTSTRAP_SUCCESS);
	CHECK_RETURN(bootstrap_check_in(subset, "org.test", &port),
	    BOOTSTRAP_UNKNOWN_SERVICE);
}

/* --- register --------------------------------------------------------------------- */

static void
registering(void *argument)
{
	mach_port_t port = served_port();
	mach_port_urefs_t refs;

	(void)argument;
	CHECK_RETURN(
	    bootstrap_register(bp(), "org.test", port), BOOTSTRAP_SUCCESS);
	/* The caller keeps its right. */
	CHECK_RETURN(mach_port_get_refs(
	                 mach_task_self(), port, MACH_PORT_RIGHT_SEND, &refs),
	    KERN_SUCCESS);
	CHECK(refs == 1);
	CHECK(served_look_up(bp(), "org.test") == port);
	CHECK_RETURN(bootstrap_register(bp(), "org.test", port),
	    BOOTSTRAP_SERVICE_ACTIVE);
	CHECK_RETURN(bootstrap_register(bp(), "org.test", MACH_PORT_NULL),
	    BOOTSTRAP_SERVICE_ACTIVE);
	CHECK(served_status(bp(), "org.test") == BOOTSTRAP_STATUS_ACTIVE);
}

static void
registering_dead_port(void *argument)
{
	mach_port_t port = served_port();

	(void)argument;
	served_kill(port);
	CHECK(served_type(port) == MACH_PORT_TYPE_DEAD_NAME);
	CHECK_RETURN(
	    bootstrap_register(bp(), "org.test", port), BOOTSTRAP_SUCCESS);
	CHECK_RETURN(bootstrap_look_up(bp(), "org.test", &port),
	    BOOTSTRAP_UNKNOWN_SERVICE);
}

static void
registering_null_hides(void *argument)
{
	mach_port_t requestor;
	mach_port_t inner_requestor;
	mach_port_t subset = served_subset(bp(), &requestor);
	mach_port_t inner = served_subset(subset, &inner_requestor);
	mach_port_t port = served_port();
	mach_port_t mine = served_port();
	mach_port_t got;
	bootstrap_status_t status;

	(void)argument;
	CHECK_RETURN(
	    bootstrap_register(bp(), "org.test", port), BOOTSTRAP_SUCCESS);
	CHECK(served_look_up(inner, "org.test") == port);
	CHECK_RETURN(bootstrap_register(subset, "org.test", MACH_PORT_NULL),
	    BOOTSTRAP_SUCCESS);
	CHECK_RETURN(bootstrap_look_up(subset, "org.test", &got),
	    BOOTSTRAP_UNKNOWN_SERVICE);
	CHECK_RETURN(bootstrap_look_up(inner, "org.test", &got),
	    BOOTSTRAP_UNKNOWN_SERVICE);
	CHECK_RETURN(bootstrap_status(inner, "org.test", &status),
	    BOOTSTRAP_UNKNOWN_SERVICE);
	CHECK(served_look_up(bp(), "org.test") == port);
	/* Until something is registered there, and gone. */
	CHECK_RETURN(
	    bootstrap_register(subset, "org.test", mine), BOOTSTRAP_SUCCESS);
	CHECK(served_look_up(inner, "org.test") == mine);
	served_kill(mine);
	CHECK(served_look_up(inner, "org.test") == port);
}

/* --- look_up ---------------------------------------------------------------------- */

static void
look_up(void *argument)
{
	mach_port_t requestor;
	mach_port_t subset = served_subset(bp(), &requestor);
	mach_port_t outer = served_port();
	mach_port_t inner = served_port();
	mach_port_t got = 7;

	(void)argument;
	CHECK_RETURN(bootstrap_look_up(bp(), "org.test", &got),
	    BOOTSTRAP_UNKNOWN_SERVICE);
	CHECK(got == 7);
	CHECK_RETURN(
	    bootstrap_register(bp(), "org.test", outer), BOOTSTRAP_SUCCESS);
	CHECK(served_look_up(subset, "org.test") == outer);
	CHECK_RETURN(
	    bootstrap_register(subset, "org.test", inner), BOOTSTRAP_SUCCESS);
	CHECK(served_look_up(subset, "org.test") == inner);
	CHECK(served_look_up(bp(), "org.test") == outer);
	/* Bytewise. */
	CHECK_RETURN(bootstrap_look_up(bp(), "Org.test", &got),
	    BOOTSTRAP_UNKNOWN_SERVICE);
	CHECK_RETURN(bootstrap_look_up(bp(), "org.test ", &got),
	    BOOTSTRAP_UNKNOWN_SERVICE);
}

static void
look_up_adds_a_reference(void *argument)
{
	mach_port_t port;
	mach_port_urefs_t refs;

	(void)argument;
	CHECK_RETURN(bootstrap_create_service(bp(), "org.test", &port),
	    BOOTSTRAP_SUCCESS);
	CHECK(served_look_up(bp(), "org.test") == port);
	CHECK_RETURN(mach_port_get_refs(
	                 mach_task_self(), port, MACH_PORT_RIGHT_SEND, &refs),
	    KERN_SUCCESS);
	CHECK(refs == 2);
}

static void
look_up_array(void *argument)
{
	name_t names[BOOTSTRAP_MAX_LOOKUP_COUNT + 1] = {"one", "none", "two"};
	mach_port_t one = served_port();
	mach_port_t two = served_port();
	mach_port_array_t ports = NULL;
	mach_msg_type_number_t count = 0;
	boolean_t all = 7;

	(void)argument;
	CHECK_RETURN(bootstrap_register(bp(), "one", one), BOOTSTRAP_SUCCESS);
	CHECK_RETURN(bootstrap_register(bp(), "two", two), BOOTSTRAP_SUCCESS);
	CHECK_RETURN(
	    bootstrap_look_up_array(bp(), names, 3, &ports, &count, &all),
	    BOOTSTRAP_SUCCESS);
	CHECK(count == 3 && all == FALSE);
	CHECK(ports[0] == one && ports[1] == MACH_PORT_NULL && ports[2] == two);
	CHECK_RETURN(vm_deallocate(mach_task_self(), (vm_address_t)ports,
	                 count * sizeof(*ports)),
	    KERN_SUCCESS);
	CHECK_RETURN(
	    bootstrap_look_up_array(bp(), names, 1, &ports, &count, &all),
	    BOOTSTRAP_SUCCESS);
	CHECK(count == 1 && all == TRUE && ports[0] == one);
	CHECK_RETURN(
	    bootstrap_look_up_array(bp(), names, 0, &ports, &count, &all),
	    BOOTSTRAP_SUCCESS);
	CHECK(count == 0 && all == TRUE);
	CHECK_RETURN(bootstrap_look_up_array(bp(), names,
	                 BOOTSTRAP_MAX_LOOKUP_COUNT, &ports, &count, &all),
	    BOOTSTRAP_SUCCESS);
	CHECK_RETURN(bootstrap_look_up_array(bp(), names,
	                 BOOTSTRAP_MAX_LOOKUP_COUNT + 1, &ports, &count, &all),
	    BOOTSTRAP_BAD_COUNT);
}

/* --- create_service, create_server ------------------------------------------------ */

static void
create_service(void *argument)
{
	mach_port_t port;
	mach_port_t unprivileged;

	(void)argument;
	CHECK_RETURN(bootstrap_create_service(bp(), "org.test", &port),
	    BOOTSTRAP_SUCCESS);
	CHECK(served_look_up(bp(), "org.test") == port);
	CHECK(served_status(bp(), "org.test") == BOOTSTRAP_STATUS_INACTIVE);
	CHECK_RETURN(bootstrap_create_service(bp(), "org.test", &port),
	    BOOTSTRAP_NAME_IN_USE);
	CHECK_RETURN(
	    bootstrap_unprivileged(bp(), &unprivileged), BOOTSTRAP_SUCCESS);
	CHECK_RETURN(bootstrap_create_service(unprivileged, "other", &port),
	    BOOTSTRAP_NOT_PRIVILEGED);
}

static void
create_server(void *argument)
{
	mach_port_t server;
	mach_port_t port;
	mach_port_t got;
	mach_port_t unprivileged;

	(void)argument;
	CHECK_RETURN(bootstrap_create_server(
	                 bp(), "/bin/false", geteuid(), TRUE, &server),
	    BOOTSTRAP_SUCCESS);
	CHECK_RETURN(bootstrap_create_service(server, "org.test", &port),
	    BOOTSTRAP_SUCCESS);
	CHECK(served_status(bp(), "org.test") == BOOTSTRAP_STATUS_ON_DEMAND);
	/* It is that server's. */
	CHECK_RETURN(bootstrap_check_in(bp(), "org.test", &got),
	    BOOTSTRAP_NOT_PRIVILEGED);
	CHECK_RETURN(bootstrap_register(bp(), "org.test", bp()),
	    BOOTSTRAP_NOT_PRIVILEGED);
	CHECK(served_check_in(server, "org.test") == port);
	CHECK_RETURN(
	    bootstrap_unprivileged(bp(), &unprivileged), BOOTSTRAP_SUCCESS);
	CHECK_RETURN(bootstrap_create_server(
	                 unprivileged, "/bin/false", geteuid(), TRUE, &server),
	    BOOTSTRAP_NOT_PRIVILEGED);
}

static void
register_over_declared(void *argument)
{
	mach_port_t server;
	mach_port_t declared;
	mach_port_t mine = served_port();
	mach_port_t again;

	(void)argument;
	CHECK_RETURN(bootstrap_create_server(
	                 bp(), "/bin/false", geteuid(), TRUE, &server),
	    BOOTSTRAP_SUCCESS);
	CHECK_RETURN(bootstrap_create_service(server, "org.test", &declared),
	    BOOTSTRAP_SUCCESS);
	CHECK_RETURN(
	    bootstrap_register(server, "org.test", mine), BOOTSTRAP_SUCCESS);
	CHECK(served_status(bp(), "org.test") == BOOTSTRAP_STATUS_ACTIVE);
	CHECK(served_look_up(bp(), "org.test") == mine);
	CHECK(served_type(declared) == MACH_PORT_TYPE_DEAD_NAME);
	served_kill(mine);
	again = served_look_up(bp(), "org.test");
	CHECK(again != mine && again != declared);
	CHECK(served_status(bp(), "org.test") == BOOTSTRAP_STATUS_ON_DEMAND);
	CHECK(served_check_in(server, "org.test") == again);
}

/* --- status, info ----------------------------------------------------------------- */

static void
status(void *argument)
{
	bootstrap_status_t got = 7;

	(void)argument;
	CHECK_RETURN(bootstrap_status(bp(), "org.test", &got),
	    BOOTSTRAP_UNKNOWN_SERVICE);
	CHECK(got == 7);
	(void)served_check_in(bp(), "org.test");
	CHECK(served_status(bp(), "org.test") == BOOTSTRAP_STATUS_ACTIVE);
}

/* Is @name listed once, of that server and so? */
static void
expect_listed(
    mach_port_t port, const char *name, const char *server, int active)
{
	name_array_t names;
	name_array_t servers;
	bool_array_t actives;
	mach_msg_type_number_t counts[3];
	int found = 0;

	CHECK_RETURN(bootstrap_info(port, &names, &counts[0], &servers,
	                 &counts[1], &actives, &counts[2]),
	    BOOTSTRAP_SUCCESS);
	CHECK(counts[0] == counts[1] && counts[0] == counts[2]);
	for (unsigned i = 0; i < counts[0]; i++)
		if (strcmp(names[i], name) == 0) {
			found++;
			CHECK(strcmp(servers[i], server) == 0);
			CHECK((int)actives[i] == active);
		}
	CHECK(found == (active < 0 ? 0 : 1));
	mig_deallocate((vm_address_t)names, counts[0] * sizeof(name_t));
	mig_deallocate((vm_address_t)servers, counts[1] * sizeof(name_t));
	mig_deallocate((vm_address_t)actives, counts[2] * sizeof(boolean_t));
}

static void
info(void *argument)
{
	mach_port_t requestor;
	mach_port_t subset = served_subset(bp(), &requestor);
	mach_port_t server;
	mach_port_t port;

	(void)argument;
	expect_listed(bp(), "idle", "", -1); /* none: three empty arrays */
	CHECK_RETURN(
	    bootstrap_create_service(bp(), "idle", &port), BOOTSTRAP_SUCCESS);
	(void)served_check_in(bp(), "busy");
	CHECK_RETURN(bootstrap_create_server(
	                 bp(), "/bin/false -x", geteuid(), TRUE, &server),
	    BOOTSTRAP_SUCCESS);
	CHECK_RETURN(bootstrap_create_service(server, "demand", &port),
	    BOOTSTRAP_SUCCESS);
	CHECK_RETURN(bootstrap_register(subset, "hidden", MACH_PORT_NULL),
	    BOOTSTRAP_SUCCESS);
	CHECK_RETURN(bootstrap_register(subset, "busy", MACH_PORT_NULL),
	    BOOTSTRAP_SUCCESS);
	expect_listed(bp(), "idle", "", FALSE);
	expect_listed(bp(), "busy", "", TRUE);
	expect_listed(bp(), "demand", "false", FALSE);
	expect_listed(subset, "idle", "", FALSE);
	expect_listed(subset, "demand", "false", FALSE);
	expect_listed(subset, "hidden", "", -1);
	expect_listed(subset, "busy", "", -1);
	/* What is there in both is listed as it is found. */
	CHECK_RETURN(
	    bootstrap_register(subset, "idle", subset), BOOTSTRAP_SUCCESS);
	expect_listed(subset, "idle", "", TRUE);
}

/* --- parent, unprivileged, subset --------------------------------------------------- */

static void
parent(void *argument)
{
	mach_port_t requestor;
	mach_port_t subset = served_subset(bp(), &requestor);
	mach_port_t unprivileged;
	mach_port_t got;

	(void)argument;
	CHECK_RETURN(bootstrap_parent(subset, &got), BOOTSTRAP_SUCCESS);
	CHECK(got == bp());
	CHECK_RETURN(bootstrap_parent(bp(), &got), BOOTSTRAP_SUCCESS);
	CHECK(got == bp());
	CHECK_RETURN(
	    bootstrap_unprivileged(subset, &unprivileged), BOOTSTRAP_SUCCESS);
	CHECK_RETURN(
	    bootstrap_parent(unprivileged, &got), BOOTSTRAP_NOT_PRIVILEGED);
}

static void
unprivileged(void *argument)
{
	mach_port_t first;
	mach_port_t second;
	mach_port_t port;

	(void)argument;
	CHECK_RETURN(bootstrap_unprivileged(bp(), &first), BOOTSTRAP_SUCCESS);
	CHECK_RETURN(bootstrap_unprivileged(first, &second), BOOTSTRAP_SUCCESS);
	CHECK(first != bp() && second == first);
	CHECK(served_type(first) == MACH_PORT_TYPE_SEND);
	port = served_check_in(first, "org.test");
	served_expect_reaches(served_look_up(bp(), "org.test"), port);
	CHECK_RETURN(
	    bootstrap_subset(first, port, &second), BOOTSTRAP_NOT_PRIVILEGED);
}

static void
subset(void *argument)
{
	mach_port_t got;

	(void)argument;
	CHECK_RETURN(bootstrap_subset(bp(), MACH_PORT_NULL, &got),
	    KERN_INVALID_ARGUMENT);
}

/* --- running them ------------------------------------------------------------------- */

static const struct served_body bodies[] = {
    BODY(check_in),
    BODY(check_in_gives_only_the_receive_right),
    BODY(check_in_is_of_one_context),
    BODY(check_in_strict),
    BODY(create_server),
    BODY(create_service),
    BODY(info),
    BODY(look_up),
    BODY(look_up_adds_a_reference),
    BODY(look_up_array),
    BODY(parent),
    BODY(register_over_declared),
    BODY(registering),
    BODY(registering_dead_port),
    BODY(registering_null_hides),
    BODY(status),
    BODY(subset),
    BODY(unprivileged),
};

#define SERVED_STRICTLY(test, body)                                            \
	static void test(void **state)                                         \
	{                                                                      \
		static const char *const strict[] = {"--strict", NULL};        \
                                                                               \
		(void)state;                                                   \
		served_run(strict, #body);                                     \
	}

SERVED(a_service_is_checked_in_once, check_in)
SERVED(a_check_in_declares_and_gives_only_the_receive_right,
    check_in_gives_only_the_receive_right)
SERVED_STRICTLY(
    a_check_in_finds_only_its_own_context, check_in_is_of_one_context)
SERVED_STRICTLY(a_strict_server_knows_only_what_is_declared, check_in_strict)
SERVED(a_port_is_registered_once_and_copied, registering)
SERVED(a_dead_port_is_registered_without_lasting_effect, registering_dead_port)
SERVED(a_registration_without_a_port_hides_the_parents, registering_null_hides)
SERVED(a_look_up_goes_from_the_context_outwards, look_up)
SERVED(a_look_up_adds_a_reference, look_up_adds_a_reference)
SERVED(an_array_of_names_is_looked_up, look_up_array)
SERVED(a_service_is_declared_once_and_with_privilege, create_service)
SERVED(a_server_owns_its_services, create_server)
SERVED(a_server_registers_over_its_own_service, register_over_declared)
SERVED(a_status_is_told, status)
SERVED(three_arrays_list_what_can_be_looked_up, info)
SERVED(the_parent_is_for_who_has_privilege, parent)
SERVED(an_unprivileged_port_is_of_the_same_context, unprivileged)
SERVED(a_subset_needs_a_requestor, subset)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    PROCESS_TEST(a_service_is_checked_in_once),
	    PROCESS_TEST(a_check_in_declares_and_gives_only_the_receive_right),
	    PROCESS_TEST(a_check_in_finds_only_its_own_context),
	    PROCESS_TEST(a_strict_server_knows_only_what_is_declared),
	    PROCESS_TEST(a_port_is_registered_once_and_copied),
	    PROCESS_TEST(a_dead_port_is_registered_without_lasting_effect),
	    PROCESS_TEST(a_registration_without_a_port_hides_the_parents),
	    PROCESS_TEST(a_look_up_goes_from_the_context_outwards),
	    PROCESS_TEST(a_look_up_adds_a_reference),
	    PROCESS_TEST(an_array_of_names_is_looked_up),
	    PROCESS_TEST(a_service_is_declared_once_and_with_privilege),
	    PROCESS_TEST(a_server_owns_its_services),
	    PROCESS_TEST(a_server_registers_over_its_own_service),
	    PROCESS_TEST(a_status_is_told),
	    PROCESS_TEST(three_arrays_list_what_can_be_looked_up),
	    PROCESS_TEST(the_parent_is_for_who_has_privilege),
	    PROCESS_TEST(an_unprivileged_port_is_of_the_same_context),
	    PROCESS_TEST(a_subset_needs_a_requestor),
	};

	SERVED_BODIES(argc, argv, bodies);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
