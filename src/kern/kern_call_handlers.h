/*
 * The handlers of calls that are in other files than the table, kern_call.c: by
 * theme. Each is given a call whose task was found, and has the words of its
 * number in wire_call.h; what it returns is the call's code.
 */
#ifndef KERN_CALL_HANDLERS_H
#define KERN_CALL_HANDLERS_H

#include "kern_call.h"

/* kern_call_guard.c */
kern_return_t kern_call_port_get_context(struct kern_call *call);
kern_return_t kern_call_port_set_context(struct kern_call *call);
kern_return_t kern_call_port_guard(struct kern_call *call);
kern_return_t kern_call_port_guard_with_flags(struct kern_call *call);
kern_return_t kern_call_port_unguard(struct kern_call *call);
kern_return_t kern_call_port_swap_guard(struct kern_call *call);
kern_return_t kern_call_port_assert_attributes(struct kern_call *call);
kern_return_t kern_call_port_construct(struct kern_call *call);
kern_return_t kern_call_port_destruct(struct kern_call *call);

/* kern_call_pid.c */
kern_return_t kern_call_pid_for_task(struct kern_call *call);
kern_return_t kern_call_task_for_pid(struct kern_call *call);
kern_return_t kern_call_task_name_for_pid(struct kern_call *call);

/* kern_call_info.c */
kern_return_t kern_call_port_space_info(struct kern_call *call);
kern_return_t kern_call_port_space_basic_info(struct kern_call *call);
kern_return_t kern_call_port_type(struct kern_call *call);
kern_return_t kern_call_port_names(struct kern_call *call);
kern_return_t kern_call_port_get_set_status(struct kern_call *call);
kern_return_t kern_call_port_get_refs(struct kern_call *call);
kern_return_t kern_call_port_peek(struct kern_call *call);
kern_return_t kern_call_port_get_srights(struct kern_call *call);
kern_return_t kern_call_port_dnrequest_info(struct kern_call *call);
kern_return_t kern_call_port_kobject(struct kern_call *call);
kern_return_t kern_call_port_kobject_description(struct kern_call *call);
kern_return_t kern_call_port_get_service_info(struct kern_call *call);

/* kern_call_label.c */
kern_return_t kern_call_port_set_label(struct kern_call *call);
kern_return_t kern_call_port_get_label(struct kern_call *call);

/* kern_call_memory.c */
kern_return_t kern_call_memory_entry_make(struct kern_call *call);
kern_return_t kern_call_memory_entry_map(struct kern_call *call);
kern_return_t kern_call_memory_entry_derive(struct kern_call *call);

/* kern_call_timer.c */
kern_return_t kern_call_mk_timer_create(struct kern_call *call);
kern_return_t kern_call_mk_timer_destroy(struct kern_call *call);
kern_return_t kern_call_mk_timer_arm(struct kern_call *call);
kern_return_t kern_call_mk_timer_cancel(struct kern_call *call);

#endif
