#include "foreign_label.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "label_key.h"
#include "label_map.h"
#include "memory.h"

#include "banned.h"

/* Known labels beyond which no likely meaning is looked for: all records may have such a label. */
enum { MANY_LABELS = 256 };

/* The known label that a label is most likely meant to be; "NAME" for none. */
static seqnet_status find_meant(const sn_string_set *known, const char *label, size_t length,
                                const char **meant, seqnet_error *err)
{
    char *key, *other;
    bool is_same = false;
    *meant = "NAME";
    if (known->count > MANY_LABELS)
        return SEQNET_OK;
    SN_TRY(sn_label_key(&key, label, length, err));
    seqnet_status status = SEQNET_OK;
    for (size_t i = 0; i < known->count && status == SEQNET_OK && !is_same; i++) {
        size_t size;
        const char *const name = sn_string_set_get(known, i, &size);
        status = sn_label_key(&other, name, size, err);
        is_same = status == SEQNET_OK && strcmp(key, other) == 0;
        *meant = is_same ? name : *meant;
        free(other);
    }
    free(key);
    return status;
}

/* The rules that rename a label and that drop its rows, "a=b" and "a=". */
typedef struct label_rules {
    sn_buffer rename, drop;
} label_rules;

static seqnet_status make_rules(label_rules *rules, const sn_string_set *known, const char *label,
                                size_t length, seqnet_error *err)
{
    const char *meant;
    SN_TRY(find_meant(known, label, length, &meant, err));
    SN_TRY(sn_label_map_spell(&rules->drop, label, length, err));
    SN_TRY(sn_buffer_add_text(&rules->drop, "=", err));
    SN_TRY(sn_buffer_add(&rules->rename, rules->drop.bytes, rules->drop.length, err));
    SN_TRY(sn_label_map_spell(&rules->rename, meant, strlen(meant), err));
    return sn_buffer_add_byte(&rules->rename, '\0', err);
}

seqnet_status sn_foreign_label_refuse(const sn_string_set *known, const char *labels_of,
                                      const char *place, const char *label, size_t length,
                                      seqnet_error *err)
{
    label_rules rules = {0};
    seqnet_status status = make_rules(&rules, known, label, length, err);
    if (status == SEQNET_OK)
        status =
            sn_fail(err, SEQNET_ERR_DATA,
                    "%s: the label '%.*s' is none of %s (%.60s%s%.60s%s); rename it with .map "
                    "'%.200s', or drop its rows with '%.*s'",
                    place, (int)(length < 80 ? length : 80), label, labels_of,
                    sn_string_set_get(known, 0, NULL), known->count > 1 ? ", " : "",
                    known->count > 1 ? sn_string_set_get(known, 1, NULL) : "",
                    known->count > 2 ? ", ..." : "", rules.rename.bytes,
                    (int)(rules.drop.length < 200 ? rules.drop.length : 200), rules.drop.bytes);
    sn_buffer_free(&rules.rename);
    sn_buffer_free(&rules.drop);
    return status;
}

seqnet_status sn_foreign_label_count(sn_string_set *met, seqnet_reading *reading, const char *label,
                                     size_t length, seqnet_error *err)
{
    enum { MOST_SHOWN = 60 };
    size_t number;
    const size_t used = strlen(reading->foreign);
    SN_TRY(sn_string_set_add(met, label, length, &number, err));
    reading->foreign_rows++;
    if (number < reading->foreign_labels)
        return SEQNET_OK;
    reading->foreign_labels++;
    if (length <= MOST_SHOWN && used + length + sizeof ", ''" <= sizeof reading->foreign)
        (void)snprintf(reading->foreign + used, sizeof reading->foreign - used, "%s'%.*s'",
                       used ? ", " : "", (int)length, label);
    return SEQNET_OK;
}
