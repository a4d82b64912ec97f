/* Threads: sends and receives, and a look at what they left. */
#include "thread.h"

#include <stdlib.h>
#include <string.h>

#include "base_assert.h"
#include "ipc_mach_msg.h"
#include "ipc_region.h"
#include "world.h"

static void
wake(struct ipc_waiter *waiter)
{
	struct thread *thread = CONTAINER_OF(waiter, struct thread, waiter);

	mp_assert(waiter->state == IPC_WAITER_IDLE);
	thread->woken++;
}

struct thread *
world_thread(struct ipc_space *space)
{
	struct task *task = space->owner;
	struct thread *thread = calloc(1, sizeof(*thread));

	mp_assert(thread);
	thread->space = space;
	ipc_waiter_init(&thread->waiter, wake);
	list_push_back(&task->threads, &thread->link);
	return thread;
}

void
thread_end_unchecked(struct thread *thread)
{
	struct task *task = thread->space->owner;

	ipc_waiter_abandon(&thread->waiter);
	list_remove(&thread->link);
	if (task->main == thread)
		task->main = NULL;
	free(thread);
}

void
thread_end(struct thread *thread)
{
	thread_end_unchecked(thread);
	ipc_check();
}

void
thread_time_out(struct thread *thread)
{
	ipc_waiter_cancel(&thread->waiter, false);
	ipc_check();
}

void
thread_interrupt(struct thread *thread)
{
	ipc_waiter_cancel(&thread->waiter, true);
	ipc_check();
}

bool
thread_blocked(const struct thread *thread)
{
	return thread->waiter.state != IPC_WAITER_IDLE;
}

/* The send itself, without a check of the world. */
static mach_msg_return_t
enter_send(struct thread *thread, const struct message *message,
    const struct ipc_msg_args *args)
{
	struct ipc_kmsg_source source = {
	    .size = message->size,
	    .unreadable = message->unreadable,
	};
	uint8_t *packed = message_pack(message, 8, &source.byte_count);
	mach_msg_return_t mr;

	source.bytes = packed;
	mp_assert(!thread_blocked(thread));
	ipc_waiter_reset(&thread->waiter);
	mr = ipc_mach_msg_send(
	    thread->space, args, &source, &thread->waiter, &thread->taken);
	free(packed);
	mp_assert(thread_blocked(thread) == (mr == MACH_SEND_IN_PROGRESS));
	mp_assert(thread_blocked(thread) || thread->waiter.result == mr);
	return mr;
}

mach_msg_return_t
thread_send_for(struct thread *thread, const struct message *message,
    mach_msg_option_t option, mach_port_name_t notify,
    mach_msg_timeout_t timeout)
{
	struct ipc_msg_args args = {
	    .option = option | MACH_SEND_MSG,
	    .timeout = timeout,
	    .notify = notify,
	    .address = THREAD_SEND_ADDRESS,
	};
	mach_msg_return_t mr = enter_send(thread, message, &args);

	ipc_check();
	return mr;
}

mach_msg_return_t
thread_send(struct thread *thread, const struct message *message,
    mach_msg_option_t option, mach_port_name_t notify)
{
	return thread_send_for(thread, message, option, notify, 0);
}

mach_msg_return_t
thread_send_unchecked(struct thread *thread, const struct message *message)
{
	struct ipc_msg_args args = {
	    .option = MACH_SEND_MSG | MACH_SEND_TIMEOUT,
	    .address = THREAD_SEND_ADDRESS,
	};

	return enter_send(thread, message, &args);
}

mach_msg_return_t
thread_receive(struct thread *thread, mach_port_name_t name,
    mach_msg_option_t option, mach_msg_size_t rcv_size)
{
	struct ipc_msg_args args = {
	    .option = option | MACH_RCV_MSG,
	    .rcv_size = rcv_size,
	    .rcv_name = name,
	    .address = THREAD_RCV_ADDRESS,
	};
	mach_msg_return_t mr;

	mp_assert(!thread_blocked(thread));
	ipc_waiter_reset(&thread->waiter);
	mr = ipc_mach_msg_receive(thread->space, &args, &thread->waiter);
	mp_assert(thread_blocked(thread) == (mr == MACH_RCV_IN_PROGRESS));
	mp_assert(thread_blocked(thread) || thread->waiter.result == mr);
	ipc_check();
	return mr;
}

struct got
thread_got(const struct thread *thread)
{
	const struct ipc_waiter *waiter = &thread->waiter;
	struct got got = {
	    .code = waiter->result,
	    .outcome = waiter->outcome,
	    .large_size = waiter->large_size,
	    .large_name = waiter->large_name,
	};

	mp_assert(!thread_blocked(thread));
	if (waiter->outcome != IPC_OUTCOME_MESSAGE &&
	    waiter->outcome != IPC_OUTCOME_BARE)
		return got;
	got.kmsg = waiter->kmsg;
	got.trailer = waiter->trailer;
	got.trailer_bytes = waiter->trailer_bytes;
	got_bytes(&got, 0, &got.header, sizeof(got.header));
	return got;
}

