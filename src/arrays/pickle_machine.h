/*
 * A pickle is a program for a stack machine. This machine's values are numbers, strings that point
 * into the input, a few globals, and nodes: tuples, lists, dictionaries, dtypes, arrays, objects.
 * It knows the opcodes of all protocols and a short list of globals, which it interprets itself;
 * any other global is refused by its name, and nothing is ever called. No function recurses. Memory
 * has two bounds, since a zip of a few kilobytes can hold a gigabyte of opcodes: the size of the
 * input bounds lists of plain integers, and a limit bounds everything else that is kept. Rows and
 * decoded bytes, which the memo can repeat, count each time they are used.
 *
 *     pickle_machine.c  the opcodes and the loop that runs them
 *     pickle_text.c     the opcodes of protocol 0, which are lines of text
 *     pickle_stack.c    stack, memo, nodes, tuples and lists
 *     pickle_dict.c     dictionaries
 *     pickle_globals.c  the globals that are allowed, for each purpose
 *     pickle_objects.c  objects of allowed classes
 *     pickle_numpy.c    NumPy's objects
 *     pickle_joblib.c   arrays as joblib writes them
 *     pickle.c          from the result to rows
 */
#ifndef SN_PICKLE_MACHINE_H
#define SN_PICKLE_MACHINE_H

#include <stdbool.h>

#include "cursor.h"
#include "npy_type.h"
#include "status.h"

typedef enum sn_pickle_kind {
    SN_PICKLE_MARK,
    SN_PICKLE_NONE,
    /* True and False, too. */
    SN_PICKLE_INTEGER,
    SN_PICKLE_FLOAT,
    SN_PICKLE_STRING,
    SN_PICKLE_GLOBAL,
    SN_PICKLE_TUPLE,
    /* Sets, too. */
    SN_PICKLE_LIST,
    SN_PICKLE_DICT,
    SN_PICKLE_DTYPE,
    SN_PICKLE_ARRAY,
    SN_PICKLE_OBJECT,
    /* An unused entry of the memo. */
    SN_PICKLE_ABSENT
} sn_pickle_kind;

/* What an allowed global means. */
typedef enum sn_pickle_global {
    /* NumPy's, and _codecs.encode. */
    SN_GLOBAL_RECONSTRUCT,
    SN_GLOBAL_NDARRAY,
    SN_GLOBAL_DTYPE,
    SN_GLOBAL_SCALAR,
    SN_GLOBAL_FROMBUFFER,
    SN_GLOBAL_ENCODE,
    /* Python's: copyreg._reconstructor and __newobj__, and classes. */
    SN_GLOBAL_RECONSTRUCTOR,
    SN_GLOBAL_NEWOBJ,
    SN_GLOBAL_DICT,
    SN_GLOBAL_DEFAULTDICT,
    SN_GLOBAL_LIST,
    /* A class that is named only: int, str, object, numpy.float64. */
    SN_GLOBAL_INERT,
    /* Classes whose objects have a dictionary. */
    SN_GLOBAL_TOKENIZER,
    SN_GLOBAL_LABELS,
    SN_GLOBAL_JOBLIB_ARRAY
} sn_pickle_global;

/* Which globals are allowed. */
enum { SN_PICKLE_NUMPY = 1, SN_PICKLE_PYTHON = 2, SN_PICKLE_KERAS = 4, SN_PICKLE_SKLEARN = 8 };

/* What a pickle is read for. */
typedef struct sn_pickle_purpose {
    /* The families of globals that are allowed. */
    unsigned allowed;
    /* What it should hold, "an array of integer rows", for error sentences. */
    const char *expected;
    /* What helps against one that is too large. */
    const char *remedy;
    /* The most bytes of nodes, their values and the memo. */
    size_t most;
} sn_pickle_purpose;

typedef struct sn_pickle_node sn_pickle_node;

typedef struct sn_pickle_value {
    sn_pickle_kind kind;
    /* The bytes of a string. */
    uint32_t length;
    union {
        /* An integer, or the meaning of a global. */
        int64_t integer;
        double real;
        /* A string of bytes or UTF-8, in the input or in a node. */
        const uint8_t *text;
        /* A tuple, list, dictionary, dtype, array or object. */
        sn_pickle_node *node;
    };
} sn_pickle_value;

