/* Checkpoints of a trainer, as a part of a run and driven by a caller: see trainer.h. */
#include "trainer.h"

#include <stdio.h>

#include <seqnet/checkpoint.h>

#include "clock.h"
#include "run_identity.h"

#include "banned.h"

/* The part of a trainer that its caller drives, and the array that says how a part has ended. */
static const char NETWORK[] = "network", OUTCOME[] = "outcome";

/* Bytes of a place in a training. */
enum { PLACE = 160 };

bool sn_train_write_checkpoint(const sn_run_part *part, const sn_named_arrays *arrays,
                               const char *place, const seqnet_train_options *options)
{
    seqnet_error err = {0};
    const double start = sn_clock();
    seqnet_checkpoint_report report = {0};
    const seqnet_status status = sn_checkpoint_write(part->checkpoint, arrays ? part->name : NULL,
                                                     arrays, place, &report.bytes, &err);
    report.seconds = sn_clock() - start;
    const seqnet_train_event event = {.kind = SEQNET_TRAIN_CHECKPOINT,
                                      .problem = status == SEQNET_OK ? NULL : err.message,
                                      .checkpoint = &report};
    return !options->callback || options->callback(options->user, &event);
}

/* "epoch 3 of 10, row 4800 of 20000" */
static void format_place(const seqnet_trainer *t, char text[PLACE])
{
    const sn_train_state *const s = &t->state;
    const char *const again = t->plan.is_refit                 ? " of the training on all rows"
                              : t->plan.dataset->self_labelled ? " with rows without labels"
                                                               : "";
    if (s->epoch == s->epochs_run)
        (void)snprintf(text, PLACE, "behind epoch %zu of %zu%s", (size_t)s->epoch,
                       (size_t)t->options.epochs, again);
    else
        (void)snprintf(text, PLACE, "epoch %zu of %zu, row %zu of %zu%s", (size_t)s->epoch,
                       (size_t)t->options.epochs, (size_t)s->done, t->plan.train.count, again);
}

bool sn_trainer_write_checkpoint(seqnet_trainer *t)
{
    char place[PLACE];
    bool goes_on = true;
    sn_named_arrays arrays = {0};
    format_place(t, place);
    if (sn_train_state_list_stored(&t->state, &t->plan, false, &arrays, NULL) == SEQNET_OK)
        goes_on = sn_train_write_checkpoint(&t->part, &arrays, place, &t->options);
    sn_named_arrays_free(&arrays);
    return goes_on;
}

void sn_trainer_keep_results(seqnet_trainer *t)
{
    sn_named_arrays arrays = {0};
    uint8_t outcome = (uint8_t)t->outcome;
    if (t->part.checkpoint &&
        sn_train_state_list_stored(&t->state, &t->plan, true, &arrays, NULL) == SEQNET_OK &&
        sn_named_arrays_add(&arrays, OUTCOME, SN_ARRAY_U8, &outcome, 1, NULL) == SEQNET_OK)
        (void)sn_checkpoint_keep(t->part.checkpoint, t->part.name, &arrays, NULL);
    sn_named_arrays_free(&arrays);
}

seqnet_status sn_trainer_restore(seqnet_trainer *t, seqnet_error *err)
{
    const sn_checkpoint *const c = t->part.checkpoint;
    const sn_stored_array *const outcome = sn_checkpoint_find(c, t->part.name, OUTCOME);
    const bool was_over = outcome && outcome->type == SN_ARRAY_U8 && outcome->count == 1;
    if (was_over && !t->plan.is_refit && !sn_run_has_epochs(c->texts.run, t->options.epochs))
        return sn_fail(err, SEQNET_ERR_USAGE,
                       "%s: its training has come to an end of its .epochs, and goes on behind "
                       "them; leave .epochs as it was",
                       c->options.resume);
    SN_TRY(sn_train_state_restore(&t->state, &t->plan, was_over, &t->part, err));
    t->is_restored = true;
    t->past = t->state.epochs_run;
    t->tells_epoch = t->state.epoch != t->state.epochs_run && !was_over;
    SN_TRY(sn_trainer_restore_kept(t, err));
    if (was_over)
        t->outcome = *outcome->bytes == SN_DIVERGED ? SN_DIVERGED : SN_FINISHED;
    return SEQNET_OK;
}

/* The checkpoint of a trainer that its caller drives. */
static seqnet_status open_checkpoint(const seqnet_trainer *t, const char *path, const char *resume,
                                     sn_checkpoint *checkpoint, seqnet_error *err)
{
    char *run;
    const sn_checkpoint_options options = {.path = path,
                                           .resume = resume,
                                           .command = t->options.command_line,
                                           .note = t->options.checkpoint_note};
    *checkpoint = (sn_checkpoint){0};
    SN_TRY(sn_run_describe(&run, t->plan.dataset, &t->options, err));
    return sn_checkpoint_make(checkpoint, &options, run, err);
}

static seqnet_status write_state(seqnet_trainer *t, sn_checkpoint *checkpoint, seqnet_error *err)
{
    size_t bytes;
    char place[PLACE];
    sn_named_arrays arrays = {0};
    format_place(t, place);
    seqnet_status status = sn_train_state_list_stored(&t->state, &t->plan, false, &arrays, err);
    if (status == SEQNET_OK)
        status = sn_checkpoint_write(checkpoint, NETWORK, &arrays, place, &bytes, err);
    sn_named_arrays_free(&arrays);
    return status;
}

seqnet_status seqnet_trainer_checkpoint(seqnet_trainer *t, const char *path, seqnet_error *err)
{
    sn_checkpoint checkpoint;
    seqnet_status status = open_checkpoint(t, path, NULL, &checkpoint, err);
    if (status == SEQNET_OK)
        status = write_state(t, &checkpoint, err);
    sn_checkpoint_free(&checkpoint);
    return status;
}

seqnet_status seqnet_trainer_resume(seqnet_trainer *t, const char *path, seqnet_error *err)
{
    sn_checkpoint checkpoint;
    if (t->has_begun)
        return sn_fail(err, SEQNET_ERR_USAGE,
                       "%s: this training has begun already; go on with a new trainer", path);
    seqnet_status status = open_checkpoint(t, NULL, path, &checkpoint, err);
    t->part = (sn_run_part){&checkpoint, NETWORK};
    t->resumed = checkpoint.resumed;
    if (status == SEQNET_OK)
        status = sn_trainer_restore(t, err);
    t->part = (sn_run_part){0};
    sn_checkpoint_free(&checkpoint);
    return status;
}
