/* The keywords of the language. */
#include "mig_keyword.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define STATEMENT .uses = MIG_KEYWORD_STATEMENT, .statement
#define DIRECTION .uses = MIG_KEYWORD_DIRECTION, .direction
#define FLAG .uses = MIG_KEYWORD_FLAG, .flag
#define CLAUSE .uses = MIG_KEYWORD_CLAUSE, .clause
#define SPEC .uses = MIG_KEYWORD_SPEC
#define BOTH .uses = MIG_KEYWORD_STATEMENT | MIG_KEYWORD_DIRECTION, .statement

/* In the order of their names, in lower case. */
static const struct mig_keyword keywords[] = {
    {"array", SPEC},
    {"audittoken", DIRECTION = MIG_DIR_AUDITTOKEN},
    {"auto", FLAG = MIG_FLAG_AUTO},
    {"c_string", SPEC},
    {"const", FLAG = MIG_FLAG_CONST},
    {"consumeonsenderror", STATEMENT = MIG_ST_CONSUMEONSENDERROR,
        .form = MIG_FORM_RAW},
    {"countinout", FLAG = MIG_FLAG_COUNTINOUT},
    {"cservertype", CLAUSE = MIG_TRANSL_CSERVERTYPE},
    {"ctype", CLAUSE = MIG_TRANSL_CTYPE},
    {"cusertype", CLAUSE = MIG_TRANSL_CUSERTYPE},
    {"dealloc", FLAG = MIG_FLAG_DEALLOC},
    {"destructor", CLAUSE = MIG_TRANSL_DESTRUCTOR},
    {"dimport", STATEMENT = MIG_ST_DIMPORT, .form = MIG_FORM_FILE},
    {"error", STATEMENT = MIG_ST_ERROR, .form = MIG_FORM_NAME},
    {"iimport", STATEMENT = MIG_ST_IIMPORT, .form = MIG_FORM_FILE},
    {"import", STATEMENT = MIG_ST_IMPORT, .form = MIG_FORM_FILE},
    {"in", DIRECTION = MIG_DIR_IN},
    {"inout", DIRECTION = MIG_DIR_INOUT},
    {"intran", CLAUSE = MIG_TRANSL_INTRAN},
    {"intranpayload", CLAUSE = MIG_TRANSL_INTRANPAYLOAD},
    {"islong", FLAG = MIG_FLAG_ISLONG},
    {"isnotlong", FLAG = MIG_FLAG_ISNOTLONG},
    {"kernelserver", .uses = MIG_KEYWORD_MODIFIER},
    {"kerneluser", .uses = MIG_KEYWORD_MODIFIER},
    {"msgoption", BOTH = MIG_ST_MSGOPTION, .form = MIG_FORM_RAW,
        .direction = MIG_DIR_MSGOPTION},
    {"msgseqno", DIRECTION = MIG_DIR_MSGSEQNO},
    {"nosendtime", STATEMENT = MIG_ST_SENDTIME, .off = true},
    {"notdealloc", FLAG = MIG_FLAG_NOTDEALLOC},
    {"nowaittime", STATEMENT = MIG_ST_WAITTIME, .off = true},
    {"of", .uses = MIG_KEYWORD_OF},
    {"OnStackLimit", STATEMENT = MIG_ST_ONSTACKLIMIT, .form = MIG_FORM_NUMBER,
        .exact = true},
    {"out", DIRECTION = MIG_DIR_OUT},
    {"outtran", CLAUSE = MIG_TRANSL_OUTTRAN},
    {"overwrite", FLAG = MIG_FLAG_OVERWRITE},
    {"physicalcopy", FLAG = MIG_FLAG_PHYSICALCOPY},
    {"PointerTo", .uses = MIG_KEYWORD_NATIVE, .exact = true},
    {"PointerToIfNot", .uses = MIG_KEYWORD_NATIVE, .exact = true},
    {"polymorphic", SPEC},
    {"rcsid", STATEMENT = MIG_ST_RCSID, .form = MIG_FORM_STRING},
    {"replyport", DIRECTION = MIG_DIR_REPLYPORT},
    {"requestport", DIRECTION = MIG_DIR_REQUESTPORT},
    {"retcode", FLAG = MIG_FLAG_RETCODE},
    {"routine", STATEMENT = MIG_ST_ROUTINE, .form = MIG_FORM_ROUTINE},
    {"samecount", FLAG = MIG_FLAG_SAMECOUNT},
    {"sectoken", DIRECTION = MIG_DIR_SECTOKEN},
    {"sendtime", BOTH = MIG_ST_SENDTIME, .form = MIG_FORM_RAW,
        .direction = MIG_DIR_SENDTIME},
    {"serveraudittoken", DIRECTION = MIG_DIR_SERVERAUDITTOKEN},
    {"servercontexttoken", DIRECTION = MIG_DIR_SERVERCONTEXTTOKEN},
    {"servercopy", FLAG = MIG_FLAG_SERVERCOPY},
    {"serverdemux", STATEMENT = MIG_ST_SERVERDEMUX, .form = MIG_FORM_NAME},
    {"serverimpl", DIRECTION = MIG_DIR_SERVERIMPL},
    {"serverprefix", STATEMENT = MIG_ST_SERVERPREFIX, .form = MIG_FORM_NAME},
    {"serversectoken", DIRECTION = MIG_DIR_SERVERSECTOKEN},
    {"simpleroutine", STATEMENT = MIG_ST_SIMPLEROUTINE,
        .form = MIG_FORM_ROUTINE},
    {"simport", STATEMENT = MIG_ST_SIMPORT, .form = MIG_FORM_FILE},
    {"skip", STATEMENT = MIG_ST_SKIP},
    {"sreplyport", DIRECTION = MIG_DIR_SREPLYPORT},
    {"struct", SPEC},
    {"subsystem", STATEMENT = MIG_ST_SUBSYSTEM, .form = MIG_FORM_SUBSYSTEM},
    {"type", STATEMENT = MIG_ST_TYPE, .form = MIG_FORM_TYPE},
    {"uimport", STATEMENT = MIG_ST_UIMPORT, .form = MIG_FORM_FILE},
    {"ureplyport", DIRECTION = MIG_DIR_UREPLYPORT},
    {"useraudittoken", DIRECTION = MIG_DIR_USERAUDITTOKEN},
    {"userimpl", DIRECTION = MIG_DIR_USERIMPL},
    {"userprefix", STATEMENT = MIG_ST_USERPREFIX, .form = MIG_FORM_NAME},
    {"usersectoken", DIRECTION = MIG_DIR_USERSECTOKEN},
    {"UserTypeLimit", STATEMENT = MIG_ST_USERTYPELIMIT, .form = MIG_FORM_NUMBER,
        .exact = true},
    {"usespecialreplyport", STATEMENT = MIG_ST_USESPECIALREPLYPORT,
        .form = MIG_FORM_NUMBER},
    {"ValueOf", .uses = MIG_KEYWORD_NATIVE, .exact = true},
    {"waittime", BOTH = MIG_ST_WAITTIME, .form = MIG_FORM_RAW,
        .direction = MIG_DIR_WAITTIME},
};

