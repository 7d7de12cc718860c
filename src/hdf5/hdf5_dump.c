/*
 * A module that is opened in a child process alone (hdf5_child.c), since libhdf5 was not made for
 * hostile files: it tells what an HDF5 file holds, as records (hdf5_stream.h). It uses nothing of
 * the library, so that it fits the program and the shared library alike. Whatever is wrong ends the
 * process; nothing is freed.
 *
 * Links that lead elsewhere are not followed, arrays whose elements lie in other files are not
 * read, and only filters that are a part of libhdf5 and that Keras's users need are used.
 */
#include "hdf5_image.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hdf5_pipe.h"
#include "hdf5_stream.h"

#include "banned.h"

enum {
    /* Elements of a piece, roughly, and bytes of the buffer of the pipe. */
    PIECE = 1 << 20,
    BUFFER = 1 << 16,
    /* Deflate shrinks data at most 1032 to 1. */
    MAX_RATIO = 1032,
    SENTENCE = 256,
    BFLOAT16 = 2
};

typedef struct dump {
    const sn_hdf5_task *task;
    uint64_t elements_left;
    size_t objects, text_bytes;
    unsigned depth;
    /* Of the object that is being read. */
    char path[SN_HDF5_MAX_PATH];
    size_t path_length;
    size_t used;
    uint8_t buffer[BUFFER];
} dump;

/* ---- The pipe */

static void send_bytes(const dump *d, const void *data, size_t size)
{
    sn_hdf5_send(d->task->pipe, data, size);
    (void)alarm(d->task->patience);
}

static void flush(dump *d)
{
    send_bytes(d, d->buffer, d->used);
    d->used = 0;
}

static void put(dump *d, const void *data, size_t size)
{
    if (d->used + size > BUFFER)
        flush(d);
    if (size > BUFFER) {
        send_bytes(d, data, size);
        return;
    }
    if (size > 0)
        memcpy(d->buffer + d->used, data, size);
    d->used += size;
}

static void put_tag(dump *d, char tag)
{
    put(d, &tag, 1);
}

static void put_count(dump *d, size_t count)
{
    const uint32_t value = (uint32_t)count;
    put(d, &value, sizeof value);
}

static void put_text(dump *d, const char *text, size_t length)
{
    put_count(d, length);
    put(d, text, length);
}

static void put_string(dump *d, const char *text)
{
    put_text(d, text, strlen(text));
}

static void put_record(dump *d, char tag)
{
    put_tag(d, tag);
    put_text(d, d->path, d->path_length);
}

static void omit(dump *d, const char *why)
{
    put_record(d, SN_HDF5_OMITTED);
    put_string(d, why);
}

_Noreturn static void finish(dump *d)
{
    flush(d);
    _exit(0);
}

/* Tells why the file cannot be read, and ends the process. */
__attribute__((format(printf, 2, 3))) _Noreturn static void fail(dump *d, const char *format, ...)
{
    char sentence[SENTENCE];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    put_tag(d, SN_HDF5_FAULT);
    put_string(d, sentence);
    finish(d);
}

/* Takes the first, innermost, entry of libhdf5's error stack. */
static herr_t take_first(unsigned n, const H5E_error2_t *entry, void *user)
{
    const char **const description = user;
    if (n == 0)
        *description = entry->desc;
    return 0;
}

/* Fails for what libhdf5 says of the file. */
_Noreturn static void fail_hdf5(dump *d, const char *what)
{
    const char *description = NULL;
    (void)H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, take_first, &description);
    fail(d, "%s cannot be read (%.120s)", what, description ? description : "no reason given");
}

static hid_t need(dump *d, hid_t id, const char *what)
{
    if (id < 0)
        fail_hdf5(d, what);
    return id;
}

static void *need_memory(dump *d, size_t count, size_t size)
{
    void *const block = calloc(count ? count : 1, size);
    if (!block)
        fail(d, "an object needs more memory than such a file may take");
    return block;
}

/* ---- Attributes */

