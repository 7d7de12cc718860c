/*
 * Where a training writes its model, and whether the model may replace an older one. Beside MODEL
 * there may be
 *
 *     MODEL.unfinished    the best epoch so far of a training under way, or of one that was killed
 *     MODEL.interrupted   the weights of a first epoch that was interrupted, when there is a MODEL
 *                         or an option that the model has to pass
 *     MODEL.rejected      a model that --min-accuracy or --if-better rejects, or that may not
 *                         replace the file that is there by now
 */
#ifndef CLI_MODEL_TARGET_H
#define CLI_MODEL_TARGET_H

#include <stdbool.h>
#include <sys/stat.h>

#include <seqnet/seqnet.h>

/* How well a model does on labelled rows: its accuracy or, where a row has any number of labels,
 * the micro F1 of the labels that reach the model's threshold. */
typedef struct model_measure {
    double accuracy, loss;
    size_t rows;
} model_measure;

/* Measures the model on a part of a dataset. */
seqnet_status measure_part(const seqnet_model *model, const seqnet_dataset *dataset,
                           seqnet_part part, size_t threads, model_measure *m, seqnet_error *err);

/* What the measure is called: "accuracy", "micro F1". */
const char *measure_name(const seqnet_dataset *dataset);

typedef struct model_target {
    const char *path;
    bool force, if_better;
    /* The command line of a training that goes on, which owns what it has left of its best epoch;
     * NULL: the training begins. */
    const char *resumed;
    /* 0 when every accuracy is accepted. */
    double min_accuracy;
    /* Where the best epoch is kept during the training, once its validation accuracy is above
     * best_above; NULL: nowhere. */
    char *unfinished;
    double best_above;
    /* The file at the path before the training, to notice whether another process replaces it. */
    struct stat info;
    /* The file is a model that was measured. */
    bool has_older;
    model_measure older;
    /* With if_better or min_accuracy: the part whose rows decide. */
    seqnet_part part;
    /* Once judge_model has decided: the new model's measure there, and which conditions it meets.
     */
    bool is_judged, reaches_minimum, is_better;
    model_measure candidate;
    /* Where the model was written, NULL: nowhere; the path, or a name beside it. And whether an
     * older file was there. */
    const char *written;
    char *beside;
    bool replaced;
} model_target;

/* Checks that the model may be written. Returns EXIT_DONE, or prints what is wrong and returns an
 * exit code; so do the functions below. */
int open_target(model_target *target);

/* Chooses where the best epoch is kept during the training. Notes what a killed training has left
 * there; only a better epoch replaces that. */
int choose_unfinished(model_target *target, const seqnet_dataset *dataset);

/* Refuses conditions on an accuracy, which a model of any number of labels a row has not. Returns
 * PARSED or an exit code. */
int refuse_accuracy(const model_target *target);

/* Whether the accuracy decides that the model is kept. */
bool is_conditional(const model_target *target);

/* Chooses the rows that decide, and measures the older model on them. `data` is what the dataset
 * was loaded from. */
int prepare_conditions(model_target *target, const seqnet_dataset *dataset, const char *data,
                       const seqnet_train_options *options);

/* Decides by the model's measure on the rows that decide whether it may go to the path, and notes
 * why not. Without conditions, and for weights of no finished epoch, nothing is decided. */
void judge_model(model_target *target, const seqnet_train_result *result,
                 const model_measure *candidate);

/* Saves the judged model at the path, or beside it, and notes where. Returns EXIT_NEGATIVE for a
 * rejected model. */
int save_model(model_target *target, const seqnet_model *model, const seqnet_train_result *result);

/* Saves a model that could not be measured as MODEL.rejected. */
int reject_model(model_target *target, const seqnet_model *model,
                 const seqnet_train_result *result);

/* Notes where the best epoch's model is, after a later failure. */
void note_unfinished(const model_target *target);

/* Whether the user set rows of texts aside to test with. The test part of an .npz or of a generated
 * corpus does not count. */
bool tests_texts(const seqnet_dataset *dataset);

/* Measures a new model on the test rows. Without any, the best epoch's measure of the validation
 * rows counts, because a refit has trained on these. */
int measure_new(const seqnet_model *model, const seqnet_dataset *dataset, size_t threads,
                const seqnet_train_result *result, model_measure *new);

/* The key of a measure's accuracy in JSON: "accuracy" or "micro_f1". */
const char *measure_key(bool multi_label);

/* Puts the measure of the test rows into the model's record. */
/* Reads a model card, a JSON object of any members, for record_card; the caller frees *card.
 * Returns EXIT_DONE, or prints what is wrong and returns an exit code. */
int read_card(const char *path, char **card);

/* Adds the card to the model's training record. */
int record_card(seqnet_model *model, const char *card);

int record_test(seqnet_model *model, const model_measure *m);

/* Frees what the target owns. */
void close_target(model_target *target);

#endif
