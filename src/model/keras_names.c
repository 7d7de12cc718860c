/* The names that Keras has for layers, their fields and what else its configurations say. */
#include "keras.h"

#include <string.h>

#include "maxima.h"

#include "banned.h"

/* hard_sigmoid is what Keras 3 means by it. */
static const char *const ACTIVATIONS[] = {[SN_LINEAR] = "linear",
                                          [SN_RELU] = "relu",
                                          [SN_TANH] = "tanh",
                                          [SN_SIGMOID] = "sigmoid",
                                          [SN_HARD_SIGMOID] = "hard_sigmoid",
                                          [SN_HARD_SIGMOID_02] = "hard_sigmoid_02",
                                          [SN_ELU] = "elu",
                                          [SN_SELU] = "selu",
                                          [SN_SOFTSIGN] = "softsign",
                                          [SN_LEAKY_RELU] = "leaky_relu",
                                          [SN_KERAS_SOFTMAX] = "softmax"};
static const char *const PADDINGS[] = {[SN_CONV_VALID] = "valid", [SN_CONV_SAME] = "same"};

#define AT(MEMBER)             .offset = offsetof(sn_layer_spec, MEMBER)
#define SIZE_KEY(NAME, MEMBER) .key = (NAME), .type = SN_FIELD_SIZE, AT(MEMBER)
#define BOOL_KEY(NAME, MEMBER) .key = (NAME), .type = SN_FIELD_BOOL, AT(MEMBER)
#define RATE_KEY(NAME, MEMBER) .key = (NAME), .type = SN_FIELD_RATE, AT(MEMBER)
#define ACTIVATION_KEY(NAME, MEMBER, COUNT, OWN)                                                   \
    .key = (NAME), .type = SN_FIELD_CHOICE, AT(MEMBER), .words = ACTIVATIONS,                      \
    .word_count = (COUNT), .own = (OWN)
#define CELL_KEYS                                                                                  \
    {SIZE_KEY("units", recurrent.units)},                                                          \
        {ACTIVATION_KEY("activation", recurrent.activation, SN_ACTIVATIONS, SN_TANH)},             \
        {BOOL_KEY("return_sequences", recurrent.return_sequences)},                                \
    {                                                                                              \
        RATE_KEY("recurrent_dropout", recurrent.recurrent_dropout)                                 \
    }
#define GATE_KEY                                                                                   \
    {                                                                                              \
        ACTIVATION_KEY("recurrent_activation", recurrent.recurrent_activation, SN_ACTIVATIONS,     \
                       SN_SIGMOID)                                                                 \
    }

static const sn_keras_key EMBEDDING[] = {{SIZE_KEY("output_dim", embedding.units)},
                                         {BOOL_KEY("mask_zero", embedding.mask_zero)},
                                         {.key = NULL}};
static const sn_keras_key SIMPLE_RNN[] = {CELL_KEYS, {.key = NULL}};
static const sn_keras_key LSTM[] = {CELL_KEYS, GATE_KEY, {.key = NULL}};
static const sn_keras_key GRU[] = {
    CELL_KEYS,
    GATE_KEY,
    {BOOL_KEY("reset_after", recurrent.reset_before), .is_inverted = true},
    {.key = NULL}};
static const sn_keras_key CONV1D[] = {
    {SIZE_KEY("filters", conv1d.units)},
    {SIZE_KEY("kernel_size", conv1d.kernel_size)},
    {.key = "padding",
     .type = SN_FIELD_CHOICE,
     AT(conv1d.padding),
     .words = PADDINGS,
     .word_count = SN_CONV_PADDINGS,
     .own = SN_CONV_VALID},
    {ACTIVATION_KEY("activation", conv1d.activation, SN_ACTIVATIONS, SN_LINEAR)},
    {.key = NULL}};
static const sn_keras_key MAX_POOLING1D[] = {
    {SIZE_KEY("pool_size", max_pooling1d.pool_size), .usual_size = 2}, {.key = NULL}};
