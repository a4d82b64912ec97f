/*
 * A kernel process for a test, and raw connections to it: packets as
 * wire_packet.h has them, true ones and lies, without the library. Each test
 * has a kernel of its own; ending it proves that its engine was empty again,
 * since it asserts that.
 *
 * A test that does not end in time is killed.
 */
#ifndef KERNEL_H
#define KERNEL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <mach/message.h>
#include <sys/types.h>

#include "wire_call.h"
#include "wire_msg.h"
#include "wire_packet.h"

#define TEST(name) static void name(void **state __attribute__((unused)))
#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, kernel_setup, kernel_teardown)

/* The first two names of every space. */
#define SELF ((mach_port_name_t)0x103)
#define BOOTSTRAP ((mach_port_name_t)0x203)

/* Seconds that one test may take. */
#define TEST_SECONDS 60

/* The kernel, a server at an abstract address. */
extern pid_t kernel_pid;
int kernel_setup(void **state);
int kernel_teardown(void **state);
/* The same with more options, for a test that is a plain cmocka_unit_test(). */
void kernel_start(const char *const options[]);
void kernel_stop(void);
/* kB of memory that it has. */
long kernel_rss_kb(void);
/* How many descriptors it has open. */
unsigned kernel_descriptors(void);
/* Does it wait for events? It neither runs nor is about to. */
bool kernel_sleeps(void);

/* Run @body in a process of its own, in which a failed assertion aborts. */
pid_t start_child(void (*body)(void *), void *argument);
/* Its exit status, once it has ended: 0 if @body returned. */
int child_status(pid_t pid);
/* Both. */
int in_child(void (*body)(void *), void *argument);

/* Packets. */
int raw_connect(void);
void raw_send(int fd, const void *packet, size_t bytes);
void raw_send_files(int fd, const void *packet, size_t bytes, const int *files,
    unsigned file_count);
/* The next packet; 0 bytes is the end of the connection. */
size_t raw_receive(int fd, void *packet, size_t room);
#define RAW_FILES_MAX (WIRE_FILE_PLACED + WIRE_PLACED_MAX)
size_t raw_receive_files(int fd, void *packet, size_t room,
    int files[RAW_FILES_MAX], unsigned *file_count);
/* Has the kernel closed it? Waits for something to come. */
bool raw_is_closed(int fd);

/* HELLO, and the errno in the answer; its token in @token. */
int raw_hello(
    int fd, enum wire_kind kind, uint32_t thread, struct wire_token *token);
/* A TASK connection for this process, and its token. */
int raw_task(struct wire_token *token_out);
/* A THREAD connection of it. */
int raw_thread(const struct wire_token *token, uint32_t thread);
/* BORN on a CHILD connection; as raw_hello(). */
int raw_born(int fd, struct wire_token *token);

/* A call with @in_count words in; out: as many as it has. Returns its
 * result. */
kern_return_t raw_call(int fd, enum wire_call number, const uint32_t *in,
    size_t in_count, uint32_t *out, size_t out_count);
#define RAW_CALL(fd, number, out, out_count, ...)                              \
	raw_call(fd, number, (const uint32_t[]){__VA_ARGS__},                  \
	    sizeof((const uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t), out,   \
	    out_count)

/* Ports of the task on @fd. These must succeed. */
mach_port_name_t raw_port(int fd); /* receive and send */
mach_port_type_t raw_type(int fd, mach_port_name_t name);
/* Does the kernel still serve it? */
void raw_works(int fd);

/* WIRE_MACHPORT_FD, and the descriptor that came with it; -1: none. */
kern_return_t raw_level(int fd, mach_port_name_t name, uint32_t known,
    uint32_t *id_out, int *level_out);

/* mach_msg(). */
struct raw_msg {
	struct wire_msg_request request;
	const void *body; /* the message, and its regions */
	size_t body_bytes;
	int file; /* instead of the body; 0: none */
	struct wire_placed placed[WIRE_PLACED_MAX]; /* request.placed of them */
	int placed_files[WIRE_PLACED_MAX];
};

struct raw_answer {
	struct wire_msg_answer answer;
	uint8_t bytes[WIRE_PACKET_MAX]; /* the message, then the trailer */
	int files[RAW_FILES_MAX];       /* by number; -1: did not come */
};

void raw_msg_send(int fd, const struct raw_msg *msg);
void raw_msg_receive(int fd, struct raw_answer *answer);
void raw_answer_close(struct raw_answer *answer);

/* One more region of @msg in a file of its own: the descriptor @index, in @file from
 * @offset on. */
void raw_msg_place(
    struct raw_msg *msg, uint32_t index, int file, uint64_t offset);

/* A request to send @bytes, or to receive on @name. */
struct raw_msg raw_sending(const void *message, size_t bytes);
struct raw_msg raw_receiving(mach_port_name_t name, mach_msg_size_t size);
/* Both at once. Returns the result. */
mach_msg_return_t raw_msg(
    int fd, const struct raw_msg *msg, struct raw_answer *answer);

/* An empty message to a send right that is kept. */
mach_msg_header_t raw_header(mach_port_name_t remote, mach_msg_id_t id);
/* Sent, with a timeout of 0. */
mach_msg_return_t raw_send_empty(
    int fd, mach_port_name_t remote, mach_msg_id_t id);

/* A memfd of @bytes that hold @content (NULL: zeroes), with @seals. */
int memfd_with(const void *content, size_t bytes, int seals);
#define MEMFD_SEALS (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

/* A TCP connection whose close takes @seconds, since there is data that nobody
 * reads. *@peer is its other end. */
int lingering_socket(int seconds, int *peer);

#endif
