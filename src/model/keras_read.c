/*
 * Reads a list of layers in Keras's names (keras.h). What does not change the mathematics is
 * ignored, what changes it and is not supported is refused by layer, key and value.
 */
#include "keras_reader.h"

#include <string.h>

#include "json.h"
#include "maxima.h"

#include "banned.h"

/* JSON values of a list; a layer of Keras's own has about fifty. */
enum { MAX_VALUES = 20000 };

/* The timesteps of the input, the only number of [500] or the second of [null, 500]. */
static void read_length(sn_keras_reader *r)
{
    const int count = cJSON_IsArray(r->value) ? cJSON_GetArraySize(r->value) : 1;
    const cJSON *length = cJSON_IsArray(r->value) ? r->value->child : r->value;
    const size_t before = r->time;
    if (count != 1 && count != 2) {
        sn_keras_refuse(r, "%s is not that of rows of ids: [null, timesteps]", r->key);
        return;
    }
    if (count == 2)
        length = length->next;
    if (cJSON_IsNull(length))
        return;
    r->value = length;
    r->time = sn_keras_size(r, r->rules->trains ? SN_MAX_TIME : SN_MAX_FILE_TIME);
    if (before && r->time && r->time != before)
        sn_keras_refuse(r, "%s says %zu timesteps, and before it there were %zu", r->key, r->time,
                        before);
}

static bool is_key(const sn_keras_reader *r, const char *key)
{
    return strcmp(r->key, key) == 0;
}

static bool is_shape_key(const sn_keras_reader *r)
{
    return is_key(r, "batch_shape") || is_key(r, "batch_input_shape") || is_key(r, "input_shape") ||
           is_key(r, "shape") || is_key(r, "input_length");
}

/* Rows of the embedding, which the ids decide. */
static void read_input_dim(sn_keras_reader *r, sn_layer_spec *spec)
{
    const size_t given = sn_keras_size(r, INT32_MAX), needed = r->rules->id_count;
    if (needed && given && given != needed)
        sn_keras_refuse(
            r, "input_dim %zu does not fit the data, which has %zu ids; use that or leave it out",
            given, needed);
    spec->embedding.id_count = given;
}

/* A pooling moves on by as many timesteps as it sees, which null stands for. */
static void check_strides(sn_keras_reader *r, size_t pool_size)
{
    if (!cJSON_IsNull(r->value) && sn_keras_number(r->value) != (double)pool_size)
        sn_keras_refuse_value(r, "null");
}

/* What is left behind the last stretch of a pooling is dropped. */
static void check_stretches(sn_keras_reader *r)
{
    if (!cJSON_IsString(r->value) || strcmp(r->value->valuestring, "valid") != 0)
        sn_keras_refuse_value(r, "valid");
}

/* Reads keys that a kind of layer has beside those with a field. False: it is none of them. */
static bool read_other_key(sn_keras_reader *r, sn_layer_spec *spec)
{
    if (spec->kind == SN_EMBEDDING && is_key(r, "input_dim"))
        read_input_dim(r, spec);
    else if (spec->kind == SN_EMBEDDING && is_shape_key(r))
        read_length(r);
    else if (spec->kind == SN_MAX_POOLING1D && is_key(r, "strides"))
        check_strides(r, spec->max_pooling1d.pool_size);
    else if (spec->kind == SN_MAX_POOLING1D && is_key(r, "padding"))
        check_stretches(r);
    else
        return false;
    return true;
}

/* ---- Layers ---- */

static const sn_keras_key *find_key(const sn_keras_class *class, const char *name)
{
    for (const sn_keras_key *key = class->keys; key->key; key++)
        if (strcmp(key->key, name) == 0)
            return key;
    return NULL;
}

/* Sets what a field has where its key is absent. */
static void set_usual(sn_keras_reader *r, const sn_keras_key *key, sn_layer_spec *spec)
{
    char *const at = (char *)spec + key->offset;
    const bool is_size = key->type == SN_FIELD_SIZE;
    if ((is_size && !key->usual_size) || key->is_required)
        sn_keras_refuse(r, "its config has no %s", key->key);
    if (is_size)
        *(size_t *)(void *)at = key->usual_size;
    else if (key->type == SN_FIELD_POSITIVE)
        *(double *)(void *)at = key->usual;
}

static const cJSON *find_value(sn_keras_reader *r, const cJSON *config, const char *key)
{
    r->key = key;
    r->value = cJSON_GetObjectItemCaseSensitive(config, key);
    return r->value;
}

