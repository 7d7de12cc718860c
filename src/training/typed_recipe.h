/* The options of a training: the defaults of a preset for the data, with what was typed over them.
 */
#ifndef TRAINING_TYPED_RECIPE_H
#define TRAINING_TYPED_RECIPE_H

#include <seqnet/train.h>

#include "options.h"

/* Puts what was typed over defaults, with those that the optimiser has. `typed` are the targets of
 * the line's options. */
void use_typed(const parsed_line *line, const seqnet_train_options *typed,
               seqnet_train_options *defaults);

/* The options of a preset for the data, with what was typed over them. The typed cell decides which
 * network the preset's recipe is for; without one, options that only recurrent layers have, and a
 * list of layers (names_layers), choose a recurrent one. */
seqnet_train_options typed_recipe(const seqnet_dataset *dataset, seqnet_preset preset,
                                  const parsed_line *line, const seqnet_train_options *typed,
                                  bool names_layers);

#endif
