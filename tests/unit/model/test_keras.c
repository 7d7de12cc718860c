/* Layers in Keras's names: what is read, what is refused and why, and that what is written is read
 * back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "failing_json.h"
#include "keras.h"
#include "support.h"

static const sn_keras_rules TRAINS = {
    .place = "m.json", .failure = SEQNET_ERR_DATA, .id_count = 50, .outputs = 1, .trains = true};

#define EMBEDDING            "{\"class_name\":\"Embedding\",\"config\":{\"output_dim\":8}}"
#define LAYER(CLASS, CONFIG) "{\"class_name\":\"" CLASS "\",\"config\":{" CONFIG "}}"

static sn_model_config read_with(const sn_keras_rules *rules, const char *json)
{
    sn_model_config config = {0};
    seqnet_error err = {0};
    size_t time;
    assert_ok(sn_keras_read(&config, &time, json, rules, &err), &err);
    return config;
}

/* Reads a list of an embedding and these layers. */
static sn_model_config read_layers(const char *layers)
{
    char json[4000];
    (void)snprintf(json, sizeof json, "[" EMBEDDING ",%s]", layers);
    return read_with(&TRAINS, json);
}

/* The specification of a layer behind an embedding. */
static sn_layer_spec read_one(const char *layer)
{
    const sn_model_config config = read_layers(layer);
    assert_int_equal(config.layer_count, 3);
    assert_int_equal(config.layers[2].kind, SN_DENSE);
    assert_int_equal(config.layers[2].dense.units, 1);
    return config.layers[1];
}

static void every_class_is_read(void **state)
{
    (void)state;
    static const struct {
        const char *layer;
        sn_layer_kind kind;
    } classes[] = {{LAYER("SimpleRNN", "\"units\":4"), SN_SIMPLE_RNN},
                   {LAYER("LSTM", "\"units\":4"), SN_LSTM},
                   {LAYER("GRU", "\"units\":4"), SN_GRU},
                   {LAYER("LSTMCarry", "\"units\":4"), SN_LSTM_CARRY},
                   {LAYER("Conv1D", "\"filters\":4,\"kernel_size\":[3]"), SN_CONV1D},
                   {LAYER("MaxPooling1D", ""), SN_MAX_POOLING1D},
                   {LAYER("GlobalMaxPooling1D", ""), SN_POOLING},
                   {LAYER("Flatten", ""), SN_FLATTEN},
                   {LAYER("Activation", "\"activation\":\"relu\""), SN_ACTIVATION},
                   {LAYER("Dropout", "\"rate\":0.5"), SN_DROPOUT},
                   {LAYER("SpatialDropout1D", "\"rate\":0.5"), SN_SPATIAL_DROPOUT1D},
                   {LAYER("Concatenate", ""), SN_CONCATENATE},
                   {LAYER("Dense", "\"units\":4,\"activation\":\"relu\""), SN_DENSE},
                   {LAYER("TimeDistributed",
                          "\"layer\":" LAYER("Dense", "\"units\":4,\"activation\":\"tanh\"")),
                    SN_DENSE},
                   {LAYER("Bidirectional", "\"layer\":" LAYER("LSTM", "\"units\":4")), SN_LSTM}};
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
        assert_int_equal(read_one(classes[i].layer).kind, classes[i].kind);
}

static void fields_come_from_their_keys(void **state)
{
    (void)state;
    sn_layer_spec spec =
        read_one(LAYER("LSTM", "\"units\":4,\"return_sequences\":true,"
                               "\"activation\":\"relu\",\"recurrent_dropout\":0.25,"
                               "\"recurrent_activation\":\"hard_sigmoid\""));
    assert_int_equal(spec.recurrent.units, 4);
    assert_true(spec.recurrent.return_sequences && !spec.recurrent.bidirectional);
    assert_int_equal(spec.recurrent.activation, SN_RELU);
    assert_int_equal(spec.recurrent.recurrent_activation, SN_HARD_SIGMOID);
    assert_true(spec.recurrent.recurrent_dropout == 0.25);
    spec = read_one(LAYER("Conv1D", "\"filters\":4,\"kernel_size\":7,\"padding\":\"same\""));
    assert_int_equal(spec.conv1d.units, 4);
    assert_int_equal(spec.conv1d.kernel_size, 7);
    assert_int_equal(spec.conv1d.padding, SN_CONV_SAME);
    spec = read_one(LAYER("GRU", "\"units\":4,\"reset_after\":false"));
    assert_true(spec.recurrent.reset_before);
    spec = read_one(LAYER("GRU", "\"units\":4"));
    assert_false(spec.recurrent.reset_before);
    spec = read_one(LAYER("MaxPooling1D", "\"pool_size\":[5],\"strides\":[5]"));
    assert_int_equal(spec.max_pooling1d.pool_size, 5);
    assert_int_equal(read_one(LAYER("MaxPooling1D", "")).max_pooling1d.pool_size, 2);
    assert_int_equal(read_one(LAYER("GlobalAveragePooling1D", "")).pooling.mode, SN_POOL_MEAN);
    spec = read_one(LAYER("Bidirectional", "\"layer\":" LAYER("GRU", "\"units\":4")));
    assert_true(spec.recurrent.bidirectional);
}