void sn_keras_read_fields(sn_keras_reader *r, const sn_keras_class *class, const cJSON *config,
                          sn_layer_spec *spec)
{
    for (const sn_keras_key *key = class->keys; key->key; key++) {
        if (find_value(r, config, key->key))
            sn_keras_read_key(r, key, spec);
        else
            set_usual(r, key, spec);
    }
}

/* Whether a key of a layer is read elsewhere: a cell's `dropout` by the caller. In a Bidirectional,
 * which gives zeros for masked steps, Keras sets zero_output_for_mask whatever it is. */
static bool is_read_elsewhere(const sn_keras_reader *r, const sn_layer_spec *spec)
{
    return sn_layer_ops_of(spec->kind)->cell &&
           (is_key(r, "dropout") ||
            (spec->recurrent.bidirectional && is_key(r, "zero_output_for_mask")));
}

/* Goes through the keys without a field. */
static void read_rest(sn_keras_reader *r, const sn_keras_class *class, const cJSON *config,
                      sn_layer_spec *spec)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, config)
    {
        r->key = item->string;
        r->value = item;
        if (find_key(class, r->key) || is_read_elsewhere(r, spec))
            continue;
        if (!read_other_key(r, spec))
            sn_keras_check_neutral(r);
    }
}

/* Appends a layer that takes the output of the one before it. */
static void append(sn_keras_reader *r, sn_layer_spec spec, const char *name)
{
    sn_model_config *const config = r->config;
    if (config->layer_count == SN_MAX_LAYERS) {
        sn_keras_refuse(r, "a model has at most %d layers", SN_MAX_LAYERS);
        return;
    }
    r->names[config->layer_count] = name;
    config->layers[config->layer_count++] = spec;
}

/* Keras's dropout of a recurrent layer hides features of its input for all timesteps alike, which
 * is a layer of its own here. Around both directions it would be drawn twice. */
static void append_input_dropout(sn_keras_reader *r, const cJSON *config, sn_layer_spec *spec)
{
    const double rate = find_value(r, config, "dropout") ? sn_keras_rate(r) : 0.0;
    if (!(rate > 0.0))
        return;
    if (spec->recurrent.bidirectional)
        sn_keras_refuse_value(r, "0, and a SpatialDropout1D before it");
    sn_layer_spec hides = {.kind = SN_SPATIAL_DROPOUT1D, .dropout = {.rate = rate}};
    hides.input_count = spec->input_count;
    memcpy(hides.inputs, spec->inputs, sizeof hides.inputs);
    spec->input_count = 0;
    append(r, hides, NULL);
}

static const cJSON *object_in(sn_keras_reader *r, const cJSON *object, const char *key)
{
    static const cJSON none = {.type = cJSON_Object};
    const cJSON *const item = cJSON_GetObjectItemCaseSensitive(object, key);
    if (item && !cJSON_IsObject(item))
        sn_keras_refuse(r, "%s is not an object", key);
    return cJSON_IsObject(item) ? item : &none;
}

static const char *string_in(const cJSON *object, const char *key)
{
    const cJSON *const item = cJSON_GetObjectItemCaseSensitive(object, key);
    return cJSON_IsString(item) ? item->valuestring : NULL;
}

/* Finds the earlier layer that an input names and adds it to the specification's. */
static void add_input(sn_keras_reader *r, const cJSON *input, sn_layer_spec *spec)
{
    size_t i = r->config->layer_count;
    if (!cJSON_IsString(input)) {
        sn_keras_refuse(r, "inputs are not names of layers");
        return;
    }
    while (i > 0 && (!r->names[i - 1] || strcmp(r->names[i - 1], input->valuestring) != 0))
        i--;
    if (i == 0)
        sn_keras_refuse(r, "no layer before it is named '%.40s'", input->valuestring);
    else
        spec->inputs[spec->input_count++] = i - 1;
}

static void read_inputs(sn_keras_reader *r, const cJSON *entry, sn_layer_spec *spec)
{
    const cJSON *const list = cJSON_GetObjectItemCaseSensitive(entry, "inputs");
    const cJSON *input;
    if (!list)
        return;
    if (!cJSON_IsArray(list) || !list->child || cJSON_GetArraySize(list) > SN_LAYER_INPUTS) {
        sn_keras_refuse(r, "inputs is not a list of 1 to %d names of layers", SN_LAYER_INPUTS);
        return;
    }
    cJSON_ArrayForEach(input, list)
    {
        add_input(r, input, spec);
    }
    /* The layer before it is what it takes without inputs, too. */
    if (spec->input_count == 1 && spec->inputs[0] + 1 == r->config->layer_count &&
        spec->kind != SN_CONCATENATE)
        spec->input_count = 0;
}

