#include "option_text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void append(option_text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void append(option_text *t, const char *format, ...)
{
    const size_t used = strlen(t->text);
    va_list values;
    va_start(values, format);
    (void)vsnprintf(t->text + used, sizeof t->text - used, format, values);
    va_end(values);
}

option_text option_value_text(const option_spec *spec)
{
    option_text t = {""};
    const char *word;
    if (spec->kind == OPTION_CHOICE)
        for (int i = 0; (word = spec->words(i)) != NULL; i++)
            append(&t, "%c%s", i ? '|' : ' ', word);
    else if (spec->bare)
        append(&t, "[=%s]", spec->value);
    else if (spec->kind != OPTION_FLAG)
        append(&t, " %s", spec->value);
    return t;
}

/* A list without a number is a default that the command chooses later. */
static void append_list(option_text *t, const int64_t *numbers)
{
    for (size_t i = 0; numbers[i]; i++)
        append(t, "%s%" PRId64, i ? "," : "", numbers[i]);
}

/* A number below its range is a default that the command chooses later; 0 at the end of its range
 * leaves out what the option is for. */
static void append_number(option_text *t, const option_spec *spec, double value)
{
    if (value < spec->low || (value == 0.0 && spec->low == 0.0))
        return;
    if (spec->kind == OPTION_INTEGER)
        append(t, "%" PRId64, *(const int64_t *)spec->target);
    else
        append(t, "%g", value);
}

option_text option_default_text(const option_spec *spec)
{
    option_text t = {""};
    if (spec->derived) {
        append(&t, "%s", spec->derived);
        return t;
    }
    switch (spec->kind) {
    case OPTION_INTEGER:
        append_number(&t, spec, (double)*(const int64_t *)spec->target);
        break;
    case OPTION_REAL:
        append_number(&t, spec, *(const double *)spec->target);
        break;
    case OPTION_LIST:
        append_list(&t, spec->target);
        break;
    case OPTION_TEXT:
        if (*(const char *const *)spec->target)
            append(&t, "%s", *(const char *const *)spec->target);
        break;
    case OPTION_CHOICE:
        append(&t, "%s", spec->words(*(const int *)spec->target));
        break;
    case OPTION_FLAG:
    case OPTION_SIZE:
    case OPTION_TEXTS:
    case OPTION_GROUP:
        break;
    }
    return t;
}
