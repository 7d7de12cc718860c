/*
 * The file of train --history: a line for each epoch as soon as it ends, CSV with a header, or JSON
 * Lines when the name ends in .jsonl. Unlike other outputs it grows in place, so that a reader can
 * follow it.
 */
#ifndef CLI_EPOCH_LOG_H
#define CLI_EPOCH_LOG_H

#include <stdbool.h>
#include <stdio.h>

#include <seqnet/seqnet.h>

typedef struct epoch_log {
    /* NULL: no file was asked for, and the functions do nothing. */
    const char *path;
    FILE *file;
    /* A line could not be written; no further ones are. */
    bool has_failed;
    /* The file could not be begun. */
    bool is_refused;
} epoch_log;

/* Checks that the file may be written and is not the model's. Returns EXIT_DONE, or prints what is
 * wrong and returns an exit code. */
int check_epoch_log(const epoch_log *log, const char *model_path, bool force);

/* Checks the file again, since it may have become an input, and begins it in place of an older one:
 * only once nothing else keeps the training from its first epoch. Returns false, and prints what is
 * wrong, when it may not be written. */
bool open_epoch_log(epoch_log *log, const seqnet_train_event *event, bool force);

/* Writes the line of an epoch that has ended, and flushes it. Complains once when that fails. */
void log_epoch(epoch_log *log, const seqnet_train_event *event);

/* Closes the file. Returns `code`, or for a training that succeeded the exit code of a line that
 * could not be written. */
int close_epoch_log(epoch_log *log, int code);

#endif
