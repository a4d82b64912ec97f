/* Calls of odd.defs. */
#include "calls.h"

#include <unistd.h>

#include "odd.h"
#include "stub.h"

#define INT sizeof(int)
#define KEPT STUB_MEMORY_KEPT
#define LEAVES STUB_MEMORY_LEAVES
#define MOVE_SEND MACH_MSG_TYPE_MOVE_SEND
#define SEND MACH_MSG_TYPE_PORT_SEND
#define SEND_ONCE MACH_MSG_TYPE_PORT_SEND_ONCE
#define RECEIVE MACH_MSG_TYPE_PORT_RECEIVE

/* Longer than any call takes. */
#define LIMIT_MS 20000

static kern_return_t
call_chain(mach_port_t server)
{
	mach_msg_type_number_t aCnt = stub_count(3), dCnt, vCnt = 3;
	mach_msg_type_number_t eSubs[3];
	oum_t d = stub_names(&dCnt, 3, MOVE_SEND, KEPT), y;
	va_t a, v;
	pm_t b, w;
	vi_t c, x;
	vregions_t e;
	v64_t f, z;
	short g;
	kern_return_t kr;

	stub_fill(a, aCnt, 1);
	stub_rights_fixed(b, aCnt, MOVE_SEND);
	stub_fill(c, aCnt * INT, 3);
	for (unsigned i = 0; i < aCnt; i++)
		e[i] = stub_ints(&eSubs[i], STUB_MANY, 5 + i, KEPT);
	stub_fill(f, aCnt * sizeof(f[0]), 8);
	STUB_FILL(g, 9);
	kr = d_chain(
	    server, a, aCnt, b, c, d, e, eSubs, f, g, v, &vCnt, w, x, &y, z);
	if (kr != KERN_SUCCESS)
		return kr;
	stub_array_look(v, vCnt, 1, 3, 101);
	stub_rights_take(w, vCnt, 3, SEND);
	stub_look(x, vCnt * INT, 103);
	stub_memory_rights_take(y, vCnt, 3, SEND);
	stub_look(z, vCnt * sizeof(z[0]), 105);
	return kr;
}

static kern_return_t
call_least(mach_port_t server)
{
	mach_msg_type_number_t aCnt, xCnt;
	ub_t a = stub_ints(&aCnt, 4, 1, KEPT);
	ool_t x;
	vi_t b, y;
	pv_t c;
	vfregions_t z;
	kern_return_t kr;

	stub_fill(b, aCnt * INT, 2);
	stub_rights_fixed(c, aCnt, MACH_MSG_TYPE_COPY_SEND);
	kr = d_least(server, a, aCnt, b, c, &x, &xCnt, y, z);
	if (kr != KERN_SUCCESS)
		return kr;
	stub_memory_take(x, xCnt, INT, 2, 101);
	stub_look(y, xCnt * INT, 102);
	for (unsigned i = 0; i < xCnt; i++) {
		stub_look(z[i], 4 * INT, 103 + i);
		stub_memory_free(z[i], 4 * INT);
	}
	return kr;
}

static kern_return_t
call_polys(mach_port_t server)
{
	mach_msg_type_number_t bCnt = stub_count(4), cCnt, yCnt;
	mach_msg_type_name_t bPoly = MACH_MSG_TYPE_MAKE_SEND_ONCE;
	mach_msg_type_name_t cPoly = MOVE_SEND, xPoly, yPoly;
	opolys_t c = stub_names(&cCnt, 8, cPoly, LEAVES);
	polys_t a, x;
	vpolys_t b, y;
	kern_return_t kr;

	stub_rights_fixed(a, 3, MACH_MSG_TYPE_MOVE_RECEIVE);
	stub_rights_fixed(b, bCnt, bPoly);
	kr = d_polys(server, a, MACH_MSG_TYPE_MOVE_RECEIVE, b, &bPoly, &bCnt,
	    &c, &cPoly, &cCnt, x, &xPoly, y, &yPoly, &yCnt);
	if (kr != KERN_SUCCESS)
		return kr;
	STUB_EXPECT(bPoly == SEND || bCnt == 0);
	stub_rights_take(b, bCnt, 4, bPoly);
	STUB_EXPECT(cPoly == SEND);
	stub_memory_rights_take(c, cCnt, 8, cPoly);
	STUB_EXPECT(xPoly == SEND_ONCE);
	for (unsigned i = 0; i < 3; i++)
		stub_right_take(x[i], xPoly);
	STUB_EXPECT(yPoly == RECEIVE || yCnt == 0);
	stub_rights_take(y, yCnt, 4, yPoly);
	return kr;
}

