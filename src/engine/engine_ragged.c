/*
 * The ragged engine: what the plain one computes, without the padding. Each layer of the network is
 * a stage (stage.h), which runs it in the way that suits it.
 *
 * A batch is worked through in waves of at most WAVE_ROWS rows, sorted by length and cut into
 * shards. A wave's phases each spread over the threads:
 *
 *     index      which ids each shard has; meanwhile what leading pads become
 *     project    the distinct ids, once each
 *     shards     forward, loss, backward; each shard sums the gradients by projections and by
 *                weights on its own
 *     sums       the shards' gradients by weights are summed
 *     embedding  so are those by projections, for ranges of ids, and from the sums come those by
 *                the embedding's rows, kernels and biases; meanwhile, after the last wave, the
 *                pads backward
 *     finish     what the ranges have of the gradients by kernels and biases is summed
 *
 * All sums are taken in an order that depends on the batch alone (tree_sum.h), so the result has
 * the same bits for any number of threads. Where rows differ in their pads too, as with recurrent
 * dropout, pads are run as tokens instead of being shared. Scoring projects into tables that last
 * until the weights change; complete ones can serve other engines.
 */
#include "stage.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "ragged_ranks.h"
#include "stage_list.h"

#include "banned.h"

static void phase_task(void *context, size_t task, size_t worker)
{
    sn_ragged_engine *const engine = context;
    const unsigned before = sn_subnormals_flush();
    engine->phase(engine, task, &engine->workspaces[worker]);
    sn_subnormals_restore(before);
}

void sn_ragged_run(sn_ragged_engine *engine, sn_ragged_phase *phase, size_t tasks)
{
    engine->phase = phase;
    sn_pool_run(engine->pool, phase_task, engine, tasks);
}

/* When scoring, small batches are cut into smaller shards, so that there are enough for some
 * threads. */
static size_t choose_shard_rows(size_t batch)
{
    return batch < 64 ? 4 : batch < 128 ? 8 : SN_SHARD_ROWS;
}

void sn_ragged_load_rows(sn_ragged_engine *engine, size_t first, size_t count, size_t shard_rows,
                         bool share_pads)
{
    const sn_minibatch *const batch = engine->batch;
    for (size_t i = 0; i < count; i++) {
        engine->rows[i] =
            sn_ragged_row_make(engine->network, engine->padding, batch->rows[first + i],
                               batch->lengths[first + i], first + i);
        if (!share_pads)
            sn_ragged_row_unshare(&engine->rows[i]);
    }
    sn_ragged_sort(engine->rows, engine->scratch_rows, count);
    engine->row_count = count;
    engine->shard_rows = shard_rows;
    engine->shard_count = sn_pieces(count, engine->shard_rows);
}

size_t sn_ragged_most_pads(const sn_ragged_engine *engine)
{
    size_t most = 0;
    for (size_t i = 0; i < engine->row_count; i++)
        if (engine->rows[i].pads > most)
            most = engine->rows[i].pads;
    return most;
}

/* At least as many as the wave's rows have distinct ids. */
static size_t count_tokens(const sn_ragged_engine *engine)
{
    size_t tokens = 0;
    for (size_t i = 0; i < engine->row_count; i++)
        tokens += engine->rows[i].length + 1; /* and one for a pad */
    return tokens;
}

void sn_ragged_fill_group(const sn_ragged_engine *engine, const sn_group *group,
                          sn_ragged_workspace *ws)
{
    sn_ragged_shard *const shape = &ws->spaces[0].sequence.shape;
    sn_ragged_fill(shape, group->rows, group->pass->batch, &group->owner->ids,
                   engine->network->mask_zero, ws->starts, ws->tokens, ws->pads);
    if (group->times)
        sn_ragged_fill_times(shape, group->rows, engine->network->time, engine->padding.padding,
                             ws->times);
}

