#include "keras_reader.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "maxima.h"

#include "banned.h"

enum { SHOWN_VALUE = 64 };

void sn_keras_refuse(sn_keras_reader *r, const char *format, ...)
{
    char sentence[300];
    va_list arguments;
    if (r->status != SEQNET_OK)
        return;
    va_start(arguments, format);
    (void)vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    r->status = r->layer_name ? sn_fail(r->err, r->rules->failure, "%s: layer '%.60s' (%.40s): %s",
                                        r->rules->place, r->layer_name, r->class_name, sentence)
                              : sn_fail(r->err, r->rules->failure, "%s: layer %zu (%.40s): %s",
                                        r->rules->place, r->number, r->class_name, sentence);
}

/* A value for people: a number, or a list of one as Keras writes sizes, without its brackets; of an
 * object its class. */
static const char *show(const cJSON *value, char text[SHOWN_VALUE])
{
    if (cJSON_IsArray(value) && cJSON_GetArraySize(value) == 1)
        value = value->child;
    const cJSON *const class = cJSON_GetObjectItemCaseSensitive(value, "class_name");
    if (cJSON_IsString(class))
        (void)snprintf(text, SHOWN_VALUE, "%.40s {...}", class->valuestring);
    else if (cJSON_IsNumber(value))
        (void)snprintf(text, SHOWN_VALUE, "%.15g", value->valuedouble);
    else if (cJSON_IsString(value))
        (void)snprintf(text, SHOWN_VALUE, "'%.48s'", value->valuestring);
    else
        (void)snprintf(text, SHOWN_VALUE, "%s",
                       cJSON_IsTrue(value)    ? "true"
                       : cJSON_IsFalse(value) ? "false"
                       : cJSON_IsNull(value)  ? "null"
                       : cJSON_IsArray(value) ? "[...]"
                                              : "{...}");
    return text;
}

void sn_keras_refuse_value(sn_keras_reader *r, const char *remedy)
{
    char text[SHOWN_VALUE];
    if (r->layer_name)
        sn_keras_refuse(r, "%.40s %s is not supported", r->key, show(r->value, text));
    else
        sn_keras_refuse(r, "%.40s %s is not supported; use %s", r->key, show(r->value, text),
                        remedy);
}

static void refuse_range(sn_keras_reader *r, const char *range)
{
    char text[SHOWN_VALUE];
    sn_keras_refuse(r, "%.40s %s is not %s", r->key, show(r->value, text), range);
}

/* ---- Values ---- */

double sn_keras_number(const cJSON *value)
{
    if (cJSON_IsArray(value) && cJSON_GetArraySize(value) == 1)
        value = value->child;
    return cJSON_IsNumber(value) ? value->valuedouble : (double)NAN;
}

size_t sn_keras_size(sn_keras_reader *r, size_t most)
{
    const double number = sn_keras_number(r->value);
    char range[60];
    if (number >= 1.0 && number <= (double)most && number == floor(number))
        return (size_t)number;
    (void)snprintf(range, sizeof range, "a whole number from 1 to %zu", most);
    refuse_range(r, range);
    return 0;
}

static bool read_bool(sn_keras_reader *r)
{
    if (!cJSON_IsBool(r->value))
        refuse_range(r, "true or false");
    return cJSON_IsTrue(r->value);
}

double sn_keras_rate(sn_keras_reader *r)
{
    const double number = sn_keras_number(r->value);
    if (number >= 0.0 && number < 1.0)
        return number;
    refuse_range(r, "a number from 0 to below 1");
    return 0.0;
}

static double read_positive(sn_keras_reader *r)
{
    const double number = sn_keras_number(r->value);
    if (number > 0.0 && number <= 1.0)
        return number;
    refuse_range(r, "a number above 0, at most 1");
    return 1.0;
}

static void refuse_word(sn_keras_reader *r, const sn_keras_key *key)
{
    char words[120] = "";
    for (int i = 0; i < key->word_count && i != SN_KERAS_SOFTMAX; i++) {
        const size_t used = strlen(words);
        if (key->words[i])
            (void)snprintf(words + used, sizeof words - used, "%s%s", used ? ", " : "",
                           key->words[i]);
    }
    sn_keras_refuse_value(r, words);
}

/* The value of a choice, which is 0 where it is the layer's own. */
static int read_choice(sn_keras_reader *r, const sn_keras_key *key)
{
    for (int i = 0; cJSON_IsString(r->value) && i < key->word_count; i++)
        if (key->words[i] && strcmp(key->words[i], r->value->valuestring) == 0)
            return r->is_old && i == SN_HARD_SIGMOID ? SN_HARD_SIGMOID_02 : i == key->own ? 0 : i;
    refuse_word(r, key);
    return 0;
}

