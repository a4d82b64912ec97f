/*
 * The interpreter of forms. An encoding goes through the items with three
 * cursors: in the words, in the descriptors, in what is inline behind them. A
 * decoding first compares the message with the extremes of its form, and then
 * does the same; what it reads after that comparison lies in the message.
 */
#include "wire_mig.h"

#include <mach/mig_errors.h>
#include <mach/ndr.h>
#include <string.h>

#include "base_assert.h"

#define WORD ((uint32_t)sizeof(uint32_t))
#define ITEMS                                                                  \
	(sizeof(((struct wire_mig_form *)NULL)->items) /                       \
	    sizeof(struct wire_mig_item))

/* Each item of @form as @item. */
#define FORM_FOREACH(item, form)                                               \
	for (const struct wire_mig_item *item = (form)->items;                 \
	     item < (form)->items + ITEMS && item->kind != WIRE_MIG_NONE;      \
	     item++)

static uint32_t
round_word(uint32_t bytes)
{
	return (bytes + WORD - 1) & ~(WORD - 1);
}

static uint32_t
descriptor_bytes(const struct wire_mig_item *item)
{
	switch ((enum wire_mig_kind)item->kind) {
	case WIRE_MIG_PORT:
	case WIRE_MIG_POLY:
		return sizeof(mach_msg_port_descriptor_t);
	case WIRE_MIG_OPTIONS:
	case WIRE_MIG_REGION:
	case WIRE_MIG_REGION_AGAIN:
	case WIRE_MIG_REGION_UNUSED:
		return sizeof(mach_msg_ool_descriptor_t);
	case WIRE_MIG_NONE:
	case WIRE_MIG_WORDS:
	case WIRE_MIG_ARRAY:
	case WIRE_MIG_BYTES:
	case WIRE_MIG_ROOM:
	case WIRE_MIG_STRING:
		break;
	}
	return 0;
}

/* The inline bytes of an item; *@more_out: so many can come on top. */
static uint32_t
field_bytes(const struct wire_mig_item *item, uint32_t *more_out)
{
	*more_out = 0;
	switch ((enum wire_mig_kind)item->kind) {
	case WIRE_MIG_WORDS:
		return item->n * WORD;
	case WIRE_MIG_ARRAY:
		*more_out = item->n * WORD;
		return WORD;
	case WIRE_MIG_BYTES:
		*more_out = round_word(item->n);
		return WORD;
	case WIRE_MIG_STRING:
		*more_out = round_word(item->n);
		return 2 * WORD;
	case WIRE_MIG_ROOM:
	case WIRE_MIG_REGION:
	case WIRE_MIG_REGION_AGAIN:
	case WIRE_MIG_REGION_UNUSED:
		return WORD;
	case WIRE_MIG_NONE:
	case WIRE_MIG_PORT:
	case WIRE_MIG_POLY:
	case WIRE_MIG_OPTIONS:
		break;
	}
	return 0;
}

struct wire_mig_sizes
wire_mig_sizes(const struct wire_mig_form *form)
{
	struct wire_mig_sizes sizes = {0};
	uint32_t descriptors = 0;
	uint32_t min = 0;
	uint32_t more = 0;

	FORM_FOREACH(item, form)
	{
		uint32_t item_more;
		uint32_t bytes = field_bytes(item, &item_more);

		/* mig.md 9.2: any field, and any region of data */
		if (bytes > 0 || item->kind == WIRE_MIG_OPTIONS)
			sizes.ndr = true;
		min += bytes;
		more += item_more;
		descriptors += descriptor_bytes(item);
		sizes.descriptors += descriptor_bytes(item) > 0;
	}
	sizes.fields = sizeof(mach_msg_header_t) + descriptors;
	if (descriptors > 0)
		sizes.fields += sizeof(mach_msg_body_t);
	else if (form->reply)
		sizes.ndr = true;
	if (sizes.ndr)
		sizes.fields += sizeof(NDR_record_t);
	if (form->reply && descriptors == 0)
		sizes.fields += sizeof(kern_return_t);
	sizes.min = sizes.fields + min;
	sizes.max = sizes.min + more;
	mp_assert(sizes.max <= WIRE_MIG_MESSAGE_MAX);
	return sizes;
}

/*
 * Words to a message.
 */

struct encoding {
	const struct wire_mig_form *form;
	struct wire_mig_words words[2]; /* those that are left */
	uint8_t *message;
	uint32_t descriptor; /* offset of the next */
	uint32_t field;      /* the same, and in the end the size */
};

/* The part from which the next words are. */
static struct wire_mig_words *
part(struct encoding *e)
{
	return &e->words[e->words[0].count == 0];
}

