#include "draft.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "rule_of.h"

#include "banned.h"

enum {
    /* The longest key that has a role, without what is between its words. */
    KEY = 32,
    SHOWN = 60
};

typedef struct named_role {
    const char *key;
    sn_draft_role role;
} named_role;

/* Keys in small letters, with nothing between their words. */
static const named_role ROLES[] = {
    {"numwords", SN_ROLE_NUM_WORDS},
    {"nbwords", SN_ROLE_NUM_WORDS},
    {"maxwords", SN_ROLE_NUM_WORDS},
    {"maxnumwords", SN_ROLE_NUM_WORDS},
    {"maxnbwords", SN_ROLE_NUM_WORDS},
    {"maxfeatures", SN_ROLE_NUM_WORDS},
    {"maxtokens", SN_ROLE_NUM_WORDS},
    {"topwords", SN_ROLE_NUM_WORDS},
    {"vocabsize", SN_ROLE_VOCABULARY_SIZE},
    {"maxvocabsize", SN_ROLE_VOCABULARY_SIZE},
    {"vocabularysize", SN_ROLE_VOCABULARY_SIZE},
    {"oovtoken", SN_ROLE_OOV_TOKEN},
    {"oovtok", SN_ROLE_OOV_TOKEN},
    {"oov", SN_ROLE_OOV_TOKEN},
    {"unktoken", SN_ROLE_OOV_TOKEN},
    {"unknowntoken", SN_ROLE_OOV_TOKEN},
    {"oovindex", SN_ROLE_OOV_ID},
    {"oovid", SN_ROLE_OOV_ID},
    {"oovtokenindex", SN_ROLE_OOV_ID},
    {"unkindex", SN_ROLE_OOV_ID},
    {"unkid", SN_ROLE_OOV_ID},
    {"filters", SN_ROLE_FILTERS},
    {"lower", SN_ROLE_LOWER},
    {"lowercase", SN_ROLE_LOWER},
    {"split", SN_ROLE_SPLIT},
    {"charlevel", SN_ROLE_CHAR_LEVEL},
    {"analyzer", SN_ROLE_ANALYZER},
    {"maxlen", SN_ROLE_MAXLEN},
    {"maxlength", SN_ROLE_MAXLEN},
    {"maxseqlen", SN_ROLE_MAXLEN},
    {"maxseqlength", SN_ROLE_MAXLEN},
    {"maxsequencelen", SN_ROLE_MAXLEN},
    {"maxsequencelength", SN_ROLE_MAXLEN},
    {"sequencelength", SN_ROLE_MAXLEN},
    {"seqlen", SN_ROLE_MAXLEN},
    {"seqlength", SN_ROLE_MAXLEN},
    {"inputlength", SN_ROLE_MAXLEN},
    {"outputsequencelength", SN_ROLE_MAXLEN},
    {"padding", SN_ROLE_PADDING},
    {"paddingtype", SN_ROLE_PADDING},
    {"padtype", SN_ROLE_PADDING},
    {"truncating", SN_ROLE_TRUNCATING},
    {"truncation", SN_ROLE_TRUNCATING},
    {"truncatingtype", SN_ROLE_TRUNCATING},
    {"trunctype", SN_ROLE_TRUNCATING},
    {"standardize", SN_ROLE_STANDARDIZE},
    {"ngrams", SN_ROLE_NGRAMS},
    {"outputmode", SN_ROLE_OUTPUT_MODE},
    {"wordindex", SN_ROLE_WORD_INDEX},
    {"word2idx", SN_ROLE_WORD_INDEX},
    {"word2index", SN_ROLE_WORD_INDEX},
    {"word2id", SN_ROLE_WORD_INDEX},
    {"wordtoid", SN_ROLE_WORD_INDEX},
    {"wordtoidx", SN_ROLE_WORD_INDEX},
    {"wordtoix", SN_ROLE_WORD_INDEX},
    {"wordtoindex", SN_ROLE_WORD_INDEX},
    {"tokentoid", SN_ROLE_WORD_INDEX},
    {"token2id", SN_ROLE_WORD_INDEX},
    {"stoi", SN_ROLE_WORD_INDEX},
    {"vocab", SN_ROLE_WORD_INDEX},
    {"vocabulary", SN_ROLE_WORD_INDEX},
    {"indexword", SN_ROLE_INDEX_WORD},
    {"index2word", SN_ROLE_INDEX_WORD},
    {"idx2word", SN_ROLE_INDEX_WORD},
    {"id2word", SN_ROLE_INDEX_WORD},
    {"indextoword", SN_ROLE_INDEX_WORD},
    {"itos", SN_ROLE_INDEX_WORD},
    {"reversewordindex", SN_ROLE_INDEX_WORD},
    {"wordcounts", SN_ROLE_COUNTS},
    {"worddocs", SN_ROLE_COUNTS},
    {"indexdocs", SN_ROLE_COUNTS},
    {"documentcount", SN_ROLE_COUNTS},
    {"idfweights", SN_ROLE_COUNTS},
    {"config", SN_ROLE_INNER},
    {"tokenizer", SN_ROLE_INNER},
    {"tokenizerconfig", SN_ROLE_INNER},
    {"preprocessing", SN_ROLE_INNER},
};

