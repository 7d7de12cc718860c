/* Which files completion reads. */
#ifndef COMPLETION_REGULAR_FILE_H
#define COMPLETION_REGULAR_FILE_H

#include <stdbool.h>

/* Reading anything but a regular file may wait, or take what another program wants. */
bool is_regular_file(const char *path);

#endif
