/* Windows, seen from the program: what came by one is what was sent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <mach/mach.h>
#include <mach/mach_vm.h>
#include <mach/vm_page_size.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "note.h"
#include "program.h"

/* More than it takes until there is a window. */
#define MESSAGES 12

struct message {
	mach_msg_header_t header;
	mach_msg_body_t body;
	mach_msg_ool_descriptor_t memory;
	mach_msg_max_trailer_t trailer;
};

static mach_port_t port;

static void
make_port(void)
{
	CHECK_EQ(mach_port_allocate(
	             mach_task_self(), MACH_PORT_RIGHT_RECEIVE, &port),
	    KERN_SUCCESS);
	CHECK_EQ(mach_port_insert_right(
	             mach_task_self(), port, port, MACH_MSG_TYPE_MAKE_SEND),
	    KERN_SUCCESS);
}

static mach_msg_return_t
send(const void *address, size_t bytes, boolean_t deallocate)
{
	struct message message = {
	    .header =
	        {
	            .msgh_bits = MACH_MSGH_BITS_COMPLEX |
	                MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0),
	            .msgh_size = offsetof(struct message, trailer),
	            .msgh_remote_port = port,
	        },
	    .body = {.msgh_descriptor_count = 1},
	    .memory =
	        {
	            .address = (void *)(uintptr_t)address,
	            .size = (mach_msg_size_t)bytes,
	            .deallocate = deallocate != FALSE,
	            .copy = MACH_MSG_VIRTUAL_COPY,
	            .type = MACH_MSG_OOL_DESCRIPTOR,
	        },
	};

	return mach_msg(&message.header, MACH_SEND_MSG,
	    message.header.msgh_size, 0, MACH_PORT_NULL, 0, MACH_PORT_NULL);
}

