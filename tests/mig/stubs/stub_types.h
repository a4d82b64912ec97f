/* The C types of stub_types.defs. */
#ifndef STUB_TYPES_H
#define STUB_TYPES_H

#include <mach/boolean.h>
#include <mach/message.h>
#include <mach/port.h>
#include <stdint.h>

typedef signed char c8_t;

typedef struct {
	short v[5];
} st_t;

typedef struct {
	int v[3];
} trio_t;

typedef short s3_t[3];
typedef double d3_t[3];
typedef char nm_t[10];
typedef char vn_t[30];
typedef char va_t[5];
typedef int vi_t[7];
typedef short vs_t[6];
typedef int64_t v64_t[3];
typedef st_t vst_t[4];
typedef trio_t vtrio_t[4];
typedef char big_t[4096];
typedef char vbig_t[4096];

typedef int *ub_t;
typedef int *ool_t;
typedef int *oolb_t;
typedef int *oolf_t;
typedef trio_t *ooltrio_t;
typedef int *regions_t[3];
typedef int *vregions_t[3];
typedef int *fregions_t[2];
typedef int *vfregions_t[2];

typedef mach_port_t p3_t[3];
typedef mach_port_t pv_t[4];
typedef mach_port_t pm_t[4];
typedef mach_port_t *op_t;
typedef mach_port_t *ou_t;
typedef mach_port_t *opm_t;
typedef mach_port_t *oum_t;
typedef mach_port_t polys_t[3];
typedef mach_port_t vpolys_t[4];
typedef mach_port_t *opolys_t;
typedef mach_port_t *vrights_t[2];
typedef mach_port_t *frights_t[2];
typedef mach_port_t *vfrights_t[2];
typedef int *memory_t;

typedef uint16_t anonymous_words_t[5];
typedef int anonymous_rows_t[3][2];
typedef struct {
	int64_t v[2];
} anonymous_pair_t;

/*
 * Translations: an object_t is a number of the sender's, or the name of a right,
 * with a mark. How often a function was called is in stub->translations and
 * stub->destructions.
 */
typedef struct {
	uint64_t marked;
} object_t;

object_t handle_in(int number);
int handle_out(object_t object);
void handle_drop(object_t object);

/* The right is the object's from then on: it goes with it. */
object_t port_in(mach_port_t name);
mach_port_t port_out(object_t object);
void port_drop(object_t object);

object_t server_in(mach_port_t name);
void server_drop(object_t object);

/* Without intran, what came is the destructor's to release. */
void dropped_drop(mach_port_t name);
void dropped3_drop(p3_t names);
void memory_drop(memory_t memory);
void memory2_drop(fregions_t memory);

typedef struct {
	char v[9000];
} record_t;

/* Larger than what it is made of. */
typedef struct {
	record_t record;
	object_t object;
	char more[9000];
} record_object_t;

record_object_t record_in(record_t record);
record_t record_out(record_object_t object);
void record_drop(record_object_t object);

#endif
