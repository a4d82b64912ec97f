/* Where Linux has no futex_waitv(): who waits for lanes waits in the kernel process. */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "lane_peer.h"
#include "note.h"
#include "program.h"

#ifndef SYS_futex_waitv
#define SYS_futex_waitv 449
#endif

#define MANY 200

static mach_port_t port;
static int ready[2];
static int go[2];

static void
forbid_waitv(void)
{
	struct sock_filter code[] = {
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
	        (uint32_t)offsetof(struct seccomp_data, nr)),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_futex_waitv, 0, 1),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog program = {
	    sizeof(code) / sizeof(code[0]), code};

	CHECK_EQ(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
	CHECK_EQ(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program), 0);
}

/* A child with a lane; neither of the two has the call. */
static pid_t
begin_with(void (*client)(void))
{
	pid_t pid;

	CHECK_EQ(pipe(ready), 0);
	CHECK_EQ(pipe(go), 0);
	port = peer_begin();
	forbid_waitv();
	pid = program_fork(client);
	peer_receive_warm(port, ready);
	CHECK_EQ(peer_count_lanes(port), 1);
	program_ring(go);
	return pid;
}

static void
be_ready(void)
{
	peer_warm(bootstrap_port);
	program_ring(ready);
	program_await(go);
}

static void
send_many(void)
{
	be_ready();
	for (int32_t i = 0; i < MANY; i++)
		CHECK_EQ(note_send(bootstrap_port, i, 0, 0), MACH_MSG_SUCCESS);
	program_await(go);
}

static void
many(void)
{
	pid_t pid = begin_with(send_many);

	for (int32_t i = 0; i < MANY; i++)
		note_expect(port, i);
	program_ring(go);
	program_join(pid);
}
RUN(messages_come_all_the_same, many)

static void
send_when_told(void)
{
	be_ready();
	program_await(go);
	CHECK_EQ(note_send(bootstrap_port, 5, 0, 0), MACH_MSG_SUCCESS);
	program_await(go);
}

static void *
ring_when_asleep(void *tid)
{
	program_await_call(*(pid_t *)tid, SYS_recvmsg);
	program_ring(go);
	return NULL;
}

static void
asleep(void)
{
	pid_t pid = begin_with(send_when_told);
	pid_t tid = (pid_t)syscall(SYS_gettid);
	pthread_t thread;

	CHECK_EQ(pthread_create(&thread, NULL, ring_when_asleep, &tid), 0);
	note_expect(port, 5);
	CHECK_EQ(pthread_join(thread, NULL), 0);
	CHECK(peer_count_taken(port) > 0);
	program_ring(go);
	program_join(pid);
}
RUN(a_message_has_the_kernel_wake_who_waits, asleep)

static void
timed(void)
{
	pid_t pid = begin_with(be_ready);
	int32_t number;
	long long begin = program_now_ms();

	CHECK_EQ(note_receive(port, &number, MACH_RCV_TIMEOUT, 20),
	    MACH_RCV_TIMED_OUT);
	CHECK(program_now_ms() - begin >= 20);
	program_join(pid);
}
RUN(a_wait_there_ends_at_its_time, timed)

static void
wait_to_end(void)
{
	be_ready();
	program_await(go);
}

static void *
kill_when_asleep(void *tid)
{
	program_await_call(*(pid_t *)tid, SYS_recvmsg);
	program_kill_kernel(peer_kernel);
	return NULL;
}

static void
killed(void)
{
	pid_t pid = begin_with(wait_to_end);
	pid_t tid = (pid_t)syscall(SYS_gettid);
	pthread_t thread;
	int32_t number;

	CHECK_EQ(pthread_create(&thread, NULL, kill_when_asleep, &tid), 0);
	CHECK_EQ(note_receive(port, &number, 0, 0), MACH_RCV_INVALID_NAME);
	CHECK_EQ(pthread_join(thread, NULL), 0);
	program_ring(go);
	program_join(pid);
}
RUN(a_wait_there_ends_with_the_kernel, killed)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(messages_come_all_the_same),
	    cmocka_unit_test(a_message_has_the_kernel_wake_who_waits),
	    cmocka_unit_test(a_wait_there_ends_at_its_time),
	    cmocka_unit_test(a_wait_there_ends_with_the_kernel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
