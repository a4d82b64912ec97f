/* What the four tasks have in common: a stage, a voice, and short messages. */
#include "demo.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char speaker = '*';
mach_port_t mailbox;

static mach_port_t stage; /* a send right to the director's port */

static struct {
	mach_port_name_t name;
	char text[sizeof(((struct right *)NULL)->label)];
} labels[32];
static unsigned label_count;

void
tell(const char *what, const char *result, ...)
{
	char text[80];
	va_list arguments;

	va_start(arguments, result);
	vsnprintf(text, sizeof(text), result, arguments);
	va_end(arguments);
	printf("   %c  %-45s -> %s\n", speaker, what, text);
}

void
fail(const char *format, ...)
{
	va_list arguments;

	fprintf(stderr, "   %c  FAILED: ", speaker);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	exit(EXIT_FAILURE);
}

void
must_return(int expected, const char *expected_name, int code, const char *call)
{
	if (code != expected)
		fail("%s returned %#x (%s) instead of %s", call, (unsigned)code,
		    mach_error_string(code), expected_name);
}

void
label(mach_port_name_t name, const char *text)
{
	MUST_HOLD(label_count < sizeof(labels) / sizeof(labels[0]));
	labels[label_count].name = name;
	snprintf(labels[label_count].text, sizeof(labels[0].text), "%s", text);
	label_count++;
}

/* The label given last, for a name may have been used again. */
static const char *
label_of(mach_port_name_t name)
{
	for (unsigned i = label_count; i-- > 0;)
		if (labels[i].name == name)
			return labels[i].text;
	return "(unnamed)";
}

mach_port_t
new_port(const char *text)
{
	mach_port_t port;

	MUST(mach_port_allocate(
	    mach_task_self(), MACH_PORT_RIGHT_RECEIVE, &port));
	label(port, text);
	return port;
}

mach_port_type_t
rights_under(mach_port_name_t name)
{
	mach_port_type_t type;

	MUST(mach_port_type(mach_task_self(), name, &type));
	return type & MACH_PORT_TYPE_ALL_RIGHTS;
}

unsigned
queued(mach_port_name_t name)
{
	mach_port_status_t status;
	mach_msg_type_number_t words = MACH_PORT_RECEIVE_STATUS_COUNT;

	MUST(mach_port_get_attributes(mach_task_self(), name,
	    MACH_PORT_RECEIVE_STATUS, (mach_port_info_t)&status, &words));
	return status.mps_msgcount;
}

mach_msg_return_t
send_note(mach_port_t to, mach_msg_id_t id, int number, mach_port_t reply_port,
    mach_msg_option_t option, mach_port_t notify)
{
	mach_msg_type_name_t reply =
	    reply_port ? MACH_MSG_TYPE_MAKE_SEND_ONCE : 0;
	struct note note = {
	    .header.msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, reply),
	    .header.msgh_remote_port = to,
	    .header.msgh_local_port = reply_port,
	    .header.msgh_id = id,
	    .number = number,
	};
	mach_msg_return_t mr;

	mr = mach_msg(&note.header, MACH_SEND_MSG | option, sizeof(note), 0,
	    MACH_PORT_NULL, MACH_MSG_TIMEOUT_NONE, notify);
	/* A message that found no room comes back, with its rights. */
	if (mr == MACH_SEND_TIMED_OUT)
		mach_msg_destroy(&note.header);
	return mr;
}

void
send_right(mach_port_t to, mach_msg_id_t id, mach_port_t name,
    mach_msg_type_name_t disposition, int number)
{
	struct parcel parcel = {
	    .header.msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0) |
	        MACH_MSGH_BITS_COMPLEX,
	    .header.msgh_remote_port = to,
	    .header.msgh_id = id,
	    .body.msgh_descriptor_count = 1,
	    .right.type = MACH_MSG_PORT_DESCRIPTOR,
	    .right.name = name,
	    .right.disposition = disposition & 0xff,
	    .number = number,
	};

	MUST(mach_msg(&parcel.header, MACH_SEND_MSG, sizeof(parcel), 0,
	    MACH_PORT_NULL, MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL));
}

void
reply(struct mail *request, int number)
{
	struct note *note = &request->note;

	note->header.msgh_bits =
	    MACH_MSGH_BITS(MACH_MSG_TYPE_MOVE_SEND_ONCE, 0);
	note->header.msgh_local_port = MACH_PORT_NULL;
	note->header.msgh_id = SUM;
	note->number = number;
	MUST(mach_msg(&note->header, MACH_SEND_MSG, sizeof(*note), 0,
	    MACH_PORT_NULL, MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL));
}

/* Wait for a message, whatever it is. */
static void
receive_any(mach_port_t port, struct mail *mail_out)
{
	MUST(mach_msg(&mail_out->header, MACH_RCV_MSG, 0, sizeof(*mail_out),
	    port, MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL));
}

