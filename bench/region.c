/* Regions of memory, and messages that bring one. */
#include "region.h"

#include <string.h>
#include <sys/mman.h>

#include "bench.h"

/* Free memory to have for one region that is sent: it, a copy, and twice that
 * for the ways compared. */
#define ROOM 4

struct region_message {
	mach_msg_header_t header;
	mach_msg_body_t body;
	mach_msg_ool_descriptor_t region;
};

void *
region_new(uint64_t bytes)
{
	vm_address_t address;

	bench_check("vm_allocate",
	    vm_allocate(mach_task_self(), &address, bytes, VM_FLAGS_ANYWHERE));
	return (void *)address;
}

void
region_free(void *region, uint64_t bytes)
{
	bench_check("vm_deallocate",
	    vm_deallocate(mach_task_self(), (vm_address_t)region, bytes));
}

void *
region_buffer(uint64_t bytes)
{
	void *buffer = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	if (buffer == MAP_FAILED)
		bench_die("mmap", (long)bytes);
	return buffer;
}

void
region_mark(void *region, uint64_t bytes, uint64_t seed)
{
	volatile uint64_t *words = region;

	for (uint64_t at = 0; at < bytes; at += vm_page_size)
		words[at / sizeof(*words)] = seed + at;
}

uint64_t
region_sum(const void *region, uint64_t bytes)
{
	const volatile uint64_t *words = region;
	uint64_t sum = 0;

	for (uint64_t at = 0; at < bytes; at += vm_page_size)
		sum += words[at / sizeof(*words)];
	return sum;
}

uint64_t
region_expected(uint64_t bytes, uint64_t seed)
{
	uint64_t sum = 0;

	for (uint64_t at = 0; at < bytes; at += vm_page_size)
		sum += seed + at;
	return sum;
}

mach_msg_return_t
region_send(mach_port_t to, void *region, uint64_t bytes, bool deallocate)
{
	struct region_message message = {
	    .header.msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0) |
	        MACH_MSGH_BITS_COMPLEX,
	    .header.msgh_remote_port = to,
	    .body.msgh_descriptor_count = 1,
	    .region.address = region,
	    .region.size = (mach_msg_size_t)bytes,
	    .region.deallocate = deallocate,
	    .region.copy = MACH_MSG_VIRTUAL_COPY,
	    .region.type = MACH_MSG_OOL_DESCRIPTOR,
	};

	return mach_msg(&message.header, MACH_SEND_MSG, sizeof(message), 0,
	    MACH_PORT_NULL, 0, MACH_PORT_NULL);
}

void *
region_receive(mach_port_t port, uint64_t bytes)
{
	struct {
		struct region_message message;
		mach_msg_max_trailer_t trailer;
	} received;

	bench_check("receive",
	    mach_msg(&received.message.header, MACH_RCV_MSG, 0,
	        sizeof(received), port, 0, MACH_PORT_NULL));
	if (received.message.region.size != bytes)
		bench_die("region", (long)received.message.region.size);
	return received.message.region.address;
}

bool
region_fits(uint64_t bytes)
{
	return bench_proc_number("/proc/meminfo", "MemAvailable:") * 1024 >=
	    ROOM * bytes;
}
