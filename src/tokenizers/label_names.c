/* Reads names of labels: which of the forms a file has, and the order of its names. */
#include "label_names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "memory.h"
#include "npy.h"
#include "tree.h"
#include "unpack.h"
#include "utf8.h"

#include "banned.h"

enum {
    /* The most labels, which is far above what a model has. */
    MOST = 1 << 20,
    MAX_DEPTH = 4,
    NUMBER = 32
};

typedef struct reading {
    sn_label_names *labels;
    size_t capacity;
    sn_tree *tree;
    const char *path;
    seqnet_error *err;
    seqnet_status status;
} reading;

static seqnet_status unknown(const reading *r)
{
    return sn_fail(r->err, SEQNET_ERR_MODEL,
                   "%s: holds no names of labels; name a list of them, one a line, JSON, or the "
                   "pickle of a LabelEncoder",
                   r->path);
}

static void set_form(const reading *r, const char *form)
{
    if (!*r->labels->form)
        (void)snprintf(r->labels->form, sizeof r->labels->form, "%s", form);
}

/* Sets the name of a label, NULL so far, and those before it. */
static seqnet_status set_name(reading *r, int64_t index, const char *text, size_t length)
{
    sn_label_names *const labels = r->labels;
    if (index < 0 || index >= MOST)
        return sn_fail(r->err, SEQNET_ERR_MODEL,
                       "%s: the label '%.*s' has the number %lld; labels are numbered from 0",
                       r->path, (int)(length < 60 ? length : 60), text, (long long)index);
    const size_t needed = (size_t)index + 1;
    SN_TRY(sn_grow(&labels->names, &r->capacity, needed, sizeof *labels->names, r->err));
    while (labels->count < needed)
        labels->names[labels->count++] = NULL;
    if (labels->names[index])
        return sn_fail(r->err, SEQNET_ERR_MODEL,
                       "%s: the number %lld is given to '%.60s' and to '%.*s'", r->path,
                       (long long)index, labels->names[index], (int)(length < 60 ? length : 60),
                       text);
    return sn_utf8_clean(&labels->names[index], text, length, r->err);
}

/* Sets the name of a label that may be a number in the file. */
static seqnet_status set_value(reading *r, int64_t index, const sn_tree_value *v)
{
    char number[NUMBER];
    if (v->kind == SN_TREE_TEXT)
        return set_name(r, index, v->text, v->length);
    if (v->kind == SN_TREE_INTEGER)
        (void)snprintf(number, sizeof number, "%lld", (long long)v->integer);
    else if (v->kind == SN_TREE_REAL)
        (void)snprintf(number, sizeof number, "%g", v->real);
    else
        return unknown(r);
    return set_name(r, index, number, strlen(number));
}

static seqnet_status read_list(reading *r, const sn_tree_value *list)
{
    sn_tree_walk walk = sn_tree_begin(list);
    sn_tree_value key, value;
    while (sn_tree_next(r->tree, &walk, &key, &value, &r->status))
        SN_TRY(set_value(r, key.integer, &value));
    return r->status;
}

/* Whether all keys, or all values, of a dictionary are whole numbers. */
static bool has_numbers(reading *r, const sn_tree_value *dict, bool keys)
{
    sn_tree_walk walk = sn_tree_begin(dict);
    sn_tree_value key, value;
    int64_t number;
    bool all = true, any = false;
    while (sn_tree_next(r->tree, &walk, &key, &value, &r->status)) {
        all = all && sn_tree_whole(keys ? &key : &value, &number);
        any = true;
    }
    return any && all;
}

static seqnet_status read_numbered(reading *r, const sn_tree_value *dict, bool keys)
{
    sn_tree_walk walk = sn_tree_begin(dict);
    sn_tree_value key, value;
    int64_t number;
    while (sn_tree_next(r->tree, &walk, &key, &value, &r->status)) {
        (void)sn_tree_whole(keys ? &key : &value, &number);
        SN_TRY(set_value(r, number, keys ? &value : &key));
    }
    return r->status;
}

