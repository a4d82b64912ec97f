/*
 * Lanes come.
 *
 * A lane that was offered has a struct lanes_out already, with a number and no name, so
 * nobody sends by it before it is joined.
 */
#include "lanes_open.h"

#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "call.h"
#include "deadline.h"
#include "lane_memory.h"
#include "lanes.h"
#include "lanes_begin.h"
#include "lanes_gone.h"
#include "lanes_heat.h"
#include "lanes_large.h"
#include "lanes_port.h"
#include "lanes_view.h"
#include "lock.h"
#include "memory_file.h"
#include "wire_lane.h"

/* As lanes.md 8 has it; larger for larger messages. */
#define RING_BYTES 32768u
#define SLOTS 8u
#define SLOT_BYTES 4096u

/* How long not to ask again, if nobody has accepted a lane, or if there is none now. */
#define NEVER_MS 1000u
#define NOT_NOW_MS 100u

/* More news than there can be: the kernel makes more as fast as they are fetched. */
#define NEWS_MAX 1024

static void
close_file(int file)
{
	if (file >= 0)
		(void)syscall(SYS_close, file);
}

bool
lanes_tell(enum wire_call call, uint32_t id)
{
	return call_kernel(call, &id, 1, NULL) == KERN_SUCCESS;
}

/* --- A: offering and joining -------------------------------------------------- */

struct lane_sizes
lanes_sizes(const struct lanes_want *want)
{
	const uint32_t bytes = want->body_bytes > want->all_bytes
	    ? want->body_bytes
	    : want->all_bytes;
	const uint32_t most =
	    lanes_want_is_large(want) ? LANE_RING_MAX : LANE_RING_PLAIN;
	struct lane_sizes sizes = {.ring_bytes = RING_BYTES};

	while (
	    lane_body_max(sizes.ring_bytes) < bytes && sizes.ring_bytes < most)
		sizes.ring_bytes *= 2;
	if (want->replies) {
		sizes.slots = SLOTS;
		/* Replies are mostly no larger than what is asked. */
		sizes.slot_bytes =
		    want->body_bytes + sizeof(struct lane_reply_slot) <=
		        SLOT_BYTES
		    ? SLOT_BYTES
		    : LANE_SLOT_BYTES_MAX;
	}
	return sizes;
}

/* One that is being opened, by name or by number; NULL: none. */
static struct lanes_out *
find_wanted(mach_port_name_t name, uint32_t id)
{
	struct lanes_out *out;
	uint32_t at = 0;

	while ((out = lanes_out_next(&at)) != NULL) {
		const mach_port_name_t wanted =
		    atomic_load_explicit(&out->wanted, memory_order_relaxed);

		if (wanted != MACH_PORT_NULL &&
		    (wanted == name || out->id == id))
			return out;
	}
	return NULL;
}

/* A file that is larger than the program may make would be its end (SIGXFSZ). No child has that
 * memory: a handler that forks before it is in its struct, where its child finds zeroes then, would
 * leave that child to write there. */
static bool
new_memory_locked(size_t bytes, void **memory_out, int *file_out)
    REQUIRES(&process_lock)
{
	return !memory_file_exceeds_limit(bytes) &&
	    lane_memory_new("machport-lane", bytes, memory_out, file_out) >= 0;
}

/* LANE_OFFER. The ticket is read at last: the kernel compares it with its own clock. */
static kern_return_t
make_offer(mach_port_name_t name, const struct lane_sizes *sizes, int file,
    uint32_t *id_out)
{
	const uint64_t ticket = lane_clock_read(lanes_clock());
	const uint32_t words[] = {name, sizes->ring_bytes, sizes->slots,
	    sizes->slot_bytes, WIRE_TWO_WORDS(ticket)};

	return call_with_file(WIRE_LANE_OFFER, words,
	    sizeof(words) / sizeof(words[0]), file, id_out);
}

