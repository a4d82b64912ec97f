/*
 * The ports that a task and its threads have without asking.
 * Source: spec/special-ports.md 1
 */
#include "scenario.h"

#include <mach/mach2.h>
#include <mach/mig.h>
#include <pthread.h>

#define SEND MACH_PORT_RIGHT_SEND

static void
the_task_port_is_cached(void)
{
	mach_port_urefs_t urefs = refs_of(mach_task_self(), SEND);

	CHECK_EQUAL(mach_task_self(), mach_task_self_);
	CHECK_EQUAL(current_task(), mach_task_self());
	CHECK_EQUAL(type_of(mach_task_self()), MACH_PORT_TYPE_SEND);
	CHECK_EQUAL(refs_of(mach_task_self(), SEND), urefs);

	CHECK_EQUAL(task_self_trap(), mach_task_self());
	CHECK_EQUAL(task_self_trap(), mach_task_self());
	CHECK_EQUAL(refs_of(mach_task_self(), SEND), urefs + 2);
	drop(mach_task_self());
	drop(mach_task_self());
	CHECK_EQUAL(refs_of(mach_task_self(), SEND), urefs);
}

static void
each_call_counts_a_reference(void)
{
	mach_port_t thread = mach_thread_self();
	mach_port_t host = mach_host_self();
	mach_port_urefs_t thread_urefs = refs_of(thread, SEND);
	mach_port_urefs_t host_urefs = refs_of(host, SEND);

	CHECK_EQUAL(type_of(thread), MACH_PORT_TYPE_SEND);
	CHECK_EQUAL(type_of(host), MACH_PORT_TYPE_SEND);
	CHECK(thread != host && thread != mach_task_self());
	CHECK_EQUAL(mach_thread_self(), thread);
	CHECK_EQUAL(thread_self_trap(), thread);
	CHECK_EQUAL(refs_of(thread, SEND), thread_urefs + 2);
	CHECK_EQUAL(mach_host_self(), host);
	CHECK_EQUAL(host_self_trap(), host);
	CHECK_EQUAL(refs_of(host, SEND), host_urefs + 2);
	for (unsigned i = 0; i < 3; i++) {
		drop(thread);
		drop(host);
	}
}

static void
store_thread(void *argument)
{
	mach_port_t *thread = argument;

	*thread = mach_thread_self();
	drop(*thread);
}

static void
each_thread_has_its_own_port(void)
{
	mach_port_t mine = mach_thread_self();
	mach_port_t other = MACH_PORT_NULL;

	worker_join(worker_start(store_thread, &other));
	CHECK(other != MACH_PORT_NULL && other != mine);
	drop(mine);
}

static void
each_reply_port_is_a_new_one(void)
{
	mach_port_t first = mach_reply_port();
	mach_port_t second = mach_reply_port();

	CHECK(first != second);
	CHECK_EQUAL(type_of(first), MACH_PORT_TYPE_RECEIVE);
	CHECK_EQUAL(type_of(second), MACH_PORT_TYPE_RECEIVE);
	CHECK_EQUAL(status_of(first).mps_qlimit, MACH_PORT_QLIMIT_DEFAULT);
	CHECK_EQUAL(status_of(first).mps_mscount, 0);
	CHECK(!status_of(first).mps_srights);
	drop_receive(first);
	drop_receive(second);
}

static void
take_reply_port(void *argument)
{
	mach_port_t *port = argument;

	*port = mig_get_reply_port();
	CHECK_EQUAL(mig_get_reply_port(), *port);
	CHECK_EQUAL(type_of(*port), MACH_PORT_TYPE_RECEIVE);
	mig_dealloc_reply_port(*port);
}

static void
a_thread_has_one_reply_port_for_mig(void)
{
	mach_port_t port = mig_get_reply_port();
	mach_port_t other = MACH_PORT_NULL;

	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_RECEIVE);
	CHECK_EQUAL(mig_get_reply_port(), port);
	mig_put_reply_port(port);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_RECEIVE);
	CHECK_EQUAL(mig_get_reply_port(), port);
	worker_join(worker_start(take_reply_port, &other));
	CHECK(other != port);
	mig_dealloc_reply_port(port);
}

static void
a_deallocated_reply_port_is_made_anew(void)
{
	mach_port_t port = mig_get_reply_port();
	mach_port_t dead = new_dead_name();
	mach_port_t other;

	mig_dealloc_reply_port(port);
	CHECK_EQUAL(type_of(port), 0);
	other = mig_get_reply_port();
	CHECK_EQUAL(type_of(other), MACH_PORT_TYPE_RECEIVE);
	CHECK(other != port);

	/* Another name than the cached one goes too. */
	mig_dealloc_reply_port(dead);
	CHECK_EQUAL(type_of(dead), 0);
	CHECK_EQUAL(type_of(other), 0);
}

