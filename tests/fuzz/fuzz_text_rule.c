/* Fuzz target: any bytes as a text, under each text rule. Tokens must have bounds, and those of the
 * unicode rule, joined by spaces, must be the same again. */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text_rule.h"

static void check(bool holds, const char *what)
{
    if (!holds) {
        fprintf(stderr, "%s\n", what);
        abort();
    }
}

static bool is_unicode(sn_text_rule rule)
{
    return rule.kind == SN_TEXT_RULE_UNICODE || rule.kind == SN_TEXT_RULE_UNICODE_1;
}

/* Joins the tokens in an allocated buffer; the text may be what it returned before. */
static char *join(sn_text_rule rule, const char *text, size_t size, size_t *used)
{
    static sn_tokenizer tokenizer; /* reused, as making its table takes long */
    char *const joined = malloc(size * 8 + SN_TOKEN_MAX);
    const char *token;
    size_t length;
    *used = 0;
    check(sn_tokenizer_start(&tokenizer, rule, text, size, NULL) == SEQNET_OK, "no start");
    while (sn_tokenizer_next(&tokenizer, &token, &length)) {
        check(length > 0 && !memchr(token, ' ', length), "an empty token or one with a space");
        check(!is_unicode(rule) || length <= SN_TOKEN_MAX, "a long token");
        const sn_text_span span = sn_tokenizer_span(&tokenizer, token, length);
        check(span.start <= span.end && span.end <= size, "a span beyond the text");
        if (*used)
            joined[(*used)++] = ' ';
        memcpy(joined + *used, token, length);
        *used += length;
    }
    return joined;
}

#define TOKENIZER(split, filters)                                                                  \
    "keras-tokenizer-1 {\"lower\":true,\"char_level\":false,\"split\":" split                      \
    ",\"filters\":\"" filters "\"}"
#define VECTORIZER                                                                                 \
    "keras-vectorizer-1 "                                                                          \
    "{\"standardize\":\"lower_and_strip_punctuation\",\"split\":\"whitespace\"}"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"keras",
                                        "unicode-1",
                                        "unicode-2",
                                        "unicode-2 cjk-pairs",
                                        "unicode-2 no-digits",
                                        TOKENIZER("\" \"", "!.,\\n\\t"),
                                        TOKENIZER("null", ""),
                                        VECTORIZER};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        sn_text_rule rule;
        size_t used, again_used;
        check(sn_text_rule_parse(&rule, names[i]), "no rule");
        char *const joined = join(rule, (const char *)data, size, &used);
        char *const again = join(rule, joined, used, &again_used);
        check(used == again_used && memcmp(joined, again, used) == 0, "other tokens again");
        free(joined);
        free(again);
    }
    return 0;
}
