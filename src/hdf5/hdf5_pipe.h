/* How the module writes to its pipe, with which its process ends when that is closed. */
#ifndef SN_HDF5_PIPE_H
#define SN_HDF5_PIPE_H

#include <errno.h>
#include <stddef.h>
#include <unistd.h>

static inline void sn_hdf5_send(int pipe, const void *data, size_t size)
{
    const char *bytes = data;
    while (size > 0) {
        const ssize_t done = write(pipe, bytes, size);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            _exit(1);
        bytes += done;
        size -= (size_t)done;
    }
}

#endif