static const sn_keras_key DENSE[] = {
    {SIZE_KEY("units", dense.units)},
    {ACTIVATION_KEY("activation", dense.activation, SN_ACTIVATIONS + 1, SN_LINEAR)},
    {.key = NULL}};
static const sn_keras_key ACTIVATION[] = {
    {ACTIVATION_KEY("activation", activation.activation, SN_ACTIVATIONS + 1, SN_LINEAR)},
    {.key = NULL}};
static const sn_keras_key DROPOUT[] = {{RATE_KEY("rate", dropout.rate), .is_required = true},
                                       {.key = NULL}};
static const sn_keras_key BATCH_NORMALIZATION[] = {{.key = "epsilon",
                                                    .type = SN_FIELD_POSITIVE,
                                                    AT(batch_normalization.epsilon),
                                                    .usual = SN_BATCH_NORMALIZATION_EPSILON},
                                                   {.key = NULL}};
static const sn_keras_key NONE[] = {{.key = NULL}};

/* A class that differs from another one in what it starts from stands before it. */
static const sn_keras_class CLASSES[] = {
    {"Embedding", {.kind = SN_EMBEDDING}, EMBEDDING},
    {"SimpleRNN", {.kind = SN_SIMPLE_RNN}, SIMPLE_RNN},
    {"LSTM", {.kind = SN_LSTM}, LSTM},
    {"GRU", {.kind = SN_GRU}, GRU},
    {"LSTMCarry", {.kind = SN_LSTM_CARRY}, LSTM},
    {"Conv1D", {.kind = SN_CONV1D}, CONV1D},
    {"MaxPooling1D", {.kind = SN_MAX_POOLING1D}, MAX_POOLING1D},
    {"GlobalMaxPooling1D", {.kind = SN_POOLING, .pooling = {.mode = SN_POOL_MAX_ALL}}, NONE},
    {"MaskedGlobalMaxPooling1D", {.kind = SN_POOLING, .pooling = {.mode = SN_POOL_MAX}}, NONE},
    {"GlobalAveragePooling1D", {.kind = SN_POOLING, .pooling = {.mode = SN_POOL_MEAN}}, NONE},
    {"GlobalMaxAveragePooling1D",
     {.kind = SN_POOLING, .pooling = {.mode = SN_POOL_MAX_MEAN}},
     NONE},
    {"Flatten", {.kind = SN_FLATTEN}, NONE},
    {"Dense", {.kind = SN_DENSE}, DENSE},
    {"Activation", {.kind = SN_ACTIVATION}, ACTIVATION},
    {"Dropout", {.kind = SN_DROPOUT}, DROPOUT},
    {"SpatialDropout1D", {.kind = SN_SPATIAL_DROPOUT1D}, DROPOUT},
    {"BatchNormalization", {.kind = SN_BATCH_NORMALIZATION}, BATCH_NORMALIZATION},
    {"Concatenate", {.kind = SN_CONCATENATE}, NONE},
    {.name = NULL}};

const sn_keras_class *sn_keras_class_named(const char *name)
{
    for (const sn_keras_class *found = CLASSES; found->name; found++)
        if (strcmp(found->name, name) == 0)
            return found;
    return NULL;
}

const sn_keras_class *sn_keras_class_of(const sn_layer_spec *spec)
{
    for (const sn_keras_class *found = CLASSES; found->name; found++)
        if (found->start.kind == spec->kind &&
            (spec->kind != SN_POOLING || found->start.pooling.mode == spec->pooling.mode))
            return found;
    return NULL;
}

#define ANY(KEY)                                                                                   \
    {                                                                                              \
        .key = (KEY), .rule = SN_KERAS_ANY                                                         \
    }
#define NULL_ONLY(KEY)                                                                             \
    {                                                                                              \
        .key = (KEY), .rule = SN_KERAS_NULL                                                        \
    }
#define FALSE_ONLY(KEY)                                                                            \
    {                                                                                              \
        .key = (KEY), .rule = SN_KERAS_FALSE                                                       \
    }
#define TRUE_ONLY(KEY)                                                                             \
    {                                                                                              \
        .key = (KEY), .rule = SN_KERAS_TRUE                                                        \
    }
