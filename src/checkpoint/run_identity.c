#include "run_identity.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <seqnet/json.h>
#include <seqnet/number.h>

#include "hash.h"
#include "json.h"

#include "banned.h"

typedef enum field_type { CHOICE, FLAG, INTEGER, SEED, REAL, TEXT, LIST } field_type;

typedef struct field {
    /* As error sentences name it: ".batch_size". */
    const char *name;
    field_type type;
    size_t offset;
} field;

#define FIELD(NAME, TYPE, MEMBER)                                                                  \
    {                                                                                              \
        (NAME), (TYPE), offsetof(seqnet_train_options, MEMBER)                                     \
    }

/* All options on which a bit of the model depends. */
static const field FIELDS[] = {
    FIELD(".preset", CHOICE, preset),
    FIELD(".ngrams", CHOICE, ngrams),
    FIELD(".word_ngrams", INTEGER, word_ngrams),
    FIELD(".character_ngrams", INTEGER, character_ngrams),
    FIELD(".ngram_limit", INTEGER, ngram_limit),
    FIELD(".ngram_cost", REAL, ngram_cost),
    FIELD(".maxlen", INTEGER, maxlen),
    FIELD(".padding", CHOICE, padding),
    FIELD(".truncating", CHOICE, truncating),
    FIELD(".embedding_dim", INTEGER, embedding_dim),
    FIELD(".units", LIST, units),
    FIELD(".cell", CHOICE, cell),
    FIELD(".layers", INTEGER, layers),
    FIELD(".bidirectional", FLAG, bidirectional),
    FIELD(".activation", CHOICE, activation),
    FIELD(".recurrent_activation", CHOICE, recurrent_activation),
    FIELD(".reset_before", FLAG, reset_before),
    FIELD(".mask_zero", FLAG, mask_zero),
    FIELD(".recurrent_dropout", REAL, recurrent_dropout),
    FIELD(".filters", LIST, filters),
    FIELD(".kernel_size", LIST, kernel_size),
    FIELD(".pool_size", INTEGER, pool_size),
    FIELD(".dense", LIST, dense),
    FIELD(".dense_activation", CHOICE, dense_activation),
    FIELD(".spatial_dropout", REAL, spatial_dropout),
    FIELD(".layer_list", TEXT, layer_list),
    FIELD(".pooling", CHOICE, pooling),
    FIELD(".dropout", REAL, dropout),
    FIELD(".word_dropout", REAL, word_dropout),
    FIELD(".ema", REAL, ema),
    FIELD(".patience", INTEGER, patience),
    FIELD(".monitor", CHOICE, monitor),
    FIELD(".refit", FLAG, refit),
    FIELD(".ngram_refit", FLAG, ngram_refit),
    FIELD(".precision", REAL, precision),
    FIELD(".class_weight", TEXT, class_weight),
    FIELD(".vectors", TEXT, vectors),
    FIELD(".vectors_encoding", TEXT, vectors_encoding),
    FIELD(".optimizer", CHOICE, optimizer),
    FIELD(".learning_rate", REAL, learning_rate),
    FIELD(".weight_decay", REAL, weight_decay),
    FIELD(".momentum", REAL, momentum),
    FIELD(".nesterov", FLAG, nesterov),
    FIELD(".schedule", CHOICE, schedule),
    FIELD(".warmup", REAL, warmup),
    FIELD(".clip_norm", REAL, clip_norm),
    FIELD(".l2", REAL, l2),
    FIELD(".batch_size", INTEGER, batch_size),
    FIELD(".seed", SEED, seed),
    FIELD(".reproducible", FLAG, reproducible),
};

static const char EPOCHS[] = ".epochs", INITIAL[] = ".initial";
/* Present where steps depend on how many epochs there are. */
static const char FIXED_EPOCHS[] = "fixed epochs";

/* Room for a list of SEQNET_WIDTHS numbers. */
enum { VALUE = 24 * SEQNET_WIDTHS };

static void print_list(char text[VALUE], const int64_t *numbers)
{
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < SEQNET_WIDTHS && numbers[i]; i++)
        used += (size_t)snprintf(text + used, VALUE - used, "%s%" PRId64, i ? "," : "", numbers[i]);
}

