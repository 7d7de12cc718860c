#include "remembered.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

#include <seqnet/number.h>

#include "memory.h"

#include "banned.h"

static void read_hash(char hash[SN_HASH_TEXT], const cJSON *record, const char *key)
{
    const char *const text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(record, key));
    if (text && strlen(text) == SN_HASH_TEXT - 1)
        memcpy(hash, text, SN_HASH_TEXT);
}

/* A share of rows, from 0 to below 1; 0 where there is none. */
static double read_share(const cJSON *splits, const char *key)
{
    const cJSON *const item = cJSON_GetObjectItemCaseSensitive(splits, key);
    return cJSON_IsNumber(item) && item->valuedouble > 0.0 && item->valuedouble < 1.0
               ? item->valuedouble
               : 0.0;
}

/* The seed with all of its digits, which a double may not hold. */
static uint64_t read_seed(const char *record)
{
    static const char BEFORE[] = "\"splits\":{", NAME[] = "\"seed\":";
    const char *const splits = strstr(record, BEFORE);
    const char *const seed = splits ? strstr(splits, NAME) : NULL;
    char digits[24];
    int64_t number;
    if (!seed)
        return 0;
    (void)snprintf(digits, sizeof digits, "%.*s", (int)strspn(seed + sizeof NAME - 1, "0123456789"),
                   seed + sizeof NAME - 1);
    return seqnet_parse_int64(digits, &number) && number > 0 ? (uint64_t)number : 0;
}

static seqnet_status read_reading(sn_origin *origin, const cJSON *record, seqnet_error *err)
{
    const cJSON *const reading = cJSON_GetObjectItemCaseSensitive(record, "reading");
    const char *const map = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(reading, "map"));
    if (!cJSON_IsObject(reading))
        return SEQNET_OK;
    SN_TRY(sn_reader_options_read(&origin->reading, reading, err));
    origin->has_records = true;
    return map && *map ? sn_copy_string(&origin->map, map, strlen(map), err) : SEQNET_OK;
}

seqnet_status sn_remembered_read(sn_remembered *remembered, const char *record, seqnet_error *err)
{
    *remembered = (sn_remembered){0};
    cJSON *const root = cJSON_Parse(record);
    if (!root)
        return sn_fail(err, SEQNET_ERR_MEMORY, "out of memory for the training record");
    const cJSON *const splits = cJSON_GetObjectItemCaseSensitive(root, "splits");
    read_hash(remembered->data_hash, root, "data_hash");
    read_hash(remembered->origin.hash, root, "texts_hash");
    remembered->origin.test_split = read_share(splits, "test");
    remembered->origin.validation_split = read_share(splits, "validation");
    remembered->origin.seed = read_seed(record);
    const seqnet_status status = read_reading(&remembered->origin, root, err);
    cJSON_Delete(root);
    return status;
}

void sn_remembered_write(seqnet_json *json, const sn_origin *origin)
{
    char seed[24];
    if (origin->hash[0])
        seqnet_json_string(json, json->root, "texts_hash", origin->hash);
    struct cJSON *const splits = seqnet_json_object(json, json->root, "splits");
    if (origin->test_split != 0.0)
        seqnet_json_number(json, splits, "test", origin->test_split);
    seqnet_json_number(json, splits, "validation", origin->validation_split);
    /* The digits themselves: not every 64-bit seed fits a double, which cJSON's numbers are. */
    (void)snprintf(seed, sizeof seed, "%llu", (unsigned long long)origin->seed);
    seqnet_json_raw(json, splits, "seed", seed);
    if (!origin->has_records && !origin->map)
        return;
    struct cJSON *const reading = seqnet_json_object(json, json->root, "reading");
    if (origin->has_records)
        sn_reader_options_write(json, reading, &origin->reading.options);
    if (origin->map)
        seqnet_json_string(json, reading, "map", origin->map);
}

void sn_remembered_free(sn_remembered *remembered)
{
    sn_origin_free(&remembered->origin);
}
