#include "tokenizer_tree.h"

#include <stdio.h>
#include <string.h>

#include "foreign_tokenizer.h"
#include "word_lines.h"

#include "banned.h"

enum {
    /* How deep a tokenizer may lie in dictionaries, and JSON in texts of JSON. */
    MAX_DEPTH = 4
};

typedef struct reading {
    sn_draft *draft;
    sn_tree *tree;
    char *form;
    /* What has been found: a Tokenizer itself, and an index the other way round. */
    bool is_keras;
    sn_tree_value index_word;
    seqnet_status status;
} reading;

static seqnet_status read_value(reading *r, const sn_tree_value *value, unsigned depth);

/* The form of what is read, unless an outer value has said it. */
static void set_form(reading *r, const char *form)
{
    if (!*r->form)
        (void)snprintf(r->form, SN_TOKENIZER_FORM, "%s", form);
}

/* What the entries of a dictionary are. */
typedef struct entry_kinds {
    size_t entries, word_to_id, id_to_word, with_role;
} entry_kinds;

static entry_kinds count_kinds(reading *r, const sn_tree_value *of)
{
    sn_tree_walk walk = sn_tree_begin(of);
    sn_tree_value key, value;
    entry_kinds kinds = {0};
    int64_t id;
    while (sn_tree_next(r->tree, &walk, &key, &value, &r->status)) {
        const bool is_word = key.kind == SN_TREE_TEXT && value.kind == SN_TREE_INTEGER;
        kinds.entries++;
        kinds.word_to_id += is_word;
        kinds.id_to_word += value.kind == SN_TREE_TEXT && sn_tree_whole(&key, &id);
        kinds.with_role += is_word && sn_draft_role_of(key.text, key.length) != SN_ROLE_UNKNOWN;
    }
    return kinds;
}

static seqnet_status add_words(reading *r, const sn_tree_value *index)
{
    sn_tree_walk walk = sn_tree_begin(index);
    sn_tree_value key, value;
    int64_t id;
    while (sn_tree_next(r->tree, &walk, &key, &value, &r->status)) {
        if (key.kind != SN_TREE_TEXT || !sn_tree_whole(&value, &id))
            return sn_fail(r->draft->err, SEQNET_ERR_MODEL,
                           "%s: its word index has an entry that is no word with a whole number",
                           r->draft->path);
        SN_TRY(sn_draft_add(r->draft, key.text, key.length, id));
    }
    return r->status;
}

/* Adds the words of an index from ids to words. */
static seqnet_status add_reversed(reading *r, const sn_tree_value *index)
{
    sn_tree_walk walk = sn_tree_begin(index);
    sn_tree_value key, value;
    int64_t id;
    while (sn_tree_next(r->tree, &walk, &key, &value, &r->status)) {
        if (value.kind != SN_TREE_TEXT || !sn_tree_whole(&key, &id))
            return sn_fail(r->draft->err, SEQNET_ERR_MODEL,
                           "%s: its index of words has an entry that is no number with a word",
                           r->draft->path);
        SN_TRY(sn_draft_add(r->draft, value.text, value.length, id));
    }
    return r->status;
}

/* Adds a list of words, whose ids are their places. */
static seqnet_status add_listed(reading *r, const sn_tree_value *list)
{
    sn_tree_walk walk = sn_tree_begin(list);
    sn_tree_value key, value, head[2] = {{.kind = SN_TREE_NONE}, {.kind = SN_TREE_NONE}};
    while (sn_tree_next(r->tree, &walk, &key, &value, &r->status)) {
        if (value.kind != SN_TREE_TEXT)
            return sn_fail(r->draft->err, SEQNET_ERR_MODEL,
                           "%s: its list of words holds something that is no text", r->draft->path);
        if (key.integer < 2)
            head[key.integer] = value;
        SN_TRY(sn_draft_add(r->draft, value.text, value.length, key.integer));
    }
    SN_TRY(r->status);
    return sn_word_lines_number(r->draft, &head[0], &head[1]);
}

