/* The pieces of the server file's writer: spec/mig.md 11, 12, 13.2.
 *
 * A routine becomes two functions. __MIG_serve__r() checks the request, calls the
 * implementation and makes the reply; it returns what the routine's result is, and
 * may do so anywhere. _Xr(), which the table has, calls it between the hooks of the
 * program and stores the result, unless the reply is complex:
 *
 *	static kern_return_t
 *	__MIG_serve__r(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
 *	{
 *		__Request__r_t *InP = (__Request__r_t *)InHeadP;
 *		__Reply__r_t *OutP = (__Reply__r_t *)OutHeadP;
 *		kern_return_t RetCode;
 *		int n = 0;                              mig_server_put_locals()
 *
 *		... check, unpack                       mig_server_put_unpack()
 *		RetCode = r(InP->Head.msgh_local_port, InP->x, &n);
 *		                                        mig_server_put_call()
 *		... release what was lent               mig_server_put_release()
 *		if (RetCode != KERN_SUCCESS)
 *			return RetCode;
 *
 *		... check counts, pack                  mig_server_put_reply()
 *		return KERN_SUCCESS;
 *
 *	too_large:
 *		... destroy what cannot be sent         mig_server_put_undo()
 *		return MIG_ARRAY_TOO_LARGE;
 *	}
 *
 * Where each argument is meanwhile is decided first, in mig_write_server_plan.c.
 */
#ifndef MIG_WRITE_SERVER_H
#define MIG_WRITE_SERVER_H

#include "mig_write.h"
#include "mig_write_pack.h"

/* What the implementation is given. */
enum server_place {
	SERVER_REQUEST, /* what is in the request, or a pointer to it */
	SERVER_REPLY,   /* a pointer to the member of the reply */
	SERVER_LOCAL,
	SERVER_HEAP, /* a local that points to memory of mig_user_allocate() */
};

/* An argument, and its locals. All names are NULL where there is no such local. */
struct server_argument {
	const struct mig_argument *argument;
	enum server_place place;
	bool comes_in;
	bool goes_out;
	bool is_array;      /* a pointer to the first of several, in C */
	const char *name;   /* of the value: LOCAL and HEAP */
	const char *field;  /* what is translated, taken out of the request */
	const char *object; /* what it is translated to, for its destructor */
	const char *sent;   /* what is translated back, for the reply */
	const char *count;
	const char *subs;
	bool subs_on_heap;
	const char *poly;
	const char *dealloc;
	uint32_t bytes; /* of the value, when LOCAL or HEAP */
};

/* Functions of generated code, besides enum mig_helper. */
enum server_helper {
	/* void mig_answer(mach_msg_header_t *reply, kern_return_t result) */
	SERVER_HELPER_ANSWER = 1 << 0,
	/* void *mig_at(void *message, mach_msg_size_t offset) */
	SERVER_HELPER_AT = 1 << 1,
	/* mach_msg_type_number_t mig_smaller(a, b) */
	SERVER_HELPER_SMALLER = 1 << 2,
	/* void mig_ool_counts(mach_msg_type_number_t *to, const void *from,
	 *     count, bytes): how many elements regions have */
	SERVER_HELPER_OOL_COUNTS = 1 << 3,
	/* void mig_destroy_right(mach_port_t name, disposition) */
	SERVER_HELPER_DESTROY_RIGHT = 1 << 4,
	/* void mig_destroy_rights(const mach_port_t *names, count, disposition) */
	SERVER_HELPER_DESTROY_RIGHTS = 1 << 5,
};

struct server_stub {
	struct mig_text *out;
	struct mig_arena *arena;
	const struct mig_routine *routine;
	struct server_argument *arguments; /* as the routine's */
	bool has_heap;  /* returns go through `done`, where it is given back */
	bool has_reply; /* besides RetCode */
	uint32_t helpers;        /* enum mig_helper */
	uint32_t server_helpers; /* enum server_helper */
};

/* mig_write_server_plan.c */
void mig_server_plan(struct server_stub *stub);
/* How many the implementation may give at most: a constant, or an expression of
 * the request. NULL: nobody has said. */
const char *mig_server_offer(
    struct server_stub *stub, const struct mig_argument *argument);
/* Expressions for a number in the request: a field's; the count of an argument. */
const char *mig_server_number(
    struct server_stub *stub, const struct mig_field *field);
const char *mig_server_count(
    struct server_stub *stub, const struct mig_argument *argument);

/* What is in the request, as the server's C type. Of a moved value by itself, its
 * address. */
const char *mig_server_value(
    struct server_stub *stub, const struct server_argument *a);
/* An expression: how much memory a->name points to, when HEAP. */
const char *mig_server_heap_bytes(
    struct server_stub *stub, const struct server_argument *a);
/* Is a value by itself set to 0 by 0? */
bool mig_server_is_scalar(const struct mig_type *type);
/* Is it as it travels: neither translated nor destroyed? */
bool mig_server_is_plain(const struct mig_type *type);
/* Is it a parameter that the request's trailer has? */
bool mig_server_has_token(const struct mig_argument *argument);
/* Appends to the stub's text, as printf() does. */
void mig_server_put(struct server_stub *stub, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* mig_write_server_locals.c */
void mig_server_put_locals(struct server_stub *stub);

/* mig_write_server_unpack.c */
void mig_server_put_trailer(struct server_stub *stub, const char *indent);
void mig_server_put_unpack(struct server_stub *stub);

/* mig_write_server_call.c */
void mig_server_put_outcome(struct server_stub *stub);
void mig_server_put_call(struct server_stub *stub, const char *result);
void mig_server_put_release(struct server_stub *stub);

/* mig_write_server_reply.c */
bool mig_server_has_undo(struct server_stub *stub);
void mig_server_put_reply(struct server_stub *stub, bool *uses_undo_out);
void mig_server_put_undo(struct server_stub *stub);

/* mig_write_server_stub.c: both functions of a routine. */
void mig_server_put_stub(struct server_stub *stub);

/* mig_write_server_helpers.c */
void mig_server_put_helpers(struct mig_text *out, uint32_t server_helpers);

#endif /* MIG_WRITE_SERVER_H */
