/* A task that has Linux hold a lock on its level. Needs userfaultfd(2), which not
 * everybody may use. */
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kernel.h"

/* A page whose first access waits until somebody serves it. */
struct late_page {
	int server;
	void *page;
};

static void
late_page_make(struct late_page *late)
{
	struct uffdio_api api = {.api = UFFD_API};
	struct uffdio_register range = {.mode = UFFDIO_REGISTER_MODE_MISSING};

	late->page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(late->page, MAP_FAILED);
	late->server = (int)syscall(SYS_userfaultfd, O_CLOEXEC);
	assert_true(late->server >= 0);
	assert_int_equal(ioctl(late->server, UFFDIO_API, &api), 0);
	range.range = (struct uffdio_range){(uintptr_t)late->page, 4096};
	assert_int_equal(ioctl(late->server, UFFDIO_REGISTER, &range), 0);
}

static void
late_page_await(const struct late_page *late)
{
	struct uffd_msg message;

	assert_int_equal(read(late->server, &message, sizeof(message)),
	    (ssize_t)sizeof(message));
}

static void
late_page_serve(const struct late_page *late)
{
	struct uffdio_zeropage zero = {.range = {(uintptr_t)late->page, 4096}};

	assert_int_equal(ioctl(late->server, UFFDIO_ZEROPAGE, &zero), 0);
}

static void
late_page_free(struct late_page *late)
{
	(void)close(late->server);
	(void)munmap(late->page, 4096);
}

struct stuck {
	int epoll;
	struct late_page late;
};

static void *
wait_into_late_page(void *argument)
{
	const struct stuck *stuck = argument;

	(void)epoll_wait(stuck->epoll, stuck->late.page, 1, 0);
	return NULL;
}

/* While its events are being written, an epoll descriptor is locked. */
TEST(a_task_that_holds_a_lock_on_its_level_makes_nobody_wait)
{
	struct epoll_event event = {.events = EPOLLIN};
	struct stuck stuck = {.epoll = epoll_create1(EPOLL_CLOEXEC)};
	struct wire_token token;
	int task = raw_task(&token);
	mach_port_name_t port = raw_port(task);
	struct raw_msg receive = raw_receiving(port, 1024);
	struct raw_answer answer;
	pthread_t thread;
	uint32_t id;
	int level;

	assert_true(stuck.epoll >= 0);
	assert_int_equal(raw_level(task, port, 0, &id, &level), KERN_SUCCESS);
	late_page_make(&stuck.late);
	assert_int_equal(
	    epoll_ctl(stuck.epoll, EPOLL_CTL_ADD, level, &event), 0);
	assert_int_equal(raw_send_empty(task, port, 1), MACH_MSG_SUCCESS);
	assert_int_equal(
	    pthread_create(&thread, NULL, wait_into_late_page, &stuck), 0);
	late_page_await(&stuck.late);
	assert_int_equal(raw_msg(task, &receive, &answer), MACH_MSG_SUCCESS);
	assert_int_equal(raw_send_empty(task, port, 1), MACH_MSG_SUCCESS);
	(void)close(level); /* not the last: the kernel's is */
	assert_int_equal(
	    RAW_CALL(task, WIRE_MACHPORT_FD_CLOSE, NULL, 0, id), KERN_SUCCESS);
	for (unsigned i = 0; i < 100; i++)
		raw_works(task);
	late_page_serve(&stuck.late);
	assert_int_equal(pthread_join(thread, NULL), 0);
	late_page_free(&stuck.late);
	(void)close(stuck.epoll);
	(void)close(task);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    CASE(a_task_that_holds_a_lock_on_its_level_makes_nobody_wait),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("level_stall", tests, NULL, NULL);
}
