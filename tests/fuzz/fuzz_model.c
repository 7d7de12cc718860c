/*
 * Fuzz target: what stands in a model file behind the container. The input is a configuration, a
 * list of labels, a training record, a text rule, a vocabulary and a profile of held-out rows, with
 * a byte 0x1e between them. A file with weights that fit is made of them, read, and used, so that
 * nothing is turned away by its fingerprint.
 */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <seqnet/seqnet.h>

#include "config.h"
#include "model.h"
#include "network.h"

enum { PARTS = 6, SEPARATOR = 0x1e, MOST_FLOATS = 1 << 16, MOST_TIME = 64 };
enum { CONFIG, LABELS, TRAINING, RULE, VOCABULARY, HELD_OUT };

typedef struct input {
    char *parts[PARTS]; /* NUL-terminated */
    size_t vocabulary_size;
} input;

static input split(const uint8_t *data, size_t size)
{
    input in = {0};
    for (size_t i = 0; i < PARTS; i++) {
        const uint8_t *const stop = size ? memchr(data, SEPARATOR, size) : NULL;
        const size_t length = stop && i + 1 < PARTS ? (size_t)(stop - data) : size;
        const size_t taken = length + (length < size);
        in.parts[i] = calloc(length + 1, 1);
        if (!in.parts[i])
            abort();
        if (length)
            memcpy(in.parts[i], data, length);
        if (i == VOCABULARY)
            in.vocabulary_size = length;
        data += taken;
        size -= taken;
    }
    return in;
}

static void free_input(input *in)
{
    for (size_t i = 0; i < PARTS; i++)
        free(in->parts[i]);
}

/* The entry of one tensor in the header. */
static void add_tensor(seqnet_json *json, const char *name, const char *dtype, const size_t *shape,
                       size_t rank, size_t offset, size_t size)
{
    struct cJSON *const entry = seqnet_json_object(json, json->root, name);
    struct cJSON *const list = seqnet_json_list(json, entry, "shape");
    struct cJSON *const offsets = seqnet_json_list(json, entry, "data_offsets");
    seqnet_json_string(json, entry, "dtype", dtype);
    for (size_t i = 0; i < rank; i++)
        seqnet_json_number(json, list, NULL, (double)shape[i]);
    seqnet_json_number(json, offsets, NULL, (double)offset);
    seqnet_json_number(json, offsets, NULL, (double)(offset + size));
}

static void add_metadata(seqnet_json *json, const input *in)
{
    struct cJSON *const metadata = seqnet_json_object(json, json->root, "__metadata__");
    seqnet_json_string(json, metadata, "format", "seqnet");
    seqnet_json_string(json, metadata, "format_version", "1");
    seqnet_json_string(json, metadata, "config", in->parts[CONFIG]);
    seqnet_json_string(json, metadata, "labels", in->parts[LABELS]);
    seqnet_json_string(json, metadata, "training", in->parts[TRAINING]);
    seqnet_json_string(json, metadata, "text_rule", in->parts[RULE]);
    seqnet_json_string(json, metadata, "fingerprint", "");
    if (*in->parts[HELD_OUT])
        seqnet_json_string(json, metadata, "held_out", in->parts[HELD_OUT]);
}

static char *print_header(const input *in, const sn_tensor_table *table)
{
    char *text;
    seqnet_json json = seqnet_json_begin_object();
    add_metadata(&json, in);
    for (size_t i = 0; i < table->count; i++) {
        const sn_tensor *const t = &table->tensors[i];
        add_tensor(&json, t->name, "F32", t->shape, t->rank, t->offset * sizeof(float),
                   t->count * sizeof(float));
    }
    if (in->vocabulary_size)
        add_tensor(&json, "vocabulary", "U8", &in->vocabulary_size, 1,
                   table->floats * sizeof(float), in->vocabulary_size);
    if (seqnet_json_end(&json, &text, NULL) != SEQNET_OK)
        abort();
    return text;
}

