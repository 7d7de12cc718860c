/*
 * What a model remembers of its training data, read back from the training record: how the data was
 * read, its hashes, and how it was divided. The record is written by train/training_record.c.
 */
#ifndef SN_REMEMBERED_H
#define SN_REMEMBERED_H

#include "dataset.h"

typedef struct sn_remembered {
    sn_origin origin;
    char data_hash[SN_HASH_TEXT];
} sn_remembered;

/* Reads a training record; what it lacks stays zeroed. The caller frees *remembered, whatever the
 * result. SEQNET_ERR_MEMORY. */
seqnet_status sn_remembered_read(sn_remembered *remembered, const char *record, seqnet_error *err);

void sn_remembered_free(sn_remembered *remembered);

#endif
