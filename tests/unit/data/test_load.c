/*
 * Loading labelled texts: the vocabulary, the splits, what is refused and how; an .npz and a
 * model's labels on the way.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "dataset.h"
#include "npz_file.h"
#include "records.h"

static int make_quiet_folder(void **state)
{
    return make_folder(state) || unsetenv("SEQNET_DATA") || setenv("HOME", test_folder, 1);
}

static seqnet_dataset *load_path(test_path path, const seqnet_dataset_options *options)
{
    seqnet_error err = {0};
    seqnet_dataset *dataset = NULL;
    assert_ok(seqnet_dataset_load(&dataset, path.text, options, &err), &err);
    return dataset;
}

static void assert_not_loaded(const char *data, const seqnet_dataset_options *options,
                              seqnet_status status, const char *sentence)
{
    seqnet_error err = {0};
    seqnet_dataset dummy, *dataset = &dummy;
    assert_failure(seqnet_dataset_load(&dataset, data, options, &err), &err, status, sentence);
    assert_null(dataset);
}

/* "LABEL:ID ID ...|" for each row of a part. */
static void assert_rows(const seqnet_dataset *dataset, seqnet_part part, const char *expected)
{
    text_log log = {0};
    log_text(&log, "");
    for (size_t row = 0; row < seqnet_dataset_count(dataset, part); row++) {
        size_t length;
        int32_t label;
        const int32_t *const ids = seqnet_dataset_row(dataset, part, row, &length, &label);
        log_text(&log, seqnet_dataset_label_name(dataset, label));
        for (size_t i = 0; i < length; i++) {
            char id[16];
            (void)snprintf(id, sizeof id, "%s%d", i ? " " : ":", ids[i]);
            log_text(&log, id);
        }
        log_text(&log, "|");
    }
    assert_string_equal(log.text, expected);
    free(log.text);
}

static void assert_word(const seqnet_dataset *dataset, int32_t id, const char *expected)
{
    size_t length;
    const char *const word = seqnet_dataset_word(dataset, id, &length);
    assert_non_null(word);
    assert_int_equal(length, strlen(expected));
    assert_memory_equal(word, expected, length);
}

/* Ids: the start id, then a 4, b 5, c 6, ... by frequency in the training part. */
static const char FEW[] = "label,text\npos,a b c\nneg,a b d\npos,a\n";

static void texts_become_ids_by_frequency(void **state)
{
    (void)state;
    const seqnet_dataset_options options = seqnet_dataset_options_default();
    seqnet_dataset *const dataset = load_path(write_text("few.csv", FEW), &options);
    assert_rows(dataset, SEQNET_TRAIN, "pos:1 4 5 6|neg:1 4 5 7|pos:1 4|");
    assert_rows(dataset, SEQNET_TEST, "");
    assert_rows(dataset, SEQNET_VALIDATION, "");
    assert_word(dataset, 4, "a");
    assert_word(dataset, 7, "d");
    assert_int_equal(seqnet_dataset_id_count(dataset), 8);
    assert_int_equal(seqnet_dataset_known_words(dataset), 4);
    assert_int_equal(seqnet_dataset_label_count(dataset), 2);
    assert_string_equal(seqnet_dataset_label_name(dataset, 0), "neg");
    assert_true(seqnet_dataset_is_text(dataset));
    assert_false(seqnet_dataset_is_builtin(dataset));
    assert_null(seqnet_dataset_word_index_path(dataset));
    assert_null(dataset->parts[SEQNET_TRAIN].weights);
    size_t length;
    assert_null(seqnet_dataset_text(dataset, SEQNET_TRAIN, 0, &length, NULL, NULL));
    seqnet_dataset_free(dataset);
}

static void the_vocabulary_is_that_of_the_training_part(void **state)
{
    (void)state;
    const test_path test = write_text("test.csv", "label,text\npos,z z z b\n");
    const test_path validation = write_text("val.csv", "label,text\npos,y\nneg,d y\n");
    seqnet_dataset_options options = seqnet_dataset_options_default();
    options.splits.test = test.text;
    options.splits.validation = validation.text;
    seqnet_dataset *const dataset = load_path(write_text("few.csv", FEW), &options);
    assert_rows(dataset, SEQNET_TRAIN, "pos:1 4 5 6|neg:1 4 5 7|pos:1 4|");
    assert_rows(dataset, SEQNET_TEST, "pos:1 2 2 2 5|");
    assert_rows(dataset, SEQNET_VALIDATION, "pos:1 2|neg:1 7 2|");
    assert_int_equal(seqnet_dataset_id_count(dataset), 8);
    seqnet_dataset_free(dataset);
}

