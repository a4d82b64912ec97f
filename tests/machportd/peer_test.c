/* Peers: who is at the other end, whatever has become of him since. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "peer.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

TEST(a_sender_is_who_it_was_when_it_sent)
{
	/* Not this process, as /proc knows: it has become another user since. */
	const struct ucred then = {getpid(), geteuid() + 1, getegid() + 1};
	struct peer peer;

	assert_int_equal(peer_of_sender(&then, -1, &peer), 0);
	assert_int_equal(peer.euid, then.uid);
	assert_int_equal(peer.ruid, then.uid);
	assert_int_equal(peer.egid, then.gid);
	assert_int_equal(peer.rgid, then.gid);
	assert_false(peer.is_exact);
	peer_deinit(&peer);
}

TEST(the_real_user_of_a_program_of_root_is_known)
{
	const struct ucred root = {getpid(), 0, 0};
	struct peer peer;

	assert_int_equal(peer_of_sender(&root, -1, &peer), 0);
	assert_int_equal(peer.euid, 0);
	assert_int_equal(peer.ruid, getuid());
	assert_int_equal(peer.rgid, getgid());
	peer_deinit(&peer);
}

TEST(a_parent_is_known_with_a_pidfd)
{
	int self = (int)syscall(SYS_pidfd_open, getpid(), 0);
	int parent = -1;

	assert_int_equal(peer_parent(getpid(), self, &parent), getppid());
	assert_false(peer_has_exited(parent));
	(void)close(parent);
	(void)close(self);
}

TEST(a_process_that_has_ended_has_no_parent)
{
	int parent = -1;
	pid_t pid = fork();
	int pidfd;

	if (pid == 0)
		_exit(0);
	pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	assert_int_equal(waitid(P_PID, (id_t)pid, NULL, WEXITED | WNOWAIT), 0);
	/* /proc still knows whose child it was. */
	assert_int_equal(peer_parent(pid, pidfd, &parent), 0);
	assert_int_equal(parent, -1);
	(void)close(pidfd);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_sender_is_who_it_was_when_it_sent),
	    cmocka_unit_test(the_real_user_of_a_program_of_root_is_known),
	    cmocka_unit_test(a_parent_is_known_with_a_pidfd),
	    cmocka_unit_test(a_process_that_has_ended_has_no_parent),
	};

	return cmocka_run_group_tests_name("peer", tests, NULL, NULL);
}
