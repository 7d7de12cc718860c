/* Scoring the rows of a dataset with an engine. */
#ifndef SN_EVALUATE_H
#define SN_EVALUATE_H

#include <seqnet/model.h>

#include "engine.h"
#include "sequences.h"

/* Scores rows first .. first + count - 1 in order and adds them to *evaluation, which is for as
 * many classes as the engine's network has; their labels are below that. */
void sn_evaluate_rows(sn_engine *engine, const sn_sequences *rows, size_t first, size_t count,
                      seqnet_evaluation *evaluation);

#endif
