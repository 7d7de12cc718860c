/* Which stage runs each layer of a network. */
#ifndef SN_STAGE_LIST_H
#define SN_STAGE_LIST_H

#include "stage.h"

/* How a network is run. */
typedef struct sn_stage_plan {
    /* by layer */
    const sn_stage_ops *ops[SN_MAX_LAYERS];
    /* A leading pad becomes a constant vector; by layer. */
    bool gives_constant[SN_MAX_LAYERS];
    /* Some stage takes the vectors of the embedding. */
    bool takes_vectors;
    /* of sn_ragged_engine */
    bool shares_scoring, shares_training, needs_pad_token, needs_times, keeps_sequences;
    /* Some stage multiplies matrices when scoring. */
    bool multiplies;
} sn_stage_plan;

/* Finds the stages of a network; false when the engine does not take it. */
bool sn_stage_plan_make(sn_stage_plan *plan, const sn_network *network);

/* Sets the engine's stages and projectors up; they have no memory yet. */
void sn_stages_make(sn_ragged_engine *engine, const sn_stage_plan *plan);

#endif
