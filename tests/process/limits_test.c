/*
 * How much one task may have and send, of all that spec/ gives a number for, in
 * a kernel with its default budgets.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness.h"
#include "mail.h"

#define UREFS_MAX 65535
#define RIGHTS_MAX 16383          /* in one message */
#define SIZE_MAX_INLINE 50331580u /* 48 MiB - 68 */
#define SIZE_TOO_LARGE (50u << 20)
#define MOVES 4096
#define SETS 100
#define MEMBERS 100 /* of each of them */

static void
run_in_kernel(task_body *body)
{
	struct kernel kernel;

	kernel_start(&kernel, NULL);
	task_run(body, NULL);
	kernel_expect_end(&kernel);
}

static mach_port_t
new_right(mach_port_right_t right)
{
	mach_port_t name;

	CHECK_RETURN(
	    mach_port_allocate(mach_task_self(), right, &name), KERN_SUCCESS);
	return name;
}

static void
destroy(mach_port_t name)
{
	CHECK_RETURN(mach_port_destroy(mach_task_self(), name), KERN_SUCCESS);
}

static void
send_number(mach_port_t port, int32_t number)
{
	CHECK_RETURN(
	    mail_send(port, number, MACH_PORT_NULL, 0, 0), MACH_MSG_SUCCESS);
}

static void
expect_number(mach_port_t port, int32_t number)
{
	struct mail mail;

	CHECK_RETURN(
	    mail_receive(port, &mail, MACH_RCV_TIMEOUT, 0), MACH_MSG_SUCCESS);
	CHECK(mail.number == number);
}

static void
expect_nothing(mach_port_t port)
{
	struct mail mail;

	CHECK_RETURN(
	    mail_receive(port, &mail, MACH_RCV_TIMEOUT, 0), MACH_RCV_TIMED_OUT);
}

/*
 * Port sets
 */

static void
fill_sets(void *unused)
{
	mach_port_t self = mach_task_self();
	mach_port_t sets[SETS];
	mach_port_t ports[MEMBERS];

	(void)unused;
	for (unsigned i = 0; i < SETS; i++)
		sets[i] = new_right(MACH_PORT_RIGHT_PORT_SET);
	for (unsigned i = 0; i < MEMBERS; i++) {
		ports[i] = mail_port();
		for (unsigned j = 0; j < SETS; j++)
			CHECK_RETURN(
			    mach_port_insert_member(self, ports[i], sets[j]),
			    KERN_SUCCESS);
	}
	/* Each message is in each set, until it is received. */
	for (unsigned i = 0; i < MEMBERS; i++)
		send_number(ports[i], (int32_t)i);
	for (unsigned i = 0; i < MEMBERS; i++) {
		struct mail mail;

		CHECK_RETURN(
		    mail_receive(sets[i % SETS], &mail, MACH_RCV_TIMEOUT, 0),
		    MACH_MSG_SUCCESS);
		CHECK(mail.number >= 0 && mail.number < MEMBERS);
		CHECK(mail.header.msgh_local_port == ports[mail.number]);
	}
	for (unsigned i = 0; i < SETS; i++)
		expect_nothing(sets[i]);
	/* Half go with their sets, half with their ports. */
	for (unsigned i = 0; i < SETS / 2; i++)
		destroy(sets[i]);
	send_number(ports[0], 7);
	expect_number(sets[SETS - 1], 7);
	for (unsigned i = 0; i < MEMBERS; i++)
		destroy(ports[i]);
	for (unsigned i = SETS / 2; i < SETS; i++)
		destroy(sets[i]);
	CHECK(mail_count_names() == 2);
}

static void
ten_thousand_memberships_fit_a_hundred_for_each_port(void **state)
{
	(void)state;
	run_in_kernel(fill_sets);
}

/*
 * Receive rights that move
 */

struct move {
	mach_msg_header_t header;
	mach_msg_body_t body;
	mach_msg_ool_ports_descriptor_t ports;
	mach_msg_trailer_t trailer;
};

static struct move
move_to(mach_port_t to, mach_port_t *names, mach_msg_type_number_t count,
    mach_msg_type_name_t disposition)
{
	return (struct move){
	    .header.msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0) |
	        MACH_MSGH_BITS_COMPLEX,
	    .header.msgh_remote_port = to,
	    .body.msgh_descriptor_count = 1,
	    .ports.address = names,
	    .ports.count = count,
	    .ports.disposition = disposition & 0xff,
	    .ports.type = MACH_MSG_OOL_PORTS_DESCRIPTOR,
	};
}

