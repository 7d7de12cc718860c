/*
 * The text rule unicode-2, for reviews, posts and pages in any language. Tokens are in NFC with
 * full case folding, so that canonically equivalent texts have equal tokens.
 *
 *     word         letters, marks, digits; ' and _ (and their like) between letters or digits stay,
 *                  as in don't; . , : / between digits stay, as in 9.5/10
 *     U.S.A.       single letters with a dot behind each are one word without dots: usa; two
 *                  letters need both dots
 *     well-made    a lone dash between words only separates them: well, made
 *     without      Chinese, Japanese, Thai, Lao, Khmer, Myanmar: each letter with its marks is a
 *     spaces       token; with cjk_pairs each overlapping pair is, and a letter that stands
 *                  alone
 *     punctuation  and symbols, each a token; up to three of the same are one: ! !! !!!; two or
 *                  more dots are ... and so is the ellipsis; dashes are one -
 *     quotes       are all ' or "; full-width forms are as ASCII; see sn_char_unify
 *     emoji        with its modifiers and joined parts, a flag, a keycap: one token
 *     faces        :) :( ;) :d :p :o :/ :| :* :'( <3 </3, with or without nose and with longer
 *                  mouths, are one token in that form
 *     www.a.com    and http(s)://... become <url>; @name, not after a word, becomes <user>; both
 *                  names are tokens in a text, too
 *     #tag         is the word without #
 *     <tags>       of HTML separate words; &amp; and other references count as their character,
 *                  unknown ones as a space; escaped twice, as &amp;quot;, what they finally mean
 *     <!-- -->     comments, and scripts and styles with their contents, are left out
 *     removed      soft hyphens, zero-width characters, bidi marks, variation selectors, tatweel:
 *                  as if they were not there
 *     spaces       and controls, NUL, unassigned and private characters separate words, and so do
 *                  invalid bytes
 *     bounds       a word's bytes after the first 256 are dropped, a letter's after 128, and a
 *                  letter's marks after 30
 *
 * Tokens joined by spaces give the same tokens again. With drop_digits, tokens of nothing but
 * digits and . , : / are left out.
 *
 * Models may have the rule unicode-1, whose tokens stay as they were: it knows no acronyms, no
 * references that are escaped twice and no elements, but only tags; letters that stand for an
 * apostrophe, like U+02BC, are letters; and a dot above stays on i, to which U+0130 folds.
 *
 * The state of a walk is in tokenizer.h, the other rule in text_rule.c.
 */
#ifndef SN_UNICODE_RULE_H
#define SN_UNICODE_RULE_H

#include "tokenizer.h"

/* Finds the next token, as sn_tokenizer_next does, under this rule. */
bool sn_unicode_next(sn_tokenizer *tokenizer, const char **token, size_t *length);

#endif
