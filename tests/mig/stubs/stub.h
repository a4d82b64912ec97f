/*
 * What both sides of the stubs' tests do with arguments.
 *
 * Both know what is sent: each argument has a seed, and its bytes follow from
 * that; a variable array has stub->length elements, or as many as it may. So an
 * implementation checks all that it gets, and a caller all that comes back,
 * without saying so to each other. Facts that do not hold are counted, not
 * asserted, for the two may be in two processes.
 *
 * All of it is plain Mach: it runs over the loopback, and between tasks.
 */
#ifndef STUB_H
#define STUB_H

#include <mach/mach.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the implementations and the callers are told, and what happened. */
struct stub {
	/* What implementations return, after a look at what they got. */
	kern_return_t result;
	/* What arrives is what was sent. Else it is only touched, all of it, and
	 * given back as the rules say: the other side is hostile. */
	bool strict;
	/* Implementations succeed without setting anything... */
	bool forgets;
	/* ... or say that they set more elements than they may. */
	bool exceeds;
	/* Nothing was sent: what would have left the caller is still here. */
	bool kept;
	/* Elements of variable arrays. */
	unsigned length;
	mach_port_seqno_t seqno; /* of the last request, where it is seen */
	bool owns_reply; /* the last implementation took the reply right */
	unsigned served; /* calls of implementations */
	unsigned faults; /* facts that did not hold */
	unsigned translations; /* intran and outtran */
	unsigned objects;      /* that intran made, and no destructor dropped */
};

/* What mach_port_set_context() has set of the port that is served. */
#define STUB_CONTEXT 0x123456789

/* In memory that the processes of a test share. */
extern struct stub *stub;

/* A fact that must hold on this side (see stub_distrust()); a false one is said and counted. */
#define STUB_CHECK(fact)                                                       \
	((fact) ? (void)0 : stub_fault(__FILE__, __LINE__, #fact))
/* The same, of what the other side has sent. */
#define STUB_EXPECT(fact) STUB_CHECK(!stub->strict || (fact))
void stub_fault(const char *file, int line, const char *fact);

/* --- data ------------------------------------------------------------------ */

/* How many elements an array for at most @max has. */
mach_msg_type_number_t stub_count(mach_msg_type_number_t max);

void stub_fill(void *data, size_t bytes, unsigned seed);
/* Touches all of it, and compares it. */
void stub_look(const void *data, size_t bytes, unsigned seed);

/* The same of a value. */
#define STUB_FILL(value, seed) stub_fill(&(value), sizeof(value), (seed))
#define STUB_LOOK(value, seed) stub_look(&(value), sizeof(value), (seed))

/* A string, in room for @max characters with the NUL, and the same again. */
void stub_string_fill(char *text, unsigned max, unsigned seed);
void stub_string_look(const char *text, unsigned max, unsigned seed);

/* An array of @count elements that came, which must be stub_count(@max). */
void stub_array_look(const void *array, mach_msg_type_number_t count,
    size_t element_bytes, mach_msg_type_number_t max, unsigned seed);
/* An array to be sent: fills it, sets *@count, which is what it has room for, and
 * @max must be: see stub->exceeds. */
void stub_array_fill(void *array, mach_msg_type_number_t *count,
    size_t element_bytes, mach_msg_type_number_t max, unsigned seed);

/* --- rights ---------------------------------------------------------------- */

/* A right of a new port, to be sent as @disposition says. stub_end() releases
 * what of it is left then, and checks that it is what it should be. */
mach_port_t stub_right(mach_msg_type_name_t disposition);

/* A right that came is of the kind @received: nobody can make a stub say another. */
void stub_right_look(mach_port_t name, mach_msg_type_name_t received);
/* The same of a right to reply, which is as its sender likes. */
void stub_reply_look(mach_port_t name, mach_msg_type_name_t received);
/* Release it. */
void stub_right_drop(mach_port_t name, mach_msg_type_name_t received);
/* Both. */
void stub_right_take(mach_port_t name, mach_msg_type_name_t received);

/* The same of arrays. stub_rights() sets *@count as stub_array_fill() does. */
void stub_rights_fixed(mach_port_t *names, mach_msg_type_number_t count,
    mach_msg_type_name_t disposition);
void stub_rights(mach_port_t *names, mach_msg_type_number_t *count,
    mach_msg_type_number_t max, mach_msg_type_name_t disposition);
void stub_rights_look(const mach_port_t *names, mach_msg_type_number_t count,
    mach_msg_type_number_t max, mach_msg_type_name_t received);
void stub_rights_drop(const mach_port_t *names, mach_msg_type_number_t count,
    mach_msg_type_name_t received);
void stub_rights_take(const mach_port_t *names, mach_msg_type_number_t count,
    mach_msg_type_number_t max, mach_msg_type_name_t received);

/* --- memory ---------------------------------------------------------------- */

/* Elements of a region without a bound: of data, of rights. */
#define STUB_MANY 3000
#define STUB_MANY_RIGHTS 20

enum stub_memory {
	STUB_MEMORY_KEPT,   /* the sender keeps it; stub_end() frees it */
	STUB_MEMORY_LEAVES, /* it is sent with dealloc */
};

/* New memory with data to be sent; NULL if it is empty. */
void *stub_memory(size_t bytes, unsigned seed, enum stub_memory how);
/* The same with rights. */
mach_port_t *stub_memory_rights(mach_msg_type_number_t count,
    mach_msg_type_name_t disposition, enum stub_memory how);

/* Memory that came: its owner gives it back. */
void stub_memory_free(const void *memory, size_t bytes);
/* Looks, and gives it back. */
void stub_memory_take(const void *memory, mach_msg_type_number_t count,
    size_t element_bytes, mach_msg_type_number_t max, unsigned seed);
/* Gives the rights back, too. */
void stub_memory_rights_take(const mach_port_t *names,
    mach_msg_type_number_t count, mach_msg_type_number_t max,
    mach_msg_type_name_t received);

/* Numbers to be sent; sets *@count, which needs no room. */
int *stub_ints(mach_msg_type_number_t *count, mach_msg_type_number_t max,
    unsigned seed, enum stub_memory how);
/* Rights to be sent: the same. */
mach_port_t *stub_names(mach_msg_type_number_t *count,
    mach_msg_type_number_t max, mach_msg_type_name_t disposition,
    enum stub_memory how);

/* --- sides ----------------------------------------------------------------- */

enum stub_side {
	STUB_CALLER,
	STUB_SERVER,
};

/* From now on, rights and memory are of this side: the loopback's are in one
 * process. */
void stub_be(enum stub_side side);

/* What does not hold on @side is not counted: it was lied to by itself. */
void stub_distrust(enum stub_side side);

/* What this side has sent has gone: release what it keeps of it. */
void stub_end(void);
/* Nobody counts what this side has: forget it. */
void stub_forget(void);

/* --- implementations ------------------------------------------------------- */

/* To be called by each, first. */
void stub_serve(void);
/* Do they refuse? Then nothing that came is theirs. */
bool stub_refuses(void);
/* The rights and memory that came have been taken: is that all? */
bool stub_is_done(void);

#endif
