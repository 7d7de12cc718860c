/* Errors of our own, and handing on the library's, inside a command. */
#ifndef CONSOLE_ERRORS_H
#define CONSOLE_ERRORS_H

#include <stdio.h>

#include <seqnet/status.h>

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
