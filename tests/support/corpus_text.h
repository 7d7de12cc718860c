/* The rows of a corpus as one text, so that a test compares all of them at once. Include it after
 * <cmocka.h>. */
#ifndef CORPUS_TEXT_H
#define CORPUS_TEXT_H

#include "corpus.h"
#include "records.h"

/* Compares a part with `expected`, which has "LABEL:TEXT|" for each row. */
static inline void assert_part(const sn_corpus *corpus, seqnet_part part, const char *expected)
{
    const sn_texts *const texts = &corpus->texts[part];
    text_log log = {0};
    log_text(&log, "");
    for (size_t row = 0; row < texts->count; row++) {
        size_t length;
        const char *const text = sn_texts_get(texts, row, &length);
        log_text(&log, sn_string_set_get(&corpus->labels, (size_t)texts->infos[row].label, NULL));
        log_text(&log, ":");
        log_shown(&log, text, length);
        log_text(&log, "|");
    }
    assert_string_equal(log.text, expected);
    free(log.text);
}

#endif
