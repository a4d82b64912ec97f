/* One event as a record: kern_trace.c's. */
#ifndef KERN_TRACE_RECORD_H
#define KERN_TRACE_RECORD_H

#include <machport/inspect.h>

#include "ipc_kmsg.h"
#include "ipc_trace.h"

/* Who has to do with it; what the one who traces may not see is NULL. */
struct kern_trace_ends {
	const struct ipc_space *sender;
	const struct ipc_space *receiver;
};

/* How large the record will be if @snap bytes of the message are wanted. */
uint32_t kern_trace_record_bytes(const struct ipc_kmsg *kmsg, uint32_t snap);

/* Write it to @to, which has so many bytes. */
void kern_trace_record(enum ipc_event event, const struct ipc_port *port,
    const struct ipc_kmsg *kmsg, const struct kern_trace_ends *ends,
    uint32_t snap, uint8_t *to);

#endif
