/* From texts to rows of ids: the vocabulary, and the words' ids. */
#include "load.h"

#include <stdlib.h>

#include "imdb.h"
#include "memory.h"

#include "banned.h"

enum { TEXTS_NUM_WORDS = 30000 };

static seqnet_status encode_texts(sn_sequences *rows, const sn_texts *texts,
                                  const sn_encoding *encoding, const sn_vocabulary *vocabulary,
                                  size_t *replaced, seqnet_error *err)
{
    seqnet_status status = SEQNET_OK;
    sn_tokenizer tokenizer = {0};
    sn_encoded encoded = {0};
    SN_GOTO(sn_sequences_reserve(rows, rows->count + texts->count, 0, err));
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

static void copy_weights(float *weights, const sn_texts *texts)
{
    for (size_t row = 0; row < texts->count; row++)
        weights[row] = texts->infos[row].weight;
}

/* Ids of words are rank + index_from, so the vocabulary takes this many; fewer when asked. */
static int32_t text_id_count(size_t words, int64_t num_words, const seqnet_id_options *options)
{
    const int64_t wanted = num_words < 0 ? TEXTS_NUM_WORDS : num_words;
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

/* From a list of words, a word index, or else the training part. */
static seqnet_status make_vocabulary(seqnet_dataset *dataset, const sn_texts *texts,
                                     const seqnet_word_options *options, seqnet_error *err)
{
    if (options->vocabulary)
        return sn_vocabulary_read(&dataset->vocabulary, options->vocabulary, err);
    if (options->word_index)
        return sn_load_word_index(dataset, dataset->source, options->word_index, err);
    return sn_vocabulary_from_texts(&dataset->vocabulary, texts, dataset->encoding.rule,
                                    (size_t)options->min_count, err);
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
                       "--num-words",
                       dataset->source, (int)dataset->encoding.id_count - 1);
    if (list)
        return sn_fail(err, SEQNET_ERR_DATA, "%s: holds no words", list);
    return sn_fail(err, SEQNET_ERR_DATA,
                   "%s: no word of the training rows is left for the vocabulary; choose a smaller "
                   "--min-count, or another text column",
                   dataset->source);
}

static seqnet_status encode_parts(seqnet_dataset *dataset, const sn_corpus *corpus,
                                  const sn_vocabulary *vocabulary, seqnet_error *err)
{
    const sn_texts *const texts = corpus->texts;
    const sn_encoding *const encoding = &dataset->encoding;
    size_t *const replaced = &dataset->reading.replaced;
    SN_TRY(
        encode_texts(&dataset->fitted, &texts[SEQNET_TRAIN], encoding, vocabulary, replaced, err));
    SN_TRY(encode_texts(&dataset->fitted, &texts[SEQNET_VALIDATION], encoding, vocabulary, replaced,
                        err));
    SN_TRY(
        encode_texts(&dataset->tested, &texts[SEQNET_TEST], encoding, vocabulary, replaced, err));
    if (corpus->has_weights) {
        SN_TRY(sn_sequences_weigh(&dataset->fitted, err));
        SN_TRY(sn_sequences_weigh(&dataset->tested, err));
        copy_weights(dataset->fitted.weights, &texts[SEQNET_TRAIN]);
        copy_weights(dataset->fitted.weights + texts[SEQNET_TRAIN].count,
                     &texts[SEQNET_VALIDATION]);
        copy_weights(dataset->tested.weights, &texts[SEQNET_TEST]);
    }
    sn_dataset_show_parts(dataset, texts[SEQNET_TRAIN].count);
    return SEQNET_OK;
}

seqnet_status sn_encode_corpus(seqnet_dataset *dataset, const sn_corpus *corpus,
                               const seqnet_dataset_options *options, const sn_fixed_words *fixed,
                               seqnet_text_rule by_default, seqnet_error *err)
{
    const seqnet_word_options *const words = &options->words;
    const seqnet_id_options *const ids = &options->ids;
    dataset->from_text = true;
    dataset->encoding = (sn_encoding){.skip_top = (int32_t)ids->skip_top,
                                      .start_char = ids->start_char,
                                      .oov_char = ids->oov_char,
                                      .index_from = ids->index_from,
                                      .rule = fixed ? fixed->rule : choose_rule(words, by_default)};
    if (!fixed)
        SN_TRY(make_vocabulary(dataset, &corpus->texts[SEQNET_TRAIN], words, err));
    const sn_vocabulary *const vocabulary = fixed ? fixed->vocabulary : dataset->vocabulary;
    dataset->encoding.id_count =
        fixed ? (int32_t)words->num_words
              : text_id_count(sn_vocabulary_size(vocabulary), words->num_words, ids);
    if (!fixed && !options->labels.any)
        SN_TRY(check_vocabulary(dataset, words->vocabulary, err));
    return encode_parts(dataset, corpus, vocabulary, err);
}
