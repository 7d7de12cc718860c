"""Classifies texts with a model of seqnet, in this process: libseqnet through ctypes.

    import seqnet

    with seqnet.Model('reviews.safetensors') as model:
        for answer in model.predict(['A wonderful film.', 'Two hours of boredom.']):
            print(answer.label, answer.probability)

A file to copy: it needs Python 3.8 and the shared library, which it looks for at $SEQNET_LIBRARY, else
where the system keeps libraries. The answers are those of `seqnet predict` with the same model.
"""
import collections
import ctypes
import ctypes.util
import os
import weakref

VERSION = '0.2.'  # of the library: these declarations are those of its headers
BUILTIN = 'builtin:reviews'

Answer = collections.namedtuple('Answer', 'label labels probability probabilities tokens oov truncated')
Answer.__doc__ = """What a model says of a text.

label          the likeliest label; None where the model leaves the answer open, or where a model that
               gives a text any number of labels gives it none
labels         all labels that are given, likeliest first: one, unless the model gives any number
probability    of the likeliest label, given or not
probabilities  {label: probability} of all labels
tokens, oov    the words of the text, and how many of them the model does not know
truncated      the text is longer than what the model reads
"""


class Error(Exception):
    """What libseqnet says went wrong; .status is the number of it in seqnet/status.h."""

    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


class Failure(ctypes.Structure):
    """seqnet_error"""
    _fields_ = [('status', ctypes.c_int), ('message', ctypes.c_char * 1024)]


class Prediction(ctypes.Structure):
    """seqnet_prediction"""
    _fields_ = [('label', ctypes.c_size_t), ('probability', ctypes.c_double),
                ('probabilities', ctypes.POINTER(ctypes.c_double)), ('tokens', ctypes.c_size_t),
                ('oov', ctypes.c_size_t), ('truncated', ctypes.c_bool)]


HANDLE, PLACE = ctypes.c_void_p, ctypes.POINTER(ctypes.c_void_p)
FAILURE = ctypes.POINTER(Failure)

# {function: (what it returns, its parameters)}; what takes a FAILURE returns a status.
FUNCTIONS = {
    'seqnet_version': (ctypes.c_char_p, []),
    'seqnet_model_load': (ctypes.c_int, [PLACE, ctypes.c_char_p, FAILURE]),
    'seqnet_model_free': (None, [HANDLE]),
    'seqnet_model_fingerprint': (ctypes.c_char_p, [HANDLE]),
    'seqnet_model_label_count': (ctypes.c_size_t, [HANDLE]),
    'seqnet_model_label_name': (ctypes.c_char_p, [HANDLE, ctypes.c_size_t]),
    'seqnet_model_is_multi_label': (ctypes.c_bool, [HANDLE]),
    'seqnet_model_threshold': (ctypes.c_double, [HANDLE]),
    'seqnet_model_abstain_below': (ctypes.c_double, [HANDLE]),
    'seqnet_predictor_create': (ctypes.c_int, [PLACE, HANDLE, ctypes.c_void_p, FAILURE]),
    'seqnet_predictor_free': (None, [HANDLE]),
    'seqnet_predictor_score': (ctypes.c_int, [HANDLE, HANDLE, FAILURE]),
    'seqnet_batch_create': (ctypes.c_int, [PLACE, HANDLE, FAILURE]),
    'seqnet_batch_free': (None, [HANDLE]),
    'seqnet_batch_clear': (None, [HANDLE]),
    'seqnet_batch_add_text': (ctypes.c_int, [HANDLE, ctypes.c_char_p, ctypes.c_size_t, FAILURE]),
    'seqnet_batch_predictions': (ctypes.POINTER(Prediction), [HANDLE]),
}


def load_library(path=None):
    """The library with its functions declared. path: of another one than described above."""
    path = path or os.environ.get('SEQNET_LIBRARY') or ctypes.util.find_library('seqnet')
    if not path:
        raise OSError('libseqnet is not installed; name its file in $SEQNET_LIBRARY')
    library = ctypes.CDLL(path)
    for name, (result, parameters) in FUNCTIONS.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, parameters
    version = library.seqnet_version().decode()
    if not version.startswith(VERSION):
        raise OSError(f'{path} is seqnet {version}, and this file is for {VERSION}x')
    return library