/* A layer's own activation is stored like one that is not chosen. */
static void the_usual_activation_is_no_choice(void **state)
{
    (void)state;
    const sn_layer_spec spec = read_one(
        LAYER("LSTM", "\"units\":4,\"activation\":\"tanh\",\"recurrent_activation\":\"sigmoid\""));
    assert_int_equal(spec.recurrent.activation, SN_ACTIVATION_OWN);
    assert_int_equal(spec.recurrent.recurrent_activation, SN_ACTIVATION_OWN);
    assert_int_equal(read_one(LAYER("Conv1D", "\"filters\":4,\"kernel_size\":3,"
                                              "\"activation\":\"linear\""))
                         .conv1d.activation,
                     SN_ACTIVATION_OWN);
}

/* All that Keras 3 writes for a layer. */
static void keys_without_mathematics_are_ignored(void **state)
{
    (void)state;
    static const char lstm[] =
        "{\"module\":\"keras.layers\",\"class_name\":\"LSTM\",\"config\":{\"name\":\"lstm\","
        "\"trainable\":true,\"dtype\":{\"class_name\":\"DTypePolicy\",\"config\":{\"name\":"
        "\"float32\"}},\"return_sequences\":false,\"return_state\":false,\"go_backwards\":false,"
        "\"stateful\":false,\"unroll\":false,\"zero_output_for_mask\":false,\"units\":4,"
        "\"activation\":\"tanh\",\"recurrent_activation\":\"sigmoid\",\"use_bias\":true,"
        "\"kernel_initializer\":{\"module\":\"keras.initializers\",\"class_name\":"
        "\"GlorotUniform\",\"config\":{\"seed\":null},\"registered_name\":null},"
        "\"recurrent_initializer\":{\"class_name\":\"Orthogonal\",\"config\":{\"seed\":null,"
        "\"gain\":1.0}},\"bias_initializer\":\"zeros\",\"unit_forget_bias\":true,"
        "\"kernel_regularizer\":null,\"bias_constraint\":null,\"dropout\":0.0,"
        "\"recurrent_dropout\":0.0,\"seed\":7},\"registered_name\":null,"
        "\"build_config\":{\"input_shape\":[null,500,8]}}";
    static const char pooling[] =
        "{\"module\":\"keras.layers\",\"class_name\":\"MaxPooling1D\",\"config\":{\"name\":"
        "\"max_pooling1d\",\"trainable\":true,\"dtype\":\"float32\",\"pool_size\":[5],"
        "\"padding\":\"valid\",\"strides\":[5],\"data_format\":\"channels_last\"}}";
    /* as Keras 2.2 writes Glorot's */
    static const char scaled[] =
        LAYER("SimpleRNN", "\"units\":3,\"kernel_initializer\":{\"class_name\":\"VarianceScaling\","
                           "\"config\":{\"scale\":1.0,\"mode\":\"fan_avg\",\"distribution\":"
                           "\"uniform\",\"seed\":null}}");
    assert_int_equal(read_one(scaled).recurrent.units, 3);
    assert_int_equal(read_one(lstm).recurrent.units, 4);
    assert_int_equal(read_one(pooling).max_pooling1d.pool_size, 5);
}

/* Keras 3 writes both of its layers, which in a Bidirectional give zeros for masked steps. */
#define CELL_OF_TWO(DIRECTION)                                                                     \
    "\"units\":4,\"return_sequences\":true,\"zero_output_for_mask\":true,\"go_"                    \
    "backwards\":" DIRECTION

static void both_layers_of_a_bidirectional_are_one(void **state)
{
    (void)state;
    static const char forward[] = LAYER("LSTM", "\"name\":\"forward\"," CELL_OF_TWO("false"));
    static const char backward[] = LAYER("LSTM", "\"name\":\"backward\"," CELL_OF_TWO("true"));
    char layer[1000];
    (void)snprintf(layer, sizeof layer,
                   LAYER("Bidirectional", "\"layer\":%s,\"backward_layer\":%s"), forward, backward);
    const sn_layer_spec spec = read_one(layer);
    assert_true(spec.recurrent.bidirectional && spec.recurrent.return_sequences);
    assert_int_equal(spec.recurrent.units, 4);
}

static void dropout_of_a_cell_is_a_layer_before_it(void **state)
{
    (void)state;
    const sn_model_config config = read_layers(LAYER("LSTM", "\"units\":4,\"dropout\":0.2"));
    assert_int_equal(config.layer_count, 4);
    assert_int_equal(config.layers[1].kind, SN_SPATIAL_DROPOUT1D);
    assert_true(config.layers[1].dropout.rate == 0.2);
    assert_int_equal(config.layers[2].kind, SN_LSTM);
}

