/* The implementations of odd.defs. */
#include "oddServer.h"

#include <unistd.h>

#include "stub.h"

#define INT sizeof(int)
#define LEAVES STUB_MEMORY_LEAVES
#define MOVE_SEND MACH_MSG_TYPE_MOVE_SEND
#define SEND MACH_MSG_TYPE_PORT_SEND
#define SEND_ONCE MACH_MSG_TYPE_PORT_SEND_ONCE
#define RECEIVE MACH_MSG_TYPE_PORT_RECEIVE

/* There is room for @max: sets *@count. */
static void
count_out(mach_msg_type_number_t *count, mach_msg_type_number_t max)
{
	STUB_EXPECT(*count == max);
	*count = stub_count(max);
}

/* After all that count has been made. */
static void
exceed(mach_msg_type_number_t *count, mach_msg_type_number_t max)
{
	if (stub->exceeds)
		*count = max + 1;
}

kern_return_t
do_d_chain(mach_port_t server, va_t a, mach_msg_type_number_t aCnt, pm_t b,
    vi_t c, oum_t d, vregions_t e, mach_msg_type_number_t *eSubs, v64_t f,
    short g, va_t v, mach_msg_type_number_t *vCnt, pm_t w, vi_t x, oum_t *y,
    v64_t z)
{
	(void)server;
	stub_serve();
	stub_array_look(a, aCnt, 1, 3, 1);
	stub_rights_look(b, aCnt, 3, SEND);
	stub_array_look(c, aCnt, INT, 3, 3);
	stub_rights_look(d, aCnt, 3, SEND);
	for (unsigned i = 0; i < aCnt; i++)
		stub_array_look(e[i], eSubs[i], INT, STUB_MANY, 5 + i);
	stub_array_look(f, aCnt, sizeof(f[0]), 3, 8);
	STUB_LOOK(g, 9);
	if (stub_refuses())
		return stub->result;
	stub_rights_drop(b, aCnt, SEND);
	stub_rights_drop(d, aCnt, SEND);
	for (unsigned i = 0; i < aCnt; i++)
		stub_memory_free(e[i], eSubs[i] * INT);
	if (stub_is_done())
		return stub->result;
	count_out(vCnt, 3);
	stub_fill(v, *vCnt, 101);
	stub_rights_fixed(w, *vCnt, MOVE_SEND);
	stub_fill(x, *vCnt * INT, 103);
	stub_fill(z, *vCnt * sizeof(z[0]), 105);
	exceed(vCnt, 3);
	*y = stub_memory_rights(*vCnt, MOVE_SEND, LEAVES);
	return KERN_SUCCESS;
}

kern_return_t
do_d_least(mach_port_t server, ub_t a, mach_msg_type_number_t aCnt, vi_t b,
    pv_t c, ool_t *x, mach_msg_type_number_t *xCnt, vi_t y, vfregions_t z)
{
	(void)server;
	stub_serve();
	stub_array_look(a, aCnt, INT, 4, 1);
	stub_array_look(b, aCnt, INT, 4, 2);
	stub_rights_look(c, aCnt, 4, SEND);
	if (stub_refuses())
		return stub->result;
	stub_rights_drop(c, aCnt, SEND);
	if (stub_is_done())
		return stub->result;
	*xCnt = stub_count(2);
	stub_fill(y, *xCnt * INT, 102);
	for (unsigned i = 0; i < *xCnt; i++)
		z[i] = stub_memory(4 * INT, 103 + i, LEAVES);
	exceed(xCnt, 2);
	*x = stub_memory(*xCnt * INT, 101, LEAVES);
	return KERN_SUCCESS;
}