/* Take @count words of one part. */
static const uint32_t *
take(struct encoding *e, uint32_t count)
{
	struct wire_mig_words *from = part(e);
	const uint32_t *words = from->words;

	mp_assert(count <= from->count);
	if (count > 0)
		from->words += count;
	from->count -= count;
	return words;
}

static void
put(struct encoding *e, const void *bytes, uint32_t count)
{
	if (count > 0)
		memcpy(e->message + e->field, bytes, count);
	e->field += round_word(count); /* the padding is 0 already */
}

static void
put_word(struct encoding *e, uint32_t word)
{
	put(e, &word, WORD);
}

static void
put_port(struct encoding *e, const struct wire_mig_item *item)
{
	mach_msg_port_descriptor_t d = {
	    .name = *take(e, 1), .type = MACH_MSG_PORT_DESCRIPTOR};

	d.disposition = e->form->reply ? item->received : item->sent;
	if (item->kind == WIRE_MIG_POLY)
		d.disposition = *take(e, 1) & 0xFF;
	memcpy(e->message + e->descriptor, &d, sizeof(d));
	e->descriptor += sizeof(d);
}

/* @count words out of line. */
static void
put_region(struct encoding *e, const uint32_t *words, uint32_t count)
{
	mach_msg_ool_descriptor_t d = {
	    .address = (void *)(uintptr_t)words, /* only read there */
	    .size = count * WORD,
	    .copy = MACH_MSG_VIRTUAL_COPY,
	    .type = MACH_MSG_OOL_DESCRIPTOR,
	};

	memcpy(e->message + e->descriptor, &d, sizeof(d));
	e->descriptor += sizeof(d);
}

/* A part of its own, as elements. */
static void
put_elements(struct encoding *e, const struct wire_mig_item *item)
{
	uint32_t count = part(e)->count;

	put_region(e, take(e, count), count);
	put_word(e, count / item->n);
}

static kern_return_t
put_array(struct encoding *e, const struct wire_mig_item *item)
{
	uint32_t count = e->form->reply ? part(e)->count : *take(e, 1);

	if (count > item->n)
		return MIG_ARRAY_TOO_LARGE;
	put_word(e, count);
	put(e, take(e, count), count * WORD);
	return KERN_SUCCESS;
}

static kern_return_t
put_bytes(struct encoding *e, const struct wire_mig_item *item)
{
	uint32_t count = part(e)->count;

	if (count > item->n / WORD)
		return MIG_ARRAY_TOO_LARGE;
	put_word(e, count * WORD);
	put(e, take(e, count), count * WORD);
	return KERN_SUCCESS;
}

static kern_return_t
put_string(struct encoding *e, const struct wire_mig_item *item)
{
	uint32_t count = part(e)->count;
	const char *text = (const char *)take(e, count);
	uint32_t length = (uint32_t)strnlen(text, (size_t)count * WORD);

	mp_assert(length < count * WORD);
	if (length >= item->n)
		return MIG_ARRAY_TOO_LARGE;
	put_word(e, 0);
	put_word(e, length + 1);
	put(e, text, length + 1);
	return KERN_SUCCESS;
}

static kern_return_t
encode_item(struct encoding *e, const struct wire_mig_item *item)
{
	uint32_t word;

	switch ((enum wire_mig_kind)item->kind) {
	case WIRE_MIG_WORDS:
		put(e, take(e, item->n), item->n * WORD);
		break;
	case WIRE_MIG_PORT:
	case WIRE_MIG_POLY:
		put_port(e, item);
		break;
	case WIRE_MIG_ARRAY:
		return put_array(e, item);
	case WIRE_MIG_BYTES:
		return put_bytes(e, item);
	case WIRE_MIG_STRING:
		return put_string(e, item);
	case WIRE_MIG_ROOM:
		word = *take(e, 1);
		put_word(e, word < item->n ? word : item->n);
		break;
	case WIRE_MIG_OPTIONS:
		put_region(e, take(e, item->n), item->n);
		break;
	case WIRE_MIG_REGION:
	case WIRE_MIG_REGION_AGAIN:
		put_elements(e, item);
		break;
	case WIRE_MIG_REGION_UNUSED:
		put_region(e, NULL, 0);
		put_word(e, 0);
		break;
	case WIRE_MIG_NONE: /* the items end there */
	default:
		mp_unreachable();
	}
	return KERN_SUCCESS;
}

