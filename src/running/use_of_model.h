/* What can be done with a model when it is saved. */
#ifndef RUNNING_USE_OF_MODEL_H
#define RUNNING_USE_OF_MODEL_H

#include <seqnet/dataset.h>

/* Tells people at a terminal how texts are classified with the model, if the data it was trained on
 * has words, and how the model is measured: on `test`, or if that is NULL on the test rows of
 * `data`, if it has any and is not standard input. */
void tell_use_of_model(const char *model, const seqnet_dataset *dataset, const char *data,
                       const char *test);

#endif
