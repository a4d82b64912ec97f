/*
 * A child shares a page with its parent: it sends a memory entry, a port that stands for
 * the page, and what the one writes from then on the other reads.
 *
 *	cc share.c $(pkg-config --cflags --libs machport) -o share
 */
#include <mach/mach.h>
#include <mach/mach_vm.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

struct offer {
	mach_msg_header_t header;
	mach_msg_body_t body;
	mach_msg_port_descriptor_t entry;
};

struct offer_received {
	struct offer offer;
	mach_msg_trailer_t trailer;
};

/* A page that says hello, and a memory entry for it. */
static char *
make_page(mach_port_t *entry_out)
{
	memory_object_size_t size = vm_page_size;
	mach_vm_address_t address;

	if (mach_vm_allocate(mach_task_self(), &address, size,
	        VM_FLAGS_ANYWHERE) != KERN_SUCCESS)
		return NULL;
	snprintf((char *)address, size, "hello");
	if (mach_make_memory_entry_64(mach_task_self(), &size, address,
	        VM_PROT_READ | VM_PROT_WRITE, entry_out,
	        MACH_PORT_NULL) != KERN_SUCCESS)
		return NULL;
	return (char *)address;
}

/* Send the entry, wait for the reply, and see what is in the page. */
static int
be_child(mach_port_t parent)
{
	struct offer offer = {
	    .header.msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND,
	                            MACH_MSG_TYPE_MAKE_SEND_ONCE) |
	        MACH_MSGH_BITS_COMPLEX,
	    .header.msgh_size = sizeof(offer),
	    .header.msgh_remote_port = parent,
	    .header.msgh_local_port = mach_reply_port(),
	    .body.msgh_descriptor_count = 1,
	    .entry.type = MACH_MSG_PORT_DESCRIPTOR,
	    .entry.disposition = MACH_MSG_TYPE_MOVE_SEND,
	};
	mach_msg_empty_rcv_t reply = {.header.msgh_size = sizeof(reply),
	    .header.msgh_local_port = offer.header.msgh_local_port};
	const char *page = make_page(&offer.entry.name);

	if (!page || mach_msg_send(&offer.header) != MACH_MSG_SUCCESS ||
	    mach_msg_receive(&reply.header) != MACH_MSG_SUCCESS)
		return 1;
	printf("the child reads: %s\n", page);
	return 0;
}

/* Map the entry, read what is there, and write. */
static kern_return_t
answer(struct offer *offer)
{
	mach_msg_header_t reply = {.msgh_size = sizeof(reply),
	    .msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_MOVE_SEND_ONCE, 0),
	    .msgh_remote_port = offer->header.msgh_remote_port};
	mach_vm_address_t address = 0;
	kern_return_t kr;

	kr = mach_vm_map(mach_task_self(), &address, vm_page_size, 0,
	    VM_FLAGS_ANYWHERE, offer->entry.name, 0, FALSE,
	    VM_PROT_READ | VM_PROT_WRITE, VM_PROT_READ | VM_PROT_WRITE,
	    VM_INHERIT_NONE);
	if (kr != KERN_SUCCESS)
		return kr;
	/* The mapping stays without the entry. */
	mach_port_deallocate(mach_task_self(), offer->entry.name);
	printf("the parent reads: %s\n", (const char *)address);
	fflush(stdout);
	snprintf((char *)address, vm_page_size, "hello to you");
	return mach_msg_send(&reply);
}

int
main(void)
{
	mach_port_t port = mach_reply_port();
	struct offer_received message = {
	    .offer.header.msgh_size = sizeof(message),
	    .offer.header.msgh_local_port = port};
	int status = 1;

	mach_port_insert_right(
	    mach_task_self(), port, port, MACH_MSG_TYPE_MAKE_SEND);
	task_set_bootstrap_port(mach_task_self(), port); /* children have it */
	if (fork() == 0)
		return be_child(bootstrap_port);
	if (mach_msg_receive(&message.offer.header) != MACH_MSG_SUCCESS ||
	    answer(&message.offer) != KERN_SUCCESS)
		return 1;
	return wait(&status) < 0 || status != 0;
}
