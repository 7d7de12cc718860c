/*
 * What a training prints of its epochs on standard error. Elsewhere than on a terminal, with
 * --verbose and where epochs are slow or few: Keras's two lines an epoch and its bar. Where many
 * quick epochs follow one another on a terminal: one line that is drawn over, and one that stays at
 * the end.
 */
#ifndef TRAINING_EPOCH_REPORT_H
#define TRAINING_EPOCH_REPORT_H

#include <seqnet/train.h>

/* Reports an event of a network's training, SEQNET_TRAIN_BEGIN to SEQNET_TRAIN_EPOCH_END; the
 * options say how long it may take in all. */
void report_epoch(const seqnet_train_event *event, const seqnet_train_options *options);

/* Ends the line that is drawn over: prints the one that stays. */
void finish_epochs(void);

/* What the event's accuracy is called; that of the validation has "val_" before it. */
const char *accuracy_key(const seqnet_train_event *event);

#endif