static void
take_special_reply_port(void *argument)
{
	mach_port_t *port = argument;

	*port = thread_get_special_reply_port();
	CHECK_EQUAL(thread_get_special_reply_port(), *port);
	drop_receive(*port);
}

static void
a_thread_has_one_special_reply_port(void)
{
	mach_port_t port = thread_get_special_reply_port();
	mach_port_t other = MACH_PORT_NULL;

	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_RECEIVE);
	CHECK_EQUAL(status_of(port).mps_qlimit, MACH_PORT_QLIMIT_DEFAULT);
	CHECK(!status_of(port).mps_srights);
	CHECK_EQUAL(thread_get_special_reply_port(), port);
	worker_join(worker_start(take_special_reply_port, &other));
	CHECK(other != port);
	drop_receive(port);
}

static void
a_pthread_tells_its_port(void)
{
	mach_port_t thread = pthread_mach_thread_np(pthread_self());
	mach_port_urefs_t urefs = refs_of(thread, SEND);

	CHECK_EQUAL(type_of(thread), MACH_PORT_TYPE_SEND);
	CHECK_EQUAL(pthread_mach_thread_np(pthread_self()), thread);
	CHECK_EQUAL(refs_of(thread, SEND), urefs);
	CHECK_EQUAL(mach_thread_self(), thread);
	drop(thread);
	drop(thread); /* what the library kept */
}

/* Mach 2.5: none of them counts. */
static void
old_calls_count_no_reference(void)
{
	mach_port_urefs_t urefs = refs_of(mach_task_self(), SEND);
	mach_port_t thread = thread_self();
	mach_port_t host = host_self();
	mach_port_t notify = task_notify();

	CHECK_EQUAL(task_self(), mach_task_self());
	CHECK_EQUAL(refs_of(mach_task_self(), SEND), urefs);
	CHECK_EQUAL(thread_self(), thread);
	CHECK_EQUAL(refs_of(thread, SEND), 1);
	CHECK_EQUAL(host_self(), host);
	CHECK_EQUAL(refs_of(host, SEND), 1);
	CHECK_EQUAL(task_notify(), notify);
	CHECK_EQUAL(type_of(notify), MACH_PORT_TYPE_RECEIVE);
	CHECK_EQUAL(mach_thread_self(), thread);
	CHECK_EQUAL(mach_host_self(), host);
	destroy(thread);
	destroy(host);
	drop_receive(notify);
}

static void
mach_init_may_be_called_again(void)
{
	mach_port_t task = mach_task_self();
	mach_port_urefs_t urefs = refs_of(task, SEND);

	(void)mach_init();
	(void)mach_init();
	CHECK_EQUAL(mach_task_self(), task);
	CHECK_EQUAL(refs_of(task, SEND), urefs);
}

static void
self_ports_are_names_like_others(void)
{
	mach_port_name_array_t names;
	mach_port_type_array_t types;
	mach_msg_type_number_t count;
	mach_msg_type_number_t types_count;
	mach_port_t self[] = {
	    mach_task_self(), mach_thread_self(), mach_host_self()};
	unsigned found = 0;

	EXPECT(mach_port_names(
	           mach_task_self(), &names, &count, &types, &types_count),
	    KERN_SUCCESS);
	for (mach_msg_type_number_t i = 0; i < count; i++) {
		for (unsigned nth = 0; nth < 3; nth++) {
			if (names[i] != self[nth])
				continue;
			CHECK_EQUAL(types[i], MACH_PORT_TYPE_SEND);
			found++;
		}
	}
	CHECK_EQUAL(found, 3);
	EXPECT(vm_deallocate(mach_task_self(), (vm_address_t)names,
	           count * sizeof(*names)),
	    KERN_SUCCESS);
	EXPECT(vm_deallocate(mach_task_self(), (vm_address_t)types,
	           count * sizeof(*types)),
	    KERN_SUCCESS);
	drop(self[1]);
	drop(self[2]);
	CHECK_EQUAL(type_of(self[1]), 0); /* others go as any name does */
}

static void
the_last_reference_of_the_task_port_stays(void)
{
	mach_port_t task = mach_task_self();
	mach_port_urefs_t urefs = refs_of(task, SEND);

	EXPECT(mach_port_destroy(task, task), KERN_INVALID_CAPABILITY);
	EXPECT(mach_port_mod_refs(task, task, SEND, -(int)urefs),
	    KERN_INVALID_CAPABILITY);
	CHECK_EQUAL(refs_of(task, SEND), urefs);
	if (urefs > 1)
		EXPECT(mach_port_mod_refs(task, task, SEND, 1 - (int)urefs),
		    KERN_SUCCESS);
	EXPECT(mach_port_deallocate(task, task), KERN_INVALID_CAPABILITY);
	CHECK_EQUAL(refs_of(task, SEND), 1);
	if (urefs > 1)
		EXPECT(mach_port_mod_refs(task, task, SEND, (int)urefs - 1),
		    KERN_SUCCESS);
}

