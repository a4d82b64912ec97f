#include "mail.h"

#include <string.h>

void
mail_begin(struct mail *mail_out, struct received *message_out)
{
	mail_out->to = new_send_port();
	mail_out->reply = new_port();
	compose(message_out, mail_out->to, COPY_SEND, mail_out->reply,
	    MAKE_SEND_ONCE);
}

void
mail_end(struct mail *mail)
{
	destroy(mail->to);
	destroy(mail->reply);
}

void
mail_deliver(struct mail *mail, struct received *message)
{
	EXPECT(post(message), MACH_MSG_SUCCESS);
	EXPECT(receive_now(mail->to, 0, message), MACH_MSG_SUCCESS);
}

void
mail_failed(struct mail *mail)
{
	expect_empty(mail->to);
	expect_notice(mail->reply, MACH_NOTIFY_SEND_ONCE, 0);
	expect_empty(mail->reply);
}

void
mail_fails(const char *file, int line, struct mail *mail,
    struct received *message, int code)
{
	struct received copy = *message;

	scenario_expect(file, line, "post()", post(message), code);
	if (memcmp(message, &copy, sizeof(copy)) != 0)
		scenario_fail(file, line, "the message is not as it was");
	mail_failed(mail);
}

mach_port_t *
mail_new_array(const mach_port_t *names, size_t count)
{
	mach_port_t *array = new_memory(PAGE);

	memcpy(array, names, count * sizeof(*names));
	return array;
}
