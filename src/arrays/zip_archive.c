#include "zip_archive.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "descriptor.h"
#include "memory.h"
#include "zip_library.h"

#include "banned.h"

/* Deflate shrinks data at most 1032 to 1. A member that claims a larger size is damaged, and its
 * size must not be allocated. */
static const zip_uint64_t MAX_RATIO = 1032;

enum { CHUNK = 1 << 12 };

bool sn_zip_recognise(const void *bytes, size_t size)
{
    return size >= 4 &&
           (memcmp(bytes, "PK\x03\x04", 4) == 0 || memcmp(bytes, "PK\x05\x06", 4) == 0);
}

static seqnet_status damaged(const sn_zip *a, const char *what)
{
    return sn_fail(a->err, a->failure, "%s: is damaged or cut short: %s; fetch it again", a->place,
                   what);
}

/* Reports an undamaged archive of a kind that cannot be read: fetching it again would not help. */
static seqnet_status not_supported(const sn_zip *a, const char *what)
{
    return sn_fail(a->err, a->failure, "%s: %s; %s", a->place, what, a->remedy);
}

/* Turns an error of libzip into a sentence that says whether the file is damaged. */
static seqnet_status zip_failure(const sn_zip *a, zip_error_t *error)
{
    const int code = sn_libzip.error_code_zip(error);
    if (code == ZIP_ER_MEMORY)
        return sn_fail(a->err, SEQNET_ERR_MEMORY, "out of memory for a zip archive");
    if (code == ZIP_ER_MULTIDISK)
        return not_supported(a, "is one of several parts of a zip archive");
    if (code == ZIP_ER_NOENT) /* what libzip says of some directories in the form of Zip64 */
        return not_supported(a, "has a zip directory of a kind that is not supported");
    return damaged(a, sn_libzip.error_strerror(error));
}

/* Whether the last record of a zip archive is near the end, so that the file is not cut off. */
static bool ends_as_archive(const sn_bytes *bytes)
{
    enum { RECORD = 22, LONGEST = RECORD + UINT16_MAX };
    const size_t first = bytes->size > LONGEST ? bytes->size - LONGEST : 0;
    for (size_t at = first; at + RECORD <= bytes->size; at++)
        if (memcmp(bytes->data + at, "PK\x05\x06", 4) == 0)
            return true;
    return false;
}

static seqnet_status not_opened(const sn_zip *a, const sn_bytes *bytes, zip_error_t *error)
{
    if (sn_zip_recognise(bytes->data, bytes->size))
        return zip_failure(a, error);
    if (ends_as_archive(bytes))
        return not_supported(a, "has other bytes before its zip archive");
    return sn_fail(a->err, a->failure, "%s: is not a zip archive; expected %s", a->place,
                   a->expected);
}

seqnet_status sn_zip_open(sn_zip *a, const sn_bytes *bytes)
{
    a->size = bytes->size;
    SN_TRY(sn_zip_library_open(a->failure, a->err));
    zip_error_t error;
    sn_libzip.error_init(&error);
    zip_source_t *const source =
        sn_libzip.source_buffer_create(bytes->data, bytes->size, 0, &error);
    a->zip = source ? sn_libzip.open_from_source(source, ZIP_RDONLY, &error) : NULL;
    if (a->zip)
        return SEQNET_OK;
    const seqnet_status status = not_opened(a, bytes, &error);
    sn_libzip.source_free(source);
    sn_libzip.error_fini(&error);
    return status;
}

/* Lists the members that the archive has, so that a user sees at once that it is another kind of
 * file. */
static seqnet_status missing_member(const sn_zip *a, const char *name)
{
    char found[256] = "";
    const zip_int64_t count = sn_libzip.get_num_entries(a->zip, 0);
    for (zip_int64_t i = 0; i < count && strlen(found) < 160; i++) {
        const char *const other = sn_libzip.get_name(a->zip, (zip_uint64_t)i, ZIP_FL_ENC_RAW);
        const size_t used = strlen(found);
        (void)snprintf(found + used, sizeof found - used, "%s%.60s", i ? ", " : "",
                       other ? other : "?");
    }
    /* Names come from the file: a terminal must not obey them. */
    for (char *c = found; *c; c++)
        if (*c < ' ' || *c > '~')
            *c = '?';
    return sn_fail(a->err, a->failure, "%s: has no member %s (found: %s); expected %s", a->place,
                   name, *found ? found : "nothing", a->members);
}

/* Reports a method of compression by its name, where it is a common one, and its number. */
static seqnet_status not_a_method(const sn_zip *a, const char *name, unsigned method)
{
    static const struct {
        unsigned method;
        const char *name;
    } names[] = {{9, "Deflate64, "},  {12, "bzip2, "}, {14, "LZMA, "},
                 {93, "Zstandard, "}, {95, "XZ, "},    {98, "PPMd, "}};
    const char *known = "";
    char what[160];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        known = names[i].method == method ? names[i].name : known;
    (void)snprintf(what, sizeof what,
                   "its member %s is compressed in a way that is not supported (%smethod %u)", name,
                   known, method);
    return not_supported(a, what);
}

