#!/usr/bin/env bash
# Exports a small model, runs it on an emulated Cortex-M3 with 64 kB of flash and 20 kB of RAM, and
# compares every bit with the same program on this machine. Prints how many bytes it takes. Exits with
# 77 where a tool is missing.
#
#   run.sh SEQNET [MODEL [TEXTS]]     default: a model that learns builtin:demo, and texts of it
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
seqnet=$1 model=${2-} texts=${3-}
for tool in arm-none-eabi-gcc qemu-system-arm cc; do
    if ! command -v "$tool" >/dev/null; then
        echo "skipped: needs $tool (gcc-arm-none-eabi libnewlib-arm-none-eabi qemu-system-arm gcc)"
        exit 77
    fi
done
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
if [ -z "$model" ]; then
    model=small.safetensors
    "$seqnet" train builtin:demo:1000 -q --ngrams off --cell lstm --units 8 --embedding-dim 8 --num-words 300 \
        --maxlen 60 --epochs 2 --seed 1 -j 1 -o "$model"
fi
if [ -z "$texts" ]; then
    texts=texts
    "$seqnet" load builtin:demo:100 --head 30 >"$texts" 2>/dev/null
    printf 'The caf\xc3\xa9 was na\xc3\xafve \xe2\x80\x94 \xf0\x9f\x98\x80!!!\n\nSTRASSE \xff\xfe stra\xc3\x9fe\n' >>"$texts"
fi
[ -s "$texts" ]
"$seqnet" export -q -m "$model" --quantize int8 -o model.c
arm-none-eabi-gcc -std=c99 -Os -mcpu=cortex-m3 -mthumb -Wall -Wextra -I. -ffunction-sections -fdata-sections \
    -nostartfiles --specs=nosys.specs -Wl,--gc-sections -T "$here/board.ld" "$here/main.c" -o model.elf
cc -std=c99 -O2 -I. -DHOST "$here/main.c" -o model
arm-none-eabi-size model.elf | awk 'NR == 2 { print "flash: " $1 + $2 " bytes, RAM without stack: " $2 + $3 " bytes" }'
./model <"$texts" >here.txt
timeout 300 qemu-system-arm -M lm3s6965evb -cpu cortex-m3 -nographic -monitor none -serial none \
    -semihosting-config enable=on,target=native -kernel model.elf <"$texts" >there.txt 2>qemu.txt
cmp here.txt there.txt
echo "$(wc -l <here.txt) texts: the same bits"
