/*
 * mach/mach_error.h - error codes as text
 *
 * The texts are for people: print them, do not parse them. Codes of the
 * bootstrap server are not known here; it has bootstrap_strerror().
 *
 * Source: spec/special-ports.md 10
 */
#ifndef MACH_MACH_ERROR_H
#define MACH_MACH_ERROR_H

#include <mach/error.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/**
 * mach_error_string() - what an error code means
 * @error_value: [in]	any code: KERN_*, MACH_SEND_*, MACH_RCV_*, MIG_*,
 *			unix_err(errno), or a number of Mach 2.5
 *
 * The special bits of a send or receive error (MACH_MSG_MASK) are ignored.
 *
 * Return:	"(system/subsystem) phrase"; static, not to be changed or freed,
 *		never NULL, also for an unknown code
 * Source:	spec/special-ports.md 10
 */
char *mach_error_string(mach_error_t error_value);

/**
 * mach_error_type() - where an error code comes from
 * @error_value: [in]	as for mach_error_string()
 *
 * Return:	"(system/subsystem)"; static, not to be changed or freed, never
 *		NULL: "(?/?)" when unknown
 * Source:	spec/special-ports.md 10
 */
char *mach_error_type(mach_error_t error_value);

/**
 * mach_error() - print an error code on the standard error stream
 * @str:	[in]	what the program did; borrowed
 * @error_value: [in]	as for mach_error_string()
 *
 * Prints one line: @str, a space and the string of the code; when that is
 * unknown, also its value in hexadecimal.
 *
 * Source:	spec/special-ports.md 10
 */
void mach_error(const char *str, mach_error_t error_value);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif /* MACH_MACH_ERROR_H */
