/*
 * One layer over random input, with random weights from -1 to 1, and what it makes of it: for tests
 * of values. Include it after <cmocka.h>.
 */
#ifndef ONE_LAYER_H
#define ONE_LAYER_H

#include <stdlib.h>
#include <string.h>

#include "layer.h"
#include "memory.h"
#include "rng.h"

typedef struct one_layer {
    sn_layer layer;
    sn_tensor_table table;
    sn_pass pass;
    /* d_input and gradients are for a test that runs the layer backward */
    float *weights, *gradients, *input, *d_input, *output, *tape;
    sn_value in, out;
    size_t inputs, outputs;
} one_layer;

static inline float *one_layer_floats(size_t count, sn_rng *rng)
{
    float *block;
    assert_int_equal(sn_alloc(&block, count, sizeof *block, NULL), SEQNET_OK);
    for (size_t i = 0; rng && i < count; i++)
        block[i] = (float)(2.0 * sn_rng_uniform(rng) - 1.0);
    return block;
}

static inline void one_layer_open(one_layer *o, sn_layer_spec spec, sn_shape input, size_t batch)
{
    sn_rng rng;
    sn_rng_seed(&rng, 8, SN_RNG_INIT);
    *o = (one_layer){0};
    assert_int_equal(sn_layer_init(&o->layer, &spec, "layer", input, &o->table, NULL), SEQNET_OK);
    o->inputs = sn_shape_size(input, batch);
    o->outputs = sn_shape_size(o->layer.output, batch);
    o->weights = one_layer_floats(o->table.floats, &rng);
    o->gradients = one_layer_floats(o->table.floats, NULL);
    o->input = one_layer_floats(o->inputs, &rng);
    o->d_input = one_layer_floats(o->inputs, NULL);
    o->output = one_layer_floats(o->outputs, NULL);
    o->tape = one_layer_floats(sn_layer_tape_size(&o->layer, batch), NULL);
    o->pass = (sn_pass){.batch = batch, .weights = o->weights, .gradients = o->gradients};
    o->in = (sn_value){.x = o->input};
    o->out = (sn_value){.x = o->output};
}

static inline void one_layer_run(one_layer *o)
{
    sn_layer_forward(&o->layer, &o->pass, &o->in, &o->out, o->tape);
}

static inline void one_layer_close(one_layer *o)
{
    free(o->weights);
    free(o->gradients);
    free(o->input);
    free(o->d_input);
    free(o->output);
    free(o->tape);
    sn_tensor_table_free(&o->table);
}

/* Passes if no layer of this specification can be made over that input. */
static inline void assert_layer_refused(sn_layer_spec spec, sn_shape input, const char *part)
{
    sn_layer layer;
    sn_tensor_table table = {0};
    seqnet_error err = {0};
    assert_int_equal(sn_layer_init(&layer, &spec, "layer", input, &table, &err), SEQNET_ERR_USAGE);
    assert_non_null(strstr(err.message, part));
    sn_tensor_table_free(&table);
}

#endif
