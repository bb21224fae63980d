/*
 * rwlock.pml - the words of the read-write lock that survives, as in the table
 * of src/ngx_rwlock_slot.h: readers, writers, those who go from one to the
 * other, and the death of each, anywhere.
 *
 * Each statement is one access to shared memory.  The lock of the writers is
 * that of futex.pml: here it is taken and left in one step each, from the dead
 * too, and who gets it so says it in a second one.  All sleeps end by
 * themselves, so none is modelled; a wait with a limit may end anywhere.
 * Checked:
 *
 *   - a living writer is alone with the data, as are living readers;
 *   - who finds torn data was told of a death, and nobody reads it;
 *   - of each death with the writer's lock exactly one writer is told;
 *   - with -DUPGRADE, where readers ask to write and are refused, the same;
 *   - with -DPROGRESS and pan -DNP, where a reader sleeps until the writer is
 *     gone: some living process gets on, for ever.
 *
 * The mistakes: -DFLAG_LATE (the writer looks at the slots first),
 * -DLOOK_FIRST (the reader looks at the flag first), -DSWEEP_STORE (slots of
 * the dead are cleared by a store), -DCLEAR_TORN (a writer that gives up lets
 * readers at torn data), -DSLOT_LAST (a downgrade leaves before it takes its
 * slot), -DNO_SWEEP (nobody looks for dead readers), -DUPGRADE_WAITS (a reader
 * that asks to write waits for the writer).
 */

#ifndef N
#define N  3
#endif
#ifndef DEATHS
#define DEATHS  2
#endif
#define SLOTS  2

byte  word;             /* writer.word */
bit   death_pending;
bit   writing;
byte  slot[SLOTS];
bit   yield_to_readers;
byte  starving;

bit   torn;             /* the data */
bit   debt;             /* a writer died, nobody was told yet */
byte  inside;           /* the writer at the data */
bit   reads[N + 1];

bit   dead[N + 1];
bit   doomed[N + 1];

#define living_reads(p)  (reads[p] && !dead[p])
#if N > 2
#define anybody_reads  (living_reads(1) || living_reads(2) || living_reads(3))
#else
#define anybody_reads  (living_reads(1) || living_reads(2))
#endif

/* ngx_lock_take(): got, and died if it was a dead owner's */
inline try_writer()
{
    died = 0;
    got = 0;
    atomic {
        if
        :: word == 0 -> word = me; got = 1
        :: word != 0 && dead[word] -> word = me; got = 1; died = 1
        :: else
        fi
    };
    if
    :: died -> death_pending = 1; died = 0
    :: else
    fi
}

inline leave_writer()
{
#ifndef CLEAR_TORN
    if
    :: !death_pending ->
#endif
        writing = 0;
        h = starving;
        if
        :: h -> yield_to_readers = (h == 2); starving = 0; h = 0
        :: else
        fi
#ifndef CLEAR_TORN
    :: else
    fi
#endif
    ;
    word = 0
}

/* free: a slot of mine, or SLOTS */
inline take_slot()
{
    s = 0;
    do
    :: s < SLOTS ->
        atomic {
            if
            :: slot[s] == 0 -> slot[s] = me; break
            :: else
            fi
        };
        s++
    :: else -> break
    od
}

inline leave_slot()
{
    atomic {
        if
        :: slot[s] == me -> slot[s] = 0
        :: else
        fi;
        s = 0
    }
}

inline sweep_slots()
{
    k = 0;
    do
    :: k < SLOTS ->
        w = slot[k];
        if
#ifndef NO_SWEEP
        :: w != 0 && dead[w] ->
#ifdef SWEEP_STORE
            slot[k] = 0
#else
            atomic {
                if
                :: slot[k] == w -> slot[k] = 0
                :: else
                fi
            }
#endif
#endif
        :: else
        fi;
        atomic { w = 0; k++ }
    :: else -> break
    od;
    k = 0
}

