/*
 * ngx_named_kind.h - the interface that each kind of named segment implements,
 * and the header of a segment; private to the library.
 *
 * Each kind has a file with a descriptor: the segment itself, or the key file
 * of a System V segment.  Processes lock it; the system releases the locks of a
 * process that dies:
 *
 *   BUILDER  shared, for a moment, by a process that reads the header;
 *            exclusive by a process that builds, from ngx_shm_open() to
 *            ngx_shm_ready(), or grows.  If a header is in state BUILDING and
 *            no process has this lock, the builder has died.
 *   USERS    shared by each process that has the segment attached; exclusive
 *            to build it anew.  Taken only with BUILDER held.
 *   name     exclusive while memory is made for a name, or name and memory
 *            are removed, so that there is never memory without a name.
 *            Taken after BUILDER, and never for long.
 *
 * A process waits for a lock only while it has none.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef NGX_NAMED_KIND_H_INCLUDED
#define NGX_NAMED_KIND_H_INCLUDED

#include "ngx_shm_named.h"
#include "ngx_shmem_backend.h"

#define NGX_NAMED_MAGIC    "ngx-shm\n"
#define NGX_NAMED_VERSION  1
#define NGX_NAMED_ORDER    0x01020304u

/* At fixed offsets, so that any process can read it. */
typedef struct {
    char               magic[8];
    uint32_t           version;
    uint32_t           order;       /* NGX_NAMED_ORDER, as its maker has it */
    uint32_t           word_size;
    uint32_t           page_size;
    uint64_t           offset;      /* of the caller's part */
    volatile uint64_t  size;        /* of the whole; grows */
    uint64_t           max_size;    /* of the whole; address space to reserve */
    volatile uint32_t  state;
    uint32_t           generation;
    uint64_t           id;          /* no two segments have the same */
    uint64_t           creator;
    uint64_t           created;
} ngx_named_header_t;

typedef struct {
    const char  *prefix;        /* of its names */
    const char  *feature;
    const char  *place;         /* where ENOSPC comes from; NULL: the name */

    /*
     * As open(), and never waits; NULL: not built.  unlink NULL: the kind has
     * no names.
     */
    int        (*open)(const char *name, int flags, mode_t mode);
    int        (*unlink)(const char *name);

    /*
     * Make zeroed memory of head->size bytes that begins with *head, in the
     * place that clear() left.  place: the source of an ENOSPC.  0; or errno,
     * *why.
     */
    ngx_err_t  (*make)(int fd, const ngx_named_header_t *head,
                       const char *name, const char *place,
                       ngx_shmem_refusal_t *why);

    /* Set mode and, unless they are -1, owner and group.  0 or errno. */
    ngx_err_t  (*permit)(int fd, mode_t mode, uid_t owner, gid_t group);

    /*
     * Read the header, and the size of the memory.  0; ENODATA: there is no
     * memory, but a generation may be known; EBADMSG: it is no segment of this
     * library; EXDEV: it is of another IPC namespace; or another errno.
     */
    ngx_err_t  (*peek)(int fd, ngx_named_header_t *head, uint64_t *total);

    /* Map len bytes; 0 or errno, ENODATA: the memory was removed. */
    ngx_err_t  (*map)(int fd, void **addr, size_t len, int writable);
    ngx_err_t  (*unmap)(void *addr, size_t len);

    /*
     * Remove the memory, not the name.  At each moment the file holds the
     * generation of the old segment, or the generation of *head.
     */
    ngx_err_t  (*clear)(int fd, const ngx_named_header_t *head);

    /* Remove the memory with its last user; NULL: unlink does it. */
    ngx_err_t  (*release)(int fd);

    ngx_uint_t   can_grow;
} ngx_named_kind_t;

extern const ngx_named_kind_t  ngx_named_kind_posix;
extern const ngx_named_kind_t  ngx_named_kind_file;
extern const ngx_named_kind_t  ngx_named_kind_sysv;
extern const ngx_named_kind_t  ngx_named_kind_memfd;

/* The same for each file. */
ngx_err_t ngx_named_file_permit(int fd, mode_t mode, uid_t owner, gid_t group);
ngx_err_t ngx_named_file_peek(int fd, ngx_named_header_t *head,
    uint64_t *total);

