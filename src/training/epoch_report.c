#include "epoch_report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "figures.h"
#include "live_line.h"
#include "terminal.h"

enum {
    /* Fewer epochs get two lines each. */
    MANY_EPOCHS = 4,
    /* Columns of a terminal on which Keras's line of an epoch fits. */
    KERAS_LINE = 96
};

/* Seconds from which on an epoch is slow: the first one, and one that follows quick ones. */
static const double SLOW = 1.0, SLOWER = 3.0;

/* The network's training under way: one process trains one network at a time. */
static struct epoch_report {
    /* Epochs are told in one line; it tells of finished ones. */
    bool is_live, is_begun;
    /* The terminal is too narrow for Keras's lines: an epoch has a short one. */
    bool is_short;
    live_line line;
    /* The best epoch and, in a training without validation, the last one. */
    seqnet_train_event told;
    double began;
} report;

/* Seconds that n-grams will take again, on all rows, before the second training. */
static double ngrams_again;

void count_ngrams(const seqnet_train_event *event)
{
    ngrams_again = event->refit ? 0.0 : event->parts->seconds;
}

const char *accuracy_key(const seqnet_train_event *event)
{
    return event->multi_label ? "f1" : "acc";
}

/* "acc: 0.8765 - loss: 0.3012" */
static void format_measures(char text[160], const seqnet_train_event *event)
{
    const int used = snprintf(text, 160, "%s: %.4f - loss: %.4f", accuracy_key(event),
                              event->accuracy, event->loss);
    if (!isnan(event->val_accuracy))
        (void)snprintf(text + used, 160 - (size_t)used, " - val_%s: %.4f - val_loss: %.4f",
                       accuracy_key(event), event->val_accuracy, event->val_loss);
}

/* How many epochs are done, and the part of the next one. */
static double epochs_done(const seqnet_train_event *event)
{
    const double share = event->batches ? (double)event->batch / (double)event->batches : 0.0;
    return (double)event->epoch - 1.0 + share;
}

/* The seconds that all epochs still take, if each takes as long as those before: of those to come
 * and of a second training on all rows, with its n-grams. Sets whether these may be fewer. */
static double seconds_left(const seqnet_train_event *event, const training_span *span,
                           bool *is_bound)
{
    const seqnet_train_options *const options = span->options;
    const double done = epochs_done(event), now = seconds_now();
    const bool is_again = options->refit && !event->refit && event->validation_rows;
    double left = (double)event->epochs - done;
    if (is_again)
        left += (double)event->epochs * (double)(event->train_rows + event->validation_rows) /
                (double)event->train_rows;
    left *= done > 0.0 ? (now - report.began) / done : (double)NAN;
    if (options->ngram_refit && !event->refit)
        left += ngrams_again;
    *is_bound = is_again || left > span->deadline - now ||
                (options->patience && !event->refit && event->validation_rows);
    return left > span->deadline - now ? span->deadline - now : left;
}

/* The same of all folds and of the training on all rows that follows them. */
static double folds_left(const seqnet_train_event *event, const training_span *span)
{
    const double now = seconds_now(), epochs = epochs_done(event) / (double)event->epochs;
    const double share = !span->options->refit ? epochs : (epochs + event->refit) / 2.0;
    const double done = (double)span->fold - 1.0 + share;
    const double left = ((double)span->folds + 1.0 - done) * (now - span->folds_began) / done;
    return done > 0.0 ? fmin(left, span->deadline - now) : (double)NAN;
}

static void draw_batch(const seqnet_train_event *event, const training_span *span)
{
    char text[200], epoch[64] = "", left[DURATION_TEXT], all[DURATION_TEXT + 16] = "", whole[32];
    bool is_bound;
    const double rest =
        event->seconds * (double)(event->batches - event->batch) / (double)event->batch;
    const double total = fmax(seconds_left(event, span, &is_bound), rest);
    if (event->refit || report.is_live || report.is_short)
        (void)snprintf(epoch, sizeof epoch, "Epoch %zu/%zu, ", event->epoch, event->epochs);
    if (event->epochs > 1)
        (void)snprintf(all, sizeof all, ", all %s%s", is_bound ? "<" : "", duration(total, whole));
    (void)snprintf(text, sizeof text, "%s%.0fs, ETA %s%s - %s: %.4f - loss: %.4f", epoch,
                   event->seconds, duration(rest, left), all, accuracy_key(event), event->accuracy,
                   event->loss);
    progress_draw(event->batch, event->batches, text);
}

static void draw_line(const live_line *line, bool is_last)
{
    char text[LIVE_TEXT];
    progress_line(format_live_line(line, terminal_width(STDERR_FILENO) - 1, text), is_last);
}

static void draw_epochs(const seqnet_train_event *event, const training_span *span, bool is_last)
{
    report.line.left = seconds_left(event, span, &report.line.is_bound);
    draw_line(&report.line, is_last);
}

