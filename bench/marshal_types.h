/* The C types of marshal.defs; and what its user stubs call in place of the library,
 * which mig is told by -subrprefix. */
#ifndef MARSHAL_TYPES_H
#define MARSHAL_TYPES_H

#include <mach/message.h>
#include <mach/port.h>
#include <stdint.h>

typedef int numbers_t[64];
typedef char text_t[32];
typedef mach_port_t ports_t[4];

mach_msg_return_t bench_mach_msg(mach_msg_header_t *msg,
    mach_msg_option_t option, mach_msg_size_t send_size,
    mach_msg_size_t rcv_size, mach_port_name_t rcv_name,
    mach_msg_timeout_t timeout, mach_port_name_t notify);
mach_port_t bench_mig_get_reply_port(void);
void bench_mig_put_reply_port(mach_port_t reply_port);
void bench_mig_dealloc_reply_port(mach_port_t reply_port);

#endif
