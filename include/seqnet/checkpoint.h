/*
 * Checkpoints: files from which a training that was ended, however that happened, goes on with the
 * same bits. seqnet_train_options.checkpoint lets a training write them, .resume goes on; a caller
 * who drives a seqnet_trainer writes and reads them with functions of their own. A checkpoint is no
 * model: it also holds what the next step depends on.
 *
 * A training that goes on needs the same data, read and divided alike, and the same options, except
 * those that change nothing about the model: threads, paths, the command line; and the number of
 * epochs where the learning rate does not depend on it. Anything else is refused by name. On a
 * processor with another instruction set it goes on, too, but with other roundings.
 */
#ifndef SEQNET_CHECKPOINT_H
#define SEQNET_CHECKPOINT_H

#include <stdbool.h>
#include <stdint.h>

#include <seqnet/status.h>
#include <seqnet/train.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* What a checkpoint says of itself. */
typedef struct seqnet_checkpoint seqnet_checkpoint;

/* Reads and checks a file. The caller frees it with seqnet_checkpoint_free. SEQNET_ERR_MODEL for
 * what is no checkpoint, is damaged or of another version. */
seqnet_status seqnet_checkpoint_load(seqnet_checkpoint **checkpoint, const char *path,
                                     seqnet_error *err);

/* NULL is fine. */
void seqnet_checkpoint_free(seqnet_checkpoint *checkpoint);

/* Where the training is: "epoch 3 of 10". The strings belong to the checkpoint. */
const char *seqnet_checkpoint_place(const seqnet_checkpoint *checkpoint);

/* What computed it, "AVX2; OpenBLAS 0.3.21 Haswell": seqnet_instruction_set and seqnet_blas_name.
 */
const char *seqnet_checkpoint_machine(const seqnet_checkpoint *checkpoint);

/* The command line and the caller's text of the training's options, NULL where there was none. */
const char *seqnet_checkpoint_command(const seqnet_checkpoint *checkpoint);
const char *seqnet_checkpoint_note(const seqnet_checkpoint *checkpoint);

/* How often the training has gone on from a checkpoint. */
uint64_t seqnet_checkpoint_resumed(const seqnet_checkpoint *checkpoint);

/* Whether the file says that it is a checkpoint; it is not read further. */
bool seqnet_checkpoint_recognise(const char *path);

/* Writes a checkpoint of a training that the caller drives, between two steps. SEQNET_ERR_WRITE. */
seqnet_status seqnet_trainer_checkpoint(seqnet_trainer *trainer, const char *path,
                                        seqnet_error *err);

/* Lets a trainer that has taken no step go on from a checkpoint of the same training. The events of
 * its finished epochs come first, as past ones. SEQNET_ERR_MODEL, and SEQNET_ERR_USAGE for another
 * training; the trainer is only good for seqnet_trainer_free then. */
seqnet_status seqnet_trainer_resume(seqnet_trainer *trainer, const char *path, seqnet_error *err);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
