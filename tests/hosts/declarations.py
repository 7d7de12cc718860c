#!/usr/bin/env python3
"""Compares what seqnet.py says of libseqnet with the C headers.

    declarations.py C_COMPILER INCLUDE_FOLDER

Of each struct a C program tells its size and the place and size of each field; of each function the types
are read in the preprocessed headers.
"""
import ctypes
import os
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import seqnet  # noqa: E402

STRUCTS = {'seqnet_error': seqnet.Failure, 'seqnet_prediction': seqnet.Prediction}
HANDLES = ('seqnet_model', 'seqnet_predictor', 'seqnet_batch')
TYPES = {'void': None, 'const char *': ctypes.c_char_p, 'size_t': ctypes.c_size_t, 'double': ctypes.c_double,
         '_Bool': ctypes.c_bool, 'bool': ctypes.c_bool, 'seqnet_status': ctypes.c_int,
         'seqnet_error *': seqnet.FAILURE, 'const seqnet_prediction *': ctypes.POINTER(seqnet.Prediction),
         'const seqnet_predictor_options *': ctypes.c_void_p}
for handle in HANDLES:
    TYPES.update({handle + ' *': seqnet.HANDLE, f'const {handle} *': seqnet.HANDLE, handle + ' **': seqnet.PLACE})


def facts_in_python():
    for name, struct in STRUCTS.items():
        yield name, 0, ctypes.sizeof(struct)
        for field, _ in struct._fields_:
            place = getattr(struct, field)
            yield f'{name}.{field}', place.offset, place.size


def facts_in_c(compiler, include):
    """The same, from a C program made of the names of the structs and fields."""
    lines = []
    for name, _, _ in facts_in_python():
        struct, _, field = name.partition('.')
        size = f'sizeof(({struct} *)0)->{field}' if field else f'sizeof({struct})'
        place = f'offsetof({struct}, {field})' if field else '(size_t)0'
        lines.append(f'printf("{name} %zu %zu\\n", {place}, {size});')
    source = '#include <seqnet/seqnet.h>\n#include <stdio.h>\nint main(void)\n{\n%s\n}\n' % '\n'.join(lines)
    with tempfile.TemporaryDirectory() as folder:
        program = os.path.join(folder, 'facts')
        subprocess.run([compiler, '-x', 'c', '-std=c11', '-I', include, '-o', program, '-'], input=source,
                       text=True, check=True)
        printed = subprocess.run([program], stdout=subprocess.PIPE, text=True, check=True).stdout
    for line in printed.splitlines():
        name, place, size = line.split()
        yield name, int(place), int(size)


def without_name(parameter):
    """'const char *path' -> 'const char *'; functions and arrays are not needed here."""
    return re.sub(r'(?<=[\s*])\w+$', '', parameter.strip()).strip()


def function_in_c(headers, name):
    """What the headers say: (type of the result, types of the parameters)."""
    found = re.search(r'([\w\s*]*?)\b%s\(([^)]*)\);' % name, headers)
    if not found:
        raise SystemExit(f'{name}: is not in the headers')
    result, parameters = (' '.join(part.split()) for part in found.groups())
    listed = [] if parameters == 'void' else [without_name(part) for part in parameters.split(',')]
    return result, listed


def check_functions(compiler, include):
    source = subprocess.run([compiler, '-E', '-P', '-x', 'c', '-std=c11', '-I', include, '-'], text=True, check=True,
                            input='#include <seqnet/seqnet.h>\n', stdout=subprocess.PIPE).stdout
    headers = re.sub(r'#pragma.*', '', source)
    wrong = 0
    for name, (result, parameters) in seqnet.FUNCTIONS.items():
        c_result, c_parameters = function_in_c(headers, name)
        if TYPES[c_result] is not result or [TYPES[each] for each in c_parameters] != parameters:
            print(f'{name}: the headers say {c_result} ({", ".join(c_parameters)})')
            wrong += 1
    return wrong


def main():
    compiler, include = sys.argv[1:]
    wrong = check_functions(compiler, include)
    for ours, theirs in zip(facts_in_python(), facts_in_c(compiler, include)):
        if ours != theirs:
            print(f'{ours[0]}: place and size are {ours[1:]} in Python, {theirs[1:]} in C')
            wrong += 1
    print(f'{len(seqnet.FUNCTIONS)} functions, {len(STRUCTS)} structs, {wrong} of them wrong')
    return 1 if wrong else 0


sys.exit(main())
