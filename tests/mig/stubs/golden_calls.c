/* Calls of golden.defs. */
#include "calls.h"

#include "golden.h"
#include "golden_layout.h"
#include "stub.h"

static kern_return_t
call_void(mach_port_t server)
{
	return g_void(server);
}

static kern_return_t
call_scalars(mach_port_t server)
{
	c8_t a, x;
	short b;
	int c, z;
	int64_t d, y;
	double e;
	char f;
	kern_return_t kr;

	STUB_FILL(a, 1);
	STUB_FILL(b, 2);
	STUB_FILL(c, 3);
	STUB_FILL(d, 4);
	STUB_FILL(e, 5);
	STUB_FILL(f, 6);
	kr = g_scalars(server, a, b, c, d, e, f, &x, &y, &z);
	if (kr != KERN_SUCCESS)
		return kr;
	STUB_LOOK(x, 101);
	STUB_LOOK(y, 102);
	STUB_LOOK(z, 103);
	return kr;
}

static kern_return_t
call_fixed(mach_port_t server)
{
	s3_t a, x;
	st_t b, y;
	nm_t c, z;
	kern_return_t kr;

	STUB_FILL(a, 1);
	STUB_FILL(b, 2);
	stub_string_fill(c, sizeof(c), 3);
	kr = g_fixed(server, a, b, c, x, &y, z);
	if (kr != KERN_SUCCESS)
		return kr;
	STUB_LOOK(x, 101);
	STUB_LOOK(y, 102);
	stub_string_look(z, sizeof(z), 103);
	return kr;
}

static kern_return_t
call_variable(mach_port_t server)
{
	mach_msg_type_number_t aCnt = stub_count(5), xCnt;
	va_t a, x;
	kern_return_t kr;

	stub_fill(a, aCnt, 1);
	kr = g_variable(server, a, aCnt, x, &xCnt);
	if (kr != KERN_SUCCESS)
		return kr;
	stub_array_look(x, xCnt, 1, 5, 101);
	return kr;
}

static kern_return_t
call_mixed(mach_port_t server)
{
	mach_msg_type_number_t bCnt = stub_count(5), dCnt = stub_count(7);
	mach_msg_type_number_t wCnt, yCnt;
	int a, v;
	va_t b, w;
	short c, x;
	vi_t d, y;
	int64_t e, z;
	kern_return_t kr;

	STUB_FILL(a, 1);
	stub_fill(b, bCnt, 2);
	STUB_FILL(c, 3);
	stub_fill(d, dCnt * sizeof(int), 4);
	STUB_FILL(e, 5);
	kr = g_mixed(
	    server, a, b, bCnt, c, d, dCnt, e, &v, w, &wCnt, &x, y, &yCnt, &z);
	if (kr != KERN_SUCCESS)
		return kr;
	STUB_LOOK(v, 101);
	stub_array_look(w, wCnt, 1, 5, 102);
	STUB_LOOK(x, 103);
	stub_array_look(y, yCnt, sizeof(int), 7, 104);
	STUB_LOOK(z, 105);
	return kr;
}

static kern_return_t
call_wide(mach_port_t server)
{
	mach_msg_type_number_t aCnt = stub_count(3), bCnt = stub_count(4);
	mach_msg_type_number_t cCnt = stub_count(6), xCnt, yCnt, zCnt;
	v64_t a, x;
	vst_t b, y;
	vs_t c, z;
	kern_return_t kr;

	stub_fill(a, aCnt * sizeof(int64_t), 1);
	stub_fill(b, bCnt * sizeof(st_t), 2);
	stub_fill(c, cCnt * sizeof(short), 3);
	kr = g_wide(
	    server, a, aCnt, b, bCnt, c, cCnt, x, &xCnt, y, &yCnt, z, &zCnt);
	if (kr != KERN_SUCCESS)
		return kr;
	stub_array_look(x, xCnt, sizeof(int64_t), 3, 101);
	stub_array_look(y, yCnt, sizeof(st_t), 4, 102);
	stub_array_look(z, zCnt, sizeof(short), 6, 103);
	return kr;
}

static kern_return_t
call_strings(mach_port_t server)
{
	vn_t a, b, x, y;
	kern_return_t kr;

	stub_string_fill(a, sizeof(a), 1);
	stub_string_fill(b, sizeof(b), 2);
	kr = g_strings(server, a, b, x, y);
	if (kr != KERN_SUCCESS)
		return kr;
	stub_string_look(x, sizeof(x), 101);
	stub_string_look(y, sizeof(y), 102);
	return kr;
}

