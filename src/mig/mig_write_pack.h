/* How a message is packed: the text that a user stub needs for its request, and a
 * server stub for its reply (spec/mig.md 9.3, 10.1); and the helper functions that
 * both write at the top of their .c.
 *
 * The text of one routine, with InP as `to` and msgh_size as `size`:
 *
 *	if (aCnt > 5)                             mig_write_pack_checks()
 *		return MIG_ARRAY_TOO_LARGE;
 *
 *	InP->msgh_body.msgh_descriptor_count = 2; mig_write_pack()
 *	InP->port = mig_port_descriptor(port, MACH_MSG_TYPE_COPY_SEND);
 *	InP->mem = mig_ool_descriptor((uintptr_t)mem, memCnt * 4,
 *	    MACH_MSG_VIRTUAL_COPY, FALSE);
 *	InP->NDR = NDR_record;
 *	InP->memCnt = memCnt;
 *	InP->x = x;
 *	memset(InP->xPad, 0, sizeof(InP->xPad));
 *	InP->aCnt = aCnt;
 *	msgh_size = mig_append(InP, offsetof(__Request__r_t, a), a, aCnt * 4);
 *	msgh_size = mig_append(InP, msgh_size, &y, sizeof(y));
 *	msgh_size = mig_append_number(InP, msgh_size, bCnt);
 *	msgh_size = mig_append(InP, msgh_size, b, bCnt);
 *	msgh_size = mig_append_string(InP, msgh_size, s, 30);
 *
 * Of the message, everything is written but the header and RetCode: body,
 * descriptors (whole: nothing need be set up beforehand), NDR, fields, and zeros
 * wherever there is no data (S3). The data of fixed size that stands before all
 * variable data is stored in members; from the first variable field on everything
 * is appended, and `size` is where the message ends so far. Without a variable
 * field `size` is not written, and the size is that of the structure.
 *
 * Counts are checked first, all of them; after that packing cannot fail. Lines are
 * indented by one tab.
 */
#ifndef MIG_WRITE_PACK_H
#define MIG_WRITE_PACK_H

#include <stdbool.h>
#include <stdint.h>

#include "mig_model.h"
#include "mig_text.h"

/* --- what is packed -------------------------------------------------------- */

/* What of an argument an expression is for. Types are those of the side's message:
 * an Out argument with outtran has been translated. */
enum mig_part {
	/* The value: a number, a structure, a right, the address of a region
	 * (pointer or integer), the first element of an array, a string. May be
	 * any expression; evaluated once. */
	MIG_PART_VALUE,
	/* A pointer to the bytes of fixed data that is passed by value, and stands
	 * after variable data: "&x". Only there. */
	MIG_PART_ADDRESS,
	/* mach_msg_type_number_t: how many elements, rights or regions there are;
	 * in the request, for a count_in_out argument, the user's capacity. No side
	 * effects: evaluated more than once, as the four below; and it can stand on
	 * either side of `*` and `>`. */
	MIG_PART_COUNT,
	/* The most that COUNT may be, of a count_in_out argument in a reply. For
	 * all others it is the type's maximum, and is not asked for. */
	MIG_PART_LIMIT,
	/* The first of the counts of the regions: mach_msg_type_number_t *. */
	MIG_PART_SUBS,
	MIG_PART_POLY,    /* mach_msg_type_name_t; sent_as is polymorphic */
	MIG_PART_DEALLOC, /* boolean_t; MIG_DEALLOC_RUNTIME */
};

struct mig_packer {
	struct mig_text *out;
	const struct mig_routine *routine;
	const struct mig_message *message; /* the routine's request or reply */
	const char *to;   /* the pointer to the structure: "InP", "OutP" */
	const char *size; /* the mach_msg_size_t, which the stub declares when
			     message->variables > 0 */
	uint32_t helpers; /* enum mig_helper: those used are added */

	/* Writes the C expression. */
	void (*put_part)(struct mig_packer *packer,
	    const struct mig_argument *argument, enum mig_part part);
	/* The data of an argument whose field has variables_before == 0 is in its
	 * member already; only count, size, padding and a string's tail are
	 * written, and VALUE is not asked for. NULL: never. */
	bool (*in_place)(const struct mig_packer *packer,
	    const struct mig_argument *argument);
	/* Writes what follows `if (...)`, from behind the `)` to the end of the
	 * line: "\n\t\treturn MIG_ARRAY_TOO_LARGE;\n", " {\n...\t}\n". */
	void (*put_too_large)(struct mig_packer *packer);
	const void *context; /* the caller's */
};

/* The tests of all counts: those above their maximum, and out-of-line sizes above
 * 32 bits. Samecount: each maximum against the shared count. Writes nothing when
 * there is nothing to test. */
void mig_write_pack_checks(struct mig_packer *packer);

/* Everything else. */
void mig_write_pack(struct mig_packer *packer);

/* The symbol of what a right is sent as: 16 to 21. */
const char *mig_disposition_name(uint8_t disposition);

/* --- helpers --------------------------------------------------------------- */

/* Functions of generated code, `mig_internal`. Each is under an #ifndef of its
 * own, so that several generated files may meet in one translation unit. Lengths,
 * offsets and sizes in them are mach_msg_size_t, in bytes. */