void sn_keras_read_key(sn_keras_reader *r, const sn_keras_key *key, sn_layer_spec *spec)
{
    char *const at = (char *)spec + key->offset;
    switch (key->type) {
    case SN_FIELD_SIZE:
        *(size_t *)(void *)at =
            sn_keras_size(r, r->rules->trains ? SN_MAX_UNITS : SN_MAX_FILE_UNITS);
        break;
    case SN_FIELD_BOOL:
        *(bool *)at = read_bool(r) != key->is_inverted;
        break;
    case SN_FIELD_RATE:
        *(double *)(void *)at = sn_keras_rate(r);
        break;
    case SN_FIELD_POSITIVE:
        *(double *)(void *)at = read_positive(r);
        break;
    case SN_FIELD_CHOICE:
        *(int *)(void *)at = read_choice(r, key);
        break;
    }
}

/* ---- Keys that no field stands for ---- */

/* Whether a setting of an initialiser is the one that our own has. */
static bool is_usual_setting(const cJSON *setting)
{
    static const struct {
        const char *key;
        double number;
    } usual[] = {{"gain", 1.0}, {"minval", -0.05}, {"maxval", 0.05}};
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        if (strcmp(setting->string, usual[i].key) == 0)
            return sn_keras_number(setting) == usual[i].number;
    return true;
}

static bool has_word(const cJSON *config, const char *key, const char *word)
{
    const cJSON *const item = cJSON_GetObjectItemCaseSensitive(config, key);
    return cJSON_IsString(item) && strcmp(item->valuestring, word) == 0;
}

/* Glorot's uniform distribution by the name that Keras 2.2 has for it. */
static bool is_glorot_uniform(const cJSON *value)
{
    const cJSON *const config = cJSON_GetObjectItemCaseSensitive(value, "config");
    return has_word(value, "class_name", "VarianceScaling") &&
           sn_keras_number(cJSON_GetObjectItemCaseSensitive(config, "scale")) == 1.0 &&
           has_word(config, "mode", "fan_avg") && has_word(config, "distribution", "uniform");
}

static bool is_usual_initializer(const cJSON *value, const sn_keras_neutral *neutral)
{
    const cJSON *const name =
        cJSON_IsObject(value) ? cJSON_GetObjectItemCaseSensitive(value, "class_name") : value;
    const cJSON *setting;
    if (strcmp(neutral->word, "GlorotUniform") == 0 && is_glorot_uniform(value))
        return true;
    if (!cJSON_IsString(name) || (strcmp(name->valuestring, neutral->word) != 0 &&
                                  strcmp(name->valuestring, neutral->other_word) != 0))
        return false;
    cJSON_ArrayForEach(setting, cJSON_GetObjectItemCaseSensitive(value, "config"))
    {
        if (!setting->string || !is_usual_setting(setting))
            return false;
    }
    return true;
}

static bool is_neutral(const cJSON *value, const sn_keras_neutral *neutral)
{
    switch (neutral->rule) {
    case SN_KERAS_ANY:
        return true;
    case SN_KERAS_NULL:
        return cJSON_IsNull(value);
    case SN_KERAS_TRUE:
        return cJSON_IsTrue(value);
    case SN_KERAS_FALSE:
        return cJSON_IsFalse(value);
    case SN_KERAS_NUMBER:
        return sn_keras_number(value) == neutral->number;
    case SN_KERAS_WORD:
        return cJSON_IsString(value) && strcmp(value->valuestring, neutral->word) == 0;
    case SN_KERAS_INITIALIZER:
        return is_usual_initializer(value, neutral);
    }
    return false;
}

static const char *remedy_of(const sn_keras_neutral *neutral, char text[SHOWN_VALUE])
{
    static const char *const words[] = {
        [SN_KERAS_NULL] = "null", [SN_KERAS_TRUE] = "true", [SN_KERAS_FALSE] = "false"};
    if (neutral->rule == SN_KERAS_NUMBER)
        (void)snprintf(text, SHOWN_VALUE, "%.15g", neutral->number);
    else
        (void)snprintf(text, SHOWN_VALUE, "%s%s",
                       neutral->word ? neutral->word : words[neutral->rule],
                       neutral->settings ? neutral->settings : "");
    return text;
}

void sn_keras_check_neutral(sn_keras_reader *r)
{
    char remedy[SHOWN_VALUE];
    const sn_keras_neutral *const neutral = sn_keras_neutral_named(r->key);
    if (!neutral)
        sn_keras_refuse(r, "its key '%.40s' is not known; leave it out", r->key);
    else if (!is_neutral(r->value, neutral) && (r->rules->trains || !neutral->is_training))
        sn_keras_refuse_value(r, remedy_of(neutral, remedy));
}
