/* The table of folded letters, apart from the rule that reads it: exported C files hold the rule's
 * text as it is, and a table that is made once. */
#include "characters.h"
#include "unicode_rule.h"

#include "banned.h"

void sn_unicode_prepare(sn_tokenizer *t)
{
    if (t->folded['a'] != 0)
        return;
    for (int32_t code = 'A'; code < 0x800; code++) {
        int32_t folded[4];
        const sn_char_class class = sn_char_classify(code);
        const bool is_simple = class == SN_CHAR_LETTER && sn_char_unify_letters(code) == code &&
                               sn_char_stands_alone(code, class) &&
                               sn_char_fold(code, folded) == 1 && folded[0] < 0x800 &&
                               (code < 0x80) == (folded[0] < 0x80);
        t->folded[code] = is_simple ? (uint16_t)folded[0] : 0;
    }
}
