#include "masked_maxima.h"

#include <string.h>

#include "banned.h"

/* The largest penalty: no value of a layer comes near it. */
#define LARGEST_PENALTY (-1e5F)

static bool is_of(const sn_graph *graph, size_t number, const char *class_name, size_t inputs)
{
    const sn_graph_node *const node = &graph->nodes[number];
    return strcmp(node->class_name, class_name) == 0 && node->input_count == inputs;
}

/* Whether a node is the product; *x becomes what the maximum is taken of. */
static bool is_product(const sn_graph *graph, size_t number, sn_graph_node *folded)
{
    const sn_graph_node *const nodes = graph->nodes;
    const sn_graph_node *const product = &nodes[number];
    if (!is_of(graph, number, "Multiply", 2) ||
        !is_of(graph, product->inputs[0], "GlobalMaxPooling1D", 1) ||
        !is_of(graph, product->inputs[1], "Dense", 1))
        return false;
    const size_t sum = nodes[product->inputs[0]].inputs[0];
    const size_t most = nodes[product->inputs[1]].inputs[0];
    if (!is_of(graph, sum, "Add", 2) || !is_of(graph, most, "GlobalMaxPooling1D", 1))
        return false;
    folded->inputs[0] = nodes[sum].inputs[0];
    folded->penalty = nodes[sum].inputs[1];
    folded->has_words = product->inputs[1];
    return nodes[most].inputs[0] == folded->penalty &&
           is_of(graph, folded->penalty, "Embedding", 1);
}

/* Whether id 0 may be masked. */
static bool masks(const sn_graph *graph)
{
    for (size_t i = 0; i < graph->count; i++)
        if (strcmp(graph->nodes[i].class_name, "Masking") == 0 ||
            sn_json_is_true(graph->nodes[i].config, "mask_zero"))
            return true;
    return false;
}

/* Whether `name` is `base` and `ending`. */
static bool is_named(const char *name, const char *base, const char *ending)
{
    const size_t length = strlen(base);
    return strncmp(name, base, length) == 0 && strcmp(name + length, ending) == 0;
}

/* Folds a maximum beside a mean, of the names that seqnet gives them. Both are over the words
 * alone, or nothing is masked. */
static void fold_joined(const sn_graph *graph, sn_graph_node *joined)
{
    if (strcmp(joined->class_name, "Concatenate") != 0 || joined->input_count != 2)
        return;
    const sn_graph_node *const most = &graph->nodes[joined->inputs[0]];
    const sn_graph_node *const mean = &graph->nodes[joined->inputs[1]];
    const bool is_plain = strcmp(most->class_name, "GlobalMaxPooling1D") == 0 && !masks(graph);
    if ((!is_plain && !most->penalty) || strcmp(mean->class_name, "GlobalAveragePooling1D") != 0 ||
        most->input_count != 1 || mean->input_count != 1 || most->inputs[0] != mean->inputs[0] ||
        !is_named(most->name, joined->name, "_max") || !is_named(mean->name, joined->name, "_mean"))
        return;
    joined->stored_class = joined->class_name;
    joined->class_name = "GlobalMaxAveragePooling1D";
    joined->inputs[0] = most->inputs[0];
    joined->input_count = 1;
    joined->penalty = most->penalty;
    joined->has_words = most->has_words;
}

void sn_graph_fold_maxima(sn_graph *graph)
{
    for (size_t i = 0; i < graph->count; i++) {
        sn_graph_node folded = graph->nodes[i];
        fold_joined(graph, &graph->nodes[i]);
        if (!is_product(graph, i, &folded))
            continue;
        folded.stored_class = folded.class_name;
        folded.class_name = "MaskedGlobalMaxPooling1D";
        folded.input_count = 1;
        graph->nodes[i] = folded;
    }
    sn_graph_mark_used(graph);
}

static bool has_values(const sn_graph_node *node, size_t number, float first, bool may_be_less)
{
    const sn_weights_array *const array = number < node->array_count ? node->arrays[number] : NULL;
    if (!array || array->count == 0 ||
        (may_be_less ? !(array->values[0] <= first) : array->values[0] != first))
        return false;
    for (size_t i = 1; i < array->count; i++)
        if (array->values[i] != 0.0F)
            return false;
    return true;
}

static bool has_right_values(const sn_graph *graph, const sn_graph_node *node)
{
    const sn_graph_node *const penalty = &graph->nodes[node->penalty];
    const sn_graph_node *const dense = &graph->nodes[node->has_words];
    const char *const activation = sn_json_text(dense->config, "activation");
    return has_values(penalty, 0, LARGEST_PENALTY, true) && has_values(dense, 0, 1.0F, false) &&
           has_values(dense, 1, 1.0F, false) && activation && strcmp(activation, "relu") == 0;
}

seqnet_status sn_graph_check_maxima(const sn_graph *graph, seqnet_error *err)
{
    for (size_t i = 0; i < graph->count; i++) {
        const sn_graph_node *const node = &graph->nodes[i];
        if (node->is_used && node->penalty && !has_right_values(graph, node))
            return sn_graph_refuse(graph, node, err,
                                   "a product is supported only where it takes the padding out of "
                                   "a maximum");
    }
    return SEQNET_OK;
}
