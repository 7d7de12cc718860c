/*
 * XXH3 with 64 bits (Collet, xxHash 0.8), without a seed.
 */
#ifndef SN_C_XXH3_H
#define SN_C_XXH3_H

#include <stddef.h>
#include <stdint.h>

static const uint8_t XXH3_SECRET[192] = {
    0xb8, 0xfe, 0x6c, 0x39, 0x23, 0xa4, 0x4b, 0xbe, 0x7c, 0x01, 0x81, 0x2c, 0xf7, 0x21, 0xad, 0x1c,
    0xde, 0xd4, 0x6d, 0xe9, 0x83, 0x90, 0x97, 0xdb, 0x72, 0x40, 0xa4, 0xa4, 0xb7, 0xb3, 0x67, 0x1f,
    0xcb, 0x79, 0xe6, 0x4e, 0xcc, 0xc0, 0xe5, 0x78, 0x82, 0x5a, 0xd0, 0x7d, 0xcc, 0xff, 0x72, 0x21,
    0xb8, 0x08, 0x46, 0x74, 0xf7, 0x43, 0x24, 0x8e, 0xe0, 0x35, 0x90, 0xe6, 0x81, 0x3a, 0x26, 0x4c,
    0x3c, 0x28, 0x52, 0xbb, 0x91, 0xc3, 0x00, 0xcb, 0x88, 0xd0, 0x65, 0x8b, 0x1b, 0x53, 0x2e, 0xa3,
    0x71, 0x64, 0x48, 0x97, 0xa2, 0x0d, 0xf9, 0x4e, 0x38, 0x19, 0xef, 0x46, 0xa9, 0xde, 0xac, 0xd8,
    0xa8, 0xfa, 0x76, 0x3f, 0xe3, 0x9c, 0x34, 0x3f, 0xf9, 0xdc, 0xbb, 0xc7, 0xc7, 0x0b, 0x4f, 0x1d,
    0x8a, 0x51, 0xe0, 0x4b, 0xcd, 0xb4, 0x59, 0x31, 0xc8, 0x9f, 0x7e, 0xc9, 0xd9, 0x78, 0x73, 0x64,
    0xea, 0xc5, 0xac, 0x83, 0x34, 0xd3, 0xeb, 0xc3, 0xc5, 0x81, 0xa0, 0xff, 0xfa, 0x13, 0x63, 0xeb,
    0x17, 0x0d, 0xdd, 0x51, 0xb7, 0xf0, 0xda, 0x49, 0xd3, 0x16, 0x55, 0x26, 0x29, 0xd4, 0x68, 0x9e,
    0x2b, 0x16, 0xbe, 0x58, 0x7d, 0x47, 0xa1, 0xfc, 0x8f, 0xf8, 0xb8, 0xd1, 0x7a, 0xd0, 0x31, 0xce,
    0x45, 0xcb, 0x3a, 0x8f, 0x95, 0x16, 0x04, 0x28, 0xaf, 0xd7, 0xfb, 0xca, 0xbb, 0x4b, 0x40, 0x7e,
};

#define XXH_PRIME32_1 UINT64_C(0x9e3779b1)
#define XXH_PRIME32_2 UINT64_C(0x85ebca77)
#define XXH_PRIME32_3 UINT64_C(0xc2b2ae3d)
#define XXH_PRIME64_1 UINT64_C(0x9e3779b185ebca87)
#define XXH_PRIME64_2 UINT64_C(0xc2b2ae3d27d4eb4f)
#define XXH_PRIME64_3 UINT64_C(0x165667b19e3779f9)
#define XXH_PRIME64_4 UINT64_C(0x85ebca77c2b2ae63)
#define XXH_PRIME64_5 UINT64_C(0x27d4eb2f165667c5)

