/*
 * The bytes of a small file, inflated where they are compressed as gzip, Python's zlib or joblib
 * compress them.
 */
#ifndef SN_UNPACK_H
#define SN_UNPACK_H

#include <stddef.h>

#include "status.h"

/* Sets *data to the bytes, or to inflated ones, which *made owns then; the caller frees *made.
 * SEQNET_ERR_MODEL for damaged data, and for more than a tokenizer has. */
seqnet_status sn_unpack(const void *bytes, size_t size, const char *path, const char **data,
                        size_t *length, char **made, seqnet_error *err);

#endif
