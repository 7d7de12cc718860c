/*
 * Arrays as joblib writes them: in the middle of the pickle, behind the state of an object that
 * describes the array, stand the array's bytes, with as many bytes before them as align them, or,
 * for an array of objects, another pickle.
 */
#include <string.h>

#include "pickle_machine.h"

#include "banned.h"

/* Takes the bytes that align an array, of which the first one says how many follow it. */
static seqnet_status take_padding(sn_pickle *m, const sn_pickle_node *description)
{
    const sn_pickle_value *const alignment =
        sn_pickle_dict_find(description, "numpy_array_alignment_bytes");
    uint64_t count;
    const uint8_t *bytes;
    if (!alignment || alignment->kind != SN_PICKLE_INTEGER)
        return SEQNET_OK; /* of a joblib before 1.1 */
    if (!sn_cursor_uint(m->cursor, 1, &count) || !sn_cursor_take(m->cursor, (size_t)count, &bytes))
        return sn_pickle_cut_short(m);
    return SEQNET_OK;
}

/* Runs the pickle at the cursor, whose nodes become those of the outer one. */
static seqnet_status run_inner(sn_pickle *m, sn_pickle_value *result)
{
    if (m->is_inner)
        return sn_pickle_unexpected(m);
    sn_pickle inner = {.cursor = m->cursor,
                       .place = m->place,
                       .err = m->err,
                       .purpose = m->purpose,
                       .objects = m->objects,
                       .decoded = m->decoded,
                       .nodes = m->nodes,
                       .is_inner = true};
    const seqnet_status status = sn_pickle_load(&inner, result);
    m->nodes = inner.nodes;
    m->objects = inner.objects;
    m->decoded = inner.decoded;
    memcpy(m->forbidden, inner.forbidden, sizeof m->forbidden);
    inner.nodes = NULL;
    sn_pickle_free(&inner);
    return status;
}

static seqnet_status take_bytes(sn_pickle *m, const sn_pickle_node *description,
                                const sn_pickle_value *shape, const sn_pickle_value *dtype,
                                sn_pickle_value *array)
{
    size_t length;
    const size_t size = dtype->node->type.size;
    sn_pickle_value bytes = {.kind = SN_PICKLE_STRING};
    if (size == 0 || !sn_pickle_shape_length(shape, &length))
        return sn_pickle_unexpected(m);
    SN_TRY(take_padding(m, description));
    if (length > sn_cursor_left(m->cursor) / size ||
        !sn_cursor_take(m->cursor, length * size, &bytes.text))
        return sn_pickle_cut_short(m);
    if (length * size > UINT32_MAX)
        return sn_pickle_too_large(m);
    bytes.length = (uint32_t)(length * size);
    array->kind = SN_PICKLE_ARRAY;
    SN_TRY(sn_pickle_new_node(m, &array->node));
    return sn_pickle_fill_array(m, array->node, shape, dtype, &bytes);
}

seqnet_status sn_pickle_joblib_array(sn_pickle *m, const sn_pickle_node *object)
{
    const sn_pickle_value *const shape = sn_pickle_dict_find(object->rows, "shape");
    const sn_pickle_value *const dtype = sn_pickle_dict_find(object->rows, "dtype");
    sn_pickle_value array;
    if (!shape || !dtype || dtype->kind != SN_PICKLE_DTYPE)
        return sn_pickle_unexpected(m);
    if (dtype->node->type.kind == 'O')
        SN_TRY(run_inner(m, &array));
    else
        SN_TRY(take_bytes(m, object->rows, shape, dtype, &array));
    m->stack[m->depth - 1] = array;
    return SEQNET_OK;
}
