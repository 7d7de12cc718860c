#include "ngram_places.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "utf8.h"

#include "banned.h"

/* Appends the owners of a token's letters, and of the blank before a chunk. */
static seqnet_status add_letters(sn_ngram_places *p, const char *token, size_t length, bool begins,
                                 seqnet_error *err)
{
    const uint32_t owner = (uint32_t)p->token_count;
    SN_TRY(sn_grow(&p->owners, &p->owner_capacity, p->letter_count + length + 2, sizeof *p->owners,
                   err));
    if (begins)
        p->owners[p->letter_count++] = owner;
    for (size_t pos = 0; pos < length;) {
        int32_t code;
        pos += sn_utf8_decode(token + pos, length - pos, &code);
        p->owners[p->letter_count++] = owner;
    }
    p->owners[p->letter_count] = owner + 1; /* the blank behind the last chunk */
    return SEQNET_OK;
}

/* Notes the tokens of the text, as sn_ngram_text_read finds them. */
static seqnet_status read_tokens(sn_ngram_places *p, const sn_ngram_spec *spec, const char *text,
                                 size_t length, seqnet_error *err)
{
    sn_tokenizer *const t = &p->text.tokenizer;
    const char *token;
    size_t size;
    p->token_count = p->letter_count = 0;
    SN_TRY(sn_tokenizer_start(t, spec->rule, text, length, err));
    while (sn_tokenizer_next(t, &token, &size)) {
        if (sn_tokenizer_retry(t, token, size))
            continue;
        const size_t needed = p->token_count + 1;
        SN_TRY(sn_grow(&p->spans, &p->span_capacity, needed, sizeof *p->spans, err));
        SN_TRY(sn_grow(&p->begins, &p->begin_capacity, needed, sizeof *p->begins, err));
        SN_TRY(add_letters(p, token, size, t->after_gap, err));
        p->spans[p->token_count] = sn_tokenizer_span(t, token, size);
        p->begins[p->token_count++] = t->after_gap;
    }
    return SEQNET_OK;
}

/* Adds a place of the n-gram with a hash to a list, if the part knows it. */
static void add_place(const sn_ngram_places *p, const sn_ngrams *n, uint32_t hash, size_t first,
                      size_t last, sn_ngram_place *list, size_t *count)
{
    const size_t number = sn_ngram_index_find(&n->index, hash);
    if (number == SIZE_MAX)
        return;
    const size_t entry = sn_ngram_text_find(&p->text, hash);
    list[(*count)++] = (sn_ngram_place){.number = (uint32_t)number,
                                        .entry = entry == SIZE_MAX ? SN_NGRAM_NEW : (uint32_t)entry,
                                        .first = (uint32_t)first,
                                        .last = (uint32_t)last};
}

/* Finds the places of word n-grams, whose hashes come in this order. Returns their number of
 * hashes. */
static size_t place_words(sn_ngram_places *p, const sn_ngrams *n)
{
    size_t at = 0;
    for (size_t token = 0; token < p->token_count; token++)
        for (size_t k = 0; k < n->spec.words && k <= token; k++)
            add_place(p, n, p->text.hashes[at++], token - k, token, p->unsorted,
                      &p->unsorted_count);
    return at;
}

/* The last token of an n-gram of characters that ends with a letter or a blank. */
static size_t last_owner(const sn_ngram_places *p, size_t letter)
{
    return p->owners[p->text.letters[letter] == ' ' ? letter - 1 : letter];
}

/* The same for those of characters, whose hashes begin at `at`. */
static void place_characters(sn_ngram_places *p, const sn_ngrams *n, size_t at)
{
    const int32_t *const letters = p->text.letters;
    for (size_t start = 0; start < p->text.letter_count; start++)
        for (size_t k = 0; k < n->spec.characters && start + k < p->text.letter_count; k++) {
            const size_t end = start + k;
            if (k > 0 || letters[start] != ' ')
                add_place(p, n, p->text.hashes[at++], p->owners[start], last_owner(p, end),
                          p->unsorted, &p->unsorted_count);
            if (k > 0 && letters[end] == ' ')
                break;
        }
}

/* Sorts the places by their last tokens. */
static seqnet_status sort_places(sn_ngram_places *p, seqnet_error *err)
{
    SN_TRY(sn_grow(&p->starts, &p->start_capacity, p->token_count + 1, sizeof *p->starts, err));
    SN_TRY(sn_grow(&p->places, &p->place_capacity, p->unsorted_count + 1, sizeof *p->places, err));
    memset(p->starts, 0, (p->token_count + 1) * sizeof *p->starts);
    for (size_t i = 0; i < p->unsorted_count; i++)
        p->starts[p->unsorted[i].last + 1]++;
    for (size_t token = 0; token < p->token_count; token++)
        p->starts[token + 1] += p->starts[token];
    for (size_t i = 0; i < p->unsorted_count; i++)
        p->places[p->starts[p->unsorted[i].last]++] = p->unsorted[i];
    p->count = p->unsorted_count;
    return SEQNET_OK;
}

/* Adds the closings of a token whose last letter is letters[last]. */
static seqnet_status close_token(sn_ngram_places *p, const sn_ngrams *n, size_t last,
                                 seqnet_error *err)
{
    const size_t longest = n->spec.characters;
    SN_TRY(sn_grow(&p->closings, &p->closing_capacity, p->closing_count + longest,
                   sizeof *p->closings, err));
    for (size_t k = 0; k + 1 < longest && k <= last; k++) {
        add_place(p, n, sn_ngram_text_closing(&p->text, last - k, last), p->owners[last - k],
                  p->owners[last], p->closings, &p->closing_count);
        if (p->text.letters[last - k] == ' ')
            break;
    }
    return SEQNET_OK;
}

static seqnet_status close_tokens(sn_ngram_places *p, const sn_ngrams *n, seqnet_error *err)
{
    p->closing_count = 0;
    for (size_t i = 1; i + 1 < p->text.letter_count; i++) {
        const size_t owner = p->owners[i];
        if (owner != p->owners[i - 1] && !p->begins[owner])
            SN_TRY(close_token(p, n, i - 1, err));
    }
    return SEQNET_OK;
}

seqnet_status sn_ngram_places_read(sn_ngram_places *p, const sn_ngrams *n, const char *text,
                                   size_t length, seqnet_error *err)
{
    SN_TRY(read_tokens(p, &n->spec, text, length, err));
    SN_TRY(sn_ngram_text_read(&p->text, &n->spec, text, length, err));
    p->unsorted_count = 0;
    SN_TRY(sn_grow(&p->unsorted, &p->unsorted_capacity, p->text.hash_count + 1, sizeof *p->unsorted,
                   err));
    const size_t of_words = place_words(p, n);
    if (n->spec.characters)
        place_characters(p, n, of_words);
    SN_TRY(sort_places(p, err));
    return close_tokens(p, n, err);
}

void sn_ngram_places_free(sn_ngram_places *p)
{
    sn_ngram_text_free(&p->text);
    free(p->spans);
    free(p->places);
    free(p->closings);
    free(p->owners);
    free(p->begins);
    free(p->unsorted);
    free(p->starts);
    *p = (sn_ngram_places){0};
}
