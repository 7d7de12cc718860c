/*
 * The rules of imported Keras models as tables of the runtime: what the library makes of each
 * character. An entry is left out where no word of the vocabulary can come from it, as normal forms
 * are (image_characters.c), and so are the properties on which sigmas depend.
 */
#include "image.h"

#include <stdlib.h>
#include <string.h>

#include "lower_case.h"
#include "memory.h"

#include "banned.h"

enum {
    CODES = 0x110000,
    FORM_MAX = 4 * SEPARATOR_MAX,
    FIRST_SURROGATE = 0xd800,
    SURROGATES = 2048
};

typedef struct tables {
    sn_c_image *image;
    const sn_text_rule *rule;
    /* [CODES]: what words, filters and the separator have */
    uint8_t *wanted;
    sn_tokenizer tokenizer;
} tables;

/* What becomes of a character. */
typedef struct form {
    uint32_t codes[FORM_MAX];
    size_t count;
} form;

/* Decodes a token's text, with newlines as vocabularies have them. */
static form decode(const char *text, size_t length)
{
    form f = {.count = 0};
    const size_t newline = sizeof SN_STORED_NEWLINE - 1;
    for (size_t pos = 0; pos < length && f.count < FORM_MAX;) {
        int32_t code = STORED_NEWLINE;
        if (length - pos >= newline && memcmp(text + pos, SN_STORED_NEWLINE, newline) == 0)
            pos += newline;
        else
            pos += sn_utf8_decode(text + pos, length - pos, &code);
        if (code >= 0)
            f.codes[f.count++] = (uint32_t)code;
    }
    return f;
}

static void want_text(const tables *t, const char *text, size_t length)
{
    for (size_t pos = 0; pos < length;) {
        int32_t code;
        pos += sn_utf8_decode(text + pos, length - pos, &code);
        if (code >= 0)
            t->wanted[code] = 1;
    }
}

static void want_all(const tables *t)
{
    const sn_vocabulary *const known = t->image->model->vocabulary;
    memset(t->wanted, 1, 0x80);
    want_text(t, t->rule->filters, strlen(t->rule->filters));
    want_text(t, t->rule->separator, strlen(t->rule->separator));
    for (size_t rank = 1; known && rank <= sn_vocabulary_size(known); rank++) {
        size_t length;
        const char *const word = sn_vocabulary_word(known, rank, &length);
        if (word)
            want_text(t, word, length);
    }
}

/* Sets the form of a character that becomes something else; false for one that stays, or whose form
 * is left out. */
static seqnet_status find_form(tables *t, int32_t code, form *f, bool *is_found, seqnet_error *err)
{
    char bytes[4];
    bool is_wanted = t->wanted[code] != 0;
    *is_found = false;
    if (code >= FIRST_SURROGATE && code < FIRST_SURROGATE + SURROGATES)
        return SEQNET_OK;
    const size_t length = sn_utf8_encode(code, bytes);
    SN_TRY(sn_tokenizer_start(&t->tokenizer, *t->rule, bytes, length, err));
    const char *const made = t->tokenizer.normalised;
    const size_t size = t->tokenizer.prepared_length;
    if (size == length && memcmp(made, bytes, length) == 0)
        return SEQNET_OK;
    *f = decode(made, size);
    bool makes_wanted = true;
    for (size_t i = 0; i < f->count; i++)
        makes_wanted = makes_wanted && (f->codes[i] == STORED_NEWLINE || t->wanted[f->codes[i]]);
    is_wanted = is_wanted || makes_wanted;
    *is_found = is_wanted;
    return SEQNET_OK;
}

/* The number of entries, and of codes in all of them. */
typedef struct counts {
    size_t entries, codes;
} counts;

