/* What a tracer is told, and in which order. */
#include "ipc_trace.h"

#include "ipc_kobject.h"
#include "ipc_port.h"
#include "ipc_right.h"
#include "world.h"

static struct {
	enum ipc_event event;
	uint64_t message;
	uint32_t port;
	uint32_t queued;
} events[16];
static unsigned event_count;

static void
note(enum ipc_event event, const struct ipc_port *port,
    const struct ipc_kmsg *kmsg)
{
	assert_in_range(event_count, 0, 15);
	events[event_count].event = event;
	events[event_count].message = kmsg->number;
	events[event_count].port = port->id.number;
	events[event_count].queued = port->msgcount;
	event_count++;
}

static const struct ipc_tracer tracer = {note};

static mach_port_name_t inbox; /* bob's */
static mach_port_name_t to;    /* alice's send right for it */

static int
setup(void **state)
{
	int failed = world_setup(state);

	inbox = world_port(bob);
	to = world_give(bob, inbox, MAKE_SEND, alice);
	event_count = 0;
	ipc_world.tracer = &tracer;
	return failed;
}

static void
expect_event(unsigned nth, enum ipc_event event, uint32_t queued)
{
	assert_in_range(nth, 0, event_count - 1);
	assert_int_equal(events[nth].event, event);
	assert_int_equal(events[nth].queued, queued);
	assert_int_equal(events[nth].port, world_lookup(bob, inbox)->id.number);
}

TEST(a_message_is_sent_and_received)
{
	EXPECT(world_send_empty(alice, to), MACH_MSG_SUCCESS);
	(void)world_receive(bob, inbox);
	assert_int_equal(event_count, 2);
	expect_event(0, IPC_EVENT_SEND, 1);
	expect_event(1, IPC_EVENT_RECEIVE, 0);
	assert_int_equal(events[0].message, events[1].message);
}

TEST(messages_have_numbers_of_their_own)
{
	EXPECT(world_send_empty(alice, to), MACH_MSG_SUCCESS);
	EXPECT(world_send_empty(alice, to), MACH_MSG_SUCCESS);
	assert_int_not_equal(events[0].message, 0);
	assert_int_not_equal(events[0].message, events[1].message);
	expect_event(1, IPC_EVENT_SEND, 2);
}

TEST(a_message_that_is_waited_for_is_sent_first)
{
	struct thread *thread = world_thread(bob);

	EXPECT(thread_receive(thread, inbox, 0, ROOMY), MACH_RCV_IN_PROGRESS);
	EXPECT(world_send_empty(alice, to), MACH_MSG_SUCCESS);
	assert_int_equal(event_count, 2);
	expect_event(0, IPC_EVENT_SEND, 0);
	expect_event(1, IPC_EVENT_RECEIVE, 0);
}

TEST(a_send_that_waits_is_sent_when_there_is_room)
{
	struct thread *thread = world_thread(alice);
	struct message message;

	world_set_qlimit(bob, inbox, 1);
	EXPECT(world_send_empty(alice, to), MACH_MSG_SUCCESS);
	message_init(&message, to, COPY_SEND, MACH_PORT_NULL, 0);
	EXPECT(thread_send_for(thread, &message, 0, MACH_PORT_NULL, 0),
	    MACH_SEND_IN_PROGRESS);
	(void)world_receive(bob, inbox);
	assert_int_equal(event_count, 4);
	expect_event(1, IPC_EVENT_BLOCK, 1);
	expect_event(2, IPC_EVENT_RECEIVE, 0);
	expect_event(3, IPC_EVENT_SEND, 1);
	assert_int_equal(events[1].message, events[3].message);
}

TEST(a_send_that_is_refused_is_none)
{
	world_set_qlimit(bob, inbox, 0);
	EXPECT(world_send_empty(alice, to), MACH_SEND_TIMED_OUT);
	assert_int_equal(event_count, 0);
}

TEST(all_that_waits_dies_with_the_port)
{
	uint32_t id = world_lookup(bob, inbox)->id.number;
	struct thread *thread = world_thread(alice);
	struct message message;

	world_set_qlimit(bob, inbox, 1);
	EXPECT(world_send_empty(alice, to), MACH_MSG_SUCCESS);
	message_init(&message, to, COPY_SEND, MACH_PORT_NULL, 0);
	EXPECT(thread_send_for(thread, &message, 0, MACH_PORT_NULL, 0),
	    MACH_SEND_IN_PROGRESS);
	event_count = 0;
	world_drop_receive(bob, inbox);
	assert_int_equal(event_count, 2);
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(events[i].event, IPC_EVENT_DESTROY);
		assert_int_equal(events[i].port, id);
	}
}

TEST(a_message_too_large_for_its_receiver_dies)
{
	EXPECT(world_send_empty(alice, to), MACH_MSG_SUCCESS);
	EXPECT(thread_receive(world_thread(bob), inbox, MACH_RCV_TIMEOUT, 4),
	    MACH_RCV_INVALID_DATA);
	expect_event(1, IPC_EVENT_DESTROY, 0);
}

static void
serve(struct ipc_kobject *object, struct ipc_kmsg *request)
{
	(void)object;
	/* The request was told before its reply. */
	assert_int_equal(event_count, 1);
	ipc_kobject_reply_error(request, KERN_FAILURE);
}

TEST(a_request_to_the_kernel_is_served_and_replied_to)
{
	mach_port_name_t reply = world_port(alice);
	struct ipc_kobject object;
	struct message message;
	mach_port_name_t name;

	assert_true(ipc_kobject_init(&object, IPC_KOBJECT_HOST, serve));
	assert_int_equal(
	    ipc_right_copyout(alice, ipc_kobject_make_send(&object),
	        MACH_MSG_TYPE_PORT_SEND, &name),
	    KERN_SUCCESS);
	message_init(&message, name, COPY_SEND, reply, MAKE_SEND_ONCE);
	EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
	assert_int_equal(event_count, 2);
	assert_int_equal(events[0].event, IPC_EVENT_KERNEL);
	assert_int_equal(events[0].port, object.port->id.number);
	assert_int_equal(events[1].event, IPC_EVENT_SEND);
	assert_int_equal(events[1].port, world_lookup(alice, reply)->id.number);
	ipc_kobject_deinit(&object);
}

TEST(a_notification_is_sent_too)
{
	mach_port_name_t notify = world_port(alice);

	(void)world_request(alice, to, MACH_NOTIFY_DEAD_NAME, 0, notify);
	world_drop_receive(bob, inbox);
	assert_int_equal(event_count, 1);
	assert_int_equal(events[0].event, IPC_EVENT_SEND);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE_AFTER(setup, a_message_is_sent_and_received),
	    CASE_AFTER(setup, messages_have_numbers_of_their_own),
	    CASE_AFTER(setup, a_message_that_is_waited_for_is_sent_first),
	    CASE_AFTER(setup, a_send_that_waits_is_sent_when_there_is_room),
	    CASE_AFTER(setup, a_send_that_is_refused_is_none),
	    CASE_AFTER(setup, all_that_waits_dies_with_the_port),
	    CASE_AFTER(setup, a_message_too_large_for_its_receiver_dies),
	    CASE_AFTER(setup, a_request_to_the_kernel_is_served_and_replied_to),
	    CASE_AFTER(setup, a_notification_is_sent_too),
	};

	return RUN("ipc_trace", tests);
}
