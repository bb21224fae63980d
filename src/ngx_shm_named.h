/*
 * ngx_shm_named.h - segments that unrelated processes share.
 *
 * A name says what kind of segment it is and where to find it:
 *
 *     posix:/NAME    shm_open(), under /dev/shm on Linux
 *     file:PATH      a file in any directory, on a tmpfs or a disk
 *     sysv:PATH      a System V segment; the file PATH holds its key
 *     memfd:         no name at all: passed on with ngx_shm_send()
 *
 * A named segment outlives its processes until ngx_shm_unlink(); a memfd goes
 * away with its last process.  A segment begins with a header of one page,
 * which tells processes that attach what it is, and that it is complete.
 *
 * Calls return NGX_OK, or NGX_ERROR with errno set, nothing kept, outputs as
 * they were, and the reason logged.  Where errno is not from a system call:
 *
 * EINVAL      an argument is NULL, or the name is not of the form above
 * EBADMSG     it is no segment of this library, or is damaged; a FIFO, socket,
 *             device or folder, none of which makes a call wait
 * EPROTO      it is a segment of another format, word size or byte order
 * ERANGE      it is smaller than the size asked for
 * EOWNERDEAD  its builder died, or the memory behind the name was removed, by
 *             ipcrm say; NGX_SHM_CREATE takes it over
 * ETIMEDOUT   another process is still building, growing or removing it
 * EXDEV       the memory of a "sysv:" name is in another IPC namespace
 * EPERM       NGX_SHM_TRUSTED forbids it
 * EACCES      it was attached read-only
 * ENOTSUP     this kind of segment cannot do it
 * ENOSYS      this kind was not built
 *
 * The calls for one ngx_shm_segment_t must not run at the same time.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef NGX_SHM_NAMED_H_INCLUDED
#define NGX_SHM_NAMED_H_INCLUDED

#include "ngx_config.h"
#include "ngx_core.h"

#ifdef __cplusplus
extern "C" {
#endif

#define NGX_SHM_CREATE   0x01   /* make it if it is not there */
#define NGX_SHM_EXCL     0x02   /* with CREATE: EEXIST if it is there */
#define NGX_SHM_FRESH    0x04   /* with CREATE: make it anew, unless a process
                                   has it attached */
#define NGX_SHM_RDONLY   0x08   /* attach without the right to write */
#define NGX_SHM_TRUSTED  0x10   /* refuse a symlink, a file that is neither
                                   the caller's nor root's, a file that all may
                                   write, a file with other hard links */

/* All zero, or NULL: attach for reading and writing, whatever the size. */
typedef struct {
    ngx_uint_t   flags;
    size_t       size;          /* bytes at addr; needed to create */
    size_t       max_size;      /* growing up to this size keeps addr */
    mode_t       mode;          /* when created; 0: 0600 */
    ngx_uint_t   set_owner;     /* 1: give it to owner and group, too */
    uid_t        owner;
    gid_t        group;
    ngx_uint_t   timeout_ms;    /* how long to wait for a builder; 0: 5000 */
    ngx_log_t   *log;
} ngx_shm_options_t;

/* An attached segment.  The caller reads the first part only. */
typedef struct {
    unsigned char  *addr;       /* page aligned; differs between processes */
    size_t          size;
    ngx_uint_t      created;    /* 1: by this call; end with ngx_shm_ready() */
    ngx_uint_t      generation; /* 1; one more each time it is made anew */
    uint64_t        id;         /* no two segments have the same */
    ngx_fd_t        fd;         /* -1 if there is none */

    void           *base;       /* the header, at the start of the mapping */
    size_t          mapped;
    const void     *kind;
    ngx_uint_t      named;
    ngx_uint_t      flags;
    ngx_log_t      *log;
} ngx_shm_segment_t;

/*
 * Create or attach the segment of that name.  Of several processes that do so
 * at once with NGX_SHM_CREATE one creates it, and the others wait until the
 * creator has called ngx_shm_ready().  If it dies before, one of the others
 * takes its place.  New memory is zeroed and reserved, so that a full file
 * system is an error now and never a SIGBUS later.
 *
 * Do not fork between a call that created a segment and ngx_shm_ready(): the
 * child would keep the name locked, should the parent die.
 *
 * EINVAL   also: NGX_SHM_CREATE with size 0, or with NGX_SHM_RDONLY
 */
ngx_int_t ngx_shm_open(ngx_shm_segment_t *seg, const char *name,
    const ngx_shm_options_t *wishes);

/*
 * Tell the others that the segment, which the caller created, is complete.
 *
 * EINVAL   the segment was not created here, or is ready already
 */
