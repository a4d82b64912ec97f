/* The world of the engine: its tasks, its threads, its one lock. */
#include "engine.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "attach.h"
#include "backend.h"
#include "base_alloc.h"
#include "ipc_space.h"
#include "kern_host.h"
#include "kern_platform.h"
#include "scenario.h"

#define NS_PER_S 1000000000u

const char backend_name[] = "engine";

/* Those of machportd, but for what scenarios are promised. */
static const struct ipc_charge task_limits = {
    .names = SCENARIO_NAMES_MAX,
    .messages = 131072,
    .bytes = (uint64_t)256 << 20,
};
static const struct ipc_charge user_limits = {
    .names = 1048576,
    .messages = 524288,
    .bytes = (uint64_t)1024 << 20,
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t change; /* on the monotonic clock */

static struct ipc_account *user;
static struct engine_task scenario_task;
static struct engine_thread *scenario_thread;
static uint32_t thread_count;
static unsigned generation;
static bool mach3; /* the mode of all tasks */

static __thread struct engine_thread *myself;

/* For what of the library remembers names. No scenario becomes another process. */
uint32_t attach_generation;

/*
 * Threads.
 */
static void
woken(struct ipc_waiter *waiter)
{
	(void)waiter;
	engine_changed();
}

struct engine_thread *
engine_thread_new(struct engine_task *task)
{
	struct engine_thread *thread = calloc(1, sizeof(*thread));

	CHECK(thread);
	thread->task = task;
	thread->id = ++thread_count;
	ipc_waiter_init(&thread->waiter, woken);
	list_push_back(&task->threads, &thread->link);
	return thread;
}

void
engine_thread_free(struct engine_thread *thread)
{
	ipc_waiter_abandon(&thread->waiter);
	(void)kern_thread_unref(thread->kern);
	list_remove(&thread->link);
	free(thread);
}

void
engine_thread_become(struct engine_thread *thread)
{
	myself = thread;
}

struct thread_names *
thread_conn_names(void)
{
	return &myself->names;
}

struct engine_thread *
engine_enter(void)
{
	CHECK(myself); /* use worker_start() */
	(void)pthread_mutex_lock(&lock);
	if (!myself->task->kern) {
		myself->done = true;
		engine_leave();
		pthread_exit(NULL);
	}
	return myself;
}

void
engine_leave(void)
{
	(void)pthread_mutex_unlock(&lock);
}

void
engine_wait(void)
{
	(void)pthread_cond_wait(&change, &lock);
	if (!myself->task->kern) {
		engine_leave();
		pthread_exit(NULL);
	}
}

bool
engine_wait_until(uint64_t deadline)
{
	const struct timespec at = {
	    .tv_sec = (time_t)(deadline / NS_PER_S),
	    .tv_nsec = (long)(deadline % NS_PER_S),
	};
	bool in_time = pthread_cond_timedwait(&change, &lock, &at) == 0;

	if (!myself->task->kern) {
		engine_leave();
		pthread_exit(NULL);
	}
	return in_time;
}

void
engine_changed(void)
{
	(void)pthread_cond_broadcast(&change);
}

void
engine_until_blocked(const struct engine_thread *thread)
{
	(void)engine_enter();
	while (thread->waiter.state == IPC_WAITER_IDLE) {
		CHECK(!thread->done);
		engine_wait();
	}
	engine_leave();
}

void
engine_until_done(const struct engine_thread *thread)
{
	(void)engine_enter();
	while (!thread->done)
		engine_wait();
	engine_leave();
}

/*
 * Tasks.
 */
static struct ipc_identity *
new_identity(void)
{
	const security_token_t security = {{geteuid(), getegid()}};
	const audit_token_t audit = {{getuid(), geteuid(), getegid(), getuid(),
	    getgid(), (unsigned)getpid(), 0, ++generation}};

	return ipc_identity_new(&security, &audit);
}

void
engine_task_init(struct engine_task *task, struct kern_task *parent)
{
	struct ipc_account *account = ipc_account_new(user, &task_limits);
	struct ipc_identity *identity = new_identity();

	CHECK(account && identity);
	list_init(&task->threads);
	task->kern =
	    kern_task_new(account, identity, parent ? &parent->ports : NULL);
	CHECK(task->kern);
	EXPECT(ipc_space_set_mach3(task->kern->space, mach3), KERN_SUCCESS);
	(void)ipc_account_unref(account);
	(void)ipc_identity_unref(identity);
}

void
engine_task_kill(struct engine_task *task)
{
	LIST_FOREACH (node, &task->threads)
		ipc_waiter_abandon(
		    &CONTAINER_OF(node, struct engine_thread, link)->waiter);
	kern_task_destroy(task->kern);
	task->kern = NULL;
	ipc_check();
	engine_changed();
}

/*
 * The backend.
 */
bool
backend_runs(unsigned flags)
{
	return !(flags & SCENARIO_PROCESS);
}

void
backend_begin(void)
{
}

bool
backend_end(void)
{
	return true;
}

/* All tasks are those of the user who owns the kernel. */
static struct kern_platform machine;

void
backend_enter(unsigned flags)
{
	pthread_condattr_t attributes;

	machine = *kern_platform;
	machine.owner = geteuid();
	mach3 = (flags & SCENARIO_MACH3) != 0;
	(void)pthread_condattr_init(&attributes);
	(void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&change, &attributes);
	(void)pthread_condattr_destroy(&attributes);
	ipc_init((uint32_t)vm_page_size);
	kern_platform = &machine;
	CHECK(kern_host_init());
	user = ipc_account_new(NULL, &user_limits);
	CHECK(user);
	engine_task_init(&scenario_task, NULL);
	scenario_thread = engine_thread_new(&scenario_task);
	engine_thread_become(scenario_thread);
}

void
backend_leave(void)
{
	(void)engine_enter();
	engine_task_kill(&scenario_task);
	engine_thread_free(scenario_thread);
	kern_host_deinit();
	CHECK_EQUAL(user->refs, 1);
	CHECK_EQUAL(user->used.names, 0);
	CHECK_EQUAL(user->used.messages, 0);
	CHECK_EQUAL(user->used.bytes, 0);
	(void)ipc_account_unref(user);
	ipc_check();
	ipc_deinit();
	CHECK_EQUAL(base_alloc_live(), 0);
	engine_leave();
}

/*
 * Workers.
 */
struct worker {
	pthread_t pthread;
	struct engine_thread *thread;
	void (*function)(void *argument);
	void *argument;
};

static unsigned worker_count; /* (the lock) */

static void *
worker_main(void *argument)
{
	struct worker *worker = argument;

	engine_thread_become(worker->thread);
	worker->function(worker->argument);
	(void)engine_enter();
	worker->thread->done = true;
	engine_changed();
	engine_leave();
	return NULL;
}

struct worker *
worker_start(void (*function)(void *argument), void *argument)
{
	struct worker *worker = calloc(1, sizeof(*worker));

	CHECK(worker);
	worker->function = function;
	worker->argument = argument;
	worker->thread = engine_thread_new(engine_enter()->task);
	worker_count++;
	engine_leave();
	CHECK(pthread_create(&worker->pthread, NULL, worker_main, worker) == 0);
	return worker;
}

void
worker_until_blocked(struct worker *worker)
{
	engine_until_blocked(worker->thread);
}

void
worker_join(struct worker *worker)
{
	CHECK(pthread_join(worker->pthread, NULL) == 0);
	(void)engine_enter();
	engine_thread_free(worker->thread);
	worker_count--;
	engine_leave();
	free(worker);
}

void
backend_settle(void)
{
	CHECK_EQUAL(worker_count, 0);
	engine_peers_end();
}