static void the_length_comes_with_the_input(void **state)
{
    (void)state;
    static const char *const with_500[] = {
        "[{\"class_name\":\"InputLayer\",\"config\":{\"batch_shape\":[null,500]}}," EMBEDDING "]",
        "[{\"class_name\":\"InputLayer\",\"config\":{\"batch_input_shape\":[32,500]}}," EMBEDDING
        "]",
        "[" LAYER("Embedding", "\"output_dim\":8,\"input_length\":500") "]",
        "[" LAYER("Embedding", "\"output_dim\":8,\"batch_input_shape\":[null,500]") "]"};
    for (size_t i = 0; i < sizeof with_500 / sizeof *with_500; i++) {
        sn_model_config config;
        size_t time = 0;
        assert_int_equal(sn_keras_read(&config, &time, with_500[i], &TRAINS, NULL), SEQNET_OK);
        assert_int_equal(time, 500);
    }
    sn_model_config config;
    size_t time = 1;
    assert_int_equal(sn_keras_read(&config, &time,
                                   "[{\"class_name\":\"InputLayer\",\"config\":{\"batch_shape\":"
                                   "[null,null]}}," EMBEDDING "]",
                                   &TRAINS, NULL),
                     SEQNET_OK);
    assert_int_equal(time, 0);
}

static void the_list_may_be_in_a_model(void **state)
{
    (void)state;
    static const char *const models[] = {
        "{\"class_name\":\"Sequential\",\"config\":{\"name\":\"s\",\"layers\":[" EMBEDDING "]}}",
        "{\"class_name\":\"Sequential\",\"config\":[" EMBEDDING "]}",
        "{\"layers\":[" EMBEDDING "]}"};
    for (size_t i = 0; i < sizeof models / sizeof *models; i++)
        assert_int_equal(read_with(&TRAINS, models[i]).layer_count, 2);
}

/* The slope of hard_sigmoid changed with version 3. */
static void the_version_decides_on_hard_sigmoid(void **state)
{
    (void)state;
    static const char *const versions[] = {"2.15.0", "1.2.2", "3.4.1", "20.1"};
    static const int expected[] = {SN_HARD_SIGMOID_02, SN_HARD_SIGMOID_02, SN_HARD_SIGMOID,
                                   SN_HARD_SIGMOID};
    for (size_t i = 0; i < 4; i++) {
        char json[600];
        (void)snprintf(json, sizeof json,
                       "{\"class_name\":\"Sequential\",\"keras_version\":\"%s\",\"config\":"
                       "{\"layers\":[" EMBEDDING
                       "," LAYER("LSTM", "\"units\":4,\"recurrent_activation\":"
                                         "\"hard_sigmoid\"") "]}}",
                       versions[i]);
        assert_int_equal(read_with(&TRAINS, json).layers[1].recurrent.recurrent_activation,
                         expected[i]);
    }
}

