/*
 * Files that say how a Keras model was given its texts: Keras's Tokenizer (JSON or a pickle), word
 * indexes and lists of words, and names of labels. They are recognised by their content, never by
 * their name. Other libraries' files are refused by name. Pickles are interpreted by
 * arrays/pickle_machine.h, which runs nothing. How the rules split texts is in text/text_rule.h.
 */
#ifndef SN_TOKENIZER_FILE_H
#define SN_TOKENIZER_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text_rule.h"
#include "vocabulary.h"

enum { SN_TOKENIZER_FORM = 64, SN_TOKENIZER_TOLD = 512 };

/* From text to ids, as Keras's texts_to_sequences does it: of the words that the rule finds, each
 * that the vocabulary has gets its rank plus index_from, each other one oov_id. No start id. */
typedef struct sn_tokenizer_file {
    sn_text_rule rule;
    /* The words whose ids are below num_words (all without it), so that no other limit applies. A
     * rank without a word is an id that no word has. */
    sn_vocabulary *vocabulary;
    /* 0, or -1 for an index whose first word has the id 0. */
    int32_t index_from;
    /* Of Keras's Tokenizer; 0: none. `vocabulary` is cut to it already. */
    int32_t num_words;
    /* The id of unknown words, also when it is not below num_words; -1: they are dropped. */
    int32_t oov_id;
    /* The highest id that a text can get: the embedding needs one row more. */
    int32_t highest_id;
    /* The words of the file, those above num_words included. */
    size_t words;
    /* Timesteps, where the file says it: beside a tokenizer in a dictionary, or in an author's own
     * form; 0: it does not. */
    int32_t maxlen;
    /* What the file is: "Keras's Tokenizer, pickled". */
    char form[SN_TOKENIZER_FORM];
    /* What the user should know about it, a sentence without its place; or empty. */
    char told[SN_TOKENIZER_TOLD];
} sn_tokenizer_file;

/* Reads a tokenizer, a word index or a list of words. SEQNET_ERR_MODEL with a sentence that begins
 * with the path for anything else, *file being zeroed then. */
seqnet_status sn_tokenizer_file_read(sn_tokenizer_file *file, const char *path, seqnet_error *err);

/* Does the same with the bytes of a file. */
seqnet_status sn_tokenizer_file_parse(sn_tokenizer_file *file, const void *bytes, size_t size,
                                      const char *path, seqnet_error *err);

/* Frees the vocabulary, unless the caller has taken it and set it to NULL, and zeroes *file. */
void sn_tokenizer_file_free(sn_tokenizer_file *file);

/* Sets *rule to that of a TextVectorization layer with these settings, as configurations name them:
 * standardize is "lower_and_strip_punctuation", "lower", "strip_punctuation" or NULL, split is
 * "whitespace", "character" or NULL. False for any other. */
bool sn_vectorizer_rule(sn_text_rule *rule, const char *standardize, const char *split);

/* Makes the tokenizer of a TextVectorization layer with that rule and a vocabulary as it lies in
 * assets: a word a line, the first being the padding (empty) and the second the unknown word.
 * Lists without these two get them, as the layer does. max_tokens (0: none) cuts it. */
seqnet_status sn_vectorizer_parse(sn_tokenizer_file *file, const sn_text_rule *rule,
                                  size_t max_tokens, const char *lines, size_t size,
                                  const char *path, seqnet_error *err);

/* The names of a model's labels in the order of its outputs. */
typedef struct sn_label_names {
    /* `count` strings; the struct owns all of them. */
    char **names;
    size_t count;
    /* What the file is: "a LabelEncoder's classes". */
    char form[SN_TOKENIZER_FORM];
} sn_label_names;

/* Reads names of labels: a list of lines ("negative", "0 negative"), JSON (["neg", "pos"],
 * {"0": "neg"}, {"neg": 0}), a pickled LabelEncoder, LabelBinarizer, MultiLabelBinarizer, list,
 * dictionary or array, or a NumPy array of text. SEQNET_ERR_MODEL. */
seqnet_status sn_label_names_read(sn_label_names *labels, const char *path, seqnet_error *err);

/* Does the same with the bytes of a file. */
seqnet_status sn_label_names_parse(sn_label_names *labels, const void *bytes, size_t size,
                                   const char *path, seqnet_error *err);

void sn_label_names_free(sn_label_names *labels);

#endif