static void the_training_rows_fix_the_labels(void **state)
{
    (void)state;
    const test_path data = write_text("few.csv", FEW);
    const test_path other = write_text("other.csv", "label,text\npos,a\nPOS,a\n");
    const test_path good = write_text("good.csv", "label,text\nfine,a\n");
    seqnet_dataset_options options = seqnet_dataset_options_default();
    options.splits.test = other.text;
    assert_not_loaded(data.text, &options, SEQNET_ERR_DATA,
                      "other.csv:3: the label 'POS' is none of the training rows' (pos, neg); "
                      "rename it with .map 'POS=pos', or drop its rows with 'POS='");
    options.labels.map = "POS,pos=p;neg=n";
    seqnet_dataset *dataset = load_path(data, &options);
    assert_rows(dataset, SEQNET_TEST, "p:1 4|p:1 4|");
    seqnet_dataset_free(dataset);
    options = seqnet_dataset_options_default();
    options.splits.validation = good.text;
    assert_not_loaded(data.text, &options, SEQNET_ERR_DATA, "good.csv:2: the label 'fine' is none");
    const test_path one = write_text("one.csv", "label,text\npos,a\n");
    options.labels.any = true;
    assert_not_loaded(one.text, &options, SEQNET_ERR_DATA, "of the training rows' (pos); rename");
}

static void rare_words_can_be_left_out(void **state)
{
    (void)state;
    seqnet_dataset_options options = seqnet_dataset_options_default();
    const test_path path = write_text("few.csv", FEW);
    options.words.min_count = 2;
    seqnet_dataset *dataset = load_path(path, &options);
    assert_rows(dataset, SEQNET_TRAIN, "pos:1 4 5 2|neg:1 4 5 2|pos:1 4|");
    assert_int_equal(seqnet_dataset_id_count(dataset), 6);
    seqnet_dataset_free(dataset);
    options.words.min_count = 100;
    assert_not_loaded(path.text, &options, SEQNET_ERR_DATA,
                      "few.csv: no word of the training rows is left for the vocabulary; choose a "
                      "smaller .min_count");
    options.words.min_count = 1;
    options.words.num_words = 5;
    dataset = load_path(path, &options);
    assert_rows(dataset, SEQNET_TRAIN, "pos:1 4 2 2|neg:1 4 2 2|pos:1 4|");
    assert_int_equal(seqnet_dataset_known_words(dataset), 1);
    seqnet_dataset_free(dataset);
    options.words.min_count = 0;
    assert_not_loaded(path.text, &options, SEQNET_ERR_USAGE, "min_count must be at least 1");
}

static void a_vocabulary_can_be_given(void **state)
{
    (void)state;
    const test_path words = write_text("words.txt", "d\r\nb\nzebra\n");
    const test_path path = write_text("few.csv", FEW), missing = in_folder("missing.txt");
    seqnet_dataset_options options = seqnet_dataset_options_default();
    options.words.vocabulary = words.text;
    options.words.min_count = 50; /* is for counted words */
    seqnet_dataset *const dataset = load_path(path, &options);
    assert_rows(dataset, SEQNET_TRAIN, "pos:1 2 5 2|neg:1 2 5 4|pos:1 2|");
    assert_int_equal(seqnet_dataset_id_count(dataset), 7);
    assert_word(dataset, 6, "zebra");
    seqnet_dataset_free(dataset);
    options.words.vocabulary = missing.text;
    assert_not_loaded(path.text, &options, SEQNET_ERR_DATA, "missing.txt: cannot be opened");
}

static void the_text_rule_can_be_chosen(void **state)
{
    (void)state;
    const test_path path = write_text("rule.csv", "label,text\np,don't stop!\nn,5 Stop\n");
    seqnet_dataset_options options = seqnet_dataset_options_default();
    options.words.text_rule = SEQNET_TEXT_RULE_KERAS;
    seqnet_dataset *dataset = load_path(path, &options);
    assert_int_equal(dataset->encoding.rule.kind, SN_TEXT_RULE_KERAS);
    assert_rows(dataset, SEQNET_TRAIN, "p:1 6 4|n:1 5 4|");
    seqnet_dataset_free(dataset);
    options.words.text_rule = SEQNET_TEXT_RULE_UNICODE;
    options.words.drop_digits = true;
    dataset = load_path(path, &options);
    assert_int_equal(dataset->encoding.rule.kind, SN_TEXT_RULE_UNICODE);
    assert_true(dataset->encoding.rule.drop_digits);
    assert_rows(dataset, SEQNET_TRAIN, "p:1 6 4 5|n:1 4|");
    seqnet_dataset_free(dataset);
}

