'env' \
'CC=gcc' \
'CPPFLAGS=' \
'CFLAGS=-g -O2' \
'LDFLAGS=' \
'LIBS=' \
'/bin/bash' \
'../../auto/configure' \
'--probes=../../auto/probe' \
'--output=objs' \
'--header=ngx_auto_config.h' \
'--emulator=' \
  "$@"
