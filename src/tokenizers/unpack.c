#include "unpack.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#define ZLIB_CONST
#include <zlib.h>

#include "buffer.h"

#include "banned.h"

enum {
    /* The most inflated bytes: those of millions of words. */
    MOST = 256 << 20,
    STEP = 1 << 16,
    /* Tells zlib to look for its own head or for gzip's. */
    ANY_HEAD = 15 + 32
};

static bool is_compressed(const uint8_t *bytes, size_t size)
{
    if (size < 2)
        return false;
    const bool is_gzip = bytes[0] == 0x1f && bytes[1] == 0x8b;
    return is_gzip || (bytes[0] == 0x78 && (bytes[0] * 256 + bytes[1]) % 31 == 0);
}

static seqnet_status inflate_all(z_stream *z, sn_buffer *out, const char *path, seqnet_error *err)
{
    for (int code = Z_OK; code != Z_STREAM_END;) {
        if (out->length >= MOST)
            return sn_fail(err, SEQNET_ERR_MODEL, "%s: inflates to more than %d MiB", path,
                           MOST >> 20);
        SN_TRY(sn_buffer_reserve(out, STEP, err));
        z->next_out = (Bytef *)out->bytes + out->length;
        z->avail_out = STEP;
        code = inflate(z, Z_NO_FLUSH);
        out->length += STEP - z->avail_out;
        if (code == Z_MEM_ERROR)
            return sn_fail(err, SEQNET_ERR_MEMORY, "%s: out of memory", path);
        if (code != Z_OK && code != Z_STREAM_END)
            return sn_fail(err, SEQNET_ERR_MODEL, "%s: its compressed data is damaged or cut short",
                           path);
    }
    return SEQNET_OK;
}

seqnet_status sn_unpack(const void *bytes, size_t size, const char *path, const char **data,
                        size_t *length, char **made, seqnet_error *err)
{
    sn_buffer out = {0};
    z_stream z = {.next_in = bytes, .avail_in = (uInt)size};
    *data = bytes;
    *length = size;
    *made = NULL;
    if (!is_compressed(bytes, size))
        return SEQNET_OK;
    if (size > MOST)
        return sn_fail(err, SEQNET_ERR_MODEL, "%s: is larger than %d MiB", path, MOST >> 20);
    if (inflateInit2(&z, ANY_HEAD) != Z_OK)
        return sn_fail(err, SEQNET_ERR_MEMORY, "%s: out of memory", path);
    const seqnet_status status = inflate_all(&z, &out, path, err);
    (void)inflateEnd(&z);
    if (status != SEQNET_OK) {
        sn_buffer_free(&out);
        return status;
    }
    *data = *made = out.bytes;
    *length = out.length;
    return SEQNET_OK;
}
