/*
 * The benchmarks: what Mach ports cost, side by side with a Unix socket.
 *
 * A figure is the median of at least five rounds, taken in turn with the thing
 * compared, so that whatever else the machine does happens to both. A scenario
 * runs in a process of its own, on a kernel of its own, on the CPUs it asks for,
 * and hands its results to the program that prints them all.
 */
#ifndef BENCH_H
#define BENCH_H

#include <mach/mach.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define BENCH_ROUNDS 7

/* One line of the table, and one object of bench.json. */
struct bench_result {
	char name[40];
	char unit[16];
	char against[24]; /* what it is compared with; empty: nothing */
	double value;
	double other; /* the same of `against` */
	double ratio; /* value / other */
	double low;   /* of the rounds' ratios, or of the values */
	double high;
	char skipped
	    [64]; /* why there is nothing of the above; empty: there is */
};

/* The rounds of one result. */
struct bench_rounds {
	double ours[BENCH_ROUNDS];
	double theirs[BENCH_ROUNDS];
	unsigned count;
};

uint64_t bench_now_ns(void);
double bench_median(const double *values, unsigned count);

/* Print what cannot go on and exit; the kernel ends too. */
_Noreturn void bench_die(const char *what, long code);

/* Make a result of rounds, compared with @against or with nothing (""). */
struct bench_result bench_summary(const char *name, const char *unit,
    const char *against, const struct bench_rounds *rounds);

/* Make one of what is not measured here, and @why. */
struct bench_result bench_skipped(const char *name, const char *why);

/* Run this process, and what it starts, on CPUs @first .. @last. */
void bench_use_cpus(unsigned first, unsigned last);

/* fork(), for a scenario's other task: if that fails, so does this process, whatever
 * it waits for. */
pid_t bench_fork(void);

/* A kernel for this process and its children, on the same CPUs. It ends with
 * bench_kernel_stop(), or bench_die(). */
pid_t bench_kernel_start(void);
void bench_kernel_stop(pid_t kernel);

/* Resident memory of @pid, in bytes. */
double bench_resident_bytes(pid_t pid);

/* The same, each page shared by all that have it (PSS). */
double bench_pss_bytes(pid_t pid);

/* A pair of sockets as messages are compared with: AF_UNIX, SOCK_SEQPACKET. */
void bench_socket_pair(int ends[2]);

/* The number behind @key, as "MemFree:", in a file of /proc; 0 if there is neither. */
uint64_t bench_proc_number(const char *path, const char *key);

/* Go on only if @kr is KERN_SUCCESS. */
void bench_check(const char *what, kern_return_t kr);

/* A port that this task receives on, with room for @limit messages; and what a child
 * that it forks sends to. */
mach_port_t bench_service_make(mach_port_msgcount_t limit);
mach_port_t bench_service_find(void);

/* The same with a set of so many ports; and the child's right to send to one of them. */
#define BENCH_MEMBERS 2u
mach_port_t bench_service_make_set(mach_port_msgcount_t limit);
mach_port_t bench_service_find_member(unsigned member);

/* The scenarios. Each fills in results and returns how many. */
unsigned bench_rpc_1cpu(struct bench_result *results);
unsigned bench_rpc_2cpu(struct bench_result *results);
unsigned bench_oneway_2cpu(struct bench_result *results);
unsigned bench_lane_running(struct bench_result *results);
unsigned bench_lane_pause20us(struct bench_result *results);
unsigned bench_lane_pause1ms(struct bench_result *results);
unsigned bench_lane_1cpu(struct bench_result *results);
unsigned bench_lane_4k(struct bench_result *results);
unsigned bench_lane_oneway_2cpu(struct bench_result *results);
unsigned bench_lane_oneway_1cpu(struct bench_result *results);
unsigned bench_lane_clients(struct bench_result *results);
unsigned bench_lane_set(struct bench_result *results);
unsigned bench_lane_busy(struct bench_result *results);
unsigned bench_lane_quota(struct bench_result *results);
unsigned bench_lane_memory(struct bench_result *results);
unsigned bench_calls_running(struct bench_result *results);
unsigned bench_calls_pause1ms(struct bench_result *results);
unsigned bench_calls_1cpu(struct bench_result *results);
unsigned bench_right(struct bench_result *results);
unsigned bench_lane_mixed(struct bench_result *results);
unsigned bench_engine(struct bench_result *results);
unsigned bench_memory(struct bench_result *results);
unsigned bench_mig_compile(struct bench_result *results);
unsigned bench_mig_marshal(struct bench_result *results);
unsigned bench_semaphore(struct bench_result *results);
unsigned bench_ool_4k(struct bench_result *results);
unsigned bench_ool_16k(struct bench_result *results);
unsigned bench_ool_64k(struct bench_result *results);
unsigned bench_ool_1m(struct bench_result *results);
unsigned bench_ool_16m(struct bench_result *results);
unsigned bench_ool_256m(struct bench_result *results);
unsigned bench_ool_1g(struct bench_result *results);
unsigned bench_ool_pingpong(struct bench_result *results);
unsigned bench_ool_stream(struct bench_result *results);
unsigned bench_ool_memory(struct bench_result *results);

#define BENCH_RESULTS_MAX 8 /* of one scenario */

#endif
