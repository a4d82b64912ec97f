/*
 * Everything about memory at once: threads that allocate, send, receive, copy and give back,
 * while handlers that do the same interrupt them, and children are forked. Each looks at all
 * that it has: nobody sees or loses what another wrote.
 */
#include "extent.h"

#include <mach/mach_vm.h>
#include <mach/vm_page_size.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "note.h"
#include "program.h"
#include "region.h"

/* TSan does not see all that gives an address to another thread. */
#define THREADS (HANDLERS_RUN_AT_ONCE ? 3 : 1)
#define DURATION_MS 700

#define LARGE ((mach_msg_size_t)VM_FILE_BYTES)

struct worker {
	pthread_t thread;
	mach_port_t port;          /* to itself */
	mach_port_t handlers_port; /* of its handler */
	uint64_t random;
};

static _Thread_local struct worker *current;
static atomic_bool stop;

/* xorshift */
static uint64_t
choose(struct worker *worker, uint64_t count)
{
	worker->random ^= worker->random << 13;
	worker->random ^= worker->random >> 7;
	worker->random ^= worker->random << 17;
	return worker->random % count;
}

/* Each page begins with a number, and ends with it as far as it is there. */
static void
mark(unsigned char *memory, uint64_t bytes, uint64_t seed)
{
	for (uint64_t at = 0; at < bytes; at += vm_page_size) {
		const uint64_t number = seed + at;

		memcpy(memory + at, &number, sizeof(number));
		if (at + vm_page_size <= bytes)
			memcpy(memory + at + vm_page_size - sizeof(number),
			    &number, sizeof(number));
	}
}

static bool
is_marked(const unsigned char *memory, uint64_t bytes, uint64_t seed)
{
	for (uint64_t at = 0; at < bytes; at += vm_page_size) {
		const uint64_t number = seed + at;

		if (memcmp(memory + at, &number, sizeof(number)) != 0)
			return false;
		if (at + vm_page_size <= bytes &&
		    memcmp(memory + at + vm_page_size - sizeof(number), &number,
		        sizeof(number)) != 0)
			return false;
	}
	return true;
}

/* Its last page has at least a number. */
static mach_msg_size_t
choose_bytes(struct worker *worker)
{
	static const mach_msg_size_t sizes[] = {
	    4096, 65536, 300 << 10, LARGE, LARGE + (12 << 10)};
	const mach_msg_size_t bytes = sizes[choose(worker, 5)];

	return choose(worker, 2) ? bytes
	                         : bytes - (mach_msg_size_t)choose(worker, 99);
}

/* As the program may: by us whole, in parts, or by Linux. */
static void
give_back(struct worker *worker, unsigned char *memory, uint64_t bytes)
{
	const uint64_t pages = round_page(bytes) / vm_page_size;
	const uint64_t part = choose(worker, pages) * vm_page_size;

	switch (choose(worker, 4)) {
	case 0:
		region_free(memory, part);
		region_free(memory + part, bytes - part);
		break;
	case 1:
		region_free(memory + part, bytes - part);
		if (part > 0)
			CHECK_EQ(munmap(memory, part), 0);
		break;
	case 2:
		CHECK_EQ(munmap(memory, bytes), 0);
		break;
	default:
		region_free(memory, bytes);
		break;
	}
}

static unsigned char *
receive(mach_port_t port, uint64_t bytes)
{
	struct parcel parcel;

	parcel_receive(port, &parcel);
	CHECK_EQ(parcel.memory.size, bytes);
	return parcel.memory.address;
}

/* Send @memory, write what is kept of it, and receive it twice, by way of another send. */
static void
move(struct worker *worker, unsigned char *memory, mach_msg_size_t bytes,
    uint64_t seed)
{
	const boolean_t gives = choose(worker, 2) != 0;
	struct parcel parcel = parcel_to(worker->port, memory, bytes, gives);
	unsigned char *received;

	CHECK_EQ(parcel_send(&parcel), MACH_MSG_SUCCESS);
	if (!gives) {
		CHECK(is_marked(memory, bytes, seed));
		mark(memory, bytes, seed + 1);
	}
	received = receive(worker->port, bytes);
	CHECK(is_marked(received, bytes, seed));
	CHECK(region_is_zero(received + bytes, round_page(bytes) - bytes));
	parcel = parcel_to(worker->port, received, bytes, TRUE);
	CHECK_EQ(parcel_send(&parcel), MACH_MSG_SUCCESS);
	received = receive(worker->port, bytes);
	CHECK(is_marked(received, bytes, seed));
	memset(received, 0xAA, round_page(bytes));
	give_back(worker, received, bytes);
	if (gives)
		return;
	CHECK(is_marked(memory, bytes, seed + 1));
	give_back(worker, memory, bytes);
}

