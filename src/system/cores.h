/*
 * How many processors this process may use. How many threads a task gets is up to the rooms above.
 */
#ifndef SN_CORES_H
#define SN_CORES_H

#include <stddef.h>

/* Returns the smaller of the CPU affinity mask and the container's quota (cgroup v2 cpu.max or v1
 * CFS quota, rounded up); at least 1. */
size_t sn_usable_cores(void);

#endif
