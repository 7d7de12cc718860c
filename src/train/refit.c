/*
 * The second training, on all rows. A small dataset gives up a large share of what it could learn
 * from to the validation rows. Once these have found the best epoch, they are worth more as
 * training rows.
 */
#include "refit.h"

#include "banned.h"

/* Validation rows below which their choice of an epoch is not relied on. */
enum { FEW_ROWS = 200 };

/* As many epochs as the best one took, but not fewer than half of those that were run, and with few
 * validation rows not fewer than all of them: chance may have picked an early epoch, and too few
 * epochs cost more than too many. */
static size_t choose_epochs(const seqnet_trainer *first)
{
    const size_t run = (size_t)first->state.epochs_run, kept = (size_t)first->state.kept_epoch;
    const size_t least = first->plan.validation.count < FEW_ROWS ? run : (run + 1) / 2;
    return kept > least ? kept : least;
}

/* Passes the result of the second training to the first: its weights if it was finished, else how
 * it ended. */
static void take_over(seqnet_trainer *first, seqnet_trainer *again)
{
    if (again->outcome == SN_FINISHED) {
        sn_trainer_swap_kept(first, again);
        first->refit_epochs = (size_t)again->state.epochs_run;
    } else if (again->outcome == SN_STOPPED) {
        first->outcome = SN_STOPPED;
    }
    first->refit_diverged = again->outcome == SN_DIVERGED;
}

seqnet_status sn_train_refit(seqnet_trainer *first, seqnet_error *err)
{
    seqnet_train_options options = first->options;
    seqnet_trainer *again;
    const sn_run_part part = {first->part.checkpoint, "refit"};
    options.maxlen = (int64_t)first->plan.config.maxlen;
    options.epochs = (int64_t)choose_epochs(first);
    options.best_path = NULL;
    SN_TRY(sn_trainer_create(&again, first->plan.dataset, true, &options, part, err));
    (void)sn_trainer_run(again, NULL); /* take_over looks at the outcome */
    take_over(first, again);
    seqnet_trainer_free(again);
    return SEQNET_OK;
}
