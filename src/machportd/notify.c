/* One datagram to $NOTIFY_SOCKET. */
#include "notify.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "listener.h"

int
notify_open(void)
{
	const char *name = getenv("NOTIFY_SOCKET");
	struct sockaddr_un address;
	socklen_t bytes;
	int fd;

	if (!name || listener_address(name, &address, &bytes) < 0)
		return -1;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	if (connect(fd, (const struct sockaddr *)&address, bytes) != 0) {
		(void)close(fd);
		return -1;
	}
	return fd;
}

void
notify_ready(int fd)
{
	static const char ready[] = "READY=1";

	if (fd < 0)
		return;
	/* Before the first task: systemd may make us wait. */
	(void)send(fd, ready, strlen(ready), MSG_NOSIGNAL);
	(void)close(fd);
}
