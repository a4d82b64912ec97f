/* Memory for one message. */
#include "mach2_buffer.h"

#include <errno.h>
#include <sys/mman.h>

static bool
is_mapped(const struct mach2_buffer *buffer)
{
	return (void *)buffer->message != buffer->small;
}

void
mach2_buffer_init(struct mach2_buffer *buffer)
{
	buffer->message = (mach_msg_header_t *)buffer->small;
	buffer->size = sizeof(buffer->small);
}

void
mach2_buffer_deinit(struct mach2_buffer *buffer)
{
	if (is_mapped(buffer))
		(void)munmap(buffer->message, buffer->size);
	mach2_buffer_init(buffer);
}

bool
mach2_buffer_grow(struct mach2_buffer *buffer, size_t size)
{
	int saved_errno = errno;
	void *memory;

	if (size <= buffer->size)
		return true;
	/* Not malloc(): a signal handler may send and receive. */
	memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	errno = saved_errno;
	if (memory == MAP_FAILED)
		return false;
	mach2_buffer_deinit(buffer);
	buffer->message = memory;
	buffer->size = size;
	return true;
}
