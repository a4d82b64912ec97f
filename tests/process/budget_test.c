/*
 * Budgets: what a task may hold, what it is told beyond that, and that nobody
 * else notices.
 */
#include <string.h>
#include <unistd.h>

#include "harness.h"
#include "mail.h"

/* Two tasks: one goes over its budget, the other works while it is there. */
struct scene {
	struct bell over;  /* the one has gone over its budget */
	struct bell works; /* the other has worked meanwhile */
};

/* The other: all that an ordinary task does. */
static void
work(void)
{
	mach_port_t port = mail_port();
	struct mail mail;

	for (int i = 0; i < 100; i++) {
		CHECK_RETURN(
		    mail_send(port, i, MACH_PORT_NULL, 0, 0), MACH_MSG_SUCCESS);
		CHECK_RETURN(mail_receive(port, &mail, 0, 0), MACH_MSG_SUCCESS);
		CHECK(mail.number == i);
	}
	CHECK_RETURN(mach_port_destroy(mach_task_self(), port), KERN_SUCCESS);
}

static void
work_meanwhile(void *argument)
{
	const struct scene *scene = argument;

	work();
	bell_wait(&scene->over, 1);
	work();
	bell_ring(&scene->works);
}

/* Run @greedy, which rings and waits as agreed, and the other one beside it. */
static void
run_scene(task_body *greedy, const char *const *options)
{
	struct kernel kernel;
	struct scene scene;
	pid_t worker;

	kernel_start(&kernel, options);
	bell_make(&scene.over);
	bell_make(&scene.works);
	worker = task_start(work_meanwhile, &scene);
	task_run(greedy, &scene);
	task_expect_success(worker);
	bell_free(&scene.over);
	bell_free(&scene.works);
	kernel_expect_end(&kernel);
}

static void
meanwhile(const struct scene *scene)
{
	bell_ring(&scene->over);
	bell_wait(&scene->works, 1);
}

static void
hold_a_hundred_thousand(void *argument)
{
	mach_port_t self = mach_task_self();
	mach_port_name_t name;

	(void)argument;
	for (unsigned i = 0; i < 100000; i++)
		CHECK_RETURN(
		    mach_port_allocate(self, MACH_PORT_RIGHT_RECEIVE, &name),
		    KERN_SUCCESS);
	CHECK(mail_count_names() >= 100000);
	work();
}

static void
a_hundred_thousand_receive_rights_fit_the_default(void **state)
{
	struct kernel kernel;

	(void)state;
	kernel_start(&kernel, NULL);
	task_run(hold_a_hundred_thousand, NULL);
	kernel_expect_end(&kernel);
}

static void
take_all_names(void *argument)
{
	mach_port_t self = mach_task_self();
	mach_port_name_t name = MACH_PORT_NULL;
	kern_return_t kr;
	unsigned count = 0;

	while ((kr = mach_port_allocate(
	            self, MACH_PORT_RIGHT_RECEIVE, &name)) == KERN_SUCCESS)
		count++;
	CHECK_RETURN(kr, KERN_NO_SPACE);
	CHECK(mail_count_names() == 1000);
	CHECK(count < 1000 && count > 900);
	CHECK_RETURN(mach_port_allocate(self, MACH_PORT_RIGHT_PORT_SET, &name),
	    KERN_NO_SPACE);
	meanwhile(argument);
	/* One given back is one to be had. */
	CHECK_RETURN(
	    mach_port_mod_refs(self, name, MACH_PORT_RIGHT_RECEIVE, -1),
	    KERN_SUCCESS);
	CHECK_RETURN(mach_port_allocate(self, MACH_PORT_RIGHT_RECEIVE, &name),
	    KERN_SUCCESS);
}

static void
a_task_with_too_many_names_is_refused_more_and_others_are_not(void **state)
{
	static const char *const options[] = {"--max-names=1000", NULL};

	(void)state;
	run_scene(take_all_names, options);
}

/* What the user has left is less than what the task may have. */
static void
take_all_names_of_the_user(void *argument)
{
	mach_port_t self = mach_task_self();
	mach_port_name_t name;
	kern_return_t kr;

	(void)argument;
	while ((kr = mach_port_allocate(
	            self, MACH_PORT_RIGHT_RECEIVE, &name)) == KERN_SUCCESS)
		continue;
	CHECK_RETURN(kr, KERN_RESOURCE_SHORTAGE);
	CHECK(mail_count_names() == 2000);
}

