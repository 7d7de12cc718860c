/*
 * Status codes and errors of libseqnet.
 *
 * Every function that can fail returns a seqnet_status and, on failure, fills a seqnet_error, which
 * the caller owns and which may be NULL. The numbers are fixed: they are part of the ABI and,
 * except SEQNET_ERR_MEMORY, the exit codes of the command line.
 */
#ifndef SEQNET_STATUS_H
#define SEQNET_STATUS_H

#ifdef __cplusplus
extern "C" {
#endif

typedef enum seqnet_status {
    SEQNET_OK = 0,
    /* An option or argument is out of range or contradicts another. */
    SEQNET_ERR_USAGE = 2,
    /* Input data cannot be read or is malformed. */
    SEQNET_ERR_DATA = 3,
    /* A model file cannot be read, is damaged or is of another kind. */
    SEQNET_ERR_MODEL = 4,
    /* The loss became NaN or infinite. */
    SEQNET_ERR_DIVERGED = 5,
    /* An output could not be written. */
    SEQNET_ERR_WRITE = 6,
    /* Out of memory. */
    SEQNET_ERR_MEMORY = 7,
    /* The caller's callback asked to stop; the results so far are valid. */
    SEQNET_INTERRUPTED = 130
} seqnet_status;

typedef struct seqnet_error {
    seqnet_status status;
    /* A sentence "place: fact; remedy", without a final period or newline. A sentence that is too
     * long loses its middle. */
    char message[1024];
} seqnet_error;

#ifdef __cplusplus
}
#endif
#endif
