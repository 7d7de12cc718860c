#include "hdf5_parse.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

#include "banned.h"

enum { BUFFER = 1 << 16 };

typedef struct parser {
    sn_hdf5 *tree;
    sn_hdf5_source *source;
    void *user;
    seqnet_error *err;
    /* Elements that arrays may still have, and those that are missing in the last one. */
    uint64_t elements_left, missing;
    size_t objects, text_bytes;
    size_t group_room, texts_room, array_room, omitted_room;
    sn_hdf5_end end;
    char *fault;
    size_t from, to;
    uint8_t *buffer;
} parser;

/* ---- Bytes. What ends or is wrong leaves `end` behind and is false. */

static bool stop(parser *p, sn_hdf5_end end)
{
    p->end = end;
    return false;
}

static bool take(parser *p, void *data, size_t size)
{
    uint8_t *out = data;
    while (size > 0) {
        if (p->from == p->to) {
            const ptrdiff_t got = p->source(p->user, p->buffer, BUFFER);
            if (got <= 0)
                return stop(p, SN_HDF5_CUT);
            p->from = 0;
            p->to = (size_t)got;
        }
        const size_t held = p->to - p->from, part = held < size ? held : size;
        memcpy(out, p->buffer + p->from, part);
        p->from += part;
        out += part;
        size -= part;
    }
    return true;
}

/* Takes a number of at most `most`. */
static bool take_count(parser *p, size_t most, size_t *count)
{
    uint32_t value;
    if (!take(p, &value, sizeof value))
        return false;
    *count = value;
    return value <= most || stop(p, SN_HDF5_WRONG);
}

/* ---- Texts. Those that a tree has taken hold of are freed with it. */

/* A text without NULs. The status is of the memory; *text is NULL where the text is wrong. */
static seqnet_status take_text(parser *p, size_t most, char **text)
{
    size_t length;
    *text = NULL;
    if (!take_count(p, most, &length))
        return SEQNET_OK;
    if (length > SN_HDF5_MAX_TEXTS - p->text_bytes) {
        (void)stop(p, SN_HDF5_WRONG);
        return SEQNET_OK;
    }
    p->text_bytes += length;
    SN_TRY(sn_alloc(text, length + 1, 1, p->err));
    if (take(p, *text, length) && (!memchr(*text, '\0', length) || stop(p, SN_HDF5_WRONG)))
        return SEQNET_OK;
    free(*text);
    *text = NULL;
    return SEQNET_OK;
}

/* Makes room for one more element of a list, zeroed. */
static seqnet_status add(parser *p, void *list, size_t *room, size_t *count, size_t size)
{
    void *elements;
    SN_TRY(sn_grow(list, room, *count + 1, size, p->err));
    memcpy(&elements, list, sizeof elements);
    memset((char *)elements + *count * size, 0, size);
    (*count)++;
    return SEQNET_OK;
}

static seqnet_status take_group(parser *p)
{
    sn_hdf5 *const t = p->tree;
    SN_TRY(add(p, &t->groups, &p->group_room, &t->group_count, sizeof *t->groups));
    return take_text(p, SN_HDF5_MAX_PATH, &t->groups[t->group_count - 1]);
}

static seqnet_status take_texts(parser *p)
{
    size_t count;
    sn_hdf5 *const t = p->tree;
    SN_TRY(add(p, &t->texts, &p->texts_room, &t->texts_count, sizeof *t->texts));
    sn_hdf5_texts *const texts = &t->texts[t->texts_count - 1];
    SN_TRY(take_text(p, SN_HDF5_MAX_PATH, &texts->path));
    if (texts->path)
        SN_TRY(take_text(p, SN_HDF5_MAX_TEXT, &texts->name));
    if (!texts->name || !take_count(p, SN_HDF5_MAX_COUNT, &count))
        return SEQNET_OK;
    SN_TRY(sn_alloc(&texts->texts, count, sizeof *texts->texts, p->err));
    while (texts->count < count) {
        SN_TRY(take_text(p, SN_HDF5_MAX_TEXT, &texts->texts[texts->count]));
        if (!texts->texts[texts->count++])
            return SEQNET_OK;
    }
    return SEQNET_OK;
}

static seqnet_status take_omitted(parser *p)
{
    sn_hdf5 *const t = p->tree;
    SN_TRY(add(p, &t->omitted, &p->omitted_room, &t->omitted_count, sizeof *t->omitted));
    sn_hdf5_omitted *const omitted = &t->omitted[t->omitted_count - 1];
    SN_TRY(take_text(p, SN_HDF5_MAX_PATH, &omitted->path));
    return omitted->path ? take_text(p, SN_HDF5_FAULT_SIZE, &omitted->why) : SEQNET_OK;
}

/* ---- Arrays */