/* Reads a value that is called a word index: an index, a list, or the JSON text of one. */
static seqnet_status read_words(reading *r, const sn_tree_value *value, unsigned depth)
{
    sn_tree_value inner = *value;
    if (value->kind == SN_TREE_TEXT) {
        SN_TRY(sn_tree_parse(r->tree, value->text, value->length, &inner));
        if (inner.kind == SN_TREE_TEXT && depth < MAX_DEPTH)
            return read_words(r, &inner, depth + 1);
    }
    if (inner.kind == SN_TREE_LIST)
        return r->draft->count ? SEQNET_OK : add_listed(r, &inner);
    if (inner.kind != SN_TREE_DICT)
        return inner.kind == SN_TREE_NONE ? SEQNET_OK
                                          : sn_tokenizer_unknown(r->draft->path, r->draft->err);
    const entry_kinds kinds = count_kinds(r, &inner);
    SN_TRY(r->status);
    if (kinds.id_to_word == kinds.entries && kinds.word_to_id < kinds.entries) {
        r->index_word = inner;
        return SEQNET_OK;
    }
    r->draft->count = 0; /* of two indexes the later one counts, as a dictionary's key does */
    return add_words(r, &inner);
}

/* Keeps an index from ids to words, or the JSON text of one, for a file without the other. */
static seqnet_status keep_reversed(reading *r, const sn_tree_value *value)
{
    sn_tree_value inner = *value;
    if (value->kind == SN_TREE_TEXT)
        SN_TRY(sn_tree_parse(r->tree, value->text, value->length, &inner));
    if (inner.kind == SN_TREE_LIST && r->draft->count == 0)
        return add_listed(r, &inner);
    if (inner.kind == SN_TREE_DICT)
        r->index_word = inner;
    return SEQNET_OK;
}

static void keep_setting(reading *r, sn_draft_role role, const sn_tree_value *value)
{
    /* A damaged key counts when no other one says it. */
    if (role == SN_ROLE_OOV_TOKEN && r->draft->is_given[role] &&
        (value->kind == SN_TREE_NONE || r->draft->settings[role].kind == SN_TREE_TEXT))
        return;
    r->draft->settings[role] = *value;
    r->draft->is_given[role] = true;
}

/* Reads one entry of a dictionary that is no word index itself. */
static seqnet_status read_entry(reading *r, const sn_tree_value *key, const sn_tree_value *value,
                                unsigned depth)
{
    const bool is_inner = value->kind == SN_TREE_DICT || value->kind == SN_TREE_TOKENIZER;
    if (key->kind != SN_TREE_TEXT)
        return SEQNET_OK;
    const sn_draft_role role = sn_draft_role_of(key->text, key->length);
    if (role == SN_ROLE_WORD_INDEX)
        return read_words(r, value, 0);
    if (role == SN_ROLE_INDEX_WORD)
        return keep_reversed(r, value);
    if (role > SN_ROLE_UNKNOWN && role < SN_DRAFT_SETTINGS) {
        keep_setting(r, role, value);
        return SEQNET_OK;
    }
    const bool may_be_json = role == SN_ROLE_INNER && value->kind == SN_TREE_TEXT &&
                             value->length > 0 && *value->text == '{';
    if (value->kind == SN_TREE_TOKENIZER || (role == SN_ROLE_INNER && is_inner) || may_be_json)
        return read_value(r, value, depth + 1);
    return SEQNET_OK;
}

static seqnet_status read_entries(reading *r, const sn_tree_value *of, unsigned depth)
{
    sn_tree_walk walk = sn_tree_begin(of);
    sn_tree_value key, value;
    while (sn_tree_next(r->tree, &walk, &key, &value, &r->status))
        SN_TRY(read_entry(r, &key, &value, depth));
    return r->status;
}

/* Says what a dictionary is by the class that it names. */
static seqnet_status look_at_class(reading *r, const sn_tree_value *dict)
{
    sn_tree_value class;
    SN_TRY(sn_foreign_tree(dict, r->draft->path, r->draft->err));
    if (!sn_tree_find(dict, "class_name", &class))
        return SEQNET_OK;
    if (sn_tree_is(&class, "Tokenizer")) {
        r->is_keras = true;
        set_form(r, "Keras's Tokenizer as JSON");
    } else if (sn_tree_is(&class, "TextVectorization")) {
        set_form(r, "a TextVectorization layer");
    }
    return SEQNET_OK;
}

