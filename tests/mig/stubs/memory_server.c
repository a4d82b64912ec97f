/* The implementations of memory.defs. */
#include "memoryServer.h"

#include "stub.h"

#define INT sizeof(int)
#define LEAVES STUB_MEMORY_LEAVES

kern_return_t
do_m_dealloc(mach_port_t server, ool_t a, mach_msg_type_number_t aCnt, ub_t b,
    mach_msg_type_number_t bCnt, ool_t *x, mach_msg_type_number_t *xCnt,
    ub_t *y, mach_msg_type_number_t *yCnt)
{
	(void)server;
	stub_serve();
	stub_array_look(a, aCnt, INT, STUB_MANY, 1);
	stub_array_look(b, bCnt, INT, STUB_MANY, 2);
	if (stub_refuses())
		return stub->result;
	stub_memory_free(a, aCnt * INT);
	if (stub_is_done())
		return stub->result;
	*x = stub_ints(xCnt, STUB_MANY, 101, LEAVES);
	*y = stub_ints(yCnt, STUB_MANY, 102, LEAVES);
	return KERN_SUCCESS;
}

/* An odd number of elements is lent, an even one given. */
kern_return_t
do_m_runtime(mach_port_t server, ool_t a, mach_msg_type_number_t aCnt, ool_t *x,
    mach_msg_type_number_t *xCnt, boolean_t *xDealloc)
{
	(void)server;
	stub_serve();
	stub_array_look(a, aCnt, INT, STUB_MANY, 1);
	if (stub_refuses())
		return stub->result;
	stub_memory_free(a, aCnt * INT);
	if (stub_is_done())
		return stub->result;
	*xDealloc = stub->length % 2 == 0;
	*x = stub_ints(
	    xCnt, STUB_MANY, 101, *xDealloc ? LEAVES : STUB_MEMORY_KEPT);
	return KERN_SUCCESS;
}

/* All the memory is the stub's to free. */
kern_return_t
do_m_auto(mach_port_t server, ool_t a, mach_msg_type_number_t aCnt, oolf_t b,
    int c, va_t d, mach_msg_type_number_t dCnt)
{
	(void)server;
	stub_serve();
	stub_array_look(a, aCnt, INT, STUB_MANY, 1);
	stub_look(b, 100 * INT, 2);
	STUB_LOOK(c, 3);
	stub_array_look(d, dCnt, 1, 5, 4);
	return stub->result;
}

kern_return_t
do_m_physical(mach_port_t server, ool_t a, mach_msg_type_number_t aCnt,
    ool_t *x, mach_msg_type_number_t *xCnt)
{
	(void)server;
	stub_serve();
	stub_array_look(a, aCnt, INT, STUB_MANY, 1);
	if (stub_refuses())
		return stub->result;
	stub_memory_free(a, aCnt * INT);
	if (stub_is_done())
		return stub->result;
	*x = stub_ints(xCnt, STUB_MANY, 101, LEAVES);
	return KERN_SUCCESS;
}

kern_return_t
do_m_inout(mach_port_t server, ool_t *a, mach_msg_type_number_t *aCnt,
    oolb_t *b, mach_msg_type_number_t *bCnt)
{
	(void)server;
	stub_serve();
	stub_array_look(*a, *aCnt, INT, STUB_MANY, 1);
	stub_array_look(*b, *bCnt, INT, 100, 2);
	if (stub_refuses())
		return stub->result;
	stub_memory_free(*a, *aCnt * INT);
	stub_memory_free(*b, *bCnt * INT);
	*a = NULL;
	*aCnt = 0;
	*b = NULL;
	*bCnt = 0;
	if (stub_is_done())
		return stub->result;
	/* Not as many as came. */
	*a = stub_ints(aCnt, 50, 101, LEAVES);
	*b = stub_ints(bCnt, 70, 102, LEAVES);
	return KERN_SUCCESS;
}

kern_return_t
do_m_elements(mach_port_t server, ooltrio_t a, mach_msg_type_number_t aCnt,
    vtrio_t b, mach_msg_type_number_t bCnt, ooltrio_t *x,
    mach_msg_type_number_t *xCnt)
{
	(void)server;
	stub_serve();
	stub_array_look(a, aCnt, sizeof(trio_t), STUB_MANY, 1);
	stub_array_look(b, bCnt, sizeof(trio_t), 4, 2);
	if (stub_refuses())
		return stub->result;
	stub_memory_free(a, aCnt * sizeof(trio_t));
	if (stub_is_done())
		return stub->result;
	*xCnt = stub_count(STUB_MANY);
	*x = stub_memory(*xCnt * sizeof(trio_t), 101, LEAVES);
	return KERN_SUCCESS;
}

kern_return_t
do_m_regions(mach_port_t server, regions_t a, mach_msg_type_number_t *aSubs,
    regions_t x, mach_msg_type_number_t *xSubs)
{
	(void)server;
	stub_serve();
	for (unsigned i = 0; i < 3; i++)
		stub_array_look(a[i], aSubs[i], INT, STUB_MANY, 1 + i);
	if (stub_refuses())
		return stub->result;
	for (unsigned i = 0; i < 3; i++)
		stub_memory_free(a[i], aSubs[i] * INT);
	if (stub_is_done())
		return stub->result;
	for (unsigned i = 0; i < 3; i++)
		x[i] = stub_ints(&xSubs[i], STUB_MANY, 101 + i, LEAVES);
	return KERN_SUCCESS;
}