/* Before version 2.1 a GRU had one form only; the other one came with its key. */
static void the_version_decides_on_reset_after(void **state)
{
    (void)state;
    static const struct {
        const char *version, *key;
        bool reset_before;
    } cases[] = {{"2.0.8", "", true},  {"1.2.2", "", true},
                 {"2.1.0", "", false}, {"2.0.9", ",\"reset_after\":true", false},
                 {"3.4.1", "", false}, {"2.15.0", ",\"reset_after\":false", true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char json[600];
        (void)snprintf(
            json, sizeof json,
            "{\"class_name\":\"Sequential\",\"keras_version\":\"%s\",\"config\":[" EMBEDDING
            ",{\"class_name\":\"GRU\",\"config\":{\"units\":4%s}}]}",
            cases[i].version, cases[i].key);
        assert_true(read_with(&TRAINS, json).layers[1].recurrent.reset_before ==
                    cases[i].reset_before);
    }
}

/* Keras's maximum over time takes masked steps in; without a mask there is only one maximum. */
static void the_maximum_over_a_mask_is_keras_s(void **state)
{
    (void)state;
    static const char *const classes[] = {"GlobalMaxPooling1D", "MaskedGlobalMaxPooling1D"};
    static const int masked[] = {SN_POOL_MAX_ALL, SN_POOL_MAX};
    for (size_t i = 0; i < 2; i++)
        for (int mask = 0; mask < 2; mask++) {
            char json[600];
            (void)snprintf(json, sizeof json,
                           "[{\"class_name\":\"Embedding\",\"config\":{\"output_dim\":8,"
                           "\"mask_zero\":%s}},{\"class_name\":\"%s\",\"config\":{}}]",
                           mask ? "true" : "false", classes[i]);
            assert_int_equal(read_with(&TRAINS, json).layers[1].pooling.mode,
                             mask ? masked[i] : SN_POOL_MAX);
        }
}

static void inputs_are_named(void **state)
{
    (void)state;
    const sn_model_config config = read_with(
        &TRAINS,
        "[{\"class_name\":\"Embedding\",\"name\":\"words\",\"config\":{\"output_dim\":8}},"
        "{\"class_name\":\"LSTM\",\"inputs\":[\"words\"],\"config\":{\"name\":\"a\",\"units\":4}},"
        "{\"class_name\":\"LSTM\",\"name\":\"b\",\"inputs\":[\"words\"],\"config\":{\"units\":4,"
        "\"dropout\":0.1}},"
        "{\"class_name\":\"Concatenate\",\"inputs\":[\"a\",\"b\"],\"config\":{\"axis\":-1}}]");
    assert_int_equal(config.layer_count, 6);
    assert_int_equal(config.layers[1].input_count, 0); /* the layer before it */
    assert_int_equal(config.layers[2].kind, SN_SPATIAL_DROPOUT1D);
    assert_int_equal(config.layers[2].input_count, 1);
    assert_int_equal(config.layers[2].inputs[0], 0);
    assert_int_equal(config.layers[3].input_count, 0);
    assert_int_equal(config.layers[4].input_count, 2);
    assert_int_equal(config.layers[4].inputs[0], 1);
    assert_int_equal(config.layers[4].inputs[1], 3);
}

static void the_output_may_be_absent_or_there(void **state)
{
    (void)state;
    static const char *const one[] = {
        "", "," LAYER("Dense", "\"units\":1"),
        "," LAYER("Dense", "\"units\":1,\"activation\":\"sigmoid\""),
        "," LAYER("Dense", "\"units\":1") "," LAYER("Activation", "\"activation\":\"sigmoid\"")};
    for (size_t i = 0; i < sizeof one / sizeof *one; i++) {
        char layers[400];
        (void)snprintf(layers, sizeof layers, "%s%s", LAYER("LSTM", "\"units\":4"), one[i]);
        const sn_model_config config = read_layers(layers);
        assert_int_equal(config.layer_count, 3);
        assert_int_equal(config.layers[2].dense.units, 1);
        assert_int_equal(config.layers[2].dense.activation, SN_ACTIVATION_OWN);
    }
    sn_keras_rules rules = TRAINS;
    rules.outputs = 5;
    const sn_model_config many = read_with(
        &rules, "[" EMBEDDING "," LAYER("Dense", "\"units\":5,\"activation\":\"softmax\"") "]");
    assert_int_equal(many.layer_count, 2);
    assert_int_equal(many.layers[1].dense.activation, SN_ACTIVATION_OWN);
}

/* Weights that are there already need no initialiser and no regulariser. */
static void a_model_that_only_scores_may_say_more(void **state)
{
    (void)state;
    const sn_keras_rules scores = {.place = "m.json", .failure = SEQNET_ERR_MODEL};
    const sn_model_config config = read_with(
        &scores,
        "[" LAYER("Embedding", "\"input_dim\":70,\"output_dim\":8,\"trainable\":false") "," LAYER(
            "LSTM",
            "\"units\":5000,\"kernel_initializer\":\"ones\",\"kernel_regularizer\":"
            "{\"class_name\":\"L2\",\"config\":{}}") "," LAYER("BatchNormalization",
                                                               "\"axis\":-1,\"momentum\":0.9,"
                                                               "\"epsilon\":0.01") "," LAYER("Dens"
                                                                                             "e",
                                                                                             "\"uni"
                                                                                             "ts\":"
                                                                                             "3,"
                                                                                             "\"act"
                                                                                             "ivati"
                                                                                             "on\":"
                                                                                             "\"sof"
                                                                                             "tmax"
                                                                                             "\"") "]");
    assert_int_equal(config.layer_count, 4);
    assert_int_equal(config.layers[0].embedding.id_count, 70);
    assert_true(config.layers[2].batch_normalization.epsilon == 0.01);
}

typedef struct refusal {
    const char *json, *sentence;
} refusal;

/* The lists begin and end with these texts. */
static void assert_refused(const refusal *refusals, size_t count, const char *begin,
                           const char *end)
{
    for (size_t i = 0; i < count; i++) {
        char json[4000];
        sn_model_config config;
        seqnet_error err = {0};
        size_t time;
        (void)snprintf(json, sizeof json, "%s%s%s", begin, refusals[i].json, end);
        const seqnet_status status = sn_keras_read(&config, &time, json, &TRAINS, &err);
        assert_int_equal(status, SEQNET_ERR_DATA);
        assert_string_equal(err.message, refusals[i].sentence);
    }
}

static void values_that_change_the_mathematics_are_refused(void **state)
{
    (void)state;
#define CONV(REST) LAYER("Conv1D", "\"filters\":4,\"kernel_size\":3," REST)
#define LSTM(REST) LAYER("LSTM", "\"units\":4," REST)
    static const refusal refusals[] = {
        {CONV("\"strides\":[2]"), "m.json: layer 2 (Conv1D): strides 2 is not supported; use 1"},
        {CONV("\"strides\":[1,1]"),
         "m.json: layer 2 (Conv1D): strides [...] is not supported; use 1"},
        {CONV("\"padding\":\"causal\""),
         "m.json: layer 2 (Conv1D): padding 'causal' is not supported; use valid, same"},
        {CONV("\"activation\":\"gelu\""),
         "m.json: layer 2 (Conv1D): activation 'gelu' is not supported; use linear, relu, tanh, "
         "sigmoid, hard_sigmoid, hard_sigmoid_02, elu, selu, softsign, leaky_relu"},
        {CONV("\"data_format\":\"channels_first\""),
         "m.json: layer 2 (Conv1D): data_format 'channels_first' is not supported; use "
         "channels_last"},
        {CONV("\"use_bias\":false"),
         "m.json: layer 2 (Conv1D): use_bias false is not supported; use true"},
        {CONV("\"wings\":2"),
         "m.json: layer 2 (Conv1D): its key 'wings' is not known; leave it out"},
        {LSTM("\"go_backwards\":true"),
         "m.json: layer 2 (LSTM): go_backwards true is not supported; use false"},
        {LSTM("\"trainable\":false"),
         "m.json: layer 2 (LSTM): trainable false is not supported; use true"},
        {LSTM("\"kernel_regularizer\":{}"),
         "m.json: layer 2 (LSTM): kernel_regularizer {...} is not supported; use null"},
        {LSTM("\"kernel_initializer\":\"he_normal\""),
         "m.json: layer 2 (LSTM): kernel_initializer 'he_normal' is not supported; use "
         "GlorotUniform"},
        {LSTM("\"recurrent_initializer\":{\"class_name\":\"Orthogonal\",\"config\":{\"gain\":2}}"),
         "m.json: layer 2 (LSTM): recurrent_initializer Orthogonal {...} is not supported; use "
         "Orthogonal "
         "with gain 1"},
        {LSTM("\"recurrent_dropout\":1"),
         "m.json: layer 2 (LSTM): recurrent_dropout 1 is not a number from 0 to below 1"},
        {LSTM("\"dropout\":-0.5"),
         "m.json: layer 2 (LSTM): dropout -0.5 is not a number from 0 to below 1"},
        {LSTM("\"return_sequences\":1"),
         "m.json: layer 2 (LSTM): return_sequences 1 is not true or false"},
        {LAYER("LSTM", "\"units\":1e308"),
         "m.json: layer 2 (LSTM): units 1e+308 is not a whole number from 1 to 4096"},
        {LAYER("LSTM", "\"units\":4.5"),
         "m.json: layer 2 (LSTM): units 4.5 is not a whole number from 1 to 4096"},
        {LAYER("LSTM", "\"units\":\"4\""),
         "m.json: layer 2 (LSTM): units '4' is not a whole number from 1 to 4096"},
        {LAYER("LSTM", "\"units\":null"),
         "m.json: layer 2 (LSTM): units null is not a whole number from 1 to 4096"},
        {LAYER("LSTM", ""), "m.json: layer 2 (LSTM): its config has no units"},
        {LAYER("Dropout", ""), "m.json: layer 2 (Dropout): its config has no rate"},
        {LAYER("MaxPooling1D", "\"pool_size\":2,\"strides\":1"),
         "m.json: layer 2 (MaxPooling1D): strides 1 is not supported; use null"},
        {LAYER("BatchNormalization", ""),
         "m.json: layer 2 (BatchNormalization): cannot be trained; leave it out"},
        {LAYER("MaxPooling1D", "\"padding\":\"same\""),
         "m.json: layer 2 (MaxPooling1D): padding 'same' is not supported; use valid"},
        {LAYER("Bidirectional",
               "\"layer\":" LAYER("LSTM", "\"units\":4") ","
                                                         "\"backward_layer\":" LAYER(
                                                             "LSTM",
                                                             "\"units\":5,\"go_backwards\":true")),
         "m.json: layer 2 (Bidirectional): its backward_layer is another one than its layer; leave "
         "it out"},
        {LAYER("Bidirectional",
               "\"layer\":" LAYER("LSTM", "\"units\":4") ","
                                                         "\"backward_layer\":" LAYER(
                                                             "GRU",
                                                             "\"units\":4,\"go_backwards\":true")),
         "m.json: layer 2 (Bidirectional): its backward_layer is another one than its layer; leave "
         "it out"},
        {LAYER("Bidirectional", "\"merge_mode\":\"sum\",\"layer\":" LAYER("LSTM", "\"units\":4")),
         "m.json: layer 2 (Bidirectional): merge_mode 'sum' is not supported; use concat"},
        {LAYER("Bidirectional", "\"layer\":" LAYER("LSTM", "\"units\":4,\"dropout\":0.5")),
         "m.json: layer 2 (Bidirectional): dropout 0.5 is not supported; use 0, and a "
         "SpatialDropout1D before it"},
        {LAYER("Bidirectional", "\"layer\":" LAYER("Dense", "\"units\":4")),
         "m.json: layer 2 (Bidirectional): it is not around a SimpleRNN, an LSTM, a GRU or an "
         "LSTMCarry"},
        {LAYER("TimeDistributed", "\"layer\":" LAYER("LSTM", "\"units\":4")),
         "m.json: layer 2 (TimeDistributed): it is not around a Dense layer"},
        {LAYER("Bidirectional",
               "\"layer\":" LAYER(
                   "LSTM",
                   "\"units\":4,\"activation\":\"relu\"") ",\"backward_layer\":" LAYER("LSTM",
                                                                                       "\"units\":"
                                                                                       "4,\"go_"
                                                                                       "backwards\""
                                                                                       ":true")),
         "m.json: layer 2 (Bidirectional): its backward_layer is another one than its layer; leave "
         "it out"},
        {LAYER("Bidirectional",
               "\"layer\":" LAYER("LSTM", "\"units\":4") ",\"backward_layer\":" LAYER(
                   "LSTM", "\"units\":4")),
         "m.json: layer 2 (Bidirectional): its backward_layer is another one than its layer; leave "
         "it out"},
        {"{\"class_name\":\"LSTM\",\"input\":[\"x\"],\"config\":{\"units\":4}}",
         "m.json: layer 2 (LSTM): its key 'input' is not known; leave it out"},
        {LAYER("TimeDistributed",
               "\"layer\":{\"class_name\":\"Dense\",\"Config\":{},\"config\":{\"units\":4}}"),
         "m.json: layer 2 (TimeDistributed): its key 'Config' is not known; leave it out"},
        {"{\"class_name\":\"InputLayer\",\"config\":{}}",
         "m.json: layer 2 (InputLayer): stands behind other layers"},
        {LAYER("LSTM", "\"units\":4") "," LAYER("Dense", "\"units\":1,\"activation\":\"relu\""),
         "m.json: layer 3 (Dense): as the output it has an activation that no loss belongs to; use "
         "sigmoid"},
        {LAYER("Dense", "\"units\":1,\"activation\":\"sigmoid\"") "," LAYER(
             "Activation", "\"activation\":\"sigmoid\""),
         "m.json: layer 3 (Activation): stands last, behind Dense layers; take it out, or end the "
         "list in the output layer"},
        {LAYER("LSTM",
               "\"units\":4,\"kernel_initializer\":{\"class_name\":\"VarianceScaling\","
               "\"config\":{\"scale\":2.0,\"mode\":\"fan_avg\",\"distribution\":\"uniform\"}}"),
         "m.json: layer 2 (LSTM): kernel_initializer VarianceScaling {...} is not supported; use "
         "GlorotUniform"},
        {LAYER("Attention", ""),
         "m.json: layer 2 (Attention): this class of layers is not supported"},
        {"{}", "m.json: layer 2 (?): it has no class_name"},
        {"7", "m.json: layer 2 (?): it has no class_name"},
        {"{\"class_name\":\"Flatten\",\"config\":[]}",
         "m.json: layer 2 (Flatten): config is not an object"},
        {"{\"class_name\":\"Flatten\",\"inbound_nodes\":[[]]}",
         "m.json: layer 2 (Flatten): inbound_nodes is not supported; name the layers that it takes "
         "in inputs"},
        {"{\"class_name\":\"Flatten\",\"inputs\":[\"x\"]}",
         "m.json: layer 2 (Flatten): no layer before it is named 'x'"},
        {"{\"class_name\":\"Flatten\",\"inputs\":[0]}",
         "m.json: layer 2 (Flatten): inputs are not names of layers"},
        {"{\"class_name\":\"Flatten\",\"inputs\":[]}",
         "m.json: layer 2 (Flatten): inputs is not a list of 1 to 8 names of layers"},
        {"{\"class_name\":\"Flatten\",\"name\":\"x\"},{\"class_name\":\"Flatten\",\"name\":\"x\"}",
         "m.json: layer 3 (Flatten): another layer is named 'x', too"},
        {LAYER("Dense", "\"units\":3,\"activation\":\"sigmoid\""),
         "m.json: layer 2 (Dense): as the output it has units 3, and the labels take 1; use that "
         "or "
         "leave the layer out"},
        {LAYER("Dense", "\"units\":1,\"activation\":\"softmax\""),
         "m.json: layer 2 (Dense): activation 'softmax' of one output is not supported; use "
         "sigmoid"},
        {LAYER("Dense", "\"units\":9,\"activation\":\"softmax\"") "," LAYER("Dense", "\"units\":1"),
         "m.json: layer 3 (Dense): activation 'softmax' is for the output layer only"}};
    assert_refused(refusals, sizeof refusals / sizeof *refusals, "[" EMBEDDING ",", "]");
}

static void other_texts_are_refused(void **state)
{
    (void)state;
    static const char none[] = "m.json: has no list of layers, nor a Sequential model with one";
    static const refusal refusals[] = {
        {"[]", none},
        {"{}", none},
        {"7", none},
        {"null", none},
        {"{\"class_name\":\"Functional\",\"config\":{\"layers\":[" EMBEDDING "]}}",
         "m.json: is a model of the class 'Functional', not Sequential; give the list of its "
         "layers, "
         "each with the names of its inputs"},
        {"[{\"class_name\":\"InputLayer\",\"config\":{\"batch_shape\":[null,20,3]}}," EMBEDDING "]",
         "m.json: layer 1 (InputLayer): batch_shape is not that of rows of ids: [null, timesteps]"},
        {"[{\"class_name\":\"InputLayer\",\"config\":{\"batch_shape\":[]}}," EMBEDDING "]",
         "m.json: layer 1 (InputLayer): batch_shape is not that of rows of ids: [null, timesteps]"},
        {"[{\"class_name\":\"InputLayer\",\"config\":{\"foo\":1}}," EMBEDDING "]",
         "m.json: layer 1 (InputLayer): its key 'foo' is not known; leave it out"},
        {"[{\"class_name\":\"InputLayer\",\"config\":{\"shape\":[15]}}," LAYER(
             "Embedding", "\"output_dim\":8,\"input_length\":12") "]",
         "m.json: layer 2 (Embedding): input_length says 12 timesteps, and before it there were "
         "15"},
        {"{\"class_name\":\"Sequential\",\"config\":[" EMBEDDING
         "," LAYER("Dense", "\"units\":9,\"activation\":\"relu\"") "," LAYER("Dropout",
                                                                             "\"rate\":0.5") "]}",
         "m.json: layer 3 (Dropout): stands last, behind Dense layers; take it out, or end the "
         "list "
         "in the output layer"},
        {"{\"class_name\":\"Sequential\"}", none},
        {"{\"class_name\":\"Sequential\",\"config\":{\"layers\":{}}}", none},
        {"[" LAYER("Embedding", "\"output_dim\":8,\"input_dim\":51") "]",
         "m.json: layer 1 (Embedding): input_dim 51 does not fit the data, which has 50 ids; use "
         "that or leave it out"},
        {"[" LAYER("Embedding", "\"output_dim\":8,\"input_length\":0.5") "]",
         "m.json: layer 1 (Embedding): input_length 0.5 is not a whole number from 1 to 100000"},
        {"[" LAYER("Embedding", "\"output_dim\":8,\"mask_zero\":\"yes\"") "]",
         "m.json: layer 1 (Embedding): mask_zero 'yes' is not true or false"}};
    assert_refused(refusals, sizeof refusals / sizeof *refusals, "", "");
    sn_model_config config;
    size_t time;
    seqnet_error err = {0};
    assert_failure(sn_keras_read(&config, &time, "[{\"a\":1,\"a\":1}]", &TRAINS, &err), &err,
                   SEQNET_ERR_DATA, "m.json: ");
    assert_failure(sn_keras_read(&config, &time, "[", &TRAINS, &err), &err, SEQNET_ERR_DATA,
                   "m.json: ");
}

/* More layers than a network has, more values than a list may have, and deeper ones than any. */
static void large_and_deep_lists_are_refused(void **state)
{
    (void)state;
    enum { COUNT = 30000 };
    static char json[COUNT * 40];
    static const char *const pieces[] = {LAYER("Flatten", ""), "[", "{\"a\":"};
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        size_t used = (size_t)snprintf(json, sizeof json, "[" EMBEDDING);
        for (size_t k = 0; k < COUNT; k++)
            used += (size_t)snprintf(json + used, sizeof json - used, "%s%s", k && i ? "" : ",",
                                     pieces[i]);
        (void)snprintf(json + used, sizeof json - used, "]");
        sn_model_config config;
        size_t time;
        assert_int_equal(sn_keras_read(&config, &time, json, &TRAINS, NULL), SEQNET_ERR_DATA);
    }
    size_t used = (size_t)snprintf(json, sizeof json, "[" EMBEDDING);
    for (size_t k = 0; k < SN_MAX_LAYERS; k++)
        used += (size_t)snprintf(json + used, sizeof json - used, ",%s", pieces[0]);
    (void)snprintf(json + used, sizeof json - used, "]");
    sn_model_config config;
    size_t time;
    seqnet_error err = {0};
    assert_failure(sn_keras_read(&config, &time, json, &TRAINS, &err), &err, SEQNET_ERR_DATA,
                   "a model has at most");
}

