/* What mach_msg_destroy() gives back, by kind of right. */
#include <mach/message.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <mach/notify.h>

#include "note.h"
#include "program.h"

/* A message with one right, as if it were about to be sent. */
struct letter {
	mach_msg_header_t header;
	mach_msg_body_t body;
	mach_msg_port_descriptor_t right;
};

static struct letter
letter_with(mach_port_t name, mach_msg_type_name_t disposition)
{
	struct letter letter = {
	    .header.msgh_bits = MACH_MSGH_BITS_COMPLEX,
	    .body.msgh_descriptor_count = 1,
	    .right.name = name,
	    .right.type = MACH_MSG_PORT_DESCRIPTOR,
	};

	letter.right.disposition = disposition & 0xff;
	return letter;
}

static void
destroy(mach_port_t name, mach_msg_type_name_t disposition)
{
	struct letter letter = letter_with(name, disposition);

	mach_msg_destroy(&letter.header);
	CHECK_EQ(letter.right.name, name); /* the buffer is not changed */
}

static mach_port_type_t
type_of(mach_port_t name)
{
	mach_port_type_t type = MACH_PORT_TYPE_NONE;

	(void)mach_port_type(mach_task_self(), name, &type);
	return type;
}

static mach_port_urefs_t
send_refs(mach_port_t name)
{
	mach_port_urefs_t count = 99;

	CHECK_EQ(mach_port_get_refs(
	             mach_task_self(), name, MACH_PORT_RIGHT_SEND, &count),
	    KERN_SUCCESS);
	return count;
}

static mach_port_mscount_t
make_send_count(mach_port_t name)
{
	mach_port_status_t status;
	mach_msg_type_number_t count = MACH_PORT_RECEIVE_STATUS_COUNT;

	CHECK_EQ(
	    mach_port_get_attributes(mach_task_self(), name,
	        MACH_PORT_RECEIVE_STATUS, (mach_port_info_t)&status, &count),
	    KERN_SUCCESS);
	return status.mps_mscount;
}

