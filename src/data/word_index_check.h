/* Whether a word index that nobody named belongs to the data it was found for. */
#ifndef SN_WORD_INDEX_CHECK_H
#define SN_WORD_INDEX_CHECK_H

#include "dataset.h"

/* Looks at the dataset's vocabulary, from a word index, and its rows. *problem is a sentence that
 * says why they hardly belong together, allocated, or NULL. */
seqnet_status sn_word_index_check(const seqnet_dataset *dataset, char **problem, seqnet_error *err);

#endif
