/* Clients of the bootstrap server that lie, flood it, and die in between. What they
 * left is counted when the server ends. */
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <mach/mach2.h>

#include "served.h"

static mach_port_t
bp(void)
{
	return bootstrap_port;
}

/* Does the server still serve? */
static void
expect_service(void)
{
	mach_port_t port;

	CHECK_RETURN(bootstrap_look_up(bp(), "no.such.name", &port),
	    BOOTSTRAP_UNKNOWN_SERVICE);
}

/* --- messages that lie -------------------------------------------------------------- */

union message {
	mach_msg_header_t header;
	mig_reply_error_t reply;
	struct {
		mach_msg_header_t header;
		mach_msg_body_t body;
		mach_msg_port_descriptor_t right;
	} right;
	struct {
		mach_msg_header_t header;
		mach_msg_body_t body;
		mach_msg_ool_descriptor_t memory;
		NDR_record_t ndr;
		mach_msg_type_number_t count;
	} memory;
	char bytes[4096];
};

/* Send @size bytes of it, and get what the server says. */
static kern_return_t
ask(union message *message, mach_msg_id_t id, mach_msg_size_t size)
{
	mach_port_t reply = mig_get_reply_port();

	message->header.msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND,
	                                MACH_MSG_TYPE_MAKE_SEND_ONCE) |
	    (message->header.msgh_bits & MACH_MSGH_BITS_COMPLEX);
	message->header.msgh_remote_port = bp();
	message->header.msgh_local_port = reply;
	message->header.msgh_id = id;
	CHECK_RETURN(
	    mach_msg(&message->header, MACH_SEND_MSG | MACH_RCV_MSG, size,
	        sizeof(*message), reply, MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
	CHECK((uint32_t)message->header.msgh_id == (uint32_t)id + 100 ||
	    message->header.msgh_id == MACH_NOTIFY_SEND_ONCE);
	if (message->header.msgh_id == MACH_NOTIFY_SEND_ONCE)
		return MIG_SERVER_DIED; /* larger than anything it receives */
	if (message->header.msgh_bits & MACH_MSGH_BITS_COMPLEX) {
		mach_msg_destroy(&message->header);
		return KERN_SUCCESS;
	}
	return message->reply.RetCode;
}

static void
wrong_sizes(void *argument)
{
	union message message;
	mach_port_t port;

	(void)argument;
	for (mach_msg_id_t id = 400; id <= 410; id++)
		for (mach_msg_size_t size = 24; size < 700; size += 4) {
			memset(&message, 0xff, sizeof(message));
			message.header.msgh_bits = 0;
			/* Those without arguments are right at 24. */
			if (ask(&message, id, size) == KERN_SUCCESS)
				CHECK(size == 24);
		}
	for (mach_msg_id_t id = 400; id <= 410; id++) {
		memset(&message, 0, sizeof(message));
		CHECK(ask(&message, id, 4000) != KERN_SUCCESS);
	}
	/* "" is no name. */
	memset(&message, 0, sizeof(message));
	CHECK_RETURN(ask(&message, 402, 160), KERN_INVALID_ARGUMENT);
	CHECK_RETURN(
	    bootstrap_check_in(bp(), "org.test", &port), BOOTSTRAP_SUCCESS);
}

static void
wrong_ids(void *argument)
{
	static const mach_msg_id_t ids[] = {
	    -1, 0, 64, 65, 66, 69, 70, 71, 72, 399, 411, 500, 3200, 0x7fffffff};
	union message message;

	(void)argument;
	for (unsigned i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		memset(&message, 0, sizeof(message));
		CHECK_RETURN(ask(&message, ids[i], 36), MIG_BAD_ID);
	}
	expect_service();
}

/* Rights and memory where there should be none, and other kinds than there should. */
static void
wrong_rights(void *argument)
{
	static char page[4096];
	mach_port_t port = served_port();
	union message message;

	(void)argument;
	for (mach_msg_id_t id = 399; id <= 411; id++) {
		memset(&message, 0, sizeof(message));
		message.header.msgh_bits = MACH_MSGH_BITS_COMPLEX;
		message.right.body.msgh_descriptor_count = 1;
		message.right.right.type = MACH_MSG_PORT_DESCRIPTOR;
		message.right.right.name = port;
		message.right.right.disposition = MACH_MSG_TYPE_MAKE_SEND_ONCE;
		CHECK(ask(&message, id, 176) != KERN_SUCCESS);
		memset(&message, 0, sizeof(message));
		message.header.msgh_bits = MACH_MSGH_BITS_COMPLEX;
		message.memory.body.msgh_descriptor_count = 1;
		message.memory.memory.type = MACH_MSG_OOL_DESCRIPTOR;
		message.memory.memory.address = page;
		message.memory.memory.size = sizeof(page);
		message.memory.memory.copy = MACH_MSG_VIRTUAL_COPY;
		message.memory.count = 1; /* not as many as came */
		CHECK(ask(&message, id, 56) != KERN_SUCCESS);
	}
	expect_service();
}

/* A receive right behind a name: its sender has not even a send right left. */
static void
wrong_arrays(void *argument)
{
	static name_t names[3];
	mach_port_array_t ports;
	mach_msg_type_number_t count;
	boolean_t all;
	union message message;

	(void)argument;
	memset(names, 'x', sizeof(names)); /* none ends */
	CHECK_RETURN(
	    bootstrap_look_up_array(bp(), names, 3, &ports, &count, &all),
	    BOOTSTRAP_SUCCESS);
	CHECK(count == 3 && !all);
	for (unsigned i = 0; i < 3; i++)
		CHECK(ports[i] == MACH_PORT_NULL);
	memset(&message, 0, sizeof(message));
	message.header.msgh_bits = MACH_MSGH_BITS_COMPLEX;
	message.memory.body.msgh_descriptor_count = 1;
	message.memory.memory.type = MACH_MSG_OOL_DESCRIPTOR;
	message.memory.memory.address = names;
	message.memory.memory.size = sizeof(names);
	message.memory.memory.copy = MACH_MSG_VIRTUAL_COPY;
	message.memory.count = UINT32_MAX;
	CHECK(ask(&message, 405, 56) != KERN_SUCCESS);
	expect_service();
}

/* --- replies that nobody takes -------------------------------------------------------- */

/* A request for @name, with this reply right. */
static mach_msg_return_t
request(mach_msg_id_t id, const char *name, mach_port_t reply,
    mach_msg_type_name_t disposition)
{
	union message message;

	memset(&message, 0, sizeof(message));
	message.header.msgh_bits =
	    MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, disposition);
	message.header.msgh_remote_port = bp();
	message.header.msgh_local_port = reply;
	message.header.msgh_id = id;
	memcpy(message.bytes + 24, &NDR_record, sizeof(NDR_record));
	strncpy(message.bytes + 32, name, BOOTSTRAP_MAX_NAME_LEN - 1);
	return mach_msg(&message.header, MACH_SEND_MSG, 160, 0, MACH_PORT_NULL,
	    MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL);
}

