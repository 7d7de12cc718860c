/* The squares of the kernels in the loss, which options.l2 asks for: see trainer.h. */
#include "trainer.h"

#include <string.h>

#include "vec.h"

#include "banned.h"

/* Whether the name ends so: "lstm.kernel" and "lstm.recurrent_kernel" do, "lstm.bias" and
 * "embedding.embeddings" do not. */
static bool is_kernel(const sn_tensor *tensor)
{
    static const char ending[] = "kernel";
    const size_t length = strlen(tensor->name), wanted = sizeof ending - 1;
    return length >= wanted && strcmp(tensor->name + length - wanted, ending) == 0;
}

double sn_train_penalty(const sn_train_plan *plan, const float *weights)
{
    const sn_tensor_table *const table = &plan->outline->network.table;
    const double l2 = plan->options->l2;
    double squares = 0.0;
    for (size_t i = 0; l2 > 0.0 && i < table->count; i++)
        if (is_kernel(&table->tensors[i]))
            squares +=
                sn_vec_sum_squares(weights + table->tensors[i].offset, table->tensors[i].count);
    return l2 * squares;
}

void sn_train_penalty_gradients(const sn_train_plan *plan, const float *weights, float *gradients)
{
    const sn_tensor_table *const table = &plan->outline->network.table;
    const double l2 = plan->options->l2;
    for (size_t i = 0; l2 > 0.0 && i < table->count; i++) {
        const sn_tensor *const tensor = &table->tensors[i];
        if (is_kernel(tensor))
            sn_vec_add_scaled(gradients + tensor->offset, weights + tensor->offset,
                              (float)(2.0 * l2), tensor->count);
    }
}