static void count_text(dump *d, size_t length)
{
    if (length > SN_HDF5_MAX_TEXT || length > SN_HDF5_MAX_TEXTS - d->text_bytes)
        fail(d, "its attributes are longer than those of a model");
    d->text_bytes += length;
}

/* The length of a string of a fixed size, without what fills it up. */
static size_t fixed_length(const char *text, size_t size, bool is_padded_with_spaces)
{
    size_t length = strnlen(text, size);
    while (is_padded_with_spaces && length > 0 && text[length - 1] == ' ')
        length--;
    return length;
}

/* The strings of an attribute: where they begin, and the block that holds them. All are read before
 * any is told, since a fault may not stand within a record. */
typedef struct strings {
    const char **texts;
    size_t *lengths;
    size_t count;
    void *block;
} strings;

static void take_string(dump *d, strings *all, size_t i, const char *text, size_t length)
{
    count_text(d, length);
    all->texts[i] = text;
    all->lengths[i] = length;
}

static void read_fixed_strings(dump *d, strings *all, hid_t attribute, hid_t type)
{
    const size_t size = H5Tget_size(type);
    if (size == 0 || all->count > SN_HDF5_MAX_TEXT / size)
        fail(d, "its attributes are longer than those of a model");
    const char *const block = all->block = need_memory(d, all->count, size);
    if (H5Aread(attribute, type, all->block) < 0)
        fail_hdf5(d, "an attribute");
    const bool spaces = H5Tget_strpad(type) == H5T_STR_SPACEPAD;
    for (size_t i = 0; i < all->count; i++)
        take_string(d, all, i, block + i * size, fixed_length(block + i * size, size, spaces));
}

static void read_variable_strings(dump *d, strings *all, hid_t attribute, hid_t type)
{
    char **const block = all->block = need_memory(d, all->count, sizeof *block);
    const hid_t memory = need(d, H5Tcopy(H5T_C_S1), "an attribute");
    if (H5Tset_size(memory, H5T_VARIABLE) < 0 || H5Tset_cset(memory, H5Tget_cset(type)) < 0 ||
        H5Aread(attribute, memory, block) < 0)
        fail_hdf5(d, "an attribute");
    for (size_t i = 0; i < all->count; i++) {
        const char *const text = block[i] ? block[i] : "";
        take_string(d, all, i, text, strlen(text));
    }
    H5Tclose(memory);
}

static void free_strings(strings *all, hid_t type, hid_t space)
{
    if (all->count > 0 && H5Tis_variable_str(type) > 0)
        (void)H5Dvlen_reclaim(type, space, H5P_DEFAULT, all->block);
    free(all->block);
    free(all->lengths);
    free(all->texts);
}

static void put_strings(dump *d, const char *name, hid_t attribute, hid_t type, hid_t space)
{
    const hssize_t points = H5Sget_simple_extent_npoints(space);
    strings all = {.count = points > 0 ? (size_t)points : 0};
    /* An empty list of names has another type, as NumPy gives it. */
    if (all.count > 0 && H5Tget_class(type) != H5T_STRING)
        return;
    if (all.count > SN_HDF5_MAX_COUNT)
        fail(d, "an attribute has %zu strings", all.count);
    all.texts = need_memory(d, all.count, sizeof *all.texts);
    all.lengths = need_memory(d, all.count, sizeof *all.lengths);
    if (all.count > 0 && H5Tis_variable_str(type) > 0)
        read_variable_strings(d, &all, attribute, type);
    else if (all.count > 0)
        read_fixed_strings(d, &all, attribute, type);
    count_text(d, strlen(name));
    put_record(d, SN_HDF5_TEXTS);
    put_string(d, name);
    put_count(d, all.count);
    for (size_t i = 0; i < all.count; i++)
        put_text(d, all.texts[i], all.lengths[i]);
    free_strings(&all, type, space);
}

static void count_object(dump *d)
{
    if (d->objects++ >= SN_HDF5_MAX_OBJECTS)
        fail(d, "it has more than %d objects", SN_HDF5_MAX_OBJECTS);
}

