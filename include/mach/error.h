/*
 * mach/error.h - the structure of an error code
 *
 * Every code of the Mach interfaces is one 32-bit number:
 *
 *	system (6 bits) | subsystem (12 bits) | code (14 bits)
 *
 * so a kern_return_t is its own error (system 0, subsystem 0), and the errors
 * of mach_msg() are those of err_mach_ipc: subsystem 0 sends, 1 receives.
 *
 * Source: spec/special-ports.md 10
 */
#ifndef MACH_ERROR_H
#define MACH_ERROR_H

#include <mach/kern_return.h>

typedef kern_return_t mach_error_t;
typedef mach_error_t (*mach_error_fn_t)(void);

#define err_none ((mach_error_t)0)
#define ERR_SUCCESS ((mach_error_t)0)
#define ERR_ROUTINE_NIL ((mach_error_fn_t)0)

#define err_system(x) ((mach_error_t)(((unsigned int)(x)&0x3fu) << 26))
#define err_sub(x) ((mach_error_t)(((unsigned int)(x)&0xfffu) << 14))

#define err_get_system(err) ((int)(((unsigned int)(err) >> 26) & 0x3fu))
#define err_get_sub(err) ((int)(((unsigned int)(err) >> 14) & 0xfffu))
#define err_get_code(err) ((int)((unsigned int)(err)&0x3fffu))

#define err_kern err_system(0x0)     /* kernel */
#define err_us err_system(0x1)       /* user space library */
#define err_server err_system(0x2)   /* user space servers */
#define err_ipc err_system(0x3)      /* old ipc */
#define err_mach_ipc err_system(0x4) /* ipc */
#define err_dipc err_system(0x7)     /* distributed ipc */
#define err_vm err_system(0x8)       /* virtual memory */
#define err_local err_system(0x3e)   /* a program's own */
#define err_ipc_compat err_system(0x3f)

#define err_max_system 0x3f

#define system_emask err_system(err_max_system)
#define sub_emask err_sub(0xfff)
#define code_emask 0x3fff

/* An errno value as an error code. */
#define unix_err(err) ((mach_error_t)(err_kern | err_sub(3) | (err)))

#endif /* MACH_ERROR_H */
