/* Memory between this task's connections and the kernel. */
#include "window.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "memory_file.h"
#include "msg_encode.h"
#include "thread_conn.h"
#include "trap.h"
#include "user_memory.h"
#include "window_view.h"

/* So many messages before a window pays. */
#define WANTED_BEFORE 8

/* Fewer bytes of regions go in a packet as well. */
#define SUITS_LEAST ((uint64_t)8 << 10)

static void *
map(int file, uint64_t bytes, int protection)
{
	void *memory = mmap(NULL, bytes, protection, MAP_SHARED, file, 0);

	if (memory == MAP_FAILED)
		return NULL;
	/* A child is another task. */
	if (madvise(memory, bytes, MADV_DONTFORK) != 0) {
		(void)munmap(memory, bytes);
		return NULL;
	}
	return memory;
}

static void
unmap(const uint8_t *memory, uint64_t bytes)
{
	if (memory)
		(void)munmap((void *)(uintptr_t)memory, bytes);
}

/* Not by glibc's fallocate(), where a thread could be cancelled. */
static bool
has_all_pages(int file)
{
	return syscall(SYS_fallocate, file, 0, (off_t)0,
	           (off_t)WIRE_WINDOW_BYTES) == 0;
}

/* Our half: with all its pages, and nobody else's to write. */
static uint8_t *
make_out(int *file_out)
{
	uint8_t *out = NULL;
	int file;

	if (memory_file_exceeds_limit(WIRE_WINDOW_BYTES))
		return NULL;
	file = memory_file_new("machport-window");
	if (file >= 0 && has_all_pages(file))
		out = map(file, WIRE_WINDOW_BYTES, PROT_READ | PROT_WRITE);
	if (out && fcntl(file, F_ADD_SEALS, WIRE_WINDOW_SEALS) != 0) {
		unmap(out, WIRE_WINDOW_BYTES);
		out = NULL;
	}
	if (out)
		*file_out = file;
	else if (file >= 0)
		(void)syscall(SYS_close, file);
	return out;
}

/* Give the kernel @file, and have its half in return. False: there is none. */
static bool
exchange(struct trap *trap, int file)
{
	struct window *window = &trap->connection->window;
	struct wire_window_request request = {.header = trap->header};
	struct wire_window_answer answer;
	struct iovec sent = {&request, sizeof(request)};
	struct iovec received = {&answer, sizeof(answer)};
	struct packet_files files = {.count = 1, .list = {file}};

	request.header.files = 1;
	if (trap_send(trap, &sent, 1, &files, false) < 0 ||
	    trap_receive(trap, &received, 1, sizeof(answer), &files) < 0)
		return false;
	if (answer.error == 0 && files.count == 1)
		window->in = map(files.list[0], WINDOW_IN_BYTES, PROT_READ);
	if (window->in)
		window->view = window_view_new(files.list[0]);
	packet_files_close(&files);
	return window->in != NULL;
}

static void
window_open(struct trap *trap)
{
	struct window *window = &trap->connection->window;
	uint8_t *out;
	int file;

	window->refused = true; /* unless it works */
	out = make_out(&file);
	if (!out)
		return;
	if (exchange(trap, file))
		window->out = out;
	else
		unmap(out, WIRE_WINDOW_BYTES);
	(void)syscall(SYS_close, file);
}

void
window_want(void)
{
	struct window *window;
	struct trap trap;

	if (trap_begin(&trap, WIRE_WINDOW) != 0)
		return;
	window = &trap.connection->window;
	if (!window->out && !window->refused &&
	    ++window->wanted >= WANTED_BEFORE)
		window_open(&trap);
	trap_end(&trap);
}

bool
window_suits(const struct msg_outgoing *outgoing)
{
	uint64_t bytes = 0;

	for (uint32_t i = 0; i < outgoing->region_count; i++)
		bytes += outgoing->regions[i].bytes;
	return bytes >= SUITS_LEAST && bytes <= WIRE_WINDOW_BYTES;
}

bool
window_takes(const struct window *window, const struct msg_outgoing *outgoing)
{
	uint64_t end = 0;

	if (!window->out)
		return false;
	for (uint32_t i = 0; i < outgoing->region_count; i++)
		if (outgoing->regions[i].bytes <= WIRE_WINDOW_BYTES)
			end = wire_align(end) + outgoing->regions[i].bytes;
	return end <= WIRE_WINDOW_BYTES;
}

uint32_t
window_put(const struct window *window, const struct msg_outgoing *outgoing)
{
	uint64_t end = 0;

	if (!window->out)
		return 0;
	for (uint32_t i = 0; i < outgoing->region_count; i++) {
		const struct msg_region *region = &outgoing->regions[i];
		const uint64_t begin = wire_align(end);

		if (region->file >= 0)
			continue;
		if (begin > WIRE_WINDOW_BYTES ||
		    region->bytes > WIRE_WINDOW_BYTES - begin ||
		    !user_memory_much_readable(region->address, region->bytes))
			return 0;
		memcpy(window->out + begin, region->address, region->bytes);
		end = begin + region->bytes;
	}
	return (uint32_t)end;
}

void
window_close(struct window *window)
{
	unmap(window->out, WIRE_WINDOW_BYTES);
	unmap(window->in, WINDOW_IN_BYTES);
	window_view_free(window->view);
	*window = (struct window){0};
}

/* A trap may be copying there, which has lost its connection anyway. */
static void
put_memory(const uint8_t *at, uint64_t bytes)
{
	if (at)
		(void)mmap((void *)(uintptr_t)at, bytes, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE |
		        MAP_FIXED_NOREPLACE,
		    -1, 0);
}

void
window_forget(struct window *window)
{
	put_memory(window->out, WIRE_WINDOW_BYTES);
	put_memory(window->in, WINDOW_IN_BYTES);
	window->view = NULL; /* window_views_forget_locked() */
	window->gone = true;
}
