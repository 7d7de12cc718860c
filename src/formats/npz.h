/*
 * Keras's imdb.npz and its relatives: a zip (libzip) of four npy members x_train, y_train, x_test
 * and y_test. x_* are object arrays of integer rows (a pickle, read by pickle.h) or 2-D integer
 * arrays; y_* are integer arrays, of 0 and 1 unless a fifth member,
 * labels, names more classes. What comes out are the stored integers, unshuffled and unshifted.
 */
#ifndef SN_NPZ_H
#define SN_NPZ_H

#include <stdbool.h>

#include "file.h"
#include "sequences.h"
#include "string_set.h"

typedef struct sn_npz {
    sn_sequences train, test;
    sn_string_set labels; /* names of the classes; empty: they are not named */
    bool final_ids;       /* x_* were 2-D: rows are padded, final ids rather than word ranks */
    size_t width;         /* row length of the 2-D arrays (x_train's), else 0 */
} sn_npz;

/* Whether the bytes start like a zip archive. */
bool sn_npz_recognise(const sn_bytes *bytes);

/* Decodes the archive; `place` (its path) starts every error sentence. SEQNET_ERR_DATA for anything
 * malformed. On failure *npz is left freed. */
seqnet_status sn_npz_read(sn_npz *npz, const sn_bytes *bytes, const char *place, seqnet_error *err);
void sn_npz_free(sn_npz *npz);

#endif
