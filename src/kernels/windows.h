/*
 * Convolution over ids in terms of simd.h: see sn_windows. Included by kernels_impl.h only, once
 * for each instruction set.
 */
#ifndef SN_WINDOWS_H
#define SN_WINDOWS_H

static void sum_windows(const sn_windows *w, const float *rows, float *out)
{
    const size_t columns = w->size * w->width;
    for (size_t t = 0; t < w->count; t++)
        for (size_t unit = 0; unit < w->width; unit += SN_LANES) {
            vfloat sums[PARTS];
            SN_FOR (p, PARTS)
                sums[p] = v_all(0.0F);
            for (size_t j = 0; j < w->size; j++) {
                const float *const part =
                    rows + (size_t)w->tokens[t + j] * columns + j * w->width + unit;
                SN_FOR (p, PARTS)
                    sums[p] = sums[p] + v_load(part + p * VFLOATS);
            }
            SN_FOR (p, PARTS)
                v_store(out + t * w->width + unit + p * VFLOATS, sums[p]);
        }
}

static void add_windows(const sn_windows *w, const float *d_out, float *d_rows)
{
    const size_t columns = w->size * w->width;
    for (size_t t = 0; t < w->count; t++)
        for (size_t j = 0; j < w->size; j++)
            add(d_rows + (size_t)w->tokens[t + j] * columns + j * w->width, d_out + t * w->width,
                w->width);
}

#endif
