/*
 * Loading a dataset. There are three ways, chosen by what DATA is:
 *
 *   a Keras .npz     word ranks or final ids; the file says which rows train and which test
 *   builtin:demo     generated texts with parts of their own
 *   everything else  texts with labels (corpus.h): read, split, given a vocabulary, encoded
 */
#include "dataset.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dataset_options.h"
#include "demo.h"
#include "file.h"
#include "folder.h"
#include "imdb.h"
#include "memory.h"
#include "npz.h"
#include "split.h"
#include "word_index.h"
#include "word_index_check.h"

#include "banned.h"

static const char MORE_MEMORY[] = "use fewer rows, or a machine with more memory";

enum { TEXTS_NUM_WORDS = 30000, MANY_ROWS = 5000, MANY_LABELS = 20 };

/* The number of words the options ask for in texts, 0 for all, and in archives of ids. */
static int64_t words_of_texts(const seqnet_dataset_options *options)
{
    return options->num_words < 0 ? TEXTS_NUM_WORDS : options->num_words;
}

static int64_t words_of_ids(const seqnet_dataset_options *options)
{
    return options->num_words == SEQNET_NUM_WORDS_AUTO      ? SN_IDS_NUM_WORDS
           : options->num_words == SEQNET_NUM_WORDS_ALL_IDS ? 0
                                                            : options->num_words;
}

/* ids of 2-D data go into an embedding as they are: they must be below num_words. */
static seqnet_status check_final_ids(const seqnet_dataset *dataset, const char *place,
                                     seqnet_error *err)
{
    static const char *const names[2] = {"x_train", "x_test"};
    for (size_t p = 0; p < 2; p++)
        for (size_t row = 0; row < dataset->parts[p].count; row++) {
            size_t length;
            const int32_t *const ids =
                seqnet_dataset_row(dataset, (seqnet_part)p, row, &length, NULL);
            for (size_t i = 0; i < length; i++)
                if (ids[i] >= dataset->encoding.id_count)
                    return sn_fail(err, SEQNET_ERR_DATA,
                                   "%s: %s row %zu holds id %d, outside 0 to %d; the ids of a 2-D "
                                   "array are final, choose --num-words to fit them",
                                   place, names[p], row, ids[i], dataset->encoding.id_count - 1);
        }
    return SEQNET_OK;
}

static int32_t largest_of(const sn_sequences *rows)
{
    int32_t largest = 0;
    for (size_t i = 0; rows->count && i < rows->offsets[rows->count]; i++)
        largest = rows->ids[i] > largest ? rows->ids[i] : largest;
    return largest;
}

static seqnet_status take_final_ids(seqnet_dataset *dataset, sn_npz *npz, const char *place,
                                    const seqnet_dataset_options *options, seqnet_error *err)
{
    dataset->parts[SEQNET_TRAIN] = npz->train;
    dataset->parts[SEQNET_TEST] = npz->test;
    npz->train = npz->test = (sn_sequences){0};
    dataset->final_ids = true;
    dataset->width = npz->width;
    const int32_t train = largest_of(&dataset->parts[SEQNET_TRAIN]);
    const int32_t test = largest_of(&dataset->parts[SEQNET_TEST]);
    const int32_t largest = train > test ? train : test;
    const int32_t special = sn_largest_special_id(options);
    const int64_t present = (int64_t)(largest > special ? largest : special) + 1;
    dataset->encoding =
        (sn_encoding){.id_count = (int32_t)(options->num_words ? options->num_words : present),
                      .skip_top = (int32_t)options->skip_top,
                      .start_char = options->start_char,
                      .oov_char = options->oov_char,
                      .index_from = options->index_from};
    return check_final_ids(dataset, place, err);
}

static const char *const *names_of(const sn_fixed_words *fixed)
{
    return (const char *const *)fixed->label_names;
}

static const char *const CLASSES[2] = {"negative", "positive"};

static seqnet_status add_labels(sn_string_set *labels, const char *const *names, size_t count,
                                seqnet_error *err)
{
    for (size_t i = 0; i < count; i++) {
        size_t number;
        SN_TRY(sn_string_set_add(labels, names[i], strlen(names[i]), &number, err));
    }
    return SEQNET_OK;
}