static kern_return_t
offer_locked(const struct lanes_want *want)
{
	struct lanes_out *out = lanes_out_take();
	struct lane_sizes sizes = lanes_sizes(want);
	struct lock_hold hold;
	void *memory;
	kern_return_t kr;
	uint32_t id;
	bool made;
	int file;

	if (!out)
		return KERN_RESOURCE_SHORTAGE;
	lock_take(&process_lock, &hold);
	made = new_memory_locked(lane_sender_bytes(&sizes), &memory, &file);
	lock_give(&process_lock, &hold);
	if (!made)
		return KERN_RESOURCE_SHORTAGE;
	kr = make_offer(want->name, &sizes, file, &id);
	close_file(file);
	if (kr != KERN_SUCCESS) {
		lane_memory_unmap(memory, lane_sender_bytes(&sizes));
		return kr;
	}
	out->lane = (struct lane_out){.mine = memory, .sizes = sizes};
	out->wanted = want->name;
	lanes_out_reserve(out, id);
	return KERN_SUCCESS;
}

/* The same; one with a large ring may be one too many where another is not. */
static kern_return_t
offer_or_smaller_locked(const struct lanes_want *want)
{
	struct lanes_want smaller = *want;
	kern_return_t kr = offer_locked(want);

	if (kr != KERN_RESOURCE_SHORTAGE || !lanes_want_is_large(want))
		return kr;
	smaller.all_bytes = 0;
	kr = offer_locked(&smaller);
	if (kr == KERN_SUCCESS)
		lanes_heat_refused_large(want->name, deadline_now_ms());
	return kr;
}

/* There is one already, which may be too small by now: it makes way for the next. */
static void
outgrow(struct lanes_out *out, const struct lanes_want *want)
{
	const struct lane_sizes wanted = lanes_sizes(want);
	const struct lane_sizes *sizes = &out->lane.sizes;
	uint32_t id;
	bool is_small;

	if (!lanes_lock_take(&out->lock))
		return;
	id = atomic_load_explicit(&out->id, memory_order_relaxed);
	is_small = atomic_load_explicit(&out->name, memory_order_relaxed) ==
	        want->name &&
	    (sizes->ring_bytes < wanted.ring_bytes ||
	        sizes->slots < wanted.slots ||
	        sizes->slot_bytes < wanted.slot_bytes);
	lanes_lock_give(&out->lock);
	if (is_small)
		(void)lanes_tell(WIRE_LANE_CLOSE, id);
}

void
lanes_offer(const struct lanes_want *want)
{
	struct lanes_out *out = lanes_out_find(want->name);
	kern_return_t kr = KERN_NOT_SUPPORTED;

	if (out) {
		outgrow(out, want);
		return;
	}
	if (!lanes_lock_take(&lanes_post_lock))
		return;
	if (lanes_begin())
		kr = find_wanted(want->name, LANES_NO_ID)
		    ? KERN_NAME_EXISTS
		    : offer_or_smaller_locked(want);
	lanes_lock_give(&lanes_post_lock);
	/* There is room for the next offer, if some are closed. */
	if (kr == KERN_RESOURCE_SHORTAGE)
		lanes_gone_all_out();
	if (kr == KERN_NOT_SUPPORTED)
		lanes_heat_impossible(want->name, deadline_now_ms());
	else if (kr == KERN_SUCCESS)
		lanes_heat_possible(want->name);
	else if (lanes_mode() == LANES_AUTO)
		lanes_heat_refused(want->name, deadline_now_ms(), NOT_NOW_MS);
}

/* LANE_JOIN, and B's memory mapped; with its lock. */
static bool
join(struct lanes_out *out, uint32_t id)
{
	const struct lane_sizes sizes = out->lane.sizes;
	struct wire_lane_joined joined;
	size_t words = sizeof(joined) / sizeof(uint32_t);
	const struct lane_receiver *theirs;
	int file = -1;

	if (call_for_lane(WIRE_LANE_JOIN, id, -1, (uint32_t *)&joined, &words,
	        &file) != KERN_SUCCESS)
		return false;
	theirs = words == sizeof(joined) / sizeof(uint32_t) &&
	        joined.index < LANE_BOARD_LANES
	    ? lanes_view_map(&out->view, file, lane_receiver_bytes(&sizes))
	    : NULL;
	close_file(file);
	if (!theirs) {
		(void)lanes_tell(WIRE_LANE_FORGET, id);
		return false;
	}
	lane_out_init(&out->lane, out->lane.mine, theirs,
	    &lanes_board()->lane[joined.index], &sizes, lanes_clock());
	out->receiver = joined.receiver;
	out->is_watched =
	    lanes_mode() == LANES_FLIP || sizes.ring_bytes > LANE_RING_PLAIN;
	lanes_large_begin(out);
	return true;
}

