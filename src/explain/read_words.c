#include "read_words.h"

#include <stdlib.h>

#include "memory.h"

#include "banned.h"

static seqnet_status add_id(sn_read_words *r, int32_t id, seqnet_error *err)
{
    SN_TRY(sn_grow(&r->ids, &r->id_capacity, r->id_count + 1, sizeof *r->ids, err));
    r->ids[r->id_count] = id;
    r->id_count += id >= 0; /* others are dropped */
    return SEQNET_OK;
}

static seqnet_status add_word(sn_read_words *r, const sn_encoding *encoding,
                              const sn_looked_up *word, seqnet_error *err)
{
    size_t unknown = 0;
    const size_t needed = r->count + 1;
    const int32_t id = sn_encoding_rank(encoding, word->rank, &unknown);
    const sn_text_span span = sn_tokenizer_span(&r->tokenizer, word->text, word->length);
    SN_TRY(sn_grow(&r->words, &r->word_capacity, needed, sizeof *r->words, err));
    SN_TRY(sn_grow(&r->positions, &r->position_capacity, needed, sizeof *r->positions, err));
    SN_TRY(sn_buffer_add(&r->texts, word->text, word->length, err));
    r->words[r->count] = (seqnet_explained_word){
        .start = span.start, .end = span.end, .length = word->length, .known = unknown == 0};
    r->positions[r->count++] = id >= 0 ? r->id_count : SN_NO_POSITION;
    return add_id(r, id, err);
}

/* Sets what could not be set while the texts were still moving. */
static void place_texts(sn_read_words *r)
{
    const char *text = r->texts.bytes;
    for (size_t i = 0; i < r->count; i++) {
        r->words[i].text = text ? text : "";
        text += r->words[i].length;
    }
}

/* Cuts the ids as in training, and counts positions from the first word that is left. */
static void cut_row(sn_read_words *r, const sn_model_config *config, size_t begins)
{
    const bool is_long = config->layer_count && r->id_count > config->maxlen;
    const size_t kept = is_long ? config->maxlen : r->id_count;
    const size_t first =
        is_long && config->padding.truncating == SEQNET_PRE ? r->id_count - kept : 0;
    const size_t before = first > begins ? first : begins;
    r->row = (sn_word_row){.ids = r->ids + first, .begins = before - first};
    r->row.words = kept - r->row.begins;
    r->cut = 0;
    for (size_t i = 0; i < r->count; i++) {
        const size_t at = r->positions[i];
        if (at == SN_NO_POSITION)
            continue;
        r->words[i].cut = at < before || at >= first + kept;
        r->cut += r->words[i].cut;
        r->positions[i] = r->words[i].cut ? SN_NO_POSITION : at - before;
    }
}

seqnet_status sn_read_words_of(sn_read_words *r, const sn_model_config *config,
                               const sn_vocabulary *vocabulary, const char *text, size_t length,
                               seqnet_error *err)
{
    const sn_encoding *const encoding = &config->encoding;
    const int32_t begin =
        encoding->start_char < 0 ? -1 : sn_encoding_limit(encoding, encoding->start_char);
    sn_looked_up word;
    r->count = r->id_count = r->texts.length = 0;
    SN_TRY(add_id(r, begin, err));
    const size_t begins = r->id_count;
    SN_TRY(sn_tokenizer_start(&r->tokenizer, encoding->rule, text, length, err));
    while (sn_encoding_next(vocabulary, &r->tokenizer, false, &word))
        SN_TRY(add_word(r, encoding, &word, err));
    place_texts(r);
    cut_row(r, config, begins);
    return SEQNET_OK;
}

void sn_read_words_free(sn_read_words *r)
{
    free(r->words);
    free(r->positions);
    free(r->ids);
    sn_buffer_free(&r->texts);
    sn_tokenizer_free(&r->tokenizer);
    *r = (sn_read_words){0};
}