kern_return_t
do_m_variable(mach_port_t server, vregions_t a, mach_msg_type_number_t *aSubs,
    mach_msg_type_number_t aSubsCnt, va_t b, mach_msg_type_number_t bCnt,
    vregions_t x, mach_msg_type_number_t *xSubs,
    mach_msg_type_number_t *xSubsCnt)
{
	(void)server;
	stub_serve();
	STUB_CHECK(aSubsCnt <= 3);
	STUB_EXPECT(aSubsCnt == stub_count(3));
	for (unsigned i = 0; i < aSubsCnt; i++)
		stub_array_look(a[i], aSubs[i], INT, STUB_MANY, 1 + i);
	stub_array_look(b, bCnt, 1, 5, 4);
	if (stub_refuses())
		return stub->result;
	for (unsigned i = 0; i < aSubsCnt; i++)
		stub_memory_free(a[i], aSubs[i] * INT);
	if (stub_is_done())
		return stub->result;
	STUB_EXPECT(*xSubsCnt == 3);
	*xSubsCnt = stub_count(3);
	for (unsigned i = 0; i < *xSubsCnt; i++)
		x[i] = stub_ints(&xSubs[i], STUB_MANY, 101 + i, LEAVES);
	if (stub->exceeds)
		*xSubsCnt = 4;
	return KERN_SUCCESS;
}

kern_return_t
do_m_fixed(mach_port_t server, fregions_t a, vfregions_t b,
    mach_msg_type_number_t bCnt, fregions_t x, vfregions_t y,
    mach_msg_type_number_t *yCnt)
{
	(void)server;
	stub_serve();
	STUB_CHECK(bCnt <= 2);
	STUB_EXPECT(bCnt == stub_count(2));
	for (unsigned i = 0; i < 2; i++)
		stub_look(a[i], 4 * INT, 1 + i);
	for (unsigned i = 0; i < bCnt; i++)
		stub_look(b[i], 4 * INT, 3 + i);
	if (stub_refuses())
		return stub->result;
	for (unsigned i = 0; i < 2; i++)
		stub_memory_free(a[i], 4 * INT);
	for (unsigned i = 0; i < bCnt; i++)
		stub_memory_free(b[i], 4 * INT);
	if (stub_is_done())
		return stub->result;
	for (unsigned i = 0; i < 2; i++)
		x[i] = stub_memory(4 * INT, 101 + i, LEAVES);
	STUB_EXPECT(*yCnt == 2);
	*yCnt = stub_count(2);
	for (unsigned i = 0; i < *yCnt; i++)
		y[i] = stub_memory(4 * INT, 103 + i, LEAVES);
	if (stub->exceeds)
		*yCnt = 3;
	return KERN_SUCCESS;
}

kern_return_t
do_m_together(mach_port_t server, vi_t a, mach_msg_type_number_t aCnt, ool_t b,
    vi_t x, mach_msg_type_number_t *xCnt, ool_t *y)
{
	(void)server;
	stub_serve();
	stub_array_look(a, aCnt, INT, 7, 1);
	stub_array_look(b, aCnt, INT, 7, 2);
	if (stub_refuses())
		return stub->result;
	stub_memory_free(b, aCnt * INT);
	if (stub_is_done())
		return stub->result;
	stub_array_fill(x, xCnt, INT, 7, 101);
	*y = stub_memory(*xCnt * INT, 102, LEAVES);
	return KERN_SUCCESS;
}

kern_return_t
do_m_all(mach_port_t server, ool_t a, mach_msg_type_number_t aCnt,
    mach_port_t b, va_t c, mach_msg_type_number_t cCnt, op_t d,
    mach_msg_type_number_t dCnt, pm_t e, mach_msg_type_number_t eCnt, vn_t f,
    ool_t *v, mach_msg_type_number_t *vCnt, mach_port_t *w, va_t x,
    mach_msg_type_number_t *xCnt, opm_t *y, mach_msg_type_number_t *yCnt,
    vn_t z)
{
	const mach_msg_type_name_t send = MACH_MSG_TYPE_PORT_SEND;

	(void)server;
	stub_serve();
	stub_array_look(a, aCnt, INT, STUB_MANY, 1);
	stub_right_look(b, send);
	stub_array_look(c, cCnt, 1, 5, 3);
	stub_rights_look(d, dCnt, STUB_MANY_RIGHTS, send);
	stub_rights_look(e, eCnt, 4, send);
	stub_string_look(f, sizeof(vn_t), 6);
	if (stub_refuses())
		return stub->result;
	stub_memory_free(a, aCnt * INT);
	stub_right_drop(b, send);
	stub_rights_drop(d, dCnt, send);
	stub_memory_free(d, dCnt * sizeof(*d));
	stub_rights_drop(e, eCnt, send);
	if (stub_is_done())
		return stub->result;
	*v = stub_ints(vCnt, STUB_MANY, 101, LEAVES);
	*w = stub_right(MACH_MSG_TYPE_MOVE_SEND);
	stub_array_fill(x, xCnt, 1, 5, 103);
	*y = stub_names(yCnt, 8, MACH_MSG_TYPE_MOVE_SEND, LEAVES);
	stub_string_fill(z, sizeof(vn_t), 105);
	return KERN_SUCCESS;
}
