/* Calls of rights.defs. */
#include "calls.h"

#include "rights.h"
#include "stub.h"

#define MOVE_SEND MACH_MSG_TYPE_MOVE_SEND
#define RECEIVE MACH_MSG_TYPE_PORT_RECEIVE
#define SEND MACH_MSG_TYPE_PORT_SEND
#define SEND_ONCE MACH_MSG_TYPE_PORT_SEND_ONCE

static kern_return_t
call_poly(mach_port_t server)
{
	mach_port_t x;
	mach_msg_type_name_t xPoly;
	kern_return_t kr;

	kr = r_poly(server, stub_right(MACH_MSG_TYPE_MAKE_SEND),
	    MACH_MSG_TYPE_MAKE_SEND, &x, &xPoly);
	if (kr != KERN_SUCCESS)
		return kr;
	STUB_EXPECT(xPoly == RECEIVE);
	stub_right_take(x, xPoly);
	return kr;
}

static kern_return_t
call_halves(mach_port_t server)
{
	mach_port_t x, y;
	mach_msg_type_name_t yPoly;
	kern_return_t kr;

	kr = r_halves(server, stub_right(MACH_MSG_TYPE_MOVE_SEND_ONCE),
	    MACH_MSG_TYPE_MOVE_SEND_ONCE,
	    stub_right(MACH_MSG_TYPE_MAKE_SEND_ONCE), &x, &y, &yPoly);
	if (kr != KERN_SUCCESS)
		return kr;
	stub_right_take(x, SEND_ONCE);
	STUB_EXPECT(yPoly == SEND_ONCE);
	stub_right_take(y, yPoly);
	return kr;
}

static kern_return_t
call_inout(mach_port_t server)
{
	mach_port_t a = stub_right(MOVE_SEND);
	mach_port_t b = stub_right(MACH_MSG_TYPE_MOVE_RECEIVE);
	mach_port_t c = stub_right(MACH_MSG_TYPE_MAKE_SEND_ONCE);
	mach_msg_type_name_t cPoly = MACH_MSG_TYPE_MAKE_SEND_ONCE;
	kern_return_t kr;

	kr = r_inout(server, &a, &b, &c, &cPoly);
	if (kr != KERN_SUCCESS)
		return kr;
	stub_right_take(a, SEND);
	stub_right_take(b, RECEIVE);
	STUB_EXPECT(cPoly == SEND);
	stub_right_take(c, cPoly);
	return kr;
}

static kern_return_t
call_fixed(mach_port_t server)
{
	p3_t a, b, x;
	kern_return_t kr;

	stub_rights_fixed(a, 3, MACH_MSG_TYPE_COPY_SEND);
	stub_rights_fixed(b, 3, MACH_MSG_TYPE_COPY_SEND);
	kr = r_fixed(server, a, b, x);
	if (kr != KERN_SUCCESS)
		return kr;
	for (unsigned i = 0; i < 3; i++) {
		stub_right_take(b[i], SEND);
		stub_right_take(x[i], SEND);
	}
	return kr;
}

static kern_return_t
call_variable(mach_port_t server)
{
	mach_msg_type_number_t aCnt = stub_count(4), cCnt = aCnt, xCnt = 4;
	pm_t a, c, x;
	int b;
	kern_return_t kr;

	stub_rights_fixed(a, aCnt, MOVE_SEND);
	STUB_FILL(b, 2);
	stub_rights_fixed(c, cCnt, MOVE_SEND);
	kr = r_variable(server, a, aCnt, b, c, &cCnt, x, &xCnt);
	if (kr != KERN_SUCCESS)
		return kr;
	stub_rights_take(c, cCnt, 4, SEND);
	stub_rights_take(x, xCnt, 4, SEND);
	return kr;
}

static kern_return_t
call_capacity(mach_port_t server)
{
	mach_msg_type_number_t xCnt = 4, yCnt;
	int a;
	pm_t x;
	va_t y;
	kern_return_t kr;

	STUB_FILL(a, 1);
	kr = r_capacity(server, a, x, &xCnt, y, &yCnt);
	if (kr != KERN_SUCCESS)
		return kr;
	stub_rights_take(x, xCnt, 4, SEND);
	stub_array_look(y, yCnt, 1, 5, 102);
	return kr;
}

