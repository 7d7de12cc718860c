/*
 * What a model or a prepared file remembers of its data: how the data was read, its hashes, and how
 * it was divided. It stands in the training record (train/training_record.c), or by itself.
 */
#ifndef SN_REMEMBERED_H
#define SN_REMEMBERED_H

#include <seqnet/json.h>

#include "dataset.h"

typedef struct sn_remembered {
    sn_origin origin;
    char data_hash[SN_HASH_TEXT];
} sn_remembered;

/* Adds how DATA was read and divided to a JSON object, whose members are seed, command and others.
 */
void sn_remembered_write(seqnet_json *json, const sn_origin *origin);

/* Reads a training record, or what sn_remembered_write wrote; what it lacks stays zeroed. The
 * caller frees *remembered, whatever the result. SEQNET_ERR_MEMORY. */
seqnet_status sn_remembered_read(sn_remembered *remembered, const char *record, seqnet_error *err);

void sn_remembered_free(sn_remembered *remembered);

#endif
