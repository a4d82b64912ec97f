/*
 * Who is at the other end of a name: of a send right who receives, of a receive right
 * who can send, of a set what is in it.
 */
#ifndef MACHPORT_PEERS_H
#define MACHPORT_PEERS_H

#include "json.h"
#include "view.h"

/* "to 1234 (cat) as 0x303"; "from 7 (dog), 8 (cow)"; "0x303, 0x403". Escaped, +1 to
 * caller. What can be seen no more is left out. */
char *peers_describe(const struct view *view, const struct view_task *task,
    const struct machport_name_record *record);

/* The keys "holders" and "member_names" of @object: null, or a list. */
void peers_put_json(json_t *object, const struct view *view,
    const struct view_task *task, const struct machport_name_record *record);

#endif
