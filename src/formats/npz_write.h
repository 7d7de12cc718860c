/* Writing arrays as a compressed .npz that NumPy opens. */
#ifndef SN_NPZ_WRITE_H
#define SN_NPZ_WRITE_H

#include <stdbool.h>

#include <seqnet/dataset.h>

#include "rows.h"
#include "string_set.h"

/* Writes x_train, y_train, x_test and y_test: both parts padded to maxlens[part] columns, int32,
 * little-endian; and, unless `names` is NULL, labels: the classes' names, which are UTF-8, as
 * NumPy's
 * '<U', by the numbers in y_*. Rows are padded while they are compressed, so memory stays at the
 * compressed size.
 */
seqnet_status sn_npz_write_padded(const char *path, const sn_rows parts[2], const size_t maxlens[2],
                                  seqnet_side padding, seqnet_side truncating,
                                  const sn_string_set *names, bool *replaced, seqnet_error *err);

#endif
