#include "commands.h"

#define DATA     "Data"
#define TRAINING "Training"
#define ANSWERS  "Answers"
#define QUALITY  "Quality"
#define FILES    "Model files"
#define MACHINE  "This machine"

static const command_entry ENTRIES[] = {
    {"load", command_load, "read a dataset, say what is in it, convert it", false, DATA},
    {"check", command_check, "look for problems in labelled data", false, DATA},
    {"pad", command_pad, "pad and truncate a dataset, write it as .npz", false, DATA},
    {"prepare", command_prepare, "write rows as ids to one file that train maps", false, DATA},
    {"train", command_train, "train a model on a dataset", true, TRAINING},
    {"tune", command_tune, "search settings of train that do well on held-out rows", true,
     TRAINING},
    {"history", command_history, "show learning curves: on a terminal, as CSV, JSON or SVG", false,
     TRAINING},
    {"predict", command_predict, "classify texts: arguments, a file or standard input", true,
     ANSWERS},
    {"explain", command_explain, "show which words make a model say what it says", false, ANSWERS},
    {"tokens", command_tokens, "show texts as a model sees them", false, ANSWERS},
    {"vectors", command_vectors, "show the words nearest to a word, and the vectors of texts",
     false, ANSWERS},
    {"evaluate", command_evaluate, "measure a model on labelled data", false, QUALITY},
    {"compare", command_compare, "tell whether one model is better than another", false, QUALITY},
    {"report", command_report, "write a page about a model: how good it is, and where not", false,
     QUALITY},
    {"drift", command_drift, "compare new texts with those a model was validated with", false,
     QUALITY},
    {"info", command_info, "show what a model file holds", false, FILES},
    {"import", command_import, "make a model of a Keras model, or of fastText's", false, FILES},
    {"export", command_export, "write a model as ONNX, Keras, NumPy, C or word vectors", false,
     FILES},
    {"bench", command_bench, "measure speed on this machine", false, MACHINE},
};

const command_table COMMANDS = {
    .entries = ENTRIES,
    .count = sizeof ENTRIES / sizeof *ENTRIES,
    .brief = "check train tune predict explain evaluate compare report info export"};
