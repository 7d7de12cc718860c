/* Reads and writes of file descriptors that a signal interrupts are repeated here. What is read and
 * what a failure means is up to the caller. */
#ifndef SN_DESCRIPTOR_H
#define SN_DESCRIPTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* One read of at most `capacity` bytes: how many there were, 0 at the end, -1 with errno set. */
ssize_t sn_descriptor_read(int fd, void *data, size_t capacity);

/* Writes all the bytes; false with errno set when that fails. */
bool sn_descriptor_write(int fd, const void *data, size_t size);

#endif
