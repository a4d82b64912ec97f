/* Blocks and options of pcapng. */
#include "pcapng.h"

#include <stdlib.h>
#include <string.h>

#include "bytes.h"

enum block {
	BLOCK_SECTION = 0x0a0d0d0a,
	BLOCK_INTERFACE = 1,
	BLOCK_STATISTICS = 5,
	BLOCK_PACKET = 6,
};

enum option {
	OPTION_END = 0,
	OPTION_COMMENT = 1,
	OPTION_SECTION_PROGRAM = 4, /* shb_userappl */
	OPTION_INTERFACE_NAME = 2,
	OPTION_INTERFACE_RESOLUTION = 9, /* if_tsresol */
	OPTION_PACKET_DROPS = 4,
	OPTION_STATISTICS_RECEIVED = 4,
	OPTION_STATISTICS_DROPPED = 5,
};

#define BYTE_ORDER_MAGIC 0x1a2b3c4du
#define NANOSECONDS 9
#define OPTION_MOST 0xffffu
#define WORDS_AROUND 12 /* bytes: type, and the length twice */

static void
add_word(struct bytes *block, uint32_t word)
{
	bytes_add(block, &word, sizeof(word));
}

static void
add_half(struct bytes *block, size_t half)
{
	const uint16_t value = (uint16_t)half;

	bytes_add(block, &value, sizeof(value));
}

static void
add_padding(struct bytes *block)
{
	bytes_add(block, NULL, -block->count % 4);
}

static void
add_option(
    struct bytes *block, enum option option, const void *data, size_t count)
{
	if (count > OPTION_MOST)
		count = OPTION_MOST;
	add_half(block, option);
	add_half(block, count);
	bytes_add(block, data, count);
	add_padding(block);
}

static void
add_text(struct bytes *block, enum option option, const char *text)
{
	if (text)
		add_option(block, option, text, strlen(text));
}

/* The upper half first. */
static void
add_time(struct bytes *block, uint64_t time_ns)
{
	add_word(block, (uint32_t)(time_ns >> 32));
	add_word(block, (uint32_t)time_ns);
}

/* @body is CONSUMED. */
static void
write_block(struct pcapng *pcapng, enum block type, struct bytes *body)
{
	const uint32_t words[] = {
	    (uint32_t)type, (uint32_t)(body->count + WORDS_AROUND)};

	(void)fwrite(words, sizeof(words), 1, pcapng->stream);
	(void)fwrite(body->data, body->count, 1, pcapng->stream);
	(void)fwrite(&words[1], sizeof(words[1]), 1, pcapng->stream);
	bytes_free(body);
}

static void
write_section(struct pcapng *pcapng, const char *program)
{
	struct bytes body = {0};

	add_word(&body, BYTE_ORDER_MAGIC);
	add_half(&body, 1); /* version 1.0 */
	add_half(&body, 0);
	add_word(&body, UINT32_MAX); /* its length is not known yet */
	add_word(&body, UINT32_MAX);
	add_text(&body, OPTION_SECTION_PROGRAM, program);
	add_option(&body, OPTION_END, NULL, 0);
	write_block(pcapng, BLOCK_SECTION, &body);
}

void
pcapng_begin(struct pcapng *pcapng, FILE *stream, uint16_t link, uint32_t snap,
    const char *name, const char *program)
{
	const uint8_t resolution = NANOSECONDS;
	struct bytes body = {0};

	*pcapng = (struct pcapng){.stream = stream};
	write_section(pcapng, program);
	add_half(&body, link);
	add_half(&body, 0);
	add_word(&body, snap);
	add_text(&body, OPTION_INTERFACE_NAME, name);
	add_option(&body, OPTION_INTERFACE_RESOLUTION, &resolution,
	    sizeof(resolution));
	add_option(&body, OPTION_END, NULL, 0);
	write_block(pcapng, BLOCK_INTERFACE, &body);
}

void
pcapng_write(struct pcapng *pcapng, const struct pcapng_packet *packet)
{
	struct bytes body = {0};

	pcapng->received++;
	pcapng->dropped += packet->dropped;
	add_word(&body, 0); /* the interface */
	add_time(&body, packet->time_ns);
	add_word(&body, packet->captured);
	add_word(&body, packet->size);
	bytes_add(&body, packet->data, packet->captured);
	add_padding(&body);
	add_text(&body, OPTION_COMMENT, packet->comment);
	if (packet->dropped > 0)
		add_option(&body, OPTION_PACKET_DROPS, &packet->dropped,
		    sizeof(packet->dropped));
	add_option(&body, OPTION_END, NULL, 0);
	write_block(pcapng, BLOCK_PACKET, &body);
}

void
pcapng_end(struct pcapng *pcapng, uint64_t time_ns)
{
	struct bytes body = {0};

	add_word(&body, 0);
	add_time(&body, time_ns);
	add_option(&body, OPTION_STATISTICS_RECEIVED, &pcapng->received,
	    sizeof(pcapng->received));
	add_option(&body, OPTION_STATISTICS_DROPPED, &pcapng->dropped,
	    sizeof(pcapng->dropped));
	add_option(&body, OPTION_END, NULL, 0);
	write_block(pcapng, BLOCK_STATISTICS, &body);
}
