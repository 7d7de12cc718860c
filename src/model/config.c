#include "config.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

#include <seqnet/json.h>

#include "json.h"
#include "maxima.h"

#include "banned.h"

/* JSON values of a configuration: more than SN_MAX_LAYERS layers can have. */
enum { MAX_VALUES = 2000 };

static const char *const SIDES[] = {[SEQNET_PRE] = "pre", [SEQNET_POST] = "post"};
static const char *const ROW_KINDS[] = {
    [SN_ROWS_RANKS] = "ranks", [SN_ROWS_IDS] = "ids", [SN_ROWS_TEXT] = "text"};

static void add_field(seqnet_json *json, struct cJSON *layer, const sn_layer_spec *spec,
                      const sn_spec_field *field)
{
    const char *const at = (const char *)spec + field->offset;
    switch (field->type) {
    case SN_FIELD_SIZE:
        seqnet_json_number(json, layer, field->key, (double)*(const size_t *)(const void *)at);
        break;
    case SN_FIELD_BOOL:
        if (!field->is_left_out || *(const bool *)at)
            seqnet_json_bool(json, layer, field->key, *(const bool *)at);
        break;
    case SN_FIELD_RATE:
        if (!field->is_left_out || *(const double *)(const void *)at > 0.0)
            seqnet_json_number(json, layer, field->key, *(const double *)(const void *)at);
        break;
    case SN_FIELD_POSITIVE:
        if (*(const double *)(const void *)at != field->usual)
            seqnet_json_number(json, layer, field->key, *(const double *)(const void *)at);
        break;
    case SN_FIELD_CHOICE:
        if (!field->is_left_out || *(const int *)(const void *)at != 0)
            seqnet_json_string(json, layer, field->key,
                               field->words[*(const int *)(const void *)at]);
        break;
    }
}

/* The numbers of the layers whose outputs layer number `index` takes, unless that is the one before
 * it. */
static void add_inputs(seqnet_json *json, struct cJSON *layer, const sn_layer_spec *spec,
                       size_t index)
{
    if (spec->input_count == 0 || (spec->input_count == 1 && spec->inputs[0] + 1 == index))
        return;
    struct cJSON *const inputs = seqnet_json_list(json, layer, "inputs");
    for (size_t i = 0; i < spec->input_count; i++)
        seqnet_json_number(json, inputs, NULL, (double)spec->inputs[i]);
}

static void add_layer(seqnet_json *json, struct cJSON *layers, const sn_layer_spec *spec,
                      size_t index)
{
    const sn_layer_ops *const ops = sn_layer_ops_of(spec->kind);
    struct cJSON *const layer = seqnet_json_object(json, layers, NULL);
    seqnet_json_string(json, layer, "type", ops->type);
    for (const sn_spec_field *field = ops->fields; field->key; field++)
        add_field(json, layer, spec, field);
    add_inputs(json, layer, spec, index);
}

static void add_encoding(seqnet_json *json, const sn_encoding *encoding)
{
    struct cJSON *const object = seqnet_json_object(json, json->root, "encoding");
    seqnet_json_number(json, object, "num_words", encoding->id_count);
    seqnet_json_number(json, object, "skip_top", encoding->skip_top);
    seqnet_json_number(json, object, "start_char", encoding->start_char);
    seqnet_json_number(json, object, "oov_char", encoding->oov_char);
    seqnet_json_number(json, object, "index_from", encoding->index_from);
}

static void add_multi_label(seqnet_json *json, const sn_model_config *config)
{
    struct cJSON *const object = seqnet_json_object(json, json->root, "multi_label");
    seqnet_json_number(json, object, "threshold", config->threshold);
    if (*config->label_separator)
        seqnet_json_string(json, object, "separator", config->label_separator);
}

static void add_ngrams(seqnet_json *json, const sn_ngram_config *ngrams)
{
    struct cJSON *const object = seqnet_json_object(json, json->root, "ngrams");
    seqnet_json_number(json, object, "words", (double)ngrams->words);
    seqnet_json_number(json, object, "characters", (double)ngrams->characters);
    seqnet_json_number(json, object, "outputs", (double)ngrams->outputs);
    seqnet_json_bool(json, object, "nb", ngrams->has_nb);
    seqnet_json_number(json, object, "svm_share", ngrams->svm_share);
    seqnet_json_number(json, object, "nb_share", ngrams->nb_share);
    seqnet_json_number(json, object, "network_share", ngrams->network_share);
}