static void
take_rights(const mach_port_t *names, mach_msg_type_number_t count,
    mach_msg_type_number_t max)
{
	STUB_EXPECT(names != NULL || count == 0);
	if (names)
		stub_memory_rights_take(names, count, max, SEND);
}

static kern_return_t
call_regions(mach_port_t server)
{
	mach_msg_type_number_t aSubsCnt = stub_count(3), aSubs[3];
	mach_msg_type_number_t cSubsCnt = stub_count(2), cSubs[2];
	mach_msg_type_number_t xSubsCnt, xSubs[2], ySubs[2], zCnt;
	vregions_t a;
	fregions_t b;
	vrights_t c, x;
	frights_t y;
	vfrights_t z;
	kern_return_t kr;

	for (unsigned i = 0; i < aSubsCnt; i++)
		a[i] = stub_ints(&aSubs[i], STUB_MANY, 1 + i, LEAVES);
	for (unsigned i = 0; i < 2; i++) {
		b[i] = stub_memory(4 * INT, 4 + i, KEPT);
		y[i] = stub_names(&ySubs[i], 5, MOVE_SEND, LEAVES);
	}
	for (unsigned i = 0; i < cSubsCnt; i++)
		c[i] = stub_names(&cSubs[i], STUB_MANY_RIGHTS, MOVE_SEND, KEPT);
	kr = d_regions(server, a, aSubs, &aSubsCnt, b, c, cSubs, cSubsCnt, x,
	    xSubs, &xSubsCnt, y, ySubs, z, &zCnt);
	if (kr != KERN_SUCCESS)
		return kr;
	STUB_CHECK(aSubsCnt <= 3 && xSubsCnt <= 2 && zCnt <= 2);
	for (unsigned i = 0; i < aSubsCnt; i++)
		stub_memory_take(a[i], aSubs[i], INT, STUB_MANY, 101 + i);
	for (unsigned i = 0; i < xSubsCnt; i++)
		take_rights(x[i], xSubs[i], STUB_MANY_RIGHTS);
	for (unsigned i = 0; i < 2; i++)
		take_rights(y[i], ySubs[i], STUB_MANY_RIGHTS);
	for (unsigned i = 0; i < zCnt; i++)
		stub_rights_drop(z[i], 3, SEND);
	for (unsigned i = 0; i < zCnt; i++)
		stub_memory_free(z[i], 3 * sizeof(*z[i]));
	return kr;
}

static kern_return_t
call_strings(mach_port_t server)
{
	mach_msg_type_number_t cCnt = stub_count(5);
	vn_t a, e, v, z;
	nm_t b, d, i, w;
	va_t c;
	st_t f;
	d3_t g, x;
	double h, y;
	kern_return_t kr;

	stub_string_fill(a, sizeof(a), 1);
	stub_string_fill(b, sizeof(b), 2);
	stub_fill(c, cCnt, 3);
	stub_string_fill(d, sizeof(d), 4);
	stub_string_fill(e, sizeof(e), 5);
	STUB_FILL(f, 6);
	STUB_FILL(g, 7);
	STUB_FILL(h, 8);
	stub_string_fill(i, sizeof(i), 9);
	kr = d_strings(server, a, b, c, cCnt, d, e, f, g, h, i, v, w, x, &y, z);
	if (kr != KERN_SUCCESS)
		return kr;
	stub_string_look(i, sizeof(i), 109);
	stub_string_look(v, sizeof(v), 101);
	stub_string_look(w, sizeof(w), 102);
	STUB_LOOK(x, 103);
	STUB_LOOK(y, 104);
	stub_string_look(z, sizeof(z), 105);
	return kr;
}

static kern_return_t
call_header(mach_port_t server)
{
	mach_msg_type_number_t yCnt = 5;
	security_token_t sender;
	audit_token_t caller;
	vn_t a, x;
	va_t y;
	kern_return_t kr;

	stub_string_fill(a, sizeof(a), 1);
	kr = d_header(server, MACH_MSG_TYPE_COPY_SEND,
	    stub_right(MACH_MSG_TYPE_MAKE_SEND_ONCE),
	    MACH_MSG_TYPE_MAKE_SEND_ONCE, &caller, LIMIT_MS, a, &sender,
	    MACH_SEND_INTERRUPT, x, y, &yCnt);
	if (kr != KERN_SUCCESS)
		return kr;
	STUB_EXPECT(caller.val[1] == geteuid());
	STUB_EXPECT(sender.val[0] == geteuid());
	stub_string_look(x, sizeof(x), 101);
	stub_array_look(y, yCnt, 1, 5, 102);
	return kr;
}

