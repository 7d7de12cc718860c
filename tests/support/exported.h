/*
 * Exported C files that are compiled and run: models made of layers, texts, and whether a program
 * of each compiler agrees with seqnet. Include it after <cmocka.h>.
 */
#ifndef EXPORTED_H
#define EXPORTED_H

#include <math.h>
#include <sys/wait.h>

#include <seqnet/seqnet.h>

#include "assemble.h"
#include "blend.h"
#include "memory.h"
#include "rng.h"
#include "support.h"
#include "utf8.h"

/* The strictest that both compilers take. */
static const char STRICT[] = "-std=c99 -O1 -Wall -Wextra -pedantic -Wshadow -Wconversion "
                             "-Wsign-conversion -Wstrict-prototypes -Wmissing-prototypes -Werror";

static const char *const COMPILERS[] = {"gcc", "clang"};

/* Reads records, a length and as many bytes or ids, and prints the label and all probabilities. */
static const char DRIVER[] = "#include \"model.c\"\n"
                             "#include <stdio.h>\n"
                             "static char text[1 << 22];\n"
                             "static int32_t row[1 << 18];\n"
                             "int main(void)\n"
                             "{\n"
                             "    static float p[SEQNET_LABELS];\n"
                             "    uint32_t length;\n"
                             "    while (fread(&length, 4, 1, stdin) == 1) {\n"
                             "#ifdef IDS\n"
                             "        if (fread(row, 4, length, stdin) != length)\n"
                             "            return 1;\n"
                             "        printf(\"%d\", seqnet_predict_ids(row, length, p));\n"
                             "        (void)text;\n"
                             "#else\n"
                             "        if (fread(text, 1, length, stdin) != length)\n"
                             "            return 1;\n"
                             "        printf(\"%d\", seqnet_predict(text, length, p));\n"
                             "        (void)row;\n"
                             "#endif\n"
                             "        for (int k = 0; k < SEQNET_LABELS; k++)\n"
                             "            printf(\" %.9g\", (double)p[k]);\n"
                             "        puts(\"\");\n"
                             "    }\n"
                             "    return 0;\n"
                             "}\n";

static inline bool has_program(const char *name)
{
    char command[160];
    (void)snprintf(command, sizeof command, "command -v %s >/dev/null 2>&1", name);
    return system(command) == 0;
}

/* Makes a model of a configuration, a list of words and labels "0", "1" ...; its weights are drawn.
 */
static inline seqnet_model *drawn_model(const sn_model_config *config, const char *words,
                                        size_t labels)
{
    static const char *const names[] = {"0", "1", "2", "3"};
    seqnet_error err = {0};
    seqnet_model *made;
    sn_rng rng;
    sn_rng_seed(&rng, 11, SN_RNG_INIT);
    assert_ok(sn_model_outline(&made, config, &err), &err);
    assert_ok(sn_model_set_labels(made, names, labels, &err), &err);
    if (words)
        assert_ok(sn_vocabulary_from_lines(&made->vocabulary, words, strlen(words), &err), &err);
    const size_t floats = made->network.table.floats;
    assert_ok(sn_alloc_floats(&made->owned_weights, floats, &err), &err);
    for (size_t i = 0; i < floats; i++)
        made->owned_weights[i] = (float)(sn_rng_uniform(&rng) * 0.8 - 0.4);
    for (size_t i = 0; i < made->network.count; i++) {
        const sn_layer *const layer = &made->network.layers[i];
        const bool normalises = layer->spec.kind == SN_BATCH_NORMALIZATION;
        for (size_t k = 0; normalises && k < layer->input.features; k++) /* the variances */
            made->owned_weights[layer->offsets[3] + k] += 0.5F;
    }
    return made;
}

/* Completes a model, whose weights the caller may have changed. */
static inline void complete_model(seqnet_model *made)
{
    char *record;
    seqnet_error err = {0};
    assert_ok(sn_copy_string(&record, "{}", 2, &err), &err);
    assert_ok(sn_model_complete(made, made->owned_weights, record, &err), &err);
}

