/* Models of other programs: which of them has made a file, told by its first bytes. */
#include <seqnet/import.h>

#include "fasttext_file.h"
#include "fasttext_import.h"
#include "keras_import.h"

#include "banned.h"

seqnet_import_options seqnet_import_options_default(void)
{
    return (seqnet_import_options){.padding = SEQNET_IMPORT_AUTO};
}

seqnet_status seqnet_import(seqnet_model **model, const char *path,
                            const seqnet_import_options *options, seqnet_error *err)
{
    const seqnet_import_options usual = seqnet_import_options_default();
    const seqnet_import_options *const chosen = options ? options : &usual;
    if (sn_fasttext_tells_path(path))
        return sn_fasttext_import(model, path, chosen, err);
    return sn_keras_import(model, path, chosen, err);
}
