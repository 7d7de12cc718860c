/*
 * Finding and reading Keras's imdb_word_index.json. Words and ranks are in vocabulary.h.
 */
#ifndef SN_WORD_INDEX_H
#define SN_WORD_INDEX_H

#include "vocabulary.h"

/* Reads a JSON object {"word": rank, ...}. Ranks are whole numbers from 1; gaps are allowed.
 * SEQNET_ERR_DATA. */
seqnet_status sn_word_index_read(sn_vocabulary **vocabulary, const char *path, seqnet_error *err);

/* Does the same with the bytes of the file; error sentences name `path`. */
seqnet_status sn_word_index_parse(sn_vocabulary **vocabulary, const char *json, size_t length,
                                  const char *path, seqnet_error *err);

/* Looks for the word index that belongs to `data` (a path): beside it, in $SEQNET_DATA and in
 * ~/.keras/datasets. The caller frees *path, which is NULL when there is none. */
seqnet_status sn_word_index_find(char **path, const char *data, seqnet_error *err);

#endif
