/* A server and a client, which the scenario's process has take turns. */
#include "pair.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define WARM_UP_NS 150000000
#define BATCH_NS 50000 /* a look at the clock costs nothing in that time */
#define WAYS_MAX 4

/* What the client is told: one of these is not 0, or it is to end. */
struct order {
	uint64_t ns;
	uint64_t count;
	bool warm_up; /* without pauses */
};

static pid_t server_kernel; /* the server's, for its signal handlers */
static pid_t server_client;

/* --- the client ------------------------------------------------------------ */

static uint64_t
cpu_ns(pid_t pid)
{
	struct timespec used;
	clockid_t clock;

	if (pid == 0)
		return 0;
	if (clock_getcpuclockid(pid, &clock) || clock_gettime(clock, &used))
		bench_die("the CPU time of a process", pid);
	return (uint64_t)used.tv_sec * 1000000000u + (uint64_t)used.tv_nsec;
}

static uint64_t
cpu_ns_of_all(pid_t kernel)
{
	return cpu_ns(getpid()) + cpu_ns(getppid()) + cpu_ns(kernel);
}

static void
pause_for(const struct pair_setting *setting)
{
	struct timespec pause = {.tv_nsec = (long)setting->pause_ns};
	uint64_t end = bench_now_ns() + setting->pause_ns;

	if (!setting->computes)
		(void)nanosleep(&pause, NULL);
	while (setting->computes && bench_now_ns() < end)
		;
}

static bool
is_done(const struct order *order, const struct pair_turn *turn, uint64_t begin)
{
	return order->count ? turn->count >= order->count
	                    : bench_now_ns() - begin >= order->ns;
}

static void
run_with_pauses(const struct pair_way *way, const struct pair_setting *setting,
    const struct order *order, struct pair_turn *turn)
{
	uint64_t begin = bench_now_ns();

	do {
		uint64_t sent;

		pause_for(setting);
		sent = bench_now_ns();
		way->call(setting);
		turn->ns += bench_now_ns() - sent;
		turn->count++;
	} while (!is_done(order, turn, begin));
}

static void
run_without(const struct pair_way *way, const struct pair_setting *setting,
    const struct order *order, struct pair_turn *turn)
{
	void (*once)(const struct pair_setting *setting) =
	    setting->one_way ? way->send : way->call;
	uint64_t begin = bench_now_ns();
	uint64_t batch = 1;

	do {
		uint64_t began = bench_now_ns();
		uint64_t left = order->count - turn->count;
		uint64_t now = order->count && left < batch ? left : batch;

		for (uint64_t i = 0; i < now; i++)
			once(setting);
		turn->count += now;
		if (bench_now_ns() - began < BATCH_NS)
			batch *= 2;
	} while (!is_done(order, turn, begin));
	if (setting->one_way)
		way->call(setting);
	turn->ns = bench_now_ns() - begin;
}

static struct pair_turn
take_turn(const struct pair_way *way, const struct pair_setting *setting,
    const struct order *order)
{
	bool pauses = setting->pause_ns && !order->warm_up;
	uint64_t before = cpu_ns_of_all(server_kernel);
	struct pair_turn turn = {0};

	(pauses ? run_with_pauses : run_without)(way, setting, order, &turn);
	turn.cpu_ns = cpu_ns_of_all(server_kernel) - before;
	if (pauses && setting->computes)
		turn.cpu_ns -= turn.count * setting->pause_ns;
	return turn;
}

static void
tell(int fd, const void *what, size_t bytes)
{
	if (write(fd, what, bytes) != (ssize_t)bytes)
		bench_die("the other end of a pair", errno);
}

static void
hear(int fd, void *what, size_t bytes)
{
	if (read(fd, what, bytes) != (ssize_t)bytes)
		bench_die("one end of a pair", errno);
}

static _Noreturn void
be_client(
    const struct pair_way *way, const struct pair_setting *setting, int control)
{
	struct pair self = {
	    .server = getppid(), .client = getpid(), .kernel = server_kernel};
	struct order order;

	bench_use_cpus(setting->cpus - 1, setting->cpus - 1);
	way->join(setting);
	tell(control, &self, sizeof(self));
	for (;;) {
		struct pair_turn turn;

		hear(control, &order, sizeof(order));
		if (order.ns == 0 && order.count == 0)
			exit(EXIT_SUCCESS); /* a way may have more to do */
		turn = take_turn(way, setting, &order);
		tell(control, &turn, sizeof(turn));
	}
}

/* --- the server ------------------------------------------------------------ */

static _Noreturn void
end_server(int status)
{
	if (server_kernel)
		bench_kernel_stop(server_kernel);
	_exit(status);
}

/* A child of the server's has ended: the client, when it was told to; or too early. */
static void
end_with_child(int number, siginfo_t *child, void *context)
{
	(void)number;
	(void)context;
	end_server(
	    child->si_pid != server_client || child->si_code != CLD_EXITED
	        ? EXIT_FAILURE
	        : child->si_status);
}

/* The scenario's process has ended. */
static void
end_with_parent(int number)
{
	(void)number;
	if (server_client)
		(void)kill(server_client, SIGKILL);
	end_server(EXIT_FAILURE);
}

