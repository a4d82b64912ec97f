/* An interface, checked and laid out: what mig_check() makes and the writers read.
 *
 * Everything that can be decided is decided here: which argument is a parameter
 * where, what its implicit arguments are called, which descriptor and which field
 * it has in which message, at which offset. The writers hold no logic but text.
 * A model exists only of a file without errors. All of it lives in the arena of
 * the compilation.
 *
 * Sizes are bytes of LP64 structures packed to 4 (spec/mig.md 9).
 */
#ifndef MIG_MODEL_H
#define MIG_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mig_diag.h"

enum mig_side {
	MIG_USER,
	MIG_SERVER,
};

/* --- types: spec/mig.md 6 -------------------------------------------------- */

enum mig_kind {
	MIG_DATA,
	MIG_RIGHT,
	MIG_STRING, /* c_string */
};

/* How a value travels. */
enum mig_shape {
	MIG_INLINE,   /* fixed data in the body: a scalar, struct[n], array[n],
			 c_string[n] */
	MIG_VARIABLE, /* up to `max` elements in the body: array[*:n],
			 c_string[*:n] */
	MIG_PORT,     /* one right: one port descriptor */
	MIG_PORTS,    /* array[n] or array[*:n] of rights: n port descriptors */
	MIG_REGION,   /* ^T, or unbounded: one out-of-line descriptor, for data
			 or (kind) for rights */
	MIG_REGIONS,  /* array[n] or array[*:n] of ^T: n such descriptors */
};

struct mig_type {
	const char *name; /* of the .defs; NULL without one */
	struct mig_place place;
	enum mig_kind kind; /* of a region: of what is in it */
	enum mig_shape shape;
	bool by_reference; /* in C an array, passed as a pointer to its first
			      element; else passed by value, out by pointer */
	bool is_struct;    /* struct[n] or [G] struct {}: by value */

	/* Elements. `max` is their number, exactly when not `variable`. A scalar
	 * has one. REGIONS: the number of regions. */
	bool variable;
	uint32_t max;   /* 0: no bound (REGION, variable) */
	bool unbounded; /* REGION from array[] without ^: spec/mig.md 13 */
	/* What one element of an array, string or region is. MIG_RIGHT: 4
	 * bytes. Of a by-value type: the type itself. */
	uint32_t element_bytes;
	const char *element_user_ctype;
	const char *element_server_ctype;
	bool element_is_unnamed; /* mig has chosen that C type: the program's
				    may be another, of the same size */
	/* REGIONS only: what one region holds. */
	bool region_variable;
	uint32_t region_max; /* 0: no bound */

	/* Bytes of the data: INLINE, and a fixed REGION (of one of REGIONS):
	 * exactly; VARIABLE: at most. Else 0. PORT: 4, as a C value. */
	uint32_t bytes;
	uint32_t descriptors; /* 0, 1, or `max` */

	/* The basic type at the bottom, as spelled in the canonical way
	 * ("MACH_MSG_TYPE_INTEGER_32"), and its size. */
	const char *symbol;
	uint32_t bits;
	/* MIG_RIGHT: MACH_MSG_TYPE_*; 0: polymorphic. */
	uint8_t sent_as;
	uint8_t received_as;

	/* C names: spec/mig.md 6.3. Never NULL. */
	const char *user_ctype;
	const char *server_ctype;
	const char *translated_ctype;
	/* Functions: spec/mig.md 6.6. NULL without one. */
	const char *intran;
	const char *outtran;
	const char *destructor;
};

/* --- arguments: spec/mig.md 7 ---------------------------------------------- */

