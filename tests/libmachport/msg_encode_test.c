/* Out-of-line memory: into a message (msg_encode.c) and out of it
 * (msg_decode.c). */
#include "msg_encode.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "note.h"
#include "program.h"

/* @bytes of new memory, each different from its neighbours. */
static unsigned char *
memory_filled(size_t bytes)
{
	vm_address_t memory;

	CHECK_EQ(
	    vm_allocate(mach_task_self(), &memory, bytes, VM_FLAGS_ANYWHERE),
	    KERN_SUCCESS);
	for (size_t i = 0; i < bytes; i++)
		((unsigned char *)memory)[i] = (unsigned char)(i * 13 >> 3);
	return (unsigned char *)memory;
}

/* What arrived in @parcel is @bytes like @memory, and the receiver's to use. */
static void
check_arrived(const struct parcel *parcel, const void *memory, size_t bytes)
{
	unsigned char *arrived = parcel->memory.address;

	CHECK_EQ(parcel->header.msgh_bits & MACH_MSGH_BITS_COMPLEX,
	    MACH_MSGH_BITS_COMPLEX);
	CHECK_EQ(parcel->memory.size, bytes);
	CHECK_EQ(parcel->memory.deallocate, 1);
	CHECK_EQ((uintptr_t)arrived % vm_page_size, 0);
	CHECK_EQ(memcmp(arrived, memory, bytes), 0);
	for (size_t i = bytes; i < round_page(bytes); i++)
		CHECK_EQ(arrived[i], 0);
	arrived[bytes - 1] ^= 1;
	CHECK_EQ(vm_deallocate(mach_task_self(), (vm_address_t)arrived, bytes),
	    KERN_SUCCESS);
	CHECK(!is_mapped(arrived));
}

static const mach_msg_size_t region_sizes[] = {1, 7, 8, 100, 4096, 5000, 65536,
    128 * 1024 - 104, 128 * 1024 - 100, 128 * 1024, 1 << 20, 20 << 20};

static void
send_regions(void)
{
	mach_port_t port = note_port();

	for (size_t i = 0; i < sizeof(region_sizes) / sizeof(*region_sizes);
	     i++) {
		size_t bytes = region_sizes[i];
		unsigned char *memory = memory_filled(bytes + 3);
		struct parcel parcel =
		    parcel_to(port, memory + 3, (mach_msg_size_t)bytes, FALSE);

		CHECK_EQ(parcel_send(&parcel), MACH_MSG_SUCCESS);
		parcel_receive(port, &parcel);
		check_arrived(&parcel, memory + 3, bytes);
		CHECK(is_mapped(memory));
	}
}

static void
memory_of_all_sizes_arrives_whole(void **state)
{
	(void)state;
	program_run(send_regions);
}

static void
send_and_deallocate(void)
{
	static const size_t sizes[] = {100, 10000, 1 << 20};
	mach_port_t port = note_port();

	for (int i = 0; i < 3; i++) {
		unsigned char *memory = memory_filled(sizes[i]);
		struct parcel parcel = parcel_to(
		    port, memory + 50, (mach_msg_size_t)sizes[i] - 50, TRUE);

		CHECK_EQ(parcel_send(&parcel), MACH_MSG_SUCCESS);
		CHECK(!is_mapped(memory));
		CHECK(!is_mapped(memory + sizes[i] - 1));
		parcel_receive(port, &parcel);
		mach_msg_destroy(&parcel.header);
		CHECK(!is_mapped(parcel.memory.address));
	}
}

static void
memory_that_is_given_away_is_unmapped(void **state)
{
	(void)state;
	program_run(send_and_deallocate);
}

static void
send_nothing(void)
{
	mach_port_t port = note_port();
	struct parcel parcel = parcel_to(port, (void *)16, 0, TRUE);

	CHECK_EQ(parcel_send(&parcel), MACH_MSG_SUCCESS);
	parcel_receive(port, &parcel);
	CHECK(parcel.memory.address == NULL);
	CHECK_EQ(parcel.memory.size, 0);
}

static void
no_memory_is_no_address(void **state)
{
	(void)state;
	program_run(send_nothing);
}

#define MANY 100

/* Descriptors of both sizes, mixed. */
struct crate {
	mach_msg_header_t header;
	mach_msg_body_t body;
	struct {
		mach_msg_port_descriptor_t port;
		mach_msg_ool_descriptor_t memory;
	} __attribute__((packed, aligned(4))) pairs[MANY];
	mach_msg_trailer_t trailer;
};

