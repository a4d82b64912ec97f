/* The C types of the Darwin interfaces here, where <mach/...> has none. */
#ifndef DARWIN_H
#define DARWIN_H

#include <mach/clock_types.h>
#include <mach/mach_types.h>
#include <mach/message.h>
#include <mach/port.h>
#include <stdint.h>

#include "darwin_limits.h"

typedef mach_port_t vm_task_entry_t;
typedef mach_port_t voucher_t;
typedef mach_port_t voucher_control_t;

typedef vm_offset_t *emulation_vector_t;
typedef integer_t *policy_base_t;
typedef integer_t *policy_limit_t;
typedef natural_t task_policy_flavor_t;
typedef integer_t *task_policy_t;
typedef natural_t thread_policy_flavor_t;
typedef integer_t *thread_policy_t;
typedef struct {
	uint64_t address;
	uint64_t timestamp;
	unsigned char uuid[16];
	uint64_t filesystem;
} image_info_t;
typedef image_info_t *image_info_array_t;
typedef image_info_t *image_infos_t;

typedef unsigned int vm_machine_attribute_t;
typedef int vm_machine_attribute_val_t;
typedef int vm_purgable_t;
typedef int *vm_region_recurse_info_t;
typedef vm_offset_t vm_read_entry_t[2 * READ_ENTRY_MAX];
typedef int *page_info_t;
typedef char *cache_name_t;

typedef int processor_flavor_t;
typedef integer_t *processor_info_t;
typedef integer_t *processor_info_array_t;
typedef int processor_set_flavor_t;
typedef integer_t *processor_set_info_t;
typedef struct {
	char name[80];
} zone_name_t;
typedef zone_name_t *zone_name_array_t;
typedef struct {
	uint64_t words[8];
} zone_info_t;
typedef zone_info_t *zone_info_array_t;

/* vouchers */
typedef unsigned int voucher_key_t;
typedef unsigned int voucher_command_t;
typedef uint8_t *voucher_recipes_t;
typedef uint8_t *voucher_content_t;
typedef struct {
	uint64_t values[32];
} attr_values_t;

/* eventlinks, restartable ranges */
typedef mach_port_t eventlink_pair_t[2];
typedef uint64_t restartable_range_t[3];
typedef restartable_range_t *restartable_ranges_t;

/* notifications of daemons */
typedef char path_t[PATH_SIZE];
typedef char proc_name_t[2 * 32 + 1];
typedef struct {
	int words[16];
} call_info_t;
typedef unsigned char uuid_bytes_t[16];
typedef uint64_t *events_t;
typedef unsigned int *samples_t;
typedef char ktrace_name_t[33];
typedef short ktrace_others_t[7];
typedef uint64_t coalition_levels_t[COALITION_LEVELS];

/* doubleagent */
typedef char file_name_t[NAME_SIZE + PATH_SIZE / 8 - 2 * 8];
typedef uint64_t file_names_t[NAME_SIZE * 2 / 16];
struct agent_result {
	int64_t id;
	int64_t size;
};
typedef struct agent_result *agent_results_t;

/* gssd, lockd, kextd, netname, UND */
typedef char *long_string_t;
typedef char utf8_name_t[NAME_SIZE];
typedef uint64_t context_t;
typedef uint64_t credential_t;
typedef uint8_t *gss_bytes_t;
typedef uint32_t *gss_groups_t;
typedef uint8_t lock_handle_t[512];
typedef uint32_t socket_address_t[32];
typedef uint32_t lockd_groups_t[16];
typedef uint8_t lockd_cookie_t[3];
typedef char netname_name_t[80];
typedef char io_name_t[128];
typedef char *und_key_t;
typedef void *und_xml_t;
typedef char und_word_t[7];

/* What user and server see of a right that is translated. */
struct clock_object;
typedef struct clock_object *clock_object_t;

#ifdef __cplusplus
extern "C" {
#endif
clock_object_t clock_of_port(mach_port_t port);
mach_port_t port_of_clock(clock_object_t object);
void clock_release(clock_object_t object);
#ifdef __cplusplus
}
#endif

#endif /* DARWIN_H */
