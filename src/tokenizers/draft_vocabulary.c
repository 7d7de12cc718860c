/* From words with ids to a vocabulary, in which a rank has one word and a word one rank. */
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "draft.h"
#include "memory.h"
#include "utf8.h"

#include "banned.h"

enum {
    /* Ids may have gaps, but a small file must not make a large table. */
    IDS_PER_WORD = 64,
    IDS_TO_SPARE = 1000000,
    SHOWN = 60
};

/* Words by id. */
typedef struct word_table {
    const sn_word_entry **words;
    size_t size;
} word_table;

static int shown(const sn_word_entry *entry)
{
    return (int)(entry->length < SHOWN ? entry->length : SHOWN);
}

/* Whether a text can have the word as a token: it is the only token of itself. */
static seqnet_status is_reachable(const sn_word_entry *entry, sn_text_rule rule,
                                  sn_tokenizer *tokenizer, bool *reachable, seqnet_error *err)
{
    const char *token;
    size_t length;
    *reachable = false;
    SN_TRY(sn_tokenizer_start(tokenizer, rule, entry->word, entry->length, err));
    if (sn_tokenizer_next(tokenizer, &token, &length)) {
        const sn_text_span span = sn_tokenizer_span(tokenizer, token, length);
        *reachable = span.start == 0 && span.end == entry->length && length == entry->length &&
                     memcmp(token, entry->word, length) == 0;
        if (entry->length == 1 && *entry->word == '\n')
            *reachable = span.end == 1; /* which has another form in a token */
    }
    return SEQNET_OK;
}

static seqnet_status check_id(const sn_draft *draft, const sn_word_entry *entry)
{
    const int64_t most = (int64_t)draft->count * IDS_PER_WORD + IDS_TO_SPARE;
    if (entry->id < 0 || entry->id > most || entry->id >= INT32_MAX)
        return sn_fail(draft->err, SEQNET_ERR_MODEL,
                       "%s: the id of '%.*s' is %lld; ids go from 0 to about the number of words",
                       draft->path, shown(entry), entry->word, (long long)entry->id);
    return SEQNET_OK;
}

/* Puts a word in its place; of two words of one id the one that texts can have. */
static seqnet_status place(const sn_draft *draft, sn_text_rule rule, sn_tokenizer *tokenizer,
                           word_table *table, const sn_word_entry *entry)
{
    const sn_word_entry **const slot = &table->words[entry->id];
    bool old = true, new = true;
    if (*slot) {
        SN_TRY(is_reachable(*slot, rule, tokenizer, &old, draft->err));
        SN_TRY(is_reachable(entry, rule, tokenizer, &new, draft->err));
        if (old && new)
            return sn_fail(draft->err, SEQNET_ERR_MODEL,
                           "%s: the id %lld is given to '%.*s' and to '%.*s'; each word of a model "
                           "has an id of its own",
                           draft->path, (long long)entry->id, shown(*slot), (*slot)->word,
                           shown(entry), entry->word);
    }
    if (!*slot || new)
        *slot = entry;
    return SEQNET_OK;
}

static bool is_kept(const sn_word_entry *entry, const sn_tokenizer_file *file)
{
    return file->num_words == 0 || entry->id < file->num_words;
}

static seqnet_status fill_table(const sn_draft *draft, const sn_tokenizer_file *file,
                                word_table *table)
{
    sn_tokenizer tokenizer = {0};
    seqnet_status status = SEQNET_OK;
    for (size_t i = 0; i < draft->count; i++) {
        const sn_word_entry *const entry = &draft->entries[i];
        SN_TRY(check_id(draft, entry));
        if (is_kept(entry, file) && (size_t)entry->id >= table->size)
            table->size = (size_t)entry->id + 1;
    }
    SN_TRY(sn_alloc(&table->words, table->size, sizeof *table->words, draft->err));
    for (size_t i = 0; i < draft->count && status == SEQNET_OK; i++)
        if (is_kept(&draft->entries[i], file))
            status = place(draft, file->rule, &tokenizer, table, &draft->entries[i]);
    sn_tokenizer_free(&tokenizer);
    return status;
}

/* Appends a word as tokens have it. One that is no UTF-8 is left out: no text has it. */
static seqnet_status add_line(sn_buffer *lines, const sn_word_entry *entry, seqnet_error *err)
{
    if (entry && sn_utf8_count_invalid(entry->word, entry->length) == 0)
        for (size_t i = 0; i < entry->length; i++) {
            if (entry->word[i] == '\n')
                SN_TRY(sn_buffer_add_text(lines, SN_STORED_NEWLINE, err));
            else
                SN_TRY(sn_buffer_add_byte(lines, entry->word[i], err));
        }
    return sn_buffer_add_byte(lines, '\n', err);
}

static seqnet_status build(const word_table *table, sn_tokenizer_file *file, seqnet_error *err)
{
    sn_buffer lines = {0};
    seqnet_status status = SEQNET_OK;
    for (size_t id = file->index_from < 0 ? 0 : 1; id < table->size && status == SEQNET_OK; id++)
        status = add_line(&lines, table->words[id], err);
    if (status == SEQNET_OK)
        status = sn_vocabulary_from_lines(&file->vocabulary, lines.bytes, lines.length, err);
    sn_buffer_free(&lines);
    return status;
}

/* Whether the first id is a word's, and not that of the padding. */
static seqnet_status take_first(const sn_draft *draft, const word_table *table,
                                sn_tokenizer_file *file)
{
    bool reachable = false;
    if (table->size > 0 && table->words[0]) {
        sn_tokenizer tokenizer = {0};
        const seqnet_status status =
            is_reachable(table->words[0], file->rule, &tokenizer, &reachable, draft->err);
        sn_tokenizer_free(&tokenizer);
        SN_TRY(status);
    }
    file->index_from = reachable ? -1 : 0;
    return SEQNET_OK;
}

static seqnet_status make(const sn_draft *draft, sn_tokenizer_file *file, word_table *table)
{
    SN_TRY(fill_table(draft, file, table));
    SN_TRY(take_first(draft, table, file));
    if (table->size < (file->index_from < 0 ? 1U : 2U))
        return sn_fail(draft->err, SEQNET_ERR_MODEL,
                       "%s: none of its words has an id below its num_words, %d", draft->path,
                       (int)file->num_words);
    SN_TRY(build(table, file, draft->err));
    file->highest_id = (int32_t)(table->size - 1);
    if (file->oov_id > file->highest_id)
        file->highest_id = file->oov_id;
    return SEQNET_OK;
}

seqnet_status sn_draft_vocabulary(const sn_draft *draft, sn_tokenizer_file *file)
{
    word_table table = {0};
    const seqnet_status status = make(draft, file, &table);
    free(table.words);
    return status;
}
