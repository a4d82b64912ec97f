/* Calls of memory.defs. */
#include "calls.h"

#include "memory.h"
#include "stub.h"

#define INT sizeof(int)
#define KEPT STUB_MEMORY_KEPT
#define LEAVES STUB_MEMORY_LEAVES

static kern_return_t
call_dealloc(mach_port_t server)
{
	mach_msg_type_number_t aCnt, bCnt, xCnt, yCnt;
	ool_t a = stub_ints(&aCnt, STUB_MANY, 1, LEAVES), x;
	ub_t b = stub_ints(&bCnt, STUB_MANY, 2, LEAVES), y;
	kern_return_t kr;

	kr = m_dealloc(server, a, aCnt, b, bCnt, &x, &xCnt, &y, &yCnt);
	if (kr != KERN_SUCCESS)
		return kr;
	stub_memory_take(x, xCnt, INT, STUB_MANY, 101);
	stub_memory_take(y, yCnt, INT, STUB_MANY, 102);
	return kr;
}

/* The other way round than the server. */
static kern_return_t
call_runtime(mach_port_t server)
{
	boolean_t aDealloc = stub->length % 2 == 1;
	mach_msg_type_number_t aCnt, xCnt;
	ool_t a = stub_ints(&aCnt, STUB_MANY, 1, aDealloc ? LEAVES : KEPT);
	ool_t x;
	kern_return_t kr;

	kr = m_runtime(server, a, aCnt, aDealloc, &x, &xCnt);
	if (kr != KERN_SUCCESS)
		return kr;
	stub_memory_take(x, xCnt, INT, STUB_MANY, 101);
	return kr;
}

static kern_return_t
call_auto(mach_port_t server)
{
	mach_msg_type_number_t aCnt, dCnt = stub_count(5);
	ool_t a = stub_ints(&aCnt, STUB_MANY, 1, KEPT);
	oolf_t b = stub_memory(100 * INT, 2, KEPT);
	int c;
	va_t d;

	STUB_FILL(c, 3);
	stub_fill(d, dCnt, 4);
	return m_auto(server, a, aCnt, b, c, d, dCnt);
}

static kern_return_t
call_physical(mach_port_t server)
{
	mach_msg_type_number_t aCnt, xCnt;
	ool_t a = stub_ints(&aCnt, STUB_MANY, 1, KEPT), x;
	kern_return_t kr;

	kr = m_physical(server, a, aCnt, &x, &xCnt);
	if (kr != KERN_SUCCESS)
		return kr;
	stub_memory_take(x, xCnt, INT, STUB_MANY, 101);
	return kr;
}

static kern_return_t
call_inout(mach_port_t server)
{
	mach_msg_type_number_t aCnt, bCnt;
	ool_t a = stub_ints(&aCnt, STUB_MANY, 1, LEAVES);
	oolb_t b = stub_ints(&bCnt, 100, 2, LEAVES);
	kern_return_t kr;

	kr = m_inout(server, &a, &aCnt, &b, &bCnt);
	if (kr != KERN_SUCCESS)
		return kr;
	STUB_EXPECT(aCnt == stub_count(50));
	STUB_EXPECT(bCnt == stub_count(70));
	STUB_CHECK(bCnt <= 100);
	stub_look(a, aCnt * INT, 101);
	stub_look(b, bCnt * INT, 102);
	stub_memory_free(a, aCnt * INT);
	stub_memory_free(b, bCnt * INT);
	return kr;
}

static kern_return_t
call_elements(mach_port_t server)
{
	mach_msg_type_number_t aCnt = stub_count(STUB_MANY);
	mach_msg_type_number_t bCnt = stub_count(4), xCnt;
	ooltrio_t a = stub_memory(aCnt * sizeof(trio_t), 1, KEPT), x;
	vtrio_t b;
	kern_return_t kr;

	stub_fill(b, bCnt * sizeof(trio_t), 2);
	kr = m_elements(server, a, aCnt, b, bCnt, &x, &xCnt);
	if (kr != KERN_SUCCESS)
		return kr;
	stub_memory_take(x, xCnt, sizeof(trio_t), STUB_MANY, 101);
	return kr;
}

static kern_return_t
call_regions(mach_port_t server)
{
	mach_msg_type_number_t aSubs[3], xSubs[3];
	regions_t a, x;
	kern_return_t kr;

	for (unsigned i = 0; i < 3; i++)
		a[i] = stub_ints(&aSubs[i], STUB_MANY, 1 + i, KEPT);
	kr = m_regions(server, a, aSubs, x, xSubs);
	if (kr != KERN_SUCCESS)
		return kr;
	for (unsigned i = 0; i < 3; i++)
		stub_memory_take(x[i], xSubs[i], INT, STUB_MANY, 101 + i);
	return kr;
}

