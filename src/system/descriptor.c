#include "descriptor.h"

#include <errno.h>
#include <stdint.h>
#include <unistd.h>

#include "banned.h"

ssize_t sn_descriptor_read(int fd, void *data, size_t capacity)
{
    ssize_t got;
    do
        got = read(fd, data, capacity);
    while (got < 0 && errno == EINTR);
    return got;
}

bool sn_descriptor_write(int fd, const void *data, size_t size)
{
    const uint8_t *pos = data;
    while (size > 0) {
        const ssize_t done = write(fd, pos, size);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return false;
        pos += done;
        size -= (size_t)done;
    }
    return true;
}
