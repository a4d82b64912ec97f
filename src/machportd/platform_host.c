/* /proc/stat, /proc/loadavg, /proc/vmstat, and what the C library knows. */
#include "platform_host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "clock.h"
#include "proc.h"

#define AGE_NS (10 * CLOCK_NS_PER_MS)
#define STAT_BYTES 1024
#define VMSTAT_BYTES 16384

static cpu_type_t
cpu_type(void)
{
#if defined(__x86_64__)
	return CPU_TYPE_X86_64;
#elif defined(__aarch64__)
	return CPU_TYPE_ARM64;
#elif defined(__powerpc64__)
	return CPU_TYPE_POWERPC64;
#else
	return CPU_TYPE_ANY;
#endif
}

static cpu_subtype_t
cpu_subtype(void)
{
#if defined(__x86_64__)
	return CPU_SUBTYPE_X86_64_ALL;
#else
	return CPU_SUBTYPE_ARM64_ALL;
#endif
}

/* Of sysconf(), which knows everything asked for here. */
static uint64_t
value_of(int name)
{
	const long value = sysconf(name);

	return value > 0 ? (uint64_t)value : 1;
}

void
platform_host_facts(struct kern_host_facts *facts_out)
{
	struct utsname name = {.sysname = "Linux"};

	(void)uname(&name);
	*facts_out = (struct kern_host_facts){
	    .processors = (uint32_t)value_of(_SC_NPROCESSORS_ONLN),
	    .processors_most = (uint32_t)value_of(_SC_NPROCESSORS_CONF),
	    .cpu_type = cpu_type(),
	    .cpu_subtype = cpu_subtype(),
	    .memory_bytes = value_of(_SC_PHYS_PAGES) * value_of(_SC_PAGESIZE),
	    .tick_ms = (uint32_t)(1000 / value_of(_SC_CLK_TCK)),
	};
	(void)snprintf(facts_out->version, sizeof(facts_out->version),
	    "%s %s %s", name.sysname, name.release, name.version);
}

/* "0.20 0.18 0.12 ..." */
static bool
read_averages(uint32_t averages[3])
{
	char text[128];
	char *at = text;

	if (!proc_read(0, "loadavg", text, sizeof(text)))
		return false;
	for (unsigned i = 0; i < 3; i++) {
		const unsigned long whole = strtoul(at, &at, 10);
		const unsigned long hundredths =
		    *at == '.' ? strtoul(at + 1, &at, 10) : 0;

		averages[i] = (uint32_t)(whole * LOAD_SCALE +
		    hundredths * (LOAD_SCALE / 100));
	}
	return true;
}

/* "cpu  user nice system idle iowait irq softirq steal ...": the first line. */
static bool
read_ticks(uint64_t ticks[CPU_STATE_MAX])
{
	enum { USER, NICE, SYSTEM, IDLE, IOWAIT, IRQ, SOFTIRQ, STEAL, COUNT };
	uint64_t fields[COUNT] = {0};
	char text[STAT_BYTES];
	char *at = text + 3;

	if (!proc_read(0, "stat", text, sizeof(text)) ||
	    strncmp(text, "cpu ", 4) != 0)
		return false;
	for (unsigned i = 0; i < COUNT && *at != '\n'; i++)
		fields[i] = strtoull(at, &at, 10);
	ticks[CPU_STATE_USER] = fields[USER];
	ticks[CPU_STATE_NICE] = fields[NICE];
	ticks[CPU_STATE_SYSTEM] =
	    fields[SYSTEM] + fields[IRQ] + fields[SOFTIRQ] + fields[STEAL];
	ticks[CPU_STATE_IDLE] = fields[IDLE] + fields[IOWAIT];
	return true;
}

/* The number in the line "@name N"; 0: this Linux does not count that. */
static uint64_t
count_of(const char *vmstat, const char *name)
{
	const size_t length = strlen(name);
	const char *line = vmstat;

	while (line) {
		if (strncmp(line, name, length) == 0 && line[length] == ' ')
			return strtoull(line + length, NULL, 10);
		line = strchr(line, '\n');
		if (line)
			line++;
	}
	return 0;
}

#define PAGES(name) ((natural_t)count_of(text, name))

static bool
read_memory(vm_statistics64_data_t *memory_out)
{
	const uint64_t page = value_of(_SC_PAGESIZE);
	const uint64_t page_kb = page >= 1024 ? page / 1024 : 1;
	char text[VMSTAT_BYTES];

	if (!proc_read(0, "vmstat", text, sizeof(text)))
		return false;
	*memory_out = (vm_statistics64_data_t){
	    .free_count = PAGES("nr_free_pages"),
	    .active_count = PAGES("nr_active_anon") + PAGES("nr_active_file"),
	    .inactive_count =
	        PAGES("nr_inactive_anon") + PAGES("nr_inactive_file"),
	    .wire_count = PAGES("nr_unevictable") +
	        PAGES("nr_slab_reclaimable") + PAGES("nr_slab_unreclaimable") +
	        PAGES("nr_page_table_pages"),
	    .reactivations = count_of(text, "pgactivate"),
	    /* These two are KiB. */
	    .pageins = count_of(text, "pgpgin") / page_kb,
	    .pageouts = count_of(text, "pgpgout") / page_kb,
	    .faults = count_of(text, "pgfault"),
	    .swapins = count_of(text, "pswpin"),
	    .swapouts = count_of(text, "pswpout"),
	    .external_page_count = PAGES("nr_file_pages"),
	    .internal_page_count = PAGES("nr_anon_pages"),
	};
	return true;
}

bool
platform_host_load(struct kern_host_load *load_out)
{
	static struct kern_host_load latest;
	static uint64_t stale_ns; /* 0: nothing was read yet */
	const uint64_t now = clock_now_ns();

	if (now >= stale_ns) {
		if (!read_averages(latest.averages) ||
		    !read_ticks(latest.ticks) || !read_memory(&latest.memory))
			return false;
		stale_ns = now + AGE_NS;
	}
	*load_out = latest;
	return true;
}