sn_draft_role sn_draft_role_of(const char *key, size_t length)
{
    char plain[KEY];
    size_t used = 0;
    for (size_t i = 0; i < length && used < KEY - 1; i++) {
        const char c = key[i];
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            plain[used++] = c;
        else if (c >= 'A' && c <= 'Z')
            plain[used++] = (char)(c + ('a' - 'A'));
    }
    plain[used] = '\0';
    for (size_t i = 0; i < sizeof ROLES / sizeof *ROLES; i++)
        if (strcmp(plain, ROLES[i].key) == 0)
            return ROLES[i].role;
    /* A key that was damaged, "oov_tpython train.pyoken", was found in a published file. */
    return strncmp(plain, "oov", 3) == 0 ? SN_ROLE_OOV_TOKEN : SN_ROLE_UNKNOWN;
}

seqnet_status sn_draft_add(sn_draft *draft, const char *word, size_t length, int64_t id)
{
    if (draft->count >= UINT32_MAX || length > UINT32_MAX)
        return sn_fail(draft->err, SEQNET_ERR_MODEL, "%s: has too many words, or too long ones",
                       draft->path);
    SN_TRY(sn_grow(&draft->entries, &draft->capacity, draft->count + 1, sizeof *draft->entries,
                   draft->err));
    draft->entries[draft->count] = (sn_word_entry){
        .word = word, .length = (uint32_t)length, .number = (uint32_t)draft->count, .id = id};
    draft->count++;
    return SEQNET_OK;
}

/* By word, then by number. */
static int compare_entries(const void *a, const void *b)
{
    const sn_word_entry *const left = a, *const right = b;
    const size_t shorter = left->length < right->length ? left->length : right->length;
    const int order = shorter ? memcmp(left->word, right->word, shorter) : 0;
    if (order != 0)
        return order;
    if (left->length != right->length)
        return left->length < right->length ? -1 : 1;
    return left->number < right->number ? -1 : 1;
}

static bool is_same_word(const sn_word_entry *a, const sn_word_entry *b)
{
    return a->length == b->length && (a->length == 0 || memcmp(a->word, b->word, a->length) == 0);
}

/* Leaves of equal words the last one, as a dictionary of Python does. */
static void drop_repeated(sn_draft *draft)
{
    size_t kept = 0;
    if (draft->count == 0)
        return;
    qsort(draft->entries, draft->count, sizeof *draft->entries, compare_entries);
    for (size_t i = 0; i < draft->count; i++)
        if (i + 1 == draft->count || !is_same_word(&draft->entries[i], &draft->entries[i + 1]))
            draft->entries[kept++] = draft->entries[i];
    draft->count = kept;
}

