/*
 * What a training prints of its epochs on standard error. Elsewhere than on a terminal, with
 * --verbose and where epochs are slow or few: Keras's two lines an epoch and its bar, or one short
 * line where these do not fit. Where many quick epochs follow one another on a terminal: one line
 * that is drawn over, and one that stays at the end.
 */
#ifndef TRAINING_EPOCH_REPORT_H
#define TRAINING_EPOCH_REPORT_H

#include <stddef.h>

#include <seqnet/train.h>

/* What tells how long a training may take in all. */
typedef struct training_span {
    const seqnet_train_options *options;
    /* The moment of seconds_now at which it ends in any case; INFINITY: there is none. */
    double deadline;
    /* The fold that is trained, from 1, of how many; and the moment at which the first one began.
     * 0: the training is of no fold. */
    size_t fold, folds;
    double folds_began;
} training_span;

/* Reports an event of a network's training, SEQNET_TRAIN_BEGIN to SEQNET_TRAIN_EPOCH_END. */
void report_epoch(const seqnet_train_event *event, const training_span *span);

/* Takes the time that n-grams have taken, at SEQNET_TRAIN_NGRAMS_END: they may take it again. */
void count_ngrams(const seqnet_train_event *event);

/* Draws how far the training of a fold is, at the end of a batch. */
void report_fold(const seqnet_train_event *event, const training_span *span);

/* Ends the line that is drawn over: prints the one that stays. */
void finish_epochs(void);

/* What the event's accuracy is called; that of the validation has "val_" before it. */
const char *accuracy_key(const seqnet_train_event *event);

#endif
