#include "hdf5_sandbox.h"

#include <stddef.h>
#include <stdint.h>

#if defined(__linux__) && (defined(__x86_64__) || defined(__aarch64__))
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#define HAS_SECCOMP
#endif

#include "banned.h"

#ifdef HAS_SECCOMP

#ifdef __x86_64__
#define ARCHITECTURE AUDIT_ARCH_X86_64
#else
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

/* What malloc, write, alarm and _exit need, and libc behind them. */
static const uint32_t ALLOWED[] = {
    SYS_read,         SYS_write,           SYS_exit,      SYS_exit_group,
    SYS_brk,          SYS_munmap,          SYS_mremap,    SYS_madvise,
    SYS_futex,        SYS_rt_sigreturn,    SYS_setitimer, SYS_clock_gettime,
    SYS_gettimeofday, SYS_getpid,          SYS_getrandom, SYS_rt_sigaction,
    SYS_close,        SYS_restart_syscall,
#ifdef SYS_alarm
    SYS_alarm,
#endif
};

enum { ALLOWED_COUNT = sizeof ALLOWED / sizeof *ALLOWED, RULES = 2 * ALLOWED_COUNT + 16 };

typedef struct rules {
    struct sock_filter list[RULES];
    unsigned short count;
} rules;

static void add(rules *r, struct sock_filter rule)
{
    r->list[r->count++] = rule;
}

/* Goes on with the next rule where the value is `k`, else with the one after `skipped` more. */
static void add_test(rules *r, uint32_t k, uint8_t skipped)
{
    add(r, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, k, 0, skipped));
}

static void load(rules *r, size_t offset)
{
    add(r, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset));
}

static void end(rules *r, uint32_t action)
{
    add(r, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, action));
}

/* Memory may be mapped that cannot be run. */
static void add_mmap(rules *r)
{
    add_test(r, SYS_mmap, 4);
    load(r, offsetof(struct seccomp_data, args[2]));
    add(r, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 1, 0));
    end(r, SECCOMP_RET_ALLOW);
    end(r, SECCOMP_RET_ERRNO | EPERM);
}

void sn_hdf5_sandbox(void)
{
    rules r = {.count = 0};
    load(&r, offsetof(struct seccomp_data, arch));
    add(&r, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0));
    end(&r, SECCOMP_RET_ERRNO | EPERM);
    load(&r, offsetof(struct seccomp_data, nr));
    add_mmap(&r);
    for (size_t i = 0; i < ALLOWED_COUNT; i++) {
        add_test(&r, ALLOWED[i], 1);
        end(&r, SECCOMP_RET_ALLOW);
    }
    end(&r, SECCOMP_RET_ERRNO | EPERM);
    const struct sock_fprog program = {.len = r.count, .filter = r.list};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
        (void)prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

#else

void sn_hdf5_sandbox(void)
{
}

#endif
