/* The implementations of rights.defs. */
#include "rightsServer.h"

#include "stub.h"

#define RECEIVE MACH_MSG_TYPE_PORT_RECEIVE
#define SEND MACH_MSG_TYPE_PORT_SEND
#define SEND_ONCE MACH_MSG_TYPE_PORT_SEND_ONCE

kern_return_t
do_r_poly(mach_port_t server, mach_port_t a, mach_msg_type_name_t aPoly,
    mach_port_t *x, mach_msg_type_name_t *xPoly)
{
	(void)server;
	stub_serve();
	STUB_EXPECT(aPoly == SEND);
	stub_right_look(a, aPoly);
	if (stub_refuses())
		return stub->result;
	stub_right_drop(a, aPoly);
	if (stub_is_done())
		return stub->result;
	*x = stub_right(MACH_MSG_TYPE_MOVE_RECEIVE);
	*xPoly = MACH_MSG_TYPE_MOVE_RECEIVE;
	return KERN_SUCCESS;
}

kern_return_t
do_r_halves(mach_port_t server, mach_port_t a, mach_port_t b,
    mach_msg_type_name_t bPoly, mach_port_t *x, mach_msg_type_name_t *xPoly,
    mach_port_t *y)
{
	(void)server;
	stub_serve();
	stub_right_look(a, SEND_ONCE);
	STUB_EXPECT(bPoly == SEND_ONCE);
	stub_right_look(b, bPoly);
	if (stub_refuses())
		return stub->result;
	stub_right_drop(a, SEND_ONCE);
	stub_right_drop(b, bPoly);
	if (stub_is_done())
		return stub->result;
	*x = stub_right(MACH_MSG_TYPE_MOVE_SEND_ONCE);
	*xPoly = MACH_MSG_TYPE_MOVE_SEND_ONCE;
	*y = stub_right(MACH_MSG_TYPE_MAKE_SEND_ONCE);
	return KERN_SUCCESS;
}

kern_return_t
do_r_inout(mach_port_t server, mach_port_t *a, mach_port_t *b, mach_port_t *c,
    mach_msg_type_name_t *cPoly)
{
	(void)server;
	stub_serve();
	stub_right_look(*a, SEND);
	stub_right_look(*b, RECEIVE);
	STUB_EXPECT(*cPoly == SEND_ONCE);
	stub_right_look(*c, *cPoly);
	if (stub_refuses())
		return stub->result;
	stub_right_drop(*a, SEND);
	stub_right_drop(*b, RECEIVE);
	stub_right_drop(*c, *cPoly);
	*a = MACH_PORT_NULL;
	*b = MACH_PORT_NULL;
	*c = MACH_PORT_NULL;
	if (stub_is_done())
		return stub->result;
	*a = stub_right(MACH_MSG_TYPE_MOVE_SEND);
	*b = stub_right(MACH_MSG_TYPE_MOVE_RECEIVE);
	*c = stub_right(MACH_MSG_TYPE_MAKE_SEND);
	*cPoly = MACH_MSG_TYPE_MAKE_SEND;
	return KERN_SUCCESS;
}

kern_return_t
do_r_fixed(mach_port_t server, p3_t a, p3_t b, p3_t x)
{
	(void)server;
	stub_serve();
	for (unsigned i = 0; i < 3; i++) {
		stub_right_look(a[i], SEND);
		stub_right_look(b[i], SEND);
	}
	if (stub_refuses())
		return stub->result;
	stub_rights_drop(a, 3, SEND);
	stub_rights_drop(b, 3, SEND);
	for (unsigned i = 0; i < 3; i++)
		b[i] = MACH_PORT_NULL;
	if (stub_is_done())
		return stub->result;
	stub_rights_fixed(b, 3, MACH_MSG_TYPE_COPY_SEND);
	stub_rights_fixed(x, 3, MACH_MSG_TYPE_COPY_SEND);
	return KERN_SUCCESS;
}

kern_return_t
do_r_variable(mach_port_t server, pm_t a, mach_msg_type_number_t aCnt, int b,
    pm_t c, mach_msg_type_number_t *cCnt, pm_t x, mach_msg_type_number_t *xCnt)
{
	(void)server;
	stub_serve();
	stub_rights_look(a, aCnt, 4, SEND);
	STUB_LOOK(b, 2);
	stub_rights_look(c, *cCnt, 4, SEND);
	if (stub_refuses())
		return stub->result;
	stub_rights_drop(a, aCnt, SEND);
	stub_rights_drop(c, *cCnt, SEND);
	*cCnt = 0;
	if (stub_is_done())
		return stub->result;
	*cCnt = stub_count(4);
	stub_rights_fixed(c, *cCnt, MACH_MSG_TYPE_MOVE_SEND);
	stub_rights(x, xCnt, 4, MACH_MSG_TYPE_MOVE_SEND);
	return KERN_SUCCESS;
}

