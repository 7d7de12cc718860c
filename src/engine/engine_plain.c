/*
 * The plain engine. A shard is padded to [time, rows] ids; then every layer runs over all of it,
 * forward in list order, backward in reverse. A layer writes the gradient by its input where it
 * belongs, or, where it is one part of a sum, to d_parts, from which it is added. Only training
 * takes several rows at once: a BLAS may round a row differently beside other ones, and a score
 * must not depend on its neighbours. Each worker has a workspace:
 *
 *     ids, mask      [time, rows]
 *     values[i]      output of layer i
 *     d_values[i]    the loss's gradient by it (when training)
 *     tapes[i]       what layer i's forward leaves for its backward
 *     d_parts        the gradients by one layer's inputs, one after the other
 *
 * Shards write their gradients to slots of their own. A wave of SLOTS shards runs in parallel, then
 * the slots are added to the total in shard order: ((s0 + s1) + s2) + ..., whatever thread ran
 * what.
 */
#include "engine.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "pad.h"
#include "pieces.h"
#include "vec.h"

#include "banned.h"

enum { SLOTS = 8, SUM_CHUNK = 1 << 14 };

typedef struct workspace {
    int32_t *ids, *row;
    uint8_t *mask;
    /* The block that the other arrays of floats point into. */
    float *floats;
    sn_value values[SN_MAX_LAYERS];
    float *d_values[SN_MAX_LAYERS], *tapes[SN_MAX_LAYERS];
    float *d_parts;
} workspace;

typedef struct plain_engine {
    sn_engine base;
    const sn_network *network;
    sn_padding padding;
    sn_pool *pool;
    const float *weights;
    /* [threads] */
    workspace *workspaces;
    /* SLOTS slabs of gradients. */
    float *slots;
    sn_loss_sums slot_sums[SLOTS];

    /* The call in progress, which the tasks read. */
    const sn_minibatch *batch;
    float *logits;
    float *gradients;
    /* The wave's first shard, and its number of shards. */
    size_t first_shard, wave;
} plain_engine;

static size_t shard_count(const sn_minibatch *batch)
{
    return sn_pieces(batch->count, SN_SHARD_ROWS);
}

/* Pads rows first .. first + rows - 1 of the batch and turns them time-major. */
static sn_pass load_rows(const plain_engine *engine, workspace *ws, size_t first, size_t rows)
{
    const size_t time = engine->network->time;
    for (size_t r = 0; r < rows; r++) {
        const size_t at = first + r;
        sn_pad(ws->row, time, engine->batch->rows[at], engine->batch->lengths[at],
               engine->padding.padding, engine->padding.truncating);
        for (size_t t = 0; t < time; t++) {
            ws->ids[t * rows + r] = ws->row[t];
            ws->mask[t * rows + r] = ws->row[t] != 0;
        }
    }
    return (sn_pass){.batch = rows,
                     .ids = ws->ids,
                     .id_mask = engine->network->mask_zero ? ws->mask : NULL,
                     .weights = engine->weights};
}

/* Collects what the layer takes in `inputs`; NULL for the first layer. */
static const sn_value *collect_inputs(const sn_network *network, const sn_layer *layer,
                                      const workspace *ws, sn_value inputs[SN_LAYER_INPUTS])
{
    for (size_t k = 0; k < layer->input_count; k++)
        inputs[k] = ws->values[sn_network_input(network, layer, k)];
    return layer->input_count ? inputs : NULL;
}

static void run_forward(const sn_network *network, const sn_pass *pass, workspace *ws)
{
    sn_value inputs[SN_LAYER_INPUTS];
    for (size_t i = 0; i < network->count; i++) {
        const sn_layer *const layer = &network->layers[i];
        sn_layer_forward(layer, pass, collect_inputs(network, layer, ws, inputs), &ws->values[i],
                         ws->tapes[i]);
    }
}

/* Whether the gradients by the layer's inputs are parts of sums; of a layer with several, all are.
 */
static bool gives_parts(const sn_network *network, const sn_layer *layer)
{
    return layer->input_count && network->is_summed[sn_network_input(network, layer, 0)];
}

static void clear_sums(const sn_network *network, size_t batch, const workspace *ws)
{
    for (size_t i = 0; i < network->count; i++)
        if (network->is_summed[i])
            memset(ws->d_values[i], 0,
                   sn_shape_size(network->layers[i].output, batch) * sizeof *ws->d_values[i]);
}

static void add_parts(const sn_network *network, const sn_layer *layer, size_t batch,
                      const workspace *ws)
{
    const float *part = ws->d_parts;
    for (size_t k = 0; k < layer->input_count; k++) {
        const size_t size = sn_shape_size(layer->inputs[k]->output, batch);
        sn_vec_add(ws->d_values[sn_network_input(network, layer, k)], part, size);
        part += size;
    }
}