/* What is before the fields, but for the descriptors. */
static void
put_head(struct encoding *e, const struct wire_mig_sizes *sizes)
{
	static const NDR_record_t ndr = {.int_rep = NDR_INT_LITTLE_ENDIAN};
	mach_msg_base_t base = {
	    .header.msgh_size = e->field,
	    .body.msgh_descriptor_count = sizes->descriptors,
	};
	uint32_t ndr_at = sizes->fields - (uint32_t)sizeof(ndr);

	if (sizes->descriptors > 0)
		base.header.msgh_bits = MACH_MSGH_BITS_COMPLEX;
	else if (e->form->reply)
		ndr_at -= (uint32_t)sizeof(kern_return_t);
	memcpy(e->message, &base,
	    sizes->descriptors > 0 ? sizeof(base) : sizeof(base.header));
	if (sizes->ndr)
		memcpy(e->message + ndr_at, &ndr, sizeof(ndr));
}

kern_return_t
wire_mig_encode(const struct wire_mig_form *form,
    const struct wire_mig_words words[2], void *message)
{
	const struct wire_mig_sizes sizes = wire_mig_sizes(form);
	struct encoding e = {
	    .form = form,
	    .words = {words[0], words[1]},
	    .message = message,
	    .descriptor = sizeof(mach_msg_base_t),
	    .field = sizes.fields,
	};
	kern_return_t kr;

	memset(message, 0, WIRE_MIG_MESSAGE_MAX);
	FORM_FOREACH(item, form)
	{
		kr = encode_item(&e, item);
		if (kr != KERN_SUCCESS)
			return kr;
	}
	mp_assert(e.words[0].count == 0 && e.words[1].count == 0);
	put_head(&e, &sizes);
	return KERN_SUCCESS;
}

/*
 * A message to words.
 */

struct decoding {
	const struct wire_mig_form *form;
	const uint8_t *message;
	uint32_t size;
	uint32_t descriptor; /* offset of the next */
	uint32_t field;      /* the same */
	uint32_t elements;   /* of the last region */
	uint32_t *words;     /* or NULL */
	uint32_t room;
	uint32_t count; /* of the words so far */
};

static uint32_t
get_word(struct decoding *d)
{
	uint32_t word;

	memcpy(&word, d->message + d->field, WORD);
	d->field += WORD;
	return word;
}

/* The shape is wrong. */
static kern_return_t
misshapen(const struct decoding *d)
{
	return d->form->reply ? MIG_TYPE_ERROR : MIG_BAD_ARGUMENTS;
}

/* @bytes more of the words, which end with 0 up to a whole one. */
static kern_return_t
add(struct decoding *d, const void *bytes, uint32_t count)
{
	uint32_t words = round_word(count) / WORD;

	if (d->words) {
		if (words > d->room - d->count)
			return d->form->reply ? MIG_ARRAY_TOO_LARGE
			                      : MIG_BAD_ARGUMENTS;
		if (words > 0) {
			d->words[d->count + words - 1] = 0;
			memcpy(d->words + d->count, bytes, count);
		}
	}
	d->count += words;
	return KERN_SUCCESS;
}

static kern_return_t
add_word(struct decoding *d, uint32_t word)
{
	return add(d, &word, WORD);
}

/* The next @count bytes inline, which are there, and their padding. */
static kern_return_t
get(struct decoding *d, uint32_t count)
{
	const uint8_t *bytes = d->message + d->field;

	d->field += round_word(count);
	return add(d, bytes, count);
}

/* 10.5 step 6, 12.3 step 3: the last field, of @count bytes and @max at most, is
 * all that is left of the message. */
static kern_return_t
get_last(struct decoding *d, uint32_t count, uint32_t max)
{
	if (count > max || round_word(count) != d->size - d->field)
		return misshapen(d);
	return get(d, count);
}

static kern_return_t
get_array(struct decoding *d, const struct wire_mig_item *item)
{
	uint32_t count = get_word(d);
	kern_return_t kr = KERN_SUCCESS;

	if (count > item->n)
		return misshapen(d);
	if (!d->form->reply)
		kr = add_word(d, count);
	if (kr != KERN_SUCCESS)
		return kr;
	return get_last(d, count * WORD, item->n * WORD);
}

static kern_return_t
get_bytes(struct decoding *d, const struct wire_mig_item *item)
{
	uint32_t count = get_word(d);

	if (count % WORD != 0)
		return misshapen(d);
	return get_last(d, count, item->n);
}

static kern_return_t
get_string(struct decoding *d, const struct wire_mig_item *item)
{
	const uint32_t offset = get_word(d);
	const uint32_t count = get_word(d);
	const uint32_t left = d->size - d->field;

	(void)offset; /* always 0, and of no use */
	if (count == 0 || count > left ||
	    !memchr(d->message + d->field, 0, count))
		return misshapen(d);
	return get_last(d, count, item->n);
}

static kern_return_t
get_room(struct decoding *d, const struct wire_mig_item *item)
{
	uint32_t room = get_word(d);

	return add_word(d, room < item->n ? room : item->n);
}

