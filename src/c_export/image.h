/*
 * What an exported C file holds, before it is text: the tables of numbers and the structs of the
 * runtime (the headers of runtime) that point to them. The runtime's text goes into the file, and
 * the library compiles it, too, so that an image can be run here over the same numbers.
 *
 * Ownership: an image belongs to the caller, who frees it with sn_c_image_free, whatever making it
 * returned. It borrows the model.
 */
#ifndef SN_C_IMAGE_H
#define SN_C_IMAGE_H

#include <seqnet/export.h>

#include "blend.h"
#include "model.h"
#include "utf8.h"

/* In an exported file these are as small as its words allow. */
typedef uint32_t slot;

/* The bytes that n-grams are made of are the first of a word; this many at least. */
enum { NGRAM_WORD_MAX = 1024 };

/* The runtime is all static functions, of which each file here uses some. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"

#include "runtime/characters.h"
#include "runtime/imported.h"
#include "runtime/network.h"
#include "runtime/vocabulary.h"
#include "runtime/words.h"

#include "runtime/ngrams.h"

#pragma GCC diagnostic pop

/* SN_C_BITS: floats, written as the whole numbers that their bits are, which compilers read faster.
 * SN_C_SLOTS: of the vocabulary's table, with 16 or 32 bits in the file. */
typedef enum sn_c_type {
    SN_C_FLOAT,
    SN_C_BITS,
    SN_C_U32,
    SN_C_U16,
    SN_C_U8,
    SN_C_I8,
    SN_C_SLOTS
} sn_c_type;

enum { SN_C_NAME = 48 };

typedef struct sn_c_array {
    char name[SN_C_NAME];
    sn_c_type type;
    size_t count;
    void *data;
} sn_c_array;

typedef struct sn_c_image {
    const seqnet_model *model;
    seqnet_quantize quantize;
    sn_c_array *arrays;
    size_t array_count, array_capacity;
    /* net.count is 0 for a model of n-grams alone. */
    rt_network net;
    rt_layer layers[SN_MAX_LAYERS];
    rt_cell cells[2 * SN_MAX_LAYERS];
    size_t cell_count;
    /* Floats that the network works in. */
    size_t memory;
    /* What its logits are multiplied by. */
    float network_scale;
    /* words NULL: the model takes ids only. */
    vocabulary words;
    int32_t start;
    /* The longest word that is kept whole: WORD_MAX of the file. */
    size_t word_max;
    /* Of the rule keras; and of the unicode rules, with what letters fold to. */
    word_rule word_rule;
    character_tables characters;
    const uint16_t *folded;
    const uint8_t *ascii;
    /* Of the rules of imported models, with the properties on which sigmas depend. */
    imported_rule imported;
    const uint32_t *case_runs;
    size_t case_run_count;
    /* count 0: the model has none. */
    ngram_part ngrams;
} sn_c_image;

/* Makes the image of a model. SEQNET_ERR_USAGE for a model that the format cannot hold,
 * SEQNET_ERR_MEMORY. */
seqnet_status sn_c_image_make(sn_c_image *image, const seqnet_model *model,
                              seqnet_quantize quantize, seqnet_error *err);

void sn_c_image_free(sn_c_image *image);

/* The array that begins at `data`; NULL: none does. */
const sn_c_array *sn_c_image_array(const sn_c_image *image, const void *data);

/* Bytes of an element in the exported program. */
size_t sn_c_element(const sn_c_image *image, sn_c_type type);

/* Makes a zeroed array of the image, at least one element, and stores it in *(void **)to; its
 * name is what printf would print. SEQNET_ERR_MEMORY. */
seqnet_status sn_c_image_add(sn_c_image *image, void *to, sn_c_type type, size_t count,
                             seqnet_error *err, const char *format, ...)
    __attribute__((format(printf, 6, 7)));

/* A property of a character, of which there are less than 1 << bits. */
typedef uint32_t sn_c_property(int32_t code);

/* Makes an array of the runs of characters that have a property in common, ascending: the first
 * code of a run, shifted by `bits`, and the property. SEQNET_ERR_MEMORY. */
seqnet_status sn_c_image_add_runs(sn_c_image *image, sn_c_property *property, unsigned bits,
                                  const uint32_t **runs, size_t *count, const char *name,
                                  seqnet_error *err);

/* The parts of sn_c_image_make. */
seqnet_status sn_c_make_network(sn_c_image *image, seqnet_error *err);
seqnet_status sn_c_make_text(sn_c_image *image, seqnet_error *err);
seqnet_status sn_c_make_characters(sn_c_image *image, seqnet_error *err);
seqnet_status sn_c_make_imported(sn_c_image *image, seqnet_error *err);

/* What the exported program calls the functions of a layer; "NULL" for NULL. */
const char *sn_c_step_name(compute_step *step);
const char *sn_c_all_name(compute_all *all);
const char *sn_c_cell_name(cell_step *cell);
const char *sn_c_activation_name(rt_activation *activate);
const char *sn_c_row_name(add_row *add);

#endif
