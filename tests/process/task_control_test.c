/*
 * What tasks do to each other through their task ports, under kernels that are told whom
 * task_for_pid() serves; and that nothing of it is left.
 */
#include <mach/mach.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "harness.h"

static const char *const verified[] = {"--verify", NULL};

/* A task that waits to be looked at, and to be let go or killed. */
struct scene {
	struct bell there;
	struct bell go;
	pid_t pid;
	kern_return_t expected;
	char memory[64];
};

static void
wait_there(void *argument)
{
	const struct scene *scene = argument;

	(void)mach_init();
	bell_ring(&scene->there);
	bell_wait(&scene->go, 1);
	CHECK(strcmp(scene->memory, "after") == 0);
}

static void
begin(struct scene *scene, struct kernel *kernel, const char *const *options)
{
	memset(scene, 0, sizeof(*scene));
	(void)strcpy(scene->memory, "before");
	kernel_start(kernel, options);
	bell_make(&scene->there);
	bell_make(&scene->go);
	scene->pid = task_start(wait_there, scene);
	bell_wait(&scene->there, 1);
}

static void
finish(struct scene *scene, const struct kernel *kernel)
{
	bell_free(&scene->there);
	bell_free(&scene->go);
	kernel_expect_end(kernel);
}

static mach_port_t
task_of(const struct scene *scene)
{
	mach_port_t task;

	CHECK_RETURN(
	    task_for_pid(mach_task_self(), scene->pid, &task), KERN_SUCCESS);
	return task;
}

/* --- memory, while it is stopped -------------------------------------------- */

static void
change_memory(void *argument)
{
	const struct scene *scene = argument;
	const vm_address_t at = (vm_address_t)scene->memory;
	const char after[] = "after";
	mach_port_t task = task_of(scene);
	mach_msg_type_number_t count;
	vm_offset_t data;

	CHECK_RETURN(task_suspend(task), KERN_SUCCESS);
	CHECK_RETURN(vm_read(task, at, sizeof(scene->memory), &data, &count),
	    KERN_SUCCESS);
	CHECK(count == sizeof(scene->memory));
	CHECK(memcmp((const void *)data, scene->memory, count) == 0);
	CHECK_RETURN(
	    vm_deallocate(mach_task_self(), data, count), KERN_SUCCESS);
	CHECK_RETURN(vm_write(task, at, (vm_offset_t)after, sizeof(after)),
	    KERN_SUCCESS);
	CHECK_RETURN(task_resume(task), KERN_SUCCESS);
}

static void
memory_of_a_stopped_task_can_be_changed(void **state)
{
	struct kernel kernel;
	struct scene scene;

	(void)state;
	begin(&scene, &kernel, verified);
	task_run(change_memory, &scene);
	bell_ring(&scene.go);
	task_expect_success(scene.pid);
	finish(&scene, &kernel);
}

/* --- what is left of whoever dies ------------------------------------------- */

static void
suspend_and_look(void *argument)
{
	mach_port_t task = task_of(argument);
	mach_msg_type_number_t count;
	thread_act_array_t threads;

	CHECK_RETURN(task_threads(task, &threads, &count), KERN_SUCCESS);
	CHECK(count >= 1); /* a sanitizer may have threads of its own */
	CHECK_RETURN(task_suspend(task), KERN_SUCCESS);
	/* And dies with all that it has got. */
}

static void
nothing_is_left_of_a_task_that_was_killed_suspended(void **state)
{
	struct kernel kernel;
	struct scene scene;

	(void)state;
	begin(&scene, &kernel, verified);
	task_run(suspend_and_look, &scene);
	task_kill(scene.pid);
	finish(&scene, &kernel);
}

/* --- whom task_for_pid() serves --------------------------------------------- */

static void
try_to_find(void *argument)
{
	const struct scene *scene = argument;
	mach_port_t task;

	CHECK_RETURN(
	    task_for_pid(mach_task_self(), scene->pid, &task), scene->expected);
	CHECK_RETURN(
	    task_for_pid(mach_task_self(), getpid(), &task), KERN_SUCCESS);
	CHECK_RETURN(task_name_for_pid(mach_task_self(), scene->pid, &task),
	    KERN_SUCCESS);
}

static void
expect_found(const char *option, kern_return_t code)
{
	const char *const options[] = {"--verify", option, NULL};
	struct kernel kernel;
	struct scene scene;

	begin(&scene, &kernel, options);
	scene.expected = code;
	task_run(try_to_find, &scene);
	task_kill(scene.pid);
	finish(&scene, &kernel);
}

static void
a_kernel_can_be_told_whom_to_give_task_ports(void **state)
{
	(void)state;
	expect_found("--task-for-pid=own", KERN_SUCCESS);
	expect_found("--task-for-pid=root",
	    geteuid() == 0 ? KERN_SUCCESS : KERN_FAILURE);
	expect_found("--task-for-pid=none", KERN_FAILURE);
}

static void
it_can_be_told_nothing_else(void **state)
{
	char option[] = "--task-for-pid=some";
	char *const arguments[] = {
	    built("src/machportd/machportd"), option, NULL};
	static struct outcome outcome;

	(void)state;
	command_run(arguments, &outcome);
	assert_int_equal(outcome.status, 64);
	assert_non_null(strstr(outcome.errors, "neither own, root nor none"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    PROCESS_TEST(memory_of_a_stopped_task_can_be_changed),
	    PROCESS_TEST(nothing_is_left_of_a_task_that_was_killed_suspended),
	    PROCESS_TEST(a_kernel_can_be_told_whom_to_give_task_ports),
	    PROCESS_TEST(it_can_be_told_nothing_else),
	};

	return cmocka_run_group_tests_name("task_control", tests, NULL, NULL);
}
