/*
 * What the parts of the reader of Keras's layers share: a list that is being read, and its values
 * (keras_values.c). The layers, and the list as a whole, are in keras_read.c.
 */
#ifndef SN_KERAS_READER_H
#define SN_KERAS_READER_H

#include "keras.h"

/* A list that is being read. Only the first error is reported; the functions go on after it, so
 * that few of them return whether there was one. */
typedef struct sn_keras_reader {
    const sn_keras_rules *rules;
    sn_model_config *config;
    seqnet_error *err;
    seqnet_status status;
    /* The list is of a version of Keras whose hard_sigmoid has the slope 0.2; of one whose GRU has
     * no reset_after. */
    bool is_old, is_before_reset_after;
    /* It is that of a whole model, with its output. */
    bool is_complete;
    /* Of the input, where the list names it. */
    size_t time;
    /* The entry of the list that is being read, from 1, and its class. */
    size_t number;
    const char *class_name;
    /* The name of a layer of a model that is imported: sentences name it instead of the number, and
     * no other value as a remedy. Else NULL. */
    const char *layer_name;
    /* The key that is being read, and its value. */
    const char *key;
    const cJSON *value;
    /* [layer_count]: the names that layers have in the list, or NULL. */
    const char *names[SN_MAX_LAYERS];
} sn_keras_reader;

/* Refuses the layer that is being read, with a sentence about it. */
__attribute__((format(printf, 2, 3))) void sn_keras_refuse(sn_keras_reader *r, const char *format,
                                                           ...);

/* Refuses the value of the key that is being read; `remedy` is what may stand there. */
void sn_keras_refuse_value(sn_keras_reader *r, const char *remedy);

/* The number that a value is, or that is alone in its list; NaN for other values. */
double sn_keras_number(const cJSON *value);

/* Read the value of the key that is being read: a whole number from 1 to `most`, 0 after an error;
 * and a number from 0 to below 1. */
size_t sn_keras_size(sn_keras_reader *r, size_t most);
double sn_keras_rate(sn_keras_reader *r);

/* Reads the value of the key that is being read into its field. */
void sn_keras_read_key(sn_keras_reader *r, const sn_keras_key *key, sn_layer_spec *spec);

/* Reads the keys of a class from a layer's config into its specification; what is not there gets
 * its usual value. */
void sn_keras_read_fields(sn_keras_reader *r, const sn_keras_class *class, const cJSON *config,
                          sn_layer_spec *spec);

/* Refuses the key that is being read unless it is known not to change the mathematics with this
 * value. */
void sn_keras_check_neutral(sn_keras_reader *r);

#endif
