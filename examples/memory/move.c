/*
 * A child gives its parent 16 MiB. None of it is copied, and none is left with the child.
 *
 *	cc move.c $(pkg-config --cflags --libs machport) -o move
 */
#include <mach/mach.h>
#include <mach/mach_vm.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define BYTES ((mach_vm_size_t)16 << 20) /* 2 MiB or more, sent whole */

struct gift {
	mach_msg_header_t header;
	mach_msg_body_t body;
	mach_msg_ool_descriptor_t memory;
};

struct gift_received {
	struct gift gift;
	mach_msg_trailer_t trailer;
};

static int
give(mach_port_t receiver)
{
	mach_vm_address_t address;
	struct gift gift = {
	    .header.msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0) |
	        MACH_MSGH_BITS_COMPLEX,
	    .header.msgh_size = sizeof(gift),
	    .header.msgh_remote_port = receiver,
	    .body.msgh_descriptor_count = 1,
	    .memory.type = MACH_MSG_OOL_DESCRIPTOR,
	    .memory.size = BYTES,
	    .memory.deallocate = TRUE, /* FALSE: both have it */
	};

	if (mach_vm_allocate(mach_task_self(), &address, BYTES,
	        VM_FLAGS_ANYWHERE) != KERN_SUCCESS)
		return 1;
	memset((void *)address, 42, BYTES);
	gift.memory.address = (void *)address;
	return mach_msg_send(&gift.header);
}

int
main(void)
{
	mach_port_t port = mach_reply_port();
	struct gift_received message = {
	    .gift.header.msgh_size = sizeof(message),
	    .gift.header.msgh_local_port = port};
	const mach_msg_ool_descriptor_t *memory = &message.gift.memory;
	unsigned char *bytes;

	mach_port_insert_right(
	    mach_task_self(), port, port, MACH_MSG_TYPE_MAKE_SEND);
	task_set_bootstrap_port(mach_task_self(), port); /* children have it */
	if (fork() == 0)
		return give(bootstrap_port);
	if (mach_msg_receive(&message.gift.header) != MACH_MSG_SUCCESS)
		return 1;
	bytes = memory->address;
	printf("%u bytes, the last is %d\n", memory->size,
	    bytes[memory->size - 1]);
	bytes[0] = 0; /* it is ours, to write as well */
	return mach_vm_deallocate(
	    mach_task_self(), (mach_vm_address_t)memory->address, memory->size);
}