enum mig_helper {
	/* mach_msg_size_t mig_append(void *message, size, const void *data, bytes)
	 * data and its pad; returns the new size, as all of the next five do */
	MIG_HELPER_APPEND = 1 << 0,
	/* mig_append_in_place(void *message, size, bytes): only the pad */
	MIG_HELPER_APPEND_IN_PLACE = 1 << 1,
	/* mig_append_number(void *message, size, uint32_t number) */
	MIG_HELPER_APPEND_NUMBER = 1 << 2,
	/* mig_append_fixed_string(void *message, size, const char *string, n) */
	MIG_HELPER_APPEND_FIXED_STRING = 1 << 3,
	/* mig_append_string(void *message, size, const char *string, n)
	 * of at most n bytes with its NUL: offset, count, characters, pad */
	MIG_HELPER_APPEND_STRING = 1 << 4,
	/* mig_append_string_in_place(void *message, size, n): the string is
	 * behind offset and count already */
	MIG_HELPER_APPEND_STRING_IN_PLACE = 1 << 5,
	/* void mig_end_string(char *string, n): a NUL within n bytes, and nothing
	 * but zeros after it */
	MIG_HELPER_END_STRING = 1 << 6,
	/* mach_msg_port_descriptor_t mig_port_descriptor(name, disposition) */
	MIG_HELPER_PORT_DESCRIPTOR = 1 << 7,
	/* void mig_port_descriptors(mach_msg_port_descriptor_t *to, max,
	 *     const mach_port_t *names, count, disposition)
	 * count rights, and null ones up to max */
	MIG_HELPER_PORT_DESCRIPTORS = 1 << 8,
	/* mach_msg_ool_descriptor_t mig_ool_descriptor(uintptr_t address, bytes,
	 *     copy, deallocate) */
	MIG_HELPER_OOL_DESCRIPTOR = 1 << 9,
	/* mach_msg_ool_ports_descriptor_t mig_ool_ports_descriptor(
	 *     uintptr_t address, count, disposition, deallocate) */
	MIG_HELPER_OOL_PORTS_DESCRIPTOR = 1 << 10,
	/* void mig_ool_descriptors(mach_msg_ool_descriptor_t *to, max,
	 *     const void *addresses, count,
	 *     const mach_msg_type_number_t *counts, bytes, copy, deallocate)
	 * region i has counts[i] * bytes, or bytes when counts is NULL */
	MIG_HELPER_OOL_DESCRIPTORS = 1 << 11,
	/* void mig_ool_ports_descriptors(mach_msg_ool_ports_descriptor_t *to, max,
	 *     const void *addresses, count,
	 *     const mach_msg_type_number_t *counts, number, disposition,
	 *     deallocate)
	 * region i has counts[i] rights, or number when counts is NULL */
	MIG_HELPER_OOL_PORTS_DESCRIPTORS = 1 << 12,
	/* boolean_t mig_counts_fit(const mach_msg_type_number_t *counts, count,
	 *     limit): none is above limit */
	MIG_HELPER_COUNTS_FIT = 1 << 13,
	/* void mig_extract(void *to, const void *message, offset, bytes) */
	MIG_HELPER_EXTRACT = 1 << 14,
	/* uint32_t mig_number_at(const void *message, offset) */
	MIG_HELPER_NUMBER_AT = 1 << 15,
	/* void mig_port_names(mach_port_t *to,
	 *     const mach_msg_port_descriptor_t *from, count) */
	MIG_HELPER_PORT_NAMES = 1 << 16,
	/* void mig_ool_addresses(void *to, const void *from, count)
	 * from: descriptors of regions, of data or of rights */
	MIG_HELPER_OOL_ADDRESSES = 1 << 17,
	/* boolean_t mig_get_trailer(const mach_msg_header_t *message, void *to,
	 *     bytes)
	 * a trailer of format 0 and of that size at least, behind the message;
	 * FALSE when it is none, and *to is not written then */
	MIG_HELPER_GET_TRAILER = 1 << 18,
	/* Of user stubs only: see mig_write_helpers.c. */
	MIG_HELPER_REPLY_PORT_ERROR = 1 << 19,
	MIG_HELPER_SPECIAL_PORT_ERROR = 1 << 20,
	MIG_HELPER_FREE_MESSAGE = 1 << 21,
	MIG_HELPER_SEND_OUTCOME = 1 << 22,
	MIG_HELPER_DROP_REPLY_RIGHT = 1 << 23,
	MIG_HELPER_RELEASE_COPY = 1 << 24,
	MIG_HELPER_RELEASE_COPIES = 1 << 25,
	MIG_HELPER_CAME_BACK = 1 << 26,
	MIG_HELPER_DESTROY_RECEIVED = 1 << 27,
	MIG_HELPER_LAST = MIG_HELPER_DESTROY_RECEIVED,
};

/* Writes those in @helpers, and what they need. A stub's text is written into a
 * text of its own first, so that it is known which it uses. @sub_prefix: of
 * -subrprefix; "" or NULL. */
void mig_write_helpers(
    struct mig_text *out, uint32_t helpers, const char *sub_prefix);

#endif /* MIG_WRITE_PACK_H */
