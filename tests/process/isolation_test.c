/* A task can name only what its space holds. */
#include <string.h>
#include <unistd.h>

#include "harness.h"
#include "mail.h"

#define LAST_INDEX 100

/* A parent's ports, and a child that has inherited one send right. */
struct pair {
	struct bell bell;
	mach_port_t secret; /* the parent's name for a port of its own */
};

/* The child: it tries all names; only the one that it was given leads to it. */
static void
try_all_names(void *argument)
{
	mach_port_t inherited = mail_inherited();
	mach_port_t self = mach_task_self();
	unsigned found = 0;

	(void)argument;
	for (mach_port_name_t index = 1; index <= LAST_INDEX; index++)
		for (mach_port_name_t low = 0; low <= 0xff; low++) {
			mach_port_name_t name = index << 8 | low;
			mach_port_type_t type;

			if (mach_port_type(self, name, &type) == KERN_SUCCESS) {
				found++;
				continue;
			}
			CHECK_RETURN(mail_send(name, 666, MACH_PORT_NULL,
			                 MACH_SEND_TIMEOUT, 0),
			    MACH_SEND_INVALID_DEST);
		}
	CHECK(found == mail_count_names());
	CHECK_RETURN(
	    mail_send(inherited, 1, MACH_PORT_NULL, 0, 0), MACH_MSG_SUCCESS);
}

static void
have_secrets(void *argument)
{
	mach_port_t ports[8];
	mach_port_t given = mail_port();
	struct mail mail;

	(void)argument;
	for (unsigned i = 0; i < 8; i++)
		ports[i] = mail_port();
	mail_bequeath(given);
	task_run(try_all_names, NULL);
	CHECK_RETURN(mail_receive(given, &mail, 0, 0), MACH_MSG_SUCCESS);
	CHECK(mail.number == 1);
	for (unsigned i = 0; i < 8; i++)
		CHECK_RETURN(mail_receive(ports[i], &mail, MACH_RCV_TIMEOUT, 0),
		    MACH_RCV_TIMED_OUT);
}

static void
a_child_that_tries_all_names_reaches_only_what_it_was_given(void **state)
{
	struct kernel kernel;

	(void)state;
	kernel_start(&kernel, NULL);
	task_run(have_secrets, NULL);
	kernel_expect_end(&kernel);
}

/* Every call on another's name says that there is no such name. */
static void
use_a_name_of_anothers(void *argument)
{
	const struct pair *pair = argument;
	mach_port_t self = mach_task_self();
	mach_port_t name = pair->secret;
	mach_port_urefs_t urefs;
	mach_port_t right;
	mach_msg_type_name_t type;
	struct mail mail;

	CHECK_RETURN(mail_receive(name, &mail, MACH_RCV_TIMEOUT, 0),
	    MACH_RCV_INVALID_NAME);
	CHECK_RETURN(mach_port_deallocate(self, name), KERN_INVALID_NAME);
	CHECK_RETURN(mach_port_destroy(self, name), KERN_INVALID_NAME);
	CHECK_RETURN(
	    mach_port_mod_refs(self, name, MACH_PORT_RIGHT_RECEIVE, -1),
	    KERN_INVALID_NAME);
	CHECK_RETURN(
	    mach_port_get_refs(self, name, MACH_PORT_RIGHT_SEND, &urefs),
	    KERN_INVALID_NAME);
	CHECK_RETURN(
	    mach_port_insert_right(self, name, name, MACH_MSG_TYPE_MAKE_SEND),
	    KERN_INVALID_NAME);
	CHECK_RETURN(mach_port_extract_right(
	                 self, name, MACH_MSG_TYPE_COPY_SEND, &right, &type),
	    KERN_INVALID_NAME);
	CHECK_RETURN(
	    mail_send_right(mail_inherited(), name, MACH_MSG_TYPE_COPY_SEND),
	    MACH_SEND_INVALID_RIGHT);
}