/* The value of a field as text; `text` is room for those that need some. */
static const char *field_value(const field *f, const seqnet_train_options *options,
                               char text[VALUE])
{
    const void *const at = (const char *)options + f->offset;
    switch (f->type) {
    case CHOICE:
        (void)snprintf(text, VALUE, "%d", *(const int *)at);
        break;
    case FLAG:
        (void)snprintf(text, VALUE, "%s", *(const bool *)at ? "true" : "false");
        break;
    case INTEGER:
        (void)snprintf(text, VALUE, "%" PRId64, *(const int64_t *)at);
        break;
    case SEED:
        (void)snprintf(text, VALUE, "%" PRIu64, *(const uint64_t *)at);
        break;
    case REAL:
        (void)snprintf(text, VALUE, "%.17g", *(const double *)at);
        break;
    case LIST:
        print_list(text, at);
        break;
    case TEXT:
        return *(const char *const *)at ? *(const char *const *)at : "";
    }
    return text;
}

static bool has_fixed_epochs(const seqnet_train_options *o)
{
    return o->schedule != SEQNET_SCHEDULE_CONSTANT || (o->warmup > 0.0 && o->warmup < 1.0);
}

static void add_options(seqnet_json *json, const seqnet_train_options *options)
{
    char text[VALUE];
    for (size_t i = 0; i < sizeof FIELDS / sizeof *FIELDS; i++)
        seqnet_json_string(json, json->root, FIELDS[i].name,
                           field_value(&FIELDS[i], options, text));
    (void)snprintf(text, sizeof text, "%" PRId64, options->epochs);
    seqnet_json_string(json, json->root, EPOCHS, text);
    seqnet_json_string(json, json->root, INITIAL,
                       options->initial ? seqnet_model_fingerprint(options->initial) : "");
    if (has_fixed_epochs(options))
        seqnet_json_string(json, json->root, FIXED_EPOCHS, "true");
}

static void hash_strings(sn_hasher *hasher, const sn_string_set *strings)
{
    for (size_t i = 0; i < strings->count; i++) {
        size_t length;
        const char *const text = sn_string_set_get(strings, i, &length);
        sn_hasher_add_number(hasher, length);
        sn_hasher_add(hasher, text, length);
    }
}

static seqnet_status add_labels(seqnet_json *json, const seqnet_dataset *dataset, seqnet_error *err)
{
    char hash[SN_HASH_TEXT];
    sn_hasher hasher;
    SN_TRY(sn_hasher_begin(&hasher, err));
    hash_strings(&hasher, &dataset->labels);
    sn_hasher_add_number(&hasher, dataset->multi_label);
    sn_hasher_add(&hasher, dataset->label_separator, strlen(dataset->label_separator));
    sn_hasher_end(&hasher, hash);
    seqnet_json_string(json, json->root, "labels", hash);
    return SEQNET_OK;
}

/* The vocabulary, and how its words became ids. */
static seqnet_status add_words(seqnet_json *json, const seqnet_dataset *dataset, seqnet_error *err)
{
    char hash[SN_HASH_TEXT], rule[SN_TEXT_RULE_NAME];
    const sn_encoding *const e = &dataset->encoding;
    const int32_t numbers[] = {e->id_count, e->skip_top, e->start_char, e->oov_char, e->index_from};
    sn_hasher hasher;
    size_t size = 0;
    SN_TRY(sn_hasher_begin(&hasher, err));
    const char *const lines =
        dataset->vocabulary ? sn_vocabulary_lines(dataset->vocabulary, SIZE_MAX, &size) : NULL;
    sn_hasher_add_number(&hasher, size);
    sn_hasher_add(&hasher, lines, size);
    sn_hasher_add(&hasher, numbers, sizeof numbers);
    const char *const name = sn_text_rule_name(e->rule, rule);
    sn_hasher_add(&hasher, name, strlen(name));
    sn_hasher_end(&hasher, hash);
    seqnet_json_string(json, json->root, "words", hash);
    return SEQNET_OK;
}

static void hash_weights(sn_hasher *hasher, const sn_rows *rows)
{
    sn_hasher_add_number(hasher, rows->count);
    if (rows->weights)
        sn_hasher_add(hasher, rows->weights, rows->count * sizeof *rows->weights);
}

/* How the rows are divided, and their weights. */
static seqnet_status add_parts(seqnet_json *json, const seqnet_dataset *dataset, seqnet_error *err)
{
    char hash[SN_HASH_TEXT];
    sn_hasher hasher;
    SN_TRY(sn_hasher_begin(&hasher, err));
    hash_weights(&hasher, &dataset->parts[SEQNET_TRAIN]);
    hash_weights(&hasher, &dataset->parts[SEQNET_VALIDATION]);
    sn_hasher_end(&hasher, hash);
    seqnet_json_string(json, json->root, "parts", hash);
    return SEQNET_OK;
}