/* Every layer, with branches. */
static sn_model_config all_layers(void)
{
    return (sn_model_config){
        .layers = {{.kind = SN_EMBEDDING,
                    .embedding = {.units = 8, .id_count = 50, .mask_zero = true}},
                   {.kind = SN_SPATIAL_DROPOUT1D, .dropout = {.rate = 0.25}},
                   {.kind = SN_LSTM,
                    .recurrent = {.units = 4,
                                  .return_sequences = true,
                                  .recurrent_dropout = 0.5,
                                  .bidirectional = true,
                                  .recurrent_activation = SN_HARD_SIGMOID_02}},
                   {.kind = SN_GRU,
                    .recurrent = {.units = 3, .return_sequences = true, .reset_before = true}},
                   {.kind = SN_SIMPLE_RNN,
                    .recurrent = {.units = 5, .return_sequences = true, .activation = SN_RELU}},
                   {.kind = SN_LSTM_CARRY, .recurrent = {.units = 4}},
                   {.kind = SN_CONV1D,
                    .input_count = 1,
                    .conv1d = {.units = 6,
                               .kernel_size = 3,
                               .padding = SN_CONV_SAME,
                               .activation = SN_RELU}},
                   {.kind = SN_MAX_POOLING1D, .max_pooling1d = {.pool_size = 3}},
                   {.kind = SN_POOLING, .pooling = {.mode = SN_POOL_MAX_MEAN}},
                   {.kind = SN_CONCATENATE, .input_count = 2, .inputs = {5, 8}},
                   {.kind = SN_ACTIVATION, .activation = {.activation = SN_TANH}},
                   {.kind = SN_DENSE, .dense = {.units = 7, .activation = SN_RELU}},
                   {.kind = SN_DROPOUT, .dropout = {.rate = 0.5}},
                   {.kind = SN_DENSE, .dense = {.units = 3}}},
        .layer_count = 14,
        .maxlen = 20,
        .encoding = {.id_count = 50}};
}

