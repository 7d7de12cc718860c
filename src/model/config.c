#include "config.h"

#include <cjson/cJSON.h>
#include <string.h>

#include <seqnet/json.h>

#include "json.h"
#include "maxima.h"

#include "banned.h"

enum { MAX_VALUES = 1000 };

static const char *const SIDES[] = {[SEQNET_PRE] = "pre", [SEQNET_POST] = "post"};
static const char *const SOURCES[] = {
    [SN_SOURCE_RANKS] = "ranks", [SN_SOURCE_IDS] = "ids", [SN_SOURCE_TEXT] = "text"};

static const char *const POOLINGS[] = {
    [SN_POOL_MAX] = "max", [SN_POOL_MEAN] = "mean", [SN_POOL_MAX_MEAN] = "max_mean"};

static bool has_units(sn_layer_kind kind)
{
    return kind != SN_POOLING && kind != SN_DROPOUT;
}

static void add_layer(seqnet_json *json, struct cJSON *layers, const sn_layer_spec *spec)
{
    struct cJSON *const layer = seqnet_json_object(json, layers, NULL);
    seqnet_json_string(json, layer, "type", sn_layer_ops_of(spec->kind)->type);
    if (spec->kind == SN_EMBEDDING)
        seqnet_json_number(json, layer, "id_count", (double)spec->id_count);
    if (has_units(spec->kind))
        seqnet_json_number(json, layer, "units", (double)spec->units);
    if (spec->kind == SN_EMBEDDING)
        seqnet_json_bool(json, layer, "mask_zero", spec->mask_zero);
    if (spec->kind == SN_LSTM)
        seqnet_json_bool(json, layer, "return_sequences", spec->return_sequences);
    if (spec->recurrent_dropout > 0.0)
        seqnet_json_number(json, layer, "recurrent_dropout", spec->recurrent_dropout);
    if (spec->kind == SN_POOLING)
        seqnet_json_string(json, layer, "mode", POOLINGS[spec->pooling]);
    if (spec->kind == SN_DROPOUT)
        seqnet_json_number(json, layer, "rate", spec->dropout);
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

seqnet_status sn_config_to_json(const sn_model_config *config, char **json, seqnet_error *err)
{
    seqnet_json made = seqnet_json_begin_object();
    struct cJSON *const layers = seqnet_json_list(&made, made.root, "layers");
    for (size_t i = 0; i < config->layer_count; i++)
        add_layer(&made, layers, &config->layers[i]);
    seqnet_json_number(&made, made.root, "maxlen", (double)config->maxlen);
    seqnet_json_string(&made, made.root, "padding", SIDES[config->padding.padding]);
    seqnet_json_string(&made, made.root, "truncating", SIDES[config->padding.truncating]);
    seqnet_json_string(&made, made.root, "source", SOURCES[config->source]);
    add_encoding(&made, &config->encoding);
    return seqnet_json_end(&made, json, err);
}

/* Reading: the first thing that does not fit is noted in `problem` and wins. */
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

static int64_t read_integer(reader *r, const cJSON *object, const char *key, int64_t low,
                            int64_t high)
{
    const cJSON *const item = cJSON_GetObjectItemCaseSensitive(object, key);
    const double value = cJSON_IsNumber(item) ? item->valuedouble : -2.0;
    if (!(value >= (double)low && value <= (double)high) || value != (double)(int64_t)value) {
        complain(r, key, "a whole number in range");
        return low;
    }
    return (int64_t)value;
}

static bool read_bool(reader *r, const cJSON *object, const char *key)
{
    const cJSON *const item = cJSON_GetObjectItemCaseSensitive(object, key);
    if (!cJSON_IsBool(item))
        complain(r, key, "true or false");
    return cJSON_IsTrue(item);
}

static size_t read_choice(reader *r, const cJSON *object, const char *key,
                          const char *const *choices, size_t count)
{
    const cJSON *const item = cJSON_GetObjectItemCaseSensitive(object, key);
    for (size_t i = 0; cJSON_IsString(item) && i < count; i++)
        if (strcmp(item->valuestring, choices[i]) == 0)
            return i;
    complain(r, key, "a known word");
    return 0;
}

/* A share; 0 where it is not mentioned. */
static double read_rate(reader *r, const cJSON *object, const char *key)
{
    const cJSON *const item = cJSON_GetObjectItemCaseSensitive(object, key);
    if (!item)
        return 0.0;
    if (!cJSON_IsNumber(item) || !(item->valuedouble >= 0.0 && item->valuedouble < 1.0)) {
        complain(r, key, "a number from 0 to below 1");
        return 0.0;
    }
    return item->valuedouble;
}

static sn_layer_spec read_layer(reader *r, const cJSON *json)
{
    sn_layer_spec spec = {0};
    const cJSON *const type = cJSON_GetObjectItemCaseSensitive(json, "type");
    if (!cJSON_IsString(type) || !sn_layer_kind_of(type->valuestring, &spec.kind)) {
        complain(r, "type", "a layer this version knows");
        return spec;
    }
    if (has_units(spec.kind))
        spec.units = (size_t)read_integer(r, json, "units", 1, SN_MAX_FILE_UNITS);
    if (spec.kind == SN_EMBEDDING) {
        spec.id_count = (size_t)read_integer(r, json, "id_count", 1, INT32_MAX);
        spec.mask_zero = read_bool(r, json, "mask_zero");
    }
    if (spec.kind == SN_LSTM) {
        spec.return_sequences = read_bool(r, json, "return_sequences");
        spec.recurrent_dropout = read_rate(r, json, "recurrent_dropout");
    }
    if (spec.kind == SN_POOLING)
        spec.pooling = (sn_pooling)read_choice(r, json, "mode", POOLINGS, SN_POOLINGS);
    if (spec.kind == SN_DROPOUT)
        spec.dropout = read_rate(r, json, "rate");
    return spec;
}

static void read_layers(reader *r, sn_model_config *config, const cJSON *root)
{
    const cJSON *const layers = cJSON_GetObjectItemCaseSensitive(root, "layers");
    const int count = cJSON_IsArray(layers) ? cJSON_GetArraySize(layers) : 0;
    if (count < 1 || count > SN_MAX_LAYERS) {
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
    encoding->index_from = (int32_t)read_integer(r, json, "index_from", 0, INT32_MAX);
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
    read_layers(&r, config, root);
    read_encoding(&r, &config->encoding, root);
    config->maxlen = (size_t)read_integer(&r, root, "maxlen", 1, SN_MAX_FILE_TIME);
    config->padding.padding = (seqnet_side)read_choice(&r, root, "padding", SIDES, 2);
    config->padding.truncating = (seqnet_side)read_choice(&r, root, "truncating", SIDES, 2);
    config->source = (sn_source)read_choice(&r, root, "source", SOURCES, 3);
    if (config->layers[0].id_count != (size_t)config->encoding.id_count)
        complain(&r, "num_words", "the embedding's id_count");
    cJSON_Delete(root);
    return r.status;
}