static kern_return_t
call_capacity(mach_port_t server)
{
	mach_msg_type_number_t xCnt = 7, yCnt = 5;
	int a;
	vi_t x;
	va_t y;
	kern_return_t kr;

	STUB_FILL(a, 1);
	kr = g_capacity(server, a, x, &xCnt, y, &yCnt);
	if (kr != KERN_SUCCESS)
		return kr;
	stub_array_look(x, xCnt, sizeof(int), 7, 101);
	stub_array_look(y, yCnt, 1, 5, 102);
	return kr;
}

static kern_return_t
call_memory(mach_port_t server)
{
	mach_msg_type_number_t aCnt, bCnt, dCnt, vCnt, wCnt, yCnt;
	ub_t a = stub_ints(&aCnt, STUB_MANY, 1, STUB_MEMORY_KEPT), v;
	ool_t b = stub_ints(&bCnt, STUB_MANY, 2, STUB_MEMORY_KEPT), w;
	oolf_t c = stub_memory(100 * sizeof(int), 3, STUB_MEMORY_KEPT), x;
	oolb_t d = stub_ints(&dCnt, 100, 4, STUB_MEMORY_KEPT), y;
	oolf_t e = stub_memory(100 * sizeof(int), 5, STUB_MEMORY_KEPT), z;
	kern_return_t kr;

	kr = g_memory(server, a, aCnt, b, bCnt, c, d, dCnt, e, &v, &vCnt, &w,
	    &wCnt, &x, &y, &yCnt, &z);
	if (kr != KERN_SUCCESS)
		return kr;
	stub_memory_take(v, vCnt, sizeof(int), STUB_MANY, 101);
	stub_memory_take(w, wCnt, sizeof(int), STUB_MANY, 102);
	stub_look(x, 100 * sizeof(int), 103);
	stub_memory_free(x, 100 * sizeof(int));
	stub_memory_take(y, yCnt, sizeof(int), 100, 104);
	stub_look(z, 100 * sizeof(int), 105);
	stub_memory_free(z, 100 * sizeof(int));
	return kr;
}

static kern_return_t
call_rights(mach_port_t server)
{
	mach_port_name_t h;
	mach_port_t u, v, w, x, y, z;
	kern_return_t kr;

	STUB_FILL(h, 8);
	kr = g_rights(server, stub_right(MACH_MSG_TYPE_MOVE_RECEIVE),
	    stub_right(MACH_MSG_TYPE_COPY_SEND),
	    stub_right(MACH_MSG_TYPE_MAKE_SEND),
	    stub_right(MACH_MSG_TYPE_MOVE_SEND),
	    stub_right(MACH_MSG_TYPE_MAKE_SEND_ONCE),
	    stub_right(MACH_MSG_TYPE_MOVE_SEND_ONCE),
	    stub_right(MACH_MSG_TYPE_MAKE_SEND_ONCE),
	    MACH_MSG_TYPE_MAKE_SEND_ONCE, h, &u, &v, &w, &x, &y, &z);
	if (kr != KERN_SUCCESS)
		return kr;
	stub_right_take(u, MACH_MSG_TYPE_PORT_RECEIVE);
	stub_right_take(v, MACH_MSG_TYPE_PORT_SEND);
	stub_right_take(w, MACH_MSG_TYPE_PORT_SEND);
	stub_right_take(x, MACH_MSG_TYPE_PORT_SEND);
	stub_right_take(y, MACH_MSG_TYPE_PORT_SEND_ONCE);
	stub_right_take(z, MACH_MSG_TYPE_PORT_SEND_ONCE);
	return kr;
}

static kern_return_t
call_arrays(mach_port_t server)
{
	const mach_msg_type_name_t copy = MACH_MSG_TYPE_COPY_SEND;
	const mach_msg_type_name_t send = MACH_MSG_TYPE_PORT_SEND;
	mach_msg_type_number_t bCnt = stub_count(4), cCnt, dCnt, eCnt;
	mach_msg_type_number_t wCnt = 4, xCnt, yCnt, zCnt;
	op_t c = stub_names(&cCnt, STUB_MANY_RIGHTS, copy, STUB_MEMORY_KEPT);
	ou_t d = stub_names(&dCnt, STUB_MANY_RIGHTS, copy, STUB_MEMORY_KEPT);
	op_t e = stub_names(&eCnt, STUB_MANY_RIGHTS, copy, STUB_MEMORY_KEPT);
	op_t x, z;
	ou_t y;
	p3_t a, v;
	pv_t b, w;
	kern_return_t kr;

	stub_rights_fixed(a, 3, copy);
	stub_rights_fixed(b, bCnt, copy);
	kr = g_arrays(server, a, b, bCnt, c, cCnt, d, dCnt, e, eCnt, v, w,
	    &wCnt, &x, &xCnt, &y, &yCnt, &z, &zCnt);
	if (kr != KERN_SUCCESS)
		return kr;
	for (unsigned i = 0; i < 3; i++)
		stub_right_take(v[i], send);
	stub_rights_take(w, wCnt, 4, send);
	stub_memory_rights_take(x, xCnt, STUB_MANY_RIGHTS, send);
	stub_memory_rights_take(y, yCnt, STUB_MANY_RIGHTS, send);
	stub_memory_rights_take(z, zCnt, STUB_MANY_RIGHTS, send);
	return kr;
}

