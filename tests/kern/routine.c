/* Routines by message. */
#include "routine.h"

#include <mach/mig_errors.h>
#include <string.h>

#include "base_scoped.h"
#include "ipc_waiter.h"

static struct {
	struct kern_task *task;
	mach_port_name_t reply;
	const void *region;
	uint32_t region_bytes;
	struct ipc_memory *memory;
	struct ipc_memory *placed;
	mach_port_name_t names[64];
} self;

void
routine_setup(struct kern_task *task)
{
	memset(&self, 0, sizeof(self));
	self.task = task;
	self.reply = tasks_port(task);
}

void
routine_region(const void *region, uint32_t bytes)
{
	self.region = region;
	self.region_bytes = bytes;
}

void
routine_memory(struct ipc_memory *memory, struct ipc_memory *placed)
{
	self.memory = memory;
	self.placed = placed;
}

static mach_msg_return_t
send(mach_port_name_t to, const void *message, uint32_t bytes)
{
	struct mig_request request = {.bytes = bytes};

	request.memory = TAKE(self.memory);
	request.placed = TAKE(self.placed);
	memcpy(&request.message, message, bytes);
	request.message.header.msgh_size = bytes;
	if (self.region_bytes > 0) {
		request.bytes = (bytes + 7) & ~7u;
		memcpy(request.message.bytes + request.bytes, self.region,
		    self.region_bytes);
		request.bytes += self.region_bytes;
		self.region_bytes = 0;
	}
	return mig_send(self.task, to, &request, self.reply);
}

uint32_t
routine_any(mach_port_name_t to, const void *request, uint32_t request_bytes,
    void *reply_out, uint32_t room, kern_return_t *code_out)
{
	mig_reply_error_t head = {0};
	struct ipc_waiter waiter;
	const struct ipc_kmsg *kmsg;
	uint32_t size;

	*code_out = send(to, request, request_bytes);
	if (*code_out != MACH_MSG_SUCCESS)
		return 0;
	kmsg = mig_take(self.task, self.reply, &waiter);
	assert_non_null(kmsg);
	size = kmsg->size;
	assert_in_range(size, sizeof(head), room);
	memcpy(&head, kmsg->bytes, sizeof(head));
	memcpy(reply_out, kmsg->bytes, size);
	if (!(head.Head.msgh_bits & MACH_MSGH_BITS_COMPLEX))
		*code_out = head.RetCode;
	assert_in_range(kmsg->name_count, 0, 64);
	if (kmsg->name_count > 0)
		memcpy(self.names, kmsg->names,
		    kmsg->name_count * sizeof(*self.names));
	ipc_waiter_reset(&waiter);
	return size;
}

kern_return_t
routine(mach_port_name_t to, const void *request, uint32_t request_bytes,
    void *reply_out, uint32_t reply_bytes)
{
	uint8_t reply[1024] = {0};
	kern_return_t kr;
	uint32_t size;

	size =
	    routine_any(to, request, request_bytes, reply, sizeof(reply), &kr);
	if (kr == KERN_SUCCESS && size != reply_bytes)
		kr = MIG_TYPE_ERROR;
	if (kr == KERN_SUCCESS)
		memcpy(reply_out, reply, reply_bytes);
	return kr;
}

const mach_port_name_t *
routine_names(void)
{
	return self.names;
}