static kern_return_t
call_special(mach_port_t server)
{
	mach_msg_type_number_t aSubs[3], xCnt;
	security_token_t sender;
	regions_t a;
	vi_t x;
	kern_return_t kr;

	for (unsigned i = 0; i < 3; i++)
		a[i] = stub_ints(&aSubs[i], STUB_MANY, 1 + i, LEAVES);
	kr = d_special(
	    server, MACH_MSG_OPTION_NONE, a, aSubs, &sender, x, &xCnt);
	if (kr != KERN_SUCCESS)
		return kr;
	STUB_EXPECT(sender.val[0] == geteuid());
	stub_array_look(x, xCnt, INT, 7, 101);
	return kr;
}

static kern_return_t
call_good_outcome(mach_port_t server)
{
	mach_msg_type_number_t aCnt = stub_count(4);
	mach_msg_type_number_t bSubsCnt = stub_count(3), bSubs[3];
	mach_port_t reply = stub_right(MOVE_SEND);
	pm_t a;
	vregions_t b;
	vn_t c;

	stub_rights_fixed(a, aCnt, MOVE_SEND);
	for (unsigned i = 0; i < bSubsCnt; i++)
		b[i] = stub_ints(&bSubs[i], STUB_MANY, 2 + i, KEPT);
	stub_string_fill(c, sizeof(c), 5);
	return d_outcome(
	    server, reply, a, aCnt, KERN_SUCCESS, b, bSubs, bSubsCnt, c);
}

/* Nothing else is sent, nor looked at. */
static kern_return_t
call_bad_outcome(mach_port_t server)
{
	return d_outcome(server, stub_right(MOVE_SEND), NULL, UINT32_MAX,
	    KERN_NOT_FOUND, NULL, NULL, UINT32_MAX, NULL);
}

static kern_return_t
call_inout(mach_port_t server)
{
	mach_msg_type_number_t gCnt = stub_count(4), hCnt;
	ool_t h = stub_ints(&hCnt, STUB_MANY, 8, LEAVES);
	mach_port_t i = stub_right(MACH_MSG_TYPE_MOVE_RECEIVE);
	mach_port_t j = stub_right(MACH_MSG_TYPE_MOVE_SEND_ONCE);
	mach_port_t k = stub_right(MACH_MSG_TYPE_MAKE_SEND_ONCE);
	/* What of the first goes in, of the second comes back. */
	mach_msg_type_name_t jPoly = MACH_MSG_TYPE_MOVE_SEND_ONCE, kPoly;
	int a;
	s3_t b;
	st_t c;
	nm_t d;
	d3_t e;
	double f;
	pm_t g;
	kern_return_t kr;

	STUB_FILL(a, 1);
	STUB_FILL(b, 2);
	STUB_FILL(c, 3);
	stub_string_fill(d, sizeof(d), 4);
	STUB_FILL(e, 5);
	STUB_FILL(f, 6);
	stub_rights_fixed(g, gCnt, MOVE_SEND);
	kr = d_inout(server, &a, b, &c, d, e, &f, g, &gCnt, &h, &hCnt, &i, &j,
	    &jPoly, &k, &kPoly);
	if (kr != KERN_SUCCESS)
		return kr;
	STUB_LOOK(a, 101);
	STUB_LOOK(b, 102);
	STUB_LOOK(c, 103);
	stub_string_look(d, sizeof(d), 104);
	STUB_LOOK(e, 105);
	STUB_LOOK(f, 106);
	stub_rights_take(g, gCnt, 4, SEND);
	stub_memory_take(h, hCnt, INT, STUB_MANY, 108);
	stub_right_take(i, RECEIVE);
	stub_right_take(j, SEND_ONCE);
	STUB_EXPECT(kPoly == SEND_ONCE);
	stub_right_take(k, kPoly);
	return kr;
}

const struct stub_call odd_calls[] = {
    {.name = "d_chain", .call = call_chain, .has_counts = true},
    {.name = "d_least", .call = call_least, .has_counts = true},
    {.name = "d_polys", .call = call_polys, .has_counts = true},
    {.name = "d_regions", .call = call_regions, .has_counts = true},
    {.name = "d_strings", .call = call_strings},
    {.name = "d_header",
        .call = call_header,
        .own_reply_port = true,
        .has_counts = true},
    {.name = "d_special",
        .call = call_special,
        .consumes = STUB_TIMEOUT,
        .has_counts = true},
    {.name = "d_good_outcome",
        .call = call_good_outcome,
        .one_way = true,
        .consumes = STUB_ANY},
    {.name = "d_bad_outcome",
        .call = call_bad_outcome,
        .one_way = true,
        .consumes = STUB_ANY},
    {.name = "d_inout", .call = call_inout},
};
const size_t odd_calls_length = sizeof(odd_calls) / sizeof(odd_calls[0]);
