/*
 * A module that shows whether the other files here find what they expect.
 *
 *   shm_names_zones size;        its zones, each of this size
 *   shm_names;                   a page, a line "NAME right" or "NAME WRONG"
 *                                for each; ?end=1 uses up one zone
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "names.h"

#include <ngx_http.h>

typedef struct {
    ngx_shm_zone_t  *pages;
    ngx_shm_zone_t  *again;
    ngx_shm_zone_t  *zero;
} names_conf_t;

static void *names_create_conf(ngx_conf_t *cf);
static char *names_zones(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
static char *names_page(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);

static ngx_command_t  names_commands[] = {

    { ngx_string("shm_names_zones"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      names_zones, NGX_HTTP_MAIN_CONF_OFFSET, 0, NULL },

    { ngx_string("shm_names"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS,
      names_page, NGX_HTTP_LOC_CONF_OFFSET, 0, NULL },

      ngx_null_command
};

static ngx_http_module_t  names_ctx = {
    NULL, NULL, names_create_conf, NULL, NULL, NULL, NULL, NULL
};

ngx_module_t  ngx_http_shm_names_module = {
    NGX_MODULE_V1, &names_ctx, names_commands, NGX_HTTP_MODULE, NULL, NULL,
    NULL, NULL, NULL, NULL, NULL, NGX_MODULE_V1_PADDING
};


static ngx_slab_pool_t *
pool_of(ngx_shm_zone_t *zone)
{
    return (ngx_slab_pool_t *) zone->shm.addr;
}


static u_char *
line(u_char *p, u_char *last, char *name, ngx_uint_t right)
{
    return ngx_slprintf(p, last, "%s %s\n", name, right ? "right" : "WRONG");
}


static u_char *
names_text(u_char *p, u_char *last, names_conf_t *conf, ngx_uint_t end)
{
    ngx_slab_pool_t  *pool = pool_of(conf->pages);

    p = line(p, last, "free_list", names_free_list(pool));
    p = line(p, last, "used_pages", names_used_pages(pool));
    p = line(p, last, "max_pages", names_max_pages(pool));
    p = line(p, last, "slots", names_slots(pool));
    p = line(p, last, "own_lock", names_own_lock(pool));
    p = line(p, last, "own_rwlock", names_own_rwlock(pool));
    p = line(p, last, "dict", names_dict(pool));
    p = line(p, last, "again", names_free_list(pool_of(conf->again))
                               && names_dict(pool_of(conf->again)));

    if (end) {
        return line(p, last, "zero", names_zero_to_the_end(pool_of(conf->zero)));
    }

    return line(p, last, "zero", names_zero(pool_of(conf->zero)));
}


static ngx_int_t
names_handler(ngx_http_request_t *r)
{
    ngx_int_t      rc;
    ngx_buf_t     *b;
    ngx_str_t      end;
    ngx_chain_t    out;
    names_conf_t  *conf;

    conf = ngx_http_get_module_main_conf(r, ngx_http_shm_names_module);

    b = ngx_create_temp_buf(r->pool, 4096);
    if (b == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    b->last = names_text(b->pos, b->end, conf,
                         ngx_http_arg(r, (u_char *) "end", 3, &end) == NGX_OK);
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
names_create_conf(ngx_conf_t *cf)
{
    return ngx_pcalloc(cf->pool, sizeof(names_conf_t));
}


static ngx_int_t
names_pages_init(ngx_shm_zone_t *zone, void *old)
{
    zone->data = zone;
    return NGX_OK;
}


static char *
names_zones(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ssize_t           size;
    ngx_str_t        *value = cf->args->elts;
    static ngx_str_t  pages = ngx_string("names_pages");
    static ngx_str_t  again = ngx_string("names_again");
    static ngx_str_t  zero = ngx_string("names_zero");
    names_conf_t     *nmcf = conf;

    size = ngx_parse_size(&value[1]);
    if (size == NGX_ERROR) {
        return "has no size";
    }

    nmcf->pages = ngx_shared_memory_add(cf, &pages, size,
                                        &ngx_http_shm_names_module);
    nmcf->again = ngx_shared_memory_add(cf, &again, size,
                                        &ngx_http_shm_names_module);
    nmcf->zero = ngx_shared_memory_add(cf, &zero, size,
                                       &ngx_http_shm_names_module);
    if (nmcf->pages == NULL || nmcf->again == NULL || nmcf->zero == NULL) {
        return NGX_CONF_ERROR;
    }

    nmcf->pages->init = names_pages_init;
    nmcf->again->init = names_again_init;
    nmcf->zero->init = names_zero_init;
    return NGX_CONF_OK;
}


static char *
names_page(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    clcf->handler = names_handler;
    return NGX_CONF_OK;
}