static void invalid_utf8_is_counted(void **state)
{
    (void)state;
    const seqnet_dataset_options options = seqnet_dataset_options_default();
    seqnet_dataset *const dataset =
        load_path(write_text("bytes.csv", "label,text\na,x\xff\xfe y\nb,\xe2\x82 z\n"), &options);
    const seqnet_reading *const reading = seqnet_dataset_reading(dataset);
    assert_int_equal(reading->invalid.count, 3);
    assert_non_null(strstr(reading->invalid.first, "bytes.csv:2"));
    assert_int_equal(reading->replaced.count, 0);
    seqnet_dataset_free(dataset);
}

static void what_was_met_is_told(void **state)
{
    (void)state;
    seqnet_dataset_options options = seqnet_dataset_options_default();
    options.records.skip_bad = true;
    options.labels.map = "a=a;b=b;*=";
    seqnet_dataset *const dataset =
        load_path(write_text("met.csv", "label,text\na,x\nb,y\nc,z\n,v\n"), &options);
    const seqnet_reading *const reading = seqnet_dataset_reading(dataset);
    assert_int_equal(reading->bad, 1);
    assert_int_equal(reading->dropped, 1);
    assert_non_null(strstr(reading->first_bad, "met.csv:5: has no label"));
    seqnet_dataset_free(dataset);
}

static void weights_are_the_training_rows(void **state)
{
    (void)state;
    seqnet_dataset_options options = seqnet_dataset_options_default();
    options.records.reader.weight_field = "w";
    seqnet_dataset *const dataset =
        load_path(write_text("weights.csv", "label,text,w\na,x,2\nb,y,0.5\na,z,0\n"), &options);
    assert_non_null(dataset->parts[SEQNET_TRAIN].weights);
    assert_true(dataset->parts[SEQNET_TRAIN].weights[0] == 2.0F);
    assert_true(dataset->parts[SEQNET_TRAIN].weights[1] == 0.5F);
    assert_true(dataset->parts[SEQNET_TRAIN].weights[2] == 0.0F);
    seqnet_dataset_free(dataset);
}

/* Rows "a", "b" in turn; the text of each is its number. */
static test_path write_many(size_t rows)
{
    text_log text = {0};
    log_text(&text, "label,text\n");
    for (size_t i = 0; i < rows; i++) {
        char line[64];
        (void)snprintf(line, sizeof line, "%s,%zu\n", i % 2 ? "a" : "b", i);
        log_text(&text, line);
    }
    const test_path path = write_text("many.csv", text.text);
    free(text.text);
    return path;
}

static void assert_sizes(const seqnet_dataset *dataset, size_t train, size_t validation,
                         size_t test)
{
    const size_t sizes[SN_PARTS] = {
        [SEQNET_TRAIN] = train, [SEQNET_VALIDATION] = validation, [SEQNET_TEST] = test};
    for (size_t p = 0; p < SN_PARTS; p++) {
        assert_int_equal(seqnet_dataset_count(dataset, (seqnet_part)p), sizes[p]);
        for (int32_t label = 0; label < 2; label++)
            assert_int_equal(seqnet_dataset_class_count(dataset, (seqnet_part)p, label),
                             sizes[p] / 2);
    }
}

static void rows_are_set_aside_by_share(void **state)
{
    (void)state;
    seqnet_dataset_options options = seqnet_dataset_options_default();
    const test_path path = write_many(200);
    options.splits.test_split = 0.2;
    options.splits.validation_split = 0.25;
    seqnet_dataset *dataset = load_path(path, &options);
    assert_sizes(dataset, 120, 40, 40); /* the validation part is a share of what is left */
    seqnet_dataset_free(dataset);
    options.splits.test_split = 0.0;
    dataset = load_path(path, &options);
    assert_sizes(dataset, 150, 50, 0);
    seqnet_dataset_free(dataset);
}

static void the_automatic_share_follows_the_rows(void **state)
{
    (void)state;
    seqnet_dataset_options options = seqnet_dataset_options_default();
    options.splits.validation_split = SEQNET_SPLIT_AUTO;
    seqnet_dataset *dataset = load_path(write_many(4000), &options);
    assert_sizes(dataset, 3200, 800, 0);
    seqnet_dataset_free(dataset);
    dataset = load_path(write_many(5000), &options);
    assert_sizes(dataset, 4500, 500, 0);
    seqnet_dataset_free(dataset);
}

