/* What the tests of checks ask. */
#include "check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

struct checked *
check(const char *text)
{
	static const char types[] =
	    "type mp = mach_port_t;\n"
	    "type poly = polymorphic;\n"
	    "type ps = MACH_MSG_TYPE_PORT_SEND;\n"
	    "type mpoly = MACH_MSG_TYPE_MAKE_SEND_ONCE|polymorphic;\n"
	    "type list = array[*:10] of int;\n"
	    "type fixed = array[10] of int;\n"
	    "type text = c_string[*:64];\n"
	    "type name = c_string[64];\n"
	    "type region = ^array[] of int;\n"
	    "type free = array[] of int;\n"
	    "type pair = array[2] of mp;\n"
	    "type ports = array[*:4] of mp;\n"
	    "type rights = ^array[] of mp;\n"
	    "type two = array[2] of region;\n"
	    "type few = array[*:3] of region;\n"
	    "type sec = struct[2] of int;\n"
	    "type aud = struct[8] of int;\n";
	struct checked *checked;
	char *all;

	assert_true(asprintf(&all, "%s# 1 \"t.defs\"\n%s", types, text) > 0);
	checked = checked_new(all);
	free(all);
	return checked;
}

const struct mig_argument *
argument(const char *x, struct checked **checked_out)
{
	char *text;

	assert_true(asprintf(&text, "routine r(p : mp; %s);", x) > 0);
	*checked_out = check(text);
	free(text);
	return checked_argument(checked_routine(*checked_out, "r"), "x");
}

void
assert_refused(const char *text, const char *why)
{
	struct checked *checked = check(text);

	if (checked->interface || !checked_said(checked, why))
		fail_msg("%s\nsaid: %s", text, checked->said);
	checked_free(checked);
}

void
assert_warned(const char *text, const char *what)
{
	struct checked *checked = check(text);

	if (!checked->interface || !checked_said(checked, what))
		fail_msg("%s\nsaid: %s", text, checked->said);
	checked_free(checked);
}