static float *d_input_of(const sn_network *network, const sn_layer *layer, const workspace *ws)
{
    if (gives_parts(network, layer))
        return ws->d_parts;
    return layer->input_count ? ws->d_values[sn_network_input(network, layer, 0)] : NULL;
}

static void run_backward(const sn_network *network, const sn_pass *pass, const workspace *ws)
{
    sn_value inputs[SN_LAYER_INPUTS];
    clear_sums(network, pass->batch, ws);
    for (size_t i = network->count; i-- > 0;) {
        const sn_layer *const layer = &network->layers[i];
        layer->ops->backward(layer, pass, collect_inputs(network, layer, ws, inputs),
                             ws->d_values[i], d_input_of(network, layer, ws), ws->tapes[i]);
        if (gives_parts(network, layer))
            add_parts(network, layer, pass->batch, ws);
    }
}

/* Forward, the rows' losses and their gradient times `scale`, and backward into the pass's
 * gradients, for the rows from `first` on. */
static void run_shard(const plain_engine *engine, workspace *ws, const sn_pass *pass, size_t first,
                      float scale, sn_loss_sums *sums)
{
    const sn_network *const network = engine->network;
    const sn_minibatch *const batch = engine->batch;
    memset(pass->gradients, 0, network->table.floats * sizeof *pass->gradients);
    *sums = (sn_loss_sums){0};
    run_forward(network, pass, ws);
    sn_rows_loss(ws->values[network->count - 1].x, network->outputs, batch->sets,
                 batch->labels + first, batch->weights ? batch->weights + first : NULL, pass->batch,
                 scale, ws->d_values[network->count - 1], sums);
    run_backward(network, pass, ws);
}

static void gradient_task(void *context, size_t task, size_t worker)
{
    plain_engine *const engine = context;
    workspace *const ws = &engine->workspaces[worker];
    const sn_minibatch *const batch = engine->batch;
    const size_t first = (engine->first_shard + task) * SN_SHARD_ROWS;
    sn_pass pass = load_rows(engine, ws, first, sn_smaller(batch->count - first, SN_SHARD_ROWS));
    size_t numbers[SN_SHARD_ROWS];
    for (size_t r = 0; r < pass.batch; r++)
        numbers[r] = first + r;
    pass.row_numbers = numbers;
    pass.dropout_key = engine->batch->dropout_key;
    pass.gradients = engine->slots + task * engine->network->table.floats;
    run_shard(engine, ws, &pass, first, 1.0F / (float)batch->count, &engine->slot_sums[task]);
}

/* Adds all slots to one stretch of the total. */
static void sum_task(void *context, size_t task, size_t worker)
{
    (void)worker;
    plain_engine *const engine = context;
    const size_t floats = engine->network->table.floats, first = task * SUM_CHUNK;
    const size_t count = floats - first < SUM_CHUNK ? floats - first : SUM_CHUNK;
    for (size_t slot = 0; slot < engine->wave; slot++) {
        const float *const part = engine->slots + slot * floats + first;
        if (engine->first_shard + slot == 0)
            memcpy(engine->gradients + first, part, count * sizeof *part);
        else
            sn_vec_add(engine->gradients + first, part, count);
    }
}

static void plain_use(sn_engine *base, const float *weights)
{
    ((plain_engine *)base)->weights = weights;
}

static void plain_gradients(sn_engine *base, const sn_minibatch *batch, float *gradients,
                            sn_id_set *touched, sn_loss_sums *sums)
{
    plain_engine *const engine = (plain_engine *)base;
    const size_t shards = shard_count(batch);
    engine->batch = batch;
    engine->gradients = gradients;
    for (size_t id = 0; touched && id < engine->network->layers[0].spec.embedding.id_count; id++)
        sn_id_set_add(touched, (int32_t)id); /* it does not look which ones */
    for (size_t first = 0; first < shards; first += SLOTS) {
        engine->first_shard = first;
        engine->wave = shards - first < SLOTS ? shards - first : SLOTS;
        sn_pool_run(engine->pool, gradient_task, engine, engine->wave);
        sn_pool_run(engine->pool, sum_task, engine,
                    sn_pieces(engine->network->table.floats, SUM_CHUNK));
        for (size_t slot = 0; slot < engine->wave; slot++) {
            sums->loss += engine->slot_sums[slot].loss;
            sums->correct += engine->slot_sums[slot].correct;
            sums->marks += engine->slot_sums[slot].marks;
        }
    }
}

void sn_engine_plain_state_norms(sn_engine *base, const sn_minibatch *batch, const sn_layer *layer,
                                 double *norms)
{
    plain_engine *const engine = (plain_engine *)base;
    workspace *const ws = &engine->workspaces[0];
    engine->batch = batch;
    sn_pass pass = load_rows(engine, ws, 0, batch->count);
    pass.gradients = engine->slots;
    pass.observed = layer;
    pass.state_norms = norms;
    const sn_arithmetic before = sn_arithmetic_use(base->arithmetic);
    run_shard(engine, ws, &pass, 0, 1.0F, &engine->slot_sums[0]);
    (void)sn_arithmetic_use(before);
}