static void
nobody_receives_on_a_self_port(void)
{
	mach_port_t sink = new_send_port();
	mach_port_t self[] = {
	    mach_task_self(), mach_thread_self(), mach_host_self()};

	for (unsigned i = 0; i < 3; i++) {
		struct received message;
		mach_port_t name;
		mach_msg_type_name_t type;

		EXPECT(
		    receive_now(self[i], 0, &message), MACH_RCV_INVALID_NAME);
		EXPECT(mach_port_insert_right(mach_task_self(), self[i],
		           self[i], MACH_MSG_TYPE_MAKE_SEND),
		    KERN_INVALID_RIGHT);
		EXPECT(mach_port_extract_right(mach_task_self(), self[i],
		           MACH_MSG_TYPE_MAKE_SEND_ONCE, &name, &type),
		    KERN_INVALID_RIGHT);
		EXPECT(mach_port_extract_right(mach_task_self(), self[i],
		           MACH_MSG_TYPE_MOVE_RECEIVE, &name, &type),
		    KERN_INVALID_RIGHT);
		EXPECT(mach_port_mod_refs(mach_task_self(), self[i],
		           MACH_PORT_RIGHT_RECEIVE, -1),
		    KERN_INVALID_RIGHT);
		EXPECT(send_right(sink, 1, self[i], MACH_MSG_TYPE_MAKE_SEND),
		    MACH_SEND_INVALID_RIGHT);
		EXPECT(send_id(self[i], MACH_MSG_TYPE_MAKE_SEND, 1,
		           MACH_PORT_NULL, 0),
		    MACH_SEND_INVALID_DEST);
	}
	drop(self[1]);
	drop(self[2]);
	destroy(sink);
}

static void
a_self_port_may_be_passed_on(void)
{
	mach_port_t sink = new_send_port();
	mach_port_t thread = mach_thread_self();
	struct received message;

	EXPECT(send_right(sink, 1, thread, MACH_MSG_TYPE_MOVE_SEND),
	    MACH_MSG_SUCCESS);
	CHECK_EQUAL(type_of(thread), 0);
	EXPECT(receive_now(sink, 0, &message), MACH_MSG_SUCCESS);
	thread = descriptor_of(&message, 0)->name;
	CHECK_EQUAL(mach_thread_self(), thread);
	drop(thread);
	drop(thread);
	destroy(sink);
}

static void
a_task_port_has_one_name_in_a_space(void)
{
	struct peer *peer = peer_new();
	mach_port_t sink = new_send_port();
	mach_port_t task = peer_task(peer);
	mach_port_urefs_t urefs = refs_of(mach_task_self(), SEND);
	struct received message;
	mach_port_t name;
	mach_msg_type_name_t type;

	EXPECT(send_right(sink, 1, mach_task_self(), MACH_MSG_TYPE_COPY_SEND),
	    MACH_MSG_SUCCESS);
	EXPECT(receive_now(sink, 0, &message), MACH_MSG_SUCCESS);
	CHECK_EQUAL(descriptor_of(&message, 0)->name, mach_task_self());
	CHECK_EQUAL(refs_of(mach_task_self(), SEND), urefs + 1);
	drop(mach_task_self());

	/* The other's own name for itself, as one here. */
	EXPECT(mach_port_extract_right(task, mach_task_self(),
	           MACH_MSG_TYPE_COPY_SEND, &name, &type),
	    KERN_SUCCESS);
	CHECK_EQUAL(name, task);
	drop(name);
	destroy(sink);
}

static const struct scenario scenarios[] = {
    SCENARIO("special.1 special.1.r1 special.1.r2 special.1.r11 special.1.b2",
        the_task_port_is_cached),
    SCENARIO("special.1.r3 special.1.r4 special.1.r11",
        each_call_counts_a_reference),
    SCENARIO("special.1.r3", each_thread_has_its_own_port),
    SCENARIO("special.1.r5", each_reply_port_is_a_new_one),
    SCENARIO("special.1.r6 special.1.r7", a_thread_has_one_reply_port_for_mig),
    SCENARIO("special.1.r8", a_deallocated_reply_port_is_made_anew),
    SCENARIO("special.1.r9", a_thread_has_one_special_reply_port),
    SCENARIO("special.1.r10", a_pthread_tells_its_port),
    SCENARIO("special.1.r12", old_calls_count_no_reference),
    SCENARIO("special.1.b1", mach_init_may_be_called_again),
    SCENARIO("special.1.b3", self_ports_are_names_like_others),
    SCENARIO("special.1.b3", the_last_reference_of_the_task_port_stays),
    SCENARIO("special.1.b4", nobody_receives_on_a_self_port),
    SCENARIO("special.1.b4", a_self_port_may_be_passed_on),
    SCENARIO("special.1.b5", a_task_port_has_one_name_in_a_space),
};
CONFORMANCE(scenarios)