static seqnet_status count_classes(seqnet_dataset *dataset, seqnet_error *err)
{
    const size_t classes = dataset->labels.count;
    free(dataset->class_counts);
    SN_TRY(
        sn_alloc(&dataset->class_counts, SN_PARTS * classes, sizeof *dataset->class_counts, err));
    for (size_t p = 0; p < SN_PARTS; p++)
        for (size_t row = 0; row < dataset->parts[p].count; row++)
            dataset->class_counts[p * classes + (size_t)dataset->parts[p].labels[row]]++;
    return SEQNET_OK;
}

static bool has_rows_of(const seqnet_dataset *dataset, size_t label)
{
    for (seqnet_part part = SEQNET_TRAIN; part < SEQNET_PARTS; part++)
        if (seqnet_dataset_class_count(dataset, part, (int32_t)label))
            return true;
    return false;
}

/* The number that each of the dataset's classes has among the known ones; a class that has rows
 * must be one of them. */
static seqnet_status find_numbers(const seqnet_dataset *dataset, const sn_string_set *known,
                                  size_t *numbers, seqnet_error *err)
{
    for (size_t i = 0; i < dataset->labels.count; i++) {
        size_t length;
        const char *const name = sn_string_set_get(&dataset->labels, i, &length);
        numbers[i] = sn_string_set_find(known, name, length);
        if (numbers[i] == SIZE_MAX && has_rows_of(dataset, i))
            return sn_fail(err, SEQNET_ERR_DATA,
                           "%s: the label '%.80s' is none of the model's (%.60s, %.60s%s); "
                           "use data like that it was trained on",
                           dataset->source, name, sn_string_set_get(known, 0, NULL),
                           sn_string_set_get(known, 1, NULL), known->count > 2 ? ", ..." : "");
    }
    return SEQNET_OK;
}

/* Gives the classes that the data names the numbers that they have among a model's. */
static seqnet_status renumber_rows(seqnet_dataset *dataset, const sn_fixed_words *fixed,
                                   seqnet_error *err)
{
    seqnet_status status = SEQNET_OK;
    sn_string_set known = {0};
    size_t *numbers = NULL;
    SN_GOTO(add_labels(&known, names_of(fixed), fixed->label_count, err));
    SN_GOTO(sn_alloc(&numbers, dataset->labels.count, sizeof *numbers, err));
    SN_GOTO(count_classes(dataset, err));
    SN_GOTO(find_numbers(dataset, &known, numbers, err));
    for (size_t p = 0; p < SN_PARTS; p++)
        for (size_t row = 0; row < dataset->parts[p].count; row++) {
            int32_t *const label = &dataset->parts[p].labels[row];
            *label = (int32_t)numbers[*label];
        }
    sn_string_set_free(&dataset->labels);
    dataset->labels = known;
    known = (sn_string_set){0};
out:
    sn_string_set_free(&known);
    free(numbers);
    return status;
}

static seqnet_status load_npz(seqnet_dataset *dataset, const sn_bytes *bytes, const char *place,
                              const seqnet_dataset_options *options, const sn_fixed_words *fixed,
                              seqnet_error *err)
{
    sn_npz npz = {0};
    seqnet_dataset_options resolved = *options;
    resolved.num_words = words_of_ids(options);
    SN_TRY(sn_check_divided_options(place, options, err));
    SN_TRY(sn_check_ids_options(place, options, err));
    SN_TRY(sn_npz_read(&npz, bytes, place, err));
    seqnet_status status = npz.labels.count ? sn_string_set_copy(&dataset->labels, &npz.labels, err)
                                            : add_labels(&dataset->labels, CLASSES, 2, err);
    if (status == SEQNET_OK)
        status = npz.final_ids ? take_final_ids(dataset, &npz, place, &resolved, err)
                               : sn_imdb_load_data(dataset->parts, &dataset->encoding, &npz,
                                                   &resolved, place, err);
    if (status == SEQNET_OK && npz.labels.count && fixed)
        status = renumber_rows(dataset, fixed, err);
    sn_npz_free(&npz);
    return status;
}