static void
copy(struct worker *worker, unsigned char *memory, mach_msg_size_t bytes,
    uint64_t seed)
{
	const boolean_t copies = choose(worker, 2) != 0;
	const vm_inherit_t inheritance = (vm_inherit_t)choose(worker, 3);
	mach_vm_address_t twin = 0;
	vm_prot_t protection;
	vm_prot_t maximum;

	CHECK_EQ(mach_vm_remap(mach_task_self(), &twin, bytes, 0,
	             VM_FLAGS_ANYWHERE, mach_task_self(), (uintptr_t)memory,
	             copies, &protection, &maximum, inheritance),
	    KERN_SUCCESS);
	mark(memory, bytes, seed + 1);
	CHECK(
	    is_marked((unsigned char *)twin, bytes, copies ? seed : seed + 1));
	give_back(worker, (unsigned char *)twin, bytes);
	CHECK(is_marked(memory, bytes, seed + 1));
	give_back(worker, memory, bytes);
}

/* Once at least, however late it begins. */
static void *
work(void *argument)
{
	struct worker *worker = argument;

	current = worker;
	do {
		const mach_msg_size_t bytes = choose_bytes(worker);
		const uint64_t seed = worker->random;
		unsigned char *memory = region_new_untouched(bytes);

		CHECK(region_is_zero(memory, vm_page_size));
		mark(memory, bytes, seed);
		if (choose(worker, 4) == 0)
			copy(worker, memory, bytes, seed);
		else
			move(worker, memory, bytes, seed);
	} while (!stop);
	return NULL;
}

/* In the middle of whatever its thread does. */
static void
send_and_receive(int signal)
{
	struct worker *worker = current;
	unsigned char *memory;
	struct parcel parcel;

	(void)signal;
	if (!worker)
		return;
	memory = region_new_untouched(65536);
	mark(memory, 65536, 5);
	parcel = parcel_to(worker->handlers_port, memory, 65536, TRUE);
	CHECK_EQ(parcel_send(&parcel), MACH_MSG_SUCCESS);
	memory = receive(worker->handlers_port, 65536);
	CHECK(is_marked(memory, 65536, 5));
	region_free(memory, 65536);
}

/* Of the first thread, its children have copies. */
static unsigned char *kept;

static void
be_child(void)
{
	struct worker worker = {.port = note_port(), .random = 7};
	unsigned char *memory = region_new_untouched(LARGE);

	CHECK(is_marked(kept, LARGE, 1));
	mark(kept, LARGE, 2);
	mark(memory, LARGE, 3);
	move(&worker, memory, LARGE, 3);
	CHECK(is_marked(kept, LARGE, 2));
	region_free(kept, LARGE);
}

static void
start(struct worker *workers)
{
	struct sigaction action = {.sa_handler = send_and_receive};

	CHECK_EQ(sigaction(SIGUSR1, &action, NULL), 0);
	for (unsigned i = 0; i < THREADS; i++) {
		workers[i].port = note_port();
		workers[i].handlers_port = note_port();
		workers[i].random = 88172645463325252u + i;
		CHECK_EQ(
		    pthread_create(&workers[i].thread, NULL, work, &workers[i]),
		    0);
	}
}

static void
disturb_all(void)
{
	const long long end = program_now_ms() + DURATION_MS;
	struct worker workers[THREADS] = {0};

	kept = region_new_untouched(LARGE);
	mark(kept, LARGE, 1);
	start(workers);
	while (program_now_ms() < end) {
		for (unsigned i = 0; HANDLERS_RUN_AT_ONCE && i < THREADS; i++)
			CHECK_EQ(pthread_kill(workers[i].thread, SIGUSR1), 0);
		if (HANDLERS_RUN_AT_ONCE)
			program_join(program_fork(be_child));
		CHECK(is_marked(kept, LARGE, 1));
		mark(kept, LARGE, 1);
	}
	stop = true;
	for (unsigned i = 0; i < THREADS; i++)
		CHECK_EQ(pthread_join(workers[i].thread, NULL), 0);
}
RUN(nobody_sees_or_loses_what_another_wrote, disturb_all)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nobody_sees_or_loses_what_another_wrote),
	};

	return cmocka_run_group_tests_name("stress", tests, NULL, NULL);
}