static mach_msg_return_t
move_send(struct move *move)
{
	return mach_msg(&move->header, MACH_SEND_MSG,
	    offsetof(struct move, trailer), 0, MACH_PORT_NULL, 0,
	    MACH_PORT_NULL);
}

/* The child: takes all ports, hears what was sent before and after. */
static void
take_ports(const struct bell *moved, unsigned messages)
{
	static mach_port_t taken[MOVES];
	mach_port_t port = mail_port();
	unsigned count = 0;

	CHECK_RETURN(
	    mail_send_right(mail_inherited(), port, MACH_MSG_TYPE_COPY_SEND),
	    MACH_MSG_SUCCESS);
	for (unsigned i = 0; i < messages; i++) {
		struct move move = {0};

		CHECK_RETURN(mach_msg(&move.header, MACH_RCV_MSG, 0,
		                 sizeof(move), port, 0, MACH_PORT_NULL),
		    MACH_MSG_SUCCESS);
		CHECK(move.ports.disposition == MACH_MSG_TYPE_PORT_RECEIVE);
		memcpy(taken + count, move.ports.address,
		    move.ports.count * sizeof(*taken));
		count += move.ports.count;
	}
	CHECK(count == MOVES);
	bell_wait(moved, 1);
	for (unsigned i = 0; i < MOVES; i++) {
		expect_number(taken[i], (int32_t)i);
		expect_number(taken[i], (int32_t)i + MOVES);
		expect_nothing(taken[i]);
	}
	_exit(EXIT_SUCCESS);
}

/* Move MOVES ports, that many in one message, to a child. */
static void
move_ports(unsigned in_one)
{
	static mach_port_t ports[MOVES];
	mach_port_t port = mail_port();
	struct bell moved;
	struct mail mail;
	mach_port_t child_port;
	pid_t child;
	int status;

	bell_make(&moved);
	for (unsigned i = 0; i < MOVES; i++) {
		ports[i] = mail_port();
		send_number(ports[i], (int32_t)i);
	}
	mail_bequeath(port);
	child = fork();
	CHECK(child >= 0);
	if (child == 0)
		take_ports(&moved, MOVES / in_one);
	CHECK_RETURN(mail_receive(port, &mail, 0, 0), MACH_MSG_SUCCESS);
	child_port = mail_right(&mail);
	for (unsigned i = 0; i < MOVES; i += in_one) {
		struct move move = move_to(
		    child_port, ports + i, in_one, MACH_MSG_TYPE_MOVE_RECEIVE);

		CHECK_RETURN(move_send(&move), MACH_MSG_SUCCESS);
	}
	for (unsigned i = 0; i < MOVES; i++) {
		mach_port_type_t type;

		CHECK_RETURN(mach_port_type(mach_task_self(), ports[i], &type),
		    KERN_SUCCESS);
		CHECK(type == MACH_PORT_TYPE_SEND);
		send_number(ports[i], (int32_t)i + MOVES);
	}
	bell_ring(&moved);
	CHECK(waitpid(child, &status, 0) == child);
	CHECK(status == 0);
	bell_free(&moved);
	for (unsigned i = 0; i < MOVES; i++)
		CHECK_RETURN(mach_port_mod_refs(mach_task_self(), ports[i],
		                 MACH_PORT_RIGHT_DEAD_NAME, -1),
		    KERN_SUCCESS);
	destroy(port);
}

static void
move_in_one_message(void *unused)
{
	(void)unused;
	move_ports(MOVES);
}

static void
move_in_many_messages(void *unused)
{
	(void)unused;
	move_ports(1);
	move_ports(64);
}

static void
thousands_of_receive_rights_move_in_one_message(void **state)
{
	(void)state;
	run_in_kernel(move_in_one_message);
}

static void
thousands_of_receive_rights_move_in_as_many_messages(void **state)
{
	(void)state;
	run_in_kernel(move_in_many_messages);
}

/*
 * Queues
 */

static void
set_limit(mach_port_t port, mach_port_msgcount_t limit, kern_return_t expected)
{
	mach_port_limits_t limits = {.mpl_qlimit = limit};

	CHECK_RETURN(mach_port_set_attributes(mach_task_self(), port,
	                 MACH_PORT_LIMITS_INFO, (mach_port_info_t)&limits,
	                 MACH_PORT_LIMITS_INFO_COUNT),
	    expected);
}