/* The caller has the writer's lock.  got: and is alone; else it gave up. */
inline enter_writer()
{
    if
    :: yield_to_readers -> yield_to_readers = 0
    :: else
    fi;
#ifndef FLAG_LATE
    writing = 1;
#endif
    do
    :: slot[0] == 0 ->
        if
        :: slot[1] == 0 -> got = 1; break
        :: else -> sweep_slots()
        fi
    :: else -> sweep_slots()
#ifdef TIMEOUT
    :: true -> leave_writer(); got = 0; break
#endif
    od;
#ifdef FLAG_LATE
    writing = 1;
#endif
    if
    :: got && death_pending -> death_pending = 0; told = 1
    :: else
    fi
}

inline write_data()
{
    atomic {
        assert(inside == 0 || dead[inside]);
        assert(!anybody_reads);
        assert(told == debt);
        assert(told || !torn);
        debt = 0;
        told = 0;
        inside = me
    };
    torn = 1;
    torn = 0;
    atomic {
        assert(inside == me && !anybody_reads);
        inside = 0
    }
}

inline read_data()
{
    atomic {
        assert(inside == 0 || dead[inside]);
        assert(!torn);
        reads[me] = 1
    };
    atomic {
        assert(!torn && (inside == 0 || dead[inside]));
        reads[me] = 0
    }
}

/* Behind a writer: got, its lock is the caller's, for its owner was dead. */
inline behind_writer()
{
    got = 0;
#ifdef PROGRESS
    /* it sleeps, but not for ever */
    !writing || word == 0 || dead[word];
#endif
    if
    :: true ->
        try_writer();
        if
        :: got && !death_pending -> leave_writer(); got = 0
        :: else
        fi
#ifndef PROGRESS
    :: true
#endif
    fi;
    if
    :: !got ->
        if
        :: true -> starving = 2
        :: !starving -> starving = 1
        fi
    :: else
    fi
}

/* A reader asks to write: it does not wait, and gives up before its own slot */
inline upgrade()
{
    do
    :: true ->
        try_writer();
        if
        :: got -> writing = 1; leave_writer(); got = 0; break
#ifdef UPGRADE_WAITS
        :: else
#else
        :: else -> break
#endif
        fi
    od
}

proctype process(byte me)
{
    byte  s, w, h, k;
    bit   got, died, told;

    {
        do
        :: true ->      /* write, and perhaps read on */
            do
            :: true ->
                try_writer();
                if
                :: got -> break
                :: else
                fi
            od;
            enter_writer();
as_writer:
            if
            :: !got -> skip
            :: got ->
                got = 0;
                write_data();
progress_1:     skip;
                if
                :: true -> leave_writer()
                :: true ->
#ifdef SLOT_LAST
                    leave_writer();
#endif
                    do
                    :: true ->
                        take_slot();
                        if
                        :: s < SLOTS -> break
                        :: else -> sweep_slots()
                        fi
                    od;
#ifndef SLOT_LAST
                    leave_writer();
#endif
                    read_data();
progress_2:         leave_slot()
                fi
            fi

        :: true ->      /* read */
            do
            :: true ->
#ifdef LOOK_FIRST
                h = writing;
                take_slot();
#else
                take_slot();
                h = writing;
#endif
                if
                :: s == SLOTS -> h = 0; s = 0; sweep_slots()
                :: s < SLOTS && !h ->
                    read_data();
#ifdef UPGRADE
                    if
                    :: true -> upgrade()
                    :: true
                    fi;
#endif
progress_3:         leave_slot();
                    break
                :: else ->
                    h = 0;
                    leave_slot();
                    behind_writer();
                    if
                    :: got -> enter_writer(); goto as_writer
                    :: else
                    fi
                fi
            od
        od
    } unless {
        atomic {
            doomed[me] ->
            dead[me] = 1;
            if
            :: word == me -> debt = 1
            :: else
            fi
        }
    }
}

/* Kills whom and when it likes, or nobody. */
proctype killer()
{
    byte  n;

    do
    :: n < DEATHS ->
        atomic {
            if
            :: !doomed[1] -> doomed[1] = 1
            :: !doomed[2] -> doomed[2] = 1
#if N > 2
            :: !doomed[3] -> doomed[3] = 1
#endif
            fi;
            n++
        }
    :: break
    od
}

init {
    atomic {
        run process(1);
        run process(2);
#if N > 2
        run process(3);
#endif
        run killer()
    }
}