seqnet_status sn_config_to_json(const sn_model_config *config, char **json, seqnet_error *err)
{
    seqnet_json made = seqnet_json_begin_object();
    struct cJSON *const layers = seqnet_json_list(&made, made.root, "layers");
    for (size_t i = 0; i < config->layer_count; i++)
        add_layer(&made, layers, &config->layers[i], i);
    seqnet_json_number(&made, made.root, "maxlen", (double)config->maxlen);
    seqnet_json_string(&made, made.root, "padding", SIDES[config->padding.padding]);
    seqnet_json_string(&made, made.root, "truncating", SIDES[config->padding.truncating]);
    seqnet_json_string(&made, made.root, "source", ROW_KINDS[config->row_kind]);
    add_encoding(&made, &config->encoding);
    if (config->temperature > 0.0)
        seqnet_json_number(&made, made.root, "temperature", config->temperature);
    if (config->abstain_below > 0.0)
        seqnet_json_number(&made, made.root, "abstain_below", config->abstain_below);
    if (config->multi_label)
        add_multi_label(&made, config);
    if (config->reproducible)
        seqnet_json_bool(&made, made.root, "reproducible", true);
    if (config->ngrams.words)
        add_ngrams(&made, &config->ngrams);
    return seqnet_json_end(&made, json, err);
}

/* A configuration that is being read. Only the first error is reported; the functions below go on
 * after it with a value in range, so that none of them returns a status. */
typedef struct reader {
    const char *place;
    seqnet_error *err;
    seqnet_status status;
} reader;

static void complain(reader *r, const char *key, const char *expected)
{
    if (r->status == SEQNET_OK)
        r->status =
            sn_fail(r->err, SEQNET_ERR_MODEL, "%s: its configuration is damaged: '%s' is not %s",
                    r->place, key, expected);
}

static bool is_whole(const cJSON *item, int64_t low, int64_t high)
{
    return cJSON_IsNumber(item) && item->valuedouble >= (double)low &&
           item->valuedouble <= (double)high &&
           item->valuedouble == (double)(int64_t)item->valuedouble;
}

static int64_t read_integer(reader *r, const cJSON *object, const char *key, int64_t low,
                            int64_t high)
{
    const cJSON *const item = cJSON_GetObjectItemCaseSensitive(object, key);
    if (!is_whole(item, low, high)) {
        complain(r, key, "a whole number in range");
        return low;
    }
    return (int64_t)item->valuedouble;
}

static bool read_bool(reader *r, const cJSON *object, const char *key, bool may_be_absent)
{
    const cJSON *const item = cJSON_GetObjectItemCaseSensitive(object, key);
    if (!item && may_be_absent)
        return false;
    if (!cJSON_IsBool(item))
        complain(r, key, "true or false");
    return cJSON_IsTrue(item);
}

static size_t read_choice(reader *r, const cJSON *object, const char *key,
                          const char *const *choices, size_t count)
{
    const cJSON *const item = cJSON_GetObjectItemCaseSensitive(object, key);
    for (size_t i = 0; cJSON_IsString(item) && i < count; i++)
        if (choices[i] && strcmp(item->valuestring, choices[i]) == 0)
            return i;
    complain(r, key, "a known word");
    return 0;
}

/* A share. */
static double read_rate(reader *r, const cJSON *object, const char *key)
{
    const cJSON *const item = cJSON_GetObjectItemCaseSensitive(object, key);
    if (!cJSON_IsNumber(item) || !(item->valuedouble >= 0.0 && item->valuedouble < 1.0)) {
        complain(r, key, "a number from 0 to below 1");
        return 0.0;
    }
    return item->valuedouble;
}

/* A number above 0 up to 1. */
static double read_positive(reader *r, const cJSON *object, const char *key, double usual)
{
    const cJSON *const item = cJSON_GetObjectItemCaseSensitive(object, key);
    if (!item)
        return usual;
    if (!cJSON_IsNumber(item) || !(item->valuedouble > 0.0 && item->valuedouble <= 1.0)) {
        complain(r, key, "a number above 0 up to 1");
        return usual;
    }
    return item->valuedouble;
}

/* The first choice where the field may be absent and is. */
static int read_chosen(reader *r, const cJSON *object, const sn_spec_field *field)
{
    if (field->is_left_out && !cJSON_GetObjectItemCaseSensitive(object, field->key))
        return 0;
    return (int)read_choice(r, object, field->key, field->words, field->word_count);
}

