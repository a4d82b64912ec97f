/* What becomes of services, registrations, contexts and programs over time:
 * spec/special-ports.md 8.3. */
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "served.h"

static mach_port_t
bp(void)
{
	return bootstrap_port;
}

static void
send_number(mach_port_t port, int32_t number)
{
	CHECK_RETURN(
	    mail_send(port, number, MACH_PORT_NULL, MACH_SEND_TIMEOUT, 0),
	    MACH_MSG_SUCCESS);
}

static void
expect_number(mach_port_t port, int32_t number)
{
	struct mail mail;

	CHECK_RETURN(
	    mail_receive(port, &mail, MACH_RCV_TIMEOUT, 0), MACH_MSG_SUCCESS);
	CHECK(mail.number == number);
}

static mach_port_t
declare(mach_port_t context, const char *name)
{
	mach_port_t port = MACH_PORT_NULL;

	CHECK_RETURN(
	    bootstrap_create_service(context, name, &port), BOOTSTRAP_SUCCESS);
	return port;
}

/* Is there nothing by that name? */
static void
expect_unknown(mach_port_t context, const char *name)
{
	mach_port_t port;

	CHECK_RETURN(
	    bootstrap_look_up(context, name, &port), BOOTSTRAP_UNKNOWN_SERVICE);
}

/* --- check-in ----------------------------------------------------------------------- */

static void
hand_back(void *argument)
{
	mach_port_t client = declare(bp(), "org.test");
	mach_port_t service;

	(void)argument;
	send_number(client, 1); /* before anybody checks in */
	service = served_check_in(bp(), "org.test");
	expect_number(service, 1);
	send_number(client, 2);
	send_number(client, 3);
	expect_number(service, 2);
	served_kill(service);
	CHECK(served_status(bp(), "org.test") == BOOTSTRAP_STATUS_INACTIVE);
	CHECK(served_type(client) == MACH_PORT_TYPE_SEND);
	send_number(client, 4);
	service = served_check_in(bp(), "org.test");
	CHECK(service == client);
	expect_number(service, 3);
	expect_number(service, 4);
}

static struct bell ready;

static void
serve_one_and_wait(void *argument)
{
	mach_port_t service = served_check_in(bp(), "org.test");
	struct mail mail;

	(void)argument;
	CHECK_RETURN(mail_receive(service, &mail, MACH_MSG_OPTION_NONE, 0),
	    MACH_MSG_SUCCESS);
	bell_ring(&ready);
	pause();
}

static void
holder_is_killed(void *argument)
{
	mach_port_t client = declare(bp(), "org.test");
	pid_t holder;

	(void)argument;
	bell_make(&ready);
	for (int32_t i = 1; i <= 3; i++)
		send_number(client, i);
	holder = task_start(serve_one_and_wait, NULL);
	bell_wait(&ready, 1);
	task_kill(holder);
	expect_number(served_check_in(bp(), "org.test"), 2);
	expect_number(client, 3);
}

static void
queue_limit_is_its_own_again(void *argument)
{
	mach_port_t client = declare(bp(), "org.test");
	mach_port_t service = served_check_in(bp(), "org.test");
	mach_port_limits_t limits = {.mpl_qlimit = 0};
	mach_msg_type_number_t count = MACH_PORT_LIMITS_INFO_COUNT;

	(void)argument;
	CHECK_RETURN(
	    mach_port_set_attributes(mach_task_self(), service,
	        MACH_PORT_LIMITS_INFO, (mach_port_info_t)&limits, count),
	    KERN_SUCCESS);
	served_kill(service);
	CHECK(served_status(bp(), "org.test") == BOOTSTRAP_STATUS_INACTIVE);
	send_number(client, 1);
	expect_number(served_check_in(bp(), "org.test"), 1);
}

static void
undeclared(void *argument)
{
	mach_port_t service = served_check_in(bp(), "org.test");
	mach_port_t client = served_look_up(bp(), "org.test");

	(void)argument;
	served_kill(service);
	expect_unknown(bp(), "org.test");
	CHECK(served_type(client) == MACH_PORT_TYPE_DEAD_NAME);
	(void)served_check_in(bp(), "org.test");
}

static void
moved_on(void *argument)
{
	mach_port_t client = declare(bp(), "org.test");
	mach_port_t service = served_check_in(bp(), "org.test");
	mach_port_t box = served_port();

	/* The receive right may go to whom its holder likes; here into a queue. */
	(void)argument;
	CHECK_RETURN(mail_send_right(box, service, MACH_MSG_TYPE_MOVE_RECEIVE),
	    MACH_MSG_SUCCESS);
	CHECK(served_status(bp(), "org.test") == BOOTSTRAP_STATUS_ACTIVE);
	send_number(client, 5);
	served_kill(box);
	CHECK(served_status(bp(), "org.test") == BOOTSTRAP_STATUS_INACTIVE);
	expect_number(served_check_in(bp(), "org.test"), 5);
}

