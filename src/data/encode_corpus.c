/* From texts to rows of ids: the vocabulary, and the words' ids. */
#include "load.h"

#include <stdlib.h>

#include "buffer.h"
#include "imdb.h"
#include "memory.h"
#include "word_list.h"

#include "banned.h"

enum { START = -1 /* stands for a start id among words' numbers */ };

/* The usual num_words. Of few texts the words beyond them are so rare that nothing is learnt of
 * them, and the embeddings are most of a model's file. */
enum { NUM_WORDS = 30000, FEW_TEXTS = 12000, NUM_WORDS_OF_FEW = 14000 };

/* How texts are encoded. */
typedef struct text_reading {
    const sn_encoding *encoding;
    const sn_vocabulary *vocabulary;
    bool is_literal; /* see sn_encoded */
} text_reading;

static seqnet_status encode_texts(sn_sequences *rows, const sn_texts *texts,
                                  const text_reading *reading, seqnet_error *err)
{
    seqnet_status status = SEQNET_OK;
    sn_tokenizer tokenizer = {0};
    sn_encoded encoded = {.is_literal = reading->is_literal};
    SN_GOTO(sn_sequences_reserve(rows, rows->count + texts->count, 0, err));
    for (size_t row = 0; row < texts->count; row++) {
        size_t length;
        const char *const text = sn_texts_get(texts, row, &length);
        SN_GOTO(sn_encode_text(&encoded, reading->encoding, reading->vocabulary, &tokenizer, text,
                               length, err));
        SN_GOTO(sn_sequences_add(rows, encoded.ids, encoded.length, texts->infos[row].label, err));
    }
out:
    sn_encoded_free(&encoded);
    sn_tokenizer_free(&tokenizer);
    return status;
}

/* Ids of words are rank + index_from, so the vocabulary takes this many; fewer when asked, or
 * where that is usual. */
static int32_t text_id_count(size_t words, int64_t num_words, int64_t usual,
                             const seqnet_id_options *options)
{
    const int64_t wanted = num_words < 0 ? usual : num_words;
    const int64_t special = (int64_t)sn_largest_special_id(options) + 1;
    const int64_t words_end = (int64_t)words + options->index_from + 1;
    const int64_t all = words_end > special ? words_end : special;
    return (int32_t)(wanted && wanted < all ? wanted : all);
}

static sn_text_rule choose_rule(const seqnet_word_options *options, seqnet_text_rule by_default)
{
    const seqnet_text_rule named =
        options->text_rule == SEQNET_TEXT_RULE_AUTO ? by_default : options->text_rule;
    if (named == SEQNET_TEXT_RULE_KERAS)
        return (sn_text_rule){.kind = SN_TEXT_RULE_KERAS};
    return (sn_text_rule){.kind = SN_TEXT_RULE_UNICODE,
                          .drop_digits = options->drop_digits,
                          .cjk_pairs = options->cjk_pairs};
}

/* The words of one text as numbers, behind START where a row begins with a start id. */
typedef struct numbered_text {
    int32_t *numbers;
    size_t length, capacity;
} numbered_text;

static seqnet_status append(numbered_text *text, int32_t number, seqnet_error *err)
{
    SN_TRY(sn_grow(&text->numbers, &text->capacity, text->length + 1, sizeof *text->numbers, err));
    text->numbers[text->length++] = number;
    return SEQNET_OK;
}

static seqnet_status number_text(numbered_text *numbered, sn_word_counts *counts,
                                 sn_tokenizer *tokenizer, const sn_encoding *encoding,
                                 const sn_text_info *info, seqnet_error *err)
{
    const char *word;
    size_t length, number;
    numbered->length = 0;
    SN_TRY(sn_tokenizer_start(tokenizer, encoding->rule, info->text, info->length, err));
    if (encoding->start_char >= 0)
        SN_TRY(append(numbered, START, err));
    while (sn_tokenizer_next(tokenizer, &word, &length)) {
        SN_TRY(sn_word_counts_add(counts, word, length, &number, err));
        SN_TRY(append(numbered, (int32_t)number, err));
    }
    return SEQNET_OK;
}

