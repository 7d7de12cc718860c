/*
 * Objects: calls of allowed globals, and the states of what they make. An object of a class that we
 * read is its class and its dictionary; dictionaries and lists of any class are plain ones.
 */
#include <string.h>

#include "memory.h"
#include "pickle_machine.h"

#include "banned.h"

/* Adds the pairs of a list to a dictionary, as OrderedDict([["a", 1]]) does. */
static seqnet_status add_pairs(sn_pickle *m, sn_pickle_node *dict, const sn_pickle_value *pairs)
{
    if (pairs->kind == SN_PICKLE_DICT) {
        for (size_t i = 0; i < pairs->node->count; i += 2)
            SN_TRY(sn_pickle_dict_add(m, dict, &pairs->node->items[i], &pairs->node->items[i + 1]));
        return SEQNET_OK;
    }
    if (pairs->kind != SN_PICKLE_LIST && pairs->kind != SN_PICKLE_TUPLE)
        return sn_pickle_unexpected(m);
    for (size_t i = 0; i < pairs->node->count; i++) {
        const sn_pickle_value pair = sn_pickle_item(pairs->node, i);
        if ((pair.kind != SN_PICKLE_LIST && pair.kind != SN_PICKLE_TUPLE) || pair.node->count != 2)
            return sn_pickle_unexpected(m);
        const sn_pickle_value key = sn_pickle_item(pair.node, 0);
        const sn_pickle_value value = sn_pickle_item(pair.node, 1);
        SN_TRY(sn_pickle_dict_add(m, dict, &key, &value));
    }
    return SEQNET_OK;
}

/* Pushes a new dictionary with what the only argument has, if there is one. */
static seqnet_status make_dict(sn_pickle *m, const sn_pickle_node *arguments)
{
    sn_pickle_node *made;
    SN_TRY(sn_pickle_push_node(m, SN_PICKLE_DICT, &made));
    if (arguments->count > 1)
        return sn_pickle_unexpected(m);
    if (arguments->count == 0)
        return SEQNET_OK;
    const sn_pickle_value content = sn_pickle_item(arguments, 0);
    return add_pairs(m, made, &content);
}

/* Pushes a list: the argument itself, which nobody else keeps, or a new one. */
static seqnet_status make_list(sn_pickle *m, const sn_pickle_node *arguments)
{
    sn_pickle_node *made;
    if (arguments->count == 0)
        return sn_pickle_push_node(m, SN_PICKLE_LIST, &made);
    sn_pickle_value content = sn_pickle_item(arguments, 0);
    if (arguments->count > 1 || (content.kind != SN_PICKLE_LIST && content.kind != SN_PICKLE_TUPLE))
        return sn_pickle_unexpected(m);
    content.kind = SN_PICKLE_LIST;
    return sn_pickle_push(m, content);
}

/* Pushes an object of a class that is called, or made without a call. */
static seqnet_status make_object(sn_pickle *m, const sn_pickle_value *class,
                                 const sn_pickle_node *arguments)
{
    sn_pickle_node *made;
    if (class->kind != SN_PICKLE_GLOBAL)
        return sn_pickle_unexpected(m);
    const sn_pickle_global meaning = (sn_pickle_global) class->integer;
    switch (meaning) {
    case SN_GLOBAL_DICT:
        return make_dict(m, arguments);
    case SN_GLOBAL_DEFAULTDICT: /* whose argument is the class of its values */
        return sn_pickle_push_node(m, SN_PICKLE_DICT, &made);
    case SN_GLOBAL_LIST:
        return make_list(m, arguments);
    case SN_GLOBAL_TOKENIZER:
    case SN_GLOBAL_LABELS:
    case SN_GLOBAL_JOBLIB_ARRAY:
        SN_TRY(sn_pickle_push_node(m, SN_PICKLE_OBJECT, &made));
        made->class = meaning;
        return SEQNET_OK;
    case SN_GLOBAL_RECONSTRUCT:
    case SN_GLOBAL_NDARRAY:
    case SN_GLOBAL_DTYPE:
    case SN_GLOBAL_SCALAR:
    case SN_GLOBAL_FROMBUFFER:
    case SN_GLOBAL_ENCODE:
        return sn_pickle_numpy_call(m, meaning, arguments);
    case SN_GLOBAL_RECONSTRUCTOR:
    case SN_GLOBAL_NEWOBJ:
    case SN_GLOBAL_INERT:
        break;
    }
    return sn_pickle_unexpected(m);
}

