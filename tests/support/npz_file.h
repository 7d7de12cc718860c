/* Makes small .npz archives of ids for tests. Include it after <cmocka.h>. */
#ifndef TEST_NPZ_FILE_H
#define TEST_NPZ_FILE_H

#include "npz_write.h"
#include "sequences.h"
#include "support.h"

/* Writes the training and the test part, padded to `width` columns, to a file of the test folder,
 * and frees both parts. */
static inline test_path write_npz(const char *name, sn_sequences parts[2], size_t width)
{
    const size_t maxlens[2] = {width, width};
    const sn_rows views[2] = {sn_sequences_view(&parts[0]), sn_sequences_view(&parts[1])};
    const test_path path = in_folder(name);
    seqnet_error err = {0};
    assert_ok(
        sn_npz_write_padded(path.text, views, maxlens, SEQNET_PRE, SEQNET_PRE, NULL, NULL, &err),
        &err);
    sn_sequences_free(&parts[0]);
    sn_sequences_free(&parts[1]);
    return path;
}

#endif
