/* Exported C files, compiled and run: every kind of layer and rule, on awkward rows and texts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "activations.h"
#include "c_export.h"
#include "exported.h"

#include "awkward_texts.h"

enum { IDS = 23, TIME = 12 };

static sn_model_config config_of(const sn_layer_spec *layers, size_t count)
{
    sn_model_config config = {.layer_count = count,
                              .maxlen = TIME,
                              .encoding = {.id_count = IDS,
                                           .skip_top = 0,
                                           .start_char = 1,
                                           .oov_char = 2,
                                           .index_from = 3,
                                           .rule = {.kind = SN_TEXT_RULE_UNICODE}},
                              .row_kind = SN_ROWS_TEXT};
    memcpy(config.layers, layers, count * sizeof *layers);
    return config;
}

/* Rows of all lengths around the number of timesteps, with zeros inside, too. */
static void add_rows(record_list *list)
{
    int32_t row[3 * TIME];
    sn_rng rng;
    sn_rng_seed(&rng, 5, SN_RNG_INIT);
    for (size_t length = 0; length <= 3 * TIME; length++) {
        for (size_t i = 0; i < length; i++)
            row[i] = (int32_t)sn_rng_below(&rng, IDS) * (sn_rng_below(&rng, 4) > 0);
        add_record(list, row, length);
    }
}

static double row_difference(const sn_model_config *config, size_t labels, seqnet_quantize quantize)
{
    seqnet_model *const made = drawn_model(config, NULL, labels);
    complete_model(made);
    record_list list = begin_records(made, true);
    export_to(made, in_folder("model.c").text, quantize);
    add_rows(&list);
    const double worst = run_programs(&list, labels);
    end_records(&list);
    seqnet_model_free(made);
    return worst;
}

#define EMBEDDING(MASK)                                                                            \
    {                                                                                              \
        .kind = SN_EMBEDDING, .embedding = {.id_count = IDS, .units = 5, .mask_zero = (MASK) }     \
    }
#define DENSE(UNITS)                                                                               \
    {                                                                                              \
        .kind = SN_DENSE, .dense = {.units = (UNITS) }                                             \
    }

/* Variants `first`, first + step ... of both directions, outputs at all timesteps and masks. */
static void check_cell(sn_layer_spec cell, int first, int step)
{
    for (int variant = first; variant < 8; variant += step) {
        cell.recurrent.bidirectional = variant & 1;
        cell.recurrent.return_sequences = variant & 2;
        sn_layer_spec layers[4] = {EMBEDDING(variant & 4),
                                   cell,
                                   {.kind = SN_POOLING, .pooling = {SN_POOL_MAX_MEAN}},
                                   DENSE(1)};
        if (!cell.recurrent.return_sequences)
            layers[2] = layers[3];
        sn_model_config config = config_of(layers, cell.recurrent.return_sequences ? 4 : 3);
        config.padding.padding = variant == 1 || variant == 6 ? SEQNET_POST : SEQNET_PRE;
        config.padding.truncating = variant == 2 || variant == 5 ? SEQNET_POST : SEQNET_PRE;
        config.maxlen = variant < 2 ? 70 : TIME; /* states after pads are stored */
        config.temperature = variant == 3 ? 1.7 : 0.0;
        assert_true(row_difference(&config, 2, SEQNET_QUANTIZE_NONE) <= 1e-5);
    }
}

static void cells_agree(void **state)
{
    (void)state;
    if (!has_compiler())
        SKIP_WITHOUT("gcc or clang");
    check_cell((sn_layer_spec){.kind = SN_LSTM, .recurrent = {.units = 6}}, 0, 1);
    check_cell((sn_layer_spec){.kind = SN_GRU, .recurrent = {.units = 6}}, 1, 3);
    check_cell((sn_layer_spec){.kind = SN_GRU, .recurrent = {.units = 6, .reset_before = true}}, 0,
               3);
    check_cell(
        (sn_layer_spec){.kind = SN_SIMPLE_RNN, .recurrent = {.units = 6, .activation = SN_RELU}}, 2,
        3);
    check_cell((sn_layer_spec){.kind = SN_LSTM_CARRY, .recurrent = {.units = 6}}, 1, 3);
    check_cell((sn_layer_spec){.kind = SN_LSTM,
                               .recurrent = {.units = 6,
                                             .activation = SN_SIGMOID,
                                             .recurrent_activation = SN_HARD_SIGMOID_02}},
               2, 3);
}

static void check_layers(const sn_layer_spec *layers, size_t count, size_t labels)
{
    sn_model_config config = config_of(layers, count);
    for (int variant = 0; variant < 2; variant++) {
        config.padding.padding = config.padding.truncating = variant ? SEQNET_POST : SEQNET_PRE;
        assert_true(row_difference(&config, labels, SEQNET_QUANTIZE_NONE) <= 1e-5);
    }
}

