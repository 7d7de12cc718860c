/*
 * How a text becomes words and ids, as tables of the runtime: the vocabulary, the bytes of the rule
 * keras, and the n-gram part.
 */
#include "image.h"

#include <stdlib.h>
#include <string.h>

#include "characters.h"
#include "memory.h"
#include "ngram_matrix.h"

#include "banned.h"

/* Finds the next word with an id of its own, from rank *rank on, which moves behind it; false after
 * the last one. */
static bool next_known(const seqnet_model *model, size_t *rank, const char **word, size_t *length,
                       int32_t *id)
{
    const sn_encoding *const encoding = &model->config.encoding;
    while (*rank <= sn_vocabulary_size(model->vocabulary)) {
        size_t unknown = 0;
        *word = sn_vocabulary_word(model->vocabulary, *rank, length);
        *id = sn_encoding_rank(encoding, (*rank)++, &unknown);
        if (*word && !unknown)
            return true;
    }
    return false;
}

static size_t write_number(uint8_t *to, uint32_t number)
{
    size_t used = 0;
    for (; number > 0x7f; number >>= 7)
        to[used++] = (uint8_t)(number | 0x80);
    to[used++] = (uint8_t)number;
    return used;
}

/* The bytes of all words in the table, their number and the longest one's length. */
typedef struct word_sizes {
    size_t bytes, count, longest;
} word_sizes;

static word_sizes measure_words(const seqnet_model *model)
{
    word_sizes sizes = {.bytes = 1};
    const char *word;
    size_t length;
    int32_t id;
    for (size_t rank = 1; next_known(model, &rank, &word, &length, &id); sizes.count++) {
        uint8_t number[5];
        sizes.bytes += write_number(number, (uint32_t)length) + write_number(number, (uint32_t)id);
        sizes.bytes += length;
        sizes.longest = length > sizes.longest ? length : sizes.longest;
    }
    return sizes;
}

static seqnet_status make_vocabulary(sn_c_image *image, seqnet_error *err)
{
    const word_sizes sizes = measure_words(image->model);
    uint8_t *words;
    slot *slots;
    size_t slot_count = 4, used = 1;
    const char *word;
    size_t length;
    int32_t id;
    while (slot_count < sizes.count + sizes.count / 4 + 1)
        slot_count *= 2;
    if (sizes.bytes > UINT32_MAX / 2 || slot_count > UINT32_MAX / 2)
        return sn_fail(err, SEQNET_ERR_USAGE, "the vocabulary is too large for a C file");
    SN_TRY(sn_c_image_add(image, &words, SN_C_U8, sizes.bytes, err, "words"));
    SN_TRY(sn_c_image_add(image, &slots, SN_C_SLOTS, slot_count, err, "slots"));
    image->words = (vocabulary){.words = words,
                                .slots = slots,
                                .mask = (uint32_t)slot_count - 1,
                                .unknown = image->model->config.encoding.oov_char};
    for (size_t rank = 1; next_known(image->model, &rank, &word, &length, &id);) {
        uint32_t at = hash_word(word, length) & image->words.mask;
        while (slots[at])
            at = (at + 1) & image->words.mask;
        slots[at] = (slot)used;
        used += write_number(words + used, (uint32_t)length);
        used += write_number(words + used, (uint32_t)id);
        memcpy(words + used, word, length);
        used += length;
    }
    image->word_max = sizes.longest > image->word_max ? sizes.longest : image->word_max;
    return SEQNET_OK;
}

/* Lists the characters that have another form in ASCII, as ranges; returns their number. */
static size_t list_plain(uint32_t *ranges)
{
    size_t count = 0;
    for (int32_t code = 0x80; code <= 0x10ffff; code++) {
        const int32_t plain = sn_char_plain(code);
        if (plain == code)
            continue;
        if (count && ranges[3 * count - 2] + 1 == (uint32_t)code &&
            ranges[3 * count - 1] == (uint32_t)plain) {
            ranges[3 * count - 2]++;
            continue;
        }
        if (count < 1024) {
            ranges[3 * count] = ranges[3 * count + 1] = (uint32_t)code;
            ranges[3 * count + 2] = (uint32_t)plain;
        }
        count++;
    }
    return count;
}

