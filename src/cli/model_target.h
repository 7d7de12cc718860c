/*
 * Where a training's model goes, and whether it may take an older one's place. Beside MODEL there
 * may be
 *
 *     MODEL.unfinished    the best epoch so far of a training under way, or of one that was killed
 *     MODEL.interrupted   the weights of a first epoch that was interrupted, when there is a MODEL
 *                         or a gate in front of it
 *     MODEL.rejected      a model that --min-accuracy or --if-better did not let pass, or whose
 * place is not free any more
 */
#ifndef CLI_MODEL_TARGET_H
#define CLI_MODEL_TARGET_H

#include <stdbool.h>
#include <sys/stat.h>

#include <seqnet/seqnet.h>

/* How well a model does on the rows that decide. */
typedef struct measured {
    double accuracy, loss;
    size_t rows;
} measured;

typedef struct model_target {
    const char *path;
    bool force, if_better;
    double min_accuracy; /* 0: none is asked for */
    char *unfinished;    /* where the best epoch is kept meanwhile; NULL: nowhere */
    double best_above;   /* once it has more than this validation accuracy */
    struct stat info;    /* of the file there, when it was measured */
    bool has_older;      /* it was measured: */
    measured older;
    seqnet_part part; /* the rows that decide, with if_better or min_accuracy */
} model_target;

/* Checks that the model may be written. Returns EXIT_DONE or, told, an exit code. */
int open_target(model_target *target);

/* Chooses where the best epoch is kept meanwhile. Says what an earlier training that was killed has
 * left, which is replaced only by something better. Returns EXIT_DONE or, told, an exit code. */
int choose_unfinished(model_target *target, const seqnet_dataset *dataset);

/* Whether the accuracy decides. */
bool is_gated(const model_target *target);

/* Chooses the rows that decide, and measures the older model on them. `data` is what the dataset
 * was loaded from. Returns EXIT_DONE or, told, an exit code. */
int prepare_gates(model_target *target, const seqnet_dataset *dataset, const char *data,
                  const seqnet_train_options *options);

/* Saves the model where it belongs and says where that is. `candidate` is its measure on the rows
 * that decide; NULL when none do. Returns EXIT_DONE, EXIT_NEGATIVE when a gate is closed, or an
 * exit code. */
int save_model(const model_target *target, const seqnet_model *model,
               const seqnet_train_result *result, const measured *candidate);

/* Saves a model that could not be measured as MODEL.rejected. Returns EXIT_DONE or, told, an exit
 * code. */
int reject_model(const model_target *target, const seqnet_model *model,
                 const seqnet_train_result *result);

/* Says where the best epoch's model is, after a failure behind it. */
void note_unfinished(const model_target *target);

void close_target(model_target *target);

#endif