/*
 * Open a plain file: a descriptor, or -1 with errno.  EBADMSG: it is no plain
 * file; ELOOP: it is a link, and flags have O_NOFOLLOW.
 */
int ngx_named_open_plain(const ngx_named_kind_t *kind, const char *name,
    int flags, mode_t mode);

/* The kind of a name; *rest is what follows the prefix.  NULL: none. */
const ngx_named_kind_t *ngx_named_kind_of(const char *name,
    const char **rest);

/* Says in words why a name is of no kind. */
const char *ngx_named_name_fault(const char *name);

/*
 * As ngx_shmem_refuse(), for a call on the file of a name; the words say which
 * folder is missing, or who owns the file.  Returns err.
 */
ngx_err_t ngx_named_refuse_name(ngx_shmem_refusal_t *why, ngx_err_t err,
    const ngx_named_kind_t *kind, const char *rest, const char *call);

#define NGX_NAMED_BUILDER  0
#define NGX_NAMED_USERS    1

#define NGX_NAMED_TIMEOUT_MS  5000      /* if the caller gives none */

/* type as for fcntl(): F_RDLCK, F_WRLCK, F_UNLCK.  0, EAGAIN or errno. */
ngx_err_t ngx_named_lock(int fd, int which, short type);

/* The lock on the name: 0 or EAGAIN. */
ngx_err_t ngx_named_lock_name(int fd);
void ngx_named_unlock_name(int fd);

/*
 * Exclude all other growers, also processes that share fd.  *own: pass it to
 * the unlock.  0, ETIMEDOUT or errno.
 */
ngx_err_t ngx_named_lock_grower(int fd, int *own);
void ngx_named_unlock_grower(int fd, int own);

/* Microseconds of the monotonic clock: now, and in so many ms, 0: 5000. */
int64_t ngx_named_now_us(void);
int64_t ngx_named_deadline(ngx_uint_t ms);

/* Sleep before the next try: 50 microseconds to 6 milliseconds. */
void ngx_named_pause(ngx_uint_t round);

/* Fill in a new header for size bytes of the caller. */
void ngx_named_header_make(ngx_named_header_t *head, size_t size,
    size_t max_size, ngx_uint_t generation);

/* 0, EBADMSG or EPROTO.  total: the real size of the memory. */
ngx_err_t ngx_named_header_check(const ngx_named_header_t *head,
    uint64_t total, ngx_shmem_refusal_t *why);

/* 0 or EPERM: does the file meet NGX_SHM_TRUSTED? */
ngx_err_t ngx_named_trust(int fd, ngx_shmem_refusal_t *why);

/* The type of a present lock that excludes a lock of this type, or F_UNLCK. */
short ngx_named_lock_query(int fd, int which, short type);

/* EXDEV in words. */
#define NGX_NAMED_ABROAD  "its memory is in another IPC namespace; unlink it"  \
                          " if that is gone"

/* Describe in *why a refusal by the library itself; returns err. */
ngx_err_t ngx_named_object(ngx_shmem_refusal_t *why, ngx_err_t err,
    const char *words, const char *limit);

/*
 * Map the segment of fd and fill in *seg; options may be NULL.  Closes nothing.
 * 0 or errno.
 */
ngx_err_t ngx_named_attach(ngx_shm_segment_t *seg, int fd,
    const ngx_named_kind_t *kind, const ngx_named_header_t *head,
    const ngx_shm_options_t *options, ngx_shmem_refusal_t *why);

/* Seal a memfd, so that nobody can shrink it under its users.  0 or errno. */
ngx_err_t ngx_named_seal(int fd);

/* Take the one descriptor that comes over a socket.  0; or errno, *why. */
ngx_err_t ngx_named_receive(int sock, int *fd, ngx_shmem_refusal_t *why);

/* Log that a call for a segment failed, set errno, return NGX_ERROR. */
ngx_int_t ngx_named_fail(ngx_shm_segment_t *seg, ngx_err_t err,
    const char *call, const char *words);

#define ngx_named_is_attached(seg)  ((seg) != NULL && (seg)->base != NULL)

/* Log the refusal of call(name), set errno, return NGX_ERROR. */
ngx_int_t ngx_named_deny(ngx_log_t *log, const char *call, const char *name,
    const ngx_shmem_refusal_t *why);

/* ngx_named_attach.c: what NULL wishes are */
extern const ngx_shm_options_t  ngx_named_no_wishes;

#endif