static void
destroy_each(void)
{
	mach_port_t port = note_port();
	struct {
		mach_msg_header_t header;
		char room[64];
	} notice;

	destroy(port, MACH_MSG_TYPE_COPY_SEND);
	CHECK_EQ(send_refs(port), 1);
	destroy(MACH_PORT_NULL, MACH_MSG_TYPE_MOVE_SEND);
	destroy(MACH_PORT_DEAD, MACH_MSG_TYPE_MOVE_RECEIVE);

	destroy(port, MACH_MSG_TYPE_MAKE_SEND);
	CHECK_EQ(send_refs(port), 1);
	CHECK_EQ(make_send_count(port), 2);

	destroy(port, MACH_MSG_TYPE_MAKE_SEND_ONCE);
	CHECK_EQ(mach_msg(&notice.header, MACH_RCV_MSG, 0, sizeof(notice), port,
	             0, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
	CHECK_EQ(notice.header.msgh_id, MACH_NOTIFY_SEND_ONCE);

	destroy(port, MACH_MSG_TYPE_MOVE_SEND);
	CHECK_EQ(type_of(port), MACH_PORT_TYPE_RECEIVE);
	destroy(port, MACH_MSG_TYPE_MOVE_RECEIVE);
	CHECK_EQ(type_of(port), MACH_PORT_TYPE_NONE);
}

static void
each_kind_of_right_is_given_back_in_its_way(void **state)
{
	(void)state;
	program_run(destroy_each);
}

static void
destroy_header(void)
{
	mach_port_t port = note_port();
	mach_port_t local = note_port();
	mach_msg_header_t header = {
	    .msgh_bits = MACH_MSGH_BITS(
	        MACH_MSG_TYPE_MOVE_SEND, MACH_MSG_TYPE_MOVE_SEND),
	    .msgh_remote_port = port,
	    .msgh_local_port = local,
	};

	mach_msg_destroy(&header);
	CHECK_EQ(type_of(port), MACH_PORT_TYPE_RECEIVE);
	CHECK_EQ(send_refs(local), 1);
}

static void
the_local_port_is_left_alone(void **state)
{
	(void)state;
	program_run(destroy_header);
}

static void
destroy_memory(void)
{
	vm_address_t memory[3];
	mach_port_t port = note_port();
	struct {
		mach_msg_header_t header;
		mach_msg_body_t body;
		mach_msg_ool_descriptor_t kept;
		mach_msg_ool_descriptor_t given;
		mach_msg_ool_ports_descriptor_t ports;
	} message = {
	    .header.msgh_bits = MACH_MSGH_BITS_COMPLEX,
	    .body.msgh_descriptor_count = 3,
	};

	for (int i = 0; i < 3; i++)
		CHECK_EQ(vm_allocate(mach_task_self(), &memory[i], 100,
		             VM_FLAGS_ANYWHERE),
		    KERN_SUCCESS);
	message.kept = parcel_to(0, (void *)memory[0], 100, FALSE).memory;
	message.given = parcel_to(0, (void *)memory[1], 100, TRUE).memory;
	((mach_port_t *)memory[2])[1] = port;
	message.ports = (mach_msg_ool_ports_descriptor_t){
	    .address = (void *)memory[2],
	    .deallocate = TRUE,
	    .disposition = MACH_MSG_TYPE_PORT_SEND,
	    .type = MACH_MSG_OOL_PORTS_DESCRIPTOR,
	    .count = 2,
	};
	mach_msg_destroy(&message.header);
	CHECK(is_mapped((void *)memory[0]));
	CHECK(!is_mapped((void *)memory[1]));
	CHECK(!is_mapped((void *)memory[2]));
	CHECK_EQ(type_of(port), MACH_PORT_TYPE_RECEIVE);
}

static void
memory_goes_if_it_was_to_be_deallocated(void **state)
{
	(void)state;
	program_run(destroy_memory);
}

/* A message with @name, a receive right that came guarded. */
static void
destroy_guarded(mach_port_t name, mach_msg_guard_flags_t flags)
{
	struct {
		mach_msg_header_t header;
		mach_msg_body_t body;
		mach_msg_guarded_port_descriptor_t right;
	} message = {
	    .header.msgh_bits = MACH_MSGH_BITS_COMPLEX,
	    .body.msgh_descriptor_count = 1,
	    .right = {.context = 0x1234567890,
	        .name = name,
	        .disposition = MACH_MSG_TYPE_MOVE_RECEIVE,
	        .type = MACH_MSG_GUARDED_PORT_DESCRIPTOR},
	};

	message.right.flags = flags & 0xffff;
	mach_msg_destroy(&message.header);
}

static void
destroy_guarded_rights(void)
{
	mach_port_t self = mach_task_self();
	mach_port_t port;

	CHECK_EQ(mach_port_allocate(self, MACH_PORT_RIGHT_RECEIVE, &port),
	    KERN_SUCCESS);
	CHECK_EQ(
	    mach_port_guard(self, port, 0x1234567890, FALSE), KERN_SUCCESS);
	/* It is said to have none, and its guard protects it. */
	destroy_guarded(port, MACH_MSG_GUARD_FLAGS_UNGUARDED_ON_SEND);
	CHECK_EQ(type_of(port), MACH_PORT_TYPE_RECEIVE);
	destroy_guarded(port, MACH_MSG_GUARD_FLAGS_IMMOVABLE_RECEIVE);
	CHECK_EQ(type_of(port), MACH_PORT_TYPE_NONE);
	destroy_guarded(MACH_PORT_NULL, MACH_MSG_GUARD_FLAGS_NONE);
}

static void
a_right_that_came_guarded_loses_its_guard_first(void **state)
{
	(void)state;
	program_run(destroy_guarded_rights);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_kind_of_right_is_given_back_in_its_way),
	    cmocka_unit_test(a_right_that_came_guarded_loses_its_guard_first),
	    cmocka_unit_test(the_local_port_is_left_alone),
	    cmocka_unit_test(memory_goes_if_it_was_to_be_deallocated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
