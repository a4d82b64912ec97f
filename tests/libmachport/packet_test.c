/* Packets as Linux passes them on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <unistd.h>

#include "packet.h"

/* Another effective user than the real one needs root, and then it counts. */
static void
become_another_user(uid_t uid)
{
	if (getuid() == 0)
		assert_int_equal(seteuid(uid), 0);
}

static void
an_identity_is_the_effective_one(void **state)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(struct ucred))];
	} control;
	char byte = 0;
	struct iovec part = {&byte, 1};
	struct msghdr message = {
	    .msg_iov = &part,
	    .msg_iovlen = 1,
	    .msg_control = &control,
	    .msg_controllen = sizeof(control),
	};
	struct ucred sender;
	const int on = 1;
	uid_t expected;
	int pair[2];
	int error;

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	assert_int_equal(
	    setsockopt(pair[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)), 0);
	become_another_user(1000);
	expected = geteuid();
	error = packet_send_identity(pair[0], &part, 1);
	become_another_user(0);
	assert_int_equal(error, 0);
	assert_int_equal(recvmsg(pair[1], &message, MSG_DONTWAIT), 1);
	assert_int_equal(control.header.cmsg_type, SCM_CREDENTIALS);
	memcpy(&sender, CMSG_DATA(&control.header), sizeof(sender));
	assert_int_equal(sender.pid, getpid());
	assert_int_equal(sender.uid, expected);
	assert_int_equal(sender.gid, getegid());
	(void)close(pair[0]);
	(void)close(pair[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_identity_is_the_effective_one),
	};

	return cmocka_run_group_tests_name("packet", tests, NULL, NULL);
}
