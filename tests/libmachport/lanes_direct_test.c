/* A server whose clients come by lanes and by the kernel: one trap for each message of the
 * latter, and the order, and the number, that each message has without lanes. The server
 * receives from a port, or from a set with that. */
#include <dlfcn.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "lane_pair.h"
#include "lane_peer.h"
#include "lanes_port.h"
#include "note.h"
#include "program.h"

#define MANY 200
#define THREADS 3

/* A message that goes by a trap, since it says that it is complex. */
struct letter {
	mach_msg_header_t header;
	mach_msg_body_t body;
	int32_t number;
	mach_msg_max_trailer_t trailer;
};

#define LETTER_BYTES ((mach_msg_size_t)offsetof(struct letter, trailer))

static mach_port_t port;
static mach_port_t source; /* the port, or a set that it is in */
static mach_port_t called; /* who calls by the kernel calls this member of it */
static int ready[2];
static int go[2];
static int go_call[2];

static struct letter
letter_to(mach_port_t to, mach_port_t reply, int32_t number)
{
	return (struct letter){
	    .header.msgh_bits = MACH_MSGH_BITS_COMPLEX |
	        MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND,
	            reply ? MACH_MSG_TYPE_MAKE_SEND_ONCE : 0),
	    .header.msgh_remote_port = to,
	    .header.msgh_local_port = reply,
	    .number = number,
	};
}

/* --- Linux --------------------------------------------------------------------- */

static void (*after_answer)(void); /* of the kernel process, the next */

/* Calls with as many arguments as there are. */
long
syscall(long number, ...)
{
	static long (*_Atomic real)(long, ...);
	void (*then)(void) = after_answer;
	long words[6];
	va_list list;
	long r;

	va_start(list, number);
	for (int i = 0; i < 6; i++)
		words[i] = va_arg(list, long);
	va_end(list);
	if (!real)
		real = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
	r = real(
	    number, words[0], words[1], words[2], words[3], words[4], words[5]);
	if (number == SYS_recvmsg && then) {
		after_answer = NULL;
		then();
	}
	return r;
}

/* --- clients ----------------------------------------------------------------- */

static mach_port_t
find_called(void)
{
	mach_port_array_t ports;
	mach_msg_type_number_t count;

	if (called == MACH_PORT_NULL) {
		CHECK_EQ(mach_ports_lookup(mach_task_self(), &ports, &count),
		    KERN_SUCCESS);
		called = ports[0];
		CHECK_EQ(vm_deallocate(mach_task_self(), (vm_address_t)ports,
		             count * sizeof(*ports)),
		    KERN_SUCCESS);
	}
	return called;
}

