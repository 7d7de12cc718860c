/*
 * An `.npz` of arrays as model.get_weights() gives them: numpy.savez(path, *weights) calls them
 * arr_0, arr_1, and so on; those with other names count in the archive's order. Those that seqnet
 * has written have a configuration, too.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "npy.h"
#include "weights_parts.h"

#include "banned.h"

#define ENDING   ".npy"
#define NUMBERED "arr_"

enum { MAX_MEMBERS = 1 << 14, PLACE = 1024 };

static seqnet_status refuse_objects(const char *place, seqnet_error *err)
{
    return sn_fail(err, SEQNET_ERR_MODEL,
                   "%s: holds Python objects, not numbers; write the arrays one by one: "
                   "numpy.savez(path, *model.get_weights())",
                   place);
}

static seqnet_status take_array(sn_weights_file *file, const char *name, const uint8_t *data,
                                size_t size, const char *place, seqnet_error *err)
{
    sn_npy_header header;
    uint64_t shape[SN_NPY_MAX_RANK];
    float *values = NULL;
    size_t count;
    sn_cursor cursor = sn_cursor_over(data, size);
    SN_TRY(sn_npy_read_header(&header, &cursor, place, err));
    if (header.type.kind == 'O')
        return refuse_objects(place, err);
    SN_TRY(sn_npy_read_floats(&values, &count, &header, &cursor, place, err));
    for (size_t i = 0; i < header.rank; i++)
        shape[i] = header.shape[i];
    const seqnet_status status =
        sn_weights_add_array(file, NULL, name, shape, header.rank, count, &values, err);
    free(values);
    return status;
}

/* Reads one member, after `*left` bytes have been counted down. */
static seqnet_status take_member(sn_weights_file *file, const sn_zip *a, const char *member,
                                 uint64_t *left)
{
    char place[PLACE], shown[SN_WEIGHTS_SHOWN];
    uint8_t *data;
    uint64_t said;
    size_t size;
    char *name = NULL;
    (void)snprintf(place, sizeof place, "%.800s: %s", a->place, sn_weights_shown(member, shown));
    if (!sn_zip_size(a, member, &said) || said > *left)
        return sn_fail(a->err, SEQNET_ERR_MODEL,
                       "%s: is larger than an array of such a file may be; write it again", place);
    *left -= said;
    SN_TRY(sn_zip_inflate(a, member, &data, &size));
    seqnet_status status =
        sn_copy_string(&name, member, strlen(member) - (sizeof ENDING - 1), a->err);
    if (status == SEQNET_OK)
        status = take_array(file, name, data, size, place, a->err);
    free(name);
    free(data);
    /* What is no array of numbers is no model. */
    if (status == SEQNET_ERR_DATA && a->err)
        a->err->status = SEQNET_ERR_MODEL;
    return status == SEQNET_ERR_DATA ? SEQNET_ERR_MODEL : status;
}

static int compare_arrays(const void *a, const void *b)
{
    const sn_weights_array *const one = a, *const other = b;
    return sn_weights_compare_names(one->name, other->name);
}

/* Sorts arrays that all have numbers, arr_2 before arr_10. */
static void sort(sn_weights_file *file)
{
    for (size_t i = 0; i < file->array_count; i++)
        if (strncmp(file->arrays[i].name, NUMBERED, sizeof NUMBERED - 1) != 0)
            return;
    if (file->array_count)
        qsort(file->arrays, file->array_count, sizeof *file->arrays, compare_arrays);
}

seqnet_status sn_weights_of_npz(sn_weights_file *file, const sn_zip *archive)
{
    const size_t count = sn_zip_count(archive);
    uint64_t left = sn_hdf5_most_bytes(archive->size);
    file->layout = SN_WEIGHTS_IN_ORDER;
    if (count > MAX_MEMBERS)
        return sn_fail(archive->err, SEQNET_ERR_MODEL,
                       "%s: has %zu members, a model has fewer arrays; write it again",
                       archive->place, count);
    for (size_t i = 0; i < count; i++) {
        const char *const name = sn_zip_name(archive, i);
        if (sn_has_ending(name, ENDING))
            SN_TRY(take_member(file, archive, name, &left));
    }
    sort(file);
    return sn_weights_take_assets(file, archive);
}
