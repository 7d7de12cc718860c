#include "option_values.h"

#include <stdio.h>
#include <string.h>

#include <seqnet/number.h>

#include "errors.h"
#include "terminal.h"

int refuse_value(const option_list *list, const char *what, const char *value, const char *remedy)
{
    complain("%s%s%s%s: %s; see 'seqnet %s --help'", list->place, what, value ? " " : "",
             !value   ? ""
             : *value ? value
                      : "''",
             remedy, list->command->name);
    return EXIT_USAGE;
}

static int bad_range(const option_list *list, const option_spec *spec, const char *value,
                     const char *kind)
{
    char option[80], remedy[120];
    (void)snprintf(option, sizeof option, "--%s", spec->name);
    if (spec->high >= 1e15)
        (void)snprintf(remedy, sizeof remedy, "expected a %s of at least %.15g", kind, spec->low);
    else
        (void)snprintf(remedy, sizeof remedy, "expected a %s from %.15g to %.15g", kind, spec->low,
                       spec->high);
    return refuse_value(list, option, value, remedy);
}

static int set_choice(const option_list *list, const option_spec *spec, const char *value)
{
    char option[80], remedy[200] = "expected one of";
    const char *word;
    for (int i = 0; (word = spec->words(i)) != NULL; i++) {
        if (strcmp(word, value) == 0) {
            *(int *)spec->target = i;
            return PARSED;
        }
        const size_t used = strlen(remedy);
        (void)snprintf(remedy + used, sizeof remedy - used, "%s %s", i ? "," : "", word);
    }
    (void)snprintf(option, sizeof option, "--%s", spec->name);
    return refuse_value(list, option, value, remedy);
}

/* Parses the first `length` characters of a text as a number from low to high. */
static bool parse_piece(const option_spec *spec, const char *text, size_t length, int64_t *number)
{
    char piece[24];
    if (length >= sizeof piece)
        return false;
    (void)snprintf(piece, sizeof piece, "%.*s", (int)length, text);
    return seqnet_parse_int64(piece, number) && (double)*number >= spec->low &&
           (double)*number <= spec->high;
}

static int set_list(const option_list *list, const option_spec *spec, const char *value)
{
    int64_t numbers[OPTION_NUMBERS] = {0};
    const char *piece = value;
    for (size_t count = 0; piece; count++) {
        const size_t length = strcspn(piece, ",");
        if (count + 1 == OPTION_NUMBERS)
            return bad_range(list, spec, value, "list of at most 8 whole numbers, each");
        if (!parse_piece(spec, piece, length, &numbers[count]))
            return bad_range(list, spec, value,
                             count || piece[length] ? "list of whole numbers" : "whole number");
        piece = piece[length] ? piece + length + 1 : NULL;
    }
    memcpy(spec->target, numbers, sizeof numbers);
    return PARSED;
}

/* Appends a text to those of an option that may be typed several times. */
static int add_text(const option_list *list, const option_spec *spec, const char *value)
{
    const char **const texts = spec->target;
    size_t count = 0;
    for (; texts[count]; count++)
        if (strcmp(texts[count], value) == 0)
            return PARSED;
    if (count >= (size_t)spec->high) {
        complain("%s--%s is given more than %.0f times; name fewer", list->place, spec->name,
                 spec->high);
        return EXIT_USAGE;
    }
    texts[count] = value;
    return PARSED;
}

/* Parses "1.5G": a number, and a unit of bytes or none. */
static bool parse_size(const char *text, int64_t *bytes)
{
    static const char UNITS[] = "kMGT";
    char number[64];
    double value, unit = 1.0;
    const size_t digits = strspn(text, "0123456789.");
    const char *const found = text[digits] ? strchr(UNITS, text[digits]) : NULL;
    if (digits == 0 || digits >= sizeof number || (text[digits] && (!found || text[digits + 1])))
        return false;
    memcpy(number, text, digits);
    number[digits] = '\0';
    for (const char *u = found; u && u >= UNITS; u--)
        unit *= 1000.0;
    if (!seqnet_parse_double(number, &value) || value * unit < 1.0 || value * unit > 1e18)
        return false;
    *bytes = (int64_t)(value * unit);
    return true;
}

