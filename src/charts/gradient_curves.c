#include "gradient_curves.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "errors.h"
#include "figures.h"

static seqnet_status no_memory(const char *model, seqnet_error *err)
{
    return FAIL(err, SEQNET_ERR_MEMORY, "%s: out of memory for the gradients", model);
}

/* Copies the numbers, the last timestep first. */
static seqnet_status fill_curves(gradient_curves *curves, const seqnet_state_gradients *taken,
                                 seqnet_error *err)
{
    curves->time = taken->time;
    curves->rows = taken->rows;
    curves->layer = strdup(taken->layer);
    curves->steps = calloc(taken->time, sizeof *curves->steps);
    curves->norms = calloc(taken->time, sizeof *curves->norms);
    if (!curves->layer || !curves->steps || !curves->norms) {
        free_gradient_curves(curves);
        return no_memory(curves->model, err);
    }
    for (size_t t = 0; t < taken->time; t++) {
        const size_t behind = seqnet_steps_behind(taken, t);
        curves->steps[behind] = (double)behind;
        curves->norms[behind] = taken->norms[t];
    }
    return SEQNET_OK;
}

/* Says which of several models has no recurrent layer. */
static seqnet_status name_model(const char *path, seqnet_error *err)
{
    if (err->status != SEQNET_ERR_USAGE)
        return err->status;
    const seqnet_error found = *err;
    return FAIL(err, SEQNET_ERR_MODEL, "%.300s: %.700s", path, found.message);
}

seqnet_status take_gradients(gradient_curves *curves, const char *path, const seqnet_model *model,
                             const seqnet_dataset *dataset, seqnet_part part, size_t limit,
                             seqnet_error *err)
{
    seqnet_state_gradients taken;
    *curves = (gradient_curves){.model = path, .part = part};
    if (seqnet_model_state_gradients(model, dataset, part, limit, NULL, &taken, err) != SEQNET_OK)
        return name_model(path, err);
    const seqnet_status status = fill_curves(curves, &taken, err);
    seqnet_state_gradients_free(&taken);
    return status;
}

void free_gradient_curves(gradient_curves *curves)
{
    free(curves->layer);
    free(curves->steps);
    free(curves->norms);
    curves->layer = NULL;
    curves->steps = curves->norms = NULL;
}

size_t steps_to_thousandth(const gradient_curves *curves)
{
    const double last = curves->norms[0];
    size_t steps = 1;
    while (steps < curves->time && (last == 0.0 || curves->norms[steps] > last / 1000.0))
        steps++;
    return steps;
}

const char *gradient_words(const gradient_curves *curves, char buffer[GRADIENT_WORDS])
{
    const size_t steps = steps_to_thousandth(curves);
    const double last = curves->norms[0], first = curves->norms[curves->time - 1];
    if (last == 0.0)
        (void)snprintf(buffer, GRADIENT_WORDS, "the gradient by the last step's state is 0");
    else if (steps < curves->time)
        (void)snprintf(buffer, GRADIENT_WORDS,
                       "the gradient falls to 1/1000 of the last step's within %zu %s", steps,
                       plural(steps, "step", "steps"));
    else
        (void)snprintf(buffer, GRADIENT_WORDS,
                       "the gradient stays above 1/1000 of the last step's over all %zu %s; the "
                       "first step's is %.2g of it",
                       curves->time, plural(curves->time, "step", "steps"), first / last);
    return buffer;
}
