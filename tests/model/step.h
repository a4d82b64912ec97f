/*
 * Steps: operations with their arguments, as a line of a script each:
 *
 *	17: mod_refs bob n12.0 send 3
 *
 * n12.0 is the first label that step 12 made. A step of which the labels do not
 * exist (any more) can be made as well, so each part of a script is a script.
 */
#ifndef MODEL_STEP_H
#define MODEL_STEP_H

#include "model.h"

#define STEP_ARGUMENTS 16

enum step_kind {
	STEP_ALLOCATE,
	STEP_DEALLOCATE,
	STEP_DESTROY,
	STEP_MOD_REFS,
	STEP_INSERT_RIGHT,
	STEP_EXTRACT_RIGHT,
	STEP_REQUEST,
	STEP_INSERT_MEMBER,
	STEP_EXTRACT_MEMBER,
	STEP_MOVE_MEMBER,
	STEP_RENAME,
	STEP_SET_MSCOUNT,
	STEP_SET_SEQNO,
	STEP_SET_QLIMIT,
	STEP_SET_CONTEXT,
	STEP_GUARD,
	STEP_UNGUARD,
	STEP_SWAP_GUARD,
	STEP_CONSTRUCT,
	STEP_DESTRUCT,
	STEP_SEND,
	STEP_RECEIVE,
	STEP_KILL,
	STEP_KINDS,
};

/* The arguments of a send, in their order. */
enum step_send {
	SEND_TASK,
	SEND_REMOTE,
	SEND_REMOTE_DISPOSITION,
	SEND_LOCAL,
	SEND_LOCAL_DISPOSITION,
	SEND_ID,
	SEND_NOTIFY,
	SEND_NOTIFY_PORT,
	SEND_COUNT,
	SEND_BODY, /* a label and a disposition each */
};

struct step {
	uint32_t number;
	uint32_t kind; /* enum step_kind */
	int64_t arguments[STEP_ARGUMENTS];
};

struct script {
	struct step *steps;
	size_t count;
};

/* splitmix64: every 64-bit seed is a good one. */
uint64_t step_random(uint64_t *state);

/* A step that makes sense for the model as it is, most of the time. */
struct step step_make(uint32_t number, uint64_t *state);

/* What it would send. */
struct m_send step_message(const struct step *step);

/* One line, with its end. */
#define STEP_LINE 512
void step_print(const struct step *step, char line[STEP_LINE]);
/* False: it is none. */
bool step_parse(const char *line, struct step *step_out);

#endif