static void
the_tasks_of_a_user_have_one_budget_together(void **state)
{
	static const char *const options[] = {"--max-user-names=2000", NULL};
	struct kernel kernel;

	(void)state;
	kernel_start(&kernel, options);
	task_run(take_all_names_of_the_user, NULL);
	kernel_expect_end(&kernel);
}

/* Fill the queues of ever more ports; how many messages the kernel took. */
static unsigned
flood(mach_msg_size_t bytes, mach_msg_return_t *mr_out)
{
	static struct {
		mach_msg_header_t header;
		char text[64 * 1024];
	} message;
	mach_port_limits_t limits = {.mpl_qlimit = MACH_PORT_QLIMIT_MAX};
	unsigned count = 0;

	for (;;) {
		mach_port_t port = mail_port();

		CHECK_RETURN(
		    mach_port_set_attributes(mach_task_self(), port,
		        MACH_PORT_LIMITS_INFO, (mach_port_info_t)&limits,
		        MACH_PORT_LIMITS_INFO_COUNT),
		    KERN_SUCCESS);
		do {
			message.header = (mach_msg_header_t){
			    .msgh_bits =
			        MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0),
			    .msgh_remote_port = port,
			};
			*mr_out = mach_msg(&message.header,
			    MACH_SEND_MSG | MACH_SEND_TIMEOUT, bytes, 0,
			    MACH_PORT_NULL, 0, MACH_PORT_NULL);
		} while (*mr_out == MACH_MSG_SUCCESS && ++count);
		if (*mr_out != MACH_SEND_TIMED_OUT)
			return count;
	}
}

static void
queue_too_many_messages(void *argument)
{
	mach_msg_return_t mr;
	unsigned count = flood(64, &mr);

	CHECK_RETURN(mr, MACH_SEND_NO_BUFFER);
	CHECK(count > 2000 && count <= 3000);
	meanwhile(argument);
}

static void
a_task_with_too_many_messages_is_refused_more_and_others_are_not(void **state)
{
	static const char *const options[] = {"--max-messages=3000", NULL};

	(void)state;
	run_scene(queue_too_many_messages, options);
}

static void
queue_too_many_bytes(void *argument)
{
	mach_msg_return_t mr;
	unsigned count = flood(64 * 1024, &mr);

	CHECK_RETURN(mr, MACH_SEND_NO_BUFFER);
	CHECK(count >= 100 && count <= 128);
	meanwhile(argument);
}

static void
a_task_with_too_many_bytes_is_refused_more_and_others_are_not(void **state)
{
	static const char *const options[] = {"--max-bytes=8388608", NULL};

	(void)state;
	run_scene(queue_too_many_bytes, options);
}

/* After the death of a greedy task, its user has all its budget again. */
static void
be_greedy_twice(void *argument)
{
	mach_msg_return_t mr;

	(void)argument;
	CHECK(flood(64, &mr) > 2000);
}

static void
run_both(void *argument)
{
	(void)mail_port();
	task_run(be_greedy_twice, argument);
	/* Two traps: by then the kernel has seen the other's end. */
	mail_count_names();
	mail_count_names();
	task_run(be_greedy_twice, argument);
}

static void
what_a_dead_task_had_is_free_again(void **state)
{
	static const char *const options[] = {"--max-user-messages=3000", NULL};
	struct kernel kernel;

	(void)state;
	kernel_start(&kernel, options);
	task_run(run_both, NULL);
	kernel_expect_end(&kernel);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    PROCESS_TEST(a_hundred_thousand_receive_rights_fit_the_default),
	    PROCESS_TEST(
	        a_task_with_too_many_names_is_refused_more_and_others_are_not),
	    PROCESS_TEST(
	        a_task_with_too_many_messages_is_refused_more_and_others_are_not),
	    PROCESS_TEST(
	        a_task_with_too_many_bytes_is_refused_more_and_others_are_not),
	    PROCESS_TEST(the_tasks_of_a_user_have_one_budget_together),
	    PROCESS_TEST(what_a_dead_task_had_is_free_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
