/* The comment above a stub or a prototype: what the routine is, a sentence about
 * each of its parameters (mig_owner_say.c), and what results mean for them.
 *
 *	lend() - request 5004, reply 5104
 *	@p:	request port; your send right is copied: you keep it
 *	@mem:	[out] *memCnt bytes; the memory is yours on success:
 *		vm_deallocate() of *memCnt bytes
 *
 *	After an error there is nothing to give back of what would have come [out].
 */
#include "mig_write.h"

#include <string.h>

#include "mig_owner.h"
#include "mig_write_names.h"

enum {
	LINE_COLUMNS = 79,
	TEXT_COLUMN = 16, /* where what is said of a parameter begins */
	TAB_COLUMNS = 8,
};

/* --- lines ----------------------------------------------------------------- */

/* Words of @text, from @column on; a line that is full is followed by @indent, which
 * ends at @indent_columns. */
static void
put_words(struct mig_text *out, const char *text, size_t column,
    const char *indent, size_t indent_columns)
{
	bool first = true;

	while (*text) {
		size_t word = strcspn(text, " ");

		if (!first && column + 1 + word > LINE_COLUMNS) {
			mig_put(out, "\n%s", indent);
			column = indent_columns;
		} else if (!first) {
			mig_put(out, " ");
			column++;
		}
		mig_put(out, "%.*s", (int)word, text);
		column += word;
		text += word;
		text += *text == ' ';
		first = false;
	}
	mig_put(out, "\n");
}

static void
put_paragraph(struct mig_text *out, const char *text)
{
	mig_put(out, " * ");
	put_words(out, text, 3, " * ", 3);
}

static void
put_parameter(struct mig_text *out, const char *name, const char *text)
{
	size_t column = strlen(" * @") + strlen(name) + strlen(":");

	mig_put(out, " * @%s:", name);
	if (column >= TEXT_COLUMN) {
		mig_put(out, " ");
		column++;
	}
	while (column < TEXT_COLUMN) {
		mig_put(out, "\t");
		column = (column / TAB_COLUMNS + 1) * TAB_COLUMNS;
	}
	put_words(out, text, column, " *\t\t", TEXT_COLUMN);
}

/* --- what results mean ----------------------------------------------------- */

/* What is among the parameters of one side. */
struct summary {
	bool owned_in; /* rights or memory */
	bool moves_in; /* of these, some that leave the user */
	bool owned_out;
	bool memory_in;
};

static bool
is_moved(const char *word)
{
	return word && strcmp(word, "kept") != 0;
}

static struct summary
sum_up(const struct mig_routine *routine, enum mig_side side)
{
	struct summary sum = {0};

	for (size_t i = 0; i < routine->arguments_length; i++) {
		const struct mig_argument *argument = &routine->arguments[i];
		struct mig_owner owner = mig_owner_of(argument, side);

		if (!mig_is_parameter(argument, side))
			continue;
		if (argument->role != MIG_REQUEST_PORT &&
		    argument != routine->reply_port)
			sum.owned_in |= owner.rights_in || owner.memory_in;
		sum.moves_in |=
		    is_moved(owner.rights_in) || is_moved(owner.memory_in);
		sum.memory_in |= owner.memory_in && !owner.rights_in;
		sum.owned_out |= owner.rights_out || owner.memory_out;
	}
	return sum;
}

static void
put_lost(struct mig_text *out, const struct mig_routine *routine)
{
	switch (routine->consume) {
	case MIG_CONSUME_ANY:
		put_paragraph(out,
		    "What moves is gone once the request is sent, whatever "
		    "the answer. It is destroyed when the send fails with "
		    "MACH_SEND_TIMED_OUT or MACH_SEND_INVALID_DEST.");
		return;
	case MIG_CONSUME_TIMEOUT:
		put_paragraph(out,
		    "What moves is gone once the request is sent, whatever "
		    "the answer. It is destroyed when the send fails with "
		    "MACH_SEND_TIMED_OUT.");
		return;
	case MIG_CONSUME_NONE:
		put_paragraph(out,
		    "What moves is gone once the request is sent, whatever "
		    "the answer. It may be lost when the send fails "
		    "(MACH_SEND_*).");
		return;
	}
}

static void
put_user_results(struct mig_text *out, const struct mig_routine *routine)
{
	struct summary sum = sum_up(routine, MIG_USER);

	if (!sum.moves_in && !sum.owned_out)
		return;
	mig_put(out, " *\n");
	if (sum.moves_in)
		put_lost(out, routine);
	if (sum.owned_out)
		put_paragraph(out,
		    "After an error there is nothing to give back of what "
		    "would have come [out].");
}

static void
put_server_results(struct mig_text *out, const struct mig_routine *routine)
{
	struct summary sum = sum_up(routine, MIG_SERVER);
	bool asks_later = routine->one_way && routine->reply_port;

	if (!sum.owned_in && !sum.owned_out && !asks_later)
		return;
	mig_put(out, " *\n");
	if (sum.owned_in)
		put_paragraph(out,
		    "Success is KERN_SUCCESS or MIG_NO_REPLY. After any other "
		    "result the server loop destroys what came in: leave it "
		    "as it was.");
	if (sum.owned_out)
		put_paragraph(out,
		    "Only KERN_SUCCESS sends what goes [out]: before any "
		    "other result release what you made for it.");
	if (asks_later)
		put_paragraph(out,
		    "Return MIG_NO_REPLY: after any other result the server "
		    "loop uses the reply port up for a bare result.");
}

/* --- the comment ----------------------------------------------------------- */

static void
put_ids(
    struct mig_text *out, const struct mig_routine *routine, enum mig_side side)
{
	mig_put(out, " * %s() - ", mig_function_name(routine, side));
	if (side == MIG_SERVER)
		mig_put(out, "serve %s: ", routine->name);
	mig_put(out, "request %d, ", (int)routine->id);
	if (routine->one_way)
		mig_put(out, "no reply\n");
	else
		mig_put(out, "reply %d\n", (int)routine->reply_id);
}

void
mig_write_owner(
    struct mig_text *out, const struct mig_routine *routine, enum mig_side side)
{
	struct mig_text text = {0};

	mig_put(out, "/*\n");
	put_ids(out, routine, side);
	for (size_t i = 0; i < routine->arguments_length; i++) {
		const struct mig_argument *argument = &routine->arguments[i];

		if (!mig_is_parameter(argument, side))
			continue;
		text.length = 0;
		mig_owner_say(&text, argument, side);
		put_parameter(out, argument->name, text.bytes);
	}
	if (side == MIG_USER)
		put_user_results(out, routine);
	else
		put_server_results(out, routine);
	mig_put(out, " */\n");
	mig_text_deinit(&text);
}