/* The next descriptor; all have their type in the same place. */
static bool
get_descriptor(
    struct decoding *d, uint8_t type, void *descriptor, uint32_t bytes)
{
	mach_msg_type_descriptor_t any;

	memcpy(&any, d->message + d->descriptor, sizeof(any));
	memcpy(descriptor, d->message + d->descriptor, bytes);
	d->descriptor += bytes;
	return any.type == type;
}

static kern_return_t
get_port(struct decoding *d, const struct wire_mig_item *item)
{
	mach_msg_port_descriptor_t port;
	kern_return_t kr;

	if (!get_descriptor(d, MACH_MSG_PORT_DESCRIPTOR, &port, sizeof(port)))
		return MIG_TYPE_ERROR;
	if (item->received != 0 && port.disposition != item->received)
		return MIG_TYPE_ERROR;
	kr = add_word(d, port.name);
	if (kr == KERN_SUCCESS && item->kind == WIRE_MIG_POLY)
		kr = add_word(d, port.disposition);
	return kr;
}

static kern_return_t
get_options(struct decoding *d, const struct wire_mig_item *item)
{
	mach_msg_ool_descriptor_t ool;

	if (!get_descriptor(d, MACH_MSG_OOL_DESCRIPTOR, &ool, sizeof(ool)) ||
	    ool.size != item->n * WORD)
		return MIG_TYPE_ERROR;
	return add(d, ool.address, ool.size);
}

/* 10.5 step 7 */
static kern_return_t
get_elements(struct decoding *d, const struct wire_mig_item *item)
{
	const uint32_t bytes = item->n * WORD;
	mach_msg_ool_descriptor_t ool;
	uint32_t count = get_word(d);

	if (!get_descriptor(d, MACH_MSG_OOL_DESCRIPTOR, &ool, sizeof(ool)) ||
	    ool.size % bytes != 0 || ool.size / bytes != count)
		return MIG_TYPE_ERROR;
	if (item->kind == WIRE_MIG_REGION_UNUSED)
		return KERN_SUCCESS;
	if (item->kind == WIRE_MIG_REGION_AGAIN && count != d->elements)
		return MIG_TYPE_ERROR;
	d->elements = count;
	return add(d, ool.address, ool.size);
}

static kern_return_t
decode_item(struct decoding *d, const struct wire_mig_item *item)
{
	switch ((enum wire_mig_kind)item->kind) {
	case WIRE_MIG_WORDS:
		return get(d, item->n * WORD);
	case WIRE_MIG_PORT:
	case WIRE_MIG_POLY:
		return get_port(d, item);
	case WIRE_MIG_ARRAY:
		return get_array(d, item);
	case WIRE_MIG_BYTES:
		return get_bytes(d, item);
	case WIRE_MIG_STRING:
		return get_string(d, item);
	case WIRE_MIG_ROOM:
		return get_room(d, item);
	case WIRE_MIG_OPTIONS:
		return get_options(d, item);
	case WIRE_MIG_REGION:
	case WIRE_MIG_REGION_AGAIN:
	case WIRE_MIG_REGION_UNUSED:
		return get_elements(d, item);
	case WIRE_MIG_NONE: /* the items end there */
	default:
		mp_unreachable();
	}
}

/* Complex or not, its descriptors, its size. */
static bool
shape_fits(const void *message, const struct wire_mig_sizes *sizes,
    mach_msg_header_t *header_out)
{
	mach_msg_base_t base;
	bool complex;

	memcpy(header_out, message, sizeof(*header_out));
	complex = (header_out->msgh_bits & MACH_MSGH_BITS_COMPLEX) != 0;
	if (complex != (sizes->descriptors > 0) ||
	    header_out->msgh_size < sizes->min ||
	    header_out->msgh_size > sizes->max)
		return false;
	if (!complex)
		return true;
	memcpy(&base, message, sizeof(base));
	return base.body.msgh_descriptor_count == sizes->descriptors;
}

kern_return_t
wire_mig_decode(const struct wire_mig_form *form, const void *message,
    uint32_t *words, uint32_t room, uint32_t *count_out)
{
	const struct wire_mig_sizes sizes = wire_mig_sizes(form);
	struct decoding d = {
	    .form = form,
	    .message = message,
	    .descriptor = sizeof(mach_msg_base_t),
	    .field = sizes.fields,
	    .words = words,
	    .room = room,
	};
	mach_msg_header_t header;
	kern_return_t kr;

	if (!shape_fits(message, &sizes, &header))
		return misshapen(&d);
	d.size = header.msgh_size;
	FORM_FOREACH(item, form)
	{
		kr = decode_item(&d, item);
		if (kr != KERN_SUCCESS)
			return kr;
	}
	*count_out = d.count;
	return KERN_SUCCESS;
}
