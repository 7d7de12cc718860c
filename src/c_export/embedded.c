#include "embedded.h"

#include "banned.h"

#define SOURCES(X)                                                                                 \
    X(utf8)                                                                                        \
    X(characters)                                                                                  \
    X(functions)                                                                                   \
    X(character_tables)                                                                            \
    X(tokens)                                                                                      \
    X(markup_header)                                                                               \
    X(markup)                                                                                      \
    X(read_char)                                                                                   \
    X(unicode_rule)                                                                                \
    X(vocabulary)                                                                                  \
    X(words)                                                                                       \
    X(sigma)                                                                                       \
    X(final_sigma)                                                                                 \
    X(imported)                                                                                    \
    X(network)                                                                                     \
    X(ngram_hash)                                                                                  \
    X(xxh3)                                                                                        \
    X(ngrams)

#define DECLARE(name) extern const char sn_text_c_##name[];
SOURCES(DECLARE)

#define ENTRY(name) sn_text_c_##name,
const char *const sn_c_embedded[SN_C_EMBEDDED] = {SOURCES(ENTRY)};
