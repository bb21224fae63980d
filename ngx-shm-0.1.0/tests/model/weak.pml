/*
 * weak.pml - what two processors see of each other's stores, on a machine that
 * keeps no order but what it is told to keep.
 *
 * Each process has a buffer of one store for each place, which reaches the
 * memory at any time and in any order; a fence waits until the process's own
 * buffers are empty.  (A release orders less than that: it lets later loads
 * go first.  Where that matters, the code has a full barrier or a swap, which
 * is one.)  Loads that nothing orders are written down in both orders.
 *
 * One pair of the code at a time:
 *
 *   -DLOCK    leave and take the lock word             ngx_lock_word.h
 *   -DCELL    alloc_to beside free_from of the cell    ngx_slab_alloc_to.c
 *   -DSPOT    a slab is made while a stale pointer is freed: set_spots() in
 *             ngx_heap_find.c, ngx_heap_found() in ngx_heap_fast.h
 *   -DSETTLE  free_from beside the settling of the chunk's dead allocator
 *   -DREADER  a reader beside a writer                 ngx_rwlock_ex.c
 *   -DLOOK    a look without the lock beside a change  ngx_slab_usage.c
 *
 * and the mistakes that must be found: see run.sh.
 */

#define NL  5           /* places */
#define NP  3           /* processes that store */

byte  mem[NL];
bit   buf[NP * NL];
byte  val[NP * NL];

#define at(p, l)  ((p) * NL + (l))

inline store(p, l, v)
{
    atomic {
        buf[at(p, l)] == 0 ->
        buf[at(p, l)] = 1;
        val[at(p, l)] = v
    }
}

inline load(p, l, r)
{
    atomic {
        if
        :: buf[at(p, l)] -> r = val[at(p, l)]
        :: else -> r = mem[l]
        fi
    }
}

#define drained(p)                                                            \
    (buf[at(p, 0)] + buf[at(p, 1)] + buf[at(p, 2)] + buf[at(p, 3)]        \
     + buf[at(p, 4)] == 0)

inline fence(p)
{
    drained(p)
}

inline swap(p, l, old, new, done)
{
    atomic {
        drained(p) ->
        if
        :: mem[l] == old -> mem[l] = new; done = 1
        :: else -> done = 0
        fi
    }
}

#define DRAIN(i)  :: atomic { buf[i] -> mem[(i) % NL] = val[i]; buf[i] = 0 }

active proctype memory()
{
end:
    do
    DRAIN(0)  DRAIN(1)  DRAIN(2)  DRAIN(3)  DRAIN(4)
    DRAIN(5)  DRAIN(6)  DRAIN(7)  DRAIN(8)  DRAIN(9)
    DRAIN(10) DRAIN(11) DRAIN(12) DRAIN(13) DRAIN(14)
    od
}

#ifdef NO_PUBLISH
#define publish(p)  skip
#else
#define publish(p)  fence(p)
#endif

/* Two loads: in this order, or in any, if nothing keeps them apart. */
inline loads(p, l1, r1, l2, r2)
{
#ifdef NO_ACQUIRE
    if
    :: true -> load(p, l1, r1); load(p, l2, r2)
    :: true -> load(p, l2, r2); load(p, l1, r1)
    fi
#else
    load(p, l1, r1);
    load(p, l2, r2)
#endif
}

#if defined(LOCK)
/* ------------------------------------------------------------------------ */

#define WORD  0
#define DATA  1

inline turn(p, me)
{
    do
    :: swap(p, WORD, 0, me, ok);
       if
       :: ok -> break
       :: else
       fi
    od;
    load(p, DATA, d);
    assert(d == turns);
    store(p, DATA, d + 1);
    turns++;
    publish(p);
    store(p, WORD, 0)
}

byte  turns;        /* that ended */

active [2] proctype locker()
{
    bit   ok;
    byte  d, n;

    do
    :: n < 2 -> turn(_pid - 1, _pid); n++
    :: else -> break
    od
}

#elif defined(CELL)
/* ------------------------------------------------------------------------ */

#define BYTE    0       /* 0, HELD, LIVE */
#define CELL_   1       /* 0, 1: the chunk, 2: a claim */
#define SPOT_   2       /* 1: the spot leads to the slab */
#define TEXT    3       /* what the allocator stored before */
#define HELD    1
#define LIVE    2

active proctype alloc_to()
{
    store(0, SPOT_, 1);
    store(0, BYTE, HELD);
    store(0, BYTE, LIVE);
    publish(0);
    store(0, CELL_, 1)
}

active proctype free_from()
{
    bit   ok;
    byte  b, s, c;

#ifdef JUDGE_FIRST
    load(1, BYTE, b);
#endif
    load(1, CELL_, c);

    if
    :: c == 1 ->
        swap(1, CELL_, 1, 2, ok);
        assert(ok);

        /* in any order: the swap comes before both */
        if
        :: true -> load(1, SPOT_, s)
#ifndef JUDGE_FIRST
           ; load(1, BYTE, b)
        :: true -> load(1, BYTE, b); load(1, SPOT_, s)
#endif
        fi;
        assert(s == 1);
        assert(b == LIVE);
        store(1, BYTE, HELD);
        store(1, CELL_, 0)
    :: else
    fi
}

#elif defined(SPOT)
/* ------------------------------------------------------------------------ */

