/*
 * Keras's imdb.npz and its relatives: a zip (libzip) of four npy members x_train, y_train, x_test
 * and y_test. x_* are object arrays of integer rows (pickle.h) or 2-D integer arrays. y_* are
 * integer arrays, of 0 and 1 unless a fifth member, labels, names more classes. The integers come
 * as they are stored; Keras's shuffle and shift are in data/imdb.h. Writing is in npz_write.h.
 */
#ifndef SN_NPZ_H
#define SN_NPZ_H

#include <stdbool.h>

#include "file.h"
#include "sequences.h"
#include "string_set.h"

typedef struct sn_npz {
    sn_sequences train, test;
    /* The names of the classes; empty when the file names none. */
    sn_string_set labels;
    /* x_* are 2-D: their rows are padded and hold final ids, not word ranks. */
    bool final_ids;
    /* The length of x_train's rows when the arrays are 2-D, else 0. */
    size_t width;
} sn_npz;

/* Whether the bytes begin like a zip archive. */
bool sn_npz_recognise(const sn_bytes *bytes);

/* Reads the archive; `place` (its path) begins every error sentence. SEQNET_ERR_DATA for anything
 * malformed. On failure *npz is empty. */
seqnet_status sn_npz_read(sn_npz *npz, const sn_bytes *bytes, const char *place, seqnet_error *err);
/* Empties *npz. */
void sn_npz_free(sn_npz *npz);

#endif