static void check_name(sn_keras_reader *r, const char *name)
{
    for (size_t i = 0; name && i < r->config->layer_count; i++)
        if (r->names[i] && strcmp(r->names[i], name) == 0)
            sn_keras_refuse(r, "another layer is named '%.40s', too", name);
}

/* Reads a layer whose config may be that of a layer inside a wrapper. `entry` is the wrapper. */
static void read_layer(sn_keras_reader *r, const sn_keras_class *class, const cJSON *entry,
                       const cJSON *config, bool is_bidirectional)
{
    sn_layer_spec spec = class->start;
    const char *name = string_in(entry, "name");
    if (!name)
        name = string_in(object_in(r, entry, "config"), "name");
    check_name(r, name);
    read_inputs(r, entry, &spec);
    sn_keras_read_fields(r, class, config, &spec);
    if (spec.kind == SN_GRU && r->is_before_reset_after && !find_value(r, config, "reset_after"))
        spec.recurrent.reset_before = true;
    if (is_bidirectional)
        spec.recurrent.bidirectional = true;
    read_rest(r, class, config, &spec);
    if (spec.kind == SN_EMBEDDING) {
        spec.embedding.id_count = r->rules->id_count ? r->rules->id_count : spec.embedding.id_count;
        if (!spec.embedding.id_count)
            sn_keras_refuse(r, "its config has no input_dim");
    }
    if (sn_layer_ops_of(spec.kind)->cell)
        append_input_dropout(r, config, &spec);
    if (sn_layer_ops_of(spec.kind)->only_scores && r->rules->trains)
        sn_keras_refuse(r, "cannot be trained; leave it out");
    append(r, spec, name);
}

/* Whether a key of one layer of a Bidirectional says what that of the other one does, but for its
 * name and direction. */
static bool is_mirrored(const cJSON *other, const cJSON *item)
{
    return item->string &&
           (strcmp(item->string, "name") == 0 || strcmp(item->string, "go_backwards") == 0 ||
            cJSON_Compare(item, cJSON_GetObjectItemCaseSensitive(other, item->string), true));
}

static bool mirrors(const cJSON *config, const cJSON *other)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, config)
    {
        if (!is_mirrored(other, item))
            return false;
    }
    return true;
}

/* Whether the second layer of a Bidirectional, which may be null, is the first one the other way
 * round. */
static bool is_mirror(const cJSON *layer, const cJSON *backward)
{
    const char *const class = string_in(layer, "class_name");
    const char *const other = string_in(backward, "class_name");
    const cJSON *const config = cJSON_GetObjectItemCaseSensitive(layer, "config");
    const cJSON *const back = cJSON_GetObjectItemCaseSensitive(backward, "config");
    if (cJSON_IsNull(backward))
        return true;
    return class && other && strcmp(class, other) == 0 && mirrors(config, back) &&
           mirrors(back, config) &&
           cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(back, "go_backwards"));
}

/* Refuses what stands beside class_name and config and is neither Keras's nor ours. */
static void check_entry(sn_keras_reader *r, const cJSON *entry)
{
    static const char *const known[] = {"class_name",    "config",       "name",
                                        "inputs",        "module",       "registered_name",
                                        "inbound_nodes", "build_config", "shared_object_id"};
    const cJSON *item;
    cJSON_ArrayForEach(item, entry)
    {
        size_t i = 0;
        while (i < sizeof known / sizeof *known && strcmp(known[i], item->string) != 0)
            i++;
        if (i == sizeof known / sizeof *known)
            sn_keras_refuse(r, "its key '%.40s' is not known; leave it out", item->string);
    }
}

static void read_wrapper(sn_keras_reader *r, const cJSON *entry, bool is_bidirectional)
{
    const cJSON *const config = object_in(r, entry, "config");
    const cJSON *const inner = object_in(r, config, "layer");
    const char *const name = string_in(inner, "class_name");
    const sn_keras_class *const class = name ? sn_keras_class_named(name) : NULL;
    const cJSON *item;
    cJSON_ArrayForEach(item, config)
    {
        r->key = item->string;
        r->value = item;
        if (is_bidirectional && is_key(r, "backward_layer") && !is_mirror(inner, item))
            sn_keras_refuse(r, "its backward_layer is another one than its layer; leave it out");
        else if (!is_key(r, "layer") && !(is_bidirectional && is_key(r, "backward_layer")))
            sn_keras_check_neutral(r);
    }
    if (!class || !(is_bidirectional ? sn_layer_ops_of(class->start.kind)->cell != NULL
                                     : class->start.kind == SN_DENSE))
        sn_keras_refuse(r, "it is not around %s",
                        is_bidirectional ? "a SimpleRNN, an LSTM, a GRU or an LSTMCarry"
                                         : "a Dense layer");
    else {
        check_entry(r, inner);
        read_layer(r, class, entry, object_in(r, inner, "config"), is_bidirectional);
    }
}