kern_return_t
do_d_polys(mach_port_t server, polys_t a, mach_msg_type_name_t aPoly,
    vpolys_t b, mach_msg_type_name_t *bPoly, mach_msg_type_number_t *bCnt,
    opolys_t *c, mach_msg_type_name_t *cPoly, mach_msg_type_number_t *cCnt,
    polys_t x, mach_msg_type_name_t *xPoly, vpolys_t y,
    mach_msg_type_name_t *yPoly, mach_msg_type_number_t *yCnt)
{
	(void)server;
	stub_serve();
	STUB_EXPECT(aPoly == RECEIVE);
	for (unsigned i = 0; i < 3; i++)
		stub_right_look(a[i], aPoly);
	STUB_EXPECT(*bPoly == SEND_ONCE);
	stub_rights_look(b, *bCnt, 4, *bPoly);
	STUB_EXPECT(*cPoly == SEND);
	stub_rights_look(*c, *cCnt, 8, *cPoly);
	if (stub_refuses())
		return stub->result;
	stub_rights_drop(a, 3, aPoly);
	stub_rights_drop(b, *bCnt, *bPoly);
	stub_rights_drop(*c, *cCnt, *cPoly);
	stub_memory_free(*c, *cCnt * sizeof(**c));
	*bCnt = 0;
	*c = NULL;
	*cCnt = 0;
	if (stub_is_done())
		return stub->result;
	*bPoly = MOVE_SEND;
	*bCnt = stub_count(4);
	stub_rights_fixed(b, *bCnt, *bPoly);
	*cPoly = MACH_MSG_TYPE_MAKE_SEND;
	*c = stub_names(cCnt, 8, *cPoly, LEAVES);
	*xPoly = MACH_MSG_TYPE_MAKE_SEND_ONCE;
	stub_rights_fixed(x, 3, *xPoly);
	*yPoly = MACH_MSG_TYPE_MOVE_RECEIVE;
	stub_rights(y, yCnt, 4, *yPoly);
	return KERN_SUCCESS;
}

static void
drop_rights(mach_port_t *const *regions, const mach_msg_type_number_t *subs,
    mach_msg_type_number_t count)
{
	for (mach_msg_type_number_t i = 0; i < count; i++) {
		stub_rights_drop(regions[i], subs[i], SEND);
		stub_memory_free(regions[i], subs[i] * sizeof(mach_port_t));
	}
}

static void
make_rights(mach_port_t **regions, mach_msg_type_number_t *subs,
    mach_msg_type_number_t count)
{
	for (mach_msg_type_number_t i = 0; i < count; i++)
		regions[i] =
		    stub_names(&subs[i], STUB_MANY_RIGHTS, MOVE_SEND, LEAVES);
}

kern_return_t
do_d_regions(mach_port_t server, vregions_t a, mach_msg_type_number_t *aSubs,
    mach_msg_type_number_t *aSubsCnt, fregions_t b, vrights_t c,
    mach_msg_type_number_t *cSubs, mach_msg_type_number_t cSubsCnt, vrights_t x,
    mach_msg_type_number_t *xSubs, mach_msg_type_number_t *xSubsCnt,
    frights_t y, mach_msg_type_number_t *ySubs, vfrights_t z,
    mach_msg_type_number_t *zCnt)
{
	(void)server;
	stub_serve();
	STUB_CHECK(*aSubsCnt <= 3 && cSubsCnt <= 2);
	for (unsigned i = 0; i < *aSubsCnt; i++)
		stub_array_look(a[i], aSubs[i], INT, STUB_MANY, 1 + i);
	for (unsigned i = 0; i < 2; i++)
		stub_look(b[i], 4 * INT, 4 + i);
	for (unsigned i = 0; i < cSubsCnt; i++)
		stub_rights_look(c[i], cSubs[i], STUB_MANY_RIGHTS, SEND);
	for (unsigned i = 0; i < 2; i++)
		stub_rights_look(y[i], ySubs[i], 5, SEND);
	if (stub_refuses())
		return stub->result;
	for (unsigned i = 0; i < *aSubsCnt; i++)
		stub_memory_free(a[i], aSubs[i] * INT);
	for (unsigned i = 0; i < 2; i++)
		stub_memory_free(b[i], 4 * INT);
	drop_rights(c, cSubs, cSubsCnt);
	drop_rights(y, ySubs, 2);
	*aSubsCnt = 0;
	for (unsigned i = 0; i < 2; i++) {
		y[i] = NULL;
		ySubs[i] = 0;
	}
	if (stub_is_done())
		return stub->result;
	*aSubsCnt = stub_count(3);
	for (unsigned i = 0; i < *aSubsCnt; i++)
		a[i] = stub_ints(&aSubs[i], STUB_MANY, 101 + i, LEAVES);
	count_out(xSubsCnt, 2);
	make_rights(x, xSubs, *xSubsCnt);
	make_rights(y, ySubs, 2);
	count_out(zCnt, 2);
	for (unsigned i = 0; i < *zCnt; i++)
		z[i] = stub_memory_rights(3, MOVE_SEND, LEAVES);
	exceed(zCnt, 2);
	return KERN_SUCCESS;
}