static seqnet_status read_dict(reading *r, const sn_tree_value *dict, unsigned depth)
{
    SN_TRY(look_at_class(r, dict));
    const entry_kinds kinds = count_kinds(r, dict);
    SN_TRY(r->status);
    if (kinds.entries > 0 && kinds.with_role < kinds.entries) {
        if (kinds.word_to_id == kinds.entries) {
            SN_TRY(sn_foreign_words(dict, r->draft->path, r->draft->err));
            set_form(r, "a word index");
            r->draft->is_bare = true;
            return add_words(r, dict);
        }
        if (kinds.id_to_word == kinds.entries) {
            set_form(r, "an index of words by id");
            r->draft->is_bare = true;
            return add_reversed(r, dict);
        }
    }
    set_form(r, "a dictionary with a word index");
    if (!r->is_keras)
        r->draft->is_bare = true;
    return read_entries(r, dict, depth);
}

/* Looks through the elements of a tuple or a list for a tokenizer, whatever lies beside it; a list
 * of texts is one of words. */
static seqnet_status read_list(reading *r, const sn_tree_value *list, unsigned depth)
{
    sn_tree_walk walk = sn_tree_begin(list);
    sn_tree_value key, value, found = {.kind = SN_TREE_NONE};
    size_t texts = 0, entries = 0;
    for (; sn_tree_next(r->tree, &walk, &key, &value, &r->status); entries++) {
        texts += value.kind == SN_TREE_TEXT;
        const bool is_better = value.kind == SN_TREE_TOKENIZER && found.kind != SN_TREE_TOKENIZER;
        if (is_better || (value.kind == SN_TREE_DICT && found.kind == SN_TREE_NONE))
            found = value;
        if (value.kind == SN_TREE_INTEGER && entries > 0 && entries < 3 &&
            !r->draft->is_given[SN_ROLE_MAXLEN])
            keep_setting(r, SN_ROLE_MAXLEN, &value); /* (tokenizer, maxlen) */
    }
    SN_TRY(r->status);
    if (entries > 0 && texts == entries) {
        set_form(r, "a list of words");
        r->draft->is_bare = true;
        return add_listed(r, list);
    }
    if (found.kind == SN_TREE_NONE)
        return sn_tokenizer_unknown(r->draft->path, r->draft->err);
    return read_value(r, &found, depth + 1);
}

static seqnet_status read_value(reading *r, const sn_tree_value *value, unsigned depth)
{
    sn_tree_value inner;
    if (depth > MAX_DEPTH)
        return sn_tokenizer_unknown(r->draft->path, r->draft->err);
    if (value->kind == SN_TREE_TOKENIZER) {
        r->is_keras = true;
        r->draft->is_bare = false;
        (void)snprintf(r->form, SN_TOKENIZER_FORM, "Keras's Tokenizer, pickled");
        return read_entries(r, value, depth);
    }
    if (value->kind == SN_TREE_DICT)
        return read_dict(r, value, depth);
    if (value->kind == SN_TREE_LIST)
        return read_list(r, value, depth);
    if (value->kind != SN_TREE_TEXT)
        return sn_tokenizer_unknown(r->draft->path, r->draft->err);
    SN_TRY(sn_tree_parse(r->tree, value->text, value->length, &inner));
    return read_value(r, &inner, depth + 1);
}

seqnet_status sn_tokenizer_tree_read(sn_draft *draft, sn_tree *tree, const sn_tree_value *root,
                                     char form[SN_TOKENIZER_FORM])
{
    reading r = {.draft = draft, .tree = tree, .form = form};
    form[0] = '\0';
    SN_TRY(read_value(&r, root, 0));
    if (r.is_keras)
        draft->is_bare = false;
    if (draft->count == 0 && r.index_word.kind == SN_TREE_DICT)
        return add_reversed(&r, &r.index_word);
    return draft->count > 0 || r.is_keras ? SEQNET_OK
                                          : sn_tokenizer_unknown(draft->path, draft->err);
}
