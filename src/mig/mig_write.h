/* The writers: from the model to the text of each output. None can fail.
 *
 * What the generated code looks like, as far as more than one writer must agree:
 *
 * - It is C11, without a warning under gcc's and clang's -Wall -Wextra -Wpedantic
 *   and the flags of style.md 15 (-Wconversion, -Wcast-qual, -Wcast-align, ...);
 *   headers are C99 and C++ as well. Tabs indent, lines stay below 80 columns
 *   where names allow it.
 * - Message types are __Request__r_t and __Reply__r_t, packed to 4, without
 *   trailers. A field with variables_before == 0 is reached as a member. No
 *   address of a member is taken but by memcpy() and by offsetof(); a field that
 *   stands after a variable one is at a byte offset, which the check function
 *   computed (spec/mig.md 9.3 [S]).
 * - Those offsets are members, called as the fields, of
 *	struct __RequestAt__r { mach_msg_size_t y, bCnt, b, z; };
 *   (or __ReplyAt__r), which exists when mig_message.has_moved. They are written
 *   before the check function, and only in a .c.
 * - The check function of a message (spec/mig.md 10.5, 12.3) is
 *	mig_internal kern_return_t
 *	__MIG_check__Request__r_t(const __Request__r_t *message[,
 *	    struct __RequestAt__r *at])
 *   under #ifndef __MIG_check__Request__r_t__defined. It checks everything but
 *   the trailer. The reply's has the same shape with Reply, and returns RetCode
 *   when the reply is an error.
 * - Helpers are `mig_internal` (static inline) functions, written at the top of a
 *   .c when something in it uses them.
 */
#ifndef MIG_WRITE_H
#define MIG_WRITE_H

#include "mig_model.h"
#include "mig_options.h"
#include "mig_text.h"

/* --- whole outputs --------------------------------------------------------- */

/* mig_write_user.c. With @only, the file of that one routine (-i). */
void mig_write_user(struct mig_text *out, const struct mig_interface *interface,
    const struct mig_options *options, const struct mig_routine *only);
/* mig_write_server.c */
void mig_write_server(struct mig_text *out,
    const struct mig_interface *interface, const struct mig_options *options);
/* mig_write_header.c: the header of either side */
void mig_write_header(struct mig_text *out,
    const struct mig_interface *interface, const struct mig_options *options,
    enum mig_side side);
/* -iheader and -dheader */
void mig_write_iheader(
    struct mig_text *out, const struct mig_interface *interface);
void mig_write_dheader(
    struct mig_text *out, const struct mig_interface *interface);
/* mig_write_json.c */
void mig_write_json(
    struct mig_text *out, const struct mig_interface *interface);
/* -list; and -v on standard output */
void mig_write_list(
    struct mig_text *out, const struct mig_interface *interface);
void mig_write_listing(
    struct mig_text *out, const struct mig_interface *interface);

/* --- pieces ---------------------------------------------------------------- */

/* mig_write_header.c. What a .c includes: its header if there is one, else all
 * that the header would declare; then the imports that are its own. */
void mig_write_includes(struct mig_text *out,
    const struct mig_interface *interface, const struct mig_options *options,
    enum mig_side side);
/* The request and reply types of all routines, with their guards. */
void mig_write_types(struct mig_text *out,
    const struct mig_interface *interface, enum mig_side side);
/* `kern_return_t NAME` and its parameters, one a line, without `;`: spec/mig.md
 * 7.4 and the text form of 15. */
void mig_write_prototype(struct mig_text *out,
    const struct mig_routine *routine, const struct mig_options *options,
    enum mig_side side);
/* The size assertions of spec/mig.md 6.5. */
void mig_write_size_checks(struct mig_text *out,
    const struct mig_interface *interface, enum mig_side side);

/* mig_write_owner.c: the comment above a stub or a prototype that says what the
 * routine is and who owns each argument: spec/mig.md 13. */
void mig_write_owner(struct mig_text *out, const struct mig_routine *routine,
    enum mig_side side);

/* mig_write_check.c: the struct of offsets and the check function of the request
 * (MIG_SERVER) or of the reply (MIG_USER). */
void mig_write_check(struct mig_text *out, const struct mig_routine *routine,
    enum mig_side side);

/* mig_write_pack.h has how a message is packed, on either side. */

#endif /* MIG_WRITE_H */
