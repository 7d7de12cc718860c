#include "tree.h"

#include <stdlib.h>
#include <string.h>

#include <seqnet/number.h>

#include "json.h"
#include "memory.h"

#include "banned.h"

enum {
    MAX_VALUES = 1 << 23,
    /* Bytes of a number as text, with its NUL. */
    NUMBER = 24,
    /* The most bytes of a pickle's objects: of two million words. */
    MAX_OBJECTS = 400 << 20
};

/* The largest whole number up to which a double has all of them. */
static const double WHOLE = 9007199254740992.0;

static sn_tree_value number_value(double number)
{
    const bool is_whole = number >= -WHOLE && number <= WHOLE && number == (double)(int64_t)number;
    return (sn_tree_value){.kind = is_whole ? SN_TREE_INTEGER : SN_TREE_REAL,
                           .integer = is_whole ? (int64_t)number : 0,
                           .real = number};
}

static sn_tree_value json_value(const cJSON *json)
{
    sn_tree_value v = {.kind = SN_TREE_OTHER};
    if (cJSON_IsNull(json)) {
        v.kind = SN_TREE_NONE;
    } else if (cJSON_IsBool(json)) {
        v = (sn_tree_value){.kind = SN_TREE_INTEGER, .integer = cJSON_IsTrue(json)};
    } else if (cJSON_IsNumber(json)) {
        v = number_value(json->valuedouble);
    } else if (cJSON_IsString(json)) {
        v = (sn_tree_value){
            .kind = SN_TREE_TEXT, .text = json->valuestring, .length = strlen(json->valuestring)};
    } else if (cJSON_IsArray(json) || cJSON_IsObject(json)) {
        v = (sn_tree_value){.kind = cJSON_IsArray(json) ? SN_TREE_LIST : SN_TREE_DICT,
                            .json = json};
    }
    return v;
}

static sn_tree_value pickle_value(const sn_pickle_value *value)
{
    sn_tree_value v = {.kind = SN_TREE_OTHER};
    switch (value->kind) {
    case SN_PICKLE_NONE:
        v.kind = SN_TREE_NONE;
        break;
    case SN_PICKLE_INTEGER:
        v = (sn_tree_value){.kind = SN_TREE_INTEGER, .integer = value->integer};
        break;
    case SN_PICKLE_FLOAT:
        v = number_value(value->real);
        break;
    case SN_PICKLE_STRING:
        v = (sn_tree_value){
            .kind = SN_TREE_TEXT, .text = (const char *)value->text, .length = value->length};
        break;
    case SN_PICKLE_TUPLE:
    case SN_PICKLE_LIST:
        v = (sn_tree_value){.kind = SN_TREE_LIST, .node = value->node};
        break;
    case SN_PICKLE_DICT:
        v = (sn_tree_value){.kind = SN_TREE_DICT, .node = value->node};
        break;
    case SN_PICKLE_ARRAY:
        if (value->node->rows || value->node->data || value->node->length == 0)
            v = (sn_tree_value){.kind = SN_TREE_LIST, .node = value->node, .is_array = true};
        break;
    case SN_PICKLE_OBJECT:
        v.kind = value->node->class == SN_GLOBAL_TOKENIZER ? SN_TREE_TOKENIZER
                 : value->node->class == SN_GLOBAL_LABELS  ? SN_TREE_LABELS
                                                           : SN_TREE_OTHER;
        v.node = value->node->rows;
        break;
    case SN_PICKLE_MARK:
    case SN_PICKLE_GLOBAL:
    case SN_PICKLE_DTYPE:
    case SN_PICKLE_ABSENT:
        break;
    }
    return v;
}

/* Whether bytes are the name of a Python module and, on the next line, of something in it, as the
 * opcode GLOBAL has them. */
static bool begins_with_global(const char *text, size_t size)
{
    size_t lines = 0, length = 0;
    for (size_t i = 0; i < size && lines < 2; i++) {
        const char c = text[i];
        const bool is_name = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
                             c == '.' || (c >= '0' && c <= '9');
        if (c == '\n' && length > 0) {
            lines++;
            length = 0;
        } else if (is_name) {
            length++;
        } else {
            return false;
        }
    }
    return lines == 2;
}

bool sn_tree_is_pickle(const void *bytes, size_t size)
{
    static const char *const begins[] = {"(dp", "(lp", "}q", "]q"};
    const char *const text = bytes;
    if (size < 2 || (text[0] == '\x80' && text[1] >= 2 && text[1] <= 5))
        return size >= 2;
    for (size_t i = 0; i < sizeof begins / sizeof *begins; i++)
        if (size > strlen(begins[i]) && memcmp(text, begins[i], strlen(begins[i])) == 0)
            return true;
    if (text[0] == 'c' || (text[0] == '(' && (text[1] == 'c' || text[1] == 'i')))
        return begins_with_global(text + 1 + (text[0] == '('), size - 1 - (text[0] == '('));
    /* A tuple of texts or numbers: of protocol 0, whose last line is the STOP, or of protocol 1,
     * in which the first length has a zero. */
    const bool is_tuple = text[0] == '(' && strchr("VSIXUKJ", text[1]) != NULL;
    const bool has_zero = size > 6 && memchr(text, '\0', 6) != NULL;
    return is_tuple && (has_zero || memcmp(text + size - 2, "\n.", 2) == 0);
}

/* Faults of the library's parsers are faults of data; those of a tokenizer are of the model. */
static seqnet_status as_model(const sn_tree *tree, seqnet_status status)
{
    if (status != SEQNET_ERR_DATA)
        return status;
    if (tree->err)
        tree->err->status = SEQNET_ERR_MODEL;
    return SEQNET_ERR_MODEL;
}

