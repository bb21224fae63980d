#include <ngx_rwlock.h>
#include <ngx_shm_named.h>
#include <ngx_shmem.h>
#include <ngx_slab.h>

#include <cstring>
#include <iostream>

int
main()
{
    ngx_shm_t shm = {};

    shm.size = 1 << 20;
    if (ngx_shm_alloc(&shm) != NGX_OK) {
        return 1;
    }

    ngx_slab_pool_t *pool = ngx_slab_create(shm.addr, shm.size, 0);
    char *text = static_cast<char *>(ngx_slab_calloc(pool, 100));

    if (text == nullptr
        || ngx_slab_pointer(pool, ngx_slab_offset(pool, text)) != text)
    {
        return 1;
    }

    std::strcpy(text, "shared");
    std::cout << text << '\n';
    ngx_slab_free(pool, text);
    ngx_shm_free(&shm);
}
