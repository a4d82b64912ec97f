/*
 * mach/ndr.h - how the sender of a message represents its data
 *
 * MIG puts this record in front of inline arguments, so that a bridge between
 * machines can convert them. The kernel never looks at it.
 *
 * Source: spec/special-ports.md 5.1
 */
#ifndef MACH_NDR_H
#define MACH_NDR_H

#include <stdint.h>

typedef struct {
	unsigned char mig_vers;
	unsigned char if_vers;
	unsigned char reserved1;
	unsigned char mig_encoding; /* NDR_PROTOCOL_2_0 */
	unsigned char int_rep;      /* NDR_INT_* */
	unsigned char char_rep;     /* NDR_CHAR_* */
	unsigned char float_rep;    /* NDR_FLOAT_* */
	unsigned char reserved2;
} NDR_record_t;

#define NDR_PROTOCOL_2_0 0

#define NDR_INT_BIG_ENDIAN 0
#define NDR_INT_LITTLE_ENDIAN 1

#define NDR_CHAR_ASCII 0
#define NDR_CHAR_EBCDIC 1

#define NDR_FLOAT_IEEE 0
#define NDR_FLOAT_VAX 1
#define NDR_FLOAT_CRAY 2
#define NDR_FLOAT_IBM 3

/* Stubs convert nothing: the record is sent, and ignored when received. */
#ifndef __NDR_convert__
#define __NDR_convert__ 0 /* NOLINT(cert-dcl51-cpp): Darwin's name */
#endif

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* The record of this machine. */
extern NDR_record_t NDR_record;

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif /* MACH_NDR_H */
