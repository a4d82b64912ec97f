/*
 * Two tasks that take turns by two semaphores, all on one CPU: each waits for the one
 * and signals the other in one call. Compared with a futex in shared memory, and with
 * two eventfds, by which Linux's processes do the same.
 */
#include <linux/futex.h>
#include <mach/mach.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

#define TURNS 3000

/* What the two tasks share, and each side's view of it. */
struct table {
	semaphore_t semaphores[2];
	_Atomic uint32_t *turn; /* whose it is */
	int eventfds[2];
};

/* --- each side, 0 or 1, which begins by waiting if it is 1 ------------------ */

static void
turn_semaphores(const struct table *table, unsigned side)
{
	semaphore_t own = table->semaphores[side];
	semaphore_t other = table->semaphores[1 - side];

	if (side == 1)
		bench_check("semaphore_wait", semaphore_wait(own));
	for (unsigned i = 1; i < TURNS; i++)
		bench_check(
		    "semaphore_wait_signal", semaphore_wait_signal(own, other));
	bench_check("semaphore_signal", semaphore_signal(other));
	if (side == 0)
		bench_check("semaphore_wait", semaphore_wait(own));
}

static void
futex(_Atomic uint32_t *word, int operation, uint32_t value)
{
	(void)syscall(SYS_futex, word, operation, value, NULL, NULL, 0);
}

static void
await_turn(_Atomic uint32_t *turn, unsigned side)
{
	while (atomic_load(turn) != side)
		futex(turn, FUTEX_WAIT, 1 - side);
}

static void
turn_futex(const struct table *table, unsigned side)
{
	for (unsigned i = 0; i < TURNS; i++) {
		await_turn(table->turn, side);
		atomic_store(table->turn, 1 - side);
		futex(table->turn, FUTEX_WAKE, 1);
	}
	if (side == 0)
		await_turn(table->turn, side);
}

static void
turn_eventfds(const struct table *table, unsigned side)
{
	eventfd_t value;

	for (unsigned i = 0; i < TURNS; i++) {
		if ((side == 1 || i > 0) &&
		    eventfd_read(table->eventfds[side], &value) != 0)
			bench_die("eventfd_read", 0);
		if (eventfd_write(table->eventfds[1 - side], 1) != 0)
			bench_die("eventfd_write", 0);
	}
	if (side == 0 && eventfd_read(table->eventfds[0], &value) != 0)
		bench_die("eventfd_read", 0);
}

/* --- both ------------------------------------------------------------------ */

static const struct way {
	void (*take_turns)(const struct table *table, unsigned side);
} ways[] = {{turn_semaphores}, {turn_futex}, {turn_eventfds}};
#define WAYS (sizeof(ways) / sizeof(ways[0]))

static void
find_semaphores(struct table *table)
{
	mach_port_array_t ports;
	mach_msg_type_number_t count;

	bench_check("mach_ports_lookup",
	    mach_ports_lookup(mach_task_self(), &ports, &count));
	table->semaphores[0] = ports[0];
	table->semaphores[1] = ports[1];
}

static void
make_table(struct table *table)
{
	for (unsigned i = 0; i < 2; i++) {
		bench_check("semaphore_create",
		    semaphore_create(mach_task_self(), &table->semaphores[i],
		        SYNC_POLICY_FIFO, 0));
		table->eventfds[i] = eventfd(0, EFD_CLOEXEC);
	}
	bench_check("mach_ports_register",
	    mach_ports_register(mach_task_self(), table->semaphores, 2));
	table->turn = mmap(NULL, sizeof(*table->turn), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (table->turn == MAP_FAILED || table->eventfds[1] < 0)
		bench_die("table", 0);
}

static _Noreturn void
be_other(struct table *table)
{
	find_semaphores(table);
	for (unsigned i = 0; i < BENCH_ROUNDS * WAYS; i++)
		ways[i % WAYS].take_turns(table, 1);
	_exit(EXIT_SUCCESS);
}

unsigned
bench_semaphore(struct bench_result *results)
{
	struct bench_rounds rounds[WAYS] = {{.count = BENCH_ROUNDS},
	    {.count = BENCH_ROUNDS}, {.count = BENCH_ROUNDS}};
	struct table table;
	pid_t kernel;
	pid_t child;

	bench_use_cpus(0, 0);
	kernel = bench_kernel_start();
	make_table(&table);
	child = bench_fork();
	if (child == 0)
		be_other(&table);
	for (unsigned i = 0; i < BENCH_ROUNDS * WAYS; i++) {
		uint64_t begin = bench_now_ns();

		ways[i % WAYS].take_turns(&table, 0);
		rounds[i % WAYS].ours[i / WAYS] =
		    (double)(bench_now_ns() - begin) / TURNS;
	}
	for (unsigned i = 0; i < BENCH_ROUNDS; i++) {
		rounds[1].theirs[i] = rounds[1].ours[i];
		rounds[2].theirs[i] = rounds[2].ours[i];
		rounds[1].ours[i] = rounds[0].ours[i];
		rounds[2].ours[i] = rounds[0].ours[i];
	}
	(void)waitpid(child, NULL, 0);
	bench_kernel_stop(kernel);
	results[0] = bench_summary("semaphore.1cpu", "ns", "futex", &rounds[1]);
	results[1] =
	    bench_summary("semaphore.1cpu.fd", "ns", "eventfd", &rounds[2]);
	return 2;
}
