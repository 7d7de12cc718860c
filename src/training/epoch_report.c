#include "epoch_report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "figures.h"
#include "live_line.h"
#include "terminal.h"

/* Fewer epochs get two lines each. */
enum { MANY_EPOCHS = 4 };

/* Seconds from which on an epoch is slow: the first one, and one that follows quick ones. */
static const double SLOW = 1.0, SLOWER = 3.0;

/* The network's training under way: one process trains one network at a time. */
static struct epoch_report {
    /* Epochs are told in one line; it tells of finished ones. */
    bool is_live, is_begun;
    live_line line;
    /* The best epoch and, in a training without validation, the last one. */
    seqnet_train_event told;
    double began;
} report;

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

/* The seconds that all epochs still take, if each takes as long as those before: of those to come
 * and of a second training on all rows. Sets whether these may be fewer. */
static double seconds_left(const seqnet_train_event *event, const seqnet_train_options *options,
                           bool *is_bound)
{
    const double share = event->batches ? (double)event->batch / (double)event->batches : 0.0;
    const double done = (double)event->epoch - 1.0 + share;
    const bool is_again = options->refit && !event->refit && event->validation_rows;
    double left = (double)event->epochs - done;
    if (is_again)
        left += (double)event->epochs * (double)(event->train_rows + event->validation_rows) /
                (double)event->train_rows;
    *is_bound = is_again || (options->patience && !event->refit && event->validation_rows);
    return done > 0.0 ? left * (seconds_now() - report.began) / done : (double)NAN;
}

static void draw_batch(const seqnet_train_event *event, const seqnet_train_options *options)
{
    char text[200], epoch[64] = "", left[DURATION_TEXT], all[DURATION_TEXT + 16] = "", whole[32];
    bool is_bound;
    const double rest =
        event->seconds * (double)(event->batches - event->batch) / (double)event->batch;
    const double total = seconds_left(event, options, &is_bound);
    if (event->refit || report.is_live)
        (void)snprintf(epoch, sizeof epoch, "Epoch %zu/%zu, ", event->epoch, event->epochs);
    if (event->epochs > 1 && !isnan(total))
        (void)snprintf(all, sizeof all, ", all %s%s", is_bound ? "<" : "", duration(total, whole));
    (void)snprintf(text, sizeof text, "%s%.0fs, ETA %s%s - %s: %.4f - loss: %.4f", epoch,
                   event->seconds, duration(rest, left), all, accuracy_key(event), event->accuracy,
                   event->loss);
    progress_draw(event->batch, event->batches, text);
}

static void draw_line(const seqnet_train_event *event, const seqnet_train_options *options,
                      bool is_last)
{
    char text[LIVE_TEXT];
    report.line.left = seconds_left(event, options, &report.line.is_bound);
    progress_line(format_live_line(&report.line, terminal_width(STDERR_FILENO) - 1, text), is_last);
}

static void begin_training(const seqnet_train_event *event)
{
    finish_epochs();
    report = (struct epoch_report){.is_live = is_terminal(STDERR_FILENO) && !terminal.verbose &&
                                              event->epochs >= MANY_EPOCHS,
                                   .began = seconds_now()};
}

static void note_epoch(const seqnet_train_event *event)
{
    if (!event->refit || event->epoch == event->epochs)
        note("Epoch %zu/%zu", event->epoch, event->epochs);
}

/* From a slow epoch on there are two lines an epoch. */
static void leave_line(const seqnet_train_event *event)
{
    finish_epochs();
    report.is_live = false;
    note_epoch(event);
}

static void report_batch(const seqnet_train_event *event, const seqnet_train_options *options)
{
    if (report.is_live && event->seconds > (report.is_begun ? SLOWER : SLOW))
        leave_line(event);
    if (report.is_live && report.is_begun)
        draw_line(event, options, false);
    else
        draw_batch(event, options);
}

static void take_measures(const seqnet_train_event *event)
{
    live_line *const line = &report.line;
    report.is_begun = true;
    if (event->is_best) {
        report.told = *event;
        line->best = isnan(event->val_accuracy) ? 0 : event->epoch;
    }
    line->epoch = event->epoch;
    line->epochs = event->epochs;
    line->multi_label = event->multi_label;
    line->accuracy = event->accuracy;
    line->loss = event->loss;
    line->val_accuracy = event->val_accuracy;
    line->val_loss = event->val_loss;
}

/* An epoch that was finished before the training went on counts, and is not told again. */
static void take_past(const seqnet_train_event *event)
{
    report.began -= event->seconds;
    if (report.is_live)
        take_measures(event);
}

static void end_epoch(const seqnet_train_event *event, const seqnet_train_options *options)
{
    char text[160];
    const double per_step = event->batch ? 1000.0 * event->seconds / (double)event->batch : 0.0;
    if (report.is_live) {
        take_measures(event);
        draw_line(event, options, event->epoch == event->epochs);
    } else if (!event->refit || event->epoch == event->epochs) {
        format_measures(text, event);
        note("%zu/%zu - %.*fs %.0fms/step - %s", event->batches, event->batches,
             event->seconds < 9.95 ? 1 : 0, event->seconds, per_step, text);
    }
}

void report_epoch(const seqnet_train_event *event, const seqnet_train_options *options)
{
    if (event->kind == SEQNET_TRAIN_BEGIN)
        begin_training(event);
    else if (event->kind == SEQNET_TRAIN_EPOCH_BEGIN && !report.is_live)
        note_epoch(event);
    else if (event->kind == SEQNET_TRAIN_BATCH_END)
        report_batch(event, options);
    else if (event->is_past)
        take_past(event);
    else if (event->kind == SEQNET_TRAIN_EPOCH_END)
        end_epoch(event, options);
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
