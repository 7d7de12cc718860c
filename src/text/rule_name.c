/*
 * The names of text rules, with their settings. Each rule has one name: a name is parsed by finding
 * the rule that has it, or, of the rules of imported models, by reading the settings and writing
 * them again. Their JSON has its keys in one order and one form of each string, so that it is read
 * in one pass without memory.
 */
#include <stdio.h>
#include <string.h>

#include "text_rule.h"
#include "utf8.h"

#include "banned.h"

static const char TOKENIZER[] = "keras-tokenizer-1", VECTORIZER[] = "keras-vectorizer-1",
                  FASTTEXT[] = "fasttext-1";

/* A text that is written; SN_TEXT_RULE_NAME has room for the longest name. */
typedef struct writing {
    char *text;
    size_t used;
} writing;

static void put(writing *w, const char *text)
{
    const size_t length = strlen(text);
    memcpy(w->text + w->used, text, length);
    w->used += length;
    w->text[w->used] = '\0';
}

/* Writes a JSON string. */
static void put_string(writing *w, const char *text)
{
    put(w, "\"");
    for (; *text; text++) {
        char spelt[8] = {*text, '\0'};
        if (*text == '\n' || *text == '\t')
            (void)snprintf(spelt, sizeof spelt, "\\%c", *text == '\n' ? 'n' : 't');
        else if (*text == '"' || *text == '\\')
            (void)snprintf(spelt, sizeof spelt, "\\%c", *text);
        else if ((unsigned char)*text < ' ')
            (void)snprintf(spelt, sizeof spelt, "\\u%04x", (unsigned)*text);
        put(w, spelt);
    }
    put(w, "\"");
}

static const char *truth(bool value)
{
    return value ? "true" : "false";
}

static void put_tokenizer(writing *w, const sn_text_rule *rule)
{
    put(w, TOKENIZER);
    put(w, " {\"lower\":");
    put(w, truth(rule->lower));
    put(w, ",\"char_level\":");
    put(w, truth(rule->split_at == SN_SPLIT_CHARACTERS));
    put(w, ",\"split\":");
    if (rule->split_at == SN_SPLIT_AT_TEXT)
        put_string(w, rule->separator);
    else
        put(w, "null");
    put(w, ",\"filters\":");
    put_string(w, rule->filters);
    put(w, "}");
}

static void put_vectorizer(writing *w, const sn_text_rule *rule)
{
    static const char *const standardize[2][2] = {{"null", "\"strip_punctuation\""},
                                                  {"\"lower\"", "\"lower_and_strip_punctuation\""}};
    put(w, VECTORIZER);
    put(w, " {\"standardize\":");
    put(w, standardize[rule->lower][rule->strip_punctuation]);
    put(w, ",\"split\":");
    put(w, rule->split_at == SN_SPLIT_WHITE_SPACE  ? "\"whitespace\""
           : rule->split_at == SN_SPLIT_CHARACTERS ? "\"character\""
                                                   : "null");
    put(w, "}");
}

/* With the names that fastText has for them. */
static void put_fasttext(writing *w, const sn_fasttext_rule *rule)
{
    (void)snprintf(w->text, SN_TEXT_RULE_NAME,
                   "%s {\"wordNgrams\":%d,\"minn\":%d,\"maxn\":%d,\"bucket\":%d}", FASTTEXT,
                   (int)rule->word_ngrams, (int)rule->shortest, (int)rule->longest,
                   (int)rule->buckets);
}

const char *sn_text_rule_name(sn_text_rule rule, char name[SN_TEXT_RULE_NAME])
{
    static const char *const kinds[] = {[SN_TEXT_RULE_KERAS] = "keras",
                                        [SN_TEXT_RULE_UNICODE_1] = "unicode-1",
                                        [SN_TEXT_RULE_UNICODE] = "unicode-2"};
    writing w = {.text = name};
    if (rule.kind == SN_TEXT_RULE_KERAS_TOKENIZER)
        put_tokenizer(&w, &rule);
    else if (rule.kind == SN_TEXT_RULE_KERAS_VECTORIZER)
        put_vectorizer(&w, &rule);
    else if (rule.kind == SN_TEXT_RULE_FASTTEXT)
        put_fasttext(&w, &rule.fasttext);
    else
        (void)snprintf(name, SN_TEXT_RULE_NAME, "%s%s%s", kinds[rule.kind],
                       rule.drop_digits ? " no-digits" : "", rule.cjk_pairs ? " cjk-pairs" : "");
    return name;
}

/* Moves *text past `expected`; false where it does not begin with it. */
static bool take(const char **text, const char *expected)
{
    const size_t length = strlen(expected);
    if (strncmp(*text, expected, length) != 0)
        return false;
    *text += length;
    return true;
}

static bool take_truth(const char **text, bool *value)
{
    *value = take(text, "true");
    return *value || take(text, "false");
}

/* Reads what put_string writes for one byte. */
static bool take_byte(const char **text, char *byte)
{
    static const char digits[] = "0123456789abcdef";
    if (take(text, "\\n"))
        *byte = '\n';
    else if (take(text, "\\t"))
        *byte = '\t';
    else if (take(text, "\\u00")) {
        const char *const high = memchr(digits, **text, 16);
        const char *const low = high ? memchr(digits, (*text)[1], 16) : NULL;
        if (!low)
            return false;
        *byte = (char)((high - digits) * 16 + (low - digits));
        *text += 2;
    } else {
        *text += **text == '\\';
        *byte = *(*text)++;
    }
    return *byte != '\0';
}