#define CHECK(LABELS, ...)                                                                         \
    do {                                                                                           \
        const sn_layer_spec layers[] = {__VA_ARGS__};                                              \
        check_layers(layers, sizeof layers / sizeof *layers, LABELS);                              \
    } while (0)

#define CONV(PADDING, SIZE)                                                                        \
    {                                                                                              \
        .kind = SN_CONV1D, .conv1d = {                                                             \
            .units = 4,                                                                            \
            .kernel_size = (SIZE),                                                                 \
            .padding = (PADDING),                                                                  \
            .activation = SN_RELU                                                                  \
        }                                                                                          \
    }
#define POOL(MODE)                                                                                 \
    {                                                                                              \
        .kind = SN_POOLING, .pooling = { MODE }                                                    \
    }

static void other_layers_agree(void **state)
{
    (void)state;
    if (!has_compiler())
        SKIP_WITHOUT("gcc or clang");
    CHECK(3, EMBEDDING(false), CONV(SN_CONV_VALID, 3), POOL(SN_POOL_MAX), DENSE(3));
    CHECK(2, EMBEDDING(true), CONV(SN_CONV_SAME, 4), CONV(SN_CONV_SAME, 3),
          {.kind = SN_MAX_POOLING1D, .max_pooling1d = {5}}, {.kind = SN_FLATTEN},
          {.kind = SN_DENSE, .dense = {.units = 7, .activation = SN_TANH}},
          {.kind = SN_DROPOUT, .dropout = {0.5}}, DENSE(1));
    CHECK(2, EMBEDDING(true), {.kind = SN_SPATIAL_DROPOUT1D, .dropout = {0.2}}, POOL(SN_POOL_MEAN),
          {.kind = SN_BATCH_NORMALIZATION, .batch_normalization = {1e-3}},
          {.kind = SN_ACTIVATION, .activation = {SN_HARD_SIGMOID}}, DENSE(1));
    CHECK(2, EMBEDDING(true), {.kind = SN_DENSE, .dense = {.units = 4, .activation = SN_SIGMOID}},
          {.kind = SN_BATCH_NORMALIZATION, .batch_normalization = {1e-2}},
          {.kind = SN_LSTM, .recurrent = {.units = 3, .bidirectional = true}}, DENSE(1));
    CHECK(2, EMBEDDING(true), POOL(SN_POOL_MAX_ALL), DENSE(1));
}

static void activations_agree(void **state)
{
    (void)state;
    if (!has_compiler())
        SKIP_WITHOUT("gcc or clang");
    for (int activation = SN_LINEAR; activation < SN_ACTIVATIONS; activation++) {
        const sn_layer_spec layers[] = {
            EMBEDDING(false),
            {.kind = SN_DENSE, .dense = {.units = 4, .activation = activation}},
            {.kind = SN_LSTM, .recurrent = {.units = 3, .activation = activation}},
            DENSE(1)};
        const sn_model_config config = config_of(layers, 4);
        assert_true(row_difference(&config, 2, SEQNET_QUANTIZE_NONE) <= 1e-5);
    }
}

static void branches_agree(void **state)
{
    (void)state;
    if (!has_compiler())
        SKIP_WITHOUT("gcc or clang");
    CHECK(2, EMBEDDING(true), CONV(SN_CONV_VALID, 3), POOL(SN_POOL_MAX),
          {.kind = SN_CONV1D,
           .input_count = 1,
           .inputs = {0},
           .conv1d = {.units = 3, .kernel_size = 5}},
          POOL(SN_POOL_MAX_MEAN), {.kind = SN_CONCATENATE, .input_count = 2, .inputs = {2, 4}},
          DENSE(1));
    CHECK(2, EMBEDDING(true),
          {.kind = SN_LSTM,
           .recurrent = {.units = 3, .return_sequences = true, .bidirectional = true}},
          {.kind = SN_FLATTEN}, DENSE(1)); /* masked timesteps give zeros */
    CHECK(2, EMBEDDING(true), {.kind = SN_GRU, .recurrent = {.units = 3, .return_sequences = true}},
          {.kind = SN_LSTM,
           .input_count = 1,
           .inputs = {0},
           .recurrent = {.units = 2, .return_sequences = true}},
          {.kind = SN_CONCATENATE, .input_count = 3, .inputs = {0, 1, 2}},
          {.kind = SN_SIMPLE_RNN, .recurrent = {.units = 4, .bidirectional = true}}, DENSE(1));
}

