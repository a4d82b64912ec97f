/* Packets and descriptors, both ways. */
#include "proxy.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kernel.h"

/* One packet from @from to @to; false at the end. */
static bool
pass_on(int from, int to)
{
	static uint8_t packet[WIRE_PACKET_MAX];
	int files[RAW_FILES_MAX];
	unsigned count;
	size_t bytes =
	    raw_receive_files(from, packet, sizeof(packet), files, &count);

	if (bytes == 0)
		return false;
	raw_send_files(to, packet, bytes, files, count);
	for (unsigned i = 0; i < count; i++)
		(void)close(files[i]);
	return true;
}

static void
relay(void *argument)
{
	int test = *(const int *)argument;
	struct wire_token token;
	int kernel = raw_task(&token);
	struct pollfd events[] = {
	    {.fd = test, .events = POLLIN}, {.fd = kernel, .events = POLLIN}};

	while (poll(events, 2, -1) > 0) {
		if (events[0].revents != 0 && !pass_on(test, kernel))
			break;
		if (events[1].revents != 0 && !pass_on(kernel, test))
			break;
	}
}

struct proxy
proxy_start(void)
{
	struct proxy proxy;
	int pair[2];

	assert_int_equal(
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
	/* The child has both; the test's end must be closed there. */
	proxy.pid = fork();
	assert_true(proxy.pid >= 0);
	if (proxy.pid == 0) {
		(void)close(pair[0]);
		(void)dup2(STDERR_FILENO, STDOUT_FILENO);
		(void)alarm(TEST_SECONDS);
		relay(&pair[1]);
		_exit(0);
	}
	(void)close(pair[1]);
	proxy.fd = pair[0];
	raw_works(proxy.fd);
	return proxy;
}

void
proxy_stop(const struct proxy *proxy)
{
	(void)close(proxy->fd);
	assert_int_equal(child_status(proxy->pid), 0);
}
