/*
 * Files that say how a Keras model was given its texts: Keras's Tokenizer (JSON or a pickle), word
 * indexes and lists of words. They are recognised by their content, never by their name. Other
 * libraries' files are refused by name. Pickles are interpreted by arrays/pickle_machine.h, which
 * runs nothing. How the rules split texts is in text/text_rule.h.
 */
#ifndef SN_TOKENIZER_FILE_H
#define SN_TOKENIZER_FILE_H

#include "label_names.h"
#include "tokenizer_form.h"

/* Reads a tokenizer, a word index or a list of words. SEQNET_ERR_MODEL with a sentence that begins
 * with the path for anything else, *file being zeroed then. */
seqnet_status sn_tokenizer_file_read(sn_tokenizer_file *file, const char *path, seqnet_error *err);

/* Does the same with the bytes of a file. */
seqnet_status sn_tokenizer_file_parse(sn_tokenizer_file *file, const void *bytes, size_t size,
                                      const char *path, seqnet_error *err);

/* Frees the vocabulary, unless the caller has taken it and set it to NULL, and zeroes *file. */
void sn_tokenizer_file_free(sn_tokenizer_file *file);

/* Makes the tokenizer of a TextVectorization layer with that rule and a vocabulary as it lies in
 * assets: a word a line, the first being the padding (empty) and the second the unknown word.
 * Lists without these two get them, as the layer does. max_tokens (0: none) cuts it. */
seqnet_status sn_vectorizer_parse(sn_tokenizer_file *file, const sn_text_rule *rule,
                                  size_t max_tokens, const char *lines, size_t size,
                                  const char *path, seqnet_error *err);

#endif
