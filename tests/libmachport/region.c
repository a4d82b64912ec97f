/* Memory of tests that is sent and received. */
#include "region.h"

#include <inttypes.h>
#include <mach/vm_page_size.h>
#include <mach/vm_statistics.h>
#include <stdio.h>

#include "extent.h"
#include "program.h"

unsigned char *
region_new_untouched(uint64_t bytes)
{
	uint64_t address;

	CHECK_EQ(
	    extent_allocate(&address, round_page(bytes), 0, VM_FLAGS_ANYWHERE),
	    KERN_SUCCESS);
	return (unsigned char *)address;
}

unsigned char *
region_new(uint64_t bytes, unsigned seed)
{
	unsigned char *memory = region_new_untouched(bytes);

	region_fill(memory, bytes, seed);
	return memory;
}

void
region_free(const void *memory, uint64_t bytes)
{
	CHECK_EQ(extent_deallocate((uintptr_t)memory, bytes), KERN_SUCCESS);
}

/* Different from its neighbours, and in each page. */
static unsigned char
byte_at(uint64_t i, unsigned seed)
{
	return (unsigned char)(i * 13 + (i >> 12) * 7 + seed);
}

void
region_fill(void *memory, uint64_t bytes, unsigned seed)
{
	for (uint64_t i = 0; i < bytes; i++)
		((unsigned char *)memory)[i] = byte_at(i, seed);
}

bool
region_is(const void *memory, uint64_t bytes, unsigned seed)
{
	for (uint64_t i = 0; i < bytes; i++)
		if (((const unsigned char *)memory)[i] != byte_at(i, seed))
			return false;
	return true;
}

bool
region_is_zero(const void *memory, uint64_t bytes)
{
	for (uint64_t i = 0; i < bytes; i++)
		if (((const unsigned char *)memory)[i] != 0)
			return false;
	return true;
}

uint64_t
region_inode(const void *address)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	uint64_t found = 0;
	char line[512];

	CHECK(maps != NULL);
	while (fgets(line, sizeof(line), maps)) {
		uint64_t begin;
		uint64_t end;
		uint64_t inode;

		if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %*s %*s %*s %" SCNu64,
		        &begin, &end, &inode) == 3 &&
		    begin <= (uintptr_t)address && (uintptr_t)address < end)
			found = inode;
	}
	(void)fclose(maps);
	return found;
}

unsigned
region_count_mappings(void)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	unsigned count = 0;
	int c;

	CHECK(maps != NULL);
	while ((c = getc(maps)) != EOF)
		count += c == '\n';
	(void)fclose(maps);
	return count;
}