/* The texts' hash, too: n-grams are of texts, and two of these may have the same ids. */
static seqnet_status add_data(seqnet_json *json, const seqnet_dataset *dataset, seqnet_error *err)
{
    char hash[SEQNET_HASH_TEXT];
    seqnet_json_string(json, json->root, "texts", dataset->origin.hash);
    SN_TRY(add_labels(json, dataset, err));
    SN_TRY(add_words(json, dataset, err));
    SN_TRY(add_parts(json, dataset, err));
    SN_TRY(seqnet_dataset_hash(dataset, hash, err));
    seqnet_json_string(json, json->root, "rows", hash);
    return SEQNET_OK;
}

seqnet_status sn_run_describe(char **json, const seqnet_dataset *dataset,
                              const seqnet_train_options *options, seqnet_error *err)
{
    seqnet_json made = seqnet_json_begin_object();
    *json = NULL;
    add_options(&made, options);
    const seqnet_status status = add_data(&made, dataset, err);
    if (status != SEQNET_OK) {
        seqnet_json_drop(&made);
        return status;
    }
    return seqnet_json_end(&made, json, err);
}

/* What sentences call a part of the data; NULL for an option. */
static const char *data_words(const char *name)
{
    static const char *const words[][2] = {{"labels", "labels"},
                                           {"words", "words and their ids"},
                                           {"parts", "parts or weights of rows"},
                                           {"rows", "rows"},
                                           {"texts", "texts"}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i][0], name) == 0)
            return words[i][1];
    return NULL;
}

static bool is_shown(const char *name)
{
    for (size_t i = 0; i < sizeof FIELDS / sizeof *FIELDS; i++)
        if (strcmp(FIELDS[i].name, name) == 0)
            return FIELDS[i].type != CHOICE && FIELDS[i].type != TEXT;
    return false;
}

static seqnet_status refuse(const char *name, const char *stored, const char *own,
                            const char *place, seqnet_error *err)
{
    const char *const words = data_words(name);
    if (words)
        return sn_fail(err, SEQNET_ERR_USAGE,
                       "%s: is of a training on other %s; give the same data, read and divided "
                       "alike, or begin anew without .resume",
                       place, words);
    if (strcmp(name, EPOCHS) == 0)
        return sn_fail(err, SEQNET_ERR_USAGE,
                       "%s: is of a training with .epochs %.20s, over which its learning rate is "
                       "spread, and %.20s are asked for; leave them as they were",
                       place, stored, own);
    if (is_shown(name))
        return sn_fail(err, SEQNET_ERR_USAGE,
                       "%s: is of a training with %s %.40s, and %.40s is asked for; leave it as it "
                       "was, or begin anew without .resume",
                       place, name, *stored ? stored : "not set", *own ? own : "the default");
    return sn_fail(err, SEQNET_ERR_USAGE,
                   "%s: is of a training with another %s; leave it as it was, or begin anew "
                   "without .resume",
                   place, name);
}

static seqnet_status compare(const cJSON *stored, const cJSON *own, const char *place,
                             seqnet_error *err)
{
    const bool may_differ = !cJSON_HasObjectItem(own, FIXED_EPOCHS);
    const cJSON *item;
    cJSON_ArrayForEach(item, own)
    {
        const char *const value =
            cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(stored, item->string));
        const bool is_free = may_differ && strcmp(item->string, EPOCHS) == 0;
        if (!is_free && (!value || strcmp(value, item->valuestring) != 0))
            return refuse(item->string, value ? value : "", item->valuestring, place, err);
    }
    return SEQNET_OK;
}

static seqnet_status parse(cJSON **root, const char *text, seqnet_error *err)
{
    static const sn_json_limits limits = {.values = 256, .unique_keys = true};
    return sn_json_parse(root, text, strlen(text), &limits, NULL, err);
}

seqnet_status sn_run_compare(const char *stored, const char *own, const char *place,
                             seqnet_error *err)
{
    cJSON *theirs, *ours;
    if (parse(&theirs, stored, NULL) != SEQNET_OK)
        return sn_fail(err, SEQNET_ERR_MODEL,
                       "%s: is damaged: it does not say what it is of; begin anew without .resume",
                       place);
    seqnet_status status = parse(&ours, own, err);
    if (status == SEQNET_OK)
        status = compare(theirs, ours, place, err);
    cJSON_Delete(ours);
    cJSON_Delete(theirs);
    return status;
}

bool sn_run_has_epochs(const char *stored, int64_t epochs)
{
    cJSON *root;
    int64_t number = 0;
    if (parse(&root, stored, NULL) != SEQNET_OK)
        return false;
    const char *const text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(root, EPOCHS));
    const bool are_equal = text && seqnet_parse_int64(text, &number) && number == epochs;
    cJSON_Delete(root);
    return are_equal;
}