static void score_task(void *context, size_t task, size_t worker)
{
    plain_engine *const engine = context;
    workspace *const ws = &engine->workspaces[worker];
    const sn_network *const network = engine->network;
    const sn_pass pass = load_rows(engine, ws, task, 1);
    run_forward(network, &pass, ws);
    memcpy(engine->logits + task * network->outputs, ws->values[network->count - 1].x,
           network->outputs * sizeof *engine->logits);
}

static void plain_score(sn_engine *base, const sn_minibatch *batch, float *logits)
{
    plain_engine *const engine = (plain_engine *)base;
    engine->batch = batch;
    engine->logits = logits;
    sn_pool_run(engine->pool, score_task, engine, batch->count);
}

/* Rows that a workspace holds. */
static size_t rows_at_once(bool trains)
{
    return trains ? SN_SHARD_ROWS : 1;
}

static size_t lay_out(workspace *ws, const sn_network *network, bool trains, float *block)
{
    const size_t rows = rows_at_once(trains);
    size_t used = 0, parts = 0;
    for (size_t i = 0; i < network->count; i++) {
        const sn_layer *const layer = &network->layers[i];
        const size_t size = sn_shape_size(layer->output, rows);
        ws->values[i].x = sn_carve(block, &used, size);
        ws->d_values[i] = trains ? sn_carve(block, &used, size) : NULL;
        ws->tapes[i] = sn_carve(block, &used, sn_layer_tape_size(layer, rows));
        const size_t input = sn_shape_size(layer->input, rows);
        if (trains && gives_parts(network, layer) && input > parts)
            parts = input;
    }
    ws->d_parts = sn_carve(block, &used, parts);
    return used;
}

static seqnet_status init_workspace(workspace *ws, const sn_network *network, bool trains,
                                    seqnet_error *err)
{
    const size_t cells = network->time * rows_at_once(trains);
    SN_TRY(sn_alloc(&ws->ids, cells, sizeof *ws->ids, err));
    SN_TRY(sn_alloc(&ws->mask, cells, sizeof *ws->mask, err));
    SN_TRY(sn_alloc(&ws->row, network->time, sizeof *ws->row, err));
    SN_TRY(sn_alloc_floats(&ws->floats, lay_out(ws, network, trains, NULL), err));
    (void)lay_out(ws, network, trains, ws->floats);
    return SEQNET_OK;
}

size_t sn_engine_plain_bytes(const sn_network *network, size_t threads, bool trains)
{
    workspace ws;
    const size_t floats = lay_out(&ws, network, trains, NULL);
    const size_t slots = trains ? SLOTS * network->table.floats : 0;
    return (threads * floats + slots) * sizeof(float);
}

static void plain_free(sn_engine *base)
{
    plain_engine *const engine = (plain_engine *)base;
    for (size_t i = 0; engine->workspaces && i < sn_pool_threads(engine->pool); i++) {
        free(engine->workspaces[i].ids);
        free(engine->workspaces[i].mask);
        free(engine->workspaces[i].row);
        free(engine->workspaces[i].floats);
    }
    free(engine->workspaces);
    free(engine->slots);
    free(engine);
}

static const sn_engine_ops plain_ops = {
    .free = plain_free, .use = plain_use, .gradients = plain_gradients, .score = plain_score};

static seqnet_status init_engine(plain_engine *engine, bool trains, seqnet_error *err)
{
    const size_t threads = sn_pool_threads(engine->pool);
    SN_TRY(sn_alloc(&engine->workspaces, threads, sizeof *engine->workspaces, err));
    for (size_t i = 0; i < threads; i++)
        SN_TRY(init_workspace(&engine->workspaces[i], engine->network, trains, err));
    if (trains)
        SN_TRY(sn_alloc_floats(&engine->slots, SLOTS * engine->network->table.floats, err));
    return SEQNET_OK;
}

seqnet_status sn_engine_plain_create(sn_engine **engine, const sn_network *network,
                                     sn_padding padding, sn_pool *pool, bool trains,
                                     seqnet_error *err)
{
    plain_engine *made;
    SN_TRY(sn_alloc(&made, 1, sizeof *made, err));
    made->base = (sn_engine){
        .ops = &plain_ops, .outputs = network->outputs, .arithmetic = network->arithmetic};
    made->network = network;
    made->padding = padding;
    made->pool = pool;
    const seqnet_status status = init_engine(made, trains, err);
    if (status != SEQNET_OK) {
        plain_free(&made->base);
        return status;
    }
    *engine = &made->base;
    return SEQNET_OK;
}