static kern_return_t
call_variable(mach_port_t server)
{
	mach_msg_type_number_t aSubsCnt = stub_count(3), bCnt = stub_count(5);
	mach_msg_type_number_t aSubs[3], xSubs[3], xSubsCnt = 3;
	vregions_t a, x;
	va_t b;
	kern_return_t kr;

	for (unsigned i = 0; i < aSubsCnt; i++)
		a[i] = stub_ints(&aSubs[i], STUB_MANY, 1 + i, KEPT);
	stub_fill(b, bCnt, 4);
	kr = m_variable(
	    server, a, aSubs, aSubsCnt, b, bCnt, x, xSubs, &xSubsCnt);
	if (kr != KERN_SUCCESS)
		return kr;
	STUB_CHECK(xSubsCnt <= 3);
	STUB_EXPECT(xSubsCnt == stub_count(3));
	for (unsigned i = 0; i < xSubsCnt; i++)
		stub_memory_take(x[i], xSubs[i], INT, STUB_MANY, 101 + i);
	return kr;
}

/* An implementation that forgets what it has to say leaves no memory. */
static void
take_fixed(const int *memory, unsigned seed)
{
	STUB_EXPECT(memory != NULL);
	if (!memory)
		return;
	stub_look(memory, 4 * INT, seed);
	stub_memory_free(memory, 4 * INT);
}

static kern_return_t
call_fixed(mach_port_t server)
{
	mach_msg_type_number_t bCnt = stub_count(2), yCnt = 2;
	fregions_t a, x;
	vfregions_t b, y;
	kern_return_t kr;

	for (unsigned i = 0; i < 2; i++)
		a[i] = stub_memory(4 * INT, 1 + i, KEPT);
	for (unsigned i = 0; i < bCnt; i++)
		b[i] = stub_memory(4 * INT, 3 + i, KEPT);
	kr = m_fixed(server, a, b, bCnt, x, y, &yCnt);
	if (kr != KERN_SUCCESS)
		return kr;
	for (unsigned i = 0; i < 2; i++)
		take_fixed(x[i], 101 + i);
	STUB_CHECK(yCnt <= 2);
	STUB_EXPECT(yCnt == stub_count(2));
	for (unsigned i = 0; i < yCnt; i++)
		take_fixed(y[i], 103 + i);
	return kr;
}

static kern_return_t
call_together(mach_port_t server)
{
	mach_msg_type_number_t aCnt = stub_count(7), bCnt, xCnt;
	ool_t b = stub_ints(&bCnt, 7, 2, KEPT), y;
	vi_t a, x;
	kern_return_t kr;

	stub_fill(a, aCnt * INT, 1);
	kr = m_together(server, a, aCnt, b, x, &xCnt, &y);
	if (kr != KERN_SUCCESS)
		return kr;
	stub_array_look(x, xCnt, INT, 7, 101);
	stub_memory_take(y, xCnt, INT, 7, 102);
	return kr;
}

static kern_return_t
call_all(mach_port_t server)
{
	const mach_msg_type_name_t send = MACH_MSG_TYPE_PORT_SEND;
	mach_msg_type_number_t aCnt, cCnt = stub_count(5), dCnt;
	mach_msg_type_number_t eCnt = stub_count(4), vCnt, xCnt, yCnt;
	ool_t a = stub_ints(&aCnt, STUB_MANY, 1, KEPT), v;
	op_t d =
	    stub_names(&dCnt, STUB_MANY_RIGHTS, MACH_MSG_TYPE_COPY_SEND, KEPT);
	mach_port_t w;
	va_t c, x;
	pm_t e;
	vn_t f, z;
	opm_t y;
	kern_return_t kr;

	stub_fill(c, cCnt, 3);
	stub_rights_fixed(e, eCnt, MACH_MSG_TYPE_MOVE_SEND);
	stub_string_fill(f, sizeof(f), 6);
	kr = m_all(server, a, aCnt, stub_right(MACH_MSG_TYPE_MOVE_SEND), c,
	    cCnt, d, dCnt, e, eCnt, f, &v, &vCnt, &w, x, &xCnt, &y, &yCnt, z);
	if (kr != KERN_SUCCESS)
		return kr;
	stub_memory_take(v, vCnt, INT, STUB_MANY, 101);
	stub_right_take(w, send);
	stub_array_look(x, xCnt, 1, 5, 103);
	stub_memory_rights_take(y, yCnt, 8, send);
	stub_string_look(z, sizeof(z), 105);
	return kr;
}

const struct stub_call memory_calls[] = {
    {.name = "m_dealloc", .call = call_dealloc},
    {.name = "m_runtime", .call = call_runtime},
    {.name = "m_auto", .call = call_auto},
    {.name = "m_physical", .call = call_physical},
    {.name = "m_inout", .call = call_inout},
    {.name = "m_elements", .call = call_elements},
    {.name = "m_regions", .call = call_regions},
    {.name = "m_variable", .call = call_variable, .has_counts = true},
    {.name = "m_fixed", .call = call_fixed, .has_counts = true},
    {.name = "m_together", .call = call_together, .has_counts = true},
    {.name = "m_all", .call = call_all, .has_counts = true},
};
const size_t memory_calls_length =
    sizeof(memory_calls) / sizeof(memory_calls[0]);
