#include <ngx_shmem.h>
#include <ngx_slab.h>

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int
main(void)
{
    char             *text;
    ngx_shm_t         shm = { .size = 1 << 20 };
    ngx_slab_pool_t  *pool;

    if (ngx_shm_alloc(&shm) != NGX_OK) {
        return 1;
    }

    pool = ngx_slab_create(shm.addr, shm.size, 0);
    text = pool != NULL ? ngx_slab_calloc(pool, 100) : NULL;

    if (text == NULL) {
        return 1;
    }

    if (fork() == 0) {
        strcpy(text, "shared");
        _exit(0);
    }

    wait(NULL);
    puts(text);
    return strcmp(text, "shared") != 0;
}
