/*
 * How failures travel inside the library. A function that can fail returns seqnet_status; the one
 * that finds the fault writes the sentence with sn_fail; those above forward the status with
 * SN_TRY, or with SN_GOTO when they own something that must be freed at their `out:` label. What
 * each status means is in seqnet/status.h.
 */
#ifndef SN_STATUS_H
#define SN_STATUS_H

#include <seqnet/status.h>

/* Returns from the calling function when `expr` is not SEQNET_OK. */
#define SN_TRY(expr)                                                                               \
    do {                                                                                           \
        const seqnet_status sn_try_status = (expr);                                                \
        if (sn_try_status != SEQNET_OK)                                                            \
            return sn_try_status;                                                                  \
    } while (0)

/* Stores `expr` in the local `status` and jumps to `out` when it is not SEQNET_OK. */
#define SN_GOTO(expr)                                                                              \
    do {                                                                                           \
        status = (expr);                                                                           \
        if (status != SEQNET_OK)                                                                   \
            goto out;                                                                              \
    } while (0)

/* Fills *err (when not NULL) with the status and the formatted sentence and evaluates to the
 * status. A sentence longer than the buffer loses its middle. A macro, so that the compiler sees
 * that the result is no SEQNET_OK and does not warn of results that only a success sets. */
#define sn_fail(err, status, ...) (sn_report((err), (status), __VA_ARGS__), (status))

/* The same for a failed system call: the sentence is "PLACE: cannot be WHAT: REASON", with the
 * reason that errno gives. `what` is "opened", "read", "written". */
#define sn_fail_errno(err, status, place, what)                                                    \
    (sn_report_errno((err), (status), (place), (what)), (status))

enum { SN_REASON = 128 };

/* Writes the reason that an errno stands for, and returns it. strerror must not be called on
 * several threads at once; this may. */
const char *sn_reason(int number, char text[SN_REASON]);

/* The functions behind sn_fail and sn_fail_errno. */
void sn_report_errno(seqnet_error *err, seqnet_status status, const char *place, const char *what);
void sn_report(seqnet_error *err, seqnet_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
