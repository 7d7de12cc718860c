/*
 * A walk over the caller's text. A fast path handles words of ASCII and most other letters below
 * U+0800, which a table folds while they are copied. Everything else is read character by
 * character: read_char decodes, unifies and classifies one, a character reference of HTML included;
 * peek_char skips those that are ignored. The extent of a token is found first; then its characters
 * are gathered and folded one by one, or normalised together when one of them does not stand alone.
 */
#include "unicode_rule.h"

#include <string.h>

#include "characters.h"
#include "markup.h"
#include "read_char.h"
#include "utf8.h"

#include "banned.h"

enum { UNIT_MAX = SN_TOKEN_MAX / 2, MARKS_MAX = 30, REPEATS_MAX = 3 };

enum { VARIATION_SELECTOR = 0xfe0f, JOINER = 0x200d, KEYCAP = 0x20e3, ELLIPSIS = 0x2026 };

/* The kind of token that ends right before the position. */
enum { NOTHING, WORD, HALF_A_PAIR };

/* Text from `start` to `end` that becomes one token. */
typedef struct span {
    size_t start, end;
    /* All characters stand alone. */
    bool is_plain;
    /* The span has only digits and the characters that may be between them. */
    bool is_number;
    /* The dots of the span are left out. */
    bool is_acronym;
    /* The class of the character behind the span. */
    sn_char_class next;
} span;

static bool begins_word(const sn_tokenizer *t, size_t pos)
{
    return is_alphanumeric(peek_char(t, pos).class);
}

static bool joins_digits(int32_t code)
{
    return code == '.' || code == ',' || code == ':' || code == '/';
}

static bool joins_letters(const character *c)
{
    enum { MIDDLE_DOT = 0xb7, GERESH = 0x5f3, GERSHAYIM = 0x5f4 };
    return c->code == '\'' || c->class == SN_CHAR_CONNECTOR || c->code == MIDDLE_DOT ||
           c->code == GERESH || c->code == GERSHAYIM;
}

/* Whether `c`, which follows a character of the class `before`, goes on with the word. */
static bool continues_word(const sn_tokenizer *t, sn_char_class before, const character *c)
{
    if (is_alphanumeric(c->class) || c->class == SN_CHAR_MARK)
        return true;
    if (joins_letters(c))
        return begins_word(t, c->end);
    return before == SN_CHAR_DIGIT && joins_digits(c->code) &&
           peek_char(t, c->end).class == SN_CHAR_DIGIT;
}

static span find_word(const sn_tokenizer *t, size_t start)
{
    span word = {.start = start, .end = start, .is_plain = true, .is_number = true};
    sn_char_class before = SN_CHAR_OTHER;
    for (character c = peek_char(t, start); continues_word(t, before, &c);
         c = peek_char(t, word.end)) {
        word.is_plain = word.is_plain && sn_char_stands_alone(c.code, c.class);
        word.is_number = word.is_number && (c.class == SN_CHAR_DIGIT || joins_digits(c.code));
        word.end = c.end;
        before = c.class;
    }
    return word;
}

/* A character with the marks that follow it. */
static span find_unit(const sn_tokenizer *t, size_t start)
{
    character c = peek_char(t, start);
    span unit = {.start = start, .is_plain = sn_char_stands_alone(c.code, c.class)};
    for (unit.end = c.end; (c = peek_char(t, unit.end)).class == SN_CHAR_MARK; unit.end = c.end)
        unit.is_plain = false;
    unit.next = c.class;
    return unit;
}

/* Single letters with a dot behind each, as in U.S., e.g. and U.S.A; the last of three or more may
 * lack it. Empty when the position has none. */
static span find_acronym(const sn_tokenizer *t, size_t start)
{
    span found = {.start = start, .end = start, .is_plain = true, .is_acronym = true};
    size_t letters = 0;
    bool has_dot = !is_first_rule(t);
    while (has_dot && peek_char(t, found.end).class == SN_CHAR_LETTER) {
        const span letter = find_unit(t, found.end);
        const character dot = peek_char(t, letter.end);
        if (continues_word(t, SN_CHAR_LETTER, &dot))
            break;
        has_dot = dot.code == '.' && peek_char(t, dot.end).code != '.';
        found.is_plain = found.is_plain && letter.is_plain;
        found.end = has_dot ? dot.end : letter.end;
        letters++;
    }
    if (letters < 2 || (letters == 2 && !has_dot))
        found.end = start;
    return found;
}

