/* Portions, put together. */
#include "look.h"

#include <string.h>

#include "ipc_mach_msg.h"
#include "ipc_mach_port.h"
#include "mig.h"

struct machport_task_record look_task_records[LOOK_MOST];
struct machport_name_record look_name_records[LOOK_MOST];
unsigned look_portions;

/* One more portion; returns how many records there are now. */
static uint32_t
append(void *all, uint32_t count, const struct kern_portion *portion,
    uint32_t record_bytes)
{
	uint32_t more = portion->bytes / record_bytes;

	assert_int_equal(portion->bytes % record_bytes, 0);
	assert_in_range(count + more, 0, LOOK_MOST);
	memcpy((uint8_t *)all + (size_t)count * record_bytes, portion->records,
	    portion->bytes);
	look_portions++;
	return count + more;
}

uint32_t
look_tasks(const struct ipc_identity *who)
{
	struct kern_look look = {.who = who};
	struct kern_portion portion;
	uint64_t cursor = 0;
	uint32_t count = 0;

	look_portions = 0;
	do {
		EXPECT(
		    kern_inspect_tasks(&look, &cursor, &portion), KERN_SUCCESS);
		count = append(look_task_records, count, &portion,
		    sizeof(look_task_records[0]));
	} while (cursor != 0);
	return count;
}

uint32_t
look_names(const struct ipc_identity *who, const struct kern_task *task)
{
	struct kern_look look = {.who = who};
	struct kern_portion portion;
	uint64_t cursor = 0;
	uint32_t count = 0;

	look_portions = 0;
	do {
		EXPECT(kern_inspect_names(
		           &look, task->space->id.number, &cursor, &portion),
		    KERN_SUCCESS);
		count = append(look_name_records, count, &portion,
		    sizeof(look_name_records[0]));
	} while (cursor != 0);
	return count;
}

struct machport_name_record
look_name_as(const struct ipc_identity *who, const struct kern_task *task,
    mach_port_name_t name)
{
	uint32_t count = look_names(who, task);

	for (uint32_t i = 0; i < count; i++)
		if (look_name_records[i].name == name)
			return look_name_records[i];
	fail_msg("no record of 0x%x", name);
	return (struct machport_name_record){0};
}

struct machport_name_record
look_name(const struct kern_task *task, mach_port_name_t name)
{
	return look_name_as(NULL, task, name);
}

static struct machport_item items[LOOK_MOST];
static uint32_t item_count;

static void
look_port(const struct ipc_identity *who, uint32_t port)
{
	struct kern_look look = {.who = who};
	struct kern_portion portion;
	uint64_t cursor = 0;

	item_count = 0;
	look_portions = 0;
	do {
		EXPECT(kern_inspect_port(&look, port, &cursor, &portion),
		    KERN_SUCCESS);
		item_count =
		    append(items, item_count, &portion, sizeof(items[0]));
	} while (cursor != 0);
}

uint32_t
look_count_items(
    const struct ipc_identity *who, uint32_t port, enum machport_item_kind kind)
{
	uint32_t count = 0;

	look_port(who, port);
	for (uint32_t i = 0; i < item_count; i++)
		count += items[i].kind == (uint32_t)kind;
	return count;
}

struct machport_item
look_item(enum machport_item_kind kind, uint32_t nth)
{
	for (uint32_t i = 0; i < item_count; i++)
		if (items[i].kind == (uint32_t)kind && nth-- == 0)
			return items[i];
	fail_msg("no such item of kind %d", (int)kind);
	return (struct machport_item){0};
}

struct machport_task_record
look_task(const struct kern_task *task)
{
	uint32_t count = look_tasks(NULL);

	for (uint32_t i = 0; i < count; i++)
		if (look_task_records[i].task == task->space->id.number)
			return look_task_records[i];
	fail_msg("no record of task %u", task->space->id.number);
	return (struct machport_task_record){0};
}

void
look_send(struct kern_task *task, mach_port_name_t to, mach_msg_id_t id,
    mach_port_name_t name, mach_msg_type_name_t disposition,
    mach_port_name_t reply)
{
	const mach_msg_port_descriptor_t port = {
	    .name = name,
	    .disposition = disposition & 0xff,
	    .type = MACH_MSG_PORT_DESCRIPTOR,
	};
	struct mig_request request = {
	    .bytes = sizeof(request.message.header),
	    .message.base.header.msgh_id = id,
	};

	if (name != MACH_PORT_NULL) {
		request.message.base.header.msgh_bits = MACH_MSGH_BITS_COMPLEX;
		request.message.base.body.msgh_descriptor_count = 1;
		request.bytes = sizeof(request.message.base) + sizeof(port);
		memcpy(request.message.bytes + sizeof(request.message.base),
		    &port, sizeof(port));
	}
	request.message.header.msgh_size = request.bytes;
	EXPECT(mig_send(task, to, &request, reply), MACH_MSG_SUCCESS);
}

void
look_send_bare(struct kern_task *task, mach_port_name_t to)
{
	look_send(task, to, 0, MACH_PORT_NULL, 0, MACH_PORT_NULL);
}

struct look_message
look_receive(struct kern_task *task, mach_port_name_t port)
{
	const struct ipc_msg_args args = {
	    .option = MACH_RCV_MSG | MACH_RCV_TIMEOUT,
	    .rcv_size = 1 << 16,
	    .rcv_name = port,
	};
	struct look_message message = {0};
	struct ipc_waiter waiter;

	ipc_waiter_init(&waiter, NULL);
	EXPECT(ipc_mach_msg_receive(task->space, &args, &waiter),
	    MACH_MSG_SUCCESS);
	memcpy(&message, waiter.kmsg->bytes,
	    waiter.kmsg->size < sizeof(message) ? waiter.kmsg->size
	                                        : sizeof(message));
	ipc_waiter_reset(&waiter);
	return message;
}

mach_port_name_t
look_give(struct kern_task *from, mach_port_name_t name,
    mach_msg_type_name_t disposition, struct kern_task *to)
{
	mach_msg_type_name_t type;
	mach_port_name_t given;

	EXPECT(ipc_mach_port_extract_right(
	           from->space, name, disposition, to->space, &given, &type),
	    KERN_SUCCESS);
	return given;
}
