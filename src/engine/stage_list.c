#include "stage_list.h"

#include <stdio.h>
#include <string.h>

#include "banned.h"

/* A pooling layer that the recurrent stage below does on the way. */
static void lay_out_space(const sn_ragged_engine *engine, const sn_stage *stage,
                          sn_stage_space *space, float *block, size_t *used)
{
    sn_stage_lay_out_vector(engine, stage, space, block, used);
}

static const sn_stage_ops FUSED = {.lay_out_space = lay_out_space};

static bool is_bidirectional(const sn_layer *layer)
{
    return layer->spec.recurrent.bidirectional;
}

/* How many layers take the output of layer number `index`. */
static size_t count_consumers(const sn_network *network, size_t index)
{
    size_t count = 0;
    for (size_t i = index + 1; i < network->count; i++)
        for (size_t k = 0; k < network->layers[i].input_count; k++)
            count += sn_network_input(network, &network->layers[i], k) == index;
    return count;
}

static bool takes_from(const sn_network *network, const sn_layer *layer, size_t index)
{
    for (size_t k = 0; k < layer->input_count; k++)
        if (sn_network_input(network, layer, k) == index)
            return true;
    return false;
}

/* Whether the layer pools the states of one cell that nothing else takes. */
static bool pools_states(const sn_network *network, const sn_layer *layer)
{
    const sn_layer *const input = layer->inputs[0];
    return layer->spec.kind == SN_POOLING && input->ops->cell && !is_bidirectional(input) &&
           count_consumers(network, sn_network_input(network, layer, 0)) == 1;
}

/* Whether the layer takes the mean of the embedding's vectors, which nothing else takes. */
static bool takes_mean_of_ids(const sn_network *network, const sn_layer *layer)
{
    return layer->spec.kind == SN_POOLING && layer->spec.pooling.mode == SN_POOL_MEAN &&
           layer->inputs[0] == network->layers && count_consumers(network, 0) == 1;
}

static bool drops_only(const sn_layer *layer)
{
    return layer->spec.kind == SN_DROPOUT || layer->spec.kind == SN_SPATIAL_DROPOUT1D;
}

/* Whether the layer works on each timestep alone. */
static bool works_by_step(const sn_layer *layer)
{
    const sn_layer_kind kind = layer->spec.kind;
    return drops_only(layer) || kind == SN_DENSE || kind == SN_BATCH_NORMALIZATION ||
           kind == SN_ACTIVATION || kind == SN_CONCATENATE;
}

static const sn_stage_ops *choose(const sn_network *network, const sn_layer *layer)
{
    if (layer == network->layers)
        return &sn_stage_embedding;
    if (!layer->input.time)
        return &sn_stage_vector_layer;
    if (layer->ops->cell)
        return &sn_stage_recurrent;
    if (layer->spec.kind == SN_CONV1D && layer->spec.conv1d.padding == SN_CONV_VALID)
        return &sn_stage_conv;
    if (layer->spec.kind == SN_MAX_POOLING1D)
        return &sn_stage_max_pool;
    if (layer->spec.kind == SN_POOLING)
        return pools_states(network, layer) ? &FUSED : &sn_stage_global_pool;
    return &sn_stage_sequence_layer;
}

/* Whether a stage can do without the pads of a network that masks them. */
static bool works_masked(const sn_stage_ops *ops, const sn_layer *layer)
{
    if (ops == &sn_stage_sequence_layer)
        return works_by_step(layer);
    if (layer->spec.kind == SN_POOLING && layer->spec.pooling.mode == SN_POOL_MAX_ALL)
        return layer->inputs[0]->ops->cell != NULL; /* whose masked steps are known */
    return ops != &sn_stage_conv && ops != &sn_stage_max_pool;
}

static void plan_recurrent(sn_stage_plan *plan, const sn_layer *layer, size_t input)
{
    const sn_recurrent_spec *const spec = &layer->spec.recurrent;
    plan->shares_training &= spec->recurrent_dropout == 0.0;
    if (!spec->bidirectional)
        return;
    /* Read backward, rows differ in their pads. */
    if (spec->return_sequences || input > 0)
        plan->shares_scoring = plan->shares_training = false;
    plan->needs_pad_token = true;
}