/* The characters of a span, folded when it is plain, as far as they fit. */
static size_t gather(const sn_tokenizer *t, const span *from, char bytes[SN_NORMALISE_MAX])
{
    size_t used = 0, marks = 0;
    for (size_t pos = from->start; pos < from->end && used + 16 <= SN_NORMALISE_MAX;) {
        const character c = peek_char(t, pos);
        int32_t folded[4] = {c.code};
        const bool has_case = from->is_plain && c.code >= 0x80 && c.class != SN_CHAR_UNSPACED;
        size_t count = has_case ? sn_char_fold(c.code, folded) : 1;
        if (from->is_plain && c.code >= 'A' && c.code <= 'Z')
            folded[0] |= 0x20;
        marks = c.class == SN_CHAR_MARK ? marks + 1 : 0;
        if (marks > MARKS_MAX || (from->is_acronym && c.code == '.'))
            count = 0;
        for (size_t i = 0; i < count; i++)
            used += sn_utf8_encode(folded[i], bytes + used);
        pos = c.end;
    }
    return used;
}

/* The length of the longest beginning of at most `room` bytes that does not end with a character
 * which may only be between letters. */
static size_t cut(const char *bytes, size_t length, size_t room)
{
    if (length <= room)
        return length;
    size_t kept = 0;
    for (size_t pos = 0; pos < room;) {
        int32_t code;
        pos += sn_utf8_decode(bytes + pos, length - pos, &code);
        const sn_char_class class = sn_char_classify(code);
        if (pos <= room && class != SN_CHAR_SYMBOL && class != SN_CHAR_CONNECTOR)
            kept = pos;
    }
    return kept;
}

/* Writes the token of a span, at most `room` bytes; returns its length. */
static size_t write_span(const sn_tokenizer *t, const span *from, char *token, size_t room)
{
    char bytes[SN_NORMALISE_MAX];
    size_t length = gather(t, from, bytes);
    if (!from->is_plain)
        length = sn_normalise(bytes, length, SN_NORMALISE_MAX, !is_first_rule(t));
    length = cut(bytes, length, room);
    memcpy(token, bytes, length);
    return length;
}

static size_t write_text(char *token, const char *text)
{
    const size_t length = strlen(text);
    memcpy(token, text, length);
    return length;
}

static size_t take_word(sn_tokenizer *t)
{
    const span acronym = find_acronym(t, t->pos);
    const span word = acronym.end > acronym.start ? acronym : find_word(t, t->pos);
    t->pos = word.end;
    t->before = WORD;
    return word.is_number && t->rule.drop_digits ? 0 : write_span(t, &word, t->token, SN_TOKEN_MAX);
}

/* Appends the letter without spaces that begins at the position to a token of `used` bytes. */
static size_t take_unit(sn_tokenizer *t, size_t used, sn_char_class *next)
{
    const span unit = find_unit(t, t->pos);
    t->pos = unit.end;
    *next = unit.next;
    return used + write_span(t, &unit, t->token + used, UNIT_MAX);
}

/* Takes a letter of a script without spaces, or a pair of them. The second letter of a pair stays
 * in the token's bytes, to become the first one of the next pair when a third letter follows. */
static size_t take_unspaced(sn_tokenizer *t)
{
    sn_char_class next;
    size_t first = 0;
    if (t->before == HALF_A_PAIR) {
        first = t->pair - t->half;
        memmove(t->token, t->token + t->half, first);
    } else {
        t->before = NOTHING;
        first = take_unit(t, 0, &next);
        if (!t->rule.cjk_pairs || next != SN_CHAR_UNSPACED)
            return first;
    }
    t->before = HALF_A_PAIR;
    t->half = first;
    t->pair = take_unit(t, first, &next);
    return t->pair;
}

/* Whether a character may follow a pictograph: a skin tone, or a tag that spells a flag. */
static bool modifies_emoji(int32_t code)
{
    return (code >= 0x1f3fb && code <= 0x1f3ff) || (code >= 0xe0020 && code <= 0xe007f);
}

