/* Where a training leaves checkpoints, and what becomes of them in the end. */
#ifndef TRAINING_CHECKPOINT_TARGET_H
#define TRAINING_CHECKPOINT_TARGET_H

#include <stdbool.h>

#include "model_target.h"

/* Checks that checkpoints may go to `path` (NULL: there are none): it is neither the model's nor
 * one of `others`, further outputs that may be NULL, and not the checkpoint of another training
 * than the one that goes on from `resume` (NULL: it begins). Returns EXIT_DONE, or prints what is
 * wrong and returns an exit code. */
int check_checkpoint(const char *path, const char *resume, const model_target *target,
                     const char *const *others, size_t count);

/* Removes the checkpoint of a training that is over, or notes how one that was ended goes on. The
 * training has written it, or gone on from it. */
void leave_checkpoint(const char *path, bool is_over);

#endif