static herr_t dump_attribute(hid_t object, const char *name, const H5A_info_t *info, void *user)
{
    (void)info;
    dump *const d = user;
    count_object(d);
    const hid_t attribute = need(d, H5Aopen(object, name, H5P_DEFAULT), "an attribute");
    const hid_t type = need(d, H5Aget_type(attribute), "an attribute");
    const hid_t space = need(d, H5Aget_space(attribute), "an attribute");
    put_strings(d, name, attribute, type, space);
    H5Sclose(space);
    H5Tclose(type);
    H5Aclose(attribute);
    return 0;
}

static void dump_attributes(dump *d, hid_t object)
{
    if (H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_NATIVE, NULL, dump_attribute, d) < 0)
        fail_hdf5(d, "the list of attributes");
}

/* ---- Arrays */

typedef struct array {
    hid_t dataset, space, type, plist;
    int rank;
    hsize_t shape[SN_HDF5_MAX_RANK], elements;
    bool is_bfloat16;
    /* Rows of the first dimension that are read at once, and the elements of one. */
    hsize_t rows, row_elements;
} array;

/* Whether an attribute says that two opaque bytes are a number, as Keras 3 writes bfloat16. */
static bool says_bfloat16(hid_t dataset)
{
    char text[16] = "";
    const hid_t attribute =
        H5Aexists(dataset, "dtype") > 0 ? H5Aopen(dataset, "dtype", H5P_DEFAULT) : H5I_INVALID_HID;
    if (attribute < 0)
        return false;
    const hid_t type = H5Aget_type(attribute);
    char *variable = NULL;
    if (H5Tis_variable_str(type) > 0 && H5Aread(attribute, type, &variable) >= 0 && variable)
        (void)snprintf(text, sizeof text, "%s", variable);
    else if (H5Tget_class(type) == H5T_STRING && H5Tget_size(type) < sizeof text)
        (void)H5Aread(attribute, type, text);
    H5Tclose(type);
    H5Aclose(attribute);
    return strcmp(text, "bfloat16") == 0;
}

/* Why the elements cannot be read as numbers; NULL: they can. */
static const char *judge_type(array *a)
{
    const H5T_class_t class = H5Tget_class(a->type);
    a->is_bfloat16 =
        class == H5T_OPAQUE && H5Tget_size(a->type) == BFLOAT16 && says_bfloat16(a->dataset);
    if (class != H5T_INTEGER && class != H5T_FLOAT && !a->is_bfloat16)
        return "has elements that are no numbers";
    return H5Tget_size(a->type) > 16 ? "has elements of an unusual size" : NULL;
}

/* Why the filters cannot be used; NULL: they can. */
static const char *judge_filters(const array *a, int filters)
{
    for (int i = 0; i < filters; i++) {
        unsigned flags, config;
        size_t values = 0;
        const H5Z_filter_t filter =
            H5Pget_filter2(a->plist, (unsigned)i, &flags, &values, NULL, 0, NULL, &config);
        if (filter != H5Z_FILTER_DEFLATE && filter != H5Z_FILTER_SHUFFLE &&
            filter != H5Z_FILTER_FLETCHER32)
            return "is compressed with a filter other than gzip";
    }
    return NULL;
}

/* Why the elements cannot be where they are said to be; NULL: they can. */
static const char *judge_storage(const array *a, int filters)
{
    const H5D_layout_t layout = H5Pget_layout(a->plist);
    if (layout == H5D_VIRTUAL)
        return "is a virtual dataset, whose elements lie in other files";
    if (H5Pget_external_count(a->plist) != 0)
        return "keeps its elements in another file";
    const char *const why = judge_filters(a, filters);
    if (why || a->elements == 0)
        return why;
    const hsize_t stored = H5Dget_storage_size(a->dataset);
    const hsize_t needed = a->elements * H5Tget_size(a->type);
    if (stored == 0)
        return "has no elements, though a shape";
    return needed / (filters > 0 ? MAX_RATIO : 1) > stored
               ? "has a shape of more elements than the file holds"
               : NULL;
}

