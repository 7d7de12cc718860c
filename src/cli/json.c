#include "json.h"

#include <stdio.h>

void print_json_line(cJSON *root)
{
    char *const text = cJSON_PrintUnformatted(root);
    cJSON_Delete(root);
    puts(text ? text : "null");
    cJSON_free(text);
}

void add_decimal(cJSON *object, const char *key, double value, int decimals)
{
    char text[48];
    (void)snprintf(text, sizeof text, "%.*f", decimals, value);
    cJSON_AddRawToObject(object, key, text);
}

char *quote_json(const char *text)
{
    cJSON *const string = cJSON_CreateString(text);
    char *const quoted = cJSON_PrintUnformatted(string);
    cJSON_Delete(string);
    return quoted;
}