kern_return_t
do_d_strings(mach_port_t server, const vn_t a, nm_t b, const va_t c,
    mach_msg_type_number_t cCnt, nm_t d, vn_t e, st_t f, d3_t g, double h,
    nm_t i, vn_t v, nm_t w, d3_t x, double *y, vn_t z)
{
	(void)server;
	stub_serve();
	stub_string_look(a, sizeof(vn_t), 1);
	stub_string_look(b, sizeof(nm_t), 2);
	stub_array_look(c, cCnt, 1, 5, 3);
	stub_string_look(d, sizeof(nm_t), 4);
	stub_string_look(e, sizeof(vn_t), 5);
	STUB_LOOK(f, 6);
	stub_look(g, sizeof(d3_t), 7);
	STUB_LOOK(h, 8);
	stub_string_look(i, sizeof(nm_t), 9);
	if (stub_refuses() || stub_is_done())
		return stub->result;
	stub_string_fill(i, sizeof(nm_t), 109);
	stub_string_fill(v, sizeof(vn_t), 101);
	stub_string_fill(w, sizeof(nm_t), 102);
	stub_fill(x, sizeof(d3_t), 103);
	STUB_FILL(*y, 104);
	stub_string_fill(z, sizeof(vn_t), 105);
	return KERN_SUCCESS;
}

kern_return_t
do_d_header(mach_port_t server, mach_msg_type_name_t serverPoly,
    mach_port_t reply, mach_msg_type_name_t replyPoly, vn_t a, vn_t x, va_t y,
    mach_msg_type_number_t *yCnt)
{
	(void)server;
	stub_serve();
	STUB_EXPECT(serverPoly == SEND);
	STUB_EXPECT(replyPoly == SEND_ONCE);
	stub_reply_look(reply, replyPoly);
	stub_string_look(a, sizeof(vn_t), 1);
	if (stub->result == MIG_NO_REPLY) {
		stub_right_drop(reply, replyPoly);
		stub->owns_reply = true;
	}
	if (stub_refuses() || stub_is_done())
		return stub->result;
	stub_string_fill(x, sizeof(vn_t), 101);
	stub_array_fill(y, yCnt, 1, 5, 102);
	return KERN_SUCCESS;
}

kern_return_t
do_d_send_right(mach_port_t server, mach_port_t reply, mach_port_t a, ool_t b,
    mach_msg_type_number_t bCnt, int *x)
{
	(void)server;
	stub_serve();
	stub_reply_look(reply, SEND);
	stub_right_look(a, SEND);
	stub_array_look(b, bCnt, INT, STUB_MANY, 2);
	if (stub_refuses())
		return stub->result;
	stub_right_drop(a, SEND);
	stub_memory_free(b, bCnt * INT);
	STUB_FILL(*x, 101);
	return KERN_SUCCESS;
}

kern_return_t
do_d_special(mach_port_t server, mach_port_t reply, regions_t a,
    mach_msg_type_number_t *aSubs, security_token_t *sender, vi_t x,
    mach_msg_type_number_t *xCnt)
{
	(void)server;
	stub_serve();
	stub_reply_look(reply, SEND_ONCE);
	STUB_EXPECT(sender->val[0] == geteuid());
	for (unsigned i = 0; i < 3; i++)
		stub_array_look(a[i], aSubs[i], INT, STUB_MANY, 1 + i);
	if (stub_refuses())
		return stub->result;
	for (unsigned i = 0; i < 3; i++)
		stub_memory_free(a[i], aSubs[i] * INT);
	if (stub->result == MIG_NO_REPLY) {
		stub_right_drop(reply, SEND_ONCE);
		stub->owns_reply = true;
	}
	if (stub_is_done())
		return stub->result;
	stub_array_fill(x, xCnt, INT, 7, 101);
	return KERN_SUCCESS;
}

