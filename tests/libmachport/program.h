/*
 * Tests of what a program sees run the program: a process of their own, which
 * attaches for itself, has a time limit, and must leave nothing behind.
 *
 * Such a process is a fork child of the test and has its stderr in a pipe; so
 * have its children and the kernel that it started. When the pipe ends, they
 * all have gone, and what they said is part of the failure.
 */
#ifndef TESTS_LIBMACHPORT_PROGRAM_H
#define TESTS_LIBMACHPORT_PROGRAM_H

#include <mach/mach.h>
#include <sys/types.h>

/* Seconds that a test may take. */
#define PROGRAM_SECONDS 60

/* In such a process, in place of the assertions of cmocka. */
#define CHECK(condition)                                                       \
	((condition) ? (void)0 : program_fail(#condition, __FILE__, __LINE__))
#define CHECK_EQ(value, expected)                                              \
	program_check_equal((long long)(value), (long long)(expected), #value, \
	    __FILE__, __LINE__)

/* Run @body in a process of its own; fail unless it ends well and everything is
 * gone. Only one thread may be running. */
void program_run(void (*body)(void));

/* A test that runs @body so. */
#define RUN(test, body)                                                        \
	static void test(void **state)                                         \
	{                                                                      \
		(void)state;                                                   \
		program_run(body);                                             \
	}

/* As program_run(), but it must say @text on stderr. */
void program_run_saying(void (*body)(void), const char *text);

_Noreturn void program_fail(const char *what, const char *file, int line);
void program_check_equal(long long value, long long expected, const char *what,
    const char *file, int line);

/* A fork child of a program, which runs @body; and wait until it ends well. */
pid_t program_fork(void (*body)(void));
void program_join(pid_t pid);

/* By a pipe: tell whoever waits at the other end; and wait to be told. */
void program_ring(int ends[2]);
void program_await(int ends[2]);

/* Within a program: start a kernel as a server and make this process and its
 * children its tasks ($MACHPORT_SOCKET). Its pid. */
pid_t program_start_kernel(void);
void program_kill_kernel(pid_t kernel);

/* TSan holds signals back until a call that it knows. A trap is none. */
#ifndef __has_feature
#define __has_feature(feature) 0
#endif
#if defined(__SANITIZE_THREAD__) || __has_feature(thread_sanitizer)
#define HANDLERS_RUN_AT_ONCE 0
#else
#define HANDLERS_RUN_AT_ONCE 1
#endif

/* How many descriptors this process has. */
unsigned program_count_files(void);

/* The time, in milliseconds. */
long long program_now_ms(void);

/* Wait until @pid's thread @tid sleeps in the system call @number. */
void program_await_call(pid_t tid, long number);

#endif
