/*
 * Which arithmetic a thread computes with: the fastest one of the machine, or the one that gives
 * the same bits on every machine. It is a property of what is computed, a training or a model, so
 * that a process may have both. The tasks of a pool compute with that of the thread which runs the
 * pool.
 *
 * Only loops that machines do differently look at it: the kernels (kernels.h), products (gemm.h)
 * and what becomes of subnormal numbers. All other code adds in one order, contracts nothing and
 * calls functions that are the same everywhere (scalar.h).
 */
#ifndef SN_ARITHMETIC_H
#define SN_ARITHMETIC_H

typedef enum sn_arithmetic {
    /* Products and sums are fused, the BLAS multiplies, subnormal numbers count as 0. */
    SN_FAST,
    /* The same bits for every instruction set, with and without a BLAS. */
    SN_REPRODUCIBLE,
    SN_ARITHMETICS
} sn_arithmetic;

/* What this thread computes with: SN_FAST until it is told otherwise. */
sn_arithmetic sn_arithmetic_now(void);

/* Has this thread compute so from now on. Returns what it was before, which the caller sets again
 * at the end. */
sn_arithmetic sn_arithmetic_use(sn_arithmetic arithmetic);

#endif
