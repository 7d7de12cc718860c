/* The page about a new model that train --report writes. */
#ifndef CLI_TRAIN_PAGE_H
#define CLI_TRAIN_PAGE_H

#include "train_run.h"

/* Checks that the page may be written, if one was asked for. Returns EXIT_DONE, or prints what is
 * wrong and returns an exit code. */
int check_page(const train_settings *settings);

/* Writes the page, if one was asked for: about the test rows; without any about the validation
 * rows, unless the model was trained on them again; else about the training record alone. `data` is
 * what the dataset was loaded from. Returns an exit code. */
int write_page(const train_settings *settings, const seqnet_model *model,
               const seqnet_dataset *dataset, const char *data, const seqnet_train_result *result);

#endif
