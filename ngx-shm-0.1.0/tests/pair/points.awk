# SPDX-License-Identifier: BSD-2-Clause
# points.awk - put a call before each instruction that touches memory
#
# Reads what the compiler wrote for x86-64 (AT&T), writes the same with
#
#     pushq %rax; leaq OPERAND, %rax; call pair_load or pair_store; popq %rax
#
# before each instruction with an operand in memory.  The calls keep flags and
# registers.  What is on the stack, thread-local or a global is no concern of
# other processes.  There must be no red zone: -mno-red-zone.
#
# With -v after=1 a call of pair_after follows what stores: what a process does
# next in its own memory, such as for the kernel's list of its locks, does not
# touch the pool, but makes a difference to its death.

function point(operand, store) {
    print "\tpushq\t%rax"
    print "\tleaq\t" operand ", %rax"
    print "\tcall\tpair_" (store ? "store" : "load")
    print "\tpopq\t%rax"
}

# Instructions whose last operand is only read.
function reads(name) {
    return name ~ /^(cmp|test|push|mul|imul[bwlq]?$|div|idiv|u?comis|bt[bwlq]?$)/
}

/^[ \t]+[a-z]/ && !/^[ \t]+\./ {
    name = $1
    locked = 0
    if (name == "lock" || name ~ /^rep/) {
        locked = 1
        name = $2
    }

    # by one call, but not in one step
    if ($2 ~ /^mem(set|cpy|move)(@PLT)?$/) {
        sub(/mem(set|cpy|move).*/, "pair_&")
        sub(/@PLT/, "")
    }

    if (name ~ /^(lea|nop|prefetch|call|jmp|endbr)/) {
        print
        next
    }

    # one point for each word
    if ($0 ~ /rep[ \t]+stos[bwlq]/) {
        n++
        print ".Lpair" n ":\n\tjrcxz\t.Lpairend" n
        point("(%rdi)", 1)
        print "\t" name "\n\tleaq\t-1(%rcx), %rcx\n\tjmp\t.Lpair" n
        print ".Lpairend" n ":"
        next
    }

    # other string instructions name no operand either
    if (name ~ /^(stos|movs|lods|scas|cmps)[bwlq]$/ && $0 !~ /[%(]/) {
        if (name ~ /^(movs|lods|cmps)/) {
            point("(%rsi)", 0)
        }
        if (name !~ /^lods/) {
            point("(%rdi)", name ~ /^(stos|movs)/)
        }
        print
        next
    }

    line = $0
    sub(/[ \t]#.*/, "", line)

    if (match(line, /[-+0-9A-Za-z_.$:%@]*\([^)]*\)/)) {
        operand = substr(line, RSTART, RLENGTH)
        rest = substr(line, RSTART + RLENGTH)
        if (operand !~ /%r[si]p|:/) {
            stores = locked || (rest !~ /[^ \t]/ && !reads(name)) \
                     || name ~ /^xchg/
            point(operand, stores)
            if (stores && after) {
                print
                print "\tcall\tpair_after"
                next
            }
        }
    }
}

{ print }
