/*
 * chunk.pml - the bytes of two chunks and a cell that may name one, as in the
 * table of src/ngx_heap.h: processes that allocate, free each other's chunks,
 * bury the dead and sweep, each of whom may be killed between any two accesses
 * to shared memory.
 *
 * Each statement is one such access.  What a call does with the lock is the
 * same code for all: take, give, bury, sweep; who gets the lock from a dead
 * owner sweeps.  Magazines have room for one entry.  Checked:
 *
 *   - who takes a chunk from its magazine, holds it; who makes it live or
 *     held by a plain store is the only one that may;
 *   - nothing is given back twice: no count is ever found wrong;
 *   - a cell that names a chunk names a live one, always; a claim of a living
 *     process is of a chunk that nobody else gets;
 *   - free_from that has claimed a cell frees its chunk;
 *   - at the end, when the dead are buried, each chunk is free, or named by
 *     the cell, or in the magazine of somebody who lives: none is lost.
 *
 * -DPLAIN: alloc, and a free by somebody else who is given the pointer, beside
 * reap of the dead, instead of cells.
 *
 * The mistakes: -DCLAIM_STORE (the claim is a store), -DLIVE_LATE (the cell
 * before the byte), -DNO_PROOF (settling TO believes the intent),
 * -DNO_CLAIM_LOOK (and does not look into claims), -DNO_INTENT_GIVE (a burial
 * forgets the chunk of the intent), -DNO_TOP (and the entry at the top),
 * -DENTRY_LATE (the entry after the byte), -DFREE_STORE (others' chunks are
 * freed by a store).
 */

#ifndef N
#define N       2       /* who work; one more only looks at the end */
#endif
#ifndef DEATHS
#define DEATHS  N
#endif
#ifndef CALLS
#define CALLS   2       /* of each life */
#endif

#define ALL     (N + 1)
#define CHUNKS  2
#define NONE    CHUNKS

#define held(t)     (8 + (t))
#define is_live(x)  ((x) != 0 && (x) < 8)
#define named(c)    ((c) + 1)
#define claim(t)    (16 + (t))
#define is_claim(x) ((x) >= 16)

#define TO    1
#define FROM  2

byte  b[CHUNKS];        /* 0, tag, held(tag) */
byte  cell;             /* 0, named(chunk), claim(tag) */
byte  nfree = CHUNKS;   /* as the page counts them */

byte  op[ALL + 1];
byte  chunk[ALL + 1];       /* of the intent */
byte  entry[ALL + 1];       /* of the magazine */
bit   top[ALL + 1];

bit   dead[ALL + 1];
bit   doomed[ALL + 1];
bit   used[ALL + 1];        /* the slot is somebody's */
byte  lock;

byte  working;          /* the one alloc_to at the cell, as its users agree */
byte  given;            /* a pointer for whoever frees it */
bit   reaped;
byte  deaths;
byte  ended;

#define inv_cell                                                              \
    (cell == 0 || is_claim(cell) || is_live(b[cell - 1]))
#define inv_claim(t)                                                          \
    (cell != claim(t) || dead[t] || is_live(b[chunk[t]])                      \
     || b[chunk[t]] == held(t))

active proctype monitor()
{
end:
    atomic {
        !(inv_cell && inv_claim(1) && inv_claim(2)) -> assert(false)
    }
}

inline cas_byte(place, old, new, swapped)
{
    atomic {
        if
        :: b[place] == old -> b[place] = new; swapped = 1
        :: else -> swapped = 0
        fi
    }
}

/* 0: it was not live, nor is it held by the tag. */
inline make_held(which, tag, whose, done)
{
    do
    :: true ->
        x = b[which];
        if
        :: x == held(tag) -> done = 1; break
        :: x != held(tag) && (!is_live(x) || (whose != 0 && x != whose)) ->
            done = 0; break
        :: else ->
            cas_byte(which, x, held(tag), done);
            if
            :: done -> break
            :: else
            fi
        fi
    od;
    x = 0
}

/* ngx_heap_settle() */
inline settle(tg)
{
    if
    :: op[tg] == FROM ->
        if
        :: cell == claim(tg) ->
            make_held(chunk[tg], tg, 0, ok);
            cell = (ok -> 0 : named(chunk[tg]))
        :: else
        fi
    :: op[tg] == TO ->
        v = cell;
        if
#ifdef NO_PROOF
        :: true
#else
        :: v == named(chunk[tg])
#ifndef NO_CLAIM_LOOK
        :: is_claim(v) && chunk[v - 16] == chunk[tg]
#endif
        :: else
#endif
            -> make_held(chunk[tg], tg, tg, ok)
        fi;
        v = 0
    :: else
    fi;
    op[tg] = 0;
    ok = 0
}