def _call(function, *arguments):
    failure = Failure()
    status = function(*arguments, failure)
    if status:
        raise Error(status, failure.message.decode('utf-8', 'replace'))


class _Handle:
    """A handle of the library, released with the last reference to it. `needs`: what must outlive it."""

    def __init__(self, create, free, *arguments, needs=None):
        self.value, self.needs = ctypes.c_void_p(), needs
        _call(create, self.value, *arguments)
        weakref.finalize(self, free, self.value)


class Model:
    """A model: a file of seqnet's, or BUILTIN. Several threads may use it, and predict side by side."""

    CHUNK = 1 << 18  # bytes of texts that are scored together

    def __init__(self, path=BUILTIN, library=None):
        if b'\0' in os.fsencode(path):
            raise ValueError('a name of a file has no NUL')
        self._library = library = library or load_library()
        self._model = _Handle(library.seqnet_model_load, library.seqnet_model_free, os.fsencode(path))
        self._idle = []  # batches with their predictors; each call of predict takes one
        model = self._model.value
        self.fingerprint = library.seqnet_model_fingerprint(model).decode()
        self.labels = [library.seqnet_model_label_name(model, label).decode('utf-8', 'replace')
                       for label in range(library.seqnet_model_label_count(model))]
        self._any_number = library.seqnet_model_is_multi_label(model)
        self._least = (library.seqnet_model_threshold(model) if self._any_number
                       else library.seqnet_model_abstain_below(model))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """Releases the model, as soon as no call of predict uses it. Once more does no harm."""
        self._model = None
        self._idle = []

    def predict(self, texts):
        """A list with the Answer to each text, which is a str, or bytes of any kind."""
        if isinstance(texts, (str, bytes)):
            raise TypeError('predict takes a list of texts, not one')
        model, idle, library = self._model, self._idle, self._library
        if not model:
            raise ValueError('the model is closed')
        try:
            batch = idle.pop()
        except IndexError:
            batch = self._new_batch(model)
        answers, waiting, size = [], 0, 0
        for text in texts:
            text = _as_bytes(text)
            _call(library.seqnet_batch_add_text, batch.value, text, len(text))
            waiting, size = waiting + 1, size + len(text)
            if size >= self.CHUNK:
                answers += self._score(batch, waiting)
                waiting = size = 0
        answers += self._score(batch, waiting)
        idle.append(batch)  # after a failure it is released instead
        return answers

    def _new_batch(self, model):
        library = self._library
        predictor = _Handle(library.seqnet_predictor_create, library.seqnet_predictor_free,
                            model.value, None, needs=model)
        return _Handle(library.seqnet_batch_create, library.seqnet_batch_free,
                       predictor.value, needs=predictor)

    def _score(self, batch, count):
        """The answers to the texts of a batch, which is empty afterwards."""
        _call(self._library.seqnet_predictor_score, batch.needs.value, batch.value)
        predictions = self._library.seqnet_batch_predictions(batch.value)
        answers = [self._answer(predictions[row]) for row in range(count)]
        self._library.seqnet_batch_clear(batch.value)
        return answers

    def _answer(self, prediction):
        labels = self.labels
        probabilities = dict(zip(labels, prediction.probabilities[:len(labels)]))
        given = [labels[prediction.label]] if prediction.probability >= self._least else []
        if self._any_number:
            given = sorted((label for label in labels if probabilities[label] >= self._least),
                           key=probabilities.get, reverse=True)
        return Answer(given[0] if given else None, given, prediction.probability, probabilities,
                      prediction.tokens, prediction.oov, prediction.truncated)


def _as_bytes(text):
    if isinstance(text, str):
        return text.encode('utf-8', 'surrogatepass')
    if isinstance(text, bytes):
        return text
    raise TypeError(f'a text is a str or bytes, not {type(text).__name__}')
