#include "values.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

void
check_table(const struct value *values, size_t values_count)
{
	size_t wrong = 0;

	for (size_t i = 0; i < values_count; i++) {
		if (values[i].is == values[i].must_be)
			continue;
		print_error("%s is %#llx, must be %#llx\n", values[i].name,
		    (unsigned long long)values[i].is,
		    (unsigned long long)values[i].must_be);
		wrong++;
	}
	assert_int_equal(wrong, 0);
}
