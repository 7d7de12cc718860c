/*
 * What a command writes, standard output included. It must not cost what was there: no output may
 * be one of the files that the run reads, and a file of another kind than the one that is written
 * is replaced on demand only.
 */
#ifndef CONSOLE_OUTPUTS_H
#define CONSOLE_OUTPUTS_H

#include <stdbool.h>
#include <stddef.h>

/* Makes a file or folder known that the run reads; "-" is standard input, NULL is fine. Borrowed.
 */
void add_input(const char *path);

/* What is written. An older file of that kind may be replaced, but for data. */
typedef enum output_kind { OUTPUT_MODEL, OUTPUT_DATA, OUTPUT_ANSWERS } output_kind;

/* Whether `path` may be written: it is none of the inputs, by whatever name (device and inode), nor
 * a file in a folder that is one; what stands there is empty, of the kind that is to be written, or
 * `force` says so; the folder is there and can be written to. Returns EXIT_DONE or, told, an exit
 * code. */
int check_output(const char *path, output_kind kind, bool force);

/* Lets all that is printed go to a file of answers, which appears when finish_output finds the code
 * EXIT_DONE: whole or not at all. Returns EXIT_DONE or, told, an exit code. */
int redirect_output(const char *path, bool force);

/* Returns the code, or one for answers that could not be written. Without a redirection it does
 * nothing. */
int finish_output(int code);

/* What goes to the file is not wanted any more. */
void drop_output(void);

/* Tells, once, that what is printed cannot be written, and why (an errno; 0: not known), and
 * returns the exit code for it. */
int output_failed(int reason);

/* Hands on what was printed so far. Returns whether all of it reached its place; if not,
 * close_output tells. */
bool flush_output(void);

/* The last flush: returns `code`, or tells that output did not reach its place and returns the exit
 * code for that. */
int close_output(int code);

/* Refuses a standard output that is one of the inputs. Returns PARSED or, told, an exit code. */
int check_standard_output(void);

/* Whether a file's name ends so, in letters of any case. */
bool ends_with(const char *name, const char *ending);

#endif
