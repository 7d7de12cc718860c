/* Keras's imdb.load_data on the stored word ranks: shuffle, shift, start id, out-of-vocabulary id.
 */
#ifndef SN_IMDB_H
#define SN_IMDB_H

#include <seqnet/dataset.h>

#include "encoding.h"
#include "npz.h"

/* The larger of start_char and oov_char: the embedding needs a row for each. -1 when there are
 * none. */
static inline int32_t sn_largest_special_id(const seqnet_id_options *options)
{
    return options->start_char > options->oov_char ? options->start_char : options->oov_char;
}

/* Fills *train and *test, which must be zeroed, and *encoding, whose id_count becomes num_words or,
 * when that is 0, the largest id (Keras compares with <, so that one id is out of the vocabulary),
 * but room for the special ids at least. `place` starts error sentences. */
seqnet_status sn_imdb_load_data(sn_sequences *train, sn_sequences *test, sn_encoding *encoding,
                                const sn_npz *raw, int64_t num_words,
                                const seqnet_id_options *options, const char *place,
                                seqnet_error *err);

#endif
