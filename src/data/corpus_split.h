/* Dividing a corpus into parts, and refusing parts that cannot serve. */
#ifndef SN_CORPUS_SPLIT_H
#define SN_CORPUS_SPLIT_H

#include "corpus.h"

/* Sets rows of the training part aside as test and validation part. `place` starts error sentences,
 * here and below. SEQNET_ERR_USAGE for splits that the data does not allow. */
seqnet_status sn_corpus_split(sn_corpus *corpus, const char *place,
                              const seqnet_split_options *options, seqnet_error *err);

/* Refuses parts that training cannot use where it can be said what to do: SEQNET_ERR_DATA. */
seqnet_status sn_corpus_check_parts(const sn_corpus *corpus, const char *place,
                                    const seqnet_split_options *options, seqnet_error *err);

#endif