/* Counts the entries; writes them where there are arrays. */
static seqnet_status list_forms(tables *t, uint32_t *keys, uint16_t *ends, uint32_t *codes,
                                counts *n, seqnet_error *err)
{
    form f;
    bool is_found;
    *n = (counts){0};
    for (int32_t code = 0; code < CODES; code++) {
        SN_TRY(find_form(t, code, &f, &is_found, err));
        if (!is_found)
            continue;
        if (keys) {
            memcpy(codes + n->codes, f.codes, f.count * sizeof *codes);
            keys[n->entries] = (uint32_t)code;
            ends[n->entries] = (uint16_t)(n->codes + f.count);
        }
        n->entries++;
        n->codes += f.count;
    }
    return SEQNET_OK;
}

static seqnet_status add_forms(tables *t, replacements *r, seqnet_error *err)
{
    uint32_t *keys, *codes;
    uint16_t *ends;
    counts n;
    SN_TRY(list_forms(t, NULL, NULL, NULL, &n, err));
    if (n.codes > UINT16_MAX)
        return sn_fail(err, SEQNET_ERR_USAGE, "a C file cannot hold so many filters");
    SN_TRY(sn_c_image_add(t->image, &keys, SN_C_U32, n.entries, err, "replaced_keys"));
    SN_TRY(sn_c_image_add(t->image, &ends, SN_C_U16, n.entries, err, "replaced_ends"));
    SN_TRY(sn_c_image_add(t->image, &codes, SN_C_U32, n.codes, err, "replaced_codes"));
    *r = (replacements){.count = n.entries, .keys = keys, .ends = ends, .codes = codes};
    return list_forms(t, keys, ends, codes, &n, err);
}

/* 1 and 2: as sigma.h has them. */
static uint32_t case_of(int32_t code)
{
    return sn_is_case_ignorable(code) ? 1 : sn_is_cased(code) ? 2 : 0;
}

static bool wants_sigmas(const tables *t)
{
    return t->rule->kind == SN_TEXT_RULE_KERAS_TOKENIZER && t->rule->lower &&
           (t->wanted[SN_SMALL_SIGMA] || t->wanted[SN_FINAL_SIGMA] || t->wanted[SN_CAPITAL_SIGMA]);
}

/* What separates tokens, in the prepared text. */
static seqnet_status add_separator(tables *t, imported_rule *rule, seqnet_error *err)
{
    const bool has_one =
        t->rule->split_at == SN_SPLIT_AT_TEXT || t->rule->split_at == SN_SPLIT_WHITE_SPACE;
    const size_t size = has_one ? t->tokenizer.separator_length : 0;
    uint8_t *separator;
    if (size > SEPARATOR_MAX)
        return sn_fail(err, SEQNET_ERR_USAGE, "a C file cannot hold so long a separator");
    SN_TRY(sn_c_image_add(t->image, &separator, SN_C_U8, size, err, "separator"));
    memcpy(separator, t->tokenizer.separator, size);
    rule->separator = separator;
    rule->separator_size = size;
    return SEQNET_OK;
}

static seqnet_status add_tables(tables *t, seqnet_error *err)
{
    imported_rule *const rule = &t->image->imported;
    SN_TRY(sn_alloc(&t->wanted, CODES, 1, err));
    want_all(t);
    SN_TRY(add_forms(t, &rule->replaced, err));
    SN_TRY(add_separator(t, rule, err));
    rule->is_by_character = t->rule->split_at == SN_SPLIT_CHARACTERS;
    if (!wants_sigmas(t))
        return SEQNET_OK;
    rule->is_final_sigma = sn_is_final_sigma;
    return sn_c_image_add_runs(t->image, case_of, 2, &t->image->case_runs,
                               &t->image->case_run_count, "case_runs", err);
}

seqnet_status sn_c_make_imported(sn_c_image *image, seqnet_error *err)
{
    tables t = {.image = image, .rule = &image->model->config.encoding.rule};
    if (image->model->ngrams)
        return sn_fail(err, SEQNET_ERR_USAGE,
                       "a C file cannot hold n-grams of words as an imported tokenizer cuts them");
    const seqnet_status status = add_tables(&t, err);
    sn_tokenizer_free(&t.tokenizer);
    free(t.wanted);
    return status;
}