#define NUMBER(KEY, N)                                                                             \
    {                                                                                              \
        .key = (KEY), .rule = SN_KERAS_NUMBER, .number = (N)                                       \
    }
#define WORD(KEY, TEXT)                                                                            \
    {                                                                                              \
        .key = (KEY), .rule = SN_KERAS_WORD, .word = (TEXT)                                        \
    }
#define TRAINED_NULL(KEY)                                                                          \
    {                                                                                              \
        .key = (KEY), .rule = SN_KERAS_NULL, .is_training = true                                   \
    }
#define INITIALIZER(KEY, CLASS, OTHER, SETTINGS)                                                   \
    {                                                                                              \
        .key = (KEY), .rule = SN_KERAS_INITIALIZER, .is_training = true, .word = (CLASS),          \
        .other_word = (OTHER), .settings = (SETTINGS)                                              \
    }

static const sn_keras_neutral NEUTRAL[] = {
    ANY("name"),
    ANY("dtype"),
    ANY("seed"),
    ANY("unroll"),
    ANY("implementation"),
    ANY("use_cudnn"),
    ANY("synchronized"),
    ANY("momentum"),
    {.key = "trainable", .rule = SN_KERAS_TRUE, .is_training = true},
    TRUE_ONLY("use_bias"),
    TRUE_ONLY("unit_forget_bias"),
    TRUE_ONLY("center"),
    TRUE_ONLY("scale"),
    FALSE_ONLY("return_state"),
    FALSE_ONLY("go_backwards"),
    FALSE_ONLY("stateful"),
    FALSE_ONLY("time_major"),
    FALSE_ONLY("zero_output_for_mask"),
    FALSE_ONLY("keepdims"),
    FALSE_ONLY("renorm"),
    FALSE_ONLY("sparse"),
    FALSE_ONLY("ragged"),
    FALSE_ONLY("optional"),
    NULL_ONLY("noise_shape"),
    NULL_ONLY("virtual_batch_size"),
    NULL_ONLY("quantization_config"),
    NUMBER("strides", 1.0),
    NUMBER("dilation_rate", 1.0),
    NUMBER("groups", 1.0),
    NUMBER("axis", -1.0),
    WORD("data_format", "channels_last"),
    WORD("merge_mode", "concat"),
    TRAINED_NULL("lora_rank"),
    TRAINED_NULL("kernel_regularizer"),
    TRAINED_NULL("recurrent_regularizer"),
    TRAINED_NULL("bias_regularizer"),
    TRAINED_NULL("activity_regularizer"),
    TRAINED_NULL("embeddings_regularizer"),
    TRAINED_NULL("gamma_regularizer"),
    TRAINED_NULL("beta_regularizer"),
    TRAINED_NULL("kernel_constraint"),
    TRAINED_NULL("recurrent_constraint"),
    TRAINED_NULL("bias_constraint"),
    TRAINED_NULL("embeddings_constraint"),
    TRAINED_NULL("gamma_constraint"),
    TRAINED_NULL("beta_constraint"),
    INITIALIZER("kernel_initializer", "GlorotUniform", "glorot_uniform", ""),
    INITIALIZER("recurrent_initializer", "Orthogonal", "orthogonal", " with gain 1"),
    INITIALIZER("bias_initializer", "Zeros", "zeros", ""),
    INITIALIZER("embeddings_initializer", "RandomUniform", "uniform", " from -0.05 to 0.05"),
    INITIALIZER("gamma_initializer", "Ones", "ones", ""),
    INITIALIZER("beta_initializer", "Zeros", "zeros", ""),
    INITIALIZER("moving_mean_initializer", "Zeros", "zeros", ""),
    INITIALIZER("moving_variance_initializer", "Ones", "ones", ""),
    {.key = NULL}};

const sn_keras_neutral *sn_keras_neutral_named(const char *key)
{
    for (const sn_keras_neutral *found = NEUTRAL; found->key; found++)
        if (strcmp(found->key, key) == 0)
            return found;
    return NULL;
}
