/*
 * A server of the interface in store.defs, and a child that is its client.
 *
 *	$(pkg-config --variable=mig machport) -sheader storeServer.h store.defs
 *	cc store.c storeUser.c storeServer.c \
 *	    $(pkg-config --cflags --libs machport) -o store
 */
#include <mach/mach.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store.h"
#include "storeServer.h"

enum { VALUES = 16, NAME_MAX_BYTES = 64 };

static struct value {
	char name[NAME_MAX_BYTES]; /* "": none */
	vm_address_t bytes;
	mach_msg_type_number_t size;
} values[VALUES];

static struct value *
find(const char *name)
{
	for (int i = 0; i < VALUES; i++)
		if (strcmp(values[i].name, name) == 0)
			return &values[i];
	return NULL;
}

static void
forget(struct value *value)
{
	vm_deallocate(mach_task_self(), value->bytes, value->size);
	memset(value, 0, sizeof(*value));
}

/* --- the server: what each of these owns, storeServer.h says ---------------- */

kern_return_t
serve_store_put(mach_port_t store, store_name_t name, vm_offset_t bytes,
    mach_msg_type_number_t size)
{
	struct value *value = find(name);

	(void)store;
	if (!value)
		value = find("");
	if (!value || !name[0])
		return KERN_RESOURCE_SHORTAGE; /* the memory is not ours then */
	if (value->name[0])
		forget(value);
	strcpy(value->name, name); /* mig has seen to it that it fits */
	value->bytes = bytes;      /* ours on success */
	value->size = size;
	return KERN_SUCCESS;
}

kern_return_t
serve_store_get(mach_port_t store, store_name_t name, vm_offset_t *bytes,
    mach_msg_type_number_t *size)
{
	const struct value *value = find(name);
	kern_return_t kr;

	(void)store;
	if (!value || !name[0])
		return KERN_INVALID_NAME;
	kr = vm_allocate(mach_task_self(), bytes, value->size, TRUE);
	if (kr != KERN_SUCCESS)
		return kr;
	memcpy((void *)*bytes, (const void *)value->bytes, value->size);
	*size = value->size;
	return KERN_SUCCESS; /* dealloc: the copy leaves with the reply */
}

kern_return_t
serve_store_sizes(
    mach_port_t store, store_sizes_t sizes, mach_msg_type_number_t *sizes_count)
{
	mach_msg_type_number_t count = 0;

	(void)store;
	for (int i = 0; i < VALUES && count < *sizes_count; i++)
		if (values[i].name[0])
			sizes[count++] = values[i].size;
	*sizes_count = count;
	return KERN_SUCCESS;
}

kern_return_t
serve_store_forget(mach_port_t store, store_name_t name)
{
	struct value *value = find(name);

	(void)store;
	if (!value || !name[0])
		return KERN_INVALID_NAME; /* nobody will know */
	forget(value);
	return KERN_SUCCESS;
}

/* --- a client --------------------------------------------------------------- */

static int
be_client(mach_port_t store)
{
	char text[] = "to be kept";
	vm_offset_t value;
	mach_msg_type_number_t size;
	kern_return_t kr;

	kr = store_put(store, "note", (vm_offset_t)text, sizeof(text));
	if (kr != KERN_SUCCESS)
		return 1;
	kr = store_get(store, "note", &value, &size);
	if (kr != KERN_SUCCESS)
		return 1;
	printf("%u bytes: %s\n", size, (const char *)value);
	vm_deallocate(mach_task_self(), value, size);

	store_forget(store, "note");
	kr = store_get(store, "note", &value, &size);
	printf("and then: %s\n", mach_error_string(kr));
	fflush(stdout);
	return 0;
}

int
main(void)
{
	mach_port_t port = mach_reply_port();

	mach_port_insert_right(
	    mach_task_self(), port, port, MACH_MSG_TYPE_MAKE_SEND);
	task_set_bootstrap_port(mach_task_self(), port); /* children have it */
	if (fork() == 0)
		_exit(be_client(bootstrap_port));
	for (int i = 0; i < 4; i++) /* as many requests as the client sends */
		mach_msg_server_once(store_server, 4096, port, 0);
	wait(NULL);
	return 0;
}