/* The input has no layer of its own, but its length counts. */
static void read_input_layer(sn_keras_reader *r, const cJSON *entry)
{
    const cJSON *item;
    if (r->config->layer_count || r->number > 1)
        sn_keras_refuse(r, "stands behind other layers");
    cJSON_ArrayForEach(item, object_in(r, entry, "config"))
    {
        r->key = item->string;
        r->value = item;
        if (is_shape_key(r))
            read_length(r);
        else
            sn_keras_check_neutral(r);
    }
}

static void read_entry(sn_keras_reader *r, const cJSON *entry)
{
    const char *const name = string_in(entry, "class_name");
    r->class_name = name ? name : "?";
    const sn_keras_class *const class = name ? sn_keras_class_named(name) : NULL;
    const cJSON *const nodes = cJSON_GetObjectItemCaseSensitive(entry, "inbound_nodes");
    if (cJSON_IsObject(entry))
        check_entry(r, entry);
    if (cJSON_IsArray(nodes) && nodes->child)
        sn_keras_refuse(r,
                        "inbound_nodes is not supported; name the layers that it takes in inputs");
    else if (class)
        read_layer(r, class, entry, object_in(r, entry, "config"), false);
    else if (name && strcmp(name, "InputLayer") == 0)
        read_input_layer(r, entry);
    else if (name && strcmp(name, "Bidirectional") == 0)
        read_wrapper(r, entry, true);
    else if (name && strcmp(name, "TimeDistributed") == 0)
        read_wrapper(r, entry, false);
    else
        sn_keras_refuse(r, name ? "this class of layers is not supported" : "it has no class_name");
}

/* ---- The output ---- */

/* An Activation behind the last Dense layer is that layer's. */
static void fold_activation(sn_model_config *config)
{
    sn_layer_spec *const last = &config->layers[config->layer_count - 1];
    if (config->layer_count < 2 || last->kind != SN_ACTIVATION || last->input_count ||
        last[-1].kind != SN_DENSE || last[-1].dense.activation)
        return;
    last[-1].dense.activation = last->activation.activation;
    config->layer_count--;
}

/* Whether an activation of the output, if any, is the loss's. */
static bool is_loss_activation(int activation)
{
    return activation == SN_ACTIVATION_OWN || activation == SN_SIGMOID ||
           activation == SN_KERAS_SOFTMAX;
}

/* Whether a layer is the output: by its activation, or since it could be nothing else. */
static bool is_output(const sn_keras_reader *r, const sn_layer_spec *spec)
{
    return spec->kind == SN_DENSE && (is_loss_activation(spec->dense.activation) ||
                                      spec->dense.units == r->rules->outputs || r->is_complete);
}

/* Checks that the output layer fits the labels, and leaves its activation to the loss. */
static void check_output(sn_keras_reader *r, sn_dense_spec *output)
{
    const size_t needed = r->rules->outputs;
    const bool has_sigmoids = r->config->multi_label;
    if (!is_loss_activation(output->activation))
        sn_keras_refuse(r, "as the output it has an activation that no loss belongs to; use %s",
                        output->units == 1 || has_sigmoids ? "sigmoid" : "softmax");
    else if (needed && output->units != needed)
        sn_keras_refuse(
            r,
            "as the output it has units %zu, and the labels take %zu; use that or leave the "
            "layer out",
            output->units, needed);
    else if (output->activation == SN_SIGMOID && output->units > 1 && !has_sigmoids)
        sn_keras_refuse(r, "activation 'sigmoid' of several outputs is not supported; use softmax");
    else if (output->activation == SN_KERAS_SOFTMAX && output->units == 1)
        sn_keras_refuse(r, "activation 'softmax' of one output is not supported; use sigmoid");
    else if (output->activation == SN_KERAS_SOFTMAX && has_sigmoids)
        sn_keras_refuse(r, "activation 'softmax' gives a row one label; use sigmoid");
    output->activation = SN_ACTIVATION_OWN;
}

static void refuse_inner_softmax(sn_keras_reader *r)
{
    for (size_t i = 0; i < r->config->layer_count; i++) {
        const sn_layer_spec *const spec = &r->config->layers[i];
        if ((spec->kind == SN_DENSE && spec->dense.activation == SN_KERAS_SOFTMAX) ||
            (spec->kind == SN_ACTIVATION && spec->activation.activation == SN_KERAS_SOFTMAX))
            sn_keras_refuse(r, "activation 'softmax' is for the output layer only");
    }
}

