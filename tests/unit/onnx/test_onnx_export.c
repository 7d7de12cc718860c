/* Models of all kinds of layers as ONNX files, which score the samples as the models do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <seqnet/seqnet.h>

#include "exported_networks.h"
#include "support.h"

static const seqnet_export_options ONNX = {.output_format = SEQNET_EXPORT_ONNX};

/* Whether this build writes ONNX. */
static bool is_built(void)
{
    seqnet_error err = {0};
    char *bytes;
    seqnet_model *const model = exported_model(0);
    const seqnet_status status = seqnet_export_bytes(model, &bytes, &ONNX, NULL, &err);
    free(bytes);
    seqnet_model_free(model);
    return status != SEQNET_ERR_USAGE;
}

static void describe(size_t number, const seqnet_model *model)
{
    print_message("network %zu, maxlen %zu, padding %d %d:", number, model->config.maxlen,
                  (int)model->config.padding.padding, (int)model->config.padding.truncating);
    for (size_t i = 0; i < model->network.count; i++)
        print_message(" %s", model->network.layers[i].name);
    print_message("\n");
}

static void all_kinds_of_layers_agree(void **state)
{
    (void)state;
    if (!is_built())
        SKIP_WITHOUT("protobuf-c");
    for (size_t number = 0; number < EXPORTED_NETWORKS; number++) {
        seqnet_export_report report;
        seqnet_error err = {0};
        char *bytes;
        seqnet_model *const model = exported_model(number);
        const seqnet_status status = seqnet_export_bytes(model, &bytes, &ONNX, &report, &err);
        if (status != SEQNET_OK || !(report.difference < 1e-5) || report.rows < 9) {
            describe(number, model);
            fail_msg("%s: %g", err.message, report.difference);
        }
        free(bytes);
        seqnet_model_free(model);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(all_kinds_of_layers_agree)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
