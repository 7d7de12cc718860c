/*
 * Files that are called tokenizers and that other libraries use: Hugging Face's, scikit-learn's,
 * SentencePiece's, BERT's vocabularies, gensim's. Each is refused with a line of its own, which
 * says what it is.
 */
#ifndef SN_FOREIGN_TOKENIZER_H
#define SN_FOREIGN_TOKENIZER_H

#include "tree.h"

/* Fails with SEQNET_ERR_MODEL where a file's bytes, a dictionary, a word index, lines or the name
 * of a global in a pickle are another library's. */
seqnet_status sn_foreign_bytes(const void *bytes, size_t size, const char *path, seqnet_error *err);
seqnet_status sn_foreign_tree(const sn_tree_value *dict, const char *path, seqnet_error *err);
seqnet_status sn_foreign_words(const sn_tree_value *index, const char *path, seqnet_error *err);
seqnet_status sn_foreign_lines(const char *text, size_t size, const char *path, seqnet_error *err);
seqnet_status sn_foreign_global(const char *name, const char *path, seqnet_error *err);

/* The failure for a file that is none of the forms. */
seqnet_status sn_tokenizer_unknown(const char *path, seqnet_error *err);

#endif
