/*
 * ngx_named_header.c - make and check the header of a segment; whom to trust.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "ngx_named_kind.h"

#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Unique among the segments of a machine; it need not be unpredictable. */
static uint64_t
unique(void)
{
    uint64_t         id;
    struct timespec  now;

    (void) clock_gettime(CLOCK_REALTIME, &now);

    id = (uint64_t) now.tv_sec * 1000000000u + (uint64_t) now.tv_nsec;

    /* This clock is never set back, as the wall clock may be. */
    (void) clock_gettime(CLOCK_MONOTONIC, &now);
    id ^= ((uint64_t) now.tv_sec * 1000000000u + (uint64_t) now.tv_nsec) << 20;
    id ^= (uint64_t) getpid() << 40;
    id ^= (uint64_t) (uintptr_t) &id << 17;

    return id * 0x9e3779b97f4a7c15u | 1;
}

static uint64_t
page_size(void)
{
    return (uint64_t) sysconf(_SC_PAGESIZE);
}

void
ngx_named_header_make(ngx_named_header_t *head, size_t size, size_t max_size,
    ngx_uint_t generation)
{
    memset(head, 0, sizeof(*head));
    memcpy(head->magic, NGX_NAMED_MAGIC, sizeof(head->magic));
    head->version = NGX_NAMED_VERSION;
    head->order = NGX_NAMED_ORDER;
    head->word_size = sizeof(void *);
    head->page_size = (uint32_t) page_size();
    head->offset = page_size();
    head->size = head->offset + size;
    head->max_size = head->offset + (max_size > size ? max_size : size);
    head->state = NGX_SHM_BUILDING;
    head->generation = (uint32_t) generation;
    head->id = unique();
    head->creator = (uint64_t) getpid();
    head->created = (uint64_t) time(NULL);
}

ngx_err_t
ngx_named_object(ngx_shmem_refusal_t *why, ngx_err_t err, const char *words,
    const char *limit)
{
    why->err = err;
    (void) snprintf(why->call, sizeof(why->call), "%s", words);
    (void) snprintf(why->limit, sizeof(why->limit), "%s", limit);
    return err;
}

static ngx_err_t
misfit(ngx_shmem_refusal_t *why, const char *what, uintmax_t has,
    uintmax_t want)
{
    (void) snprintf(why->call, sizeof(why->call), "its %s is %ju, not %ju",
                    what, has, want);
    (void) snprintf(why->limit, sizeof(why->limit),
                    "use it with the build that made it, or remove it");
    return why->err = EPROTO;
}

static ngx_err_t
damaged(ngx_shmem_refusal_t *why, const char *what, uintmax_t has)
{
    (void) snprintf(why->call, sizeof(why->call),
                    "its header is damaged: %s %ju", what, has);
    why->limit[0] = '\0';
    return why->err = EBADMSG;
}

ngx_err_t
ngx_named_header_check(const ngx_named_header_t *head, uint64_t total,
    ngx_shmem_refusal_t *why)
{
    if (memcmp(head->magic, NGX_NAMED_MAGIC, sizeof(head->magic)) != 0) {
        return ngx_named_object(why, EBADMSG,
                                "it does not begin with our magic", "");
    }

    /* The byte order first: without it the other numbers mean nothing. */
    if (head->order != NGX_NAMED_ORDER) {
        return misfit(why, "byte order", head->order, NGX_NAMED_ORDER);
    }

    if (head->version != NGX_NAMED_VERSION) {
        return misfit(why, "format version", head->version,
                      NGX_NAMED_VERSION);
    }

    if (head->word_size != sizeof(void *)) {
        return misfit(why, "word size", head->word_size, sizeof(void *));
    }

    if (head->page_size != page_size()) {
        return misfit(why, "page size", head->page_size, page_size());
    }

    if (head->offset != head->page_size) {
        return damaged(why, "offset", head->offset);
    }

    if (head->size <= head->offset || head->size > PTRDIFF_MAX) {
        return damaged(why, "size", head->size);
    }

    if (head->max_size < head->size || head->max_size > PTRDIFF_MAX) {
        return damaged(why, "greatest size", head->max_size);
    }

    if (head->state != NGX_SHM_BUILDING && head->state != NGX_SHM_READY) {
        return damaged(why, "state", head->state);
    }

    /* While it is built, its memory may be shorter. */
    if (head->state == NGX_SHM_READY && head->size > total) {
        return damaged(why, "larger than its file of", total);
    }

    return 0;
}

ngx_err_t
ngx_named_trust(int fd, ngx_shmem_refusal_t *why)
{
    struct stat  st;

    if (fstat(fd, &st) == -1) {
        return ngx_named_object(why, errno, "fstat()", "");
    }

    if (!S_ISREG(st.st_mode)) {
        return ngx_named_object(why, EPERM, "it is not a plain file", "");
    }

    if (st.st_uid != geteuid() && st.st_uid != 0) {
        return ngx_named_object(why, EPERM, "it belongs to another user", "");
    }

    if (st.st_mode & S_IWOTH) {
        return ngx_named_object(why, EPERM, "all users may write to it", "");
    }

    if (st.st_nlink > 1) {
        return ngx_named_object(why, EPERM, "it has other hard links", "");
    }

    return 0;
}

ngx_int_t
ngx_named_deny(ngx_log_t *log, const char *call, const char *name,
    const ngx_shmem_refusal_t *why)
{
    ngx_log_error(NGX_LOG_ALERT, log, why->err, "%s(\"%s\") failed: %s%s%s",
                  call, name, why->call, why->limit[0] != '\0' ? ": " : "",
                  why->limit);
    errno = why->err;
    return NGX_ERROR;
}

ngx_int_t
ngx_named_fail(ngx_shm_segment_t *seg, ngx_err_t err, const char *call,
    const char *words)
{
    if (seg != NULL) {
        ngx_log_error(NGX_LOG_ALERT, seg->log, err, "%s() failed: %s", call,
                      words);
    }

    errno = err;
    return NGX_ERROR;
}