enum mig_role {
	MIG_IN,
	MIG_OUT,
	MIG_INOUT,
	MIG_REQUEST_PORT,
	MIG_REPLY_PORT,  /* replyport: given by the user, seen by the server */
	MIG_UREPLY_PORT, /* ureplyport: given by the user */
	MIG_SREPLY_PORT, /* sreplyport: the stub's own, seen by the server */
	MIG_WAIT_TIME,
	MIG_SEND_TIME,
	MIG_MSG_OPTION,
	MIG_SEQNO,
	MIG_SENDER_TOKEN, /* user_token and server_token say whose */
	MIG_AUDIT_TOKEN,
	MIG_CONTEXT_TOKEN,
};

enum mig_dealloc {
	MIG_DEALLOC_NO,
	MIG_DEALLOC_YES,
	MIG_DEALLOC_RUNTIME, /* dealloc[] */
};

struct mig_argument {
	const char *name;
	struct mig_place place;
	enum mig_role role;
	const struct mig_type *type;
	bool on_user;   /* a parameter of the user function */
	bool on_server; /* a parameter of the implementation */

	/* Tokens: of the reply's trailer, of the request's trailer. */
	bool user_token;
	bool server_token;

	enum mig_dealloc dealloc;
	bool count_in_out;
	bool physical_copy;
	bool is_const;
	bool is_auto;
	bool retcode; /* only where it has its effect: spec/mig.md 11.2 */
	/* samecount: the argument (the first of the chain) whose count this one
	 * shares; NULL without. */
	const struct mig_argument *count_of;

	/* Implicit arguments (spec/mig.md 7.4); NULL where there is none.
	 * count_name: "xCnt", or "xSubsCnt"; with count_of, the other's name, and
	 * it is no parameter of this one. Strings have none. */
	const char *count_name;
	const char *subs_name;
	const char *poly_name;
	bool poly_on_user;
	bool poly_on_server;
	const char *dealloc_name; /* of In: on the user side; of Out: on the
				     server side */

	/* Where it is. NULL where it is not. Data: the field with the data;
	 * rights and regions: NULL, but see the count. */
	const struct mig_descriptor *request_descriptor;
	const struct mig_descriptor *reply_descriptor;
	const struct mig_field *request_field;
	const struct mig_field *reply_field;
	/* With count_of, the field of the other. A count_in_out capacity is the
	 * request_count of an Out argument. */
	const struct mig_field *request_count;
	const struct mig_field *reply_count;
	const struct mig_field *request_subs;
	const struct mig_field *reply_subs;
};

/* --- messages: spec/mig.md 9 ----------------------------------------------- */

enum mig_descriptor_kind {
	MIG_DESCRIPTOR_PORT,
	MIG_DESCRIPTOR_OOL,
	MIG_DESCRIPTOR_OOL_PORTS,
};

/* The descriptors of one argument: `count` in a row. */
struct mig_descriptor {
	const struct mig_argument *argument;
	enum mig_descriptor_kind kind;
	const char *name; /* the member: "x", an array when is_array */
	bool is_array;    /* PORTS and REGIONS, also of one */
	uint32_t index;   /* of the first, among those of the message */
	uint32_t count;
	uint32_t offset; /* of the first, from the header */
	uint8_t sent_as; /* rights; 0: polymorphic */
	uint8_t received_as;
};

enum mig_field_role {
	MIG_FIELD_DATA,
	MIG_FIELD_COUNT, /* xCnt, xSubsCnt; in a request also the capacity
				    of an Out argument */
	MIG_FIELD_STRING_OFFSET, /* xOffset: always 0 */
	MIG_FIELD_SUBS,          /* xSubs: counts of regions */
};

/* A member of the body below the descriptors. */
struct mig_field {
	enum mig_field_role role;
	const struct mig_argument *argument;
	const char *name;     /* the member's */
	const char *pad_name; /* NULL when pad is 0 */
	uint32_t offset;      /* in the structure, from the header: as if all
				 variable fields before it were full */
	uint32_t bytes;       /* of the whole member, without pad */
	uint32_t pad;
	/* A variable field takes W(count * element_bytes) bytes. */
	bool variable;
	uint32_t element_bytes;
	uint32_t max;
	const struct mig_field *count; /* the field that says how many */
	/* Variable fields before this one: with any, its place in the message
	 * is known only at run time. */
	uint32_t variables_before;
};

