/*
 * Fuzz target: any text as the configuration of a Keras model, without its arrays. What is
 * translated must be layers that the model's configuration can hold, and a network that fits them.
 */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "translate.h"

static void check(bool holds, const char *what)
{
    if (!holds) {
        fprintf(stderr, "%s\n", what);
        abort();
    }
}

/* A network's shapes must be those that the translation expects. */
static void check_network(const sn_translation *t, const sn_model_config *config)
{
    sn_network network;
    seqnet_error err = {0};
    if (sn_network_init(&network, config->layers, config->layer_count, config->maxlen, &err) ==
        SEQNET_OK)
        for (size_t i = 0; i < network.count; i++)
            check(network.layers[i].output.time == t->shapes[i].time &&
                      network.layers[i].output.features == t->shapes[i].features,
                  "another shape");
    else
        check(err.message[0], "a network that is refused without a sentence");
    sn_network_free(&network);
}

static void translate(const sn_graph *graph, size_t time)
{
    static sn_translation t;
    sn_model_config config = {.maxlen = time};
    sn_notes notes = {.count = 0};
    seqnet_error err = {0};
    if (sn_translate(&t, graph, time, &config, &notes, &err) == SEQNET_OK) {
        check(config.layer_count >= 2 && config.layer_count <= SN_MAX_LAYERS, "a number of layers");
        check_network(&t, &config);
    } else
        check(err.message[0], "an error without a sentence");
    sn_notes_free(&notes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    sn_graph *const graph = calloc(1, sizeof *graph);
    char *const text = calloc(size + 1, 1);
    seqnet_error err = {0};
    size_t time;
    if (!text || !graph)
        abort();
    if (size)
        memcpy(text, data, size);
    if (sn_graph_read(graph, text, "x", NULL, &err) != SEQNET_OK)
        check(err.message[0], "an error without a sentence");
    else if (sn_translate_check(graph, &err) == SEQNET_OK &&
             sn_graph_time(graph, &time, &err) == SEQNET_OK) {
        translate(graph, time ? time : 7);
        translate(graph, 500);
    }
    sn_graph_free(graph);
    free(graph);
    free(text);
    return 0;
}