static void a_named_validation_part_is_not_split_off(void **state)
{
    (void)state;
    const test_path validation = write_text("val.csv", "label,text\na,1\nb,2\n");
    seqnet_dataset_options options = seqnet_dataset_options_default();
    options.splits.validation = validation.text;
    options.splits.validation_split = 0.5;
    seqnet_dataset *const dataset = load_path(write_many(20), &options);
    assert_sizes(dataset, 20, 2, 0);
    seqnet_dataset_free(dataset);
}

static void the_split_seed_chooses_the_rows(void **state)
{
    (void)state;
    char hashes[3][SN_HASH_TEXT];
    static const uint64_t seeds[] = {1, 1, 2};
    seqnet_dataset_options options = seqnet_dataset_options_default();
    options.splits.validation_split = 0.5;
    for (size_t i = 0; i < 3; i++) {
        options.splits.seed = seeds[i];
        seqnet_dataset *const dataset = load_path(write_many(100), &options);
        assert_int_equal(seqnet_dataset_hash(dataset, hashes[i], NULL), SEQNET_OK);
        seqnet_dataset_free(dataset);
    }
    assert_string_equal(hashes[0], hashes[1]);
    assert_string_not_equal(hashes[0], hashes[2]);
}

static void parts_that_cannot_serve_are_refused(void **state)
{
    (void)state;
    seqnet_dataset_options options = seqnet_dataset_options_default();
    const test_path none = write_text("none.csv", "label,text\n");
    const test_path one = write_text("one.csv", "label,text\ngood,x\ngood,y\n");
    const test_path few = write_text("few.csv", FEW);
    assert_not_loaded(none.text, &options, SEQNET_ERR_DATA,
                      "none.csv: has no rows; expected texts with labels");
    assert_not_loaded(one.text, &options, SEQNET_ERR_DATA,
                      "one.csv: all 2 training rows have the label 'good'; training needs rows of "
                      "at least two labels");
    const test_path same = write_text("same.csv", "label,text\npos,x\npos,y\n");
    options.splits.validation = same.text;
    assert_not_loaded(few.text, &options, SEQNET_ERR_DATA,
                      "few.csv: the validation part has 2 rows, all of one label, which measures "
                      "nothing; choose a larger .validation_split");
    options.splits.validation = NULL;
    options.splits.validation_split = SEQNET_SPLIT_AUTO;
    assert_not_loaded(few.text, &options, SEQNET_ERR_DATA,
                      "few.csv: the validation part has no rows, which measures nothing; choose");
    options.splits.validation_split = 0.5;
    assert_not_loaded(few.text, &options, SEQNET_ERR_DATA,
                      "few.csv: the validation part has 1 row, which measures nothing; choose");
    options.splits.validation_split = 0.0;
    options.labels.map = "pos=pos;*=";
    assert_not_loaded(few.text, &options, SEQNET_ERR_DATA,
                      "all 2 training rows have the label 'pos'");
    options.labels.map = "x=y;*=";
    assert_not_loaded(few.text, &options, SEQNET_ERR_DATA, "has no rows left: .map drops all 3");
    options.labels.map = "x";
    assert_not_loaded(few.text, &options, SEQNET_ERR_USAGE, "the label map's rule 'x' has no '='");
}

static void standard_input_is_read_and_named(void **state)
{
    (void)state;
    static const char text[] = "label,text\ngood,x\n";
    seqnet_dataset_options options = seqnet_dataset_options_default();
    pieces p = begin_pieces(text, sizeof text - 1, 5);
    assert_not_loaded("-", &options, SEQNET_ERR_DATA,
                      "standard input: all 1 training rows have the label 'good'");
    end_pieces(p);
    options.labels.any = true;
    p = begin_pieces(text, sizeof text - 1, 5);
    seqnet_dataset *dataset = NULL;
    assert_int_equal(seqnet_dataset_load(&dataset, "-", &options, NULL), SEQNET_OK);
    end_pieces(p);
    assert_rows(dataset, SEQNET_TRAIN, "good:1 4|");
    seqnet_dataset_free(dataset);
}

static void to_look_at_any_rows_will_do(void **state)
{
    (void)state;
    seqnet_dataset_options options = seqnet_dataset_options_default();
    options.labels.any = true;
    seqnet_dataset *dataset =
        load_path(write_text("one.csv", "label,text\ngood,x\ngood,y\n"), &options);
    assert_rows(dataset, SEQNET_TRAIN, "good:1 4|good:1 5|");
    seqnet_dataset_free(dataset);
}

