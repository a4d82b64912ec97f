/* Where the parent's lanes were. */
#include "lanes_child.h"

#include <stdint.h>
#include <sys/mman.h>

/* Is the board there, as zeroes? */
static bool has_board;

/* What was mapped there meanwhile, by another handler of fork(), stays. A Linux before 4.17
 * takes the place for a wish. */
bool
lanes_child_map(const void *place, size_t bytes, int protection)
{
	const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
	void *memory = mmap((void *)(uintptr_t)place, bytes, protection,
	    flags | MAP_FIXED_NOREPLACE, -1, 0);

	if (memory == MAP_FAILED)
		return false;
	if (memory != place) {
		(void)munmap(memory, bytes);
		return false;
	}
	(void)madvise(memory, bytes, MADV_DONTFORK);
	return true;
}

/* What was written there may be again. */
static bool
map_written(const void *place, size_t bytes)
{
	return lanes_child_map(place, bytes, PROT_READ | PROT_WRITE);
}

void
lanes_child_map_board(const struct lane_board *board)
{
	has_board = board && map_written(board, LANE_BOARD_BYTES);
}

/* What was written, or taken, up to @end and @from counts. NULL: none has been. */
static struct lane_board_lane *
close_lane(const struct lane_board_lane *board, uint32_t end, uint32_t from)
{
	struct lane_board_lane *lane = (void *)(uintptr_t)board;

	if (!has_board || !lane)
		return NULL;
	lane->end = end;
	lane->from = from;
	lane->state = LANE_CLOSED;
	return lane;
}

void
lanes_child_keep_out(const struct lanes_out *out)
{
	const struct lane_out *lane = &out->lane;
	struct lane_board_lane *board =
	    close_lane(lane->board, lane_position(lane->tail) - 1, 0);

	if (lane->mine)
		(void)map_written(lane->mine, lane_sender_bytes(&lane->sizes));
	for (uint32_t i = 0; board && i < LANE_SLOTS_MAX; i++)
		board->kslot[i] =
		    lane_word(lane->generation[i], LANE_KSLOT_REPLY);
}

void
lanes_child_keep_in(const struct lanes_in *in)
{
	const struct lane_in *lane = &in->lane;
	struct lane_board_lane *board =
	    close_lane(lane->board, 0, lane_position(lane->head) - 1);

	if (lane->mine)
		(void)map_written(
		    lane->mine, lane_receiver_bytes(&lane->sizes));
	for (uint32_t i = 0; board && i < LANE_SLOTS_MAX; i++)
		board->kslot[i] = lane_word(in->live[i], LANE_KSLOT_FREED);
}