/* Takes the shape; false where it is wrong or has more elements than are left. */
static bool take_shape(parser *p, sn_hdf5_array *array)
{
    uint64_t count = 1;
    if (!take_count(p, SN_HDF5_MAX_RANK, &array->rank) ||
        !take(p, array->shape, array->rank * sizeof *array->shape))
        return false;
    for (size_t i = 0; i < array->rank; i++) {
        if (array->shape[i] > 0 && count > UINT64_MAX / array->shape[i])
            return stop(p, SN_HDF5_WRONG);
        count *= array->shape[i];
    }
    if (count > p->elements_left || count > SIZE_MAX / 2 / sizeof *array->values)
        return stop(p, SN_HDF5_WRONG);
    p->elements_left -= count;
    array->count = (size_t)count;
    return true;
}

/* Takes all pieces of an array; false where they do not fit. */
static bool take_pieces(parser *p, sn_hdf5_array *array)
{
    for (size_t done = 0, count; done < array->count; done += count) {
        char tag;
        if (!take(p, &tag, 1))
            return false;
        if (tag != SN_HDF5_PIECE) {
            p->from--; /* libhdf5 may fail in the middle of an array, and say so */
            return tag == SN_HDF5_FAULT || stop(p, SN_HDF5_WRONG);
        }
        if (!take_count(p, SN_HDF5_MAX_PIECE, &count))
            return false;
        if (count == 0 || count > array->count - done)
            return stop(p, SN_HDF5_WRONG);
        if (!take(p, array->values + done, count * sizeof *array->values))
            return false;
    }
    return true;
}

static seqnet_status take_array(parser *p)
{
    sn_hdf5 *const t = p->tree;
    SN_TRY(add(p, &t->arrays, &p->array_room, &t->array_count, sizeof *t->arrays));
    sn_hdf5_array *const array = &t->arrays[t->array_count - 1];
    SN_TRY(take_text(p, SN_HDF5_MAX_PATH, &array->path));
    if (!array->path || !take_shape(p, array))
        return SEQNET_OK;
    SN_TRY(sn_alloc_floats(&array->values, array->count ? array->count : 1, p->err));
    (void)take_pieces(p, array);
    return SEQNET_OK;
}

/* ---- Records */

/* Takes the sentence of a fault; what a terminal might obey becomes '?'. */
static seqnet_status take_fault(parser *p)
{
    char *text;
    SN_TRY(take_text(p, SN_HDF5_FAULT_SIZE, &text));
    if (!text)
        return SEQNET_OK;
    for (char *c = text; *c; c++)
        if (*c < ' ' || *c > '~')
            *c = '?';
    (void)snprintf(p->fault, SN_HDF5_FAULT_SIZE, "%s", text);
    free(text);
    (void)stop(p, SN_HDF5_FAULTY);
    return SEQNET_OK;
}

/* Takes records until one ends them all. */
static seqnet_status take_records(parser *p)
{
    char tag;
    /* Nothing has ended while `end` is WHOLE. */
    while (p->end == SN_HDF5_WHOLE && take(p, &tag, 1)) {
        if (tag == SN_HDF5_END)
            return SEQNET_OK;
        if (tag != SN_HDF5_FAULT && p->objects++ > SN_HDF5_MAX_OBJECTS) {
            (void)stop(p, SN_HDF5_WRONG);
            return SEQNET_OK;
        }
        switch (tag) {
        case SN_HDF5_GROUP:
            SN_TRY(take_group(p));
            break;
        case SN_HDF5_TEXTS:
            SN_TRY(take_texts(p));
            break;
        case SN_HDF5_ARRAY:
            SN_TRY(take_array(p));
            break;
        case SN_HDF5_OMITTED:
            SN_TRY(take_omitted(p));
            break;
        case SN_HDF5_FAULT:
            SN_TRY(take_fault(p));
            break;
        default:
            (void)stop(p, SN_HDF5_WRONG);
        }
    }
    return SEQNET_OK;
}

seqnet_status sn_hdf5_parse(sn_hdf5 *tree, sn_hdf5_source *source, void *user,
                            uint64_t most_elements, sn_hdf5_end *end,
                            char fault[SN_HDF5_FAULT_SIZE], seqnet_error *err)
{
    parser p = {.tree = tree,
                .source = source,
                .user = user,
                .err = err,
                .elements_left = most_elements,
                .end = SN_HDF5_WHOLE,
                .fault = fault};
    SN_TRY(sn_alloc(&p.buffer, BUFFER, 1, err));
    const seqnet_status status = take_records(&p);
    free(p.buffer);
    *end = p.end;
    if (status == SEQNET_OK && p.end == SN_HDF5_WHOLE)
        sn_hdf5_sort(tree);
    return status;
}
