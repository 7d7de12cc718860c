/* The second training: what it comes to, what stays when it does not end, what it needs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

#include <seqnet/seqnet.h>

#include "demo_rows.h"
#include "support.h"

/* 120 rows, the last fifth of which validates. */
static seqnet_train_options small_options(void)
{
    seqnet_train_options options = seqnet_train_options_default();
    options.epochs = 3;
    options.units[0] = 4;
    options.embedding_dim = 4;
    options.batch_size = 40;
    options.threads = 1;
    options.refit = true;
    return options;
}

typedef struct fingerprint {
    char text[40];
} fingerprint;

static fingerprint trained(const seqnet_train_options *options, seqnet_status status,
                           seqnet_train_result *result)
{
    seqnet_model *model;
    fingerprint print;
    assert_int_equal(seqnet_model_train(&model, corpus, options, result, NULL), status);
    assert_non_null(model);
    (void)snprintf(print.text, sizeof print.text, "%s", seqnet_model_fingerprint(model));
    seqnet_model_free(model);
    return print;
}

static void it_is_a_training_on_all_rows(void **state)
{
    (void)state;
    seqnet_train_result result, plain;
    seqnet_train_options options = small_options();
    const fingerprint again = trained(&options, SEQNET_OK, &result);
    assert_true(result.refit_epochs > 0);
    assert_false(result.refit_diverged);
    options.refit = false;
    options.epochs = (int64_t)result.refit_epochs;
    seqnet_dataset *const divided = corpus;
    corpus = whole_corpus;
    assert_string_equal(again.text, trained(&options, SEQNET_OK, &plain).text);
    corpus = divided;
}

/* Stops at the given batch of the second training. */
static bool stop_again(void *user, const seqnet_train_event *event)
{
    size_t *const left = user;
    return !event->refit || event->kind != SEQNET_TRAIN_BATCH_END || --*left > 0;
}

static void interrupted_it_leaves_the_first_model(void **state)
{
    (void)state;
    seqnet_train_result result;
    seqnet_train_options options = small_options();
    options.refit = false;
    const fingerprint first = trained(&options, SEQNET_OK, &result);
    options.refit = true;
    options.callback = stop_again;
    for (size_t batches = 1; batches < 6; batches += 2) {
        size_t left = batches;
        options.user = &left;
        const fingerprint kept = trained(&options, SEQNET_INTERRUPTED, &result);
        assert_int_equal(left, 0);
        assert_int_equal(result.refit_epochs, 0);
        assert_string_equal(kept.text, first.text);
    }
}

#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 33)
typedef struct memory_watch {
    size_t first, second, slab;
} memory_watch;

static bool watch_memory(void *user, const seqnet_train_event *event)
{
    memory_watch *const watch = user;
    const struct mallinfo2 used = mallinfo2();
    if (event->kind == SEQNET_TRAIN_BEGIN) {
        *(event->refit ? &watch->second : &watch->first) = used.uordblks + used.hblkhd;
        watch->slab = seqnet_model_parameters(event->model) * sizeof(float);
    }
    return true;
}

/* Of the first training only the weights that it kept are there, and nothing of its machine. */
static void it_begins_when_the_first_is_freed(void **state)
{
    (void)state;
    memory_watch watch = {0};
    seqnet_train_result result;
    seqnet_train_options options = small_options();
    options.embedding_dim = 2000;
    options.callback = watch_memory;
    options.user = &watch;
    (void)trained(&options, SEQNET_OK, &result);
    assert_true(watch.slab > 1 << 20);
    assert_true(watch.second < watch.first + 2 * watch.slab);
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_a_training_on_all_rows),
        cmocka_unit_test(interrupted_it_leaves_the_first_model),
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 33)
        cmocka_unit_test(it_begins_when_the_first_is_freed),
#endif
    };
    return cmocka_run_group_tests_name("refit", tests, load_corpora, free_corpora);
}