enum { KEYWORDS = sizeof(keywords) / sizeof(keywords[0]), WORD_MAX = 32 };

/* @text against a keyword, as strcasecmp() has it. */
static int
compare(const char *text, size_t length, const char *name)
{
	int order = strncasecmp(text, name, length);

	return order == 0 && name[length] != '\0' ? -1 : order;
}

const struct mig_keyword *
mig_keyword_find(const char *text, size_t length)
{
	size_t low = 0;
	size_t high = KEYWORDS;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct mig_keyword *keyword = &keywords[middle];
		int order = compare(text, length, keyword->name);

		if (order == 0)
			return keyword->exact &&
			        memcmp(text, keyword->name, length) != 0
			    ? NULL
			    : keyword;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

const struct mig_keyword *
mig_keyword_nearest(const char *text, size_t length, unsigned int uses)
{
	const char *candidates[KEYWORDS];
	const char *nearest;
	char word[WORD_MAX + 1];
	size_t count = 0;

	if (length > WORD_MAX)
		return NULL;
	memcpy(word, text, length);
	word[length] = '\0';
	for (size_t i = 0; i < KEYWORDS; i++)
		if (keywords[i].uses & uses)
			candidates[count++] = keywords[i].name;
	nearest = mig_nearest(word, candidates, count);
	return nearest ? mig_keyword_find(nearest, strlen(nearest)) : NULL;
}

const struct mig_keyword *
mig_keyword_modern(const char *text, size_t length)
{
	static const struct {
		const char *old;
		const char *modern;
	} rows[] = {
	    {"camelotroutine", "routine"},
	    {"function", "routine"},
	    {"msgtype", "type"},
	    {"operation", "routine"},
	    {"procedure", "routine"},
	    {"simpleprocedure", "simpleroutine"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strlen(rows[i].old) == length &&
		    strncasecmp(text, rows[i].old, length) == 0)
			return mig_keyword_find(
			    rows[i].modern, strlen(rows[i].modern));
	return NULL;
}
