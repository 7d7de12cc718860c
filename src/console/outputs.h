/*
 * What a command writes, standard output included. It must not cost what was there: no output may
 * be one of the files that the run reads, and a file of another kind than the one that is written
 * is replaced on demand only.
 */
#ifndef CONSOLE_OUTPUTS_H
#define CONSOLE_OUTPUTS_H

#include <stdbool.h>
#include <stddef.h>

/* Remembers a file or folder that the run reads; "-" is standard input, NULL is fine. Borrows the
 * path. */
void add_input(const char *path);

/* What a file holds that is written. A model may replace a model, and answers may replace answers;
 * data replaces nothing. */
typedef enum output_kind { OUTPUT_MODEL, OUTPUT_DATA, OUTPUT_ANSWERS } output_kind;

/* Checks that `path` may be written: it is no input by any name (device and inode), and no file in
 * a folder that is an input; the file that it names is empty or may be replaced by this kind, or
 * `force` is set; its folder exists and can be written to. Returns EXIT_DONE or, told, an exit
 * code. */
int check_output(const char *path, output_kind kind, bool force);

/* Sends all that is printed to a file of answers, which appears, whole, when finish_output gets the
 * code EXIT_DONE, and else not at all. Returns EXIT_DONE or, told, an exit code. */
int redirect_output(const char *path, bool force);

/* Ends the redirection, if there is one. Returns the code, or one for answers that could not be
 * written. */
int finish_output(int code);

/* Drops what was sent to the file. */
void drop_output(void);

/* Tells, once, that standard output cannot be written, and why (an errno; 0: not known). Returns
 * the exit code for it. */
int output_failed(int reason);

/* Flushes what was printed so far. Returns whether all of it was written; if not, close_output
 * tells why. */
bool flush_output(void);

/* The last flush. Returns `code`, or tells that the output could not be written and returns the
 * exit code for that. */
int close_output(int code);

/* Refuses a standard output that is an input. Returns PARSED or, told, an exit code. */
int check_standard_output(void);

/* Whether a file's name ends so, in letters of any case. */
bool ends_with(const char *name, const char *ending);

#endif