/* ngx_heap_chunk_give(): with the lock */
inline give(ch, whom)
{
    assert(b[ch] == held(whom));
    b[ch] = 0;
    nfree++
}

inline give_if_held(chk, from)
{
    if
    :: chk != NONE && b[chk] == held(from) -> give(chk, from)
    :: else
    fi
}

/* ngx_heap_bury_slot() */
inline bury(who)
{
    atomic { o = op[who]; k = chunk[who] };
    settle(who);
#ifndef NO_INTENT_GIVE
    if
    :: o != 0 -> give_if_held(k, who)
    :: else
    fi;
#endif
    if
#ifdef NO_TOP
    :: top[who] ->
#else
    :: true ->
#endif
        give_if_held(entry[who], who)
#ifdef NO_TOP
    :: else
#endif
    fi;
    atomic { top[who] = 0; entry[who] = NONE; o = 0; k = 0 }
}

inline bury_all()
{
    t = 1;
    do
    :: t <= N ->
        if
        :: used[t] && dead[t] -> bury(t)
        :: else
        fi;
        t++
    :: else -> break
    od;
    t = 0
}

#define judged(t)  ((fate >> (t)) & 1)

/* ngx_heap_sweep() */
inline sweep(reap)
{
    atomic {
        t = 1;
        do
        :: t <= N ->
            if
            :: !used[t] || dead[t] -> fate = fate | (1 << t)
            :: else
            fi;
            t++
        :: else -> break
        od;
        t = 1
    };
    do
    :: t <= N ->
        if
        :: judged(t) ->
            atomic { top[t] = 0; entry[t] = NONE };
            settle(t)
        :: else
        fi;
        t++
    :: else -> break
    od;
    t = 0;
    do
    :: k < CHUNKS ->
        x = b[k];
        if
        :: x >= 8 && judged(x - 8) -> b[k] = 0; t++
        :: reap && is_live(x) && judged(x) ->
            cas_byte(k, x, 0, ok);
            t = t + ok
        :: x == 0 -> t++
        :: else
        fi;
        atomic { k++; x = 0; ok = 0 }
    :: else -> break
    od;
    atomic { nfree = t; t = 1; k = 0 };
    do
    :: t <= N ->
        atomic {
            if
            :: judged(t) && b[0] != t && b[1] != t -> used[t] = 0
            :: else
            fi;
            t++
        }
    :: else -> break
    od;
    atomic { t = 0; fate = 0 }
}

inline get_lock()
{
    atomic {
        lock == 0 || dead[lock] ->
        if
        :: lock != 0 -> ok = 1
        :: else -> ok = 0
        fi;
        lock = me
    };
    if
    :: ok -> ok = 0; sweep(false)
    :: else
    fi
}

inline put_lock()
{
    assert(nfree == (b[0] == 0) + (b[1] == 0));
    lock = 0
}

/* c: a chunk in hand, from the magazine or from the slab; NONE */
inline obtain()
{
    if
    :: top[me] ->
        atomic { top[me] = 0; c = entry[me] }
    :: else ->
        get_lock();
        if
        :: nfree == 0 -> bury_all()
        :: else
        fi;
        if
        :: nfree != 0 ->
            atomic {
                c = (b[0] == 0 -> 0 : 1);
                assert(b[c] == 0);
                entry[me] = c
            };
            b[c] = held(me);
            nfree--
        :: else
        fi;
        put_lock()
    fi;
    assert(c == NONE || b[c] == held(me))
}

/* Room in the magazine, and the entry at its top. */
inline note_entry()
{
    if
    :: top[me] ->
        get_lock();
        give(entry[me], me);
        top[me] = 0;
        put_lock()
    :: else
    fi;
#ifndef ENTRY_LATE
    entry[me] = c
#endif
}

/* set_held(): ok */
inline set_held()
{
    do
    :: true ->
        x = b[c];
        if
        :: x == me ->
            assert(b[c] == me);
            b[c] = held(me);
            ok = 1;
            break
        :: x != me && !is_live(x) -> ok = 0; break
        :: else ->
#ifdef FREE_STORE
            atomic { b[c] = held(me); ok = 1 };
#else
            cas_byte(c, x, held(me), ok);
#endif
            if
            :: ok -> break
            :: else
            fi
        fi
    od;
#ifdef ENTRY_LATE
    entry[me] = c;
#endif
    x = 0
}

/* A claim of a dead process is settled; of a living one, it is left alone. */
inline resolve()
{
    if
    :: v != claim(me) && dead[v - 16] ->
        get_lock();
        if
        :: used[v - 16] && op[v - 16] != 0 -> t = v - 16; v = 0; bury(t); t = 0
        :: else
        fi;
        put_lock()
    :: else
    fi;
    v = 0
}