/* Reads a string of fewer than `room` bytes, which must be UTF-8. */
static bool take_string(const char **text, char *string, size_t room)
{
    size_t used = 0;
    if (!take(text, "\""))
        return false;
    while (**text != '"') {
        if (**text == '\0' || used + 1 == room || !take_byte(text, &string[used]))
            return false;
        used++;
    }
    string[used] = '\0';
    return take(text, "\"") && sn_utf8_is_clean(string, used);
}

static bool read_tokenizer(sn_text_rule *rule, const char *text)
{
    bool by_character = false;
    rule->kind = SN_TEXT_RULE_KERAS_TOKENIZER;
    if (!take(&text, " {\"lower\":") || !take_truth(&text, &rule->lower) ||
        !take(&text, ",\"char_level\":") || !take_truth(&text, &by_character) ||
        !take(&text, ",\"split\":"))
        return false;
    rule->split_at = by_character          ? SN_SPLIT_CHARACTERS
                     : take(&text, "null") ? SN_SPLIT_WHITE_SPACE
                                           : SN_SPLIT_AT_TEXT;
    if (by_character)
        return true; /* without other settings */
    if (rule->split_at == SN_SPLIT_AT_TEXT &&
        (!take_string(&text, rule->separator, sizeof rule->separator) || !*rule->separator))
        return false;
    return take(&text, ",\"filters\":") && take_string(&text, rule->filters, sizeof rule->filters);
}

static bool read_vectorizer(sn_text_rule *rule, const char *text)
{
    rule->kind = SN_TEXT_RULE_KERAS_VECTORIZER;
    rule->lower = strstr(text, "lower") != NULL;
    rule->strip_punctuation = strstr(text, "strip") != NULL;
    rule->split_at = strstr(text, "space")       ? SN_SPLIT_WHITE_SPACE
                     : strstr(text, "character") ? SN_SPLIT_CHARACTERS
                                                 : SN_SPLIT_NOTHING;
    return true;
}

/* Reads a whole number from 0 on; 0 for one that is too large. */
static int32_t take_number(const char **text)
{
    int64_t number = 0;
    for (; **text >= '0' && **text <= '9'; (*text)++)
        number = number > INT32_MAX ? number : 10 * number + (**text - '0');
    return number > INT32_MAX ? 0 : (int32_t)number;
}

static bool read_fasttext(sn_text_rule *rule, const char *text)
{
    static const char *const keys[] = {
        " {\"wordNgrams\":", ",\"minn\":", ",\"maxn\":", ",\"bucket\":"};
    sn_fasttext_rule *const settings = &rule->fasttext;
    int32_t *const numbers[] = {&settings->word_ngrams, &settings->shortest, &settings->longest,
                                &settings->buckets};
    rule->kind = SN_TEXT_RULE_FASTTEXT;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (!take(&text, keys[i]))
            return false;
        *numbers[i] = take_number(&text);
    }
    return true;
}

/* Reads the settings of an imported model's rule; the caller checks that the rule has this name. */
static bool read_imported(sn_text_rule *rule, const char *name)
{
    if (take(&name, TOKENIZER))
        return read_tokenizer(rule, name);
    if (take(&name, FASTTEXT))
        return read_fasttext(rule, name);
    return take(&name, VECTORIZER) && read_vectorizer(rule, name);
}

static bool has_name(const sn_text_rule *rule, const char *name)
{
    char known[SN_TEXT_RULE_NAME];
    return strcmp(sn_text_rule_name(*rule, known), name) == 0;
}

/* Finds the rule of a name among those without other settings. */
static bool find_rule(sn_text_rule *rule, const char *name)
{
    static const sn_text_rule_kind kinds[] = {SN_TEXT_RULE_UNICODE, SN_TEXT_RULE_UNICODE_1};
    if (strcmp(name, "keras") == 0)
        return true; /* which a zeroed rule is */
    for (unsigned i = 0; i < 8; i++) {
        *rule = (sn_text_rule){.kind = kinds[i / 4], .drop_digits = i & 1, .cjk_pairs = i & 2};
        if (has_name(rule, name))
            return true;
    }
    return false;
}

bool sn_text_rule_parse(sn_text_rule *rule, const char *name)
{
    sn_text_rule found = {0};
    if (read_imported(&found, name) ? !has_name(&found, name) : !find_rule(&found, name))
        return false;
    *rule = found;
    return true;
}

bool sn_vectorizer_rule(sn_text_rule *rule, const char *standardize, const char *split)
{
    sn_text_rule made = {.kind = SN_TEXT_RULE_KERAS_VECTORIZER, .split_at = SN_SPLIT_NOTHING};
    const bool both = standardize && strcmp(standardize, "lower_and_strip_punctuation") == 0;
    made.lower = both || (standardize && strcmp(standardize, "lower") == 0);
    made.strip_punctuation = both || (standardize && strcmp(standardize, "strip_punctuation") == 0);
    if (standardize && !made.lower && !made.strip_punctuation)
        return false;
    if (split && strcmp(split, "whitespace") == 0)
        made.split_at = SN_SPLIT_WHITE_SPACE;
    else if (split && strcmp(split, "character") == 0)
        made.split_at = SN_SPLIT_CHARACTERS;
    else if (split)
        return false;
    *rule = made;
    return true;
}
