/*
 * A model's configuration: its layers, and how a text or a row of ids becomes their input; and the
 * configuration's JSON form. Each layer lists its own fields (nn/layer.h), so this file names none
 * of them. Weights, labels and vocabulary are not part of the configuration.
 */
#ifndef SN_CONFIG_H
#define SN_CONFIG_H

#include <cjson/cJSON.h>

#include "dataset.h"
#include "encoding.h"
#include "engine.h"
#include "network.h"
#include "ngrams.h"

/* What the training rows were: ranks of words, which the encoding turns into ids; ids; or texts.
 * This decides which data the model can be evaluated on. */
typedef enum sn_row_kind { SN_ROWS_RANKS, SN_ROWS_IDS, SN_ROWS_TEXT } sn_row_kind;

/* The n-gram part of a model, without its tensors, and what each part is worth: the logits of a
 * text are the sum of the parts' times their shares. */
typedef struct sn_ngram_config {
    /* The lengths of n-grams; 0 words: the model has no such part. */
    size_t words, characters;
    /* Logits of a text. */
    size_t outputs;
    bool has_nb;
    double svm_share, nb_share, network_share;
} sn_ngram_config;

/* The temperature that is in the shares: 1 / the largest of them, 0 when none is above 0. */
static inline double sn_ngram_temperature(const sn_ngram_config *config)
{
    const double svm = config->svm_share, nb = config->nb_share, network = config->network_share;
    const double most = svm > nb ? svm : nb, largest = most > network ? most : network;
    return largest > 0.0 ? 1.0 / largest : 0.0;
}

#define SN_LEAST_TEMPERATURE 0.01
#define SN_MOST_TEMPERATURE  100.0

typedef struct sn_model_config {
    /* layer_count of them, from the input on. The first one is an embedding. A model of n-grams
     * alone has none. */
    sn_layer_spec layers[SN_MAX_LAYERS];
    size_t layer_count;
    /* Timesteps: every row is padded and cut to this length. */
    size_t maxlen;
    sn_padding padding;
    sn_encoding encoding;
    sn_row_kind row_kind;
    sn_ngram_config ngrams;
    /* What the logits of a model without n-grams are divided by, so that its probabilities are as
     * often right as they say (temperature scaling, Guo et al. 2017); 0: they are as they are. */
    double temperature;
    /* The model gives no answer that is less probable; 0: it always answers. */
    double abstain_below;
    /* A row has any number of labels. Then: the least probability of a label that is predicted,
     * and what separates the labels of a field, empty where the training rows had nothing. */
    bool multi_label;
    double threshold;
    char label_separator[SN_SEPARATOR];
    /* It was trained in the reproducible arithmetic (arithmetic.h), and its network scores in it.
     */
    bool reproducible;
} sn_model_config;

/* Writes the configuration as JSON; equal configurations give equal text. The caller frees *json
 * with free(). SEQNET_ERR_MEMORY; *json is NULL then. */
seqnet_status sn_config_to_json(const sn_model_config *config, char **json, seqnet_error *err);

/* Reads and checks that JSON. Error sentences begin with `place`, the name of a file.
 * SEQNET_ERR_MODEL, SEQNET_ERR_MEMORY. */
seqnet_status sn_config_from_json(sn_model_config *config, const char *json, const char *place,
                                  seqnet_error *err);

/* Parses one of the JSON texts of a model file, which may have at most `values` values. `what`
 * names the text in error sentences: "configuration". The caller deletes *root with cJSON_Delete.
 * SEQNET_ERR_MODEL, SEQNET_ERR_MEMORY; *root is NULL then. */
seqnet_status sn_config_parse(cJSON **root, const char *json, size_t values, const char *what,
                              const char *place, seqnet_error *err);

#endif
