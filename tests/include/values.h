/* Tables of expressions, and of what the specification says that they are. */
#ifndef TESTS_INCLUDE_VALUES_H
#define TESTS_INCLUDE_VALUES_H

#include <stddef.h>
#include <stdint.h>

struct value {
	const char *name;
	int64_t is;
	int64_t must_be;
};

/* clang-format off */
#define VALUE(expression, value) \
	{ #expression, (int64_t)(expression), (int64_t)(value) }
/* clang-format on */
#define SIZE(type, bytes) VALUE(sizeof(type), bytes)
#define OFFSET(type, field, bytes) VALUE(offsetof(type, field), bytes)

/* Fails unless all of them are so, and says which are not. */
void check_table(const struct value *values, size_t values_count);

#define check_values(table)                                                    \
	check_table(table, sizeof(table) / sizeof((table)[0]))

#endif /* TESTS_INCLUDE_VALUES_H */
