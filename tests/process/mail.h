/* Ports and short messages, as process tests need them; for tasks only. */
#ifndef PROCESS_MAIL_H
#define PROCESS_MAIL_H

#include <mach/mach.h>
#include <mach/notify.h>

/* A message with a number; or as received, whatever it is. */
struct mail {
	mach_msg_header_t header;
	int32_t number;
	char room[512];
};

/* What of it is sent. */
#define MAIL_BYTES ((mach_msg_size_t)offsetof(struct mail, room))

/* A new port, with a receive right and a send right. */
mach_port_t mail_port(void);

/* The port that a parent registered before it forked us: a send right. */
mach_port_t mail_inherited(void);
void mail_bequeath(mach_port_t port);

/* Send @number. @reply: a port of ours on which one reply may come, or NULL. */
mach_msg_return_t mail_send(mach_port_t to, int32_t number, mach_port_t reply,
    mach_msg_option_t option, mach_msg_timeout_t timeout);

/* Send the right @name. */
mach_msg_return_t mail_send_right(
    mach_port_t to, mach_port_t name, mach_msg_type_name_t disposition);

/* Receive. Options are added to MACH_RCV_MSG. */
mach_msg_return_t mail_receive(mach_port_t port, struct mail *mail_out,
    mach_msg_option_t option, mach_msg_timeout_t timeout);

/* The one right in a message of mail_send_right(). */
mach_port_t mail_right(const struct mail *mail);

/* How many names the task has. */
unsigned mail_count_names(void);

#endif
