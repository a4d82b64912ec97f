/* The implementations of released.defs. */
#include "releasedServer.h"

#include "stub.h"

#define SEND MACH_MSG_TYPE_PORT_SEND
#define LEAVES STUB_MEMORY_LEAVES

kern_return_t
do_x_unbounded(mach_port_t server, ub_t a, mach_msg_type_number_t aCnt, ub_t *b,
    mach_msg_type_number_t *bCnt, oum_t *c, mach_msg_type_number_t *cCnt)
{
	(void)server;
	stub_serve();
	stub_array_look(a, aCnt, sizeof(int), STUB_MANY, 1);
	stub_array_look(*b, *bCnt, sizeof(int), STUB_MANY, 2);
	stub_rights_look(*c, *cCnt, STUB_MANY_RIGHTS, SEND);
	if (stub_refuses())
		return stub->result;
	stub_memory_free(*b, *bCnt * sizeof(int));
	stub_rights_drop(*c, *cCnt, SEND);
	stub_memory_free(*c, *cCnt * sizeof(mach_port_t));
	*b = NULL;
	*bCnt = 0;
	*c = NULL;
	*cCnt = 0;
	if (stub_is_done())
		return stub->result;
	*b = stub_ints(bCnt, STUB_MANY, 102, LEAVES);
	*c =
	    stub_names(cCnt, STUB_MANY_RIGHTS, MACH_MSG_TYPE_MOVE_SEND, LEAVES);
	return KERN_SUCCESS;
}

/* All of it is lent: the destructors release it, whatever the result. */
kern_return_t
do_x_dropped(mach_port_t server, mach_port_t a, p3_t b, memory_t c,
    fregions_t d, va_t x, mach_msg_type_number_t *xCnt)
{
	(void)server;
	stub_serve();
	stub_right_look(a, SEND);
	for (unsigned i = 0; i < 3; i++)
		stub_right_look(b[i], SEND);
	stub_look(c, 4 * sizeof(int), 3);
	for (unsigned i = 0; i < 2; i++)
		stub_look(d[i], 4 * sizeof(int), 4 + i);
	if (stub_refuses() || stub_is_done())
		return stub->result;
	stub_array_fill(x, xCnt, 1, 5, 101);
	return KERN_SUCCESS;
}

kern_return_t
do_x_record(mach_port_t server, va_t a, mach_msg_type_number_t aCnt,
    record_object_t b, record_object_t *c, va_t x, mach_msg_type_number_t *xCnt,
    record_object_t *y)
{
	(void)server;
	stub_serve();
	stub_array_look(a, aCnt, 1, 5, 1);
	STUB_LOOK(b.record, 2);
	STUB_LOOK(c->record, 3);
	stub->objects--; /* of those that the stub has to drop */
	if (stub_refuses() || stub_is_done())
		return stub->result;
	STUB_FILL(c->record, 103);
	stub_array_fill(x, xCnt, 1, 5, 101);
	STUB_FILL(y->record, 102);
	y->object = c->object;
	stub_look(c->more, 0, 0);
	for (unsigned i = 0; i < sizeof(y->more); i++)
		y->more[i] = c->more[i];
	return KERN_SUCCESS;
}

kern_return_t
do_x_outcome(mach_port_t server, mach_port_t reply, pm_t a,
    mach_msg_type_number_t aCnt, int outcome, nm_t b)
{
	(void)server;
	stub_serve();
	stub_reply_look(reply, MACH_MSG_TYPE_PORT_SEND_ONCE);
	if (outcome != KERN_SUCCESS) {
		STUB_EXPECT(outcome == KERN_NOT_FOUND);
		STUB_CHECK(a == NULL && aCnt == 0 && b == NULL);
	} else {
		STUB_CHECK(a != NULL && b != NULL);
		stub_rights_look(a, aCnt, 4, SEND);
		stub_string_look(b, sizeof(nm_t), 4);
	}
	if (stub_refuses())
		return stub->result;
	stub_rights_drop(a, aCnt, SEND);
	stub_right_drop(reply, MACH_MSG_TYPE_PORT_SEND_ONCE);
	stub->owns_reply = true;
	return MIG_NO_REPLY;
}