/* copyreg._reconstructor(class, base, content of the base) and copyreg.__newobj__(class, ...). */
static seqnet_status reconstruct(sn_pickle *m, const sn_pickle_node *arguments)
{
    if (arguments->count == 0)
        return sn_pickle_unexpected(m);
    const sn_pickle_value class = sn_pickle_item(arguments, 0);
    sn_pickle_value content = {.kind = SN_PICKLE_NONE};
    if (arguments->count == 3)
        content = sn_pickle_item(arguments, 2);
    const sn_pickle_node given = {.items = &content, .count = content.kind != SN_PICKLE_NONE};
    return make_object(m, &class, &given);
}

seqnet_status sn_pickle_reduce(sn_pickle *m, size_t unused)
{
    (void)unused;
    sn_pickle_value arguments, function;
    SN_TRY(sn_pickle_pop(m, &arguments));
    SN_TRY(sn_pickle_pop(m, &function));
    if (function.kind != SN_PICKLE_GLOBAL || arguments.kind != SN_PICKLE_TUPLE)
        return sn_pickle_unexpected(m);
    if (function.integer == SN_GLOBAL_RECONSTRUCTOR || function.integer == SN_GLOBAL_NEWOBJ)
        return reconstruct(m, arguments.node);
    return make_object(m, &function, arguments.node);
}

seqnet_status sn_pickle_newobj(sn_pickle *m, size_t unused)
{
    return sn_pickle_reduce(m, unused);
}

/* A class, its arguments, and its arguments by name, which no class of ours has. */
seqnet_status sn_pickle_newobj_ex(sn_pickle *m, size_t unused)
{
    sn_pickle_value named;
    SN_TRY(sn_pickle_pop(m, &named));
    return sn_pickle_reduce(m, unused);
}

/* The arguments above a mark, then the class's name as lines. */
seqnet_status sn_pickle_inst(sn_pickle *m, size_t unused)
{
    sn_pickle_value arguments;
    SN_TRY(sn_pickle_make_marked(m, SN_PICKLE_TUPLE));
    SN_TRY(sn_pickle_pop(m, &arguments));
    SN_TRY(sn_pickle_global_line(m, unused));
    SN_TRY(sn_pickle_push(m, arguments));
    return sn_pickle_reduce(m, unused);
}

/* A class and its arguments above a mark. */
seqnet_status sn_pickle_obj(sn_pickle *m, size_t unused)
{
    size_t above;
    sn_pickle_value arguments;
    (void)unused;
    SN_TRY(sn_pickle_find_mark(m, &above));
    if (m->depth == above)
        return sn_pickle_malformed(m, "an object has no class");
    const sn_pickle_value class = m->stack[above];
    SN_TRY(sn_pickle_make_marked(m, SN_PICKLE_TUPLE));
    SN_TRY(sn_pickle_pop(m, &arguments));
    const sn_pickle_node given = {.items = arguments.node->items + 1,
                                  .count = arguments.node->count - 1};
    return make_object(m, &class, &given);
}

/* Gives an object its dictionary, which may stand in a pair with that of its slots. */
static seqnet_status build_object(sn_pickle *m, sn_pickle_node *object,
                                  const sn_pickle_value *state)
{
    sn_pickle_value dict = *state;
    if (state->kind == SN_PICKLE_TUPLE && state->node->count == 2)
        dict = sn_pickle_item(state->node, 0);
    if (dict.kind != SN_PICKLE_DICT)
        return sn_pickle_unexpected(m);
    object->rows = dict.node;
    return object->class == SN_GLOBAL_JOBLIB_ARRAY ? sn_pickle_joblib_array(m, object) : SEQNET_OK;
}

seqnet_status sn_pickle_build(sn_pickle *m, size_t unused)
{
    (void)unused;
    sn_pickle_value state;
    SN_TRY(sn_pickle_pop(m, &state));
    const sn_pickle_value *const object = m->depth ? &m->stack[m->depth - 1] : NULL;
    if (!object)
        return sn_pickle_unexpected(m);
    if (object->kind == SN_PICKLE_OBJECT)
        return build_object(m, object->node, &state);
    if (object->kind == SN_PICKLE_DICT)
        return SEQNET_OK; /* attributes of a dictionary of a class of its own */
    const bool is_numpy = object->kind == SN_PICKLE_DTYPE || object->kind == SN_PICKLE_ARRAY;
    if (!is_numpy || state.kind != SN_PICKLE_TUPLE)
        return sn_pickle_unexpected(m);
    return sn_pickle_numpy_build(m, object, state.node);
}
