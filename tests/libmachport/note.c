/* The least messages of tests. */
#include "note.h"

#include <string.h>
#include <sys/mman.h>

#include "program.h"

mach_port_t
note_port(void)
{
	mach_port_t port;

	CHECK_EQ(mach_port_allocate(
	             mach_task_self(), MACH_PORT_RIGHT_RECEIVE, &port),
	    KERN_SUCCESS);
	CHECK_EQ(mach_port_insert_right(
	             mach_task_self(), port, port, MACH_MSG_TYPE_MAKE_SEND),
	    KERN_SUCCESS);
	return port;
}

struct note
note_to(mach_port_t port, int32_t number)
{
	return (struct note){
	    .header.msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0),
	    .header.msgh_remote_port = port,
	    .number = number,
	};
}

mach_msg_return_t
note_send(mach_port_t port, int32_t number, mach_msg_option_t option,
    mach_msg_timeout_t timeout)
{
	struct note note = note_to(port, number);

	return mach_msg(&note.header, MACH_SEND_MSG | option, NOTE_BYTES, 0,
	    MACH_PORT_NULL, timeout, MACH_PORT_NULL);
}

mach_msg_return_t
note_receive(mach_port_t port, int32_t *number_out, mach_msg_option_t option,
    mach_msg_timeout_t timeout)
{
	struct note note;
	mach_msg_return_t mr;

	mr = mach_msg(&note.header, MACH_RCV_MSG | option, 0, sizeof(note),
	    port, timeout, MACH_PORT_NULL);
	if (mr == MACH_MSG_SUCCESS)
		*number_out = note.number;
	return mr;
}

void
note_expect(mach_port_t port, int32_t number)
{
	int32_t received = ~number;

	CHECK_EQ(note_receive(port, &received, 0, 0), MACH_MSG_SUCCESS);
	CHECK_EQ(received, number);
}

int32_t
note_fill(mach_port_t port)
{
	int32_t count = 0;

	while (note_send(port, count, MACH_SEND_TIMEOUT, 0) == MACH_MSG_SUCCESS)
		count++;
	return count;
}

struct parcel
parcel_to(mach_port_t port, const void *memory, mach_msg_size_t bytes,
    boolean_t deallocate)
{
	struct parcel parcel = {
	    .header.msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0) |
	        MACH_MSGH_BITS_COMPLEX,
	    .header.msgh_remote_port = port,
	    .body.msgh_descriptor_count = 1,
	    .memory.type = MACH_MSG_OOL_DESCRIPTOR,
	    .memory.copy = MACH_MSG_VIRTUAL_COPY,
	    .memory.size = bytes,
	};

	parcel.memory.deallocate = deallocate & 1u;
	memcpy(&parcel.memory.address, &memory, sizeof(memory));
	return parcel;
}

mach_msg_return_t
parcel_send(struct parcel *parcel)
{
	return mach_msg(&parcel->header, MACH_SEND_MSG, PARCEL_BYTES, 0,
	    MACH_PORT_NULL, MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL);
}

void
parcel_receive(mach_port_t port, struct parcel *parcel_out)
{
	CHECK_EQ(
	    mach_msg(&parcel_out->header, MACH_RCV_MSG, 0, sizeof(*parcel_out),
	        port, MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
}

boolean_t
is_mapped(const void *address)
{
	unsigned char resident;

	return mincore((void *)trunc_page(address), 1, &resident) == 0;
}
