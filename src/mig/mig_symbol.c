/* The table of basic types. */
#include "mig_symbol.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

#define PREFIX "MACH_MSG_TYPE_"
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#define DATA(name, bits, ctype)                                                \
	{                                                                      \
		PREFIX name, MIG_SYMBOL_DATA, (bits), 0, 0, (ctype)            \
	}
#define RIGHT(name, sent, received)                                            \
	{                                                                      \
		PREFIX name, MIG_SYMBOL_RIGHT, 32, (sent), (received),         \
		    "mach_port_t"                                              \
	}
#define STRING(name)                                                           \
	{                                                                      \
		PREFIX name, MIG_SYMBOL_STRING, 0, 0, 0, "char"                \
	}

static const struct mig_symbol symbols[] = {
    DATA("BOOLEAN", 32, "int"),
    DATA("INTEGER_8", 8, "unsigned char"),
    DATA("BYTE", 8, "unsigned char"),
    DATA("CHAR", 8, "char"),
    DATA("INTEGER_16", 16, "uint16_t"),
    DATA("INTEGER_32", 32, "int"),
    DATA("REAL_32", 32, "float"),
    DATA("INTEGER_64", 64, "int64_t"),
    DATA("REAL_64", 64, "double"),
    DATA("BIT", 8, "unsigned char"), /* a byte of data for each */
    DATA("UNSTRUCTURED", 0, "unsigned char"),
    DATA("PORT_NAME", 32, "mach_port_name_t"),
    STRING("STRING"),
    STRING("STRING_C"),
    RIGHT("MOVE_RECEIVE", MIG_MOVE_RECEIVE, MIG_MOVE_RECEIVE),
    RIGHT("COPY_SEND", MIG_COPY_SEND, MIG_MOVE_SEND),
    RIGHT("MAKE_SEND", MIG_MAKE_SEND, MIG_MOVE_SEND),
    RIGHT("MOVE_SEND", MIG_MOVE_SEND, MIG_MOVE_SEND),
    RIGHT("MAKE_SEND_ONCE", MIG_MAKE_SEND_ONCE, MIG_MOVE_SEND_ONCE),
    RIGHT("MOVE_SEND_ONCE", MIG_MOVE_SEND_ONCE, MIG_MOVE_SEND_ONCE),
    RIGHT("PORT_RECEIVE", MIG_POLYMORPHIC, MIG_MOVE_RECEIVE),
    RIGHT("PORT_SEND", MIG_POLYMORPHIC, MIG_MOVE_SEND),
    RIGHT("PORT_SEND_ONCE", MIG_POLYMORPHIC, MIG_MOVE_SEND_ONCE),
    RIGHT("POLYMORPHIC", MIG_POLYMORPHIC, MIG_POLYMORPHIC),
};

const struct mig_symbol *
mig_symbol_find(const char *text)
{
	if (strcasecmp(text, "polymorphic") == 0)
		text = PREFIX "POLYMORPHIC";
	for (size_t i = 0; i < COUNT_OF(symbols); i++)
		if (strcmp(symbols[i].name, text) == 0)
			return &symbols[i];
	return NULL;
}

/* The numbers of typed messages, as GNU's compiler has them. */
static const struct {
	uint32_t number;
	const char *name;
} numbers[] = {
    {0, PREFIX "UNSTRUCTURED"},
    {1, PREFIX "INTEGER_16"},
    {2, PREFIX "INTEGER_32"},
    {8, PREFIX "CHAR"},
    {9, PREFIX "INTEGER_8"},
    {11, PREFIX "INTEGER_64"},
    {12, PREFIX "STRING_C"},
    {MIG_MOVE_RECEIVE, PREFIX "MOVE_RECEIVE"},
    {MIG_MOVE_SEND, PREFIX "MOVE_SEND"},
    {MIG_MOVE_SEND_ONCE, PREFIX "MOVE_SEND_ONCE"},
    {MIG_COPY_SEND, PREFIX "COPY_SEND"},
    {MIG_MAKE_SEND, PREFIX "MAKE_SEND"},
    {MIG_MAKE_SEND_ONCE, PREFIX "MAKE_SEND_ONCE"},
};

const struct mig_symbol *
mig_symbol_of_number(uint32_t number)
{
	for (size_t i = 0; i < COUNT_OF(numbers); i++)
		if (numbers[i].number == number)
			return mig_symbol_find(numbers[i].name);
	return NULL;
}

const char *
mig_symbol_nearest(const char *text)
{
	const char *names[COUNT_OF(symbols)];

	const size_t prefix = strlen(PREFIX);
	const char *nearest;

	/* All begin alike: that is no likeness. */
	if (strncmp(text, PREFIX, prefix) == 0)
		text += prefix;
	for (size_t i = 0; i < COUNT_OF(symbols); i++)
		names[i] = symbols[i].name + prefix;
	nearest = mig_nearest(text, names, COUNT_OF(symbols));
	return nearest ? nearest - prefix : NULL;
}
