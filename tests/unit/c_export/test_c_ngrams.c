/* Exported C files of models with n-grams, compiled and run: alone and beside a network. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "exported.h"
#include "made_ngrams.h"

#include "awkward_texts.h"

static const char WORDS[] = "a\ngood\nfilm\nthat\nwas\nnot\nbad\nat\nall\n,\nbut\none\n";

typedef struct part_case {
    size_t words, characters, outputs;
    bool has_nb, has_network;
    sn_text_rule_kind rule;
} part_case;

static seqnet_model *model_of(const part_case *c)
{
    const sn_text_rule rule = {.kind = c->rule};
    sn_model_config config = {
        .layers = {{.kind = SN_EMBEDDING, .embedding = {.id_count = 16, .units = 3}},
                   {.kind = SN_GRU, .recurrent = {.units = 3}},
                   {.kind = SN_DENSE, .dense = {.units = c->outputs}}},
        .layer_count = c->has_network ? 3 : 0,
        .maxlen = 50,
        .encoding = {.id_count = 16, .start_char = 1, .oov_char = 2, .index_from = 3, .rule = rule},
        .row_kind = SN_ROWS_TEXT,
        .ngrams = {.words = c->words,
                   .characters = c->characters,
                   .outputs = c->outputs,
                   .has_nb = c->has_nb,
                   .svm_share = 0.8,
                   .nb_share = c->has_nb ? 0.3 : 0.0,
                   .network_share = c->has_network ? 0.6 : 0.0}};
    seqnet_model *const made = drawn_model(&config, WORDS, c->outputs == 1 ? 2 : c->outputs);
    made->ngrams = make_part(c->outputs, c->has_nb);
    made->ngrams->spec =
        (sn_ngram_spec){.words = c->words, .characters = c->characters, .rule = rule};
    return made;
}

static void check_case(const part_case *c)
{
    const size_t labels = c->outputs == 1 ? 2 : c->outputs;
    seqnet_model *const made = model_of(c);
    complete_model(made);
    record_list list = begin_records(made, false);
    export_to(made, in_folder("model.c").text, SEQNET_QUANTIZE_NONE);
    add_texts(&list, WORDS);
    add_record(&list, KNOWN, strlen(KNOWN));
    const double worst = run_programs(&list, labels);
    assert_true(worst <= 1e-5);
    end_records(&list);
    seqnet_model_free(made);
}

static void parts_agree(void **state)
{
    static const part_case cases[] = {
        {2, 3, 1, true, false, SN_TEXT_RULE_UNICODE}, {2, 3, 3, true, true, SN_TEXT_RULE_UNICODE},
        {2, 0, 1, false, true, SN_TEXT_RULE_UNICODE}, {1, 1, 1, true, false, SN_TEXT_RULE_KERAS},
        {2, 3, 1, true, true, SN_TEXT_RULE_KERAS},
    };
    (void)state;
    if (!has_compiler())
        SKIP_WITHOUT("gcc or clang");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_case(&cases[i]);
}

/* Words of each length are hashed as the library hashes them. */
static void words_of_all_lengths_are_found(void **state)
{
    enum { LONGEST = 250 };
    (void)state;
    if (!has_compiler())
        SKIP_WITHOUT("gcc or clang");
    const part_case c = {1, 0, 1, false, false, SN_TEXT_RULE_UNICODE};
    seqnet_model *const made = model_of(&c);
    char text[LONGEST * (LONGEST + 3) / 2 + 1];
    size_t used = 0;
    for (size_t length = 1; length <= LONGEST; length++) {
        for (size_t i = 0; i < length; i++)
            text[used++] = (char)('a' + (i * 7 + length) % 26);
        text[used++] = ' ';
    }
    sn_ngram_text scratch = {0};
    seqnet_error err = {0};
    assert_ok(sn_ngram_text_read(&scratch, &made->ngrams->spec, text, used, &err), &err);
    sn_ngrams_free(made->ngrams);
    assert_ok(sn_ngrams_create(&made->ngrams, &(sn_ngram_spec){.words = 1}, scratch.count, 1, false,
                               &err),
              &err);
    made->ngrams->spec.rule.kind = SN_TEXT_RULE_UNICODE;
    for (size_t i = 0; i < scratch.count; i++)
        made->ngrams->hashes[i] = scratch.ngrams[i].hash;
    qsort(made->ngrams->hashes, scratch.count, sizeof *made->ngrams->hashes, ascending);
    memset(made->ngrams->idf, 100, scratch.count);
    memset(made->ngrams->svm, 90, scratch.count);
    for (size_t i = 0; i < SN_NGRAM_SCALES; i++)
        made->ngrams->scales[i] = 1e-5F;
    assert_ok(sn_ngrams_complete(made->ngrams, &err), &err);
    sn_ngram_text_free(&scratch);
    complete_model(made);
    record_list list = begin_records(made, false);
    export_to(made, in_folder("model.c").text, SEQNET_QUANTIZE_NONE);
    for (size_t from = 0, length = 1; length <= LONGEST; from += ++length)
        add_record(&list, text + from, length);
    assert_true(run_programs(&list, 2) <= 1e-6);
    end_records(&list);
    seqnet_model_free(made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_agree),
        cmocka_unit_test(words_of_all_lengths_are_found),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
