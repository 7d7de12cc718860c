"""The Python example says what the program says, whatever the texts, and keeps nothing that it should not.

    SEQNET=build/seqnet SEQNET_LIBRARY=build/src/libseqnet.so python3 -m unittest discover tests/hosts
"""
import concurrent.futures
import gc
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
import weakref

sys.dont_write_bytecode = True
import seqnet  # noqa: E402

PROGRAM = os.environ['SEQNET']
AWKWARD = ['', ' ', '\0', 'good\0film', 'awful\r\nfilm\r', '\n', '\u2028', '😀 great 👍🏽', 'naïve café', 'cafe\u0301',
           '\ufeffgreat', '\u202egreat', 'a\x7f\x1b[31m', '<br />great<br/>', '__label__pos dull', '"', '\\', '{}',
           'lone \ud800 surrogate', 'ı İ ß ﬁ', 'w' * 100000, 'awful ' * 170000]


def program(*arguments, text=None):
    done = subprocess.run([PROGRAM, *arguments], input=text, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if done.returncode:
        raise AssertionError(done.stderr.decode())
    return done.stdout.decode()


def said_by_program(path, texts):
    lines = ''.join(json.dumps({'text': text}) + '\n' for text in texts)
    printed = program('predict', '-q', '-m', path, '--json', '--input-format', 'jsonl', '--text-column', 'text', '-i', '-',
                      text=lines.encode())
    return [json.loads(line) for line in printed.splitlines()]


def rows(count):
    good, bad = 'wonderful brilliant superb lovely'.split(), 'awful boring dull clumsy'.split()
    for i in range(count):
        words = bad if i % 2 else good
        yield ('neg' if i % 2 else 'pos'), f'the film is {words[i % 4]} and {words[i // 4 % 4]} with a plot {i % 7}'


def train(folder, name, lines, *options):
    data, model = folder / (name + '.ft'), folder / (name + '.safetensors')
    data.write_text(''.join(lines), encoding='utf-8')
    program('train', str(data), '-q', '--epochs', '2', '-o', str(model), *options)
    return str(model)


class Models(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        folder = pathlib.Path(cls.folder.name)
        cls.two = train(folder, 'two', (f'__label__{label} {text}\n' for label, text in rows(240)))
        cls.unsure = train(folder, 'unsure', (
            f'__label__{"pos" if i % 5 == 4 else label} {text}\n' for i, (label, text) in enumerate(rows(600))),
            '--preset', 'fast', '--validation-split', '0.5', '--precision', '0.95')
        cls.many = train(folder, 'many', (
            f'__label__{label} {"__label__twist " if i % 3 == 0 else ""}{text}{" with a twist" if i % 3 == 0 else ""}\n'
            for i, (label, text) in enumerate(rows(240))), '--multi-label')

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def assert_same(self, path, texts):
        with seqnet.Model(path) as model:
            answers = model.predict(texts)
        self.assertEqual(len(answers), len(texts))
        for text, answer, printed in zip(texts, answers, said_by_program(path, texts)):
            with self.subTest(model=os.path.basename(path), text=text[:40]):
                self.assertEqual(answer.label, printed['label'])
                self.assertEqual(answer.labels, printed.get('labels', answer.labels))
                self.assertEqual('%.6f' % answer.probability, '%.6f' % printed['probability'])
                self.assertEqual({label: '%.6f' % p for label, p in answer.probabilities.items()},
                                 {label: '%.6f' % p for label, p in printed['probabilities'].items()})
                self.assertEqual((answer.tokens, answer.oov, answer.truncated),
                                 (printed['tokens'], printed['oov'], printed['truncated']))

    def test_equal_to_the_program(self):
        for path in (self.two, self.unsure, self.many):
            self.assert_same(path, AWKWARD + ['a superb twist'] + [text for _, text in rows(300)])
        with seqnet.Model(self.many) as model:
            answer, = model.predict(['a superb superb superb twist with a plot'])
        self.assertEqual(len(answer.labels), 2)
        self.assertEqual(answer.labels, sorted(answer.labels, key=answer.probabilities.get, reverse=True))

    def test_open_answers(self):
        with seqnet.Model(self.unsure) as model:
            answer, = model.predict(['plot'])
        self.assertIsNone(answer.label)
        self.assertEqual(answer.labels, [])
        self.assertGreater(answer.probability, 0)

    def test_any_bytes(self):
        texts = [b'caf\xe9 awful', b'\xf0\x9f\x98', b'dull' + bytes(range(128, 256))]
        with seqnet.Model(self.two) as model:
            answers = model.predict(texts)
        printed = program('predict', '-q', '-m', self.two, text=b'x\n' + b'\n'.join(texts) + b'\n').splitlines()[1:]
        self.assertEqual([f'{a.label}\t{a.probability:.6f}' for a in answers], printed)

    def test_the_order_and_the_size_of_calls_do_not_matter(self):
        texts = [text for _, text in rows(50)]
        with seqnet.Model(self.two) as model:
            together = model.predict(iter(texts))
            self.assertEqual(together, [model.predict([text])[0] for text in texts])
            model.CHUNK = 1
            self.assertEqual(together, model.predict(texts))
            self.assertEqual(model.predict([]), [])

    def test_two_models_and_threads(self):
        texts = [text for _, text in rows(200)]
        with seqnet.Model(self.two) as one, seqnet.Model(self.many) as other:
            expected = one.predict(texts), other.predict(texts)
            with concurrent.futures.ThreadPoolExecutor(8) as pool:
                found = list(pool.map(lambda i: (one, other)[i % 2].predict(texts), range(40)))
            self.assertTrue(all(answers == expected[i % 2] for i, answers in enumerate(found)))
            self.assertLessEqual(len(one._idle), 8)
            self.assertGreaterEqual(len(one._idle), 1)

    def test_problems_are_exceptions(self):
        notes = os.path.join(self.folder.name, 'notes.txt')
        pathlib.Path(notes).write_text('no model', encoding='utf-8')
        for path, sentence in (('/nowhere/x', 'cannot be opened'), (notes, 'is not a model'),
                               (self.folder.name, 'folder|directory')):
            with self.assertRaisesRegex(seqnet.Error, sentence) as caught:
                seqnet.Model(path)
            self.assertEqual(caught.exception.status, 4)
        with self.assertRaises(OSError):
            seqnet.load_library('/nowhere/libseqnet.so')
        with self.assertRaises(ValueError):
            seqnet.Model('a\0b')
        with seqnet.Model(self.two) as model:
            for bad in ([None], [5], 'a text', b'bytes'):
                with self.assertRaises(TypeError):
                    model.predict(bad)
            self.assertEqual(len(model.predict(['good'])), 1)
        model.close()
        with self.assertRaisesRegex(ValueError, 'closed'):
            model.predict(['good'])

    def test_a_failing_list_leaves_nothing_behind(self):
        def texts():
            yield 'good'
            raise KeyError

        with seqnet.Model(self.two) as model:
            expected = model.predict(['dull'])
            with self.assertRaises(KeyError):
                model.predict(texts())
            self.assertEqual(model.predict(['dull']), expected)

    def test_closing_waits_for_a_call_that_runs(self):
        model = seqnet.Model(self.two)
        handle = weakref.ref(model._model)

        def texts():
            yield 'good'
            model.close()
            self.assertIsNotNone(handle())
            yield 'bad'

        self.assertEqual(len(model.predict(texts())), 2)
        gc.collect()
        self.assertIsNone(handle())

    def test_released_in_order_without_being_closed(self):
        released, library = [], seqnet.load_library()

        def watch(name):
            free = getattr(library, name)
            setattr(library, name, lambda handle: (released.append(name), free(handle)))

        for name in ('seqnet_model_free', 'seqnet_predictor_free', 'seqnet_batch_free'):
            watch(name)
        model = seqnet.Model(self.two, library)
        model.predict(['good'])
        self.assertEqual(released, [])
        del model
        gc.collect()
        self.assertEqual(released, ['seqnet_batch_free', 'seqnet_predictor_free', 'seqnet_model_free'])

    def test_released_when_the_program_ends(self):
        script = f'import seqnet; kept = seqnet.Model({self.two!r}); kept.predict(["good"])'
        subprocess.run([sys.executable, '-B', '-c', script], check=True, cwd=os.path.dirname(seqnet.__file__))


if __name__ == '__main__':
    unittest.main()
