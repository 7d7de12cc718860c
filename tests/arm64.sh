#!/bin/sh
# Builds seqnet for arm64 and runs it under qemu: reproducible trainings give the fingerprints and the
# probabilities that cli/reproducible.bats has of other machines. Exits with 77 where a tool is missing.
#
#   tests/arm64.sh SOURCE BUILD [all]
#
# With `all` the unit tests run there, too, and a training, and packages for arm64 are made. Some qemu
# start no second thread: then all of it has one core, and tests that start threads anyway are left out.
# On Debian: dpkg --add-architecture arm64; apt-get update; apt-get install gcc-aarch64-linux-gnu
# qemu-user-static bats jq and, each with :arm64, libcjson-dev libxxhash-dev libutf8proc-dev zlib1g-dev
# libzip-dev libcsv-dev, with `all` libcmocka-dev.
set -eu
source=$(realpath "$1")
build=$2
libraries=/usr/lib/aarch64-linux-gnu
for tool in aarch64-linux-gnu-gcc qemu-aarch64-static bats jq; do
    command -v "$tool" >/dev/null || { echo "skipped: $tool is missing"; exit 77; }
done
for library in cjson xxhash utf8proc z zip csv; do
    [ -e "$libraries/lib$library.so" ] || { echo "skipped: lib$library for arm64 is missing"; exit 77; }
done

mkdir -p "$build"
build=$(realpath "$build")
cat >"$build/toolchain.cmake" <<'END'
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_LIBRARY_ARCHITECTURE aarch64-linux-gnu)
END
cat >"$build/thread.c" <<'END'
#include <pthread.h>
static void *run(void *p) { return p; }
int main(void)
{
    pthread_t thread;
    return pthread_create(&thread, 0, run, 0) || pthread_join(thread, 0);
}
END
aarch64-linux-gnu-gcc -pthread "$build/thread.c" -o "$build/thread"
one_core='' left_out='^$'
if ! timeout -s KILL 10 qemu-aarch64-static -L /usr/aarch64-linux-gnu "$build/thread"; then
    echo "qemu starts no second thread here: one core, without tests of threads"
    one_core='taskset -c 0'
    # those whose source starts threads, or asks for a number of them
    left_out=$(cd "$source/tests/unit" && grep -rlE 'pthread_create|threads = [2-9]|sn_pool|, [2-9], &err' --include='test_*.c' . |
        sed 's:.*/::; s:\.c$::' | paste -sd '|' | sed 's/.*/unit\/(&)/')
fi
cat >"$build/seqnet-arm64" <<END
#!/bin/sh
exec $one_core qemu-aarch64-static -L /usr/aarch64-linux-gnu "$build/seqnet" "\$@"
END
chmod +x "$build/seqnet-arm64"
options='-DSEQNET_TESTS=OFF'
if [ "${3:-}" = all ]; then
    [ -e "$libraries/libcmocka.so" ] || { echo "skipped: libcmocka for arm64 is missing"; exit 77; }
    options='-DSEQNET_TESTS=ON -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX=/usr'
fi
# shellcheck disable=SC2086 # two words are two options
PKG_CONFIG_LIBDIR=$libraries/pkgconfig:/usr/share/pkgconfig cmake -S "$source" -B "$build" \
    -DCMAKE_TOOLCHAIN_FILE="$build/toolchain.cmake" \
    '-DCMAKE_CROSSCOMPILING_EMULATOR=qemu-aarch64-static;-L;/usr/aarch64-linux-gnu' \
    -DSEQNET_BLAS=OFF $options >"$build/cmake.log"
cmake --build "$build" --target seqnet_cli -j 2 >"$build/build.log" 2>&1 || { tail "$build/build.log"; exit 1; }
"$build/seqnet-arm64" --version | grep arm64
SEQNET=$build/seqnet-arm64 bats -f 'every machine' "$source/tests/cli/reproducible.bats"
if [ "${3:-}" = all ]; then
    cmake --build "$build" -j 2 >>"$build/build.log" 2>&1 || { tail "$build/build.log"; exit 1; }
    $one_core ctest --test-dir "$build" -L '^unit$' -E "$left_out" -j 2 --timeout 300 --output-on-failure
    "$build/seqnet-arm64" train builtin:demo --epochs 2 -f -o "$build/demo.safetensors"
    "$build/seqnet-arm64" predict -m "$build/demo.safetensors" 'The cast was brilliant.'
    (cd "$build" && cpack -G DEB && dpkg-deb -I seqnet_*_arm64.deb)
fi
