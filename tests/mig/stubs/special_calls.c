/* Calls of special.defs. */
#include "calls.h"

#include <unistd.h>

#include "special.h"
#include "stub.h"

#define MOVE_SEND MACH_MSG_TYPE_MOVE_SEND
#define MAKE_SEND_ONCE MACH_MSG_TYPE_MAKE_SEND_ONCE

/* Longer than any call takes. */
#define LIMIT_MS 20000

static void
look_at_sender(const security_token_t *sender)
{
	STUB_EXPECT(sender->val[0] == geteuid());
	STUB_EXPECT(sender->val[1] == getegid());
}

static void
look_at_caller(const audit_token_t *caller)
{
	STUB_EXPECT(caller->val[1] == geteuid());
	STUB_EXPECT(caller->val[5] > 1);
}

/* What came back with @kr is what nearly all send. */
static kern_return_t
answered(kern_return_t kr, const int *x)
{
	if (kr == KERN_SUCCESS)
		STUB_LOOK(*x, 101);
	return kr;
}

static kern_return_t
call_seqno(mach_port_t server)
{
	int a;

	STUB_FILL(a, 1);
	return s_seqno(server, a);
}

static kern_return_t
call_server_tokens(mach_port_t server)
{
	mach_msg_type_number_t aCnt = stub_count(5);
	va_t a;

	stub_fill(a, aCnt, 1);
	return s_server_tokens(server, a, aCnt);
}

static kern_return_t
call_user_tokens(mach_port_t server)
{
	security_token_t sender;
	audit_token_t caller;
	mach_msg_type_number_t xCnt;
	va_t x;
	kern_return_t kr;

	kr = s_user_tokens(server, &sender, x, &xCnt, &caller);
	if (kr != KERN_SUCCESS)
		return kr;
	look_at_sender(&sender);
	stub_array_look(x, xCnt, 1, 5, 101);
	look_at_caller(&caller);
	return kr;
}

static kern_return_t
call_both_tokens(mach_port_t server)
{
	security_token_t sender;
	audit_token_t caller;
	mach_port_t x;
	kern_return_t kr;

	kr = s_both_tokens(server, &sender, &caller, stub_right(MOVE_SEND), &x);
	if (kr != KERN_SUCCESS)
		return kr;
	look_at_sender(&sender);
	look_at_caller(&caller);
	stub_right_take(x, MACH_MSG_TYPE_PORT_SEND);
	return kr;
}

static kern_return_t
call_sender(mach_port_t server)
{
	security_token_t sender;
	kern_return_t kr;

	kr = s_sender(server, &sender);
	if (kr == KERN_SUCCESS)
		look_at_sender(&sender);
	return kr;
}

static kern_return_t
call_reply_port(mach_port_t server)
{
	int a, x;

	STUB_FILL(a, 1);
	return answered(
	    s_reply_port(server, stub_right(MAKE_SEND_ONCE), a, &x), &x);
}

static kern_return_t
call_hidden_reply_port(mach_port_t server)
{
	int a, x;

	STUB_FILL(a, 1);
	return answered(
	    s_hidden_reply_port(server, stub_right(MAKE_SEND_ONCE), a, &x), &x);
}

static kern_return_t
call_stub_reply_port(mach_port_t server)
{
	int a, x;

	STUB_FILL(a, 1);
	return answered(s_stub_reply_port(server, a, &x), &x);
}

static kern_return_t
call_poly_reply_port(mach_port_t server)
{
	int a, x;

	STUB_FILL(a, 1);
	return answered(s_poly_reply_port(server, stub_right(MAKE_SEND_ONCE),
	                    MAKE_SEND_ONCE, a, &x),
	    &x);
}

static kern_return_t
call_request_port(mach_port_t server)
{
	int a, x;

	STUB_FILL(a, 1);
	return answered(
	    s_request_port(a, server, MACH_MSG_TYPE_COPY_SEND, &x), &x);
}

