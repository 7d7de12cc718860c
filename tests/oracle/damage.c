/*
 * Damages a file in many ways, and reads each as a tokenizer and as names of labels: cut short at
 * each 1/50, and FLIPS times with one bit flipped. Whatever comes of it must be a tokenizer or one
 * sentence.
 *
 *     damage PATH FLIPS
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <seqnet/number.h>

#include "file.h"
#include "rng.h"
#include "tokenizer_file.h"

enum { CUTS = 50 };

typedef struct outcome {
    size_t read, refused, wrong;
} outcome;

static void count(outcome *o, seqnet_status status, const seqnet_error *err)
{
    const bool is_sentence = strncmp(err->message, "x: ", 3) == 0 && !strchr(err->message, '\n');
    o->read += status == SEQNET_OK;
    o->refused += status == SEQNET_ERR_MODEL;
    if (status == SEQNET_OK || (status == SEQNET_ERR_MODEL && is_sentence))
        return;
    o->wrong++;
    printf("status %d: %s\n", (int)status, err->message);
}

/* Reads a copy that has nothing behind it, so that a sanitizer sees what reads beyond the end. */
static void try_bytes(outcome *o, const uint8_t *bytes, size_t size)
{
    sn_tokenizer_file file;
    sn_label_names labels;
    seqnet_error err = {0};
    uint8_t *const exact = malloc(size ? size : 1);
    if (!exact)
        exit(1);
    memcpy(exact, bytes, size);
    count(o, sn_tokenizer_file_parse(&file, exact, size, "x", &err), &err);
    sn_tokenizer_file_free(&file);
    count(o, sn_label_names_parse(&labels, exact, size, "x", &err), &err);
    sn_label_names_free(&labels);
    free(exact);
}

int main(int argc, char **argv)
{
    sn_bytes bytes;
    sn_rng rng;
    int64_t flips;
    outcome o = {0};
    if (argc != 3 || !seqnet_parse_int64(argv[2], &flips) ||
        sn_bytes_open(&bytes, argv[1], SEQNET_ERR_DATA, NULL) != SEQNET_OK)
        return 2;
    uint8_t *const copy = malloc(bytes.size);
    if (!copy)
        return 1;
    for (size_t i = 0; i < CUTS; i++)
        try_bytes(&o, bytes.data, bytes.size * i / CUTS);
    sn_rng_seed(&rng, 1, SN_RNG_INIT);
    for (int64_t i = 0; i < flips; i++) {
        memcpy(copy, bytes.data, bytes.size);
        copy[sn_rng_below(&rng, bytes.size)] ^= (uint8_t)(1U << sn_rng_below(&rng, 8));
        try_bytes(&o, copy, bytes.size);
    }
    printf("%zu read, %zu refused, %zu wrong\n", o.read, o.refused, o.wrong);
    free(copy);
    sn_bytes_close(&bytes);
    return o.wrong > 0;
}
