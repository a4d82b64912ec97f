/*
 * Packets: what is read from and written to a connection, in one system call
 * each, without ever waiting.
 */
#ifndef PACKET_H
#define PACKET_H

#include <sys/socket.h>
#include <sys/uio.h>

#include "budget.h"
#include "wire_packet.h"

/* Linux passes no more descriptors at once. */
#define PACKET_FILES_MAX 253
/* Nor do we, in an answer. */
#define PACKET_ANSWER_FILES 18

/*
 * A packet that was received. The descriptors are the packet's until somebody
 * takes them (packet_take_file()); packet_dispose() closes the rest.
 */
struct packet {
	_Alignas(16) uint8_t bytes[WIRE_PACKET_MAX];
	size_t byte_count;
	int files[PACKET_FILES_MAX];
	unsigned file_count;
	bool truncated;  /* there was more than a packet can hold */
	bool files_lost; /* Linux had no room for all its descriptors */
	bool has_credentials;
	struct ucred credentials; /* of the sender, if the socket passes them */
	int pidfd;                /* the same; -1 if it did not come */
};

enum packet_status {
	PACKET_READY,
	PACKET_NONE,  /* nothing to read now */
	PACKET_RESET, /* the peer has closed its end, and left answers unread */
	PACKET_END,   /* the connection has ended */
};

/* Receive one packet from @fd. */
enum packet_status packet_receive(int fd, struct packet *packet);

/* The @index-th descriptor that came; now the caller's. */
int packet_take_file(struct packet *packet, unsigned index);

/* Close what @owner passed along and nobody took. */
void packet_dispose(struct packet *packet, struct user *owner);

/* Send one packet made of @parts, with copies of the @file_count descriptors.
 * Return: 0 or a negative errno, -EAGAIN if the peer does not read. */
int packet_send(int fd, struct iovec *parts, size_t part_count,
    const int *files, unsigned file_count);

/* Let Linux tell with each packet on @fd who sent it. */
void packet_pass_credentials(int fd);

/* Let it add a pidfd for him, or no more. */
void packet_pass_pidfd(int fd, bool pass);

/* End the connection @fd with @owner (NULL: not known) and close it: soon, if
 * there is something that nobody read, since descriptors among it may take their
 * time to close. */
void packet_end(int fd, struct user *owner);

#endif