static kern_return_t
call_inout(mach_port_t server)
{
	mach_msg_type_number_t fCnt;
	ool_t f = stub_ints(&fCnt, STUB_MANY, 6, STUB_MEMORY_KEPT);
	mach_port_t e = stub_right(MACH_MSG_TYPE_COPY_SEND);
	int a;
	s3_t b;
	st_t c;
	nm_t d;
	int64_t g;
	kern_return_t kr;

	STUB_FILL(a, 1);
	STUB_FILL(b, 2);
	STUB_FILL(c, 3);
	stub_string_fill(d, sizeof(d), 4);
	STUB_FILL(g, 7);
	kr = g_inout(server, &a, b, &c, d, &e, &f, &fCnt, &g);
	if (kr != KERN_SUCCESS)
		return kr;
	STUB_LOOK(a, 101);
	STUB_LOOK(b, 102);
	STUB_LOOK(c, 103);
	stub_string_look(d, sizeof(d), 104);
	stub_right_take(e, MACH_MSG_TYPE_PORT_SEND);
	stub_memory_take(f, fCnt, sizeof(int), STUB_MANY, 106);
	STUB_LOOK(g, 107);
	return kr;
}

static kern_return_t
call_post(mach_port_t server)
{
	return g_post(server);
}

static kern_return_t
call_send(mach_port_t server)
{
	mach_msg_type_number_t bCnt = stub_count(5);
	int a, c;
	va_t b;

	STUB_FILL(a, 1);
	stub_fill(b, bCnt, 2);
	STUB_FILL(c, 3);
	return g_send(server, a, b, bCnt, c);
}

static kern_return_t
call_together(mach_port_t server)
{
	mach_msg_type_number_t aCnt = stub_count(7), xCnt;
	vi_t a, b, x, y;
	kern_return_t kr;

	stub_fill(a, aCnt * sizeof(int), 1);
	stub_fill(b, aCnt * sizeof(int), 2);
	kr = g_together(server, a, aCnt, b, x, &xCnt, y);
	if (kr != KERN_SUCCESS)
		return kr;
	stub_array_look(x, xCnt, sizeof(int), 7, 101);
	stub_array_look(y, xCnt, sizeof(int), 7, 102);
	return kr;
}

static kern_return_t
call_worked(mach_port_t server)
{
	mach_msg_type_number_t aCnt = stub_count(5), bCnt = stub_count(7);
	int x;
	va_t a;
	short y;
	vi_t b;
	int64_t z;

	STUB_FILL(x, 1);
	stub_fill(a, aCnt, 2);
	STUB_FILL(y, 3);
	stub_fill(b, bCnt * sizeof(int), 4);
	STUB_FILL(z, 5);
	return g_worked(server, x, a, aCnt, y, b, bCnt, z);
}

const struct stub_call golden_calls[] = {
    {.name = "g_void", .call = call_void},
    {.name = "g_scalars", .call = call_scalars},
    {.name = "g_fixed", .call = call_fixed},
    {.name = "g_variable", .call = call_variable, .has_counts = true},
    {.name = "g_mixed", .call = call_mixed, .has_counts = true},
    {.name = "g_wide", .call = call_wide, .has_counts = true},
    {.name = "g_strings", .call = call_strings},
    {.name = "g_capacity", .call = call_capacity, .has_counts = true},
    {.name = "g_memory", .call = call_memory},
    {.name = "g_rights", .call = call_rights},
    {.name = "g_arrays", .call = call_arrays, .has_counts = true},
    {.name = "g_inout", .call = call_inout},
    {.name = "g_post", .call = call_post, .one_way = true},
    {.name = "g_send", .call = call_send, .one_way = true},
    {.name = "g_together", .call = call_together, .has_counts = true},
    {.name = "g_worked", .call = call_worked},
};
const size_t golden_calls_length =
    sizeof(golden_calls) / sizeof(golden_calls[0]);
