/*
 * Exit codes, and errors inside a command: how it makes its own, passes on the library's and prints
 * them. The library names options by the fields of its structs; here they become the options of the
 * command line. What goes to standard error, and in which form,
 * is in terminal.h.
 */
#ifndef CONSOLE_ERRORS_H
#define CONSOLE_ERRORS_H

#include <stdio.h>

#include <seqnet/status.h>

/* Exit codes. A failure of the library exits with its seqnet_status. */
enum { EXIT_DONE = 0, EXIT_NEGATIVE = 1, EXIT_USAGE = 2 };

/* What a check returns instead of an exit code when the command goes on. */
enum { PARSED = -1 };

/* A sentence of the library's in the words of the command line. */
typedef struct shown_sentence {
    char text[2048];
} shown_sentence;

/* Spells what the library names as the user types it: "choose a larger .num_words" becomes "choose
 * a larger --num-words". The place in front of the first ": " stays, without a place all that is
 * not the remedy; so do quoted text and words that only begin like a field. A sentence that is too
 * long loses its end. */
shown_sentence in_options(const char *message);

/* Prints the error, as in_options spells it, and returns its exit code. */
int fail(const seqnet_error *err);

/* The exit code of a status. SEQNET_ERR_MEMORY exits as SEQNET_ERR_DATA: the data did not fit. */
int exit_code(seqnet_status status);

/* Returns from the calling function when `expr` is not SEQNET_OK. */
#define TRY(expr)                                                                                  \
    do {                                                                                           \
        const seqnet_status try_status = (expr);                                                   \
        if (try_status != SEQNET_OK)                                                               \
            return try_status;                                                                     \
    } while (0)

/* Fills *err with the status and the formatted sentence; evaluates to the status. */
#define FAIL(err, code, ...)                                                                       \
    ((void)snprintf((err)->message, sizeof(err)->message, __VA_ARGS__), (err)->status = (code))

#endif
