/*
 * How much memory this process may still take before the kernel ends it. The use of the number, and
 * allocation itself, are in memory.h.
 */
#ifndef SN_AVAILABLE_H
#define SN_AVAILABLE_H

#include <stddef.h>

/* Returns bytes: the smaller of what the machine has left (MemAvailable and swap of /proc/meminfo)
 * and what the limits of control groups (version 1 or 2) leave. A group's memory of files that it
 * can give back counts as free. SIZE_MAX when nothing is known. `root` goes before /proc and /sys:
 * "", or a folder of a test. */
size_t sn_available_memory(const char *root);

/* The smaller of that and of what the process's own limits on data and addresses (ulimit -d and -v)
 * leave. */
size_t sn_limited_memory(const char *root);

#endif
