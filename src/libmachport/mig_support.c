/* What stubs that mig wrote call, and servers that are written by hand. */
#include <mach/mig.h>

#include <mach/mach_init.h>
#include <mach/ndr.h>
#include <mach/vm_map.h>
#include <stdlib.h>
#include <string.h>

/* The id of a reply is that of its request and so much. */
#define REPLY_ID_OFFSET 100u

NDR_record_t NDR_record = {
    .mig_encoding = NDR_PROTOCOL_2_0,
    .int_rep = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? NDR_INT_LITTLE_ENDIAN
                                                         : NDR_INT_BIG_ENDIAN,
    .char_rep = NDR_CHAR_ASCII,
    .float_rep = NDR_FLOAT_IEEE,
};

void
mig_reply_setup(const mach_msg_header_t *request, mach_msg_header_t *reply)
{
	mig_reply_error_t *error = (mig_reply_error_t *)reply;

	error->Head = (mach_msg_header_t){
	    .msgh_bits =
	        MACH_MSGH_BITS(MACH_MSGH_BITS_REMOTE(request->msgh_bits), 0),
	    .msgh_size = sizeof(*error),
	    .msgh_remote_port = request->msgh_remote_port,
	    .msgh_id =
	        (mach_msg_id_t)((uint32_t)request->msgh_id + REPLY_ID_OFFSET),
	};
	error->NDR = NDR_record;
}

int
mig_strncpy(char *dest, const char *src, int len)
{
	size_t copied;

	if (len <= 0)
		return 0;
	copied = strnlen(src, (size_t)len - 1);
	memcpy(dest, src, copied);
	dest[copied] = '\0';
	return (int)copied + 1;
}

int
mig_strncpy_zerofill(char *dest, const char *src, int len)
{
	int written = 0;

	if (!dest || len <= 0)
		return 0;
	if (src)
		written = mig_strncpy(dest, src, len);
	memset(dest + written, 0, (size_t)(len - written));
	return written;
}

void
mig_allocate(vm_address_t *address, vm_size_t size)
{
	if (vm_allocate(mach_task_self(), address, size, VM_FLAGS_ANYWHERE) !=
	    KERN_SUCCESS)
		*address = 0;
}

void
mig_deallocate(vm_address_t address, vm_size_t size)
{
	(void)vm_deallocate(mach_task_self(), address, size);
}

char *
mig_user_allocate(vm_size_t size)
{
	return malloc(size);
}

void
mig_user_deallocate(char *data, vm_size_t size)
{
	(void)size;
	free(data);
}
