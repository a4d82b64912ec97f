/* Memory of tests that is sent and received. */
#include "region.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "program.h"

unsigned char *
region_new_untouched(uint64_t bytes)
{
	mach_vm_address_t address;

	CHECK_EQ(mach_vm_allocate(
	             mach_task_self(), &address, bytes, VM_FLAGS_ANYWHERE),
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
	CHECK_EQ(mach_vm_deallocate(mach_task_self(), (uintptr_t)memory, bytes),
	    KERN_SUCCESS);
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

/* Of a line of /proc/self/maps: "begin-end rwxp offset device inode". */
static bool
line_has(const char *line, uintptr_t address, uint64_t *inode_out)
{
	char *at;
	uint64_t begin = strtoull(line, &at, 16);
	uint64_t end = strtoull(at + 1, &at, 16);

	for (int i = 0; i < 3 && at; i++)
		at = strchr(at + 1, ' ');
	*inode_out = at ? strtoull(at, NULL, 10) : 0;
	return begin <= address && address < end;
}

uint64_t
region_inode(const void *address)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	uint64_t found = 0;
	uint64_t inode;
	char line[512];

	CHECK(maps != NULL);
	while (fgets(line, sizeof(line), maps))
		if (line_has(line, (uintptr_t)address, &inode))
			found = inode;
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
