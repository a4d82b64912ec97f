/*
 * The words for what records say: one place, so that all commands say the same.
 *
 * Text is escaped, and +1 to caller (free()). JSON is +1 to caller.
 */
#ifndef MACHPORT_DESCRIBE_H
#define MACHPORT_DESCRIBE_H

#include "json.h"
#include "view.h"

/* "1234 (cat)"; "1234" if no more is known of it; "the kernel" for pid 0. */
char *describe_task(const struct view *view, uint32_t task, pid_t pid);
/* {"pid", "task", "command"}; null for pid 0. */
json_t *describe_task_json(const struct view *view, uint32_t task, pid_t pid);

/* "receive, send", "set", "dead name", of a MACH_PORT_TYPE_*. */
char *describe_rights(mach_port_type_t type);
/* ["receive", "send"]; words: receive, send, send-once, set, dead-name. */
json_t *describe_rights_json(mach_port_type_t type);

/* "send right", of a MACH_MSG_TYPE_PORT_*; a word of the above in JSON. */
const char *describe_moved(uint32_t disposition);
const char *describe_moved_word(uint32_t disposition);

/* The kernel's object behind a port: "task 1234 (cat)", "host". */
char *describe_object(
    const struct view *view, const struct machport_name_record *record);
/* {"kind", "id", "task"}. */
json_t *describe_object_json(
    const struct view *view, const struct machport_name_record *record);

/* Where the receive right is: "1234 (cat) as 0x103", "host", "in a message". */
char *describe_receiver(
    const struct view *view, const struct machport_name_record *record);
/* {"place", "task", "name", "object"}. */
json_t *describe_receiver_json(
    const struct view *view, const struct machport_name_record *record);

/* "dead-name", of MACH_NOTIFY_*. */
const char *describe_notice(uint32_t msgh_id);
/* "no-senders, dead-name", of MACHPORT_REQUEST_*. */
char *describe_requests(uint32_t requests);
json_t *describe_requests_json(uint32_t requests);

/* How a right came: {"how", "task", "msgh_id", "age_ns"}. */
json_t *describe_origin_json(
    const struct view *view, const struct machport_name_record *record);

/* `port 17 "label"`; without a label, `port 17`. */
char *describe_port(uint32_t id, const char label[MACHPORT_LABEL_MAX]);

/* {"port", "label"}: null for id 0. */
json_t *describe_port_json(uint32_t id, const char label[MACHPORT_LABEL_MAX]);

/* Why a lane was closed, of a MACHPORT_LANE_*. */
const char *describe_lane_why(uint32_t why);
/* {"why", "age_ns"}: null if none was closed. */
json_t *describe_lane_closed_json(
    const struct view *view, const struct machport_name_record *record);

/* The port of a name record; what it says of the queue, the rights, and lanes. */
void describe_queue_json(json_t *object, const struct view *view,
    const struct machport_name_record *record);

#endif