static void read_field(reader *r, const cJSON *json, sn_layer_spec *spec,
                       const sn_spec_field *field)
{
    char *const at = (char *)spec + field->offset;
    if (field->is_left_out && !cJSON_HasObjectItem(json, field->key))
        return; /* the specification is 0 before */
    switch (field->type) {
    case SN_FIELD_SIZE:
        *(size_t *)(void *)at = (size_t)read_integer(r, json, field->key, 1, (int64_t)field->most);
        break;
    case SN_FIELD_BOOL:
        *(bool *)at = read_bool(r, json, field->key, field->is_left_out);
        break;
    case SN_FIELD_RATE:
        *(double *)(void *)at = read_rate(r, json, field->key);
        break;
    case SN_FIELD_POSITIVE:
        *(double *)(void *)at = read_positive(r, json, field->key, field->usual);
        break;
    case SN_FIELD_CHOICE:
        *(int *)(void *)at = read_chosen(r, json, field);
        break;
    }
}

/* Which layers these may be is sn_network_init's to say. */
static void read_inputs(reader *r, const cJSON *json, sn_layer_spec *spec)
{
    const cJSON *const inputs = cJSON_GetObjectItemCaseSensitive(json, "inputs");
    const int count = cJSON_IsArray(inputs) ? cJSON_GetArraySize(inputs) : 0;
    if (!inputs)
        return;
    if (count < 1 || count > SN_LAYER_INPUTS) {
        complain(r, "inputs", "a list of the numbers of layers");
        return;
    }
    const cJSON *input;
    cJSON_ArrayForEach(input, inputs)
    {
        if (!is_whole(input, 0, SN_MAX_LAYERS - 1)) {
            complain(r, "inputs", "a list of the numbers of layers");
            return;
        }
        spec->inputs[spec->input_count++] = (size_t)input->valuedouble;
    }
}

static sn_layer_spec read_layer(reader *r, const cJSON *json)
{
    sn_layer_spec spec = {0};
    const cJSON *const type = cJSON_GetObjectItemCaseSensitive(json, "type");
    if (!cJSON_IsString(type) || !sn_layer_kind_of(type->valuestring, &spec.kind)) {
        complain(r, "type", "a layer this version knows");
        return spec;
    }
    for (const sn_spec_field *field = sn_layer_ops_of(spec.kind)->fields; field->key; field++)
        read_field(r, json, &spec, field);
    read_inputs(r, json, &spec);
    return spec;
}

static double read_share(reader *r, const cJSON *object, const char *key)
{
    const cJSON *const item = cJSON_GetObjectItemCaseSensitive(object, key);
    if (cJSON_IsNumber(item) && item->valuedouble >= 0.0 && item->valuedouble <= 1e6)
        return item->valuedouble;
    complain(r, key, "a number from 0 to 1000000");
    return 0.0;
}

static void read_ngrams(reader *r, sn_ngram_config *ngrams, const cJSON *root)
{
    const cJSON *const object = cJSON_GetObjectItemCaseSensitive(root, "ngrams");
    if (!object)
        return;
    ngrams->words = (size_t)read_integer(r, object, "words", 1, SN_NGRAM_LONGEST);
    ngrams->characters = (size_t)read_integer(r, object, "characters", 0, SN_NGRAM_LONGEST);
    ngrams->outputs = (size_t)read_integer(r, object, "outputs", 1, SN_MAX_LABELS);
    ngrams->has_nb = read_bool(r, object, "nb", false);
    ngrams->svm_share = read_share(r, object, "svm_share");
    ngrams->nb_share = read_share(r, object, "nb_share");
    ngrams->network_share = read_share(r, object, "network_share");
}

static void read_layers(reader *r, sn_model_config *config, const cJSON *root)
{
    const cJSON *const layers = cJSON_GetObjectItemCaseSensitive(root, "layers");
    const int count = cJSON_IsArray(layers) ? cJSON_GetArraySize(layers) : 0;
    if (count < (config->ngrams.words ? 0 : 1) || count > SN_MAX_LAYERS || !cJSON_IsArray(layers)) {
        complain(r, "layers", "a list of layers");
        return;
    }
    const cJSON *layer;
    cJSON_ArrayForEach(layer, layers)
    {
        config->layers[config->layer_count++] = read_layer(r, layer);
    }
}

