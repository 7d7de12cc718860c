/*
 * Text rules from the settings that files name: the arguments of Keras's Tokenizer and of its
 * TextVectorization. What the rules do is in text/imported_rule.h.
 */
#ifndef SN_RULE_OF_H
#define SN_RULE_OF_H

#include "text_rule.h"
#include "tree.h"

/* Sets the rule of a Tokenizer. NULL for `filters` and `split`: Keras's defaults. Fails with
 * SEQNET_ERR_MODEL for settings that the rule cannot have. */
seqnet_status sn_rule_of_tokenizer(sn_text_rule *rule, const sn_tree_value *filters,
                                   const sn_tree_value *split, bool lower, bool char_level,
                                   const char *path, seqnet_error *err);

/* Sets the rule of a TextVectorization; NULL for `split`: white space. */
seqnet_status sn_rule_of_vectorizer(sn_text_rule *rule, const sn_tree_value *standardize,
                                    const sn_tree_value *split, const char *path,
                                    seqnet_error *err);

#endif