static inline void export_to(const seqnet_model *made, const char *path, seqnet_quantize quantize)
{
    seqnet_error err = {0};
    const seqnet_export_options options = {.output_format = SEQNET_EXPORT_C, .quantize = quantize};
    assert_ok(seqnet_export(made, path, &options, NULL, &err), &err);
}

/* Runs a command of the shell in the temporary folder. */
static inline void run(const char *command)
{
    char whole[1024];
    (void)snprintf(whole, sizeof whole, "cd %s && %s", test_folder, command);
    if (system(whole) != 0)
        fail_msg("%s", whole);
}

/* The records that a program is run over. */
typedef struct record_list {
    FILE *file;
    seqnet_predictor *predictor;
    seqnet_batch *batch;
    bool are_ids;
} record_list;

static inline record_list begin_records(const seqnet_model *made, bool are_ids)
{
    record_list list = {.are_ids = are_ids, .file = fopen(in_folder("records").text, "wb")};
    const seqnet_predictor_options options = {.threads = 1};
    seqnet_error err = {0};
    assert_non_null(list.file);
    assert_ok(seqnet_predictor_create(&list.predictor, made, &options, &err), &err);
    assert_ok(seqnet_batch_create(&list.batch, list.predictor, &err), &err);
    return list;
}

static inline void add_record(record_list *list, const void *data, size_t length)
{
    const uint32_t count = (uint32_t)length;
    seqnet_error err = {0};
    assert_int_equal(fwrite(&count, 4, 1, list->file), 1);
    if (length)
        assert_int_equal(fwrite(data, list->are_ids ? 4 : 1, length, list->file), length);
    assert_ok((list->are_ids ? seqnet_batch_add_ids(list->batch, data, length, &err)
                             : seqnet_batch_add_text(list->batch, data, length, &err)),
              &err);
}

/* The largest difference of a probability between what the program has printed and seqnet. */
static inline double largest_difference(const record_list *list, size_t labels)
{
    double worst = 0.0;
    FILE *const printed = fopen(in_folder("answers").text, "rb");
    const seqnet_prediction *const predictions = seqnet_batch_predictions(list->batch);
    assert_non_null(printed);
    for (size_t row = 0; row < seqnet_batch_count(list->batch); row++) {
        const seqnet_prediction *const p = &predictions[row];
        int label;
        assert_int_equal(fscanf(printed, "%d", &label), 1);
        for (size_t k = 0; k < labels; k++) {
            double probability;
            assert_int_equal(fscanf(printed, "%lf", &probability), 1);
            const double difference = fabs(probability - p->probabilities[k]);
            if (difference > 1e-2)
                print_message("row %zu, label %zu: %g, not %g\n", row, k, probability,
                              p->probabilities[k]);
            worst = difference <= worst ? worst : difference;
        }
        assert_in_range(label, 0, labels - 1);
    }
    fclose(printed);
    return worst;
}

static inline void end_records(record_list *list)
{
    seqnet_batch_free(list->batch);
    seqnet_predictor_free(list->predictor);
}

/* Compiles what was exported, with the compilers that there are in turn, runs it over the records
 * and returns the largest difference. */
static inline double run_programs(record_list *list, size_t labels)
{
    static size_t turn;
    char command[512];
    seqnet_error err = {0};
    assert_int_equal(fclose(list->file), 0);
    assert_ok(seqnet_predictor_score(list->predictor, list->batch, &err), &err);
    (void)write_text("driver.c", DRIVER);
    while (!has_program(COMPILERS[turn++ % 2]))
        ;
    (void)snprintf(command, sizeof command, "%s %s %s driver.c -o program",
                   COMPILERS[(turn - 1) % 2], STRICT, list->are_ids ? "-DIDS" : "");
    run(command);
    run("./program <records >answers");
    return largest_difference(list, labels);
}

static inline bool has_compiler(void)
{
    return has_program("gcc") || has_program("clang");
}

#endif
