/*
 * How much memory may still be taken before the kernel ends the process. What is done with the
 * number, and allocation itself, is in memory.h.
 */
#ifndef SN_AVAILABLE_H
#define SN_AVAILABLE_H

#include <stddef.h>

/* Returns bytes: the smaller of what the machine has left (MemAvailable and swap of /proc/meminfo)
 * and what the limits of control groups (version 1 or 2) leave. A group's memory of files that it
 * can give back counts as free. SIZE_MAX when nothing is known. `root` goes before /proc and /sys:
 * "", or a folder of a test. */
size_t sn_available_memory(const char *root);

#endif
