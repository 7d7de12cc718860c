/*
 * What the unicode rule needs to know of characters: their class, which of them are written as
 * others, and normal forms. The Unicode data is utf8proc's. Unicode promises that the normal forms
 * and the case folding of a character never change once it is assigned; a character that this
 * utf8proc does not know separates words. Decoding is in utf8.h, tokens in unicode_rule.h.
 */
#ifndef SN_CHARACTERS_H
#define SN_CHARACTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum sn_char_class {
    SN_CHAR_OTHER = 0, /* in sn_char_ascii: not ASCII */
    SN_CHAR_SPACE,     /* spaces, controls, private use, unassigned, U+FFFD: separate words */
    SN_CHAR_LETTER,    /* letters and numbers that are no digits */
    SN_CHAR_DIGIT,     /* decimal digits */
    SN_CHAR_MARK,      /* combining marks */
    SN_CHAR_CONNECTOR, /* _ and its like */
    SN_CHAR_UNSPACED,  /* letters of scripts without spaces between words */
    SN_CHAR_SYMBOL,    /* punctuation and symbols */
    SN_CHAR_EMOJI,     /* pictographs */
    SN_CHAR_REGIONAL,  /* regional indicators, of which two make a flag */
    SN_CHAR_IGNORED,   /* soft hyphens, joiners, bidi marks, variation selectors, tatweel */
    SN_CHAR_INVALID,   /* no UTF-8 */
    SN_CHAR_END        /* of the text */
} sn_char_class;

/* The class of each ASCII byte. */
extern const uint8_t sn_char_ascii[256];

/* The class of a code point from 0 to U+10FFFF. */
sn_char_class sn_char_classify(int32_t code);

/* The character that stands for this one: ' for apostrophes, single quotes, ` and the acute accent;
 * " for double quotes; - for dashes and the minus sign; the ASCII character for its full-width
 * form; iota for the iota subscript, as case folding has it, so that it counts as a letter; what
 * Windows-1252 has for C1 controls, which are nearly always that. Others: themselves. */
int32_t sn_char_unify(int32_t code);

/* Whether characters of a text can be folded one by one, without regard to their neighbours: false
 * for marks, for what composes with a previous character, and for what a normal form replaces. */
bool sn_char_stands_alone(int32_t code, sn_char_class class);

/* Folds the case of a character that stands alone (full case folding); returns how many code points
 * it becomes. */
size_t sn_char_fold(int32_t code, int32_t folded[4]);

enum { SN_NORMALISE_MAX = 1024 };

/* Replaces a text by NFC of the full case folding of its NFD, cut to at most `room` bytes, which is
 * equal for canonically equivalent texts. The text must be UTF-8 of at most SN_NORMALISE_MAX bytes.
 * Returns the new length. */
size_t sn_normalise(char *text, size_t length, size_t room);

#endif
