/*
 * Fuzz target: any text as a list of layers in Keras's names, for a training and for scoring. What
 * is accepted and makes a network must be written, and read back as the same configuration.
 */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "keras.h"

enum { TIME = 20, IDS = 50 };

static void check(bool holds, const char *what)
{
    if (!holds) {
        fprintf(stderr, "%s\n", what);
        abort();
    }
}

static char *stored(const sn_model_config *config)
{
    char *json;
    check(sn_config_to_json(config, &json, NULL) == SEQNET_OK, "not stored");
    return json;
}

static void check_written(const sn_model_config *config, const sn_network *network,
                          const sn_keras_rules *rules)
{
    sn_model_config again = *config;
    sn_keras_rules fits = *rules;
    char *list;
    seqnet_error err = {0};
    fits.outputs = network->outputs;
    check(sn_keras_write(config, network, &list, NULL) == SEQNET_OK, "not written");
    check(sn_keras_read(&again, &again.maxlen, list, &fits, &err) == SEQNET_OK, err.message);
    char *const before = stored(config), *const after = stored(&again);
    check(strcmp(before, after) == 0, "read back as others");
    free(before);
    free(after);
    free(list);
}

static void try_rules(const char *text, const sn_keras_rules *rules)
{
    sn_model_config config = {.maxlen = TIME, .encoding = {.id_count = IDS}};
    sn_network network;
    size_t time;
    seqnet_error err = {0};
    if (sn_keras_read(&config, &time, text, rules, &err) != SEQNET_OK) {
        check(err.message[0], "an error without a sentence");
        return;
    }
    check(config.layer_count <= SN_MAX_LAYERS, "more layers than there is room for");
    if (sn_network_init(&network, config.layers, config.layer_count, TIME, &err) == SEQNET_OK)
        check_written(&config, &network, rules);
    sn_network_free(&network);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const sn_keras_rules rules[] = {
        {.place = "x", .failure = SEQNET_ERR_DATA, .id_count = IDS, .outputs = 1, .trains = true},
        {.place = "x", .failure = SEQNET_ERR_DATA, .id_count = IDS, .outputs = 3, .trains = true},
        {.place = "x", .failure = SEQNET_ERR_MODEL}};
    char *const text = calloc(size + 1, 1);
    if (!text)
        abort();
    if (size)
        memcpy(text, data, size);
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        try_rules(text, &rules[i]);
    free(text);
    return 0;
}
