/* Trying an operation again and again, each time short of another allocation. */
#include "shortage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base_alloc.h"
#include "snapshot.h"

struct scene scene;

static void
prepare(void)
{
	mach_port_name_t carols;

	memset(&scene, 0, sizeof(scene));
	scene.inbox = world_port(bob);
	scene.to_bob = world_give(bob, scene.inbox, MAKE_SEND, alice);
	scene.port = world_port(alice);
	scene.other = world_port(alice);
	scene.set = world_set(alice);
	carols = world_port(carol);
	scene.once = world_give(carol, carols, MAKE_SEND_ONCE, alice);
	scene.to_carol = world_give(carol, carols, MAKE_SEND, alice);
	scene.thread = world_thread(alice);
	scene.receiver = world_thread(bob);
}

static void
use_up(struct ipc_space *task)
{
	while (task->next_index % IPC_CHUNK_ENTRIES != 0)
		(void)world_dead_name(task);
}

void
scene_use_up_table(void)
{
	use_up(alice);
}

void
scene_use_up_bobs_table(void)
{
	use_up(bob);
}

void
scene_have_requests(void)
{
	(void)world_request(
	    alice, scene.to_bob, MACH_NOTIFY_DEAD_NAME, 0, scene.other);
	(void)world_request(
	    alice, scene.port, MACH_NOTIFY_NO_SENDERS, 1, scene.other);
}

static bool
is_shortage(const struct operation *operation, int code)
{
	for (int i = 0; i < 3 && operation->shortages[i] != 0; i++)
		if (operation->shortages[i] == code)
			return true;
	return false;
}

/* What is wrong with the outcome, or NULL. */
static const char *
judge(const struct operation *operation, int code, bool failed,
    const char *before, const char *after)
{
	if (failed && operation->frugal)
		return "memory was asked for";
	if (code == operation->code)
		return NULL; /* if it did without that memory, the better */
	if (!failed || !is_shortage(operation, code))
		return "not a code for a shortage";
	if (operation->loses || strcmp(before, after) == 0)
		return NULL;
	(void)fprintf(stderr, "%s\n%s\n", before, after);
	return "something changed";
}

/* True if it got through with no allocation failing. */
static bool
try_once(const struct operation *operation, unsigned failing)
{
	const char *complaint;
	char *before;
	char *after;
	int code;
	bool failed;

	world_begin();
	prepare();
	if (operation->prepare)
		operation->prepare();
	before = snapshot_take();
	base_alloc_fail_at(failing);
	code = operation->run();
	failed = base_alloc_has_failed();
	base_alloc_fail_at(0);
	ipc_check();
	after = snapshot_take();
	complaint = judge(operation, code, failed, before, after);
	free(before);
	free(after);
	world_end();
	if (complaint)
		fail_msg("allocation %u: 0x%x: %s", failing, (unsigned)code,
		    complaint);
	return !failed;
}

void
shortage_try(const struct operation *operation)
{
	unsigned failing = 1;

	while (!try_once(operation, failing)) {
		failing++;
		assert_true(failing < 200);
	}
}