/* Why the shape is unusable; NULL: it is fine. */
static const char *take_shape(dump *d, array *a)
{
    const H5S_class_t class = H5Sget_simple_extent_type(a->space);
    a->rank = H5Sget_simple_extent_ndims(a->space);
    if (class == H5S_NULL || a->rank < 0)
        return "is empty";
    if (a->rank > SN_HDF5_MAX_RANK)
        return "has more than 8 dimensions";
    if (H5Sget_simple_extent_dims(a->space, a->shape, NULL) < 0)
        fail_hdf5(d, "a shape");
    a->elements = 1;
    for (int i = 0; i < a->rank; i++) {
        if (a->shape[i] != 0 && a->elements > (UINT64_MAX / 32) / a->shape[i])
            return "has a shape of more elements than the file holds";
        a->elements *= a->shape[i];
    }
    return NULL;
}

/* How many rows are read at once: about a piece, and whole chunks, which are unpacked once then. */
static void choose_rows(array *a)
{
    hsize_t chunk[SN_HDF5_MAX_RANK] = {1};
    a->row_elements = a->rank ? a->elements / a->shape[0] : 1;
    a->rows = PIECE / a->row_elements;
    if (H5Pget_layout(a->plist) == H5D_CHUNKED && H5Pget_chunk(a->plist, a->rank, chunk) > 0 &&
        a->rows < chunk[0])
        a->rows = chunk[0];
    if (a->rows == 0)
        a->rows = 1;
    if (a->rank && a->rows > a->shape[0])
        a->rows = a->shape[0];
}

/* bfloat16 is the upper half of a float; goes from the end, as both share the block. */
static void widen(float *values, size_t count)
{
    const uint16_t *const halves = (const uint16_t *)(const void *)values;
    for (size_t i = count; i-- > 0;) {
        const uint32_t bits = (uint32_t)halves[i] << 16;
        memcpy(&values[i], &bits, sizeof bits);
    }
}

static void put_piece(dump *d, const float *values, size_t count)
{
    for (size_t done = 0; done < count;) {
        const size_t left = count - done;
        const size_t part = left < SN_HDF5_MAX_PIECE ? left : SN_HDF5_MAX_PIECE;
        put_tag(d, SN_HDF5_PIECE);
        put_count(d, part);
        put(d, values + done, part * sizeof *values);
        done += part;
    }
}

static void read_rows(dump *d, const array *a, float *values, hsize_t first, hsize_t rows)
{
    hsize_t start[SN_HDF5_MAX_RANK] = {first}, count[SN_HDF5_MAX_RANK];
    const hsize_t elements = rows * a->row_elements;
    memcpy(count, a->shape, sizeof count);
    count[0] = rows;
    const hid_t memory = need(d, H5Screate_simple(1, &elements, NULL), "an array");
    if (a->rank > 0 && H5Sselect_hyperslab(a->space, H5S_SELECT_SET, start, NULL, count, NULL) < 0)
        fail_hdf5(d, "an array");
    if (H5Dread(a->dataset, a->is_bfloat16 ? a->type : H5T_NATIVE_FLOAT, memory, a->space,
                H5P_DEFAULT, values) < 0)
        fail_hdf5(d, "an array");
    H5Sclose(memory);
    if (a->is_bfloat16)
        widen(values, (size_t)elements);
    put_piece(d, values, (size_t)elements);
}

static void put_elements(dump *d, array *a)
{
    if (a->elements == 0)
        return;
    choose_rows(a);
    const hsize_t all = a->rank ? a->shape[0] : 1;
    float *const values = need_memory(d, (size_t)(a->rows * a->row_elements), sizeof *values);
    for (hsize_t first = 0; first < all; first += a->rows)
        read_rows(d, a, values, first, all - first < a->rows ? all - first : a->rows);
    free(values);
}

