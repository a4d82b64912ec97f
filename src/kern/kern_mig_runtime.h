/*
 * What generated stubs need when they run. The names are the kernel's own: a
 * program can be linked with the kernel and with the library, as tests are.
 */
#ifndef KERN_MIG_RUNTIME_H
#define KERN_MIG_RUNTIME_H

#include <mach/message.h>
#include <mach/ndr.h>
#include <mach/vm_types.h>

#define NDR_record kern_mig_ndr_record
#define mach_msg_destroy kern_mig_msg_destroy
#define mig_deallocate kern_mig_deallocate

extern NDR_record_t NDR_record;

/* Of a reply that nobody waits for. */
void mach_msg_destroy(mach_msg_header_t *reply);

/* Memory that came with a request: it goes with it. */
void mig_deallocate(vm_address_t address, vm_size_t bytes);

#endif
