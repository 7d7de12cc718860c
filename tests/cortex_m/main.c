/*
 * An exported model on a Cortex-M without an operating system: reads lines from the debugger's
 * standard input (semihosting) and prints each line's label and the bits of its probabilities. With
 * -DHOST the same program for the machine at hand.
 */
#include "model.c"

enum { LINE = 2048 };

static char line[LINE];

#ifdef HOST
#include <stdio.h>
#include <stdlib.h>

static int read_byte(void)
{
    return getchar();
}

static void print(const char *text)
{
    fputs(text, stdout);
}
#else
static int call(int operation, const void *arguments)
{
    register int number __asm__("r0") = operation;
    register const void *block __asm__("r1") = arguments;
    __asm__ volatile("bkpt 0xab" : "+r"(number) : "r"(block) : "memory");
    return number;
}

/* Opens the debugger's standard input or output. */
static int open_stream(int mode)
{
    const struct {
        const char *name;
        int mode, length;
    } stream = {":tt", mode, 3};
    return call(1, &stream);
}

/* Returns how many bytes were not moved. */
static int move_bytes(int operation, int handle, void *bytes, size_t size)
{
    const struct {
        int handle;
        void *bytes;
        size_t size;
    } block = {handle, bytes, size};
    return call(operation, &block);
}

static int read_byte(void)
{
    enum { FOR_READING = 0, READ = 6 };
    static int input;
    unsigned char byte;
    input = input ? input : open_stream(FOR_READING);
    return move_bytes(READ, input, &byte, 1) == 0 ? byte : -1;
}

static void print(const char *text)
{
    enum { FOR_WRITING = 4, WRITE = 5 };
    static int output;
    output = output ? output : open_stream(FOR_WRITING);
    (void)move_bytes(WRITE, output, (void *)text, strlen(text));
}
#endif

static void print_bits(float number)
{
    char text[10] = " ";
    uint32_t bits;
    memcpy(&bits, &number, sizeof bits);
    for (int i = 0; i < 8; i++)
        text[1 + i] = "0123456789abcdef"[bits >> (28 - 4 * i) & 15];
    text[9] = '\0';
    print(text);
}

int main(void)
{
    float probabilities[SEQNET_LABELS];
    size_t length = 0;
    for (int byte; (byte = read_byte()) >= 0;) {
        if (byte != '\n') {
            if (length < LINE)
                line[length++] = (char)byte;
            continue;
        }
        print(seqnet_labels[seqnet_predict(line, length, probabilities)]);
        for (int k = 0; k < SEQNET_LABELS; k++)
            print_bits(probabilities[k]);
        print("\n");
        length = 0;
    }
    return 0;
}

#ifndef HOST
extern uint32_t _stack, _bss, _end;

static void reset(void)
{
    enum { EXIT = 0x18, APPLICATION_EXIT = 0x20026 };
    for (uint32_t *at = &_bss; at < &_end; at++)
        *at = 0;
    (void)main();
    (void)call(EXIT, (const void *)APPLICATION_EXIT);
}

__attribute__((section(".vectors"), used)) static const void *const vectors[2] = {&_stack, reset};
#endif
