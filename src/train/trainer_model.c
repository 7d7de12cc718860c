/* Makes models from the kept weights of a training, with the training record: see trainer.h. */
#include "trainer.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "assemble.h"
#include "memory.h"

#include "banned.h"

static const char *how_it_ended(sn_outcome outcome)
{
    static const char *const words[] = {[SN_RUNNING] = "unfinished",
                                        [SN_FINISHED] = "finished",
                                        [SN_STOPPED] = "interrupted",
                                        [SN_DIVERGED] = "diverged"};
    return words[outcome];
}

static seqnet_status record_training(seqnet_trainer *t, char **json, seqnet_error *err)
{
    const seqnet_dataset *const dataset = t->plan.dataset;
    if (!t->data_hash[0])
        SN_TRY(seqnet_dataset_hash(dataset, t->data_hash, err));
    const sn_training_record record = {.data = dataset->source,
                                       .data_hash = t->data_hash,
                                       .word_index = dataset->word_index_path,
                                       .origin = &dataset->origin,
                                       .train_rows = t->plan.train.count,
                                       .resumed = t->resumed,
                                       .validation_rows = t->plan.validation.count,
                                       .unlabeled = dataset->unlabeled_source,
                                       .unlabeled_rows = dataset->unlabeled.count,
                                       .validation_split = dataset->validation_split,
                                       .threads = t->threads,
                                       .kept_epoch = (size_t)t->state.kept_epoch,
                                       .is_refitted = sn_trainer_is_refitted(t),
                                       .refit_epochs = t->refit_epochs,
                                       .stopped = how_it_ended(t->outcome),
                                       .process = t->outcome == SN_RUNNING ? (long)getpid() : 0,
                                       .history = t->state.history,
                                       .epochs_run = (size_t)t->state.epochs_run,
                                       .parts = t->parts,
                                       .validated = &t->validated,
                                       .multi_label = t->plan.config.multi_label};
    return sn_training_record_to_json(json, &record, &t->options, err);
}

void sn_trainer_ensure_kept(seqnet_trainer *t)
{
    if (t->state.kept_epoch || !t->state.current)
        return;
    const sn_arithmetic before = sn_train_arithmetic(&t->options);
    sn_train_state_weights(&t->state, &t->plan, t->state.kept);
    (void)sn_arithmetic_use(before);
}

static seqnet_status complete_copy(seqnet_trainer *t, seqnet_model *model, seqnet_error *err)
{
    const size_t floats = model->network.table.floats;
    char *record;
    SN_TRY(sn_alloc_floats(&model->owned_weights, floats, err));
    if (floats)
        memcpy(model->owned_weights, t->state.kept, floats * sizeof *t->state.kept);
    SN_TRY(sn_model_set_held_out(model, t->validated.profile, "the training", err));
    if (model->held_out_json && sn_trainer_is_refitted(t))
        SN_TRY(sn_model_mark_refitted(model, err));
    SN_TRY(record_training(t, &record, err));
    return sn_model_complete(model, model->owned_weights, record, err);
}

seqnet_status seqnet_trainer_model(seqnet_trainer *t, seqnet_model **model, seqnet_error *err)
{
    *model = NULL;
    sn_trainer_ensure_kept(t);
    SN_TRY(sn_train_plan_outline(&t->plan, model, err));
    const seqnet_status status = complete_copy(t, *model, err);
    if (status != SEQNET_OK) {
        seqnet_model_free(*model);
        *model = NULL;
    }
    return status;
}

/* Makes a model that shares the outline's parts and the kept weights, so that saving it copies no
 * slab. The caller frees it by free_view. */
static seqnet_status view_kept(seqnet_trainer *t, seqnet_model **view, seqnet_error *err)
{
    char *record;
    SN_TRY(sn_alloc(view, 1, sizeof **view, err));
    **view = *t->plan.outline;
    (*view)->training_json = NULL;
    SN_TRY(record_training(t, &record, err));
    return sn_model_complete(*view, t->state.kept, record, err);
}

static void free_view(seqnet_model *view)
{
    if (view)
        free(view->training_json);
    free(view);
}

seqnet_status seqnet_trainer_save(seqnet_trainer *t, const char *path, bool *replaced,
                                  seqnet_error *err)
{
    seqnet_model *view = NULL;
    sn_trainer_ensure_kept(t);
    seqnet_status status = view_kept(t, &view, err);
    if (status == SEQNET_OK)
        status = seqnet_model_save(view, path, replaced, err);
    free_view(view);
    return status;
}

seqnet_status sn_trainer_save_soon(seqnet_trainer *t, const char *path, seqnet_error *err)
{
    seqnet_model *view = NULL;
    seqnet_status status = view_kept(t, &view, err);
    if (status == SEQNET_OK)
        status = sn_model_save_soon(view, path, err);
    free_view(view);
    return status;
}
