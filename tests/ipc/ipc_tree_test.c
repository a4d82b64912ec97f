/* The tree of names outside the table, against an array of all of them. */
#include "ipc_tree.h"

#include "base_alloc.h"
#include "base_assert.h"
#include "world.h"

#define COUNT 600

static struct ipc_tree tree;
static mach_port_name_t model[COUNT]; /* ascending */
static unsigned model_count;

static unsigned
model_place(mach_port_name_t name)
{
	unsigned i = 0;

	while (i < model_count && model[i] < name)
		i++;
	return i;
}

static bool
model_has(mach_port_name_t name)
{
	unsigned i = model_place(name);

	return i < model_count && model[i] == name;
}

static void
add(mach_port_name_t name)
{
	assert_null(ipc_tree_find(&tree, name));
	assert_non_null(ipc_tree_add(&tree, name));
	for (unsigned i = model_count++; i > 0; i--) {
		if (model[i - 1] < name) {
			model[i] = name;
			return;
		}
		model[i] = model[i - 1];
	}
	model[0] = name;
}

static void
take_out(mach_port_name_t name)
{
	ipc_tree_remove(&tree, name);
	assert_null(ipc_tree_find(&tree, name));
	model_count--;
	for (unsigned i = model_place(name); i < model_count; i++)
		model[i] = model[i + 1];
}

static void
compare(void)
{
	mach_port_name_t from = 0;

	assert_int_equal(tree.count, model_count);
	for (unsigned i = 0; i < model_count; i++) {
		const struct ipc_tree_node *node = ipc_tree_next(&tree, from);

		assert_non_null(node);
		assert_int_equal(node->name, model[i]);
		assert_ptr_equal(ipc_tree_find(&tree, model[i]), &node->entry);
		from = node->name + 1;
	}
	assert_null(ipc_tree_next(&tree, from));
}

/* splitmix32 */
static uint32_t
random_word(uint32_t *state)
{
	uint32_t z = *state += 0x9e3779b9;

	z = (z ^ (z >> 16)) * 0x85ebca6b;
	z = (z ^ (z >> 13)) * 0xc2b2ae35;
	return z ^ (z >> 16);
}

/* Names whose bits outside @mask are 0, added and removed at random. */
static void
churn(uint32_t mask, uint32_t state)
{
	for (unsigned i = 0; i < 3000; i++) {
		mach_port_name_t name = random_word(&state) & mask;

		if (model_has(name))
			take_out(name);
		else if (model_count < COUNT)
			add(name);
		else
			take_out(model[random_word(&state) % model_count]);
		if (i % 50 == 0)
			compare();
	}
	compare();
	while (model_count > 0)
		take_out(model[random_word(&state) % model_count]);
	compare();
}

TEST(it_holds_what_was_added_and_not_removed)
{
	churn(0xFFFFFFFF, 1);
	churn(0x3FF, 2);      /* equal high bits: deep */
	churn(0xFFC00000, 3); /* equal low bits */
	churn(0x10101011, 4);
}

TEST(names_that_differ_in_one_bit_each_go_no_deeper_than_their_bits)
{
	add(0);
	for (mach_port_name_t bit = 1; bit; bit <<= 1)
		add(bit);
	for (mach_port_name_t name = 0; name < 64; name++)
		if (!model_has(name))
			add(name);
	add(0xfffffffe);
	compare();
	while (model_count > 0)
		take_out(model[model_count / 2]);
	assert_null(tree.root);
}

TEST(next_finds_the_least_that_is_not_below)
{
	static const mach_port_name_t names[] = {5, 9, 0x80000000, 0x90000000};
	static const struct {
		mach_port_name_t from;
		unsigned found;
	} rows[] = {{0, 0}, {5, 0}, {6, 1}, {9, 1}, {10, 2}, {0x7fffffff, 2},
	    {0x80000000, 2}, {0x80000001, 3}, {0x90000000, 3}};

	for (unsigned i = 0; i < 4; i++)
		add(names[3 - i]);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct ipc_tree_node *node =
		    ipc_tree_next(&tree, rows[i].from);

		assert_non_null(node);
		assert_int_equal(node->name, names[rows[i].found]);
	}
	assert_null(ipc_tree_next(&tree, 0x90000001));
	assert_null(ipc_tree_next(&tree, MACH_PORT_DEAD));
	while (model_count > 0)
		take_out(model[0]);
}

TEST(an_entry_stays_where_it_is_when_others_go)
{
	struct ipc_entry *entries[64];

	for (mach_port_name_t i = 0; i < 64; i++) {
		add(i);
		entries[i] = ipc_tree_find(&tree, i);
	}
	for (mach_port_name_t i = 0; i < 63; i++) {
		take_out(i);
		for (mach_port_name_t k = i + 1; k < 64; k++)
			assert_ptr_equal(ipc_tree_find(&tree, k), entries[k]);
	}
	take_out(63);
}

TEST(without_memory_nothing_is_added)
{
	add(7);
	base_alloc_fail_at(1);
	assert_null(ipc_tree_add(&tree, 8));
	base_alloc_fail_at(0);
	compare();
	take_out(7);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    CASE(it_holds_what_was_added_and_not_removed),
	    CASE(
	        names_that_differ_in_one_bit_each_go_no_deeper_than_their_bits),
	    CASE(next_finds_the_least_that_is_not_below),
	    CASE(an_entry_stays_where_it_is_when_others_go),
	    CASE(without_memory_nothing_is_added),
	};

	return RUN("ipc_tree", tests);
}
