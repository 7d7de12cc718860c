/* What the two files of recurrent stages share. */
#ifndef SN_STAGE_RECURRENT_H
#define SN_STAGE_RECURRENT_H

#include "stage.h"

/* Whether the tape's states serve as outputs: those of one direction, where they are not scaled. */
bool sn_recurrent_gives_tape(const sn_ragged_engine *engine, const sn_stage *stage);

/* of sn_stage_ops */
void sn_recurrent_lay_out(sn_ragged_engine *engine, sn_stage *stage, float *block, size_t *used);
void sn_recurrent_lay_out_space(const sn_ragged_engine *engine, const sn_stage *stage,
                                sn_stage_space *space, float *block, size_t *used);
void sn_recurrent_lay_out_share(const sn_ragged_engine *engine, const sn_stage *stage,
                                sn_stage_share *share, float *block, size_t *used);

#endif