static kern_return_t
call_wait_time(mach_port_t server)
{
	mach_msg_type_number_t bCnt;
	ool_t b = stub_ints(&bCnt, STUB_MANY, 2, STUB_MEMORY_KEPT);
	int x;

	return answered(
	    s_wait_time(server, LIMIT_MS, stub_right(MOVE_SEND), b, bCnt, &x),
	    &x);
}

static kern_return_t
call_send_time(mach_port_t server)
{
	int x;

	return answered(
	    s_send_time(server, LIMIT_MS, stub_right(MOVE_SEND), &x), &x);
}

static kern_return_t
call_option(mach_port_t server)
{
	int a, x;

	STUB_FILL(a, 1);
	return answered(
	    s_option(server, MACH_SEND_INTERRUPT | MACH_RCV_INTERRUPT, a, &x),
	    &x);
}

static kern_return_t
call_settings(mach_port_t server)
{
	int a, x;

	STUB_FILL(a, 1);
	return answered(s_settings(server, a, &x), &x);
}

static kern_return_t
call_consume_timeout(mach_port_t server)
{
	mach_msg_type_number_t bCnt;
	ool_t b = stub_ints(&bCnt, STUB_MANY, 2, STUB_MEMORY_KEPT);
	int x;

	return answered(
	    s_consume_timeout(server, stub_right(MOVE_SEND), b, bCnt, &x), &x);
}

static kern_return_t
call_consume_reply(mach_port_t server)
{
	int x;

	return answered(s_consume_reply(server, stub_right(MAKE_SEND_ONCE),
	                    stub_right(MOVE_SEND), &x),
	    &x);
}

static kern_return_t
call_consume_any(mach_port_t server)
{
	mach_msg_type_number_t bCnt;
	ool_t b = stub_ints(&bCnt, STUB_MANY, 2, STUB_MEMORY_LEAVES);
	int x;

	return answered(
	    s_consume_any(server, stub_right(MOVE_SEND), b, bCnt, &x), &x);
}

static kern_return_t
call_consume_post(mach_port_t server)
{
	return s_consume_post(
	    server, stub_right(MOVE_SEND), stub_right(MOVE_SEND));
}

static kern_return_t
call_special(mach_port_t server)
{
	int a, x;

	STUB_FILL(a, 1);
	return answered(s_special(server, a, &x), &x);
}

const struct stub_call special_calls[] = {
    {.name = "s_seqno", .call = call_seqno},
    {.name = "s_server_tokens", .call = call_server_tokens},
    {.name = "s_user_tokens", .call = call_user_tokens, .has_counts = true},
    {.name = "s_both_tokens", .call = call_both_tokens},
    {.name = "s_sender", .call = call_sender},
    {.name = "s_reply_port", .call = call_reply_port, .own_reply_port = true},
    {.name = "s_hidden_reply_port",
        .call = call_hidden_reply_port,
        .own_reply_port = true},
    {.name = "s_stub_reply_port",
        .call = call_stub_reply_port,
        .answers_later = true},
    {.name = "s_poly_reply_port",
        .call = call_poly_reply_port,
        .own_reply_port = true},
    {.name = "s_request_port", .call = call_request_port},
    {.name = "s_wait_time", .call = call_wait_time},
    {.name = "s_send_time", .call = call_send_time},
    {.name = "s_option", .call = call_option},
    {.name = "s_settings", .call = call_settings},
    {.name = "s_consume_timeout",
        .call = call_consume_timeout,
        .consumes = STUB_TIMEOUT},
    {.name = "s_consume_reply",
        .call = call_consume_reply,
        .own_reply_port = true,
        .consumes = STUB_TIMEOUT},
    {.name = "s_consume_any", .call = call_consume_any, .consumes = STUB_ANY},
    {.name = "s_consume_post",
        .call = call_consume_post,
        .one_way = true,
        .consumes = STUB_ANY},
    {.name = "s_special", .call = call_special},
};
const size_t special_calls_length =
    sizeof(special_calls) / sizeof(special_calls[0]);