struct mig_message {
	const char *type_name; /* "__Request__r_t" */
	int32_t id;
	bool complex;
	uint32_t descriptor_count;          /* in all, as in the body */
	struct mig_descriptor *descriptors; /* one an argument */
	size_t descriptors_length;
	bool has_ndr;
	uint32_t ndr_offset;
	bool has_retcode;
	uint32_t retcode_offset;
	struct mig_field *fields; /* in order */
	size_t fields_length;
	uint32_t variables; /* variable fields */
	bool has_moved;     /* a field stands after a variable one */
	uint32_t size;      /* of the structure */
	uint32_t min_size;  /* all counts 0 */
};

/* --- routines -------------------------------------------------------------- */

enum mig_timeout {
	MIG_TIMEOUT_NONE,
	MIG_TIMEOUT_SEND, /* sendtime */
	MIG_TIMEOUT_WAIT, /* waittime: send and receive */
};

enum mig_consume {
	MIG_CONSUME_NONE,
	MIG_CONSUME_TIMEOUT,
	MIG_CONSUME_ANY,
};

/* How much of a trailer somebody wants: its elements, in their order. */
enum mig_trailer {
	MIG_TRAILER_NONE,
	MIG_TRAILER_SEQNO,   /* 12 bytes */
	MIG_TRAILER_SENDER,  /* 20 */
	MIG_TRAILER_AUDIT,   /* 52 */
	MIG_TRAILER_CONTEXT, /* 60 */
};

struct mig_routine {
	const char *name;
	struct mig_place place;
	const char *user_name;   /* with its prefix */
	const char *server_name; /* with its prefix */
	uint32_t number;         /* index in the subsystem, skips counted */
	int32_t id;
	int32_t reply_id;
	bool one_way;
	struct mig_argument *arguments; /* in file order */
	size_t arguments_length;
	const struct mig_argument *request_port;
	const struct mig_argument *reply_port; /* any of the three; NULL */
	const struct mig_argument *retcode;    /* spec/mig.md 11.2; NULL */

	/* Texts of C: expressions, or names of arguments. */
	enum mig_timeout timeout;
	const char *timeout_text; /* NULL with MIG_TIMEOUT_NONE */
	const char *option_text;  /* of the statement; NULL */
	const struct mig_argument *option_argument; /* NULL */
	enum mig_consume consume;
	bool special_reply_port;
	uint32_t on_stack_limit; /* 0: none */

	enum mig_trailer user_trailer;   /* of the reply */
	enum mig_trailer server_trailer; /* of the request */

	struct mig_message request;
	struct mig_message reply; /* of a one-way routine: only its type, 36 */
};

/* --- the interface --------------------------------------------------------- */

enum mig_import_kind {
	MIG_IMPORT,
	MIG_UIMPORT,
	MIG_SIMPORT,
	MIG_IIMPORT,
	MIG_DIMPORT,
};

struct mig_import {
	enum mig_import_kind kind;
	const char *file; /* with its <> or "" */
};

struct mig_interface {
	const char *name; /* of the subsystem */
	int32_t base;
	bool kernel_user;
	bool kernel_server;
	struct mig_routine **slots; /* NULL: skipped */
	size_t slots_length;
	size_t routines; /* slots that are not NULL */
	const char
	    *demux; /* the dispatcher: "S_server", or as serverdemux says */
	const char *user_prefix;   /* at the end of the file; "" */
	const char *server_prefix; /* at the end of the file; "" */
	struct mig_import *imports;
	size_t imports_length;
	const char *rcsid;             /* with quotes; NULL */
	const struct mig_type **types; /* named ones, in file order: for -v */
	size_t types_length;
	uint32_t max_request; /* bytes of the largest, of the structures */
	uint32_t max_reply;
};

#endif /* MIG_MODEL_H */