static void
no_reply_port(void *argument)
{
	mach_port_t port;

	(void)argument;
	CHECK_RETURN(
	    request(402, "org.test", MACH_PORT_NULL, 0), MACH_MSG_SUCCESS);
	CHECK_RETURN(
	    request(404, "org.test", MACH_PORT_NULL, 0), MACH_MSG_SUCCESS);
	/* Nobody got the right: it is back. */
	expect_service();
	CHECK_RETURN(bootstrap_look_up(bp(), "org.test", &port),
	    BOOTSTRAP_UNKNOWN_SERVICE);
}

static void
declared_without_reply_port(void *argument)
{
	mach_port_t port;

	(void)argument;
	CHECK_RETURN(bootstrap_create_service(bp(), "org.test", &port),
	    BOOTSTRAP_SUCCESS);
	CHECK_RETURN(
	    request(402, "org.test", MACH_PORT_NULL, 0), MACH_MSG_SUCCESS);
	expect_service();
	CHECK(served_check_in(bp(), "org.test") == port);
}

static void
full_reply_port(void *argument)
{
	mach_port_t port = served_port();

	/* Nothing waits for who does not read what he asked for. */
	(void)argument;
	for (unsigned i = 0; i < 3 * MACH_PORT_QLIMIT_DEFAULT; i++)
		CHECK_RETURN(
		    request(404, "org.test", port, MACH_MSG_TYPE_MAKE_SEND),
		    MACH_MSG_SUCCESS);
	for (unsigned i = 0; i < 3; i++)
		CHECK_RETURN(
		    request(402, "org.test", port, MACH_MSG_TYPE_MAKE_SEND),
		    MACH_MSG_SUCCESS);
	expect_service();
}