/* What nobody finds is used by nobody. */
static bool
list_out(struct lanes_out *out, uint32_t id, mach_port_name_t name)
{
	if (lanes_out_list(out, name))
		return true;
	(void)lanes_tell(WIRE_LANE_FORGET, id);
	return false;
}

static void
join_locked(uint32_t id)
{
	struct lanes_out *out = find_wanted(MACH_PORT_NULL, id);
	mach_port_name_t name;

	if (!out || !lanes_lock_take(&out->lock))
		return;
	name = out->wanted;
	if (join(out, id) && list_out(out, id, name)) {
		out->wanted = MACH_PORT_NULL;
	} else {
		lanes_gone_unmap_out(out);
		lanes_out_free(out);
	}
	lanes_lock_give(&out->lock);
}

/* It was refused, or nobody answered in time. */
static void
never_locked(uint32_t id)
{
	struct lanes_out *out = find_wanted(MACH_PORT_NULL, id);

	if (!out || !lanes_lock_take(&out->lock))
		return;
	if (lanes_mode() == LANES_AUTO)
		lanes_heat_refused(out->wanted, deadline_now_ms(), NEVER_MS);
	lanes_gone_unmap_out(out);
	lanes_out_free(out);
	lanes_lock_give(&out->lock);
}

/* --- B: accepting ------------------------------------------------------------- */

/* LANE_ACCEPT's answer. */
struct accepted {
	struct wire_lane_accepted lane;
	struct wire_lane_set sets[LANES_SETS];
	uint32_t set_count;
};

/* The call, and A's memory mapped. False: the kernel has forgotten the lane. */
static bool
accept_call(
    struct lanes_in *in, uint32_t id, int file, struct accepted *accepted_out)
{
	const size_t fixed = sizeof(accepted_out->lane) / sizeof(uint32_t);
	const size_t room = fixed + 2 * (size_t)LANES_SETS;
	size_t words = room;
	int theirs = -1;

	if (call_for_lane(WIRE_LANE_ACCEPT, id, file, (uint32_t *)accepted_out,
	        &words, &theirs) != KERN_SUCCESS)
		return false;
	if (words >= fixed && words <= room &&
	    accepted_out->lane.index < LANE_BOARD_LANES) {
		accepted_out->set_count = (uint32_t)(words - fixed) / 2;
		in->lane.theirs = lanes_view_map(
		    &in->view, theirs, lane_sender_bytes(&in->lane.sizes));
	}
	close_file(theirs);
	if (!in->lane.theirs)
		(void)lanes_tell(WIRE_LANE_FORGET, id);
	return in->lane.theirs != NULL;
}

/* With B's memory in @in: ACCEPT, and its tokens can be found. */
static bool
accept_with(
    struct lanes_in *in, uint32_t id, int file, struct accepted *accepted_out)
{
	const struct lane_sizes sizes = in->lane.sizes;

	if (!accept_call(in, id, file, accepted_out))
		return false;
	lane_in_init(&in->lane, in->lane.theirs, in->lane.mine,
	    &lanes_board()->lane[accepted_out->lane.index], &sizes);
	in->sender = accepted_out->lane.sender;
	for (uint32_t i = 0; i < LANE_SLOTS_MAX; i++) {
		in->names[i] = accepted_out->lane.names[i];
		in->live[i] = 0;
		in->told[i] = 0;
	}
	if (lanes_in_list(in, id))
		return true;
	(void)lanes_tell(WIRE_LANE_FORGET, id);
	return false;
}

