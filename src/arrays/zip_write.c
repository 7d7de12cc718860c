#include "zip_write.h"

#include <zip.h>

#include "banned.h"

enum { COMPRESSION_LEVEL = 3 };

/* The first moment that a zip archive can tell: 1980. */
static const time_t NO_TIME = 315532800;

static seqnet_status failed(const char *why, seqnet_error *err)
{
    return sn_fail(err, SEQNET_ERR_MEMORY, "an archive cannot be built: %s", why);
}

static seqnet_status add_member(zip_t *archive, const sn_zip_member *member, bool deflates,
                                seqnet_error *err)
{
    zip_source_t *const source = zip_source_buffer(archive, member->bytes, member->size, 0);
    const zip_int64_t index = source ? zip_file_add(archive, member->name, source, 0) : -1;
    if (index < 0) {
        zip_source_free(source);
        return failed(zip_strerror(archive), err);
    }
    (void)zip_set_file_compression(archive, (zip_uint64_t)index,
                                   deflates ? ZIP_CM_DEFLATE : ZIP_CM_STORE, COMPRESSION_LEVEL);
    (void)zip_file_set_mtime(archive, (zip_uint64_t)index, NO_TIME, 0);
    return SEQNET_OK;
}

/* Builds the archive in `made`, which stays the caller's. */
static seqnet_status build(zip_source_t *made, const sn_zip_member *members, size_t count,
                           bool deflates, seqnet_error *err)
{
    zip_error_t error;
    zip_error_init(&error);
    zip_source_keep(made); /* the archive owns one reference, and the caller keeps another */
    zip_t *const archive = zip_open_from_source(made, ZIP_CREATE | ZIP_TRUNCATE, &error);
    if (!archive) {
        zip_source_free(made);
        return failed(zip_error_strerror(&error), err);
    }
    seqnet_status status = SEQNET_OK;
    for (size_t i = 0; i < count && status == SEQNET_OK; i++)
        status = add_member(archive, &members[i], deflates, err);
    if (status == SEQNET_OK && zip_close(archive) == 0)
        return SEQNET_OK;
    if (status == SEQNET_OK)
        status = failed(zip_strerror(archive), err);
    zip_discard(archive);
    return status;
}

static seqnet_status take(sn_buffer *bytes, zip_source_t *made, seqnet_error *err)
{
    zip_stat_t info;
    zip_stat_init(&info);
    if (zip_source_stat(made, &info) != 0 || zip_source_open(made) != 0)
        return failed("its bytes cannot be read", err);
    seqnet_status status = sn_buffer_reserve(bytes, (size_t)info.size, err);
    for (size_t left = (size_t)info.size; status == SEQNET_OK && left > 0;) {
        const zip_int64_t got = zip_source_read(made, bytes->bytes + bytes->length, left);
        if (got <= 0) {
            status = failed("its bytes cannot be read", err);
            break;
        }
        bytes->length += (size_t)got;
        left -= (size_t)got;
    }
    zip_source_close(made);
    return status;
}

seqnet_status sn_zip_write(sn_buffer *bytes, const sn_zip_member *members, size_t count,
                           bool deflates, seqnet_error *err)
{
    zip_source_t *const made = zip_source_buffer_create(NULL, 0, 0, NULL);
    if (!made)
        return failed("out of memory", err);
    seqnet_status status = build(made, members, count, deflates, err);
    if (status == SEQNET_OK)
        status = take(bytes, made, err);
    zip_source_free(made);
    return status;
}
