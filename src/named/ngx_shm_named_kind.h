/*
 * ngx_shm_named_kind.h - what a kind of named segment is, and the header at
 * its start; private to the library.
 *
 * Every kind has a file with a descriptor: the segment itself, or the key
 * file of a System V segment.  Locks on it keep the order.  The system frees
 * them when their owner dies.
 *
 *   BUILDER  shared, for a moment, by a process that looks at the header;
 *            exclusive while one builds, from ngx_shm_open() to
 *            ngx_shm_ready(), or grows.  A header in state BUILDING without it
 *            tells a death.
 *   USERS    shared by everybody who has the segment attached; exclusive for
 *            making it anew.  Taken with BUILDER held only.
 *   name     exclusive while memory is made behind a name, or name and memory
 *            are removed, so that there is never memory that no name leads to.
 *            Taken after BUILDER, and never for long.
 *
 * A process waits for a lock with none held.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef NGX_SHM_NAMED_KIND_H_INCLUDED
#define NGX_SHM_NAMED_KIND_H_INCLUDED

#include "ngx_shm_named.h"
#include "ngx_shmem_backend.h"

#define NGX_SHMEM_MAGIC    "ngx-shm\n"
#define NGX_SHMEM_VERSION  1
#define NGX_SHMEM_ORDER    0x01020304u

/* All of it fixed in place, so that any process can read it. */
typedef struct {
    char               magic[8];
    uint32_t           version;
    uint32_t           order;       /* NGX_SHMEM_ORDER as its maker has it */
    uint32_t           word_size;
    uint32_t           page_size;
    uint64_t           offset;      /* of the caller's part */
    volatile uint64_t  size;        /* of the whole; grows */
    uint64_t           max_size;    /* of the whole; room to leave behind it */
    volatile uint32_t  state;
    uint32_t           generation;
    uint64_t           id;          /* no two segments have the same */
    uint64_t           creator;
    uint64_t           created;
} ngx_shmem_header_t;

typedef struct {
    const char  *prefix;        /* of its names */
    const char  *feature;
    const char  *place;         /* what is full if it is full; NULL: the name */

    /*
     * As open(), and never waits; NULL: not compiled in.  unlink NULL: there
     * are no names.
     */
    int        (*open)(const char *name, int flags, mode_t mode);
    int        (*unlink)(const char *name);

    /*
     * Give what clear() left zeroed memory of head->size bytes that begins
     * with *head.  place is what may be full.  Returns 0 or errno with *why.
     */
    ngx_err_t  (*make)(int fd, const ngx_shmem_header_t *head,
                       const char *name, const char *place,
                       ngx_shmem_refusal_t *why);

    /* Set mode and, unless they are -1, owner and group.  0 or errno. */
    ngx_err_t  (*permit)(int fd, mode_t mode, uid_t owner, gid_t group);

    /*
     * Read the header, and how many bytes there are.  0, ENODATA (there is
     * nothing, though a generation may be known), or an errno; EBADMSG if what
     * is there cannot be ours.
     */
    ngx_err_t  (*peek)(int fd, ngx_shmem_header_t *head, uint64_t *total);

    /* Map len bytes; 0 or errno, ENODATA if they have gone. */
    ngx_err_t  (*map)(int fd, void **addr, size_t len, int writable);
    ngx_err_t  (*unmap)(void *addr, size_t len);

    /*
     * Take away the memory, not the name.  Whatever is left at each moment
     * tells the generation of what is replaced, or of *head.
     */
    ngx_err_t  (*clear)(int fd, const ngx_shmem_header_t *head);

    /* Let the memory go when the name goes; NULL: it does by itself. */
    ngx_err_t  (*release)(int fd);

    ngx_uint_t   can_grow;
} ngx_shmem_kind_t;

extern const ngx_shmem_kind_t  ngx_shmem_kind_posix;
extern const ngx_shmem_kind_t  ngx_shmem_kind_file;
extern const ngx_shmem_kind_t  ngx_shmem_kind_sysv;
extern const ngx_shmem_kind_t  ngx_shmem_kind_memfd;

/* What the kinds that are files have in common. */
ngx_err_t ngx_shmem_file_make(int fd, const ngx_shmem_header_t *head,
    const char *name, const char *place, ngx_shmem_refusal_t *why);
ngx_err_t ngx_shmem_file_permit(int fd, mode_t mode, uid_t owner, gid_t group);
ngx_err_t ngx_shmem_file_peek(int fd, ngx_shmem_header_t *head,
    uint64_t *total);
