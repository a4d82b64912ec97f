/* Calls of inline.defs. */
#include "calls.h"

#include "inline.h"
#include "stub.h"

static kern_return_t
call_scalars(mach_port_t server)
{
	c8_t a;
	boolean_t b;
	short c;
	float d;
	double e;
	int64_t f;
	kern_return_t kr;

	STUB_FILL(a, 1);
	STUB_FILL(b, 2);
	STUB_FILL(c, 3);
	STUB_FILL(d, 4);
	STUB_FILL(e, 5);
	STUB_FILL(f, 6);
	kr = i_scalars(server, &a, &b, &c, &d, &e, &f);
	if (kr != KERN_SUCCESS)
		return kr;
	STUB_LOOK(a, 101);
	STUB_LOOK(b, 102);
	STUB_LOOK(c, 103);
	STUB_LOOK(d, 104);
	STUB_LOOK(e, 105);
	STUB_LOOK(f, 106);
	return kr;
}

static kern_return_t
call_structs(mach_port_t server)
{
	st_t a;
	trio_t b, x, c;
	kern_return_t kr;

	STUB_FILL(a, 1);
	STUB_FILL(b, 2);
	STUB_FILL(c, 3);
	kr = i_structs(server, &a, b, &x, &c);
	if (kr != KERN_SUCCESS)
		return kr;
	STUB_LOOK(a, 101);
	STUB_LOOK(x, 102);
	STUB_LOOK(c, 103);
	return kr;
}

static kern_return_t
call_aligned(mach_port_t server)
{
	mach_msg_type_number_t cCnt = stub_count(5), wCnt;
	int a;
	d3_t b, d, f, x;
	va_t c, w;
	double e, g, y;
	kern_return_t kr;

	STUB_FILL(a, 1);
	STUB_FILL(b, 2);
	stub_fill(c, cCnt, 3);
	STUB_FILL(d, 4);
	STUB_FILL(e, 5);
	STUB_FILL(f, 6);
	STUB_FILL(g, 7);
	kr = i_aligned(server, a, b, c, cCnt, d, e, f, &g, w, &wCnt, x, &y);
	if (kr != KERN_SUCCESS)
		return kr;
	STUB_LOOK(f, 101);
	STUB_LOOK(g, 102);
	stub_array_look(w, wCnt, 1, 5, 103);
	STUB_LOOK(x, 104);
	STUB_LOOK(y, 105);
	return kr;
}

static kern_return_t
call_const(mach_port_t server)
{
	mach_msg_type_number_t aCnt = stub_count(5), cCnt = stub_count(4), xCnt;
	va_t a;
	vn_t b;
	vtrio_t c, x;
	kern_return_t kr;

	stub_fill(a, aCnt, 1);
	stub_string_fill(b, sizeof(b), 2);
	stub_fill(c, cCnt * sizeof(trio_t), 3);
	kr = i_const(server, a, aCnt, b, c, cCnt, x, &xCnt);
	if (kr != KERN_SUCCESS)
		return kr;
	stub_array_look(x, xCnt, sizeof(trio_t), 4, 101);
	return kr;
}

static kern_return_t
call_capacity(mach_port_t server)
{
	mach_msg_type_number_t wCnt = 5, xCnt = 3, yCnt = 4;
	va_t w;
	v64_t x;
	int a;
	vst_t y;
	kern_return_t kr;

	STUB_FILL(a, 1);
	kr = i_capacity(server, w, &wCnt, x, &xCnt, &a, y, &yCnt);
	if (kr != KERN_SUCCESS)
		return kr;
	stub_array_look(w, wCnt, 1, 5, 101);
	stub_array_look(x, xCnt, sizeof(int64_t), 3, 102);
	STUB_LOOK(a, 103);
	stub_array_look(y, yCnt, sizeof(st_t), 4, 104);
	return kr;
}

