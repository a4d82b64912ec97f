/*
 * The calls on ports and name spaces as MIG messages: subsystem 3200.
 *
 * A routine is one call of wire_call.h, and what its request and its reply hold.
 * From that alone a message is made of a call's words, and words of a message,
 * on both sides: the library makes requests and takes replies apart where the
 * `task` of a call is some program's port, the kernel the other way round where
 * a request comes to a task port. The bytes are those of stubs that mig makes of
 * mach_port.defs: the header; for a message with descriptors their count, and
 * they; the NDR record, if anything follows it; in a reply without descriptors
 * the return code; then the rest in the order of the arguments, each at a
 * multiple of 4.
 *
 * The words are the call's without the first, `task`: that is where the message
 * goes. They come in the order of the arguments, too, so an item says no more
 * than how many of them it takes and how they lie in the message.
 *
 * Source: spec/mig.md 9, 10, 12, spec/ports.md 10.43
 */
#ifndef WIRE_MIG_H
#define WIRE_MIG_H

#include <mach/kern_return.h>
#include <mach/message.h>

#include "wire_call.h"

#define WIRE_MIG_FIRST 3200 /* mach_port_names() */
#define WIRE_MIG_END 3243   /* behind mach_port_assert_attributes() */

/* A reply has the id of its request and this. */
#define WIRE_MIG_REPLY 100

/* No message below is larger; its regions are not counted. */
#define WIRE_MIG_MESSAGE_MAX 576
/* No request has more words. */
#define WIRE_MIG_WORDS_MAX 32

enum wire_mig_kind {
	WIRE_MIG_NONE, /* behind the last */
	/* n words inline; 64 bits are two of them */
	WIRE_MIG_WORDS,
	/* a right; its one word is a name. `sent` is the disposition in a
	 * request, `received` what it is after that */
	WIRE_MIG_PORT,
	/* the same, and a second word, the disposition: in a request any that
	 * becomes `received` (0: any at all), in a reply what came */
	WIRE_MIG_POLY,
	/* a count and so many words, n at most. In a request the count is a word
	 * of the call; in a reply, it is what is left of the words */
	WIRE_MIG_ARRAY,
	/* a count and so many bytes, a multiple of 4, n at most; only in a
	 * reply: what is left of the words */
	WIRE_MIG_BYTES,
	/* one word: for how much of a reply's array the caller has room; more
	 * than n is n */
	WIRE_MIG_ROOM,
	/* 0, a count, and so many characters, n at most, the last of them 0;
	 * only in a reply: what is left of the words */
	WIRE_MIG_STRING,
	/* n words out of line */
	WIRE_MIG_OPTIONS,
	/* elements of n words each out of line, and their count; only in a
	 * reply: one part of the words */
	WIRE_MIG_REGION,
	/* the same, with as many elements as the one before */
	WIRE_MIG_REGION_AGAIN,
	/* the same, always sent empty; what comes in it is none of the words */
	WIRE_MIG_REGION_UNUSED,
};

struct wire_mig_item {
	uint8_t kind; /* enum wire_mig_kind */
	uint8_t sent;
	uint8_t received;
	uint16_t n;
};

/* What a message holds. An item of variable size is the last inline. */
struct wire_mig_form {
	bool reply;
	struct wire_mig_item items[4];
};

struct wire_mig_routine {
	enum wire_call call;
	struct wire_mig_form request;
	struct wire_mig_form reply;
};

/* The routine with this request id, or NULL. */
const struct wire_mig_routine *wire_mig_routine(mach_msg_id_t id);

/* The id of the request that makes this call, or 0: there is none. */
mach_msg_id_t wire_mig_id(enum wire_call call);

/* What the header and the items say of the size of a message, in bytes, without
 * a trailer: no less than min, no more than max. */
struct wire_mig_sizes {
	uint32_t min;
	uint32_t max;
	uint32_t descriptors;
	uint32_t fields; /* offset of what is behind the return code */
	bool ndr;        /* the NDR record is there */
};
struct wire_mig_sizes wire_mig_sizes(const struct wire_mig_form *form);

/* Words in a row. Those of a reply may come in two parts. */
struct wire_mig_words {
	const uint32_t *words;
	uint32_t count;
};

/**
 * wire_mig_encode() - make a message of words
 * @words:	[in]  two parts, the one behind the other; just those of the form
 * @message:	[out] WIRE_MIG_MESSAGE_MAX bytes: all of the message but the ports
 *		      and the id in its header. The addresses of its regions are
 *		      those of the words in @words. A return code is 0
 *
 * Return:	KERN_SUCCESS, or MIG_ARRAY_TOO_LARGE with nothing made
 */
kern_return_t wire_mig_encode(const struct wire_mig_form *form,
    const struct wire_mig_words words[2], void *message)
    __attribute__((warn_unused_result));

/**
 * wire_mig_decode() - take the words out of a message
 * @message:	[in]  borrowed, hostile; its regions are where it says. The header's
 *		      bits and size count, its ports and id do not. The return
 *		      code, if it has one, was looked at
 * @room:	[in]  words that @words has room for
 * @count_out:	[out] the words that there are
 *
 * With NULL for @words the message is only checked, and the words counted.
 *
 * Return:	KERN_SUCCESS, or with nothing but @words written:
 *		MIG_BAD_ARGUMENTS	a request of another shape, or one with more
 *					words than @room
 *		MIG_TYPE_ERROR		a reply of another shape; another right, or
 *					a region of another size
 *		MIG_ARRAY_TOO_LARGE	a reply with more words than @room
 * Source:	spec/mig.md 10.5 (2, 5 to 7), 12.3
 */
kern_return_t wire_mig_decode(const struct wire_mig_form *form,
    const void *message, uint32_t *words, uint32_t room, uint32_t *count_out)
    __attribute__((warn_unused_result));

#endif
