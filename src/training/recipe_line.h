/* The recipe of a training in one line: what the defaults for the data and the typed options come
 * to. */
#ifndef TRAINING_RECIPE_LINE_H
#define TRAINING_RECIPE_LINE_H

#include <seqnet/train.h>

enum { RECIPE_TEXT = 400 };

/* Writes "40 epochs, batch 16, lr 0.003, word dropout 0.5, patience 10": how the network is
 * trained, without what is off; and whether there are n-grams. Layers and data are told
 * elsewhere. Returns the buffer. */
const char *recipe_line(const seqnet_train_options *options, bool has_texts,
                        char text[RECIPE_TEXT]);

#endif
