#include "headers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scratch.h"

/* The C types of `everything`. */
static const char types_h[] = "#ifndef TYPES_H\n"
                              "#define TYPES_H\n"
                              "#include <stdint.h>\n"
                              "#include <mach/vm_types.h>\n"
                              "#include <mach/port.h>\n"
                              "typedef short s3[3];\n"
                              "typedef struct { short of[5]; } st;\n"
                              "typedef char nm[10];\n"
                              "typedef char vn[30];\n"
                              "typedef char va[5];\n"
                              "typedef int vi[7];\n"
                              "typedef st vst[4];\n"
                              "typedef int *ub, *ool;\n"
                              "typedef void *oolf;\n"
                              "typedef mach_port_t mp, p3[3], pv[4], *op;\n"
                              "typedef mach_port_t poly;\n"
                              "typedef vm_address_t regions[2], some[3];\n"
                              "typedef struct { int of[2]; } token;\n"
                              "#endif\n";

const char headers_everything[] =
    "type s3 = array[3] of short;\n"
    "type st = struct[5] of short;\n"
    "type nm = c_string[10];\n"
    "type vn = c_string[*:30];\n"
    "type va = array[*:5] of char;\n"
    "type vi = array[*:7] of int;\n"
    "type vst = array[*:4] of st;\n"
    "type ub = array[] of int;\n"
    "type ool = ^array[] of int;\n"
    "type oolf = ^array[100] of int;\n"
    "type mp = mach_port_t;\n"
    "type poly = polymorphic;\n"
    "type p3 = array[3] of mp;\n"
    "type pv = array[*:4] of mp;\n"
    "type op = ^array[] of mp;\n"
    "type regions = array[2] of ^array[] of char;\n"
    "type some = array[*:3] of ^array[16] of int;\n"
    "type token = struct[2] of int;\n"
    "import \"types.h\";\n"
    "routine none(p : mp);\n"
    "skip;\n"
    "routine fixed(p : mp; in a : s3; in b : st; in c : nm; in d : int;\n"
    "    out e : s3; out f : st; out g : nm; out h : int);\n"
    "routine variable(p : mp; in a : va, const; in b : int; in d : vi, "
    "samecount;\n"
    "    in e : vst; in f : vn; out g : va; out h : vi, countinout; out i : "
    "vn;\n"
    "    out j : int64_t);\n"
    "routine rights(p : mp; in a : mp; in b : p3; in e : pv; in f : op;\n"
    "    in g : poly; out h : mp; out i : p3; out j : pv; out k : op;\n"
    "    out l : poly);\n"
    "routine memory(p : mp; in a : ub; in b : ool, dealloc[]; in e : oolf;\n"
    "    in f : regions; in g : some; out h : ub; out i : ool, dealloc[];\n"
    "    out j : oolf; out k : regions; out l : some);\n"
    "routine both(p : mp; inout a : int; inout b : s3; inout d : mp;\n"
    "    inout e : ool; inout f : pv);\n"
    "routine specials(p : mp; replyport r : mp; waittime w : int;\n"
    "    msgoption o : int; sectoken t : token; msgseqno s : int);\n"
    "simpleroutine one_way(p : mp; ureplyport r : mp; in x : va);\n";

void
headers_init_with(struct headers *headers, const struct mig_options *options,
    const char *text)
{
	headers->checked = checked_new(text);
	if (!headers->checked->interface)
		fail_msg("%s", headers->checked->said);
	headers->user = headers->server = (struct mig_text){0};
	mig_write_header(
	    &headers->user, headers->checked->interface, options, MIG_USER);
	mig_write_header(
	    &headers->server, headers->checked->interface, options, MIG_SERVER);
	scratch_write("types.h", types_h);
	scratch_write("user.h", headers->user.bytes);
	scratch_write("server.h", headers->server.bytes);
}

void
headers_init(struct headers *headers, const char *text)
{
	static const struct mig_options options = {
	    .prefix = "", .sub_prefix = ""};

	headers_init_with(headers, &options, text);
}

void
headers_deinit(struct headers *headers)
{
	mig_text_deinit(&headers->user);
	mig_text_deinit(&headers->server);
	checked_free(headers->checked);
}
