/*
 * owner.pml - whose word is in the lock: threads whose numbers are used again,
 * a thread that execs, a thread of another namespace with the same number, the
 * mark of the kernel, and the look at who has a number.  As in
 * src/ngx_lock_word.h, ngx_lock_mark.c and ngx_lock_dead.c; how those who wait
 * sleep is in futex.pml.
 *
 * Task 3 has the number of task 1: it begins when task 1 is gone, or goes on
 * as it (exec), and its identity differs in the moment alone.  Checked:
 *
 *   - at most one living task has the lock, and a death is told of once;
 *   - a lock whose owner is dead is taken by somebody who wants it: nobody
 *     waits for ever (a wait ends in an invalid end state then).
 *
 * -DNO_KERNEL: nothing is marked, as under qemu's emulation of a process.
 * -DNO_PROC: no start times.  -DEXEC: task 1 execs, its number never is free.
 * One of the first two is right, both are not; nor is exec without a mark.
 *
 * The mistakes: -DSAME_MOMENT (an identity is the number alone), -DTWINS (a
 * task of another namespace is let in), -DSTORE (a dead owner's lock is taken
 * by a store).
 */

#define T  3

#define tid(i)     ((i) == 3 -> 1 : (i))
#ifdef SAME_MOMENT
#define moment(i)  tid(i)
#else
#define moment(i)  (i)
#endif
#define id(i)      (moment(i) * 4 + tid(i))
#define DIED       64           /* with the moment; the number is 0 */

#define tid_of(w)     ((w) & 3)
#define moment_of(w)  (((w) & 63) >> 2)

byte  word;
bit   death_pending;
bit   pending[T + 1];       /* the address that the kernel looks at */

bit   alive[T + 1];         /* has its number */
bit   over[T + 1];          /* runs no more */
bit   left;                 /* the kernel is done with task 1 */
bit   doomed[T + 1];
byte  deaths;

bit   torn, debt;
byte  inside;

inline swap(old, done)
{
    pending[me] = 1;
    atomic {
        if
        :: word == old -> word = id(me); done = 1
        :: else -> done = 0
        fi
    };
    if
    :: !done -> pending[me] = 0
    :: else
    fi
}

/* ngx_lock_owner_dead(): nobody has the number, or one who came later. */
#define nobody_has(t)                                                         \
    (((t) == 1 && !alive[1] && !alive[3]) || ((t) == 2 && !alive[2]))
#if defined(NO_PROC) || defined(EXEC) || defined(TWINS)
#define came_later(w)  false
#else
#define came_later(w)                                                         \
    (tid_of(w) == 1 && alive[3] && !alive[1] && moment_of(w) < moment(3))
#endif

inline owner_dead(w, yes)
{
    atomic {
        if
        :: tid_of(w) == 0 -> yes = (w & DIED) != 0
        :: tid_of(w) != 0 && tid_of(w) == tid(me) -> yes = (w != id(me))
        :: else -> yes = nobody_has(tid_of(w)) || came_later(w)
        fi
    }
}

inline die()
{
    /* first the kernel looks at the address, then the number is free */
    atomic {
        over[me] = 1;
        if
        :: word == id(me) -> debt = 1
        :: else
        fi
    };
#ifndef NO_KERNEL
    atomic {
        if
        :: pending[me] && tid_of(word) == tid(me) ->
            word = (word & 60) | DIED
        :: else
        fi;
        pending[me] = 0
    };
#endif
    atomic {
#ifdef EXEC
        alive[me] = (me == 1);
#else
        alive[me] = 0;
#endif
        left = left || me == 1
    }
}

proctype task(byte me)
{
    byte  w, turns;
    bit   ok, died, told;

#ifdef TWINS
    alive[me] = 1;
#else
    atomic { (me != 3 || left) -> alive[me] = 1 };
#endif
    {
        do
        :: turns < 2 ->
            turns++;
            do
            :: true ->
                swap(0, ok);
                if
                :: ok -> break
                :: else
                fi;

                /* it would be told EDEADLK */
                assert(word != id(me));

                w = word;
                owner_dead(w, died);
                if
                :: w != 0 && died ->
#ifdef STORE
                    atomic { word = id(me); ok = 1; pending[me] = 1 }
#else
                    swap(w, ok)
#endif
                    ;
                    if
                    :: ok -> break
                    :: else
                    fi
                :: else
                fi;
                died = 0;
                (word != w || nobody_has(tid_of(w)) || came_later(w)
                 || tid_of(w) == 0)
            od;

            if
            :: died -> death_pending = 1
            :: else
            fi;
            told = death_pending;
            if
            :: told -> death_pending = 0
            :: else
            fi;

            atomic {
                assert(inside == 0 || over[inside]);
                assert(told == debt);
                assert(told || !torn);
                debt = 0;
                inside = me
            };
            torn = 1;
            torn = 0;
            atomic { assert(inside == me); inside = 0 };

            assert(word == id(me));
            atomic { word = 0; w = 0; died = 0; told = 0; ok = 0 };
            pending[me] = 0
        :: break
        od
    } unless {
        doomed[me]
    };

    /* one that is only there, and wants no lock, keeps its number */
    if
    :: me != 3 -> die()
    :: else
    fi
}

proctype killer()
{
    do
    :: deaths < 2 ->
        atomic {
            if
            :: !doomed[1] -> doomed[1] = 1
            :: !doomed[2] -> doomed[2] = 1
            fi;
            deaths++
        }
    :: break
    od
}

init {
    atomic {
        run task(1);
        run task(2);
        run task(3);
        run killer()
    }
}