static void assert_comes_back(const sn_model_config *config)
{
    sn_network network;
    seqnet_error err = {0};
    char *list, *before, *after;
    assert_ok(sn_network_init(&network, config->layers, config->layer_count, config->maxlen, &err),
              &err);
    assert_int_equal(sn_keras_write(config, &network, &list, NULL), SEQNET_OK);
    const sn_keras_rules rules = {.place = "m.json",
                                  .failure = SEQNET_ERR_DATA,
                                  .id_count = 50,
                                  .outputs = network.outputs,
                                  .trains = true};
    sn_model_config again = *config;
    assert_ok(sn_keras_read(&again, &again.maxlen, list, &rules, &err), &err);
    assert_int_equal(sn_config_to_json(config, &before, NULL), SEQNET_OK);
    assert_int_equal(sn_config_to_json(&again, &after, NULL), SEQNET_OK);
    assert_string_equal(before, after);
    free(before);
    free(after);
    free(list);
    sn_network_free(&network);
}

static void what_is_written_is_read_back(void **state)
{
    (void)state;
    sn_model_config config = all_layers();
    assert_comes_back(&config);
    config.layers[13].dense.units = 1;
    assert_comes_back(&config);
    for (sn_pooling mode = SN_POOL_MAX; mode < SN_POOLINGS; mode++) {
        config.layers[8].pooling.mode = (int)mode;
        assert_comes_back(&config);
    }
}