struct sn_pickle_node {
    /* The list of all nodes, for freeing. */
    sn_pickle_node *next;
    /* The elements of a list of small integers only. */
    int32_t *integers;
    /* The elements of any other list or of a tuple; of a dictionary, each key and its value. */
    sn_pickle_value *items;
    size_t count, capacity;
    /* The type of a dtype or an array. */
    sn_npy_type type;
    /* The number of elements of an array, when `rows` or `data` is set. */
    size_t length;
    /* The list of an array of objects; the dictionary of an object, NULL when it has none. */
    sn_pickle_node *rows;
    /* The elements of an array of other types. */
    const uint8_t *data;
    /* Bytes that were decoded. */
    uint8_t *owned;
    /* The class of an object. */
    sn_pickle_global class;
};

/* The bytes of a forbidden global's name. */
enum { SN_PICKLE_NAME = 200 };

/* A zeroed machine with cursor, place, err and purpose set is ready to run. */
typedef struct sn_pickle {
    sn_cursor *cursor;
    /* What error sentences begin with. */
    const char *place;
    seqnet_error *err;
    const sn_pickle_purpose *purpose;
    sn_pickle_value *stack, *memo;
    size_t depth, stack_capacity, memo_count, memo_capacity;
    /* Bytes of the nodes, their values and the memo, which have a limit. */
    size_t objects;
    /* Bytes that were decoded. */
    size_t decoded;
    sn_pickle_node *nodes;
    /* Scratch: a run of integers, or a row's ids. */
    int32_t *run;
    size_t run_capacity;
    /* The STOP opcode was reached. */
    bool stopped;
    /* It is a pickle inside another one. */
    bool is_inner;
    /* The name of the global that was refused; empty when none was. */
    char forbidden[SN_PICKLE_NAME];
} sn_pickle;

/* ---- pickle_machine.c */

/* Runs the program to its STOP. */
seqnet_status sn_pickle_run(sn_pickle *m);

/* Runs it and takes the result, which is valid as long as the machine and its input. */
seqnet_status sn_pickle_load(sn_pickle *m, sn_pickle_value *result);

/* ---- pickle_text.c: the opcodes of the same names. */

/* The next line, without its newline, as a string. */
seqnet_status sn_pickle_take_line(sn_pickle *m, sn_pickle_value *line);

seqnet_status sn_pickle_int(sn_pickle *m, size_t unused);
seqnet_status sn_pickle_float(sn_pickle *m, size_t unused);
seqnet_status sn_pickle_string(sn_pickle *m, size_t unused);
seqnet_status sn_pickle_unicode(sn_pickle *m, size_t unused);
seqnet_status sn_pickle_put(sn_pickle *m, size_t unused);
seqnet_status sn_pickle_get(sn_pickle *m, size_t unused);

/* ---- pickle_stack.c. The errors are SEQNET_ERR_DATA with a sentence that begins with the
 * place. */

/* Report a malformed pickle, of which `what` says what is wrong at the cursor; one that ends too
 * early; one that takes too much memory; and one that does not hold what is expected. */
seqnet_status sn_pickle_malformed(const sn_pickle *m, const char *what);
seqnet_status sn_pickle_cut_short(const sn_pickle *m);
seqnet_status sn_pickle_too_large(const sn_pickle *m);
seqnet_status sn_pickle_unexpected(const sn_pickle *m);

seqnet_status sn_pickle_push(sn_pickle *m, sn_pickle_value v);
seqnet_status sn_pickle_push_integer(sn_pickle *m, int64_t integer);

/* Takes the topmost value off the stack. A mark and an empty stack are errors. */
seqnet_status sn_pickle_pop(sn_pickle *m, sn_pickle_value *v);

/* Makes an empty node, which the machine owns. */
seqnet_status sn_pickle_new_node(sn_pickle *m, sn_pickle_node **made);

/* Makes an empty node and pushes it as a value of this kind. */
seqnet_status sn_pickle_push_node(sn_pickle *m, sn_pickle_kind kind, sn_pickle_node **made);

/* Makes a node that owns `size` bytes, for what `length` bytes of the input are decoded to. */
seqnet_status sn_pickle_new_bytes(sn_pickle *m, size_t length, size_t size, sn_pickle_node **made);