static void splits_out_of_range_are_refused(void **state)
{
    (void)state;
    static const double shares[] = {-0.1, 1.0, 2.0, (double)NAN};
    const test_path path = write_many(20);
    for (size_t i = 0; i < sizeof shares / sizeof shares[0]; i++) {
        seqnet_dataset_options options = seqnet_dataset_options_default();
        options.splits.test_split = shares[i];
        assert_not_loaded(path.text, &options, SEQNET_ERR_USAGE, "test_split and");
        options.splits.test_split = 0.0;
        options.splits.validation_split = shares[i];
        assert_not_loaded(path.text, &options, SEQNET_ERR_USAGE, "validation_split must be");
    }
    seqnet_dataset_options options = seqnet_dataset_options_default();
    options.splits.folds = 1;
    assert_not_loaded(path.text, &options, SEQNET_ERR_USAGE, "folds must be from 2 to 1000");
    options.splits.folds = 1001;
    assert_not_loaded(path.text, &options, SEQNET_ERR_USAGE, "folds must be from 2 to 1000");
    options.splits.folds = options.splits.fold = 2;
    assert_not_loaded(path.text, &options, SEQNET_ERR_USAGE, "and fold below it");
    options.splits.fold = 0;
    options.splits.test = path.text;
    assert_not_loaded(path.text, &options, SEQNET_ERR_USAGE, "folds make a test part of their own");
    options.splits.test = NULL;
    options.splits.test_split = 0.1;
    assert_not_loaded(path.text, &options, SEQNET_ERR_USAGE, "folds make a test part of their own");
}

static void a_test_part_is_not_made_twice(void **state)
{
    (void)state;
    const test_path path = write_many(20);
    seqnet_dataset_options options = seqnet_dataset_options_default();
    options.splits.test = path.text;
    options.splits.test_split = 0.5;
    assert_not_loaded(path.text, &options, SEQNET_ERR_USAGE,
                      "many.csv: has a test part already; leave .test_split and .folds out");
}

static void folds_come_from_one_reading(void **state)
{
    (void)state;
    enum { ROWS = 50, FOLDS = 5 };
    size_t met[ROWS] = {0};
    seqnet_error err = {0};
    seqnet_dataset_options options = seqnet_dataset_options_default();
    options.keep_texts = true;
    seqnet_dataset *const whole = load_path(write_many(ROWS), &options);
    options.splits.folds = FOLDS;
    options.splits.validation_split = 0.25;
    for (options.splits.fold = 0; options.splits.fold < FOLDS; options.splits.fold++) {
        seqnet_dataset *fold = NULL, *loaded;
        char hashes[2][SN_HASH_TEXT];
        assert_ok(seqnet_dataset_resplit(&fold, whole, &options, &err), &err);
        assert_sizes(fold, 30, 10, 10);
        for (size_t row = 0; row < 10; row++) {
            size_t length;
            size_t line = 0;
            assert_non_null(seqnet_dataset_text(fold, SEQNET_TEST, row, &length, NULL, &line));
            met[line - 2]++;
        }
        loaded = load_path(in_folder("many.csv"), &options);
        assert_int_equal(seqnet_dataset_hash(fold, hashes[0], NULL), SEQNET_OK);
        assert_int_equal(seqnet_dataset_hash(loaded, hashes[1], NULL), SEQNET_OK);
        assert_string_equal(hashes[0], hashes[1]);
        seqnet_dataset_free(fold);
        seqnet_dataset_free(loaded);
    }
    seqnet_dataset_free(whole);
    for (size_t i = 0; i < ROWS; i++)
        assert_int_equal(met[i], 1);
}

static void a_resplit_keeps_texts_only_when_asked(void **state)
{
    (void)state;
    size_t length;
    seqnet_error err = {0};
    seqnet_dataset *again = NULL;
    seqnet_dataset_options options = seqnet_dataset_options_default();
    options.keep_texts = true;
    seqnet_dataset *const whole = load_path(write_many(20), &options);
    options.keep_texts = false;
    options.splits.test_split = 0.5;
    assert_ok(seqnet_dataset_resplit(&again, whole, &options, &err), &err);
    assert_sizes(again, 10, 0, 10);
    assert_null(seqnet_dataset_text(again, SEQNET_TRAIN, 0, &length, NULL, NULL));
    assert_non_null(seqnet_dataset_text(whole, SEQNET_TRAIN, 0, &length, NULL, NULL));
    seqnet_dataset_free(again);
    seqnet_dataset_free(whole);
}

