/*
 * The globals that a pickle may name. They are names only: what they stand for is made by
 * pickle_objects.c and pickle_numpy.c, and no code outside is ever looked up.
 */
#include <stdio.h>
#include <string.h>

#include "pickle_machine.h"

#include "banned.h"

typedef struct allowed_global {
    unsigned family;
    const char *module, *name;
    sn_pickle_global meaning;
} allowed_global;

/* clang-format off */
#define NUMPY(module, name, meaning)                                                               \
    {SN_PICKLE_NUMPY, "numpy.core." module, name, meaning},                                        \
    {SN_PICKLE_NUMPY, "numpy._core." module, name, meaning}
#define PYTHON(module, name, meaning) {SN_PICKLE_PYTHON, module, name, meaning}
#define BUILTIN(name, meaning)                                                                     \
    PYTHON("builtins", name, meaning), PYTHON("__builtin__", name, meaning)
#define COPYREG(name, meaning) PYTHON("copyreg", name, meaning), PYTHON("copy_reg", name, meaning)
#define TYPE(name) {SN_PICKLE_SKLEARN, "numpy", name, SN_GLOBAL_INERT}

/* NumPy 1 and 2, Python 2 and 3; Python 3 writing protocol 2 stores bytes as
 * _codecs.encode(text, 'latin1'). */
static const allowed_global ALLOWED[] = {
    NUMPY("multiarray", "_reconstruct", SN_GLOBAL_RECONSTRUCT),
    NUMPY("multiarray", "scalar", SN_GLOBAL_SCALAR),
    NUMPY("multiarray", "ndarray", SN_GLOBAL_NDARRAY),
    NUMPY("multiarray", "dtype", SN_GLOBAL_DTYPE),
    NUMPY("numeric", "_frombuffer", SN_GLOBAL_FROMBUFFER),
    {SN_PICKLE_NUMPY, "numpy", "ndarray", SN_GLOBAL_NDARRAY},
    {SN_PICKLE_NUMPY, "numpy", "dtype", SN_GLOBAL_DTYPE},
    {SN_PICKLE_NUMPY, "_codecs", "encode", SN_GLOBAL_ENCODE},
    COPYREG("_reconstructor", SN_GLOBAL_RECONSTRUCTOR),
    COPYREG("__newobj__", SN_GLOBAL_NEWOBJ),
    BUILTIN("object", SN_GLOBAL_INERT), BUILTIN("int", SN_GLOBAL_INERT),
    BUILTIN("long", SN_GLOBAL_INERT), BUILTIN("float", SN_GLOBAL_INERT),
    BUILTIN("bool", SN_GLOBAL_INERT), BUILTIN("str", SN_GLOBAL_INERT),
    BUILTIN("unicode", SN_GLOBAL_INERT), BUILTIN("dict", SN_GLOBAL_DICT),
    BUILTIN("list", SN_GLOBAL_LIST), BUILTIN("set", SN_GLOBAL_LIST),
    BUILTIN("frozenset", SN_GLOBAL_LIST), BUILTIN("tuple", SN_GLOBAL_LIST),
    PYTHON("collections", "OrderedDict", SN_GLOBAL_DICT),
    PYTHON("collections", "Counter", SN_GLOBAL_DICT),
    PYTHON("collections", "defaultdict", SN_GLOBAL_DEFAULTDICT),
    TYPE("float64"), TYPE("float32"), TYPE("int64"), TYPE("int32"), TYPE("uint8"), TYPE("str_"),
    TYPE("object_"), TYPE("bool_"),
    {SN_PICKLE_SKLEARN, "joblib.numpy_pickle", "NumpyArrayWrapper", SN_GLOBAL_JOBLIB_ARRAY},
    {SN_PICKLE_SKLEARN, "sklearn.externals.joblib.numpy_pickle", "NumpyArrayWrapper",
     SN_GLOBAL_JOBLIB_ARRAY},
};

static const char *const LABEL_CLASSES[] = {"LabelEncoder", "LabelBinarizer",
                                            "MultiLabelBinarizer", "OneHotEncoder",
                                            "OrdinalEncoder"};
/* clang-format on */

/* Whether a string begins with `begin`, which a full stop or the end follows. */
static bool is_package(const sn_pickle_value *module, const char *begin)
{
    const size_t length = strlen(begin);
    return module->length >= length && memcmp(module->text, begin, length) == 0 &&
           (module->length == length || module->text[length] == '.');
}

