/*
 * The control groups that this process is in, which hold the limits of a container. Reading a limit
 * is up to the caller (available.h, system/cores.h).
 */
#ifndef SN_CGROUP_H
#define SN_CGROUP_H

#include <stdbool.h>

/* Called with the folder of a group, without the mount point: "/system.slice/a.service", "". */
typedef void sn_cgroup_visit(void *user, const char *folder);

/* Visits the group of this process and each of its ancestors, the root ("") included, in the
 * hierarchy of `controller` ("memory", version 1), or in the unified one (NULL, version 2). `root`
 * goes before /proc: "", or a folder of a test. */
void sn_cgroup_each(const char *root, const char *controller, sn_cgroup_visit *visit, void *user);

#endif
