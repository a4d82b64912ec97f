/*
 * What it costs to have memory ready to be sent, as this process finds it; and
 * what is cheaper, if the program keeps its memory: a copy, or a snapshot.
 *
 * A snapshot is cheap when it is made. But each page that the program writes
 * afterwards is copied then, by a page fault, which takes longer than to copy it
 * with its neighbours. How much that will be nobody knows; it is taken to be as much
 * as it was of the last snapshots.
 *
 * Each price begins with what was measured when this was written, follows what is
 * measured now, and stays within a factor of 16 of where it began. One measurement
 * moves a price by a few percent at most, however wrong it is: the thread may have been off
 * its processor. Any thread may call any function; two that note at once may lose one note.
 */
#ifndef LIBMACHPORT_OOL_COST_H
#define LIBMACHPORT_OOL_COST_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum ool_work {
	OOL_COPY,     /* into a new file */
	OOL_SNAPSHOT, /* remap, and seal the file */
	OOL_REWRITE,  /* write pages of which there is a snapshot */
	OOL_WORKS,
};

/* In ns: of any number of pages, and of each. */
struct ool_price {
	_Atomic double fixed;
	_Atomic double page;
};

/* So many snapshots are remembered until their memory is sent again. */
#define OOL_REMEMBERED 16

struct ool_cost {
	struct ool_price prices[OOL_WORKS];
	_Atomic double rewritten;        /* share of a snapshot's pages */
	_Atomic uint32_t until_measured; /* choices; 0: measure OOL_REWRITE */
	_Atomic uint32_t next;           /* place in snapshots */
	_Atomic uint64_t snapshots[OOL_REMEMBERED]; /* addresses; 0: none */
};

/* What was measured when this was written. */
extern const struct ool_cost ool_cost_start;

/* Those of this process. */
extern struct ool_cost ool_cost;

/* The time, in ns, of CLOCK_MONOTONIC. */
uint64_t ool_cost_clock(void);

/* @work was done on @pages, which took @ns. */
void ool_cost_note(
    struct ool_cost *cost, enum ool_work work, uint64_t pages, uint64_t ns);

/* What it would take now, in ns. */
double ool_cost_estimate(
    const struct ool_cost *cost, enum ool_work work, uint64_t pages);

/* Of so many pages that the program keeps: is a snapshot cheaper than a copy? */
bool ool_cost_choose_snapshot(struct ool_cost *cost, uint64_t pages);

/* There is a snapshot of the memory at @address. */
void ool_cost_remember(struct ool_cost *cost, uint64_t address);

/* Is there one that has not been told of since? Forgets it. */
bool ool_cost_recall(struct ool_cost *cost, uint64_t address);

/* Of a snapshot that was recalled: so much of its memory was written, 0 to 1. */
void ool_cost_note_rewritten(struct ool_cost *cost, double share);

#endif
