/*
 * Says what a text rule makes of texts, for tokens.py, which knows what Keras would make of them.
 *
 *     say_tokens < LINES
 *
 * Each line is the rule's name and the text, both in hexadecimal, with a space between. The answer
 * is a line with TOKEN:START:END for each token, the token in hexadecimal, START and END being its
 * bytes in the text; "no rule" where no rule has that name.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hexadecimal.h"
#include "text_rule.h"

static void say(sn_tokenizer *tokenizer, sn_text_rule rule, const char *text, size_t size)
{
    const char *token;
    size_t length;
    if (sn_tokenizer_start(tokenizer, rule, text, size, NULL) != SEQNET_OK)
        exit(1);
    while (sn_tokenizer_next(tokenizer, &token, &length)) {
        const sn_text_span span = sn_tokenizer_span(tokenizer, token, length);
        for (size_t i = 0; i < length; i++)
            printf("%02x", (unsigned)(unsigned char)token[i]);
        printf(":%zu:%zu ", span.start, span.end);
    }
    putchar('\n');
}

int main(void)
{
    sn_tokenizer tokenizer = {0};
    char *line = NULL;
    size_t room = 0;
    while (getline(&line, &room, stdin) > 0) {
        char *end;
        sn_text_rule rule;
        const size_t length = unhex(line, &end);
        char *const text = end + 1;
        line[length] = '\0';
        if (!sn_text_rule_parse(&rule, line)) {
            puts("no rule");
            continue;
        }
        const size_t size = unhex(text, &end);
        char *const exact = malloc(size + 1); /* so that a sanitizer sees what is beyond it */
        if (!exact)
            return 1;
        memcpy(exact, text, size);
        say(&tokenizer, rule, exact, size);
        free(exact);
    }
    sn_tokenizer_free(&tokenizer);
    free(line);
    return 0;
}
