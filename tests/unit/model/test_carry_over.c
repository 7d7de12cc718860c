/* What a network takes from another one's weights: everything of equal layers, ids that both have,
 * and labels by their names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "assemble.h"
#include "carry_over.h"
#include "memory.h"
#include "support.h"

enum { UNITS = 3, IDS = 5 };

/* Embedding -> LSTM -> Dense, for these labels; each weight of `weights` is another number. */
static seqnet_model *make_model(const char *const *labels, size_t count, bool many, size_t ids)
{
    seqnet_error err = {0};
    seqnet_model *model;
    const size_t outputs = count == 2 && !many ? 1 : count;
    sn_model_config config = {.maxlen = 4, .layer_count = 3, .multi_label = many};
    config.threshold = many ? 0.5 : 0.0;
    config.layers[0] =
        (sn_layer_spec){.kind = SN_EMBEDDING, .embedding = {.units = 2, .id_count = ids}};
    config.layers[1] = (sn_layer_spec){.kind = SN_LSTM, .recurrent = {.units = UNITS}};
    config.layers[2] = (sn_layer_spec){.kind = SN_DENSE, .dense = {.units = outputs}};
    config.encoding.id_count = (int32_t)ids;
    assert_ok(sn_model_outline(&model, &config, &err), &err);
    assert_ok(sn_model_set_labels(model, labels, count, &err), &err);
    assert_ok(sn_alloc_floats(&model->owned_weights, model->network.table.floats, &err), &err);
    for (size_t i = 0; i < model->network.table.floats; i++)
        model->owned_weights[i] = (float)(i + 1) * (float)(ids + count);
    model->weights = model->owned_weights;
    return model;
}

static const sn_tensor *find(const seqnet_model *model, const char *name)
{
    const sn_tensor *tensor = model->network.table.tensors;
    while (strcmp(tensor->name, name) != 0)
        tensor++;
    return tensor;
}

/* The weight of a column in row `row` of the last layer's kernel; its bias behind them. */
static float weight(const seqnet_model *model, size_t row, size_t column)
{
    const sn_tensor *const kernel = find(model, "dense.kernel");
    const sn_tensor *const bias = find(model, "dense.bias");
    return row < UNITS ? model->weights[kernel->offset + row * kernel->shape[1] + column]
                       : model->weights[bias->offset + column];
}

/* Column `column` of the last layer is a times column `first` of the other model minus b times
 * column `second`. */
static void assert_column(const seqnet_model *to, size_t column, const seqnet_model *from, float a,
                          size_t first, float b, size_t second)
{
    for (size_t row = 0; row <= UNITS; row++)
        assert_true(weight(to, row, column) ==
                    a * weight(from, row, first) - b * weight(from, row, second));
}

static const char *const ABC[] = {"a", "b", "c"};
static const char *const AB[] = {"a", "b"};
static const char *const BA[] = {"b", "a"};
static const char *const BCD[] = {"b", "c", "d"};
static const char *const BX[] = {"b", "x"};

static void layers_and_ids_are_taken(void **state)
{
    (void)state;
    for (size_t ids = IDS - 2; ids <= IDS + 2; ids++) {
        seqnet_model *const from = make_model(AB, 2, false, IDS);
        seqnet_model *const to = make_model(AB, 2, false, ids);
        const sn_tensor *const embedding = find(to, "embedding.embeddings");
        const size_t shared = 2 * (ids < IDS ? ids : IDS);
        const float further = to->weights[embedding->offset + embedding->count - 1];
        sn_model_carry_over(to->owned_weights, to, from);
        assert_memory_equal(to->weights + embedding->offset,
                            from->weights + find(from, "embedding.embeddings")->offset,
                            shared * sizeof(float));
        if (ids > IDS)
            assert_true(to->weights[embedding->offset + embedding->count - 1] == further);
        const sn_tensor *const kernel = find(to, "lstm.recurrent_kernel");
        assert_memory_equal(to->weights + kernel->offset,
                            from->weights + find(from, "lstm.recurrent_kernel")->offset,
                            kernel->count * sizeof(float));
        assert_column(to, 0, from, 1.0F, 0, 0.0F, 0);
        seqnet_model_free(from);
        seqnet_model_free(to);
    }
}