static seqnet_status load_word_index(seqnet_dataset *dataset, const char *data,
                                     const seqnet_dataset_options *options, seqnet_error *err)
{
    const char *const given = options->word_index;
    if (given)
        SN_TRY(sn_copy_string(&dataset->word_index_path, given, strlen(given), err));
    else
        SN_TRY(sn_word_index_find(&dataset->word_index_path, data, err));
    if (!dataset->word_index_path)
        return SEQNET_OK;
    return sn_word_index_read(&dataset->vocabulary, dataset->word_index_path, err);
}

/* A word index that was found, not named, may belong to other data. */
static seqnet_status look_at_word_index(seqnet_dataset *dataset, seqnet_error *err)
{
    SN_TRY(sn_word_index_check(dataset, &dataset->word_index_problem, err));
    if (!dataset->word_index_problem)
        return SEQNET_OK;
    sn_vocabulary_free(dataset->vocabulary);
    free(dataset->word_index_path);
    dataset->vocabulary = NULL;
    dataset->word_index_path = NULL;
    return SEQNET_OK;
}

static seqnet_status encode_texts(sn_sequences *rows, const sn_texts *texts,
                                  const sn_encoding *encoding, const sn_vocabulary *vocabulary,
                                  size_t *replaced, seqnet_error *err)
{
    seqnet_status status = SEQNET_OK;
    sn_tokenizer tokenizer = {0};
    sn_encoded encoded = {0};
    SN_GOTO(sn_sequences_reserve(rows, texts->count, 0, err));
    for (size_t row = 0; row < texts->count; row++) {
        size_t length;
        const char *const text = sn_texts_get(texts, row, &length);
        SN_GOTO(sn_encode_text(&encoded, encoding, vocabulary, &tokenizer, text, length, err));
        SN_GOTO(sn_sequences_add(rows, encoded.ids, encoded.length, texts->infos[row].label, err));
        *replaced += encoded.replaced;
    }
out:
    sn_encoded_free(&encoded);
    sn_tokenizer_free(&tokenizer);
    return status;
}

/* Ids of words are rank + index_from, so the vocabulary takes this many; fewer when asked. */
static int32_t text_id_count(size_t words, const seqnet_dataset_options *options)
{
    const int64_t wanted = words_of_texts(options);
    const int64_t special = (int64_t)sn_largest_special_id(options) + 1;
    const int64_t words_end = (int64_t)words + options->index_from + 1;
    const int64_t all = words_end > special ? words_end : special;
    return (int32_t)(wanted && wanted < all ? wanted : all);
}

static sn_text_rule choose_rule(const seqnet_dataset_options *options, seqnet_text_rule by_default)
{
    const seqnet_text_rule named =
        options->text_rule == SEQNET_TEXT_RULE_AUTO ? by_default : options->text_rule;
    if (named == SEQNET_TEXT_RULE_KERAS)
        return (sn_text_rule){.kind = SN_TEXT_RULE_KERAS};
    return (sn_text_rule){.kind = SN_TEXT_RULE_UNICODE,
                          .drop_digits = options->drop_digits,
                          .cjk_pairs = options->cjk_pairs};
}

/* From a list of words, a word index, or else the training part. */
static seqnet_status make_vocabulary(seqnet_dataset *dataset, const sn_texts *texts,
                                     const seqnet_dataset_options *options, seqnet_error *err)
{
    if (options->vocabulary)
        return sn_vocabulary_read(&dataset->vocabulary, options->vocabulary, err);
    if (options->word_index)
        return load_word_index(dataset, dataset->source, options, err);
    return sn_vocabulary_from_texts(&dataset->vocabulary, texts, dataset->encoding.rule,
                                    (size_t)options->min_count, err);
}

