/* Files of Keras's weights that are written come back as they were, and are the same each time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "weights_file.h"
#include "weights_write.h"

static void set(char **slot, const char *text)
{
    assert_int_equal(sn_copy_string(slot, text, strlen(text), NULL), SEQNET_OK);
}

static void add_array(sn_weights_file *file, const char *layer, const char *name, uint64_t rows,
                      uint64_t columns)
{
    const uint64_t shape[] = {rows, columns};
    const size_t rank = columns ? 2 : 1, count = (size_t)(columns ? rows * columns : rows);
    float *values;
    assert_int_equal(sn_alloc_floats(&values, count, NULL), SEQNET_OK);
    for (size_t i = 0; i < count; i++)
        values[i] = (float)i / 3.0F - (float)file->array_count;
    assert_int_equal(sn_weights_add_array(file, layer, name, shape, rank, count, &values, NULL),
                     SEQNET_OK);
    assert_null(values);
}

static void add_asset(sn_weights_file *file, const char *name, const char *text)
{
    char *bytes;
    set(&bytes, text);
    assert_int_equal(sn_weights_add_asset(file, name, bytes, strlen(bytes), NULL), SEQNET_OK);
}

static sn_weights_file make(sn_weights_layout layout)
{
    sn_weights_file file = {.layout = layout};
    set(&file.config, "{\"class_name\":\"Sequential\",\"config\":{\"layers\":[]}}");
    set(&file.keras_version, "3.0.0");
    add_asset(&file, SN_WEIGHTS_LABELS, "no\nyes\n");
    return file;
}

static sn_weights_file by_layer(void)
{
    sn_weights_file file = make(SN_WEIGHTS_BY_LAYER);
    set(&file.backend, "tensorflow");
    assert_int_equal(sn_weights_add_layer(&file, "words", NULL, NULL), SEQNET_OK);
    assert_int_equal(sn_weights_add_layer(&file, "dropout", NULL, NULL), SEQNET_OK);
    assert_int_equal(sn_weights_add_layer(&file, "dense", NULL, NULL), SEQNET_OK);
    add_array(&file, "words", "words/embeddings:0", 7, 3);
    add_array(&file, "dense", "dense/kernel:0", 3, 1);
    add_array(&file, "dense", "dense/bias:0", 1, 0);
    return file;
}

static sn_weights_file by_path(void)
{
    sn_weights_file file = make(SN_WEIGHTS_BY_PATH);
    assert_int_equal(sn_weights_add_layer(&file, "", "sequential", NULL), SEQNET_OK);
    assert_int_equal(sn_weights_add_layer(&file, "layers/dense", "output", NULL), SEQNET_OK);
    assert_int_equal(sn_weights_add_layer(&file, "layers/dropout", NULL, NULL), SEQNET_OK);
    add_array(&file, "layers/dense", "layers/dense/vars/0", 5, 2);
    add_array(&file, "layers/dense", "layers/dense/vars/1", 2, 0);
    return file;
}

static sn_weights_file in_order(void)
{
    sn_weights_file file = make(SN_WEIGHTS_IN_ORDER);
    char name[16];
    for (size_t i = 0; i < 12; i++) {
        (void)snprintf(name, sizeof name, "arr_%zu", i);
        add_array(&file, NULL, name, i + 1, i % 2);
    }
    return file;
}

static void assert_texts_equal(const char *one, const char *other)
{
    assert_true(!one == !other);
    if (one)
        assert_string_equal(one, other);
}

static void assert_same(const sn_weights_file *one, const sn_weights_file *other)
{
    assert_int_equal(one->layout, other->layout);
    assert_texts_equal(one->config, other->config);
    assert_texts_equal(one->keras_version, other->keras_version);
    assert_texts_equal(one->backend, other->backend);
    assert_int_equal(one->layer_count, other->layer_count);
    for (size_t i = 0; i < one->layer_count; i++) {
        assert_string_equal(one->layers[i].name, other->layers[i].name);
        assert_texts_equal(one->layers[i].label, other->layers[i].label);
    }
    assert_int_equal(one->array_count, other->array_count);
    for (size_t i = 0; i < one->array_count; i++) {
        const sn_weights_array *const a = &one->arrays[i], *const b = &other->arrays[i];
        assert_string_equal(a->name, b->name);
        assert_texts_equal(a->layer, b->layer);
        assert_int_equal(a->rank, b->rank);
        assert_memory_equal(a->shape, b->shape, a->rank * sizeof *a->shape);
        assert_memory_equal(a->values, b->values, a->count * sizeof *a->values);
    }
    const sn_weights_asset *const labels = sn_weights_file_asset(other, SN_WEIGHTS_LABELS);
    assert_non_null(labels);
    assert_string_equal(labels->bytes, "no\nyes\n");
}

typedef seqnet_status file_writer(sn_buffer *, const sn_weights_file *, seqnet_error *);

static void assert_comes_back(sn_weights_file file, file_writer *writer)
{
    sn_buffer bytes = {0}, again = {0};
    sn_weights_file read;
    seqnet_error err = {0};
    const seqnet_status status = writer(&bytes, &file, &err);
    if (status == SEQNET_ERR_USAGE && strstr(err.message, "built without libhdf5")) {
        print_message("skipped: %s\n", err.message);
    } else {
        assert_int_equal(status, SEQNET_OK);
        assert_int_equal(writer(&again, &file, NULL), SEQNET_OK);
        assert_int_equal(bytes.length, again.length);
        assert_memory_equal(bytes.bytes, again.bytes, bytes.length);
        if (sn_weights_file_parse(&read, bytes.bytes, bytes.length, "file", &err) != SEQNET_OK)
            fail_msg("%s", err.message);
        assert_same(&file, &read);
        sn_weights_file_free(&read);
    }
    sn_buffer_free(&bytes);
    sn_buffer_free(&again);
    sn_weights_file_free(&file);
}

static void files_come_back(void **state)
{
    (void)state;
    assert_comes_back(by_layer(), sn_weights_write_h5);
    assert_comes_back(by_path(), sn_weights_write_keras);
    assert_comes_back(in_order(), sn_weights_write_npz);
}

static void what_no_attribute_can_hold_is_refused(void **state)
{
    (void)state;
    sn_weights_file file = by_layer();
    sn_buffer bytes = {0};
    seqnet_error err = {0};
    char *const words = malloc(4);
    assert_non_null(words);
    memcpy(words, "a\0b", 4);
    assert_int_equal(sn_weights_add_asset(&file, SN_WEIGHTS_WORDS, words, 3, NULL), SEQNET_OK);
    assert_int_equal(sn_weights_write_h5(&bytes, &file, &err), SEQNET_ERR_USAGE);
    assert_non_null(strstr(err.message, "words.txt"));
    assert_non_null(strstr(err.message, ".output_format keras"));
    sn_buffer_free(&bytes);
    sn_weights_file_free(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_come_back),
        cmocka_unit_test(what_no_attribute_can_hold_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