ngx_int_t ngx_shm_ready(ngx_shm_segment_t *seg);

/*
 * Grow the segment to size bytes; the new bytes are zero and reserved.  A size
 * that is not larger changes nothing.  addr moves if size is above max_size.
 *
 * Processes that grow it at once take turns; so do threads, forked children,
 * and processes that were sent the descriptor.  If the call fails, nothing has
 * grown.
 *
 * Every process that has it attached sees the growth at its next call of
 * _grow(), _refresh() or _sync() for it; until then seg->size is what it was,
 * and this part stays valid.  A pool keeps the size that it was made with,
 * wherever the segment moves: make another pool in the part that was added.  Do
 * not let addr move while the caller uses a lock or a pool in the segment: open
 * it with max_size.
 *
 * ENOTSUP    a System V segment cannot grow
 * ETIMEDOUT  others have been growing it for 5 seconds
 */
ngx_int_t ngx_shm_grow(ngx_shm_segment_t *seg, size_t size);

/*
 * See growth by others: update seg->size, and perhaps addr.  If there was none,
 * this is one read of memory.
 */
ngx_int_t ngx_shm_refresh(ngx_shm_segment_t *seg);

/*
 * Does the name still lead to the segment that is attached?  NGX_OK if it does.
 * NGX_DECLINED if it was removed, by ngx_shm_unlink(), rm or ipcrm: the
 * attached segment stays, but a process that opens the name now finds none, or
 * another segment.  That segment has its own id; its generation is the next one
 * if the name stayed (a key file after ipcrm, a file made anew), and 1 if the
 * name is new.  Costs some system calls; a renamed file still has a name.
 *
 * ENOTSUP  it never had a name: a memfd
 */
ngx_int_t ngx_shm_linked(ngx_shm_segment_t *seg);

/* Write a whole segment in a file to its disk, and wait until it is written. */
ngx_int_t ngx_shm_sync(ngx_shm_segment_t *seg);

/* Detach.  The segment stays for others.  Keeps errno. */
void ngx_shm_close(ngx_shm_segment_t *seg);

/*
 * Remove the name.  Processes that have the segment keep it, and learn of it by
 * ngx_shm_linked().  A link is not followed.
 *
 * EBADMSG    the name leads to something that is not a segment, and stays
 * EXDEV      processes of another IPC namespace have it.  If none has it, the
 *            name goes, and memory that is left in that namespace stays
 * ETIMEDOUT  for 5 seconds others were reserving its memory, or removing it
 */
ngx_int_t ngx_shm_unlink(const char *name, ngx_log_t *log);

/*
 * Pass the descriptor of a segment that is ready over a connected Unix socket,
 * or attach the segment that comes.  Of wishes, size, max_size, flags (RDONLY,
 * TRUSTED), timeout_ms and log are read.  A segment that is being made anew when
 * it comes is waited for, as ngx_shm_open() does.  One whose name was removed is
 * attached all the same, and ngx_shm_linked() tells.  A memfd must be sealed
 * against shrinking, as ours are; TRUSTED checks another file as it checks a
 * name.
 *
 * EPROTO   also: the message does not hold exactly one descriptor
 * EPIPE    the other side has closed
 */
ngx_int_t ngx_shm_send(ngx_shm_segment_t *seg, ngx_fd_t sock);
ngx_int_t ngx_shm_recv(ngx_shm_segment_t *seg, ngx_fd_t sock,
    const ngx_shm_options_t *wishes);

#define NGX_SHM_EMPTY     0     /* a name, and nothing behind it yet */
#define NGX_SHM_BUILDING  1
#define NGX_SHM_READY     2
#define NGX_SHM_DEAD      3     /* its builder died */

/* The state of a segment. */
typedef struct {
    ngx_uint_t   state;
    size_t       size;          /* of the caller's part */
    size_t       offset;        /* of that part in the segment */
    ngx_uint_t   generation;
    uint64_t     id;            /* no two segments have the same */
    ngx_uint_t   word_size;     /* in bytes */
    ngx_uint_t   version;
    ngx_pid_t    creator;       /* in its own pid namespace */
    int64_t      created;       /* seconds since 1970 */
    ngx_uint_t   attached;      /* 1: a process has it attached */
} ngx_shm_info_t;

/*
 * Look at a segment without attaching it and without waiting.  EBADMSG and
 * EPROTO as above: the numbers in its header cannot be believed.
 */
ngx_int_t ngx_shm_info(ngx_shm_info_t *info, const char *name, ngx_log_t *log);

#ifdef __cplusplus
}
#endif

#endif
