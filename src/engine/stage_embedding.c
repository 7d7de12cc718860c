/* The ids of a group, which the stages above project; and their vectors, for those that take these.
 */
#include "stage.h"

#include <string.h>

#include "kernels.h"

#include "banned.h"

static bool gives_vectors(const sn_stage *stage)
{
    return stage->embedding.projector != NULL && !stage->embedding.is_looked_up;
}

static void lay_out_space(const sn_ragged_engine *engine, const sn_stage *stage,
                          sn_stage_space *space, float *block, size_t *used)
{
    if (gives_vectors(stage))
        sn_stage_lay_out_sequence(engine, stage, space, sn_ragged_group_tokens(engine), block,
                                  used);
}

static void lay_out_sums(const sn_stage *stage, sn_stage_sums *sums, float *block, size_t *used)
{
    if (gives_vectors(stage))
        sn_stage_lay_out_pad(stage, sums, block, used);
}

static void use(sn_ragged_engine *engine, sn_stage *stage)
{
    stage->pad = engine->weights + stage->layer->offsets[0];
    if (gives_vectors(stage))
        stage->embedding.projector->d_pad = stage->sums.d_pad;
}

static void forward(const sn_ragged_engine *engine, const sn_stage *stage, const sn_group *group)
{
    sn_sequence *const sequence = &group->spaces[0].sequence;
    const size_t units = stage->layer->output.features;
    (void)engine;
    sequence->stride = stage->stride;
    sequence->lead = 0;
    for (size_t i = 0; gives_vectors(stage) && i < sn_sequence_rows(sequence); i++) {
        const float *const row = sn_projector_row(stage->embedding.projector, &group->owner->ids,
                                                  sequence->shape.tokens[i]);
        float *const x = sequence->x + i * stage->stride;
        memcpy(x, row, units * sizeof *x);
        memset(x + units, 0, (stage->stride - units) * sizeof *x);
    }
}

/* The tokens have the numbers of the shard now. */
static void backward(const sn_ragged_engine *engine, const sn_stage *stage, const sn_group *group)
{
    const sn_sequence *const sequence = &group->spaces[0].sequence;
    const size_t units = stage->layer->output.features;
    (void)engine;
    for (size_t i = 0; gives_vectors(stage) && i < sn_sequence_rows(sequence); i++) {
        float *const sum = group->d_projections[stage->embedding.projector_number] +
                           (size_t)sequence->shape.tokens[i] * units;
        sn_kernels_best()->add(sum, sequence->d_x + i * stage->stride, units);
    }
}

const sn_stage_ops sn_stage_embedding = {.lay_out_space = lay_out_space,
                                         .lay_out_sums = lay_out_sums,
                                         .use = use,
                                         .forward = forward,
                                         .backward = backward};