static void read_encoding(reader *r, sn_encoding *encoding, const cJSON *root)
{
    const cJSON *const json = cJSON_GetObjectItemCaseSensitive(root, "encoding");
    encoding->id_count = (int32_t)read_integer(r, json, "num_words", 1, INT32_MAX);
    const int32_t highest = encoding->id_count - 1;
    encoding->skip_top = (int32_t)read_integer(r, json, "skip_top", 0, INT32_MAX);
    encoding->start_char = (int32_t)read_integer(r, json, "start_char", SEQNET_ID_NONE, highest);
    encoding->oov_char = (int32_t)read_integer(r, json, "oov_char", SEQNET_ID_NONE, highest);
    encoding->index_from = (int32_t)read_integer(r, json, "index_from", -1, INT32_MAX);
}

/* Reads a number from `low` to `high`, or leaves *number when it is absent. */
static void read_number(reader *r, const cJSON *root, const char *key, double low, double high,
                        double *number)
{
    char expected[48];
    const cJSON *const item = cJSON_GetObjectItemCaseSensitive(root, key);
    (void)snprintf(expected, sizeof expected, "a number from %g to %g", low, high);
    if (cJSON_IsNumber(item) && item->valuedouble >= low && item->valuedouble <= high)
        *number = item->valuedouble;
    else if (item)
        complain(r, key, expected);
}

static void read_multi_label(reader *r, sn_model_config *config, const cJSON *root)
{
    const cJSON *const object = cJSON_GetObjectItemCaseSensitive(root, "multi_label");
    const cJSON *const threshold = cJSON_GetObjectItemCaseSensitive(object, "threshold");
    const cJSON *const separator = cJSON_GetObjectItemCaseSensitive(object, "separator");
    config->multi_label = object != NULL;
    if (!object)
        return;
    if (!cJSON_IsNumber(threshold) ||
        !(threshold->valuedouble >= 0.0 && threshold->valuedouble <= 1.0))
        complain(r, "threshold", "a number from 0 to 1");
    else
        config->threshold = threshold->valuedouble;
    if (!separator)
        return;
    if (!cJSON_IsString(separator) || !*separator->valuestring ||
        strlen(separator->valuestring) >= SN_SEPARATOR)
        complain(r, "separator", "a text of 1 to 15 bytes");
    else
        (void)snprintf(config->label_separator, SN_SEPARATOR, "%s", separator->valuestring);
}

seqnet_status sn_config_parse(cJSON **root, const char *json, size_t values, const char *what,
                              const char *place, seqnet_error *err)
{
    const sn_json_limits limits = {.values = values, .unique_keys = true};
    seqnet_error inner = {0};
    const seqnet_status status = sn_json_parse(root, json, strlen(json), &limits, NULL, &inner);
    if (status == SEQNET_ERR_MEMORY)
        return sn_fail(err, status, "%s", inner.message);
    if (status != SEQNET_OK)
        return sn_fail(err, SEQNET_ERR_MODEL, "%s: its %s is damaged: %s", place, what,
                       inner.message);
    return SEQNET_OK;
}

seqnet_status sn_config_from_json(sn_model_config *config, const char *json, const char *place,
                                  seqnet_error *err)
{
    *config = (sn_model_config){0};
    reader r = {.place = place, .err = err, .status = SEQNET_OK};
    cJSON *root;
    SN_TRY(sn_config_parse(&root, json, MAX_VALUES, "configuration", place, err));
    read_ngrams(&r, &config->ngrams, root);
    read_layers(&r, config, root);
    read_encoding(&r, &config->encoding, root);
    read_number(&r, root, "temperature", SN_LEAST_TEMPERATURE, SN_MOST_TEMPERATURE,
                &config->temperature);
    read_number(&r, root, "abstain_below", 0.0, 1.0, &config->abstain_below);
    read_multi_label(&r, config, root);
    if (config->multi_label && config->abstain_below > 0.0)
        complain(&r, "abstain_below", "for rows of several labels");
    config->reproducible = read_bool(&r, root, "reproducible", true);
    config->maxlen = (size_t)read_integer(&r, root, "maxlen", 1, SN_MAX_FILE_TIME);
    config->padding.padding = (seqnet_side)read_choice(&r, root, "padding", SIDES, 2);
    config->padding.truncating = (seqnet_side)read_choice(&r, root, "truncating", SIDES, 2);
    config->row_kind = (sn_row_kind)read_choice(&r, root, "source", ROW_KINDS, 3);
    if (config->ngrams.words && config->row_kind != SN_ROWS_TEXT)
        complain(&r, "source", "text, which n-grams are of");
    if (config->layer_count &&
        (config->layers[0].kind != SN_EMBEDDING ||
         config->layers[0].embedding.id_count != (size_t)config->encoding.id_count))
        complain(&r, "num_words", "the embedding's id_count");
    cJSON_Delete(root);
    return r.status;
}
