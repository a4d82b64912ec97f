/* The implementations of special.defs. */
#include "specialServer.h"

#include <unistd.h>

#include "stub.h"

/* What nearly all of them do. */
static kern_return_t
answer(int a, int *x)
{
	STUB_LOOK(a, 1);
	if (stub_refuses() || stub_is_done())
		return stub->result;
	STUB_FILL(*x, 101);
	return KERN_SUCCESS;
}

static void
look_at_sender(const security_token_t *sender)
{
	STUB_EXPECT(sender->val[0] == geteuid());
	STUB_EXPECT(sender->val[1] == getegid());
}

/* Of some process of ours. */
static void
look_at_caller(const audit_token_t *caller)
{
	STUB_EXPECT(caller->val[1] == geteuid());
	STUB_EXPECT(caller->val[5] > 1);
}

kern_return_t
do_s_seqno(mach_port_t server, int number, int a)
{
	(void)server;
	stub_serve();
	stub->seqno = (mach_port_seqno_t)number;
	STUB_LOOK(a, 1);
	return stub->result;
}

kern_return_t
do_s_server_tokens(mach_port_t server, security_token_t sender, va_t a,
    mach_msg_type_number_t aCnt, audit_token_t caller,
    mach_port_context_t context)
{
	(void)server;
	stub_serve();
	look_at_sender(&sender);
	stub_array_look(a, aCnt, 1, 5, 1);
	look_at_caller(&caller);
	STUB_EXPECT(context == STUB_CONTEXT);
	return stub->result;
}

kern_return_t
do_s_user_tokens(mach_port_t server, va_t x, mach_msg_type_number_t *xCnt)
{
	(void)server;
	stub_serve();
	if (stub_refuses() || stub_is_done())
		return stub->result;
	stub_array_fill(x, xCnt, 1, 5, 101);
	return KERN_SUCCESS;
}

kern_return_t
do_s_both_tokens(mach_port_t server, security_token_t *sender,
    audit_token_t *caller, mach_port_t a, mach_port_t *x)
{
	(void)server;
	stub_serve();
	look_at_sender(sender);
	look_at_caller(caller);
	stub_right_look(a, MACH_MSG_TYPE_PORT_SEND);
	if (stub_refuses())
		return stub->result;
	stub_right_drop(a, MACH_MSG_TYPE_PORT_SEND);
	if (stub_is_done())
		return stub->result;
	*x = stub_right(MACH_MSG_TYPE_MOVE_SEND);
	return KERN_SUCCESS;
}

kern_return_t
do_s_sender(mach_port_t server, security_token_t *sender)
{
	(void)server;
	stub_serve();
	look_at_sender(sender);
	return stub->result;
}

/* The reply right, which is the stub's unless nothing is replied. */
static void
look_at_reply(mach_port_t reply)
{
	stub_reply_look(reply, MACH_MSG_TYPE_PORT_SEND_ONCE);
	if (stub->result != MIG_NO_REPLY)
		return;
	stub_right_drop(reply, MACH_MSG_TYPE_PORT_SEND_ONCE);
	stub->owns_reply = true;
}

kern_return_t
do_s_reply_port(mach_port_t server, mach_port_t reply, int a, int *x)
{
	(void)server;
	stub_serve();
	look_at_reply(reply);
	return answer(a, x);
}

kern_return_t
do_s_hidden_reply_port(mach_port_t server, int a, int *x)
{
	(void)server;
	stub_serve();
	return answer(a, x);
}

/* The same that the stub would send, later. */
static void
reply_by_hand(mach_port_t reply)
{
	__Reply__s_stub_reply_port_t message = {
	    .Head.msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_MOVE_SEND_ONCE, 0),
	    .Head.msgh_size = sizeof(message),
	    .Head.msgh_remote_port = reply,
	    .Head.msgh_id = 100 + (mach_msg_id_t)do_special_subsystem.start + 7,
	    .NDR = NDR_record,
	};

	STUB_FILL(message.x, 101);
	STUB_CHECK(mach_msg(&message.Head, MACH_SEND_MSG, sizeof(message), 0,
	               MACH_PORT_NULL, MACH_MSG_TIMEOUT_NONE,
	               MACH_PORT_NULL) == MACH_MSG_SUCCESS);
}