/* Projects PROJECT_IDS ids by one of the projectors. */
static void project_task(sn_ragged_engine *engine, size_t task, sn_ragged_workspace *ws)
{
    (void)ws;
    const size_t pieces = sn_pieces(engine->ids.used - engine->projected, PROJECT_IDS);
    const size_t first = engine->projected + task % pieces * PROJECT_IDS;
    const sn_projector *const projector = &engine->projectors[task / pieces];
    if (projector->kernel)
        sn_projector_project(projector, &engine->ids, first,
                             sn_smaller(engine->ids.used - first, PROJECT_IDS));
}

void sn_ragged_project(sn_ragged_engine *engine)
{
    sn_ragged_run(engine, project_task,
                  sn_pieces(engine->ids.used - engine->projected, PROJECT_IDS) *
                      engine->projector_count);
    engine->projected = engine->ids.used;
}

void sn_ragged_extend_pads(sn_ragged_engine *engine, size_t pads)
{
    for (size_t i = 0; i < engine->network->count; i++)
        if (engine->stages[i].ops->extend_pads)
            engine->stages[i].ops->extend_pads(engine, &engine->stages[i], pads);
}

void sn_ragged_forward_group(const sn_ragged_engine *engine, const sn_group *group)
{
    for (size_t i = 0; i < engine->network->count; i++)
        if (engine->stages[i].ops->forward)
            engine->stages[i].ops->forward(engine, &engine->stages[i], group);
}

int32_t sn_ragged_pad_token(const sn_ragged_engine *engine, const sn_ragged_engine *owner)
{
    return engine->needs_pad_token && sn_id_set_has(&owner->ids, 0) ? owner->ids.slots[0] : -1;
}

/* Scores rows first .. first + count of the wave. */
static void score_group(sn_ragged_engine *engine, size_t first, size_t count,
                        sn_ragged_workspace *ws)
{
    const sn_ragged_engine *const owner = engine->owner ? engine->owner : engine;
    const sn_pass pass = {.batch = count, .weights = engine->weights};
    const sn_group group = {.rows = engine->rows + first,
                            .pass = &pass,
                            .pad_token = sn_ragged_pad_token(engine, owner),
                            .times = engine->needs_times ? ws->times : NULL,
                            .spaces = ws->spaces,
                            .owner = owner};
    sn_ragged_fill_group(engine, &group, ws);
    sn_ragged_forward_group(engine, &group);
    const float *const logits = ws->spaces[engine->network->count - 1].vector.x;
    const size_t outputs = engine->network->outputs;
    for (size_t r = 0; r < count; r++)
        memcpy(engine->logits + engine->rows[first + r].index * outputs, logits + r * outputs,
               outputs * sizeof *logits);
}

static void score_task(sn_ragged_engine *engine, size_t task, sn_ragged_workspace *ws)
{
    const size_t start = task * engine->shard_rows, rows = sn_ragged_shard_rows(engine, task);
    for (size_t place = 0; place < rows; place += engine->score_rows)
        score_group(engine, start + place, sn_smaller(rows - place, engine->score_rows), ws);
}

static size_t count_ids(const sn_minibatch *batch)
{
    size_t count = 0;
    for (size_t i = 0; i < batch->count; i++)
        count += batch->lengths[i];
    return count;
}

/* Projects all ids there are when the batch has about as many anyway. */
static bool ragged_complete_table(sn_engine *base, const sn_minibatch *batch)
{
    sn_ragged_engine *const engine = (sn_ragged_engine *)base;
    const size_t id_count = sn_ragged_id_count(engine);
    if (engine->ids.used == id_count)
        return true;
    if (count_ids(batch) < id_count || id_count > engine->capacity)
        return false;
    for (size_t id = 0; id < id_count; id++)
        sn_id_set_add(&engine->ids, (int32_t)id);
    sn_ragged_project(engine);
    return true;
}