/* --- registration --------------------------------------------------------------------- */

static void
registrant_dies(void *argument)
{
	mach_port_t requestor;
	mach_port_t subset = served_subset(bp(), &requestor);
	mach_port_t outer = served_port();
	mach_port_t inner = served_port();

	(void)argument;
	CHECK_RETURN(
	    bootstrap_register(bp(), "org.test", outer), BOOTSTRAP_SUCCESS);
	CHECK_RETURN(
	    bootstrap_register(subset, "org.test", inner), BOOTSTRAP_SUCCESS);
	CHECK_RETURN(
	    bootstrap_register(subset, "alias", inner), BOOTSTRAP_SUCCESS);
	served_kill(inner);
	CHECK(served_look_up(subset, "org.test") == outer);
	expect_unknown(subset, "alias");
	served_kill(outer);
	expect_unknown(subset, "org.test");
}

static void
alias_of_service(void *argument)
{
	mach_port_t client = declare(bp(), "org.test");

	(void)argument;
	CHECK_RETURN(
	    bootstrap_register(bp(), "alias", client), BOOTSTRAP_SUCCESS);
	CHECK(served_look_up(bp(), "alias") == client);
	served_kill(served_check_in(bp(), "org.test"));
	CHECK(served_look_up(bp(), "alias") == client);
	served_expect_reaches(client, served_check_in(bp(), "org.test"));
}

static void
ports_of_the_server(void *argument)
{
	mach_port_t requestor;
	mach_port_t subset = served_subset(bp(), &requestor);
	mach_port_t got;

	/* The server watches ports of its own. */
	(void)argument;
	CHECK_RETURN(
	    bootstrap_register(bp(), "subset", subset), BOOTSTRAP_SUCCESS);
	CHECK_RETURN(bootstrap_subset(bp(), subset, &got), BOOTSTRAP_SUCCESS);
	CHECK(served_look_up(got, "subset") == subset);
	served_kill(requestor);
	expect_unknown(bp(), "subset");
	CHECK(served_type(got) == MACH_PORT_TYPE_DEAD_NAME);
}

/* --- contexts ------------------------------------------------------------------------- */

static void
subset_ends(void *argument)
{
	mach_port_t requestor;
	mach_port_t other;
	mach_port_t subset = served_subset(bp(), &requestor);
	mach_port_t inner = served_subset(subset, &other);
	mach_port_t waiting = declare(subset, "waiting");
	mach_port_t deep = declare(inner, "deep");
	mach_port_t held = served_check_in(subset, "held");
	mach_port_t unprivileged;

	(void)argument;
	CHECK_RETURN(
	    bootstrap_unprivileged(subset, &unprivileged), BOOTSTRAP_SUCCESS);
	CHECK_RETURN(
	    bootstrap_register(subset, "other", other), BOOTSTRAP_SUCCESS);
	served_kill(requestor);
	/* The server has seen it once it has answered. */
	expect_unknown(bp(), "waiting");
	CHECK(served_type(subset) == MACH_PORT_TYPE_DEAD_NAME);
	CHECK(served_type(unprivileged) == MACH_PORT_TYPE_DEAD_NAME);
	CHECK(served_type(inner) == MACH_PORT_TYPE_DEAD_NAME);
	CHECK(served_type(waiting) == MACH_PORT_TYPE_DEAD_NAME);
	CHECK(served_type(deep) == MACH_PORT_TYPE_DEAD_NAME);
	CHECK(served_type(held) == MACH_PORT_TYPE_RECEIVE);
	served_kill(held);
	CHECK(served_type(other) == MACH_PORT_TYPE_SEND_RECEIVE);
}

static void
requestor_of_two(void *argument)
{
	mach_port_t requestor;
	mach_port_t first = served_subset(bp(), &requestor);
	mach_port_t second;
	mach_port_t third;

	(void)argument;
	CHECK_RETURN(
	    bootstrap_subset(bp(), requestor, &second), BOOTSTRAP_SUCCESS);
	CHECK_RETURN(
	    bootstrap_subset(second, requestor, &third), BOOTSTRAP_SUCCESS);
	served_kill(requestor);
	expect_unknown(bp(), "anything");
	CHECK(served_type(first) == MACH_PORT_TYPE_DEAD_NAME);
	CHECK(served_type(second) == MACH_PORT_TYPE_DEAD_NAME);
	CHECK(served_type(third) == MACH_PORT_TYPE_DEAD_NAME);
}

