/* Explanations for programs: JSON objects, and tab-separated lines. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "errors.h"
#include "explained.h"
#include "json_line.h"
#include "terminal.h"

typedef struct ranked_word {
    double strength;
    size_t number;
} ranked_word;

static int compare_ranked(const void *a, const void *b)
{
    const ranked_word *const x = a, *const y = b;
    if (x->strength != y->strength)
        return x->strength > y->strength ? -1 : 1;
    return (x->number > y->number) - (x->number < y->number);
}

seqnet_status strongest_words(const explained_label *e, bool against, size_t most, size_t **numbers,
                              size_t *count, seqnet_error *err)
{
    const size_t words = e->explanation->count;
    ranked_word *const ranked = malloc((words + 1) * sizeof *ranked);
    size_t found = 0;
    *numbers = malloc((words + 1) * sizeof **numbers);
    *count = 0;
    for (size_t i = 0; ranked && i < words; i++) {
        const double c = e->found->contributions[i];
        ranked[found] = (ranked_word){against ? -c : c, i};
        found += ranked[found].strength > 0.0;
    }
    if (ranked && *numbers) {
        qsort(ranked, found, sizeof *ranked, compare_ranked);
        for (size_t i = 0; i < found && i < most; i++)
            (*numbers)[(*count)++] = ranked[i].number;
    }
    free(ranked);
    if (ranked && *numbers)
        return SEQNET_OK;
    return FAIL(err, SEQNET_ERR_MEMORY, "out of memory for %zu words", words);
}

/* Calls `put` for the words that are asked for: all in order, or with --top the strongest for and
 * against the label. */
typedef void put_word(void *user, const explained_label *e, size_t word);

static seqnet_status put_strongest(const explained_label *e, bool against, put_word *put,
                                   void *user, seqnet_error *err)
{
    size_t *numbers, count;
    const seqnet_status status =
        strongest_words(e, against, (size_t)e->options->top, &numbers, &count, err);
    for (size_t i = 0; i < count; i++)
        put(user, e, numbers[i]);
    free(numbers);
    return status;
}

static seqnet_status put_words(const explained_label *e, put_word *put, void *user,
                               seqnet_error *err)
{
    if (e->options->has_top) {
        TRY(put_strongest(e, false, put, user, err));
        return put_strongest(e, true, put, user, err);
    }
    for (size_t i = 0; i < e->explanation->count; i++)
        put(user, e, i);
    return SEQNET_OK;
}

typedef struct json_words {
    seqnet_json json;
    struct cJSON *list;
} json_words;

static void put_as_json(void *user, const explained_label *e, size_t i)
{
    json_words *const words = user;
    seqnet_json *const json = &words->json;
    const seqnet_explained_word *const word = &e->explanation->words[i];
    struct cJSON *const object = seqnet_json_object(json, words->list, NULL);
    char *const text = strndup(word->text, word->length);
    json->failed |= !text;
    seqnet_json_string(json, object, "text", text ? text : "");
    free(text);
    seqnet_json_number(json, object, "start", (double)word->start);
    seqnet_json_number(json, object, "end", (double)word->end);
    seqnet_json_decimal(json, object, "contribution", e->found->contributions[i], 6);
    if (e->found->running)
        seqnet_json_decimal(json, object, "running", e->found->running[i], 6);
    seqnet_json_bool(json, object, "known", word->known);
    if (word->cut)
        seqnet_json_bool(json, object, "cut", true);
}

seqnet_status show_as_json(const explained_label *e, seqnet_error *err)
{
    json_words words = {.json = seqnet_json_begin_object()};
    struct cJSON *const root = words.json.root;
    seqnet_json_number(&words.json, root, "line", (double)e->text->line);
    seqnet_json_string(&words.json, root, "label", e->name);
    seqnet_json_decimal(&words.json, root, "probability", e->found->probability, 6);
    seqnet_json_decimal(&words.json, root, "score", e->found->score, 6);
    seqnet_json_decimal(&words.json, root, "baseline", e->found->baseline, 6);
    seqnet_json_decimal(&words.json, root, "gap", fabs(e->found->gap) < 5e-7 ? 0.0 : e->found->gap,
                        6);
    words.list = seqnet_json_list(&words.json, root, "words");
    const seqnet_status status = put_words(e, put_as_json, &words, err);
    if (status == SEQNET_OK)
        return write_json_line(stdout, &words.json, err);
    seqnet_json_drop(&words.json);
    return status;
}

static void put_as_line(void *user, const explained_label *e, size_t i)
{
    const seqnet_explained_word *const word = &e->explanation->words[i];
    (void)user;
    printf("%zu\t", e->text->line);
    put_text(stdout, e->name);
    printf("\t%+.4f\t", e->found->contributions[i]);
    if (e->found->running)
        printf("%.6f", e->found->running[i]);
    printf("\t%s\t", word->cut ? "cut" : word->known ? "known" : "unknown");
    put_bytes(stdout, word->text, word->length);
    putchar('\n');
}

seqnet_status show_as_lines(const explained_label *e, seqnet_error *err)
{
    return put_words(e, put_as_line, NULL, err);
}
