#include "rule_of.h"

#include <string.h>

#include "utf8.h"

#include "banned.h"

/* The defaults of Keras's Tokenizer. */
static const char FILTERS[] = "!\"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n", SEPARATOR[] = " ";

/* Copies a text that the rule keeps; false when it is too long or cannot be kept. */
static bool copy_text(char *copy, size_t room, const char *text, size_t length)
{
    if (length >= room || !sn_utf8_is_clean(text, length))
        return false;
    memcpy(copy, text, length);
    copy[length] = '\0';
    return true;
}

static seqnet_status take_filters(sn_text_rule *rule, const sn_tree_value *filters,
                                  const char *path, seqnet_error *err)
{
    const bool is_text = filters && filters->kind == SN_TREE_TEXT;
    if (filters && filters->kind == SN_TREE_NONE)
        return SEQNET_OK;
    if (filters && !is_text)
        return sn_fail(err, SEQNET_ERR_MODEL, "%s: its filters are no text, so they are not read",
                       path);
    if (!copy_text(rule->filters, sizeof rule->filters, is_text ? filters->text : FILTERS,
                   is_text ? filters->length : sizeof FILTERS - 1))
        return sn_fail(err, SEQNET_ERR_MODEL,
                       "%s: its filters are no UTF-8, or longer than %d bytes", path,
                       SN_FILTERS - 1);
    return SEQNET_OK;
}

static seqnet_status take_separator(sn_text_rule *rule, const sn_tree_value *split,
                                    const char *path, seqnet_error *err)
{
    const bool is_text = split && split->kind == SN_TREE_TEXT;
    if (split && split->kind == SN_TREE_NONE) {
        rule->split_at = SN_SPLIT_WHITE_SPACE;
        return SEQNET_OK;
    }
    if (split && !is_text)
        return sn_fail(err, SEQNET_ERR_MODEL,
                       "%s: splits texts with a function of its author's, which is not read; name "
                       "a word index and check its ids with seqnet tokens",
                       path);
    if (!copy_text(rule->separator, sizeof rule->separator, is_text ? split->text : SEPARATOR,
                   is_text ? split->length : sizeof SEPARATOR - 1) ||
        !*rule->separator)
        return sn_fail(err, SEQNET_ERR_MODEL,
                       "%s: its split is empty, no UTF-8, or longer than %d bytes", path,
                       SN_SEPARATING_TEXT - 1);
    return SEQNET_OK;
}

seqnet_status sn_rule_of_tokenizer(sn_text_rule *rule, const sn_tree_value *filters,
                                   const sn_tree_value *split, bool lower, bool char_level,
                                   const char *path, seqnet_error *err)
{
    *rule = (sn_text_rule){.kind = SN_TEXT_RULE_KERAS_TOKENIZER, .lower = lower};
    if (char_level) {
        rule->split_at = SN_SPLIT_CHARACTERS;
        return SEQNET_OK;
    }
    SN_TRY(take_filters(rule, filters, path, err));
    return take_separator(rule, split, path, err);
}

/* Makes a NUL-terminated copy of a setting's text, NULL for none; false for anything else. */
static bool name_of(char copy[SN_SEPARATING_TEXT], const sn_tree_value *v, const char **name)
{
    *name = v->kind == SN_TREE_TEXT ? copy : NULL;
    return v->kind == SN_TREE_NONE ||
           (v->kind == SN_TREE_TEXT && copy_text(copy, SN_SEPARATING_TEXT, v->text, v->length));
}

seqnet_status sn_rule_of_vectorizer(sn_text_rule *rule, const sn_tree_value *standardize,
                                    const sn_tree_value *split, const char *path, seqnet_error *err)
{
    char first[SN_SEPARATING_TEXT] = "", second[SN_SEPARATING_TEXT] = "whitespace";
    const char *standard, *splits = second;
    if (!name_of(first, standardize, &standard) || (split && !name_of(second, split, &splits)) ||
        !sn_vectorizer_rule(rule, standard, splits))
        return sn_fail(err, SEQNET_ERR_MODEL,
                       "%s: standardizes or splits texts with a function of its author's, which is "
                       "not read; name its vocabulary as a list of words",
                       path);
    return SEQNET_OK;
}