/* What a stage over sequences means for the pads of the rows. */
static void plan_pads(sn_stage_plan *plan, const sn_network *network, size_t index)
{
    const sn_layer *const layer = &network->layers[index];
    const sn_stage_ops *const ops = plan->ops[index];
    const size_t input = sn_network_input(network, layer, 0);
    if (ops == &sn_stage_recurrent) {
        plan_recurrent(plan, layer, input);
        return;
    }
    if (ops == &sn_stage_sequence_layer && drops_only(layer)) {
        plan->shares_training = false;
        plan->gives_constant[index] = plan->gives_constant[input];
        return;
    }
    plan->multiplies |= ops == &sn_stage_sequence_layer && layer->spec.kind == SN_CONV1D;
    plan->gives_constant[index] = layer->output.time > 0 && ops != &sn_stage_sequence_layer;
    plan->needs_pad_token |= ops == &sn_stage_conv && input == 0;
    if (ops == &FUSED)
        return;
    if (ops == &sn_stage_sequence_layer || !plan->gives_constant[input])
        plan->shares_scoring = plan->shares_training = false;
}

bool sn_stage_plan_make(sn_stage_plan *plan, const sn_network *network)
{
    *plan = (sn_stage_plan){.shares_scoring = !network->mask_zero,
                            .shares_training = !network->mask_zero};
    size_t projectors = 1;
    plan->gives_constant[0] = true;
    for (size_t i = 0; i < network->count; i++) {
        const sn_layer *const layer = &network->layers[i];
        plan->ops[i] = choose(network, layer);
        if (network->mask_zero && layer->input.time && i > 0 && !works_masked(plan->ops[i], layer))
            return false;
        if (i == 0 || !layer->input.time)
            continue;
        const bool projects = plan->ops[i] == &sn_stage_recurrent || plan->ops[i] == &sn_stage_conv;
        const bool takes_ids = sn_network_input(network, layer, 0) == 0;
        projectors += takes_ids && projects ? DIRECTIONS : 0;
        plan->takes_vectors |= takes_from(network, layer, 0) && !projects;
        plan->needs_times |= network->mask_zero && plan->ops[i] == &sn_stage_sequence_layer;
        plan->keeps_sequences |=
            plan->ops[i] == &sn_stage_conv || (plan->ops[i] != &FUSED && (!takes_ids || !projects));
        plan_pads(plan, network, i);
    }
    return projectors <= MAX_PROJECTORS;
}

static sn_projector *add_projector(sn_ragged_engine *engine, size_t columns, size_t gates,
                                   size_t units, size_t *number)
{
    *number = engine->projector_count;
    sn_projector *const projector = &engine->projectors[engine->projector_count++];
    *projector = (sn_projector){.features = engine->network->layers[0].output.features,
                                .columns = columns,
                                .gates = gates,
                                .units = units};
    return projector;
}

static void make_recurrent(sn_ragged_engine *engine, sn_stage *stage)
{
    sn_recurrent_stage *const recurrent = &stage->recurrent;
    const bool takes_ids = sn_stage_takes_ids(stage);
    const size_t features =
        takes_ids ? stage->layer->input.features : engine->stages[stage->inputs[0]].stride;
    recurrent->run_count = is_bidirectional(stage->layer) ? DIRECTIONS : 1;
    for (size_t i = 0; i < recurrent->run_count; i++) {
        sn_run *const run = &recurrent->runs[i];
        sn_packed_cell_measure(&run->packed, stage->layer, features, i);
        if (takes_ids)
            run->projector = add_projector(engine, run->packed.columns, run->packed.cell->gates,
                                           run->packed.width, &run->projector_number);
    }
    if (stage->layer->spec.recurrent.return_sequences && recurrent->run_count == 1)
        stage->prefix = &recurrent->runs[0].prefix;
}

static void make_conv(sn_ragged_engine *engine, sn_stage *stage)
{
    sn_conv_stage *const conv = &stage->conv;
    const bool takes_ids = sn_stage_takes_ids(stage);
    conv->width = stage->stride;
    conv->depth =
        takes_ids ? stage->layer->input.features : engine->stages[stage->inputs[0]].stride;
    const size_t columns = stage->layer->spec.conv1d.kernel_size * conv->width;
    if (takes_ids)
        conv->projector = add_projector(engine, columns, 1, columns, &conv->projector_number);
}

/* A pooling layer that a recurrent stage does. */
static void fuse(sn_ragged_engine *engine, const sn_stage *stage)
{
    sn_stage *const input = &engine->stages[stage->inputs[0]];
    input->recurrent.pooling = stage;
    input->is_sequence = false;
    input->prefix = NULL;
}

/* Floats of the stage's outputs in a sequence. */
static size_t stride_of(const sn_ragged_engine *engine, const sn_stage *stage)
{
    if (stage->ops == &sn_stage_max_pool)
        return engine->stages[stage->inputs[0]].stride;
    return sn_padded_units(stage->layer->output.features);
}

