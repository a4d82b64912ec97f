/*
 * What scenarios about messages are written with, besides scenario.h: messages
 * put together item by item, names of every kind, memory that can be looked at,
 * and the whole of a space at a glance.
 */
#ifndef MESSAGES_H
#define MESSAGES_H

#include <pthread.h>
#include <stdatomic.h>

#include "scenario.h"

#define NONE MACH_MSG_TYPE_NONE
#define MOVE_RECEIVE MACH_MSG_TYPE_MOVE_RECEIVE
#define MOVE_SEND MACH_MSG_TYPE_MOVE_SEND
#define MOVE_SEND_ONCE MACH_MSG_TYPE_MOVE_SEND_ONCE
#define COPY_SEND MACH_MSG_TYPE_COPY_SEND
#define MAKE_SEND MACH_MSG_TYPE_MAKE_SEND
#define MAKE_SEND_ONCE MACH_MSG_TYPE_MAKE_SEND_ONCE

/* Dispositions that are right somewhere: 16 to 21. */
#define DISPOSITION_FIRST MOVE_RECEIVE
#define DISPOSITION_LAST MAKE_SEND_ONCE

/* What a receiver sees of @disposition: 16, 17 or 18; 0 if it is none. */
mach_msg_type_name_t transformed(mach_msg_type_name_t disposition);

/*
 * Messages, item by item. msgh_size is what the message has so far; the first
 * descriptor makes it complex. Descriptors come before inline data.
 */
void compose(struct received *message_out, mach_port_t remote,
    mach_msg_type_name_t disposition, mach_port_t reply,
    mach_msg_type_name_t reply_disposition);
/* The body of a message without descriptors. */
void add_body(struct received *message);
void add_port(struct received *message, mach_port_t name,
    mach_msg_type_name_t disposition);
void add_memory(struct received *message, const void *address,
    mach_msg_size_t size, mach_msg_copy_options_t copy, bool deallocate);
void add_volatile(struct received *message, const void *address,
    mach_msg_size_t size, mach_msg_copy_options_t copy, bool deallocate);
void add_ports(struct received *message, const mach_port_t *names,
    mach_msg_size_t count, mach_msg_type_name_t disposition, bool deallocate);
void add_guarded(struct received *message, mach_port_t name,
    mach_port_context_t context, mach_msg_guard_flags_t flags);
void add_data(struct received *message, const void *data, size_t bytes);

/* The nth descriptor, whatever is before it. */
void *item_of(struct received *message, unsigned nth);

/* Send it; it waits for no room. */
mach_msg_return_t post(struct received *message);
/* The same, with options. */
mach_msg_return_t post_with(struct received *message, mach_msg_option_t option);
/* Receive what is there into @message_out, which has room for @rcv_size; 0 bytes
 * of it are touched beforehand. */
mach_msg_return_t receive_bytes(mach_port_t port, mach_msg_option_t option,
    struct received *message_out, mach_msg_size_t rcv_size);

/* The code of @call, or fail and tell which @cell of a table it was in. */
void expect_in(const char *file, int line, const char *cell, unsigned row,
    unsigned column, int code, int expected);
#define EXPECT_IN(cell, row, column, call, code)                               \
	expect_in(__FILE__, __LINE__, cell, (unsigned)(row),                   \
	    (unsigned)(column), (call), (code))

/*
 * Names of every kind. All of an entry goes with entry_end(), whatever a message
 * has made of it.
 */
enum kind {
	KIND_NULL,
	KIND_DEAD,
	KIND_ABSENT,
	KIND_SET,
	KIND_DEAD_NAME,
	KIND_RECEIVE,
	KIND_SEND, /* the receive right is in a queue */
	KIND_SEND_RECEIVE,
	KIND_SEND_ONCE,
	KIND_COUNT,
};

struct entry {
	enum kind kind;
	mach_port_t name;
	mach_port_t port; /* receive right of a send-once right's port */
	mach_port_t box;  /* the port whose queue has the receive right */
};

void entry_begin(struct entry *entry_out, enum kind kind);
void entry_end(struct entry *entry);
/* Is the name good for @disposition where dead rights are? */
bool kind_allows(enum kind kind, mach_msg_type_name_t disposition);
/* And where only rights of living ports are? */
bool kind_allows_alive(enum kind kind, mach_msg_type_name_t disposition);

/* Destroy what is under this name, if it still is. */
void destroy_if_there(mach_port_name_t name);
/* Put the receive right into the queue of @box; send rights stay. */
void put_away(mach_port_t port, mach_port_t box);
/* Take the receive right out again: its name. */
mach_port_t take_back(mach_port_t box);

/* All names of the space with all that can be seen of them. */
#define VIEW_MAX 64
struct view {
	unsigned count;
	struct view_entry {
		mach_port_name_t name;
		mach_port_type_t type;
		mach_port_urefs_t send_urefs;
		mach_port_urefs_t dead_urefs;
		mach_port_status_t status; /* of receive rights */
	} entries[VIEW_MAX];
};
void view_space(struct view *view_out);
bool views_equal(const struct view *view, const struct view *other);

/* Send @send_size bytes of @message, whose first @bytes can be read; nothing comes
 * of it but the code: each name of the space is as it was, each counter of its
 * ports, and the message. */
void refuse(const char *file, int line, void *message,
    mach_msg_size_t send_size, size_t bytes, mach_msg_return_t code);
#define REFUSED_MEMORY(message, send_size, bytes, code)                        \
	refuse(__FILE__, __LINE__, message, send_size, bytes, code)
#define REFUSED_BYTES(message, send_size, code)                                \
	REFUSED_MEMORY(message, send_size, sizeof(*(message)), code)
#define REFUSED(message, code)                                                 \
	REFUSED_BYTES(message, (message)->header.msgh_size, code)

/* No ordinary sender gets in; and again the default limit. */
void close_queue(mach_port_t port);
void open_queue(mach_port_t port);

/* One mach_msg() of a worker, which may wait. */
struct sending {
	struct received message;
	mach_msg_option_t option; /* besides MACH_SEND_MSG */
	mach_msg_timeout_t timeout;
	mach_msg_return_t mr;
	_Atomic pthread_t thread;
	struct worker *worker;
};
struct receiving {
	struct received message;
	mach_port_t port;
	mach_msg_option_t option; /* besides MACH_RCV_MSG */
	mach_msg_timeout_t timeout;
	mach_msg_size_t rcv_size; /* 0: all of message */
	mach_msg_return_t mr;
	_Atomic pthread_t thread;
	struct worker *worker;
};

/* Begin; return when it waits. */
void sending_begin(struct sending *sending);
void receiving_begin(struct receiving *receiving);
/* Wait until it is over: the code. */
mach_msg_return_t sending_end(struct sending *sending);
mach_msg_return_t receiving_end(struct receiving *receiving);
/* A sending of no more than a header, by COPY_SEND. */
void sending_of_id(
    struct sending *sending_out, mach_port_t port, mach_msg_id_t id);
/* A signal to this thread; it has been handled when this returns. */
void interrupt(pthread_t thread);

/* The peer gets as many names as a task may have. It is of no more use for
 * anything that a name is needed for, and to be killed. */
void fill_space(struct peer *peer);

/* Memory, all of whose bytes differ from their neighbours. */
#define PAGE 4096u
void *new_memory(size_t bytes);
/* Pages that can be neither read nor written. */
void *new_hole(size_t bytes);
void free_memory(void *memory, size_t bytes);
/* Is the page of @address there? */
bool is_mapped(const void *address);
/* Are they the bytes of new_memory()? */
bool is_memory(const void *address, size_t bytes);

#endif
