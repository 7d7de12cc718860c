/*
 * Lower case as Python's str.lower() makes it, with which Keras's Tokenizer begins: Unicode's full
 * mapping (SpecialCasing.txt without the rules of languages). The Unicode data is utf8proc's;
 * a character that it does not know stays. The folding of the unicode rule is in characters.h.
 */
#ifndef SN_LOWER_CASE_H
#define SN_LOWER_CASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SN_CAPITAL_SIGMA = 0x3a3, SN_SMALL_SIGMA = 0x3c3, SN_FINAL_SIGMA = 0x3c2 };

/* Writes the lower case of a code point and returns of how many it is. Only of the capital sigma it
 * depends on the neighbours: see sn_is_final_sigma. */
size_t sn_lower_case(int32_t code, int32_t lowered[2]);

/* Whether the character at a position of a text, which must be a capital sigma, ends a word, so
 * that it becomes a final sigma. */
bool sn_is_final_sigma(const char *text, size_t length, size_t pos);

#endif