void
got_bytes(const struct got *got, uint64_t offset, void *to, size_t count)
{
	const struct ipc_kmsg *kmsg = got->kmsg;
	size_t here = 0;

	assert_non_null(kmsg);
	assert_true(offset + count <= kmsg->size);
	if (offset < kmsg->byte_count) {
		here = kmsg->byte_count - offset;
		here = here < count ? here : count;
		memcpy(to, kmsg->bytes + offset, here);
	}
	if (here < count)
		assert_true(kmsg->memory->read(kmsg->memory, offset + here,
		    (uint8_t *)to + here, count - here));
}

uint32_t
got_descriptor_count(const struct got *got)
{
	mach_msg_body_t body;

	if (!MACH_MSGH_BITS_IS_COMPLEX(got->header.msgh_bits))
		return 0;
	got_bytes(got, sizeof(mach_msg_header_t), &body, sizeof(body));
	return body.msgh_descriptor_count;
}

static size_t
descriptor_bytes(uint8_t type)
{
	return type == MACH_MSG_PORT_DESCRIPTOR
	    ? sizeof(mach_msg_port_descriptor_t)
	    : sizeof(mach_msg_ool_descriptor64_t);
}

/* Where the nth descriptor is, and its type. */
static uint64_t
descriptor_at(const struct got *got, unsigned nth, uint8_t *type_out)
{
	uint64_t at = sizeof(mach_msg_base_t);

	assert_true(nth < got_descriptor_count(got));
	for (;;) {
		got_bytes(got, at + 11, type_out, 1);
		if (nth-- == 0)
			return at;
		at += descriptor_bytes(*type_out);
	}
}

static void
get_descriptor(const struct got *got, unsigned nth, uint8_t type, void *to)
{
	uint8_t found;
	uint64_t at = descriptor_at(got, nth, &found);

	assert_int_equal(found, type);
	got_bytes(got, at, to, descriptor_bytes(type));
}

mach_msg_port_descriptor_t
got_port(const struct got *got, unsigned nth)
{
	mach_msg_port_descriptor_t descriptor;

	get_descriptor(got, nth, MACH_MSG_PORT_DESCRIPTOR, &descriptor);
	return descriptor;
}

mach_msg_ool_descriptor64_t
got_ool(const struct got *got, unsigned nth)
{
	mach_msg_ool_descriptor64_t descriptor;

	get_descriptor(got, nth, MACH_MSG_OOL_DESCRIPTOR, &descriptor);
	return descriptor;
}

mach_msg_ool_ports_descriptor64_t
got_ports(const struct got *got, unsigned nth)
{
	mach_msg_ool_ports_descriptor64_t descriptor;

	get_descriptor(got, nth, MACH_MSG_OOL_PORTS_DESCRIPTOR, &descriptor);
	return descriptor;
}

mach_msg_guarded_port_descriptor64_t
got_guarded(const struct got *got, unsigned nth)
{
	mach_msg_guarded_port_descriptor64_t descriptor;

	get_descriptor(got, nth, MACH_MSG_GUARDED_PORT_DESCRIPTOR, &descriptor);
	return descriptor;
}

/* How many bytes a descriptor's memory has, and how many of its names are
 * elements of a port array. */
static uint64_t
region_bytes(const struct got *got, unsigned nth, uint32_t *names_out)
{
	mach_msg_ool_descriptor64_t descriptor;
	uint8_t type;
	uint64_t at = descriptor_at(got, nth, &type);

	*names_out = 0;
	if (type == MACH_MSG_PORT_DESCRIPTOR ||
	    type == MACH_MSG_GUARDED_PORT_DESCRIPTOR)
		return 0;
	got_bytes(got, at, &descriptor, sizeof(descriptor));
	if (type != MACH_MSG_OOL_PORTS_DESCRIPTOR)
		return descriptor.size;
	*names_out = descriptor.size; /* the count is in the same place */
	return (uint64_t)descriptor.size * sizeof(mach_port_name_t);
}

void
got_region(const struct got *got, unsigned nth, void *to, size_t count)
{
	const struct ipc_kmsg *kmsg = got->kmsg;
	struct ipc_regions regions = ipc_regions_of(kmsg);
	struct ipc_region region = {0};
	uint64_t bytes = 0;
	uint32_t first = 0;
	uint32_t names = 0;

	for (unsigned i = 0; i <= nth; i++) {
		first += names;
		bytes = region_bytes(got, i, &names);
		if (bytes > 0)
			region = ipc_regions_next(&regions, i, bytes);
	}
	assert_true(count <= bytes);
	if (names > 0)
		memcpy(to, kmsg->names + first, count);
	else
		assert_true(ipc_region_read(kmsg, &region, to, count));
}
