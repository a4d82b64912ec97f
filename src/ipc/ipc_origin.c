/* How rights come to tasks. */
#include "ipc_origin.h"

#include <string.h>

#include "ipc_kmsg.h"
#include "ipc_space.h"

#define PID_MASK 0x3fffffu
#define STEPS_MASK ((UINT64_C(1) << 39) - 1)

static struct ipc_origin
origin_of(
    enum ipc_origin_how how, uint32_t task, const struct ipc_identity *identity)
{
	return (struct ipc_origin){
	    .task = task,
	    .how = (unsigned)how & 7,
	    .pid = (uint32_t)ipc_identity_pid(identity) & PID_MASK,
	    .steps = ipc_world.now_ns >> IPC_ORIGIN_STEP_BITS & STEPS_MASK,
	};
}

struct ipc_origin
ipc_origin_new(enum ipc_origin_how how, const struct ipc_space *space)
{
	return space ? origin_of(how, space->id.number, space->identity)
	             : origin_of(how, 0, NULL);
}

/* What the kernel sends is a notification, or a reply to a call. */
struct ipc_origin
ipc_origin_of_message(const struct ipc_kmsg *kmsg, bool is_reply)
{
	enum ipc_origin_how how = IPC_ORIGIN_MESSAGE;
	struct ipc_origin origin;
	mach_msg_header_t header;

	if (is_reply)
		how = IPC_ORIGIN_REPLY;
	else if (kmsg->sender == 0)
		how = kmsg->notice ? IPC_ORIGIN_NOTICE : IPC_ORIGIN_KERNEL;
	origin = origin_of(how, kmsg->sender, kmsg->identity);
	memcpy(&header, kmsg->bytes, sizeof(header));
	origin.msgh_id = header.msgh_id;
	return origin;
}
