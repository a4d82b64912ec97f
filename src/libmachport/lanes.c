/* Whether this process uses lanes, and the board by which it learns of them. */
#include "lanes.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "call.h"
#include "debug.h"
#include "lane.h"
#include "lane_memory.h"
#include "lanes_begin.h"
#include "lanes_child.h"
#include "lanes_heat.h"
#include "lanes_open.h"
#include "lanes_port.h"
#include "lock.h"
#include "wire_lane.h"

/* A lane's words must be read and written at once by all. */
#if ATOMIC_LLONG_LOCK_FREE == 2 && UINTPTR_MAX > UINT32_MAX &&                 \
    __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define LANES_POSSIBLE true
#else
#define LANES_POSSIBLE false
#endif

static const char *const mode_names[] = {
    [LANES_OFF] = "off",
    [LANES_AUTO] = "auto",
    [LANES_ALWAYS] = "always",
    [LANES_FLIP] = "flip",
};

struct lanes_use lanes_use = {.mode = LANES_NOT_READ};

static void
complain(const char *value)
{
	char text[200];
	const int length = snprintf(text, sizeof(text),
	    "machport: MACHPORT_LANES is '%.80s': off, auto, always or flip\n",
	    value);

	(void)!write(STDERR_FILENO, text, (size_t)length);
}

static enum lanes_mode
choose(void)
{
	const char *value = secure_getenv("MACHPORT_LANES");

	if (!LANES_POSSIBLE)
		return LANES_OFF;
	if (!value || value[0] == '\0')
		return LANES_AUTO;
	for (int i = LANES_OFF; i <= LANES_FLIP; i++)
		if (strcmp(value, mode_names[i]) == 0)
			return (enum lanes_mode)i;
	complain(value);
	return LANES_AUTO;
}

enum lanes_mode
lanes_mode_read(void)
{
	int mode = LANES_NOT_READ;
	const int read = (int)choose();

	/* Whoever was first. */
	if (atomic_compare_exchange_strong(&lanes_use.mode, &mode, read))
		mode = read;
	return (enum lanes_mode)mode;
}

/* Where Linux cannot wipe it, a child would not know: then there are no lanes. */
static atomic_uint *
make_alive(void)
{
	const size_t bytes = (size_t)sysconf(_SC_PAGESIZE);
	void *page = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED)
		return NULL;
	if (madvise(page, bytes, MADV_WIPEONFORK) == 0)
		return page;
	(void)munmap(page, bytes);
	return NULL;
}

/* The board in @file. */
static bool
use_board_locked(int file, uint32_t clock) REQUIRES(&process_lock)
{
	const struct lane_board *board =
	    lane_memory_map(file, LANE_BOARD_BYTES);

	if (!board)
		return false;
	if (board->version != LANE_BOARD_VERSION ||
	    (clock != LANE_CLOCK_COUNTER && clock != LANE_CLOCK_MONOTONIC)) {
		lane_memory_unmap(board, LANE_BOARD_BYTES);
		return false;
	}
	lanes_use.board = board;
	lanes_use.clock = (enum lane_clock)clock;
	return true;
}

/* LANE_BOARD, and what came with it mapped. No child has that, but finds zeroes where
 * lanes_use.board is: no handler may fork in between. */
static bool
get_board(void)
{
	struct lock_hold hold;
	uint32_t clock;
	bool used;
	int file = -1;

	if (call_for_file(WIRE_LANE_BOARD, NULL, 0, &clock, &file) !=
	        KERN_SUCCESS ||
	    file < 0)
		return false;
	lock_take(&process_lock, &hold);
	used = use_board_locked(file, clock);
	lock_give(&process_lock, &hold);
	(void)syscall(SYS_close, file);
	return used;
}

bool
lanes_begin(void)
{
	const int saved_errno = errno;
	atomic_uint *word =
	    atomic_load_explicit(&lanes_use.alive, memory_order_relaxed);
	bool begun = lanes_active();

	if (begun ||
	    atomic_load_explicit(&lanes_use.given_up, memory_order_relaxed))
		return begun;
	if (!word)
		word = make_alive();
	atomic_store_explicit(&lanes_use.alive, word, memory_order_release);
	begun = word && get_board();
	if (begun) {
		lanes_port_begin(lanes_use.board);
		atomic_store_explicit(word, 1, memory_order_release);
	} else {
		atomic_store_explicit(
		    &lanes_use.given_up, true, memory_order_relaxed);
	}
	errno = saved_errno;
	return begun;
}

/* The mapping was not inherited, nor was that of any lane. */
void
lanes_forget(void)
{
	if (atomic_load_explicit(&lanes_use.alive, memory_order_relaxed)) {
		atomic_store_explicit(lanes_use.alive, 0, memory_order_relaxed);
		lanes_child_map_board(lanes_use.board);
		lanes_open_forget();
		lanes_port_forget();
		lanes_table_forget();
		atomic_store_explicit(
		    &lanes_use.news_seen, 0, memory_order_relaxed);
	}
	lanes_heat_forget();
	atomic_store_explicit(&lanes_use.given_up, false, memory_order_relaxed);
}
