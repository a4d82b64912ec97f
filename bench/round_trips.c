/*
 * COUNT round trips of 64 bytes between two tasks, on two CPUs: what bench/instructions
 * runs under a tool that counts. Ends when the client has made them.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pair.h"

static pid_t kernel;

static void
end_with_child(int number, siginfo_t *child, void *context)
{
	(void)number;
	(void)context;
	bench_kernel_stop(kernel);
	_exit(child->si_code == CLD_EXITED ? child->si_status : EXIT_FAILURE);
}

static _Noreturn void
make_round_trips(const struct pair_setting *setting, unsigned long count)
{
	bench_use_cpus(1, 1);
	pair_ports.join(setting);
	for (unsigned long i = 0; i < count; i++)
		pair_ports.call(setting);
	_exit(EXIT_SUCCESS);
}

int
main(int argc, char **argv)
{
	static const struct pair_setting setting = {.cpus = 2, .bytes = 64};
	struct sigaction action = {
	    .sa_sigaction = end_with_child, .sa_flags = SA_SIGINFO};
	unsigned long count = argc == 2 ? strtoul(argv[1], NULL, 10) : 0;
	pid_t client;

	if (count == 0) {
		(void)fprintf(stderr, "usage: %s COUNT\n", argv[0]);
		return EXIT_FAILURE;
	}
	kernel = pair_ports.open(&setting);
	(void)sigfillset(&action.sa_mask);
	if (sigaction(SIGCHLD, &action, NULL) != 0)
		bench_die("sigaction", errno);
	client = fork();
	if (client < 0)
		bench_die("fork", errno);
	if (client == 0) {
		(void)signal(SIGCHLD, SIG_DFL);
		make_round_trips(&setting, count);
	}
	bench_use_cpus(0, 0);
	pair_ports.serve(&setting);
}
