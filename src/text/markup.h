/*
 * The parts of texts from the web that are not words: HTML tags and character references, web
 * addresses, and faces made of punctuation. Each function examines the start of text[0 .. size),
 * size >= 1, and returns the length of the part there, 0 when there is none. Each examines a
 * limited number of bytes (256 for a tag; an element's, which are skipped), so that the time for a
 * text grows with its length only. The tokens of these parts are in unicode_rule.h.
 */
#ifndef SN_MARKUP_H
#define SN_MARKUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* <name ...>, </name> or <!...> with no other < inside, of at most 256 bytes. */
size_t sn_markup_tag(const char *text, size_t size);

/* What is no text, of any length: a comment <!-- ... -->, and <script ...>...</script> and <style
 * ...>...</style> with their contents. One that does not end in the text is none, so that no text
 * is lost; *unclosed, 0 at the beginning of a text, remembers its kind, so that the end is looked
 * for once. */
size_t sn_markup_element(const char *text, size_t size, unsigned char *unclosed);

/* &name; &#decimal; or &#xhexadecimal; *code becomes its character. The names of HTML 4 for Latin-1
 * and typography are known; for another name, or no character, *code is SN_MARKUP_UNKNOWN. */
enum { SN_MARKUP_UNKNOWN = -1 };
size_t sn_markup_reference(const char *text, size_t size, int32_t *code);

/* As sn_markup_reference, for texts that were escaped more than once: an & from a reference which
 * begins another known one, as in &amp;quot; and &amp;amp;quot;, is read again, at most twice. */
size_t sn_markup_escaped(const char *text, size_t size, int32_t *code);

/* An address: http://, https:// or www. and an ASCII letter or digit, up to the next space, quote,
 * angle bracket or character beyond ASCII. Punctuation that ends a sentence is no part of it. */
size_t sn_markup_url(const char *text, size_t size);

/* A face, like :-) or <3; `face` becomes its common form, NUL-terminated: without nose, with one
 * mouth, in small letters. `after_word` tells whether a word ends right before it. */
enum { SN_MARKUP_FACE = 4 };
size_t sn_markup_face(const char *text, size_t size, bool after_word, char face[SN_MARKUP_FACE]);

#endif
