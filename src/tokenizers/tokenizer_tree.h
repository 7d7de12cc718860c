/*
 * Tokenizers in JSON texts and pickles: Keras's Tokenizer, dictionaries of their authors, word
 * indexes and lists of words.
 */
#ifndef SN_TOKENIZER_TREE_H
#define SN_TOKENIZER_TREE_H

#include "draft.h"

/* Reads the tokenizer that a tree holds into a zeroed draft with path and err. The draft points
 * into the tree. `form` becomes what it is. SEQNET_ERR_MODEL for anything else. */
seqnet_status sn_tokenizer_tree_read(sn_draft *draft, sn_tree *tree, const sn_tree_value *root,
                                     char form[SN_TOKENIZER_FORM]);

#endif
