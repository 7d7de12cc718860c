#include "word_list.h"

#include <stdio.h>
#include <string.h>

#include <seqnet/reader.h>

#include "buffer.h"
#include "utf8.h"

#include "banned.h"

/* Bytes of an entry that a sentence shows. */
enum { SHOWN = 60 };

/* The entries of a list that no text can have. */
typedef struct useless_entries {
    size_t entries, count;
    /* The line of the first one, from 1. */
    size_t line;
    /* What the first one is, and the first word that the rule makes of it. */
    char entry[SHOWN + 1], word[SHOWN + 1];
    /* How many words that are. */
    size_t words;
    bool is_utf8;
} useless_entries;

/* Reads all lines of a reader, each with a newline behind it. */
static seqnet_status read_lines(seqnet_reader *reader, sn_buffer *lines, seqnet_error *err)
{
    for (;;) {
        seqnet_record record;
        bool found;
        SN_TRY(seqnet_reader_next(reader, &record, &found, err));
        if (!found)
            return SEQNET_OK;
        SN_TRY(sn_buffer_add(lines, record.text, record.text_length, err));
        SN_TRY(sn_buffer_add_byte(lines, '\n', err));
    }
}

/* The encoding is that of the data, and the list may be UTF-8 nevertheless. */
static seqnet_status read_file(sn_buffer *lines, const char *path, const char *encoding,
                               seqnet_error *err)
{
    seqnet_reader *reader;
    seqnet_reader_options options = seqnet_reader_options_default();
    options.format = SEQNET_FORMAT_LINES;
    options.plain_lines = true;
    options.encoding = encoding;
    options.remembered.encoding = true;
    SN_TRY(seqnet_reader_open(&reader, path, &options, err));
    const seqnet_status status = read_lines(reader, lines, err);
    seqnet_reader_free(reader);
    return status;
}

