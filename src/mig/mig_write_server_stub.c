/* The two functions of a routine. */
#include "mig_write_server.h"

#include <inttypes.h>

#include "mig_fold.h"

static bool
is_lent_or_translated(const struct server_argument *a)
{
	const struct mig_type *type = a->argument->type;

	if (a->argument->role == MIG_REQUEST_PORT)
		return type->destructor;
	return a->comes_in && !a->goes_out &&
	    (type->destructor || type->unbounded || a->argument->is_auto);
}

/* Is there anything to do when the implementation has returned? */
static bool
has_end(const struct server_stub *stub)
{
	if (stub->has_reply || stub->has_heap)
		return true;
	for (size_t i = 0; i < stub->routine->arguments_length; i++)
		if (is_lent_or_translated(&stub->arguments[i]))
			return true;
	return false;
}

static void
put_check(struct server_stub *stub)
{
	const struct mig_routine *routine = stub->routine;

	mig_put(stub->out,
	    "\tRetCode = __MIG_check__%s(InP%s);\n"
	    "\tif (RetCode != KERN_SUCCESS)\n"
	    "\t\treturn RetCode;\n",
	    routine->request.type_name + 2,
	    routine->request.has_moved ? ", &RequestAt" : "");
	mig_server_put_trailer(stub, "\t");
	mig_server_put_unpack(stub);
	mig_put(stub->out, "\n");
}

/* Whatever is on the heap, in the other order. */
static void
put_done(struct server_stub *stub)
{
	mig_put(stub->out, "\ndone:\n");
	for (size_t i = stub->routine->arguments_length; i-- > 0;) {
		const struct server_argument *a = &stub->arguments[i];

		if (a->subs_on_heap)
			mig_put(stub->out,
			    "\tmig_user_deallocate((char *)%s, %" PRIu32 ");\n",
			    a->subs, a->argument->type->max * 4);
		if (a->place == SERVER_HEAP)
			mig_put(stub->out,
			    "\tmig_user_deallocate((char *)%s, %s);\n", a->name,
			    mig_server_heap_bytes(stub, a));
	}
	mig_put(stub->out, "\treturn RetCode;\n");
}

/* From the return of the implementation on, which has what it needs. */
static void
put_end(struct server_stub *stub)
{
	bool uses_undo = false;

	mig_server_put_release(stub);
	if (stub->has_reply) {
		mig_put(stub->out,
		    "\tif (RetCode != KERN_SUCCESS)\n\t\t%s;\n\n",
		    stub->has_heap ? "goto done" : "return RetCode");
		mig_put(stub->out, "\t/* The reply. */\n");
		mig_server_put_reply(stub, &uses_undo);
	}
	if (uses_undo) {
		mig_put(stub->out, "\t%s;\n",
		    stub->has_heap ? "goto done" : "return KERN_SUCCESS");
		mig_server_put_undo(stub);
		mig_put(stub->out,
		    stub->has_heap ? "\tRetCode = MIG_ARRAY_TOO_LARGE;\n"
		                   : "\treturn MIG_ARRAY_TOO_LARGE;\n");
	} else if (!stub->has_heap) {
		mig_put(stub->out, "\treturn %s;\n",
		    stub->has_reply ? "KERN_SUCCESS" : "RetCode");
	}
	if (stub->has_heap)
		put_done(stub);
}

static void
put_serve(struct server_stub *stub)
{
	const struct mig_routine *routine = stub->routine;
	size_t start;

	mig_write_owner(stub->out, routine, MIG_SERVER);
	start = stub->out->length;
	mig_put(stub->out,
	    "static kern_return_t\n"
	    "__MIG_serve__%s(mach_msg_header_t *InHeadP%s)\n"
	    "{\n",
	    routine->name,
	    stub->has_reply ? ", mach_msg_header_t *OutHeadP" : "");
	mig_server_put_locals(stub);
	if (routine->retcode)
		mig_server_put_outcome(stub);
	if (has_end(stub)) {
		mig_put(stub->out, "\t/* The request. */\n");
		put_check(stub);
		mig_put(stub->out, "\t/* The call. */\n");
		mig_server_put_call(stub, "RetCode = ");
		put_end(stub);
	} else {
		put_check(stub);
		mig_server_put_call(stub, "return ");
	}
	mig_put(stub->out, "}\n\n");
	mig_fold(stub->out, start);
}

/* spec/mig.md 12.1; the hooks are those of 12.4. */
static void
put_stub(struct server_stub *stub)
{
	const struct mig_routine *routine = stub->routine;
	const char *kind = routine->one_way ? "Simple" : "Rpc";
	size_t start = stub->out->length;

	stub->server_helpers |= (uint32_t)SERVER_HELPER_ANSWER;
	mig_put(stub->out,
	    "static void\n"
	    "_X%s(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)\n"
	    "{\n"
	    "\t__DeclareRcv%s(%" PRId32 ", \"%s\")\n"
	    "\t__BeforeRcv%s(%" PRId32 ", \"%s\")\n"
	    "\tmig_answer(OutHeadP, __MIG_serve__%s(InHeadP%s));\n"
	    "\t__AfterRcv%s(%" PRId32 ", \"%s\")\n"
	    "}\n\n",
	    routine->name, kind, routine->id, routine->name, kind, routine->id,
	    routine->name, routine->name, stub->has_reply ? ", OutHeadP" : "",
	    kind, routine->id, routine->name);
	mig_fold(stub->out, start);
}

void
mig_server_put_stub(struct server_stub *stub)
{
	mig_server_plan(stub);
	put_serve(stub);
	put_stub(stub);
}