static void
tell_a_name(void *argument)
{
	struct pair pair;
	mach_port_type_t type;

	(void)argument;
	mail_bequeath(mail_port());
	/* Far from the names that the child's own space begins with. */
	for (unsigned i = 0; i < 20; i++)
		pair.secret = mail_port();
	task_run(use_a_name_of_anothers, &pair);
	CHECK_RETURN(
	    mach_port_type(mach_task_self(), pair.secret, &type), KERN_SUCCESS);
	CHECK(type == MACH_PORT_TYPE_SEND_RECEIVE);
}

static void
a_name_of_one_task_means_nothing_in_another(void **state)
{
	struct kernel kernel;

	(void)state;
	kernel_start(&kernel, NULL);
	task_run(tell_a_name, NULL);
	kernel_expect_end(&kernel);
}

static void
receive_with_a_send_right(void *argument)
{
	mach_port_t given = mail_inherited();
	mach_port_t self = mach_task_self();
	struct mail mail;

	(void)argument;
	CHECK_RETURN(mail_receive(given, &mail, MACH_RCV_TIMEOUT, 0),
	    MACH_RCV_INVALID_NAME);
	CHECK_RETURN(
	    mach_port_insert_right(self, given, given, MACH_MSG_TYPE_MAKE_SEND),
	    KERN_INVALID_RIGHT);
	CHECK_RETURN(mail_send_right(given, given, MACH_MSG_TYPE_MOVE_RECEIVE),
	    MACH_SEND_INVALID_RIGHT);
	CHECK_RETURN(
	    mach_port_mod_refs(self, given, MACH_PORT_RIGHT_RECEIVE, -1),
	    KERN_INVALID_RIGHT);
}

static void
give_a_send_right(void *argument)
{
	mach_port_t port = mail_port();
	struct mail mail;

	(void)argument;
	mail_bequeath(port);
	task_run(receive_with_a_send_right, NULL);
	CHECK_RETURN(
	    mail_receive(port, &mail, MACH_RCV_TIMEOUT, 0), MACH_RCV_TIMED_OUT);
}

static void
a_send_right_is_no_right_to_receive(void **state)
{
	struct kernel kernel;

	(void)state;
	kernel_start(&kernel, NULL);
	task_run(give_a_send_right, NULL);
	kernel_expect_end(&kernel);
}

/* The sender's identity in the trailer is the kernel's word. */
static void
receive_from_child(void *argument)
{
	mach_msg_audit_trailer_t trailer;
	mach_port_t port = mail_port();
	struct mail mail;
	pid_t child;

	(void)argument;
	mail_bequeath(port);
	child = task_start(try_all_names, NULL);
	CHECK_RETURN(mail_receive(port, &mail,
	                 MACH_RCV_TRAILER_ELEMENTS(MACH_RCV_TRAILER_AUDIT), 0),
	    MACH_MSG_SUCCESS);
	memcpy(&trailer, (char *)&mail + round_msg(mail.header.msgh_size),
	    sizeof(trailer));
	CHECK(trailer.msgh_audit.val[5] == (unsigned)child);
	CHECK(trailer.msgh_audit.val[1] == geteuid());
	CHECK(trailer.msgh_sender.val[0] == geteuid());
	CHECK(trailer.msgh_sender.val[1] == getegid());
	task_expect_success(child);
}

static void
the_trailer_tells_the_sender_as_the_kernel_knows_it(void **state)
{
	struct kernel kernel;

	(void)state;
	kernel_start(&kernel, NULL);
	task_run(receive_from_child, NULL);
	kernel_expect_end(&kernel);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    PROCESS_TEST(
	        a_child_that_tries_all_names_reaches_only_what_it_was_given),
	    PROCESS_TEST(a_name_of_one_task_means_nothing_in_another),
	    PROCESS_TEST(a_send_right_is_no_right_to_receive),
	    PROCESS_TEST(the_trailer_tells_the_sender_as_the_kernel_knows_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
