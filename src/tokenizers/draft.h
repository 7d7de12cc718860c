/*
 * A tokenizer that is being read: words with their ids, and settings by what they mean, whatever
 * the file calls them; and what follows from them, the text rule and the vocabulary. Where they
 * come from is in tokenizer_tree.h and word_lines.h.
 */
#ifndef SN_DRAFT_H
#define SN_DRAFT_H

#include "tokenizer_form.h"
#include "tree.h"

/* What a key of a dictionary stands for. */
typedef enum sn_draft_role {
    SN_ROLE_UNKNOWN,
    /* Settings. */
    SN_ROLE_NUM_WORDS,
    /* How many words there are, or a limit. */
    SN_ROLE_VOCABULARY_SIZE,
    SN_ROLE_OOV_TOKEN,
    SN_ROLE_OOV_ID,
    SN_ROLE_FILTERS,
    SN_ROLE_LOWER,
    SN_ROLE_SPLIT,
    SN_ROLE_CHAR_LEVEL,
    SN_ROLE_ANALYZER,
    SN_ROLE_MAXLEN,
    SN_ROLE_PADDING,
    SN_ROLE_TRUNCATING,
    SN_ROLE_STANDARDIZE,
    SN_ROLE_NGRAMS,
    SN_ROLE_OUTPUT_MODE,
    SN_DRAFT_SETTINGS,
    /* Words. */
    SN_ROLE_WORD_INDEX = SN_DRAFT_SETTINGS,
    SN_ROLE_INDEX_WORD,
    /* How often words occur, which nothing depends on. */
    SN_ROLE_COUNTS,
    /* A dictionary or an object with all this. */
    SN_ROLE_INNER
} sn_draft_role;

typedef struct sn_word_entry {
    /* Not NUL-terminated. */
    const char *word;
    uint32_t length;
    /* Of equal words the one with the highest number counts. */
    uint32_t number;
    int64_t id;
} sn_word_entry;

typedef struct sn_draft {
    sn_word_entry *entries;
    size_t count, capacity;
    /* By role; SN_TREE_OTHER where `is_given` is false. */
    sn_tree_value settings[SN_DRAFT_SETTINGS];
    bool is_given[SN_DRAFT_SETTINGS];
    /* An entry that looks like one for unknown words is theirs, since nothing can say so. */
    bool is_bare;
    /* The text rule, where the settings do not say it; else NULL. */
    const sn_text_rule *rule;
    const char *path;
    seqnet_error *err;
} sn_draft;

/* The role of a key, however it is spelt: num_words, numWords, "max words". */
sn_draft_role sn_draft_role_of(const char *key, size_t length);

/* SEQNET_ERR_MEMORY. */
seqnet_status sn_draft_add(sn_draft *draft, const char *word, size_t length, int64_t id);

/* Makes the tokenizer. `form` says what the file is. SEQNET_ERR_MODEL with a sentence that begins
 * with the path for settings that cannot be kept exactly. */
seqnet_status sn_draft_finish(sn_draft *draft, const char *form, sn_tokenizer_file *file);

/* draft_vocabulary.c: makes the vocabulary, and what follows from it, for a file whose rule, oov_id
 * and num_words are set. */
seqnet_status sn_draft_vocabulary(const sn_draft *draft, sn_tokenizer_file *file);

void sn_draft_free(sn_draft *draft);

#endif
