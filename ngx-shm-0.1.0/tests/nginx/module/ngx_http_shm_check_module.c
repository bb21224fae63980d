/*
 * Look into all zones of nginx, and let workers be killed anywhere.
 *
 *   shm_check_zone size;         a zone of this module's own
 *   shm_check_kill min max file; each worker is killed some milliseconds after
 *                                its start, and says so in file before
 *   shm_check;                   a page about the zones; ?die=lock, alloc,
 *                                wlock or rlock kills who answers, with that
 *                                in its hands
 *
 * Every zone is checked when nginx starts, reloads, and ends.
 *
 * A worker is killed by SIGKILL, from a signal handler, so wherever it was.
 * There is one exception: in the code of another module that holds the mutex
 * of its zone.  Its tree may be torn then, which no lock can mend, and nginx's
 * modules do not look.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include <signal.h>
#include <ucontext.h>

#define ZONES  32

/* Shared: a is always b, whoever looks with the mutex. */
typedef struct {
    volatile ngx_uint_t  a;
    volatile ngx_uint_t  b;
    ngx_uint_t           healed;
    ngx_atomic_t         rwlock;
} ngx_http_shm_check_pair_t;

typedef struct {
    ngx_shm_zone_t  *zone;
    ngx_msec_t       min;
    ngx_msec_t       max;
    ngx_str_t        file;
} ngx_http_shm_check_conf_t;

