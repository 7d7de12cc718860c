#include "npz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "maxima.h"
#include "memory.h"
#include "npy.h"
#include "pool.h"

#include "banned.h"

/* Deflate shrinks data at most 1032 to 1. A member that claims a larger size is damaged, and its
 * size must not be allocated. */
static const zip_uint64_t MAX_RATIO = 1032;

bool sn_npz_recognise(const sn_bytes *bytes)
{
    return bytes->size >= 4 &&
           (memcmp(bytes->data, "PK\x03\x04", 4) == 0 || memcmp(bytes->data, "PK\x05\x06", 4) == 0);
}

/* An archive, which is open unless `zip` is NULL, and the place that its error sentences name. */
typedef struct archive {
    zip_t *zip;
    /* The bytes of the file. */
    size_t size;
    const char *place;
    seqnet_error *err;
} archive;

static seqnet_status damaged(const archive *a, const char *what)
{
    return sn_fail(a->err, SEQNET_ERR_DATA, "%s: is damaged or cut short: %s; fetch it again",
                   a->place, what);
}

/* Reports an undamaged archive of a kind that cannot be read: fetching it again would not help. */
static seqnet_status not_supported(const archive *a, const char *what)
{
    return sn_fail(a->err, SEQNET_ERR_DATA, "%s: %s; write it with numpy.savez_compressed",
                   a->place, what);
}

