/* How much memory may still be taken before the kernel ends the process. */
#ifndef SN_AVAILABLE_H
#define SN_AVAILABLE_H

#include <stddef.h>

/* Bytes: what the machine has left (MemAvailable and swap of /proc/meminfo), or what the limits of
 * control groups (version 1 or 2) leave, whichever is less; of a group, memory of files that it
 * could give back counts as free. SIZE_MAX when nothing is known. `root` is put in front of /proc
 * and /sys; "" but in tests. */
size_t sn_available_memory(const char *root);

#endif
