/* Peers with the engine alone: threads, each of a task of its own. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "engine.h"
#include "kern_port.h"
#include "scenario.h"

struct peer {
	struct peer *next;
	struct engine_task task;
	struct engine_thread *thread;
	mach_port_t name; /* of the task port, in the scenario's task */
	/* What it runs (the lock). thread->done: nothing. */
	pthread_t pthread;
	peer_function *function;
	void *argument; /* the scenario's */
	void *copy;     /* the peer's, of so many bytes */
	size_t bytes;
	bool runs; /* from its start to its end */
};

static struct peer *peers;

struct peer *
peer_new(void)
{
	struct peer *peer = calloc(1, sizeof(*peer));
	struct kern_task *parent;

	CHECK(peer);
	parent = engine_enter()->task->kern;
	engine_task_init(&peer->task, parent);
	peer->thread = engine_thread_new(&peer->task);
	EXPECT(kern_port_give_send(parent->space,
	           ipc_kobject_make_send(&peer->task.kern->self), &peer->name),
	    KERN_SUCCESS);
	peer->next = peers;
	peers = peer;
	engine_leave();
	return peer;
}

static void *
peer_main(void *argument)
{
	struct peer *peer = argument;

	engine_thread_become(peer->thread);
	peer->function(peer->copy);
	(void)engine_enter();
	peer->thread->done = true;
	engine_changed();
	engine_leave();
	return NULL;
}

void
peer_start(
    struct peer *peer, peer_function *function, void *argument, size_t bytes)
{
	CHECK(!peer->runs);
	CHECK(peer->task.kern);
	peer->function = function;
	peer->argument = argument;
	peer->bytes = bytes;
	if (bytes > 0) {
		peer->copy = malloc(bytes);
		CHECK(peer->copy);
		memcpy(peer->copy, argument, bytes);
	}
	peer->thread->done = false;
	peer->runs = true;
	CHECK(pthread_create(&peer->pthread, NULL, peer_main, peer) == 0);
}

/* Its thread has ended, or does so now. */
static void
reap(struct peer *peer)
{
	CHECK(pthread_join(peer->pthread, NULL) == 0);
	free(peer->copy);
	peer->copy = NULL;
	peer->runs = false;
}

void
peer_join(struct peer *peer)
{
	CHECK(peer->runs);
	engine_until_done(peer->thread);
	if (peer->bytes > 0)
		memcpy(peer->argument, peer->copy, peer->bytes);
	reap(peer);
}

void
peer_run(
    struct peer *peer, peer_function *function, void *argument, size_t bytes)
{
	peer_start(peer, function, argument, bytes);
	peer_join(peer);
}

void
peer_until_blocked(struct peer *peer)
{
	CHECK(peer->runs);
	engine_until_blocked(peer->thread);
}

void
peer_kill(struct peer *peer)
{
	CHECK(peer->task.kern);
	(void)engine_enter();
	engine_task_kill(&peer->task);
	engine_leave();
	if (peer->runs)
		reap(peer);
}

mach_port_t
peer_task(struct peer *peer)
{
	return peer->name;
}

static void
peer_end(struct peer *peer)
{
	if (peer->task.kern)
		peer_kill(peer);
	if (type_of(peer->name) != 0)
		drop(peer->name);
	(void)engine_enter();
	engine_thread_free(peer->thread);
	engine_leave();
	free(peer);
}

void
engine_peers_end(void)
{
	struct peer *peer;

	while ((peer = peers) != NULL) {
		peers = peer->next;
		peer_end(peer);
	}
}
