/* The C types of the interfaces here. */
#ifndef DISPATCH_H
#define DISPATCH_H

#include <mach/mach_types.h>

#define FIREHOSE_PATIENCE (10 * 1000)

typedef struct {
	uint64_t flushed_position;
	uint64_t io_flushed_position;
} firehose_push_reply_t;
typedef uint8_t *firehose_bytes_t;

#endif