static kern_return_t
call_regions(mach_port_t server)
{
	mach_msg_type_number_t aCnt, xCnt;
	opm_t a = stub_names(&aCnt, 8, MOVE_SEND, STUB_MEMORY_KEPT), x;
	kern_return_t kr;

	kr = r_regions(server, a, aCnt, &x, &xCnt);
	if (kr != KERN_SUCCESS)
		return kr;
	stub_memory_rights_take(x, xCnt, 8, SEND);
	return kr;
}

static kern_return_t
call_unbounded(mach_port_t server)
{
	mach_msg_type_number_t aCnt, xCnt;
	oum_t a =
	    stub_names(&aCnt, STUB_MANY_RIGHTS, MOVE_SEND, STUB_MEMORY_LEAVES);
	oum_t x;
	int b;
	kern_return_t kr;

	STUB_FILL(b, 2);
	kr = r_unbounded(server, a, aCnt, b, &x, &xCnt);
	if (kr != KERN_SUCCESS)
		return kr;
	stub_memory_rights_take(x, xCnt, STUB_MANY_RIGHTS, SEND);
	return kr;
}

static kern_return_t
call_region_inout(mach_port_t server)
{
	mach_msg_type_number_t aCnt;
	opm_t a = stub_names(&aCnt, 8, MOVE_SEND, STUB_MEMORY_LEAVES);
	kern_return_t kr;

	kr = r_region_inout(server, &a, &aCnt);
	if (kr != KERN_SUCCESS)
		return kr;
	STUB_EXPECT(aCnt == stub_count(5));
	stub_rights_drop(a, aCnt, SEND);
	stub_memory_free(a, aCnt * sizeof(*a));
	return kr;
}

static kern_return_t
call_together(mach_port_t server)
{
	mach_msg_type_number_t aCnt = stub_count(4), cCnt, xCnt = 4;
	oum_t c = stub_names(&cCnt, 4, MOVE_SEND, STUB_MEMORY_KEPT);
	pm_t a, x;
	vi_t b, y;
	kern_return_t kr;

	stub_rights_fixed(a, aCnt, MOVE_SEND);
	stub_fill(b, aCnt * sizeof(int), 2);
	kr = r_together(server, a, aCnt, b, c, x, &xCnt, y);
	if (kr != KERN_SUCCESS)
		return kr;
	stub_rights_take(x, xCnt, 4, SEND);
	stub_array_look(y, xCnt, sizeof(int), 4, 102);
	return kr;
}

static kern_return_t
call_names(mach_port_t server)
{
	mach_port_name_t a, b;
	kern_return_t kr;

	STUB_FILL(a, 1);
	STUB_FILL(b, 2);
	kr = r_names(server, a, &b);
	if (kr != KERN_SUCCESS)
		return kr;
	STUB_LOOK(b, 102);
	return kr;
}

static kern_return_t
call_translated(mach_port_t server)
{
	mach_port_t x;
	kern_return_t kr;

	kr = r_translated(server, stub_right(MOVE_SEND), &x);
	if (kr != KERN_SUCCESS)
		return kr;
	stub_right_take(x, SEND);
	return kr;
}

const struct stub_call rights_calls[] = {
    {.name = "r_poly", .call = call_poly},
    {.name = "r_halves", .call = call_halves},
    {.name = "r_inout", .call = call_inout},
    {.name = "r_fixed", .call = call_fixed},
    {.name = "r_variable", .call = call_variable, .has_counts = true},
    {.name = "r_capacity", .call = call_capacity, .has_counts = true},
    {.name = "r_regions", .call = call_regions},
    {.name = "r_unbounded", .call = call_unbounded},
    {.name = "r_region_inout", .call = call_region_inout},
    {.name = "r_together", .call = call_together, .has_counts = true},
    {.name = "r_names", .call = call_names},
    {.name = "r_translated", .call = call_translated},
};
const size_t rights_calls_length =
    sizeof(rights_calls) / sizeof(rights_calls[0]);
