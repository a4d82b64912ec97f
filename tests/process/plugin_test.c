/*
 * Plugins that bring the library into a program, and leave again while the
 * program has threads that used it. The program itself is not linked with it.
 */
#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <mach/mach.h>

#include "harness.h"

#define PLUGIN "tests/process/process_plugin.so"
#define LIBRARY "src/libmachport/libmachport.so.1"

#define ROUNDS 5

static void
run_in_kernel(task_body *body)
{
	struct kernel kernel;

	kernel_start(&kernel, NULL);
	task_run(body, NULL);
	kernel_expect_end(&kernel);
}

/* What is loaded, and what was found in it. */
struct loaded {
	void *handle;
	union { /* dlsym() has one type for all it finds */
		void *address;
		int (*exchange)(void);
		mach_port_t (*reply_port)(void);
	} function;
	struct bell called; /* by a thread */
	struct bell closed; /* it may end */
};

static void
load(struct loaded *loaded, const char *file, const char *function)
{
	loaded->handle = dlopen(built(file), RTLD_NOW | RTLD_LOCAL);
	CHECK(loaded->handle);
	loaded->function.address = dlsym(loaded->handle, function);
	CHECK(loaded->function.address);
}

static void
unload(struct loaded *loaded)
{
	CHECK(dlclose(loaded->handle) == 0);
}

/* fork() calls who asked to be called. */
static void
fork_once(void)
{
	pid_t child = fork();
	int status;

	CHECK(child >= 0);
	if (child == 0)
		_exit(EXIT_SUCCESS);
	CHECK(waitpid(child, &status, 0) == child);
	CHECK(status == 0);
}

/* A thread that used the library, and ends when that was closed. */
static void *
use_plugin(void *argument)
{
	struct loaded *loaded = argument;

	CHECK(loaded->function.exchange() == 0);
	bell_ring(&loaded->called);
	bell_wait(&loaded->closed, 1);
	return NULL;
}

static void *
use_library(void *argument)
{
	struct loaded *loaded = argument;

	CHECK(loaded->function.reply_port() != MACH_PORT_NULL);
	bell_ring(&loaded->called);
	bell_wait(&loaded->closed, 1);
	return NULL;
}

static void
load_and_unload(const char *file, const char *function, void *(*user)(void *))
{
	struct loaded loaded;
	pthread_t thread;

	bell_make(&loaded.called);
	bell_make(&loaded.closed);
	for (unsigned i = 0; i < ROUNDS; i++) {
		load(&loaded, file, function);
		CHECK(pthread_create(&thread, NULL, user, &loaded) == 0);
		bell_wait(&loaded.called, 1);
		unload(&loaded);
		fork_once();
		bell_ring(&loaded.closed);
		CHECK(pthread_join(thread, NULL) == 0);
		fork_once();
	}
	bell_free(&loaded.called);
	bell_free(&loaded.closed);
}

static void
use_plugins(void *unused)
{
	(void)unused;
	CHECK(!dlopen("libmachport.so.1", RTLD_NOW | RTLD_NOLOAD));
	load_and_unload(PLUGIN, "plugin_exchange", use_plugin);
}

static void
a_plugin_can_leave_before_the_threads_that_used_it(void **state)
{
	(void)state;
	run_in_kernel(use_plugins);
}

static void
use_libraries(void *unused)
{
	(void)unused;
	load_and_unload(LIBRARY, "mach_reply_port", use_library);
}

static void
the_library_can_be_loaded_and_closed_as_often_as_one_likes(void **state)
{
	(void)state;
	run_in_kernel(use_libraries);
}

/* The first to close was not the last to use it. */
static void
keep_names(void *unused)
{
	struct loaded loaded;
	mach_port_t first;

	(void)unused;
	load(&loaded, LIBRARY, "mach_reply_port");
	first = loaded.function.reply_port();
	unload(&loaded);
	load(&loaded, LIBRARY, "mach_reply_port");
	CHECK(loaded.function.reply_port() != first);
	unload(&loaded);
}

static void
a_task_is_the_same_after_the_library_was_closed(void **state)
{
	(void)state;
	run_in_kernel(keep_names);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    PROCESS_TEST(a_plugin_can_leave_before_the_threads_that_used_it),
	    PROCESS_TEST(
	        the_library_can_be_loaded_and_closed_as_often_as_one_likes),
	    PROCESS_TEST(a_task_is_the_same_after_the_library_was_closed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