static seqnet_status make_word_rule(sn_c_image *image, seqnet_error *err)
{
    uint8_t *mapped;
    uint32_t *plain;
    sn_tokenizer tokenizer = {0};
    SN_TRY(sn_c_image_add(image, &mapped, SN_C_U8, 256, err, "mapped"));
    SN_TRY(sn_c_image_add(image, &plain, SN_C_U32, (size_t)3 * 1024, err, "plain"));
    const seqnet_status status =
        sn_tokenizer_start(&tokenizer, image->model->config.encoding.rule, "", 0, err);
    memcpy(mapped, tokenizer.mapped, sizeof tokenizer.mapped);
    sn_tokenizer_free(&tokenizer);
    const size_t count = list_plain(plain);
    image->arrays[image->array_count - 1].count = 3 * count;
    image->word_rule = (word_rule){.mapped = mapped, .plain = plain, .plain_count = count};
    return status;
}

static seqnet_status copy_bytes(sn_c_image *image, const void *from, void *to, sn_c_type type,
                                size_t count, const char *name, seqnet_error *err)
{
    void *copy;
    SN_TRY(sn_c_image_add(image, &copy, type, count, err, "%s", name));
    memcpy(copy, from, count * (type == SN_C_U32 || type == SN_C_FLOAT ? 4 : 1));
    memcpy(to, &copy, sizeof copy);
    return SEQNET_OK;
}

/* Where the hashes begin that share their highest bits, of which there are about 16 on average. */
static seqnet_status make_starts(sn_c_image *image, const sn_ngrams *n, seqnet_error *err)
{
    int bits = 4;
    uint32_t *starts;
    while (bits < 24 && (size_t)16 << bits < n->count)
        bits++;
    const size_t buckets = (size_t)1 << bits;
    SN_TRY(sn_c_image_add(image, &starts, SN_C_U32, buckets + 1, err, "ngram_starts"));
    for (size_t i = 0; i < n->count; i++)
        starts[(n->hashes[i] >> (32 - bits)) + 1]++;
    for (size_t bucket = 0; bucket < buckets; bucket++)
        starts[bucket + 1] += starts[bucket];
    image->ngrams.starts = starts;
    image->ngrams.shift = 32 - bits;
    return SEQNET_OK;
}

static seqnet_status make_ngrams(sn_c_image *image, seqnet_error *err)
{
    const sn_ngrams *const n = image->model->ngrams;
    const sn_ngram_config *const config = &image->model->config.ngrams;
    const size_t cells = n->count * n->outputs;
    ngram_part *const p = &image->ngrams;
    *p = (ngram_part){.count = n->count,
                      .outputs = n->outputs,
                      .words = n->spec.words,
                      .characters = n->spec.characters,
                      .svm_share = (float)config->svm_share,
                      .nb_share = (float)config->nb_share};
    SN_TRY(make_starts(image, n, err));
    SN_TRY(copy_bytes(image, n->hashes, &p->hashes, SN_C_U32, n->count, "ngram_hashes", err));
    SN_TRY(copy_bytes(image, n->idf, &p->idf, SN_C_U8, n->count, "ngram_idf", err));
    SN_TRY(copy_bytes(image, n->svm, &p->svm, SN_C_I8, cells, "ngram_svm", err));
    if (n->nb) {
        SN_TRY(copy_bytes(image, n->nb, &p->nb, SN_C_I8, cells, "ngram_nb", err));
        SN_TRY(copy_bytes(image, n->ratios, &p->ratios, SN_C_U8, cells, "ngram_ratios", err));
    }
    SN_TRY(copy_bytes(image, sn_ngram_frequency, &p->frequencies, SN_C_FLOAT, 256,
                      "ngram_frequencies", err));
    image->word_max = NGRAM_WORD_MAX;
    return copy_bytes(image, n->scales, &p->scales, SN_C_FLOAT, SN_NGRAM_SCALES * n->outputs,
                      "ngram_scales", err);
}

seqnet_status sn_c_make_text(sn_c_image *image, seqnet_error *err)
{
    const sn_encoding *const encoding = &image->model->config.encoding;
    image->start =
        encoding->start_char < 0 ? -1 : sn_encoding_limit(encoding, encoding->start_char);
    if (image->model->ngrams)
        SN_TRY(make_ngrams(image, err));
    if (!image->model->vocabulary && !image->model->ngrams)
        return SEQNET_OK;
    if (image->net.count)
        SN_TRY(make_vocabulary(image, err));
    if (encoding->rule.kind == SN_TEXT_RULE_KERAS)
        return make_word_rule(image, err);
    if (encoding->rule.kind == SN_TEXT_RULE_UNICODE_1 ||
        encoding->rule.kind == SN_TEXT_RULE_UNICODE)
        return sn_c_make_characters(image, err);
    return sn_c_make_imported(image, err);
}