/* The next character that is not a variation selector; unlike peek_char, it may be an ignored one.
 */
static character peek_part(const sn_tokenizer *t, size_t pos)
{
    character c = read_char(t, pos);
    while (c.code >= VARIATION_SELECTOR - 15 && c.code <= VARIATION_SELECTOR)
        c = read_char(t, c.end);
    return c;
}

/* Appends a character to a token if it fits. */
static size_t append(sn_tokenizer *t, size_t used, int32_t code)
{
    return used + 4 <= SN_TOKEN_MAX ? used + sn_utf8_encode(code, t->token + used) : used;
}

static size_t take_emoji(sn_tokenizer *t, const character *first)
{
    size_t used = append(t, 0, first->code);
    t->pos = first->end;
    for (character c;; t->pos = c.end) {
        c = peek_part(t, t->pos);
        const character joined = peek_part(t, c.end);
        if (c.code == JOINER && joined.class == SN_CHAR_EMOJI) {
            if (used + 8 <= SN_TOKEN_MAX)
                used = append(t, append(t, used, JOINER), joined.code);
            c = joined;
        } else if (modifies_emoji(c.code)) {
            used = append(t, used, c.code);
        } else {
            return used;
        }
    }
}

/* Takes two regional indicators, or one without a second. */
static size_t take_flag(sn_tokenizer *t, const character *first)
{
    const character second = peek_char(t, first->end);
    const size_t used = append(t, 0, first->code);
    const bool is_pair = second.class == SN_CHAR_REGIONAL;
    t->pos = is_pair ? second.end : first->end;
    return is_pair ? append(t, used, second.code) : used;
}

/* Takes a symbol and its repetitions, of which a token has a limited number. */
static size_t take_symbols(sn_tokenizer *t)
{
    const span unit = find_unit(t, t->pos);
    const int32_t code = peek_char(t, t->pos).code;
    size_t count = 1;
    t->pos = unit.end;
    for (character c; unit.is_plain && (c = peek_char(t, t->pos)).code == code; t->pos = c.end) {
        if (c.class == SN_CHAR_END || peek_char(t, c.end).class == SN_CHAR_MARK)
            break;
        count++;
    }
    if (unit.is_plain && (code == ELLIPSIS || (code == '.' && count > 1)))
        return write_text(t->token, "...");
    const size_t length = write_span(t, &unit, t->token, UNIT_MAX);
    const size_t repeats = code == '-' ? 1 : count < REPEATS_MAX ? count : REPEATS_MAX;
    for (size_t i = 1; i < repeats; i++)
        memcpy(t->token + i * length, t->token, length);
    return repeats * length;
}

/* Takes `name` as a token if the text has it. */
static size_t take_name(sn_tokenizer *t, const char *name)
{
    const size_t length = strlen(name);
    if (t->length - t->pos < length || memcmp(t->text + t->pos, name, length) != 0)
        return 0;
    t->pos += length;
    return write_text(t->token, name);
}

static size_t take_face(sn_tokenizer *t, bool after_word)
{
    char face[SN_MARKUP_FACE];
    const size_t length = sn_markup_face(t->text + t->pos, t->length - t->pos, after_word, face);
    t->pos += length;
    return length ? write_text(t->token, face) : 0;
}

/* The length of the tag, or of the element that is no text, at the position. */
static size_t find_markup(sn_tokenizer *t)
{
    const char *const text = t->text + t->pos;
    const size_t rest = t->length - t->pos;
    const size_t element = is_first_rule(t) ? 0 : sn_markup_element(text, rest, &t->unclosed);
    return element ? element : sn_markup_tag(text, rest);
}

static size_t take_angle(sn_tokenizer *t)
{
    size_t length = take_name(t, "<url>");
    if (!length)
        length = take_name(t, "<user>");
    if (!length)
        length = take_face(t, false);
    const size_t tag = length ? 0 : find_markup(t);
    if (tag)
        t->pos += tag;
    return length || tag ? length : take_symbols(t);
}

