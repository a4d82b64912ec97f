/* Calls of one_way.defs. */
#include "calls.h"

#include "one_way.h"
#include "stub.h"

#define MOVE_SEND MACH_MSG_TYPE_MOVE_SEND
#define MAKE_SEND_ONCE MACH_MSG_TYPE_MAKE_SEND_ONCE

static kern_return_t
call_arguments(mach_port_t server)
{
	mach_msg_type_number_t aCnt = stub_count(5);
	va_t a;
	double b;
	vn_t c;
	st_t d;

	stub_fill(a, aCnt, 1);
	STUB_FILL(b, 2);
	stub_string_fill(c, sizeof(c), 3);
	STUB_FILL(d, 4);
	return call_o_arguments(server, a, aCnt, b, c, d);
}

static kern_return_t
call_rights(mach_port_t server)
{
	mach_msg_type_number_t bCnt, cCnt;
	ool_t b = stub_ints(&bCnt, STUB_MANY, 2, STUB_MEMORY_KEPT);
	oum_t c =
	    stub_names(&cCnt, STUB_MANY_RIGHTS, MOVE_SEND, STUB_MEMORY_KEPT);
	int d;

	STUB_FILL(d, 4);
	return call_o_rights(
	    server, stub_right(MOVE_SEND), b, bCnt, c, cCnt, d);
}

static kern_return_t
call_good_outcome(mach_port_t server)
{
	mach_msg_type_number_t aCnt;
	ool_t a = stub_ints(&aCnt, STUB_MANY, 1, STUB_MEMORY_KEPT);
	int c;

	STUB_FILL(c, 3);
	return call_o_outcome(
	    server, a, aCnt, KERN_SUCCESS, stub_right(MOVE_SEND), c);
}

/* Nothing else is sent. */
static kern_return_t
call_bad_outcome(mach_port_t server)
{
	mach_msg_type_number_t aCnt;
	ool_t a = stub_ints(&aCnt, STUB_MANY, 1, STUB_MEMORY_KEPT);

	stub->kept = true;
	return call_o_outcome(
	    server, a, aCnt, KERN_NOT_FOUND, stub_right(MOVE_SEND), 3);
}

static kern_return_t
call_plain_outcome(mach_port_t server)
{
	int c;

	STUB_FILL(c, 2);
	return call_o_plain_outcome(server, KERN_NOT_FOUND, c);
}

static kern_return_t
call_request(mach_port_t server)
{
	int a;

	STUB_FILL(a, 1);
	return call_o_request(server, stub_right(MAKE_SEND_ONCE), a);
}

static kern_return_t
call_request_seen(mach_port_t server)
{
	int a;

	STUB_FILL(a, 1);
	return call_o_request_seen(server, stub_right(MAKE_SEND_ONCE), a);
}

static kern_return_t
call_tokens(mach_port_t server)
{
	mach_msg_type_number_t aCnt;
	ool_t a = stub_ints(&aCnt, STUB_MANY, 1, STUB_MEMORY_KEPT);

	return call_o_tokens(server, a, aCnt);
}

static kern_return_t
call_send_time(mach_port_t server)
{
	mach_msg_type_number_t bCnt;
	ool_t b = stub_ints(&bCnt, STUB_MANY, 2, STUB_MEMORY_KEPT);

	return call_o_send_time(server, 20000, stub_right(MOVE_SEND), b, bCnt);
}

const struct stub_call one_way_calls[] = {
    {.name = "o_arguments", .call = call_arguments, .one_way = true},
    {.name = "o_rights", .call = call_rights, .one_way = true},
    {.name = "o_good_outcome", .call = call_good_outcome, .one_way = true},
    {.name = "o_bad_outcome", .call = call_bad_outcome, .one_way = true},
    {.name = "o_plain_outcome", .call = call_plain_outcome, .one_way = true},
    {.name = "o_request", .call = call_request, .one_way = true},
    {.name = "o_request_seen", .call = call_request_seen, .one_way = true},
    {.name = "o_tokens", .call = call_tokens, .one_way = true},
    {.name = "o_send_time", .call = call_send_time, .one_way = true},
};
const size_t one_way_calls_length =
    sizeof(one_way_calls) / sizeof(one_way_calls[0]);
