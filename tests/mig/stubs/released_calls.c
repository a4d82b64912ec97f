/* Calls of released.defs. */
#include "calls.h"

#include "released.h"
#include "stub.h"

#define MOVE_SEND MACH_MSG_TYPE_MOVE_SEND
#define SEND MACH_MSG_TYPE_PORT_SEND
#define KEPT STUB_MEMORY_KEPT

static kern_return_t
call_unbounded(mach_port_t server)
{
	mach_msg_type_number_t aCnt, bCnt, cCnt;
	ub_t a = stub_ints(&aCnt, STUB_MANY, 1, KEPT);
	ub_t b = stub_ints(&bCnt, STUB_MANY, 2, STUB_MEMORY_LEAVES);
	oum_t c =
	    stub_names(&cCnt, STUB_MANY_RIGHTS, MOVE_SEND, STUB_MEMORY_LEAVES);
	kern_return_t kr;

	kr = x_unbounded(server, a, aCnt, &b, &bCnt, &c, &cCnt);
	if (kr != KERN_SUCCESS)
		return kr;
	stub_memory_take(b, bCnt, sizeof(int), STUB_MANY, 102);
	stub_memory_rights_take(c, cCnt, STUB_MANY_RIGHTS, SEND);
	return kr;
}

static kern_return_t
call_dropped(mach_port_t server)
{
	memory_t c = stub_memory(4 * sizeof(int), 3, KEPT);
	mach_msg_type_number_t xCnt;
	p3_t b;
	fregions_t d;
	va_t x;
	kern_return_t kr;

	stub_rights_fixed(b, 3, MOVE_SEND);
	for (unsigned i = 0; i < 2; i++)
		d[i] = stub_memory(4 * sizeof(int), 4 + i, KEPT);
	kr = x_dropped(server, stub_right(MOVE_SEND), b, c, d, x, &xCnt);
	if (kr == KERN_SUCCESS)
		stub_array_look(x, xCnt, 1, 5, 101);
	return kr;
}

static kern_return_t
call_record(mach_port_t server)
{
	mach_msg_type_number_t aCnt = stub_count(5), xCnt;
	va_t a, x;
	record_t b, c, y;
	kern_return_t kr;

	stub_fill(a, aCnt, 1);
	STUB_FILL(b, 2);
	STUB_FILL(c, 3);
	kr = x_record(server, a, aCnt, b, &c, x, &xCnt, &y);
	if (kr != KERN_SUCCESS)
		return kr;
	STUB_LOOK(c, 103);
	stub_array_look(x, xCnt, 1, 5, 101);
	STUB_LOOK(y, 102);
	return kr;
}

static kern_return_t
call_outcome(mach_port_t server, int outcome)
{
	mach_msg_type_number_t aCnt = stub_count(4);
	mach_port_t reply = stub_right(MACH_MSG_TYPE_MAKE_SEND_ONCE);
	pm_t a;
	nm_t b;

	stub_rights_fixed(a, aCnt, MACH_MSG_TYPE_MOVE_SEND);
	stub_string_fill(b, sizeof(b), 4);
	return x_outcome(server, reply, a, aCnt, outcome, b);
}

static kern_return_t
call_good_outcome(mach_port_t server)
{
	return call_outcome(server, KERN_SUCCESS);
}

/* Nothing else is sent. */
static kern_return_t
call_bad_outcome(mach_port_t server)
{
	stub->kept = true;
	return call_outcome(server, KERN_NOT_FOUND);
}

const struct stub_call released_calls[] = {
    {.name = "x_unbounded", .call = call_unbounded},
    {.name = "x_dropped", .call = call_dropped, .has_counts = true},
    {.name = "x_record", .call = call_record, .has_counts = true},
    {.name = "x_good_outcome", .call = call_good_outcome, .one_way = true},
    {.name = "x_bad_outcome", .call = call_bad_outcome, .one_way = true},
};
const size_t released_calls_length =
    sizeof(released_calls) / sizeof(released_calls[0]);
