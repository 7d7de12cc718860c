/* What can be done with a model when it is saved. */
#ifndef RUNNING_USE_OF_MODEL_H
#define RUNNING_USE_OF_MODEL_H

#include "train_run.h"

/* Tells people at a terminal how texts are classified with the model, if it has words, and where
 * its mistakes are, if the data can be read again. */
void tell_use_of_model(const seqnet_dataset *dataset, const char *data, const train_settings *s);

#endif
