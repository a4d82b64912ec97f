/* Names that an argument or a routine cannot have. */
#include "mig_check.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* Sorted, for bsearch(). Members of messages, locals of stubs, and what the stubs
 * call by names that are nobody's prefix. */
static const char *const reserved[] = {
    "FALSE",
    "Head",
    "InHeadP",
    "InP",
    "Mess",
    "NDR",
    "NDR_record",
    "NULL",
    "OutHeadP",
    "OutP",
    "Reply",
    "ReplyAt",
    "Request",
    "RequestAt",
    "RetCode",
    "TRUE",
    "TrailerP",
    "mach_msg",
    "mach_msg_destroy",
    "mach_port_deallocate",
    "memcpy",
    "memset",
    "msg_result",
    "msgh_body",
    "msgh_size",
    "offsetof",
    "strnlen",
};

static int
compare(const void *key, const void *item)
{
	return strcmp(key, *(const char *const *)item);
}

bool
mig_name_is_reserved(const char *name)
{
	return strncmp(name, "mig_", 4) == 0 ||
	    bsearch(name, reserved, sizeof(reserved) / sizeof(reserved[0]),
	        sizeof(reserved[0]), compare);
}