static void
look_around(void *argument)
{
	mach_port_t got;

	(void)argument;
	(void)served_look_up(bootstrap_port, "outside");
	(void)served_look_up(bootstrap_port, "inside");
	CHECK_RETURN(
	    bootstrap_parent(bootstrap_port, &got), BOOTSTRAP_NOT_PRIVILEGED);
	CHECK_RETURN(bootstrap_create_service(bootstrap_port, "more", &got),
	    BOOTSTRAP_NOT_PRIVILEGED);
}

static void
child_is_confined(void *argument)
{
	mach_port_t requestor;
	mach_port_t subset = served_subset(bp(), &requestor);
	mach_port_t confined;

	(void)argument;
	CHECK_RETURN(
	    bootstrap_unprivileged(subset, &confined), BOOTSTRAP_SUCCESS);
	(void)declare(bp(), "outside");
	(void)declare(subset, "inside");
	expect_unknown(bp(), "inside");
	CHECK_RETURN(
	    task_set_bootstrap_port(mach_task_self(), confined), KERN_SUCCESS);
	task_run(look_around, NULL);
}

/* --- programs ------------------------------------------------------------------------- */

/* A program: answers forever. */
static void
adder(void *argument)
{
	(void)argument;
	served_answer(served_check_in(bp(), "org.adder"), 1);
}

/* A program: answers two requests and ends. */
static void
tired_adder(void *argument)
{
	mach_port_t service = served_check_in(bp(), "org.adder");

	(void)argument;
	served_answer_one(service, 1);
	served_answer_one(service, 1);
}

static void
demand(void *argument)
{
	mach_port_t client = served_program("adder", "org.adder");

	(void)argument;
	CHECK(served_status(bp(), "org.adder") == BOOTSTRAP_STATUS_ON_DEMAND);
	CHECK(served_ask(client, 5) == 6);
	CHECK(served_status(bp(), "org.adder") == BOOTSTRAP_STATUS_ACTIVE);
	CHECK(served_ask(client, 7) == 8);
}

static void
demand_again(void *argument)
{
	mach_port_t client = served_look_up(bp(), "org.adder");

	(void)argument;
	CHECK(served_status(bp(), "org.adder") == BOOTSTRAP_STATUS_ON_DEMAND);
	for (int32_t i = 0; i < 5; i++)
		CHECK(served_ask(client, i) == i + 1);
}

static void
demand_before_release(void *argument)
{
	mach_port_t server;
	mach_port_t client;
	mach_port_t reply = mail_port();
	struct mail mail;

	(void)argument;
	CHECK_RETURN(bootstrap_create_server(bp(), served_command("adder"),
	                 geteuid(), TRUE, &server),
	    BOOTSTRAP_SUCCESS);
	client = declare(server, "org.adder");
	CHECK_RETURN(mail_send(client, 1, reply, MACH_MSG_OPTION_NONE, 0),
	    MACH_MSG_SUCCESS);
	/* Nothing starts it while we could check in ourselves. */
	CHECK(served_status(bp(), "org.adder") == BOOTSTRAP_STATUS_ON_DEMAND);
	CHECK_RETURN(
	    mach_port_deallocate(mach_task_self(), server), KERN_SUCCESS);
	CHECK_RETURN(mail_receive(reply, &mail, MACH_MSG_OPTION_NONE, 0),
	    MACH_MSG_SUCCESS);
	CHECK(mail.number == 2);
}

/* A program without a service: says that it runs by a message. */
static void
caller(void *argument)
{
	(void)argument;
	CHECK_RETURN(mail_send(served_look_up(bp(), "org.called"), 9,
	                 MACH_PORT_NULL, MACH_MSG_OPTION_NONE, 0),
	    MACH_MSG_SUCCESS);
	pause();
}

static void
started_without_demand(void *argument)
{
	mach_port_t service = served_check_in(bp(), "org.called");
	mach_port_t server;
	struct mail mail;

	(void)argument;
	CHECK_RETURN(bootstrap_create_server(bp(), served_command("caller"),
	                 geteuid(), FALSE, &server),
	    BOOTSTRAP_SUCCESS);
	CHECK_RETURN(
	    mach_port_deallocate(mach_task_self(), server), KERN_SUCCESS);
	CHECK_RETURN(mail_receive(service, &mail, MACH_MSG_OPTION_NONE, 0),
	    MACH_MSG_SUCCESS);
	CHECK(mail.number == 9);
}