static void fewer_bytes_cost_little(void **state)
{
    (void)state;
    if (!has_compiler())
        SKIP_WITHOUT("gcc or clang");
    const sn_layer_spec layers[] = {
        EMBEDDING(false), {.kind = SN_LSTM, .recurrent = {.units = 6}}, DENSE(3)};
    const sn_model_config config = config_of(layers, 3);
    assert_true(row_difference(&config, 3, SEQNET_QUANTIZE_FLOAT16) <= 1e-3);
    assert_true(row_difference(&config, 3, SEQNET_QUANTIZE_INT8) <= 2e-2);
}

static const char WORDS[] = "the\na\nfilm\n.\n,\n!!!\nit's\n...\nstraße\nέργο\nété\n:)\n<url>\n<"
                            "user>\n映\n画\n5.5\n9\n👍🏽\n"
                            "don't\nusa\ni\nco\n한국어\n\"quoted\"\n";

static const char KERAS_WORDS[] = "the\na\nfilm\nit's\nstraße\nÉtÉ\nété\ndon'"
                                  "t\nbr\n\xff\xfe\n\x80\nco\nwell\nnaïve\n映画\n9\n5\nx\n"
                                  "quote\"\\?\?/\n\n*/\na film\nσας\nσ\nς\ni\xcc\x87\nT\nthe film";

static double text_difference(seqnet_model *made, const char *words, size_t labels)
{
    complete_model(made);
    record_list list = begin_records(made, false);
    export_to(made, in_folder("model.c").text, SEQNET_QUANTIZE_NONE);
    add_texts(&list, words);
    const double worst = run_programs(&list, labels);
    end_records(&list);
    seqnet_model_free(made);
    return worst;
}

/* A bag of words, so that each id shows. */
static sn_model_config bag_config(sn_text_rule rule)
{
    const sn_layer_spec layers[] = {
        {.kind = SN_EMBEDDING, .embedding = {.id_count = 40, .units = 5, .mask_zero = true}},
        POOL(SN_POOL_MEAN),
        DENSE(3)};
    sn_model_config config = config_of(layers, 3);
    config.maxlen = 300;
    config.encoding.id_count = 40;
    config.encoding.rule = rule;
    return config;
}

static void texts_agree(void **state)
{
    static const sn_text_rule rules[] = {
        {.kind = SN_TEXT_RULE_UNICODE},
        {.kind = SN_TEXT_RULE_UNICODE, .drop_digits = true, .cjk_pairs = true},
        {.kind = SN_TEXT_RULE_UNICODE_1},
        {.kind = SN_TEXT_RULE_KERAS},
        {.kind = SN_TEXT_RULE_KERAS_TOKENIZER,
         .lower = true,
         .filters = "!\"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n",
         .separator = " "},
        {.kind = SN_TEXT_RULE_KERAS_TOKENIZER,
         .lower = true,
         .split_at = SN_SPLIT_WHITE_SPACE,
         .filters = ".!\xc3\x89"},
        {.kind = SN_TEXT_RULE_KERAS_TOKENIZER, .separator = "a f\n", .filters = ",\n"},
        {.kind = SN_TEXT_RULE_KERAS_TOKENIZER, .lower = true, .split_at = SN_SPLIT_CHARACTERS},
        {.kind = SN_TEXT_RULE_KERAS_VECTORIZER,
         .lower = true,
         .strip_punctuation = true,
         .split_at = SN_SPLIT_WHITE_SPACE},
        {.kind = SN_TEXT_RULE_KERAS_VECTORIZER, .split_at = SN_SPLIT_CHARACTERS},
        {.kind = SN_TEXT_RULE_KERAS_VECTORIZER, .lower = true, .split_at = SN_SPLIT_NOTHING},
    };
    (void)state;
    if (!has_compiler())
        SKIP_WITHOUT("gcc or clang");
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        const sn_text_rule_kind kind = rules[i].kind;
        const bool is_unicode = kind == SN_TEXT_RULE_UNICODE_1 || kind == SN_TEXT_RULE_UNICODE;
        const char *const words = is_unicode ? WORDS : KERAS_WORDS;
        sn_model_config config = bag_config(rules[i]);
        config.encoding.oov_char = i == 1 ? -1 : 2;
        config.encoding.start_char = i == 2 ? -1 : 1;
        config.encoding.skip_top = i == 0 ? 6 : 0;
        config.multi_label = i == 3;
        config.threshold = 0.4;
        assert_true(text_difference(drawn_model(&config, words, 3), words, 3) <= 1e-5);
    }
}

