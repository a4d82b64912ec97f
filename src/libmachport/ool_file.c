/* New files in memory that out-of-line memory travels in. */
#include "ool_file.h"

#include <errno.h>
#include <fcntl.h>
#include <mach/vm_page_size.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "memory_file.h"

int
ool_file_new(void)
{
	return memory_file_new("machport-message");
}

int
ool_file_write(int file, const void *from, uint64_t bytes, uint64_t offset)
{
	if (memory_file_exceeds_limit(round_page(offset + bytes)))
		return -EFBIG;
	return memory_file_write(file, from, bytes, offset);
}

int
ool_file_seal(int file, uint64_t end)
{
	if (ftruncate(file, (off_t)round_page(end)) != 0 ||
	    fcntl(file, F_ADD_SEALS, MEMORY_FILE_SEALS) != 0)
		return -errno;
	return 0;
}

int
ool_file_copy(const void *from, uint64_t bytes)
{
	int file = ool_file_new();
	int r;

	if (file < 0)
		return -EMFILE; /* or no memory: it is the same to us */
	r = ool_file_write(file, from, bytes, 0);
	if (r == 0)
		r = ool_file_seal(file, bytes);
	if (r == 0)
		return file;
	(void)syscall(SYS_close, file);
	return r;
}