static int set_size(const option_list *list, const option_spec *spec, const char *value)
{
    char option[80];
    if (parse_size(value, spec->target))
        return PARSED;
    (void)snprintf(option, sizeof option, "--%s", spec->name);
    return refuse_value(list, option, value, "expected a number of bytes, like 800M or 1.5G");
}

static int set_option(const option_list *list, const option_spec *spec, const char *value)
{
    int64_t integer;
    double real;
    switch (spec->kind) {
    case OPTION_FLAG:
        *(bool *)spec->target = true;
        return PARSED;
    case OPTION_TEXT:
        *(const char **)spec->target = value;
        return PARSED;
    case OPTION_TEXTS:
        return add_text(list, spec, value);
    case OPTION_INTEGER:
        if (!seqnet_parse_int64(value, &integer) || (double)integer < spec->low ||
            (double)integer > spec->high)
            return bad_range(list, spec, value, "whole number");
        *(int64_t *)spec->target = integer;
        return PARSED;
    case OPTION_LIST:
        return set_list(list, spec, value);
    case OPTION_SIZE:
        return set_size(list, spec, value);
    case OPTION_REAL:
        if (!seqnet_parse_double(value, &real) || real < spec->low || real > spec->high)
            return bad_range(list, spec, value, "number");
        *(double *)spec->target = real;
        return PARSED;
    case OPTION_CHOICE:
        return set_choice(list, spec, value);
    case OPTION_GROUP:
        break;
    }
    return EXIT_USAGE;
}

size_t value_size(const option_spec *spec)
{
    switch (spec->kind) {
    case OPTION_FLAG:
        return sizeof(bool);
    case OPTION_INTEGER:
    case OPTION_SIZE:
        return sizeof(int64_t);
    case OPTION_LIST:
        return OPTION_NUMBERS * sizeof(int64_t);
    case OPTION_REAL:
        return sizeof(double);
    case OPTION_TEXT:
        return sizeof(const char *);
    case OPTION_TEXTS:
        return ((size_t)spec->high + 1) * sizeof(const char *);
    case OPTION_CHOICE:
        return sizeof(int);
    case OPTION_GROUP:
        break;
    }
    return 0;
}

/* The value of an option that has one. */
typedef union option_value {
    const char *text;
    int64_t numbers[OPTION_NUMBERS];
    double real;
    int choice;
    bool flag;
} option_value;

/* The option of the same source that sets the same target, this one or another one; NULL: none. A
 * flag and an option that collects texts may be given again. */
static const option_spec *given_before(const option_list *list, const parsed_line *line,
                                       const option_spec *spec, unsigned char source)
{
    if (spec->kind == OPTION_FLAG || spec->kind == OPTION_TEXTS)
        return NULL;
    for (size_t i = 0; i < list->count; i++)
        if (line->is_typed[i] && line->source[i] == source &&
            list->specs[i]->target == spec->target)
            return list->specs[i];
    return NULL;
}

static bool is_same_value(const option_spec *spec, const option_value *former)
{
    if (spec->kind == OPTION_TEXT)
        return strcmp(former->text, *(const char *const *)spec->target) == 0;
    return memcmp(former, spec->target, value_size(spec)) == 0;
}

int give_value(const option_list *list, parsed_line *line, size_t index, const char *value,
               unsigned char source)
{
    option_value former = {0};
    const option_spec *const spec = list->specs[index];
    const option_spec *const before = given_before(list, line, spec, source);
    memcpy(&former, spec->target, before ? value_size(spec) : 0);
    const int code = set_option(list, spec, value);
    line->is_typed[index] = true;
    line->source[index] = source;
    if (code != PARSED || !before || is_same_value(spec, &former))
        return code;
    if (before == spec && spec->kind == OPTION_TEXT)
        complain("%s--%s is given twice, as '%s' and as '%s'; choose one", list->place, spec->name,
                 former.text, value);
    else if (before == spec)
        complain("%s--%s is given twice, with different values; choose one", list->place,
                 spec->name);
    else
        complain("%s--%s and --%s stand for the same, but have different values; choose one",
                 list->place, before->name, spec->name);
    return EXIT_USAGE;
}