/* The file: length, header, blanks up to a multiple of 64, weights that are all 0.01, words. */
static sn_bytes assemble(const input *in, const sn_tensor_table *table)
{
    char *const header = print_header(in, table);
    const size_t text = strlen(header), start = (8 + text + 63) / 64 * 64;
    const size_t weights = table->floats * sizeof(float), size = start + weights;
    uint8_t *const bytes = malloc(size + in->vocabulary_size);
    if (!bytes)
        abort();
    memset(bytes, ' ', start);
    for (size_t i = 0; i < 8; i++)
        bytes[i] = (uint8_t)((uint64_t)(start - 8) >> 8 * i);
    memcpy(bytes + 8, header, text);
    for (size_t i = 0; i < table->floats; i++) {
        const float weight = 0.01F;
        memcpy(bytes + start + i * sizeof weight, &weight, sizeof weight);
    }
    if (in->vocabulary_size)
        memcpy(bytes + size, in->parts[VOCABULARY], in->vocabulary_size);
    free(header);
    return (sn_bytes){.data = bytes, .size = size + in->vocabulary_size};
}

static void measure_drift(const seqnet_model *model, const seqnet_batch *batch)
{
    seqnet_drift *drift;
    seqnet_drift_report report;
    if (seqnet_drift_create(&drift, model, NULL) != SEQNET_OK)
        return;
    for (size_t i = 0; i < seqnet_batch_count(batch); i++)
        seqnet_drift_add(drift, &seqnet_batch_predictions(batch)[i], i > 0);
    (void)seqnet_drift_measure(drift, 0.05, &report, NULL);
    (void)seqnet_held_out_precise(seqnet_model_held_out(model), 0.9, NULL);
    seqnet_drift_free(drift);
}

static void predict(const seqnet_model *model)
{
    static const char text[] = "A fine film; the plot wasn't.\n<b>10/10</b> \xf0\x9f\x98\x80";
    seqnet_predictor *predictor;
    seqnet_batch *batch;
    const seqnet_predictor_options options = {.threads = 1};
    if (seqnet_predictor_create(&predictor, model, &options, NULL) != SEQNET_OK)
        return;
    if (seqnet_batch_create(&batch, predictor, NULL) == SEQNET_OK) {
        (void)seqnet_batch_add_text(batch, text, sizeof text - 1, NULL);
        (void)seqnet_batch_add_ids(batch, (const int32_t[]){1, 0, 2}, 3, NULL);
        if (seqnet_predictor_score(predictor, batch, NULL) == SEQNET_OK)
            measure_drift(model, batch);
        seqnet_batch_free(batch);
    }
    seqnet_predictor_free(predictor);
}

static void use(const seqnet_model *model)
{
    size_t sum = 0;
    char engine[SEQNET_ENGINE_TEXT];
    for (size_t i = 0; i < seqnet_model_label_count(model); i++)
        sum += strlen(seqnet_model_label_name(model, i));
    for (size_t i = 0; i < seqnet_model_layer_count(model); i++)
        sum += strlen(seqnet_model_layer(model, i).type);
    seqnet_model_engine(model, engine);
    sum += strlen(seqnet_model_training_json(model)) + strlen(engine);
    if (sum && model->config.maxlen <= MOST_TIME)
        predict(model);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    sn_network network = {0};
    sn_model_config config;
    seqnet_model *model;
    input in = split(data, size);
    if (sn_config_from_json(&config, in.parts[CONFIG], "fuzz", NULL) == SEQNET_OK &&
        sn_network_init(&network, config.layers, config.layer_count, config.maxlen, NULL) ==
            SEQNET_OK &&
        network.table.floats <= MOST_FLOATS) {
        sn_bytes bytes = assemble(&in, &network.table);
        if (sn_model_load_bytes(&model, &bytes, "fuzz", true, NULL) == SEQNET_OK) {
            use(model);
            seqnet_model_free(model);
        }
    }
    sn_network_free(&network);
    free_input(&in);
    return 0;
}