static const sn_word_entry *find_word(const sn_draft *draft, const char *word, size_t length)
{
    for (size_t i = 0; i < draft->count; i++) {
        const sn_word_entry wanted = {.word = word, .length = (uint32_t)length};
        if (is_same_word(&draft->entries[i], &wanted))
            return &draft->entries[i];
    }
    return NULL;
}

/* The entry that authors use for unknown words, where nothing says so. */
static const sn_word_entry *find_unknown_entry(const sn_draft *draft)
{
    static const char *const names[] = {
        "<OOV>",       "<oov>",     "[UNK]",   "<UNK>",   "<unk>",       "[OOV]",     "<UNKNOWN>",
        "<unknown>",   "<Unknown>", "UNK",     "OOV",     "<OOV_TOKEN>", "OOV_TOKEN", "__UNK__",
        "<oov_token>", "[unk]",     "UNKNOWN", "<|unk|>", "_UNK",        "unk",       "oov"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const sn_word_entry *const found = find_word(draft, names[i], strlen(names[i]));
        const bool is_plain_word = names[i][0] == 'u' || names[i][0] == 'o';
        if (found && (!is_plain_word || found->id <= 1))
            return found;
    }
    return NULL;
}

static const sn_tree_value *setting(const sn_draft *draft, sn_draft_role role)
{
    return draft->is_given[role] ? &draft->settings[role] : NULL;
}

/* What Python takes for true. */
static bool is_true(const sn_tree_value *v, bool by_default)
{
    return v ? (v->kind == SN_TREE_INTEGER && v->integer != 0) : by_default;
}

static seqnet_status check_settings(const sn_draft *draft)
{
    const sn_tree_value *const analyzer = setting(draft, SN_ROLE_ANALYZER);
    const sn_tree_value *const ngrams = setting(draft, SN_ROLE_NGRAMS);
    const sn_tree_value *const mode = setting(draft, SN_ROLE_OUTPUT_MODE);
    if (analyzer && analyzer->kind != SN_TREE_NONE)
        return sn_fail(
            draft->err, SEQNET_ERR_MODEL,
            "%s: splits texts with an analyzer of its author's, a Python function, which "
            "is not read; name a word index and check its ids with seqnet tokens",
            draft->path);
    if (ngrams && ngrams->kind != SN_TREE_NONE)
        return sn_fail(draft->err, SEQNET_ERR_MODEL,
                       "%s: makes n-grams of words, for which imported models have no rule",
                       draft->path);
    if (mode && mode->kind == SN_TREE_TEXT && !sn_tree_is(mode, "int"))
        return sn_fail(draft->err, SEQNET_ERR_MODEL,
                       "%s: its output_mode is '%.*s', which gives no ids; only int does",
                       draft->path, (int)(mode->length < SHOWN ? mode->length : SHOWN), mode->text);
    return SEQNET_OK;
}

static seqnet_status take_rule(const sn_draft *draft, sn_tokenizer_file *file)
{
    const sn_tree_value *const standardize = setting(draft, SN_ROLE_STANDARDIZE);
    const sn_tree_value *const filters = setting(draft, SN_ROLE_FILTERS);
    const sn_tree_value *const split = setting(draft, SN_ROLE_SPLIT);
    SN_TRY(check_settings(draft));
    if (draft->rule) {
        file->rule = *draft->rule;
        return SEQNET_OK;
    }
    if (standardize)
        return sn_rule_of_vectorizer(&file->rule, standardize, split, draft->path, draft->err);
    return sn_rule_of_tokenizer(
        &file->rule, filters, split, is_true(setting(draft, SN_ROLE_LOWER), true),
        is_true(setting(draft, SN_ROLE_CHAR_LEVEL), false), draft->path, draft->err);
}

