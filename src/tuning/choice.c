#include "choice.h"

bool is_better(const tuner *t, const trial *a, const trial *b)
{
    const double accuracy = mean_of(a->accuracy, t->folds) - mean_of(b->accuracy, t->folds);
    const double loss = mean_of(b->loss, t->folds) - mean_of(a->loss, t->folds);
    const bool by_loss = t->monitor == SEQNET_VAL_LOSS;
    const double first = by_loss ? loss : accuracy, second = by_loss ? accuracy : loss;
    return first > 0.0 || (first == 0.0 && second > 0.0);
}

/* The best trial of a preset that was measured on all folds; NULL: there is none. */
static const trial *best_of_preset(const tuner *t, size_t preset)
{
    const trial *best = NULL;
    for (size_t i = 0; i < t->count; i++) {
        const trial *const one = &t->trials[i];
        if (one->preset == preset && one->state == TRIAL_MEASURED &&
            (!best || is_better(t, one, best)))
            best = one;
    }
    return best;
}

static bool was_tried(const tuner *t, const seqnet_train_options *options)
{
    for (size_t i = 0; i < t->count; i++)
        if (are_same_settings(&t->trials[i].options, options))
            return true;
    return false;
}

bool choose_settings(const tuner *t, trial *new)
{
    enum { ATTEMPTS = 100 };
    const size_t number = t->count + 1, preset = preset_of_trial(&t->space, number);
    const trial *const best = best_of_preset(t, preset);
    *new = (trial){.preset = preset, .options = t->space.recipes[preset]};
    for (size_t i = 0; i < ATTEMPTS && was_tried(t, &new->options); i++)
        draw_settings(&t->space, preset, best ? &best->options : NULL, t->line, t->typed, number, i,
                      &new->options);
    return !was_tried(t, &new->options) && !seqnet_train_options_check(&new->options);
}
