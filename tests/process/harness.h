/*
 * Process tests: a kernel of the test's own, and tasks that are its children.
 *
 * The test itself is no task: it starts a kernel, starts tasks, and looks at how
 * they end. Whatever is started dies with the test, and has a time limit. What is
 * orphaned becomes the test's child. When a test is over, its children must have
 * been waited for, all other descendants end by themselves, each file that it
 * opened be closed, and no shared memory be left.
 */
#ifndef PROCESS_HARNESS_H
#define PROCESS_HARNESS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <cmocka.h>

/* No test takes longer, nor any of its tasks. Some are 4 s of work with a sanitizer, on a
 * processor that is shared with others. */
#define TEST_SECONDS 100

/* For a program that is no case: it, and all that it starts from now on, may take
 * so long instead. */
void process_limit(unsigned seconds);

/* A case with the checks above. */
#define PROCESS_TEST(function)                                                 \
	cmocka_unit_test_setup_teardown(                                       \
	    function, process_test_begin, process_test_end)
int process_test_begin(void **state);
int process_test_end(void **state);

/*
 * Kernels. While one lives, MACHPORT_SOCKET leads there.
 */
struct kernel {
	pid_t pid;
	char socket[64];
};

/* Start machportd --private with @options, a list that ends with NULL, or NULL.
 * It ends when its last task has, or in 5 s if none comes. */
void kernel_start(struct kernel *kernel_out, const char *const *options);

/* The same without --private: it serves all users, and does not end by itself. */
void kernel_start_for_all(
    struct kernel *kernel_out, const char *const *options);
/* End it by a signal, without complaint. */
void kernel_end(const struct kernel *kernel);

/* Its tasks have gone: it ends by itself, without complaint. */
void kernel_expect_end(const struct kernel *kernel);

/* Kill it; its tasks may live. */
void kernel_kill(const struct kernel *kernel);

/* How many files it has open. Kernels with --no-sandbox only. */
unsigned kernel_count_files(const struct kernel *kernel);

/* Does a socket of this name, or path, exist? */
bool socket_exists(const char *name);

/*
 * Tasks. A body runs in a process of its own, which then exits with status 0.
 */
typedef void task_body(void *argument);
pid_t task_start(task_body *body, void *argument);
void task_expect_success(pid_t task);
/* Kill it with SIGKILL, and wait until it has gone. */
void task_kill(pid_t task);
/* Start it, and wait for its success. */
void task_run(task_body *body, void *argument);

/* What holds in a task, which must not return to cmocka: it ends with status 1
 * if not. In the test itself, the case has failed. */
#define CHECK(fact) ((fact) ? (void)0 : task_fail(__FILE__, __LINE__, #fact))
#define CHECK_RETURN(call, code)                                               \
	task_check_return(__FILE__, __LINE__, #call, (call), (code))
_Noreturn void task_fail(const char *file, int line, const char *what);
void task_check_return(
    const char *file, int line, const char *call, int code, int expected);

/*
 * Bells: a task rings to tell that it has come to a point. A ring that does not
 * come is waited for until the time limit.
 */
struct bell {
	int ends[2];
};
void bell_make(struct bell *bell_out);
void bell_free(struct bell *bell);
void bell_ring(const struct bell *bell);
void bell_wait(const struct bell *bell, unsigned rings);

/*
 * Commands: what a user types.
 */
struct outcome {
	int status; /* as of a shell: 128 + N for signal N */
	char output[65536];
	char errors[16384];
};

/* Run @arguments[0], which ends with NULL, and see what it says. */
void command_run(char *const *arguments, struct outcome *outcome_out);

/* Start it with @output, a descriptor, as its stdout. */
pid_t command_start(char *const *arguments, int output);

/* Wait for it; the status as above. */
int command_wait(pid_t command);

/* For the above: a child of the test has begun. */
void child_began(pid_t child);
/* Wait for it; the status as of waitpid(). */
int child_wait(pid_t child);

/* The path of a program in the build tree, as "src/machport/machport"; static,
 * until the next call but three. */
char *built(const char *program);

/* Nanoseconds of a clock that only goes forward. */
uint64_t now_ns(void);

#endif
