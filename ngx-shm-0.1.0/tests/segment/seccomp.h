/*
 * seccomp.h - filters of system calls, from the kernel's interface; its
 * headers are not beside every libc.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SECCOMP_H_INCLUDED
#define SECCOMP_H_INCLUDED

struct bpf_op {
    unsigned short  code;
    unsigned char   jt;
    unsigned char   jf;
    unsigned int    k;
};

struct bpf_program {
    unsigned short  len;
    struct bpf_op  *ops;
};

#define BPF_LOAD      0x20
#define BPF_AND_K     0x54
#define BPF_EQUAL     0x15
#define BPF_RETURN    0x06
#define RET_ALLOW     0x7fff0000u
#define RET_ERRNO     0x00050000u
#define KILL_PROCESS  0x80000000u
#define MODE_FILTER   2

#endif