/* Whether some layer of a list that ends in another one must have been meant as the output: in a
 * whole model any Dense layer, in a list one with the activation of an output. */
static bool hides_output(const sn_keras_reader *r)
{
    for (size_t i = 0; i < r->config->layer_count; i++) {
        const sn_layer_spec *const spec = &r->config->layers[i];
        const bool is_activated = spec->kind == SN_DENSE &&
                                  spec->dense.activation != SN_ACTIVATION_OWN &&
                                  is_loss_activation(spec->dense.activation);
        if (spec->kind == SN_DENSE &&
            (r->is_complete || (is_activated && spec->dense.units == r->rules->outputs)))
            return true;
    }
    return false;
}

void sn_keras_settle_pooling(sn_model_config *config)
{
    for (size_t i = 0; i < config->layer_count && !sn_keras_masks(config); i++)
        if (config->layers[i].kind == SN_POOLING &&
            config->layers[i].pooling.mode == SN_POOL_MAX_ALL)
            config->layers[i].pooling.mode = SN_POOL_MAX;
}

static void finish_layers(sn_keras_reader *r)
{
    sn_model_config *const config = r->config;
    if (r->status != SEQNET_OK || config->layer_count == 0)
        return;
    sn_keras_settle_pooling(config);
    fold_activation(config);
    sn_layer_spec *const last = &config->layers[config->layer_count - 1];
    if (is_output(r, last))
        check_output(r, &last->dense);
    else if (hides_output(r))
        sn_keras_refuse(r, "stands last, behind Dense layers; take it out, or end the list in the "
                           "output layer");
    else if (r->rules->outputs)
        append(r, (sn_layer_spec){.kind = SN_DENSE, .dense = {.units = r->rules->outputs}}, NULL);
    refuse_inner_softmax(r);
}

/* ---- The whole ---- */

/* The list of layers in a text: the whole of it, or that of a Sequential model; NULL: none. */
static const cJSON *find_list(const cJSON *root)
{
    const cJSON *const config = cJSON_GetObjectItemCaseSensitive(root, "config");
    const char *const name = string_in(root, "class_name");
    if (cJSON_IsArray(root))
        return root;
    if (name && strcmp(name, "Sequential") == 0)
        return cJSON_IsArray(config) ? config : cJSON_GetObjectItemCaseSensitive(config, "layers");
    return name ? NULL : cJSON_GetObjectItemCaseSensitive(root, "layers");
}

static void read_list(sn_keras_reader *r, const cJSON *root)
{
    const char *const version = string_in(root, "keras_version");
    const cJSON *const list = find_list(root);
    const cJSON *entry;
    const char *const model = string_in(root, "class_name");
    r->is_old = version && (version[0] == '1' || version[0] == '2') && version[1] == '.';
    r->is_before_reset_after = r->is_old && (version[0] == '1' || strncmp(version, "2.0.", 4) == 0);
    r->is_complete = model != NULL;
    if (!cJSON_IsArray(list) || !list->child) {
        r->status = model && strcmp(model, "Sequential") != 0
                        ? sn_fail(r->err, r->rules->failure,
                                  "%s: is a model of the class '%.40s', not Sequential; give the "
                                  "list of its layers, each with the names of its inputs",
                                  r->rules->place, model)
                        : sn_fail(r->err, r->rules->failure,
                                  "%s: has no list of layers, nor a Sequential model with one",
                                  r->rules->place);
        return;
    }
    cJSON_ArrayForEach(entry, list)
    {
        r->number++;
        read_entry(r, entry);
        if (r->status != SEQNET_OK)
            return;
    }
    finish_layers(r);
}

seqnet_status sn_keras_read(sn_model_config *config, size_t *time, const char *json,
                            const sn_keras_rules *rules, seqnet_error *err)
{
    const sn_json_limits limits = {.values = MAX_VALUES, .unique_keys = true};
    sn_keras_reader r = {.rules = rules, .config = config, .err = err, .status = SEQNET_OK};
    seqnet_error inner = {0};
    cJSON *root;
    config->layer_count = 0;
    const seqnet_status status = sn_json_parse(&root, json, strlen(json), &limits, NULL, &inner);
    if (status != SEQNET_OK)
        return status == SEQNET_ERR_MEMORY
                   ? sn_fail(err, status, "%s", inner.message)
                   : sn_fail(err, rules->failure, "%s: %s", rules->place, inner.message);
    read_list(&r, root);
    cJSON_Delete(root);
    *time = r.time;
    return r.status;
}
