/*
 * Status codes and errors of libseqnet.
 *
 * Every function that can fail returns a seqnet_status and fills a caller-owned seqnet_error, which
 * may be NULL. The numbers are fixed: they are part of the ABI and, but for memory, the exit codes
 * of the command line.
 */
#ifndef SEQNET_STATUS_H
#define SEQNET_STATUS_H

#ifdef __cplusplus
extern "C" {
#endif

typedef enum seqnet_status {
    SEQNET_OK = 0,
    SEQNET_ERR_USAGE = 2,    /* an option or argument is out of range or contradicts another */
    SEQNET_ERR_DATA = 3,     /* input data is unreadable or malformed */
    SEQNET_ERR_MODEL = 4,    /* a model file is unreadable, damaged or of another kind */
    SEQNET_ERR_DIVERGED = 5, /* the loss became NaN or infinite */
    SEQNET_ERR_WRITE = 6,    /* an output could not be written */
    SEQNET_ERR_MEMORY = 7,   /* out of memory */
    SEQNET_INTERRUPTED = 130 /* the caller's callback asked to stop; what exists is valid */
} seqnet_status;

/* One error: its status and a sentence "place: fact; remedy" without a final period or newline. */
typedef struct seqnet_error {
    seqnet_status status;
    char message[1024];
} seqnet_error;

#ifdef __cplusplus
}
#endif
#endif