#define MAG    0        /* 0: in no slab, else which slab */
#define REST   1        /* start, bytes, inverse: of which slab */
#define OLD    1
#define NEW    2
#define STALE  3        /* of a slab that ended long ago */

/* Others have the lock: a slab ends, if there is one; then one is made. */
proctype maker()
{
    if
    :: mem[MAG] == OLD -> store(0, MAG, 0)
    :: else
    fi;
    store(0, REST, NEW);
    publish(0);
    store(0, MAG, NEW)
}

/*
 * One frees a stale pointer meanwhile.  With mag 0 it is refused.  Else it
 * must not be led by what an earlier slab left there.
 */
proctype wrong_free()
{
    byte  mag, rest;

#ifdef MAG_LAST
    loads(1, REST, rest, MAG, mag);
#else
    loads(1, MAG, mag, REST, rest);
#endif
    assert(mag == 0 || rest != STALE);
    assert(mag != NEW || rest == NEW)
}

init {
    atomic {
        if
        :: mem[MAG] = OLD; mem[REST] = OLD
        :: mem[MAG] = 0; mem[REST] = STALE
        fi;
        run maker();
        run wrong_free()
    }
}

#elif defined(SETTLE)
/* ------------------------------------------------------------------------ */

#define BYTE    0       /* of the chunk */
#define CELL_   1       /* 0, 1: the chunk, 2: the claim of the one who frees */
#define CHUNK   2       /* in the intent of the one who frees */
#define OTHER   3       /* another cell, which names another chunk */
#define LIVE_D  1       /* live, of the dead: its intent names cell and chunk */
#define HELD_D  2
#define HELD_F  3

bit  freed, settled;

proctype free_from()
{
    bit   ok;
    byte  b;

#ifndef INTENT_LATE
    store(0, CHUNK, 1);
#endif
    swap(0, CELL_, 1, 2, ok);
    assert(ok);
#ifdef INTENT_LATE
    store(0, CHUNK, 1);
#endif
#ifdef PLAIN_BYTE
    load(0, BYTE, b);
    if
    :: b == LIVE_D -> store(0, BYTE, HELD_F); ok = 1
    :: else -> ok = 0
    fi;
#else
    swap(0, BYTE, LIVE_D, HELD_F, ok);
#endif
    assert(ok);
    freed = 1;
    store(0, CELL_, 0);

    /* its next call: the intent names another chunk */
    store(0, CHUNK, 2);
    swap(0, OTHER, 0, 1, ok)
}

proctype settler()
{
    bit   ok;
    byte  c, chunk;

    load(1, CELL_, c);

    if
    :: c == 1 -> goto out       /* it names the chunk */
    :: c == 2 ->
        load(1, CHUNK, chunk);  /* its address is in the claim */
        if
        :: chunk == 1 -> goto out
        :: else
        fi
    :: else
    fi;

    swap(1, BYTE, LIVE_D, HELD_D, ok);
    settled = ok;
    assert(!ok);
out:
    skip
}

init {
    atomic {
        mem[BYTE] = LIVE_D;
        mem[CELL_] = 1;
        mem[CHUNK] = 2;         /* of an earlier call */
        run free_from();
        run settler()
    }
}

#elif defined(READER)
/* ------------------------------------------------------------------------ */

#define WRITING  0
#define SLOT     1
#define DATA     2      /* 1: half changed */
#define NOTE     3      /* what the reader stores while it reads */

bit  reading;

active proctype writer()
{
    byte  s, note;

    store(0, WRITING, 1);
#ifndef NO_BARRIER
    fence(0);
#endif

    do
    :: loads(0, SLOT, s, NOTE, note);
       if
       :: s == 0 -> break
       :: else
       fi
    od;

    assert(!reading);
    assert(note != 1);          /* begun and not ended */
    store(0, DATA, 1);
    store(0, DATA, 2);
    publish(0);
    store(0, WRITING, 0)
}

active proctype reader()
{
    bit   ok;
    byte  w, d;

    do
    :: swap(1, SLOT, 0, 1, ok);
       loads(1, WRITING, w, DATA, d);
       if
       :: w == 0 ->
            reading = 1;
            assert(d != 1);
            store(1, NOTE, 1);
            store(1, NOTE, 2);
            reading = 0;
            swap(1, SLOT, 1, 0, ok);
            break
       :: else ->
            swap(1, SLOT, 1, 0, ok)
       fi
    od
}

#elif defined(LOOK)
/* ------------------------------------------------------------------------ */

#define WORD   0
#define TURNS  1        /* acquired */
#define A      2
#define B      3

active proctype changer()
{
    bit  ok;

    swap(0, WORD, 0, 1, ok);
    store(0, TURNS, 1);
    store(0, A, 1);
    store(0, B, 1);
    publish(0);
    store(0, WORD, 0)
}

active proctype looker()
{
    byte  n, m, w, v, a, b;

    loads(1, TURNS, n, WORD, w);

#ifdef EARLY
    /* nothing keeps the look behind the word */
    if
    :: true -> load(1, A, a); load(1, WORD, w); load(1, B, b)
    :: true -> load(1, A, a); load(1, B, b); load(1, WORD, w)
    fi;
#else
    if
    :: true -> load(1, A, a); load(1, B, b)
    :: true -> load(1, B, b); load(1, A, a)
    fi;
#endif

    loads(1, WORD, v, TURNS, m);
    assert(w != 0 || v != 0 || n != m || a == b)
}
#endif
