/*
 * How a model's gradients fall on their way back through the timesteps (seqnet/gradients.h), by the
 * number of steps before the last one, and in words. Tables of them are in gradient_table.h, a
 * chart in gradient_chart.h.
 */
#ifndef CHARTS_GRADIENT_CURVES_H
#define CHARTS_GRADIENT_CURVES_H

#include <seqnet/seqnet.h>

typedef struct gradient_curves {
    /* The path of the model, or the name that tables give it, and what DATA is called; borrowed. */
    const char *model, *data;
    /* The name of the recurrent layer. */
    char *layer;
    seqnet_part part;
    /* The number of its timesteps, and of the rows of which the norms are means. */
    size_t time, rows;
    /* [time]: 0, 1, ... steps before the last timestep, and the norm of the loss's gradient by the
     * state there. */
    double *steps, *norms;
} gradient_curves;

/* Takes the gradients of the first `limit` rows of a part. The caller frees the curves. An error of
 * the model names its path; nothing is to be freed then. */
seqnet_status take_gradients(gradient_curves *curves, const char *path, const seqnet_model *model,
                             const seqnet_dataset *dataset, seqnet_part part, size_t limit,
                             seqnet_error *err);

void free_gradient_curves(gradient_curves *curves);

/* The least number of steps before the last timestep at which the norm is at most 1/1000 of the
 * last one's; `time` when it stays above, and when the last one's is 0. */
size_t steps_to_thousandth(const gradient_curves *curves);

/* Writes what became of the gradient: "the gradient falls to 1/1000 of the last step's within 40
 * steps". Returns the buffer. */
enum { GRADIENT_WORDS = 160 };
const char *gradient_words(const gradient_curves *curves, char buffer[GRADIENT_WORDS]);

#endif
