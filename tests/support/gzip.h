/* Makes gzip data for tests. Include it after <cmocka.h>. */
#ifndef GZIP_H
#define GZIP_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <zlib.h>

/* Writes one gzip member to `out`, which has `room` bytes and must be large enough. Returns the
 * size of the member. */
static inline size_t gzip_member(void *out, size_t room, const void *data, size_t size)
{
    z_stream z;
    memset(&z, 0, sizeof z);
    assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (Bytef *)(uintptr_t)data;
    z.avail_in = (uInt)size;
    z.next_out = out;
    z.avail_out = (uInt)room;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    const size_t written = room - z.avail_out;
    deflateEnd(&z);
    return written;
}

#endif
