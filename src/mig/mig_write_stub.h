/* A user stub while it is written: shared by mig_write_user.c (the file and the
 * function), mig_write_call.c (header, mach_msg() and its failure) and
 * mig_write_unpack.c (what a reply brings).
 *
 * Locals of a stub: Mess (the messages), InP and OutP (into it), ReplyAt,
 * msgh_size, msg_result, mig_outcome, mig_reply_port, mig_trailer. No parameter can
 * have one of these names: mig_check.h.
 */
#ifndef MIG_WRITE_STUB_H
#define MIG_WRITE_STUB_H

#include "mig_options.h"
#include "mig_write_pack.h"

struct mig_stub {
	struct mig_text *out;
	const struct mig_routine *routine;
	const struct mig_options *options;
	uint32_t helpers; /* enum mig_helper: those used so far */
	bool on_heap;     /* Mess is a pointer */
	bool own_port;    /* mig_has_own_port() */
	const char *sub_prefix;
};

/* Whether the reply comes to the stub's own port, not to the caller's. */
static inline bool
mig_has_own_port(const struct mig_routine *routine)
{
	return !routine->one_way &&
	    !(routine->reply_port && routine->reply_port->on_user);
}

/* Appends to the stub's text, as printf() does. */
void mig_stub_put(struct mig_stub *stub, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A message id as a constant of C. */
void mig_stub_put_id(struct mig_stub *stub, int32_t id);

/* A `return`, which frees the messages if they are on the heap. */
void mig_stub_put_return(
    struct mig_stub *stub, const char *indent, const char *value);

/* The expression of a request's part: enum mig_part. */
void mig_stub_put_part(struct mig_packer *packer,
    const struct mig_argument *argument, enum mig_part part);

/* mig_write_call.c. The header of the request, and a reply port in it. */
void mig_stub_put_header(struct mig_stub *stub);
/* The hook that stands behind the declarations. */
void mig_stub_put_declare_hook(struct mig_stub *stub);
/* The outcome of a retcode argument, sent alone: spec/mig.md 11.2. */
void mig_stub_put_outcome(struct mig_stub *stub);
/* mach_msg(), and what is done when it fails. */
void mig_stub_put_call(struct mig_stub *stub);
/* The hooks and macros that the file needs: at its top. */
void mig_stub_put_macros(
    struct mig_text *out, const struct mig_interface *interface);

/* mig_write_unpack.c. All that follows a successful mach_msg(). */
void mig_stub_put_reply(struct mig_stub *stub);

#endif /* MIG_WRITE_STUB_H */