static size_t take_keycap(sn_tokenizer *t, const character *c)
{
    const character cap = peek_char(t, c->end);
    const bool has_key =
        (c->code < 0x80 && c->class == SN_CHAR_DIGIT) || c->code == '#' || c->code == '*';
    if (!has_key || cap.code != KEYCAP)
        return 0;
    t->pos = cap.end;
    return append(t, append(t, 0, c->code), KEYCAP);
}

static size_t take_mention(sn_tokenizer *t, size_t name)
{
    t->pos = find_word(t, name).end;
    return write_text(t->token, "<user>");
}

static size_t take_symbol(sn_tokenizer *t, const character *c)
{
    const bool after_word = t->before == WORD;
    t->before = NOTHING;
    const char byte = t->text[t->pos];
    if (byte == '<')
        return take_angle(t);
    size_t length = byte == ':' || byte == ';' || byte == '=' ? take_face(t, after_word) : 0;
    if (length)
        return length;
    const sn_char_class next = peek_char(t, c->end).class;
    if (c->code == '@' && !after_word && is_alphanumeric(next))
        return take_mention(t, c->end);
    const bool is_hashtag = c->code == '#' && (is_alphanumeric(next) || next == SN_CHAR_UNSPACED);
    if (!is_hashtag && !(c->code == '-' && after_word && is_alphanumeric(next)))
        return take_symbols(t);
    t->pos = c->end;
    return 0;
}

/* Takes the token that begins with the character at the position; 0 when none does. */
static size_t take_token(sn_tokenizer *t)
{
    const character c = read_char(t, t->pos);
    if (c.class == SN_CHAR_IGNORED) { /* t->before stays: an ignored character separates nothing */
        t->pos = c.end;
        return 0;
    }
    const size_t keycap = take_keycap(t, &c);
    if (keycap) {
        t->before = NOTHING;
        return keycap;
    }
    switch (c.class) {
    case SN_CHAR_LETTER:
    case SN_CHAR_DIGIT:
    case SN_CHAR_MARK:
        return take_word(t);
    case SN_CHAR_UNSPACED:
        return take_unspaced(t);
    case SN_CHAR_SYMBOL:
    case SN_CHAR_CONNECTOR:
        return take_symbol(t, &c);
    case SN_CHAR_EMOJI:
    case SN_CHAR_REGIONAL:
        t->before = NOTHING;
        if (peek_char(t, c.end).class == SN_CHAR_MARK)
            return take_symbols(t);
        return c.class == SN_CHAR_EMOJI ? take_emoji(t, &c) : take_flag(t, &c);
    case SN_CHAR_SPACE:
    case SN_CHAR_INVALID:
    case SN_CHAR_OTHER:
    case SN_CHAR_IGNORED:
    case SN_CHAR_END:
        break;
    }
    t->before = NOTHING;
    t->pos = c.end;
    return 0;
}

static size_t take_url(sn_tokenizer *t)
{
    const size_t length = sn_markup_url(t->text + t->pos, t->length - t->pos);
    if (!length)
        return 0;
    t->pos += length;
    t->before = NOTHING;
    return write_text(t->token, "<url>");
}

static bool is_ascii_alphanumeric(char byte)
{
    return is_alphanumeric((sn_char_class)sn_char_ascii[(uint8_t)byte]);
}

/* Whether a token of ASCII has nothing but digits and characters that may be between them. */
static bool is_number(const char *token, size_t length)
{
    size_t i = 0;
    while (i < length &&
           (sn_char_ascii[(uint8_t)token[i]] == SN_CHAR_DIGIT || joins_digits(token[i])))
        i++;
    return i == length;
}

/* Whether a word goes on behind a run of letters and digits. LOOK_CLOSER: the fast path cannot
 * tell. */
typedef enum word_end { WORD_ENDS, WORD_GOES_ON, LOOK_CLOSER } word_end;

static word_end look_behind_run(char last, char between, char next, bool may_be_letter)
{
    const uint8_t class = sn_char_ascii[(uint8_t)next];
    const bool joins = between == '\'' || (joins_digits(between) && last >= '0' && last <= '9');
    if ((uint8_t)between >= 0x80 || between == '&' || between == '_' || between == '`')
        return LOOK_CLOSER;
    if (may_be_letter && between == '.' &&
        (class == SN_CHAR_LETTER || class == SN_CHAR_OTHER || next == '&'))
        return LOOK_CLOSER; /* an acronym may begin */
    if (!joins)
        return WORD_ENDS;
    if ((uint8_t)next >= 0x80 || next == '&')
        return LOOK_CLOSER;
    return class == SN_CHAR_DIGIT || (class == SN_CHAR_LETTER && between == '\'') ? WORD_GOES_ON
                                                                                  : WORD_ENDS;
}

