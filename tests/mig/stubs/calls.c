#include "calls.h"

static const struct {
	const struct stub_call *calls;
	const size_t *length;
} interfaces[] = {
    {golden_calls, &golden_calls_length},
    {inline_calls, &inline_calls_length},
    {rights_calls, &rights_calls_length},
    {memory_calls, &memory_calls_length},
    {special_calls, &special_calls_length},
    {one_way_calls, &one_way_calls_length},
    {odd_calls, &odd_calls_length},
    {released_calls, &released_calls_length},
};

const struct stub_call *
stub_call_at(size_t index)
{
	for (size_t i = 0; i < sizeof(interfaces) / sizeof(*interfaces); i++) {
		if (index < *interfaces[i].length)
			return &interfaces[i].calls[index];
		index -= *interfaces[i].length;
	}
	return NULL;
}
