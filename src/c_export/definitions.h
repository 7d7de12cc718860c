/*
 * The definitions in a C source, and which of them a text needs. Exported files hold those parts of
 * the runtime, and of the library's own text rule, that their model needs and nothing else: what
 * names a definition, in the text or in another definition that is needed, needs it.
 *
 * Sources must be as clang-format leaves them. Prototypes, directives other than #define and head
 * comments are dropped; every definition becomes static.
 */
#ifndef SN_DEFINITIONS_H
#define SN_DEFINITIONS_H

#include <stdbool.h>

#include "buffer.h"

typedef enum sn_item_kind { SN_ITEM_TYPE, SN_ITEM_DEFINE, SN_ITEM_CODE } sn_item_kind;

/* A definition: `comment` is where the comment begins that stands right above it, else its own
 * beginning. */
typedef struct sn_definition {
    sn_item_kind kind;
    const char *comment, *begin, *end;
    /* What it is called; of an enum, the text with its constants. */
    const char *name, *name_end;
    bool is_enum, is_needed;
} sn_definition;

/* The caller zeroes it; sources must outlive it. */
typedef struct sn_definitions {
    sn_definition *items;
    size_t count, capacity;
} sn_definitions;

/* Adds the definitions of a source, NUL-terminated. SEQNET_ERR_MEMORY. */
seqnet_status sn_definitions_add(sn_definitions *items, const char *source, seqnet_error *err);

/* Marks what the text needs. SEQNET_ERR_MEMORY. */
seqnet_status sn_definitions_need(sn_definitions *items, const char *text, seqnet_error *err);

/* Appends the definitions that are needed: types and macros, or the rest. SEQNET_ERR_MEMORY. */
seqnet_status sn_definitions_write(const sn_definitions *items, bool types, sn_buffer *to,
                                   seqnet_error *err);

void sn_definitions_free(sn_definitions *items);

/* Appends a text in which each `#if HAS_A && !HAS_B`, with its #else and #endif, is decided: a name
 * holds that `has` has between spaces. Other directives stay. SEQNET_ERR_MEMORY. */
seqnet_status sn_decide_conditions(const char *text, const char *has, sn_buffer *to,
                                   seqnet_error *err);

#endif