/* An array in which a digit has changed is found when the file is read back. */
static void changed_files_are_found(void **state)
{
    (void)state;
    const sn_layer_spec layers[] = {
        EMBEDDING(false), {.kind = SN_GRU, .recurrent = {.units = 3}}, DENSE(1)};
    const sn_model_config config = config_of(layers, 3);
    seqnet_model *const made = drawn_model(&config, WORDS, 2);
    complete_model(made);
    const seqnet_export_options options = {.output_format = SEQNET_EXPORT_C,
                                           .quantize = SEQNET_QUANTIZE_INT8};
    seqnet_error err = {0};
    sn_buffer bytes = {0};
    sn_samples samples;
    double probabilities[2 * 64];
    size_t rows = 0, changed = 0;
    assert_ok(sn_c_export_write(made, &options, &bytes, &err), &err);
    assert_ok(sn_samples_make(&samples, made, &err), &err);
    assert_true(samples.count <= 64);
    assert_ok(sn_c_export_score(made, &bytes, &samples, probabilities, &rows, &err), &err);
    assert_int_equal(rows, samples.count);
    assert_ok(sn_buffer_add_byte(&bytes, '\0', &err), &err);
    bytes.length--;
    for (char *at = bytes.bytes; (at = strstr(at, "] = {\n")) != NULL;) {
        at += strcspn(at, "0123456789");
        const char kept = *at;
        *at = kept == '1' ? '2' : '1';
        const seqnet_status status =
            sn_c_export_score(made, &bytes, &samples, probabilities, &rows, &err);
        *at = kept;
        if (status != SEQNET_OK) { /* else it is in the runtime's text or in a struct */
            assert_failure(status, &err, SEQNET_ERR_MODEL, "of the C file is not the model's");
            changed++;
        }
    }
    assert_true(changed > 15);
    sn_samples_free(&samples);
    sn_buffer_free(&bytes);
    seqnet_model_free(made);
}

/* Labels that are longer than C's strings. */
static void long_labels_come_out_whole(void **state)
{
    (void)state;
    if (!has_compiler())
        SKIP_WITHOUT("gcc or clang");
    const sn_layer_spec layers[] = {EMBEDDING(false), POOL(SN_POOL_MEAN), DENSE(1)};
    const sn_model_config config = config_of(layers, 3);
    seqnet_model *const made = drawn_model(&config, WORDS, 2);
    seqnet_error err = {0};
    free(made->label_names[1]);
    assert_ok(sn_alloc(&made->label_names[1], 9001, 1, &err), &err);
    for (size_t i = 0; i < 9000; i++)
        made->label_names[1][i] = "a\\?\"'\n\xc3\xa9"[i % 8];
    complete_model(made);
    export_to(made, in_folder("model.c").text, SEQNET_QUANTIZE_NONE);
    (void)write_text("labels.c", "#include \"model.c\"\n#include <stdio.h>\n"
                                 "int main(void) { fputs(seqnet_labels[1], stdout); return 0; }\n");
    char command[512], found[9001] = "";
    (void)snprintf(command, sizeof command, "%s %s labels.c -o labels && ./labels >found",
                   has_program("gcc") ? "gcc" : "clang", STRICT);
    run(command);
    FILE *const file = fopen(in_folder("found").text, "rb");
    assert_non_null(file);
    assert_int_equal(fread(found, 1, sizeof found - 1, file), 9000);
    fclose(file);
    assert_string_equal(found, made->label_names[1]);
    seqnet_model_free(made);
}

static void what_a_file_cannot_hold_is_named(void **state)
{
    (void)state;
    sn_model_config config = bag_config((sn_text_rule){.kind = SN_TEXT_RULE_KERAS_TOKENIZER});
    seqnet_model *const made = drawn_model(&config, WORDS, 3);
    const seqnet_export_options options = {.output_format = SEQNET_EXPORT_C};
    seqnet_error err = {0};
    sn_buffer bytes = {0};
    complete_model(made);
    assert_ok(sn_ngrams_create(&made->ngrams, &(sn_ngram_spec){.words = 1}, 4, 3, false, &err),
              &err);
    assert_failure(sn_c_export_write(made, &options, &bytes, &err), &err, SEQNET_ERR_USAGE,
                   "imported tokenizer");
    sn_buffer_free(&bytes);
    seqnet_model_free(made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_agree),
        cmocka_unit_test(other_layers_agree),
        cmocka_unit_test(activations_agree),
        cmocka_unit_test(branches_agree),
        cmocka_unit_test(fewer_bytes_cost_little),
        cmocka_unit_test(texts_agree),
        cmocka_unit_test(changed_files_are_found),
        cmocka_unit_test(long_labels_come_out_whole),
        cmocka_unit_test(what_a_file_cannot_hold_is_named),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
