/* The implementations of golden.defs. */
#include "goldenServer.h"

#include "golden_layout.h"
#include "stub.h"

kern_return_t
do_g_void(mach_port_t server)
{
	stub_serve();
	STUB_CHECK(MACH_PORT_VALID(server));
	return stub->result;
}

kern_return_t
do_g_scalars(mach_port_t server, c8_t a, short b, int c, int64_t d, double e,
    char f, c8_t *x, int64_t *y, int *z)
{
	(void)server;
	stub_serve();
	STUB_LOOK(a, 1);
	STUB_LOOK(b, 2);
	STUB_LOOK(c, 3);
	STUB_LOOK(d, 4);
	STUB_LOOK(e, 5);
	STUB_LOOK(f, 6);
	if (stub_refuses() || stub_is_done())
		return stub->result;
	STUB_FILL(*x, 101);
	STUB_FILL(*y, 102);
	STUB_FILL(*z, 103);
	return KERN_SUCCESS;
}

kern_return_t
do_g_fixed(mach_port_t server, s3_t a, st_t b, nm_t c, s3_t x, st_t *y, nm_t z)
{
	(void)server;
	stub_serve();
	stub_look(a, sizeof(s3_t), 1);
	STUB_LOOK(b, 2);
	stub_string_look(c, sizeof(nm_t), 3);
	if (stub_refuses() || stub_is_done())
		return stub->result;
	stub_fill(x, sizeof(s3_t), 101);
	STUB_FILL(*y, 102);
	stub_string_fill(z, sizeof(nm_t), 103);
	return KERN_SUCCESS;
}

kern_return_t
do_g_variable(mach_port_t server, va_t a, mach_msg_type_number_t aCnt, va_t x,
    mach_msg_type_number_t *xCnt)
{
	(void)server;
	stub_serve();
	stub_array_look(a, aCnt, 1, 5, 1);
	if (stub_refuses() || stub_is_done())
		return stub->result;
	stub_array_fill(x, xCnt, 1, 5, 101);
	return KERN_SUCCESS;
}

kern_return_t
do_g_mixed(mach_port_t server, int a, va_t b, mach_msg_type_number_t bCnt,
    short c, vi_t d, mach_msg_type_number_t dCnt, int64_t e, int *v, va_t w,
    mach_msg_type_number_t *wCnt, short *x, vi_t y,
    mach_msg_type_number_t *yCnt, int64_t *z)
{
	(void)server;
	stub_serve();
	STUB_LOOK(a, 1);
	stub_array_look(b, bCnt, 1, 5, 2);
	STUB_LOOK(c, 3);
	stub_array_look(d, dCnt, sizeof(int), 7, 4);
	STUB_LOOK(e, 5);
	if (stub_refuses() || stub_is_done())
		return stub->result;
	STUB_FILL(*v, 101);
	stub_array_fill(w, wCnt, 1, 5, 102);
	STUB_FILL(*x, 103);
	stub_array_fill(y, yCnt, sizeof(int), 7, 104);
	STUB_FILL(*z, 105);
	return KERN_SUCCESS;
}

kern_return_t
do_g_wide(mach_port_t server, v64_t a, mach_msg_type_number_t aCnt, vst_t b,
    mach_msg_type_number_t bCnt, vs_t c, mach_msg_type_number_t cCnt, v64_t x,
    mach_msg_type_number_t *xCnt, vst_t y, mach_msg_type_number_t *yCnt, vs_t z,
    mach_msg_type_number_t *zCnt)
{
	(void)server;
	stub_serve();
	stub_array_look(a, aCnt, sizeof(int64_t), 3, 1);
	stub_array_look(b, bCnt, sizeof(st_t), 4, 2);
	stub_array_look(c, cCnt, sizeof(short), 6, 3);
	if (stub_refuses() || stub_is_done())
		return stub->result;
	stub_array_fill(x, xCnt, sizeof(int64_t), 3, 101);
	stub_array_fill(y, yCnt, sizeof(st_t), 4, 102);
	stub_array_fill(z, zCnt, sizeof(short), 6, 103);
	return KERN_SUCCESS;
}

kern_return_t
do_g_strings(mach_port_t server, vn_t a, vn_t b, vn_t x, vn_t y)
{
	(void)server;
	stub_serve();
	stub_string_look(a, sizeof(vn_t), 1);
	stub_string_look(b, sizeof(vn_t), 2);
	if (stub_refuses() || stub_is_done())
		return stub->result;
	stub_string_fill(x, sizeof(vn_t), 101);
	stub_string_fill(y, sizeof(vn_t), 102);
	return KERN_SUCCESS;
}

