/* Dictionaries: lists of keys and values, in the order in which they were set. */
#include <string.h>

#include "memory.h"
#include "pickle_machine.h"

#include "banned.h"

seqnet_status sn_pickle_dict_add(sn_pickle *m, sn_pickle_node *dict, const sn_pickle_value *key,
                                 const sn_pickle_value *value)
{
    SN_TRY(sn_pickle_charge(m, 2, sizeof *key));
    SN_TRY(sn_grow(&dict->items, &dict->capacity, dict->count + 2, sizeof *key, m->err));
    dict->items[dict->count++] = *key;
    dict->items[dict->count++] = *value;
    return SEQNET_OK;
}

seqnet_status sn_pickle_set_item(sn_pickle *m, size_t unused)
{
    (void)unused;
    sn_pickle_value key, value;
    SN_TRY(sn_pickle_pop(m, &value));
    SN_TRY(sn_pickle_pop(m, &key));
    if (m->depth == 0 || m->stack[m->depth - 1].kind != SN_PICKLE_DICT)
        return sn_pickle_malformed(m, "it sets an item of something that is no dictionary");
    return sn_pickle_dict_add(m, m->stack[m->depth - 1].node, &key, &value);
}

seqnet_status sn_pickle_set_items(sn_pickle *m, size_t unused)
{
    (void)unused;
    size_t above;
    SN_TRY(sn_pickle_find_mark(m, &above));
    if (above < 2 || m->stack[above - 2].kind != SN_PICKLE_DICT)
        return sn_pickle_malformed(m, "it sets items of something that is no dictionary");
    if ((m->depth - above) % 2 != 0)
        return sn_pickle_malformed(m, "a key has no value");
    sn_pickle_node *const dict = m->stack[above - 2].node;
    for (size_t i = above; i < m->depth; i += 2)
        SN_TRY(sn_pickle_dict_add(m, dict, &m->stack[i], &m->stack[i + 1]));
    m->depth = above - 1;
    return SEQNET_OK;
}

bool sn_pickle_is_text(const sn_pickle_value *v, const char *text)
{
    const size_t length = strlen(text);
    return v->kind == SN_PICKLE_STRING && v->length == length && memcmp(v->text, text, length) == 0;
}

const sn_pickle_value *sn_pickle_dict_find(const sn_pickle_node *dict, const char *key)
{
    for (size_t i = dict->count; i >= 2; i -= 2)
        if (sn_pickle_is_text(&dict->items[i - 2], key))
            return &dict->items[i - 1];
    return NULL;
}

sn_pickle_value sn_pickle_item(const sn_pickle_node *list, size_t index)
{
    if (list->integers)
        return (sn_pickle_value){.kind = SN_PICKLE_INTEGER, .integer = list->integers[index]};
    return list->items[index];
}
