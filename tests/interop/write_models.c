/*
 * Writes models of all kinds of layers as ONNX files, and what seqnet says of rows of ids:
 *
 *     write_models FOLDER
 *
 * writes FOLDER/N.onnx and a line of FOLDER/cases.jsonl for each: file, the side of padding,
 * layers, rows and the probabilities of each row.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include <seqnet/seqnet.h>

#include "exported_networks.h"

/* Of the networks that are drawn at random only some: unit/test_onnx_export tries all. */
enum { ROWS = 14, RANDOM_ONES = 150 };

static void check(seqnet_status status, const seqnet_error *err)
{
    if (status == SEQNET_OK)
        return;
    (void)fprintf(stderr, "write_models: %s\n", err->message);
    exit(1);
}

/* A row of ids, some of them 0, but none of its ends is. */
static size_t draw_row(sn_rng *rng, size_t number, size_t maxlen, int32_t *ids)
{
    const size_t lengths[] = {0, 1, maxlen, maxlen + 1, 2 * maxlen};
    const size_t length = number < 5 ? lengths[number] : sn_rng_below(rng, maxlen + 4);
    for (size_t i = 0; i < length; i++) {
        const bool may_be_0 = i > 0 && i + 1 < length && number % 2 == 0;
        ids[i] = (int32_t)(sn_rng_below(rng, EXPORTED_IDS - 1) + 1);
        if (may_be_0 && sn_rng_below(rng, 4) == 0)
            ids[i] = 0;
    }
    return length;
}

static void print_rows(FILE *out, seqnet_batch *batch, size_t number, size_t maxlen)
{
    enum { MOST_IDS = 128 };
    int32_t ids[MOST_IDS];
    seqnet_error err;
    sn_rng rng;
    sn_rng_seed(&rng, number, SN_RNG_SPLIT);
    (void)fprintf(out, ", \"rows\": [");
    for (size_t row = 0; row < ROWS; row++) {
        const size_t length = draw_row(&rng, row, maxlen, ids);
        check(seqnet_batch_add_ids(batch, ids, length, &err), &err);
        (void)fprintf(out, "%s[", row ? ", " : "");
        for (size_t i = 0; i < length; i++)
            (void)fprintf(out, "%s%d", i ? ", " : "", ids[i]);
        (void)fprintf(out, "]");
    }
    (void)fprintf(out, "]");
}

static void print_probabilities(FILE *out, const seqnet_batch *batch, size_t labels)
{
    const seqnet_prediction *const predictions = seqnet_batch_predictions(batch);
    (void)fprintf(out, ", \"probabilities\": [");
    for (size_t row = 0; row < ROWS; row++)
        for (size_t label = 0; label < labels; label++)
            (void)fprintf(out, "%s%.17g%s",
                          label ? ""
                          : row ? ", ["
                                : "[",
                          predictions[row].probabilities[label], label + 1 < labels ? ", " : "]");
    (void)fprintf(out, "]}\n");
}

static void print_case(FILE *out, const seqnet_model *model, size_t number)
{
    const seqnet_predictor_options options = {.threads = 1};
    seqnet_predictor *predictor;
    seqnet_batch *batch;
    seqnet_error err;
    (void)fprintf(out, "{\"file\": \"%zu.onnx\", \"padding\": \"%s\", \"layers\": \"", number,
                  model->config.padding.padding == SEQNET_PRE ? "pre" : "post");
    for (size_t i = 0; i < model->network.count; i++)
        (void)fprintf(out, "%s%s", i ? " " : "", sn_layer_title(&model->network.layers[i]));
    (void)fprintf(out, "\"");
    check(seqnet_predictor_create(&predictor, model, &options, &err), &err);
    check(seqnet_batch_create(&batch, predictor, &err), &err);
    print_rows(out, batch, number, model->config.maxlen);
    check(seqnet_predictor_score(predictor, batch, &err), &err);
    print_probabilities(out, batch, model->label_count);
    seqnet_batch_free(batch);
    seqnet_predictor_free(predictor);
}

int main(int argc, char **argv)
{
    const seqnet_export_options onnx = {.output_format = SEQNET_EXPORT_ONNX};
    char path[4096];
    seqnet_error err;
    if (argc != 2)
        return 2;
    (void)snprintf(path, sizeof path, "%s/cases.jsonl", argv[1]);
    FILE *const cases = fopen(path, "w");
    for (size_t number = 0; cases && number < EXPORTED_NETWORKS; number++) {
        if (number >= RANDOM_ONES && number < RANDOM_NETWORKS)
            continue;
        seqnet_model *const model = exported_model(number);
        (void)snprintf(path, sizeof path, "%s/%zu.onnx", argv[1], number);
        check(seqnet_export(model, path, &onnx, NULL, &err), &err);
        print_case(cases, model, number);
        seqnet_model_free(model);
    }
    return cases && fclose(cases) == 0 ? 0 : 1;
}
