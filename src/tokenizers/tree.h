/*
 * The values of a JSON text or of a pickle, seen in the same way: scalars, lists, dictionaries, and
 * objects of the few classes that pickles may have. What they mean is up to the readers of
 * tokenizers and of names of labels.
 *
 * Ownership: a tree owns all that its values point to, apart from the bytes that it was made of,
 * which must outlive it. The caller frees it with sn_tree_free, also after a failure.
 */
#ifndef SN_TREE_H
#define SN_TREE_H

#include <cjson/cJSON.h>
#include <stdbool.h>

#include "pickle_machine.h"
#include "status.h"

typedef enum sn_tree_kind {
    SN_TREE_NONE,
    /* True and False, too. */
    SN_TREE_INTEGER,
    /* A number that is not whole. */
    SN_TREE_REAL,
    SN_TREE_TEXT,
    /* A list, a tuple, a set, or an array of one dimension. */
    SN_TREE_LIST,
    SN_TREE_DICT,
    /* Keras's Tokenizer, and an encoder of scikit-learn; their entries are their attributes. */
    SN_TREE_TOKENIZER,
    SN_TREE_LABELS,
    SN_TREE_OTHER
} sn_tree_kind;

typedef struct sn_tree_value {
    sn_tree_kind kind;
    int64_t integer;
    double real;
    /* Text, not NUL-terminated. */
    const char *text;
    size_t length;
    /* Where the elements are: in one of these, when there are any. */
    const cJSON *json;
    const sn_pickle_node *node;
    bool is_array;
} sn_tree_value;

typedef struct sn_tree {
    sn_pickle pickle;
    sn_pickle_purpose purpose;
    sn_cursor cursor;
    /* The parsed texts. */
    cJSON **parsed;
    size_t parsed_count, parsed_capacity;
    const char *path;
    seqnet_error *err;
} sn_tree;

/* Whether the bytes look like a pickle: of protocol 2 to 5 by their first byte, of an older one by
 * the opcodes with which what we read begins. */
bool sn_tree_is_pickle(const void *bytes, size_t size);

/* Runs a pickle for which `allowed` globals are. `expected` says what it should hold. Sentences
 * begin with the path. SEQNET_ERR_MODEL; tree->pickle.forbidden is the name of a global that was
 * refused. */
seqnet_status sn_tree_unpickle(sn_tree *tree, const void *bytes, size_t size, unsigned allowed,
                               const char *expected, sn_tree_value *root);

/* Parses a JSON text, which may be one inside a text of the tree. SEQNET_ERR_MODEL. */
seqnet_status sn_tree_parse(sn_tree *tree, const char *json, size_t length, sn_tree_value *root);

/* A walk over the entries of a list, a dictionary or an object. */
typedef struct sn_tree_walk {
    sn_tree_value of;
    const cJSON *next;
    size_t index;
} sn_tree_walk;

sn_tree_walk sn_tree_begin(const sn_tree_value *of);

/* The next entry: in a list the key is its number, from 0; false after the last one. An array's
 * element is made here, which can fail: then it is false, too, and *status is the failure. */
bool sn_tree_next(sn_tree *tree, sn_tree_walk *walk, sn_tree_value *key, sn_tree_value *value,
                  seqnet_status *status);

/* The number of entries, 0 of a scalar. */
size_t sn_tree_count(const sn_tree_value *of);

/* Finds the last entry of a dictionary or an object with a key; false when there is none. */
bool sn_tree_find(const sn_tree_value *of, const char *key, sn_tree_value *value);

bool sn_tree_is(const sn_tree_value *v, const char *text);

/* Sets *number to an integer, or to one that a text spells; false for anything else. */
bool sn_tree_whole(const sn_tree_value *v, int64_t *number);

void sn_tree_free(sn_tree *tree);

#endif