static char *ngx_http_shm_check_zone(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_shm_check_kill(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_shm_check_page(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static void *ngx_http_shm_check_create_conf(ngx_conf_t *cf);
static ngx_int_t ngx_http_shm_check_init_module(ngx_cycle_t *cycle);
static ngx_int_t ngx_http_shm_check_init_process(ngx_cycle_t *cycle);
static void ngx_http_shm_check_exit_master(ngx_cycle_t *cycle);

static ngx_command_t  ngx_http_shm_check_commands[] = {

    { ngx_string("shm_check_zone"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_http_shm_check_zone, NGX_HTTP_MAIN_CONF_OFFSET, 0, NULL },

    { ngx_string("shm_check_kill"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE3,
      ngx_http_shm_check_kill, NGX_HTTP_MAIN_CONF_OFFSET, 0, NULL },

    { ngx_string("shm_check"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS,
      ngx_http_shm_check_page, NGX_HTTP_LOC_CONF_OFFSET, 0, NULL },

      ngx_null_command
};

static ngx_http_module_t  ngx_http_shm_check_module_ctx = {
    NULL, NULL, ngx_http_shm_check_create_conf, NULL, NULL, NULL, NULL, NULL
};

ngx_module_t  ngx_http_shm_check_module = {
    NGX_MODULE_V1,
    &ngx_http_shm_check_module_ctx,
    ngx_http_shm_check_commands,
    NGX_HTTP_MODULE,
    NULL,                               /* init master */
    ngx_http_shm_check_init_module,
    ngx_http_shm_check_init_process,
    NULL,                               /* init thread */
    NULL,                               /* exit thread */
    NULL,                               /* exit process */
    ngx_http_shm_check_exit_master,
    NGX_MODULE_V1_PADDING
};

/* The library's code, if the test has put it into a section of its own. */
extern char  __start_ngx_shm_text[] __attribute__((weak));
extern char  __stop_ngx_shm_text[] __attribute__((weak));

static ngx_slab_pool_t  *pools[ZONES];
static ngx_uint_t        npools;
static timer_t           ngx_http_shm_check_timer;
static int               ngx_http_shm_check_fd = -1;
static ngx_uint_t        hunts;     /* tries left to find it in the library */


static void
ngx_http_shm_check_set_timer(ngx_uint_t usec)
{
    struct itimerspec  its;

    ngx_memzero(&its, sizeof(its));
    its.it_value.tv_sec = usec / 1000000;
    its.it_value.tv_nsec = usec % 1000000 * 1000 + 1;
    (void) timer_settime(ngx_http_shm_check_timer, 0, &its, NULL);
}


static char *
ngx_http_shm_check_pc(void *context)
{
    ucontext_t  *uc = context;

#if defined(__x86_64__)
    return (char *) (uintptr_t) uc->uc_mcontext.gregs[REG_RIP];
#elif defined(__aarch64__)
    return (char *) (uintptr_t) uc->uc_mcontext.pc;
#else
    return (void) uc, NULL;
#endif
}


static void
ngx_http_shm_check_alarm(int signo, siginfo_t *info, void *context)
{
    int               ours, held = 0;
    char             *pc = ngx_http_shm_check_pc(context);
    static char       said[] = "0 0\n";
    ngx_uint_t        i;
    ngx_shmtx_stat_t  st;

    ours = pc >= __start_ngx_shm_text && pc < __stop_ngx_shm_text;

    for (i = 0; i < npools; i++) {
        ngx_shmtx_stat(&pools[i]->mutex, &st);
        held |= st.pid == ngx_pid;
    }

    if (!ours && (held || hunts != 0)) {
        hunts -= hunts != 0;
        ngx_http_shm_check_set_timer(20 + (uintptr_t) pc % 64);
        return;
    }

    said[0] += ours;
    said[2] += held;
    (void) !write(ngx_http_shm_check_fd, said, 4);
    (void) kill(ngx_pid, SIGKILL);
}


static ngx_int_t
ngx_http_shm_check_init_process(ngx_cycle_t *cycle)
{
    ngx_uint_t                  i;
    struct sigevent             sev;
    struct sigaction            sa;
    ngx_list_part_t            *part;
    ngx_shm_zone_t             *zone;
    ngx_http_shm_check_conf_t  *conf;

    conf = ngx_http_cycle_get_module_main_conf(cycle,
                                               ngx_http_shm_check_module);

    if (conf == NULL || conf->max == 0 || ngx_process != NGX_PROCESS_WORKER) {
        return NGX_OK;
    }

    for (part = &cycle->shared_memory.part; part != NULL; part = part->next) {
        zone = part->elts;
        for (i = 0; i < part->nelts && npools < ZONES; i++) {
            pools[npools++] = (ngx_slab_pool_t *) zone[i].shm.addr;
        }
    }

    ngx_http_shm_check_fd = open((char *) conf->file.data,
                                 O_WRONLY|O_APPEND|O_CREAT|O_CLOEXEC, 0600);

    ngx_memzero(&sa, sizeof(sa));
    sa.sa_sigaction = ngx_http_shm_check_alarm;
    sa.sa_flags = SA_SIGINFO|SA_RESTART;
    sigfillset(&sa.sa_mask);

    ngx_memzero(&sev, sizeof(sev));
    sev.sigev_notify = SIGEV_SIGNAL;
    sev.sigev_signo = SIGRTMIN;

    if (ngx_http_shm_check_fd == -1 || sigaction(SIGRTMIN, &sa, NULL) == -1
        || timer_create(CLOCK_MONOTONIC, &sev, &ngx_http_shm_check_timer)
           == -1)
    {
        ngx_log_error(NGX_LOG_EMERG, cycle->log, ngx_errno,
                      "shm_check_kill does not work");
        return NGX_ERROR;
    }

    srandom(ngx_pid);
    hunts = random() % 2 ? 4000 : 0;
    ngx_http_shm_check_set_timer(
        (conf->min + random() % (conf->max - conf->min + 1)) * 1000);

    return NGX_OK;
}


static void
ngx_http_shm_check_all(ngx_cycle_t *cycle, char *when)
{
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_shm_zone_t   *zone;
    ngx_slab_pool_t  *pool;

    for (part = &cycle->shared_memory.part; part != NULL; part = part->next) {
        zone = part->elts;

        for (i = 0; i < part->nelts; i++) {
            pool = (ngx_slab_pool_t *) zone[i].shm.addr;

            if (ngx_slab_check(pool) == NGX_OK) {
                ngx_log_error(NGX_LOG_NOTICE, cycle->log, 0,
                              "shm_check: %s: zone %V is sound", when,
                              &zone[i].shm.name);
            } else {
                ngx_log_error(NGX_LOG_EMERG, cycle->log, 0,
                              "shm_check: %s: zone %V is corrupt", when,
                              &zone[i].shm.name);
            }
        }
    }
}


static ngx_int_t
ngx_http_shm_check_init_module(ngx_cycle_t *cycle)
{
    ngx_http_shm_check_all(cycle, "load");
    return NGX_OK;
}


static void
ngx_http_shm_check_exit_master(ngx_cycle_t *cycle)
{
    ngx_http_shm_check_all(cycle, "exit");
}


/* Somebody died between a and b. */
static void
ngx_http_shm_check_recover(ngx_shmtx_t *mtx, void *data)
{
    ngx_http_shm_check_pair_t  *pair = data;

    pair->healed++;
    pair->b = pair->a;
}


static ngx_int_t
ngx_http_shm_check_init_zone(ngx_shm_zone_t *zone, void *old)
{
    ngx_slab_pool_t            *pool = (ngx_slab_pool_t *) zone->shm.addr;
    ngx_http_shm_check_pair_t  *pair = old;

    if (pair == NULL) {
        pair = ngx_slab_calloc(pool, sizeof(ngx_http_shm_check_pair_t));
        if (pair == NULL) {
            return NGX_ERROR;
        }

        pool->mutex.recover = ngx_http_shm_check_recover;
        pool->mutex.data = pair;
        pool->data = pair;

    } else if (pair != pool->data) {
        ngx_log_error(NGX_LOG_EMERG, zone->shm.log, 0,
                      "shm_check: the old data are not those of the zone");
        return NGX_ERROR;
    }

    zone->data = pair;
    return NGX_OK;
}


static void
ngx_http_shm_check_die(ngx_http_shm_check_conf_t *conf, ngx_str_t *how)
{
    ngx_slab_pool_t            *pool;
    ngx_http_shm_check_pair_t  *pair = conf->zone->data;

    pool = (ngx_slab_pool_t *) conf->zone->shm.addr;

    if (ngx_strncmp(how->data, "lock", 4) == 0) {
        ngx_shmtx_lock(&pool->mutex);
        pair->a++;

    } else if (ngx_strncmp(how->data, "alloc", 5) == 0) {
        ngx_shmtx_lock(&pool->mutex);
        (void) ngx_slab_alloc_locked(pool, 100);
        (void) ngx_slab_alloc_locked(pool, 10000);

    } else if (ngx_strncmp(how->data, "wlock", 5) == 0) {
        ngx_rwlock_wlock(&pair->rwlock);

    } else if (ngx_strncmp(how->data, "rlock", 5) == 0) {
        ngx_rwlock_rlock(&pair->rwlock);

    } else {
        return;
    }

    (void) kill(ngx_pid, SIGKILL);
}


static u_char *
ngx_http_shm_check_zone_line(u_char *p, u_char *last, ngx_shm_zone_t *zone)
{
    ngx_uint_t         sound;
    ngx_shmtx_stat_t   st;
    ngx_slab_usage_t   usage;
    ngx_slab_pool_t   *pool = (ngx_slab_pool_t *) zone->shm.addr;

    ngx_memzero(&usage, sizeof(usage));
    sound = ngx_slab_check(pool) == NGX_OK
            && ngx_slab_usage(pool, &usage) == NGX_OK;
    ngx_shmtx_stat(&pool->mutex, &st);

    return ngx_slprintf(p, last, "%V %s chunks %ui live %uz free %uz pfree %ui"
                        " processes %ui recovered %ui locked %P deaths %uL\n",
                        &zone->shm.name, sound ? "sound" : "CORRUPT",
                        usage.chunks, usage.live, usage.free, pool->pfree,
                        usage.processes, usage.recovered, st.pid,
                        st.recovered);
}


static ngx_int_t
ngx_http_shm_check_handler(ngx_http_request_t *r)
{
    u_char                     *p, *last;
    ngx_int_t                   rc;
    ngx_buf_t                  *b;
    ngx_str_t                   die;
    ngx_uint_t                  i;
    ngx_chain_t                 out;
    ngx_list_part_t            *part;
    ngx_shm_zone_t             *zone;
    ngx_slab_pool_t            *pool;
    ngx_http_shm_check_conf_t  *conf;
    ngx_http_shm_check_pair_t  *pair;

    conf = ngx_http_get_module_main_conf(r, ngx_http_shm_check_module);

    if (ngx_http_arg(r, (u_char *) "die", 3, &die) == NGX_OK) {
        ngx_http_shm_check_die(conf, &die);
    }

    b = ngx_create_temp_buf(r->pool, 8192);
    if (b == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    p = b->pos;
    last = b->end;
    part = (ngx_list_part_t *) &ngx_cycle->shared_memory.part;

    for ( /* void */ ; part != NULL; part = part->next) {
        zone = part->elts;
        for (i = 0; i < part->nelts; i++) {
            p = ngx_http_shm_check_zone_line(p, last, &zone[i]);
        }
    }

    pair = conf->zone->data;
    pool = (ngx_slab_pool_t *) conf->zone->shm.addr;

    ngx_shmtx_lock(&pool->mutex);
    p = ngx_slprintf(p, last, "pair %ui %ui healed %ui\n", pair->a, pair->b,
                     pair->healed);
    ngx_shmtx_unlock(&pool->mutex);

    ngx_rwlock_wlock(&pair->rwlock);
    ngx_rwlock_downgrade(&pair->rwlock);
    ngx_rwlock_rlock(&pair->rwlock);
    ngx_rwlock_unlock(&pair->rwlock);
    ngx_rwlock_unlock(&pair->rwlock);

    p = ngx_slprintf(p, last, "rwlock %uA\nworker %P\n", pair->rwlock,
                     ngx_pid);

    b->last = p;
    b->last_buf = 1;
    out.buf = b;
    out.next = NULL;

    r->headers_out.status = NGX_HTTP_OK;
    r->headers_out.content_length_n = b->last - b->pos;

    rc = ngx_http_send_header(r);
    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return rc;
    }

    return ngx_http_output_filter(r, &out);
}


static void *
ngx_http_shm_check_create_conf(ngx_conf_t *cf)
{
    return ngx_pcalloc(cf->pool, sizeof(ngx_http_shm_check_conf_t));
}


static char *
ngx_http_shm_check_zone(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ssize_t                     size;
    ngx_str_t                  *value = cf->args->elts;
    static ngx_str_t            name = ngx_string("shm_check");
    ngx_http_shm_check_conf_t  *mcf = conf;

    size = ngx_parse_size(&value[1]);
    if (size == NGX_ERROR) {
        return "has no size";
    }

    mcf->zone = ngx_shared_memory_add(cf, &name, size,
                                      &ngx_http_shm_check_module);
    if (mcf->zone == NULL) {
        return NGX_CONF_ERROR;
    }

    mcf->zone->init = ngx_http_shm_check_init_zone;
    return NGX_CONF_OK;
}


static char *
ngx_http_shm_check_kill(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t                  *value = cf->args->elts;
    ngx_http_shm_check_conf_t  *mcf = conf;

    mcf->min = ngx_atoi(value[1].data, value[1].len);
    mcf->max = ngx_atoi(value[2].data, value[2].len);
    mcf->file = value[3];

    if (mcf->max < mcf->min || ngx_conf_full_name(cf->cycle, &mcf->file, 0)
                               != NGX_OK)
    {
        return "wants two times and a file";
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_shm_check_page(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    clcf->handler = ngx_http_shm_check_handler;
    return NGX_CONF_OK;
}
