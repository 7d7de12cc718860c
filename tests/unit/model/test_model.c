/* What a model says of texts and data. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <seqnet/seqnet.h>

#include "encoding.h"
#include "model.h"
#include "records.h"

/* the 4, film 5; "rare" has no id of its own. */
static const char WORDS[] = "the\nfilm\nrare\n";

static seqnet_model model;

static int open_model(void **state)
{
    (void)state;
    model.config.maxlen = 4;
    model.config.encoding = (sn_encoding){.id_count = 6,
                                          .start_char = 1,
                                          .oov_char = 2,
                                          .index_from = 3,
                                          .rule = {.kind = SN_TEXT_RULE_UNICODE}};
    return sn_vocabulary_from_lines(&model.vocabulary, WORDS, sizeof WORDS - 1, NULL) != SEQNET_OK;
}

static int close_model(void **state)
{
    (void)state;
    sn_vocabulary_free(model.vocabulary);
    return 0;
}

static void log_token(void *user, const seqnet_token *token)
{
    static const char *const kinds[] = {"start", "word", "unknown"};
    text_log *const log = user;
    char id[32];
    (void)snprintf(id, sizeof id, " %d %s ", token->id, kinds[token->kind]);
    log_bytes(log, token->text, token->length);
    log_text(log, id);
}

static void assert_tokens(const seqnet_model *m, const char *text, size_t length,
                          const char *expected)
{
    seqnet_error err = {0};
    text_log log = {0};
    log_text(&log, "");
    assert_ok(seqnet_model_tokens(m, text, length, log_token, &log, &err), &err);
    assert_string_equal(log.text, expected);
    free(log.text);
}

static void tokens_are_what_a_model_reads(void **state)
{
    (void)state;
    assert_tokens(&model, "The film!", 9, " 1 start the 4 word film 5 word ! 2 unknown ");
    assert_tokens(&model, "rare xyz", 8, " 1 start rare 2 unknown xyz 2 unknown ");
    assert_tokens(&model, "", 0, " 1 start ");
    assert_tokens(&model, NULL, 0, " 1 start ");
    assert_tokens(&model, "the\0the", 7, " 1 start the 4 word the 4 word ");
}

/* However long the text is: all are told, not only those that fit. */
static void tokens_are_not_cut(void **state)
{
    (void)state;
    assert_tokens(&model, "the the the the the", 19,
                  " 1 start the 4 word the 4 word the 4 word the 4 word the 4 word ");
}

static void dropped_tokens_have_no_id(void **state)
{
    (void)state;
    seqnet_model other = model;
    other.config.encoding.oov_char = SEQNET_ID_NONE;
    assert_tokens(&other, "the xyz", 7, " 1 start the 4 word xyz -1 unknown ");
    other.config.encoding.start_char = SEQNET_ID_NONE;
    assert_tokens(&other, "the", 3, "the 4 word ");
}

/* A start id that skip_top catches is unknown, too; without a place for it it is dropped. */
static void tokens_are_the_ids_of_encoding(void **state)
{
    (void)state;
    seqnet_model other = model;
    other.config.encoding.skip_top = 5;
    assert_tokens(&other, "the film", 8, " 2 start the 2 unknown film 5 word ");
    static const char text[] = "The film, rare; the end";
    sn_encoded encoded = {0};
    sn_tokenizer tokenizer = {0};
    text_log log = {0}, expected = {0};
    seqnet_error err = {0};
    assert_ok(sn_encode_text(&encoded, &model.config.encoding, model.vocabulary, &tokenizer, text,
                             sizeof text - 1, &err),
              &err);
    assert_ok(seqnet_model_tokens(&model, text, sizeof text - 1, log_token, &log, &err), &err);
    const char *pos = log.text;
    for (size_t i = 0; i < encoded.length; i++) {
        char id[16];
        (void)snprintf(id, sizeof id, " %d ", encoded.ids[i]);
        pos = strstr(pos, id);
        assert_non_null(pos);
        pos += strlen(id);
    }
    sn_encoded_free(&encoded);
    sn_tokenizer_free(&tokenizer);
    free(log.text);
    free(expected.text);
}

