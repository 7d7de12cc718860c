#include "word_lines.h"

#include <stdio.h>
#include <string.h>

#include <seqnet/number.h>

#include "foreign_tokenizer.h"
#include "utf8.h"

#include "banned.h"

enum { NUMBER = 24, LEAST_WORDS = 2 };

static bool is_padding(const sn_tree_value *word)
{
    static const char *const names[] = {"",      "<PAD>", "<pad>",   "[PAD]",
                                        "[pad]", "PAD",   "__PAD__", "<padding>"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (sn_tree_is(word, names[i]))
            return true;
    return false;
}

seqnet_status sn_word_lines_number(sn_draft *draft, const sn_tree_value *first,
                                   const sn_tree_value *second)
{
    static const char PUNCTUATION[] = "lower_and_strip_punctuation";
    const bool is_padded = is_padding(first);
    if (!is_padded)
        for (size_t i = 0; i < draft->count; i++)
            draft->entries[i].id++;
    draft->is_bare = true;
    if (is_padded && sn_tree_is(second, "[UNK]") && !draft->is_given[SN_ROLE_STANDARDIZE]) {
        draft->settings[SN_ROLE_STANDARDIZE] = (sn_tree_value){
            .kind = SN_TREE_TEXT, .text = PUNCTUATION, .length = sizeof PUNCTUATION - 1};
        draft->is_given[SN_ROLE_STANDARDIZE] = true;
    }
    return SEQNET_OK;
}

sn_lines sn_lines_begin(const char *text, size_t size)
{
    sn_lines lines = {.pos = text, .end = text + size, .has_returns = true};
    for (const char *at = text; at < lines.end && (at = memchr(at, '\n', (size_t)(lines.end - at)));
         at++)
        lines.has_returns &= at > text && at[-1] == '\r';
    return lines;
}

bool sn_lines_next(sn_lines *lines, sn_line *line)
{
    if (lines->pos == lines->end)
        return false;
    const size_t left = (size_t)(lines->end - lines->pos);
    const char *const newline = memchr(lines->pos, '\n', left);
    *line =
        (sn_line){.text = lines->pos, .length = newline ? (size_t)(newline - lines->pos) : left};
    if (newline && lines->has_returns)
        line->length--;
    lines->pos = newline ? newline + 1 : lines->end;
    return true;
}

/* Divides a line into a word and the whole number behind it, with a tab, a comma or blanks between;
 * false when there is none. */
static bool divide(const sn_line *whole, sn_line *word, int64_t *number)
{
    char digits[NUMBER];
    size_t start = whole->length;
    while (start > 0 && whole->text[start - 1] >= '0' && whole->text[start - 1] <= '9')
        start--;
    const size_t count = whole->length - start;
    size_t end = start;
    while (end > 0 && strchr("\t ,:", whole->text[end - 1]))
        end--;
    if (count == 0 || count >= NUMBER || end == start || end == 0)
        return false;
    memcpy(digits, whole->text + start, count);
    digits[count] = '\0';
    *word = (sn_line){.text = whole->text, .length = end};
    return seqnet_parse_int64(digits, number);
}

/* Whether each line is a word and a number, and the numbers rise: ids, not counts. The first line
 * may be without, as the head of a CSV file is. */
static bool has_numbers(sn_lines lines)
{
    sn_line whole, word;
    int64_t number, before = -1;
    size_t others = 0, numbered = 0;
    for (; sn_lines_next(&lines, &whole); others += whole.length > 0) {
        if (whole.length == 0)
            continue;
        if (!divide(&whole, &word, &number)) {
            if (others > 0)
                return false;
            continue;
        }
        if (number <= before)
            return false;
        before = number;
        numbered++;
    }
    return numbered > 0 && (numbered > 1 || numbered == others);
}

static seqnet_status read_numbered(sn_draft *draft, sn_lines lines)
{
    sn_line whole, word;
    int64_t number;
    while (sn_lines_next(&lines, &whole))
        if (whole.length > 0 && divide(&whole, &word, &number))
            SN_TRY(sn_draft_add(draft, word.text, word.length, number));
    draft->is_bare = true;
    return SEQNET_OK;
}

static sn_tree_value text_value(const sn_line *word)
{
    return (sn_tree_value){.kind = SN_TREE_TEXT, .text = word->text, .length = word->length};
}

seqnet_status sn_word_lines_read(sn_draft *draft, const char *text, size_t size,
                                 char form[SN_TOKENIZER_FORM])
{
    sn_lines lines = sn_lines_begin(text, size);
    sn_tree_value head[2] = {{.kind = SN_TREE_NONE}, {.kind = SN_TREE_NONE}};
    sn_line word;
    SN_TRY(sn_foreign_lines(text, size, draft->path, draft->err));
    if (has_numbers(lines)) {
        (void)snprintf(form, SN_TOKENIZER_FORM, "a list of words with their ids");
        return read_numbered(draft, lines);
    }
    int64_t count = 0;
    for (; sn_lines_next(&lines, &word); count++) {
        if (count < 2)
            head[count] = text_value(&word);
        SN_TRY(sn_draft_add(draft, word.text, word.length, count));
    }
    if (count < LEAST_WORDS)
        return sn_tokenizer_unknown(draft->path, draft->err);
    SN_TRY(sn_word_lines_number(draft, &head[0], &head[1]));
    (void)snprintf(form, SN_TOKENIZER_FORM, "%s",
                   draft->is_given[SN_ROLE_STANDARDIZE] ? "a TextVectorization layer's vocabulary"
                                                        : "a list of words");
    return SEQNET_OK;
}