static seqnet_status check_kind(const sn_zip *a, const char *name, const zip_stat_t *info)
{
    char what[80];
    if (info->valid & ZIP_STAT_ENCRYPTION_METHOD && info->encryption_method != ZIP_EM_NONE) {
        (void)snprintf(what, sizeof what, "its member %s is encrypted", name);
        return not_supported(a, what);
    }
    if (info->valid & ZIP_STAT_COMP_METHOD && info->comp_method != ZIP_CM_STORE &&
        info->comp_method != ZIP_CM_DEFLATE)
        return not_a_method(a, name, info->comp_method);
    return SEQNET_OK;
}

static seqnet_status find_member(const sn_zip *a, const char *name, zip_stat_t *info)
{
    const zip_int64_t index = sn_libzip.name_locate(a->zip, name, 0);
    const zip_uint64_t needed = ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE;
    if (index < 0)
        return missing_member(a, name);
    if (sn_libzip.stat_index(a->zip, (zip_uint64_t)index, 0, info) != 0 ||
        (info->valid & needed) != needed)
        return zip_failure(a, sn_libzip.get_error(a->zip));
    SN_TRY(check_kind(a, name, info));
    const zip_uint64_t stored = info->comp_size < a->size ? info->comp_size : a->size;
    if (info->size > SIZE_MAX / 2 || info->size / MAX_RATIO > stored)
        return damaged(a, "a member claims to be larger than its data allows");
    return SEQNET_OK;
}

/* Opens a member to read; the caller closes *file. */
static seqnet_status open_member(const sn_zip *a, const char *name, zip_file_t **file, size_t *size)
{
    zip_stat_t info;
    SN_TRY(find_member(a, name, &info));
    *file = sn_libzip.fopen_index(a->zip, info.index, 0);
    *size = (size_t)info.size;
    return *file ? SEQNET_OK : zip_failure(a, sn_libzip.get_error(a->zip));
}

/* Reads a whole member of `size` bytes into data[0 .. size]. One byte more than expected is asked
 * for: libzip compares the checksum only when a read finds the end of the member. */
static seqnet_status read_whole(const sn_zip *a, zip_file_t *file, uint8_t *data, size_t size)
{
    size_t done = 0;
    zip_int64_t got = 1;
    while (got > 0 && done <= size) {
        got = sn_libzip.fread(file, data + done, size + 1 - done);
        done += got > 0 ? (size_t)got : 0;
    }
    if (got < 0)
        return zip_failure(a, sn_libzip.file_get_error(file));
    return done == size ? SEQNET_OK : damaged(a, "a member has the wrong size");
}

seqnet_status sn_zip_inflate(const sn_zip *a, const char *name, uint8_t **data, size_t *size)
{
    zip_file_t *file = NULL;
    *data = NULL;
    SN_TRY(open_member(a, name, &file, size));
    seqnet_status status = sn_alloc(data, *size + 1, 1, a->err);
    if (status == SEQNET_OK)
        status = read_whole(a, file, *data, *size);
    if (status == SEQNET_OK)
        (*data)[*size] = 0;
    sn_libzip.fclose(file);
    if (status != SEQNET_OK) {
        free(*data);
        *data = NULL;
    }
    return status;
}

/* Copies a whole member of `size` bytes. */
static seqnet_status copy_whole(const sn_zip *a, zip_file_t *file, size_t size, int fd)
{
    uint8_t chunk[CHUNK];
    size_t done = 0;
    for (zip_int64_t got; done <= size; done += (size_t)got) {
        got = sn_libzip.fread(file, chunk, sizeof chunk);
        if (got < 0)
            return zip_failure(a, sn_libzip.file_get_error(file));
        if (got == 0)
            break;
        if (!sn_descriptor_write(fd, chunk, (size_t)got))
            return sn_fail_errno(a->err, SEQNET_ERR_WRITE, a->place, "unpacked");
    }
    return done == size ? SEQNET_OK : damaged(a, "a member has the wrong size");
}

seqnet_status sn_zip_copy(const sn_zip *a, const char *name, int fd)
{
    zip_file_t *file = NULL;
    size_t size;
    SN_TRY(open_member(a, name, &file, &size));
    const seqnet_status status = copy_whole(a, file, size, fd);
    sn_libzip.fclose(file);
    return status;
}

bool sn_zip_has(const sn_zip *a, const char *name)
{
    return sn_libzip.name_locate(a->zip, name, 0) >= 0;
}

bool sn_zip_size(const sn_zip *a, const char *name, uint64_t *size)
{
    zip_stat_t info;
    const bool is_there = sn_libzip.stat(a->zip, name, 0, &info) == 0 && info.valid & ZIP_STAT_SIZE;
    *size = is_there ? info.size : 0;
    return is_there;
}

size_t sn_zip_count(const sn_zip *a)
{
    const zip_int64_t count = sn_libzip.get_num_entries(a->zip, 0);
    return count > 0 ? (size_t)count : 0;
}

const char *sn_zip_name(const sn_zip *a, size_t number)
{
    const char *const name = sn_libzip.get_name(a->zip, number, ZIP_FL_ENC_RAW);
    return name ? name : "";
}

void sn_zip_close(sn_zip *a)
{
    if (a->zip)
        sn_libzip.discard(a->zip);
    a->zip = NULL;
}