static kern_return_t
call_chain(mach_port_t server)
{
	mach_msg_type_number_t aCnt = stub_count(3), wCnt;
	va_t a, x;
	vi_t b, y;
	v64_t c;
	vs_t w;
	int d, z;
	kern_return_t kr;

	stub_fill(a, aCnt, 1);
	stub_fill(b, aCnt * sizeof(int), 2);
	stub_fill(c, aCnt * sizeof(int64_t), 3);
	STUB_FILL(d, 4);
	kr = i_chain(server, a, aCnt, b, c, d, w, &wCnt, x, y, &z);
	if (kr != KERN_SUCCESS)
		return kr;
	stub_array_look(w, wCnt, sizeof(short), 5, 101);
	stub_array_look(x, wCnt, 1, 5, 102);
	stub_array_look(y, wCnt, sizeof(int), 5, 103);
	STUB_LOOK(z, 104);
	return kr;
}

static kern_return_t
call_strings(mach_port_t server)
{
	mach_msg_type_number_t bCnt = stub_count(5), xCnt;
	vn_t a, c, e, v, y;
	va_t b, x;
	nm_t d, f, w;
	kern_return_t kr;

	stub_string_fill(a, sizeof(a), 1);
	stub_fill(b, bCnt, 2);
	stub_string_fill(c, sizeof(c), 3);
	stub_string_fill(d, sizeof(d), 4);
	stub_string_fill(e, sizeof(e), 5);
	stub_string_fill(f, sizeof(f), 6);
	kr = i_strings(server, a, b, bCnt, c, d, e, f, v, w, x, &xCnt, y);
	if (kr != KERN_SUCCESS)
		return kr;
	stub_string_look(f, sizeof(f), 101);
	stub_string_look(v, sizeof(v), 102);
	stub_string_look(w, sizeof(w), 103);
	stub_array_look(x, xCnt, 1, 5, 104);
	stub_string_look(y, sizeof(y), 105);
	return kr;
}

static kern_return_t
call_translated(mach_port_t server)
{
	int a, b, c, d, x;
	kern_return_t kr;

	STUB_FILL(a, 1);
	STUB_FILL(b, 2);
	STUB_FILL(c, 3);
	STUB_FILL(d, 4);
	kr = i_translated(server, a, b, c, &x, &d);
	if (kr != KERN_SUCCESS)
		return kr;
	STUB_LOOK(x, 101);
	STUB_LOOK(d, 102);
	return kr;
}

static kern_return_t
call_big(mach_port_t server)
{
	static big_t a, b, x, y;
	mach_msg_type_number_t bCnt = stub_count(4096), xCnt;
	kern_return_t kr;

	STUB_FILL(a, 1);
	stub_fill(b, bCnt, 2);
	kr = i_big(server, a, b, bCnt, x, &xCnt, y);
	if (kr != KERN_SUCCESS)
		return kr;
	stub_array_look(x, xCnt, 1, 4096, 101);
	STUB_LOOK(y, 102);
	return kr;
}

static kern_return_t
call_anonymous(mach_port_t server)
{
	mach_msg_type_number_t aCnt = stub_count(5), cCnt = stub_count(3);
	mach_msg_type_number_t xCnt;
	anonymous_words_t a;
	anonymous_pair_t b;
	anonymous_rows_t c, x;
	kern_return_t kr;

	stub_fill(a, aCnt * sizeof(uint16_t), 1);
	STUB_FILL(b, 2);
	stub_fill(c, cCnt * sizeof(c[0]), 3);
	kr = i_anonymous(server, a, aCnt, b, c, cCnt, x, &xCnt);
	if (kr != KERN_SUCCESS)
		return kr;
	stub_array_look(x, xCnt, 2 * sizeof(int), 3, 101);
	return kr;
}

const struct stub_call inline_calls[] = {
    {.name = "i_scalars", .call = call_scalars},
    {.name = "i_structs", .call = call_structs},
    {.name = "i_aligned", .call = call_aligned, .has_counts = true},
    {.name = "i_const", .call = call_const, .has_counts = true},
    {.name = "i_capacity", .call = call_capacity, .has_counts = true},
    {.name = "i_chain", .call = call_chain, .has_counts = true},
    {.name = "i_strings", .call = call_strings, .has_counts = true},
    {.name = "i_translated", .call = call_translated},
    {.name = "i_big", .call = call_big, .has_counts = true},
    {.name = "i_anonymous", .call = call_anonymous, .has_counts = true},
};
const size_t inline_calls_length =
    sizeof(inline_calls) / sizeof(inline_calls[0]);