static void ragged_share_table(sn_engine *base, const sn_engine *owner)
{
    sn_ragged_engine *const engine = (sn_ragged_engine *)base;
    engine->owner = (const sn_ragged_engine *)owner;
}

static void score_wave(sn_ragged_engine *engine, bool all_projected)
{
    const size_t pads = sn_ragged_most_pads(engine);
    if (!all_projected) {
        if (engine->capacity < sn_ragged_id_count(engine) &&
            engine->ids.used + count_tokens(engine) > engine->capacity)
            engine->ids.used = engine->projected = 0; /* the table might overflow */
        sn_id_set_add_rows(&engine->ids, engine->rows, engine->row_count);
        if (engine->needs_pad_token && pads)
            sn_id_set_add(&engine->ids, 0);
        sn_ragged_project(engine);
    }
    if (pads)
        sn_ragged_extend_pads(engine, pads);
    sn_ragged_run(engine, score_task, engine->shard_count);
}

static void ragged_score(sn_engine *base, const sn_minibatch *batch, float *logits)
{
    sn_ragged_engine *const engine = (sn_ragged_engine *)base;
    engine->batch = batch;
    engine->logits = logits;
    const unsigned before = sn_subnormals_flush();
    const bool all_projected = engine->owner || ragged_complete_table(base, batch);
    const size_t wave = all_projected ? SCORE_ROWS : WAVE_ROWS;
    for (size_t first = 0; first < batch->count; first += wave) {
        sn_ragged_load_rows(engine, first, sn_smaller(batch->count - first, wave),
                            choose_shard_rows(batch->count), engine->shares_scoring);
        score_wave(engine, all_projected);
    }
    sn_subnormals_restore(before);
}

static void ragged_use(sn_engine *base, const float *weights)
{
    sn_ragged_engine *const engine = (sn_ragged_engine *)base;
    engine->weights = weights;
    for (size_t i = 0; i < engine->projector_count; i++)
        engine->projectors[i].table = weights + engine->network->layers[0].offsets[0];
    for (size_t i = 0; i < engine->network->count; i++)
        if (engine->stages[i].ops->use)
            engine->stages[i].ops->use(engine, &engine->stages[i]);
    engine->ids.used = engine->projected = 0;
    engine->owner = NULL;
}

static size_t lay_out_workspace(const sn_ragged_engine *engine, sn_ragged_workspace *ws,
                                float *block)
{
    const size_t features = engine->network->layers[0].output.features;
    size_t used = 0, columns = 0;
    for (size_t i = 0; i < engine->network->count; i++)
        if (engine->stages[i].ops->lay_out_space)
            engine->stages[i].ops->lay_out_space(engine, &engine->stages[i], &ws->spaces[i], block,
                                                 &used);
    for (size_t i = 0; i < engine->projector_count; i++)
        columns = sn_larger(columns, engine->projectors[i].columns);
    if (engine->trains)
        sn_projector_scratch_lay_out(&ws->scratch, features, columns, block, &used);
    return used;
}

static void lay_out_sums(const sn_stage *stage, sn_stage_sums *sums, float *block, size_t *used)
{
    if (stage->ops->lay_out_sums)
        stage->ops->lay_out_sums(stage, sums, block, used);
}

/* The totals of what each shard sums on its own. */
static void lay_out_totals(sn_ragged_engine *engine, float *block, size_t *used)
{
    const size_t before = *used;
    engine->d_own = sn_carve(block, used, engine->own_floats);
    for (size_t i = 0; i < engine->network->count; i++)
        lay_out_sums(&engine->stages[i], &engine->stages[i].sums, block, used);
    engine->totals = sn_carved(block, before, *used);
    engine->sum_floats = *used - before;
}

