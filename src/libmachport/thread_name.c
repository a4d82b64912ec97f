/*
 * Threads by what pthread_create() calls them.
 *
 * A thread that asks for its own name is put into a list, where others find it
 * until it ends. In a fork child the list is the parent's: most of its threads
 * are gone there, and their memory with them, so it is begun anew unseen.
 */
#include <mach/mach_init.h>

#include <mach/mach2.h>
#include <unistd.h>

#include "base_list.h"
#include "lock.h"

struct named_thread {
	struct list link; /* (process_lock) */
	pthread_t thread;
	mach_port_t name;
	pid_t process; /* in whose list it is; 0: in none */
};

static __thread struct named_thread current;

static struct list named GUARDED_BY(&process_lock);
static pid_t named_process GUARDED_BY(&process_lock);
static pthread_key_t end_key;

static struct list *
named_locked(void) REQUIRES(&process_lock)
{
	pid_t process = getpid();

	if (named_process != process)
		list_init(&named);
	named_process = process;
	return &named;
}

static void
thread_end(void *argument)
{
	struct named_thread *thread = argument;
	struct lock_hold hold;

	lock_take(&process_lock, &hold);
	(void)named_locked();
	if (thread->process == named_process)
		list_remove(&thread->link);
	thread->process = 0;
	lock_give(&process_lock, &hold);
}

__attribute__((constructor)) static void
thread_name_init(void)
{
	(void)pthread_key_create(&end_key, thread_end);
}

static mach_port_t
name_self(void)
{
	mach_port_t name = thread_self();
	struct lock_hold hold;

	if (name == MACH_PORT_NULL ||
	    pthread_setspecific(end_key, &current) != 0)
		return name;
	lock_take(&process_lock, &hold);
	if (current.process != getpid()) {
		list_init(&current.link);
		list_push_back(named_locked(), &current.link);
		current.thread = pthread_self();
		current.process = named_process;
	}
	current.name = name;
	lock_give(&process_lock, &hold);
	return name;
}

mach_port_t
pthread_mach_thread_np(pthread_t thread)
{
	mach_port_t name = MACH_PORT_NULL;
	struct lock_hold hold;

	if (pthread_equal(thread, pthread_self()))
		return name_self();
	lock_take(&process_lock, &hold);
	LIST_FOREACH (node, named_locked()) {
		const struct named_thread *other =
		    CONTAINER_OF(node, struct named_thread, link);

		if (pthread_equal(thread, other->thread))
			name = other->name;
	}
	lock_give(&process_lock, &hold);
	return name;
}
