/*
 * The n-gram part of a training: which recipe suits a dataset, and fitting it on rows of the
 * dataset. The network is trained elsewhere, blended.h brings both together.
 */
#ifndef SN_NGRAM_PART_H
#define SN_NGRAM_PART_H

#include <seqnet/train.h>

#include "dataset.h"
#include "ngram_fit.h"
#include "trainer.h"

/* Whether there are many texts and most of them are long. */
bool sn_has_long_texts(const seqnet_dataset *dataset);

/* What suits the dataset: long texts, of which there are many, do without characters and have
 * n-grams of three words; few short ones keep words that occur once. What the options name is
 * taken. */
sn_ngram_recipe sn_ngram_recipe_for(const seqnet_dataset *dataset,
                                    const seqnet_train_options *options);

/* Whether the validation rows may choose another cost than the recipe's: none is named, and trying
 * takes little time. */
bool sn_ngram_cost_is_open(const seqnet_dataset *dataset, const seqnet_train_options *options);

/* Fits a part on the training rows of the plan, with `all` on the validation rows, too. Rows count
 * as they do in the plan's loss. SEQNET_ERR_MEMORY. */
seqnet_status sn_ngram_part_fit(sn_ngrams **ngrams, const sn_train_plan *plan,
                                const sn_ngram_recipe *recipe, bool all, sn_pool *pool,
                                seqnet_error *err);

/* Leaves a fitted part, and the seconds that it took, in a checkpoint. Without memory for it a run
 * that goes on has to fit it again. */
void sn_ngram_part_keep(const sn_ngrams *ngrams, sn_checkpoint *checkpoint, const char *name,
                        double seconds);

/* Makes the part from what a checkpoint has of it. SEQNET_ERR_MODEL, SEQNET_ERR_MEMORY. */
seqnet_status sn_ngram_part_restore(sn_ngrams **ngrams, const sn_train_plan *plan,
                                    const sn_ngram_recipe *recipe, const sn_checkpoint *checkpoint,
                                    const char *name, double *seconds, seqnet_error *err);

#endif