static void lay_out_shard(sn_ragged_engine *engine, sn_shard_result *shard, float *block,
                          size_t *used)
{
    for (size_t i = 0; i < engine->projector_count; i++)
        shard->d_projections[i] =
            sn_carve(block, used, engine->shard_capacity * engine->projectors[i].columns);
    const size_t before = *used;
    shard->d_own = sn_carve(block, used, engine->own_floats);
    for (size_t i = 0; i < engine->network->count; i++)
        lay_out_sums(&engine->stages[i], &shard->shares[i].sums, block, used);
    shard->sums = sn_carved(block, before, *used);
    const size_t behind = *used;
    for (size_t i = 0; i < engine->network->count; i++)
        if (engine->stages[i].ops->lay_out_share)
            engine->stages[i].ops->lay_out_share(engine, &engine->stages[i], &shard->shares[i],
                                                 block, used);
    shard->share = sn_carved(block, behind, *used);
    engine->share_floats = *used - behind;
}

/* What all threads share. Counting, the first shard stands for all. */
static size_t lay_out_engine(sn_ragged_engine *engine, float *block)
{
    size_t used = 0;
    for (size_t i = 0; i < engine->network->count; i++)
        if (engine->stages[i].ops->lay_out)
            engine->stages[i].ops->lay_out(engine, &engine->stages[i], block, &used);
    if (engine->trains)
        lay_out_totals(engine, block, &used);
    for (size_t i = 0; engine->trains && i < WAVE_SHARDS; i++)
        lay_out_shard(engine, &engine->shards[block ? i : 0], block, &used);
    return used;
}

static seqnet_status init_workspace(const sn_ragged_engine *engine, sn_ragged_workspace *ws,
                                    seqnet_error *err)
{
    const size_t time = engine->network->time;
    SN_TRY(sn_alloc(&ws->starts, time + 1, sizeof *ws->starts, err));
    SN_TRY(sn_alloc(&ws->pads, SN_SHARD_ROWS, sizeof *ws->pads, err));
    SN_TRY(sn_alloc(&ws->tokens, time * SN_SHARD_ROWS, sizeof *ws->tokens, err));
    if (engine->trains)
        SN_TRY(sn_alloc(&ws->slots, engine->capacity, sizeof *ws->slots, err));
    if (engine->needs_times)
        SN_TRY(sn_alloc(&ws->times, time * SN_SHARD_ROWS, sizeof *ws->times, err));
    SN_TRY(sn_alloc_floats(&ws->floats, lay_out_workspace(engine, ws, NULL), err));
    (void)lay_out_workspace(engine, ws, ws->floats);
    return SEQNET_OK;
}

static void ragged_free(sn_engine *base)
{
    sn_ragged_engine *const engine = (sn_ragged_engine *)base;
    for (size_t i = 0; engine->workspaces && i < sn_pool_threads(engine->pool); i++) {
        sn_ragged_workspace *const ws = &engine->workspaces[i];
        free(ws->starts);
        free(ws->pads);
        free(ws->tokens);
        free(ws->times);
        free(ws->slots);
        free(ws->floats);
    }
    free(engine->workspaces);
    free(engine->shards);
    free(engine->floats);
    free(engine->bits);
    sn_ragged_ranks_free(engine->ranks);
    sn_id_set_free(&engine->ids);
    free(engine);
}

/* All but what lies in the engine's floats. */
static seqnet_status init_shards(sn_ragged_engine *engine, seqnet_error *err)
{
    SN_TRY(sn_alloc(&engine->shards, WAVE_SHARDS, sizeof *engine->shards, err));
    SN_TRY(sn_alloc(&engine->bits, WAVE_SHARDS * engine->words, sizeof *engine->bits, err));
    for (size_t i = 0; i < WAVE_SHARDS; i++)
        engine->shards[i].bits = engine->bits + i * engine->words;
    return SEQNET_OK;
}