static void
send_crate(mach_port_t port, unsigned count, size_t bytes)
{
	unsigned char *memory = memory_filled(bytes + MANY);
	struct crate crate = {
	    .header = note_to(port, 0).header,
	    .body.msgh_descriptor_count = 2 * count,
	};

	crate.header.msgh_bits |= MACH_MSGH_BITS_COMPLEX;
	for (unsigned i = 0; i < count; i++) {
		crate.pairs[i].port = (mach_msg_port_descriptor_t){
		    .name = port,
		    .disposition = MACH_MSG_TYPE_COPY_SEND,
		    .type = MACH_MSG_PORT_DESCRIPTOR,
		};
		crate.pairs[i].memory =
		    parcel_to(port, memory + i, (mach_msg_size_t)bytes, 0)
		        .memory;
	}
	CHECK_EQ(mach_msg(&crate.header, MACH_SEND_MSG | MACH_RCV_MSG,
	             (mach_msg_size_t)offsetof(struct crate, trailer),
	             sizeof(crate), port, 0, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
	for (unsigned i = 0; i < count; i++) {
		CHECK_EQ(crate.pairs[i].port.name, port);
		CHECK_EQ(
		    memcmp(crate.pairs[i].memory.address, memory + i, bytes),
		    0);
	}
	mach_msg_destroy(&crate.header);
	CHECK_EQ(
	    vm_deallocate(mach_task_self(), (vm_address_t)memory, bytes + MANY),
	    KERN_SUCCESS);
}

static void
send_crates(void)
{
	mach_port_t port = note_port();

	send_crate(port, 1, 9);
	send_crate(port, MSG_REGIONS_FEW, 100);
	send_crate(port, MSG_REGIONS_FEW + 1, 100);
	send_crate(port, MANY, 13);
	send_crate(port, MANY, 20000);
}

static void
many_regions_arrive_in_order(void **state)
{
	(void)state;
	program_run(send_crates);
}

/* Send what cannot be read: an error, after which the reply right is gone. */
static void
send_unreadable(mach_port_t port, const void *memory, size_t bytes)
{
	struct parcel parcel =
	    parcel_to(port, memory, (mach_msg_size_t)bytes, TRUE);

	CHECK_EQ(parcel_send(&parcel), MACH_SEND_INVALID_MEMORY);
	CHECK(parcel.memory.address == memory);
}

static void
send_all_unreadable(void)
{
	mach_port_t port = note_port();
	size_t bytes = 1 << 20;
	unsigned char *memory = memory_filled(bytes);
	int32_t number;

	send_unreadable(port, NULL, 1);
	send_unreadable(port, (void *)16, 100000);
	send_unreadable(port, (void *)(UINTPTR_MAX - 4095), 4096);
	CHECK_EQ(mprotect(memory + bytes / 2, vm_page_size, PROT_NONE), 0);
	send_unreadable(port, memory, bytes);
	send_unreadable(port, memory + bytes / 2 - 1, 2);
	CHECK(is_mapped(memory));
	CHECK_EQ(note_receive(port, &number, MACH_RCV_TIMEOUT, 0),
	    MACH_RCV_TIMED_OUT);
}

static void
memory_that_cannot_be_read_is_an_error(void **state)
{
	(void)state;
	program_run(send_all_unreadable);
}

/* What comes before it is taken, what comes after it is not. */
static void
send_half_readable(void)
{
	mach_port_t port = note_port();
	unsigned char *first = memory_filled(100);
	unsigned char *last = memory_filled(100);
	struct {
		mach_msg_header_t header;
		mach_msg_body_t body;
		mach_msg_ool_descriptor_t memory[3];
	} message = {
	    .header = note_to(port, 0).header,
	    .body.msgh_descriptor_count = 3,
	    .memory = {parcel_to(port, first, 100, TRUE).memory,
	        parcel_to(port, NULL, 100, TRUE).memory,
	        parcel_to(port, last, 100, TRUE).memory},
	};

	message.header.msgh_bits |= MACH_MSGH_BITS_COMPLEX;
	CHECK_EQ(mach_msg(&message.header, MACH_SEND_MSG, sizeof(message), 0,
	             MACH_PORT_NULL, 0, MACH_PORT_NULL),
	    MACH_SEND_INVALID_MEMORY);
	CHECK(!is_mapped(first));
	CHECK(is_mapped(last));
}

/* The second region is on a page that goes with the first. */
static void
send_twice_away(void)
{
	static const size_t pages[] = {1, 40, 400};
	mach_port_t port = note_port();

	for (int i = 0; i < 3; i++) {
		size_t bytes = pages[i] * 4096;
		unsigned char *memory = memory_filled(bytes);
		struct {
			mach_msg_header_t header;
			mach_msg_body_t body;
			mach_msg_ool_descriptor_t memory[2];
		} message = {
		    .header = note_to(port, 0).header,
		    .body.msgh_descriptor_count = 2,
		    .memory = {parcel_to(port, memory + bytes - 100, 50, TRUE)
		                   .memory,
		        parcel_to(port, memory, (mach_msg_size_t)bytes, FALSE)
		            .memory},
		};

		message.header.msgh_bits |= MACH_MSGH_BITS_COMPLEX;
		CHECK_EQ(
		    mach_msg(&message.header, MACH_SEND_MSG, sizeof(message), 0,
		        MACH_PORT_NULL, 0, MACH_PORT_NULL),
		    MACH_SEND_INVALID_MEMORY);
		CHECK(!is_mapped(memory + bytes - 1));
	}
}

static void
memory_given_away_cannot_be_sent_again(void **state)
{
	(void)state;
	program_run(send_twice_away);
}

static void
only_what_lies_before_the_unreadable_is_taken(void **state)
{
	(void)state;
	program_run(send_half_readable);
}

static void
send_beyond_file_limit(void)
{
	const struct rlimit limit = {65536, 65536};
	mach_port_t port = note_port();
	unsigned char *memory = memory_filled(1 << 20);
	struct parcel parcel = parcel_to(port, memory, 1 << 20, TRUE);

	CHECK_EQ(setrlimit(RLIMIT_FSIZE, &limit), 0);
	CHECK_EQ(parcel_send(&parcel), MACH_SEND_NO_BUFFER);
	CHECK(is_mapped(memory));
	parcel.memory.size = 1000;
	CHECK_EQ(parcel_send(&parcel), MACH_MSG_SUCCESS);
}

static void
a_limit_of_file_sizes_is_an_error_and_no_signal(void **state)
{
	(void)state;
	program_run(send_beyond_file_limit);
}

static void
give_memory_back(void)
{
	mach_port_t port = note_port();
	unsigned char *memory = memory_filled(1 << 20);
	unsigned char *copy = memory_filled(1 << 20);
	struct parcel parcel = parcel_to(port, memory, 1 << 20, TRUE);

	(void)note_fill(port);
	CHECK_EQ(mach_msg(&parcel.header, MACH_SEND_MSG | MACH_SEND_TIMEOUT,
	             PARCEL_BYTES, 0, MACH_PORT_NULL, 0, MACH_PORT_NULL),
	    MACH_SEND_TIMED_OUT);
	CHECK(parcel.memory.address == memory || !is_mapped(memory));
	check_arrived(&parcel, copy, 1 << 20);
}

static void
memory_of_a_message_that_cannot_be_sent_comes_back(void **state)
{
	(void)state;
	program_run(give_memory_back);
}

/*
 * Arrays of ports
 */

struct rack {
	mach_msg_header_t header;
	mach_msg_body_t body;
	mach_msg_ool_ports_descriptor_t ports;
	mach_msg_trailer_t trailer;
};

static mach_msg_return_t
send_rack(mach_port_t port, const mach_port_t *names, unsigned count,
    struct rack *rack)
{
	*rack = (struct rack){
	    .header = note_to(port, 0).header,
	    .body.msgh_descriptor_count = 1,
	    .ports.type = MACH_MSG_OOL_PORTS_DESCRIPTOR,
	    .ports.disposition = MACH_MSG_TYPE_MAKE_SEND,
	    .ports.count = count,
	};
	rack->header.msgh_bits |= MACH_MSGH_BITS_COMPLEX;
	memcpy(&rack->ports.address, &names, sizeof(names));
	return mach_msg(&rack->header, MACH_SEND_MSG | MACH_RCV_MSG,
	    (mach_msg_size_t)offsetof(struct rack, trailer), sizeof(*rack),
	    port, 0, MACH_PORT_NULL);
}

static void
send_arrays(void)
{
	mach_port_t port = note_port();
	mach_port_t names[300];
	struct rack rack;

	for (int i = 0; i < 300; i++)
		CHECK_EQ(mach_port_allocate(mach_task_self(),
		             MACH_PORT_RIGHT_RECEIVE, &names[i]),
		    KERN_SUCCESS);
	for (unsigned count = 0; count <= 300; count += 100) {
		CHECK_EQ(
		    send_rack(port, names, count, &rack), MACH_MSG_SUCCESS);
		CHECK_EQ(rack.ports.count, count);
		CHECK_EQ(rack.ports.disposition, MACH_MSG_TYPE_PORT_SEND);
		if (count > 0)
			CHECK_EQ(memcmp(rack.ports.address, names,
			             count * sizeof(*names)),
			    0);
		mach_msg_destroy(&rack.header);
	}
	CHECK_EQ(send_rack(port, NULL, 3, &rack), MACH_SEND_INVALID_MEMORY);
	CHECK_EQ(send_rack(port, names, 16384, &rack), MACH_SEND_TOO_LARGE);
	CHECK_EQ(
	    send_rack(port, names, UINT32_MAX, &rack), MACH_SEND_TOO_LARGE);
}

static void
arrays_of_ports_arrive_in_order(void **state)
{
	(void)state;
	program_run(send_arrays);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(memory_of_all_sizes_arrives_whole),
	    cmocka_unit_test(memory_that_is_given_away_is_unmapped),
	    cmocka_unit_test(no_memory_is_no_address),
	    cmocka_unit_test(many_regions_arrive_in_order),
	    cmocka_unit_test(memory_that_cannot_be_read_is_an_error),
	    cmocka_unit_test(memory_given_away_cannot_be_sent_again),
	    cmocka_unit_test(only_what_lies_before_the_unreadable_is_taken),
	    cmocka_unit_test(a_limit_of_file_sizes_is_an_error_and_no_signal),
	    cmocka_unit_test(
	        memory_of_a_message_that_cannot_be_sent_comes_back),
	    cmocka_unit_test(arrays_of_ports_arrive_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
