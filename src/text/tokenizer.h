/*
 * The rule that splits a text into tokens, and the state of a walk over them. text_rule.c, which
 * begins a walk and chooses the rule, shares them with unicode_rule.c. Callers include text_rule.h.
 */
#ifndef SN_TOKENIZER_H
#define SN_TOKENIZER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* In the order of their versions. New models take the last of the unicode rules; models of the
 * first one are still read. The last two are those of imported models. */
typedef enum sn_text_rule_kind {
    SN_TEXT_RULE_KERAS,
    SN_TEXT_RULE_UNICODE_1,
    SN_TEXT_RULE_UNICODE,
    SN_TEXT_RULE_KERAS_TOKENIZER,
    SN_TEXT_RULE_KERAS_VECTORIZER,
    SN_TEXT_RULE_FASTTEXT
} sn_text_rule_kind;

/* What separates tokens under the two rules of imported Keras models: a text; white space; nothing,
 * since each code point is a token; nothing, since the whole text is one token. */
typedef enum sn_token_split {
    SN_SPLIT_AT_TEXT,
    SN_SPLIT_WHITE_SPACE,
    SN_SPLIT_CHARACTERS,
    SN_SPLIT_NOTHING
} sn_token_split;

/* Bytes of a rule's filters and of the text that separates its tokens, each with its NUL. */
enum { SN_FILTERS = 512, SN_SEPARATING_TEXT = 32 };

/* How tokens and vocabularies of these two rules have a newline: as bytes that no UTF-8 text has,
 * since a vocabulary has a word a line. */
#define SN_STORED_NEWLINE "\xc0\x8a"

/* What fastText counts of a text beside its words: hashes of character n-grams of each word and of
 * n-grams of words, modulo `buckets`. */
typedef struct sn_fasttext_rule {
    /* 0: nothing is hashed. */
    int32_t buckets;
    /* Words of the longest n-gram; at most 1: none. */
    int32_t word_ngrams;
    /* Characters of the shortest and of the longest n-gram; `longest` 0: none. */
    int32_t shortest, longest;
} sn_fasttext_rule;

/* A zeroed rule is Keras's. A rule has no pointers, so that it can be copied. */
typedef struct sn_text_rule {
    sn_text_rule_kind kind;
    /* unicode: tokens of digits only (with . , : / between them) are left out. */
    bool drop_digits;
    /* unicode: characters of scripts without spaces become overlapping pairs; false: each is a
     * token. */
    bool cjk_pairs;
    /* keras-tokenizer, keras-vectorizer: letters become lower case. */
    bool lower;
    /* keras-vectorizer: ASCII punctuation is removed. */
    bool strip_punctuation;
    sn_token_split split_at;
    /* keras-tokenizer: the characters that separate tokens (SN_SPLIT_AT_TEXT) or are removed
     * (SN_SPLIT_WHITE_SPACE), in UTF-8; otherwise empty. */
    char filters[SN_FILTERS];
    /* keras-tokenizer: what separates tokens at SN_SPLIT_AT_TEXT, in UTF-8; otherwise empty. */
    char separator[SN_SEPARATING_TEXT];
    sn_fasttext_rule fasttext;
} sn_text_rule;

/* fasttext: a word of the text, or the end of it. */
typedef struct sn_fasttext_word {
    /* Its bytes in the caller's text. */
    size_t start, end;
    /* Where `normalised` has it with < before and > behind it, and the length of that. */
    size_t padded, padded_length;
    uint32_t hash;
} sn_fasttext_word;

/* fasttext: the words of a text, and which token comes next; see fasttext_rule.c. */
typedef struct sn_fasttext_walk {
    sn_fasttext_word *words;
    size_t count, capacity;
    /* The word whose tokens are walked over, or with which an n-gram of words begins. */
    size_t word;
    /* The word itself was given. */
    bool is_inside;
    /* The characters of `padded` that the newest n-gram of characters has, their number and hash;
     * the last word of the newest n-gram of words, and its hash. */
    size_t from, to, last;
    int32_t characters;
    uint32_t hash;
    uint64_t words_hash;
    /* The bucket of the newest token; -1: it is a word. */
    int64_t bucket;
} sn_fasttext_walk;

/* The most bytes of a token under the unicode rule; the rest of a longer token is dropped. */
enum { SN_TOKEN_MAX = 256 };

/* From an offset of a prepared text on, offsets of the caller's text follow on another one. */
typedef struct sn_offset_shift {
    size_t at, original;
} sn_offset_shift;

/* A walk over the tokens of one text. The caller zeroes it once and may use it again for the next
 * text. */
typedef struct sn_tokenizer {
    sn_text_rule rule;
    /* The caller's text, or `normalised` under the rules of Keras. */
    const char *text;
    size_t length, pos;
    /* unicode, fasttext: where the newest token begins. */
    size_t start;
    /* The caller's text. */
    const char *original;
    /* keras: the token that sn_tokenizer_retry has replaced by its parts. */
    size_t retried, retried_end;
    /* Something that is no token stands between the last token and the one before it: blanks, a
     * dash between words, markup. True for the first one. */
    bool after_gap;
    /* keras: the text with every byte mapped; keras-tokenizer, keras-vectorizer: in lower case,
     * filters being replaced. */
    char *normalised;
    size_t capacity;
    /* keras: the byte that replaces each byte; keras-tokenizer, keras-vectorizer: that, or what
     * becomes of it (imported_rule.c). */
    char mapped[256];
    /* keras-tokenizer, keras-vectorizer: the length of `normalised`, what separates tokens in it,
     * and where its offsets move against the caller's text. */
    size_t prepared_length, separator_length, shift_count, shift_capacity;
    sn_offset_shift *shifts;
    char separator[2 * SN_SEPARATING_TEXT];
    /* keras-tokenizer: filters have characters that are not ASCII. */
    bool has_wide_filters;
    /* unicode: the elements whose end is not in the rest of the text; see sn_markup_element. */
    unsigned char unclosed;
    /* unicode: the kind of token that ends right before `pos`; see unicode_rule.c. */
    unsigned char before;
    /* unicode: the letter that a letter below U+0800 folds to when it has the same number of bytes,
     * else 0. */
    uint16_t folded[0x800];
    /* unicode: where a pair's second letter begins and ends in `token`. */
    size_t half, pair;
    sn_fasttext_walk fasttext;
    char token[SN_TOKEN_MAX];
} sn_tokenizer;

#endif
