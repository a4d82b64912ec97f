/* Memory between a task's connection and the kernel. */
#include "window.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base_alloc.h"
#include "conn.h"
#include "file.h"
#include "packet.h"

/* Of stat(), whatever the file system's are. */
#define BLOCK_BYTES 512

#define IN_BYTES ((size_t)WIRE_WINDOW_PARTS * WIRE_WINDOW_BYTES)

/* A task's half may have so much memory, part of it beyond its end: Linux may have made its
 * pages large. */
#define MEMORY_MOST ((uint64_t)2 << 20)

/* Linux 5.14; not in older headers. */
#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22
#define MADV_POPULATE_WRITE 23
#endif

/* Is @fd, which a task passed, what wire_window.h says? All its pages are there: else
 * we would have to make them, and could fail to. Its memory in *@memory_bytes_out. */
static bool
check_out(int fd, uint64_t *memory_bytes_out)
{
	struct statfs system;
	struct stat status;
	/* First, as in file_check(). */
	const int seals = fcntl(fd, F_GET_SEALS);

	if (seals < 0 || (seals & WIRE_WINDOW_SEALS) != WIRE_WINDOW_SEALS ||
	    fstatfs(fd, &system) != 0 || system.f_type != TMPFS_MAGIC ||
	    fstat(fd, &status) != 0 || status.st_size != WIRE_WINDOW_BYTES)
		return false;
	*memory_bytes_out = (uint64_t)status.st_blocks * BLOCK_BYTES;
	return *memory_bytes_out >= WIRE_WINDOW_BYTES;
}

static void *
map(int fd, size_t bytes, int protection)
{
	void *memory = mmap(NULL, bytes, protection, MAP_SHARED, fd, 0);

	return memory == MAP_FAILED ? NULL : memory;
}

static void
unmap(const void *memory, size_t bytes)
{
	if (memory)
		(void)munmap((void *)(uintptr_t)memory, bytes);
}

/* The task's half. Some of its pages may be beyond its end instead; those that lack are
 * made here, where that can fail. NULL: Linux refused. */
static const uint8_t *
map_out(int fd)
{
	uint8_t *out = map(fd, WIRE_WINDOW_BYTES, PROT_READ);

	if (out && madvise(out, WIRE_WINDOW_BYTES, MADV_POPULATE_READ) != 0) {
		unmap(out, WIRE_WINDOW_BYTES);
		out = NULL;
	}
	return out;
}

/* Our half: its descriptor in *@fd_out. NULL: Linux refused. */
static uint8_t *
make_in(int *fd_out)
{
	struct file_writer writer;
	uint8_t *in = NULL;

	file_writer_init(&writer);
	if (file_writer_grow(&writer, IN_BYTES) &&
	    fallocate(writer.fd, 0, 0, WIRE_WINDOW_BYTES) == 0)
		in = map(writer.fd, IN_BYTES, PROT_READ | PROT_WRITE);
	if (in && fcntl(writer.fd, F_ADD_SEALS, WIRE_WINDOW_SEALS) != 0) {
		unmap(in, IN_BYTES);
		in = NULL;
	}
	if (in)
		*fd_out = writer.fd;
	else
		file_writer_deinit(&writer);
	return in;
}

/* A window of @user's whose one half is @out_fd; the other's descriptor in *@in_fd_out,
 * the caller's. 0 or a negative errno. */
static int
window_new(
    struct user *user, int out_fd, struct window **window_out, int *in_fd_out)
{
	struct window *window;

	if (!user_take(user, USER_WINDOWS))
		return -EDQUOT;
	window = base_zalloc(1, sizeof(*window));
	if (!window) {
		user_give(user, USER_WINDOWS);
		return -ENOMEM;
	}
	window->user = user_ref(user);
	window->out = map_out(out_fd);
	if (window->out)
		window->in = make_in(in_fd_out);
	if (!window->in) {
		window_free(window);
		return -ENOMEM;
	}
	window->parts = 1;
	*window_out = window;
	return 0;
}

uint8_t *
window_part(struct window *window, uint32_t part)
{
	uint8_t *memory = window->in + (size_t)part * WIRE_WINDOW_BYTES;

	if (part >= window->parts) {
		if (madvise(memory, WIRE_WINDOW_BYTES, MADV_POPULATE_WRITE) !=
		    0)
			return NULL;
		window->parts = part + 1;
	}
	return memory;
}

void
window_free(struct window *window)
{
	if (!window)
		return;
	unmap(window->out, WIRE_WINDOW_BYTES);
	unmap(window->in, IN_BYTES);
	user_give(window->user, USER_WINDOWS);
	(void)user_unref(window->user);
	base_free(window);
}

/* With @in_fd, if @error, a negative errno, is 0. */
static enum conn_answered
answer(struct conn *conn, uint32_t sequence, int error, int in_fd)
{
	const unsigned files = error == 0 ? 1 : 0;
	struct wire_window_answer answer = {
	    .header = {.number = WIRE_WINDOW,
	        .files = (uint16_t)files,
	        .sequence = sequence},
	    .error = -error,
	};
	struct iovec part = {&answer, sizeof(answer)};

	return conn_answer(conn, &part, 1, &in_fd, files, NULL);
}

void
window_handle(struct conn *conn, struct packet *packet)
{
	struct window *window = NULL;
	struct wire_header header;
	uint64_t memory_bytes;
	int in_fd = -1;
	int error = -EFBIG;

	if (!wire_window_check(packet->bytes, packet->byte_count,
	        packet->file_count, &header) ||
	    conn->window || !check_out(packet->files[0], &memory_bytes)) {
		conn_lie(conn, "a window that is none");
		return;
	}
	/* The packet keeps the descriptor: it is closed with that. */
	if (memory_bytes <= MEMORY_MOST)
		error =
		    window_new(conn->user, packet->files[0], &window, &in_fd);
	if (answer(conn, header.sequence, error, in_fd) == CONN_ANSWERED) {
		conn->window = window;
	} else {
		window_free(window);
		if (conn->kind != CONN_CLOSED)
			(void)answer(conn, header.sequence, -ENOBUFS, -1);
	}
	if (in_fd >= 0)
		(void)close(in_fd);
}
