/*
 * The second training, on all rows. With few of them, those that were set aside to find the best
 * epoch are worth more in training than what they told.
 */
#include "trainer.h"

#include "memory.h"

#include "banned.h"

enum { FEW_ROWS = 200 };

/* As many as the best epoch took. Of few validation rows chance picks it, perhaps an early one,
 * which costs more than some epochs too many do: then as many as were run, else at least half. */
static size_t choose_epochs(const sn_trainer *t)
{
    const size_t run = t->result.epochs_run;
    const size_t least = t->validation_rows < FEW_ROWS ? run : (run + 1) / 2;
    return t->result.kept_epoch > least ? t->result.kept_epoch : least;
}

seqnet_status sn_trainer_refit(sn_trainer *t, seqnet_error *err)
{
    seqnet_train_options options = *t->options;
    options.maxlen = (int64_t)t->model->config.maxlen;
    options.epochs = (int64_t)choose_epochs(t);
    options.best_path = NULL;
    sn_trainer again = {.dataset = t->dataset,
                        .options = &options,
                        .rows = sn_dataset_fitted_rows(t->dataset),
                        .refit = true};
    SN_TRY(sn_alloc(&again.model, 1, sizeof *again.model, err));
    const seqnet_status status = sn_trainer_prepare(&again, err);
    if (status == SEQNET_OK)
        sn_trainer_run(&again);
    if (status == SEQNET_OK && again.outcome == SN_FINISHED) {
        t->result.refit_epochs = again.result.epochs_run;
        float *const before = t->kept;
        t->kept = again.kept;
        again.kept = before;
    } else if (again.outcome == SN_STOPPED) {
        t->outcome = SN_STOPPED;
    }
    t->result.refit_diverged = again.outcome == SN_DIVERGED;
    sn_trainer_release(&again);
    seqnet_model_free(again.model);
    return status;
}