static uint64_t read32(const uint8_t *p)
{
    return (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 | (uint64_t)p[3] << 24;
}

static uint64_t read64(const uint8_t *p)
{
    return read32(p) | read32(p + 4) << 32;
}

static uint64_t rotate(uint64_t x, int bits)
{
    return x << bits | x >> (64 - bits);
}

static uint64_t swap64(uint64_t x)
{
    x = (x & UINT64_C(0x00ff00ff00ff00ff)) << 8 | (x >> 8 & UINT64_C(0x00ff00ff00ff00ff));
    x = (x & UINT64_C(0x0000ffff0000ffff)) << 16 | (x >> 16 & UINT64_C(0x0000ffff0000ffff));
    return x << 32 | x >> 32;
}

/* Both halves of the product of 128 bits, by exclusive or. */
static uint64_t multiply_fold(uint64_t a, uint64_t b)
{
    const uint64_t mask = 0xffffffffU;
    const uint64_t low = (a & mask) * (b & mask), mixed = (a >> 32) * (b & mask) + (low >> 32);
    const uint64_t other = (a & mask) * (b >> 32) + (mixed & mask);
    const uint64_t high = (a >> 32) * (b >> 32) + (mixed >> 32) + (other >> 32);
    return high ^ (other << 32 | (low & mask));
}

static uint64_t avalanche64(uint64_t h)
{
    h = (h ^ h >> 33) * XXH_PRIME64_2;
    h = (h ^ h >> 29) * XXH_PRIME64_3;
    return h ^ h >> 32;
}

static uint64_t avalanche3(uint64_t h)
{
    h = (h ^ h >> 37) * UINT64_C(0x165667919e3779f9);
    return h ^ h >> 32;
}

static uint64_t mix16(const uint8_t *p, size_t secret)
{
    return multiply_fold(read64(p) ^ read64(XXH3_SECRET + secret),
                         read64(p + 8) ^ read64(XXH3_SECRET + secret + 8));
}

static uint64_t hash_1_to_16(const uint8_t *p, size_t length)
{
    const uint8_t *const s = XXH3_SECRET;
    if (length > 8) {
        const uint64_t low = read64(p) ^ read64(s + 24) ^ read64(s + 32);
        const uint64_t high = read64(p + length - 8) ^ read64(s + 40) ^ read64(s + 48);
        return avalanche3(length + swap64(low) + high + multiply_fold(low, high));
    }
    if (length >= 4) {
        uint64_t h = (read32(p + length - 4) + (read32(p) << 32)) ^ read64(s + 8) ^ read64(s + 16);
        h ^= rotate(h, 49) ^ rotate(h, 24);
        h *= UINT64_C(0x9fb21c651e98df25);
        h ^= (h >> 35) + length;
        h *= UINT64_C(0x9fb21c651e98df25);
        return h ^ h >> 28;
    }
    return avalanche64(((uint64_t)p[0] << 16 | (uint64_t)p[length >> 1] << 24 | p[length - 1] |
                        (uint64_t)length << 8) ^
                       read32(s) ^ read32(s + 4));
}

static uint64_t hash_17_to_128(const uint8_t *p, size_t length)
{
    uint64_t sum = length * XXH_PRIME64_1;
    for (size_t i = (length - 1) / 32 + 1; i-- > 0;)
        sum += mix16(p + 16 * i, 32 * i) + mix16(p + length - 16 * (i + 1), 32 * i + 16);
    return avalanche3(sum);
}

static uint64_t hash_129_to_240(const uint8_t *p, size_t length)
{
    uint64_t sum = length * XXH_PRIME64_1;
    for (size_t i = 0; i < 8; i++)
        sum += mix16(p + 16 * i, 16 * i);
    sum = avalanche3(sum);
    for (size_t i = 8; i < length / 16; i++)
        sum += mix16(p + 16 * i, 16 * (i - 8) + 3);
    return avalanche3(sum + mix16(p + length - 16, 136 - 17));
}

static void add_stripe(uint64_t sums[8], const uint8_t *p, size_t secret)
{
    for (size_t i = 0; i < 8; i++) {
        const uint64_t value = read64(p + 8 * i),
                       key = value ^ read64(XXH3_SECRET + secret + 8 * i);
        sums[i ^ 1] += value;
        sums[i] += (key & 0xffffffffU) * (key >> 32);
    }
}

static void scramble(uint64_t sums[8])
{
    for (size_t i = 0; i < 8; i++)
        sums[i] = (sums[i] ^ sums[i] >> 47 ^ read64(XXH3_SECRET + 128 + 8 * i)) * XXH_PRIME32_1;
}

static uint64_t hash_long(const uint8_t *p, size_t length)
{
    uint64_t sums[8] = {XXH_PRIME32_3, XXH_PRIME64_1, XXH_PRIME64_2, XXH_PRIME64_3,
                        XXH_PRIME64_4, XXH_PRIME32_2, XXH_PRIME64_5, XXH_PRIME32_1};
    uint64_t hash = length * XXH_PRIME64_1;
    for (size_t i = 0; i < (length - 1) / 64; i++) {
        add_stripe(sums, p + 64 * i, 8 * (i % 16));
        if (i % 16 == 15)
            scramble(sums);
    }
    add_stripe(sums, p + length - 64, 192 - 64 - 7);
    for (size_t i = 0; i < 4; i++)
        hash += multiply_fold(sums[2 * i] ^ read64(XXH3_SECRET + 11 + 16 * i),
                              sums[2 * i + 1] ^ read64(XXH3_SECRET + 11 + 16 * i + 8));
    return avalanche3(hash);
}

/* Of at least one byte. */
static uint64_t xxh3(const char *bytes, size_t length)
{
    const uint8_t *const p = (const uint8_t *)bytes;
    return length <= 16    ? hash_1_to_16(p, length)
           : length <= 128 ? hash_17_to_128(p, length)
           : length <= 240 ? hash_129_to_240(p, length)
                           : hash_long(p, length);
}

#endif
