#if defined(__linux__)
#define _GNU_SOURCE /* sched_getaffinity and CPU_COUNT */
#endif
#include "cores.h"

#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>
#if defined(__linux__)
#include <sched.h>
#endif

#include "cgroup.h"

#include "banned.h"

static size_t affinity_cores(void)
{
#if defined(__linux__)
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0)
        return (size_t)CPU_COUNT(&set);
#endif
    const long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? (size_t)online : 1;
}

/* quota / period rounded up; SIZE_MAX when there is no limit. */
static size_t cores_of_quota(long long quota, long long period)
{
    if (quota <= 0 || period <= 0)
        return SIZE_MAX;
    return (size_t)((quota + period - 1) / period);
}

/* Reads `count` whole numbers separated by blanks; "max" and absent files read as failure. */
static int read_numbers(const char *path, long long *first, long long *second)
{
    FILE *const file = fopen(path, "r");
    if (!file)
        return 0;
    const int found = fscanf(file, "%lld %lld", first, second);
    fclose(file);
    return found;
}

/* cgroup v2: every ancestor of this process's group may hold a limit; the tightest counts. */
static void look_at_quota(void *user, const char *folder)
{
    char path[PATH_MAX];
    size_t *const cores = user;
    long long quota = 0, period = 0;
    if (snprintf(path, sizeof path, "/sys/fs/cgroup%s/cpu.max", folder) >= (int)sizeof path ||
        read_numbers(path, &quota, &period) != 2)
        return;
    const size_t limit = cores_of_quota(quota, period);
    *cores = limit < *cores ? limit : *cores;
}

static size_t legacy_quota(void)
{
    long long quota = 0, period = 0, unused = 0;
    if (read_numbers("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", &quota, &unused) < 1 ||
        read_numbers("/sys/fs/cgroup/cpu/cpu.cfs_period_us", &period, &unused) < 1)
        return SIZE_MAX;
    return cores_of_quota(quota, period);
}

size_t sn_usable_cores(void)
{
    size_t cores = affinity_cores();
    const size_t legacy = legacy_quota();
    cores = legacy < cores ? legacy : cores;
    sn_cgroup_each("", NULL, look_at_quota, &cores);
    return cores > 0 ? cores : 1;
}