static void
send_and_die(void *argument)
{
	char name[32];

	(void)argument;
	for (unsigned i = 0; i < 50; i++) {
		(void)snprintf(name, sizeof(name), "name.%u", i);
		CHECK_RETURN(request(402, name, mig_get_reply_port(),
		                 MACH_MSG_TYPE_MAKE_SEND_ONCE),
		    MACH_MSG_SUCCESS);
	}
}

static void
clients_die(void *argument)
{
	mach_port_t port;

	(void)argument;
	for (unsigned i = 0; i < 5; i++)
		task_run(send_and_die, NULL);
	expect_service();
	/* Whether a reply came before the end or not, all have gone back. */
	CHECK_RETURN(
	    bootstrap_check_in(bp(), "name.7", &port), BOOTSTRAP_SUCCESS);
}

/* --- who holds a service ----------------------------------------------------------------- */

/* Take the server's right to have the service back out of it: a send-once right to where the kernel sends notices to the server. */
static mach_port_t
take_backup(mach_port_t service)
{
	port_t notices = PORT_NULL;

	CHECK_RETURN(
	    port_set_backup(mach_task_self(), service, PORT_NULL, &notices),
	    KERN_SUCCESS);
	CHECK(served_type(notices) == MACH_PORT_TYPE_SEND_ONCE);
	return notices;
}

