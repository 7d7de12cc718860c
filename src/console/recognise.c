#include "recognise.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <seqnet/seqnet.h>

enum { FIRST_BYTES = 1 << 20, DECIMALS = 6 };

/* What a line is. EMPTY is the answer for a bad record, or one without labels because of a
 * threshold. BLANK has no characters, as an empty answer in fastText's form. ANNOTATED is a JSON
 * record with an answer. FOREIGN is anything else. */
typedef enum line_kind { FOREIGN, BLANK, EMPTY, ANSWER, ANNOTATED, HEADER, KINDS } line_kind;

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Whether the text is a probability as predict prints it: "0.123456". */
static bool is_probability(const char *text, size_t length)
{
    if (length != 2 + DECIMALS || (text[0] != '0' && text[0] != '1') || text[1] != '.')
        return false;
    for (size_t i = 2; i < length; i++)
        if (!is_digit(text[i]))
            return false;
    return true;
}

/* Returns the last field of line[0 .. *length), *size bytes. *length becomes the length of what
 * comes before the field and its delimiter. */
static const char *take_last(const char *line, size_t *length, const char *delimiters, size_t *size)
{
    size_t start = *length;
    while (start > 0 && !strchr(delimiters, line[start - 1]))
        start--;
    *size = *length - start;
    *length = start > 0 ? start - 1 : 0;
    return line + start;
}

/* The kind of a line in the text form: pairs "label TAB probability", perhaps behind a file's name;
 * or an empty pair where no label reached the threshold. */
static line_kind kind_of_fields(const char *line, size_t length)
{
    size_t left = length, size, fields = 1;
    for (size_t i = 0; i < length; i++)
        fields += line[i] == '\t';
    const char *const last = take_last(line, &left, "\t", &size);
    if (fields < 2)
        return FOREIGN;
    if (size == 0)
        return length == 1 || line[length - 2] == '\t' ? EMPTY : FOREIGN;
    return is_probability(last, size) ? ANSWER : FOREIGN;
}

/* The kind of a line in fastText's form: "__label__a 0.9 __label__b 0.1", perhaps behind a file's
 * name and a tab. */
static line_kind kind_of_fasttext(const char *line, size_t length)
{
    static const char PREFIX[] = "__label__";
    const char *const tab = memchr(line, '\t', length);
    const char *const end = line + length;
    const char *pos = tab ? tab + 1 : line;
    if (pos == end)
        return EMPTY;
    while (pos < end) {
        char number[32];
        double value;
        const char *const blank = memchr(pos, ' ', (size_t)(end - pos));
        const char *const next = blank ? memchr(blank + 1, ' ', (size_t)(end - blank - 1)) : NULL;
        const char *const stop = next ? next : end;
        if (!blank || strncmp(pos, PREFIX, sizeof PREFIX - 1) != 0)
            return FOREIGN;
        (void)snprintf(number, sizeof number, "%.*s", (int)(stop - blank - 1), blank + 1);
        if (!seqnet_parse_double(number, &value) || value < 0.0 || value > 1.0)
            return FOREIGN;
        pos = next ? next + 1 : end;
    }
    return ANSWER;
}

static bool is_number(const cJSON *object, const char *key)
{
    return cJSON_IsNumber(cJSON_GetObjectItemCaseSensitive(object, key));
}

/* The kind of a JSON line: an answer of --json, without a probability for a bad record, or an
 * annotated record. */
static line_kind kind_of_json(const char *line, size_t length)
{
    cJSON *const object = cJSON_ParseWithLength(line, length);
    const bool has_probability = is_number(object, "probability");
    const bool is_answer = is_number(object, "line") && cJSON_HasObjectItem(object, "label");
    const bool has_prediction = cJSON_HasObjectItem(object, "prediction");
    cJSON_Delete(object);
    if (has_probability && has_prediction)
        return ANNOTATED;
    return !is_answer ? FOREIGN : has_probability ? ANSWER : EMPTY;
}

/* The kind of an annotated line "text,prediction,probability": it has at least three fields, and
 * the last one is a probability, or the last two are empty. */
static line_kind kind_of_annotated(const char *line, size_t length)
{
    size_t left = length, size, label;
    const char *const last = take_last(line, &left, ",;|\t", &size);
    (void)take_last(line, &left, ",;|\t", &label);
    if (left == 0)
        return FOREIGN;
    if (size == 0)
        return label == 0 ? EMPTY : FOREIGN;
    return is_probability(last, size) ? ANSWER : FOREIGN;
}

/* Whether the line ends with "prediction_2,probability_2", or without the numbers. */
static bool is_header(const char *line, size_t length)
{
    static const char LAST[] = "probability", BEFORE[] = "prediction";
    size_t left = length, size, before;
    const char *const last = take_last(line, &left, ",;|\t", &size);
    const char *const name = take_last(line, &left, ",;|\t", &before);
    return size >= sizeof LAST - 1 && before >= sizeof BEFORE - 1 &&
           memcmp(last, LAST, sizeof LAST - 1) == 0 &&
           memcmp(name, BEFORE, sizeof BEFORE - 1) == 0 &&
           size - (sizeof LAST - 1) == before - (sizeof BEFORE - 1) &&
           (size == sizeof LAST - 1 || last[sizeof LAST - 1] == '_');
}

