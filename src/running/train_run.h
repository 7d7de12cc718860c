/* The settings of seqnet train, and the training that they ask for. Their parsing is in
 * cmd_train.c. */
#ifndef RUNNING_TRAIN_RUN_H
#define RUNNING_TRAIN_RUN_H

#include <seqnet/train.h>

#include "data_options.h"
#include "epoch_log.h"
#include "model_target.h"
#include "options.h"
#include "train_page.h"

typedef struct train_settings {
    data_options data;
    seqnet_train_options train;
    /* Which defaults the options that were not typed get. */
    seqnet_preset preset;
    int64_t folds;
    const char *train_path, *layer_path, *card_path, *initial_path;
    /* The model at initial_path. */
    seqnet_model *initial;
    train_page page;
    /* The contents of the file at layer_path. */
    char *layer_list;
    /* The model card at card_path. */
    char *card;
    model_target target;
    epoch_log log;
    bool json, no_refit, no_baseline;
    /* Where checkpoints go, and minutes from one to the next; the one that the training goes on
     * from; what checkpoints are to hold for seqnet train, and the command line of the beginning.
     */
    const char *checkpoint, *resume, *checkpoint_note;
    double checkpoint_minutes;
    /* A checkpoint of this training is there. */
    bool has_checkpoint;
    /* Minutes after which the training ends and keeps what it has; 0: any number. The moment from
     * which they count, and whether they are over. */
    double time_limit, began;
    bool is_late;
    /* The one of the --folds that is trained, from 1; 0: none. The moment at which the first one
     * began. */
    size_t fold;
    double folds_began;
    /* The exit code of the JSON lines printed so far. A line that cannot be made does not end the
     * training. */
    int json_code;
    /* What was typed, parsed and as one string. */
    const parsed_line *line;
    const char *command_line;
} train_settings;

/* The name of a typed option that describes layers; NULL when none was. */
const char *given_layers(const train_settings *settings);

/* Trains on DATA and writes the model. Returns an exit code. */
int run_training(const char *data, train_settings *settings);

#endif
