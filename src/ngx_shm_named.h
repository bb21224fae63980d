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
 * with the last of them.  It begins with a header of one page, by which those
 * that attach see what it is, and that it is complete.
 *
 * Calls return NGX_OK, or NGX_ERROR with errno set, nothing kept, outputs as
 * they were, and the log told why.  Where errno is not that of a system call:
 *
 * EINVAL      an argument is NULL, or the name is not of the form above
 * EBADMSG     what is there is not a segment of ours, or is damaged; a FIFO, a
 *             socket, a device, a folder: none of them makes a call wait
 * EPROTO      it is one, but of another format, word size or byte order
 * ERANGE      it is smaller than the size asked for
 * EOWNERDEAD  its builder died, or the memory behind the name was removed, by
 *             ipcrm say; NGX_SHM_CREATE takes it over
 * ETIMEDOUT   somebody is still building, growing or removing it
 * EPERM       NGX_SHM_TRUSTED forbids it
 * EACCES      it was attached read-only
 * ENOTSUP     this kind of segment cannot do it
 * ENOSYS      this kind was not compiled in
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
#define NGX_SHM_FRESH    0x04   /* with CREATE: make it anew, unless somebody
                                   has it attached */
#define NGX_SHM_RDONLY   0x08   /* attach without the right to write */
#define NGX_SHM_TRUSTED  0x10   /* refuse a symlink, a file that is neither
                                   ours nor root's, one that all may write,
                                   one with further names */

/* Wishes.  All zero: attach for reading and writing, whatever the size. */
typedef struct {
    ngx_uint_t   flags;
    size_t       size;          /* bytes at addr; needed to create */
    size_t       max_size;      /* addr stays while it grows up to this */
    mode_t       mode;          /* when created; 0: 0600 */
    ngx_uint_t   set_owner;     /* 1: give it to owner and group, too */
    uid_t        owner;
    gid_t        group;
    ngx_uint_t   timeout_ms;    /* for others to build it; 0: 5000 */
    ngx_log_t   *log;
} ngx_shm_options_t;

/* An attached segment.  The caller reads the first part only. */
typedef struct {
    unsigned char  *addr;       /* page aligned; another in each process */
    size_t          size;
    ngx_uint_t      created;    /* 1: by this call; end with ngx_shm_ready() */
    ngx_uint_t      generation; /* 1, and more for each making anew */
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
 * at once with NGX_SHM_CREATE one creates it, and the others wait until that
 * one has called ngx_shm_ready().  If it dies before, one of them takes its
 * place.  The memory is zeroed for who creates it, and reserved, so that a
 * full file system is an error now and never a SIGBUS later.
 *
 * Do not fork between a call that created and ngx_shm_ready(): the child
 * would keep the name locked, should the parent die.
 *
 * EINVAL   also: NGX_SHM_CREATE with size 0, or with NGX_SHM_RDONLY
 */
ngx_int_t ngx_shm_open(ngx_shm_segment_t *seg, const char *name,
    const ngx_shm_options_t *wishes);

/*
 * Tell the others that what was created is complete.
 *
 * EINVAL   the segment was not created here, or is ready already
 */
ngx_int_t ngx_shm_ready(ngx_shm_segment_t *seg);

/*
 * Let the segment have size bytes; the new ones are zero and reserved.  A size
 * that it has already changes nothing.  addr moves if size is above max_size.
 *
 * Processes that do so at once, threads, children that were forked with it, and
 * who was sent the descriptor among them, take turns.  If the call fails,
 * nothing has grown.
 *
 * Every process that has it attached sees that at its next call of _grow(),
 * _refresh() or _sync() for it; until then seg->size is what it was, and all
 * of that stays valid.  A pool keeps the size that it was made with, wherever
 * the segment moves: make another one in what was added.  Do not let addr move
 * while a lock or a pool in it is in use by the caller: wish for max_size.
 *
 * ENOTSUP    a System V segment cannot grow
 * ETIMEDOUT  others have been growing it for 5 seconds
 */
ngx_int_t ngx_shm_grow(ngx_shm_segment_t *seg, size_t size);

/*
 * See what others have grown: seg->size, and perhaps addr, are updated.  If
 * nothing was, this is one read of memory.
 */
ngx_int_t ngx_shm_refresh(ngx_shm_segment_t *seg);

/*
 * Does the name still lead to the segment that is attached?  NGX_OK if it does.
 * NGX_DECLINED if it was removed, by ngx_shm_unlink(), rm or ipcrm: what is
 * attached stays, but a process that opens the name now finds none, or another
 * segment.  That one has another id; it has the next generation if the name
 * stayed (a key file after ipcrm, a file made anew), and 1 if the name is new.
 * Some system calls; a file that was renamed still has a name.
 *
 * ENOTSUP  it never had a name: a memfd
 */
ngx_int_t ngx_shm_linked(ngx_shm_segment_t *seg);

/* Write a segment in a file to its disk, all of it, and wait for it. */
ngx_int_t ngx_shm_sync(ngx_shm_segment_t *seg);

/* Detach.  The segment stays for others.  Keeps errno. */
void ngx_shm_close(ngx_shm_segment_t *seg);

/*
 * Remove the name.  Processes that have the segment keep it, and learn of it by
 * ngx_shm_linked().  A link is not followed.
 *
 * EBADMSG    what is there is not a segment, and stays
 * ETIMEDOUT  for 5 seconds others were reserving its memory, or removing it
 */
ngx_int_t ngx_shm_unlink(const char *name, ngx_log_t *log);

/*
 * Pass the descriptor of a segment that is ready over a connected Unix socket,
 * or attach the one that comes.  Of wishes, size, max_size, flags (RDONLY,
 * TRUSTED) and log count.  A memfd must be sealed against shrinking, as ours
 * are; of another file, TRUSTED wants what it wants of a name.
 *
 * EPROTO   also: what came holds no descriptor, or not one alone
 * EPIPE    the other side has closed
 */
ngx_int_t ngx_shm_send(ngx_shm_segment_t *seg, ngx_fd_t sock);
ngx_int_t ngx_shm_recv(ngx_shm_segment_t *seg, ngx_fd_t sock,
    const ngx_shm_options_t *wishes);

#define NGX_SHM_EMPTY     0     /* a name, and nothing behind it yet */
#define NGX_SHM_BUILDING  1
#define NGX_SHM_READY     2
#define NGX_SHM_DEAD      3     /* its builder died */

/* What is known of a segment. */
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
    ngx_uint_t   attached;      /* 1: somebody has it attached */
} ngx_shm_info_t;

/*
 * Look at a segment without attaching it, or waiting for anybody.  EBADMSG and
 * EPROTO as above: its numbers are not to be believed.
 */
ngx_int_t ngx_shm_info(ngx_shm_info_t *info, const char *name, ngx_log_t *log);

#ifdef __cplusplus
}
#endif

#endif
