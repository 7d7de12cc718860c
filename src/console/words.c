#include "words.h"

#include <seqnet/seqnet.h>

const char *format_word(int value)
{
    switch ((seqnet_format)value) {
    case SEQNET_FORMAT_AUTO:
        return "auto";
    case SEQNET_FORMAT_LINES:
        return "lines";
    case SEQNET_FORMAT_CSV:
        return "csv";
    case SEQNET_FORMAT_TSV:
        return "tsv";
    case SEQNET_FORMAT_JSONL:
        return "jsonl";
    case SEQNET_FORMAT_FASTTEXT:
        return "fasttext";
    }
    return NULL;
}

const char *header_word(int value)
{
    switch ((seqnet_header)value) {
    case SEQNET_HEADER_AUTO:
        return "auto";
    case SEQNET_HEADER_YES:
        return "yes";
    case SEQNET_HEADER_NO:
        return "no";
    }
    return NULL;
}

const char *text_rule_word(int value)
{
    switch ((seqnet_text_rule)value) {
    case SEQNET_TEXT_RULE_AUTO:
        return "auto";
    case SEQNET_TEXT_RULE_KERAS:
        return "keras";
    case SEQNET_TEXT_RULE_UNICODE:
        return "unicode";
    }
    return NULL;
}

const char *side_word(int value)
{
    switch ((seqnet_side)value) {
    case SEQNET_PRE:
        return "pre";
    case SEQNET_POST:
        return "post";
    }
    return NULL;
}

const char *preset_word(int value)
{
    switch ((seqnet_preset)value) {
    case SEQNET_PRESET_AUTO:
        return "auto";
    case SEQNET_PRESET_KERAS:
        return "keras";
    case SEQNET_PRESET_TEXT:
        return "text";
    case SEQNET_PRESET_IDS:
        return "ids";
    case SEQNET_PRESET_LSTM:
        return "lstm";
    case SEQNET_PRESET_FAST:
        return "fast";
    case SEQNET_PRESET_ACCURATE:
        return "accurate";
    }
    return NULL;
}

const char *ngrams_word(int value)
{
    switch ((seqnet_ngrams)value) {
    case SEQNET_NGRAMS_OFF:
        return "off";
    case SEQNET_NGRAMS_AUTO:
        return "auto";
    case SEQNET_NGRAMS_BOTH:
        return "both";
    case SEQNET_NGRAMS_ONLY:
        return "only";
    }
    return NULL;
}

const char *monitor_word(int value)
{
    switch ((seqnet_monitor)value) {
    case SEQNET_VAL_ACCURACY:
        return "val_acc";
    case SEQNET_VAL_LOSS:
        return "val_loss";
    }
    return NULL;
}

const char *cell_word(int value)
{
    switch ((seqnet_cell)value) {
    case SEQNET_CELL_LSTM:
        return "lstm";
    case SEQNET_CELL_GRU:
        return "gru";
    case SEQNET_CELL_RNN:
        return "rnn";
    case SEQNET_CELL_LSTM_CARRY:
        return "lstm-carry";
    case SEQNET_CELL_CONV1D:
        return "conv1d";
    }
    return NULL;
}

const char *activation_word(int value)
{
    switch ((seqnet_activation)value) {
    case SEQNET_ACTIVATION_DEFAULT:
        return "own";
    case SEQNET_ACTIVATION_TANH:
        return "tanh";
    case SEQNET_ACTIVATION_RELU:
        return "relu";
    }
    return NULL;
}

const char *recurrent_activation_word(int value)
{
    switch ((seqnet_recurrent_activation)value) {
    case SEQNET_RECURRENT_SIGMOID:
        return "sigmoid";
    case SEQNET_RECURRENT_HARD_SIGMOID:
        return "hard_sigmoid";
    case SEQNET_RECURRENT_HARD_SIGMOID_02:
        return "hard_sigmoid_02";
    }
    return NULL;
}

const char *pooling_word(int value)
{
    switch ((seqnet_pooling)value) {
    case SEQNET_POOLING_LAST:
        return "last";
    case SEQNET_POOLING_MAX:
        return "max";
    case SEQNET_POOLING_MEAN:
        return "mean";
    case SEQNET_POOLING_MAX_MEAN:
        return "max-mean";
    }
    return NULL;
}

const char *optimizer_word(int value)
{
    switch ((seqnet_optimizer)value) {
    case SEQNET_RMSPROP:
        return "rmsprop";
    case SEQNET_ADAM:
        return "adam";
    case SEQNET_LAZY_ADAM:
        return "lazy-adam";
    case SEQNET_ADAMW:
        return "adamw";
    case SEQNET_SGD:
        return "sgd";
    }
    return NULL;
}

const char *schedule_word(int value)
{
    switch ((seqnet_schedule)value) {
    case SEQNET_SCHEDULE_CONSTANT:
        return "constant";
    case SEQNET_SCHEDULE_LINEAR:
        return "linear";
    case SEQNET_SCHEDULE_COSINE:
        return "cosine";
    }
    return NULL;
}

const char *export_format_word(int value)
{
    switch ((seqnet_export_format)value) {
    case SEQNET_EXPORT_AUTO:
        return "auto";
    case SEQNET_EXPORT_ONNX:
        return "onnx";
    case SEQNET_EXPORT_KERAS:
        return "keras";
    case SEQNET_EXPORT_H5:
        return "h5";
    case SEQNET_EXPORT_NPZ:
        return "npz";
    case SEQNET_EXPORT_C:
        return "c";
    case SEQNET_EXPORT_VEC:
        return "vec";
    }
    return NULL;
}

const char *quantize_word(int value)
{
    switch ((seqnet_quantize)value) {
    case SEQNET_QUANTIZE_NONE:
        return "none";
    case SEQNET_QUANTIZE_FLOAT16:
        return "float16";
    case SEQNET_QUANTIZE_INT8:
        return "int8";
    }
    return NULL;
}

const char *long_texts_word(int value)
{
    switch ((seqnet_long_texts)value) {
    case SEQNET_LONG_TRUNCATE:
        return "truncate";
    case SEQNET_LONG_HEAD_TAIL:
        return "head-tail";
    case SEQNET_LONG_WINDOW:
        return "window";
    }
    return NULL;
}
