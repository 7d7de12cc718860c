/*
 * The model in the box: a model file that is a part of the library, so that a program classifies
 * texts before anything is trained. scripts/train-builtin.sh makes it again; its training record
 * has its card.
 */
#ifndef SN_BUILTIN_H
#define SN_BUILTIN_H

#include "file.h"

/* Whether a path names the model in the box. */
bool sn_builtin_named(const char *path);

/* SEQNET_ERR_MODEL for a path that begins as its name does, and is neither it nor a file. */
seqnet_status sn_builtin_check(const char *path, seqnet_error *err);

/* Copies the bytes of its file; the caller closes them. SEQNET_ERR_MEMORY, and SEQNET_ERR_MODEL in
 * a library that was built without it. */
seqnet_status sn_builtin_open(sn_bytes *bytes, seqnet_error *err);

#endif
