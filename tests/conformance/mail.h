/* Messages from the task to itself, whose fate is seen. */
#ifndef TESTS_CONFORMANCE_MAIL_H
#define TESTS_CONFORMANCE_MAIL_H

#include "messages.h"

/* Where the messages go. */
struct mail {
	mach_port_t to;    /* receive and send */
	mach_port_t reply; /* receive; tells by a notification of the reply
	                      right's end */
};

/* Makes the ports, and a message to them without a body. */
void mail_begin(struct mail *mail_out, struct received *message_out);
void mail_end(struct mail *mail);

/* Send it, and receive it into itself. */
void mail_deliver(struct mail *mail, struct received *message);

/* The message ended in its body: its reply right has gone, and nothing came. */
void mail_failed(struct mail *mail);

/* Send it, and see that it ends in its body with @code, and is as it was. */
void mail_fails(const char *file, int line, struct mail *mail,
    struct received *message, int code);
#define FAILS_IN_BODY(mail, message, code)                                     \
	mail_fails(__FILE__, __LINE__, mail, message, code)

/* A page that begins with @count names, at most as many as fit; the caller
 * deallocates it. */
mach_port_t *mail_new_array(const mach_port_t *names, size_t count);

#endif /* TESTS_CONFORMANCE_MAIL_H */