/* A model that knows no word could tell nothing apart. */
static seqnet_status check_vocabulary(const seqnet_dataset *dataset,
                                      const seqnet_dataset_options *options, seqnet_error *err)
{
    if (options->any_labels || seqnet_dataset_known_words(dataset) > 0)
        return SEQNET_OK;
    if (sn_vocabulary_size(dataset->vocabulary) > 0)
        return sn_fail(err, SEQNET_ERR_DATA,
                       "%s: ids up to %d leave no word with an id of its own; choose a larger "
                       "--num-words",
                       dataset->source, (int)dataset->encoding.id_count - 1);
    if (options->vocabulary)
        return sn_fail(err, SEQNET_ERR_DATA, "%s: holds no words", options->vocabulary);
    return sn_fail(err, SEQNET_ERR_DATA,
                   "%s: no word of the training rows is left for the vocabulary; choose a smaller "
                   "--min-count, or another text column",
                   dataset->source);
}

/* Gives the dataset its vocabulary, unless a model has one, and the texts as ids. */
static seqnet_status encode_corpus(seqnet_dataset *dataset, const sn_corpus *corpus,
                                   const seqnet_dataset_options *options,
                                   const sn_fixed_words *fixed, seqnet_text_rule by_default,
                                   seqnet_error *err)
{
    dataset->from_text = true;
    dataset->encoding =
        (sn_encoding){.skip_top = (int32_t)options->skip_top,
                      .start_char = options->start_char,
                      .oov_char = options->oov_char,
                      .index_from = options->index_from,
                      .rule = fixed ? fixed->rule : choose_rule(options, by_default)};
    if (!fixed)
        SN_TRY(make_vocabulary(dataset, &corpus->texts[SEQNET_TRAIN], options, err));
    const sn_vocabulary *const vocabulary = fixed ? fixed->vocabulary : dataset->vocabulary;
    dataset->encoding.id_count = fixed ? (int32_t)options->num_words
                                       : text_id_count(sn_vocabulary_size(vocabulary), options);
    if (!fixed)
        SN_TRY(check_vocabulary(dataset, options, err));
    for (size_t p = 0; p < SN_PARTS; p++)
        SN_TRY(encode_texts(&dataset->parts[p], &corpus->texts[p], &dataset->encoding, vocabulary,
                            &dataset->reading.replaced, err));
    return SEQNET_OK;
}

static seqnet_status load_demo(seqnet_dataset *dataset, const char *name,
                               const seqnet_dataset_options *options, const sn_fixed_words *fixed,
                               seqnet_error *err)
{
    sn_texts *const texts = dataset->corpus.texts;
    SN_TRY(sn_check_divided_options(name, options, err));
    SN_TRY(add_labels(&dataset->labels, CLASSES, 2, err));
    SN_TRY(sn_demo_generate(&texts[SEQNET_TRAIN], &texts[SEQNET_TEST], name, err));
    SN_TRY(encode_corpus(dataset, &dataset->corpus, options, fixed, SEQNET_TEXT_RULE_KERAS, err));
    return fixed ? renumber_rows(dataset, fixed, err) : SEQNET_OK;
}

/* Moves some of the training rows to another part: a share of them, or a fold. */
static seqnet_status set_aside(sn_corpus *corpus, seqnet_part part, double share,
                               const seqnet_dataset_options *options, seqnet_error *err)
{
    const sn_texts *const texts = &corpus->texts[SEQNET_TRAIN];
    const size_t count = texts->count, classes = corpus->labels.count;
    seqnet_status status = SEQNET_OK;
    int32_t *labels = NULL;
    uint8_t *chosen = NULL;
    if (share == 0.0 && options->folds > count)
        return sn_fail(
            err, SEQNET_ERR_USAGE,
            "%zu folds of %zu training rows would be empty in part; choose fewer --folds",
            options->folds, count);
    SN_GOTO(sn_alloc(&labels, count, sizeof *labels, err));
    SN_GOTO(sn_alloc(&chosen, count, sizeof *chosen, err));
    for (size_t i = 0; i < count; i++)
        labels[i] = texts->infos[i].label;
    SN_GOTO(share > 0.0
                ? sn_split_share(labels, count, classes, share, options->split_seed, chosen, err)
                : sn_split_fold(labels, count, classes, options->folds, options->fold,
                                options->split_seed, chosen, err));
    SN_GOTO(sn_corpus_move(corpus, SEQNET_TRAIN, part, chosen, err));
out:
    free(labels);
    free(chosen);
    return status;
}