static void
fill_queues(void *unused)
{
	static const int32_t limits[] = {1, 5, 100, MACH_PORT_QLIMIT_LARGE};

	(void)unused;
	for (unsigned i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		mach_port_t port = mail_port();

		set_limit(port, (mach_port_msgcount_t)limits[i], KERN_SUCCESS);
		for (int32_t j = 0; j < limits[i]; j++)
			send_number(port, j);
		CHECK_RETURN(
		    mail_send(port, 0, MACH_PORT_NULL, MACH_SEND_TIMEOUT, 0),
		    MACH_SEND_TIMED_OUT);
		for (int32_t j = 0; j < limits[i]; j++)
			expect_number(port, j);
		expect_nothing(port);
		set_limit(port, MACH_PORT_QLIMIT_LARGE + 1, KERN_INVALID_VALUE);
		destroy(port);
	}
}

static void
a_queue_holds_what_its_limit_says(void **state)
{
	(void)state;
	run_in_kernel(fill_queues);
}

/*
 * User references
 */

static mach_port_urefs_t
count_refs(mach_port_t name)
{
	mach_port_urefs_t refs;

	CHECK_RETURN(mach_port_get_refs(
	                 mach_task_self(), name, MACH_PORT_RIGHT_SEND, &refs),
	    KERN_SUCCESS);
	return refs;
}

static void
change_refs(mach_port_t name, mach_port_delta_t delta)
{
	CHECK_RETURN(mach_port_mod_refs(
	                 mach_task_self(), name, MACH_PORT_RIGHT_SEND, delta),
	    KERN_SUCCESS);
}

static void
take_all_refs(void *unused)
{
	mach_port_t port = mail_port();
	mach_port_t other = mail_port();
	struct mail mail;

	(void)unused;
	change_refs(port, UREFS_MAX - 2);
	CHECK(count_refs(port) == UREFS_MAX - 1);
	change_refs(port, 1);
	CHECK(count_refs(port) == UREFS_MAX);
	/* Now it sticks: up, down, by a call, by a message. */
	change_refs(port, 1);
	change_refs(port, -7);
	CHECK_RETURN(
	    mach_port_deallocate(mach_task_self(), port), KERN_SUCCESS);
	CHECK_RETURN(mach_port_insert_right(
	                 mach_task_self(), port, port, MACH_MSG_TYPE_MAKE_SEND),
	    KERN_SUCCESS);
	CHECK_RETURN(mail_send_right(other, port, MACH_MSG_TYPE_MOVE_SEND),
	    MACH_MSG_SUCCESS);
	CHECK(count_refs(port) == UREFS_MAX);
	CHECK_RETURN(mail_receive(other, &mail, 0, 0), MACH_MSG_SUCCESS);
	CHECK(mail_right(&mail) == port);
	CHECK(count_refs(port) == UREFS_MAX);
	change_refs(port, -UREFS_MAX);
	CHECK(count_refs(port) == 0);
}

static void
user_references_stick_at_their_limit(void **state)
{
	(void)state;
	run_in_kernel(take_all_refs);
}

/*
 * Messages
 */

/* What is at @i of a large message. */
static unsigned char
pattern(size_t i)
{
	return (unsigned char)(i * 7 + i / 4096);
}

