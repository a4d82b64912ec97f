/* The implementations of inline.defs. */
#include "inlineServer.h"

#include "stub.h"

kern_return_t
do_i_scalars(mach_port_t server, c8_t *a, boolean_t *b, short *c, float *d,
    double *e, int64_t *f)
{
	(void)server;
	stub_serve();
	STUB_LOOK(*a, 1);
	STUB_LOOK(*b, 2);
	STUB_LOOK(*c, 3);
	STUB_LOOK(*d, 4);
	STUB_LOOK(*e, 5);
	STUB_LOOK(*f, 6);
	if (stub_refuses() || stub_is_done())
		return stub->result;
	STUB_FILL(*a, 101);
	STUB_FILL(*b, 102);
	STUB_FILL(*c, 103);
	STUB_FILL(*d, 104);
	STUB_FILL(*e, 105);
	STUB_FILL(*f, 106);
	return KERN_SUCCESS;
}

kern_return_t
do_i_structs(mach_port_t server, st_t *a, trio_t b, trio_t *x, trio_t *c)
{
	(void)server;
	stub_serve();
	STUB_LOOK(*a, 1);
	STUB_LOOK(b, 2);
	STUB_LOOK(*c, 3);
	if (stub_refuses() || stub_is_done())
		return stub->result;
	STUB_FILL(*a, 101);
	STUB_FILL(*x, 102);
	STUB_FILL(*c, 103);
	return KERN_SUCCESS;
}

/* Is it where the compiler takes its type to be? */
static void
check_alignment(const void *data, size_t alignment)
{
	STUB_CHECK((uintptr_t)data % alignment == 0);
}

kern_return_t
do_i_aligned(mach_port_t server, int a, d3_t b, va_t c,
    mach_msg_type_number_t cCnt, d3_t d, double e, d3_t f, double *g, va_t w,
    mach_msg_type_number_t *wCnt, d3_t x, double *y)
{
	(void)server;
	stub_serve();
	check_alignment(b, _Alignof(double));
	check_alignment(d, _Alignof(double));
	check_alignment(f, _Alignof(double));
	check_alignment(g, _Alignof(double));
	check_alignment(x, _Alignof(double));
	check_alignment(y, _Alignof(double));
	STUB_LOOK(a, 1);
	stub_look(b, sizeof(d3_t), 2);
	stub_array_look(c, cCnt, 1, 5, 3);
	stub_look(d, sizeof(d3_t), 4);
	STUB_LOOK(e, 5);
	stub_look(f, sizeof(d3_t), 6);
	STUB_LOOK(*g, 7);
	if (stub_refuses() || stub_is_done())
		return stub->result;
	stub_fill(f, sizeof(d3_t), 101);
	STUB_FILL(*g, 102);
	stub_array_fill(w, wCnt, 1, 5, 103);
	stub_fill(x, sizeof(d3_t), 104);
	STUB_FILL(*y, 105);
	return KERN_SUCCESS;
}

kern_return_t
do_i_const(mach_port_t server, const va_t a, mach_msg_type_number_t aCnt,
    const vn_t b, const vtrio_t c, mach_msg_type_number_t cCnt, vtrio_t x,
    mach_msg_type_number_t *xCnt)
{
	(void)server;
	stub_serve();
	stub_array_look(a, aCnt, 1, 5, 1);
	stub_string_look(b, sizeof(vn_t), 2);
	stub_array_look(c, cCnt, sizeof(trio_t), 4, 3);
	if (stub_refuses() || stub_is_done())
		return stub->result;
	stub_array_fill(x, xCnt, sizeof(trio_t), 4, 101);
	return KERN_SUCCESS;
}

kern_return_t
do_i_capacity(mach_port_t server, va_t w, mach_msg_type_number_t *wCnt, v64_t x,
    mach_msg_type_number_t *xCnt, int *a, vst_t y, mach_msg_type_number_t *yCnt)
{
	(void)server;
	stub_serve();
	check_alignment(x, _Alignof(int64_t));
	STUB_LOOK(*a, 1);
	if (stub_refuses() || stub_is_done())
		return stub->result;
	stub_array_fill(w, wCnt, 1, 5, 101);
	stub_array_fill(x, xCnt, sizeof(int64_t), 3, 102);
	STUB_FILL(*a, 103);
	stub_array_fill(y, yCnt, sizeof(st_t), 4, 104);
	return KERN_SUCCESS;
}

