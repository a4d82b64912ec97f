/*
 * machport.h - what this system has beside Mach's own calls
 *
 * Ports in event loops, names for people, and memory of messages where the receiver
 * wants it.
 */
#ifndef MACHPORT_H
#define MACHPORT_H

#include <mach/kern_return.h>
#include <mach/port.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/**
 * machport_fd() - a descriptor to wait on for messages
 * @name:	[in]	a receive right or a port set of the caller's task
 *
 * Readable (POLLIN) exactly while a receive on @name would not block: as long as a
 * message waits, however often it is polled, and for good once @name or the kernel is
 * gone, since a receive fails at once then. Works in poll(), epoll, and every event loop
 * made of them (docs/event-loops.md). It is there to be waited on; nothing is to be read
 * from it or written to it, or done to it otherwise.
 *
 * The same name gives the same descriptor, until that is closed with
 * machport_fd_close(). It is closed on exec, and means nothing in a forked child.
 *
 * Return:	a descriptor, which stays the library's; -1 with errno
 *		EBADF	@name is no receive right and no port set
 *		EMFILE	this process, ENFILE the system, has too many descriptors
 *		ENOMEM	no memory, or over the task's budget
 *		ENOTCONN there is no kernel
 */
int machport_fd(mach_port_name_t name);

/**
 * machport_fd_close() - no more need for the descriptor of a name
 * @fd:		[in]	of machport_fd(); CONSUMED
 *
 * Return:	0; -1 with EBADF: it is no such descriptor
 */
int machport_fd_close(int fd);

#define MACHPORT_LABEL_MAX 64 /* bytes, with the NUL */

/**
 * machport_set_label() - say what a port is for
 * @name:	[in]	a receive right of the caller's task
 * @label:	[in]	a string; longer ones are cut; NULL or "": none
 *
 * The label belongs to the port, goes with its receive right, and is shown wherever
 * a port is shown to people: `machport ls`, messages of the strict mode.
 *
 * Return:	KERN_SUCCESS, or with nothing changed:
 *		KERN_INVALID_NAME	@name is no name
 *		KERN_INVALID_RIGHT	it is no receive right
 *		KERN_RESOURCE_SHORTAGE	no memory, or over the task's budget
 */
kern_return_t machport_set_label(mach_port_name_t name, const char *label);

/**
 * machport_get_label() - what a port is for
 * @name:	[in]	any right of the caller's task to a port
 * @label_out:	[out]	MACHPORT_LABEL_MAX bytes; "" if it has none
 *
 * Return:	KERN_SUCCESS, or with no output written:
 *		KERN_INVALID_NAME	@name is no name
 *		KERN_INVALID_RIGHT	it is a port set or a dead name
 */
kern_return_t machport_get_label(
    mach_port_name_t name, char label_out[MACHPORT_LABEL_MAX]);

/**
 * machport_report_rights() - tell which rights this program has got and not given up
 *
 * On stderr, by the place in the program that got them, with the most first; as at the
 * end of a program that runs with MACHPORT_DEBUG=rights. Without that, or `strict`,
 * in the environment nothing is known, and nothing is said. For debuggers, too.
 */
void machport_report_rights(void);

/*
 * An option of mach_msg_overwrite(): out-of-line memory comes to where the receiver
 * has memory already, as with OSF Mach's MACH_RCV_OVERWRITE, whose bit is another's now.
 *
 * On entry the receive buffer has a list of places, of the last argument's (rcv_limit) bytes: a
 * header, whose contents do not matter, a body that counts the descriptors, and those. The regions of
 * the message take the out-of-line descriptors of the list in order, those of
 * memory and those of arrays of ports. If @copy of such a descriptor is MACH_MSG_OVERWRITE, the
 * region is copied to its @address, where there is room for its @size (@count), and @deallocate of what
 * is received is FALSE. If it is MACH_MSG_ALLOCATE, the region is new memory, as usual; so is one
 * beyond the end of the list, and one that its place is not fit for, in which case the call, which has
 * received all of the message, returns MACH_RCV_SCATTER_SMALL (it is larger than its place) or
 * MACH_RCV_INVALID_TYPE (it is memory and the place for ports, or the other way round).
 * A place that cannot be written is MACH_RCV_BODY_ERROR | MACH_MSG_VM_SPACE, and its region is lost. A list
 * that cannot be read is MACH_RCV_INVALID_DATA, before anything is sent or received.
 */
#define MACHPORT_RCV_OVERWRITE 0x00002000

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif /* MACHPORT_H */