/* B's memory. */
static bool
make_memory(struct lanes_in *in, const struct lane_sizes *sizes, int *file_out)
{
	struct lock_hold hold;
	void *memory;
	bool made;

	lock_take(&process_lock, &hold);
	made = new_memory_locked(lane_receiver_bytes(sizes), &memory, file_out);
	if (made)
		in->lane = (struct lane_in){.mine = memory, .sizes = *sizes};
	lock_give(&process_lock, &hold);
	return made;
}

/* The same, and ACCEPT. Its slot_lock is held: who sends an answer to the lane that was here before
 * may look only now. */
static bool
make_and_accept(struct lanes_in *in, uint32_t id,
    const struct lane_sizes *sizes, struct accepted *accepted_out)
{
	bool accepted;
	int file;

	if (!make_memory(in, sizes, &file)) {
		(void)lanes_tell(WIRE_LANE_REFUSE, id);
		return false;
	}
	atomic_store_explicit(
	    &in->lane.mine->wait, LANE_KICK, memory_order_relaxed);
	accepted = accept_with(in, id, file, accepted_out);
	close_file(file);
	if (!accepted) {
		lanes_gone_unmap_in(in);
		lanes_in_free(in);
	}
	return accepted;
}

static bool
accept_locked(
    uint32_t id, mach_port_name_t name, const struct lane_sizes *sizes)
{
	struct accepted accepted;
	struct lanes_in *in;
	bool done;

	if (!lanes_begin() || !lane_sizes_check(sizes) ||
	    !lanes_in_fits(sizes) || (in = lanes_in_take()) == NULL ||
	    !lanes_lock_take(&in->slot_lock)) {
		(void)lanes_tell(WIRE_LANE_REFUSE, id);
		return false;
	}
	done = make_and_accept(in, id, sizes, &accepted);
	lanes_lock_give(&in->slot_lock);
	if (!done ||
	    lanes_port_add_in(name, accepted.lane.port,
	        (mach_port_seqno_t)accepted.lane.seqno, accepted.sets,
	        accepted.set_count, in))
		return done;
	lanes_port_put_gone(in);
	lanes_gone_in();
	return false;
}

/* --- news ---------------------------------------------------------------------- */

/* The words of LANE_NEWS. */
struct news {
	uint32_t kind; /* enum wire_news */
	uint32_t id;
	uint32_t name;
	struct lane_sizes sizes;
};

static void
handle_locked(const struct news *news)
{
	switch ((enum wire_news)news->kind) {
	case WIRE_NEWS_REQUEST:
		if (accept_locked(news->id, news->name, &news->sizes))
			(void)lanes_tell(WIRE_LANE_READY, news->id);
		break;
	case WIRE_NEWS_JOIN:
		join_locked(news->id);
		break;
	case WIRE_NEWS_NEVER:
		never_locked(news->id);
		break;
	case WIRE_NEWS_NONE:
		break;
	}
}

bool
lanes_open_is_own(void)
{
	return lanes_lock_is_own(&lanes_post_lock);
}

/* What comes after this is told of again. */
static void
note_news_seen(void)
{
	atomic_store_explicit(&lanes_use.has_news, false, memory_order_relaxed);
	if (lanes_active())
		atomic_store_explicit(&lanes_use.news_seen,
		    atomic_load_explicit(
		        &lanes_board()->news, memory_order_acquire),
		    memory_order_relaxed);
}

void
lanes_news(void)
{
	struct news news;

	_Static_assert(sizeof(news) == 6 * sizeof(uint32_t), "");
	if (!lanes_lock_take(&lanes_post_lock))
		return;
	note_news_seen();
	for (int i = 0; i < NEWS_MAX; i++) {
		if (call_kernel(WIRE_LANE_NEWS, NULL, 0, &news.kind) !=
		        KERN_SUCCESS ||
		    news.kind == WIRE_NEWS_NONE)
			break;
		handle_locked(&news);
	}
	lanes_lock_give(&lanes_post_lock);
}

void
lanes_open_forget(void)
{
	(void)lanes_lock_inherit(&lanes_post_lock);
}
