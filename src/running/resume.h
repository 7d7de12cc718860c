/* How a checkpoint becomes the command line of the training that goes on: it holds what was typed,
 * so that --resume FILE alone is enough. */
#ifndef RUNNING_RESUME_H
#define RUNNING_RESUME_H

#include <seqnet/checkpoint.h>

#include "options.h"
#include "train_run.h"

/* The owner zeroes it first. */
typedef struct resumption {
    /* NULL: the training begins. */
    seqnet_checkpoint *checkpoint;
    /* What was typed at the beginning and each time that the training went on. */
    struct cJSON *typed;
    /* The same and what is typed now, as JSON, for the checkpoints to come. */
    char *note;
} resumption;

/* Opens settings->resume. A file that is not there is an error, unless settings->checkpoint is the
 * same: then the training begins, and settings->resume becomes NULL. Returns PARSED or an exit
 * code.
 */
int open_resumption(resumption *r, train_settings *settings);

/* Parses what was typed before, and over it argv, which has been parsed to *line: the options'
 * targets must have their defaults again. An option that was typed with another value is refused,
 * unless it is one that may change. *line then tells of all that was typed. Returns PARSED or an
 * exit code. */
int parse_resumed(const resumption *r, const command_spec *command, const option_spec *options,
                  size_t count, int argc, char **argv, parsed_line *line);

/* DATA as it was typed at the beginning; NULL: as an option. */
const char *resumed_data(const resumption *r);

/* Makes the note of the line that was parsed last, which holds UTF-8 only. `data` is NULL where the
 * line has none. Returns PARSED or an exit code. */
int note_typed(resumption *r, const char *data);

void close_resumption(resumption *r);

#endif