/* A notice about @name, as if it were the kernel's. */
static void
forge(mach_port_t notices, mach_msg_id_t id, mach_port_name_t name)
{
	union message message;

	memset(&message, 0, sizeof(message));
	message.header.msgh_bits =
	    MACH_MSGH_BITS(MACH_MSG_TYPE_MOVE_SEND_ONCE, 0);
	message.header.msgh_remote_port = notices;
	message.header.msgh_id = id;
	/* Wherever it is looked for. */
	for (size_t at = sizeof(mach_msg_header_t); at < 40; at += 4)
		memcpy(message.bytes + at, &name, sizeof(name));
	CHECK_RETURN(mach_msg(&message.header, MACH_SEND_MSG, 40, 0,
	                 MACH_PORT_NULL, MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
}

/* The same by the kernel: it tells of a name of ours, which we choose. */
static void
forge_by_kernel(mach_port_t notices, mach_port_name_t name)
{
	mach_port_t port = served_port();
	mach_port_t previous;

	if (mach_port_rename(mach_task_self(), port, name) == KERN_SUCCESS)
		port = name;
	CHECK_RETURN(mach_port_request_notification(mach_task_self(), port,
	                 MACH_NOTIFY_DEAD_NAME, 0, notices,
	                 MACH_MSG_TYPE_MOVE_SEND_ONCE, &previous),
	    KERN_SUCCESS);
	served_kill(port);
	CHECK_RETURN(mach_port_mod_refs(
	                 mach_task_self(), port, MACH_PORT_RIGHT_DEAD_NAME, -2),
	    KERN_SUCCESS);
}

/* The server's first names, as far as they are like ours. */
static void
forge_notices(void *argument)
{
	static const mach_msg_id_t ids[] = {
	    MACH_NOTIFY_PORT_DESTROYED, MACH_NOTIFY_DEAD_NAME};
	mach_port_t port = served_port();
	mach_port_t requestor;
	mach_port_t subset = served_subset(bp(), &requestor);
	char name[32];

	(void)argument;
	CHECK_RETURN(
	    bootstrap_register(bp(), "org.test", port), BOOTSTRAP_SUCCESS);
	for (mach_port_name_t i = 0; i < 3 * 64; i++) {
		mach_port_name_t theirs =
		    MACH_PORT_MAKE(1 + i / 3, MACH_PORT_GEN(port));
		mach_port_t notices;

		(void)snprintf(name, sizeof(name), "name.%u", i);
		notices = take_backup(served_check_in(bp(), name));
		if (i % 3 < 2)
			forge(notices, ids[i % 3], theirs);
		else
			forge_by_kernel(notices, theirs);
	}
	CHECK(served_look_up(bp(), "org.test") == port);
	CHECK(served_look_up(subset, "org.test") == port);
}

/* Rights in what is no notice are destroyed. */
static void
forge_with_rights(void *argument)
{
	mach_port_t service = served_check_in(bp(), "mine");
	mach_port_t port = served_port();
	mach_port_t client = served_look_up(bp(), "mine");

	(void)argument;
	CHECK_RETURN(mail_send_right(port, take_backup(service),
	                 MACH_MSG_TYPE_MOVE_SEND_ONCE),
	    MACH_MSG_SUCCESS);
	served_kill(port);
	served_kill(service);
	CHECK_RETURN(
	    bootstrap_look_up(bp(), "mine", &port), BOOTSTRAP_UNKNOWN_SERVICE);
	CHECK(served_type(client) == MACH_PORT_TYPE_DEAD_NAME);
}

static void
keep_from_server(void *argument)
{
	mach_port_t service;
	mach_port_t port;

	(void)argument;
	CHECK_RETURN(bootstrap_create_service(bp(), "org.test", &port),
	    BOOTSTRAP_SUCCESS);
	for (unsigned i = 0; i < 3; i++) {
		service = served_check_in(bp(), "org.test");
		CHECK_RETURN(mach_port_deallocate(
		                 mach_task_self(), take_backup(service)),
		    KERN_SUCCESS);
		served_expect_reaches(
		    served_look_up(bp(), "org.test"), service);
		/* It does not come back: there is another. */
		served_kill(service);
		CHECK(served_status(bp(), "org.test") ==
		    BOOTSTRAP_STATUS_INACTIVE);
	}
}

/* --- rules whose answer changes ---------------------------------------------------------- */

#define FLIP_VARIABLE "TEST_FLIP"

/* The path by which the rule names a file is now that of ours, now of another. */
static void *
flip(void *path)
{
	char self[PATH_MAX];
	char next[64];

	(void)snprintf(next, sizeof(next), "%s.next", (const char *)path);
	CHECK(realpath("/proc/self/exe", self));
	for (unsigned i = 0;; i++) {
		CHECK(symlink(i % 2 ? self : "/nowhere", next) == 0);
		CHECK(rename(next, path) == 0);
		(void)usleep(100);
	}
	return NULL;
}

static void
list_while_it_changes(void *argument)
{
	mach_port_t port = served_port();
	uint64_t end;
	pthread_t flipper;
	char name[32];

	(void)argument;
	for (unsigned i = 0; i < 2000; i++) {
		(void)snprintf(name, sizeof(name), "name.%u", i);
		CHECK_RETURN(
		    bootstrap_register(bp(), name, port), BOOTSTRAP_SUCCESS);
	}
	CHECK(pthread_create(&flipper, NULL, flip, getenv(FLIP_VARIABLE)) == 0);
	for (end = now_ns() + 1000000000; now_ns() < end;) {
		name_array_t names;
		name_array_t servers;
		bool_array_t active;
		mach_msg_type_number_t counts[3];

		CHECK_RETURN(bootstrap_info(bp(), &names, &counts[0], &servers,
		                 &counts[1], &active, &counts[2]),
		    BOOTSTRAP_SUCCESS);
		CHECK(counts[1] == counts[0] && counts[2] == counts[0]);
		for (unsigned i = 0; i < counts[0]; i++)
			CHECK(names[i][0] != '\0');
		mig_deallocate((vm_address_t)names, counts[0] * sizeof(name_t));
		mig_deallocate(
		    (vm_address_t)servers, counts[1] * sizeof(name_t));
		mig_deallocate(
		    (vm_address_t)active, counts[2] * sizeof(boolean_t));
	}
}

static void
a_list_is_whole_whatever_rules_say_meanwhile(void **state)
{
	char directory[] = "/tmp/machport-flip-XXXXXX";
	char path[sizeof(directory) + 16];
	char rules[128];

	(void)state;
	assert_non_null(mkdtemp(directory));
	(void)snprintf(path, sizeof(path), "%s/exe", directory);
	(void)snprintf(
	    rules, sizeof(rules), "[name name.*]\nlook-up = exe:%s\n", path);
	assert_int_equal(setenv(FLIP_VARIABLE, path, 1), 0);
	served_run_configured(rules, "list_while_it_changes");
	(void)unlink(path);
	(void)snprintf(path, sizeof(path), "%s/exe.next", directory);
	(void)unlink(path);
	assert_int_equal(rmdir(directory), 0);
}

/* --- floods --------------------------------------------------------------------------- */

static void
flood_names(void *argument)
{
	mach_port_t port = served_port();
	char name[32];
	unsigned count = 0;
	kern_return_t kr;

	(void)argument;
	do {
		(void)snprintf(name, sizeof(name), "name.%u", count++);
		kr = bootstrap_register(
		    bp(), name, count % 2 ? port : MACH_PORT_NULL);
	} while (kr == BOOTSTRAP_SUCCESS);
	CHECK_RETURN(kr, BOOTSTRAP_NO_MEMORY);
	CHECK(count == 20 + 1);
	CHECK_RETURN(
	    bootstrap_check_in(bp(), "another", &port), BOOTSTRAP_NO_MEMORY);
	CHECK_RETURN(bootstrap_create_service(bp(), "another", &port),
	    BOOTSTRAP_NO_MEMORY);
}

static void
flood_and_go(void *argument)
{
	mach_port_t port = served_port();
	mach_port_t spare = served_port();

	(void)argument;
	for (unsigned round = 0; round < 3; round++) {
		char name[32];

		for (unsigned i = 0; i < 20; i++) {
			(void)snprintf(name, sizeof(name), "name.%u", i);
			CHECK_RETURN(bootstrap_register(bp(), name, port),
			    BOOTSTRAP_SUCCESS);
		}
		CHECK_RETURN(bootstrap_register(bp(), "more", spare),
		    BOOTSTRAP_NO_MEMORY);
		served_kill(port);
		port = served_port();
	}
}

static void
flood_contexts(void *argument)
{
	mach_port_t requestor = served_port();
	mach_port_t subset = bp();
	unsigned count = 0;
	kern_return_t kr;

	(void)argument;
	do {
		kr = bootstrap_subset(bp(), requestor, &subset);
		count++;
	} while (kr == BOOTSTRAP_SUCCESS);
	CHECK_RETURN(kr, BOOTSTRAP_NO_MEMORY);
	CHECK(count == 20 + 1);
	served_kill(requestor);
	expect_service();
	(void)served_subset(bp(), &requestor);
}

static void
nest_contexts(void *argument)
{
	mach_port_t requestor = served_port();
	mach_port_t subset = bp();
	unsigned count = 0;

	(void)argument;
	while (
	    bootstrap_subset(subset, requestor, &subset) == BOOTSTRAP_SUCCESS)
		count++;
	CHECK(count > 10 && count < 100);
	CHECK_RETURN(bootstrap_look_up(subset, "org.test", &requestor),
	    BOOTSTRAP_UNKNOWN_SERVICE);
}

static void
flood_programs(void *argument)
{
	mach_port_t servers[20];
	mach_port_t more;

	(void)argument;
	for (unsigned i = 0; i < 20; i++)
		CHECK_RETURN(bootstrap_create_server(bp(), "/bin/false",
		                 geteuid(), TRUE, &servers[i]),
		    BOOTSTRAP_SUCCESS);
	CHECK_RETURN(
	    bootstrap_create_server(bp(), "/bin/false", geteuid(), TRUE, &more),
	    BOOTSTRAP_NO_MEMORY);
	for (unsigned i = 0; i < 20; i++)
		CHECK_RETURN(mach_port_deallocate(mach_task_self(), servers[i]),
		    KERN_SUCCESS);
	CHECK_RETURN(
	    bootstrap_create_server(bp(), "/bin/false", geteuid(), TRUE, &more),
	    BOOTSTRAP_SUCCESS);
}

/* --- running them ----------------------------------------------------------------------- */

static const struct served_body bodies[] = {
    BODY(clients_die),
    BODY(declared_without_reply_port),
    BODY(flood_and_go),
    BODY(flood_contexts),
    BODY(flood_names),
    BODY(flood_programs),
    BODY(forge_notices),
    BODY(forge_with_rights),
    BODY(full_reply_port),
    BODY(keep_from_server),
    BODY(list_while_it_changes),
    BODY(nest_contexts),
    BODY(no_reply_port),
    BODY(wrong_arrays),
    BODY(wrong_ids),
    BODY(wrong_rights),
    BODY(wrong_sizes),
};

#define SERVED_LITTLE(test, body)                                              \
	static void test(void **state)                                         \
	{                                                                      \
		static const char *const little[] = {"--max-names=20",         \
		    "--max-contexts=20", "--max-programs=20", NULL};           \
                                                                               \
		(void)state;                                                   \
		served_run(little, #body);                                     \
	}

SERVED(requests_of_wrong_sizes_are_refused, wrong_sizes)
SERVED(requests_of_unknown_ids_are_refused, wrong_ids)
SERVED(wrong_rights_and_memory_are_destroyed, wrong_rights)
SERVED(names_without_end_are_unknown, wrong_arrays)
SERVED(a_check_in_without_reply_port_gives_nothing_away, no_reply_port)
SERVED(a_declared_service_that_nobody_took_is_there_again,
    declared_without_reply_port)
SERVED(a_full_reply_port_is_not_waited_for, full_reply_port)
SERVED(clients_that_die_leave_nothing, clients_die)
SERVED(notices_are_the_kernel_s_alone, forge_notices)
SERVED(what_comes_with_a_forged_notice_is_destroyed, forge_with_rights)
SERVED(a_service_that_its_holder_let_die_has_a_new_port, keep_from_server)
SERVED_LITTLE(names_are_limited, flood_names)
SERVED_LITTLE(names_that_go_can_be_had_again, flood_and_go)
SERVED_LITTLE(contexts_are_limited, flood_contexts)
SERVED(contexts_are_not_nested_without_end, nest_contexts)
SERVED_LITTLE(programs_are_limited, flood_programs)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    PROCESS_TEST(requests_of_wrong_sizes_are_refused),
	    PROCESS_TEST(requests_of_unknown_ids_are_refused),
	    PROCESS_TEST(wrong_rights_and_memory_are_destroyed),
	    PROCESS_TEST(names_without_end_are_unknown),
	    PROCESS_TEST(a_check_in_without_reply_port_gives_nothing_away),
	    PROCESS_TEST(a_declared_service_that_nobody_took_is_there_again),
	    PROCESS_TEST(a_full_reply_port_is_not_waited_for),
	    PROCESS_TEST(clients_that_die_leave_nothing),
	    PROCESS_TEST(notices_are_the_kernel_s_alone),
	    PROCESS_TEST(what_comes_with_a_forged_notice_is_destroyed),
	    PROCESS_TEST(a_service_that_its_holder_let_die_has_a_new_port),
	    PROCESS_TEST(a_list_is_whole_whatever_rules_say_meanwhile),
	    PROCESS_TEST(names_are_limited),
	    PROCESS_TEST(names_that_go_can_be_had_again),
	    PROCESS_TEST(contexts_are_limited),
	    PROCESS_TEST(contexts_are_not_nested_without_end),
	    PROCESS_TEST(programs_are_limited),
	};

	SERVED_BODIES(argc, argv, bodies);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
