/*
 * Layers in the names that Keras uses in its configurations: a list of objects with class_name and
 * config. keras_names.c has the names, keras_read.c and keras_write.c go through them. Weights are
 * not here, nor the JSON that model files hold (config.h).
 */
#ifndef SN_KERAS_H
#define SN_KERAS_H

#include "config.h"
#include "kernels.h"

/* A key of a layer's config, and the field of sn_layer_spec that it sets. */
typedef struct sn_keras_key {
    /* NULL ends a list of keys. */
    const char *key;
    sn_field_type type;
    /* in sn_layer_spec */
    size_t offset;
    /* of a size: what an absent one is; 0: it must be there */
    size_t usual_size;
    /* of a positive number: what an absent one is */
    double usual;
    /* of a choice: Keras's words by value (NULL: the value has none) and their number */
    const char *const *words;
    int word_count;
    /* of a choice: the value that the field has as 0, the layer's own; also that of an absent one
     */
    int own;
    /* of a bool: the field is the contrary; an absent key leaves the field false */
    bool is_inverted;
    /* of a rate: it must be there; another one is 0 where it is absent */
    bool is_required;
} sn_keras_key;

typedef struct sn_keras_class {
    /* NULL ends the list of classes. */
    const char *name;
    /* The specification before its keys are read. */
    sn_layer_spec start;
    const sn_keras_key *keys;
} sn_keras_class;

/* Whether the embedding masks id 0. */
static inline bool sn_keras_masks(const sn_model_config *config)
{
    return config->layer_count && config->layers[0].kind == SN_EMBEDDING &&
           config->layers[0].embedding.mask_zero;
}

/* The activation of a Dense or an Activation layer that has no sn_activation: softmax. */
enum { SN_KERAS_SOFTMAX = SN_ACTIVATIONS };

/* The class with this name, and that of a specification without its wrapper; NULL: none. */
const sn_keras_class *sn_keras_class_named(const char *name);
const sn_keras_class *sn_keras_class_of(const sn_layer_spec *spec);

/* What a key that no layer of ours has a field for may be without changing the mathematics. */
typedef enum sn_keras_rule {
    SN_KERAS_ANY,
    SN_KERAS_NULL,
    SN_KERAS_TRUE,
    SN_KERAS_FALSE,
    SN_KERAS_NUMBER,
    SN_KERAS_WORD,
    SN_KERAS_INITIALIZER
} sn_keras_rule;

typedef struct sn_keras_neutral {
    /* NULL ends the list. */
    const char *key;
    sn_keras_rule rule;
    /* It is about training, and may be anything in a model that only scores. */
    bool is_training;
    double number;
    /* the word, or the class of the initialiser and another name of it; of an initialiser, what its
     * settings must be, for people */
    const char *word, *other_word, *settings;
} sn_keras_neutral;

/* NULL: the key is not known. */
const sn_keras_neutral *sn_keras_neutral_named(const char *key);

/* What a list of layers must fit. */
typedef struct sn_keras_rules {
    /* Error sentences begin with it, the name of a file. */
    const char *place;
    /* The status of a list that cannot be used. */
    seqnet_status failure;
    /* Rows of the embedding; 0: as many as the list says. */
    size_t id_count;
    /* Logits; 0: as many as the list says. */
    size_t outputs;
    /* The layers are to be trained, not only to score with given weights. */
    bool trains;
} sn_keras_rules;

/* Reads a list of layers, or a Sequential model with such a list, into config->layers; whether they
 * follow each other legally is up to sn_network_init. *time becomes the timesteps that the list
 * names for its input, or 0. rules->failure, with the number, class and key of the layer;
 * SEQNET_ERR_MEMORY. */
seqnet_status sn_keras_read(sn_model_config *config, size_t *time, const char *json,
                            const sn_keras_rules *rules, seqnet_error *err);

/* Gives poolings the name that a network without a mask has for them, where there is none. */
void sn_keras_settle_pooling(sn_model_config *config);

/* Writes the layers of a network as such a list, which sn_keras_read takes. The caller frees *json
 * with free(). SEQNET_ERR_MEMORY; *json is NULL then. */
seqnet_status sn_keras_write(const sn_model_config *config, const sn_network *network, char **json,
                             seqnet_error *err);

#endif
