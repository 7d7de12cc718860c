/*
 * Trains a model from the first step to the last, as Keras's fit does. Each epoch visits the
 * training rows in a new order. Its running accuracy and loss are means over its batches, while the
 * weights change from batch to batch. After each epoch the validation rows are scored, and the
 * weights of the best epoch are kept.
 */
#include <seqnet/train.h>

#include <math.h>

#include "blended.h"
#include "memory.h"
#include "refit.h"
#include "run_identity.h"
#include "trainer.h"

#include "banned.h"

/* From one checkpoint to the next within an epoch. */
static const double USUAL_MINUTES = 10.0;

static seqnet_status run(seqnet_trainer *t, seqnet_model **model, seqnet_error *err)
{
    const seqnet_status status = sn_trainer_run(t, err);
    if (!sn_trainer_is_usable(t, status))
        return status;
    if (t->state.steps == 0) /* nothing was learnt that could be kept */
        return SEQNET_INTERRUPTED;
    sn_trainer_conclude(t);
    if (t->options.refit && t->outcome == SN_FINISHED && t->plan.validation.count)
        SN_TRY(sn_train_refit(t, err));
    SN_TRY(seqnet_trainer_model(t, model, err));
    return t->outcome == SN_STOPPED ? SEQNET_INTERRUPTED : status;
}

/* Makes the checkpoint that the options ask for; *used is NULL where they ask for none. */
static seqnet_status open_checkpoint(sn_checkpoint *checkpoint, sn_checkpoint **used,
                                     const seqnet_dataset *dataset,
                                     const seqnet_train_options *options, seqnet_error *err)
{
    char *run;
    const double minutes = options->checkpoint_minutes;
    const sn_checkpoint_options asked = {.path = options->checkpoint,
                                         .resume = options->resume,
                                         .seconds =
                                             60.0 * (minutes > 0.0 ? minutes : USUAL_MINUTES),
                                         .command = options->command_line,
                                         .note = options->checkpoint_note};
    *checkpoint = (sn_checkpoint){0};
    *used = NULL;
    if (!options->checkpoint && !options->resume)
        return SEQNET_OK;
    SN_TRY(sn_run_describe(&run, dataset, options, err));
    *used = checkpoint;
    return sn_checkpoint_make(checkpoint, &asked, run, err);
}

/* Trains a network alone. */
static seqnet_status train_network(seqnet_model **model, const seqnet_dataset *dataset,
                                   const seqnet_train_options *options, sn_checkpoint *checkpoint,
                                   seqnet_train_result *result, seqnet_error *err)
{
    seqnet_trainer *t;
    seqnet_train_options own = *options;
    own.ngrams = SEQNET_NGRAMS_OFF;
    SN_TRY(sn_trainer_create(&t, dataset, false, &own, (sn_run_part){checkpoint, "network"}, err));
    const seqnet_status status = run(t, model, err);
    *result = seqnet_trainer_result(t);
    seqnet_trainer_free(t);
    return status;
}

/* Refuses rows without labels where nothing would learn from them. */
static seqnet_status check_unlabeled(const seqnet_dataset *dataset,
                                     const seqnet_train_options *options, bool has_ngrams,
                                     seqnet_error *err)
{
    const bool labels =
        has_ngrams && options->ngrams != SEQNET_NGRAMS_ONLY && !dataset->multi_label;
    if (dataset->unlabeled.count == 0 || seqnet_train_counts_vectors(options) || labels)
        return SEQNET_OK;
    return sn_fail(err, SEQNET_ERR_USAGE,
                   "%s: nothing would learn from texts without labels; leave .unlabeled out, or "
                   "choose .vectors auto, or n-grams and a network with .ngrams both",
                   dataset->unlabeled_source);
}

seqnet_status seqnet_model_train(seqnet_model **model, const seqnet_dataset *dataset,
                                 const seqnet_train_options *options, seqnet_train_result *result,
                                 seqnet_error *err)
{
    sn_checkpoint checkpoint, *used;
    bool has_ngrams;
    *model = NULL;
    *result = (seqnet_train_result){.accuracy = (double)NAN,
                                    .loss = (double)NAN,
                                    .val_accuracy = (double)NAN,
                                    .val_loss = (double)NAN};
    const char *const reason = seqnet_train_options_check(options);
    if (reason)
        return sn_fail(err, SEQNET_ERR_USAGE, "%s", reason);
    SN_TRY(sn_train_has_ngrams(dataset, options, &has_ngrams, err));
    SN_TRY(check_unlabeled(dataset, options, has_ngrams, err));
    seqnet_status status = open_checkpoint(&checkpoint, &used, dataset, options, err);
    if (status == SEQNET_OK && has_ngrams)
        status = sn_memory_place(sn_train_blended(model, dataset, options, used, result, err),
                                 dataset->source,
                                 "n-grams take more memory than a network: choose .ngrams off, or "
                                 "give the training more",
                                 err);
    else if (status == SEQNET_OK)
        status = train_network(model, dataset, options, used, result, err);
    sn_checkpoint_free(&checkpoint);
    return sn_trainer_memory(status, dataset, err);
}