kern_return_t
do_s_stub_reply_port(mach_port_t server, mach_port_t reply, int a, int *x)
{
	(void)server;
	stub_serve();
	stub_reply_look(reply, MACH_MSG_TYPE_PORT_SEND_ONCE);
	if (stub->result == MIG_NO_REPLY) {
		reply_by_hand(reply);
		stub->owns_reply = true;
	}
	return answer(a, x);
}

kern_return_t
do_s_poly_reply_port(mach_port_t server, mach_port_t reply,
    mach_msg_type_name_t replyPoly, int a, int *x)
{
	(void)server;
	stub_serve();
	STUB_EXPECT(replyPoly == MACH_MSG_TYPE_PORT_SEND_ONCE);
	look_at_reply(reply);
	return answer(a, x);
}

kern_return_t
do_s_request_port(
    int a, mach_port_t server, mach_msg_type_name_t serverPoly, int *x)
{
	stub_serve();
	STUB_CHECK(MACH_PORT_VALID(server));
	STUB_EXPECT(serverPoly == MACH_MSG_TYPE_PORT_SEND);
	return answer(a, x);
}

/* A right, and a number back. */
static kern_return_t
take_right(mach_port_t a, int *x)
{
	stub_right_look(a, MACH_MSG_TYPE_PORT_SEND);
	if (stub_refuses())
		return stub->result;
	stub_right_drop(a, MACH_MSG_TYPE_PORT_SEND);
	if (stub_is_done())
		return stub->result;
	STUB_FILL(*x, 101);
	return KERN_SUCCESS;
}

/* A right, memory, and a number back. */
static kern_return_t
take_both(mach_port_t a, ool_t b, mach_msg_type_number_t bCnt, int *x)
{
	stub_right_look(a, MACH_MSG_TYPE_PORT_SEND);
	stub_array_look(b, bCnt, sizeof(int), STUB_MANY, 2);
	if (stub_refuses())
		return stub->result;
	stub_right_drop(a, MACH_MSG_TYPE_PORT_SEND);
	stub_memory_free(b, bCnt * sizeof(int));
	if (stub_is_done())
		return stub->result;
	STUB_FILL(*x, 101);
	return KERN_SUCCESS;
}

kern_return_t
do_s_wait_time(mach_port_t server, mach_port_t a, ool_t b,
    mach_msg_type_number_t bCnt, int *x)
{
	(void)server;
	stub_serve();
	return take_both(a, b, bCnt, x);
}

kern_return_t
do_s_send_time(mach_port_t server, mach_port_t a, int *x)
{
	(void)server;
	stub_serve();
	return take_right(a, x);
}

kern_return_t
do_s_option(mach_port_t server, int a, int *x)
{
	(void)server;
	stub_serve();
	return answer(a, x);
}

kern_return_t
do_s_settings(mach_port_t server, int a, int *x)
{
	(void)server;
	stub_serve();
	return answer(a, x);
}

kern_return_t
do_s_consume_timeout(mach_port_t server, mach_port_t a, ool_t b,
    mach_msg_type_number_t bCnt, int *x)
{
	(void)server;
	stub_serve();
	return take_both(a, b, bCnt, x);
}

kern_return_t
do_s_consume_reply(mach_port_t server, mach_port_t a, int *x)
{
	(void)server;
	stub_serve();
	return take_right(a, x);
}

kern_return_t
do_s_consume_any(mach_port_t server, mach_port_t a, ool_t b,
    mach_msg_type_number_t bCnt, int *x)
{
	(void)server;
	stub_serve();
	return take_both(a, b, bCnt, x);
}

kern_return_t
do_s_consume_post(mach_port_t server, mach_port_t a)
{
	(void)server;
	stub_serve();
	stub_right_look(a, MACH_MSG_TYPE_PORT_SEND);
	if (stub_refuses())
		return stub->result;
	stub_right_drop(a, MACH_MSG_TYPE_PORT_SEND);
	return MIG_NO_REPLY;
}

kern_return_t
do_s_special(mach_port_t server, int a, int *x)
{
	(void)server;
	stub_serve();
	return answer(a, x);
}
