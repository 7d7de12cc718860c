/*
 * What seqnet has written beside the weights of an export, so that an import makes the same model:
 * the configuration, the words and the labels.
 */
#ifndef SN_STORED_H
#define SN_STORED_H

#include "model.h"
#include "vocabulary.h"
#include "weights.h"

typedef struct sn_stored {
    /* The file has it; else all else is empty. */
    bool is_there;
    sn_model_config config;
    /* NULL: the model has no words. */
    sn_vocabulary *vocabulary;
    char **labels;
    size_t label_count;
    /* The last layer before the temperature was multiplied into it; none: it was not. */
    float *unscaled;
    size_t unscaled_count;
} sn_stored;

/* Reads it from a file's assets. SEQNET_ERR_MODEL when it is damaged; SEQNET_ERR_MEMORY. The caller
 * frees it, whatever the result. */
seqnet_status sn_stored_read(sn_stored *stored, const sn_weights_file *file, const char *place,
                             seqnet_error *err);

/* Completes a configuration whose layers come from the file: rows, words and answers are as stored.
 * SEQNET_ERR_MODEL when the layers are not those of the stored one. */
seqnet_status sn_stored_apply(const sn_stored *stored, sn_model_config *config, const char *place,
                              seqnet_error *err);

/* Takes the temperature out of the last layer of weights, as it was before the export.
 * SEQNET_ERR_MODEL when these are not what it would be with the temperature in it. */
seqnet_status sn_stored_unscale(const sn_stored *stored, const seqnet_model *model, float *weights,
                                const char *place, seqnet_error *err);

void sn_stored_free(sn_stored *stored);

#endif