static void begin_training(const seqnet_train_event *event)
{
    finish_epochs();
    report = (struct epoch_report){.is_live = progress_is_drawn() && !terminal.verbose &&
                                              event->epochs >= MANY_EPOCHS,
                                   .is_short = line_cells(STDERR_FILENO) < KERAS_LINE,
                                   .began = seconds_now()};
}

static void note_epoch(const seqnet_train_event *event)
{
    if (!report.is_short && (!event->refit || event->epoch == event->epochs))
        note("Epoch %zu/%zu", event->epoch, event->epochs);
}

/* From a slow epoch on there are two lines an epoch. */
static void leave_line(const seqnet_train_event *event)
{
    finish_epochs();
    report.is_live = false;
    note_epoch(event);
}

static void report_batch(const seqnet_train_event *event, const training_span *span)
{
    if (report.is_live && event->seconds > (report.is_begun ? SLOWER : SLOW))
        leave_line(event);
    if (report.is_live && report.is_begun)
        draw_epochs(event, span, false);
    else
        draw_batch(event, span);
}

/* What a line tells of an epoch, or of a part of it. */
static live_line line_of(const seqnet_train_event *event, size_t best)
{
    return (live_line){.epoch = event->epoch,
                       .epochs = event->epochs,
                       .multi_label = event->multi_label,
                       .accuracy = event->accuracy,
                       .loss = event->loss,
                       .val_accuracy = event->val_accuracy,
                       .val_loss = event->val_loss,
                       .best = best,
                       .seconds = (double)NAN,
                       .left = (double)NAN};
}

static void take_measures(const seqnet_train_event *event)
{
    size_t best = report.line.best;
    report.is_begun |= report.is_live;
    if (event->is_best) {
        report.told = *event;
        best = isnan(event->val_accuracy) ? 0 : event->epoch;
    }
    report.line = line_of(event, best);
}

/* An epoch that was finished before the training went on counts, and is not told again. */
static void take_past(const seqnet_train_event *event)
{
    report.began -= event->seconds;
    take_measures(event);
}

/* Keras's line; on a terminal with a star for the best epoch so far. */
static void note_measures(const seqnet_train_event *event)
{
    char text[160];
    const double per_step = event->batch ? 1000.0 * event->seconds / (double)event->batch : 0.0;
    const bool is_best = report.line.best == event->epoch && is_terminal(STDERR_FILENO);
    format_measures(text, event);
    note("%zu/%zu - %.*fs %.0fms/step - %s%s", event->batches, event->batches,
         event->seconds < 9.95 ? 1 : 0, event->seconds, per_step, text, is_best ? " *" : "");
}

/* The line of an epoch on a narrow terminal. */
static void note_short_line(const seqnet_train_event *event)
{
    char text[LIVE_TEXT];
    live_line line = report.line;
    line.seconds = event->seconds;
    note("%s", format_live_line(&line, terminal_width(STDERR_FILENO) - 1, text));
}

static void end_epoch(const seqnet_train_event *event, const training_span *span)
{
    take_measures(event);
    if (report.is_live)
        draw_epochs(event, span, event->epoch == event->epochs);
    else if (!event->refit || event->epoch == event->epochs)
        (report.is_short ? note_short_line : note_measures)(event);
}

void report_epoch(const seqnet_train_event *event, const training_span *span)
{
    if (event->kind == SEQNET_TRAIN_BEGIN)
        begin_training(event);
    else if (event->kind == SEQNET_TRAIN_EPOCH_BEGIN && !report.is_live)
        note_epoch(event);
    else if (event->kind == SEQNET_TRAIN_BATCH_END)
        report_batch(event, span);
    else if (event->is_past)
        take_past(event);
    else if (event->kind == SEQNET_TRAIN_EPOCH_END)
        end_epoch(event, span);
}

void report_fold(const seqnet_train_event *event, const training_span *span)
{
    if (event->kind != SEQNET_TRAIN_BATCH_END)
        return;
    live_line line = line_of(event, 0);
    line.val_accuracy = line.val_loss = (double)NAN; /* there are none before the epoch's end */
    line.fold = span->fold;
    line.folds = span->folds;
    line.left = folds_left(event, span);
    line.is_bound = true;
    draw_line(&line, false);
}

void finish_epochs(void)
{
    char text[160], best[32] = "";
    if (!report.is_live || !report.is_begun)
        return;
    const double seconds = seconds_now() - report.began;
    report.is_begun = false;
    format_measures(text, &report.told);
    if (report.line.best)
        (void)snprintf(best, sizeof best, "best %zu - ", report.line.best);
    note("%zu epochs in %.*fs - %s%s", report.line.epoch, seconds < 9.95 ? 1 : 0, seconds, best,
         text);
}