static line_kind kind_of_line(const char *line, size_t length, bool is_first)
{
    if (length > 0 && line[length - 1] == '\r')
        length--;
    if (length == 0)
        return BLANK;
    if (is_first && is_header(line, length))
        return HEADER;
    if (line[strspn(line, " \t")] == '{')
        return kind_of_json(line, length);
    const line_kind fields = kind_of_fields(line, length);
    const line_kind words = fields == FOREIGN ? kind_of_fasttext(line, length) : fields;
    return words == FOREIGN ? kind_of_annotated(line, length) : words;
}

/* Whether these whole lines are answers. With an annotated record or header, any other line may be
 * a bad record. */
static bool are_answers(const char *text)
{
    bool met[KINDS] = {false};
    for (const char *line = text, *end; (end = strchr(line, '\n')) != NULL; line = end + 1)
        met[kind_of_line(line, (size_t)(end - line), line == text)] = true;
    return met[HEADER] || met[ANNOTATED] || (!met[FOREIGN] && (met[ANSWER] || met[EMPTY]));
}

/* The first bytes of a file as a text; NULL: it cannot be read. The caller frees it. */
static char *read_beginning(const char *path, size_t *length)
{
    FILE *const file = fopen(path, "rb");
    char *const text = malloc(FIRST_BYTES + 2);
    *length = file && text ? fread(text, 1, FIRST_BYTES, file) : 0;
    if (text)
        text[*length] = '\0';
    if (file)
        fclose(file);
    return text;
}

bool holds_answers(const char *path)
{
    size_t length;
    char *const text = read_beginning(path, &length);
    bool are_found = false;
    if (length > 0 && !memchr(text, '\0', length)) {
        /* The last line of a file need not end, but a line that FIRST_BYTES cut is not looked at.
         */
        if (length < FIRST_BYTES && text[length - 1] != '\n')
            text[length++] = '\n';
        text[length] = '\0';
        are_found = are_answers(text + (strncmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0));
    }
    free(text);
    return are_found;
}

/* Whether a line, without its end, is an epoch of train --history: numbers, some of them left out;
 * or in JSON. */
static bool is_epoch(const char *line, size_t length, bool is_json)
{
    if (!is_json)
        return length && is_digit(*line) && strspn(line, "0123456789.e+-,naif") == length;
    cJSON *const epoch = cJSON_ParseWithLength(line, length);
    const bool is_ours = is_number(epoch, "epoch") &&
                         (is_number(epoch, "acc") || is_number(epoch, "f1")) &&
                         is_number(epoch, "loss") && is_number(epoch, "seconds") &&
                         cJSON_IsBool(cJSON_GetObjectItemCaseSensitive(epoch, "refit"));
    cJSON_Delete(epoch);
    return is_ours;
}

/* Whether these whole lines are epochs; of CSV, behind its header. */
static bool are_epochs(const char *text)
{
    const bool is_json = *text == '{';
    const char *line = text, *end;
    for (size_t number = 0; (end = strchr(line, '\n')) != NULL; line = end + 1, number++)
        if ((is_json || number > 0) && !is_epoch(line, (size_t)(end - line), is_json))
            return false;
    return true;
}

static bool begins_as_any(const char *text, const char *const *beginnings, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strncmp(text, beginnings[i], strlen(beginnings[i])) == 0)
            return true;
    return false;
}

bool holds_curves(const char *path)
{
    static const char *const curves[] = {
        CURVES_COLUMNS("\t"),  CURVES_COLUMNS(","), GRADIENT_COLUMNS("\t"),
        GRADIENT_COLUMNS(","), CURVES_JSON,         CURVES_SVG};
    static const char *const epochs[] = {EPOCHS_COLUMNS "\n", EPOCHS_F1_COLUMNS "\n", EPOCHS_JSON};
    size_t length;
    char *const text = read_beginning(path, &length);
    const bool are_found =
        text && (begins_as_any(text, curves, sizeof curves / sizeof *curves) ||
                 (begins_as_any(text, epochs, sizeof epochs / sizeof *epochs) && are_epochs(text)));
    free(text);
    return are_found;
}

static bool is_explanation(const char *text)
{
    const char *const end = strchr(text, '\n');
    cJSON *const object = end ? cJSON_ParseWithLength(text, (size_t)(end - text)) : NULL;
    const bool is_one = cJSON_GetObjectItemCaseSensitive(object, "label") &&
                        cJSON_IsArray(cJSON_GetObjectItemCaseSensitive(object, "words"));
    cJSON_Delete(object);
    return is_one;
}

bool holds_explanations(const char *path)
{
    static const char *const tables[] = {EXPLAINED_COLUMNS "\n", SUMMED_COLUMNS "\n"};
    size_t length;
    char *const text = read_beginning(path, &length);
    const bool are_found = text && (begins_as_any(text, tables, sizeof tables / sizeof *tables) ||
                                    is_explanation(text));
    free(text);
    return are_found;
}

bool holds_settings(const char *path)
{
    size_t length;
    char *const text = read_beginning(path, &length);
    const bool are_found =
        length > 0 && strncmp(text, SETTINGS_BEGINNING, sizeof SETTINGS_BEGINNING - 1) == 0;
    free(text);
    return are_found;
}