kern_return_t
do_g_capacity(mach_port_t server, int a, vi_t x, mach_msg_type_number_t *xCnt,
    va_t y, mach_msg_type_number_t *yCnt)
{
	(void)server;
	stub_serve();
	STUB_LOOK(a, 1);
	if (stub_refuses() || stub_is_done())
		return stub->result;
	stub_array_fill(x, xCnt, sizeof(int), 7, 101);
	stub_array_fill(y, yCnt, 1, 5, 102);
	return KERN_SUCCESS;
}

kern_return_t
do_g_memory(mach_port_t server, ub_t a, mach_msg_type_number_t aCnt, ool_t b,
    mach_msg_type_number_t bCnt, oolf_t c, oolb_t d,
    mach_msg_type_number_t dCnt, oolf_t e, ub_t *v,
    mach_msg_type_number_t *vCnt, ool_t *w, mach_msg_type_number_t *wCnt,
    oolf_t *x, oolb_t *y, mach_msg_type_number_t *yCnt, oolf_t *z)
{
	(void)server;
	stub_serve();
	stub_array_look(a, aCnt, sizeof(int), STUB_MANY, 1);
	stub_array_look(b, bCnt, sizeof(int), STUB_MANY, 2);
	stub_look(c, 100 * sizeof(int), 3);
	stub_array_look(d, dCnt, sizeof(int), 100, 4);
	stub_look(e, 100 * sizeof(int), 5);
	if (stub_refuses())
		return stub->result;
	stub_memory_free(b, bCnt * sizeof(int));
	stub_memory_free(c, 100 * sizeof(int));
	stub_memory_free(d, dCnt * sizeof(int));
	stub_memory_free(e, 100 * sizeof(int));
	if (stub_is_done())
		return stub->result;
	*v = stub_ints(vCnt, STUB_MANY, 101, STUB_MEMORY_KEPT);
	*w = stub_ints(wCnt, STUB_MANY, 102, STUB_MEMORY_KEPT);
	*x = stub_memory(100 * sizeof(int), 103, STUB_MEMORY_KEPT);
	*y = stub_ints(yCnt, 100, 104, STUB_MEMORY_KEPT);
	*z = stub_memory(100 * sizeof(int), 105, STUB_MEMORY_KEPT);
	return KERN_SUCCESS;
}

kern_return_t
do_g_rights(mach_port_t server, mach_port_t a, mach_port_t b, mach_port_t c,
    mach_port_t d, mach_port_t e, mach_port_t f, mach_port_t g,
    mach_msg_type_name_t gPoly, mach_port_name_t h, mach_port_t *u,
    mach_port_t *v, mach_port_t *w, mach_port_t *x, mach_port_t *y,
    mach_port_t *z)
{
	(void)server;
	stub_serve();
	stub_right_look(a, MACH_MSG_TYPE_PORT_RECEIVE);
	stub_right_look(b, MACH_MSG_TYPE_PORT_SEND);
	stub_right_look(c, MACH_MSG_TYPE_PORT_SEND);
	stub_right_look(d, MACH_MSG_TYPE_PORT_SEND);
	stub_right_look(e, MACH_MSG_TYPE_PORT_SEND_ONCE);
	stub_right_look(f, MACH_MSG_TYPE_PORT_SEND_ONCE);
	STUB_EXPECT(gPoly == MACH_MSG_TYPE_PORT_SEND_ONCE);
	stub_right_look(g, gPoly);
	STUB_LOOK(h, 8);
	if (stub_refuses())
		return stub->result;
	stub_right_drop(a, MACH_MSG_TYPE_PORT_RECEIVE);
	stub_right_drop(b, MACH_MSG_TYPE_PORT_SEND);
	stub_right_drop(c, MACH_MSG_TYPE_PORT_SEND);
	stub_right_drop(d, MACH_MSG_TYPE_PORT_SEND);
	stub_right_drop(e, MACH_MSG_TYPE_PORT_SEND_ONCE);
	stub_right_drop(f, MACH_MSG_TYPE_PORT_SEND_ONCE);
	stub_right_drop(g, gPoly);
	if (stub_is_done())
		return stub->result;
	*u = stub_right(MACH_MSG_TYPE_MOVE_RECEIVE);
	*v = stub_right(MACH_MSG_TYPE_COPY_SEND);
	*w = stub_right(MACH_MSG_TYPE_MAKE_SEND);
	*x = stub_right(MACH_MSG_TYPE_MOVE_SEND);
	*y = stub_right(MACH_MSG_TYPE_MAKE_SEND_ONCE);
	*z = stub_right(MACH_MSG_TYPE_MOVE_SEND_ONCE);
	return KERN_SUCCESS;
}

