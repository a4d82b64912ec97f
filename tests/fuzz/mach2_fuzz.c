/*
 * What a receive of Mach 2.5 makes of a message that anybody sent.
 *
 * An input is the message, as it is in the receiver's buffer: shaped as the
 * kernel lets it through, and with a trailer, which is a stranger's or the
 * kernel's. Nothing must be read or written beyond what there is.
 */
#include <stdlib.h>
#include <string.h>

#include "base_assert.h"
#include "mach2_form.h"
#include "msg_walk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

/* Are all descriptors there, as they are when the kernel has seen them? */
static bool
is_whole(mach_msg_header_t *message)
{
	struct msg_walk walk;
	mach_msg_base_t base;
	uint32_t count = 0;

	if (!MACH_MSGH_BITS_IS_COMPLEX(message->msgh_bits))
		return true;
	if (message->msgh_size < sizeof(base))
		return false;
	memcpy(&base, message, sizeof(base));
	msg_walk_begin(&walk, message, message->msgh_size);
	while (msg_walk_next(&walk))
		count++;
	return count == base.body.msgh_descriptor_count;
}

static void
decode(mach_msg_header_t *message, bool lacks)
{
	size_t size = mach2_decode(message, lacks, NULL);
	msg_header_t header;
	void *old;

	mp_assert(size >= sizeof(header));
	mp_assert(size <= mach2_old_max(message->msgh_size));
	old = malloc(size + sizeof(uint32_t));
	mp_assert(old);
	mp_assert(mach2_decode(message, lacks, old) == size);
	memcpy(&header, old, sizeof(header));
	mp_assert(header.msg_size == size);
	free(old);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	const security_token_t senders[2] = {
	    {{1000, 1000}}, KERNEL_SECURITY_TOKEN_VALUE};
	mach_msg_security_trailer_t trailer = {
	    .msgh_trailer_size = sizeof(trailer),
	};
	size_t size = bytes & ~(size_t)3;
	mach_msg_header_t *message;

	if (size < sizeof(*message))
		return 0;
	message = malloc(size + sizeof(trailer));
	mp_assert(message);
	memcpy(message, data, size);
	message->msgh_size = (mach_msg_size_t)size;
	for (int i = 0; i < 4 && is_whole(message); i++) {
		trailer.msgh_sender = senders[i / 2];
		memcpy((char *)message + size, &trailer, sizeof(trailer));
		decode(message, i % 2 != 0);
	}
	free(message);
	return 0;
}
