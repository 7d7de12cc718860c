"""What the benchmarks need before the clock starts: other programs, data in their form, models.

Everything is made once in a cache folder; a file is made again when what it is made of is newer. What
cannot be made because something is not installed raises Unavailable, with the remedy.
"""
import contextlib
import os
import shutil
import subprocess
import sys
import tarfile

HERE = os.path.dirname(os.path.abspath(__file__))
PACKAGES = ['python3-torch', 'python3-numpy', 'fasttext', 'libdnnl-dev', 'g++', 'hyperfine']
ONNX_RUNTIME = 'onnxruntime-node'
MADE = ['padded.npz', 'model.safetensors', 'model.onnx', 'test_ids.i32', 'check_ids.txt',
        'check_torch.json', 'onednn_lstm', 'train.txt', 'test.txt', 'fasttext.bin']
MAXLEN = 500


class Unavailable(Exception):
    """A row cannot be measured here; the text says why and what would help."""


def say(*words):
    print(os.path.basename(sys.argv[0]) + ':', *words, file=sys.stderr, flush=True)


def script(name):
    return os.path.join(HERE, name)


def succeeds(command):
    try:
        return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, check=False).returncode == 0
    except OSError:
        return False


def output_of(command):
    """What a command prints to its standard output."""
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, check=False)
    except OSError as error:
        raise Unavailable(f'{command[0]}: {error.strerror}') from error
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or [f'exit status {done.returncode}']
        raise Unavailable(f'{" ".join(command[:3])} failed: {lines[0]}')
    return done.stdout


def last_line(path):
    with open(path, encoding='utf-8', errors='replace') as f:
        lines = [line.strip() for line in f if line.strip()]
    return lines[-1] if lines else 'no message'