/* Derives the sizes of all that the engine has from its network. */
static void measure_network(sn_ragged_engine *engine)
{
    const size_t time = engine->network->time;
    sn_stage_plan plan;
    (void)sn_stage_plan_make(&plan, engine->network);
    sn_stages_make(engine, &plan);
    engine->capacity = sn_smaller(sn_ragged_id_count(engine), WAVE_ROWS * (time + 1));
    engine->shard_capacity = sn_smaller(engine->capacity, GROUP_ROWS * time + 1); /* and a pad */
    engine->words = sn_pieces(sn_ragged_id_count(engine), SN_WORD_BITS);
}

static seqnet_status init_engine(sn_ragged_engine *engine, seqnet_error *err)
{
    const size_t threads = sn_pool_threads(engine->pool);
    measure_network(engine);
    SN_TRY(sn_id_set_init(&engine->ids, sn_ragged_id_count(engine), engine->capacity, err));
    SN_TRY(sn_alloc(&engine->workspaces, threads, sizeof *engine->workspaces, err));
    for (size_t i = 0; i < threads; i++)
        SN_TRY(init_workspace(engine, &engine->workspaces[i], err));
    if (engine->trains)
        SN_TRY(init_shards(engine, err));
    SN_TRY(sn_alloc_floats(&engine->floats, lay_out_engine(engine, NULL), err));
    (void)lay_out_engine(engine, engine->floats);
    return SEQNET_OK;
}

/* Floats that one call of lay_out_engine gives to tables of projections. */
static size_t table_floats(const sn_ragged_engine *engine)
{
    size_t columns = 0;
    for (size_t i = 0; i < engine->projector_count; i++)
        if (engine->projectors[i].units)
            columns += engine->projectors[i].columns;
    return engine->capacity * columns;
}

/* An engine that only measures, with one thread's memory and one shard; too large for a stack. */
typedef struct probe {
    sn_ragged_engine engine;
    sn_ragged_workspace workspace;
    sn_shard_result shard;
} probe;

size_t sn_engine_ragged_bytes(const sn_network *network, size_t threads, bool trains,
                              size_t *shared)
{
    probe *const p = calloc(1, sizeof *p);
    *shared = 0;
    if (!p)
        return 0; /* its making will say so */
    p->engine.network = network;
    p->engine.trains = trains;
    p->engine.shards = &p->shard;
    measure_network(&p->engine);
    const size_t floats = lay_out_engine(&p->engine, NULL) +
                          threads * lay_out_workspace(&p->engine, &p->workspace, NULL);
    const size_t ids = trains ? WAVE_SHARDS * p->engine.words * sizeof(uint64_t) +
                                    threads * p->engine.capacity * sizeof(int32_t)
                              : 0;
    const size_t table = table_floats(&p->engine) * sizeof(float);
    free(p);
    *shared = trains ? 0 : table; /* the projections */
    return floats * sizeof(float) + ids - *shared;
}

static seqnet_status ragged_join(sn_engine *base, seqnet_comm *comm, seqnet_error *err)
{
    return sn_ragged_ranks_create((sn_ragged_engine *)base, comm, err);
}

static const sn_engine_ops ragged_ops = {.free = ragged_free,
                                         .join = ragged_join,
                                         .use = ragged_use,
                                         .gradients = sn_ragged_gradients,
                                         .score = ragged_score,
                                         .complete_table = ragged_complete_table,
                                         .share_table = ragged_share_table};

seqnet_status sn_engine_ragged_create(sn_engine **engine, const sn_network *network,
                                      sn_padding padding, sn_pool *pool, bool trains,
                                      seqnet_error *err)
{
    sn_ragged_engine *made;
    SN_TRY(sn_alloc(&made, 1, sizeof *made, err));
    made->base = (sn_engine){
        .ops = &ragged_ops, .outputs = network->outputs, .arithmetic = network->arithmetic};
    made->network = network;
    made->padding = padding;
    made->pool = pool;
    made->trains = trains;
    const seqnet_status status = init_engine(made, err);
    if (status != SEQNET_OK) {
        ragged_free(&made->base);
        return status;
    }
    *engine = &made->base;
    return SEQNET_OK;
}