/* Counts the words of texts and leaves their numbers where their ids are going to be, so that no
 * text is cut into words twice. */
static seqnet_status number_texts(sn_sequences *rows, sn_word_counts *counts, const sn_texts *texts,
                                  const sn_encoding *encoding, seqnet_error *err)
{
    seqnet_status status = SEQNET_OK;
    sn_tokenizer tokenizer = {0};
    numbered_text text = {0};
    SN_GOTO(sn_sequences_reserve(rows, texts->count, 0, err));
    for (size_t row = 0; row < texts->count; row++) {
        const sn_text_info *const info = &texts->infos[row];
        SN_GOTO(number_text(&text, counts, &tokenizer, encoding, info, err));
        SN_GOTO(sn_sequences_add(rows, text.numbers, text.length, info->label, err));
    }
out:
    free(text.numbers);
    sn_tokenizer_free(&tokenizer);
    return status;
}

/* Replaces the numbers of words by ids; those that are dropped leave no gap. */
static void replace_numbers(sn_sequences *rows, const int32_t *ids, int32_t start)
{
    size_t used = 0;
    for (size_t row = 0, i = 0; row < rows->count; row++) {
        for (; i < rows->offsets[row + 1]; i++) {
            const int32_t number = rows->ids[i];
            rows->ids[used] = number == START ? start : ids[number];
            used += rows->ids[used] >= 0;
        }
        rows->offsets[row + 1] = used;
    }
}

static void forget_numbers(seqnet_dataset *dataset)
{
    sn_sequences_free(&dataset->fitted);
    sn_sequences_free(&dataset->unlabeled);
}

static seqnet_status use_numbers(seqnet_dataset *dataset, const sn_word_counts *counts,
                                 size_t words, seqnet_error *err)
{
    const sn_encoding *const encoding = &dataset->encoding;
    const int32_t start = sn_encoding_limit(encoding, encoding->start_char);
    int32_t *ids;
    size_t unknown = 0;
    SN_TRY(sn_alloc(&ids, counts->distinct, sizeof *ids, err));
    for (size_t i = 0; i < counts->distinct; i++)
        ids[counts->words[i].number] = sn_encoding_rank(encoding, i < words ? i + 1 : 0, &unknown);
    replace_numbers(&dataset->fitted, ids, start);
    replace_numbers(&dataset->unlabeled, ids, start);
    free(ids);
    return SEQNET_OK;
}

/* A model that knows no word could tell nothing apart. */
static seqnet_status check_vocabulary(const seqnet_dataset *dataset, const char *list,
                                      seqnet_error *err)
{
    if (seqnet_dataset_known_words(dataset) > 0)
        return SEQNET_OK;
    if (sn_vocabulary_size(dataset->vocabulary) > 0)
        return sn_fail(err, SEQNET_ERR_DATA,
                       "%s: ids up to %d leave no word with an id of its own; choose a larger "
                       ".num_words",
                       dataset->source, (int)dataset->encoding.id_count - 1);
    if (list)
        return sn_fail(err, SEQNET_ERR_DATA, "%s: holds no words", list);
    return sn_fail(err, SEQNET_ERR_DATA,
                   "%s: no word of the training rows is left for the vocabulary; choose a smaller "
                   ".min_count, or another text column",
                   dataset->source);
}

static void copy_weights(float *weights, const sn_texts *texts)
{
    for (size_t row = 0; row < texts->count; row++)
        weights[row] = sn_texts_weight(texts, row);
}

static seqnet_status weigh(seqnet_dataset *dataset, const sn_texts *texts, seqnet_error *err)
{
    SN_TRY(sn_sequences_weigh(&dataset->fitted, err));
    SN_TRY(sn_sequences_weigh(&dataset->tested, err));
    copy_weights(dataset->fitted.weights, &texts[SEQNET_TRAIN]);
    copy_weights(dataset->fitted.weights + texts[SEQNET_TRAIN].count, &texts[SEQNET_VALIDATION]);
    copy_weights(dataset->tested.weights, &texts[SEQNET_TEST]);
    return SEQNET_OK;
}