static bool ends_in(const sn_pickle_value *module, const char *end)
{
    const size_t length = strlen(end);
    return module->length >= length &&
           memcmp(module->text + module->length - length, end, length) == 0;
}

/* Keras's Tokenizer has lived in keras.preprocessing.text, keras_preprocessing.text,
 * keras.src.preprocessing.text, keras.src.legacy.preprocessing.text and
 * tensorflow.python.keras.preprocessing.text, and in the same of keras_core and tf_keras. */
static bool is_tokenizer(const sn_pickle_value *module, const sn_pickle_value *name)
{
    static const char *const packages[] = {"keras", "tensorflow", "tensorflow_core", "tf_keras",
                                           "keras_core"};
    if (!sn_pickle_is_text(name, "Tokenizer"))
        return false;
    if (sn_pickle_is_text(module, "keras_preprocessing.text"))
        return true;
    for (size_t i = 0; i < sizeof packages / sizeof *packages; i++)
        if (is_package(module, packages[i]) && ends_in(module, ".preprocessing.text"))
            return true;
    return false;
}

/* scikit-learn's encoders have lived in sklearn.preprocessing.label, ._label and ._encoders. */
static bool is_label_class(const sn_pickle_value *module, const sn_pickle_value *name)
{
    for (size_t i = 0; i < sizeof LABEL_CLASSES / sizeof *LABEL_CLASSES; i++)
        if (sn_pickle_is_text(name, LABEL_CLASSES[i]))
            return is_package(module, "sklearn.preprocessing");
    return false;
}

/* Refuses a global by its name. The name comes from the file, so characters that a terminal might
 * obey become question marks. */
static seqnet_status forbidden(sn_pickle *m, const sn_pickle_value *module,
                               const sn_pickle_value *name)
{
    char *const text = m->forbidden;
    const int most = SN_PICKLE_NAME / 2 - 2;
    const int module_length = module->length < (uint32_t)most ? (int)module->length : most;
    const int name_length = name->length < (uint32_t)most ? (int)name->length : most;
    (void)snprintf(text, SN_PICKLE_NAME, "%.*s.%.*s", module_length, (const char *)module->text,
                   name_length, (const char *)name->text);
    for (char *c = text; *c; c++)
        if (*c < ' ' || *c > '~')
            *c = '?';
    return sn_fail(m->err, SEQNET_ERR_DATA,
                   "%s: its pickle asks for %s, which is not allowed; nothing was run", m->place,
                   text);
}

static bool find_global(const sn_pickle *m, const sn_pickle_value *module,
                        const sn_pickle_value *name, sn_pickle_global *meaning)
{
    const unsigned allowed = m->purpose->allowed;
    for (size_t i = 0; i < sizeof ALLOWED / sizeof *ALLOWED; i++) {
        *meaning = ALLOWED[i].meaning;
        if ((ALLOWED[i].family & allowed) && sn_pickle_is_text(module, ALLOWED[i].module) &&
            sn_pickle_is_text(name, ALLOWED[i].name))
            return true;
    }
    *meaning = SN_GLOBAL_TOKENIZER;
    if ((allowed & SN_PICKLE_KERAS) && is_tokenizer(module, name))
        return true;
    *meaning = SN_GLOBAL_LABELS;
    return (allowed & SN_PICKLE_SKLEARN) && is_label_class(module, name);
}

static seqnet_status push_global(sn_pickle *m, const sn_pickle_value *module,
                                 const sn_pickle_value *name)
{
    sn_pickle_global meaning;
    if (!find_global(m, module, name, &meaning))
        return forbidden(m, module, name);
    return sn_pickle_push(m, (sn_pickle_value){.kind = SN_PICKLE_GLOBAL, .integer = meaning});
}

seqnet_status sn_pickle_global_line(sn_pickle *m, size_t unused)
{
    (void)unused;
    sn_pickle_value module, name;
    SN_TRY(sn_pickle_take_line(m, &module));
    SN_TRY(sn_pickle_take_line(m, &name));
    return push_global(m, &module, &name);
}

seqnet_status sn_pickle_stack_global(sn_pickle *m, size_t unused)
{
    (void)unused;
    sn_pickle_value module, name;
    SN_TRY(sn_pickle_pop(m, &name));
    SN_TRY(sn_pickle_pop(m, &module));
    if (module.kind != SN_PICKLE_STRING || name.kind != SN_PICKLE_STRING)
        return sn_pickle_malformed(m, "a global has no name");
    return push_global(m, &module, &name);
}
