#include "ngx_auto_config.h"
#include "ngx_shm_tool_view.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <unistd.h>

static int
fail(const char *name, const char *why)
{
    return tool_error(name, why, "see ngx-shm list");
}

static int
view_sysv(tool_view_t *view, int id)
{
    void             *p = shmat(id, NULL, SHM_RDONLY);
    struct shmid_ds   ds;

    if (p == (void *) -1) {
        return fail(view->name, strerror(errno));
    }

    if (shmctl(id, IPC_STAT, &ds) == -1) {
        (void) shmdt(p);
        return fail(view->name, strerror(errno));
    }

    view->addr = p;
    view->size = ds.shm_segsz;
    return 0;
}

static int
view_key_file(tool_view_t *view, const char *path)
{
    int        id;
    FILE      *f = fopen(path, "r");
    unsigned   key = 0;

    if (f == NULL) {
        return fail(view->name, strerror(errno));
    }

    if (fscanf(f, "ngx-shm sysv key 0x%x", &key) != 1) {
        key = 0;
    }

    (void) fclose(f);
    id = key != 0 ? shmget((key_t) key, 0, 0) : -1;

    if (id == -1) {
        return fail(view->name, key == 0 ? "not a key file of ours"
                                         : strerror(errno));
    }

    return view_sysv(view, id);
}

static int
view_number(tool_view_t *view, const char *number)
{
    char  *end;
    long   id = strtol(number, &end, 10);

    if (end == number || *end != '\0') {
        return fail(view->name, "not a number");
    }

    return view_sysv(view, (int) id);
}

static int
view_file(tool_view_t *view, int fd)
{
    struct stat  st;

    if (fd == -1 || fstat(fd, &st) == -1) {
        return fail(view->name, strerror(errno));
    }

    if (!S_ISREG(st.st_mode)) {
        (void) close(fd);
        return fail(view->name, "not a plain file");
    }

    view->fd = fd;
    view->size = (uint64_t) st.st_size;
    return 0;
}

static int
starts_with(const char *s, const char *start)
{
    return strncmp(s, start, strlen(start)) == 0;
}

static int
view_bytes(tool_view_t *view, const char *name)
{
    const char  *rest = strchr(name, ':');
    const int    flags = O_RDONLY|O_NONBLOCK|O_NOCTTY|O_CLOEXEC;

    rest = rest != NULL ? rest + 1 : name;

    if (starts_with(name, "sysv-id:")) {
        return view_number(view, rest);
    }

    if (starts_with(name, "sysv:")) {
        return view_key_file(view, rest);
    }

#if NGX_HAVE_POSIX_SHM
    if (starts_with(name, "posix:")) {
        return view_file(view, shm_open(rest, O_RDONLY, 0));
    }
#endif

    return view_file(view, open(starts_with(name, "file:") ? rest : name,
                                flags));
}

int
tool_view_open(tool_view_t *view, const char *name)
{
    memset(view, 0, sizeof(*view));
    view->name = name;
    view->fd = -1;

    if (view_bytes(view, name) != 0) {
        return TOOL_TROUBLE;
    }

    view->has_head = tool_view_read(view, 0, &view->head, sizeof(view->head))
                     == sizeof(view->head);

    if (!view->has_head) {
        (void) ngx_shmem_object(&view->why, EBADMSG,
                                "it is too small for a header", "");
    } else {
        (void) ngx_shmem_header_check(&view->head, view->size, &view->why);
    }

    return 0;
}

void
tool_view_close(tool_view_t *view)
{
    if (view->fd != -1) {
        (void) close(view->fd);
    }

    if (view->addr != NULL) {
        (void) shmdt(view->addr);
    }
}

size_t
tool_view_read(const tool_view_t *view, uint64_t offset, void *buf, size_t len)
{
    size_t   done = 0;
    ssize_t  n;

    if (offset >= view->size) {
        return 0;
    }

    if (len > view->size - offset) {
        len = (size_t) (view->size - offset);
    }

    if (view->fd == -1) {
        memcpy(buf, view->addr + offset, len);
        return len;
    }

    while (done < len) {
        n = pread(view->fd, (char *) buf + done, len - done,
                  (off_t) (offset + done));
        if (n == -1 && errno == EINTR) {
            continue;
        }

        if (n <= 0) {
            break;
        }

        done += (size_t) n;
    }

    return done;
}

size_t
tool_view_page(const tool_view_t *view)
{
    size_t  page = view->head.page_size;

    if (view->why.err == 0 && page >= 512 && page <= 1 << 20) {
        return page;
    }

    return (size_t) sysconf(_SC_PAGESIZE);
}
