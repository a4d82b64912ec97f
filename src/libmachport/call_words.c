/* Arrays of words: memory that a call makes for its caller. */
#include <mach/vm_page_size.h>

#include "call.h"

uint32_t *
call_words_map(uint32_t count)
{
	if (count == 0)
		return NULL;
	return mmap(NULL, (size_t)count * sizeof(uint32_t),
	    PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

void
call_words_free(struct call_words *words)
{
	if (words->words)
		(void)munmap(
		    words->words, (size_t)words->count * sizeof(uint32_t));
	words->words = NULL;
}

void
call_words_shrink(struct call_words *words, uint32_t count)
{
	size_t kept = round_page((size_t)count * sizeof(uint32_t));
	size_t all = round_page((size_t)words->count * sizeof(uint32_t));

	if (all > kept)
		(void)munmap((char *)words->words + kept, all - kept);
	if (count == 0)
		words->words = NULL;
	words->count = count;
}