static seqnet_status write_all(char **json, seqnet_error *err)
{
    const sn_model_config config = all_layers();
    sn_network network;
    SN_TRY(sn_network_init(&network, config.layers, config.layer_count, config.maxlen, err));
    const seqnet_status status = sn_keras_write(&config, &network, json, err);
    sn_network_free(&network);
    return status;
}

static void no_memory_leaves_nothing_out(void **state)
{
    (void)state;
    assert_failures_are_told(write_all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_class_is_read),
        cmocka_unit_test(fields_come_from_their_keys),
        cmocka_unit_test(the_usual_activation_is_no_choice),
        cmocka_unit_test(keys_without_mathematics_are_ignored),
        cmocka_unit_test(both_layers_of_a_bidirectional_are_one),
        cmocka_unit_test(dropout_of_a_cell_is_a_layer_before_it),
        cmocka_unit_test(the_length_comes_with_the_input),
        cmocka_unit_test(the_list_may_be_in_a_model),
        cmocka_unit_test(the_version_decides_on_hard_sigmoid),
        cmocka_unit_test(the_version_decides_on_reset_after),
        cmocka_unit_test(the_maximum_over_a_mask_is_keras_s),
        cmocka_unit_test(inputs_are_named),
        cmocka_unit_test(the_output_may_be_absent_or_there),
        cmocka_unit_test(a_model_that_only_scores_may_say_more),
        cmocka_unit_test(values_that_change_the_mathematics_are_refused),
        cmocka_unit_test(other_texts_are_refused),
        cmocka_unit_test(large_and_deep_lists_are_refused),
        cmocka_unit_test(what_is_written_is_read_back),
        cmocka_unit_test(no_memory_leaves_nothing_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
