/* Memory of a message where its receiver wants it: MACHPORT_RCV_OVERWRITE. */
#include "msg_scatter.h"

#include <mach/mach.h>
#include <machport.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "note.h"
#include "program.h"
#include "region.h"

static mach_port_t port;

#define PLACES 4

/* A list of places on entry, and then the message. */
struct list {
	mach_msg_header_t header;
	mach_msg_body_t body;
	union {
		mach_msg_ool_descriptor_t memory;
		mach_msg_ool_ports_descriptor_t ports;
	} places[PLACES];
	mach_msg_trailer_t trailer;
};

static void
list_add(struct list *list, void *address, size_t bytes,
    mach_msg_copy_options_t copy)
{
	list->places[list->body.msgh_descriptor_count++].memory =
	    (mach_msg_ool_descriptor_t){
	        .address = address,
	        .size = (mach_msg_size_t)bytes,
	        .copy = copy & 0xffu,
	        .type = MACH_MSG_OOL_DESCRIPTOR,
	    };
}

/* Send regions of @bytes, each filled from its number. */
static void
send_regions(const size_t *bytes, unsigned count)
{
	struct list list = {.body.msgh_descriptor_count = 0};
	mach_msg_size_t size =
	    (mach_msg_size_t)offsetof(struct list, places[count]);

	list.header = parcel_to(port, NULL, 0, FALSE).header;
	for (unsigned i = 0; i < count; i++)
		list_add(&list, bytes[i] ? region_new(bytes[i], i) : NULL,
		    bytes[i], MACH_MSG_VIRTUAL_COPY);
	CHECK_EQ(mach_msg(&list.header, MACH_SEND_MSG, size, 0, MACH_PORT_NULL,
	             0, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
}

static void
send_region(size_t bytes)
{
	send_regions(&bytes, 1);
}

static mach_msg_return_t
receive_list(struct list *list, mach_msg_size_t list_bytes)
{
	return mach_msg_overwrite(NULL,
	    MACH_RCV_MSG | MACH_RCV_TIMEOUT | MACHPORT_RCV_OVERWRITE, 0,
	    sizeof(*list), port, 0, MACH_PORT_NULL, &list->header, list_bytes);
}

/* Of each size that travels in another way. */
static void
receive_in_place(void)
{
	static const size_t sizes[] = {100, 100000, 300000, 3 << 20};
	unsigned char *place = region_new(4 << 20, 77);

	port = note_port();
	for (int i = 0; i < 4; i++) {
		struct list list = {.body.msgh_descriptor_count = 0};

		region_fill(place, 4 << 20, 77);
		send_region(sizes[i]);
		list_add(&list, place + 5, sizes[i] + 10, MACH_MSG_OVERWRITE);
		CHECK_EQ(receive_list(&list, sizeof(list)), MACH_MSG_SUCCESS);
		CHECK(list.places[0].memory.address == place + 5);
		CHECK_EQ(list.places[0].memory.size, sizes[i]);
		CHECK_EQ(list.places[0].memory.deallocate, FALSE);
		CHECK(region_is(place + 5, sizes[i], 0));
		CHECK(region_is(place, 5, 77));
		region_fill(place, 5 + sizes[i], 77);
		CHECK(region_is(place, 4 << 20, 77));
	}
}
RUN(memory_comes_to_its_place_and_no_further, receive_in_place)

static void
receive_some_in_place(void)
{
	static const size_t sizes[] = {5000, 6000, 7000, 8000};
	struct list list = {.body.msgh_descriptor_count = 0};
	unsigned char *place = region_new(100000, 77);

	port = note_port();
	send_regions(sizes, 4);
	list_add(&list, place, 5000, MACH_MSG_OVERWRITE);
	list_add(&list, place, 50000, MACH_MSG_ALLOCATE);
	list_add(&list, place + 10000, 50000, MACH_MSG_OVERWRITE);
	CHECK_EQ(receive_list(&list, sizeof(list)), MACH_MSG_SUCCESS);
	CHECK_EQ(list.body.msgh_descriptor_count, 4);
	CHECK(list.places[0].memory.address == place);
	CHECK(list.places[2].memory.address == place + 10000);
	CHECK_EQ(list.places[1].memory.deallocate, TRUE);
	CHECK_EQ(list.places[3].memory.deallocate, TRUE);
	for (unsigned i = 0; i < 4; i++)
		CHECK(region_is(list.places[i].memory.address, sizes[i], i));
	mach_msg_destroy(&list.header);
	CHECK(is_mapped(place));
}
RUN(what_has_no_place_is_new_memory, receive_some_in_place)

static void
receive_too_large(void)
{
	static const size_t sizes[] = {5000, 6000};
	struct list list = {.body.msgh_descriptor_count = 0};
	unsigned char *place = region_new(10000, 77);

	port = note_port();
	send_regions(sizes, 2);
	list_add(&list, place, 4999, MACH_MSG_OVERWRITE);
	list_add(&list, place, 6000, MACH_MSG_OVERWRITE);
	CHECK_EQ(receive_list(&list, sizeof(list)), MACH_RCV_SCATTER_SMALL);
	CHECK(region_is(list.places[0].memory.address, 5000, 0));
	CHECK_EQ(list.places[0].memory.size, 5000);
	CHECK(list.places[1].memory.address == place);
	CHECK(region_is(place, 6000, 1));
}
RUN(too_small_a_place_is_told_and_the_message_is_whole, receive_too_large)

static void
send_ports(mach_port_t *names, unsigned count)
{
	struct list list = {
	    .header = parcel_to(port, NULL, 0, FALSE).header,
	    .body.msgh_descriptor_count = 1,
	    .places[0].ports.type = MACH_MSG_OOL_PORTS_DESCRIPTOR,
	    .places[0].ports.disposition = MACH_MSG_TYPE_COPY_SEND,
	    .places[0].ports.address = names,
	    .places[0].ports.count = count,
	};

	CHECK_EQ(mach_msg(&list.header, MACH_SEND_MSG,
	             (mach_msg_size_t)offsetof(struct list, places[1]), 0,
	             MACH_PORT_NULL, 0, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
}

static void
receive_ports(void)
{
	struct list list = {.body.msgh_descriptor_count = 0};
	mach_port_t names[3];
	mach_port_t got[3] = {0};

	port = note_port();
	for (int i = 0; i < 3; i++)
		names[i] = port;
	send_ports(names, 3);
	list_add(&list, got, 3, MACH_MSG_OVERWRITE);
	list.places[0].memory.type = MACH_MSG_OOL_PORTS_DESCRIPTOR;
	CHECK_EQ(receive_list(&list, sizeof(list)), MACH_MSG_SUCCESS);
	CHECK(list.places[0].ports.address == got);
	CHECK_EQ(list.places[0].ports.deallocate, FALSE);
	CHECK_EQ(memcmp(got, names, sizeof(names)), 0);
}
RUN(ports_come_to_their_place, receive_ports)

static void
receive_another_type(void)
{
	struct list list = {.body.msgh_descriptor_count = 0};
	mach_port_t got[3] = {0};

	port = note_port();
	send_ports(&port, 1);
	list_add(&list, got, sizeof(got), MACH_MSG_OVERWRITE);
	CHECK_EQ(receive_list(&list, sizeof(list)), MACH_RCV_INVALID_TYPE);
	CHECK_EQ(got[0], 0);
	CHECK_EQ(*(mach_port_t *)list.places[0].ports.address, port);
	mach_msg_destroy(&list.header);
}
RUN(a_place_of_another_type_is_told_and_the_message_is_whole,
    receive_another_type)

/* Descriptors of single ports in the list are passed over. */
static void
receive_behind_port(void)
{
	struct list list = {.body.msgh_descriptor_count = 2};
	mach_msg_port_descriptor_t right = {.type = MACH_MSG_PORT_DESCRIPTOR};
	struct list first = {.body.msgh_descriptor_count = 0};
	unsigned char *place = region_new(5000, 77);

	port = note_port();
	send_region(5000);
	list_add(&first, place, 5000, MACH_MSG_OVERWRITE);
	memcpy(list.places, &right, sizeof(right));
	memcpy((char *)list.places + sizeof(right), first.places,
	    sizeof(first.places[0]));
	CHECK_EQ(receive_list(&list, sizeof(list)), MACH_MSG_SUCCESS);
	CHECK(list.places[0].memory.address == place);
	CHECK(region_is(place, 5000, 0));
}
RUN(single_ports_in_the_list_are_passed_over, receive_behind_port)

static void
receive_nothing_in_place(void)
{
	struct list list = {.body.msgh_descriptor_count = 0};
	unsigned char *place = region_new(5000, 77);

	port = note_port();
	send_regions((size_t[]){0, 5000}, 2);
	list_add(&list, place, 0, MACH_MSG_OVERWRITE);
	list_add(&list, place, 5000, MACH_MSG_OVERWRITE);
	CHECK_EQ(receive_list(&list, sizeof(list)), MACH_MSG_SUCCESS);
	CHECK(list.places[0].memory.address == NULL);
	CHECK(list.places[1].memory.address == place);
	CHECK(region_is(place, 5000, 1));
}
RUN(a_region_of_no_bytes_takes_a_place_too, receive_nothing_in_place)

static void
receive_to_unwritable(void)
{
	struct list list = {.body.msgh_descriptor_count = 0};

	port = note_port();
	send_region(5000);
	list_add(&list, (void *)16, 5000, MACH_MSG_OVERWRITE);
	CHECK_EQ(receive_list(&list, sizeof(list)),
	    MACH_RCV_BODY_ERROR | MACH_MSG_VM_SPACE);
	CHECK(list.places[0].memory.address == NULL);
	CHECK_EQ(list.places[0].memory.size, 0);
}
RUN(a_place_that_cannot_be_written_is_an_error, receive_to_unwritable)

static void
receive_with_bad_list(void)
{
	char *pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct parcel parcel;

	port = note_port();
	CHECK_EQ(mprotect(pages + 4096, 4096, PROT_NONE), 0);
	send_region(5000);
	CHECK_EQ(receive_list((void *)pages, 8192), MACH_RCV_INVALID_DATA);
	parcel_receive(port, &parcel);
	CHECK(region_is(parcel.memory.address, 5000, 0));
}
RUN(a_list_that_cannot_be_read_receives_nothing, receive_with_bad_list)

/* Shorter than a header and a body, or counting more than it has. */
static void
receive_without_list(void)
{
	struct list list = {.body.msgh_descriptor_count = 0};
	unsigned char *place = region_new(5000, 77);

	port = note_port();
	list_add(&list, place, 5000, MACH_MSG_OVERWRITE);
	send_region(5000);
	CHECK_EQ(receive_list(&list, 0), MACH_MSG_SUCCESS);
	CHECK(list.places[0].memory.address != place);
	memset(&list, 0, sizeof(list));
	list_add(&list, place, 5000, MACH_MSG_OVERWRITE);
	list.body.msgh_descriptor_count = UINT32_MAX;
	send_region(5000);
	CHECK_EQ(receive_list(&list, sizeof(list)), MACH_MSG_SUCCESS);
	CHECK(list.places[0].memory.address != place);
	CHECK(region_is(place, 5000, 77));
}
RUN(what_is_no_list_names_no_place, receive_without_list)

/* A message that comes back is no receive. */
static void
come_back(void)
{
	unsigned char *memory = region_new(5000, 1);
	unsigned char *place = region_new(5000, 77);
	struct list list = {.body.msgh_descriptor_count = 0};
	struct list message = {.body.msgh_descriptor_count = 0};

	port = note_port();
	(void)note_fill(port);
	list_add(&list, place, 5000, MACH_MSG_OVERWRITE);
	list_add(&message, memory, 5000, MACH_MSG_VIRTUAL_COPY);
	message.header = parcel_to(port, NULL, 0, FALSE).header;
	CHECK_EQ(
	    mach_msg_overwrite(&message.header,
	        MACH_SEND_MSG | MACH_SEND_TIMEOUT | MACH_RCV_MSG |
	            MACHPORT_RCV_OVERWRITE,
	        (mach_msg_size_t)offsetof(struct list, places[1]), sizeof(list),
	        port, 0, MACH_PORT_NULL, &list.header, sizeof(list)),
	    MACH_SEND_TIMED_OUT);
	CHECK(region_is(place, 5000, 77));
	CHECK(message.places[0].memory.address != place);
	CHECK(region_is(message.places[0].memory.address, 5000, 1));
}
RUN(what_comes_back_to_its_sender_takes_no_place, come_back)

/* The bit is the library's own, and mach_msg() has no list. */
static void
receive_by_mach_msg(void)
{
	struct list list = {.body.msgh_descriptor_count = 0};
	unsigned char *place = region_new(5000, 77);

	port = note_port();
	send_region(5000);
	list_add(&list, place, 5000, MACH_MSG_OVERWRITE);
	CHECK_EQ(mach_msg(&list.header, MACH_RCV_MSG | MACHPORT_RCV_OVERWRITE,
	             0, sizeof(list), port, 0, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
	CHECK(region_is(list.places[0].memory.address, 5000, 0));
	CHECK(region_is(place, 5000, 77));
}
RUN(mach_msg_has_no_list, receive_by_mach_msg)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(memory_comes_to_its_place_and_no_further),
	    cmocka_unit_test(what_has_no_place_is_new_memory),
	    cmocka_unit_test(
	        too_small_a_place_is_told_and_the_message_is_whole),
	    cmocka_unit_test(ports_come_to_their_place),
	    cmocka_unit_test(
	        a_place_of_another_type_is_told_and_the_message_is_whole),
	    cmocka_unit_test(single_ports_in_the_list_are_passed_over),
	    cmocka_unit_test(a_region_of_no_bytes_takes_a_place_too),
	    cmocka_unit_test(a_place_that_cannot_be_written_is_an_error),
	    cmocka_unit_test(a_list_that_cannot_be_read_receives_nothing),
	    cmocka_unit_test(what_is_no_list_names_no_place),
	    cmocka_unit_test(what_comes_back_to_its_sender_takes_no_place),
	    cmocka_unit_test(mach_msg_has_no_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
