/* What a model file says about its model beside the weights, and its JSON form. */
#ifndef SN_CONFIG_H
#define SN_CONFIG_H

#include <cjson/cJSON.h>

#include "encoding.h"
#include "engine.h"
#include "network.h"

/* What the training rows were: it decides which data the model can be evaluated on. */
typedef enum sn_row_kind { SN_ROWS_RANKS, SN_ROWS_IDS, SN_ROWS_TEXT } sn_row_kind;

typedef struct sn_model_config {
    sn_layer_spec layers[SN_MAX_LAYERS];
    size_t layer_count;
    size_t maxlen;
    sn_padding padding;
    sn_encoding encoding;
    sn_row_kind row_kind;
} sn_model_config;

/* The configuration as JSON, equal for equal configurations; allocated in *json. */
seqnet_status sn_config_to_json(const sn_model_config *config, char **json, seqnet_error *err);

/* Reads and checks that JSON. `place` starts error sentences; SEQNET_ERR_MODEL. */
seqnet_status sn_config_from_json(sn_model_config *config, const char *json, const char *place,
                                  seqnet_error *err);

/* Parses one of the JSON texts of a model file, of at most so many values; `what` names it in error
 * sentences: "configuration". SEQNET_ERR_MODEL, SEQNET_ERR_MEMORY. */
seqnet_status sn_config_parse(cJSON **root, const char *json, size_t values, const char *what,
                              const char *place, seqnet_error *err);

#endif