static void
send_large(void *unused)
{
	const size_t room = SIZE_TOO_LARGE + MAX_TRAILER_SIZE;
	void *region = mmap(NULL, room, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	mach_msg_header_t *message = region;
	unsigned char *memory = region;
	mach_port_t port = mail_port();

	(void)unused;
	CHECK(region != MAP_FAILED);
	message->msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0);
	message->msgh_remote_port = port;
	CHECK_RETURN(mach_msg(message, MACH_SEND_MSG, SIZE_TOO_LARGE, 0,
	                 MACH_PORT_NULL, 0, MACH_PORT_NULL),
	    MACH_SEND_TOO_LARGE);
	CHECK_RETURN(mach_msg(message, MACH_SEND_MSG, SIZE_MAX_INLINE + 4, 0,
	                 MACH_PORT_NULL, 0, MACH_PORT_NULL),
	    MACH_SEND_TOO_LARGE);
	for (size_t i = sizeof(*message); i < SIZE_MAX_INLINE; i++)
		memory[i] = pattern(i);
	CHECK_RETURN(mach_msg(message, MACH_SEND_MSG, SIZE_MAX_INLINE, 0,
	                 MACH_PORT_NULL, 0, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
	memset(memory, 0, room);
	CHECK_RETURN(mach_msg(message, MACH_RCV_MSG, 0, (mach_msg_size_t)room,
	                 port, 0, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
	CHECK(message->msgh_size == SIZE_MAX_INLINE);
	for (size_t i = sizeof(*message); i < SIZE_MAX_INLINE; i++)
		if (memory[i] != pattern(i))
			task_fail(__FILE__, __LINE__, "the bytes differ");
	(void)munmap(region, room);
}

static void
the_largest_message_arrives_whole_and_no_larger_one(void **state)
{
	(void)state;
	run_in_kernel(send_large);
}

/* Send @count rights of one kind in one array, and receive and drop them. */
static void
carry_rights(mach_port_t port, mach_port_t right, unsigned count,
    mach_msg_type_name_t disposition, mach_msg_return_t expected)
{
	static mach_port_t names[RIGHTS_MAX + 1];
	struct move move = move_to(port, names, count, disposition);
	unsigned names_before = mail_count_names();

	for (unsigned i = 0; i < count; i++)
		names[i] = right;
	CHECK_RETURN(move_send(&move), expected);
	if (expected != MACH_MSG_SUCCESS)
		return;
	CHECK_RETURN(mach_msg(&move.header, MACH_RCV_MSG, 0, sizeof(move), port,
	                 0, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
	CHECK(move.ports.count == count);
	for (unsigned i = 0; i < count; i++)
		CHECK(MACH_PORT_VALID(((mach_port_t *)move.ports.address)[i]));
	mach_msg_destroy(&move.header);
	CHECK(mail_count_names() == names_before);
}

/* The same in descriptors: a message of 192 KiB. */
static void
carry_descriptors(mach_port_t port, mach_port_t right, unsigned count,
    mach_msg_return_t expected)
{
	static struct {
		mach_msg_header_t header;
		mach_msg_body_t body;
		mach_msg_port_descriptor_t rights[RIGHTS_MAX + 1];
		mach_msg_trailer_t trailer;
	} message;

	message.header = (mach_msg_header_t){
	    .msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0) |
	        MACH_MSGH_BITS_COMPLEX,
	    .msgh_remote_port = port,
	};
	message.body.msgh_descriptor_count = count;
	for (unsigned i = 0; i < count; i++)
		message.rights[i] = (mach_msg_port_descriptor_t){
		    .name = right,
		    .disposition = MACH_MSG_TYPE_COPY_SEND,
		    .type = MACH_MSG_PORT_DESCRIPTOR,
		};
	CHECK_RETURN(mach_msg(&message.header, MACH_SEND_MSG,
	                 (mach_msg_size_t)(sizeof(mach_msg_base_t) +
	                     count * sizeof(message.rights[0])),
	                 0, MACH_PORT_NULL, 0, MACH_PORT_NULL),
	    expected);
	if (expected != MACH_MSG_SUCCESS)
		return;
	CHECK_RETURN(mach_msg(&message.header, MACH_RCV_MSG, 0, sizeof(message),
	                 port, 0, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
	for (unsigned i = 0; i < count; i++)
		CHECK(message.rights[i].name == right);
	mach_msg_destroy(&message.header);
	CHECK(count_refs(right) == 1);
}

static void
carry_many_rights(void *unused)
{
	static const mach_msg_type_name_t dispositions[] = {
	    MACH_MSG_TYPE_COPY_SEND,
	    MACH_MSG_TYPE_MAKE_SEND,
	    MACH_MSG_TYPE_MAKE_SEND_ONCE,
	};
	mach_port_t port = mail_port();

	(void)unused;
	for (unsigned i = 0; i < 3; i++) {
		mach_port_t right = mail_port();

		carry_rights(
		    port, right, RIGHTS_MAX, dispositions[i], MACH_MSG_SUCCESS);
		carry_rights(port, right, RIGHTS_MAX + 1, dispositions[i],
		    MACH_SEND_TOO_LARGE);
		CHECK(count_refs(right) == 1);
		carry_descriptors(port, right, RIGHTS_MAX, MACH_MSG_SUCCESS);
		carry_descriptors(
		    port, right, RIGHTS_MAX + 1, MACH_SEND_TOO_LARGE);
		destroy(right);
	}
}

static void
as_many_rights_as_may_be_go_in_one_message(void **state)
{
	(void)state;
	run_in_kernel(carry_many_rights);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    PROCESS_TEST(ten_thousand_memberships_fit_a_hundred_for_each_port),
	    PROCESS_TEST(thousands_of_receive_rights_move_in_one_message),
	    PROCESS_TEST(thousands_of_receive_rights_move_in_as_many_messages),
	    PROCESS_TEST(a_queue_holds_what_its_limit_says),
	    PROCESS_TEST(user_references_stick_at_their_limit),
	    PROCESS_TEST(the_largest_message_arrives_whole_and_no_larger_one),
	    PROCESS_TEST(as_many_rights_as_may_be_go_in_one_message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
