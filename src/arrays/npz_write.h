/*
 * Writing padded rows, labels and names as a compressed .npz that NumPy opens. Reading is in npz.h,
 * texts are written by formats/text_write.h.
 */
#ifndef SN_NPZ_WRITE_H
#define SN_NPZ_WRITE_H

#include <stdbool.h>

#include <seqnet/dataset.h>

#include "rows.h"
#include "string_set.h"

/* Writes x_train, y_train, x_test and y_test as little-endian int32: both parts padded to
 * maxlens[part] columns. Unless `names` is NULL, also writes labels, the names of the classes by
 * the numbers in y_*: UTF-8 here, NumPy's '<U' in the file. Rows are padded while they are
 * compressed, so that memory holds the compressed bytes only. *replaced is seqnet_output_commit's.
 */
seqnet_status sn_npz_write_padded(const char *path, const sn_rows parts[2], const size_t maxlens[2],
                                  seqnet_side padding, seqnet_side truncating,
                                  const sn_string_set *names, bool *replaced, seqnet_error *err);

#endif
