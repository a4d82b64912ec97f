/* The golden numbers of spec/mig.md 9.4 and 9.5, for either side's header, which
 * comes first. */
#ifndef GOLDEN_LAYOUT_H
#define GOLDEN_LAYOUT_H

#include <assert.h>
#include <stddef.h>

#define SIZES(routine, request, reply)                                         \
	static_assert(sizeof(__Request__##routine##_t) == (request), "");      \
	static_assert(sizeof(__Reply__##routine##_t) == (reply), "")

SIZES(g_void, 24, 36);
SIZES(g_scalars, 64, 52);
SIZES(g_fixed, 64, 68);
SIZES(g_variable, 44, 48);
SIZES(g_mixed, 92, 96);
SIZES(g_wide, 120, 124);
SIZES(g_strings, 112, 116);
SIZES(g_capacity, 44, 80);
SIZES(g_memory, 128, 128);
SIZES(g_rights, 124, 100);
SIZES(g_arrays, 184, 184);
SIZES(g_inout, 112, 112);
SIZES(g_post, 24, 36);
SIZES(g_send, 52, 36);
SIZES(g_together, 92, 96);
SIZES(g_worked, 92, 36);

#define AT(type, member, offset)                                               \
	static_assert(offsetof(type, member) == (offset), "")

AT(__Request__g_scalars_t, NDR, 24);
AT(__Request__g_scalars_t, a, 32);
AT(__Request__g_scalars_t, b, 36);
AT(__Request__g_scalars_t, c, 40);
AT(__Request__g_scalars_t, d, 44);
AT(__Request__g_scalars_t, e, 52);
AT(__Request__g_scalars_t, f, 60);
AT(__Reply__g_scalars_t, RetCode, 32);
AT(__Reply__g_scalars_t, x, 36);
AT(__Reply__g_scalars_t, y, 40);
AT(__Reply__g_scalars_t, z, 48);

AT(__Request__g_rights_t, NDR, 112);
AT(__Request__g_rights_t, h, 120);

AT(__Request__g_strings_t, aOffset, 32);
AT(__Request__g_strings_t, aCnt, 36);
AT(__Request__g_strings_t, a, 40);

AT(__Request__g_arrays_t, a, 28);
AT(__Request__g_arrays_t, b, 64);
AT(__Request__g_arrays_t, c, 112);
AT(__Request__g_arrays_t, NDR, 160);
AT(__Request__g_arrays_t, bCnt, 168);

/* Types only: one-way routines report through them. */
AT(__Reply__g_post_t, RetCode, 32);

#undef AT
#undef SIZES

#endif
