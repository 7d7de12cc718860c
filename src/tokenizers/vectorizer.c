/* The tokenizer of a TextVectorization layer, of which the layer itself says the rule. */
#include <stdio.h>
#include <string.h>

#include "draft.h"
#include "tokenizer_file.h"
#include "utf8.h"
#include "word_lines.h"

#include "banned.h"

/* The ids of the padding and of unknown words, and of the first word. */
enum { PADDING, UNKNOWN, FIRST_WORD };

static bool is_word(const sn_line *line, const char *word)
{
    const size_t length = strlen(word);
    return line->length == length && (length == 0 || memcmp(line->text, word, length) == 0);
}

/* Whether a list begins with an empty word and [UNK], as get_vocabulary() returns it. */
static bool has_special_words(sn_lines lines)
{
    sn_line line;
    return sn_lines_next(&lines, &line) && is_word(&line, "") && sn_lines_next(&lines, &line) &&
           is_word(&line, "[UNK]");
}

static seqnet_status add_words(sn_draft *draft, sn_lines lines)
{
    int64_t id = has_special_words(lines) ? PADDING : FIRST_WORD;
    sn_line line;
    for (; sn_lines_next(&lines, &line); id++)
        SN_TRY(sn_draft_add(draft, line.text, line.length, id));
    return SEQNET_OK;
}

static seqnet_status parse(sn_draft *draft, sn_tokenizer_file *file, const char *lines, size_t size)
{
    if (!sn_utf8_is_clean(lines, size))
        return sn_fail(draft->err, SEQNET_ERR_MODEL, "%s: its vocabulary is no UTF-8 text",
                       draft->path);
    SN_TRY(add_words(draft, sn_lines_begin(lines, size)));
    return sn_draft_finish(draft, "a TextVectorization layer's vocabulary", file);
}

seqnet_status sn_vectorizer_parse(sn_tokenizer_file *file, const sn_text_rule *rule,
                                  size_t max_tokens, const char *lines, size_t size,
                                  const char *path, seqnet_error *err)
{
    sn_draft draft = {.path = path, .err = err, .rule = rule};
    *file = (sn_tokenizer_file){.oov_id = UNKNOWN};
    draft.settings[SN_ROLE_OOV_ID] = (sn_tree_value){.kind = SN_TREE_INTEGER, .integer = UNKNOWN};
    draft.is_given[SN_ROLE_OOV_ID] = true;
    draft.settings[SN_ROLE_NUM_WORDS] =
        (sn_tree_value){.kind = SN_TREE_INTEGER, .integer = (int64_t)max_tokens};
    draft.is_given[SN_ROLE_NUM_WORDS] = max_tokens > 0;
    const seqnet_status status = parse(&draft, file, lines, size);
    sn_draft_free(&draft);
    if (status != SEQNET_OK)
        sn_tokenizer_file_free(file);
    return status;
}