inline alloc_to()
{
    atomic {
        working == 0 || dead[working] || working == me -> working = me
    };
    v = cell;
    if
    :: is_claim(v) -> resolve()
    :: else
    fi;
    if
    :: cell == 0 ->
        obtain();
        if
        :: c != NONE ->
            chunk[me] = c;
            op[me] = TO;
#ifdef LIVE_LATE
            cell = named(c);
            b[c] = me;
#else
            b[c] = me;
            cell = named(c);
#endif
            op[me] = 0
        :: else
        fi
    :: else
    fi;
    atomic { c = NONE; v = 0; working = 0 }
}

inline free_from()
{
    v = cell;
    if
    :: v == 0
    :: is_claim(v) -> resolve()
    :: else ->
        c = v - 1;
        chunk[me] = c;
        op[me] = FROM;
#ifdef CLAIM_STORE
        atomic { cell = claim(me); ok = 1 };
#else
        atomic {
            if
            :: cell == v -> cell = claim(me); ok = 1
            :: else -> ok = 0
            fi
        };
#endif
        if
        :: ok ->
            ok = 0;
            note_entry();
            set_held();
            assert(ok);
            cell = 0;
            op[me] = 0;
            top[me] = 1
        :: else ->
            op[me] = 0
        fi
    fi;
    atomic { v = 0; ok = 0; c = NONE }
}

/* The pointer reaches the one who frees it, or is lost: reap finds it. */
inline alloc()
{
    if
    :: given == 0 && !reaped ->
        obtain();
        if
        :: c != NONE ->
            b[c] = me;
            if
            :: given == 0 -> given = named(c)
            :: else
            fi
        :: else
        fi
    :: else
    fi;
    c = NONE
}

inline free_given()
{
    atomic {
        if
        :: given != 0 -> c = given - 1; given = 0
        :: else
        fi
    };
    if
    :: c != NONE ->
        note_entry();
        set_held();
        assert(ok || reaped);
        if
        :: ok -> top[me] = 1
        :: else
        fi
    :: else
    fi;
    atomic { ok = 0; c = NONE }
}

inline reap_dead()
{
    reaped = 1;
    get_lock();
    sweep(true);
    put_lock()
}

inline look_after()
{
    get_lock();
    bury_all();
    put_lock()
}

proctype worker(byte me)
{
    byte  c, v, t, k, x, o, fate, calls;
    bit   ok;

born:
    atomic {
        c = NONE; v = 0; t = 0; k = 0; x = 0; o = 0; fate = 0; ok = 0;
        calls = 0
    };

    {
        do
        :: calls < CALLS ->
            calls++;
            if
#ifdef PLAIN
            :: true -> alloc()
            :: true -> free_given()
            :: true -> reap_dead()
#else
            :: true -> alloc_to()
            :: true -> free_from()
#endif
            :: true -> look_after()
            fi
        :: break
        od;
        ended++
    } unless {
        atomic {
            doomed[me] ->
            dead[me] = 1
        };
        if
        :: atomic {         /* another process joins: a step with the lock */
            used[me] == 0 && lock == 0 ->
            working = (working == me -> 0 : working);
            op[me] = 0; entry[me] = NONE; top[me] = 0;
            dead[me] = 0; doomed[me] = 0;
            used[me] = 1
           };
           goto born
        :: atomic { true -> ended++ }
        fi
    }
}

/* Kills whom and when it likes, or nobody. */
proctype killer()
{
    do
    :: deaths < DEATHS ->
        atomic {
            if
            :: !doomed[1] -> doomed[1] = 1
            :: !doomed[2] -> doomed[2] = 1
#if N > 2
            :: !doomed[3] -> doomed[3] = 1
#endif
            :: ended == N
            fi;
            deaths++
        }
    :: break
    od
}

/* When all are done or dead: bury, and look for what is lost. */
proctype last(byte me)
{
    byte  c, v, t, k, x, o, fate;
    bit   ok;

    atomic { ended == N -> dead[me] = 0 };
    get_lock();
    if
    :: true -> bury_all()
    :: true -> sweep(false)
    fi;
    put_lock();

    atomic {
        do
        :: k < CHUNKS ->
            x = b[k];
            assert(x == 0 || cell == named(k)
                   || (x >= 8 && !dead[x - 8] && top[x - 8]
                       && entry[x - 8] == k)
#ifdef PLAIN
                   || is_live(x)
#endif
                  );
            k++
        :: else -> break
        od;
        assert(!is_claim(cell))
    }
}

init {
    atomic {
        entry[1] = NONE; used[1] = 1;
        entry[2] = NONE; used[2] = 1;
#if N > 2
        entry[3] = NONE; used[3] = 1;
#endif
        run worker(1);
        run worker(2);
#if N > 2
        run worker(3);
#endif
        run killer();
        run last(ALL)
    }
}
