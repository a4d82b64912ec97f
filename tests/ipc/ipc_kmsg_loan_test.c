/* Loans: regions that stay in their sender's memory until he is told of the end. */
#include <string.h>

#include "ipc_kobject.h"
#include "ipc_right.h"
#include "world.h"

#define BYTES 5

static mach_port_name_t inbox;  /* bob's */
static mach_port_name_t to_bob; /* alice's send right for it */
static uint8_t lent[2 * BYTES]; /* by alice */
static struct ipc_loan loan;

static int
setup(void **state)
{
	(void)world_setup(state);
	inbox = world_port(bob);
	to_bob = world_give(bob, inbox, MAKE_SEND, alice);
	memcpy(lent, "first", sizeof("first"));
	loan = (struct ipc_loan){.regions = lent};
	return 0;
}

/* A message of alice's with a region of BYTES, for which she lends @bytes. */
static mach_msg_return_t
send_lent(mach_port_name_t name, size_t bytes)
{
	struct thread *thread = world_thread(alice);
	struct ipc_msg_args args = {
	    .option = MACH_SEND_MSG | MACH_SEND_TIMEOUT};
	struct ipc_kmsg_source source = {
	    .unreadable = UINT32_MAX, .loan = &loan, .loan_bytes = bytes};
	struct message message;
	mach_msg_return_t mr;
	uint32_t taken;

	message_init(&message, name, COPY_SEND, MACH_PORT_NULL, 0);
	message_add_ool(&message, "spare", BYTES, MACH_MSG_VIRTUAL_COPY);
	source.bytes = message.bytes;
	source.byte_count = message.size;
	source.size = message.size;
	mr = ipc_mach_msg_send(alice, &args, &source, &thread->waiter, &taken);
	ipc_check();
	thread_end(thread);
	return mr;
}

static void
expect_region(const char *text)
{
	struct got got = world_receive(bob, inbox);
	char region[BYTES + 1] = {0};

	got_region(&got, 0, region, BYTES);
	assert_string_equal(region, text);
}

TEST(who_receives_in_time_has_the_senders_memory)
{
	EXPECT(send_lent(to_bob, BYTES), MACH_MSG_SUCCESS);
	memcpy(lent, "later", sizeof("later"));
	expect_region("later");
}

TEST(what_the_sender_does_after_the_loan_is_not_seen)
{
	EXPECT(send_lent(to_bob, BYTES), MACH_MSG_SUCCESS);
	ipc_loan_end(&loan);
	memcpy(lent, "later", sizeof("later"));
	expect_region("first");
}

TEST(a_loan_ends_with_its_message)
{
	EXPECT(send_lent(to_bob, BYTES), MACH_MSG_SUCCESS);
	assert_non_null(loan.kmsg);
	world_kill(&bob);
	assert_null(loan.kmsg);
	ipc_loan_end(&loan);
}

TEST(a_region_beyond_what_is_lent_is_invalid_memory)
{
	EXPECT(send_lent(to_bob, BYTES - 1), MACH_SEND_INVALID_MEMORY);
	assert_null(loan.kmsg);
}

TEST(a_message_over_its_budget_lends_nothing)
{
	alice->account->limits.messages = alice->account->used.messages;
	EXPECT(send_lent(to_bob, BYTES), MACH_SEND_NO_BUFFER);
	assert_null(loan.kmsg);
}

static char served[BYTES + 1];

static void
serve(struct ipc_kobject *object, struct ipc_kmsg *request)
{
	(void)object;
	assert_null(loan.kmsg);
	memcpy(served, request->ool, BYTES);
	ipc_kmsg_destroy(request);
}

TEST(a_kernel_object_has_the_regions_to_itself)
{
	mach_port_name_t name = MACH_PORT_NULL;
	struct ipc_kobject object;

	assert_true(ipc_kobject_init(&object, IPC_KOBJECT_TASK, serve));
	EXPECT(ipc_right_copyout(alice, ipc_kobject_make_send(&object),
	           MACH_MSG_TYPE_PORT_SEND, &name),
	    KERN_SUCCESS);
	EXPECT(send_lent(name, BYTES), MACH_MSG_SUCCESS);
	assert_string_equal(served, "first");
	ipc_kobject_deinit(&object);
}

#define HERE(test) CASE_AFTER(setup, test)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    HERE(who_receives_in_time_has_the_senders_memory),
	    HERE(what_the_sender_does_after_the_loan_is_not_seen),
	    HERE(a_loan_ends_with_its_message),
	    HERE(a_region_beyond_what_is_lent_is_invalid_memory),
	    HERE(a_message_over_its_budget_lends_nothing),
	    HERE(a_kernel_object_has_the_regions_to_itself),
	};

	return RUN("ipc_kmsg_loan", tests);
}