void
receive(mach_port_t port, mach_msg_id_t id, struct mail *mail_out)
{
	receive_any(port, mail_out);
	if (mail_out->header.msgh_id != id)
		fail("a message came with id %d instead of %d",
		    mail_out->header.msgh_id, id);
}

mach_msg_return_t
receive_if_any(mach_port_t port, struct mail *mail_out)
{
	return mach_msg(&mail_out->header, MACH_RCV_MSG | MACH_RCV_TIMEOUT, 0,
	    sizeof(*mail_out), port, 0, MACH_PORT_NULL);
}

void
will_sleep(void)
{
	MUST_HOLD(write(bell[1], "z", 1) == 1);
}

/* Ask the kernel what we hold, and tell the director. */
static void
tell_rights(void)
{
	struct rights rights = {
	    .header.msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0),
	    .header.msgh_remote_port = stage,
	    .header.msgh_id = RIGHTS,
	};
	mach_port_name_t *names;
	mach_port_type_t *types;
	mach_msg_type_number_t count;

	MUST(mach_port_names(mach_task_self(), &names, &count, &types, &count));
	MUST_HOLD(count <= sizeof(rights.list) / sizeof(rights.list[0]));
	for (unsigned i = 0; i < count; i++) {
		struct right *right = &rights.list[i];

		right->name = names[i];
		right->type = types[i] & MACH_PORT_TYPE_ALL_RIGHTS;
		MUST(mach_port_get_refs(mach_task_self(), names[i],
		    right->type & MACH_PORT_TYPE_DEAD_NAME
		        ? MACH_PORT_RIGHT_DEAD_NAME
		        : MACH_PORT_RIGHT_SEND,
		    &right->urefs));
		snprintf(right->label, sizeof(right->label), "%s",
		    label_of(names[i]));
	}
	rights.count = count;
	MUST(mach_msg(&rights.header, MACH_SEND_MSG, sizeof(rights), 0,
	    MACH_PORT_NULL, MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL));
	vm_deallocate(
	    mach_task_self(), (vm_address_t)names, count * sizeof(*names));
	vm_deallocate(
	    mach_task_self(), (vm_address_t)types, count * sizeof(*types));
}

/* Find the director as any task can find whom it was started to work with: the
 * director has registered its port, and a child inherits that. */
static void
find_stage(void)
{
	mach_port_t *ports;
	mach_msg_type_number_t count;

	MUST(mach_ports_lookup(mach_task_self(), &ports, &count));
	stage = ports[0];
	MUST_HOLD(rights_under(stage) == MACH_PORT_TYPE_SEND);
	vm_deallocate(
	    mach_task_self(), (vm_address_t)ports, count * sizeof(*ports));
	label(stage, "director's port");
}

/* Give the director send rights to our mailbox, if any, and to our cues. */
static void
say_hello(mach_port_t cues)
{
	struct parcel hello = {
	    .header.msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND,
	                            MACH_MSG_TYPE_MAKE_SEND) |
	        MACH_MSGH_BITS_COMPLEX,
	    .header.msgh_remote_port = stage,
	    .header.msgh_local_port = cues,
	    .header.msgh_id = HELLO,
	    .body.msgh_descriptor_count = 1,
	    .right.type = MACH_MSG_PORT_DESCRIPTOR,
	    .right.name = mailbox,
	    .right.disposition = MACH_MSG_TYPE_MAKE_SEND,
	};

	MUST(mach_msg(&hello.header, MACH_SEND_MSG, sizeof(hello), 0,
	    MACH_PORT_NULL, MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL));
}

static void
take_step(const struct part *part, const struct cue *cue)
{
	if (cue->step == TELL_RIGHTS)
		tell_rights();
	else if (part->steps[cue->step])
		part->steps[cue->step](cue);
	else
		fail("step %d is not mine", cue->step);
}

void
play(const struct part *part)
{
	struct mail mail;
	mach_port_t cues;
	struct cue cue;

	speaker = part->letter;
	label(mach_task_self(), "its own task port");
	label(bootstrap_port, "bootstrap port");
	find_stage();
	cues = new_port("its cues");
	if (part->mailbox)
		mailbox = new_port(part->mailbox);
	say_hello(cues);
	for (;;) {
		receive_any(cues, &mail);
		cue.step = (enum step)(mail.header.msgh_id - CUE);
		cue.right = mail.parcel.right.name;
		cue.number = mail.parcel.number;
		if (cue.step == LEAVE)
			exit(EXIT_SUCCESS);
		take_step(part, &cue);
		MUST(send_note(stage, DONE, part->letter, MACH_PORT_NULL, 0,
		    MACH_PORT_NULL));
	}
}