ngx_err_t ngx_shmem_file_map(int fd, void **addr, size_t len, int writable);
ngx_err_t ngx_shmem_file_unmap(void *addr, size_t len);
ngx_err_t ngx_shmem_file_clear(int fd, const ngx_shmem_header_t *head);

/*
 * Open a name and judge what was opened: a descriptor, or -1 with errno, which
 * is EBADMSG for all but a plain file.  Flags as open(), of which O_NOFOLLOW
 * leaves ELOOP.
 */
int ngx_shmem_open_plain(const ngx_shmem_kind_t *kind, const char *name,
    int flags, mode_t mode);

/* The kind of a name; *rest is what follows the prefix.  NULL: none. */
const ngx_shmem_kind_t *ngx_shmem_kind_of(const char *name,
    const char **rest);

/* What is wrong with a name that is of no kind, in words. */
const char *ngx_shmem_name_fault(const char *name);

/*
 * As ngx_shmem_refuse(), of a call for the file behind a name: which folder is
 * missing, or whose the file is.  Returns err.
 */
ngx_err_t ngx_shmem_refuse_name(ngx_shmem_refusal_t *why, ngx_err_t err,
    const ngx_shmem_kind_t *kind, const char *rest, const char *call);

#define NGX_SHMEM_BUILDER  0
#define NGX_SHMEM_USERS    1

#define NGX_SHMEM_TIMEOUT_MS  5000      /* where the caller wishes for none */

/* type as for fcntl(): F_RDLCK, F_WRLCK, F_UNLCK.  0, EAGAIN or errno. */
ngx_err_t ngx_shmem_lock(int fd, int which, short type);

/* The lock on the name: 0 or EAGAIN. */
ngx_err_t ngx_shmem_lock_name(int fd);
void ngx_shmem_unlock_name(int fd);

/*
 * Have the right to grow alone, also among processes that share fd.  *own is
 * for the unlock.  0, ETIMEDOUT or errno.
 */
ngx_err_t ngx_shmem_lock_grower(int fd, int *own);
void ngx_shmem_unlock_grower(int fd, int own);

/* The time since some moment, whatever is done to the wall clock. */
int64_t ngx_shmem_now_us(void);

/* Sleep before the next try: 50 microseconds to 6 milliseconds. */
void ngx_shmem_pause(ngx_uint_t round);

/* Fill in a new header for size bytes of the caller. */
void ngx_shmem_header_make(ngx_shmem_header_t *head, size_t size,
    size_t max_size, ngx_uint_t generation);

/* 0, EBADMSG or EPROTO; total is how many bytes are there in truth. */
ngx_err_t ngx_shmem_header_check(const ngx_shmem_header_t *head,
    uint64_t total, ngx_shmem_refusal_t *why);

/* 0 or EPERM: what NGX_SHM_TRUSTED wants of a file. */
ngx_err_t ngx_shmem_trust(int fd, ngx_shmem_refusal_t *why);

/* The type of a lock that is in the way of one of that type, or F_UNLCK. */
short ngx_shmem_lock_query(int fd, int which, short type);

/* Describe what is refused by ourselves; returns err. */
ngx_err_t ngx_shmem_object(ngx_shmem_refusal_t *why, ngx_err_t err,
    const char *words, const char *limit);

/*
 * Map the segment that fd holds and fill in *seg; wishes may be NULL.  Closes
 * nothing.  0 or errno.
 */
ngx_err_t ngx_shmem_attach(ngx_shm_segment_t *seg, int fd,
    const ngx_shmem_kind_t *kind, const ngx_shmem_header_t *head,
    const ngx_shm_options_t *wishes, ngx_shmem_refusal_t *why);

/* See that nobody can shrink a memfd under those who map it.  0 or errno. */
ngx_err_t ngx_shmem_seal(int fd);

/* Log that a call for a segment failed, set errno, return NGX_ERROR. */
ngx_int_t ngx_shmem_fail(ngx_shm_segment_t *seg, ngx_err_t err,
    const char *call, const char *words);

#define ngx_shmem_is_attached(seg)  ((seg) != NULL && (seg)->base != NULL)

/* Log the refusal of call(name), set errno, return NGX_ERROR. */
ngx_int_t ngx_shmem_deny(ngx_log_t *log, const char *call, const char *name,
    const ngx_shmem_refusal_t *why);

#endif
