/*
 * The properties of characters for the unicode rules, as tables of the runtime. Classes are those
 * of all characters, since they decide where words end. Normal forms are left out of characters
 * that no word of the vocabulary can come from: such a character stays as it is, which makes its
 * word no less unknown. N-grams know words by their hashes, so that a model with them has all
 * tables, and so has one with words that are so long that their ends are cut off.
 */
#include "image.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "characters.h"
#include "memory.h"
#include "text_rule.h"

#include "banned.h"

enum { CODES = 0x110000, DOT_ABOVE = 0x0307, LONG_WORD = 100, FORM_MAX = 8 };

/* A character decomposed, or folded and decomposed. */
typedef struct form {
    int32_t codes[FORM_MAX];
    size_t count;
} form;

typedef struct tables {
    sn_c_image *image;
    /* [CODES]: the characters that normal forms of the vocabulary's words are made of */
    uint8_t *wanted;
    bool wants_all;
} tables;

static form form_of(int32_t code, int options)
{
    form f;
    int boundclass = 0;
    const utf8proc_ssize_t count =
        utf8proc_decompose_char(code, f.codes, FORM_MAX, (utf8proc_option_t)options, &boundclass);
    f.count = count > 0 && count <= FORM_MAX ? (size_t)count : 0;
    return f;
}

static form decomposed_form(int32_t code)
{
    return form_of(code, UTF8PROC_DECOMPOSE);
}

static form folded_form(int32_t code)
{
    return form_of(code, UTF8PROC_CASEFOLD | UTF8PROC_DECOMPOSE);
}

static bool is_itself(const form *f, int32_t code)
{
    return f->count == 0 || (f->count == 1 && f->codes[0] == code);
}

static bool is_hangul(int32_t code)
{
    return code >= HANGUL_S && code < HANGUL_S + HANGUL_S_COUNT;
}

static bool wants_form(const tables *t, const form *f)
{
    for (size_t i = 0; i < f->count; i++)
        if (!t->wanted[f->codes[i]])
            return false;
    return true;
}

/* Whether a character may be a part of a word of the vocabulary. */
static bool wants(const tables *t, int32_t code)
{
    const form f = decomposed_form(code);
    if (t->wants_all || t->wanted[code])
        return true;
    for (size_t i = 0; i < f.count; i++) {
        const form folded = folded_form(f.codes[i]);
        if (!wants_form(t, &folded))
            return false;
    }
    return true;
}

/* Marks the characters of a word, and of its decomposition. */
static void want_word(tables *t, const char *word, size_t length)
{
    t->wants_all = t->wants_all || length >= LONG_WORD;
    for (size_t pos = 0; pos < length;) {
        int32_t code;
        pos += sn_utf8_decode(word + pos, length - pos, &code);
        if (code < 0)
            continue;
        const form f = decomposed_form(code);
        t->wanted[code] = 1;
        for (size_t i = 0; i < f.count; i++)
            t->wanted[f.codes[i]] = 1;
    }
}

static void want_words(tables *t)
{
    const sn_vocabulary *const known = t->image->model->vocabulary;
    t->wants_all = t->image->model->ngrams != NULL;
    memset(t->wanted, 1, 0x80);
    t->wanted[DOT_ABOVE] = 1;
    for (size_t rank = 1; known && rank <= sn_vocabulary_size(known); rank++) {
        size_t length;
        const char *const word = sn_vocabulary_word(known, rank, &length);
        if (word)
            want_word(t, word, length);
    }
}

/* Stores what characters become: `find` sets the form of one and returns whether it has an entry.
 */
typedef bool find_form(const tables *t, int32_t code, form *f);

static seqnet_status add_replacements(tables *t, find_form *find, const char *name, replacements *r,
                                      seqnet_error *err)
{
    form f;
    uint32_t *keys, *codes;
    uint16_t *ends;
    size_t count = 0, code_count = 0;
    for (int32_t code = 0; code < CODES; code++)
        if (find(t, code, &f)) {
            count++;
            code_count += f.count;
        }
    SN_TRY(sn_c_image_add(t->image, &keys, SN_C_U32, count, err, "%s_keys", name));
    SN_TRY(sn_c_image_add(t->image, &ends, SN_C_U16, count, err, "%s_ends", name));
    SN_TRY(sn_c_image_add(t->image, &codes, SN_C_U32, code_count, err, "%s_codes", name));
    *r = (replacements){.count = count, .keys = keys, .ends = ends, .codes = codes};
    count = code_count = 0;
    for (int32_t code = 0; code < CODES; code++)
        if (find(t, code, &f)) {
            for (size_t i = 0; i < f.count; i++)
                codes[code_count++] = (uint32_t)f.codes[i];
            keys[count] = (uint32_t)code;
            ends[count++] = (uint16_t)code_count;
        }
    return SEQNET_OK;
}

static bool find_unified(const tables *t, int32_t code, form *f)
{
    const bool is_first = t->image->model->config.encoding.rule.kind == SN_TEXT_RULE_UNICODE_1;
    *f = (form){{is_first ? sn_char_unify(code) : sn_char_unify_letters(code)}, 1};
    return f->codes[0] != code;
}

static bool find_decomposed(const tables *t, int32_t code, form *f)
{
    if (code < 0x80 || is_hangul(code))
        return false;
    *f = decomposed_form(code);
    return !is_itself(f, code) && wants(t, code);
}

