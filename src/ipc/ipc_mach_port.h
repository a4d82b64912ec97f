/*
 * The mach_port_*() calls on a space, named as the task names them with `ipc_`
 * before. Arguments, codes and their order: spec/ports.md 10,
 * notifications.md 2.
 *
 * @space is the task that the call is about, @caller the one that makes it;
 * where only @space appears the two make no difference. Naming errors of a
 * right that
 * @caller passes are MACH_SEND_INVALID_RIGHT if it is not @space itself.
 */
#ifndef IPC_MACH_PORT_H
#define IPC_MACH_PORT_H

#include <mach/ipc_info.h>

#include "ipc.h"

kern_return_t ipc_mach_port_allocate(struct ipc_space *space,
    mach_port_right_t right, mach_port_name_t *name_out);
/* The same with a name of the task's choosing. */
kern_return_t ipc_mach_port_allocate_name(
    struct ipc_space *space, mach_port_right_t right, mach_port_name_t name);
/* As mach_port_allocate(), or with *@name_inout as the name if @qos says so. */
kern_return_t ipc_mach_port_allocate_full(struct ipc_space *space,
    mach_port_right_t right, mach_port_name_t proto, const mach_port_qos_t *qos,
    mach_port_name_t *name_inout);
/* The same without a name and a prototype. */
kern_return_t ipc_mach_port_allocate_qos(struct ipc_space *space,
    mach_port_right_t right, const mach_port_qos_t *qos,
    mach_port_name_t *name_out);
/* The right keeps all that it has, and what waits for it; only its name is
 * another. Whoever is to be told of the name is told of the new one. */
kern_return_t ipc_mach_port_rename(
    struct ipc_space *space, mach_port_name_t name, mach_port_name_t new_name);
kern_return_t ipc_mach_port_destroy(
    struct ipc_space *space, mach_port_name_t name);
kern_return_t ipc_mach_port_deallocate(
    struct ipc_space *space, mach_port_name_t name);
kern_return_t ipc_mach_port_get_refs(struct ipc_space *space,
    mach_port_name_t name, mach_port_right_t right,
    mach_port_urefs_t *refs_out);
kern_return_t ipc_mach_port_mod_refs(struct ipc_space *space,
    mach_port_name_t name, mach_port_right_t right, mach_port_delta_t delta);
kern_return_t ipc_mach_port_type(
    struct ipc_space *space, mach_port_name_t name, mach_port_type_t *type_out);
/* Two arrays of *count_out, each to be freed with base_free(); NULL if 0. */
kern_return_t ipc_mach_port_names(struct ipc_space *space,
    mach_port_name_t **names_out, mach_port_type_t **types_out,
    uint32_t *count_out);
/* One element for each name in use; freed with base_free(); NULL if none is. */
kern_return_t ipc_mach_port_space_info(struct ipc_space *space,
    ipc_info_space_t *info_out, ipc_info_name_t **table_out,
    uint32_t *count_out);
kern_return_t ipc_mach_port_space_basic_info(
    struct ipc_space *space, ipc_info_space_basic_t *info_out);
kern_return_t ipc_mach_port_insert_right(struct ipc_space *space,
    mach_port_name_t name, struct ipc_space *caller, mach_port_name_t right,
    mach_msg_type_name_t disposition);
kern_return_t ipc_mach_port_extract_right(struct ipc_space *space,
    mach_port_name_t name, mach_msg_type_name_t disposition,
    struct ipc_space *caller, mach_port_name_t *right_out,
    mach_msg_type_name_t *type_out);
kern_return_t ipc_mach_port_request_notification(struct ipc_space *space,
    mach_port_name_t name, mach_msg_id_t id, mach_port_mscount_t sync,
    struct ipc_space *caller, mach_port_name_t notify,
    mach_msg_type_name_t disposition, mach_port_name_t *previous_out);
/*
 * These three with naked rights, as a message brought them or is to take them along.
 * @right and @notify are valid, NULL or DEAD, and CONSUMED on success;
 * @right_out and @previous_out are +1 to caller.
 */
kern_return_t ipc_mach_port_insert_naked(struct ipc_space *space,
    mach_port_name_t name, struct ipc_port *right, mach_msg_type_name_t type,
    const struct ipc_origin *origin);
kern_return_t ipc_mach_port_extract_naked(struct ipc_space *space,
    mach_port_name_t name, mach_msg_type_name_t disposition,
    struct ipc_port **right_out, mach_msg_type_name_t *type_out);
kern_return_t ipc_mach_port_request_naked(struct ipc_space *space,
    mach_port_name_t name, mach_msg_id_t id, mach_port_mscount_t sync,
    struct ipc_port *notify, struct ipc_port **previous_out);
/*
 * port_set_backup() of Mach 2.5: a port-destroyed request with a send right of the
 * caller's, borrowed, or MACH_PORT_NULL; @previous_out is the right of the request
 * before: a send right if this call made that, else a send-once right. There is no
 * need for who destroys a port to have the receive right of the port that it goes
 * to.
 *
 * Return:	as for a port-destroyed request, but that one may be there already
 * Source:	mach2-mach3-differences.md 6
 */
