#include "reader_options.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

#include "banned.h"

/* The places of the strings in the options, the texts' first. */
enum { OTHERS = 6, SLOTS = SEQNET_TEXT_FIELDS + OTHERS };

static void find_slots(seqnet_reader_options *options, const char **slots[SLOTS])
{
    const char **const others[OTHERS] = {&options->encoding,     &options->text_separator,
                                         &options->label_field,  &options->weight_field,
                                         &options->label_prefix, &options->label_separator};
    for (size_t i = 0; i < SEQNET_TEXT_FIELDS; i++)
        slots[i] = &options->text_fields[i];
    for (size_t i = 0; i < OTHERS; i++)
        slots[SEQNET_TEXT_FIELDS + i] = others[i];
}

seqnet_status sn_kept_options_copy(sn_kept_options *kept, const seqnet_reader_options *options,
                                   seqnet_error *err)
{
    const char **slots[SLOTS];
    *kept = (sn_kept_options){.options = *options};
    kept->options.added_fields = NULL;
    find_slots(&kept->options, slots);
    seqnet_status status = SEQNET_OK;
    for (size_t i = 0; i < SLOTS && status == SEQNET_OK; i++) {
        const char *const given = *slots[i];
        *slots[i] = NULL;
        if (given)
            status = sn_copy_string(&kept->strings[i], given, strlen(given), err);
        *slots[i] = kept->strings[i];
    }
    if (status != SEQNET_OK)
        sn_kept_options_free(kept);
    return status;
}

void sn_kept_options_free(sn_kept_options *kept)
{
    for (size_t i = 0; i < SLOTS; i++)
        free(kept->strings[i]);
    *kept = (sn_kept_options){0};
}

static void add_text(seqnet_json *json, struct cJSON *object, const char *key, const char *text)
{
    if (text)
        seqnet_json_string(json, object, key, text);
}

static const char *const FORMATS[] = {
    [SEQNET_FORMAT_AUTO] = NULL,     [SEQNET_FORMAT_LINES] = "lines",
    [SEQNET_FORMAT_CSV] = "csv",     [SEQNET_FORMAT_TSV] = "tsv",
    [SEQNET_FORMAT_JSONL] = "jsonl", [SEQNET_FORMAT_FASTTEXT] = "fasttext"};

void sn_reader_options_write(seqnet_json *json, struct cJSON *object,
                             const seqnet_reader_options *options)
{
    add_text(json, object, "format", FORMATS[options->format]);
    add_text(json, object, "encoding", options->encoding);
    if (options->text_fields[0]) {
        struct cJSON *const list = seqnet_json_list(json, object, "text");
        for (const char *const *field = options->text_fields; *field; field++)
            seqnet_json_string(json, list, NULL, *field);
        add_text(json, object, "separator", options->text_separator);
    }
    add_text(json, object, "label", options->label_field);
    add_text(json, object, "label_separator", options->label_separator);
    if (options->delimiter) {
        const char delimiter[] = {options->delimiter, '\0'};
        seqnet_json_string(json, object, "delimiter", delimiter);
    }
    if (options->header != SEQNET_HEADER_AUTO)
        seqnet_json_bool(json, object, "header", options->header == SEQNET_HEADER_YES);
    if (options->no_quotes)
        seqnet_json_bool(json, object, "no_quotes", true);
    if (options->format == SEQNET_FORMAT_FASTTEXT)
        add_text(json, object, "prefix", options->label_prefix);
}

/* A member that is a text and not empty; else NULL. */
static const char *text_of(const struct cJSON *object, const char *key)
{
    const char *const text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));
    return text && *text ? text : NULL;
}

static void read_texts(seqnet_reader_options *options, const struct cJSON *object)
{
    const cJSON *const list = cJSON_GetObjectItemCaseSensitive(object, "text");
    size_t count = 0;
    for (const cJSON *item = list ? list->child : NULL; item && count < SEQNET_TEXT_FIELDS;
         item = item->next)
        if (cJSON_IsString(item) && *item->valuestring)
            options->text_fields[count++] = item->valuestring;
    options->remembered.text = count > 0;
}

seqnet_status sn_reader_options_read(sn_kept_options *kept, const struct cJSON *object,
                                     seqnet_error *err)
{
    seqnet_reader_options options = seqnet_reader_options_default();
    const char *const separator = text_of(object, "separator");
    const char *const prefix = text_of(object, "prefix");
    const char *const delimiter = text_of(object, "delimiter");
    const cJSON *const header = cJSON_GetObjectItemCaseSensitive(object, "header");
    read_texts(&options, object);
    options.encoding = text_of(object, "encoding");
    options.label_field = text_of(object, "label");
    options.label_separator = text_of(object, "label_separator");
    options.text_separator = separator ? separator : options.text_separator;
    options.label_prefix = prefix ? prefix : options.label_prefix;
    options.delimiter = delimiter ? *delimiter : '\0';
    options.no_quotes = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(object, "no_quotes"));
    if (cJSON_IsBool(header))
        options.header = cJSON_IsTrue(header) ? SEQNET_HEADER_YES : SEQNET_HEADER_NO;
    options.remembered.no_quotes = options.no_quotes;
    options.remembered.encoding = options.encoding != NULL;
    options.remembered.label = options.label_field != NULL;
    options.remembered.delimiter = options.delimiter != '\0';
    options.remembered.header = options.header != SEQNET_HEADER_AUTO;
    if (seqnet_reader_options_check(&options)) /* of a file that was tampered with */
        options = seqnet_reader_options_default();
    return sn_kept_options_copy(kept, &options, err);
}