seqnet_status sn_tree_unpickle(sn_tree *tree, const void *bytes, size_t size, unsigned allowed,
                               const char *expected, sn_tree_value *root)
{
    sn_pickle_value result;
    tree->cursor = sn_cursor_over(bytes, size);
    tree->purpose = (sn_pickle_purpose){.allowed = allowed,
                                        .expected = expected,
                                        .remedy = "name a smaller file",
                                        .most = MAX_OBJECTS};
    tree->pickle = (sn_pickle){
        .cursor = &tree->cursor, .place = tree->path, .err = tree->err, .purpose = &tree->purpose};
    const seqnet_status status = sn_pickle_load(&tree->pickle, &result);
    if (status != SEQNET_OK)
        return as_model(tree, status);
    *root = pickle_value(&result);
    return SEQNET_OK;
}

seqnet_status sn_tree_parse(sn_tree *tree, const char *json, size_t length, sn_tree_value *root)
{
    const sn_json_limits limits = {.values = MAX_VALUES, .repairs = true};
    seqnet_error why = {0};
    size_t repaired;
    cJSON *parsed;
    SN_TRY(sn_grow(&tree->parsed, &tree->parsed_capacity, tree->parsed_count + 1,
                   sizeof *tree->parsed, tree->err));
    const seqnet_status status = sn_json_parse(&parsed, json, length, &limits, &repaired, &why);
    if (status != SEQNET_OK)
        return sn_fail(tree->err, status == SEQNET_ERR_DATA ? SEQNET_ERR_MODEL : status,
                       "%s: its JSON cannot be read: %s", tree->path, why.message);
    tree->parsed[tree->parsed_count++] = parsed;
    *root = json_value(parsed);
    return SEQNET_OK;
}

sn_tree_walk sn_tree_begin(const sn_tree_value *of)
{
    return (sn_tree_walk){.of = *of, .next = of->json ? of->json->child : NULL};
}

/* The next element of an array of a pickle. */
static bool next_element(sn_tree *tree, sn_tree_walk *walk, sn_tree_value *value,
                         seqnet_status *status)
{
    sn_pickle_value made;
    *status =
        as_model(tree, sn_pickle_array_item(&tree->pickle, walk->of.node, walk->index, &made));
    if (*status != SEQNET_OK)
        return false;
    *value = pickle_value(&made);
    return true;
}

bool sn_tree_next(sn_tree *tree, sn_tree_walk *walk, sn_tree_value *key, sn_tree_value *value,
                  seqnet_status *status)
{
    if (walk->of.json ? !walk->next : walk->index == sn_tree_count(&walk->of))
        return false;
    *key = (sn_tree_value){.kind = SN_TREE_INTEGER, .integer = (int64_t)walk->index};
    if (walk->of.json) {
        if (walk->of.kind == SN_TREE_DICT)
            *key = (sn_tree_value){.kind = SN_TREE_TEXT,
                                   .text = walk->next->string,
                                   .length = strlen(walk->next->string)};
        *value = json_value(walk->next);
        walk->next = walk->next->next;
    } else if (walk->of.is_array) {
        if (!next_element(tree, walk, value, status))
            return false;
    } else if (walk->of.kind == SN_TREE_LIST) {
        const sn_pickle_value item = sn_pickle_item(walk->of.node, walk->index);
        *value = pickle_value(&item);
    } else {
        *key = pickle_value(&walk->of.node->items[2 * walk->index]);
        *value = pickle_value(&walk->of.node->items[2 * walk->index + 1]);
    }
    walk->index++;
    return true;
}

size_t sn_tree_count(const sn_tree_value *of)
{
    if (of->json)
        return (size_t)cJSON_GetArraySize(of->json);
    if (!of->node)
        return 0;
    if (of->is_array)
        return of->node->length;
    return of->kind == SN_TREE_LIST ? of->node->count : of->node->count / 2;
}

bool sn_tree_is(const sn_tree_value *v, const char *text)
{
    const size_t length = strlen(text);
    return v->kind == SN_TREE_TEXT && v->length == length && memcmp(v->text, text, length) == 0;
}

bool sn_tree_find(const sn_tree_value *of, const char *key, sn_tree_value *value)
{
    bool is_found = false;
    if (of->kind == SN_TREE_LIST)
        return false;
    for (const cJSON *child = of->json ? of->json->child : NULL; child; child = child->next)
        if (strcmp(child->string, key) == 0) {
            *value = json_value(child);
            is_found = true;
        }
    const sn_pickle_value *const found = of->node ? sn_pickle_dict_find(of->node, key) : NULL;
    if (found)
        *value = pickle_value(found);
    return found || is_found;
}

bool sn_tree_whole(const sn_tree_value *v, int64_t *number)
{
    char text[NUMBER];
    *number = v->integer;
    if (v->kind == SN_TREE_INTEGER)
        return true;
    if (v->kind != SN_TREE_TEXT || v->length == 0 || v->length >= NUMBER)
        return false;
    memcpy(text, v->text, v->length);
    text[v->length] = '\0';
    return seqnet_parse_int64(text, number);
}

void sn_tree_free(sn_tree *tree)
{
    for (size_t i = 0; i < tree->parsed_count; i++)
        cJSON_Delete(tree->parsed[i]);
    free(tree->parsed);
    sn_pickle_free(&tree->pickle);
    *tree = (sn_tree){0};
}
