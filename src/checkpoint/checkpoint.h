/*
 * What a run of trainings has come to, so that another process goes on with the same bits: named
 * arrays by the part of the run that they belong to ("network", "refit"), in one safetensors file
 * that is replaced as a whole. What the arrays are is known by the room above (train); nothing in
 * the file depends on the number of threads. The identity of the run, by which another one is
 * refused, is in run_identity.h.
 *
 * A checkpoint holds copies of the parts that are over, and the arrays of the file that the run
 * goes on from. The arrays of the part under way are its trainer's, and borrowed while they are
 * written.
 *
 * The metadata strings of the file are:
 *
 *     format          "seqnet checkpoint"
 *     format_version  "1"; other versions are refused by name
 *     seqnet_version  version of the program that wrote the file
 *     run             JSON: the identity of the run
 *     place           where the run is, for people: "epoch 3 of 10"
 *     machine         what computed, "AVX2; OpenBLAS 0.3.21 Haswell": others round otherwise
 *     command         the command line of the run; absent where there is none
 *     note            the caller's text; absent where there is none
 *     resumed         how often the run has gone on from a checkpoint
 *     hash            of all other strings and of the arrays
 */
#ifndef SN_CHECKPOINT_H
#define SN_CHECKPOINT_H

#include <stdbool.h>

#include "file.h"
#include "named_arrays.h"

/* Strings are borrowed. */
typedef struct sn_checkpoint_options {
    /* Where checkpoints go; NULL: nowhere. */
    const char *path;
    /* The file that the run goes on from; NULL: it begins. */
    const char *resume;
    /* Seconds from one checkpoint to the next. */
    double seconds;
    const char *command, *note;
} sn_checkpoint_options;

/* An array that the checkpoint has. */
typedef struct sn_stored_array {
    /* "network.kept": the part, a dot, and the array's name. */
    char name[2 * SN_ARRAY_NAME];
    sn_array_type type;
    size_t count;
    /* Of any alignment. */
    const uint8_t *bytes;
    /* The copy of an array whose part is over; NULL: the bytes are in the file that was read. */
    uint8_t *owned;
} sn_stored_array;

/* The strings of a file that was read; the caller frees each. */
typedef struct sn_checkpoint_texts {
    char *run, *place, *machine, *command, *note;
    uint64_t resumed;
} sn_checkpoint_texts;

typedef struct sn_checkpoint {
    sn_checkpoint_options options;
    /* JSON (run_identity.h). */
    char *run;
    sn_stored_array *arrays;
    size_t count, capacity;
    /* The file that the run goes on from. */
    sn_bytes bytes;
    sn_checkpoint_texts texts;
    /* How often the run has gone on, this time included. */
    uint64_t resumed;
    /* The moment of the last checkpoint, or of the beginning, in seconds of sn_clock. */
    double last;
} sn_checkpoint;

/* Makes the checkpoint of a run with this identity, which it takes whatever the result. Reads the
 * file that the run goes on from, and refuses one of another run. The caller frees it whatever the
 * result. SEQNET_ERR_MODEL for a file that is no checkpoint or is damaged, SEQNET_ERR_USAGE for one
 * of another run, SEQNET_ERR_MEMORY. */
seqnet_status sn_checkpoint_make(sn_checkpoint *checkpoint, const sn_checkpoint_options *options,
                                 char *run, seqnet_error *err);
void sn_checkpoint_free(sn_checkpoint *checkpoint);

/* The array of a part with this name; NULL: there is none. */
const sn_stored_array *sn_checkpoint_find(const sn_checkpoint *checkpoint, const char *part,
                                          const char *name);

/* Whether there is any array of a part. */
bool sn_checkpoint_has(const sn_checkpoint *checkpoint, const char *part);

/* Copies the stored arrays of a part to these. SEQNET_ERR_MODEL when one is missing or of another
 * type or length; all of them are then as they were, or partly overwritten. */
seqnet_status sn_checkpoint_restore(const sn_checkpoint *checkpoint, const char *part,
                                    const sn_named_arrays *arrays, seqnet_error *err);

/* Keeps copies of the arrays of a part that is over, in the place of what there is of it. */
seqnet_status sn_checkpoint_keep(sn_checkpoint *checkpoint, const char *part,
                                 const sn_named_arrays *arrays, seqnet_error *err);

/* Whether as much time has passed since the last checkpoint as was asked for. */
bool sn_checkpoint_is_due(const sn_checkpoint *checkpoint);

/* Writes everything there is, with these arrays as those of the part under way (NULL: there is
 * none). *bytes becomes the size of the file. SEQNET_ERR_WRITE, SEQNET_ERR_MEMORY; an older file
 * then stays as it is. */
seqnet_status sn_checkpoint_write(sn_checkpoint *checkpoint, const char *part,
                                  const sn_named_arrays *arrays, const char *place, size_t *bytes,
                                  seqnet_error *err);

/* checkpoint_file.c */

/* Reads a file: its arrays, which lead into *bytes, and its strings. The caller frees *arrays, the
 * texts, and closes the bytes, whatever the result. SEQNET_ERR_MODEL, SEQNET_ERR_MEMORY. */
seqnet_status sn_checkpoint_read(const char *path, sn_bytes *bytes, sn_stored_array **arrays,
                                 size_t *count, sn_checkpoint_texts *texts, seqnet_error *err);
/* The same for bytes that were read; `place` begins error sentences. */
seqnet_status sn_checkpoint_parse(const sn_bytes *bytes, sn_stored_array **arrays, size_t *count,
                                  sn_checkpoint_texts *texts, const char *place, seqnet_error *err);
void sn_checkpoint_texts_free(sn_checkpoint_texts *texts);

/* Writes a file of these arrays and texts, of which all but command and note are there. */
seqnet_status sn_checkpoint_save(const char *path, const sn_stored_array *arrays, size_t count,
                                 const sn_checkpoint_texts *texts, size_t *bytes,
                                 seqnet_error *err);

#endif