kern_return_t
do_g_arrays(mach_port_t server, p3_t a, pv_t b, mach_msg_type_number_t bCnt,
    op_t c, mach_msg_type_number_t cCnt, ou_t d, mach_msg_type_number_t dCnt,
    op_t e, mach_msg_type_number_t eCnt, p3_t v, pv_t w,
    mach_msg_type_number_t *wCnt, op_t *x, mach_msg_type_number_t *xCnt,
    ou_t *y, mach_msg_type_number_t *yCnt, op_t *z,
    mach_msg_type_number_t *zCnt)
{
	const mach_msg_type_name_t send = MACH_MSG_TYPE_PORT_SEND;
	const mach_msg_type_name_t copy = MACH_MSG_TYPE_COPY_SEND;

	(void)server;
	stub_serve();
	for (unsigned i = 0; i < 3; i++)
		stub_right_look(a[i], send);
	stub_rights_look(b, bCnt, 4, send);
	stub_rights_look(d, dCnt, STUB_MANY_RIGHTS, send);
	if (stub_refuses())
		return stub->result;
	stub_rights_drop(a, 3, send);
	stub_rights_drop(b, bCnt, send);
	stub_memory_rights_take(c, cCnt, STUB_MANY_RIGHTS, send);
	stub_rights_drop(d, dCnt, send);
	stub_memory_rights_take(e, eCnt, STUB_MANY_RIGHTS, send);
	if (stub_is_done())
		return stub->result;
	stub_rights_fixed(v, 3, copy);
	stub_rights(w, wCnt, 4, copy);
	*x = stub_names(xCnt, STUB_MANY_RIGHTS, copy, STUB_MEMORY_KEPT);
	*y = stub_names(yCnt, STUB_MANY_RIGHTS, copy, STUB_MEMORY_KEPT);
	*z = stub_names(zCnt, STUB_MANY_RIGHTS, copy, STUB_MEMORY_KEPT);
	return KERN_SUCCESS;
}

kern_return_t
do_g_inout(mach_port_t server, int *a, s3_t b, st_t *c, nm_t d, mach_port_t *e,
    ool_t *f, mach_msg_type_number_t *fCnt, int64_t *g)
{
	(void)server;
	stub_serve();
	STUB_LOOK(*a, 1);
	stub_look(b, sizeof(s3_t), 2);
	STUB_LOOK(*c, 3);
	stub_string_look(d, sizeof(nm_t), 4);
	stub_right_look(*e, MACH_MSG_TYPE_PORT_SEND);
	stub_array_look(*f, *fCnt, sizeof(int), STUB_MANY, 6);
	STUB_LOOK(*g, 7);
	if (stub_refuses())
		return stub->result;
	stub_right_drop(*e, MACH_MSG_TYPE_PORT_SEND);
	stub_memory_free(*f, *fCnt * sizeof(int));
	*e = MACH_PORT_NULL;
	*f = NULL;
	*fCnt = 0;
	if (stub_is_done())
		return stub->result;
	STUB_FILL(*a, 101);
	stub_fill(b, sizeof(s3_t), 102);
	STUB_FILL(*c, 103);
	stub_string_fill(d, sizeof(nm_t), 104);
	*e = stub_right(MACH_MSG_TYPE_COPY_SEND);
	*f = stub_ints(fCnt, STUB_MANY, 106, STUB_MEMORY_KEPT);
	STUB_FILL(*g, 107);
	return KERN_SUCCESS;
}

kern_return_t
do_g_post(mach_port_t server)
{
	(void)server;
	stub_serve();
	return stub->result;
}

kern_return_t
do_g_send(mach_port_t server, int a, va_t b, mach_msg_type_number_t bCnt, int c)
{
	(void)server;
	stub_serve();
	STUB_LOOK(a, 1);
	stub_array_look(b, bCnt, 1, 5, 2);
	STUB_LOOK(c, 3);
	return stub->result;
}

kern_return_t
do_g_together(mach_port_t server, vi_t a, mach_msg_type_number_t aCnt, vi_t b,
    vi_t x, mach_msg_type_number_t *xCnt, vi_t y)
{
	(void)server;
	stub_serve();
	stub_array_look(a, aCnt, sizeof(int), 7, 1);
	stub_array_look(b, aCnt, sizeof(int), 7, 2);
	if (stub_refuses() || stub_is_done())
		return stub->result;
	stub_array_fill(x, xCnt, sizeof(int), 7, 101);
	if (!stub->exceeds)
		stub_fill(y, *xCnt * sizeof(int), 102);
	return KERN_SUCCESS;
}

kern_return_t
do_g_worked(mach_port_t server, int x, va_t a, mach_msg_type_number_t aCnt,
    short y, vi_t b, mach_msg_type_number_t bCnt, int64_t z)
{
	(void)server;
	stub_serve();
	STUB_LOOK(x, 1);
	stub_array_look(a, aCnt, 1, 5, 2);
	STUB_LOOK(y, 3);
	stub_array_look(b, bCnt, sizeof(int), 7, 4);
	STUB_LOOK(z, 5);
	return stub->result;
}
