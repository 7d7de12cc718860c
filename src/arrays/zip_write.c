#include "zip_write.h"

#include "zip_library.h"

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
    zip_source_t *const source = sn_libzip.source_buffer(archive, member->bytes, member->size, 0);
    const zip_int64_t index = source ? sn_libzip.file_add(archive, member->name, source, 0) : -1;
    if (index < 0) {
        sn_libzip.source_free(source);
        return failed(sn_libzip.strerror(archive), err);
    }
    (void)sn_libzip.set_file_compression(
        archive, (zip_uint64_t)index, deflates ? ZIP_CM_DEFLATE : ZIP_CM_STORE, COMPRESSION_LEVEL);
    (void)sn_libzip.file_set_mtime(archive, (zip_uint64_t)index, NO_TIME, 0);
    return SEQNET_OK;
}

/* Builds the archive in `made`, which stays the caller's. */
static seqnet_status build(zip_source_t *made, const sn_zip_member *members, size_t count,
                           bool deflates, seqnet_error *err)
{
    zip_error_t error;
    sn_libzip.error_init(&error);
    sn_libzip.source_keep(made); /* the archive owns one reference, and the caller keeps another */
    zip_t *const archive = sn_libzip.open_from_source(made, ZIP_CREATE | ZIP_TRUNCATE, &error);
    if (!archive) {
        sn_libzip.source_free(made);
        return failed(sn_libzip.error_strerror(&error), err);
    }
    seqnet_status status = SEQNET_OK;
    for (size_t i = 0; i < count && status == SEQNET_OK; i++)
        status = add_member(archive, &members[i], deflates, err);
    if (status == SEQNET_OK && sn_libzip.close(archive) == 0)
        return SEQNET_OK;
    if (status == SEQNET_OK)
        status = failed(sn_libzip.strerror(archive), err);
    sn_libzip.discard(archive);
    return status;
}

static seqnet_status take(sn_buffer *bytes, zip_source_t *made, seqnet_error *err)
{
    zip_stat_t info;
    sn_libzip.stat_init(&info);
    if (sn_libzip.source_stat(made, &info) != 0 || sn_libzip.source_open(made) != 0)
        return failed("its bytes cannot be read", err);
    seqnet_status status = sn_buffer_reserve(bytes, (size_t)info.size, err);
    for (size_t left = (size_t)info.size; status == SEQNET_OK && left > 0;) {
        const zip_int64_t got = sn_libzip.source_read(made, bytes->bytes + bytes->length, left);
        if (got <= 0) {
            status = failed("its bytes cannot be read", err);
            break;
        }
        bytes->length += (size_t)got;
        left -= (size_t)got;
    }
    sn_libzip.source_close(made);
    return status;
}

seqnet_status sn_zip_write(sn_buffer *bytes, const sn_zip_member *members, size_t count,
                           bool deflates, seqnet_error *err)
{
    SN_TRY(sn_zip_library_open(SEQNET_ERR_WRITE, err));
    zip_source_t *const made = sn_libzip.source_buffer_create(NULL, 0, 0, NULL);
    if (!made)
        return failed("out of memory", err);
    seqnet_status status = build(made, members, count, deflates, err);
    if (status == SEQNET_OK)
        status = take(bytes, made, err);
    sn_libzip.source_free(made);
    return status;
}
