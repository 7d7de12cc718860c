/* The page about a new model that train --report writes. */
#ifndef REPORTING_TRAIN_PAGE_H
#define REPORTING_TRAIN_PAGE_H

#include <seqnet/seqnet.h>

typedef struct train_page {
    /* Where the page goes; NULL: there is none. */
    const char *path;
    /* What the dataset was loaded from. */
    const char *data;
    /* Replace a file that is not a report of seqnet's. */
    bool force;
    /* 0: all usable cores. */
    size_t threads;
} train_page;

/* Checks that the page may be written, and is not the model's file. Returns EXIT_DONE, or prints
 * what is wrong and returns an exit code. */
int check_page(const train_page *page, const char *model_path);

/* Writes the page about a model: about the test rows; without any about the validation rows, unless
 * the model was trained on them again; else about the training record alone. `path` is the model's
 * file. Returns an exit code. */
int write_page(const train_page *page, const seqnet_model *model, const char *path,
               const seqnet_dataset *dataset, const seqnet_train_result *result);

#endif
