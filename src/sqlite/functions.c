/*
 * Functions of SQL, as an extension that SQLite loads:
 *
 *     seqnet(TEXT [, MODEL])               the label; NULL where the model leaves it open
 *     seqnet_probability(TEXT [, MODEL])   the probability of the likeliest label
 *     seqnet_json(TEXT [, MODEL])          what seqnet predict --json prints, without the line
 *     seqnet_model([MODEL])                loads the model that answers where none is named;
 * returns the fingerprint of the one that does
 *
 * Each connection has models of its own, which are loaded when they are first asked for and freed
 * with it; seqnet_model loads again. Without a model of the user's the one in the box answers; no
 * file is looked for.
 *
 * What names a file works only in SQL that the application runs, not in views or triggers, which
 * come with a database. Answers depend on the connection's model, so that the functions are not
 * deterministic in SQLite's sense, and no index can be made of them.
 */
#include <sqlite3ext.h>
#include <stdlib.h>
#include <string.h>

#include <seqnet/held_out.h>
#include <seqnet/json.h>
#include <seqnet/model.h>
#include <seqnet/predict.h>

#include "errors.h"
#include "scored_model.h"

SQLITE_EXTENSION_INIT1

#ifndef SQLITE_RESULT_SUBTYPE /* SQLite before 3.45 does without it */
#define SQLITE_RESULT_SUBTYPE 0
#endif

/* What the functions of one connection share; the last of them to go frees it. */
typedef struct connection {
    size_t functions;
    scored_model *models;
    /* One of the models; NULL: the one in the box. */
    scored_model *chosen;
} connection;

/* Remedies are commands of the shell: "train one with seqnet train". */
static void report(sqlite3_context *context, const seqnet_error *err)
{
    if (err->status == SEQNET_ERR_MEMORY)
        sqlite3_result_error_nomem(context);
    else
        sqlite3_result_error(context, in_options(err->message).text, -1);
}

/* A name of a file: any text but an empty one, without NUL. NULL: it is none, which is reported. */
static const char *path_of(sqlite3_context *context, sqlite3_value *value)
{
    if (sqlite3_value_type(value) == SQLITE_TEXT) {
        const char *const path = (const char *)sqlite3_value_text(value);
        if (path && *path && strlen(path) == (size_t)sqlite3_value_bytes(value))
            return path;
    }
    sqlite3_result_error(context, "seqnet: a model is the name of a file, as text", -1);
    return NULL;
}

/* The model with this path, loaded unless it is. NULL: it cannot be, which is reported. */
static scored_model *open_path(sqlite3_context *context, const char *path)
{
    connection *const c = sqlite3_user_data(context);
    scored_model *const known = scored_model_find(c->models, path);
    seqnet_error err = {0};
    if (known)
        return known;
    if (scored_model_load(&c->models, path, &err) == SEQNET_OK)
        return c->models;
    report(context, &err);
    return NULL;
}

/* The model of a call: that of the argument, if any, else the connection's. */
static scored_model *model_of(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    const connection *const c = sqlite3_user_data(context);
    if (count < 2)
        return c->chosen ? c->chosen : open_path(context, SEQNET_BUILTIN_REVIEWS);
    const char *const path = path_of(context, arguments[1]);
    return path ? open_path(context, path) : NULL;
}

/* A call with a text that is not NULL: its model and what that says. */
typedef struct answer {
    const seqnet_model *model;
    const seqnet_prediction *prediction;
} answer;

/* Scores the first argument: a text, the bytes of a blob, or a number as text. False: the result is
 * NULL, or an error. */
