/* Where tokens and explain take their texts from: arguments, or the records of files. */
#ifndef EXPLANATION_EACH_TEXT_H
#define EXPLANATION_EACH_TEXT_H

#include <seqnet/seqnet.h>

#include "data_options.h"

typedef struct text_source {
    /* The file of --input, "-" for standard input; the arguments are further files then. NULL: the
     * arguments are texts, and without any the lines of standard input are. */
    const char *input;
    char **arguments;
    size_t count;
    const data_options *data;
} text_source;

/* A text, and the line of its file where it begins, from 1; the number of an argument. */
typedef struct placed_text {
    size_t line;
    const char *text;
    size_t length;
} placed_text;

typedef seqnet_status take_text(void *user, const placed_text *text, seqnet_error *err);

/* Notes that an argument is the name of a file, or looks like one that is not there: the user
 * hardly means it as a text. `does` is what
 * --input does with files: "classifies". */
void note_file_names(size_t count, char **texts, const char *does);

/* Registers what is read as inputs (outputs.h). */
void add_text_inputs(const text_source *source);

/* Calls `take` for each text, until it fails or standard output cannot be written. Notes what is
 * met in files. Returns the first failure. */
seqnet_status each_text(const text_source *source, take_text *take, void *user, seqnet_error *err);

#endif