/* Sets the id of unknown words. */
static void take_unknown(const sn_draft *draft, sn_tokenizer_file *file)
{
    const sn_tree_value *const token = setting(draft, SN_ROLE_OOV_TOKEN);
    const sn_tree_value *id = setting(draft, SN_ROLE_OOV_ID);
    const sn_word_entry *found = NULL;
    file->oov_id = -1;
    if (!id && token && token->kind == SN_TREE_INTEGER)
        id = token;
    if (id && id->kind == SN_TREE_INTEGER && id->integer >= 0 && id->integer <= INT32_MAX) {
        file->oov_id = (int32_t)id->integer;
        return;
    }
    if (token && token->kind == SN_TREE_TEXT) {
        found = find_word(draft, token->text, token->length);
        if (!found)
            (void)snprintf(file->told, sizeof file->told,
                           "its word for unknown words, '%.*s', is not in its index, so that they "
                           "are dropped",
                           (int)(token->length < SHOWN ? token->length : SHOWN), token->text);
    } else if (!token && draft->is_bare) {
        found = find_unknown_entry(draft);
    }
    if (found && found->id >= 0 && found->id <= INT32_MAX)
        file->oov_id = (int32_t)found->id;
}

/* Whether it is Keras's imdb_word_index.json, by its size and two of its words. */
static bool is_imdb(const sn_draft *draft)
{
    enum { WORDS = 88584, ID_OF_BR = 7 };
    if (draft->count != WORDS)
        return false;
    const sn_word_entry *const the = find_word(draft, "the", 3), *const br =
                                                                     find_word(draft, "br", 2);
    return the && the->id == 1 && br && br->id == ID_OF_BR;
}

static void take_side(const sn_draft *draft, sn_draft_role role, bool *is_known, seqnet_side *side)
{
    const sn_tree_value *const v = setting(draft, role);
    *is_known = v && (sn_tree_is(v, "pre") || sn_tree_is(v, "post"));
    if (*is_known)
        *side = sn_tree_is(v, "post") ? SEQNET_POST : SEQNET_PRE;
}

static void take_lengths(const sn_draft *draft, sn_tokenizer_file *file)
{
    const sn_tree_value *words = setting(draft, SN_ROLE_NUM_WORDS);
    const sn_tree_value *const maxlen = setting(draft, SN_ROLE_MAXLEN);
    const sn_tree_value *const size = setting(draft, SN_ROLE_VOCABULARY_SIZE);
    /* A size is a limit when it is below the number of words, else it says how many there are. */
    if (!words && size && size->integer < (int64_t)draft->count)
        words = size;
    if (words && words->kind == SN_TREE_INTEGER && words->integer > 0 &&
        words->integer <= INT32_MAX)
        file->num_words = (int32_t)words->integer;
    if (maxlen && maxlen->kind == SN_TREE_INTEGER && maxlen->integer > 0 &&
        maxlen->integer <= INT32_MAX)
        file->maxlen = (int32_t)maxlen->integer;
    take_side(draft, SN_ROLE_PADDING, &file->has_padding, &file->padding);
    take_side(draft, SN_ROLE_TRUNCATING, &file->has_truncating, &file->truncating);
}

seqnet_status sn_draft_finish(sn_draft *draft, const char *form, sn_tokenizer_file *file)
{
    drop_repeated(draft);
    if (draft->count == 0)
        return sn_fail(draft->err, SEQNET_ERR_MODEL,
                       "%s: its tokenizer has no words: it was never fitted to texts", draft->path);
    (void)snprintf(file->form, sizeof file->form, "%s", form);
    file->words = draft->count;
    file->is_imdb = is_imdb(draft);
    SN_TRY(take_rule(draft, file));
    take_unknown(draft, file);
    take_lengths(draft, file);
    return sn_draft_vocabulary(draft, file);
}

void sn_draft_free(sn_draft *draft)
{
    free(draft->entries);
    *draft = (sn_draft){0};
}