/* Counts `count` elements of `size` bytes that are about to be kept against the limit. */
seqnet_status sn_pickle_charge(sn_pickle *m, size_t count, size_t size);

/* Sets *above to the index of the first value above the topmost mark. */
seqnet_status sn_pickle_find_mark(const sn_pickle *m, size_t *above);

/* Store the topmost value in the memo, and push the value that the memo holds. */
seqnet_status sn_pickle_memo_put(sn_pickle *m, uint64_t index);
seqnet_status sn_pickle_memo_get(sn_pickle *m, uint64_t index);

/* Makes a tuple of the topmost `count` values. */
seqnet_status sn_pickle_make_tuple(sn_pickle *m, size_t count);

/* Makes a tuple, a list or a dictionary, as `kind` says, of the values above the topmost mark. */
seqnet_status sn_pickle_make_marked(sn_pickle *m, size_t kind);

/* Append the topmost value, the values above the topmost mark, and integers to the list below. */
seqnet_status sn_pickle_append(sn_pickle *m, size_t unused);
seqnet_status sn_pickle_append_marked(sn_pickle *m, size_t unused);
seqnet_status sn_pickle_append_integers(sn_pickle *m, sn_pickle_node *list, const int32_t *numbers,
                                        size_t count);

/* Frees all that the machine has allocated, but not the machine itself. */
void sn_pickle_free(sn_pickle *m);

/* ---- pickle_dict.c */

/* The opcodes of the same names. */
seqnet_status sn_pickle_set_item(sn_pickle *m, size_t unused);
seqnet_status sn_pickle_set_items(sn_pickle *m, size_t unused);

/* Appends a key and a value to a dictionary. */
seqnet_status sn_pickle_dict_add(sn_pickle *m, sn_pickle_node *dict, const sn_pickle_value *key,
                                 const sn_pickle_value *value);

/* The value of a key, the last one where it occurs several times; NULL when there is none. */
const sn_pickle_value *sn_pickle_dict_find(const sn_pickle_node *dict, const char *key);

/* The element of a list or a tuple. */
sn_pickle_value sn_pickle_item(const sn_pickle_node *list, size_t index);

bool sn_pickle_is_text(const sn_pickle_value *v, const char *text);

/* ---- pickle_globals.c: the opcodes of the same names. */

seqnet_status sn_pickle_global_line(sn_pickle *m, size_t unused);
seqnet_status sn_pickle_stack_global(sn_pickle *m, size_t unused);

/* ---- pickle_objects.c: the opcodes of the same names. */

seqnet_status sn_pickle_reduce(sn_pickle *m, size_t unused);
seqnet_status sn_pickle_build(sn_pickle *m, size_t unused);
seqnet_status sn_pickle_newobj(sn_pickle *m, size_t unused);
seqnet_status sn_pickle_newobj_ex(sn_pickle *m, size_t unused);
seqnet_status sn_pickle_inst(sn_pickle *m, size_t unused);
seqnet_status sn_pickle_obj(sn_pickle *m, size_t unused);

/* ---- pickle_numpy.c */

/* Pushes what NumPy's global makes of the arguments of a call. */
seqnet_status sn_pickle_numpy_call(sn_pickle *m, sn_pickle_global global,
                                   const sn_pickle_node *arguments);

/* Gives a dtype or an array its state. */
seqnet_status sn_pickle_numpy_build(sn_pickle *m, const sn_pickle_value *object,
                                    const sn_pickle_node *state);

/* Gives an array its elements: bytes, or a list for objects. */
seqnet_status sn_pickle_fill_array(sn_pickle *m, sn_pickle_node *array,
                                   const sn_pickle_value *shape, const sn_pickle_value *dtype,
                                   const sn_pickle_value *content);

/* The number of elements of a shape (n,) or n; false for any other shape. */
bool sn_pickle_shape_length(const sn_pickle_value *shape, size_t *length);

/* Makes a value of an array's element: an integer, a float or text, which the machine owns. */
seqnet_status sn_pickle_array_item(sn_pickle *m, const sn_pickle_node *array, size_t index,
                                   sn_pickle_value *item);

/* ---- pickle_joblib.c */

/* Reads the elements behind the description of an array, which the topmost object is. */
seqnet_status sn_pickle_joblib_array(sn_pickle *m, const sn_pickle_node *description);

#endif
