/* What the two files of recurrent stages share. */
#ifndef SN_STAGE_RECURRENT_H
#define SN_STAGE_RECURRENT_H

#include "stage.h"

/* Whether the tape's states serve as outputs: those of one direction, where they are not scaled. */
bool sn_recurrent_gives_tape(const sn_ragged_engine *engine, const sn_stage *stage);

/* Of a run over vectors. The projections lie where the tape has the activated gates, which each
 * step puts in their place; not so where there is no such tape, or where a cell works in it. */
bool sn_run_projects_in_place(const sn_ragged_engine *engine, const sn_run *run);

/* Likewise: the gradients by projections are what gates become, in the order of tokens, which is
 * that of the vectors. */
bool sn_run_gates_are_gradients(const sn_run *run, size_t direction);

/* of sn_stage_ops */
void sn_recurrent_lay_out(sn_ragged_engine *engine, sn_stage *stage, float *block, size_t *used);
void sn_recurrent_lay_out_space(const sn_ragged_engine *engine, const sn_stage *stage,
                                sn_stage_space *space, float *block, size_t *used);
void sn_recurrent_lay_out_share(const sn_ragged_engine *engine, const sn_stage *stage,
                                sn_stage_share *share, float *block, size_t *used);
void sn_recurrent_lay_out_sums(const sn_stage *stage, sn_stage_sums *sums, float *block,
                               size_t *used);

#endif