/* Labels of a part's rows that differ; counts up to 2. */
static size_t count_labels(const sn_texts *texts)
{
    for (size_t i = 1; i < texts->count; i++)
        if (texts->infos[i].label != texts->infos[0].label)
            return 2;
    return texts->count ? 1 : 0;
}

static seqnet_status refuse_validation(size_t rows, const char *place, seqnet_error *err)
{
    char what[64] = "no rows";
    if (rows == 1)
        (void)snprintf(what, sizeof what, "1 row");
    else if (rows > 1)
        (void)snprintf(what, sizeof what, "%zu rows, all of one label", rows);
    return sn_fail(err, SEQNET_ERR_DATA,
                   "%s: the validation part has %s, which measures nothing; choose a larger "
                   "--validation-split, name a file with --val, or train without validation "
                   "(--validation-split 0)",
                   place, what);
}

/* Parts that cannot serve are refused here, where it can be said what to do. */
static seqnet_status check_parts(const sn_corpus *corpus, const char *place,
                                 const seqnet_dataset_options *options, seqnet_error *err)
{
    const sn_texts *const train = &corpus->texts[SEQNET_TRAIN];
    const sn_texts *const validation = &corpus->texts[SEQNET_VALIDATION];
    if (train->count == 0)
        return sn_fail(err, SEQNET_ERR_DATA, "%s: has no rows to train on", place);
    if (count_labels(train) < 2)
        return sn_fail(err, SEQNET_ERR_DATA,
                       "%s: all %zu training rows have the label '%.80s'; training needs rows of "
                       "at least two labels",
                       place, train->count,
                       sn_string_set_get(&corpus->labels, (size_t)train->infos[0].label, NULL));
    if (corpus->labels.count > MANY_LABELS && corpus->labels.count > train->count / 2)
        return sn_fail(err, SEQNET_ERR_DATA,
                       "%s: has %zu different labels in %zu training rows; name the field that "
                       "holds the label with --label-column or --label-key",
                       place, corpus->labels.count, train->count);
    if ((options->validation || options->validation_split != 0.0) && count_labels(validation) < 2)
        return refuse_validation(validation->count, place, err);
    return SEQNET_OK;
}

/* Of few rows a larger share is needed to tell good epochs from bad ones. */
static double validation_share(const sn_corpus *corpus, const seqnet_dataset_options *options)
{
    const size_t rows = corpus->texts[SEQNET_TRAIN].count;
    if (options->validation_split != SEQNET_SPLIT_AUTO)
        return options->validation_split;
    return rows < MANY_ROWS ? 0.2 : 0.1;
}

static seqnet_status split_corpus(sn_corpus *corpus, const char *place,
                                  const seqnet_dataset_options *options, seqnet_error *err)
{
    if ((options->folds || options->test_split > 0.0) && corpus->texts[SEQNET_TEST].count)
        return sn_fail(err, SEQNET_ERR_USAGE,
                       "%s: has a test part already; leave --test-split and --folds out", place);
    if (options->folds)
        SN_TRY(set_aside(corpus, SEQNET_TEST, 0.0, options, err));
    else if (options->test_split > 0.0)
        SN_TRY(set_aside(corpus, SEQNET_TEST, options->test_split, options, err));
    const double share = validation_share(corpus, options);
    if (share > 0.0 && corpus->texts[SEQNET_VALIDATION].count == 0)
        SN_TRY(set_aside(corpus, SEQNET_VALIDATION, share, options, err));
    return SEQNET_OK;
}

static seqnet_status fix_labels(sn_corpus *corpus, const sn_fixed_words *fixed, seqnet_error *err)
{
    corpus->labels_of = "the model's";
    return add_labels(&corpus->labels, names_of(fixed), fixed->label_count, err);
}

