/*
 * Lists of words in files, one word per line, the most frequent first: the vocabularies that users
 * make, and what is wrong with them.
 */
#ifndef SN_WORD_LIST_H
#define SN_WORD_LIST_H

#include "text_rule.h"
#include "vocabulary.h"

/* Bytes of what is told about a list, with the NUL. */
enum { SN_WORD_LIST_TOLD = 512 };

/* Reads a list, plain or gzip, in UTF-8 or else in `encoding` (NULL: see seqnet_reader_options). A
 * carriage return at the end of a line is not part of the word. Where most lines are a word and a
 * count behind it, as GloVe writes them, the counts are left out. Writes to `told` what the user
 * should know, or an empty text: that, and how many entries no text can have because the rule makes
 * something else of them. SEQNET_ERR_DATA, also for no words. */
seqnet_status sn_word_list_read(sn_vocabulary **vocabulary, char told[SN_WORD_LIST_TOLD],
                                const char *path, const char *encoding, sn_text_rule rule,
                                seqnet_error *err);

#endif
