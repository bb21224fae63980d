/*
 * futex.pml - the lock word of src/ngx_lock_word.c, and processes that die.
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
 * run.sh runs it, and runs it with mistakes put in, which must be found:
 * -DNO_SLICE (sleep without end), -DNO_MARK (the one woken drops the mark of
 * those that sleep on, also without end; seen if all have only so many
 * -DTURNS=), -DNO_CAS (take from the dead by a
 * plain store), -DNO_TOLD (a death is not passed on).
 */

#ifndef N
#define N  3
#endif
#ifndef DEATHS
#define DEATHS  (N - 1)
#endif

byte  owner;            /* these two are the word, always accessed as one */
bit   mark;
bit   unheard;

bit   torn;             /* the data, half changed */
bit   debt;             /* somebody died with the lock, nobody was told yet */
byte  inside;           /* who is at the data */

bit   asleep[N + 1];    /* the queue of the kernel */
bit   dead[N + 1];
bit   doomed[N + 1];

inline wake_one()
{
    atomic {
        if
        :: asleep[1] -> asleep[1] = 0
        :: asleep[2] -> asleep[2] = 0
#if N > 2
        :: asleep[3] -> asleep[3] = 0
#endif
        :: else
        fi
    }
}

inline cas(result, who, marked, newwho, newmark)
{
    atomic {
        if
        :: owner == who && mark == marked ->
            owner = newwho;
            mark = newmark;
            result = 1
        :: else -> result = 0
        fi
    }
}

proctype process(byte me)
{
    byte  o;
    bit   m, mine, ok, told, died;
#ifdef TURNS
    byte  turns;
#endif

    {
        do
#ifdef TURNS
        :: turns == TURNS -> break
        :: turns < TURNS ->
            turns++;
#else
        ::
#endif
            mine = 0;
            died = 0;

            /* acquire */
            do
            ::
                cas(ok, 0, 0, me, mine);

                if
                :: ok -> break
                :: else
                fi;

                /* sleep_once() */
                atomic { o = owner; m = mark };

                if
                :: o != 0 && !m -> cas(ok, o, 0, o, 1)
                :: else -> ok = (o != 0)
                fi;

                if
                :: ok ->
                    atomic {
                        if
                        :: owner == o && mark == 1 -> asleep[me] = 1
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

#ifndef NO_MARK
                mine = 1;
#endif

                /* inherit() */
                atomic { o = owner; m = mark };

                if
                :: o != 0 && dead[o] ->
#ifdef NO_CAS
                    atomic { owner = me; mark = 1; ok = 1 }
#else
                    cas(ok, o, m, me, 1)
#endif
                    ;
                    if
                    :: ok -> died = 1; break
                    :: else
                    fi
                :: else
                fi
            od;

#ifndef NO_TOLD
            if
            :: died -> unheard = 1
            :: else
            fi;
#endif

            told = unheard;

            if
            :: told -> unheard = 0
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
            do
            ::
                atomic { o = owner; m = mark };
                assert(o == me);
                cas(ok, me, m, 0, 0);

                if
                :: ok -> break
                :: else
                fi
            od;

            if
            :: m -> wake_one()
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
