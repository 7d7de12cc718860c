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
#include "trainer.h"

#include "banned.h"

static seqnet_status run(seqnet_trainer *t, seqnet_model **model, seqnet_error *err)
{
    const seqnet_status status = sn_trainer_run(t, err);
    if (status != SEQNET_OK && t->state.kept_epoch == 0)
        return status;
    if (t->state.steps == 0) /* nothing was learnt that could be kept */
        return SEQNET_INTERRUPTED;
    sn_trainer_conclude(t);
    if (t->options.refit && t->outcome == SN_FINISHED && t->plan.validation.count)
        SN_TRY(sn_train_refit(t, err));
    SN_TRY(seqnet_trainer_model(t, model, err));
    return t->outcome == SN_STOPPED ? SEQNET_INTERRUPTED : status;
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
    seqnet_trainer *t;
    *model = NULL;
    *result = (seqnet_train_result){.accuracy = (double)NAN,
                                    .loss = (double)NAN,
                                    .val_accuracy = (double)NAN,
                                    .val_loss = (double)NAN};
    const char *const reason = seqnet_train_options_check(options);
    bool has_ngrams;
    if (reason)
        return sn_fail(err, SEQNET_ERR_USAGE, "%s", reason);
    SN_TRY(sn_train_has_ngrams(dataset, options, &has_ngrams, err));
    SN_TRY(check_unlabeled(dataset, options, has_ngrams, err));
    if (has_ngrams)
        return sn_memory_place(sn_train_blended(model, dataset, options, result, err),
                               dataset->source,
                               "n-grams take more memory than a network: choose .ngrams off, or "
                               "give the training more",
                               err);
    SN_TRY(seqnet_trainer_create(&t, dataset, options, err));
    const seqnet_status status = run(t, model, err);
    *result = seqnet_trainer_result(t);
    seqnet_trainer_free(t);
    return sn_trainer_memory(status, dataset, err);
}