static void only_texts_are_split_anew(void **state)
{
    (void)state;
    seqnet_error err = {0};
    seqnet_dataset *again = NULL;
    seqnet_dataset_options options = seqnet_dataset_options_default();
    seqnet_dataset *whole = load_path(write_many(20), &options); /* without keep_texts */
    options.splits.folds = 2;
    assert_failure(seqnet_dataset_resplit(&again, whole, &options, &err), &err, SEQNET_ERR_USAGE,
                   "only texts can be split anew");
    assert_null(again);
    seqnet_dataset_free(whole);
    options.splits.folds = 0;
    options.keep_texts = true;
    assert_ok(seqnet_dataset_load(&whole, "builtin:demo:100", &options, &err), &err);
    options.splits.folds = 2;
    assert_failure(seqnet_dataset_resplit(&again, whole, &options, &err), &err, SEQNET_ERR_USAGE,
                   "only texts can be split anew");
    seqnet_dataset_free(whole);
}

static test_path write_ids(void)
{
    sn_sequences parts[2] = {{0}};
    seqnet_error err = {0};
    for (int32_t i = 0; i < 4; i++)
        assert_ok(sn_sequences_add(&parts[i / 2], (const int32_t[]){1, 4 + i}, 2, i % 2, &err),
                  &err);
    return write_npz("ids.npz", parts, 2);
}

/* The words of a row come to it on two ways: counted with the vocabulary, and looked up in it. */
static void counted_words_get_the_ids_of_looked_up_ones(void **state)
{
    (void)state;
    static const char rows[] =
        "label,text\na,b b b c c d\nb,\na,e c b d x\nb,c d e\na,b\nb,d d d d\n";
    static const struct {
        int64_t num_words, skip_top, min_count;
        int32_t start, oov;
    } cases[] = {{0, 0, 1, 1, 2},  {6, 0, 1, 1, 2},  {7, 5, 1, 1, 2},
                 {0, 0, 3, 1, -1}, {7, 5, 1, 1, -1}, {0, 0, 2, -1, -1}};
    const test_path path = write_text("counted.csv", rows);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        seqnet_dataset_options options = seqnet_dataset_options_default();
        options.words.num_words = cases[i].num_words;
        options.words.min_count = cases[i].min_count;
        options.ids.skip_top = cases[i].skip_top;
        options.ids.start_char = cases[i].start;
        options.ids.oov_char = cases[i].oov;
        options.splits.test = path.text;
        seqnet_dataset *const dataset = load_path(path, &options);
        assert_int_equal(seqnet_dataset_count(dataset, SEQNET_TRAIN), 6);
        for (size_t row = 0; row < 6; row++) {
            size_t length, other;
            const int32_t *const counted =
                seqnet_dataset_row(dataset, SEQNET_TRAIN, row, &length, NULL);
            const int32_t *const found =
                seqnet_dataset_row(dataset, SEQNET_TEST, row, &other, NULL);
            assert_int_equal(length, other);
            assert_memory_equal(counted, found, length * sizeof *found);
        }
        seqnet_dataset_free(dataset);
    }
}

/* Of 80 training rows the last ones validate; the rows, their ids and the hash stay as they are. */
static void a_tail_validates_when_training_asks_for_it(void **state)
{
    (void)state;
    seqnet_error err = {0};
    seqnet_dataset *whole, *dataset;
    char before[SEQNET_HASH_TEXT], after[SEQNET_HASH_TEXT];
    seqnet_dataset_options options = seqnet_dataset_options_default();
    options.splits.validation_split = 0.33;
    assert_ok(seqnet_dataset_load(&whole, "builtin:demo:100", &options, &err), &err);
    options.splits.tail = true;
    assert_ok(seqnet_dataset_load(&dataset, "builtin:demo:100", &options, &err), &err);
    assert_int_equal(seqnet_dataset_count(whole, SEQNET_VALIDATION), 0);
    assert_int_equal(seqnet_dataset_count(dataset, SEQNET_TRAIN), 53);
    assert_int_equal(seqnet_dataset_count(dataset, SEQNET_VALIDATION), 27);
    assert_true(seqnet_dataset_validation_split(dataset) == 0.33);
    size_t length, other;
    const int32_t *const ids = seqnet_dataset_row(whole, SEQNET_TRAIN, 53, &length, NULL);
    const int32_t *const same = seqnet_dataset_row(dataset, SEQNET_VALIDATION, 0, &other, NULL);
    assert_int_equal(length, other);
    assert_memory_equal(ids, same, length * sizeof *ids);
    assert_int_equal(sn_dataset_given_rows(dataset).count, 80);
    assert_int_equal(seqnet_dataset_hash(whole, before, NULL), SEQNET_OK);
    assert_int_equal(seqnet_dataset_hash(dataset, after, NULL), SEQNET_OK);
    assert_string_equal(before, after);
    seqnet_dataset_free(whole);
    seqnet_dataset_free(dataset);
}

