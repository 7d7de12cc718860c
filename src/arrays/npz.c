#include "npz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "maxima.h"
#include "memory.h"
#include "npy.h"
#include "pool.h"
#include "zip_archive.h"

#include "banned.h"

/* What the sentences about an archive end with. */
static const char REMEDY[] = "write it with numpy.savez_compressed";
static const char EXPECTED[] = "an .npz like Keras's imdb.npz";
static const char MEMBERS[] = "x_train, y_train, x_test and y_test as in imdb.npz";

bool sn_npz_recognise(const sn_bytes *bytes)
{
    return sn_zip_recognise(bytes->data, bytes->size);
}

static sn_zip describe(const char *place, seqnet_error *err)
{
    return (sn_zip){.place = place,
                    .failure = SEQNET_ERR_DATA,
                    .remedy = REMEDY,
                    .expected = EXPECTED,
                    .members = MEMBERS,
                    .err = err};
}

/* What one member holds. */
typedef enum content { ROWS, LABELS } content;

static seqnet_status read_member(const sn_zip *a, const char *name, content what, size_t classes,
                                 sn_sequences *rows, sn_npy_header *header)
{
    char place[1024];
    uint8_t *data = NULL;
    size_t size = 0;
    (void)snprintf(place, sizeof place, "%s: %s", a->place, name);
    SN_TRY(sn_zip_inflate(a, name, &data, &size));
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
    sn_zip archive;
    const sn_bytes *bytes;
    const char *rows_member, *labels_member;
    size_t classes;
    sn_sequences *rows;
    sn_npy_header header;
    seqnet_error error;
} part_task;

static seqnet_status read_part(part_task *part)
{
    const sn_zip *const a = &part->archive;
    sn_npy_header labels;
    if (!a->zip)
        SN_TRY(sn_zip_open(&part->archive, part->bytes));
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
static seqnet_status read_names(sn_string_set *names, const sn_zip *a)
{
    static const char member[] = "labels.npy";
    char place[1024];
    uint8_t *data = NULL;
    size_t size = 0;
    sn_npy_header header;
    if (!sn_zip_has(a, member))
        return SEQNET_OK;
    (void)snprintf(place, sizeof place, "%.1000s: %s", a->place, member);
    SN_TRY(sn_zip_inflate(a, member, &data, &size));
    sn_cursor cursor = sn_cursor_over(data, size);
    seqnet_status status = sn_npy_read_header(&header, &cursor, place, a->err);
    if (status == SEQNET_OK)
        status = sn_npy_read_names(names, &header, &cursor, SN_MAX_LABELS, place, a->err);
    free(data);
    return status;
}

/* Reads both parts at the same time, which is faster than one after the other through one handle.
 * The first part takes over the open handle; the second opens its own. */
static seqnet_status read_parts(sn_npz *npz, sn_zip *open, const sn_bytes *bytes, seqnet_error *err)
{
    part_task parts[2] = {
        {.rows_member = "x_train.npy", .labels_member = "y_train.npy", .rows = &npz->train},
        {.rows_member = "x_test.npy", .labels_member = "y_test.npy", .rows = &npz->test}};
    for (size_t i = 0; i < 2; i++) {
        parts[i].archive = describe(open->place, &parts[i].error);
        parts[i].classes = npz->labels.count ? npz->labels.count : 2;
        parts[i].bytes = bytes;
    }
    parts[0].archive.zip = open->zip;
    parts[0].archive.size = open->size;
    open->zip = NULL;
    sn_pool_run_once(run_part, parts, 2);
    for (size_t i = 0; i < 2; i++)
        sn_zip_close(&parts[i].archive);
    return combine(npz, parts, open->place, err);
}

seqnet_status sn_npz_read(sn_npz *npz, const sn_bytes *bytes, const char *place, seqnet_error *err)
{
    sn_zip a = describe(place, err);
    *npz = (sn_npz){0};
    SN_TRY(sn_zip_open(&a, bytes));
    seqnet_status status = read_names(&npz->labels, &a);
    if (status == SEQNET_OK)
        status = read_parts(npz, &a, bytes, err);
    sn_zip_close(&a);
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
