/*
 * Checks where a command writes, standard output included, so that no data is lost: no output may
 * be one of the files that the run reads, and a file of another kind than the output is replaced
 * only with --force. The library writes the files themselves (seqnet/output.h). One process runs
 * one command, so the inputs and the redirection are kept here, as static variables.
 */
#ifndef CONSOLE_OUTPUTS_H
#define CONSOLE_OUTPUTS_H

#include <stdbool.h>
#include <stddef.h>

/* Remembers a file or folder that the run reads; "-" is standard input, NULL is fine. Borrows the
 * path. */
void add_input(const char *path);

/* What an output holds. A model may replace a model, answers may replace answers, and learning
 * curves or the epochs of a training may replace either of these two, and settings of tune,
 * explanations, reports and checkpoints replace their like; data and exports replace nothing. */
typedef enum output_kind {
    OUTPUT_MODEL,
    OUTPUT_DATA,
    OUTPUT_ANSWERS,
    /* Answers, too: mistakes or disagreements, and predictions beside figures. */
    OUTPUT_MISTAKES,
    OUTPUT_PREDICTIONS,
    OUTPUT_CURVES,
    OUTPUT_EPOCHS,
    OUTPUT_SETTINGS,
    OUTPUT_EXPLANATIONS,
    OUTPUT_REPORT,
    OUTPUT_CHECKPOINT,
    OUTPUT_EXPORT
} output_kind;

/* Checks that `path` may be written: it is not an input under any name (device and inode), and not
 * a file in a folder that is an input; an existing file is empty, or of a kind that may be
 * replaced, or `force` is set; its folder exists and can be written to. Returns EXIT_DONE, or
 * prints what is wrong and returns an exit code. */
int check_output(const char *path, output_kind kind, bool force);

/* check_output for text that is never compressed: a name that ends in .gz is refused. */
int check_plain_output(const char *path, output_kind kind, bool force);

/* Whether two outputs, which need not be there, are one file under any name; or `path` is `other`
 * followed by a dot and what begins as one of the endings, which NULL ends. */
bool is_same_output(const char *path, const char *other, const char *const *endings);

/* Sends everything that is printed to a file of this kind. The file appears, whole, when
 * finish_output gets the code EXIT_DONE, and otherwise not at all. Returns EXIT_DONE, or prints
 * what is wrong and returns an exit code. */
int redirect_output(const char *path, output_kind kind, bool force);

/* Ends the redirection, if there is one. Returns `code`, or the exit code for an output that could
 * not be written. */
int finish_output(int code);

/* Discards what was sent to the file; the file does not appear. */
void drop_output(void);

/* Prints, once, that standard output cannot be written, and why (an errno; 0: unknown). Returns the
 * exit code for it. */
int output_failed(int reason);

/* Flushes what was printed so far. Returns whether all of it was written; if not, close_output
 * prints why. */
bool flush_output(void);

/* Flushes for the last time. Returns `code`, or prints that the output could not be written and
 * returns the exit code for that. */
int close_output(int code);

/* Refuses a standard output that is an input. Returns PARSED, or prints so and returns an exit
 * code. */
int check_standard_output(void);

/* Whether the name of a file has this ending, in letters of any case. */
bool ends_with(const char *name, const char *ending);

#endif