static void make_stage(sn_ragged_engine *engine, const sn_stage_plan *plan, size_t index)
{
    const sn_network *const network = engine->network;
    const sn_layer *const layer = &network->layers[index];
    sn_stage *const stage = &engine->stages[index];
    *stage = (sn_stage){.ops = plan->ops[index],
                        .layer = layer,
                        .number = index,
                        .input_count = layer->input_count,
                        .is_sequence = layer->output.time > 0,
                        .drops_only = drops_only(layer)};
    for (size_t i = 0; i < layer->input_count; i++)
        stage->inputs[i] = sn_network_input(network, layer, i);
    stage->stride = stride_of(engine, stage);
    stage->writes_input_gradient = layer->input_count == 1 && !network->is_summed[stage->inputs[0]];
    if (stage->ops == &sn_stage_embedding && plan->takes_vectors)
        stage->embedding.projector =
            add_projector(engine, layer->output.features, 0, 0, &stage->embedding.projector_number);
    if (stage->ops == &sn_stage_recurrent)
        make_recurrent(engine, stage);
    if (stage->ops == &sn_stage_conv)
        make_conv(engine, stage);
    if (stage->ops == &FUSED)
        fuse(engine, stage);
    if (!engine->trains && takes_mean_of_ids(network, layer)) {
        stage->ops = &sn_stage_mean_of_ids;
        engine->stages[0].embedding.is_looked_up = true;
    }
    if (stage->drops_only && stage->is_sequence && stage->ops == &sn_stage_sequence_layer)
        stage->prefix = engine->stages[stage->inputs[0]].prefix;
}

/* Where the gradients begin that layers write by their own functions. */
static size_t find_own_start(const sn_ragged_engine *engine)
{
    size_t start = engine->network->table.floats;
    for (size_t i = 0; i < engine->network->count; i++) {
        const sn_stage *const stage = &engine->stages[i];
        const bool is_own =
            stage->ops == &sn_stage_vector_layer || stage->ops == &sn_stage_sequence_layer;
        if (is_own && stage->layer->parameters)
            start = sn_smaller(start, stage->layer->offsets[0]);
    }
    return start;
}

void sn_stages_make(sn_ragged_engine *engine, const sn_stage_plan *plan)
{
    engine->projector_count = 0;
    engine->shares_scoring = plan->shares_scoring;
    engine->shares_training = plan->shares_training;
    engine->needs_pad_token = plan->needs_pad_token;
    engine->needs_times = plan->needs_times;
    /* A BLAS may round a row differently beside other ones. */
    engine->score_rows = plan->multiplies ? 1 : plan->keeps_sequences ? GROUP_ROWS : SN_SHARD_ROWS;
    for (size_t i = 0; i < engine->network->count; i++)
        make_stage(engine, plan, i);
    engine->own_start = find_own_start(engine);
    engine->own_floats = engine->network->table.floats - engine->own_start;
}

bool sn_engine_ragged_takes(const sn_network *network)
{
    sn_stage_plan plan;
    return sn_stage_plan_make(&plan, network);
}

bool sn_engine_ragged_multiplies(const sn_network *network)
{
    sn_stage_plan plan;
    return sn_stage_plan_make(&plan, network) && plan.multiplies;
}

/* What becomes of the pads of a network that the ragged engine takes. */
static const char *describe_pads(const sn_network *network, const sn_stage_plan *plan,
                                 sn_padding padding)
{
    if (network->mask_zero)
        return "masked pads skipped";
    if (!plan->shares_scoring)
        return "pads computed for every row";
    if (padding.padding == SEQNET_POST)
        return "trailing pads computed for every row";
    if (!plan->shares_training)
        return "leading pads computed for every row in training, shared when scoring";
    return "leading pads shared by all rows";
}

/* Appends the names of the layers that run their own functions on padded rows. */
static void name_padded_layers(const sn_network *network, const sn_stage_plan *plan, char *text,
                               size_t size)
{
    const char *before = "; on padded rows: ";
    for (size_t i = 0; i < network->count; i++) {
        const size_t used = strlen(text);
        if (!plan->ops[i]->is_plain)
            continue;
        (void)snprintf(text + used, size - used, "%s%s", before, network->layers[i].name);
        before = ", ";
    }
}

void sn_engine_ragged_describe(const sn_network *network, sn_padding padding, char *text,
                               size_t size)
{
    sn_stage_plan plan;
    if (!sn_stage_plan_make(&plan, network))
        return;
    (void)snprintf(text, size, "ragged, %s", describe_pads(network, &plan, padding));
    name_padded_layers(network, &plan, text, size);
}