static void narrow_rows(seqnet_dataset *dataset)
{
    const size_t ids = (size_t)dataset->encoding.id_count;
    sn_sequences_narrow(&dataset->fitted, ids);
    sn_sequences_narrow(&dataset->tested, ids);
    sn_sequences_narrow(&dataset->unlabeled, ids);
}

/* Encodes the parts whose rows are not there yet, and shows all of them. */
static seqnet_status encode_parts(seqnet_dataset *dataset, const sn_corpus *corpus,
                                  const text_reading *reading, seqnet_error *err)
{
    const sn_texts *const texts = corpus->texts;
    sn_sequences *const fitted = &dataset->fitted, *const tested = &dataset->tested;
    if (fitted->count == 0)
        SN_TRY(encode_texts(fitted, &texts[SEQNET_TRAIN], reading, err));
    SN_TRY(encode_texts(fitted, &texts[SEQNET_VALIDATION], reading, err));
    SN_TRY(encode_texts(tested, &texts[SEQNET_TEST], reading, err));
    if (dataset->vocabulary && dataset->unlabeled.count == 0) /* else a model reads the rows */
        SN_TRY(encode_texts(&dataset->unlabeled, &texts[SN_UNLABELED], reading, err));
    narrow_rows(dataset);
    if (corpus->has_weights)
        SN_TRY(weigh(dataset, texts, err));
    sn_dataset_show_parts(dataset, texts[SEQNET_TRAIN].count);
    return sn_dataset_widen(dataset, err);
}

/* Appends the words of one vocabulary that the other one lacks to its list of lines. */
static seqnet_status add_new_words(sn_buffer *lines, const sn_vocabulary *known,
                                   const sn_vocabulary *found, seqnet_error *err)
{
    size_t length;
    for (size_t rank = 1; rank <= sn_vocabulary_size(found); rank++) {
        const char *const word = sn_vocabulary_word(found, rank, &length);
        if (sn_vocabulary_rank(known, word, length) > 0)
            continue;
        SN_TRY(sn_buffer_add(lines, word, length, err));
        SN_TRY(sn_buffer_add_byte(lines, '\n', err));
    }
    return SEQNET_OK;
}

/* Puts the words that have ids already before those that were found. */
static seqnet_status put_base_first(seqnet_dataset *dataset, seqnet_error *err)
{
    size_t size;
    sn_buffer lines = {0};
    sn_vocabulary *joined = NULL;
    const sn_vocabulary *const known = dataset->base.vocabulary;
    const char *const text = sn_vocabulary_lines(known, SIZE_MAX, &size);
    seqnet_status status = sn_buffer_add(&lines, text, size, err);
    if (status == SEQNET_OK)
        status = add_new_words(&lines, known, dataset->vocabulary, err);
    if (status == SEQNET_OK)
        status = sn_vocabulary_from_lines(&joined, lines.bytes, lines.length, err);
    sn_buffer_free(&lines);
    if (status != SEQNET_OK)
        return status;
    sn_vocabulary_free(dataset->vocabulary);
    dataset->vocabulary = joined;
    return SEQNET_OK;
}

