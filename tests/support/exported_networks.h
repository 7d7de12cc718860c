/*
 * The networks on which exports are tried: those of random_networks.h, and each activation of each
 * cell, forward, backward and with masks. A number stands for one of them. Include it after
 * <cmocka.h>.
 */
#ifndef EXPORTED_NETWORKS_H
#define EXPORTED_NETWORKS_H

#include <stdio.h>

#include "network_model.h"
#include "random_networks.h"

enum {
    RANDOM_NETWORKS = 400,
    CELLS = 5,
    /* without SN_ACTIVATION_OWN */
    CHOSEN_ACTIVATIONS = SN_ACTIVATIONS - 1,
    ACTIVATION_NETWORKS = CELLS * CHOSEN_ACTIVATIONS * CHOSEN_ACTIVATIONS,
    EXPORTED_NETWORKS = RANDOM_NETWORKS + ACTIVATION_NETWORKS,
    EXPORTED_IDS = 50
};

/* A cell with one pair of activations. */
static inline sn_model_config activation_config(size_t number)
{
    static const sn_layer_kind kinds[CELLS] = {SN_LSTM, SN_GRU, SN_GRU, SN_SIMPLE_RNN,
                                               SN_LSTM_CARRY};
    const size_t cell = number % CELLS, pair = number / CELLS;
    const sn_layer_spec layers[] = {
        {.kind = SN_EMBEDDING,
         .embedding = {.id_count = EXPORTED_IDS, .units = 4, .mask_zero = number % 2 == 1}},
        {.kind = kinds[cell],
         .recurrent = {.units = 5,
                       .return_sequences = pair % 3 == 0,
                       .bidirectional = pair % 4 < 2,
                       .reset_before = cell == 1,
                       .activation = 1 + (int)(pair % CHOSEN_ACTIVATIONS),
                       .recurrent_activation = 1 + (int)(pair / CHOSEN_ACTIVATIONS)}},
        {.kind = pair % 3 == 0 ? SN_POOLING : SN_DROPOUT},
        {.kind = SN_DENSE, .dense = {.units = 1}}};
    return network_config(layers, 4, 12, (sn_padding){(seqnet_side)(pair % 2), SEQNET_PRE});
}

static inline sn_model_config random_config(size_t number)
{
    plan p;
    draw_plan(&p, number, EXPORTED_IDS);
    sn_model_config config = network_config(p.layers, p.count, p.time, p.padding);
    config.multi_label = number % 5 == 0;
    config.threshold = config.multi_label ? 0.5 : 0.0;
    config.temperature = number % 3 == 0 ? 1.7 : 0.0;
    return config;
}

/* Cells have elu where selu, which ONNX's do not take, is drawn. */
static inline sn_model_config exported_config(size_t number)
{
    sn_model_config config = number >= RANDOM_NETWORKS ? activation_config(number - RANDOM_NETWORKS)
                                                       : random_config(number);
    for (size_t i = 0; i < config.layer_count; i++) {
        sn_recurrent_spec *const spec = &config.layers[i].recurrent;
        if (!sn_layer_ops_of(config.layers[i].kind)->cell)
            continue;
        spec->activation = spec->activation == SN_SELU ? SN_ELU : spec->activation;
        spec->recurrent_activation =
            spec->recurrent_activation == SN_SELU ? SN_ELU : spec->recurrent_activation;
    }
    return config;
}

static inline seqnet_model *exported_model(size_t number)
{
    const sn_model_config config = exported_config(number);
    return network_model(&config, 0.4);
}

#endif
