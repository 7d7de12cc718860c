/*
 * What a tokenizer's file says: the rule, the vocabulary and the facts of its encoding. How it is
 * read is in tokenizer_file.h.
 */
#ifndef SN_TOKENIZER_FORM_H
#define SN_TOKENIZER_FORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <seqnet/dataset.h>

#include "text_rule.h"
#include "vocabulary.h"

enum { SN_TOKENIZER_FORM = 64, SN_TOKENIZER_TOLD = 512 };

/* From text to ids, as Keras's texts_to_sequences does it: of the words that the rule finds, each
 * that the vocabulary has gets its rank plus index_from, each other one oov_id. No start id. */
typedef struct sn_tokenizer_file {
    sn_text_rule rule;
    /* The words whose ids are below num_words (all without it), so that no other limit applies. A
     * rank without a word is an id that no word has. */
    sn_vocabulary *vocabulary;
    /* 0, or -1 for an index whose first word has the id 0. */
    int32_t index_from;
    /* Of Keras's Tokenizer; 0: none. `vocabulary` is cut to it already. */
    int32_t num_words;
    /* The id of unknown words, also when it is not below num_words; -1: they are dropped. */
    int32_t oov_id;
    /* The highest id that a text can get: the embedding needs one row more. */
    int32_t highest_id;
    /* The words of the file, those above num_words included. */
    size_t words;
    /* It is Keras's index of the words of the IMDB data. Of models that imdb.load_data gave its
     * ids, the id of a word is 3 higher, 1 begins a text and 2 is the id of unknown words. */
    bool is_imdb;
    /* Timesteps, where the file says it: beside a tokenizer in a dictionary, or in an author's own
     * form; 0: it does not. */
    int32_t maxlen;
    /* Keras's padding and truncating, where the file says them. */
    bool has_padding, has_truncating;
    seqnet_side padding, truncating;
    /* What the file is: "Keras's Tokenizer, pickled". */
    char form[SN_TOKENIZER_FORM];
    /* What the user should know about it, a sentence without its place; or empty. */
    char told[SN_TOKENIZER_TOLD];
} sn_tokenizer_file;

#endif
