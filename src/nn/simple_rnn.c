/*
 * SimpleRNN (Elman 1990), as Keras computes it: one gate, one bias [H], and no state but h.
 *
 *     h' = tanh(x kernel + h recurrent_kernel + bias)
 *
 * Another activation may stand for tanh.
 */
#include <string.h>

#include "activations.h"
#include "recurrent.h"

#include "banned.h"

static void forward(const sn_cell_row *row)
{
    sn_activate(row->activation, row->gates, row->gates, row->units);
    memcpy(row->hidden_next, row->gates, row->units * sizeof *row->gates);
}

static void backward(const sn_cell_row *row)
{
    sn_activate_backward(row->activation, row->gates, row->d_hidden, row->gates, row->units);
}

static const sn_cell CELL = {.kind = SN_CELL_SIMPLE_RNN,
                             .gates = 1,
                             .fused = 1,
                             .bidirectional_title = "Bidirectional(SimpleRNN)",
                             .forward = forward,
                             .backward = backward};

const sn_layer_ops sn_simple_rnn_ops = {
    .type = "simple_rnn", .title = "SimpleRNN", .cell = &CELL, SN_RECURRENT_OPS};