/* The region of the next message: @bytes at the begin of a page. */
static unsigned char *
receive(size_t bytes)
{
	struct message message = {0};

	CHECK_EQ(mach_msg(&message.header, MACH_RCV_MSG, 0, sizeof(message),
	             port, 0, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
	CHECK_EQ(message.memory.size, bytes);
	CHECK_EQ((uintptr_t)message.memory.address & vm_page_mask, 0);
	return message.memory.address;
}

static void
give_back(void *address, size_t bytes)
{
	CHECK_EQ(
	    mach_vm_deallocate(mach_task_self(), (uintptr_t)address, bytes),
	    KERN_SUCCESS);
}

static bool
holds(const unsigned char *memory, unsigned char value, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		if (memory[i] != value)
			return false;
	return true;
}

/* How many windows this process has, by the half that it writes. */
static unsigned
count_windows(void)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	unsigned count = 0;
	char line[512];

	CHECK(maps);
	while (fgets(line, sizeof(line), maps))
		if (strstr(line, "memfd:machport-window"))
			count++;
	(void)fclose(maps);
	return count;
}

/* Have this thread's connection get its window. */
static void
get_window(void)
{
	unsigned char *memory = calloc(1, 65536);

	CHECK(memory);
	for (unsigned i = 0; i < MESSAGES; i++) {
		CHECK_EQ(send(memory, 65536, FALSE), MACH_MSG_SUCCESS);
		give_back(receive(65536), 65536);
	}
	CHECK_EQ(count_windows(), 1);
	free(memory);
}

static void
regions_of_any_size_arrive_as_they_were_sent(void)
{
	static const size_t sizes[] = {1, 7, 4095, 4096, 4097, 65536, 100001,
	    1 << 20, 3 << 20, 8192, 1 << 20};
	unsigned char *memory = malloc(3 << 20);

	CHECK(memory);
	make_port();
	get_window();
	for (unsigned i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		unsigned char *received;

		memset(memory, (int)i + 1, sizes[i]);
		CHECK_EQ(send(memory, sizes[i], FALSE), MACH_MSG_SUCCESS);
		memset(memory, 99, sizes[i]);
		received = receive(sizes[i]);
		CHECK(holds(received, (unsigned char)(i + 1), sizes[i]));
		CHECK(holds(
		    received + sizes[i], 0, round_page(sizes[i]) - sizes[i]));
		memset(received, 0xAA, sizes[i]);
		give_back(received, sizes[i]);
	}
	free(memory);
}

static void
a_few_messages_get_no_window(void)
{
	unsigned char memory[8192] = {0};

	make_port();
	CHECK_EQ(send(memory, sizeof(memory), FALSE), MACH_MSG_SUCCESS);
	give_back(receive(sizeof(memory)), sizeof(memory));
	CHECK_EQ(count_windows(), 0);
}

static void
what_is_received_later_does_not_change_what_was_received(void)
{
	unsigned char *memory = malloc(65536);
	unsigned char *received[4];

	CHECK(memory);
	make_port();
	get_window();
	for (unsigned i = 0; i < 4; i++) {
		memset(memory, (int)i, 65536);
		CHECK_EQ(send(memory, 65536, FALSE), MACH_MSG_SUCCESS);
	}
	for (unsigned i = 0; i < 4; i++)
		received[i] = receive(65536);
	for (unsigned i = 0; i < 4; i++) {
		CHECK(holds(received[i], (unsigned char)i, 65536));
		give_back(received[i], 65536);
	}
	free(memory);
}

static void
a_region_that_was_given_away_is_gone(void)
{
	unsigned char *memory;
	unsigned char seen[16];

	make_port();
	get_window();
	memory = mmap(NULL, 65536, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(memory != MAP_FAILED);
	memset(memory, 5, 65536);
	CHECK_EQ(send(memory, 65536, TRUE), MACH_MSG_SUCCESS);
	CHECK_EQ(mincore(memory, 65536, seen), -1);
	memory = receive(65536);
	CHECK(holds(memory, 5, 65536));
	give_back(memory, 65536);
}

static void
a_region_that_cannot_be_read_is_refused(void)
{
	unsigned char *memory;

	make_port();
	get_window();
	memory = mmap(NULL, 131072, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(memory != MAP_FAILED);
	CHECK_EQ(munmap(memory + 65536, 65536), 0);
	CHECK_EQ(send(memory, 131072, FALSE), MACH_SEND_INVALID_MEMORY);
	CHECK_EQ(munmap(memory, 65536), 0);
}

static void
a_region_can_be_given_back_in_parts(void)
{
	unsigned char *memory = calloc(1, 65536);
	unsigned char *received;
	unsigned char seen[16];

	CHECK(memory);
	make_port();
	get_window();
	CHECK_EQ(send(memory, 65536, FALSE), MACH_MSG_SUCCESS);
	received = receive(65536);
	give_back(received, 4096);
	CHECK_EQ(mincore(received, 4096, seen), -1);
	CHECK(holds(received + 4096, 0, 65536 - 4096));
	give_back(received + 4096, 65536 - 4096);
	CHECK_EQ(mincore(received + 4096, 65536 - 4096, seen), -1);
	free(memory);
}

static void
memory_that_was_unmapped_or_protected_is_not_used_again(void)
{
	unsigned char *memory = calloc(1, 65536);
	unsigned char *received;

	CHECK(memory);
	make_port();
	get_window();
	for (unsigned i = 0; i < 3; i++) {
		CHECK_EQ(send(memory, 65536, FALSE), MACH_MSG_SUCCESS);
		received = receive(65536);
		received[0] = 1;
		if (i == 0)
			CHECK_EQ(munmap(received, 65536), 0);
		if (i == 1)
			CHECK_EQ(mprotect(received, 65536, PROT_READ), 0);
		give_back(received, 65536);
	}
	free(memory);
}

static void
child(void)
{
	CHECK_EQ(count_windows(), 0);
	make_port();
	get_window();
}

static void
a_child_has_windows_of_its_own(void)
{
	make_port();
	get_window();
	program_join(program_fork(child));
	CHECK_EQ(count_windows(), 1);
	get_window();
}

static void *
use_window(void *argument)
{
	unsigned char *memory = calloc(1, 65536);

	(void)argument;
	CHECK(memory);
	for (unsigned i = 0; i < MESSAGES; i++) {
		CHECK_EQ(send(memory, 65536, FALSE), MACH_MSG_SUCCESS);
		give_back(receive(65536), 65536);
	}
	free(memory);
	return NULL;
}

static void
a_window_goes_with_its_thread(void)
{
	pthread_t thread;

	make_port();
	CHECK_EQ(pthread_create(&thread, NULL, use_window, NULL), 0);
	CHECK_EQ(pthread_join(thread, NULL), 0);
	CHECK_EQ(count_windows(), 0);
}

/* Linux would raise SIGXFSZ, whose default is death. */
static void
under_a_limit_of_files_there_is_no_window(void)
{
	const struct rlimit limit = {65536, 65536};
	unsigned char *memory = calloc(1, 65536);

	CHECK(memory);
	make_port();
	CHECK_EQ(setrlimit(RLIMIT_FSIZE, &limit), 0);
	for (unsigned i = 0; i < MESSAGES; i++) {
		CHECK_EQ(send(memory, 65536, FALSE), MACH_MSG_SUCCESS);
		give_back(receive(65536), 65536);
	}
	CHECK_EQ(count_windows(), 0);
	free(memory);
}

static void *
get_window_cancelled(void *argument)
{
	CHECK_EQ(pthread_cancel(pthread_self()), 0);
	(void)use_window(argument);
	return argument;
}

static void
getting_a_window_is_no_cancellation_point(void)
{
	pthread_t thread;
	void *result;

	make_port();
	CHECK_EQ(pthread_create(&thread, NULL, get_window_cancelled, &port), 0);
	CHECK_EQ(pthread_join(thread, &result), 0);
	CHECK(result == &port);
}

/* What follows a region that cannot be read is not sent, and not expected. */
static void
regions_behind_one_that_cannot_be_read_are_not_sent(void)
{
	unsigned char *memory = calloc(1, 65536);
	void *gone =
	    mmap(NULL, 2 << 20, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct {
		mach_msg_header_t header;
		mach_msg_body_t body;
		mach_msg_ool_descriptor_t memory[2];
	} message = {
	    .header =
	        {
	            .msgh_bits = MACH_MSGH_BITS_COMPLEX |
	                MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0),
	        },
	    .body = {.msgh_descriptor_count = 2},
	    .memory =
	        {
	            {.address = gone, .size = 2 << 20},
	            {.address = memory, .size = 65536},
	        },
	};

	make_port();
	get_window();
	for (int i = 0; i < 2; i++)
		message.memory[i].type = MACH_MSG_OOL_DESCRIPTOR;
	message.header.msgh_remote_port = port;
	CHECK_EQ(mach_msg(&message.header, MACH_SEND_MSG, sizeof(message), 0,
	             MACH_PORT_NULL, 0, MACH_PORT_NULL),
	    MACH_SEND_INVALID_MEMORY);
	CHECK_EQ(send(memory, 65536, FALSE), MACH_MSG_SUCCESS);
	give_back(receive(65536), 65536);
	CHECK_EQ(count_windows(), 1);
	free(memory);
}

/* To TSan, the child has left a thread behind. */
#if HANDLERS_RUN_AT_ONCE
/* Where the window of this program is, and what the child of a handler has there. */
static unsigned char *window_place;
static unsigned char *childs_memory;
static _Atomic pid_t forked; /* 0: nothing yet, or it is the child */

static void
find_window(void)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	char line[512];

	CHECK(maps);
	while (fgets(line, sizeof(line), maps))
		if (strstr(line, "memfd:machport-window"))
			window_place = (void *)strtoull(line, NULL, 16);
	(void)fclose(maps);
	CHECK(window_place);
}

/* The child goes on in the trap that the handler has interrupted. */
static void
fork_and_map(int signal)
{
	(void)signal;
	forked = fork();
	if (forked != 0)
		return;
	childs_memory = mmap(window_place, vm_page_size, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
	if (childs_memory != MAP_FAILED)
		memset(childs_memory, 7, vm_page_size);
}

static void *
interrupt_main(void *argument)
{
	const pthread_t *main_thread = argument;

	program_await_call(getpid(), SYS_recvmsg);
	CHECK_EQ(pthread_kill(*main_thread, SIGUSR1), 0);
	while (forked == 0)
		(void)sched_yield();
	CHECK_EQ(note_send(port, 5, 0, 0), MACH_MSG_SUCCESS);
	return NULL;
}

static void
a_child_of_a_handler_loses_no_memory_to_the_window(void)
{
	pthread_t self = pthread_self();
	struct message message;
	pthread_t thread;
	mach_msg_return_t mr;

	make_port();
	get_window();
	find_window();
	CHECK(signal(SIGUSR1, fork_and_map) != SIG_ERR);
	CHECK_EQ(pthread_create(&thread, NULL, interrupt_main, &self), 0);
	mr = mach_msg(&message.header, MACH_RCV_MSG, 0, sizeof(message), port,
	    MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL);
	if (forked == 0) {
		CHECK(mr != MACH_MSG_SUCCESS);
		if (childs_memory != MAP_FAILED)
			CHECK(holds(childs_memory, 7, vm_page_size));
		_exit(0);
	}
	CHECK_EQ(mr, MACH_MSG_SUCCESS);
	CHECK_EQ(pthread_join(thread, NULL), 0);
	program_join(forked);
	get_window();
}
#endif

/* Each is a program of its own. */
#define PROGRAM(body) RUN(body##_in_a_program, body)

PROGRAM(regions_of_any_size_arrive_as_they_were_sent)
PROGRAM(a_few_messages_get_no_window)
PROGRAM(what_is_received_later_does_not_change_what_was_received)
PROGRAM(a_region_that_was_given_away_is_gone)
PROGRAM(a_region_that_cannot_be_read_is_refused)
PROGRAM(a_region_can_be_given_back_in_parts)
PROGRAM(memory_that_was_unmapped_or_protected_is_not_used_again)
PROGRAM(a_child_has_windows_of_its_own)
PROGRAM(a_window_goes_with_its_thread)
PROGRAM(under_a_limit_of_files_there_is_no_window)
PROGRAM(getting_a_window_is_no_cancellation_point)
#if HANDLERS_RUN_AT_ONCE
PROGRAM(a_child_of_a_handler_loses_no_memory_to_the_window)
#endif
PROGRAM(regions_behind_one_that_cannot_be_read_are_not_sent)

#define CASE(body)                                                             \
	{                                                                      \
#body, body##_in_a_program, NULL, NULL, NULL                   \
	}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(regions_of_any_size_arrive_as_they_were_sent),
		CASE(a_few_messages_get_no_window),
		CASE(what_is_received_later_does_not_change_what_was_received),
		CASE(a_region_that_was_given_away_is_gone),
		CASE(a_region_that_cannot_be_read_is_refused),
		CASE(a_region_can_be_given_back_in_parts),
		CASE(memory_that_was_unmapped_or_protected_is_not_used_again),
		CASE(a_child_has_windows_of_its_own),
		CASE(a_window_goes_with_its_thread),
		CASE(under_a_limit_of_files_there_is_no_window),
		CASE(getting_a_window_is_no_cancellation_point),
#if HANDLERS_RUN_AT_ONCE
		CASE(a_child_of_a_handler_loses_no_memory_to_the_window),
#endif
		CASE(regions_behind_one_that_cannot_be_read_are_not_sent),
	};

	return cmocka_run_group_tests_name("window", tests, NULL, NULL);
}