static bool is_stdin(const char *path)
{
    return path && strcmp(path, "-") == 0;
}

static seqnet_status check_inputs(const char *data, const seqnet_dataset_options *options,
                                  seqnet_error *err)
{
    if (is_stdin(data) + is_stdin(options->test) + is_stdin(options->validation) <= 1)
        return SEQNET_OK;
    return sn_fail(err, SEQNET_ERR_USAGE,
                   "standard input is named for two parts; name a file for one of them");
}

/* Reads all files that the options name. `stream`: DATA's, which is taken over, when it is a file.
 */
static seqnet_status read_corpus(sn_corpus *corpus, const char *data, sn_byte_stream *stream,
                                 const seqnet_dataset_options *options, seqnet_error *err)
{
    sn_label_map map = {0};
    seqnet_status status = SEQNET_OK;
    SN_GOTO(check_inputs(data, options, err));
    SN_GOTO(sn_label_map_parse(&map, options->label_map, err));
    if (stream)
        status = sn_corpus_read_stream(corpus, SEQNET_TRAIN, stream, data, options, &map, err);
    else
        status = sn_corpus_read(corpus, SEQNET_TRAIN, data, options, &map, err);
    stream = NULL;
    if (status != SEQNET_OK)
        goto out;
    sn_corpus_fix_labels(corpus);
    if (options->test)
        SN_GOTO(sn_corpus_read(corpus, SEQNET_TEST, options->test, options, &map, err));
    if (options->validation)
        SN_GOTO(sn_corpus_read(corpus, SEQNET_VALIDATION, options->validation, options, &map, err));
out:
    sn_stream_close(stream);
    sn_label_map_free(&map);
    return status;
}

static seqnet_status copy_weights(float **weights, const sn_texts *texts, seqnet_error *err)
{
    SN_TRY(sn_alloc(weights, texts->count, sizeof **weights, err));
    for (size_t row = 0; row < texts->count; row++)
        (*weights)[row] = texts->infos[row].weight;
    return SEQNET_OK;
}

/* Rows that all have the weight 0 leave nothing to learn. */
static seqnet_status check_weights(const sn_texts *texts, const char *place, seqnet_error *err)
{
    for (size_t row = 0; row < texts->count; row++)
        if (texts->infos[row].weight > 0.0F)
            return SEQNET_OK;
    return sn_fail(err, SEQNET_ERR_DATA,
                   "%s: all %zu training rows have the weight 0, which leaves nothing to learn",
                   place, texts->count);
}

/* Data without any row is refused, but where bad records are what is looked for. */
static seqnet_status check_rows(const sn_corpus *corpus, const char *place,
                                const seqnet_dataset_options *options, seqnet_error *err)
{
    const seqnet_reading *const reading = &corpus->reading;
    for (size_t part = 0; part < SN_PARTS; part++)
        if (corpus->texts[part].count)
            return SEQNET_OK;
    if (reading->dropped)
        return sn_fail(err, SEQNET_ERR_DATA,
                       "%s: has no rows left: --map drops all %zu; name their labels in it, or "
                       "pass '*=*' for those not named",
                       place, reading->dropped);
    if (reading->bad == 0)
        return sn_fail(err, SEQNET_ERR_DATA, "%s: has no rows; expected texts with labels", place);
    if (options->problems)
        return SEQNET_OK;
    return sn_fail(err, SEQNET_ERR_DATA, "%s: has no rows that can be read; the first: %s", place,
                   reading->first_bad);
}

/* From labelled texts to rows of ids. */
static seqnet_status use_corpus(seqnet_dataset *dataset, const seqnet_dataset_options *options,
                                const sn_fixed_words *fixed, seqnet_error *err)
{
    sn_corpus *const corpus = &dataset->corpus;
    const char *const place = dataset->source;
    if (!fixed) {
        SN_TRY(split_corpus(corpus, place, options, err));
        if (!options->any_labels)
            SN_TRY(check_parts(corpus, place, options, err));
        if (!options->any_labels && corpus->has_weights)
            SN_TRY(check_weights(&corpus->texts[SEQNET_TRAIN], place, err));
    }
    dataset->reading = corpus->reading;
    SN_TRY(sn_string_set_copy(&dataset->labels, &corpus->labels, err));
    for (size_t part = 0; corpus->has_weights && part < SN_PARTS; part++)
        SN_TRY(copy_weights(&dataset->weights[part], &corpus->texts[part], err));
    return encode_corpus(dataset, corpus, options, fixed, SEQNET_TEXT_RULE_UNICODE, err);
}

