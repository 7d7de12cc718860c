/* What the environment of a launcher looks like. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <seqnet/comm.h>

#include "launcher.h"

static int clear(void **state)
{
    (void)state;
    static const char *const names[] = {"OMPI_COMM_WORLD_SIZE",
                                        "OMPI_COMM_WORLD_RANK",
                                        "SLURM_STEP_NUM_TASKS",
                                        "SLURM_PROCID",
                                        "SLURM_SRUN_COMM_HOST",
                                        "PMI_SIZE",
                                        "PMI_RANK",
                                        "PMIX_RANK",
                                        "SEQNET_MPI"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        unsetenv(names[i]);
    return 0;
}

static void test_no_launcher_is_one_process(void **state)
{
    (void)state;
    const sn_launcher found = sn_launcher_find();
    assert_null(found.name);
    assert_int_equal(found.processes, 1);
    assert_int_equal(found.rank, 0);
}

static void test_mpirun_tells_rank_and_size(void **state)
{
    (void)state;
    setenv("OMPI_COMM_WORLD_SIZE", "4", 1);
    setenv("OMPI_COMM_WORLD_RANK", "3", 1);
    const sn_launcher found = sn_launcher_find();
    assert_string_equal(found.name, "mpirun");
    assert_int_equal(found.processes, 4);
    assert_int_equal(found.rank, 3);
}

/* A batch script has the variables of its job, but srun has not started it. */
static void test_a_batch_script_is_one_process(void **state)
{
    (void)state;
    setenv("SLURM_STEP_NUM_TASKS", "2", 1);
    setenv("SLURM_PROCID", "0", 1);
    assert_int_equal(sn_launcher_find().processes, 1);
    setenv("SLURM_SRUN_COMM_HOST", "127.0.0.1", 1);
    assert_int_equal(sn_launcher_find().processes, 2);
    assert_true(sn_launcher_find().is_bare);
    setenv("PMIX_RANK", "0", 1);
    assert_false(sn_launcher_find().is_bare);
    assert_string_equal(sn_launcher_find().remedy, "set SLURM_MPI_TYPE=pmix for srun");
}

static void test_each_can_be_alone(void **state)
{
    (void)state;
    setenv("OMPI_COMM_WORLD_SIZE", "4", 1);
    setenv("OMPI_COMM_WORLD_RANK", "3", 1);
    setenv("SEQNET_MPI", "off", 1);
    assert_int_equal(sn_launcher_find().processes, 1);
    assert_int_equal(sn_launcher_find().rank, 0);
}

static void test_nonsense_is_no_launcher(void **state)
{
    (void)state;
    static const char *const sizes[] = {"", "many", "-3", "0", "99999999999999999999"};
    setenv("OMPI_COMM_WORLD_RANK", "0", 1);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        setenv("OMPI_COMM_WORLD_SIZE", sizes[i], 1);
        assert_int_equal(sn_launcher_find().processes, 1);
    }
}

/* The module is not beside this program. */
static void test_processes_that_cannot_join_are_refused(void **state)
{
    (void)state;
    seqnet_comm *comm;
    seqnet_error err;
    setenv("OMPI_COMM_WORLD_SIZE", "4", 1);
    setenv("OMPI_COMM_WORLD_RANK", "3", 1);
    assert_int_equal(seqnet_comm_open(&comm, &err), SEQNET_ERR_USAGE);
    assert_null(comm);
    assert_int_equal(seqnet_comm_launched_rank(), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_no_launcher_is_one_process, clear),
        cmocka_unit_test_setup(test_mpirun_tells_rank_and_size, clear),
        cmocka_unit_test_setup(test_a_batch_script_is_one_process, clear),
        cmocka_unit_test_setup(test_each_can_be_alone, clear),
        cmocka_unit_test_setup(test_nonsense_is_no_launcher, clear),
        cmocka_unit_test_setup(test_processes_that_cannot_join_are_refused, clear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