static void put_array(dump *d, array *a)
{
    if (a->elements > d->elements_left)
        fail(d, "its arrays have more elements than a file of its size may have");
    d->elements_left -= a->elements;
    put_record(d, SN_HDF5_ARRAY);
    put_count(d, (size_t)a->rank);
    for (int i = 0; i < a->rank; i++) {
        const uint64_t size = a->shape[i];
        put(d, &size, sizeof size);
    }
    put_elements(d, a);
}

static void dump_array(dump *d, hid_t dataset)
{
    array a = {.dataset = dataset};
    a.space = need(d, H5Dget_space(dataset), "a shape");
    a.type = need(d, H5Dget_type(dataset), "a type");
    a.plist = need(d, H5Dget_create_plist(dataset), "an array");
    const char *why = take_shape(d, &a);
    why = why ? why : judge_type(&a);
    why = why ? why : judge_storage(&a, H5Pget_nfilters(a.plist));
    if (why)
        omit(d, why);
    else
        put_array(d, &a);
    H5Pclose(a.plist);
    H5Tclose(a.type);
    H5Sclose(a.space);
}

/* ---- Groups */

static void dump_group(dump *d, hid_t group);

static void dump_object(dump *d, hid_t object)
{
    const H5I_type_t type = H5Iget_type(object);
    if (type == H5I_GROUP)
        dump_group(d, object);
    else if (type == H5I_DATASET)
        dump_array(d, object);
}

static bool is_skipped(const dump *d, const char *name)
{
    for (const char *const *skipped = d->task->skipped; d->depth == 1 && *skipped; skipped++)
        if (strcmp(*skipped, name) == 0)
            return true;
    return false;
}

/* Goes to the member of the group that the path names. */
static void enter(dump *d, const char *name)
{
    const size_t length = strlen(name), slash = d->path_length > 0;
    if (length + slash >= SN_HDF5_MAX_PATH - d->path_length)
        fail(d, "a name in it is longer than those of a model");
    if (slash)
        d->path[d->path_length] = '/';
    memcpy(d->path + d->path_length + slash, name, length);
    d->path_length += slash + length;
}

static herr_t dump_link(hid_t group, const char *name, const H5L_info_t *link, void *user)
{
    dump *const d = user;
    const size_t before = d->path_length;
    count_object(d);
    if (is_skipped(d, name))
        return 0;
    enter(d, name);
    if (link->type == H5L_TYPE_HARD) {
        const hid_t object = need(d, H5Oopen(group, name, H5P_DEFAULT), "an object");
        dump_object(d, object);
        H5Oclose(object);
    } else {
        omit(d, link->type == H5L_TYPE_SOFT ? "is a soft link, which is not followed"
                                            : "is a link to another file, which is not followed");
    }
    d->path_length = before;
    return 0;
}

static void dump_group(dump *d, hid_t group)
{
    if (d->depth++ >= SN_HDF5_MAX_DEPTH)
        fail(d, "its groups are nested more than %d deep", SN_HDF5_MAX_DEPTH);
    put_record(d, SN_HDF5_GROUP);
    dump_attributes(d, group);
    if (H5Literate(group, H5_INDEX_NAME, H5_ITER_NATIVE, NULL, dump_link, d) < 0)
        fail_hdf5(d, "a group");
    d->depth--;
}

/* ---- The file */

static hid_t open_file(dump *d)
{
    (void)H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    (void)H5PLset_loading_state(0);
    return need(d, sn_hdf5_open_image(d->task->bytes, d->task->size), "the file");
}

__attribute__((visibility("default"))) void sn_hdf5_dump(const sn_hdf5_task *task)
{
    dump *const d = calloc(1, sizeof *d);
    if (!d)
        _exit(1);
    d->task = task;
    d->elements_left = task->most_elements;
    (void)alarm(task->patience);
    const hid_t root = need(d, H5Gopen2(open_file(d), "/", H5P_DEFAULT), "the root group");
    dump_group(d, root);
    put_tag(d, SN_HDF5_END);
    finish(d);
}