static void a_model_without_words_has_no_tokens(void **state)
{
    (void)state;
    seqnet_error err = {0};
    seqnet_model other = model;
    other.vocabulary = NULL;
    assert_failure(seqnet_model_tokens(&other, "x", 1, log_token, NULL, &err), &err,
                   SEQNET_ERR_MODEL, "the model was trained without a word index");
}

static void row_tokens_are_those_that_fit(void **state)
{
    (void)state;
    static const int32_t ids[] = {1, 0, 4, 5, 0, 2};
    assert_int_equal(seqnet_model_row_tokens(&model, ids, 6), 3);
    assert_int_equal(seqnet_model_row_tokens(&model, ids, 3), 2);
    assert_int_equal(seqnet_model_row_tokens(&model, ids, 0), 0);
}

/* ---- Data for a model ---- */

static int train_model(void **state)
{
    static const char rows[] = "label,text\nb,one two\na,three\nb,one\na,three four\n";
    seqnet_error err = {0};
    seqnet_dataset *dataset = NULL;
    seqnet_model *trained = NULL;
    seqnet_train_result result;
    const seqnet_dataset_options data = seqnet_dataset_options_default();
    seqnet_train_options options = seqnet_train_options_default();
    options.epochs = 1;
    options.units[0] = options.embedding_dim = 4;
    if (make_folder(state))
        return -1;
    assert_ok(seqnet_dataset_load(&dataset, write_text("rows.csv", rows).text, &data, &err), &err);
    assert_ok(seqnet_model_train(&trained, dataset, &options, &result, &err), &err);
    seqnet_dataset_free(dataset);
    *state = trained;
    return 0;
}

static int free_model(void **state)
{
    seqnet_model_free(*state);
    return remove_folder(state);
}

static void data_is_loaded_with_a_models_words_and_labels(void **state)
{
    seqnet_error err = {0};
    seqnet_dataset *dataset = NULL;
    const test_path path = write_text("new.csv", "label,text\nb,three new words\nb,one\n");
    seqnet_dataset_options options = seqnet_dataset_options_default();
    options.words.num_words = 4; /* of these the model's count */
    options.words.text_rule = SEQNET_TEXT_RULE_KERAS;
    assert_ok(seqnet_model_load_dataset(*state, &dataset, path.text, &options, &err), &err);
    size_t length;
    int32_t label;
    const int32_t *const ids = seqnet_dataset_row(dataset, SEQNET_TRAIN, 0, &length, &label);
    assert_int_equal(length, 4);
    assert_int_equal(label, 1);
    assert_int_equal(ids[2], 2);
    const char *const word = seqnet_model_word(*state, ids[1], &length);
    assert_int_equal(length, 5);
    assert_memory_equal(word, "three", 5);
    assert_int_equal(seqnet_dataset_count(dataset, SEQNET_TRAIN), 2);
    seqnet_dataset_free(dataset);
}

static void data_of_another_kind_is_refused(void **state)
{
    seqnet_error err = {0};
    seqnet_dataset *dataset = NULL;
    const test_path path = write_text("other.csv", "label,text\nc,three\n");
    assert_failure(seqnet_model_load_dataset(*state, &dataset, path.text, NULL, &err), &err,
                   SEQNET_ERR_DATA, "other.csv:2: the label 'c' is none of the model's (a, b)");
    assert_null(dataset);
    assert_failure(seqnet_model_load_dataset(*state, &dataset, "builtin:demo:100", NULL, &err),
                   &err, SEQNET_ERR_DATA, "the label 'negative' is none of the model's (a, b)");
    assert_null(dataset);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tokens_are_what_a_model_reads),
        cmocka_unit_test(tokens_are_not_cut),
        cmocka_unit_test(dropped_tokens_have_no_id),
        cmocka_unit_test(tokens_are_the_ids_of_encoding),
        cmocka_unit_test(a_model_without_words_has_no_tokens),
        cmocka_unit_test(row_tokens_are_those_that_fit),
    };
    const struct CMUnitTest data_tests[] = {
        cmocka_unit_test(data_is_loaded_with_a_models_words_and_labels),
        cmocka_unit_test(data_of_another_kind_is_refused),
    };
    const int failed = cmocka_run_group_tests(tests, open_model, close_model);
    return failed + cmocka_run_group_tests(data_tests, train_model, free_model);
}