static bool find_answer(sqlite3_context *context, int count, sqlite3_value **arguments,
                        answer *found)
{
    const int type = sqlite3_value_type(arguments[0]);
    seqnet_error err = {0};
    if (type == SQLITE_NULL)
        return false;
    scored_model *const scored = model_of(context, count, arguments);
    if (!scored)
        return false;
    const char *const text = type == SQLITE_BLOB ? sqlite3_value_blob(arguments[0])
                                                 : (const char *)sqlite3_value_text(arguments[0]);
    const int length = sqlite3_value_bytes(arguments[0]);
    if (!text && length > 0) {
        sqlite3_result_error_nomem(context);
        return false;
    }
    found->model = scored->model;
    found->prediction = scored_model_score(scored, text, (size_t)length, &err);
    if (!found->prediction)
        report(context, &err);
    return found->prediction != NULL;
}

/* The labels that are given, likeliest first. The caller frees *labels; NULL: no memory. */
static size_t *given_labels(const answer *a, size_t *count)
{
    const seqnet_prediction *const p = a->prediction;
    const size_t all = seqnet_model_label_count(a->model);
    size_t *const labels = malloc(all * sizeof *labels);
    *count = 0;
    if (labels && !seqnet_model_is_multi_label(a->model) &&
        p->probability >= seqnet_model_abstain_below(a->model))
        labels[(*count)++] = p->label;
    if (!labels || !seqnet_model_is_multi_label(a->model))
        return labels;
    for (size_t label = 0; label < all; label++) {
        if (p->probabilities[label] < seqnet_model_threshold(a->model))
            continue;
        size_t place = (*count)++;
        for (; place && p->probabilities[labels[place - 1]] < p->probabilities[label]; place--)
            labels[place] = labels[place - 1];
        labels[place] = label;
    }
    return labels;
}

/* The labels in one text, with the model's separator between them. */
static void label_function(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    answer a;
    size_t given;
    if (!find_answer(context, count, arguments, &a))
        return;
    size_t *const labels = given_labels(&a, &given);
    sqlite3_str *const text = labels ? sqlite3_str_new(sqlite3_context_db_handle(context)) : NULL;
    for (size_t i = 0; text && i < given; i++)
        sqlite3_str_appendf(text, "%s%s", i ? seqnet_model_label_separator(a.model) : "",
                            seqnet_model_label_name(a.model, labels[i]));
    if (!text || sqlite3_str_errcode(text))
        sqlite3_result_error_nomem(context);
    else if (given)
        sqlite3_result_text(context, sqlite3_str_value(text), -1, SQLITE_TRANSIENT);
    sqlite3_free(sqlite3_str_finish(text));
    free(labels);
}

static void probability_function(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    answer a;
    if (find_answer(context, count, arguments, &a))
        sqlite3_result_double(context, a.prediction->probability);
}

static void add_label(seqnet_json *json, const answer *a, const size_t *labels, size_t given)
{
    if (given)
        seqnet_json_string(json, json->root, "label", seqnet_model_label_name(a->model, labels[0]));
    else
        seqnet_json_null(json, json->root, "label");
    if (seqnet_model_abstain_below(a->model) > 0.0)
        seqnet_json_bool(json, json->root, "abstained", given == 0);
    if (!seqnet_model_is_multi_label(a->model))
        return;
    struct cJSON *const list = seqnet_json_list(json, json->root, "labels");
    for (size_t i = 0; i < given; i++)
        seqnet_json_string(json, list, NULL, seqnet_model_label_name(a->model, labels[i]));
}

static void add_prediction(seqnet_json *json, const answer *a)
{
    const seqnet_prediction *const p = a->prediction;
    seqnet_json_decimal(json, json->root, "probability", p->probability, 6);
    struct cJSON *const all = seqnet_json_object(json, json->root, "probabilities");
    for (size_t label = 0; label < seqnet_model_label_count(a->model); label++)
        seqnet_json_decimal(json, all, seqnet_model_label_name(a->model, label),
                            p->probabilities[label], 6);
    seqnet_json_number(json, json->root, "tokens", (double)p->tokens);
    seqnet_json_number(json, json->root, "oov", (double)p->oov);
    seqnet_json_bool(json, json->root, "truncated", p->truncated);
    seqnet_json_bool(json, json->root, "known", p->tokens > p->oov);
}

