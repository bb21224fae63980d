/*
 * futex.pml - the lock word of src/lock/ngx_lock_word.c, and processes that die.
 *
 * Each statement is one access to shared memory or one system call, as in the
 * code; a process may be killed between any two.  Checked:
 *
 *   - at most one living process has the lock;
 *   - who finds torn data was told;
 *   - of each death with the lock exactly one process is told, again if that
 *     one dies before it has repaired the data;
 *   - some living process gets on, for ever (no deadlock, no livelock), as
 *     long as one is left.
 *
 * The owner leaves by a plain store and then looks whether somebody sleeps; a
 * processor may do the two in the other order, and so does the model.
 *
 * run.sh runs it, and runs it with mistakes put in, which must be found:
 * -DNO_SLICE (sleep without end), -DROB (take the lock from the living),
 * -DNO_CAS (take it from the dead by a plain store), -DNO_TOLD (a death is not
 * passed on).
 */

#ifndef N
#define N  3
#endif
#ifndef DEATHS
#define DEATHS  (N - 1)
#endif

byte  owner;            /* the word */
byte  waiting;          /* how many sleep, or so */
bit   death_pending;

bit   torn;             /* the data, half changed */
bit   debt;             /* somebody died with the lock, nobody was told yet */
byte  inside;           /* who is at the data */

bit   asleep[N + 1];    /* the queue of the kernel */
bit   woken[N + 1];
bit   dead[N + 1];
bit   doomed[N + 1];

inline fewer()
{
    atomic {
        if
        :: waiting > 0 -> waiting--
        :: else
        fi
    }
}

/* The one that is woken leaves the count to the waker. */
inline wake_one()
{
    atomic {
        if
        :: asleep[1] -> asleep[1] = 0; woken[1] = 1
        :: asleep[2] -> asleep[2] = 0; woken[2] = 1
#if N > 2
        :: asleep[3] -> asleep[3] = 0; woken[3] = 1
#endif
        :: else
        fi
    };
    fewer()
}

inline cas(result, who, newwho)
{
    atomic {
        if
        :: owner == who -> owner = newwho; result = 1
        :: else -> result = 0
        fi
    }
}

proctype process(byte me)
{
    byte  o;
    bit   some, ok, told, died;

    {
        do
        ::
            died = 0;

            /* acquire */
            do
            ::
                cas(ok, 0, me);

                if
                :: ok -> break
                :: else
                fi;

                /* inherit() */
                o = owner;

                if
#ifdef ROB
                :: o != 0 ->
#else
                :: o != 0 && dead[o] ->
#endif
#ifdef NO_CAS
                    atomic { owner = me; ok = 1 }
#else
                    cas(ok, o, me)
#endif
                    ;
                    if
                    :: ok -> died = 1; break
                    :: else
                    fi
                :: else
                fi;

                /* sleep_once() */
                waiting++;
                o = owner;

                if
                :: o != 0 ->
                    atomic {
                        woken[me] = 0;
                        if
                        :: owner == o -> asleep[me] = 1
                        :: else
                        fi
                    };

                    /* woken, or the slice is over */
                    if
                    :: asleep[me] == 0
#ifndef NO_SLICE
                    :: asleep[me] == 1 -> asleep[me] = 0
#endif
                    fi
                :: else
                fi;

                if
                :: o == 0 || !woken[me] -> fewer()
                :: else
                fi
            od;

#ifndef NO_TOLD
            if
            :: died -> death_pending = 1
            :: else
            fi;
#endif

            told = death_pending;

            if
            :: told -> death_pending = 0
            :: else
            fi;

            /* the data */
            atomic {
                assert(inside == 0 || dead[inside]);
                assert(told == debt);
                assert(told || !torn);
                debt = 0;
                inside = me
            };
            torn = 1;
progress:   torn = 0;
            atomic { assert(inside == me); inside = 0 };

            /* release */
            assert(owner == me);

            if
            :: owner = 0; some = (waiting != 0)
            :: some = (waiting != 0); owner = 0
            fi;

            if
            :: some -> wake_one()
            :: else
            fi
        od
    } unless {
        atomic {
            doomed[me] ->
            dead[me] = 1;
            asleep[me] = 0;
            if
            :: owner == me -> debt = 1
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