/* The entry of a dictionary under which authors keep the names. */
static bool find_names(const sn_tree_value *dict, sn_tree_value *found)
{
    static const char *const keys[] = {
        "classes_",      "classes",       "labels",   "label_names", "class_names",
        "label_classes", "label_encoder", "tags",     "id2label",    "index_to_label",
        "label_map",     "categories",    "label2id", "encoder",     "names"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (sn_tree_find(dict, keys[i], found) &&
            (found->kind == SN_TREE_LIST || found->kind == SN_TREE_DICT ||
             found->kind == SN_TREE_LABELS))
            return true;
    return false;
}

static seqnet_status read_value(reading *r, const sn_tree_value *value, unsigned depth);

/* The classes_ of an encoder, or the only one of its categories_. */
static seqnet_status read_encoder(reading *r, const sn_tree_value *encoder)
{
    sn_tree_value names, key;
    set_form(r, "the classes of a scikit-learn encoder");
    if (sn_tree_find(encoder, "classes_", &names) && names.kind == SN_TREE_LIST)
        return read_list(r, &names);
    if (!sn_tree_find(encoder, "categories_", &names) || names.kind != SN_TREE_LIST ||
        sn_tree_count(&names) != 1)
        return unknown(r);
    sn_tree_walk walk = sn_tree_begin(&names);
    if (!sn_tree_next(r->tree, &walk, &key, &names, &r->status) || names.kind != SN_TREE_LIST)
        return r->status == SEQNET_OK ? unknown(r) : r->status;
    return read_list(r, &names);
}

static seqnet_status read_dict(reading *r, const sn_tree_value *dict, unsigned depth)
{
    sn_tree_value names;
    const bool by_key = has_numbers(r, dict, true);
    const bool by_value = !by_key && has_numbers(r, dict, false);
    SN_TRY(r->status);
    if (by_key || by_value) {
        set_form(r, by_key ? "names by number" : "numbers by name");
        return read_numbered(r, dict, by_key);
    }
    return find_names(dict, &names) ? read_value(r, &names, depth + 1) : unknown(r);
}

static seqnet_status read_value(reading *r, const sn_tree_value *value, unsigned depth)
{
    if (depth > MAX_DEPTH)
        return unknown(r);
    if (value->kind == SN_TREE_LABELS)
        return read_encoder(r, value);
    if (value->kind == SN_TREE_DICT)
        return read_dict(r, value, depth);
    if (value->kind != SN_TREE_LIST)
        return unknown(r);
    set_form(r, "a list of names");
    return read_list(r, value);
}

/* Whether a line begins with its own number and a blank or a colon, "0 negative"; *text then begins
 * with the name. */
static bool begins_with_number(const char *line, size_t length, size_t number, size_t *name)
{
    char digits[NUMBER];
    const int count = snprintf(digits, sizeof digits, "%zu", number);
    size_t pos = (size_t)count;
    if (length <= pos || memcmp(line, digits, pos) != 0 || !strchr(" \t:,=.)", line[pos]))
        return false;
    while (pos < length && strchr(" \t:,=.)", line[pos]))
        pos++;
    *name = pos;
    return pos < length;
}

/* The lines of a text that are not blank, or of them those that are numbered throughout. */
static seqnet_status read_lines(reading *r, const char *text, size_t size, bool numbered,
                                bool *all_numbered)
{
    const char *const end = text + size;
    size_t number = 0;
    *all_numbered = true;
    while (text < end) {
        const char *const newline = memchr(text, '\n', (size_t)(end - text));
        const char *line = text;
        size_t length = (size_t)((newline ? newline : end) - text), name = 0;
        text = newline ? newline + 1 : end;
        sn_utf8_trim(&line, &length);
        if (length == 0)
            continue;
        if (!begins_with_number(line, length, number, &name))
            *all_numbered = false;
        if (numbered || r->labels)
            SN_TRY(set_name(r, (int64_t)number, line + (numbered ? name : 0),
                            length - (numbered ? name : 0)));
        number++;
    }
    return number > 0 ? SEQNET_OK : unknown(r);
}

static seqnet_status read_text(reading *r, const char *text, size_t size)
{
    bool numbered;
    reading looking = {.path = r->path, .err = r->err};
    if (!sn_utf8_is_clean(text, size))
        return unknown(r);
    SN_TRY(read_lines(&looking, text, size, false, &numbered));
    set_form(r, "a list of names, one a line");
    return read_lines(r, text, size, numbered, &numbered);
}

/* Labels that are numbers, in an array that NumPy saved. */
static seqnet_status read_integers(reading *r, const sn_npy_header *header, sn_cursor *cursor)
{
    const uint8_t *bytes;
    sn_tree_value value = {.kind = SN_TREE_INTEGER};
    for (size_t i = 0; i < header->shape[0]; i++) {
        if (!sn_cursor_take(cursor, header->type.size, &bytes) ||
            !sn_npy_integer(bytes, header->type, &value.integer))
            return unknown(r);
        SN_TRY(set_value(r, (int64_t)i, &value));
    }
    return SEQNET_OK;
}

/* An array that NumPy saved: of text, or of objects, which are pickled. */
static seqnet_status read_array(reading *r, const char *data, size_t size)
{
    sn_cursor cursor = sn_cursor_over(data, size);
    sn_npy_header header;
    sn_string_set names = {0};
    sn_tree_value root;
    const seqnet_status status = sn_npy_read_header(&header, &cursor, r->path, r->err);
    if (status != SEQNET_OK)
        return status == SEQNET_ERR_DATA ? unknown(r) : status;
    set_form(r, "a NumPy array of names");
    if (sn_npy_is_integer(header.type) && header.rank == 1)
        return read_integers(r, &header, &cursor);
    if (header.type.kind == 'O') {
        SN_TRY(sn_tree_unpickle(r->tree, cursor.pos, sn_cursor_left(&cursor), SN_PICKLE_NUMPY,
                                "an array of names", &root));
        return read_value(r, &root, MAX_DEPTH);
    }
    seqnet_status read = sn_npy_read_names(&names, &header, &cursor, MOST, r->path, r->err);
    for (size_t i = 0; i < names.count && read == SEQNET_OK; i++) {
        size_t length;
        const char *const name = sn_string_set_get(&names, i, &length);
        read = set_name(r, (int64_t)i, name, length);
    }
    sn_string_set_free(&names);
    return read == SEQNET_ERR_DATA ? unknown(r) : read;
}

static seqnet_status read_data(reading *r, const char *data, size_t size)
{
    sn_tree_value root;
    const unsigned allowed = SN_PICKLE_NUMPY | SN_PICKLE_PYTHON | SN_PICKLE_SKLEARN;
    if (size >= 6 && memcmp(data, "\x93NUMPY", 6) == 0)
        return read_array(r, data, size);
    if (sn_tree_is_pickle(data, size)) {
        SN_TRY(sn_tree_unpickle(r->tree, data, size, allowed, "names of labels", &root));
        return read_value(r, &root, 0);
    }
    if (size >= SN_UTF8_MARK_SIZE && memcmp(data, SN_UTF8_MARK, SN_UTF8_MARK_SIZE) == 0) {
        data += SN_UTF8_MARK_SIZE;
        size -= SN_UTF8_MARK_SIZE;
    }
    const size_t blanks = size > 0 && data[0] ? strspn(data, " \t\r\n") : 0;
    if (blanks < size && (data[blanks] == '{' || data[blanks] == '[')) {
        SN_TRY(sn_tree_parse(r->tree, data, size, &root));
        return read_value(r, &root, 0);
    }
    return read_text(r, data, size);
}

/* Every number up to the highest has a name. */
static seqnet_status check_complete(const reading *r)
{
    for (size_t i = 0; i < r->labels->count; i++)
        if (!r->labels->names[i])
            return sn_fail(r->err, SEQNET_ERR_MODEL, "%s: no label has the number %zu", r->path, i);
    return r->labels->count > 0 ? SEQNET_OK : unknown(r);
}

seqnet_status sn_label_names_parse(sn_label_names *labels, const void *bytes, size_t size,
                                   const char *path, seqnet_error *err)
{
    const char *data;
    char *made;
    size_t length;
    sn_tree tree = {.path = path, .err = err};
    reading r = {.labels = labels, .tree = &tree, .path = path, .err = err};
    *labels = (sn_label_names){0};
    SN_TRY(sn_unpack(bytes, size, path, &data, &length, &made, err));
    seqnet_status status = read_data(&r, data, length);
    if (status == SEQNET_OK)
        status = check_complete(&r);
    sn_tree_free(&tree);
    free(made);
    if (status != SEQNET_OK)
        sn_label_names_free(labels);
    return status;
}

seqnet_status sn_label_names_read(sn_label_names *labels, const char *path, seqnet_error *err)
{
    sn_bytes bytes;
    *labels = (sn_label_names){0};
    SN_TRY(sn_bytes_open(&bytes, path, SEQNET_ERR_MODEL, err));
    const seqnet_status status = sn_label_names_parse(labels, bytes.data, bytes.size, path, err);
    sn_bytes_close(&bytes);
    return status;
}

void sn_label_names_free(sn_label_names *labels)
{
    for (size_t i = 0; i < labels->count; i++)
        free(labels->names[i]);
    free(labels->names);
    *labels = (sn_label_names){0};
}
