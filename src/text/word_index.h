/*
 * Keras's imdb_word_index.json: where it is looked for, and reading it. What words and ranks are
 * for is in vocabulary.h.
 */
#ifndef SN_WORD_INDEX_H
#define SN_WORD_INDEX_H

#include "vocabulary.h"

/* Reads a JSON object of word: rank pairs. Ranks are whole numbers from 1; gaps are allowed. */
seqnet_status sn_word_index_read(sn_vocabulary **vocabulary, const char *path, seqnet_error *err);

/* The same from the file's bytes; error sentences name `path`. */
seqnet_status sn_word_index_parse(sn_vocabulary **vocabulary, const char *json, size_t length,
                                  const char *path, seqnet_error *err);

/* Looks for the word index that belongs to `data` (a path): beside it, in $SEQNET_DATA and in
 * ~/.keras/datasets. *path is allocated, or NULL when there is none. */
seqnet_status sn_word_index_find(char **path, const char *data, seqnet_error *err);

#endif