static void json_function(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    enum { JSON_SUBTYPE = 'J' }; /* what SQLite's own functions of JSON mark their results with */
    answer a;
    size_t given;
    char *text = NULL;
    if (!find_answer(context, count, arguments, &a))
        return;
    size_t *const labels = given_labels(&a, &given);
    seqnet_json json = seqnet_json_begin_object();
    if (labels) {
        add_label(&json, &a, labels, given);
        add_prediction(&json, &a);
    }
    free(labels);
    if (seqnet_json_end(&json, &text, NULL) != SEQNET_OK || !labels) {
        sqlite3_result_error_nomem(context);
    } else {
        sqlite3_result_text(context, text, -1, SQLITE_TRANSIENT);
        sqlite3_result_subtype(context, JSON_SUBTYPE);
    }
    free(text);
}

static void model_function(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    connection *const c = sqlite3_user_data(context);
    seqnet_error err = {0};
    if (count) {
        const char *const path = path_of(context, arguments[0]);
        if (!path)
            return;
        if (scored_model_load(&c->models, path, &err) != SEQNET_OK) {
            report(context, &err);
            return;
        }
        c->chosen = c->models;
    }
    scored_model *const scored = model_of(context, 0, NULL);
    if (scored)
        sqlite3_result_text(context, seqnet_model_fingerprint(scored->model), -1, SQLITE_TRANSIENT);
}

static void release(void *user)
{
    connection *const c = user;
    if (--c->functions)
        return;
    scored_model_free_all(c->models);
    sqlite3_free(c);
}

typedef struct sql_function {
    const char *name;
    int arguments;
    int flags;
    void (*call)(sqlite3_context *context, int count, sqlite3_value **arguments);
} sql_function;

static const sql_function FUNCTIONS[] = {
    {"seqnet", 1, SQLITE_INNOCUOUS, label_function},
    {"seqnet", 2, SQLITE_DIRECTONLY, label_function},
    {"seqnet_probability", 1, SQLITE_INNOCUOUS, probability_function},
    {"seqnet_probability", 2, SQLITE_DIRECTONLY, probability_function},
    {"seqnet_json", 1, SQLITE_INNOCUOUS | SQLITE_RESULT_SUBTYPE, json_function},
    {"seqnet_json", 2, SQLITE_DIRECTONLY | SQLITE_RESULT_SUBTYPE, json_function},
    {"seqnet_model", 0, SQLITE_INNOCUOUS, model_function},
    {"seqnet_model", 1, SQLITE_DIRECTONLY, model_function},
};

int sqlite3_extension_init(sqlite3 *database, char **problem, const sqlite3_api_routines *api);

__attribute__((visibility("default"))) int sqlite3_extension_init(sqlite3 *database, char **problem,
                                                                  const sqlite3_api_routines *api)
{
    /* The first that knows SQLITE_DIRECTONLY; much older ones have no table up to the functions
     * that are called here. */
    enum { COUNT = sizeof FUNCTIONS / sizeof FUNCTIONS[0], OLDEST = 3031000 };
    SQLITE_EXTENSION_INIT2(api)
    if (sqlite3_libversion_number() < OLDEST) {
        *problem = sqlite3_mprintf("seqnet needs SQLite 3.31 or later, and this is %s",
                                   sqlite3_libversion());
        return SQLITE_ERROR;
    }
    connection *const c = sqlite3_malloc(sizeof *c);
    if (!c)
        return SQLITE_NOMEM;
    *c = (connection){.functions = 1}; /* for the time of this call */
    int code = SQLITE_OK;
    for (size_t i = 0; i < COUNT && code == SQLITE_OK; i++) {
        const sql_function *const f = &FUNCTIONS[i];
        c->functions++; /* SQLite calls `release` even if this fails */
        code = sqlite3_create_function_v2(database, f->name, f->arguments, SQLITE_UTF8 | f->flags,
                                          c, f->call, NULL, NULL, release);
    }
    release(c);
    return code;
}
