#include "available.h"

#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "cgroup.h"

#include "banned.h"

static FILE *open_in(const char *root, const char *folder, const char *name)
{
    char path[PATH_MAX];
    if (snprintf(path, sizeof path, "%s%s/%s", root, folder, name) >= (int)sizeof path)
        return NULL;
    return fopen(path, "r");
}

/* Reads the number behind a key at the beginning of a line; false when the file has no such line.
 */
static bool read_field(const char *root, const char *folder, const char *name, const char *key,
                       uint64_t *value)
{
    char line[256];
    bool found = false;
    FILE *const file = open_in(root, folder, name);
    while (file && !found && fgets(line, sizeof line, file))
        found = strncmp(line, key, strlen(key)) == 0 &&
                sscanf(line + strlen(key), "%" SCNu64, value) == 1;
    if (file)
        fclose(file);
    return found;
}

static size_t left_on_machine(const char *root)
{
    enum { KILO = 1024 };
    uint64_t available, swap = 0;
    if (!read_field(root, "/proc", "meminfo", "MemAvailable:", &available) || available == 0)
        return SIZE_MAX; /* 0 means unknown: this process runs, so there is memory */
    (void)read_field(root, "/proc", "meminfo", "SwapFree:", &swap);
    const uint64_t bytes = (available + swap) * KILO;
    return bytes < SIZE_MAX ? (size_t)bytes : SIZE_MAX - 1;
}

/* A version of control groups: its mount point and the names of its files. */
typedef struct hierarchy {
    const char *controller, *mount;
    const char *limit, *usage;
    /* The names of the counters of file memory that the kernel takes back first. */
    const char *inactive, *active;
} hierarchy;

static const hierarchy HIERARCHIES[] = {
    {NULL, "/sys/fs/cgroup", "memory.max", "memory.current", "inactive_file ", "active_file "},
    {NULL, "/sys/fs/cgroup/unified", "memory.max", "memory.current", "inactive_file ",
     "active_file "},
    {"memory", "/sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes",
     "total_inactive_file ", "total_active_file "}};

typedef struct search {
    const char *root;
    const hierarchy *kind;
    size_t least;
} search;

/* The limit of a group without one is "max", which is not a number, or a number beyond all memory;
 * neither makes `least` smaller. */
static void look_at_group(void *user, const char *group)
{
    search *const s = user;
    char folder[PATH_MAX];
    uint64_t limit, usage, inactive = 0, active = 0;
    if (snprintf(folder, sizeof folder, "%s%s", s->kind->mount, group) >= (int)sizeof folder ||
        !read_field(s->root, folder, s->kind->limit, "", &limit) ||
        !read_field(s->root, folder, s->kind->usage, "", &usage))
        return;
    (void)read_field(s->root, folder, "memory.stat", s->kind->inactive, &inactive);
    (void)read_field(s->root, folder, "memory.stat", s->kind->active, &active);
    const uint64_t files = inactive + active, used = usage > files ? usage - files : 0;
    const uint64_t left = limit > used ? limit - used : 0;
    if (left < s->least)
        s->least = (size_t)left;
}

size_t sn_available_memory(const char *root)
{
    search s = {.root = root, .least = left_on_machine(root)};
    for (size_t i = 0; i < sizeof HIERARCHIES / sizeof *HIERARCHIES; i++) {
        s.kind = &HIERARCHIES[i];
        sn_cgroup_each(root, s.kind->controller, look_at_group, &s);
    }
    return s.least;
}

/* What a limit of this process leaves; `key` is the line of /proc/self/status with its use. */
static size_t left_of_limit(const char *root, int resource, const char *key)
{
    enum { KILO = 1024 };
    struct rlimit limit;
    uint64_t used;
    if (getrlimit(resource, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY ||
        !read_field(root, "/proc/self", "status", key, &used))
        return SIZE_MAX;
    return limit.rlim_cur > used * KILO ? (size_t)limit.rlim_cur - (size_t)used * KILO : 0;
}

size_t sn_limited_memory(const char *root)
{
    const size_t available = sn_available_memory(root);
    const size_t data = left_of_limit(root, RLIMIT_DATA, "VmData:");
    const size_t addresses = left_of_limit(root, RLIMIT_AS, "VmSize:");
    const size_t own = data < addresses ? data : addresses;
    return own < available ? own : available;
}
