/*
 * Files of packets, for Wireshark and its like: pcapng (draft-ietf-opsawg-pcapng), one
 * section with one interface, times in nanoseconds. Numbers are of the machine's own
 * byte order, as the format allows.
 */
#ifndef MACHPORT_PCAPNG_H
#define MACHPORT_PCAPNG_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* A packet whose layout is private to who wrote it: LINKTYPE_USER0. */
#define PCAPNG_LINK_USER0 147

struct pcapng {
	FILE *stream; /* borrowed; errors are in it: ferror() */
	uint64_t received;
	uint64_t dropped;
};

struct pcapng_packet {
	uint64_t time_ns; /* since 1970 */
	const void *data; /* borrowed */
	uint32_t captured;
	uint32_t size;       /* what there was to capture */
	uint64_t dropped;    /* packets, between the last one and this */
	const char *comment; /* UTF-8; NULL: none */
};

/* Begin a file: packets of @link, of which at most @snap bytes are kept (0: any). */
void pcapng_begin(struct pcapng *pcapng, FILE *stream, uint16_t link,
    uint32_t snap, const char *name, const char *program);

void pcapng_write(struct pcapng *pcapng, const struct pcapng_packet *packet);

/* How much there was, at the end. */
void pcapng_end(struct pcapng *pcapng, uint64_t time_ns);

#endif
