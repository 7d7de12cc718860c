/*
 * The inside of a seqnet_model: configuration, network, weights, vocabulary, labels and training
 * record. assemble.h says how they come together, model_file.c how they lie in a file. A model does
 * not change once it is complete, so that several threads may use it.
 */
#ifndef SN_MODEL_H
#define SN_MODEL_H

#include <seqnet/model.h>

#include "config.h"
#include "file.h"
#include "hash.h"
#include "held_out.h"
#include "maxima.h"
#include "remembered.h"
#include "vocabulary.h"

struct seqnet_model {
    sn_model_config config;
    sn_network network;
    /* A slab of network.table: owned_weights, a part of `file`, or borrowed. */
    const float *weights;
    /* The slab of a model that was trained in this process, else NULL. */
    float *owned_weights;
    /* The bytes of the file that the model was read from, else empty. */
    sn_bytes file;
    /* The model's, NULL: it has none. */
    sn_ngrams *ngrams;
    /* NULL for a model that takes ids only. */
    sn_vocabulary *vocabulary;
    /* [label_count]: the name of each class that the network distinguishes. */
    char **label_names;
    size_t label_count;
    char *config_json, *training_json;
    /* The profile of rows that were held out, as JSON and read from that; NULL: there is none. */
    char *held_out_json;
    seqnet_held_out held_out;
    /* Of a model that was read from a file. */
    sn_remembered remembered;
    char fingerprint[SN_HASH_TEXT];
};

/* seqnet_model_save without waiting for the disk: the file survives the end of the process, but
 * perhaps not a crash of the machine. */
seqnet_status sn_model_save_soon(const seqnet_model *model, const char *path, seqnet_error *err);

/* Reads a model from a file's bytes, which it owns whatever the result. With `is_trusted` the
 * stored fingerprint is not compared with the contents, so that tests can reach the other checks.
 * Error sentences begin with `place`. SEQNET_ERR_MODEL, SEQNET_ERR_MEMORY; *model is NULL then. */
seqnet_status sn_model_load_bytes(seqnet_model **model, sn_bytes *bytes, const char *place,
                                  bool is_trusted, seqnet_error *err);

#endif