static void
watch_family(void)
{
	struct sigaction child = {.sa_sigaction = end_with_child,
	    .sa_flags = SA_SIGINFO | SA_RESTART | SA_NOCLDSTOP};
	struct sigaction parent = {.sa_handler = end_with_parent};

	(void)sigfillset(&child.sa_mask);
	(void)sigfillset(&parent.sa_mask);
	if (sigaction(SIGCHLD, &child, NULL) ||
	    sigaction(SIGTERM, &parent, NULL) ||
	    prctl(PR_SET_PDEATHSIG, SIGTERM))
		bench_die("sigaction", 0);
}

static _Noreturn void
be_server(
    const struct pair_way *way, const struct pair_setting *setting, int control)
{
	sigset_t all;
	sigset_t before;

	(void)signal(SIGCHLD, SIG_DFL);
	bench_use_cpus(0, setting->cpus - 1);
	if (way->lanes && setenv("MACHPORT_LANES", way->lanes, 1))
		bench_die("setenv", errno);
	server_kernel = way->open(setting);
	watch_family();
	(void)sigfillset(&all);
	(void)sigprocmask(SIG_BLOCK, &all, &before);
	server_client = fork();
	if (server_client < 0)
		bench_die("fork", errno);
	if (server_client == 0) {
		(void)signal(SIGCHLD, SIG_DFL);
		(void)signal(SIGTERM, SIG_DFL);
		(void)prctl(PR_SET_PDEATHSIG, SIGTERM);
	}
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	if (server_client == 0)
		be_client(way, setting, control);
	(void)close(control);
	bench_use_cpus(0, 0);
	way->serve(setting);
	_exit(EXIT_FAILURE);
}

/* --- the scenario ---------------------------------------------------------- */

static struct pair_turn
give_order(const struct pair *pair, const struct order *order)
{
	struct pair_turn turn;

	tell(pair->control, order, sizeof(*order));
	hear(pair->control, &turn, sizeof(turn));
	return turn;
}

void
pair_start(struct pair *pair, const struct pair_way *way,
    const struct pair_setting *setting)
{
	const struct order order = {.ns = WARM_UP_NS, .warm_up = true};
	int ends[2];
	pid_t server;

	bench_socket_pair(ends);
	server = bench_fork();
	if (server == 0) {
		(void)close(ends[0]);
		be_server(way, setting, ends[1]);
	}
	(void)close(ends[1]);
	hear(ends[0], pair, sizeof(*pair));
	pair->setting = setting;
	pair->control = ends[0];
	(void)give_order(pair, &order);
}

void
pair_end(struct pair *pair)
{
	const struct order order = {0};

	tell(pair->control, &order, sizeof(order));
	(void)waitpid(pair->server, NULL, 0);
	(void)close(pair->control);
}

struct pair_turn
pair_run_for(const struct pair *pair, uint64_t ns)
{
	const struct order order = {.ns = ns};

	return give_order(pair, &order);
}

struct pair_turn
pair_run(const struct pair *pair, uint64_t count)
{
	const struct order order = {.count = count};

	return give_order(pair, &order);
}

/* As the results tell it: ns for each, or how many in a second. */
static double
time_of(const struct pair *pair, const struct pair_turn *turn)
{
	double each = (double)turn->ns / (double)turn->count;

	return pair->setting->one_way ? 1e9 / each : each;
}

/* A result called @name and @suffix. */
static struct bench_result
result_of(const char *name, const char *suffix, const char *unit,
    const char *against, const struct bench_rounds *rounds)
{
	char full[sizeof(((struct bench_result *)0)->name)];

	(void)snprintf(full, sizeof(full), "%s%s", name, suffix);
	return bench_summary(full, unit, against, rounds);
}

unsigned
pair_compare(struct bench_result *results, const char *name,
    const struct pair_setting *setting, const struct pair_way *const *ways,
    const char *const *suffixes, unsigned count, uint64_t turn_ns)
{
	struct bench_rounds times[WAYS_MAX] = {0};
	struct bench_rounds cpu = {.count = BENCH_ROUNDS};
	struct pair pairs[WAYS_MAX];

	for (unsigned k = 0; k < count; k++) {
		pair_start(&pairs[k], ways[k], setting);
		times[k].count = BENCH_ROUNDS;
	}
	for (unsigned i = 0; i < BENCH_ROUNDS; i++) {
		for (unsigned k = 0; k < count; k++) {
			struct pair_turn turn =
			    pair_run_for(&pairs[k], turn_ns);
			double used = (double)turn.cpu_ns / (double)turn.count;

			times[k].ours[i] = time_of(&pairs[k], &turn);
			if (k < 2)
				(k ? cpu.theirs : cpu.ours)[i] = used;
		}
	}
	for (unsigned k = 0; k < count; k++)
		pair_end(&pairs[k]);
	for (unsigned k = 1; k < count; k++) {
		memcpy(times[0].theirs, times[k].ours, sizeof(times[k].ours));
		results[k - 1] = result_of(name, suffixes[k],
		    setting->one_way ? "messages/s" : "ns", ways[k]->name,
		    &times[0]);
	}
	results[count - 1] =
	    result_of(name, ".cpu", "ns of CPU", ways[1]->name, &cpu);
	return count;
}