/* The length of the line at `start`. */
static size_t line_length(const sn_buffer *lines, size_t start)
{
    const char *const line = lines->bytes + start;
    return (size_t)((const char *)memchr(line, '\n', lines->length - start) - line);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* The length of the word in "WORD COUNT"; 0 when the line is anything else. */
static size_t counted_word(const char *line, size_t length)
{
    size_t digits = 0;
    while (digits < length && line[length - 1 - digits] >= '0' && line[length - 1 - digits] <= '9')
        digits++;
    size_t word = length - digits;
    while (word > 0 && is_blank(line[word - 1]))
        word--;
    if (digits == 0 || word + digits == length)
        return 0;
    for (size_t i = 0; i < word; i++)
        if (is_blank(line[i]))
            return 0;
    return word;
}

static size_t count_counted(const sn_buffer *lines, size_t *entries)
{
    size_t counted = 0;
    *entries = 0;
    for (size_t start = 0, length; start < lines->length; start += length + 1) {
        length = line_length(lines, start);
        *entries += length > 0;
        counted += counted_word(lines->bytes + start, length) > 0;
    }
    return counted;
}

/* Leaves only the words of lines with counts. */
static void drop_counts(sn_buffer *lines)
{
    size_t used = 0;
    for (size_t start = 0, length; start < lines->length; start += length + 1) {
        length = line_length(lines, start);
        const size_t word = counted_word(lines->bytes + start, length);
        const size_t kept = word ? word : length;
        memmove(lines->bytes + used, lines->bytes + start, kept);
        used += kept;
        lines->bytes[used++] = '\n';
    }
    lines->length = used;
}

static void show(char shown[SHOWN + 1], const char *text, size_t length)
{
    (void)snprintf(shown, SHOWN + 1, "%.*s", (int)(length < SHOWN ? length : SHOWN), text);
}

/* Counts an entry that the rule does not give back as one word. */
static seqnet_status check_entry(useless_entries *useless, sn_tokenizer *tokenizer,
                                 sn_text_rule rule, const char *entry, size_t length, size_t line,
                                 seqnet_error *err)
{
    const char *word;
    size_t word_length, words = 0;
    bool same = false;
    char first[SHOWN + 1] = "";
    SN_TRY(sn_tokenizer_start(tokenizer, rule, entry, length, err));
    while (sn_tokenizer_next(tokenizer, &word, &word_length))
        if (words++ == 0) {
            same = word_length == length && memcmp(word, entry, length) == 0;
            show(first, word, word_length);
        }
    if ((same && words == 1) || useless->count++ > 0)
        return SEQNET_OK;
    useless->line = line;
    useless->words = words;
    useless->is_utf8 = sn_utf8_count_invalid(entry, length) == 0;
    show(useless->entry, entry, length);
    memcpy(useless->word, first, sizeof first);
    return SEQNET_OK;
}

static seqnet_status check_entries(useless_entries *useless, const sn_buffer *lines,
                                   sn_text_rule rule, seqnet_error *err)
{
    sn_tokenizer tokenizer = {0};
    seqnet_status status = SEQNET_OK;
    for (size_t start = 0, length, line = 1; start < lines->length && status == SEQNET_OK;
         start += length + 1, line++) {
        length = line_length(lines, start);
        useless->entries += length > 0;
        if (length > 0)
            status =
                check_entry(useless, &tokenizer, rule, lines->bytes + start, length, line, err);
    }
    sn_tokenizer_free(&tokenizer);
    return status;
}

/* Appends a sentence about entries without use. */
static void tell_useless(char *told, size_t size, const char *path, const useless_entries *useless)
{
    char becomes[SHOWN + 96];
    if (!useless->is_utf8)
        (void)snprintf(becomes, sizeof becomes,
                       "which is not UTF-8 (pass .encoding, such as WINDOWS-1252)");
    else if (useless->words == 0)
        (void)snprintf(becomes, sizeof becomes, "since the text rule makes no word of it");
    else if (useless->words == 1)
        (void)snprintf(becomes, sizeof becomes, "since the text rule makes '%s' of it",
                       useless->word);
    else
        (void)snprintf(becomes, sizeof becomes,
                       "since the text rule makes %zu words, the first '%s', of it", useless->words,
                       useless->word);
    (void)snprintf(told, size,
                   "%.100s:%zu: no text has the word '%s', %s; so it is with %zu of %zu entries",
                   path, useless->line, useless->entry, becomes, useless->count, useless->entries);
}

/* Drops counts and checks the entries; both is told. */
static seqnet_status clean_lines(sn_buffer *lines, char told[SN_WORD_LIST_TOLD], const char *path,
                                 sn_text_rule rule, seqnet_error *err)
{
    size_t entries, used = 0;
    useless_entries useless = {0};
    const size_t counted = count_counted(lines, &entries);
    *told = '\0';
    if (entries == 0)
        return sn_fail(err, SEQNET_ERR_DATA, "%s: holds no words; expected one on each line", path);
    if (2 * counted > entries) {
        drop_counts(lines);
        used =
            (size_t)snprintf(told, SN_WORD_LIST_TOLD,
                             "%.100s: the counts behind the words are left out (%zu of %zu lines)",
                             path, counted, entries);
    }
    SN_TRY(check_entries(&useless, lines, rule, err));
    if (useless.count && used)
        used += (size_t)snprintf(told + used, SN_WORD_LIST_TOLD - used, "; ");
    if (useless.count)
        tell_useless(told + used, SN_WORD_LIST_TOLD - used, path, &useless);
    return SEQNET_OK;
}

seqnet_status sn_word_list_read(sn_vocabulary **vocabulary, char told[SN_WORD_LIST_TOLD],
                                const char *path, const char *encoding, sn_text_rule rule,
                                seqnet_error *err)
{
    sn_buffer lines = {0};
    seqnet_error inner = {0};
    seqnet_status status = read_file(&lines, path, encoding, err);
    if (status == SEQNET_OK)
        status = clean_lines(&lines, told, path, rule, err);
    if (status == SEQNET_OK) {
        status = sn_vocabulary_from_lines(vocabulary, lines.bytes ? lines.bytes : "", lines.length,
                                          &inner);
        if (status != SEQNET_OK)
            status = sn_fail(err, status, "%s: %s", path, inner.message);
    }
    sn_buffer_free(&lines);
    return status;
}