kern_return_t
do_d_outcome(mach_port_t server, pm_t a, mach_msg_type_number_t aCnt,
    int outcome, vregions_t b, mach_msg_type_number_t *bSubs,
    mach_msg_type_number_t bSubsCnt, vn_t c)
{
	(void)server;
	stub_serve();
	if (outcome != KERN_SUCCESS) {
		STUB_EXPECT(outcome == KERN_NOT_FOUND);
		STUB_CHECK(aCnt == 0 && bSubsCnt == 0);
		return stub_refuses() ? stub->result : MIG_NO_REPLY;
	}
	stub_rights_look(a, aCnt, 4, SEND);
	STUB_CHECK(bSubsCnt <= 3);
	for (unsigned i = 0; i < bSubsCnt; i++)
		stub_array_look(b[i], bSubs[i], INT, STUB_MANY, 2 + i);
	stub_string_look(c, sizeof(vn_t), 5);
	if (stub_refuses())
		return stub->result;
	stub_rights_drop(a, aCnt, SEND);
	for (unsigned i = 0; i < bSubsCnt; i++)
		stub_memory_free(b[i], bSubs[i] * INT);
	return MIG_NO_REPLY;
}

kern_return_t
do_d_inout(mach_port_t server, int *a, s3_t b, st_t *c, nm_t d, d3_t e,
    double *f, pm_t g, mach_msg_type_number_t *gCnt, ool_t *h,
    mach_msg_type_number_t *hCnt, mach_port_t *i, mach_port_t *j,
    mach_msg_type_name_t *jPoly, mach_port_t *k, mach_msg_type_name_t *kPoly)
{
	(void)server;
	stub_serve();
	STUB_LOOK(*a, 1);
	stub_look(b, sizeof(s3_t), 2);
	STUB_LOOK(*c, 3);
	stub_string_look(d, sizeof(nm_t), 4);
	stub_look(e, sizeof(d3_t), 5);
	STUB_LOOK(*f, 6);
	stub_rights_look(g, *gCnt, 4, SEND);
	stub_array_look(*h, *hCnt, INT, STUB_MANY, 8);
	stub_right_look(*i, RECEIVE);
	stub_right_look(*j, SEND_ONCE);
	STUB_EXPECT(*kPoly == SEND_ONCE);
	stub_right_look(*k, *kPoly);
	if (stub_refuses())
		return stub->result;
	stub_rights_drop(g, *gCnt, SEND);
	stub_memory_free(*h, *hCnt * INT);
	stub_right_drop(*i, RECEIVE);
	stub_right_drop(*j, SEND_ONCE);
	stub_right_drop(*k, *kPoly);
	*gCnt = 0;
	*h = NULL;
	*hCnt = 0;
	*i = *j = *k = MACH_PORT_NULL;
	if (stub_is_done())
		return stub->result;
	STUB_FILL(*a, 101);
	stub_fill(b, sizeof(s3_t), 102);
	STUB_FILL(*c, 103);
	stub_string_fill(d, sizeof(nm_t), 104);
	stub_fill(e, sizeof(d3_t), 105);
	STUB_FILL(*f, 106);
	*gCnt = stub_count(4);
	stub_rights_fixed(g, *gCnt, MOVE_SEND);
	*h = stub_ints(hCnt, STUB_MANY, 108, LEAVES);
	*i = stub_right(MACH_MSG_TYPE_MOVE_RECEIVE);
	*j = stub_right(MACH_MSG_TYPE_MOVE_SEND_ONCE);
	*jPoly = MACH_MSG_TYPE_MOVE_SEND_ONCE;
	*k = stub_right(MACH_MSG_TYPE_MAKE_SEND_ONCE);
	return KERN_SUCCESS;
}
