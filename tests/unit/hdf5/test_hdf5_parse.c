/* The records of the process that reads HDF5: whole ones become a tree, any others an end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "hdf5_parse.h"

/* A pipe of records. */
typedef struct records {
    uint8_t bytes[512];
    size_t size, read;
    /* Bytes that come at once. */
    size_t step;
} records;

static void put(records *r, const void *data, size_t size)
{
    assert_true(r->size + size <= sizeof r->bytes);
    memcpy(r->bytes + r->size, data, size);
    r->size += size;
}

static void put_count(records *r, uint32_t count)
{
    put(r, &count, sizeof count);
}

static void put_text(records *r, const char *text)
{
    put_count(r, (uint32_t)strlen(text));
    put(r, text, strlen(text));
}

static void put_record(records *r, char tag, const char *path)
{
    put(r, &tag, 1);
    put_text(r, path);
}

static void put_tag(records *r, char tag)
{
    put(r, &tag, 1);
}

static void put_array(records *r, const char *path, uint64_t rows, uint64_t columns)
{
    const uint64_t shape[] = {rows, columns};
    put_record(r, SN_HDF5_ARRAY, path);
    put_count(r, 2);
    put(r, shape, sizeof shape);
}

static void put_piece(records *r, uint32_t count, float first)
{
    put_tag(r, SN_HDF5_PIECE);
    put_count(r, count);
    for (uint32_t i = 0; i < count; i++) {
        const float value = first + (float)i;
        put(r, &value, sizeof value);
    }
}

static ptrdiff_t next(void *user, void *data, size_t size)
{
    records *const r = user;
    size_t part = r->size - r->read;
    part = part < size ? part : size;
    part = part < r->step ? part : r->step;
    memcpy(data, r->bytes + r->read, part);
    r->read += part;
    return (ptrdiff_t)part;
}

/* Parses records with room for 8 elements. */
static sn_hdf5_end parse(sn_hdf5 *tree, records *r, char fault[SN_HDF5_FAULT_SIZE])
{
    sn_hdf5_end end;
    *tree = (sn_hdf5){0};
    r->read = 0;
    assert_int_equal(sn_hdf5_parse(tree, next, r, 8, &end, fault, NULL), SEQNET_OK);
    return end;
}

static void assert_end(records *r, sn_hdf5_end expected)
{
    sn_hdf5 tree;
    char fault[SN_HDF5_FAULT_SIZE] = "";
    assert_int_equal(parse(&tree, r, fault), expected);
    sn_hdf5_free(&tree);
}

/* All kinds of records, without an end. */
static records example(void)
{
    records r = {.step = sizeof r.bytes};
    put_record(&r, SN_HDF5_GROUP, "");
    put_record(&r, SN_HDF5_TEXTS, "b");
    put_text(&r, "names");
    put_count(&r, 2);
    put_text(&r, "one");
    put_text(&r, "");
    put_array(&r, "b/x", 2, 3);
    put_piece(&r, 4, 1);
    put_piece(&r, 2, 5);
    put_array(&r, "a", 0, 7);
    put_record(&r, SN_HDF5_OMITTED, "c");
    put_text(&r, "is elsewhere");
    return r;
}

static void whole_records_become_a_sorted_tree(void **state)
{
    (void)state;
    sn_hdf5 tree;
    char fault[SN_HDF5_FAULT_SIZE];
    records r = example();
    put_tag(&r, SN_HDF5_END);
    for (r.step = 1; r.step < 64; r.step = 2 * r.step + 1) {
        assert_int_equal(parse(&tree, &r, fault), SN_HDF5_WHOLE);
        assert_int_equal(tree.array_count, 2);
        assert_string_equal(tree.arrays[0].path, "a");
        const sn_hdf5_array *const array = sn_hdf5_find_array(&tree, "b/x");
        assert_int_equal(array->rank, 2);
        assert_int_equal(array->shape[1], 3);
        for (size_t i = 0; i < 6; i++)
            assert_true(array->values[i] == (float)(i + 1));
        const sn_hdf5_texts *const texts = sn_hdf5_find_texts(&tree, "b", "names");
        assert_int_equal(texts->count, 2);
        assert_string_equal(texts->texts[0], "one");
        assert_null(sn_hdf5_find_texts(&tree, "b", "name"));
        assert_string_equal(sn_hdf5_find_omitted(&tree, "c"), "is elsewhere");
        assert_null(sn_hdf5_find_array(&tree, "c"));
        sn_hdf5_free(&tree);
    }
}

static void records_that_end_early_are_cut(void **state)
{
    (void)state;
    records r = example();
    for (size_t size = r.size + 1; size-- > 0;) {
        r.size = size;
        assert_end(&r, SN_HDF5_CUT);
    }
}

static void a_fault_is_told(void **state)
{
    (void)state;
    sn_hdf5 tree;
    char fault[SN_HDF5_FAULT_SIZE] = "";
    records r = {.step = 3};
    put_array(&r, "x", 1, 5);
    put_piece(&r, 2, 1);
    put_record(&r, SN_HDF5_FAULT, "a \033 fault");
    assert_int_equal(parse(&tree, &r, fault), SN_HDF5_FAULTY);
    assert_string_equal(fault, "a ? fault");
    sn_hdf5_free(&tree);
}

static void what_cannot_be_is_wrong(void **state)
{
    (void)state;
    records r = {.step = sizeof r.bytes};
    put_tag(&r, 'z');
    assert_end(&r, SN_HDF5_WRONG);

    r.size = 0;
    put_array(&r, "x", 3, 3); /* more elements than there may be */
    assert_end(&r, SN_HDF5_WRONG);

    r.size = 0;
    put_array(&r, "x", UINT64_MAX, UINT64_MAX);
    assert_end(&r, SN_HDF5_WRONG);

    r.size = 0;
    put_array(&r, "x", 1, 2);
    put_piece(&r, 3, 0);
    assert_end(&r, SN_HDF5_WRONG);

    r.size = 0;
    put_array(&r, "x", 1, 2);
    put_record(&r, SN_HDF5_GROUP, "y");
    assert_end(&r, SN_HDF5_WRONG);

    r.size = 0;
    put_tag(&r, SN_HDF5_GROUP);
    put_count(&r, SN_HDF5_MAX_PATH + 1);
    assert_end(&r, SN_HDF5_WRONG);

    r.size = 0;
    put_tag(&r, SN_HDF5_GROUP);
    put_count(&r, 3);
    put(&r, "a\0b", 3);
    assert_end(&r, SN_HDF5_WRONG);

    r.size = 0;
    put_record(&r, SN_HDF5_TEXTS, "");
    put_text(&r, "n");
    put_count(&r, SN_HDF5_MAX_COUNT + 1);
    assert_end(&r, SN_HDF5_WRONG);

    r.size = 0;
    put_record(&r, SN_HDF5_ARRAY, "x");
    put_count(&r, SN_HDF5_MAX_RANK + 1);
    assert_end(&r, SN_HDF5_WRONG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_records_become_a_sorted_tree),
        cmocka_unit_test(records_that_end_early_are_cut),
        cmocka_unit_test(a_fault_is_told),
        cmocka_unit_test(what_cannot_be_is_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