static seqnet_status load_corpus(seqnet_dataset *dataset, const char *data, sn_byte_stream *stream,
                                 const seqnet_dataset_options *options, const sn_fixed_words *fixed,
                                 seqnet_error *err)
{
    sn_corpus *const corpus = &dataset->corpus;
    const seqnet_status status = fixed ? fix_labels(corpus, fixed, err) : SEQNET_OK;
    if (status != SEQNET_OK) {
        sn_stream_close(stream);
        return status;
    }
    SN_TRY(read_corpus(corpus, data, stream, options, err));
    SN_TRY(check_rows(corpus, dataset->source, options, err));
    if (!fixed)
        SN_TRY(sn_corpus_sort_labels(corpus, err));
    return use_corpus(dataset, options, fixed, err);
}

/* An archive of ids, with the word index that belongs to it. */
static seqnet_status load_archive(seqnet_dataset *dataset, const char *data, sn_byte_stream *stream,
                                  const seqnet_dataset_options *options,
                                  const sn_fixed_words *fixed, seqnet_error *err)
{
    sn_bytes bytes;
    seqnet_status status = sn_bytes_read(&bytes, stream, err);
    sn_stream_close(stream);
    SN_TRY(status);
    status = load_npz(dataset, &bytes, dataset->source, options, fixed, err);
    sn_bytes_close(&bytes);
    if (status != SEQNET_OK || fixed)
        return status;
    SN_TRY(load_word_index(dataset, data, options, err));
    return dataset->vocabulary && !options->word_index ? look_at_word_index(dataset, err)
                                                       : SEQNET_OK;
}

/* Whether a file is an archive, which its first bytes tell, or is to be one by its name. */
static seqnet_status is_archive(sn_byte_stream *stream, const char *data, bool *answer,
                                seqnet_error *err)
{
    uint8_t first[4];
    size_t got;
    SN_TRY(sn_stream_peek(stream, first, sizeof first, &got, err));
    if (got == 0)
        return sn_fail(err, SEQNET_ERR_DATA, "%s: is empty", sn_stream_place(stream));
    *answer = sn_npz_recognise(&(sn_bytes){first, got}) || sn_has_ending(data, ".npz");
    return SEQNET_OK;
}

/* A file: an archive of ids, or else texts, which are never held all at once as they stand. */
static seqnet_status load_file(seqnet_dataset *dataset, const char *data,
                               const seqnet_dataset_options *options, const sn_fixed_words *fixed,
                               seqnet_error *err)
{
    sn_byte_stream *stream;
    bool archive;
    SN_TRY(sn_stream_open(&stream, data, err));
    const seqnet_status status = is_archive(stream, data, &archive, err);
    if (status != SEQNET_OK) {
        sn_stream_close(stream);
        return status;
    }
    return (archive ? load_archive : load_corpus)(dataset, data, stream, options, fixed, err);
}

static seqnet_status load(seqnet_dataset *dataset, const char *data,
                          const seqnet_dataset_options *options, const sn_fixed_words *fixed,
                          seqnet_error *err)
{
    const char *const reason = seqnet_dataset_options_check(options);
    if (reason)
        return sn_fail(err, SEQNET_ERR_USAGE, "%s", reason);
    const char *const shown = sn_shown_path(data);
    SN_TRY(sn_copy_string(&dataset->source, shown, strlen(shown), err));
    if (sn_demo_recognise(data))
        return load_demo(dataset, data, options, fixed, err);
    if (sn_folder_recognise(data)) {
        SN_TRY(sn_check_folder_options(data, options, err));
        return load_corpus(dataset, data, NULL, options, fixed, err);
    }
    return load_file(dataset, data, options, fixed, err);
}