static void a_tail_that_leaves_nothing_is_refused(void **state)
{
    (void)state;
    static const double shares[] = {0.9999, 1e-18};
    const test_path ids = write_ids();
    seqnet_dataset_options options = seqnet_dataset_options_default();
    options.splits.tail = true;
    for (size_t i = 0; i < sizeof shares / sizeof *shares; i++) {
        options.splits.validation_split = shares[i];
        assert_not_loaded(ids.text, &options, SEQNET_ERR_USAGE, "leaves nothing to train on or");
        assert_not_loaded("builtin:demo:100", &options, SEQNET_ERR_USAGE, "are 80 training rows");
    }
}

/* What is for texts must not be ignored silently for other data. */
static void data_with_parts_of_its_own_takes_no_others(void **state)
{
    (void)state;
    static const char refusal[] = "says itself which rows train and which test";
    const test_path ids = write_ids(), other = write_text("few.csv", FEW);
    const char *const datas[] = {ids.text, "builtin:demo:100"};
    for (size_t i = 0; i < 2; i++) {
        seqnet_dataset_options options = seqnet_dataset_options_default();
        options.splits.validation_split = SEQNET_SPLIT_AUTO; /* asks for nothing */
        seqnet_dataset *dataset = NULL;
        assert_int_equal(seqnet_dataset_load(&dataset, datas[i], &options, NULL), SEQNET_OK);
        seqnet_dataset_free(dataset);
        options.splits.test = other.text;
        assert_not_loaded(datas[i], &options, SEQNET_ERR_USAGE, refusal);
        options.splits.test = NULL;
        options.splits.validation = other.text;
        assert_not_loaded(datas[i], &options, SEQNET_ERR_USAGE, refusal);
        options.splits.validation = NULL;
        options.splits.folds = 2;
        assert_not_loaded(datas[i], &options, SEQNET_ERR_USAGE, refusal);
        options.splits.folds = 0;
        options.splits.test_split = 0.5;
        assert_not_loaded(datas[i], &options, SEQNET_ERR_USAGE, refusal);
        options.splits.test_split = 0.0;
        options.labels.map = "*=*";
        assert_not_loaded(datas[i], &options, SEQNET_ERR_USAGE, refusal);
    }
}

static seqnet_status load_fixed(seqnet_dataset **dataset, const char *data, const char *words,
                                char *const *labels, size_t label_count, seqnet_error *err)
{
    sn_vocabulary *vocabulary = NULL;
    seqnet_dataset_options options = seqnet_dataset_options_default();
    options.words.num_words = 6;
    options.splits.validation_split = 0.5; /* is for training */
    assert_ok(sn_vocabulary_from_lines(&vocabulary, words, strlen(words), err), err);
    const sn_fixed_words fixed = {
        .vocabulary = vocabulary, .label_names = labels, .label_count = label_count};
    const seqnet_status status = sn_dataset_load_with(dataset, data, &options, &fixed, err);
    sn_vocabulary_free(vocabulary);
    return status;
}

static void a_model_fixes_words_and_labels(void **state)
{
    (void)state;
    static char pos[] = "pos", neg[] = "neg";
    char *const labels[] = {pos, neg};
    seqnet_error err = {0};
    seqnet_dataset *dataset = NULL;
    const test_path path = write_text("few.csv", FEW);
    assert_ok(load_fixed(&dataset, path.text, "b\nd\na\n", labels, 2, &err), &err);
    assert_rows(dataset, SEQNET_TRAIN, "pos:1 2 4 2|neg:1 2 4 5|pos:1 2|");
    assert_int_equal(seqnet_dataset_count(dataset, SEQNET_VALIDATION), 0);
    assert_string_equal(seqnet_dataset_label_name(dataset, 0), "pos");
    seqnet_dataset_free(dataset);
    const test_path one = write_text("one.csv", "label,text\nneg,b\n"); /* one label will do */
    assert_ok(load_fixed(&dataset, one.text, "b\n", labels, 2, &err), &err);
    assert_rows(dataset, SEQNET_TRAIN, "neg:1 4|");
    seqnet_dataset_free(dataset);
    const test_path other = write_text("other.csv", "label,text\nneg,b\nfine,a\n");
    assert_failure(load_fixed(&dataset, other.text, "b\n", labels, 2, &err), &err, SEQNET_ERR_DATA,
                   "other.csv:3: the label 'fine' is none of the model's (pos, neg)");
    assert_null(dataset);
}