static bool find_folded(const tables *t, int32_t code, form *f)
{
    const form d = decomposed_form(code);
    if (code < 0x80 || !is_itself(&d, code))
        return false;
    *f = folded_form(code);
    return !is_itself(f, code) && (t->wants_all || t->wanted[code] || wants_form(t, f));
}

static bool find_class(const tables *t, int32_t code, uint32_t *entry)
{
    const int class = utf8proc_get_property(code)->combining_class;
    *entry = (uint32_t)code << 8 | (uint32_t) class;
    return class != 0 && (t->wants_all || t->wanted[code]);
}

static seqnet_status add_classes(tables *t, seqnet_error *err)
{
    uint32_t *classes, entry;
    size_t count = 0;
    for (int32_t code = 0; code < CODES; code++)
        count += find_class(t, code, &entry);
    SN_TRY(sn_c_image_add(t->image, &classes, SN_C_U32, count, err, "combining_classes"));
    t->image->characters.classes = classes;
    t->image->characters.class_count = count;
    for (int32_t code = 0; code < CODES; code++)
        if (find_class(t, code, &entry))
            *classes++ = entry;
    return SEQNET_OK;
}

/* Sets the two characters that compose to a third; false when it is not composed by NFC. */
static bool find_pair(const tables *t, int32_t code, int32_t pair[3])
{
    int32_t codes[FORM_MAX + 1];
    const form f = decomposed_form(code);
    if (f.count < 2 || is_hangul(code) || !(t->wants_all || wants_form(t, &f)))
        return false;
    const utf8proc_ssize_t last = (utf8proc_ssize_t)f.count - 1;
    memcpy(codes, f.codes, sizeof f.codes);
    const utf8proc_option_t options = UTF8PROC_COMPOSE | UTF8PROC_STABLE;
    if (utf8proc_normalize_utf32(codes, last, options) != 1)
        return false;
    pair[0] = codes[0];
    pair[1] = codes[1] = f.codes[last];
    pair[2] = code;
    return utf8proc_normalize_utf32(codes, 2, options) == 1 && codes[0] == code;
}

static int compare_pairs(const void *a, const void *b)
{
    const uint32_t *const x = a, *const y = b;
    const size_t k = x[0] == y[0];
    return (x[k] > y[k]) - (x[k] < y[k]);
}

static seqnet_status add_pairs(tables *t, seqnet_error *err)
{
    uint32_t *pairs;
    int32_t pair[3];
    size_t count = 0;
    for (int32_t code = 0x80; code < CODES; code++)
        count += find_pair(t, code, pair);
    SN_TRY(sn_c_image_add(t->image, &pairs, SN_C_U32, 3 * count, err, "compositions"));
    t->image->characters.composed = pairs;
    t->image->characters.composed_count = count;
    for (int32_t code = 0x80, k = 0; code < CODES; code++)
        if (find_pair(t, code, pair)) {
            memcpy(pairs + 3 * (size_t)k, pair, sizeof pair);
            k++;
        }
    qsort(pairs, count, 3 * sizeof *pairs, compare_pairs);
    return SEQNET_OK;
}

/* As characters.h has them: the class, and 16 where the character stands alone. */
static uint32_t kind_of(int32_t code)
{
    const sn_char_class class = sn_char_classify(code);
    return (uint32_t) class | (sn_char_stands_alone(code, class) ? 16U : 0U);
}

/* The tables of the rule's own: classes of ASCII, and what letters below U+0800 fold to. */
static seqnet_status add_small_tables(sn_c_image *image, seqnet_error *err)
{
    uint8_t *ascii;
    uint16_t *folded;
    sn_tokenizer tokenizer = {0};
    SN_TRY(sn_c_image_add(image, &ascii, SN_C_U8, 256, err, "sn_char_ascii"));
    memcpy(ascii, sn_char_ascii, sizeof sn_char_ascii);
    SN_TRY(sn_c_image_add(image, &folded, SN_C_U16, 0x800, err, "FOLDED"));
    sn_tokenizer_prepare(&tokenizer);
    memcpy(folded, tokenizer.folded, sizeof tokenizer.folded);
    image->ascii = ascii;
    image->folded = folded;
    return SEQNET_OK;
}

static seqnet_status add_tables(tables *t, seqnet_error *err)
{
    character_tables *const c = &t->image->characters;
    SN_TRY(sn_alloc(&t->wanted, CODES, 1, err));
    want_words(t);
    SN_TRY(
        sn_c_image_add_runs(t->image, kind_of, 5, &c->runs, &c->run_count, "character_runs", err));
    SN_TRY(add_replacements(t, find_unified, "unified", &c->unified, err));
    SN_TRY(add_replacements(t, find_decomposed, "decomposed", &c->decomposed, err));
    SN_TRY(add_replacements(t, find_folded, "folded", &c->folded, err));
    SN_TRY(add_classes(t, err));
    return add_pairs(t, err);
}

seqnet_status sn_c_make_characters(sn_c_image *image, seqnet_error *err)
{
    tables t = {.image = image};
    seqnet_status status = add_small_tables(image, err);
    if (status == SEQNET_OK)
        status = add_tables(&t, err);
    free(t.wanted);
    return status;
}