kern_return_t
do_i_chain(mach_port_t server, va_t a, mach_msg_type_number_t aCnt, vi_t b,
    v64_t c, int d, vs_t w, mach_msg_type_number_t *wCnt, va_t x, vi_t y,
    int *z)
{
	(void)server;
	stub_serve();
	check_alignment(c, _Alignof(int64_t));
	/* The shortest of them decides. */
	stub_array_look(a, aCnt, 1, 3, 1);
	stub_array_look(b, aCnt, sizeof(int), 3, 2);
	stub_array_look(c, aCnt, sizeof(int64_t), 3, 3);
	STUB_LOOK(d, 4);
	if (stub_refuses() || stub_is_done())
		return stub->result;
	*wCnt = stub_count(5);
	stub_fill(w, *wCnt * sizeof(short), 101);
	stub_fill(x, *wCnt, 102);
	stub_fill(y, *wCnt * sizeof(int), 103);
	STUB_FILL(*z, 104);
	/* Room for six of one, but not of all. */
	if (stub->exceeds)
		*wCnt = 6;
	return KERN_SUCCESS;
}

kern_return_t
do_i_strings(mach_port_t server, vn_t a, va_t b, mach_msg_type_number_t bCnt,
    vn_t c, nm_t d, vn_t e, nm_t f, vn_t v, nm_t w, va_t x,
    mach_msg_type_number_t *xCnt, vn_t y)
{
	(void)server;
	stub_serve();
	stub_string_look(a, sizeof(vn_t), 1);
	stub_array_look(b, bCnt, 1, 5, 2);
	stub_string_look(c, sizeof(vn_t), 3);
	stub_string_look(d, sizeof(nm_t), 4);
	stub_string_look(e, sizeof(vn_t), 5);
	stub_string_look(f, sizeof(nm_t), 6);
	if (stub_refuses() || stub_is_done())
		return stub->result;
	stub_string_fill(f, sizeof(nm_t), 101);
	stub_string_fill(v, sizeof(vn_t), 102);
	stub_string_fill(w, sizeof(nm_t), 103);
	stub_array_fill(x, xCnt, 1, 5, 104);
	stub_string_fill(y, sizeof(vn_t), 105);
	return KERN_SUCCESS;
}

/* An object that comes from a number of this seed. */
static void
look_object(object_t object, unsigned seed)
{
	int number = (int)(unsigned)object.marked;

	STUB_LOOK(number, seed);
}

static object_t
make_object(unsigned seed)
{
	int number;
	object_t object;

	STUB_FILL(number, seed);
	object = handle_in(number);
	stub->objects--; /* of those that the stub has to drop */
	return object;
}

kern_return_t
do_i_translated(
    mach_port_t server, object_t a, int b, object_t c, object_t *x, object_t *d)
{
	(void)server;
	stub_serve();
	look_object(a, 1);
	STUB_LOOK(b, 2);
	look_object(c, 3);
	look_object(*d, 4);
	/* An InOut object is the implementation's: no destructor gets it. */
	stub->objects--;
	if (stub_refuses() || stub_is_done())
		return stub->result;
	*x = make_object(101);
	*d = make_object(102);
	return KERN_SUCCESS;
}

kern_return_t
do_i_big(mach_port_t server, big_t a, vbig_t b, mach_msg_type_number_t bCnt,
    vbig_t x, mach_msg_type_number_t *xCnt, big_t y)
{
	(void)server;
	stub_serve();
	stub_look(a, sizeof(big_t), 1);
	stub_array_look(b, bCnt, 1, 4096, 2);
	if (stub_refuses() || stub_is_done())
		return stub->result;
	stub_array_fill(x, xCnt, 1, 4096, 101);
	stub_fill(y, sizeof(big_t), 102);
	return KERN_SUCCESS;
}

kern_return_t
do_i_anonymous(mach_port_t server, anonymous_words_t a,
    mach_msg_type_number_t aCnt, anonymous_pair_t b, anonymous_rows_t c,
    mach_msg_type_number_t cCnt, anonymous_rows_t x,
    mach_msg_type_number_t *xCnt)
{
	(void)server;
	stub_serve();
	stub_array_look(a, aCnt, sizeof(uint16_t), 5, 1);
	STUB_LOOK(b, 2);
	stub_array_look(c, cCnt, 2 * sizeof(int), 3, 3);
	if (stub_refuses() || stub_is_done())
		return stub->result;
	stub_array_fill(x, xCnt, 2 * sizeof(int), 3, 101);
	return KERN_SUCCESS;
}
