/*
 * The words of a text as a model reads them, where they are in the text, and the row of ids that
 * its network sees of them.
 */
#ifndef SN_READ_WORDS_H
#define SN_READ_WORDS_H

#include <seqnet/explain.h>

#include "buffer.h"
#include "config.h"
#include "variants.h"

/* The position of a word that the network does not see. */
#define SN_NO_POSITION SIZE_MAX

/* The caller zeroes it once and may use it for any number of texts. */
typedef struct sn_read_words {
    /* [count] */
    seqnet_explained_word *words;
    /* [count]: the number of each word among those of `row`, or SN_NO_POSITION. */
    size_t *positions;
    size_t count, cut;
    sn_word_row row;
    /* Scratch: all ids, and the texts of the words one behind the other. */
    int32_t *ids;
    sn_buffer texts;
    sn_tokenizer tokenizer;
    size_t id_count, word_capacity, position_capacity, id_capacity;
} sn_read_words;

/* Reads a text, which may be any bytes. SEQNET_ERR_MEMORY. */
seqnet_status sn_read_words_of(sn_read_words *read, const sn_model_config *config,
                               const sn_vocabulary *vocabulary, const char *text, size_t length,
                               seqnet_error *err);

void sn_read_words_free(sn_read_words *read);

#endif