kern_return_t ipc_mach_port_set_backup(struct ipc_space *space,
    mach_port_name_t name, struct ipc_space *caller, mach_port_name_t backup,
    mach_port_name_t *previous_out);
/*
 * A task of Mach 2.5 has acquired @name: if it is a send or send-once right, it
 * goes with all its references when its port dies, or now if that is dead; and
 * @notify, borrowed, is told that it is gone (message 65). Nobody is told of the
 * end of a name that the task itself gives up. A request that was made for the
 * name stays, and one that is made later takes the place of this.
 *
 * Return:	KERN_SUCCESS, also with nothing to do; KERN_INVALID_NAME,
 *		KERN_RESOURCE_SHORTAGE
 * Source:	mach2-mach3-differences.md 4
 */
kern_return_t ipc_mach_port_compat(
    struct ipc_space *space, mach_port_name_t name, struct ipc_port *notify);
kern_return_t ipc_mach_port_move_member(
    struct ipc_space *space, mach_port_name_t member, mach_port_name_t after);
kern_return_t ipc_mach_port_insert_member(
    struct ipc_space *space, mach_port_name_t name, mach_port_name_t pset);
kern_return_t ipc_mach_port_extract_member(
    struct ipc_space *space, mach_port_name_t name, mach_port_name_t pset);
/* Ascending; freed with base_free(); NULL if there are none. */
kern_return_t ipc_mach_port_get_set_status(struct ipc_space *space,
    mach_port_name_t name, mach_port_name_t **members_out, uint32_t *count_out);
/* @info holds *@count words; MACH_PORT_INFO_EXT_COUNT is the most. */
kern_return_t ipc_mach_port_get_attributes(struct ipc_space *space,
    mach_port_name_t name, mach_port_flavor_t flavor, uint32_t *info,
    mach_msg_type_number_t *count);
kern_return_t ipc_mach_port_set_attributes(struct ipc_space *space,
    mach_port_name_t name, mach_port_flavor_t flavor, const uint32_t *info,
    mach_msg_type_number_t count);
kern_return_t ipc_mach_port_set_mscount(struct ipc_space *space,
    mach_port_name_t name, mach_port_mscount_t mscount);
kern_return_t ipc_mach_port_set_seqno(
    struct ipc_space *space, mach_port_name_t name, mach_port_seqno_t seqno);
kern_return_t ipc_mach_port_get_context(struct ipc_space *space,
    mach_port_name_t name, mach_port_context_t *context_out);
kern_return_t ipc_mach_port_set_context(struct ipc_space *space,
    mach_port_name_t name, mach_port_context_t context);
/* mach_port_guard_with_flags(); for mach_port_guard() they are MPG_STRICT or
 * 0. */
kern_return_t ipc_mach_port_guard(struct ipc_space *space,
    mach_port_name_t name, mach_port_context_t guard, uint64_t flags);
kern_return_t ipc_mach_port_unguard(
    struct ipc_space *space, mach_port_name_t name, mach_port_context_t guard);
kern_return_t ipc_mach_port_swap_guard(struct ipc_space *space,
    mach_port_name_t name, mach_port_context_t old_guard,
    mach_port_context_t new_guard);
kern_return_t ipc_mach_port_assert_attributes(struct ipc_space *space,
    mach_port_name_t name, mach_port_flavor_t flavor, const uint32_t *info,
    mach_msg_type_number_t count);
kern_return_t ipc_mach_port_construct(struct ipc_space *space,
    const mach_port_options_t *options, mach_port_context_t context,
    mach_port_name_t *name_out);
kern_return_t ipc_mach_port_destruct(struct ipc_space *space,
    mach_port_name_t name, mach_port_delta_t srdelta,
    mach_port_context_t guard);

/* What mach_port_peek() tells of a message. */
struct ipc_peek {
	mach_port_seqno_t seqno;
	mach_msg_size_t size;
	mach_msg_id_t id;
	mach_msg_max_trailer_t trailer; /* msgh_trailer_size bytes of it */
};

/* @seqno: which message, 0 for the first. @trailer_room: bytes that the caller
 * has for the trailer. */
kern_return_t ipc_mach_port_peek(struct ipc_space *space, mach_port_name_t name,
    mach_msg_trailer_type_t trailer_type, mach_port_seqno_t seqno,
    mach_msg_type_number_t trailer_room, struct ipc_peek *peek_out);

kern_return_t ipc_mach_port_get_srights(struct ipc_space *space,
    mach_port_name_t name, mach_port_rights_t *srights_out);
kern_return_t ipc_mach_port_dnrequest_info(struct ipc_space *space,
    mach_port_name_t name, uint32_t *total_out, uint32_t *used_out);
/* *type_out is an enum ipc_kobject_type. */
kern_return_t ipc_mach_port_kobject(
    struct ipc_space *space, mach_port_name_t name, uint32_t *type_out);
/* There are no service ports: says why not. */
kern_return_t ipc_mach_port_get_service_port_info(
    struct ipc_space *space, mach_port_name_t name);

#endif
