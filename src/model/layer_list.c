/* The public functions about layers in Keras's names: a file of them, and those of a model. */
#include <string.h>

#include <seqnet/train.h>

#include "keras.h"
#include "memory.h"
#include "model.h"

#include "banned.h"

seqnet_status seqnet_layer_list_read(char **text, const char *path, seqnet_error *err)
{
    sn_bytes bytes;
    *text = NULL;
    SN_TRY(sn_bytes_open_text(&bytes, path, err));
    seqnet_status status = SEQNET_OK;
    if (memchr(bytes.data, '\0', bytes.size))
        status = sn_fail(err, SEQNET_ERR_DATA, "%s: is no JSON: it holds a zero byte", path);
    else
        status = sn_copy_string(text, (const char *)bytes.data, bytes.size, err);
    sn_bytes_close(&bytes);
    return status;
}

seqnet_status seqnet_model_layers_json(const seqnet_model *model, char **json, seqnet_error *err)
{
    return sn_keras_write(&model->config, &model->network, json, err);
}