/* Its classes are found by their names in a model's labels, whatever their order. */
static void the_demo_has_labels_like_any_texts(void **state)
{
    (void)state;
    static char positive[] = "positive", neutral[] = "neutral", negative[] = "negative";
    char *const labels[] = {positive, neutral, negative};
    seqnet_error err = {0};
    seqnet_dataset *dataset = NULL;
    assert_ok(load_fixed(&dataset, "builtin:demo:100", "the\n", labels, 3, &err), &err);
    assert_int_equal(seqnet_dataset_label_count(dataset), 3);
    assert_int_equal(seqnet_dataset_class_count(dataset, SEQNET_TRAIN, 0), 40);
    assert_int_equal(seqnet_dataset_class_count(dataset, SEQNET_TRAIN, 1), 0);
    assert_int_equal(seqnet_dataset_class_count(dataset, SEQNET_TRAIN, 2), 40);
    seqnet_dataset_free(dataset);
    assert_failure(load_fixed(&dataset, "builtin:demo:100", "the\n", labels, 2, &err), &err,
                   SEQNET_ERR_DATA,
                   "builtin:demo:100: the label 'negative' is none of the model's (positive, "
                   "neutral)");
}

static void kept_texts_know_their_place(void **state)
{
    (void)state;
    size_t length, line = 9;
    const char *source = NULL;
    seqnet_error err = {0};
    seqnet_dataset_options options = seqnet_dataset_options_default();
    options.keep_texts = true;
    const test_path path = write_text("few.csv", FEW);
    seqnet_dataset *dataset = load_path(path, &options);
    const char *text = seqnet_dataset_text(dataset, SEQNET_TRAIN, 1, &length, &source, &line);
    assert_int_equal(length, 5);
    assert_memory_equal(text, "a b d", 5);
    assert_string_equal(source, path.text);
    assert_int_equal(line, 3);
    assert_null(seqnet_dataset_text(dataset, SEQNET_TRAIN, 3, &length, NULL, NULL));
    assert_null(seqnet_dataset_text(dataset, SEQNET_TEST, 0, &length, NULL, NULL));
    seqnet_dataset_free(dataset);
    assert_ok(seqnet_dataset_load(&dataset, "builtin:demo:100", &options, &err), &err);
    assert_non_null(seqnet_dataset_text(dataset, SEQNET_TEST, 0, &length, &source, NULL));
    assert_string_equal(source, "builtin:demo:100");
    assert_true(seqnet_dataset_is_builtin(dataset));
    seqnet_dataset_free(dataset);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_become_ids_by_frequency),
        cmocka_unit_test(the_vocabulary_is_that_of_the_training_part),
        cmocka_unit_test(the_training_rows_fix_the_labels),
        cmocka_unit_test(rare_words_can_be_left_out),
        cmocka_unit_test(a_vocabulary_can_be_given),
        cmocka_unit_test(the_text_rule_can_be_chosen),
        cmocka_unit_test(invalid_utf8_is_counted),
        cmocka_unit_test(what_was_met_is_told),
        cmocka_unit_test(weights_are_the_training_rows),
        cmocka_unit_test(rows_are_set_aside_by_share),
        cmocka_unit_test(the_automatic_share_follows_the_rows),
        cmocka_unit_test(a_named_validation_part_is_not_split_off),
        cmocka_unit_test(the_split_seed_chooses_the_rows),
        cmocka_unit_test(parts_that_cannot_serve_are_refused),
        cmocka_unit_test(standard_input_is_read_and_named),
        cmocka_unit_test(to_look_at_any_rows_will_do),
        cmocka_unit_test(splits_out_of_range_are_refused),
        cmocka_unit_test(a_test_part_is_not_made_twice),
        cmocka_unit_test(folds_come_from_one_reading),
        cmocka_unit_test(a_resplit_keeps_texts_only_when_asked),
        cmocka_unit_test(only_texts_are_split_anew),
        cmocka_unit_test(counted_words_get_the_ids_of_looked_up_ones),
        cmocka_unit_test(a_tail_validates_when_training_asks_for_it),
        cmocka_unit_test(a_tail_that_leaves_nothing_is_refused),
        cmocka_unit_test(data_with_parts_of_its_own_takes_no_others),
        cmocka_unit_test(a_model_fixes_words_and_labels),
        cmocka_unit_test(the_demo_has_labels_like_any_texts),
        cmocka_unit_test(kept_texts_know_their_place),
    };
    return cmocka_run_group_tests(tests, make_quiet_folder, remove_folder);
}
