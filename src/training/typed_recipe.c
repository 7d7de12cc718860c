#include "typed_recipe.h"

void use_typed(const parsed_line *line, const seqnet_train_options *typed,
               seqnet_train_options *defaults)
{
    if (given_name(line, &typed->optimizer))
        seqnet_train_options_use_optimizer(defaults, typed->optimizer);
    copy_given(line, typed, defaults, sizeof *defaults);
}

/* Whether an option was typed that convolutions do not have. */
static bool names_recurrent(const parsed_line *line, const seqnet_train_options *typed)
{
    const void *const targets[] = {
        typed->units,         &typed->bidirectional, &typed->recurrent_activation,
        &typed->reset_before, &typed->mask_zero,     &typed->recurrent_dropout};
    bool any = given_name(line, &typed->pooling) && typed->pooling == SEQNET_POOLING_LAST;
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++)
        any |= given_name(line, targets[i]) != NULL;
    return any;
}

seqnet_train_options typed_recipe(const seqnet_dataset *dataset, seqnet_preset preset,
                                  const parsed_line *line, const seqnet_train_options *typed,
                                  bool names_layers)
{
    seqnet_train_options options;
    if (given_name(line, &typed->cell))
        options = seqnet_train_options_for_cell(dataset, preset, typed->cell);
    else if (names_layers || names_recurrent(line, typed))
        options = seqnet_train_options_for_cell(dataset, preset, SEQNET_CELL_LSTM);
    else
        options = seqnet_train_options_for(dataset, preset);
    use_typed(line, typed, &options);
    return options;
}
