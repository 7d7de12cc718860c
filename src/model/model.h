/* The inside of a seqnet_model: configuration, network, weights (its own or a file's),
 * vocabulary, labels and training record. */
#ifndef SN_MODEL_H
#define SN_MODEL_H

#include <seqnet/model.h>

#include "config.h"
#include "file.h"
#include "hash.h"
#include "maxima.h"
#include "vocabulary.h"

struct seqnet_model {
    sn_model_config config;
    sn_network network;
    const float *weights;      /* slab of network.table */
    float *owned_weights;      /* the same when the model was trained here, else NULL */
    sn_bytes file;             /* what the weights are a part of, else empty */
    sn_vocabulary *vocabulary; /* NULL: takes ids only */
    char **label_names;        /* [label_count]: one for each class that the network tells apart */
    size_t label_count;
    char *config_json, *training_json;
    char fingerprint[SN_HASH_TEXT];
};

/* seqnet_model_save without waiting for the disk, for a file that is to outlive the process, but
 * may be lost with the machine. */
seqnet_status sn_model_save_soon(const seqnet_model *model, const char *path, seqnet_error *err);

/* Reads a model from a file's bytes, which it takes over whatever the result. `trusted`: they need
 * not give their fingerprint (to try what else is checked). SEQNET_ERR_MODEL, SEQNET_ERR_MEMORY. */
seqnet_status sn_model_load_bytes(seqnet_model **model, sn_bytes *bytes, const char *place,
                                  bool trusted, seqnet_error *err);

#endif