kern_return_t
do_r_capacity(mach_port_t server, int a, pm_t x, mach_msg_type_number_t *xCnt,
    va_t y, mach_msg_type_number_t *yCnt)
{
	(void)server;
	stub_serve();
	STUB_LOOK(a, 1);
	if (stub_refuses() || stub_is_done())
		return stub->result;
	stub_rights(x, xCnt, 4, MACH_MSG_TYPE_MOVE_SEND);
	stub_array_fill(y, yCnt, 1, 5, 102);
	return KERN_SUCCESS;
}

kern_return_t
do_r_regions(mach_port_t server, opm_t a, mach_msg_type_number_t aCnt, opm_t *x,
    mach_msg_type_number_t *xCnt)
{
	(void)server;
	stub_serve();
	stub_rights_look(a, aCnt, 8, SEND);
	if (stub_refuses())
		return stub->result;
	stub_rights_drop(a, aCnt, SEND);
	stub_memory_free(a, aCnt * sizeof(*a));
	if (stub_is_done())
		return stub->result;
	*x = stub_names(xCnt, 8, MACH_MSG_TYPE_MOVE_SEND, STUB_MEMORY_LEAVES);
	return KERN_SUCCESS;
}

kern_return_t
do_r_unbounded(mach_port_t server, oum_t a, mach_msg_type_number_t aCnt, int b,
    oum_t *x, mach_msg_type_number_t *xCnt)
{
	(void)server;
	stub_serve();
	stub_rights_look(a, aCnt, STUB_MANY_RIGHTS, SEND);
	STUB_LOOK(b, 2);
	if (stub_refuses())
		return stub->result;
	stub_rights_drop(a, aCnt, SEND);
	if (stub_is_done())
		return stub->result;
	*x = stub_names(xCnt, STUB_MANY_RIGHTS, MACH_MSG_TYPE_MOVE_SEND,
	    STUB_MEMORY_LEAVES);
	return KERN_SUCCESS;
}

kern_return_t
do_r_region_inout(mach_port_t server, opm_t *a, mach_msg_type_number_t *aCnt)
{
	(void)server;
	stub_serve();
	stub_rights_look(*a, *aCnt, 8, SEND);
	if (stub_refuses())
		return stub->result;
	stub_rights_drop(*a, *aCnt, SEND);
	stub_memory_free(*a, *aCnt * sizeof(**a));
	*a = NULL;
	*aCnt = 0;
	if (stub_is_done())
		return stub->result;
	/* Not as many as came. */
	*a = stub_names(aCnt, 5, MACH_MSG_TYPE_MOVE_SEND, STUB_MEMORY_LEAVES);
	return KERN_SUCCESS;
}

kern_return_t
do_r_together(mach_port_t server, pm_t a, mach_msg_type_number_t aCnt, vi_t b,
    oum_t c, pm_t x, mach_msg_type_number_t *xCnt, vi_t y)
{
	(void)server;
	stub_serve();
	stub_rights_look(a, aCnt, 4, SEND);
	stub_array_look(b, aCnt, sizeof(int), 4, 2);
	stub_rights_look(c, aCnt, 4, SEND);
	if (stub_refuses())
		return stub->result;
	stub_rights_drop(a, aCnt, SEND);
	stub_rights_drop(c, aCnt, SEND);
	if (stub_is_done())
		return stub->result;
	stub_rights(x, xCnt, 4, MACH_MSG_TYPE_MOVE_SEND);
	stub_fill(y, stub_count(4) * sizeof(int), 102);
	return KERN_SUCCESS;
}

kern_return_t
do_r_names(mach_port_t server, mach_port_name_t a, mach_port_name_t *b)
{
	(void)server;
	stub_serve();
	STUB_LOOK(a, 1);
	STUB_LOOK(*b, 2);
	if (stub_refuses() || stub_is_done())
		return stub->result;
	STUB_FILL(*b, 102);
	return KERN_SUCCESS;
}

/* The right behind a body's object is the implementation's; that behind the
 * request port stays the server's. */
kern_return_t
do_r_translated(object_t server, object_t a, object_t *x)
{
	mach_port_t name = (mach_port_t)a.marked;

	stub_serve();
	STUB_CHECK(MACH_PORT_VALID((mach_port_t)server.marked));
	stub_right_look(name, SEND);
	if (stub_refuses())
		return stub->result;
	stub_right_drop(name, SEND);
	if (stub_is_done())
		return stub->result;
	*x = port_in(stub_right(MACH_MSG_TYPE_MOVE_SEND));
	stub->objects--; /* of those that the stub has to drop */
	return KERN_SUCCESS;
}
