#include "label_key.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include <seqnet/number.h>

#include "memory.h"
#include "utf8.h"

#include "banned.h"

/* A double tells any two decimal numbers of so many digits apart. */
enum { NUMBER = 40, EXACT_DIGITS = 15 };

/* Makes every run of blanks one blank, _ among them, and leaves out those at both ends. */
static size_t squeeze(char *text)
{
    size_t used = 0;
    for (size_t i = 0; text[i]; i++) {
        const bool is_blank =
            text[i] == ' ' || text[i] == '_' || (text[i] >= '\t' && text[i] <= '\r');
        if (!is_blank)
            text[used++] = text[i];
        else if (used && text[used - 1] != ' ')
            text[used++] = ' ';
    }
    used -= used && text[used - 1] == ' ';
    text[used] = '\0';
    return used;
}

/* Leaves out punctuation at the end, and quotes at both ends, unless there is nothing else. */
static void cut_punctuation(char *text, size_t length)
{
    size_t kept = length, first = 0;
    while (kept && strchr(".,;:!?\"' ", text[kept - 1]))
        kept--;
    while (first < kept && strchr("\"'", text[first]))
        first++;
    if (!kept)
        return;
    memmove(text, text + first, kept - first);
    text[kept - first] = '\0';
}

/* Leaves out the dot above an i, which the folding of the Turkish capital leaves there. */
static void drop_dots(char *text)
{
    static const char DOTTED[] = "i\xcc\x87";
    for (char *found; (found = strstr(text, DOTTED)) != NULL;)
        memmove(found + 1, found + 3, strlen(found + 3) + 1);
}

/* The digits of a number without its exponent and its leading zeros. */
static size_t count_digits(const char *number)
{
    size_t count = 0;
    for (; *number && *number != 'e'; number++)
        count += *number >= (count ? '0' : '1') && *number <= '9';
    return count;
}

/* Leaves out what does not count in a number: its plus sign, zeros before it, and, where there is
 * no exponent, zeros behind its point. */
static void cut_zeros(char *number)
{
    const bool is_negative = *number == '-';
    const char *from = number + (is_negative || *number == '+');
    size_t length = strlen(from);
    if (strchr(from, '.') && !strchr(from, 'e')) {
        while (from[length - 1] == '0')
            length--;
        length -= from[length - 1] == '.';
    }
    for (; length > 1 && *from == '0' && from[1] != '.'; length--)
        from++;
    memmove(number + is_negative, from, length);
    number[is_negative + length] = '\0';
}

/* Writes a number in one form: 1, 1.0, 01 and 1e0 are one label. */
static seqnet_status write_number(char **key, seqnet_error *err)
{
    double value;
    const char *const digits = **key == '+' ? *key + 1 : *key;
    if (!seqnet_parse_double(digits, &value))
        return SEQNET_OK;
    if (count_digits(digits) > EXACT_DIGITS) {
        cut_zeros(*key);
        return SEQNET_OK;
    }
    char *number;
    SN_TRY(sn_alloc(&number, NUMBER, 1, err));
    (void)snprintf(number, NUMBER, "%.17g", value + 0.0);
    free(*key);
    *key = number;
    return SEQNET_OK;
}

seqnet_status sn_label_key(char **key, const char *label, size_t length, seqnet_error *err)
{
    const utf8proc_option_t forms =
        UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;
    uint8_t *folded = NULL;
    *key = NULL;
    const utf8proc_ssize_t size =
        utf8proc_map((const uint8_t *)label, (utf8proc_ssize_t)length, &folded, forms);
    if (size == UTF8PROC_ERROR_NOMEM)
        return sn_fail(err, SEQNET_ERR_MEMORY, "out of memory for a label");
    if (size < 0) /* no UTF-8: its bytes are its key */
        return sn_copy_string(key, label, length, err);
    *key = (char *)folded;
    drop_dots(*key);
    cut_punctuation(*key, squeeze(*key));
    const seqnet_status status = write_number(key, err);
    if (status != SEQNET_OK) {
        free(*key);
        *key = NULL;
    }
    return status;
}

bool sn_label_key_is_missing(const char *key)
{
    static const char *const spellings[] = {"",     "nan",  "na",   "n/a", "#n/a",
                                            "<na>", "null", "none", "nil"};
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++)
        if (strcmp(key, spellings[i]) == 0)
            return true;
    return false;
}
