/*
 * Reads and writes of file descriptors that a signal does not end. The meaning of the bytes and the
 * sentence for a failure are up to the caller.
 */
#ifndef SN_DESCRIPTOR_H
#define SN_DESCRIPTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Reads once, at most `capacity` bytes; returns how many there were, 0 at the end, -1 with errno
 * set when it fails. */
ssize_t sn_descriptor_read(int fd, void *data, size_t capacity);

/* Writes all the bytes; returns false with errno set when it fails. */
bool sn_descriptor_write(int fd, const void *data, size_t size);

#endif