/* Copies folded letters and digits of the fast path to the token; returns the number of bytes. */
static size_t copy_letters(sn_tokenizer *t, const char *text, size_t used, size_t limit)
{
    for (;;) {
        for (; used < limit && is_ascii_alphanumeric(text[used]); used++)
            t->token[used] = (char)(text[used] | 0x20); /* lower case; digits stay */
        if (limit - used < 2)
            return used;
        const uint8_t lead = (uint8_t)text[used], next = (uint8_t)text[used + 1];
        const bool is_pair = lead >= 0xc2 && lead <= 0xdf && (next & 0xc0) == 0x80;
        const uint16_t folded = is_pair ? t->folded[(lead & 0x1f) << 6 | (next & 0x3f)] : 0;
        if (!folded)
            return used;
        used += sn_utf8_encode(folded, t->token + used);
    }
}

/* The fast path: takes a word at the position whose letters fold to letters of the same length,
 * with the characters that may be between them. 0 when there is none, when the fast path cannot
 * tell where it ends, or when it is too long. */
static size_t take_simple_word(sn_tokenizer *t)
{
    const char *const text = t->text + t->pos;
    const size_t rest = t->length - t->pos;
    const size_t limit = rest < SN_TOKEN_MAX ? rest : SN_TOKEN_MAX;
    size_t used = copy_letters(t, text, 0, limit);
    while (used > 0 && used < rest) {
        if (used + 1 >= limit)
            return 0;
        const word_end end = look_behind_run(text[used - 1], text[used], text[used + 1], used <= 2);
        if (end == LOOK_CLOSER)
            return 0;
        if (end == WORD_ENDS)
            break;
        t->token[used] = text[used];
        used = copy_letters(t, text, used + 1, limit);
    }
    t->pos += used;
    t->before = used > 0 ? WORD : t->before;
    return used;
}

/* Takes a symbol before an ASCII space, which is a token as it is unless it is unified. */
static size_t take_lone_symbol(sn_tokenizer *t)
{
    const char *const text = t->text + t->pos;
    if (*text == '`' ||
        (t->pos + 1 < t->length && sn_char_ascii[(uint8_t)text[1]] != SN_CHAR_SPACE))
        return 0;
    t->token[0] = *text;
    t->pos++;
    t->before = NOTHING;
    return 1;
}

/* The length that stands for a token that the rule leaves out. */
static const size_t LEFT_OUT = SIZE_MAX;

/* Takes a token on the fast path, by the class of its first byte. */
static size_t take_simple(sn_tokenizer *t, sn_char_class class)
{
    if (class == SN_CHAR_SYMBOL)
        return take_lone_symbol(t);
    const char small = (char)(t->text[t->pos] | 0x20);
    const size_t url = class == SN_CHAR_LETTER && (small == 'h' || small == 'w') ? take_url(t) : 0;
    if (url)
        return url;
    const size_t length = class == SN_CHAR_CONNECTOR ? 0 : take_simple_word(t);
    return t->rule.drop_digits && length && is_number(t->token, length) ? LEFT_OUT : length;
}

bool sn_unicode_next(sn_tokenizer *t, const char **token, size_t *length)
{
    size_t taken = 0;
    t->after_gap = t->pos == 0;
    while (taken == 0 && t->pos < t->length) {
        const sn_char_class class = (sn_char_class)sn_char_ascii[(uint8_t)t->text[t->pos]];
        if (class == SN_CHAR_SPACE) {
            t->pos++;
            t->before = NOTHING;
            t->after_gap = true;
            continue;
        }
        t->start = t->pos;
        taken = take_simple(t, class);
        if (taken == 0)
            taken = take_token(t);
        else if (taken == LEFT_OUT)
            taken = 0;
        t->after_gap |= taken == 0;
    }
    *token = t->token;
    *length = taken;
    return taken > 0;
}
