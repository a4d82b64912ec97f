/* Call sites. Stacks are taken with what the compiler leaves for unwinding, and turned
 * into lines only when somebody is to read them. */
#include "debug_site.h"

#include <dlfcn.h>
#include <execinfo.h>
#include <fcntl.h>
#include <inttypes.h>
#include <link.h>
#include <spawn.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define FRAMES 16
#define SITES (1u << 16)
#define BUCKETS (1u << 12)

struct site {
	uint32_t next; /* in its bucket */
	uint32_t frame_count;
	void *frames[FRAMES];
};

static struct site *sites; /* sites[0] is not used */
static uint32_t *buckets;
static uint32_t site_count;

/* Memory that is had when it is first used. */
static void *
reserve(size_t bytes)
{
	void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return memory == MAP_FAILED ? NULL : memory;
}

bool
debug_site_init(void)
{
	void *frame;

	sites = reserve(SITES * sizeof(*sites));
	buckets = reserve(BUCKETS * sizeof(*buckets));
	/* The first time may load a library, which a signal handler must not. */
	return sites && buckets && backtrace(&frame, 1) >= 0;
}

/* Where the module that has @address begins. */
static const void *
module_of(const void *address)
{
	Dl_info info;

	return dladdr(address, &info) != 0 ? info.dli_fbase : NULL;
}

/* How many of the first frames are our own. Of a static library they are in the same
 * module as the program's, and are shown: 0. */
static int
own_frames(void *const *frames, int count)
{
	const void *own = module_of(frames[0]);
	int own_count = 0;

	if (own == module_of((const void *)getauxval(AT_ENTRY)))
		return 0;
	while (own_count < count && module_of(frames[own_count]) == own)
		own_count++;
	return own_count < count ? own_count : 0;
}

static uint32_t
hash(void *const *frames, size_t count)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < count; i++)
		sum =
		    (sum ^ (uintptr_t)frames[i]) * UINT64_C(0x9e3779b97f4a7c15);
	return (uint32_t)(sum >> 40) % BUCKETS;
}

static uint32_t
find_or_add(void *const *frames, uint32_t count)
{
	uint32_t *bucket = &buckets[hash(frames, count)];
	struct site *site;

	for (uint32_t i = *bucket; i != 0; i = sites[i].next)
		if (sites[i].frame_count == count &&
		    memcmp(sites[i].frames, frames, count * sizeof(*frames)) ==
		        0)
			return i;
	if (site_count + 1 >= SITES)
		return DEBUG_SITE_NONE;
	site = &sites[++site_count];
	site->frame_count = count;
	memcpy(site->frames, frames, count * sizeof(*frames));
	site->next = *bucket;
	*bucket = site_count;
	return site_count;
}

uint32_t
debug_site_here(void)
{
	void *frames[2 * FRAMES];
	int count = backtrace(frames, 2 * FRAMES);
	int own = count > 0 ? own_frames(frames, count) : 0;

	count -= own;
	if (count > FRAMES)
		count = FRAMES;
	return count > 0 ? find_or_add(frames + own, (uint32_t)count)
	                 : DEBUG_SITE_NONE;
}

/* --- for people ------------------------------------------------------------ */

/* Start addr2line for @offset of @module; its output, or NULL. */
static FILE *
start_addr2line(const char *module, const char *offset, pid_t *pid_out)
{
	char *const argv[] = {"addr2line", "-Cfspe", (char *)(uintptr_t)module,
	    (char *)(uintptr_t)offset, NULL};
	posix_spawn_file_actions_t actions;
	FILE *output = NULL;
	int ends[2];
	int error;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return NULL;
	if (posix_spawn_file_actions_init(&actions) == 0) {
		error = posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
		if (error == 0)
			error = posix_spawn_file_actions_addopen(
			    &actions, 2, "/dev/null", O_WRONLY, 0);
		if (error == 0)
			error = posix_spawnp(pid_out, "addr2line", &actions,
			    NULL, argv, environ);
		posix_spawn_file_actions_destroy(&actions);
		if (error == 0)
			output = fdopen(ends[0], "r");
	}
	close(ends[1]);
	if (!output)
		close(ends[0]);
	return output;
}

/* "function at file:line", if that can be told. */
static bool
describe(const char *module, uintptr_t offset, char *text, size_t bytes)
{
	char number[2 + 16 + 1];
	char *discriminator;
	FILE *output;
	pid_t pid;
	bool told;

	(void)snprintf(number, sizeof(number), "%#" PRIxPTR, offset);
	output = start_addr2line(module, number, &pid);
	if (!output)
		return false;
	text[0] = '\0';
	told = fgets(text, (int)bytes, output) && strncmp(text, "??", 2) != 0;
	fclose(output);
	(void)waitpid(pid, NULL, 0);
	text[strcspn(text, "\n")] = '\0';
	discriminator = strstr(text, " (discriminator");
	if (discriminator)
		*discriminator = '\0';
	return told;
}

/* For addr2line: the module that the program itself is has no name. */
static const char *
module_path(const struct link_map *map)
{
	static char program[4096];

	if (map->l_name[0] != '\0')
		return map->l_name;
	if (program[0] == '\0' &&
	    readlink("/proc/self/exe", program, sizeof(program) - 1) < 0)
		return "/proc/self/exe";
	return program;
}

/* False: it was main(), and nobody wants to know who called that. */
static bool
print_frame(FILE *stream, void *frame, int indent)
{
	/* What is on the stack is where the call returns to. */
	const char *address = (const char *)frame - 1;
	struct link_map *map = NULL;
	Dl_info info = {0};
	char text[256];

	if (dladdr1(address, &info, (void **)&map, RTLD_DL_LINKMAP) == 0 ||
	    !info.dli_fname || !map) {
		fprintf(stream, "%*s%p\n", indent, "", frame);
		return true;
	}
	if (describe(module_path(map), (uintptr_t)address - map->l_addr, text,
	        sizeof(text))) {
		fprintf(stream, "%*s%s\n", indent, "", text);
		return strncmp(text, "main at ", 8) != 0;
	}
	fprintf(stream, "%*s%s(%s+%#tx)\n", indent, "", info.dli_fname,
	    info.dli_sname ? info.dli_sname : "",
	    address -
	        (const char *)(info.dli_saddr ? info.dli_saddr
	                                      : info.dli_fbase));
	return true;
}

void
debug_site_print(FILE *stream, uint32_t site, int indent)
{
	if (site == DEBUG_SITE_NONE) {
		fprintf(stream, "%*s(no stack)\n", indent, "");
		return;
	}
	for (uint32_t i = 0; i < sites[site].frame_count; i++)
		if (!print_frame(stream, sites[site].frames[i], indent))
			return;
}