/* Leaves nothing where loading failed, and texts only where they are wanted. */
static seqnet_status hand_over(seqnet_dataset **dataset, seqnet_status status,
                               const seqnet_dataset_options *options, seqnet_error *err)
{
    if (status == SEQNET_OK)
        status = count_classes(*dataset, err);
    if (status != SEQNET_OK) {
        seqnet_dataset_free(*dataset);
        *dataset = NULL;
    } else if (!options->keep_texts) {
        sn_corpus_free(&(*dataset)->corpus);
    }
    return status;
}

seqnet_status sn_dataset_load_with(seqnet_dataset **dataset, const char *data,
                                   const seqnet_dataset_options *options,
                                   const sn_fixed_words *fixed, seqnet_error *err)
{
    SN_TRY(sn_alloc(dataset, 1, sizeof **dataset, err));
    const seqnet_status status = load(*dataset, data, options, fixed, err);
    return sn_memory_place(hand_over(dataset, status, options, err), sn_shown_path(data),
                           MORE_MEMORY, err);
}

static seqnet_status resplit(seqnet_dataset *dataset, const seqnet_dataset *whole,
                             const seqnet_dataset_options *options, seqnet_error *err)
{
    const char *const reason = seqnet_dataset_options_check(options);
    if (reason)
        return sn_fail(err, SEQNET_ERR_USAGE, "%s", reason);
    if (whole->corpus.texts[SEQNET_TRAIN].count == 0 || sn_demo_recognise(whole->source))
        return sn_fail(err, SEQNET_ERR_USAGE,
                       "%s: only texts can be split anew: --folds is for them", whole->source);
    SN_TRY(sn_copy_string(&dataset->source, whole->source, strlen(whole->source), err));
    SN_TRY(sn_corpus_copy(&dataset->corpus, &whole->corpus, err));
    return use_corpus(dataset, options, NULL, err);
}

/* The rows keep their parts; labels get the numbers that they have among the model's. */
static seqnet_status recode(seqnet_dataset *recoded, const seqnet_dataset *dataset,
                            const seqnet_dataset_options *options, const sn_fixed_words *fixed,
                            seqnet_error *err)
{
    size_t texts = 0;
    for (size_t p = 0; p < SN_PARTS; p++)
        texts += dataset->corpus.texts[p].count;
    if (texts == 0)
        return sn_fail(err, SEQNET_ERR_USAGE, "%s: its texts were not kept", dataset->source);
    SN_TRY(sn_copy_string(&recoded->source, dataset->source, strlen(dataset->source), err));
    SN_TRY(sn_string_set_copy(&recoded->labels, &dataset->labels, err));
    SN_TRY(encode_corpus(recoded, &dataset->corpus, options, fixed, SEQNET_TEXT_RULE_AUTO, err));
    return renumber_rows(recoded, fixed, err);
}

seqnet_status sn_dataset_recode(seqnet_dataset **recoded, const seqnet_dataset *dataset,
                                const seqnet_dataset_options *options, const sn_fixed_words *fixed,
                                seqnet_error *err)
{
    SN_TRY(sn_alloc(recoded, 1, sizeof **recoded, err));
    return hand_over(recoded, recode(*recoded, dataset, options, fixed, err), options, err);
}

seqnet_status seqnet_dataset_resplit(seqnet_dataset **dataset, const seqnet_dataset *whole,
                                     const seqnet_dataset_options *options, seqnet_error *err)
{
    SN_TRY(sn_alloc(dataset, 1, sizeof **dataset, err));
    const seqnet_status status = resplit(*dataset, whole, options, err);
    return sn_memory_place(hand_over(dataset, status, options, err), whole->source, MORE_MEMORY,
                           err);
}

seqnet_status seqnet_dataset_load(seqnet_dataset **dataset, const char *data,
                                  const seqnet_dataset_options *options, seqnet_error *err)
{
    return sn_dataset_load_with(dataset, data, options, NULL, err);
}
