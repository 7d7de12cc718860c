/* The commands. Each parses its own line (argv[0] is the command's name) and returns an exit code.
 */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include <stdbool.h>

#include <seqnet/seqnet.h>

/* Exit codes; others are those of seqnet_status. */
enum { EXIT_DONE = 0, EXIT_NEGATIVE = 1, EXIT_USAGE = 2 };

int command_load(int argc, char **argv);
int command_check(int argc, char **argv);
int command_pad(int argc, char **argv);
int command_train(int argc, char **argv);
int command_predict(int argc, char **argv);
int command_evaluate(int argc, char **argv);
int command_tokens(int argc, char **argv);
int command_info(int argc, char **argv);
int command_bench(int argc, char **argv);

/* Prints the error and returns its exit code. */
int fail(const seqnet_error *err);

/* Memory has no code of its own: it was the data that did not fit. */
int exit_code(seqnet_status status);

/* Tells, once, that standard output cannot be written, and why (an errno; 0: not known), and
 * returns the exit code for it. */
int output_failed(int reason);

/* Hands on what was printed so far. Returns whether all of it reached its place; if not,
 * close_output tells. */
bool flush_output(void);

/* The last flush: returns `code`, or tells that output did not reach its place and returns the exit
 * code for that. */
int close_output(int code);

/* What share of `whole` `part` is; 0 of nothing. */
double percent(size_t part, size_t whole);

/* Whether a name ends so, in letters of any case. */
bool ends_with(const char *name, const char *ending);

/* Seconds from some moment on; never goes back. */
double seconds_now(void);

/* Loads the model to use: `named`, else $SEQNET_MODEL, else ./seqnet.safetensors. Says which one it
 * was when it was not named; prints the error when there is none. Returns an exit code. *path
 * becomes the file's name. */
int open_model(seqnet_model **model, const char *named, const char **path);

/* A note when the instruction set that the environment names is not used. */
void note_instruction_set_problem(void);

/* A note when matrix products are done without the library that makes them fast. */
void note_blas_problem(void);

#define DEFAULT_MODEL "seqnet.safetensors"

#endif
