/* What the kernel process holds for a port, and for a task that does nothing. */
#include <mach/mach.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

#define PORTS 100000
#define TASKS 200

/* Ports of one task, all with nothing but their receive right. */
static double
port_bytes(pid_t kernel)
{
	double before;

	(void)mach_reply_port(); /* attached, and warm */
	before = bench_resident_bytes(kernel);
	for (unsigned i = 0; i < PORTS; i++)
		if (mach_reply_port() == MACH_PORT_NULL)
			bench_die("mach_reply_port", i);
	return (bench_resident_bytes(kernel) - before) / PORTS;
}

/* Tasks with one thread each, that have made one trap and wait to be killed. */
static double
task_bytes(pid_t kernel)
{
	double before = bench_resident_bytes(kernel);
	pid_t children[TASKS];
	double bytes;
	int ready[2];
	char byte;

	if (pipe(ready))
		bench_die("pipe", 0);
	for (unsigned i = 0; i < TASKS; i++) {
		children[i] = fork();
		if (children[i] == 0) {
			if (mach_reply_port() == MACH_PORT_NULL ||
			    write(ready[1], "", 1) != 1)
				_exit(EXIT_FAILURE);
			for (;;)
				(void)pause();
		}
	}
	for (unsigned i = 0; i < TASKS; i++)
		if (read(ready[0], &byte, 1) != 1)
			bench_die("child", i);
	bytes = (bench_resident_bytes(kernel) - before) / TASKS;
	for (unsigned i = 0; i < TASKS; i++) {
		(void)kill(children[i], SIGKILL);
		(void)waitpid(children[i], NULL, 0);
	}
	return bytes;
}

/* Memory does not vary with what else runs, but allocation has steps: rounds, each
 * on a fresh kernel. */
static struct bench_rounds
run_rounds(double (*measure)(pid_t kernel))
{
	struct bench_rounds rounds = {.count = BENCH_ROUNDS};

	for (unsigned i = 0; i < BENCH_ROUNDS; i++) {
		int results[2];
		pid_t child;

		if (pipe(results))
			bench_die("pipe", 0);
		child = fork();
		if (child == 0) {
			pid_t kernel = bench_kernel_start();
			double bytes = measure(kernel);

			bench_kernel_stop(kernel);
			if (write(results[1], &bytes, sizeof(bytes)) < 0)
				_exit(EXIT_FAILURE);
			_exit(EXIT_SUCCESS);
		}
		(void)close(results[1]);
		if (read(results[0], &rounds.ours[i], sizeof(double)) !=
		    (ssize_t)sizeof(double))
			bench_die("memory", i);
		(void)close(results[0]);
		(void)waitpid(child, NULL, 0);
	}
	return rounds;
}

unsigned
bench_memory(struct bench_result *results)
{
	struct bench_rounds ports = run_rounds(port_bytes);
	struct bench_rounds tasks = run_rounds(task_bytes);

	results[0] = bench_summary("memory.port", "bytes", "", &ports);
	results[1] = bench_summary("memory.task", "bytes", "", &tasks);
	return 2;
}
