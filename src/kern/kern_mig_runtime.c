/* The run-time functions of stubs, over handles. */
#include "kern_mig_runtime.h"

NDR_record_t NDR_record = {
    .mig_encoding = NDR_PROTOCOL_2_0,
    .int_rep = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? NDR_INT_LITTLE_ENDIAN
                                                         : NDR_INT_BIG_ENDIAN,
    .char_rep = NDR_CHAR_ASCII,
    .float_rep = NDR_FLOAT_IEEE,
};

void
mach_msg_destroy(mach_msg_header_t *reply)
{
	/* kern_mig_serve() drops all that no reply takes along; regions are
	 * copied, and stay the call's. */
	(void)reply;
}

void
mig_deallocate(vm_address_t address, vm_size_t bytes)
{
	(void)address;
	(void)bytes;
}
