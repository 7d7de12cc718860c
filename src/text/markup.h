/*
 * What texts from the web hold besides words: HTML tags and character references, addresses, and
 * faces made of punctuation. Each function looks at the start of text[0 .. size), size >= 1, and
 * returns the length of what it found there, 0 for nothing. What is none is found out after a few
 * bytes (of a tag 256), so that no text makes the walk over it slow.
 */
#ifndef SN_MARKUP_H
#define SN_MARKUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* <name ...>, </name> or <!...> with no other < inside, of at most 256 bytes. */
size_t sn_markup_tag(const char *text, size_t size);

/* &name; &#decimal; or &#xhexadecimal; of which *code becomes the character: the names of HTML 4
 * for Latin-1 and typography are known. SN_MARKUP_UNKNOWN: an unknown name, or no character. */
enum { SN_MARKUP_UNKNOWN = -1 };
size_t sn_markup_reference(const char *text, size_t size, int32_t *code);

/* http://, https:// or www. and an ASCII letter or digit, to the next space, other character than
 * ASCII, quote or angle bracket; the punctuation that ends a sentence is no part of it. */
size_t sn_markup_url(const char *text, size_t size);

/* A face such as :-) or <3, of which `face` becomes the NUL-terminated common form: without nose,
 * with one mouth, letters small. `after_word`: whether a word ends right before it. */
enum { SN_MARKUP_FACE = 4 };
size_t sn_markup_face(const char *text, size_t size, bool after_word, char face[SN_MARKUP_FACE]);

#endif
