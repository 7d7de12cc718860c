/*
 * The second training, on all rows. With few of them, those that were set aside to find the best
 * epoch are worth more in training than what they told.
 */
#include "refit.h"

#include "banned.h"

enum { FEW_ROWS = 200 };

/* As many as the best epoch took. Of few validation rows chance picks it, perhaps an early one,
 * which costs more than some epochs too many do: then as many as were run, else at least half. */
static size_t choose_epochs(const seqnet_trainer *first)
{
    const size_t run = (size_t)first->state.epochs_run, kept = (size_t)first->state.kept_epoch;
    const size_t least = first->plan.validation.count < FEW_ROWS ? run : (run + 1) / 2;
    return kept > least ? kept : least;
}

/* Gives the first training what the second has come to: its weights, if it was finished. */
static void take_over(seqnet_trainer *first, seqnet_trainer *again)
{
    if (again->outcome == SN_FINISHED) {
        float *const before = first->state.kept;
        first->state.kept = again->state.kept;
        again->state.kept = before;
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
    options.maxlen = (int64_t)first->plan.config.maxlen;
    options.epochs = (int64_t)choose_epochs(first);
    options.best_path = NULL;
    SN_TRY(sn_trainer_create(&again, first->plan.dataset, true, &options, err));
    (void)sn_trainer_run(again, NULL); /* may diverge: the first weights stay then */
    take_over(first, again);
    seqnet_trainer_free(again);
    return SEQNET_OK;
}
