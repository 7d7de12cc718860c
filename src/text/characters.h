/*
 * The properties of characters that the unicode rule uses: classes, characters that replace others,
 * and normal forms. The Unicode data is utf8proc's. Unicode promises that the normal forms
 * and the case folding of a character never change once it is assigned; a character that this
 * utf8proc does not know separates words. Decoding is in utf8.h, tokens in unicode_rule.h.
 */
#ifndef SN_CHARACTERS_H
#define SN_CHARACTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum sn_char_class {
    /* In sn_char_ascii only: a byte that is not ASCII. */
    SN_CHAR_OTHER = 0,
    /* Spaces, controls, private use, unassigned characters and U+FFFD, which separate words. */
    SN_CHAR_SPACE,
    /* Letters, and numbers that are not decimal digits. */
    SN_CHAR_LETTER,
    /* Decimal digits. */
    SN_CHAR_DIGIT,
    /* Combining marks. */
    SN_CHAR_MARK,
    /* _ and similar characters. */
    SN_CHAR_CONNECTOR,
    /* Letters of scripts without spaces between words. */
    SN_CHAR_UNSPACED,
    /* Punctuation and symbols. */
    SN_CHAR_SYMBOL,
    /* Pictographs. */
    SN_CHAR_EMOJI,
    /* Regional indicators, two of which make a flag. */
    SN_CHAR_REGIONAL,
    /* Soft hyphens, joiners, bidi marks, variation selectors, tatweel. */
    SN_CHAR_IGNORED,
    /* Bytes that are not UTF-8. */
    SN_CHAR_INVALID,
    /* The end of the text. */
    SN_CHAR_END
} sn_char_class;

/* The class of each ASCII byte. */
extern const uint8_t sn_char_ascii[256];

/* The class of a code point from 0 to U+10FFFF. */
sn_char_class sn_char_classify(int32_t code);

/* The character that replaces this one: ' for apostrophes, single quotes, ` and the acute accent;
 * " for double quotes; - for dashes and the minus sign; the ASCII character for its full-width
 * form; iota for the iota subscript, as in case folding, so that it is a letter; the character of
 * Windows-1252 for C1 controls, which texts nearly always mean. Any other character stays. */
int32_t sn_char_unify(int32_t code);

/* As sn_char_unify, and ' for letters and marks that stand for an apostrophe, like U+02BC; n for
 * U+0149, which folds to an apostrophe and n. */
int32_t sn_char_unify_letters(int32_t code);

/* The ASCII form of a typographic character: of quotes, apostrophes and dashes as they are unified,
 * a full stop for the ellipsis, a space for the spaces beyond ASCII, NUL for characters that are
 * ignored. Any other character, and SN_UTF8_INVALID, stays; C1 controls do. */
int32_t sn_char_plain(int32_t code);

/* Whether a character can be folded without regard to its neighbours: false for marks, for
 * characters that compose with the previous one, and for those that a normal form replaces. */
bool sn_char_stands_alone(int32_t code, sn_char_class class);

/* Folds the case (full case folding) of a character for which sn_char_stands_alone is true; returns
 * the number of code points in `folded`. */
size_t sn_char_fold(int32_t code, int32_t folded[4]);

enum { SN_NORMALISE_MAX = 1024 };

/* Replaces a text by the NFC of the full case folding of its NFD, which is equal for canonically
 * equivalent texts, and cuts it to at most `room` bytes. The text must be UTF-8 of at most
 * SN_NORMALISE_MAX bytes. drops_dots: without the dots above on i, to which a capital I with a dot
 * folds. Returns the new length. */
size_t sn_normalise(char *text, size_t length, size_t room, bool drops_dots);

/* The version of Unicode whose characters are known: "15.0.0". The string is static. */
const char *sn_unicode_version(void);

#endif