static void
program_of_no_use(void *argument)
{
	mach_port_t server;

	/* Without a service nothing could start it: it goes with its port. */
	(void)argument;
	for (unsigned i = 0; i < 20; i++) {
		CHECK_RETURN(bootstrap_create_server(
		                 bp(), "/bin/false", geteuid(), TRUE, &server),
		    BOOTSTRAP_SUCCESS);
		CHECK_RETURN(mach_port_deallocate(mach_task_self(), server),
		    KERN_SUCCESS);
	}
}

static void
program_of_subset(void *argument)
{
	mach_port_t requestor;
	mach_port_t subset = served_subset(bp(), &requestor);
	mach_port_t server;
	mach_port_t client;

	/* A program, waiting for messages, goes with its context. */
	(void)argument;
	CHECK_RETURN(bootstrap_create_server(subset, served_command("adder"),
	                 geteuid(), TRUE, &server),
	    BOOTSTRAP_SUCCESS);
	client = declare(server, "org.adder");
	CHECK_RETURN(
	    mach_port_deallocate(mach_task_self(), server), KERN_SUCCESS);
	CHECK(served_ask(client, 1) == 2);
	served_kill(requestor);
	expect_unknown(bp(), "org.adder");
}

/* --- running them ------------------------------------------------------------------- */

static const struct served_body bodies[] = {
    BODY(adder),
    BODY(alias_of_service),
    BODY(caller),
    BODY(child_is_confined),
    BODY(demand),
    BODY(demand_again),
    BODY(demand_before_release),
    BODY(hand_back),
    BODY(holder_is_killed),
    BODY(moved_on),
    BODY(ports_of_the_server),
    BODY(program_of_no_use),
    BODY(program_of_subset),
    BODY(queue_limit_is_its_own_again),
    BODY(registrant_dies),
    BODY(requestor_of_two),
    BODY(started_without_demand),
    BODY(subset_ends),
    BODY(tired_adder),
    BODY(undeclared),
};

SERVED(a_service_goes_back_with_what_was_not_received, hand_back)
SERVED(a_service_whose_holder_is_killed_goes_back, holder_is_killed)
SERVED(a_service_that_came_back_has_its_own_queue_limit,
    queue_limit_is_its_own_again)
SERVED(a_service_that_is_not_declared_goes_with_its_port, undeclared)
SERVED(a_receive_right_comes_back_from_wherever_it_went, moved_on)
SERVED(a_registration_goes_with_its_port, registrant_dies)
SERVED(a_service_may_have_another_name, alias_of_service)
SERVED(ports_of_the_server_are_ports_like_others, ports_of_the_server)
SERVED(a_subset_ends_with_its_requestor, subset_ends)
SERVED(a_requestor_may_have_several_subsets, requestor_of_two)
SERVED(a_child_can_be_confined_to_a_subset, child_is_confined)
SERVED(a_message_starts_a_program, demand)

static void
a_message_starts_a_program_again(void **state)
{
	(void)state;
	served_run_configured("[program]\n"
	                      "command = %s --program tired_adder\n"
	                      "throttle = 1ms\n"
	                      "[port org.adder]\n",
	    "demand_again");
}

SERVED(a_program_is_not_started_before_its_maker_is_done, demand_before_release)
SERVED(a_program_may_start_without_a_message, started_without_demand)
SERVED(a_program_that_nothing_could_start_goes, program_of_no_use)
SERVED(a_program_goes_with_its_context, program_of_subset)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    PROCESS_TEST(a_service_goes_back_with_what_was_not_received),
	    PROCESS_TEST(a_service_whose_holder_is_killed_goes_back),
	    PROCESS_TEST(a_service_that_came_back_has_its_own_queue_limit),
	    PROCESS_TEST(a_service_that_is_not_declared_goes_with_its_port),
	    PROCESS_TEST(a_receive_right_comes_back_from_wherever_it_went),
	    PROCESS_TEST(a_registration_goes_with_its_port),
	    PROCESS_TEST(a_service_may_have_another_name),
	    PROCESS_TEST(ports_of_the_server_are_ports_like_others),
	    PROCESS_TEST(a_subset_ends_with_its_requestor),
	    PROCESS_TEST(a_requestor_may_have_several_subsets),
	    PROCESS_TEST(a_child_can_be_confined_to_a_subset),
	    PROCESS_TEST(a_message_starts_a_program),
	    PROCESS_TEST(a_message_starts_a_program_again),
	    PROCESS_TEST(a_program_is_not_started_before_its_maker_is_done),
	    PROCESS_TEST(a_program_may_start_without_a_message),
	    PROCESS_TEST(a_program_that_nothing_could_start_goes),
	    PROCESS_TEST(a_program_goes_with_its_context),
	};

	SERVED_BODIES(argc, argv, bodies);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