/* Turns an error of libzip into a sentence that says whether the file is damaged. */
static seqnet_status zip_failure(const archive *a, zip_error_t *error)
{
    const int code = zip_error_code_zip(error);
    if (code == ZIP_ER_MEMORY)
        return sn_fail(a->err, SEQNET_ERR_MEMORY, "out of memory for a zip archive");
    if (code == ZIP_ER_MULTIDISK)
        return not_supported(a, "is one of several parts of a zip archive");
    if (code == ZIP_ER_NOENT) /* what libzip says of some directories in the form of Zip64 */
        return not_supported(a, "has a zip directory of a kind that is not supported");
    return damaged(a, zip_error_strerror(error));
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

static seqnet_status not_opened(const archive *a, const sn_bytes *bytes, zip_error_t *error)
{
    if (sn_npz_recognise(bytes))
        return zip_failure(a, error);
    if (ends_as_archive(bytes))
        return not_supported(a, "has other bytes before its zip archive");
    return sn_fail(a->err, SEQNET_ERR_DATA,
                   "%s: is not a zip archive; expected an .npz like Keras's imdb.npz", a->place);
}

static seqnet_status open_archive(archive *a, const sn_bytes *bytes)
{
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *const source = zip_source_buffer_create(bytes->data, bytes->size, 0, &error);
    a->zip = source ? zip_open_from_source(source, ZIP_RDONLY, &error) : NULL;
    if (a->zip)
        return SEQNET_OK;
    const seqnet_status status = not_opened(a, bytes, &error);
    zip_source_free(source);
    zip_error_fini(&error);
    return status;
}

/* Lists the members that the archive has, so that a user sees at once that it is another kind of
 * file. */
static seqnet_status missing_member(const archive *a, const char *name)
{
    char found[256] = "";
    const zip_int64_t count = zip_get_num_entries(a->zip, 0);
    for (zip_int64_t i = 0; i < count && strlen(found) < 160; i++) {
        const char *const other = zip_get_name(a->zip, (zip_uint64_t)i, ZIP_FL_ENC_RAW);
        const size_t used = strlen(found);
        (void)snprintf(found + used, sizeof found - used, "%s%.60s", i ? ", " : "",
                       other ? other : "?");
    }
    /* Names come from the file: a terminal must not obey them. */
    for (char *c = found; *c; c++)
        if (*c < ' ' || *c > '~')
            *c = '?';
    return sn_fail(a->err, SEQNET_ERR_DATA,
                   "%s: has no member %s (found: %s); expected x_train, y_train, x_test and y_test "
                   "as in imdb.npz",
                   a->place, name, *found ? found : "nothing");
}

/* Reports a method of compression by its name, where it is a common one, and its number. */
static seqnet_status not_a_method(const archive *a, const char *name, unsigned method)
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

static seqnet_status check_kind(const archive *a, const char *name, const zip_stat_t *info)
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

static seqnet_status find_member(const archive *a, const char *name, zip_stat_t *info)
{
    const zip_int64_t index = zip_name_locate(a->zip, name, 0);
    const zip_uint64_t needed = ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE;
    if (index < 0)
        return missing_member(a, name);
    if (zip_stat_index(a->zip, (zip_uint64_t)index, 0, info) != 0 ||
        (info->valid & needed) != needed)
        return zip_failure(a, zip_get_error(a->zip));
    SN_TRY(check_kind(a, name, info));
    const zip_uint64_t stored = info->comp_size < a->size ? info->comp_size : a->size;
    if (info->size > SIZE_MAX / 2 || info->size / MAX_RATIO > stored)
        return damaged(a, "a member claims to be larger than its data allows");
    return SEQNET_OK;
}

/* Inflates a member; the caller frees *data. */
static seqnet_status inflate_member(const archive *a, const char *name, uint8_t **data,
                                    size_t *size)
{
    zip_stat_t info;
    SN_TRY(find_member(a, name, &info));
    zip_file_t *const file = zip_fopen_index(a->zip, info.index, 0);
    if (!file)
        return zip_failure(a, zip_get_error(a->zip));
    *size = (size_t)info.size;
    seqnet_status status = sn_alloc(data, *size + 1, 1, a->err);
    size_t done = 0;
    zip_int64_t got = 1;
    while (status == SEQNET_OK && got > 0 && done <= *size) {
        /* Ask for one byte more than expected: libzip compares the checksum only when a read finds
         * the end of the member. */
        got = zip_fread(file, *data + done, *size + 1 - done);
        done += got > 0 ? (size_t)got : 0;
        if (done == *size + 1)
            break;
    }
    if (status == SEQNET_OK && got < 0)
        status = zip_failure(a, zip_file_get_error(file));
    if (status == SEQNET_OK && done != *size)
        status = damaged(a, "a member has the wrong size");
    zip_fclose(file);
    if (status != SEQNET_OK) {
        free(*data);
        *data = NULL;
    }
    return status;
}

/* What one member holds. */
typedef enum content { ROWS, LABELS } content;

static seqnet_status read_member(const archive *a, const char *name, content what, size_t classes,
                                 sn_sequences *rows, sn_npy_header *header)
{
    char place[1024];
    uint8_t *data = NULL;
    size_t size = 0;
    (void)snprintf(place, sizeof place, "%s: %s", a->place, name);
    SN_TRY(inflate_member(a, name, &data, &size));
    sn_cursor cursor = sn_cursor_over(data, size);
    seqnet_status status = sn_npy_read_header(header, &cursor, place, a->err);
    if (status == SEQNET_OK)
        status = what == ROWS ? sn_npy_read_rows(rows, header, &cursor, place, a->err)
                              : sn_npy_read_labels(rows, header, &cursor, classes, place, a->err);
    free(data);
    return status;
}

/* One part of the dataset. Each part has its own handle of the archive, since a handle serves one
 * thread at a time. */
typedef struct part_task {
    archive archive;
    const sn_bytes *bytes;
    const char *rows_member, *labels_member;
    size_t classes;
    sn_sequences *rows;
    sn_npy_header header;
    seqnet_error error;
} part_task;

static seqnet_status read_part(part_task *part)
{
    const archive *const a = &part->archive;
    sn_npy_header labels;
    if (!a->zip)
        SN_TRY(open_archive(&part->archive, part->bytes));
    SN_TRY(read_member(a, part->rows_member, ROWS, 0, part->rows, &part->header));
    return read_member(a, part->labels_member, LABELS, part->classes, part->rows, &labels);
}

static void run_part(void *context, size_t task, size_t worker)
{
    (void)worker;
    part_task *const part = (part_task *)context + task;
    part->error.status = read_part(part);
}

static seqnet_status combine(sn_npz *npz, const part_task parts[2], const char *place,
                             seqnet_error *err)
{
    for (size_t i = 0; i < 2; i++)
        if (parts[i].error.status != SEQNET_OK)
            return sn_fail(err, parts[i].error.status, "%s", parts[i].error.message);
    const sn_npy_header *const train = &parts[0].header, *const test = &parts[1].header;
    if (train->rank != test->rank)
        return sn_fail(err, SEQNET_ERR_DATA,
                       "%s: x_train and x_test are of different kinds: one holds rows of different "
                       "length, the other padded rows",
                       place);
    npz->final_ids = train->rank == 2;
    npz->width = npz->final_ids ? train->shape[1] : 0;
    return SEQNET_OK;
}

/* Reads the names of the classes, if the archive has them. */
static seqnet_status read_names(sn_string_set *names, const archive *a)
{
    static const char member[] = "labels.npy";
    char place[1024];
    uint8_t *data = NULL;
    size_t size = 0;
    sn_npy_header header;
    if (zip_name_locate(a->zip, member, 0) < 0)
        return SEQNET_OK;
    (void)snprintf(place, sizeof place, "%.1000s: %s", a->place, member);
    SN_TRY(inflate_member(a, member, &data, &size));
    sn_cursor cursor = sn_cursor_over(data, size);
    seqnet_status status = sn_npy_read_header(&header, &cursor, place, a->err);
    if (status == SEQNET_OK)
        status = sn_npy_read_names(names, &header, &cursor, SN_MAX_LABELS, place, a->err);
    free(data);
    return status;
}

/* Reads both parts at the same time, which is faster than one after the other through one handle.
 * The first part takes over the open handle; the second opens its own. */
static seqnet_status read_parts(sn_npz *npz, archive *open, const sn_bytes *bytes,
                                seqnet_error *err)
{
    part_task parts[2] = {
        {.rows_member = "x_train.npy", .labels_member = "y_train.npy", .rows = &npz->train},
        {.rows_member = "x_test.npy", .labels_member = "y_test.npy", .rows = &npz->test}};
    for (size_t i = 0; i < 2; i++) {
        parts[i].archive = (archive){.size = open->size, .place = open->place};
        parts[i].archive.err = &parts[i].error;
        parts[i].classes = npz->labels.count ? npz->labels.count : 2;
        parts[i].bytes = bytes;
    }
    parts[0].archive.zip = open->zip;
    open->zip = NULL;
    sn_pool_run_once(run_part, parts, 2);
    for (size_t i = 0; i < 2; i++)
        zip_discard(parts[i].archive.zip);
    return combine(npz, parts, open->place, err);
}

seqnet_status sn_npz_read(sn_npz *npz, const sn_bytes *bytes, const char *place, seqnet_error *err)
{
    archive a = {.size = bytes->size, .place = place, .err = err};
    *npz = (sn_npz){0};
    SN_TRY(open_archive(&a, bytes));
    seqnet_status status = read_names(&npz->labels, &a);
    if (status == SEQNET_OK)
        status = read_parts(npz, &a, bytes, err);
    zip_discard(a.zip);
    if (status != SEQNET_OK)
        sn_npz_free(npz);
    return status;
}

void sn_npz_free(sn_npz *npz)
{
    sn_sequences_free(&npz->train);
    sn_sequences_free(&npz->test);
    sn_string_set_free(&npz->labels);
    *npz = (sn_npz){0};
}
