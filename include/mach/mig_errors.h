/*
 * mach/mig_errors.h - errors of MIG stubs, and the message that carries one
 *
 * A failed routine is answered by a mig_reply_error_t, whatever its normal
 * reply looks like. RetCode is also the third part of each simple reply.
 *
 * Source: spec/special-ports.md 5
 */
#ifndef MACH_MIG_ERRORS_H
#define MACH_MIG_ERRORS_H

#include <mach/kern_return.h>
#include <mach/message.h>
#include <mach/ndr.h>

#define MIG_TYPE_ERROR (-300)      /* client: the reply has a wrong shape */
#define MIG_REPLY_MISMATCH (-301)  /* client: a reply to something else */
#define MIG_REMOTE_ERROR (-302)    /* server: an undefined error */
#define MIG_BAD_ID (-303)          /* server: no such routine */
#define MIG_BAD_ARGUMENTS (-304)   /* server: the request has a wrong shape */
#define MIG_NO_REPLY (-305)        /* server: do not reply (yet) */
#define MIG_EXCEPTION (-306)       /* server: raised an exception */
#define MIG_ARRAY_TOO_LARGE (-307) /* array not large enough */
#define MIG_SERVER_DIED (-308)     /* client: the request was dropped */
#define MIG_TRAILER_ERROR (-309)   /* the trailer has a wrong shape */

#pragma pack(push, 4)

typedef struct {
	mach_msg_header_t Head;
	NDR_record_t NDR;
	kern_return_t RetCode;
} mig_reply_error_t;

#pragma pack(pop)

/* Whoever includes this one for its errors expects the calls of stubs, too. */
#include <mach/mig.h>

#endif /* MACH_MIG_ERRORS_H */
