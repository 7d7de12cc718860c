/* The line of a terminal that tells of quick epochs in place of two lines for each, and of folds;
 * the line of an epoch where Keras's do not fit. */
#ifndef TRAINING_LIVE_LINE_H
#define TRAINING_LIVE_LINE_H

#include <stdbool.h>
#include <stddef.h>

/* What the line tells: the measures of the last finished epoch. */
typedef struct live_line {
    /* The fold that is trained, from 1, of how many; 0: none. */
    size_t fold, folds;
    size_t epoch, epochs;
    bool multi_label;
    double accuracy, loss;
    /* NaN without validation. */
    double val_accuracy, val_loss;
    /* The best epoch so far; 0: no epoch is better than others. */
    size_t best;
    /* Seconds that the epoch has taken; NaN: that is not told. */
    double seconds;
    /* Seconds that the whole training still takes, NaN: not known; and whether it may take less. */
    double left;
    bool is_bound;
} live_line;

enum { LIVE_TEXT = 200 };

/* Writes "Epoch 7/40  2.1s  acc 0.8765  loss 0.3012  val_acc 0.8432*  val_loss 0.4012  best 7  ETA
 * 12s", with a * behind the measure of the best epoch: as many of the fields, the important ones
 * first, as fit into `width` cells. Returns the buffer. */
const char *format_live_line(const live_line *line, size_t width, char text[LIVE_TEXT]);

#endif
