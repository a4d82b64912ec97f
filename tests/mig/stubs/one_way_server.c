/* The implementations of one_way.defs. */
#include "one_wayServer.h"

#include <unistd.h>

#include "stub.h"

#define SEND MACH_MSG_TYPE_PORT_SEND

kern_return_t
do_o_arguments(mach_port_t server, va_t a, mach_msg_type_number_t aCnt,
    double b, vn_t c, st_t d)
{
	(void)server;
	stub_serve();
	stub_array_look(a, aCnt, 1, 5, 1);
	STUB_LOOK(b, 2);
	stub_string_look(c, sizeof(vn_t), 3);
	STUB_LOOK(d, 4);
	return stub->result;
}

kern_return_t
do_o_rights(mach_port_t server, mach_port_t a, ool_t b,
    mach_msg_type_number_t bCnt, oum_t c, mach_msg_type_number_t cCnt, int d)
{
	(void)server;
	stub_serve();
	stub_right_look(a, SEND);
	stub_array_look(b, bCnt, sizeof(int), STUB_MANY, 2);
	stub_rights_look(c, cCnt, STUB_MANY_RIGHTS, SEND);
	STUB_LOOK(d, 4);
	if (stub_refuses())
		return stub->result;
	stub_right_drop(a, SEND);
	stub_memory_free(b, bCnt * sizeof(int));
	stub_rights_drop(c, cCnt, SEND);
	return stub->result;
}

kern_return_t
do_o_outcome(mach_port_t server, ool_t a, mach_msg_type_number_t aCnt,
    int outcome, mach_port_t b, int c)
{
	(void)server;
	stub_serve();
	if (outcome != KERN_SUCCESS) {
		STUB_EXPECT(outcome == KERN_NOT_FOUND);
		STUB_CHECK(a == NULL && aCnt == 0);
		STUB_CHECK(b == MACH_PORT_NULL && c == 0);
		return stub->result;
	}
	stub_array_look(a, aCnt, sizeof(int), STUB_MANY, 1);
	stub_right_look(b, SEND);
	STUB_LOOK(c, 3);
	if (stub_refuses())
		return stub->result;
	stub_memory_free(a, aCnt * sizeof(int));
	stub_right_drop(b, SEND);
	return stub->result;
}

kern_return_t
do_o_plain_outcome(mach_port_t server, int outcome, int c)
{
	(void)server;
	stub_serve();
	STUB_EXPECT(outcome == KERN_NOT_FOUND);
	STUB_LOOK(c, 2);
	return stub->result;
}

/* The answer is another message, for which there is no hurry. */
kern_return_t
do_o_request(mach_port_t server, int a)
{
	(void)server;
	stub_serve();
	STUB_LOOK(a, 1);
	return stub_refuses() ? stub->result : MIG_NO_REPLY;
}

kern_return_t
do_o_request_seen(mach_port_t server, mach_port_t reply, int a)
{
	(void)server;
	stub_serve();
	stub_reply_look(reply, MACH_MSG_TYPE_PORT_SEND_ONCE);
	STUB_LOOK(a, 1);
	if (stub_refuses())
		return stub->result;
	stub_right_drop(reply, MACH_MSG_TYPE_PORT_SEND_ONCE);
	stub->owns_reply = true;
	return MIG_NO_REPLY;
}

kern_return_t
do_o_tokens(mach_port_t server, int number, audit_token_t caller, ool_t a,
    mach_msg_type_number_t aCnt)
{
	(void)server;
	stub_serve();
	stub->seqno = (mach_port_seqno_t)number;
	STUB_EXPECT(caller.val[1] == geteuid());
	stub_array_look(a, aCnt, sizeof(int), STUB_MANY, 1);
	return stub->result;
}

kern_return_t
do_o_send_time(
    mach_port_t server, mach_port_t a, ool_t b, mach_msg_type_number_t bCnt)
{
	(void)server;
	stub_serve();
	stub_right_look(a, SEND);
	stub_array_look(b, bCnt, sizeof(int), STUB_MANY, 2);
	if (stub_refuses())
		return stub->result;
	stub_right_drop(a, SEND);
	stub_memory_free(b, bCnt * sizeof(int));
	return stub->result;
}