/* The words of the training texts and of those without labels, and these texts as ids. */
static seqnet_status learn_words(seqnet_dataset *dataset, const sn_texts *texts,
                                 const seqnet_dataset_options *options, seqnet_error *err)
{
    seqnet_status status = SEQNET_OK;
    sn_word_counts counts = {0};
    sn_encoding *const encoding = &dataset->encoding;
    SN_GOTO(number_texts(&dataset->fitted, &counts, &texts[SEQNET_TRAIN], encoding, err));
    SN_GOTO(number_texts(&dataset->unlabeled, &counts, &texts[SN_UNLABELED], encoding, err));
    SN_GOTO(sn_vocabulary_from_counts(&dataset->vocabulary, &counts,
                                      (size_t)options->words.min_count, err));
    if (dataset->base.vocabulary)
        SN_GOTO(put_base_first(dataset, err));
    const size_t words = sn_vocabulary_size(dataset->vocabulary);
    /* Those of all parts that are learnt from or validate, so that folds have as many words. */
    const size_t given =
        texts[SEQNET_TRAIN].count + texts[SEQNET_VALIDATION].count + texts[SN_UNLABELED].count;
    encoding->id_count =
        text_id_count(words, options->words.num_words,
                      (given <= FEW_TEXTS ? NUM_WORDS_OF_FEW : NUM_WORDS) + dataset->base.id_count,
                      &options->ids);
    if (dataset->base.id_count > encoding->id_count) /* they are not taken away */
        encoding->id_count = dataset->base.id_count;
    if (dataset->base.vocabulary ||
        (encoding->rule.kind == SN_TEXT_RULE_KERAS && words < counts.distinct))
        forget_numbers(dataset); /* words left out are looked up in other forms, too */
    else
        SN_GOTO(use_numbers(dataset, &counts, words, err));
out:
    sn_word_counts_free(&counts);
    return status;
}

/* The words of a list or of a word index, which is named. */
static seqnet_status read_words(seqnet_dataset *dataset, const seqnet_dataset_options *options,
                                seqnet_error *err)
{
    const seqnet_word_options *const words = &options->words;
    if (words->vocabulary)
        SN_TRY(sn_word_list_read(&dataset->vocabulary, dataset->reading.word_list,
                                 words->vocabulary, options->records.reader.encoding,
                                 dataset->encoding.rule, err));
    else
        SN_TRY(sn_load_word_index(dataset, dataset->source, words->word_index, err));
    dataset->encoding.id_count = text_id_count(sn_vocabulary_size(dataset->vocabulary),
                                               words->num_words, NUM_WORDS, &options->ids);
    return SEQNET_OK;
}

seqnet_status sn_encode_corpus(seqnet_dataset *dataset, const sn_corpus *corpus,
                               const seqnet_dataset_options *options, const sn_fixed_words *fixed,
                               seqnet_text_rule by_default, seqnet_error *err)
{
    const seqnet_word_options *const words = &options->words;
    const seqnet_id_options *const ids = &options->ids;
    const bool are_named = words->vocabulary || words->word_index;
    dataset->from_text = true;
    dataset->encoding =
        (sn_encoding){.id_count = (int32_t)words->num_words,
                      .skip_top = (int32_t)ids->skip_top,
                      .start_char = ids->start_char,
                      .oov_char = ids->oov_char,
                      .index_from = ids->index_from,
                      .rule = fixed                      ? fixed->rule
                              : dataset->base.vocabulary ? dataset->base.rule
                                                         : choose_rule(words, by_default)};
    text_reading reading = {.encoding = &dataset->encoding};
    if (dataset->base.vocabulary && (are_named || words->text_rule != SEQNET_TEXT_RULE_AUTO))
        return sn_fail(err, SEQNET_ERR_USAGE,
                       "%s: its words begin with those of a model, which has a text rule; leave "
                       ".vocabulary, .word_index and .text_rule out",
                       dataset->source);
    if (fixed) {
        reading.vocabulary = fixed->vocabulary;
        return encode_parts(dataset, corpus, &reading, err);
    }
    SN_TRY(are_named ? read_words(dataset, options, err)
                     : learn_words(dataset, corpus->texts, options, err));
    if (!options->labels.any)
        SN_TRY(check_vocabulary(dataset, words->vocabulary, err));
    reading.vocabulary = dataset->vocabulary;
    reading.is_literal = words->word_index && !words->vocabulary; /* which promises Keras's ids */
    return encode_parts(dataset, corpus, &reading, err);
}