typedef struct pair {
    seqnet_model *from, *to;
} pair;

static pair carry(const char *const *from, size_t from_count, bool from_many, const char *const *to,
                  size_t to_count, bool to_many)
{
    const pair p = {make_model(from, from_count, from_many, IDS),
                    make_model(to, to_count, to_many, IDS)};
    sn_model_carry_over(p.to->owned_weights, p.to, p.from);
    return p;
}

static void free_pair(pair p)
{
    seqnet_model_free(p.from);
    seqnet_model_free(p.to);
}

static void labels_are_matched_by_name(void **state)
{
    (void)state;
    pair p = carry(ABC, 3, false, BCD, 3, false);
    assert_column(p.to, 0, p.from, 1.0F, 1, 0.0F, 0);
    assert_column(p.to, 1, p.from, 1.0F, 2, 0.0F, 0);
    const seqnet_model *const untouched = make_model(BCD, 3, false, IDS);
    assert_true(weight(p.to, 0, 2) == weight(untouched, 0, 2));
    seqnet_model_free((seqnet_model *)(uintptr_t)untouched);
    free_pair(p);
}

static void one_logit_of_two_labels_becomes_several(void **state)
{
    (void)state;
    pair p = carry(AB, 2, false, ABC, 3, false);
    assert_column(p.to, 0, p.from, 0.0F, 0, 0.0F, 0);
    assert_column(p.to, 1, p.from, 1.0F, 0, 0.0F, 0);
    free_pair(p);
    p = carry(AB, 2, false, ABC, 3, true); /* each for itself */
    assert_column(p.to, 0, p.from, -1.0F, 0, 0.0F, 0);
    assert_column(p.to, 1, p.from, 1.0F, 0, 0.0F, 0);
    free_pair(p);
}

static void several_logits_become_one_of_two_labels(void **state)
{
    (void)state;
    pair p = carry(ABC, 3, false, AB, 2, false);
    assert_column(p.to, 0, p.from, 1.0F, 1, 1.0F, 0);
    free_pair(p);
    p = carry(AB, 2, false, BA, 2, false); /* the other way round */
    assert_column(p.to, 0, p.from, -1.0F, 0, 0.0F, 0);
    free_pair(p);
}

static void one_logit_with_a_new_label_begins_anew(void **state)
{
    (void)state;
    pair p = carry(ABC, 3, false, BX, 2, false);
    seqnet_model *const untouched = make_model(BX, 2, false, IDS);
    assert_column(p.to, 0, untouched, 1.0F, 0, 0.0F, 0);
    seqnet_model_free(untouched);
    free_pair(p);
}

static void layers_are_taken_for_other_sizes(void **state)
{
    (void)state;
    seqnet_model *const from = make_model(AB, 2, false, IDS);
    sn_model_config config = {0};
    sn_config_take_layers(&config, &from->config, 9, 4);
    assert_int_equal(config.layer_count, 3);
    assert_int_equal(config.layers[0].embedding.id_count, 9);
    assert_int_equal(config.layers[0].embedding.units, 2);
    assert_int_equal(config.layers[2].dense.units, 4);
    seqnet_model_free(from);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(layers_and_ids_are_taken),
        cmocka_unit_test(labels_are_matched_by_name),
        cmocka_unit_test(one_logit_of_two_labels_becomes_several),
        cmocka_unit_test(several_logits_become_one_of_two_labels),
        cmocka_unit_test(one_logit_with_a_new_label_begins_anew),
        cmocka_unit_test(layers_are_taken_for_other_sizes),
    };
    return cmocka_run_group_tests_name("carry_over", tests, NULL, NULL);
}
