/* Replies that tell of memory, word by word as mig lays them out. */
#include "kern_memory.h"

#include <string.h>

#include "base_assert.h"

#define WORDS_OF(type) ((uint32_t)(sizeof(type) / sizeof(uint32_t)))

uint32_t
kern_memory_region_words(vm_region_flavor_t flavor)
{
	switch (flavor) {
	case VM_REGION_BASIC_INFO:
		return WORDS_OF(struct vm_region_basic_info);
	case VM_REGION_BASIC_INFO_64:
		return WORDS_OF(struct vm_region_basic_info_64);
	default:
		return 0;
	}
}

/* Linux does not tell how a file was opened that a mapping is of: shared memory that
 * cannot be written may be of one that never can. Nor what MADV_DONTFORK says. */
static vm_prot_t
max_protection(const struct kern_memory_region *region)
{
	if (region->shared && !(region->protection & VM_PROT_WRITE))
		return VM_PROT_ALL & ~VM_PROT_WRITE;
	return VM_PROT_ALL;
}

static void
tell_64(const struct kern_memory_region *region, void *info_out)
{
	const struct vm_region_basic_info_64 info = {
	    .protection = region->protection,
	    .max_protection = max_protection(region),
	    .inheritance = region->shared ? VM_INHERIT_SHARE : VM_INHERIT_COPY,
	    .shared = (boolean_t)region->shared,
	    .offset = region->offset,
	    .behavior = VM_BEHAVIOR_DEFAULT,
	};

	memcpy(info_out, &info, sizeof(info));
}

static void
tell(const struct kern_memory_region *region, void *info_out)
{
	const struct vm_region_basic_info info = {
	    .protection = region->protection,
	    .max_protection = max_protection(region),
	    .inheritance = region->shared ? VM_INHERIT_SHARE : VM_INHERIT_COPY,
	    .shared = (boolean_t)region->shared,
	    .offset = (uint32_t)region->offset,
	    .behavior = VM_BEHAVIOR_DEFAULT,
	};

	memcpy(info_out, &info, sizeof(info));
}

/* Address, size, how many words of information, and these. */
static void
answer_region(const struct kern_memory_region *region,
    vm_region_flavor_t flavor, struct kern_reply *reply)
{
	uint32_t words[5 + WORDS_OF(struct vm_region_basic_info_64)];
	const uint32_t count = kern_memory_region_words(flavor);

	mp_assert(count > 0);
	memcpy(&words[0], &region->address, sizeof(region->address));
	memcpy(&words[2], &region->bytes, sizeof(region->bytes));
	words[4] = count;
	if (flavor == VM_REGION_BASIC_INFO)
		tell(region, &words[5]);
	else
		tell_64(region, &words[5]);
	kern_reply_send_null_right(reply, words, 5 + count);
}

void
kern_memory_answer(const struct kern_memory_request *request,
    const struct kern_memory_result *result, struct kern_reply *reply)
{
	uint32_t bytes[WORDS_OF(request->bytes)];

	if (result->code != KERN_SUCCESS) {
		kern_reply_send(reply, result->code);
		return;
	}
	switch (request->kind) {
	case KERN_MEMORY_READ:
		kern_reply_send_memory(reply, result->memory, result->offset,
		    (uint32_t)request->bytes);
		break;
	case KERN_MEMORY_WRITE:
	case KERN_MEMORY_COPY:
		kern_reply_send(reply, KERN_SUCCESS);
		break;
	case KERN_MEMORY_READ_OVERWRITE:
		memcpy(bytes, &request->bytes, sizeof(bytes));
		kern_reply_send_words(reply, bytes, WORDS_OF(request->bytes));
		break;
	case KERN_MEMORY_REGION:
		answer_region(&result->region, request->flavor, reply);
		break;
	}
}