class Cache:
    """The files in the cache folder, made on first use. Properties are paths."""

    def __init__(self, folder, seqnet, data, python, threads):
        self.folder, self.seqnet, self.data = folder, seqnet, data
        self.python, self.threads = python, threads
        os.makedirs(folder, exist_ok=True)

    def path(self, name):
        return os.path.join(self.folder, name)

    def clear(self):
        """Forgets what was made; node_modules stays."""
        for name in MADE:
            with contextlib.suppress(FileNotFoundError):
                os.remove(self.path(name))

    def data_file(self, name):
        path = os.path.join(self.data, name)
        if not os.path.exists(path):
            raise Unavailable(f'{name} is not in {self.data} (SEQNET_DATA)')
        return path

    def run(self, what, command):
        """Runs a command that makes something; its output goes to a log."""
        log = self.path(what + '.log')
        with open(log, 'w', encoding='utf-8') as f:
            done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=f, stderr=f, check=False)
        if done.returncode != 0:
            raise Unavailable(f'{what} failed: {last_line(log)} (more in {log})')

    @contextlib.contextmanager
    def making(self, name):
        """Gives a name to write to, which becomes the file once the block is done."""
        part = self.path('part.' + name)
        yield part
        os.replace(part, self.path(name))

    def stale(self, name, *sources):
        path = self.path(name)
        if os.path.exists(path) and all(os.path.getmtime(path) >= os.path.getmtime(s) for s in sources):
            return False
        say('making', path)
        return True

    # The data and models of seqnet

    @property
    def imdb(self):
        return self.data_file('imdb.npz')

    @property
    def padded(self):
        if self.stale('padded.npz', self.imdb):
            with self.making('padded.npz') as part:
                self.run('seqnet-pad', [self.seqnet, 'pad', self.imdb, '--maxlen', str(MAXLEN), '-o', part])
        return self.path('padded.npz')

    @property
    def model(self):
        if self.stale('model.safetensors', self.imdb):
            with self.making('model.safetensors') as part:
                self.run('seqnet-train', [self.seqnet, 'train', self.imdb, '--preset', 'keras',
                                          '--epochs', '1', '--seed', '1', '-o', part])
        return self.path('model.safetensors')

    # PyTorch and ONNX Runtime

    def need_torch(self):
        if not succeeds([self.python, '-c', 'import numpy, torch']):
            raise Unavailable('not installed (apt-get install python3-torch python3-numpy)')

    def torch_command(self, threads, *arguments):
        self.need_torch()
        return [self.python, script('torch_lstm.py'), '-j', str(threads), *arguments]

    @property
    def onnx_folder(self):
        """The cache folder, once it holds the exported model and its rows."""
        torch_script = script('torch_lstm.py')
        if self.stale('check_torch.json', self.model, self.padded, torch_script):
            self.run('torch-export', self.torch_command(self.threads, 'export', self.padded, self.model,
                                                        self.folder))
        return self.folder

    def need_onnx_runtime(self):
        if not shutil.which('node'):
            raise Unavailable('not installed (apt-get install nodejs npm)')
        if not os.path.isdir(self.path(f'node_modules/{ONNX_RUNTIME}')):
            raise Unavailable(f'not installed (npm install --ignore-scripts --prefix {self.folder} '
                              f'{ONNX_RUNTIME})')

    def onnx_command(self, *arguments):
        self.need_onnx_runtime()
        return ['node', script('onnx_lstm.mjs'), self.onnx_folder, *arguments]

    # oneDNN

    @property
    def onednn(self):
        compiler = os.environ.get('CXX', 'c++')
        if not shutil.which(compiler):
            raise Unavailable('no C++ compiler (apt-get install g++)')
        if not succeeds([compiler, '-E', '-include', 'dnnl.hpp', '-x', 'c++', '/dev/null']):
            raise Unavailable('not installed (apt-get install libdnnl-dev)')
        source = script('onednn_lstm.cpp')
        if self.stale('onednn_lstm', source):
            with self.making('onednn_lstm') as part:
                self.run('onednn-build', [compiler, '-std=c++14', '-O2', '-Wall', '-Wextra', '-fopenmp',
                                          source, '-o', part, '-ldnnl'])
        return self.path('onednn_lstm')

    # fastText and the raw reviews

    @property
    def test_text(self):
        self.make_texts()
        return self.path('test.txt')

    @property
    def fasttext_model(self):
        if not shutil.which('fasttext'):
            raise Unavailable('not installed (apt-get install fasttext)')
        self.make_texts()
        if self.stale('fasttext.bin', self.path('train.txt')):
            self.run('fasttext-train', ['fasttext', 'supervised', '-input', self.path('train.txt'),
                                        '-output', self.path('part.fasttext'), '-wordNgrams', '2',
                                        '-dim', '10', '-thread', str(self.threads)])
            os.remove(self.path('part.fasttext.vec'))
            os.replace(self.path('part.fasttext.bin'), self.path('fasttext.bin'))
        return self.path('fasttext.bin')

    def make_texts(self):
        """train.txt in fastText's form, both classes in turn, and test.txt, one review a line."""
        archive = self.data_file('aclImdb_v1.tar.gz')
        if not self.stale('test.txt', archive):
            return
        reviews = read_reviews(archive)
        with self.making('train.txt') as part, open(part, 'wb') as f:
            for positive, negative in zip(reviews['train/pos'], reviews['train/neg']):
                f.write(b'__label__positive %s\n__label__negative %s\n' % (positive, negative))
        with self.making('test.txt') as part, open(part, 'wb') as f:
            for review in reviews['test/pos'] + reviews['test/neg']:
                f.write(review + b'\n')


def read_reviews(archive):
    """The labelled reviews of aclImdb_v1.tar.gz, by folder, in the order of their names."""
    folders = {'train/pos': {}, 'train/neg': {}, 'test/pos': {}, 'test/neg': {}}
    with tarfile.open(archive, 'r|gz') as tar:
        for member in tar:
            folder = os.path.dirname(member.name.partition('/')[2])
            if folder in folders and member.isfile():
                text = tar.extractfile(member).read()
                folders[folder][member.name] = b' '.join(text.splitlines())
    return {folder: [texts[name] for name in sorted(texts)] for folder, texts in folders.items()}


def install(folder):
    """Installs what Debian and npm have; what fails shows in the table as not installed."""
    packages = list(PACKAGES)
    if not shutil.which('node'):
        packages.append('nodejs')
    if not shutil.which('npm'):
        packages.append('npm')
    root = [] if os.geteuid() == 0 else ['sudo']
    apt = [*root, 'apt-get', 'install', '-y', '--no-install-recommends', *packages]
    npm = ['npm', 'install', '--ignore-scripts', '--prefix', folder, ONNX_RUNTIME]
    for command in ([*root, 'apt-get', 'update'], apt, npm):
        say('$', *command)
        if not shutil.which(command[0]) or subprocess.run(command, stdout=sys.stderr,
                                                          check=False).returncode != 0:
            say('that failed; going on without')