static void
call_once(mach_port_t reply, int32_t number)
{
	struct letter letter = letter_to(find_called(), reply, number);

	CHECK_EQ(mach_msg(&letter.header, MACH_SEND_MSG | MACH_RCV_MSG,
	             LETTER_BYTES, sizeof(letter), reply, 0, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
}

/* By the kernel: one, and when it is told, more. */
static void
call_by_kernel(void)
{
	const mach_port_t reply = mach_reply_port();

	for (int32_t i = 0; i <= MANY; i++) {
		call_once(reply, i);
		if (i == 0)
			program_await(go_call);
	}
}

/* A lane to the server, and again when the first has made room for others. */
static void
get_lane(void)
{
	peer_warm(bootstrap_port);
	program_ring(ready);
	program_await(go);
	CHECK_EQ(note_send(bootstrap_port, PEER_WARM, 0, 0), MACH_MSG_SUCCESS);
	peer_warm(bootstrap_port);
	program_ring(ready);
	program_await(go);
}

static void
have_lane(void)
{
	get_lane();
	program_await(go);
}

/* By the lane and by the kernel, in turn. */
static void
send_both_ways(void)
{
	get_lane();
	for (int32_t i = 0; i < MANY; i++) {
		struct letter letter =
		    letter_to(bootstrap_port, MACH_PORT_NULL, i);

		if (i % 2 == 0)
			CHECK_EQ(note_send(bootstrap_port, i, 0, 0),
			    MACH_MSG_SUCCESS);
		else
			CHECK_EQ(mach_msg(&letter.header, MACH_SEND_MSG,
			             LETTER_BYTES, 0, MACH_PORT_NULL, 0,
			             MACH_PORT_NULL),
			    MACH_MSG_SUCCESS);
	}
	program_await(go);
}

/* --- the server ---------------------------------------------------------------- */

static mach_msg_return_t
receive_from(mach_port_t from, struct letter *letter, mach_msg_option_t option,
    mach_msg_timeout_t timeout)
{
	return mach_msg(&letter->header,
	    MACH_RCV_MSG | MACH_RCV_TRAILER_ELEMENTS(MACH_RCV_TRAILER_SEQNO) |
	        option,
	    0, sizeof(*letter), from, timeout, MACH_PORT_NULL);
}

static mach_msg_return_t
receive(
    struct letter *letter, mach_msg_option_t option, mach_msg_timeout_t timeout)
{
	return receive_from(source, letter, option, timeout);
}

/* Make an answer of a request. */
static void
make_answer(struct letter *letter)
{
	letter->header.msgh_bits =
	    MACH_MSGH_BITS(MACH_MSG_TYPE_MOVE_SEND_ONCE, 0);
	letter->header.msgh_local_port = MACH_PORT_NULL;
}

static mach_msg_return_t
answer_and_receive(struct letter *letter, mach_msg_option_t option)
{
	make_answer(letter);
	return mach_msg(&letter->header,
	    MACH_SEND_MSG | MACH_RCV_MSG |
	        MACH_RCV_TRAILER_ELEMENTS(MACH_RCV_TRAILER_SEQNO) | option,
	    LETTER_BYTES, sizeof(*letter), source, 0, MACH_PORT_NULL);
}

static void
answer(struct letter *letter)
{
	make_answer(letter);
	CHECK_EQ(mach_msg(&letter->header, MACH_SEND_MSG, LETTER_BYTES, 0,
	             MACH_PORT_NULL, 0, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
}

static bool
is_request(const struct letter *letter)
{
	return MACH_MSGH_BITS_REMOTE(letter->header.msgh_bits) ==
	    MACH_MSG_TYPE_MOVE_SEND_ONCE;
}

static mach_port_seqno_t
number_of(const struct letter *letter)
{
	const mach_msg_seqno_trailer_t *trailer =
	    (const void *)((const char *)letter +
	        round_msg(letter->header.msgh_size));

	return trailer->msgh_seqno;
}

/* Of a letter, or of a note. */
static int32_t
content_of(const struct letter *letter)
{
	const size_t at = MACH_MSGH_BITS_IS_COMPLEX(letter->header.msgh_bits)
	    ? offsetof(struct letter, number)
	    : offsetof(struct note, number);
	int32_t content;

	memcpy(&content, (const char *)letter + at, sizeof(content));
	return content;
}

/* One client that has a lane with room for others, and one that calls by the kernel. */
static pid_t caller;

enum server { OF_PORT, OF_SET, OF_TWO };

/* What the server receives from, and what is called by the kernel: the port; the same, in a
 * set; another member of that. */
static enum server server;

static void
join_set(mach_port_t member)
{
	CHECK_EQ(mach_port_insert_member(mach_task_self(), member, source),
	    KERN_SUCCESS);
}

static void
make_source(void)
{
	mach_port_t target = port;

	source = port;
	if (server != OF_PORT) {
		CHECK_EQ(mach_port_allocate(mach_task_self(),
		             MACH_PORT_RIGHT_PORT_SET, &source),
		    KERN_SUCCESS);
		join_set(port);
	}
	if (server == OF_TWO) {
		target = note_port();
		join_set(target);
	}
	CHECK_EQ(
	    mach_ports_register(mach_task_self(), &target, 1), KERN_SUCCESS);
}

static pid_t
begin_with(void (*client)(void))
{
	struct letter letter;
	pid_t pid;

	CHECK_EQ(pipe(ready), 0);
	CHECK_EQ(pipe(go), 0);
	CHECK_EQ(pipe(go_call), 0);
	port = peer_begin();
	make_source();
	pid = program_fork(client);
	peer_receive_warm(port, ready);
	caller = program_fork(call_by_kernel);
	CHECK_EQ(receive(&letter, 0, 0), MACH_MSG_SUCCESS);
	answer(&letter);
	program_ring(go);
	peer_receive_warm(port, ready);
	CHECK_EQ(peer_count_lanes(port), 1);
	program_ring(go);
	return pid;
}

static void
end_with(pid_t pid)
{
	program_ring(go);
	program_join(pid);
	program_join(caller);
}

static void
one_trap(void)
{
	pid_t pid = begin_with(have_lane);
	struct letter letter;
	uint32_t before;

	program_ring(go_call);
	CHECK_EQ(receive(&letter, 0, 0), MACH_MSG_SUCCESS);
	before = lane_count_traps();
	for (int32_t i = 2; i <= MANY; i++) {
		CHECK_EQ(answer_and_receive(&letter, 0), MACH_MSG_SUCCESS);
		CHECK_EQ(letter.number, i);
	}
	CHECK_EQ(lane_count_traps() - before, MANY - 1);
	CHECK_EQ(peer_count_lanes(port), 1);
	answer(&letter);
	end_with(pid);
}
RUN(a_message_of_the_kernel_takes_one_trap_beside_a_lane, one_trap)

static void
one_trap_of_set(void)
{
	server = OF_SET;
	one_trap();
}
RUN(a_message_of_a_member_takes_one_trap_beside_a_lane, one_trap_of_set)

static void
one_trap_of_two(void)
{
	server = OF_TWO;
	one_trap();
}
RUN(a_message_of_another_member_takes_one_trap_beside_a_lane, one_trap_of_two)

static void
in_order(void)
{
	pid_t pid = begin_with(send_both_ways);
	struct letter letter;
	mach_port_seqno_t number = 0;
	int32_t sent = 0;
	int32_t asked = 1;

	program_ring(go_call);
	CHECK_EQ(receive(&letter, 0, 0), MACH_MSG_SUCCESS);
	for (;;) {
		if (number != 0)
			CHECK_EQ(number_of(&letter), number + 1);
		number = number_of(&letter);
		if (is_request(&letter))
			CHECK_EQ(letter.number, asked++);
		else
			CHECK_EQ(content_of(&letter), sent++);
		if (sent == MANY && asked > MANY)
			break;
		CHECK_EQ(is_request(&letter) ? answer_and_receive(&letter, 0)
		                             : receive(&letter, 0, 0),
		    MACH_MSG_SUCCESS);
	}
	if (is_request(&letter))
		answer(&letter);
	end_with(pid);
}
RUN(lanes_and_the_kernel_bring_messages_in_order_and_numbered, in_order)

static void
in_order_of_set(void)
{
	server = OF_SET;
	in_order();
}
RUN(they_bring_those_of_a_member_in_order_and_numbered, in_order_of_set)

static void
send_one(void)
{
	get_lane();
	CHECK_EQ(note_send(bootstrap_port, 7, 0, 0), MACH_MSG_SUCCESS);
	program_ring(ready);
	program_await(go);
}

/* The rest of the calls. */
static void
answer_all(struct letter *letter)
{
	while (letter->number < MANY)
		CHECK_EQ(answer_and_receive(letter, 0), MACH_MSG_SUCCESS);
	answer(letter);
}

static void
poll_once(void)
{
	pid_t pid = begin_with(send_one);
	struct letter letter;

	program_await(ready);
	note_expect(port, 7);
	program_ring(go_call);
	CHECK_EQ(receive(&letter, 0, 0), MACH_MSG_SUCCESS);
	answer_all(&letter);
	CHECK_EQ(receive(&letter, MACH_RCV_TIMEOUT, 0), MACH_RCV_TIMED_OUT);
	end_with(pid);
}
RUN(what_is_in_a_lane_is_found_without_waiting, poll_once)

static void
poll_once_of_two(void)
{
	server = OF_TWO;
	poll_once();
}
RUN(what_is_in_the_lane_of_a_member_is_found_without_waiting, poll_once_of_two)

static void
note_signal(int signal)
{
	(void)signal;
}

static void *
disturb_when_asleep(void *argument)
{
	const pthread_t *receiver = argument;

	/* Who wants to know of signals waits for them, too. */
	program_await_call(getpid(), SYS_ppoll);
	CHECK_EQ(pthread_kill(*receiver, SIGUSR1), 0);
	return NULL;
}

/* A client has called last: what comes next is waited for in the kernel. */
static pid_t
begin_by_kernel(struct letter *letter, void (*client)(void))
{
	pid_t pid = begin_with(client);

	program_ring(go_call);
	CHECK_EQ(receive(letter, 0, 0), MACH_MSG_SUCCESS);
	while (letter->number < MANY)
		CHECK_EQ(answer_and_receive(letter, 0), MACH_MSG_SUCCESS);
	return pid;
}

/* Else the kernel would have to be told of each message by the lane. */
static void
taken_back(void)
{
	struct letter letter;
	pid_t pid = begin_by_kernel(&letter, have_lane);
	const struct lanes_port *listed = lanes_port_find(port);

	CHECK(listed);
	CHECK_EQ(listed->lent, 0);
	CHECK_EQ(listed->sleepers[LANE_KICK], 0);
	CHECK_EQ(listed->feed_count, 2);
	CHECK_EQ(listed->feeds[1].in->lane.mine->wait, LANE_RUN);
	answer(&letter);
	end_with(pid);
}
RUN(a_port_that_was_lent_is_taken_back, taken_back)

static void
taken_back_of_two(void)
{
	server = OF_TWO;
	taken_back();
}
RUN(members_that_were_lent_are_taken_back, taken_back_of_two)

/* By the lane, to a server that sleeps. */
static void
send_when_asleep(void)
{
	get_lane();
	program_await(go);
	program_await_call(getppid(), SYS_recvmsg);
	CHECK_EQ(note_send(bootstrap_port, 7, 0, 0), MACH_MSG_SUCCESS);
	program_await(go);
}

static void
woken(void)
{
	struct letter letter;
	pid_t pid = begin_by_kernel(&letter, send_when_asleep);

	program_ring(go);
	CHECK_EQ(answer_and_receive(&letter, 0), MACH_MSG_SUCCESS);
	CHECK_EQ(content_of(&letter), 7);
	CHECK_EQ(peer_count_lanes(port), 1);
	end_with(pid);
}
RUN(who_waits_in_the_kernel_is_woken_by_a_lane, woken)

/* By the lane, when the kernel has found none. */
static void
send_when_over(void)
{
	get_lane();
	program_await(go);
	CHECK_EQ(note_send(bootstrap_port, 7, 0, 0), MACH_MSG_SUCCESS);
	program_ring(ready);
	program_await(go);
}

static void
have_it_sent(void)
{
	program_ring(go);
	program_await(ready);
}

static void
not_late(void)
{
	struct letter letter;
	pid_t pid = begin_by_kernel(&letter, send_when_over);

	after_answer = have_it_sent;
	CHECK_EQ(
	    answer_and_receive(&letter, MACH_RCV_TIMEOUT), MACH_MSG_SUCCESS);
	CHECK(!after_answer);
	CHECK_EQ(content_of(&letter), 7);
	end_with(pid);
}
RUN(what_comes_by_a_lane_just_before_it_is_told_that_none_came_is_received,
    not_late)

static void
not_late_to_set(void)
{
	server = OF_SET;
	not_late();
}
RUN(what_comes_so_to_a_member_is_received_from_the_set, not_late_to_set)

static void
woken_by_member(void)
{
	server = OF_TWO;
	woken();
}
RUN(who_waits_there_for_a_set_is_woken_by_the_lane_of_a_member, woken_by_member)

static void
interrupted(void)
{
	const struct sigaction action = {.sa_handler = note_signal};
	pthread_t self = pthread_self();
	pthread_t thread;
	struct letter letter;
	pid_t pid = begin_by_kernel(&letter, have_lane);

	CHECK_EQ(sigaction(SIGUSR1, &action, NULL), 0);
	CHECK_EQ(pthread_create(&thread, NULL, disturb_when_asleep, &self), 0);
	CHECK_EQ(answer_and_receive(&letter, MACH_RCV_INTERRUPT),
	    MACH_RCV_INTERRUPTED);
	CHECK_EQ(pthread_join(thread, NULL), 0);
	end_with(pid);
}
RUN(a_signal_interrupts_who_waits_in_the_kernel, interrupted)

static void *
destroy_when_asleep(void *unused)
{
	(void)unused;
	program_await_call(getpid(), SYS_recvmsg);
	CHECK_EQ(mach_port_mod_refs(mach_task_self(), source,
	             server == OF_PORT ? MACH_PORT_RIGHT_RECEIVE
	                               : MACH_PORT_RIGHT_PORT_SET,
	             -1),
	    KERN_SUCCESS);
	return NULL;
}

static void
destroyed(void)
{
	pthread_t thread;
	struct letter letter;
	pid_t pid = begin_by_kernel(&letter, have_lane);

	CHECK_EQ(pthread_create(&thread, NULL, destroy_when_asleep, NULL), 0);
	CHECK_EQ(answer_and_receive(&letter, 0), MACH_RCV_PORT_CHANGED);
	CHECK_EQ(pthread_join(thread, NULL), 0);
	end_with(pid);
}
RUN(who_waits_in_the_kernel_is_told_that_the_right_is_gone, destroyed)

static void
destroyed_set(void)
{
	server = OF_TWO;
	destroyed();
}
RUN(who_waits_in_the_kernel_is_told_that_the_set_is_gone, destroyed_set)

/* --- several threads -------------------------------------------------------------- */

static _Atomic uint32_t received;
static _Atomic uint32_t seen[4 * MANY];

/* From the set, and as often from the port that is in it. */
static mach_msg_return_t
receive_any(struct letter *letter)
{
	static __thread bool of_port;

	of_port = !of_port;
	return receive_from(
	    of_port ? port : source, letter, MACH_RCV_TIMEOUT, 20);
}

/* Until all has come. Each number is that of one message. */
static void *
receive_many(void *first)
{
	const mach_port_seqno_t *base = first;
	struct letter letter;
	mach_msg_return_t mr = receive_any(&letter);

	for (;;) {
		while (mr != MACH_MSG_SUCCESS) {
			CHECK_EQ(mr, MACH_RCV_TIMED_OUT);
			if (atomic_load(&received) == 2 * MANY)
				return NULL;
			mr = receive_any(&letter);
		}
		CHECK(number_of(&letter) - *base < 4 * MANY);
		CHECK_EQ(
		    atomic_fetch_add(&seen[number_of(&letter) - *base], 1), 0);
		atomic_fetch_add(&received, 1);
		if (is_request(&letter))
			answer(&letter);
		mr = receive_any(&letter);
	}
}

static void
threads(void)
{
	pid_t pid = begin_with(send_both_ways);
	pthread_t list[THREADS];
	struct letter letter;
	mach_port_seqno_t base;

	CHECK_EQ(receive(&letter, 0, 0), MACH_MSG_SUCCESS);
	base = number_of(&letter);
	atomic_store(&seen[0], 1);
	atomic_store(&received, 1);
	program_ring(go_call);
	for (unsigned i = 0; i < THREADS; i++)
		CHECK_EQ(
		    pthread_create(&list[i], NULL, receive_many, &base), 0);
	for (unsigned i = 0; i < THREADS; i++)
		CHECK_EQ(pthread_join(list[i], NULL), 0);
	for (unsigned i = 0; i < 2 * MANY; i++)
		CHECK_EQ(atomic_load(&seen[i]), 1);
	end_with(pid);
}
RUN(each_message_has_its_own_number_whoever_receives_it, threads)

static void
threads_of_set(void)
{
	server = OF_SET;
	threads();
}
RUN(each_has_it_whether_it_is_received_from_the_set_or_the_port, threads_of_set)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
	        a_message_of_the_kernel_takes_one_trap_beside_a_lane),
	    cmocka_unit_test(
	        a_message_of_a_member_takes_one_trap_beside_a_lane),
	    cmocka_unit_test(
	        a_message_of_another_member_takes_one_trap_beside_a_lane),
	    cmocka_unit_test(
	        lanes_and_the_kernel_bring_messages_in_order_and_numbered),
	    cmocka_unit_test(
	        they_bring_those_of_a_member_in_order_and_numbered),
	    cmocka_unit_test(what_is_in_a_lane_is_found_without_waiting),
	    cmocka_unit_test(
	        what_is_in_the_lane_of_a_member_is_found_without_waiting),
	    cmocka_unit_test(who_waits_in_the_kernel_is_woken_by_a_lane),
	    cmocka_unit_test(a_port_that_was_lent_is_taken_back),
	    cmocka_unit_test(members_that_were_lent_are_taken_back),
	    cmocka_unit_test(
	        what_comes_by_a_lane_just_before_it_is_told_that_none_came_is_received),
	    cmocka_unit_test(
	        what_comes_so_to_a_member_is_received_from_the_set),
	    cmocka_unit_test(
	        who_waits_there_for_a_set_is_woken_by_the_lane_of_a_member),
	    cmocka_unit_test(a_signal_interrupts_who_waits_in_the_kernel),
	    cmocka_unit_test(
	        who_waits_in_the_kernel_is_told_that_the_right_is_gone),
	    cmocka_unit_test(
	        who_waits_in_the_kernel_is_told_that_the_set_is_gone),
	    cmocka_unit_test(
	        each_message_has_its_own_number_whoever_receives_it),
	    cmocka_unit_test(
	        each_has_it_whether_it_is_received_from_the_set_or_the_port),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
